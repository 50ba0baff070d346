package main

import (
	"context"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/changesets"
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
func (d orgDesk) Remap(o *domain.Org, x domain.ExternalGroup, to domain.ID, with map[domain.ID]bool) []domain.Change {
	return remap(o, x, to, with)
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

// ChangeSets implements changesets.Reads.
func (d orgDesk) ChangeSets(ctx context.Context) (out []changesets.Entry, err error) {
	return out, d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		all, err := tx.ChangeSets(review.ChangeSetQuery{})
		for _, cs := range all {
			out = append(out, changesets.Entry{ChangeSet: cs, By: o.Name(domain.KindPrincipal, cs.Maker)})
		}
		return err
	})
}

// ChangeSet implements changesets.Reads.
func (d orgDesk) ChangeSet(ctx context.Context, id domain.ID) (cs domain.ChangeSet, err error) {
	return cs, d.s.store.View(ctx, func(tx review.Tx) error {
		cs, err = tx.ChangeSet(id)
		return err
	})
}

// ChangeSetLines implements changesets.Reads.
func (d orgDesk) ChangeSetLines(_ context.Context, id domain.ID) ([]string, error) {
	p, _, _, err := d.s.changePage(id)
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimRight(p.text(), "\n"), "\n"), nil
}
