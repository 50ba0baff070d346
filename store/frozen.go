package store

import (
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// frozen yields a population's items by number, as they were staged, counting
// them to seen.
func (t *tx) frozen(population domain.ID, seen func(int64)) iter.Seq2[review.StagedItem, error] {
	return func(yield func(review.StagedItem, error) bool) {
		err := t.eachFrozen(population, func(it review.StagedItem) error {
			seen(int64(it.No))
			if !yield(it, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(review.StagedItem{}, err)
		}
	}
}

// Staged yields a population's items by number, as they were staged.
func (t *tx) Staged(population domain.ID) iter.Seq2[review.StagedItem, error] {
	return t.frozen(population, func(int64) {})
}

// eachFrozen walks items and assignments side by side, both by number.
func (t *tx) eachFrozen(population domain.ID, fn func(review.StagedItem) error) (err error) {
	who, err := t.sql.QueryContext(t.ctx,
		"SELECT campaign, no, stage, reviewer, rule, instead_of, past FROM staged_assignment WHERE population = ? ORDER BY no, pos", string(population))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, who.Close()) }()
	var a review.Assigned
	next := func() error { // a.Item 0: none left
		a = review.Assigned{}
		if !who.Next() {
			return who.Err()
		}
		return who.Scan(&a.Campaign, &a.Item, &a.Stage, &a.Reviewer, &a.Rule, &a.For, nested[[]domain.ID]{&a.Past})
	}
	if err := next(); err != nil {
		return err
	}
	var it review.StagedItem
	var dest []unpacking
	for _, f := range itemFields(&it) {
		dest = append(dest, f.(unpacking))
	}
	err = t.manyRows("SELECT "+strings.Join(itemColumns, ", ")+" FROM item WHERE population = ? ORDER BY no", []any{string(population)}, dest,
		func() error {
			it.Assigned = []review.Assigned{}
			for a.Item == it.No {
				it.Assigned = append(it.Assigned, a)
				if err := next(); err != nil {
					return err
				}
			}
			return fn(it)
		})
	if err == nil && a.Item != 0 {
		err = domain.Errorf(domain.Internal, "%s is assigned item %d, which is not there", a.Reviewer, a.Item)
	}
	return err
}

// parts takes a record apart into its leaves: "holder.id" → "usr_…".
func parts(rec domain.Record) map[string]string {
	out := map[string]string{}
	raw, err := domain.CanonicalJSON(rec)
	if err != nil {
		return out
	}
	var walk func(name string, raw json.RawMessage)
	walk = func(name string, raw json.RawMessage) {
		var m map[string]json.RawMessage
		if json.Unmarshal(raw, &m) != nil {
			out[name] = string(raw)
			return
		}
		for k, v := range m {
			walk(strings.TrimPrefix(name+"."+k, "."), v)
		}
	}
	walk("", raw)
	return out
}

func sortedKeys(a, b map[string]string) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}
