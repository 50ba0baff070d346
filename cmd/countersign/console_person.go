package main

import (
	"context"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/change"
)

// Left implements people.Reads.
func (d orgDesk) Left(ctx context.Context, person, to domain.ID) ([]change.LeftOver, error) {
	rest, err := d.apart(ctx, person, to)
	out := make([]change.LeftOver, len(rest))
	for i, a := range rest {
		out[i] = change.LeftOver{Text: a.Text, Items: len(a.items)}
	}
	return out, err
}

// apart lists what waits on a person and is no part of a change set.
func (d orgDesk) apart(ctx context.Context, person, to domain.ID) ([]apart, error) {
	leaving, err := d.s.svc.Leaving(ctx, person, to)
	if err != nil {
		return nil, err
	}
	p, err := d.Picture(ctx)
	return apartOf(p.Org, person, to, leaving), err
}

// HandItems implements people.Acts: campaigns that the person at the screen does not
// run are named, and stay as they are.
func (d orgDesk) HandItems(ctx context.Context, person, to domain.ID, reason string) (string, error) {
	rest, err := d.apart(ctx, person, to)
	if err != nil {
		return "", err
	}
	var said []string
	for _, a := range rest {
		if len(a.items) == 0 {
			continue
		}
		asked, done, err := d.s.reassignParts(a.campaign, review.Handing{Items: a.items, From: person, To: to, Reason: reason})
		switch {
		case domain.CodeOf(err) == domain.Forbidden || domain.CodeOf(err) == domain.Conflict:
			said = append(said, notReassigned(done, err))
		case err != nil:
			return strings.Join(said, "; "), err
		case len(asked) > 0:
			said = append(said, "asked for, and waits for a checker: "+a.Text)
		default:
			said = append(said, "reassigned: "+a.Text)
		}
	}
	return strings.Join(said, "; "), nil
}

// Brings implements people.Reads.
func (d orgDesk) Brings(ctx context.Context, person domain.ID, changes []domain.Change) ([]string, error) {
	p, err := d.Picture(ctx)
	if err != nil {
		return nil, err
	}
	return d.s.brings(p.Org, changes, picture{org: p.Org, at: p.Now}, person)
}

// Substitutes implements people.Reads.
func (d orgDesk) Substitutes(ctx context.Context, person domain.ID) ([]review.Substitute, error) {
	return d.s.svc.Substitutes(ctx, person)
}

// SetSubstitute implements people.Acts.
func (d orgDesk) SetSubstitute(ctx context.Context, saw domain.Sight, in review.Substitute) (review.Substitute, error) {
	if err := d.refused(); err != nil {
		return review.Substitute{}, err
	}
	actor := d.s.actor
	actor.Saw = saw
	return d.s.svc.SetSubstitute(ctx, actor, in)
}

// EndSubstitute implements people.Acts.
func (d orgDesk) EndSubstitute(ctx context.Context, saw domain.Sight, id domain.ID, reason string) (review.Substitute, error) {
	if err := d.refused(); err != nil {
		return review.Substitute{}, err
	}
	actor := d.s.actor
	actor.Saw = saw
	return d.s.svc.EndSubstitute(ctx, actor, id, reason)
}
