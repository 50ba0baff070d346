package domain

import (
	"math/bits"
	"time"
)

// Matrix is a dense table of levels: principals × targets. A cell takes two
// bits, for levels up to Edit on an agent or in an area.
type Matrix struct {
	Principals []ID
	Targets    []Target
	words      int      // in a row of bits
	some, full []uint64 // level ≥ 1, level ≥ 2; row by row
}

func newMatrix(principals []ID, targets []Target) *Matrix {
	w := (len(targets) + 63) / 64
	flat := make([]uint64, 2*w*len(principals))
	half := w * len(principals)
	return &Matrix{Principals: principals, Targets: targets, words: w, some: flat[:half:half], full: flat[half:]}
}

// At gives one cell.
func (m *Matrix) At(row, col int) Level {
	i, b := row*m.words+col>>6, uint(col&63)
	return Level(m.some[i]>>b&1 + m.full[i]>>b&1)
}

// Strip gives the 64 columns that a column is among, a word a row for level ≥ 1
// and for level ≥ 2: the bit col&63 of each is the column's. To read whole
// columns, one strip after the other is far faster than cell by cell. The two
// slices are written over where they are long enough.
func (m *Matrix) Strip(col int, some, full []uint64) ([]uint64, []uint64) {
	some, full = some[:0], full[:0]
	for i := col >> 6; i < len(m.some); i += m.words {
		some, full = append(some, m.some[i]), append(full, m.full[i])
	}
	return some, full
}

// Row gives one row of levels; the slice is the caller's.
func (m *Matrix) Row(i int) []Level { return m.AppendRow(make([]Level, 0, len(m.Targets)), i) }

// AppendRow appends one row of levels to dst.
func (m *Matrix) AppendRow(dst []Level, i int) []Level {
	for col := range m.Targets {
		dst = append(dst, m.At(i, col))
	}
	return dst
}

// Count gives how many cells of a row stand at or above a level, which is 1
// or 2.
func (m *Matrix) Count(row int, least Level) int {
	set := m.some
	if least > 1 {
		set = m.full
	}
	n := 0
	for _, w := range set[row*m.words : (row+1)*m.words] {
		n += bits.OnesCount64(w)
	}
	return n
}

// pair is two bit rows of one holder: level ≥ 1 and level ≥ 2.
type pair struct{ some, full []uint64 }

func (p pair) set(col int32, l Level) {
	if l >= 1 {
		p.some[col>>6] |= 1 << (col & 63)
	}
	if l >= 2 {
		p.full[col>>6] |= 1 << (col & 63)
	}
}

func (p pair) or(q pair) {
	for i, w := range q.some {
		p.some[i] |= w
	}
	for i, w := range q.full {
		p.full[i] |= w
	}
}

func newPair(words int) pair {
	w := make([]uint64, 2*words)
	return pair{w[:words:words], w[words:]}
}

func (m *Matrix) pair(row int) pair {
	return pair{m.some[row*m.words : (row+1)*m.words], m.full[row*m.words : (row+1)*m.words]}
}

// plan is what a matrix is computed from: columns by number,
// and what each group and role gives its members.
type plan struct {
	q      look
	cols   []int32 // column of a target's number, -1 for none
	words  int
	groups []pair // what each active group gives, with what its ancestors give
	roles  []pair
}

// newPlan resolves groups from the top down and roles, by fill: it sets what
// a holder's own links give.
func (o *Org) newPlan(q look, cols []int32, words int, fill func(pair, *held)) *plan {
	pl := &plan{q: q, cols: cols, words: words,
		groups: make([]pair, o.grp.rows.n), roles: make([]pair, o.rol.rows.n)}
	f := o.forest
	flat := make([]uint64, 2*words*len(f.walk))
	for _, g := range f.walk {
		if !f.on[g] {
			continue
		}
		row := flat[: 2*words : 2*words]
		flat = flat[2*words:]
		pl.groups[g] = pair{row[:words:words], row[words:]}
		if p := f.up[g]; p >= 0 {
			copy(pl.groups[g].some, pl.groups[p].some)
			copy(pl.groups[g].full, pl.groups[p].full)
		}
		if int(g) < o.by[HolderGroup].n {
			fill(pl.groups[g], o.by[HolderGroup].at(g))
		}
	}
	for r := range int32(o.rol.rows.n) {
		pl.roles[r] = newPair(words)
		if int(r) < o.by[HolderRole].n {
			fill(pl.roles[r], o.by[HolderRole].at(r))
		}
	}
	return pl
}

// gather adds what a principal's roles and groups give to its row.
func (pl *plan) gather(row pair, p int32, h *held) {
	q := &pl.q
	some := false
	for i := range h.stand {
		l := &h.stand[i]
		if TargetKind(l.kind) == TargetRole && l.lvl > None && l.span.Holds(q.at) && q.o.rol.rows.at(l.other).live {
			some = true
			row.or(pl.roles[l.other])
		}
	}
	if !some && q.o.defRole >= 0 {
		row.or(pl.roles[q.o.defRole])
	}
	for i := range h.memb {
		if m := &h.memb[i]; q.o.forest.on[m.other] && m.lvl > None && m.span.Holds(q.at) {
			row.or(pl.groups[m.other])
		}
	}
}

