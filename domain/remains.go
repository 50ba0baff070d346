package domain

import (
	"slices"
	"strconv"
	"time"
)

// Remains tells what principals reached by a holding would still have above
// to if it were lowered to that rung, now and at every edge of a window up to
// horizon, with the paths left; by principal, target, agent and instant. Of
// one principal and target it tells the first instant that exceeds to, and
// later ones that exceed that; and each path that opens later, at whatever level
// above to: there the paths told before are left out.
//
// It looks at the holding's own target: for an area also at what is below it,
// and for a value for all agents also at each agent with values of its own;
// for a membership at what the group gives, which a membership of a group
// below brings as well, and at what each group above it gives, which comes to
// whoever is in that group by another membership; for an access type or a creator's right at any access
// to the agent that is left. A holding that is gone leaves nothing to tell.
func (o *Org) Remains(id ID, to Level, at, horizon time.Time) []Remaining {
	row, ok := o.Holding(id)
	if !ok {
		return nil
	}
	g := row.Record.(Grant)
	return o.remains(&g, o.loweringOf(&g, to), to, at, horizon)
}

// RemainsAt is Remains of a holding by its number.
func (o *Org) RemainsAt(no HoldingNo, to Level, at, horizon time.Time) []Remaining {
	if no >= 0 {
		w := asIs
		w.g, w.lvl = int32(no), to
		return o.remains(&o.gnt.rows.at(int32(no)).rec, w, to, at, horizon)
	}
	g, _ := o.HoldingAt(no)
	return o.remains(&g, o.loweringOf(&g, to), to, at, horizon)
}

func (o *Org) remains(g *Grant, w lowering, to Level, at, horizon time.Time) []Remaining {
	r := remainder{look: look{o, at.Unix(), &w}, g: g, to: to, at: at, horizon: horizon}
	return r.all()
}

// all looks at every principal that the holding reaches.
func (r *remainder) all() []Remaining {
	g := r.g
	if r.to >= g.Level {
		return nil
	}
	r.edges = r.some[:0]
	if g.Target.Kind == TargetAccessType || g.Target.Kind == TargetCreator {
		r.to = None
	}
	if g.Holder.Kind == HolderPrincipal {
		if p := r.o.ppl.have(g.Holder.ID); p >= 0 && r.active(p) {
			r.principal(p)
		}
		return r.out
	}
	for _, p := range r.reaches(g) {
		if r.active(p) {
			r.principal(p)
		}
	}
	slices.SortStableFunc(r.out, func(a, b Remaining) int { return compareID(a.Principal, b.Principal) })
	return r.out
}

// loweringOf is the holding put lower.
func (o *Org) loweringOf(g *Grant, to Level) lowering {
	w := asIs
	switch g.Target.Kind {
	case TargetAccessType:
		w.agent, w.typ = o.agt.lookup(g.Target.ID), AccessType(to)
	case TargetCreator:
		w.agent, w.creator = o.agt.lookup(g.Target.ID), true
	default:
		w.g, w.lvl = o.gnt.lookup(g.ID), to
	}
	return w
}

// remainder gathers what one holding leaves.
type remainder struct {
	look
	g           *Grant
	to          Level
	at, horizon time.Time
	every       bool // also what an area below is left by a way of its own, at no more than what the one above is
	out         []Remaining
	edges       []int64
	one         [1]asked // room of the most usual
	some        [8]int64 // and of edges
}

// asked is one target to look at, by numbers.
type asked struct {
	target Target
	n      int32
	agent  int32
	parent int // index of the area above it among those asked, -1 for none
	below  int // of a group above the one left: index of the group below it, else -1
}

