package main

import (
	"context"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/coverage"
	"countersign/tui/definitions"
)

// planPages are the console's pages over what is reviewed again and again.
func planPages(s *session) []tui.PageSpec {
	d := planDesk{orgDesk{s: s, now: true}, reviewReads{s}}
	return []tui.PageSpec{
		{ID: "definitions", Title: "Definitions", Key: "f8", New: definitions.New(d, d)},
		{ID: "coverage", Title: "Coverage", Key: "f9", New: coverage.New(d, d)},
	}
}

// planDesk reads definitions and does the acts on them.
type planDesk struct {
	orgDesk
	as reviewReads
}

// Definitions implements definitions.Reads.
func (d planDesk) Definitions(ctx context.Context) (all []review.Template, actor domain.ID, err error) {
	err = d.s.store.View(ctx, func(tx review.Tx) error {
		all, err = tx.Templates()
		return err
	})
	return all, d.s.actor.Principal, err
}

// ProposeDefinition implements definitions.Acts, as do the four below.
func (d planDesk) ProposeDefinition(ctx context.Context, saw domain.Sight, t review.Template) (review.Template, error) {
	return d.s.svc.ProposeTemplate(ctx, d.as.as(saw), t)
}

// ApproveDefinition is the second signature.
func (d planDesk) ApproveDefinition(ctx context.Context, saw domain.Sight, ref domain.ID, reason string) (review.Template, error) {
	return d.s.svc.ApproveTemplate(ctx, d.as.as(saw), string(ref), reason)
}

// RejectDefinition ends the version that waits.
func (d planDesk) RejectDefinition(ctx context.Context, saw domain.Sight, ref domain.ID, reason string) (review.Template, error) {
	return d.s.svc.RejectTemplate(ctx, d.as.as(saw), string(ref), reason)
}

// RetireDefinition proposes the end of one.
func (d planDesk) RetireDefinition(ctx context.Context, saw domain.Sight, ref domain.ID, reason string) (review.Template, error) {
	return d.s.svc.RetireTemplate(ctx, d.as.as(saw), string(ref), reason)
}

// DraftFrom drafts a campaign from the version in force.
func (d planDesk) DraftFrom(ctx context.Context, saw domain.Sight, ref domain.ID, name, due string) (review.Campaign, error) {
	c := review.Campaign{Name: name, Template: ref}
	if due != "" {
		read, err := campaignDesk{d.as}.dueOf(ctx, due)
		if err != nil {
			return c, err
		}
		c.Due = read.Due
	}
	return d.s.svc.NewCampaign(ctx, d.as.as(saw), c)
}
