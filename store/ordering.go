package store

import (
	"cmp"
	"slices"
	"strings"
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
	no   []int32 // nil: the entries are of the items 1, 2, 3 …, one each

	last   orderKey // of the last entry
	lastID int32
}

func (o *ordering) add(k orderKey, no int) {
	if o.ids == nil {
		o.ids = map[orderKey]int32{}
	}
	if len(o.key) == 0 || o.last != k {
		id, ok := o.ids[k]
		if !ok {
			id = int32(len(o.keys))
			o.keys = append(o.keys, orderKey{strings.Clone(k.text), k.num})
			o.ids[o.keys[id]] = id
		}
		o.last, o.lastID = o.keys[id], id
	}
	if o.no == nil && no != len(o.key)+1 {
		o.no = make([]int32, len(o.key))
		for i := range o.no {
			o.no[i] = int32(i + 1)
		}
	}
	o.key = append(o.key, o.lastID)
	if o.no != nil {
		o.no = append(o.no, int32(no))
	}
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
	sorted := make([]int32, len(o.key))
	for i, id := range o.key {
		sorted[begins[id]] = int32(i + 1)
		if o.no != nil {
			sorted[begins[id]] = o.no[i]
		}
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
		row      func(p *packer, k orderKey)
	}{
		{&w.holders, "item_by_holder (population, holder, no)", 3, func(p *packer, k orderKey) { p.text(k.text) }},
		{&w.targets, "item_by_target (population, target_name, no)", 3, func(p *packer, k orderKey) { p.text(k.text) }},
		{&w.risks, "item_by_risk (population, risk, no)", 3, func(p *packer, k orderKey) { p.number(k.num) }},
		{&w.reviewers, "staged_by_reviewer (population, stage, reviewer, no)", 4,
			func(p *packer, k orderKey) { p.number(k.num); p.text(k.text) }},
	} {
		err := w.order(newPacker(o.table, o.width, w.free), func(p *packer, row func()) {
			o.ordering.each(func(k orderKey, no int) {
				p.text(pop)
				o.row(p, k)
				p.number(int64(no))
				row()
			})
		})
		if err == nil && o.ordering == &w.reviewers {
			err = w.counts()
		}
		if err != nil {
			return err
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
	return w.order(newPacker("staged_count (population, stage, reviewer, items)", 4, w.free), func(p *packer, row func()) {
		for _, k := range keys {
			p.text(string(w.population))
			p.number(k.num)
			p.text(k.text)
			p.number(int64(n[k]))
			row()
		}
	})
}

// order writes the rows that all packs, saying row behind each, as many a
// transaction as fit its time. The next rows are made ready while the last are
// written.
func (w *stager) order(p packer, all func(p *packer, row func())) error {
	const some = 2000
	batches, failed := make(chan batch, 2), make(chan error, 1)
	go func() {
		failed <- w.write(batches)
		for range batches { // what comes after a failure is let go
		}
	}()
	all(&p, func() {
		if p.rows == some {
			batches <- batch{p.taken()}
		}
	})
	if p.rows > 0 {
		batches <- batch{p.taken()}
	}
	close(batches)
	return <-failed
}
