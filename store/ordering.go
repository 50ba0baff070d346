package store

import (
	"cmp"
	"database/sql"
	"slices"
	"strings"
	"time"
)

// orderKey is what items are ordered by, before their number.
type orderKey struct {
	text string
	num  int64
}

// ordering gathers which items have which key, in eight bytes an item, and
// gives them by key and then number. Items come by number.
type ordering struct {
	ids  map[orderKey]int32
	keys []orderKey
	key  []int32 // of each entry
	no   []int32
}

func (o *ordering) add(k orderKey, no int) {
	if o.ids == nil {
		o.ids = map[orderKey]int32{}
	}
	id, ok := o.ids[k]
	if !ok {
		id = int32(len(o.keys))
		o.keys = append(o.keys, orderKey{strings.Clone(k.text), k.num})
		o.ids[o.keys[id]] = id
	}
	o.key, o.no = append(o.key, id), append(o.no, int32(no))
}

// each yields the entries in order: a counting sort by the keys' ranks. An
// entry that is there twice is given once.
func (o *ordering) each(fn func(k orderKey, no int) error) error {
	byRank := make([]int32, len(o.keys)) // key ids in order
	for i := range byRank {
		byRank[i] = int32(i)
	}
	slices.SortFunc(byRank, func(a, b int32) int {
		x, y := o.keys[a], o.keys[b]
		return cmp.Or(cmp.Compare(x.num, y.num), cmp.Compare(x.text, y.text))
	})
	begins := make([]int32, len(o.keys)+1) // of each key id, where its entries go
	for _, id := range o.key {
		begins[id]++
	}
	at := int32(0)
	for _, id := range byRank {
		n := begins[id]
		begins[id] = at
		at += n
	}
	sorted := make([]int32, len(o.no))
	for i, id := range o.key {
		sorted[begins[id]] = o.no[i]
		begins[id]++
	}
	at = 0
	for _, id := range byRank {
		last := int32(-1)
		for ; at < begins[id]; at++ {
			if sorted[at] == last {
				continue
			}
			last = sorted[at]
			if err := fn(o.keys[id], int(last)); err != nil {
				return err
			}
		}
	}
	return nil
}

// orders writes the orders of the population.
func (w *stager) orders() error {
	pop := string(w.population)
	for _, o := range []struct {
		ordering *ordering
		table    string
		row      func(orderKey, int) []any
	}{
		{&w.holders, "item_by_holder (population, holder, no)", func(k orderKey, no int) []any { return []any{pop, k.text, no} }},
		{&w.targets, "item_by_target (population, target_name, no)", func(k orderKey, no int) []any { return []any{pop, k.text, no} }},
		{&w.risks, "item_by_risk (population, risk, no)", func(k orderKey, no int) []any { return []any{pop, k.num, no} }},
		{&w.reviewers, "staged_by_reviewer (population, stage, reviewer, no)",
			func(k orderKey, no int) []any { return []any{pop, k.num, k.text, no} }},
	} {
		if err := w.order(o.ordering, "INSERT INTO "+o.table+" VALUES ", o.row); err != nil {
			return err
		}
		if o.ordering == &w.reviewers {
			if err := w.counts(); err != nil {
				return err
			}
		}
		*o.ordering = ordering{}
	}
	return nil
}

// counts writes how many items each reviewer has.
func (w *stager) counts() error {
	n := map[orderKey]int{}
	var keys []orderKey
	err := w.reviewers.each(func(k orderKey, _ int) error {
		if n[k]++; n[k] == 1 {
			keys = append(keys, k)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(keys, 2000) {
		err := w.s.writing(w.ctx, staging, func(q *sql.Tx) error {
			rows := inserter{ctx: w.ctx, sql: q, into: "INSERT INTO staged_count (population, stage, reviewer, items) VALUES ", width: 4, most: 100}
			for _, k := range some {
				if err := rows.add(string(w.population), k.num, k.text, n[k]); err != nil {
					return err
				}
			}
			return rows.flush()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// order writes one, as many rows a transaction as fit its time.
func (w *stager) order(o *ordering, into string, row func(orderKey, int) []any) error {
	const some = 2000
	pace := pacer{most: 100}
	var held [][]any
	flush := func() error {
		return pace.time(func() error {
			return w.s.writing(w.ctx, staging, func(q *sql.Tx) error {
				rows := inserter{ctx: w.ctx, sql: q, into: into, most: 200}
				for _, r := range held {
					rows.width = len(r)
					if err := rows.add(r...); err != nil {
						return err
					}
				}
				held = held[:0]
				return rows.flush()
			})
		})
	}
	err := o.each(func(k orderKey, no int) error {
		if held = append(held, row(k, no)); len(held) < some*pace.size() {
			return nil
		}
		return flush()
	})
	if err != nil || len(held) == 0 {
		return err
	}
	return flush()
}

// pacer finds how much fits into one short transaction, by how long the last
// one took. Its zero value begins with one piece.
type pacer struct {
	most int // pieces a transaction, at most
	now  int
}

func (p *pacer) size() int { return max(p.now, 1) }

// time runs a transaction of size pieces and learns from it.
func (p *pacer) time(fn func() error) error {
	begun := time.Now()
	err := fn()
	switch took := time.Since(begun); {
	case took > shortHold:
		p.now = p.size() / 2
	case took < shortHold/2:
		p.now = min(2*p.size(), p.most)
	}
	return err
}
