package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/approvals"
	"countersign/tui/home"
	"countersign/tui/itemlist"
	"countersign/tui/reviewpage"
	"countersign/tui/ui"
)

// reviewPages are home and the pages on what is reviewed, approved and recorded.
func reviewPages(s *session) []tui.PageSpec {
	r := reviewReads{s}
	return []tui.PageSpec{
		{ID: "home", Title: "Home", Key: "1", New: home.New(r)},
		{ID: "review", Title: "My items", Key: "2", New: reviewpage.New(r)},
		{ID: "approvals", Title: "Approvals", Key: "3", New: approvals.New(r, r)},
		{ID: "packet", Title: "Packet", New: approvals.NewPacket(r, r)},
	}
}

// reviewReads answers what the pages about campaigns ask.
type reviewReads struct{ s *session }

// Home implements home.Reads. Where nobody is acting it has the campaigns only.
func (r reviewReads) Home(ctx context.Context) (home.Picture, error) {
	p := home.Picture{Names: map[string]string{}, ReadOnly: r.s.actor.Principal == ""}
	var err error
	if !p.ReadOnly {
		if p.Home, err = r.s.svc.Home(ctx, r.s.actor); err != nil {
			return p, err
		}
	}
	return p, r.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		p.Now = tx.Now().In(o.Zone())
		for _, cs := range slices.Concat(p.ToApprove, p.MyChanges) {
			p.Names[string(cs.Maker)] = o.Name(domain.KindPrincipal, cs.Maker)
		}
		for row := range o.All(domain.KindPrincipal) {
			if u, ok := row.Record.(domain.Principal); ok && u.Kind == domain.User {
				p.People++
			}
		}
		if p.ReadOnly {
			return r.figures(ctx, tx, &p)
		}
		for _, d := range domain.Duties() {
			if o.HasDuty(r.s.actor.Principal, d, tx.Now()) {
				p.Duties = append(p.Duties, d)
			}
		}
		if slices.Contains(p.Duties, domain.DutyAuditor) {
			if p.Audit, err = audited(tx); err != nil {
				return err
			}
		}
		papers, err := r.papers(tx)
		for _, one := range papers {
			p.Papers = append(p.Papers, home.Paper{ID: string(one.ID), Kind: one.Kind, Title: one.Title, Maker: one.Maker, Why: one.Why})
		}
		return err
	})
}

// closedShown is how many of the campaigns closed last an auditor finds at home.
const closedShown = 3

// audited is what an auditor starts from.
func audited(tx review.Tx) (*home.Audit, error) {
	head, err := tx.Log()
	if err != nil {
		return nil, err
	}
	all, err := tx.Campaigns()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(c review.Campaign) bool { return c.State != review.Closed })
	slices.SortStableFunc(all, func(a, b review.Campaign) int { return b.ClosedAt.Compare(a.ClosedAt) })
	return &home.Audit{Events: head.Size, Root: head.Root, Closed: all[:min(len(all), closedShown)]}, nil
}

// Findings implements home.Reads. What is out of cadence is counted for auditors.
func (r reviewReads) Findings(ctx context.Context) (f home.Found, err error) {
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		all, err := review.Findings(tx, o, tx.Now())
		if f.Findings, f.Tally = len(all), review.FindingTally(all); err != nil || !o.HasDuty(r.s.actor.Principal, domain.DutyAuditor, tx.Now()) {
			return err
		}
		c, err := review.CoverageNow(tx, o)
		if err != nil {
			return err
		}
		f.Out, f.Never = c.Behind(o.Frameworks())
		return nil
	})
	return f, err
}

// figures adds the campaigns that are under way.
func (r reviewReads) figures(ctx context.Context, tx review.Tx, p *home.Picture) error {
	all, err := tx.Campaigns()
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.State == review.Closed || c.State == review.Cancelled {
			continue
		}
		f, err := r.s.svc.Figures(ctx, c.ID)
		if err != nil {
			return err
		}
		p.Campaigns = append(p.Campaigns, f)
	}
	return nil
}

