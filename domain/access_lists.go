package domain

import (
	"iter"
	"slices"
	"time"
)

// AccessOf gives everything the principal has above the bottom rung: agents,
// areas (for all agents, and per agent where a grant scoped to one reaches
// the principal), sources (likewise), groups, roles, the account role, the
// agent role and duties; what its role permits on each object, on each field
// that a rule of the role names (any other goes with its object), and each
// setting and action; each kind in a stable order.
func (o *Org) AccessOf(p ID, at time.Time) []Access {
	pi := o.ppl.have(p)
	q := o.lookAt(at)
	if !q.active(pi) {
		return nil
	}
	var out []Access
	ask := func(t Target, n, a int32) {
		if q.level(pi, t.Kind, n, a) > None {
			agent := ID("")
			if a >= 0 {
				agent = o.agt.rows.at(a).id
			}
			out = append(out, q.access(p, t, agent, at))
		}
	}
	for a := range o.agt.ordered {
		ask(Target{TargetAgent, o.agt.rows.at(a).id}, a, -1)
	}
	areaScopes, sourceScopes := o.scopes(&q, pi)
	for _, n := range o.areas.order {
		t := Target{TargetArea, o.are.rows.at(n).id}
		ask(t, n, -1)
		for _, a := range areaScopes {
			ask(t, n, a)
		}
	}
	for s := range o.src.ordered {
		t := Target{TargetSource, o.src.rows.at(s).id}
		ask(t, s, -1)
		for _, a := range sourceScopes {
			ask(t, s, a)
		}
	}
	own := map[Target]bool{}
	hh := o.by[0].get(pi)
	for _, g := range o.grantsIn(hh.memb, hh.stand) {
		if t := g.Target; !own[t] {
			own[t] = true
			ask(t, o.targetNumber(t), -1)
		}
	}
	for t := range o.permissions() {
		if n := o.targetNumber(t); t.ID != AllID && (t.Kind != TargetField || q.fieldRuled(pi, n)) {
			ask(t, n, -1)
		}
	}
	return out
}

// permissions yields every target that a role may permit, in the order of
// their kinds: for each operation all objects and each object, by id; the
// fields, by id; all settings and each; all actions and each.
func (o *Org) permissions() iter.Seq[Target] {
	return func(yield func(Target) bool) {
		for _, op := range Operations() {
			if !yield(Target{op, AllID}) {
				return
			}
			for i := range o.obj.ordered {
				if !yield(Target{op, o.obj.rows.at(i).id}) {
					return
				}
			}
		}
		for i := range o.fld.ordered {
			if !yield(Target{TargetField, o.fld.rows.at(i).id}) {
				return
			}
		}
		for _, list := range []struct {
			kind  TargetKind
			words []string
		}{{TargetSetting, settingPermissionWords}, {TargetAction, actionPermissionWords}} {
			if !yield(Target{list.kind, AllID}) {
				return
			}
			for _, w := range list.words {
				if !yield(Target{list.kind, ID(w)}) {
					return
				}
			}
		}
	}
}

// fieldRuled tells whether a role of the principal has a rule on a field.
func (q *look) fieldRuled(p, f int32) bool {
	for r := range q.roles(p) {
		if _, by := q.ruled(r, TargetField, f); by != nil {
			return true
		}
	}
	return false
}

// scopes gives the agents that area and source grants reaching the principal
// are scoped to, by id.
func (o *Org) scopes(q *look, p int32) (areas, sources []int32) {
	take := func(h held) {
		for _, l := range h.area {
			if l.agent >= 0 {
				areas = append(areas, l.agent)
			}
		}
		for _, l := range h.res {
			if l.agent >= 0 {
				sources = append(sources, l.agent)
			}
		}
	}
	for pool, h := range q.sources(p) {
		take(o.by[pool].get(h))
	}
	tidy := func(list []int32) []int32 {
		slices.SortFunc(list, func(a, b int32) int { return compareID(o.agt.rows.at(a).id, o.agt.rows.at(b).id) })
		return slices.Compact(list)
	}
	return tidy(areas), tidy(sources)
}

// sources yields the holders whose grants a principal receives now: itself,
// its roles, each group that reaches it. A group may come twice.
func (q *look) sources(p int32) iter.Seq2[HolderKind, int32] {
	return func(yield func(HolderKind, int32) bool) {
		if !yield(HolderPrincipal, p) {
			return
		}
		for r := range q.roles(p) {
			if !yield(HolderRole, r) {
				return
			}
		}
		for _, m := range q.o.by[0].get(p).memb {
			if !q.o.forest.on[m.other] || !m.span.Holds(q.at) || q.w.level(&m) == None {
				continue
			}
			for g := m.other; g >= 0; g = q.o.forest.up[g] {
				if !yield(HolderGroup, g) {
					return
				}
			}
		}
	}
}

// Levels yields every principal that has the target above the bottom rung,
// by id, with its level: Who without the reasons.
func (o *Org) Levels(t Target, agent ID, at time.Time) iter.Seq2[ID, Level] {
	return func(yield func(ID, Level) bool) {
		q, n, a := o.lookAt(at), o.madeNumber(t), int32(-1)
		if agent != "" && (t.Kind == TargetArea || t.Kind == TargetSource) {
			if a = o.agt.lookup(agent); a < 0 {
				return
			}
		}
		for p := range o.ppl.ordered {
			if l := q.level(p, t.Kind, n, a); l > None && !yield(o.ppl.rows.at(p).id, l) {
				return
			}
		}
	}
}

// Who gives everyone who has the target above the bottom rung, by id, with
// the reasons.
func (o *Org) Who(t Target, agent ID, at time.Time) []Access {
	var out []Access
	for p := range o.Levels(t, agent, at) {
		out = append(out, o.Access(p, t, agent, at))
	}
	return out
}
