package domain

import (
	"slices"
	"time"
)

// RemainsOf is Remains for a holding that may be gone or lowered already: it
// tells what principals that g reached have above to, now and at every edge
// of a window up to horizon, with the paths; of an area below that of g also
// those that leave no more than the area above has. Where g is still above to
// in o, it is taken as lowered.
func (o *Org) RemainsOf(g Grant, to Level, at, horizon time.Time) []Remaining {
	return o.RemainsFor(g, to, nil, at, horizon)
}

// RemainsFor is RemainsOf which also looks at others that g reached once: who
// left a group since is still whom its grant was reviewed for.
func (o *Org) RemainsFor(g Grant, to Level, once []ID, at, horizon time.Time) []Remaining {
	w := asIs
	if row, ok := o.Holding(g.ID); ok {
		if now, isGrant := row.Record.(Grant); isGrant && now.Level > to {
			w = o.loweringOf(&g, to)
		}
	}
	q := look{o, at.Unix(), &w}
	r := remainder{look: q, g: &g, to: to, at: at, horizon: horizon, every: true}
	if g.Target.Kind == TargetAccessType || g.Target.Kind == TargetCreator {
		r.to = None
	}
	who := q.reaches(&g)
	for _, id := range once {
		if p := o.ppl.have(id); p >= 0 {
			who = append(who, p)
		}
	}
	slices.Sort(who)
	for _, p := range slices.Compact(who) {
		if q.active(p) {
			r.principal(p)
		}
	}
	slices.SortStableFunc(r.out, func(a, b Remaining) int { return compareID(a.Principal, b.Principal) })
	return r.out
}