// principal looks at everything the holding gave one principal.
func (r *remainder) principal(p int32) {
	edges := r.windows(p)
	asks := r.asks(p)
	var room [2][4]Level
	told, now := room[0][:], room[1][:] // the highest told so far; at an edge
	if len(asks) > len(room[0]) {
		told, now = make([]Level, len(asks)), make([]Level, len(asks))
	}
	for i := range asks {
		told[i] = r.to
	}
	var known ways
	for n, edge := range edges {
		q := look{r.o, edge, r.w}
		for i, a := range asks {
			if now[i] = r.still(&q, p, asks, i); now[i] <= r.to {
				continue
			}
			more := now[i] > told[i] && (a.parent < 0 || now[i] > now[a.parent] || now[a.parent] < told[a.parent])
			if more {
				told[i] = now[i]
			}
			if !more && !r.every && len(edges) == 1 {
				continue // nothing opens later that it would have to be told apart from
			}
			left := r.paths(&q, p, asks, i, edge)
			fresh := known.add(asks, i, left)
			switch {
			case more:
				r.tell(p, asks[i], now[i], edge, left)
			case len(fresh) > 0 && (r.every || n > 0):
				r.tell(p, asks[i], now[i], edge, fresh)
			}
		}
	}
}

// ways are the paths that were found to the targets asked, each with its level.
type ways map[string]Level

// add notes the paths to a target, and gives those that were not found before
// at their level, nor lead to an area above it that is asked too.
func (w *ways) add(asks []asked, i int, paths []Path) (fresh []Path) {
	if *w == nil {
		*w = ways{}
	}
	for _, p := range paths {
		known := false
		for up := i; up >= 0 && !known; up = asks[up].parent {
			l, ok := (*w)[p.way(up)]
			known = ok && l >= p.Level
		}
		(*w)[p.way(i)] = max((*w)[p.way(i)], p.Level)
		if !known {
			fresh = append(fresh, p)
		}
	}
	return fresh
}

// way names a path to the target of a number by what it goes through.
func (p Path) way(n int) string {
	b := strconv.AppendInt(nil, int64(n), 10)
	for _, id := range p.Via {
		b = append(append(b, 0), id...)
	}
	if len(p.Via) == 0 { // a right that comes with a role
		for _, s := range p.Steps {
			b = append(append(b, 0, byte('0'+s.Holder.Kind)), s.Holder.ID...)
		}
	}
	return string(b)
}

// still gives the level left. Of a group it is a membership of its own, else
// being a member by a group below. Of a group above the one left it is whether
// what it gives now is received by a membership that is in no group told of
// before it: whoever is still in the lower one has what both give by that.
func (r *remainder) still(q *look, p int32, asks []asked, i int) Level {
	a := asks[i]
	if a.below >= 0 {
		if q.groupGives(a.n) && q.inBeside(r.o.heldBy(p).memb, a.n, toldBelow(q, asks, i)) {
			return Member
		}
		return None
	}
	l := q.level(p, a.target.Kind, a.n, a.agent)
	if a.target.Kind == TargetGroup && l == None && a.n >= 0 && q.in(r.o.heldBy(p).memb, a.n) {
		return Member
	}
	return l
}

// instant gives the time of an edge: now, or when a window opens.
func (r *remainder) instant(edge int64) time.Time {
	if edge > r.look.at {
		return time.Unix(edge, 0).In(r.at.Location())
	}
	return r.at
}

// scope gives the agent that is asked about, "" for all.
func (r *remainder) scope(a asked) ID {
	if a.agent < 0 {
		return ""
	}
	return r.o.agt.rows.at(a.agent).id
}

// paths gives the ways above the rung by which a principal has one of the
// targets then.
func (r *remainder) paths(q *look, p int32, asks []asked, i int, edge int64) []Path {
	a, at := asks[i], r.instant(edge)
	var paths []Path
	if a.below >= 0 {
		paths = q.receives(p, a.n, toldBelow(q, asks, i), at)
	} else {
		paths = q.access(r.o.ppl.rows.at(p).id, a.target, r.scope(a), at).Paths
		if a.target.Kind == TargetGroup {
			paths = append(paths, q.viaBelow(p, a.n, paths, at)...)
		}
	}
	var left []Path
	for _, path := range paths {
		if path.Level > r.to {
			left = append(left, path)
		}
	}
	return left
}

func (r *remainder) tell(p int32, a asked, l Level, edge int64, paths []Path) {
	r.out = append(r.out, Remaining{Principal: r.o.ppl.rows.at(p).id, Target: a.target, Agent: r.scope(a), Level: l,
		At: r.instant(edge), Later: edge > r.look.at, Paths: paths})
}

