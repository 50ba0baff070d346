package domain

import "time"

// lowering is what a level is asked under: nothing, or one holding put lower.
type lowering struct {
	g       int32 // a grant's number, -1 for none
	lvl     Level // what it says instead
	gone    bool  // it says nothing at all (a role's own value only)
	agent   int32 // an agent whose access type or creator is other, -1 for none
	typ     AccessType
	creator bool // its creator is cleared
}

var asIs = lowering{g: -1, agent: -1}

func (w *lowering) level(l *link) Level {
	if l.g == w.g {
		return w.lvl
	}
	return l.lvl
}

// look is a question's fixed part: the organisation, the instant, and the
// lowering it is asked under.
type look struct {
	o  *Org
	at int64
	w  *lowering
}

// Level is the fast answer: what the principal may do on the target. agent
// scopes an area or a source; empty means for all agents. It always equals
// Access().Level.
func (o *Org) Level(p ID, t Target, agent ID, at time.Time) Level {
	pi, a := o.ppl.lookup(p), int32(-1)
	if agent != "" {
		if a = o.agt.lookup(agent); a < 0 {
			if t.Kind == TargetArea || t.Kind == TargetSource {
				return None
			}
		}
	}
	q := look{o, at.Unix(), &asIs}
	return q.level(pi, t.Kind, o.madeNumber(t), a)
}

// madeNumber is targetNumber, and the agent of a made target.
func (o *Org) madeNumber(t Target) int32 {
	if t.Kind == TargetAccessType || t.Kind == TargetCreator {
		return o.agt.lookup(t.ID)
	}
	return o.targetNumber(t)
}

// level answers by numbers; a is -1 for all agents.
func (q *look) level(p int32, kind TargetKind, t, a int32) Level {
	if !q.active(p) || t < 0 {
		return None
	}
	switch kind {
	case TargetAgent:
		return q.agent(p, t)
	case TargetArea:
		return q.area(p, t, a)
	case TargetSource:
		if a >= 0 {
			return q.retrieval(p, t, a)
		}
		return q.source(p, t)
	case TargetGroup:
		if !q.o.groupOn(t) {
			return None
		}
		return q.own(q.o.by[0].get(p).memb, kind, t)
	case TargetRole:
		if s := q.o.rol.rows.at(t); !s.live {
			return None
		}
		return q.own(q.o.by[0].get(p).stand, kind, t)
	case TargetAccount, TargetAgentRole, TargetDuty:
		return q.own(q.o.by[0].get(p).stand, kind, t)
	case TargetObjectSee, TargetObjectEdit, TargetObjectDelete, TargetObjectDestroy, TargetField, TargetSetting, TargetAction:
		return q.permission(p, kind, t)
	case TargetAccessType:
		if typ, live := q.accessType(t); live && typ == Organization && q.o.ppl.at(p).Kind == User {
			return Level(typ)
		}
	case TargetCreator:
		if q.agentOn(t) && q.created(p, t) {
			return Held
		}
	}
	return None
}

// at gives the record at a number.
func (t *table[R]) at(i int32) *R { return &t.rows.at(i).rec }

// active tells whether the principal is there and active: without that it
// has no access at all.
func (q *look) active(p int32) bool {
	if p < 0 {
		return false
	}
	s := q.o.ppl.rows.at(p)
	return s.live && s.rec.Status == Active
}

func (o *Org) groupOn(g int32) bool { return int(g) < len(o.forest.on) && o.forest.on[g] }

func (q *look) agentOn(a int32) bool {
	s := q.o.agt.rows.at(a)
	return s.live && s.rec.Life == Live
}

func (q *look) accessType(a int32) (AccessType, bool) {
	s := q.o.agt.rows.at(a)
	typ := s.rec.AccessType
	if a == q.w.agent && !q.w.creator {
		typ = q.w.typ
	}
	return typ, s.live && s.rec.Life == Live
}

func (q *look) created(p, a int32) bool {
	c := q.o.agt.at(a).Creator
	return c != "" && c == q.o.ppl.rows.at(p).id && !(a == q.w.agent && q.w.creator)
}

