package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/campaigns"
	"countersign/tui/ui"
)

// asked is a question about a campaign, with what it asked for.
type asked struct {
	campaign domain.ID
	with     []string
}

// campaignLook is one thing to look at, with how it is worked out.
type campaignLook struct {
	campaigns.Look
	lines func(campaignDesk, context.Context, asked) ([]ui.Line, error)
}

// campaignLooks are what there is to look at of a campaign, in the order in which
// it is offered.
func campaignLooks() []campaignLook {
	return []campaignLook{
		{campaigns.Look{ID: "replay", Title: "replay", Doing: "replaying its log", From: review.Staged,
			Long: "rebuild every ruling from the log alone and name what is stored otherwise"}, campaignDesk.replayLook},
		{campaigns.Look{ID: "what-if", Title: "another strategy", Doing: "ruling anew", From: review.Decided,
			Long: "what would have come out under another strategy, with the votes as they were cast",
			Ask: []ui.Field{{Label: "Strategy in every stage (may be empty)", Hint: "one-accept-accepts, all-must-accept, one-deny-denies, accepted-if-not-denied"},
				{Label: "Strategy over the stages (may be empty)"}}}, campaignDesk.whatIfLook},
		{campaigns.Look{ID: "simulate", Title: "if nobody answered", Doing: "simulating", From: review.Staged,
			Long: "what silence would make of every item, by which rule, and who would lose what"}, campaignDesk.simulateLook},
		{campaigns.Look{ID: "residuals", Title: "what is left", Doing: "looking for ways", From: review.Remediating,
			Long: "items whose holders still reach more than was ruled, with the smallest edits that would end it"}, campaignDesk.residualsLook},
		{campaigns.Look{ID: "diligence", Title: "diligence", Doing: "measuring", From: review.Active,
			Long: "how each reviewer answered: seconds an item, details opened, in bulk, changes of mind"}, campaignDesk.diligenceLook},
		{campaigns.Look{ID: "sample", Title: "sample", Doing: "drawing", From: review.Staged,
			Long: "draw items by a seed, for an auditor, each with its whole story",
			Ask: []ui.Field{{Label: "Seed", Hint: "the auditor chooses it: 20261122", Check: ui.Needed("a seed")},
				{Label: "How many", Value: "25", Check: wholeNumber}}}, campaignDesk.sampleLook},
		{campaigns.Look{ID: "messages", Title: "messages", Doing: "reading the outbox", From: review.Draft,
			Long: "what was told to whom about it: reminders, escalations, and whether it was sent"}, campaignDesk.messagesLook},
		{campaigns.Look{ID: "charts", Title: "charts", Doing: "counting day by day", From: review.Staged,
			Long: "progress by reviewer, the mix of decisions, and what was open at the end of each day, drawn"}, campaignDesk.chartsLook},
	}
}

// wholeNumber says what is wrong with a count, "" if nothing.
func wholeNumber(s string) string {
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err != nil || n < 1 {
		return "type a number from 1 on"
	}
	return ""
}

// Looks implements campaigns.Reads.
func (d campaignDesk) Looks() []campaigns.Look {
	var out []campaigns.Look
	for _, l := range campaignLooks() {
		out = append(out, l.Look)
	}
	return out
}

// Look implements campaigns.Reads.
func (d campaignDesk) Look(ctx context.Context, campaign domain.ID, look string, with []string) ([]ui.Line, error) {
	all := campaignLooks()
	i := slices.IndexFunc(all, func(l campaignLook) bool { return l.ID == look })
	if i < 0 {
		return nil, domain.Errorf(domain.NotFound, "there is no look %q", look).Hinted("choose one from the menu")
	}
	return all[i].lines(d, ctx, asked{campaign, with})
}

// org reads the organisation, for names.
func (d campaignDesk) org(ctx context.Context) (o *domain.Org, err error) {
	return o, d.s.store.View(ctx, func(tx review.Tx) error { o, err = tx.Org(); return err })
}

func (d campaignDesk) replayLook(ctx context.Context, a asked) ([]ui.Line, error) {
	r, err := d.s.svc.Replay(ctx, a.campaign, nil)
	if err != nil {
		return nil, err
	}
	o, err := d.org(ctx)
	if err != nil {
		return nil, err
	}
	return campaigns.ReplayLines(o, r), nil
}

func (d campaignDesk) whatIfLook(ctx context.Context, a asked) ([]ui.Line, error) {
	other, err := otherwise(a.with[0], a.with[1])
	if err != nil {
		return nil, err
	}
	r, err := d.s.svc.Replay(ctx, a.campaign, other)
	return campaigns.WhatIfLines(r.Otherwise), err
}

