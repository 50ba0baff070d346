package main

import (
	"context"

	"countersign/domain"
	"countersign/review"
)

// Actor implements coverage.Reads.
func (d planDesk) Actor() domain.ID { return d.s.actor.Principal }

// covering gives where everything stands now.
func (d planDesk) covering(ctx context.Context, fn func(o *domain.Org, c *review.Coverage) error) error {
	return d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		c, err := review.CoverageNow(tx, o)
		if err != nil {
			return err
		}
		return fn(o, c)
	})
}

// Coverage implements coverage.Reads.
func (d planDesk) Coverage(ctx context.Context) (all []review.FrameworkCoverage, err error) {
	return all, d.covering(ctx, func(o *domain.Org, c *review.Coverage) error {
		for _, f := range o.Frameworks() {
			all = append(all, c.Of(f))
		}
		return nil
	})
}

// Next implements coverage.Reads.
func (d planDesk) Next(ctx context.Context, framework, until string, most int) (first []review.Cover, all int, err error) {
	day, err := domain.ParseDate(until)
	if err != nil {
		return nil, 0, err
	}
	return first, all, d.covering(ctx, func(o *domain.Org, c *review.Coverage) error {
		f, err := domain.FindFramework(o.Frameworks(), framework)
		if err != nil {
			return err
		}
		for x := range c.Covers(f) {
			if !c.Takes(x, day) {
				continue
			}
			if all++; len(first) < most {
				first = append(first, x)
			}
		}
		return nil
	})
}

// DraftCoverage implements coverage.Acts: answered by managers, else owners, as
// "campaign new --from-coverage" is.
func (d planDesk) DraftCoverage(ctx context.Context, saw domain.Sight, framework, until, name, due string) (review.Campaign, error) {
	c := review.Campaign{Name: name}
	err := d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		f := campaignFlags{reviewers: []string{review.ByManager, review.ByTargetOwner}, countersign: "all",
			strategy: review.OneAcceptAccepts.String(), horizon: defaultHorizon}
		if c.Definition, err = f.definition(o); err != nil {
			return err
		}
		if err := readCoverage(o, &c.Definition.Scope, framework, until); err != nil {
			return err
		}
		c.Due, err = parseDue(o, due)
		return err
	})
	if err != nil {
		return c, err
	}
	return d.s.svc.NewCampaign(ctx, d.as.as(saw), c)
}
