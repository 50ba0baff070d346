package domain

import (
	"iter"
	"slices"
	"strings"
	"time"
)

// Holdings yields everything that gives access, in a stable order: every
// stored grant that gives something, now or later (an area value that only
// restricts does not, nor one whose window is over, nor one whose holder,
// target or scope is not there), each agent's access type above Private and
// each creator's right, as made grants with the ids "access-type/AGENT" and
// "creator/AGENT". Grants that lie dormant are among them: of an inactive
// principal, an archived group or agent, a private agent. These are what a
// campaign reviews.
func (o *Org) Holdings(at time.Time) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		q := o.lookAt(at)
		for g := range o.gnt.ordered {
			if s := o.gnt.rows.at(g); q.gives(g) && !yield(Row{s.rec, s.since}) {
				return
			}
		}
		for a := range o.agt.ordered {
			s := o.agt.rows.at(a)
			for _, id := range [2]ID{madeAccessType + s.id, madeCreator + s.id} {
				if r, ok := o.Holding(id); ok && !yield(r) {
					return
				}
			}
		}
	}
}

// gives tells whether a stored grant gives something, now or later.
func (q *look) gives(g int32) bool {
	o, r := q.o, &q.o.gnt.rows.at(g).rec
	l := o.ownLink(g, r)
	if l == nil {
		return false
	}
	h, _ := o.numbers(r)
	return q.givesAt(hanging{r.Holder.Kind, h, l})
}

// givesAt is gives of a grant where it hangs.
func (q *look) givesAt(at hanging) bool {
	o, l := q.o, at.l
	r := &o.gnt.rows.at(l.g).rec
	if r.Level == None || !o.whole(at) || l.span.To <= q.at {
		return false
	}
	if r.Target.Kind.Permission() {
		return q.permits(r)
	}
	if r.Target.Kind != TargetArea {
		return true
	}
	list := o.by[at.kind].at(at.holder).area
	for _, edge := range edgesOf(list, max(q.at, l.span.From), l.span.To) {
		if e := (look{o, edge, q.w}); !e.restricts(list, l) {
			return true
		}
	}
	return false
}

// permits tells whether a role's value gives something: a rule on a field only
// restricts, an exception on an object that follows a setting alone is
// ignored.
func (q *look) permits(r *Grant) bool {
	if r.Target.Kind == TargetField {
		return false
	}
	sp := specialOf(r.Target.ID)
	return !r.Target.Kind.Operation() || sp != ofWorkflows && sp != ofMembers
}

// restricts tells whether an area value only takes away: its parent, or what
// is above it, is set to more, or to None.
func (q *look) restricts(list []link, l *link) bool {
	above, some := Edit, false
	for n := q.o.areas.up[l.other]; n >= 0; n = q.o.areas.up[n] {
		if v, _, set := q.value(list, n, l.agent); set {
			above, some = min(above, v), true
		}
	}
	return some && (above == None || l.lvl < above)
}

