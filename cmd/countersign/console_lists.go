package main

import (
	"context"

	"countersign/domain"
	"countersign/review"
)

// Expiring implements expiring.Reads.
func (d orgDesk) Expiring(ctx context.Context, days int) (out []review.Expiry, err error) {
	p, err := d.Picture(ctx)
	if err != nil {
		return nil, err
	}
	return out, d.s.store.View(ctx, func(tx review.Tx) error {
		out, err = review.Expiring(tx, p.Org, p.Now, p.Org.DayEnd(p.Now, days), nil)
		return err
	})
}

// Remap implements mappings.Acts.
func (d orgDesk) Remap(o *domain.Org, x domain.ExternalGroup, to domain.ID) []domain.Change {
	return remap(o, x, to)
}

// SameName implements mappings.Acts.
func (d orgDesk) SameName(o *domain.Org, x domain.ExternalGroup) domain.ID { return sameName(o, x) }

// MoveTo implements catalogue.Acts.
func (d orgDesk) MoveTo(_ context.Context, to string, higher bool) (domain.ChangeSet, []string, error) {
	if err := d.refused(); err != nil {
		return domain.ChangeSet{}, nil, err
	}
	return d.s.catalogueMove(to, "", higher)
}

// SetPreset implements catalogue.Acts.
func (d orgDesk) SetPreset(o *domain.Org, name string, values []string, take bool) (string, []domain.Change, error) {
	return setOwnPreset(o, name, values, take)
}
