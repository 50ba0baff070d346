package domain

import (
	"maps"
	"slices"
	"sync"
)

const (
	pageBits = 8
	pageSize = 1 << pageBits
	pageMask = pageSize - 1
)

// pages is a vector in pages of pageSize values. A fork shares the pages and
// copies one only when it is first written to, so that advancing a large
// organisation by one record copies a few kilobytes.
type pages[T any] struct {
	p    [][]T
	n    int
	mine []bool // the pages this value may write to
}

// get gives the value at i, the zero value beyond the end.
func (v *pages[T]) get(i int32) T {
	if int(i) >= v.n || i < 0 {
		var zero T
		return zero
	}
	return v.p[i>>pageBits][i&pageMask]
}

// at points at the value at i, which must be there; for reading only.
func (v *pages[T]) at(i int32) *T { return &v.p[i>>pageBits][i&pageMask] }

// edit points at the value at i for writing, making room up to it.
func (v *pages[T]) edit(i int32) *T {
	for v.n <= int(i) {
		if v.n&pageMask == 0 {
			v.p = append(v.p, make([]T, pageSize))
			v.mine = append(v.mine, true)
		}
		v.n++
	}
	pg := int(i >> pageBits)
	if !v.mine[pg] {
		v.p[pg] = slices.Clone(v.p[pg])
		v.mine[pg] = true
	}
	return &v.p[pg][i&pageMask]
}

// fork gives a vector with the same values that can be written to without
// changing v. Values beyond v.n in a shared last page are never seen by v.
func (v pages[T]) fork() pages[T] {
	return pages[T]{p: slices.Clone(v.p), n: v.n, mine: make([]bool, len(v.p))}
}

// index is the part of a table that its forks share.
type index struct {
	ids   map[ID]int32
	once  sync.Once
	order []int32 // the slots of ids, by id; made when first asked for
}

func (x *index) sorted() []int32 {
	x.once.Do(func() {
		ids := slices.Sorted(maps.Keys(x.ids))
		x.order = make([]int32, len(ids))
		for i, id := range ids {
			x.order[i] = x.ids[id]
		}
	})
	return x.order
}

// slot holds one record at its dense number. A slot that is referred to but
// has no record is not live and grants nothing.
type slot[R Record] struct {
	id    ID
	rec   R
	since Seq
	live  bool
}

// overlayMax is how many new ids a fork keeps beside the shared map before it
// makes a map of its own, and how many changed slots the finders check one by
// one before they are made anew.
const overlayMax = 1024

// table gives the records of one kind dense numbers that never change while
// an organisation is advanced.
type table[R Record] struct {
	base  *index
	over  map[ID]int32
	rows  pages[slot[R]]
	count int // of live records
	find  *finders[R]
	dirty []int32 // slots changed since the finders' rows
}

func newTable[R Record](keys ...func(*R) string) table[R] {
	return table[R]{base: &index{ids: map[ID]int32{}}, find: &finders[R]{keys: keys, by: make([]finder, len(keys))}}
}

// lookup gives the number of an id that is referred to, -1 where none is.
func (t *table[R]) lookup(id ID) int32 {
	if i, ok := t.base.ids[id]; ok {
		return i
	}
	if t.over != nil {
		if i, ok := t.over[id]; ok {
			return i
		}
	}
	return -1
}

// have gives the number of a live record, else -1.
func (t *table[R]) have(id ID) int32 {
	if i := t.lookup(id); i >= 0 && t.rows.at(i).live {
		return i
	}
	return -1
}

// intern gives the number of an id, a new one where it has none. The empty
// id refers to nothing: -1.
func (t *table[R]) intern(id ID) int32 {
	if id == "" {
		return -1
	}
	i := t.lookup(id)
	if i >= 0 {
		return i
	}
	i = int32(t.rows.n)
	t.rows.edit(i).id = id
	if t.over != nil {
		t.over[id] = i
	} else {
		t.base.ids[id] = i
	}
	return i
}