// own gives the highest level in force among links on one target.
func (q *look) own(list []link, kind TargetKind, t int32) Level {
	best := None
	for i := range list {
		l := &list[i]
		if l.other == t && l.kind == uint8(kind) && l.span.Holds(q.at) {
			best = max(best, q.w.level(l))
		}
	}
	return best
}

func (q *look) agentRole(p int32) AgentRole {
	return AgentRole(q.own(q.o.by[0].get(p).stand, TargetAgentRole, numAgentRole))
}

func (q *look) accountAdmin(p int32) bool {
	return AccountRole(q.own(q.o.by[0].get(p).stand, TargetAccount, numAccount)) >= AccountAdmin
}

// reach is the most an agent role lets a principal do on an agent it was
// given (seed: Twig, role-based control).
func reach(r AgentRole) Level {
	if r == AgentUser {
		return ViewUse
	}
	return EditAgent
}

// agent: the agent role's reach over all agents; else the least of that reach
// and the best of creator, access type and grants.
func (q *look) agent(p, a int32) Level {
	typ, live := q.accessType(a)
	if !live {
		return None
	}
	role := q.agentRole(p)
	if role >= AgentAdmin {
		return EditAgent
	}
	top := reach(role)
	if q.created(p, a) {
		return top
	}
	if typ == Private {
		return None
	}
	best := None
	if typ == Organization && q.o.ppl.at(p).Kind == User {
		best = ViewUse
	}
	if best < top {
		best = q.given(p, TargetAgent, a, -1, best, top)
	}
	return min(best, top)
}

// source apart from any agent: the best grant.
func (q *look) source(p, s int32) Level {
	if !q.o.src.rows.at(s).live {
		return None
	}
	return q.given(p, TargetSource, s, -1, None, SourceEdit)
}

// retrieval is a source inside an agent: Use, where the principal can use the
// agent and the source is open in it, or granted to the principal for it.
func (q *look) retrieval(p, s, a int32) Level {
	if !q.o.src.rows.at(s).live || q.agent(p, a) < ViewUse {
		return None
	}
	tie := q.o.tieOf(a, s)
	switch {
	case tie == nil:
		return None
	case tie.Open:
		return SourceUse
	}
	return min(q.given(p, TargetSource, s, a, None, SourceUse), SourceUse)
}

// tieOf gives the tie of a source to an agent, nil for none.
func (o *Org) tieOf(a, s int32) *AgentSource {
	id := o.src.rows.at(s).id
	for _, i := range o.ties.get(a) {
		if r := o.tie.at(i); r.Source == id {
			return r
		}
	}
	return nil
}

// given gives the best grant in force on an agent or a source that the
// principal reaches itself, by a group or by a role; it may stop at enough.
func (q *look) given(p int32, kind TargetKind, t, scope int32, best, enough Level) Level {
	mine := q.o.by[0].get(p)
	on := q.o.on[kind].get(t)
	from, to := sectionOf(mine.res, uint8(kind), t)
	for i := from; i < to; i++ {
		if l := &mine.res[i]; l.agent == scope && l.span.Holds(q.at) {
			best = max(best, q.w.level(l))
		}
	}
	for i := len(on) - 1; i >= 0 && best < enough; i-- {
		l := &on[i]
		switch HolderKind(l.kind) {
		case HolderPrincipal:
			return best // holders come first in the list: only direct grants are left
		case HolderGroup:
			if lvl := q.w.level(l); lvl > best && l.agent == scope && l.span.Holds(q.at) && q.in(mine.memb, l.other) {
				best = lvl
			}
		case HolderRole:
			if lvl := q.w.level(l); lvl > best && l.agent == scope && l.span.Holds(q.at) && q.hasRole(p, l.other) {
				best = lvl
			}
		}
	}
	return best
}

