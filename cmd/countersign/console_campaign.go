package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/export/report"
	"countersign/review"
	"countersign/store"
	"countersign/tui"
	"countersign/tui/campaigns"
	"countersign/tui/change"
	"countersign/tui/chase"
	"countersign/tui/logpage"
	"countersign/tui/planner"
	"countersign/tui/ui"
)

// campaignPages are the console's pages over campaigns and the audit log.
func campaignPages(s *session) []tui.PageSpec {
	d := campaignDesk{reviewReads{s}}
	return []tui.PageSpec{
		{ID: "campaigns", Title: "Campaigns", Key: "4", New: campaigns.New(d, d)},
		{ID: "campaign", Title: "Campaign", New: campaigns.NewItems(d, d)},
		{ID: "chase", Title: "Chase", New: chase.New(chaseDesk{orgDesk{s: s, now: true}, d}, chaseDesk{orgDesk{s: s, now: true}, d})},
		{ID: "worklist", Title: "Work list", New: campaigns.NewWorkList(d)},
		{ID: "log", Title: "Log", Key: "0", New: logpage.New(logReads{s})},
		{ID: "plan", Title: "Plan a campaign", New: planner.New(plannerDesk{d}, plannerDesk{d})},
	}
}

// logReads answers what the log page asks.
type logReads struct{ s *session }

// Events implements logpage.Reads.
func (r logReads) Events(ctx context.Context, asks logpage.Asks) (p logpage.Picture, err error) {
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		if p, err = logPicture(tx); err != nil {
			return err
		}
		q, ok := asks(p.Org, p.Campaigns)
		if !ok {
			return nil
		}
		p.Events, err = tx.Events(q)
		return err
	})
	return p, err
}

// logPicture is a picture of the log without events.
func logPicture(tx review.Tx) (p logpage.Picture, err error) {
	if p.Org, err = tx.Org(); err != nil {
		return p, err
	}
	if p.Campaigns, err = tx.Campaigns(); err != nil {
		return p, err
	}
	p.Head, err = tx.Log()
	return p, err
}

// Event implements logpage.Reads.
func (r logReads) Event(ctx context.Context, seq domain.Seq) (p logpage.Picture, err error) {
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		if p, err = logPicture(tx); err != nil {
			return err
		}
		e, err := tx.Event(seq)
		p.Events = []domain.Event{e}
		return err
	})
	return p, err
}

// Verify implements logpage.Reads.
func (r logReads) Verify(ctx context.Context, progress func(part string, done, total int64)) (logpage.Verdict, error) {
	rep, err := r.s.store.Verify(ctx, store.VerifyOptions{Progress: progress})
	return logpage.Verdict{Events: rep.Events, Rows: rep.Rows, Items: rep.Items, Root: rep.Root.String(), Faults: rep.Faults}, err
}

// Checkpoint implements logpage.Reads.
func (r logReads) Checkpoint(ctx context.Context) (string, error) {
	seal, err := r.s.seal("")
	if err != nil {
		return "", err
	}
	cp, err := r.s.store.Checkpoint(ctx)
	if err != nil {
		return "", err
	}
	raw, err := seal(cp)
	return string(raw), err
}

// campaignDesk reads campaigns and moves them on for the person at the screen. The
// items it reads as the pages of reviewers do.
type campaignDesk struct{ reviewReads }

// Overview implements campaigns.Reads.
func (d campaignDesk) Overview(ctx context.Context) (o campaigns.Overview, err error) {
	o.Actor = d.s.actor.Principal
	var all []review.Campaign
	err = d.s.store.View(ctx, func(tx review.Tx) error {
		if o.Org, err = tx.Org(); err != nil {
			return err
		}
		if o.Head, err = tx.Log(); err != nil {
			return err
		}
		o.Now = tx.Now().In(o.Org.Zone())
		all, err = tx.Campaigns()
		return err
	})
	for _, c := range all {
		if err != nil {
			break
		}
		var f review.CampaignFigures
		f, err = d.s.svc.Figures(ctx, c.ID)
		o.Figures = append(o.Figures, f)
	}
	return o, err
}

// openShown is how many of the items that keep a campaign from closing are named.
const openShown = 20