// Items implements itemlist.Reads.
func (r reviewReads) Items(ctx context.Context, q review.ItemQuery) (items []review.Item, head review.Head, err error) {
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		if head, err = tx.Log(); err != nil {
			return err
		}
		items, err = tx.Items(q)
		return err
	})
	return items, head, err
}

// CountItems implements itemlist.Reads.
func (r reviewReads) CountItems(ctx context.Context, q review.ItemQuery) (n int, err error) {
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		n, err = tx.CountItems(q)
		return err
	})
	return n, err
}

// Name gives what people call a principal; its id where it cannot be read.
func (r reviewReads) Name(ctx context.Context, id domain.ID) string {
	name := string(id)
	if err := r.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err == nil {
			name = o.Name(domain.KindPrincipal, id)
		}
		return err
	}); err != nil {
		return string(id)
	}
	return name
}

// Share implements reviewpage.Work.
func (r reviewReads) Share(ctx context.Context, campaign string) (reviewpage.Share, error) {
	h, err := r.s.svc.Home(ctx, r.s.actor)
	if err != nil {
		return reviewpage.Share{}, err
	}
	mine := slices.SortedStableFunc(slices.Values(h.Mine), func(a, b review.MyItems) int { return a.Due.Compare(b.Due) })
	// Without a campaign named, the first one due in which something is open.
	pick := slices.IndexFunc(mine, func(m review.MyItems) bool {
		return campaign == string(m.Campaign.ID) || campaign == "" && m.Resume > 0
	})
	if pick < 0 && campaign == "" && len(mine) > 0 {
		pick = 0
	}
	if pick < 0 && campaign != "" {
		if over, ok, err := r.over(ctx, domain.ID(campaign)); ok || err != nil {
			return over, err
		}
	}
	if pick < 0 {
		return reviewpage.Share{}, domain.Errorf(domain.NotFound, "nothing waits for you to review").
			Hinted("items come to you when a campaign that names you is launched; 1 goes home")
	}
	m := mine[pick]
	return reviewpage.Share{Campaign: m.Campaign, Actor: r.s.actor.Principal, Progress: m.Progress, Resume: m.Resume, Due: m.Due, Now: h.Now}, nil
}

// More implements reviewpage.Work: what is read about one item.
func (r reviewReads) More(ctx context.Context, campaign domain.ID, no int) (more itemlist.More, err error) {
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		it, err := tx.Item(campaign, no)
		if err != nil {
			return err
		}
		more.Zone = o.Zone()
		if more.Since, err = sinceWords(tx, o, it.Since); err != nil {
			return err
		}
		if origin := it.Holding.Origin; origin.Outside() {
			more.From = "its truth lives in " + origin.Source
		}
		if err := standing(tx, o, it, &more); err != nil {
			return err
		}
		more.Now = nowWords(o, it)
		votes, err := tx.Votes(campaign, no)
		if err != nil {
			return err
		}
		for _, v := range slices.Backward(votes) {
			if v.To != 0 {
				more.Versions = append(more.Versions, versionWords(o, it, v))
			}
		}
		return nil
	})
	return more, err
}

// over is the actor's share of a campaign in which they have nothing to decide
// any more: that of the last stage in which they were asked.
func (r reviewReads) over(ctx context.Context, campaign domain.ID) (s reviewpage.Share, ok bool, err error) {
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if s.Campaign, err = tx.Campaign(campaign); err != nil {
			return err
		}
		s.Actor, s.Due, s.Now = r.s.actor.Principal, s.Campaign.Due, tx.Now().In(o.Zone())
		all, err := tx.Progress(campaign)
		for _, p := range all {
			if p.Reviewer == s.Actor && p.Items > 0 && p.Stage >= s.Stage {
				s.Progress, s.Stage, ok = p, p.Stage, true
			}
		}
		return err
	})
	s.Over = fmt.Sprintf("The campaign is %s: your decisions are closed.", s.Campaign.State)
	if s.Campaign.State == review.Active {
		s.Over = fmt.Sprintf("Your stage is closed: stage %d is asked now.", s.Campaign.Stage)
	}
	return s, ok, err
}

