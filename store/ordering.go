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
func (o *ordering) each(fn func(k orderKey, no int)) {
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
			fn(o.keys[id], int(last))
		}
	}
}

// orders writes the orders of the population.
func (w *stager) orders() error {
	pop := string(w.population)
	for _, o := range []struct {
		ordering *ordering
		table    string
		width    int
		row      func(args []any, k orderKey, no int)
	}{
		{&w.holders, "item_by_holder (population, holder, no)", 3, func(a []any, k orderKey, no int) { a[0], a[1], a[2] = pop, k.text, no }},
		{&w.targets, "item_by_target (population, target_name, no)", 3, func(a []any, k orderKey, no int) { a[0], a[1], a[2] = pop, k.text, no }},
		{&w.risks, "item_by_risk (population, risk, no)", 3, func(a []any, k orderKey, no int) { a[0], a[1], a[2] = pop, k.num, no }},
		{&w.reviewers, "staged_by_reviewer (population, stage, reviewer, no)", 4,
			func(a []any, k orderKey, no int) { a[0], a[1], a[2], a[3] = pop, k.num, k.text, no }},
	} {
		if err := w.order(o.ordering, "INSERT INTO "+o.table+" VALUES ", o.width, o.row); err != nil {
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
	w.reviewers.each(func(k orderKey, _ int) {
		if n[k]++; n[k] == 1 {
			keys = append(keys, k)
		}
	})
	for some := range slices.Chunk(keys, 2000) {
		err := w.s.writing(w.ctx, staging, func(q *sql.Tx) error {
			rows := grouper{into: "INSERT INTO staged_count (population, stage, reviewer, items) VALUES ", width: 4, most: 100}
			for _, k := range some {
				rows.add(string(w.population), k.num, k.text, n[k])
			}
			rows.cut()
			return (&runner{ctx: w.ctx, sql: q}).all(rows.done)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// order writes one, as many rows a transaction as fit its time. The next rows
// are made ready while the last are written.
func (w *stager) order(o *ordering, into string, width int, row func(args []any, k orderKey, no int)) error {
	const some = 2000
	batches, failed := make(chan batch, 2), make(chan error, 1)
	go func() {
		failed <- w.write(batches)
		for range batches { // what comes after a failure is let go
		}
	}()
	rows := grouper{into: into, width: width, most: 200, free: w.items.free}
	n := 0
	hand := func() {
		if rows.cut(); len(rows.done) > 0 {
			batches <- rows.done
			rows.done = nil
		}
	}
	o.each(func(k orderKey, no int) {
		row(rows.row(), k, no)
		rows.added()
		if n++; n%some == 0 {
			hand()
		}
	})
	hand()
	close(batches)
	return <-failed
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