// Story implements campaigns.Reads.
func (d campaignDesk) Story(ctx context.Context, id domain.ID) (s campaigns.Story, err error) {
	s.Actor = d.s.actor.Principal
	if s.Figures, err = d.s.svc.Figures(ctx, id); err != nil {
		return s, err
	}
	c := s.Figures.Campaign
	if c.State == review.Staged {
		if s.Checks, err = d.s.svc.PreLaunch(ctx, id); err != nil {
			return s, err
		}
	}
	if c.State >= review.Remediating && c.State <= review.Closed {
		if s.Results, err = d.s.svc.Results(ctx, id); err != nil {
			return s, err
		}
	}
	return s, d.s.store.View(ctx, func(tx review.Tx) error {
		if s.Org, err = tx.Org(); err != nil {
			return err
		}
		if s.Head, err = tx.Log(); err != nil {
			return err
		}
		s.Now = tx.Now().In(s.Org.Zone())
		if err = d.stages(tx, &s); err != nil {
			return err
		}
		requests, err := tx.Requests(c.ID)
		if err != nil {
			return err
		}
		for _, q := range requests {
			if q.State == domain.Proposed {
				s.Waiting = append(s.Waiting, review.RequestWords(s.Org, c, q)+", asked by "+s.Org.Name(domain.KindPrincipal, q.Maker))
			}
		}
		left, n, err := review.LeftOver(tx, c)
		if err != nil {
			return err
		}
		if n > 0 {
			s.Left = review.LeftWords(left, n)
		}
		if c.State != review.Verifying {
			return nil
		}
		open, err := tx.Items(review.ItemQuery{Campaign: id, State: review.ItemUnsettled, Limit: openShown})
		for _, it := range open {
			s.Open = append(s.Open, leftWords(it))
		}
		return err
	})
}

// WorkList implements campaigns.Reads.
func (d campaignDesk) WorkList(ctx context.Context, id domain.ID) (w campaigns.Work, err error) {
	list, err := d.s.svc.WorkList(ctx, id)
	if err != nil {
		return w, err
	}
	return w, d.s.store.View(ctx, func(tx review.Tx) error {
		if w.Campaign, err = tx.Campaign(id); err != nil {
			return err
		}
		head, err := tx.Log()
		if err != nil {
			return err
		}
		w.Stamp = fmt.Sprint(head.Size)
		o, err := tx.Org()
		if err != nil {
			return err
		}
		for _, it := range list {
			w.Items = append(w.Items, campaigns.WorkItem{WorkItem: it, OwnerName: o.Name(domain.KindPrincipal, it.Owner), ReviewerName: o.Name(domain.KindPrincipal, it.Reviewer)})
		}
		return nil
	})
}

// Reviewers implements campaigns.Reads.
func (d campaignDesk) Reviewers(ctx context.Context) ([]ui.Candidate, error) {
	p, err := orgDesk{s: d.s, now: true}.Picture(ctx)
	if err != nil {
		return nil, err
	}
	return change.People(p, change.ActiveUser, nil), nil
}