// standing says who decides an item, in which stage and beside whom, what the
// stages that closed say of it, and what was decided on it before.
func standing(tx review.Tx, o *domain.Org, it review.Item, more *itemlist.More) error {
	name := func(id domain.ID) string { return o.Name(domain.KindPrincipal, id) }
	more.Reviewer = name(it.Reviewer)
	for _, a := range it.Assigned {
		if a.Stage == it.Stage && a.Reviewer != it.Reviewer && a.Reviewer != "" {
			more.Others = append(more.Others, fmt.Sprintf("%s (%s)", name(a.Reviewer), a.Rule))
		}
	}
	c, err := tx.Campaign(it.Campaign)
	if err != nil {
		return err
	}
	if stages := c.Definition.Stages; it.Stage > 0 && it.Stage <= len(stages) {
		if st := stages[it.Stage-1]; len(stages) > 1 || st.Name != "" {
			more.Stage = strings.TrimSuffix(fmt.Sprintf("%d of %d, %s", it.Stage, len(stages), st.Name), ", ")
		}
	}
	if l := it.Last; l.Campaign != "" {
		more.Last = fmt.Sprintf("%s in %s by %s on %s", l.Answer, l.Name, name(l.Reviewer), o.DayOf(l.At))
		if l.Certified > 1 {
			more.Last += fmt.Sprintf(", kept %d times in a row", l.Certified)
		}
	}
	rulings, err := tx.Rulings(it.Campaign, it.No)
	for _, ru := range rulings {
		if ru.Stage == 0 || ru.Stage > len(c.Definition.Stages) || c.Stage == ru.Stage && !c.Ruled() || len(c.Definition.Stages) == 1 {
			continue
		}
		asked := it
		asked.Ruling = ru
		_, word := itemlist.Ruled(asked)
		more.Rulings = append(more.Rulings, fmt.Sprintf("stage %d: %s (%s)", ru.Stage, word, itemlist.RuleWords(ru)))
	}
	return err
}

// nowWords says what an item's holding is now, where that is not what was staged.
func nowWords(o *domain.Org, it review.Item) string {
	row, ok := o.Holding(it.Holding.ID)
	if !ok {
		return "gone"
	}
	now, is := row.Record.(domain.Grant)
	switch {
	case !is || now == it.Holding:
		return ""
	case now.Level != it.Holding.Level:
		return it.Holding.Ladder().Word(now.Level)
	case now.Window != it.Holding.Window:
		return "with another window"
	}
	return ""
}

// as is the actor with what was on the screen.
func (r reviewReads) as(saw domain.Sight) domain.Actor {
	a := r.s.actor
	a.Saw = saw
	return a
}

// Decide implements reviewpage.Work.
func (r reviewReads) Decide(ctx context.Context, saw domain.Sight, c domain.ID, in []review.DecisionInput) (review.Receipt, error) {
	return r.s.svc.Decide(ctx, r.as(saw), c, in)
}

// Undo implements reviewpage.Work.
func (r reviewReads) Undo(ctx context.Context, saw domain.Sight, c domain.ID, item int) (review.Decision, error) {
	return r.s.svc.UndoDecision(ctx, r.as(saw), c, item)
}

// Sign implements reviewpage.Work.
func (r reviewReads) Sign(ctx context.Context, saw domain.Sight, c domain.ID, typed string) (review.Packet, error) {
	return r.s.svc.SignOff(ctx, r.as(saw), c, typed)
}

// Colleagues implements reviewpage.Hands.
func (r reviewReads) Colleagues(ctx context.Context) ([]ui.Candidate, error) {
	return campaignDesk{r}.Reviewers(ctx)
}

// Delegate implements reviewpage.Hands.
func (r reviewReads) Delegate(ctx context.Context, saw domain.Sight, c domain.ID, items []int, to domain.ID, reason string) error {
	return r.s.svc.Delegate(ctx, r.as(saw), c, items, to, reason)
}
