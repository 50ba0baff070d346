package main

import (
	"context"
	"fmt"
	"slices"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/approvals"
	"countersign/tui/browse"
	"countersign/tui/plan"
)

// papers are what takes a second signature besides packets and change sets, for a
// checker to sign; what the actor made themselves stands among it, locked.
func (r reviewReads) papers(tx review.Tx) ([]approvals.Paper, error) {
	o, err := tx.Org()
	if err != nil {
		return nil, err
	}
	launches, err := r.launches(tx, o)
	if err != nil {
		return nil, err
	}
	definitions, err := r.definitions(tx, o)
	if err != nil {
		return nil, err
	}
	requests, err := r.requests(tx, o)
	return slices.Concat(launches, definitions, requests), err
}

// requests are the changes of running campaigns that wait.
func (r reviewReads) requests(tx review.Tx, o *domain.Org) ([]approvals.Paper, error) {
	all, err := tx.Requests("")
	if err != nil {
		return nil, err
	}
	var out []approvals.Paper
	for _, q := range all {
		mine := q.Maker == r.s.actor.Principal
		if q.State != domain.Proposed || !r.shownTo(tx, o, mine) {
			continue
		}
		c, err := tx.Campaign(q.Campaign)
		if err != nil {
			return nil, err
		}
		p := approvals.Paper{Kind: "request", ID: q.ID, Title: c.Name, Maker: o.Name(domain.KindPrincipal, q.Maker), Size: q.Act.String(), Mine: mine,
			Says: []string{askedWords(o, c, q, "whoever approves it"), "because: " + q.Reason}}
		facts, err := review.RequestFacts(tx, q)
		if err != nil {
			return nil, err
		}
		p.Says = append(p.Says, facts...)
		p.Leads = append(madeBy(o, q.Maker), tui.Lead{Page: "campaign", Arg: string(c.ID), Label: "campaign " + c.Name, Note: "it asks for a change of this"})
		for _, no := range q.Items[:min(len(q.Items), mostLeads)] {
			p.Leads = append(p.Leads, tui.Lead{Page: "campaign", Arg: fmt.Sprintf("%s/%d", c.ID, no), Label: fmt.Sprintf("item %d", no), Note: "it is about this"})
		}
		if mine {
			p.Why = "you asked for it"
		}
		out = append(out, p)
	}
	return out, nil
}

// madeBy is the page over who made something.
func madeBy(o *domain.Org, maker domain.ID) []tui.Lead {
	if p, ok := browse.PlaceOf(o, domain.KindPrincipal, maker, "made it"); ok {
		return []tui.Lead{p}
	}
	return nil
}

// askedWords say who asks for what: of an exception what is accepted as it is, by
// whom and until when.
func askedWords(o *domain.Org, c review.Campaign, q review.Request, approver string) string {
	text := review.RequestWords(o, c, q)
	if q.Act == review.RequestExcept {
		text += ", excepted by " + o.Name(domain.KindPrincipal, q.Maker) + " and " + approver
	}
	return text
}

// shownTo tells whether a paper is shown to the actor: to who made it and to
// checkers.
func (r reviewReads) shownTo(tx review.Tx, o *domain.Org, mine bool) bool {
	return mine || o.HasDuty(r.s.actor.Principal, domain.DutyChecker, tx.Now())
}

// launches are the staged campaigns.
func (r reviewReads) launches(tx review.Tx, o *domain.Org) ([]approvals.Paper, error) {
	all, err := tx.Campaigns()
	if err != nil {
		return nil, err
	}
	var out []approvals.Paper
	for _, c := range all {
		if c.State != review.Staged {
			continue
		}
		me := r.s.actor.Principal
		p := approvals.Paper{Kind: "launch", ID: c.ID, Title: c.Name, Maker: o.Name(domain.KindPrincipal, c.Owner), Size: review.Count(c.TieOut.InScope, "item", "items"),
			Mine: me == c.Owner || slices.Contains(c.Makers, me)}
		if !r.shownTo(tx, o, p.Mine) {
			continue
		}
		p.Leads = madeBy(o, c.Owner)
		if p.Mine {
			p.Why = "you prepared it"
		}
		p.Says = append(p.Says, fmt.Sprintf("%d items in scope, difference %d; due %s", c.TieOut.InScope, c.TieOut.Difference(), review.Moment(c.Due, o.Zone())))
		out = append(out, says(p, o, c.Definition))
	}
	return out, nil
}