// commas splits what was typed at commas.
func commas(text string) []string {
	words := strings.Split(text, ",")
	for i := range words {
		words[i] = strings.TrimSpace(words[i])
	}
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

// Stage implements campaigns.Acts.
func (d campaignDesk) Stage(ctx context.Context, saw domain.Sight, id domain.ID, progress func(done, total int)) (review.Campaign, error) {
	back, err := d.s.sparingly()
	if err != nil {
		return review.Campaign{}, err
	}
	defer back()
	return d.s.svc.Stage(ctx, d.as(saw), id, progress)
}

// Launch implements campaigns.Acts.
func (d campaignDesk) Launch(ctx context.Context, saw domain.Sight, id domain.ID) (review.Campaign, error) {
	return d.s.svc.Launch(ctx, d.as(saw), id)
}

// Extend implements campaigns.Acts.
func (d campaignDesk) Extend(ctx context.Context, saw domain.Sight, id domain.ID, due, reason string) (string, error) {
	c, err := d.dueOf(ctx, due)
	if err != nil {
		return "", err
	}
	c, q, err := d.s.svc.Extend(ctx, d.as(saw), id, c.Due, reason)
	if err == nil && q.ID != "" {
		return "asked for: due " + d.s.when(q.Due) + ", once a checker approves " + string(q.ID), nil
	}
	return "due " + d.s.when(c.Due) + " now", err
}

// Remediate implements campaigns.Acts.
func (d campaignDesk) Remediate(ctx context.Context, saw domain.Sight, id domain.ID) (review.Remediation, error) {
	return d.s.svc.Remediate(ctx, d.as(saw), id)
}

// Verify implements campaigns.Acts.
func (d campaignDesk) Verify(ctx context.Context, saw domain.Sight, id domain.ID) (map[review.Result]int, error) {
	return d.s.svc.Verify(ctx, d.as(saw), id)
}

// Close implements campaigns.Acts.
func (d campaignDesk) Close(ctx context.Context, saw domain.Sight, id domain.ID) (review.Campaign, error) {
	return d.s.svc.Close(ctx, d.as(saw), id)
}

// Cancel implements campaigns.Acts.
func (d campaignDesk) Cancel(ctx context.Context, saw domain.Sight, id domain.ID, reason string) (string, error) {
	c, q, err := d.s.svc.Cancel(ctx, d.as(saw), id, reason)
	if err == nil && q.ID != "" {
		return "asked for: " + c.Name + " is cancelled once a checker approves " + string(q.ID), nil
	}
	return "cancelled: " + c.Name, err
}

// Except implements campaigns.Acts.
func (d campaignDesk) Except(ctx context.Context, saw domain.Sight, id domain.ID, items []int, until, reason string) (string, error) {
	day, err := domain.ParseDate(strings.TrimSpace(until))
	if err != nil {
		return "", err
	}
	q, err := d.s.svc.Except(ctx, d.as(saw), id, items, day, reason)
	n := review.Count(len(items), "item", "items")
	if err == nil && q.ID != "" {
		return "asked for: " + n + " excepted until " + string(day) + ", once a checker approves " + string(q.ID), nil
	}
	return n + " excepted until " + string(day), err
}

// Reassign implements campaigns.Acts.
func (d campaignDesk) Reassign(ctx context.Context, saw domain.Sight, id domain.ID, items []int, to domain.ID, reason string) (string, error) {
	q, err := d.s.svc.Reassign(ctx, d.as(saw), id, items, to, reason)
	n := review.Count(len(items), "item", "items")
	if err == nil && q.ID != "" {
		return "asked for: " + n + " to " + d.Name(ctx, to) + ", once a checker approves " + string(q.ID), nil
	}
	return n + " handed over to " + d.Name(ctx, to), err
}

// Acknowledge implements campaigns.Acts.
func (d campaignDesk) Acknowledge(ctx context.Context, saw domain.Sight, id domain.ID, statement string) (review.Acknowledgement, error) {
	return d.s.svc.Acknowledge(ctx, d.as(saw), id, statement)
}

// Evidence implements campaigns.Acts: the workbook goes into the current directory,
// under the campaign's name.
func (d campaignDesk) Evidence(ctx context.Context, id domain.ID) (path string, err error) {
	r, err := report.Find("campaign")
	if err != nil {
		return "", err
	}
	return path, d.s.store.View(ctx, func(tx review.Tx) error {
		c, err := tx.Campaign(id)
		if err != nil {
			return err
		}
		path = fileName("evidence "+c.Name) + report.XLSX.Extension()
		_, err = d.s.leaveReport(ctx, tx, r, report.Request{Actor: d.s.actor, Version: build(), Campaign: string(c.ID)}, path, report.XLSX, r.Main)
		return err
	})
}

// Package implements campaigns.Acts: the zip goes beside the workbook.
func (d campaignDesk) Package(ctx context.Context, id domain.ID) (path string, err error) {
	return path, d.s.store.View(ctx, func(tx review.Tx) error {
		c, err := tx.Campaign(id)
		if err != nil {
			return err
		}
		path = fileName("evidence "+c.Name) + ".zip"
		_, err = d.s.writePackage(ctx, tx, c.ID, path, "", nil)
		return err
	})
}