// get gives a live record.
func (t *table[R]) get(id ID) (R, bool) {
	if i := t.have(id); i >= 0 {
		return t.rows.at(i).rec, true
	}
	var none R
	return none, false
}

func (t *table[R]) put(r R, since Seq) int32 {
	i := t.intern(r.RecordID())
	s := t.rows.edit(i)
	if !s.live {
		t.count++
	}
	s.rec, s.since, s.live = r, since, true
	t.dirty = append(t.dirty, i)
	return i
}

func (t *table[R]) drop(i int32) {
	s := t.rows.edit(i)
	if s.live {
		t.count--
	}
	var none R
	s.rec, s.since, s.live = none, 0, false
	t.dirty = append(t.dirty, i)
}

// seal ends the first filling: from here on the finders know the rows.
func (t *table[R]) seal() {
	t.find.rows, t.dirty = t.rows, nil
}

// fork gives a table that can be changed without changing t.
func (t table[R]) fork() table[R] {
	before := t.rows
	t.rows = before.fork()
	t.over = maps.Clone(t.over)
	if t.over == nil {
		t.over = map[ID]int32{}
	}
	if len(t.over) > overlayMax {
		ids := make(map[ID]int32, len(t.base.ids)+len(t.over))
		maps.Copy(ids, t.base.ids)
		maps.Copy(ids, t.over)
		t.base, t.over = &index{ids: ids}, map[ID]int32{}
	}
	t.dirty = slices.Clone(t.dirty)
	if len(t.dirty) > overlayMax {
		t.find = &finders[R]{keys: t.find.keys, by: make([]finder, len(t.find.keys)), rows: before}
		t.dirty = nil
	}
	return t
}

// ordered yields the numbers of the live records by id.
func (t *table[R]) ordered(yield func(int32) bool) {
	base := t.base.sorted()
	over := make([]int32, 0, len(t.over))
	for _, i := range t.over {
		over = append(over, i)
	}
	slices.SortFunc(over, func(a, b int32) int { return compareID(t.rows.at(a).id, t.rows.at(b).id) })
	for len(base) > 0 || len(over) > 0 {
		from := &base
		if len(base) == 0 || len(over) > 0 && t.rows.at(over[0]).id < t.rows.at(base[0]).id {
			from = &over
		}
		i := (*from)[0]
		*from = (*from)[1:]
		if t.rows.at(i).live && !yield(i) {
			return
		}
	}
}

func compareID(a, b ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// finders finds records by folded texts. They are made from one state of the
// rows, when first asked; later changes are checked one by one.
type finders[R Record] struct {
	keys []func(*R) string // each gives the folded text, "" for none
	by   []finder
	rows pages[slot[R]]
}

type finder struct {
	once sync.Once
	m    map[string][]int32
}

// byKey gives the live records whose text of that number is key, in the order
// of their numbers.
func (t *table[R]) byKey(which int, key string) []int32 {
	if key == "" {
		return nil
	}
	f, keyOf := &t.find.by[which], t.find.keys[which]
	f.once.Do(func() {
		f.m = make(map[string][]int32, t.find.rows.n)
		for i := range int32(t.find.rows.n) {
			if s := t.find.rows.at(i); s.live {
				if k := keyOf(&s.rec); k != "" {
					f.m[k] = append(f.m[k], i)
				}
			}
		}
	})
	var out []int32
	for _, list := range [2][]int32{f.m[key], t.dirty} {
		for _, i := range list {
			if s := t.rows.at(i); s.live && keyOf(&s.rec) == key {
				out = append(out, i)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// row gives a live record with its first event.
func (t *table[R]) row(id ID) (Row, bool) {
	i := t.have(id)
	if i < 0 {
		return Row{}, false
	}
	s := t.rows.at(i)
	return Row{s.rec, s.since}, true
}

// all yields the live records by id.
func (t *table[R]) all(yield func(Row) bool) {
	for i := range t.ordered {
		if s := t.rows.at(i); !yield(Row{s.rec, s.since}) {
			return
		}
	}
}
