package main

import (
	"context"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/campaigns"
)

// answers lists every answer, none of them too.
var answers = []review.Answer{review.Silent, review.Keep, review.Reduce, review.Revoke, review.Abstain}

// stages gives how far each stage of a campaign is, and its items by ruling.
func (d campaignDesk) stages(tx review.Tx, s *campaigns.Story) error {
	c := s.Figures.Campaign
	if c.Population == "" {
		return nil
	}
	for _, a := range answers {
		n, err := tx.CountItems(review.ItemQuery{Campaign: c.ID, Ruled: []review.Answer{a}})
		if err != nil {
			return err
		}
		if n > 0 {
			if s.Rulings == nil {
				s.Rulings = map[review.Answer]int{}
			}
			s.Rulings[a] = n
		}
	}
	all, err := tx.Progress(c.ID)
	if err != nil {
		return err
	}
	ruled, entered, err := ruledByStage(tx, c)
	if err != nil {
		return err
	}
	for i, st := range c.Definition.Stages {
		line := campaigns.StageLine{Name: st.Name, Days: st.Days, Entered: entered[i], Complete: ruled[i]}
		if no := i + 1; no == c.Stage {
			line.Began, line.Due = c.Began, c.Due
		}
		if line.Entered > 0 {
			if line.Decided, err = tx.CountItems(review.ItemQuery{Campaign: c.ID, Stage: i + 1, Answers: answers[1:]}); err != nil {
				return err
			}
		}
		for _, p := range all {
			if p.Stage == i+1 && p.Reviewer != "" {
				line.Work, line.WorkDone = line.Work+p.Items, line.WorkDone+p.Decided
			}
		}
		s.Stages = append(s.Stages, line)
	}
	return nil
}

// dueOf reads a date or an instant as it was typed.
func (d campaignDesk) dueOf(ctx context.Context, typed string) (c review.Campaign, err error) {
	return c, d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		c.Due, err = parseDue(o, strings.TrimSpace(typed))
		return err
	})
}

// Remind implements campaigns.Acts.
func (d campaignDesk) Remind(ctx context.Context, saw domain.Sight, id domain.ID, note string, dry bool) (review.Reminding, error) {
	return d.s.svc.Remind(ctx, d.as(saw), id, nil, note, dry)
}

// Tick implements campaigns.Acts.
func (d campaignDesk) Tick(ctx context.Context, saw domain.Sight, dry bool) (review.TickReport, error) {
	return d.s.svc.Tick(ctx, d.as(saw), dry)
}

// Lapse implements campaigns.Acts.
func (d campaignDesk) Lapse(ctx context.Context, saw domain.Sight, id domain.ID) (int, error) {
	closed, err := d.s.svc.Lapse(ctx, d.as(saw), id)
	return len(closed), err
}

// Advance implements campaigns.Acts.
func (d campaignDesk) Advance(ctx context.Context, saw domain.Sight, id domain.ID) (review.Campaign, error) {
	return d.s.svc.Advance(ctx, d.as(saw), id)
}

// Reiterate implements campaigns.Acts.
func (d campaignDesk) Reiterate(ctx context.Context, saw domain.Sight, id domain.ID, due, reason string) (review.Campaign, error) {
	c, err := d.dueOf(ctx, due)
	if err != nil {
		return c, err
	}
	return d.s.svc.Reiterate(ctx, d.as(saw), id, c.Due, reason)
}

// ruledByStage counts the items that each stage has ruled on, and those that
// came to it.
func ruledByStage(tx review.Tx, c review.Campaign) (ruled, entered []int, err error) {
	n := len(c.Definition.Stages)
	ruled, entered = make([]int, n), make([]int, n)
	if c.State >= review.Active {
		entered[0] = c.TieOut.InScope
	}
	all, err := tx.Rulings(c.ID, 0)
	for _, r := range all {
		if r.Stage < 1 || r.Stage > n {
			continue
		}
		ruled[r.Stage-1]++
		if !r.Stops && r.Stage < n {
			entered[r.Stage]++
		}
	}
	return ruled, entered, err
}