// reading makes the lines of a look from one picture.
func (d campaignDesk) reading(ctx context.Context, a asked, fn func(tx review.Tx, o *domain.Org, c review.Campaign) ([]ui.Line, error)) (lines []ui.Line, err error) {
	return lines, d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		c, err := tx.Campaign(a.campaign)
		if err != nil {
			return err
		}
		lines, err = fn(tx, o, c)
		return err
	})
}

func (d campaignDesk) diligenceLook(ctx context.Context, a asked) ([]ui.Line, error) {
	return d.reading(ctx, a, func(tx review.Tx, o *domain.Org, c review.Campaign) ([]ui.Line, error) {
		all, err := review.DiligenceOf(tx, c)
		return campaigns.DiligenceLines(o, c, all), err
	})
}

func (d campaignDesk) sampleLook(ctx context.Context, a asked) ([]ui.Line, error) {
	size, err := strconv.Atoi(strings.TrimSpace(a.with[1]))
	if err != nil {
		return nil, domain.Errorf(domain.Invalid, "%q is no number", a.with[1]).Hinted("say how many items are drawn")
	}
	return d.reading(ctx, a, func(tx review.Tx, o *domain.Org, c review.Campaign) ([]ui.Line, error) {
		drawn, stories, err := review.Sample(tx, o, c, a.with[0], size, false)
		return campaigns.SampleLines(o, c, a.with[0], drawn, stories), err
	})
}

func (d campaignDesk) messagesLook(ctx context.Context, a asked) ([]ui.Line, error) {
	return d.reading(ctx, a, func(tx review.Tx, o *domain.Org, c review.Campaign) ([]ui.Line, error) {
		all, err := tx.Messages(review.MessageQuery{Campaign: c.ID})
		return campaigns.MessageLines(o, all), err
	})
}

// chartWidth is how many cells charts in a window take: what one has inside at 80
// columns and less.
const chartWidth = 54

func (d campaignDesk) chartsLook(ctx context.Context, a asked) ([]ui.Line, error) {
	f, err := d.s.svc.Figures(ctx, a.campaign)
	if err != nil {
		return nil, err
	}
	return d.reading(ctx, a, func(tx review.Tx, o *domain.Org, c review.Campaign) ([]ui.Line, error) {
		var burn []ui.Day
		if c.State == review.Active {
			items, answered, err := decidedDuring(tx, c)
			if err != nil {
				return nil, err
			}
			burn = campaigns.Burn(c.Began, c.Due, tx.Now(), o.Zone(), items, answered)
		}
		return campaigns.ChartLines(o, f, burn, chartWidth), nil
	})
}

// decidedDuring gives the items that entered the present stage, and when each answer
// in it came into force and ended.
func decidedDuring(tx review.Tx, c review.Campaign) (items int, all []campaigns.Decided, err error) {
	_, entered, err := ruledByStage(tx, c)
	if err != nil || c.Stage < 1 || c.Stage > len(entered) {
		return 0, nil, err
	}
	ends := map[domain.Seq]time.Time{}
	for v, err := range tx.DecisionVersions(c.ID) {
		if err != nil {
			return 0, nil, err
		}
		if v.Row.Stage != c.Stage || v.Row.Answer == review.Silent {
			continue
		}
		x := campaigns.Decided{Item: v.Row.Item, From: v.At}
		if v.To != 0 {
			if _, known := ends[v.To]; !known {
				e, err := tx.Event(v.To)
				if err != nil {
					return 0, nil, err
				}
				ends[v.To] = e.Time
			}
			x.To = ends[v.To]
		}
		all = append(all, x)
	}
	return entered[c.Stage-1], all, nil
}

func (d campaignDesk) simulateLook(ctx context.Context, a asked) ([]ui.Line, error) {
	sim, err := d.s.svc.Simulate(ctx, a.campaign, review.AssumeNone)
	if err != nil {
		return nil, err
	}
	return d.reading(ctx, a, func(_ review.Tx, o *domain.Org, c review.Campaign) ([]ui.Line, error) {
		return campaigns.SimulationLines(o, c, sim), nil
	})
}

func (d campaignDesk) residualsLook(ctx context.Context, a asked) ([]ui.Line, error) {
	ids, err := d.s.ids()
	if err != nil {
		return nil, err
	}
	all, err := d.s.svc.Residuals(ctx, a.campaign, func() domain.ID { return ids(domain.PrefixGrant) })
	if err != nil {
		return nil, err
	}
	o, err := d.org(ctx)
	return campaigns.ResidualLines(o, all), err
}
