package domain

import (
	"slices"
	"time"
)

// PrefixSoD begins the ids of separations of duties.
const PrefixSoD = "sod"

// Breach is somebody who holds both sides of a separation of duties at one
// instant, with every way to each.
type Breach struct {
	Rule      SoDRule
	Principal ID
	At        time.Time
	A, B      Access
}

// Breaches gives everybody who holds both sides of a rule at an instant, by
// id. A side without a scope is held by who has it for all agents or inside
// any one; a side that is a group also by a member of a group below it; one
// that is the default role by who has no other.
func (o *Org) Breaches(r SoDRule, at time.Time) []Breach {
	q := o.lookAt(at)
	a, b := o.side(r.A), o.side(r.B)
	var out []Breach
	for p := range o.ppl.ordered {
		if q.holds(p, &a) && q.holds(p, &b) {
			out = append(out, q.breach(r, p, at))
		}
	}
	return out
}

// Breaks tells whether the principal holds both sides at an instant.
func (o *Org) Breaks(p ID, r SoDRule, at time.Time) bool {
	i := o.ppl.have(p)
	if i < 0 {
		return false
	}
	q, a, b := o.lookAt(at), o.side(r.A), o.side(r.B)
	return q.holds(i, &a) && q.holds(i, &b)
}

// sideOf is one side of a rule, by numbers.
type sideOf struct {
	SoDSide
	n, agent int32
	dead     bool    // its scope is not there
	inside   []int32 // of a source: the agents that use it
}

func (o *Org) side(s SoDSide) sideOf {
	out := sideOf{SoDSide: s, n: o.targetNumber(s.Target), agent: -1}
	if s.Agent != "" {
		out.agent = o.agt.have(s.Agent)
		out.dead = out.agent < 0
	}
	if s.Target.Kind == TargetSource && s.Agent == "" {
		for i := range o.tie.ordered {
			if t := o.tie.at(i); t.Source == s.Target.ID {
				if a := o.agt.have(t.Agent); a >= 0 {
					out.inside = append(out.inside, a)
				}
			}
		}
	}
	return out
}

// holds tells whether a principal stands at a side's level.
func (q *look) holds(p int32, s *sideOf) bool {
	_, ok := q.holdsAt(p, s)
	return ok
}

// holdsAt is holds with the scope in which it is so, -1 for all agents.
func (q *look) holdsAt(p int32, s *sideOf) (scope int32, ok bool) {
	if s.n < 0 || s.dead || s.Level == None || !q.active(p) {
		return -1, false
	}
	kind := s.Target.Kind
	if q.level(p, kind, s.n, s.agent) >= s.Level {
		return s.agent, true
	}
	switch {
	case kind == TargetGroup:
		return -1, s.Level <= Member && q.in(q.o.heldBy(p).memb, s.n)
	case kind == TargetRole:
		return -1, q.o.rol.rows.at(s.n).live && q.hasRole(p, s.n)
	case s.agent >= 0:
	case kind == TargetArea:
		if q.hasAreaScopes(p) {
			scopes, _ := q.o.scopes(q, p)
			for _, a := range scopes {
				if q.area(p, s.n, a) >= s.Level {
					return a, true
				}
			}
		}
	case kind == TargetSource && s.Level <= SourceUse:
		for _, a := range s.inside {
			if q.retrieval(p, s.n, a) >= s.Level {
				return a, true
			}
		}
	}
	return -1, false
}

// hasAreaScopes tells whether any area value for one agent reaches p: asked
// before the agents are gathered.
func (q *look) hasAreaScopes(p int32) bool {
	for pool, h := range q.sources(p) {
		if slices.ContainsFunc(q.o.by[pool].get(h).area, func(l link) bool { return l.agent >= 0 }) {
			return true
		}
	}
	return false
}

func (q *look) breach(r SoDRule, p int32, at time.Time) Breach {
	id := q.o.ppl.rows.at(p).id
	return Breach{Rule: r, Principal: id, At: at, A: q.sideAccess(p, r.A, at), B: q.sideAccess(p, r.B, at)}
}

// sideAccess explains a side where it is held.
func (q *look) sideAccess(p int32, s SoDSide, at time.Time) Access {
	o := q.o
	n := o.side(s)
	scope, _ := q.holdsAt(p, &n)
	agent := ID("")
	if scope >= 0 {
		agent = o.agt.rows.at(scope).id
	}
	acc := q.access(o.ppl.rows.at(p).id, s.Target, agent, at)
	if len(acc.Paths) > 0 {
		return acc
	}
	switch s.Target.Kind {
	case TargetGroup:
		acc.Paths = q.receives(p, n.n, -1, at)
	case TargetRole:
		e := explainer{look: *q, p: p, who: o.Name(KindPrincipal, acc.Principal), ladder: LadderOf(TargetRole), acc: &acc}
		for _, c := range e.roleChains()[n.n] {
			if c.miss == nil {
				e.add(c.path(Held, Held, "", c.via...))
			}
		}
	}
	if len(acc.Paths) > 0 {
		acc.Level, acc.Denials = acc.Paths[0].Level, nil
	}
	return acc
}

// separations: nobody holds both sides of any separation of duties.
func (in *inspection) separations() {
	for i := range in.o.sod.ordered {
		s := in.o.sod.rows.at(i)
		for _, b := range in.o.Breaches(s.rec, in.facts.At) {
			in.separation(s, b)
		}
	}
}

func (in *inspection) separation(s *slot[SoDRule], b Breach) {
	since := s.since
	f := Finding{}
	for _, acc := range []Access{b.A, b.B} {
		if len(acc.Paths) > 0 {
			for _, id := range acc.Paths[0].Via {
				if row, ok := in.o.Holding(id); ok {
					since = max(since, row.Since)
				}
			}
		}
		if k, ok := targetRecords[acc.Target.Kind]; ok {
			f.Also = append(f.Also, Ref{k, acc.Target.ID})
		}
	}
	out := in.add(FindingSoD, s.rec.Severity, Since{Event: since}, []Ref{principalRef(b.Principal), {KindSoD, s.id}},
		"%q holds both %s and %s, against the SoD rule %q", in.o.Name(KindPrincipal, b.Principal),
		in.o.sideWords(s.rec.A), in.o.sideWords(s.rec.B), s.rec.Name)
	out.Also, out.Ways = f.Also, []Access{b.A, b.B}
}

// sideWords says a side in words: `Edit on "Voice"`.
func (o *Org) sideWords(s SoDSide) string {
	return o.describeGrant(Grant{Target: s.Target, Agent: s.Agent, Level: s.Level})
}
