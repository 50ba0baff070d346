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
	list, dest, err := t.frozenFields(population, &it)
	if err != nil {
		return err
	}
	err = t.manyRows("SELECT "+list+" FROM frozen_item WHERE population = ? ORDER BY no", []any{string(population)}, dest,
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

// frozenFields gives the columns of frozen_item, and the fields that read them into
// an item. What is written once is looked up here, and not for each row by SQLite.
func (t *tx) frozenFields(population domain.ID, it *review.StagedItem) (list string, dest []unpacking, err error) {
	said := map[int64][]byte{}
	var no int64
	var one string
	err = t.manyRows("SELECT no, text FROM frozen_text WHERE population = ?", []any{string(population)},
		[]unpacking{number[int64]{&no}, text[string]{&one}}, func() error { said[no] = []byte(one); return nil })
	columns := slices.Clone(itemColumns)
	for i, f := range itemFields(it) {
		field := f.(unpacking)
		if alikeColumns[columns[i]] {
			field = saidOnce{field, said}
		}
		switch columns[i] {
		case "how":
			columns[i] = "ifnull(how, " + sqlHow + ")"
		case "subjects":
			columns[i] = "ifnull(subjects, " + sqlSubjects + ")"
		}
		dest = append(dest, field)
	}
	return strings.Join(columns, ", "), dest, err
}

// What the view item says where nothing is written.
const (
	sqlHow      = "json_array(holder_name || ' → ' || target_name || ': ' || level)"
	sqlSubjects = "json_array(holder)"
)

// saidOnce is a field whose column may have the number of a text.
type saidOnce struct {
	f    unpacking
	said map[int64][]byte
}

func (s saidOnce) unpack(c cell) error {
	if c.kind == packedNumber {
		said, there := s.said[c.num]
		if !there {
			return domain.Errorf(domain.Internal, "it says the text %d, which is not there", c.num)
		}
		c = cell{kind: packedText, text: said}
	}
	return s.f.unpack(c)
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