func (o *Org) heldBy(p int32) *held {
	if int(p) >= o.by[0].n {
		return &held{}
	}
	return o.by[0].at(p)
}

// people gives the principals of a matrix, by id.
func (o *Org) people() (ids []ID, nums []int32) {
	ids, nums = make([]ID, 0, o.ppl.count), make([]int32, 0, o.ppl.count)
	for p := range o.ppl.ordered {
		ids, nums = append(ids, o.ppl.rows.at(p).id), append(nums, p)
	}
	return ids, nums
}

// AgentMatrix gives the level of every principal on every agent; both by id.
func (o *Org) AgentMatrix(at time.Time) *Matrix {
	ids, nums := o.people()
	targets, cols := make([]Target, 0, o.agt.count), make([]int32, o.agt.rows.n)
	for i := range cols {
		cols[i] = -1
	}
	for a := range o.agt.ordered {
		cols[a] = int32(len(targets))
		targets = append(targets, Target{TargetAgent, o.agt.rows.at(a).id})
	}
	m := newMatrix(ids, targets)
	o.fillAgents(m, nums, cols, at)
	return m
}

// agentMasks are the columns by what the agents themselves say.
type agentMasks struct {
	live []uint64 // not archived
	open []uint64 // given grants count: not private
	all  []uint64 // open to the organisation
	own  map[ID][]int32
}

func (o *Org) agentMasks(m *Matrix, cols []int32) agentMasks {
	k := agentMasks{make([]uint64, m.words), make([]uint64, m.words), make([]uint64, m.words), map[ID][]int32{}}
	for a, c := range cols {
		if c < 0 {
			continue
		}
		r := o.agt.at(int32(a))
		if r.Life != Live {
			continue
		}
		w, b := c>>6, uint64(1)<<(c&63)
		k.live[w] |= b
		if r.AccessType != Private {
			k.open[w] |= b
		}
		if r.AccessType == Organization {
			k.all[w] |= b
		}
		if r.Creator != "" {
			k.own[r.Creator] = append(k.own[r.Creator], c)
		}
	}
	return k
}

func (o *Org) fillAgents(m *Matrix, nums, cols []int32, at time.Time) {
	q := o.lookAt(at)
	k := o.agentMasks(m, cols)
	fill := func(p pair, h *held) {
		for i := range h.res {
			l := &h.res[i]
			if TargetKind(l.kind) != TargetAgent {
				return
			}
			if c := cols[l.other]; c >= 0 && l.agent == -1 && l.span.Holds(q.at) {
				p.set(c, l.lvl)
			}
		}
	}
	pl := o.newPlan(q, cols, m.words, fill)
	for row, p := range nums {
		r := o.ppl.at(p)
		if r.Status != Active {
			continue
		}
		out, h := m.pair(row), o.heldBy(p)
		role := q.agentRole(p)
		if role >= AgentAdmin {
			copy(out.some, k.live)
			copy(out.full, k.live)
			continue
		}
		pl.gather(out, p, h)
		fill(out, h)
		for i := range out.some {
			if r.Kind == User {
				out.some[i] |= k.all[i]
			}
			out.some[i] &= k.open[i]
			out.full[i] &= k.open[i]
		}
		for _, c := range k.own[r.ID] {
			out.set(c, EditAgent)
		}
		if role < AgentManager {
			clear(out.full)
		}
	}
}

// AreaMatrix gives the level of every principal in every area, for one agent
// or (agent empty) for all agents; principals by id, areas in the order of
// the catalogue.
func (o *Org) AreaMatrix(agent ID, at time.Time) *Matrix {
	ids, nums := o.people()
	targets, cols := make([]Target, 0, o.are.count), make([]int32, o.are.rows.n)
	for _, n := range o.areas.order {
		cols[n] = int32(len(targets))
		targets = append(targets, Target{TargetArea, o.are.rows.at(n).id})
	}
	m := newMatrix(ids, targets)
	q, a := o.lookAt(at), int32(-1)
	if agent != "" {
		if a = o.agt.have(agent); a < 0 || !q.agentOn(a) {
			return m
		}
	}
	fill := func(p pair, h *held) {
		if len(h.area) == 0 {
			return
		}
		for c, n := range o.areas.order {
			p.set(int32(c), q.resolve(h.area, n, a))
		}
	}
	pl := o.newPlan(q, cols, m.words, fill)
	for row, p := range nums {
		if !q.active(p) {
			continue
		}
		out, h := m.pair(row), o.heldBy(p)
		if q.accountAdmin(p) {
			for c := range int32(len(targets)) {
				out.set(c, Edit)
			}
		} else {
			pl.gather(out, p, h)
			fill(out, h)
		}
		if a >= 0 && o.coupled {
			switch q.agent(p, a) {
			case None:
				clear(out.some)
				clear(out.full)
			case ViewUse:
				clear(out.full)
			}
		}
	}
	return m
}