// edgesOf gives from and every instant after it, before to, at which a window
// of the list opens or closes, in order.
func edgesOf(list []link, from, to int64) []int64 {
	out := []int64{from}
	for i := range list {
		out = appendEdges(out, list[i].span, from, to)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func appendEdges(out []int64, s Span, from, to int64) []int64 {
	if s == Forever {
		return out
	}
	if s.From > from && s.From < to {
		out = append(out, s.From)
	}
	if s.To > from && s.To < to {
		out = append(out, s.To)
	}
	return out
}

// numbers gives the numbers of a stored grant's ends, -1 where it has none.
func (o *Org) numbers(r *Grant) (holder, target int32) {
	holder = -1
	switch r.Holder.Kind {
	case HolderPrincipal:
		holder = o.ppl.lookup(r.Holder.ID)
	case HolderGroup:
		holder = o.grp.lookup(r.Holder.ID)
	case HolderRole:
		holder = o.rol.lookup(r.Holder.ID)
	}
	return holder, o.targetNumber(r.Target)
}

// there tells whether a grant's holder, target and scope are there.
func (o *Org) there(r *Grant) bool {
	ok := false
	switch r.Holder.Kind {
	case HolderPrincipal:
		ok = o.ppl.have(r.Holder.ID) >= 0
	case HolderGroup:
		ok = o.grp.have(r.Holder.ID) >= 0
	case HolderRole:
		ok = o.rol.have(r.Holder.ID) >= 0
	}
	if !ok || r.Agent != "" && o.agt.have(r.Agent) < 0 {
		return false
	}
	switch r.Target.Kind {
	case TargetAccessType, TargetCreator:
		return false // these are made, never stored
	}
	return o.missingTarget(r.Target, "") == nil
}

// ownLink finds a stored grant's link among its holder's.
func (o *Org) ownLink(g int32, r *Grant) *link {
	h, t := o.numbers(r)
	if h < 0 || t < 0 {
		return nil
	}
	hh := o.by[holderPool(r.Holder.Kind)].get(h)
	list := *hh.list(r.Target.Kind)
	from, to := sectionOf(list, uint8(r.Target.Kind), t)
	for i := from; i < to; i++ {
		if list[i].g == g {
			return &list[i]
		}
	}
	return nil
}

// Holding gives one of them by id, whatever its window. An agent that is
// Private, or has no creator, has no made holding of that kind.
func (o *Org) Holding(id ID) (Row, bool) {
	if a, ok := strings.CutPrefix(string(id), madeAccessType); ok {
		s, ok := o.agt.row(ID(a))
		if !ok || s.Record.(Agent).AccessType == Private {
			return Row{}, false
		}
		r := s.Record.(Agent)
		return Row{madeHolding(&r, false), s.Since}, true
	}
	if a, ok := strings.CutPrefix(string(id), madeCreator); ok {
		s, ok := o.agt.row(ID(a))
		if !ok || s.Record.(Agent).Creator == "" {
			return Row{}, false
		}
		r := s.Record.(Agent)
		return Row{madeHolding(&r, true), s.Since}, true
	}
	return o.gnt.row(id)
}

// Reaches gives every principal a holding gives something to, now or later
// and by id: the holder itself, the members of a group and of the groups
// below it, the holders of a role, every active user for an access type.
func (o *Org) Reaches(g Grant, at time.Time) []ID {
	q := o.lookAt(at)
	var out []ID
	for _, p := range q.reaches(&g) {
		out = append(out, o.ppl.rows.at(p).id)
	}
	slices.Sort(out)
	return out
}

// reaches is Reaches by numbers, in no order, each once.
func (q *look) reaches(g *Grant) []int32 {
	o := q.o
	var out []int32
	switch g.Holder.Kind {
	case HolderPrincipal:
		if p := o.ppl.have(g.Holder.ID); p >= 0 {
			return []int32{p}
		}
	case HolderGroup:
		if i := o.grp.have(g.Holder.ID); i >= 0 {
			for m := range o.memberLinks(i) {
				if m.span.To > q.at {
					out = append(out, m.other)
				}
			}
		}
	case HolderRole:
		if r := o.rol.have(g.Holder.ID); r >= 0 {
			out = q.roleReaches(r)
		}
	case HolderEveryone:
		for p := range int32(o.ppl.rows.n) {
			if q.active(p) && o.ppl.at(p).Kind == User {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// roleReaches gives the holders of a role, now or later; of the default role
// also those who hold no role now, or will hold none.
func (q *look) roleReaches(r int32) []int32 {
	o := q.o
	var out []int32
	for _, l := range o.on[TargetRole].get(r) {
		if HolderKind(l.kind) == HolderPrincipal && l.span.To > q.at && o.ppl.rows.at(l.other).live {
			out = append(out, l.other)
		}
	}
	if r != o.defRole {
		return out
	}
	for p := range int32(o.ppl.rows.n) {
		if !o.ppl.rows.at(p).live {
			continue
		}
		for _, edge := range edgesOf(o.heldBy(p).stand, q.at, Forever.To) {
			e := look{o, edge, q.w}
			if e.hasRole(p, r) {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

// Subjects gives those who may not decide on the holding alone, by id: the
// holder, the holder's members, and the owners of its keys or AI agents
// (PRODUCT 5). What everyone holds has no subject: nobody gains more by it
// than anybody else.
func (o *Org) Subjects(g Grant, at time.Time) []ID {
	if g.Holder.Kind == HolderEveryone {
		return nil
	}
	out := o.Reaches(g, at)
	for _, id := range slices.Clone(out) {
		if i := o.ppl.have(id); i >= 0 && o.ppl.at(i).Kind != User && o.ppl.at(i).Owner != "" {
			out = append(out, o.ppl.at(i).Owner)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Lower makes the changes that put a holding at a lower rung, touching only
// its own record: a replaced or ended grant, an agent's access type, a
// cleared creator, None stored for a revoked area and Denied for a revoked
// exception on an object so that nothing broader shows through. Revoking See
// is the one that reaches further: what is not seen is not written, so the
// writes of the same role that would be left without it are denied with it. A
// rung not below the present one is Invalid; a holding that
// is gone is NotFound.
func (o *Org) Lower(id ID, to Level) ([]Change, error) {
	row, ok := o.Holding(id)
	if !ok {
		return nil, Errorf(NotFound, "%q is no holding any more", id).Hinted("it has been taken away, or lowered to nothing")
	}
	g := row.Record.(Grant)
	if to >= g.Level {
		return nil, Errorf(Invalid, "%s is not below %s", g.Ladder().Word(to), g.Ladder().Word(g.Level)).
			Hinted("choose a lower level, or keep it")
	}
	switch g.Target.Kind {
	case TargetAccessType, TargetCreator:
		before, _ := o.agt.get(g.Target.ID)
		after := before
		if g.Target.Kind == TargetCreator {
			after.Creator = ""
		} else {
			after.AccessType = AccessType(to)
		}
		return []Change{Replace(before, after)}, nil
	}
	if g.Target.Kind.Operation() {
		return o.lowerOperation(g), nil
	}
	if to == None && g.Target.Kind != TargetArea {
		return []Change{End(g)}, nil
	}
	after := g
	after.Level = to
	return []Change{Replace(g, after)}, nil
}
