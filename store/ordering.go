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

// is tells whether an item, of which there is one entry, has a key.
func (o *ordering) is(k orderKey, no int) bool {
	return o.no == nil && no <= len(o.key) && o.keys[o.key[no-1]] == k
}

// each yields the entries in order while fn wants more: a counting sort by the
// keys' ranks. An entry that is there twice is given once.
func (o *ordering) each(fn func(k orderKey, no int) bool) {
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
			if !fn(o.keys[id], int(last)) {
				return
			}
		}
	}
}

// runs gathers which items in a row have which key, and gives the runs by key and
// then the first's number. Items come by number, from 1 on.
type runs struct {
	ordering         // of the first of each
	begins   []int32 // their numbers
	items    int     // how many there are
	at       int     // the run that is last looked at
}

func (r *runs) add(k orderKey, no int) {
	if len(r.begins) == 0 || r.last != k {
		r.ordering.add(k, no)
		r.begins = append(r.begins, int32(no))
	}
	r.items = no
}

// is tells whether an item has a key; it is asked by number.
func (r *runs) is(k orderKey, no int) bool {
	for r.at+1 < len(r.begins) && int(r.begins[r.at+1]) <= no {
		r.at++
	}
	return no <= r.items && r.keys[r.key[r.at]] == k
}

// each yields them while fn wants more.
func (r *runs) each(fn func(k orderKey, no, last int) bool) {
	r.ordering.each(func(k orderKey, no int) bool {
		last := r.items
		if i, _ := slices.BinarySearch(r.begins, int32(no)); i+1 < len(r.begins) {
			last = int(r.begins[i+1]) - 1
		}
		return fn(k, no, last)
	})
}

// order is one order of a population: its table with its columns, how many they
// are, and what packs its rows, saying row behind each until it is told that it is
// enough.
type order struct {
	table string
	width int
	pack  func(p *packer, row func() bool)
}

// foretold are the orders that an outline tells.
func (w *stager) foretold() []order {
	texts := func(p *packer, k orderKey) { p.text(k.text) }
	return []order{
		{"item_by_holder (population, holder, no, last)", 4, func(p *packer, row func() bool) {
			w.holders.each(func(k orderKey, no, last int) bool {
				p.text(string(w.population))
				p.text(k.text)
				p.number(int64(no))
				p.number(int64(last))
				return row()
			})
		}},
		w.by(&w.targets, "item_by_target (population, target_name, no)", 3, texts),
		w.by(&w.risks, "item_by_risk (population, risk, no)", 3, func(p *packer, k orderKey) { p.number(k.num) }),
	}
}

func (w *stager) byReviewer() order {
	return w.by(&w.reviewers, "staged_by_reviewer (population, stage, reviewer, no)", 4,
		func(p *packer, k orderKey) { p.number(k.num); p.text(k.text) })
}

func (w *stager) by(o *ordering, table string, width int, key func(*packer, orderKey)) order {
	return order{table, width, func(p *packer, row func() bool) {
		o.each(func(k orderKey, no int) bool {
			p.text(string(w.population))
			key(p, k)
			p.number(int64(no))
			return row()
		})
	}}
}

// counts is how many items each reviewer has.
func (w *stager) counts() order {
	return order{"staged_count (population, stage, reviewer, items)", 4, func(p *packer, row func() bool) {
		n := map[orderKey]int{}
		var keys []orderKey
		w.reviewers.each(func(k orderKey, _ int) bool {
			if n[k]++; n[k] == 1 {
				keys = append(keys, k)
			}
			return true
		})
		for _, k := range keys {
			p.text(string(w.population))
			p.number(k.num)
			p.text(k.text)
			p.number(int64(n[k]))
			if !row() {
				return
			}
		}
	}}
}

// orders packs orders, some rows at a time, until the items have failed.
func (w *stager) orders(to chan<- batch, all []order) {
	const some = 2000
	for _, o := range all {
		p := narrow(o.table, o.width, w.free)
		send := func() bool {
			select {
			case to <- batch{p.taken()}:
				return true
			case <-w.over:
				return false
			}
		}
		more := true
		o.pack(&p, func() bool {
			if p.rows == some {
				more = send()
			}
			return more
		})
		if !more || p.rows > 0 && !send() {
			return
		}
	}
}
