package domain

import (
	"slices"
)

// grantEnds is where one grant hangs, by numbers and pools.
type grantEnds struct {
	holder, target int32
	hp, tp         uint8
}

// linkAll makes the links of all grants. Holders' lists come sorted by
// target and targets' lists by holder because each is filled in the order of
// the other.
func (o *Org) linkAll() {
	n := o.gnt.rows.n
	sp := spans{home: o.home, seen: map[Window]Span{}}
	all := make([]grantEnds, n)
	links := make([]link, n)
	var start [targetPools][]int32 // counts first, then where each target's list begins
	for i := range n {
		s := o.gnt.rows.at(int32(i))
		h, t := o.ends(&s.rec)
		o.share(s, h, t)
		all[i] = grantEnds{h, t, uint8(holderPool(s.rec.Holder.Kind)), uint8(targetPool(s.rec.Target.Kind))}
		links[i] = o.linkOf(int32(i), &sp)
		if h >= 0 && t >= 0 {
			c := &start[all[i].tp]
			for len(*c) <= int(t)+1 {
				*c = append(*c, make([]int32, int(t)+2)...)
			}
			(*c)[t]++
		}
	}
	sum := int32(0)
	for p := range start {
		for t, c := range start[p] {
			start[p][t] = sum
			sum += c
		}
	}
	next := func() (out [targetPools][]int32) {
		for p := range start {
			out[p] = slices.Clone(start[p])
		}
		return out
	}
	byTarget, at := make([]int32, sum), next()
	for i, e := range all {
		if e.holder >= 0 && e.target >= 0 {
			byTarget[at[e.tp][e.target]] = int32(i)
			at[e.tp][e.target]++
		}
	}
	o.linkHolders(byTarget, links, all)
	flat := make([]link, sum)
	o.linkTargets(flat, next(), all)
	for p := range start {
		for t := range max(0, len(start[p])-1) {
			if a, b := start[p][t], start[p][t+1]; a < b {
				*o.on[p].edit(int32(t)) = flat[a:b:b]
			}
		}
	}
}

// share has a grant hold the ids of its ends that their own rows hold: rows
// read from a file bring a copy of each, and there may be a million.
func (o *Org) share(s *slot[Grant], holder, target int32) {
	if s.rec.Holder.Kind == HolderPrincipal && holder >= 0 {
		s.rec.Holder.ID = o.ppl.rows.at(holder).id
	}
	if target < 0 {
		return
	}
	switch s.rec.Target.Kind {
	case TargetAgent:
		s.rec.Target.ID = o.agt.rows.at(target).id
	case TargetGroup:
		s.rec.Target.ID = o.grp.rows.at(target).id
	case TargetArea:
		s.rec.Target.ID = o.are.rows.at(target).id
	}
}

// linkTargets fills the targets' lists, one after the other in flat, visiting
// grants by holder; next says where each list goes on.
func (o *Org) linkTargets(flat []link, next [targetPools][]int32, all []grantEnds) {
	for hp := range o.by {
		for h := range int32(o.by[hp].n) {
			hh := o.by[hp].at(h)
			for _, list := range [5][]link{hh.res, hh.area, hh.memb, hh.stand, hh.perm} {
				for _, l := range list {
					e := all[l.g]
					l.other, l.kind = e.holder, uint8(o.gnt.rows.at(l.g).rec.Holder.Kind)
					flat[next[e.tp][e.target]] = l
					next[e.tp][e.target]++
				}
			}
		}
	}
}

// linkHolders fills the holders' lists in the order given, which is by
// target, carving them from one array.
func (o *Org) linkHolders(order []int32, links []link, all []grantEnds) {
	type sizes [5]int32
	var count [holderPools]pages[sizes]
	which := func(k uint8) int {
		switch TargetKind(k) {
		case TargetAgent, TargetSource:
			return 0
		case TargetArea:
			return 1
		case TargetGroup:
			return 2
		}
		if TargetKind(k) >= TargetObjectSee {
			return 4
		}
		return 3
	}
	for _, i := range order {
		e := all[i]
		count[e.hp].edit(e.holder)[which(links[i].kind)]++
	}
	flat := make([]link, len(order))
	at := 0
	for hp := range count {
		for h := range int32(count[hp].n) {
			c := count[hp].at(h)
			if *c == (sizes{}) {
				continue
			}
			hh := o.by[hp].edit(h)
			for w, list := range [5]*[]link{&hh.res, &hh.area, &hh.memb, &hh.stand, &hh.perm} {
				*list = flat[at : at : at+int(c[w])]
				at += int(c[w])
			}
		}
	}
	for _, i := range order {
		e, l := all[i], links[i]
		l.other = e.target
		list := o.by[e.hp].edit(e.holder).list(TargetKind(l.kind))
		*list = append(*list, l)
	}
	for hp := range o.by { // agents and sources, and standings, mix kinds whose numbers interleave
		for h := range int32(o.by[hp].n) {
			hh := o.by[hp].at(h)
			for _, list := range [][]link{hh.res, hh.stand, hh.perm} {
				if !slices.IsSortedFunc(list, compareLinks) {
					slices.SortFunc(list, compareLinks)
				}
			}
		}
	}
}

// linkOf makes a grant's link without its far end.
func (o *Org) linkOf(g int32, sp *spans) link {
	r := &o.gnt.rows.at(g).rec
	l := link{span: sp.of(r.Window), g: g, agent: -1, kind: uint8(r.Target.Kind), lvl: r.Level}
	if r.Agent != "" {
		l.agent = o.agt.intern(r.Agent)
	}
	return l
}
