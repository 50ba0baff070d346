package main

import (
	"context"
	"slices"

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
	}
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