func says(p approvals.Paper, o *domain.Org, d review.Definition) approvals.Paper {
	label := ""
	for _, f := range plan.Facts(o, d) {
		if f.Label != "" {
			label = f.Label
		}
		p.Says = append(p.Says, label+": "+f.Text)
	}
	return p
}

// definitions are the versions that wait.
func (r reviewReads) definitions(tx review.Tx, o *domain.Org) ([]approvals.Paper, error) {
	all, err := tx.Templates()
	if err != nil {
		return nil, err
	}
	var out []approvals.Paper
	for _, versions := range review.ByTemplate(all) {
		t, waits := review.TemplatePending(versions)
		mine := t.Maker == r.s.actor.Principal
		if !waits || !r.shownTo(tx, o, mine) {
			continue
		}
		p := approvals.Paper{Kind: "definition", ID: t.ID, Title: t.Name, Maker: o.Name(domain.KindPrincipal, t.Maker), Size: fmt.Sprintf("version %d", t.Version), Mine: mine}
		p.Leads = append(madeBy(o, t.Maker), tui.Lead{Page: "definitions", Arg: string(t.ID), Label: "definition " + t.Name, Note: "all its versions"})
		if mine {
			p.Why = "you made this"
		}
		if t.Retires {
			p.Title = "Retire " + t.Name
			p.Says = append(p.Says, t.Reason)
		}
		p.Says = append(p.Says, "started "+startsWords(t))
		out = append(out, says(p, o, t.Definition))
	}
	return out, nil
}

// SignPaper implements approvals.Acts.
func (r reviewReads) SignPaper(ctx context.Context, saw domain.Sight, p approvals.Paper, reason string) (string, error) {
	switch p.Kind {
	case "launch":
		c, err := r.s.svc.Launch(ctx, r.as(saw), p.ID)
		return "launched: " + c.Name, err
	case "definition":
		t, err := r.s.svc.ApproveTemplate(ctx, r.as(saw), string(p.ID), reason)
		return fmt.Sprintf("%s: version %d is %s", t.Name, t.Version, t.State), err
	case "request":
		q, err := r.s.svc.ApproveRequest(ctx, r.as(saw), p.ID, reason)
		if err != nil {
			return "", err
		}
		return r.carriedOut(ctx, q), nil
	}
	return "", domain.Errorf(domain.Internal, "%q is nothing to sign", p.Kind)
}

// carriedOut says what became of an approved request.
func (r reviewReads) carriedOut(ctx context.Context, q review.Request) string {
	text := "done: " + q.Act.String()
	if err := r.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		c, err := tx.Campaign(q.Campaign)
		if err == nil {
			text = "done: " + askedWords(o, c, q, o.Name(domain.KindPrincipal, r.s.actor.Principal))
		}
		return err
	}); err != nil {
		return text // it is done; only its words could not be read
	}
	return text
}

// RefusePaper implements approvals.Acts.
func (r reviewReads) RefusePaper(ctx context.Context, saw domain.Sight, p approvals.Paper, reason string) (string, error) {
	switch p.Kind {
	case "request":
		q, err := r.s.svc.RejectRequest(ctx, r.as(saw), p.ID, reason)
		return "turned down: " + q.Act.String(), err
	case "definition":
	default:
		return "", domain.Errorf(domain.Internal, "%q is nothing to send back", p.Kind)
	}
	t, err := r.s.svc.RejectTemplate(ctx, r.as(saw), string(p.ID), reason)
	return fmt.Sprintf("%s: version %d is %s", t.Name, t.Version, t.State), err
}