// asks lists the targets to look at for a principal.
func (r *remainder) asks(p int32) []asked {
	o, g := r.o, r.g
	agent := int32(-1)
	if g.Agent != "" {
		agent = o.agt.lookup(g.Agent)
	}
	switch g.Target.Kind {
	case TargetAccessType, TargetCreator:
		return []asked{{Target{TargetAgent, g.Target.ID}, o.agt.lookup(g.Target.ID), -1, -1, -1}}
	case TargetArea:
	case TargetGroup:
		return r.asksGroups()
	default:
		return append(r.one[:0], asked{g.Target, o.targetNumber(g.Target), agent, -1, -1})
	}
	n := o.are.have(g.Target.ID)
	if n < 0 {
		return nil
	}
	scopes := []int32{agent}
	if agent < 0 {
		more, _ := o.scopesEver(p)
		scopes = append(scopes, more...)
	}
	var out []asked
	for _, a := range scopes {
		where := map[int32]int{}
		for _, d := range o.areas.walk[o.areas.in[n]:o.areas.out[n]] {
			parent := -1
			if i, ok := where[o.areas.up[d]]; ok && d != n {
				parent = i
			}
			where[d] = len(out)
			out = append(out, asked{Target{TargetArea, o.are.rows.at(d).id}, d, a, parent, -1})
		}
	}
	return out
}

// scopesEver gives the agents that area and source grants which may reach the
// principal, now or later, are scoped to.
func (o *Org) scopesEver(p int32) (areas, sources []int32) {
	for _, h := range o.holdersEver(p) {
		for _, l := range h.area {
			if l.agent >= 0 && !slices.Contains(areas, l.agent) {
				areas = append(areas, l.agent)
			}
		}
		for _, l := range h.res {
			if l.agent >= 0 && !slices.Contains(sources, l.agent) {
				sources = append(sources, l.agent)
			}
		}
	}
	slices.SortFunc(areas, func(a, b int32) int { return compareID(o.agt.rows.at(a).id, o.agt.rows.at(b).id) })
	return areas, sources
}

// holdersEver gives what the principal, its roles and its groups hold, in
// whatever window.
func (o *Org) holdersEver(p int32) []*held {
	mine := o.heldBy(p)
	out := []*held{mine}
	add := func(pool HolderKind, i int32) {
		if int(i) < o.by[pool].n {
			out = append(out, o.by[pool].at(i))
		}
	}
	for _, l := range mine.stand {
		if TargetKind(l.kind) == TargetRole {
			add(HolderRole, l.other)
		}
	}
	if o.defRole >= 0 {
		add(HolderRole, o.defRole)
	}
	for _, m := range mine.memb {
		for g := m.other; g >= 0; g = o.forest.up[g] {
			add(HolderGroup, g)
		}
	}
	return out
}

// windows gives now and every edge, up to the horizon, of a window that
// concerns the principal and the holding's target: its memberships and
// standings, and the grants on the target.
func (r *remainder) windows(p int32) []int64 {
	from, to := r.look.at, r.horizon.Unix()+1
	out := append(r.edges[:0], from)
	mine := r.o.heldBy(p)
	for i := range mine.memb {
		out = appendEdges(out, mine.memb[i].span, from, to)
	}
	for i := range mine.stand {
		out = appendEdges(out, mine.stand[i].span, from, to)
	}
	kind, id := r.g.Target.Kind, r.g.Target.ID
	if kind == TargetAccessType || kind == TargetCreator {
		kind = TargetAgent
	}
	if kind == TargetArea {
		for _, h := range r.o.holdersEver(p) {
			for i := range h.area {
				out = appendEdges(out, h.area[i].span, from, to)
			}
			if r.o.coupled {
				for i := range h.res {
					out = appendEdges(out, h.res[i].span, from, to)
				}
			}
		}
	} else {
		if kind == TargetGroup {
			out = r.edgesAbove(out, from, to)
		}
		for _, h := range []Target{{kind, id}, {TargetAgent, r.g.Agent}} {
			if h.ID == "" {
				continue
			}
			var own []link // of other kinds they are told already
			if h.Kind == TargetAgent || h.Kind == TargetSource {
				own = ownLinks(mine, h.Kind, r.o.targetNumber(h))
			}
			for _, list := range [2][]link{own, notPrincipals(r.o.linksOn(h))} {
				for i := range list {
					out = appendEdges(out, list[i].span, from, to)
				}
			}
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	r.edges = out
	return out
}