// sectionOf finds the links of one far end in a sorted list.
func sectionOf(list []link, kind uint8, other int32) (from, to int) {
	lo, hi := 0, len(list)
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if l := &list[m]; l.kind < kind || l.kind == kind && l.other < other {
			lo = m + 1
		} else {
			hi = m
		}
	}
	for to = lo; to < len(list) && list[to].kind == kind && list[to].other == other; to++ {
	}
	return lo, to
}

// in tells whether one of the memberships, in force, reaches group g: it is
// of g or of an active group below g.
func (q *look) in(memb []link, g int32) bool {
	f := q.o.forest
	if !f.on[g] {
		return false
	}
	for i := range memb {
		m := &memb[i]
		if f.above(g, m.other) && m.span.Holds(q.at) && q.w.level(m) > None {
			return true
		}
	}
	return false
}

// hasRole tells whether the principal's role is r: one it holds, or the
// default role where it holds none that is there.
func (q *look) hasRole(p, r int32) bool {
	found := false
	for role := range q.roles(p) {
		found = found || role == r
	}
	return found
}

// roles yields the roles of a principal: those it holds that are there, else
// the default role. There is one, unless the stored rows say otherwise.
func (q *look) roles(p int32) func(func(int32) bool) {
	return func(yield func(int32) bool) {
		stand := q.o.by[0].get(p).stand
		some := false
		for i := range stand {
			l := &stand[i]
			if TargetKind(l.kind) == TargetRole && l.span.Holds(q.at) && q.w.level(l) > None && q.o.rol.rows.at(l.other).live {
				some = true
				if !yield(l.other) {
					return
				}
			}
		}
		if !some && q.o.defRole >= 0 {
			yield(q.o.defRole)
		}
	}
}

// area: the account role, else the highest of the principal's sources, each
// resolved down the tree on its own; inside an agent no more than the level
// on the agent, where areas follow agents.
func (q *look) area(p, n, a int32) Level {
	if !q.o.are.rows.at(n).live || a >= 0 && !q.agentOn(a) {
		return None
	}
	top := Edit
	if a >= 0 && q.o.coupled {
		if top = q.agent(p, a); top == None {
			return None
		}
	}
	if q.accountAdmin(p) {
		return top
	}
	return min(q.areaGiven(p, n, a, top), top)
}

// areaGiven gives the highest source of a principal in an area, before any
// coupling; it may stop at enough.
func (q *look) areaGiven(p, n, a int32, enough Level) Level {
	mine := q.o.by[0].get(p)
	best := q.resolve(mine.area, n, a)
	for role := range q.roles(p) {
		best = max(best, q.resolve(q.o.by[HolderRole].get(role).area, n, a))
	}
	f := q.o.forest
	for i := range mine.memb {
		m := &mine.memb[i]
		if !f.on[m.other] || !m.span.Holds(q.at) || q.w.level(m) == None {
			continue
		}
		for g := m.other; g >= 0 && best < enough; g = f.up[g] {
			if pg := &q.o.by[HolderGroup]; int(g) < pg.n {
				best = max(best, q.resolve(pg.at(g).area, n, a))
			}
		}
	}
	return best
}

// resolve gives one holder's level at an area: the least value set on the way
// down to it, None where none is set.
func (q *look) resolve(list []link, n, a int32) Level {
	if len(list) == 0 {
		return None
	}
	least, some := Edit, false
	for ; n >= 0; n = q.o.areas.up[n] {
		if v, _, set := q.value(list, n, a); set {
			least, some = min(least, v), true
		}
	}
	if !some {
		return None
	}
	return least
}

// value gives what one holder has set at one node: for the agent, if that is
// in force, else for all agents; of several the highest. by is its link.
func (q *look) value(list []link, n, a int32) (v Level, by *link, set bool) {
	scoped := false
	for i := range list {
		l := &list[i]
		if l.other != n || l.agent != -1 && l.agent != a || !l.span.Holds(q.at) {
			continue
		}
		lvl, here := q.w.level(l), l.agent != -1
		if by == nil || here && !scoped || here == scoped && lvl > v {
			v, by, scoped = lvl, l, here
		}
	}
	return v, by, by != nil
}
