package domain

import (
	"slices"
	"time"
)

// asksGroups lists the group left and, where it is left altogether, the groups
// above it that it inherits from, upwards: its members receive what those are
// given (seed: Twig, child groups). A manager who stays a member receives
// all of it as before, so nothing is asked then.
func (r *remainder) asksGroups() []asked {
	n := r.o.targetNumber(r.g.Target)
	out := []asked{{r.g.Target, n, -1, -1, -1}}
	if r.to >= Member {
		return out
	}
	for up := range r.o.inheritsFrom(n) {
		out = append(out, asked{Target{TargetGroup, r.o.grp.rows.at(up).id}, up, -1, -1, len(out) - 1})
	}
	return out
}

// inheritsFrom yields the groups above group n whose grants its members
// receive, upwards: none of an archived one, nor through one.
func (o *Org) inheritsFrom(n int32) func(func(int32) bool) {
	return func(yield func(int32) bool) {
		if n < 0 || !o.groupOn(n) {
			return
		}
		for up := o.forest.up[n]; up >= 0; up = o.forest.up[up] {
			if !yield(up) {
				return
			}
		}
	}
}

// edgesAbove adds the edges of what the groups above the one left are given.
func (r *remainder) edgesAbove(out []int64, from, to int64) []int64 {
	for up := range r.o.inheritsFrom(r.o.targetNumber(r.g.Target)) {
		h := r.o.by[HolderGroup].get(up)
		for _, list := range [2][]link{h.area, h.res} {
			for i := range list {
				out = appendEdges(out, list[i].span, from, to)
			}
		}
	}
	return out
}

// toldBelow gives the nearest group under one asked, on the way to the group
// left, that gives something too, or is the group left: who is in it is told
// of there.
func toldBelow(q *look, asks []asked, i int) int32 {
	b := asks[i].below
	for asks[b].below >= 0 && !q.groupGives(asks[b].n) {
		b = asks[b].below
	}
	return asks[b].n
}

// groupGives tells whether a group is given something now that is there to be
// had: an area value that only restricts gives nothing, nor does a grant on an
// agent that is archived or private.
func (q *look) groupGives(g int32) bool {
	h := q.o.by[HolderGroup].get(g)
	for _, list := range [2][]link{h.res, h.area} {
		for i := range list {
			l := &list[i]
			if !l.span.Holds(q.at) || q.w.level(l) == None || !q.o.whole(hanging{HolderGroup, g, l}) {
				continue
			}
			switch TargetKind(l.kind) {
			case TargetAgent:
				if typ, live := q.accessType(l.other); live && typ != Private {
					return true
				}
			case TargetArea:
				if !q.restricts(list, l) {
					return true
				}
			default:
				return true
			}
		}
	}
	return false
}

// inBeside is in by a membership that is not in the group below.
func (q *look) inBeside(memb []link, g, below int32) bool {
	f := q.o.forest
	for i := range memb {
		m := &memb[i]
		if f.above(g, m.other) && !f.above(below, m.other) && m.span.Holds(q.at) && q.w.level(m) > None {
			return true
		}
	}
	return false
}

// viaBelow gives the ways a principal receives what a group is given besides
// its own memberships there, which are told.
func (q *look) viaBelow(p, g int32, told []Path, at time.Time) []Path {
	out := q.receives(p, g, -1, at)
	return slices.DeleteFunc(out, func(one Path) bool {
		return slices.ContainsFunc(told, func(t Path) bool { return t.Grant == one.Grant })
	})
}

// receives gives the ways a principal receives what a group is given, by
// memberships that are not in the group below, where there is one (not -1).
func (q *look) receives(p, g, below int32, at time.Time) []Path {
	acc := Access{At: at}
	e := explainer{look: *q, p: p, who: q.o.Name(KindPrincipal, q.o.ppl.rows.at(p).id), ladder: LadderOf(TargetGroup), acc: &acc}
	except := Holder{Kind: HolderGroup}
	if below >= 0 {
		except.ID = q.o.grp.rows.at(below).id
	}
	for _, c := range e.groupChains(g) {
		if c.miss != nil || slices.ContainsFunc(c.steps, func(s Step) bool { return s.Holder == except }) {
			continue
		}
		path := c.path(Member, Member, "receives what "+e.groupName(g)+" is given")
		path.Grant = c.via[0]
		acc.Paths = append(acc.Paths, path)
	}
	slices.SortStableFunc(acc.Paths, comparePaths)
	return acc.Paths
}
