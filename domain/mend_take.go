package domain

import "fmt"

// separation offers to take either side away from who holds both.
func (m *mender) separation() {
	p, ok := subject[Principal](m, 0)
	r, ok2 := subject[SoDRule](m, 1)
	if !ok || !ok2 {
		return
	}
	for _, s := range []SoDSide{r.A, r.B} {
		changes, why := m.take(p.ID, s)
		if why != "" {
			m.none("%s", why)
			continue
		}
		m.way(changes, "take %s from %q", m.o.sideWords(s), p.Name)
	}
}

// mostTaken bounds how many grants are taken from one person for one side.
const mostTaken = 100

// take makes the changes after which a principal does not stand at a side any
// more, touching only what is the principal's own: its grants, its
// memberships, its roles. Where the way goes by what everybody has, why says
// so.
func (m *mender) take(p ID, s SoDSide) (changes []Change, why string) {
	now := m.o
	for range mostTaken {
		q := now.lookAt(m.at)
		i, side := now.ppl.have(p), now.side(s)
		scope, holds := q.holdsAt(i, &side)
		if !holds {
			net, err := m.o.net(changes)
			if err != nil {
				return nil, err.Error()
			}
			return net, ""
		}
		acc := q.sideAccess(i, s, m.at)
		if len(acc.Paths) == 0 {
			return nil, fmt.Sprintf("%q has %s by what everybody has", now.Name(KindPrincipal, p), now.sideWords(s))
		}
		agent := s.Agent
		if scope >= 0 {
			agent = now.agt.rows.at(scope).id
		}
		more, why := m.cut(now, p, Target{s.Target.Kind, s.Target.ID}, agent, s.Level, acc.Paths[0])
		if why != "" {
			return nil, why
		}
		changes = append(changes, more...)
		next, err := now.Advance(now.Key(), more)
		if err != nil {
			return nil, err.Error()
		}
		now = next
	}
	return nil, fmt.Sprintf("%q has %s by more than %d ways", m.o.Name(KindPrincipal, p), m.o.sideWords(s), mostTaken)
}

// cut takes one path away, by the last of its grants that is the principal's
// own.
func (m *mender) cut(o *Org, p ID, t Target, agent ID, level Level, path Path) ([]Change, string) {
	own := Holder{HolderPrincipal, p}
	for i := len(path.Via) - 1; i >= 0; i-- {
		row, ok := o.Holding(path.Via[i])
		if !ok {
			continue
		}
		g := row.Record.(Grant)
		if g.Holder != own {
			continue
		}
		switch {
		case g.Target.Kind == TargetCreator:
			a, _ := o.Agent(g.Target.ID)
			return replaced(a, func(a *Agent) { a.Creator = "" }), ""
		case i < len(path.Via)-1, g.Target.Kind == TargetGroup && g.Target != t:
			return []Change{End(g)}, "" // a membership or a role on the way
		case g.Target.Kind == TargetArea && (g.Target != t || g.Agent != agent):
			// The value stands further up: a lower one here takes less away.
			return []Change{Begin(Grant{ID: m.ids(PrefixGrant), Holder: own, Target: t, Agent: agent, Level: level - 1})}, ""
		case g.Target.Kind == TargetAgentRole && t.Kind != TargetAgentRole:
			return replaced(g, func(g *Grant) { g.Level = Level(AgentManager) }), ""
		case g.Target.Kind == TargetAccount:
			return []Change{End(g)}, ""
		case level > 1 && g.Target == t || g.Target.Kind == TargetArea:
			return replaced(g, func(g *Grant) { g.Level = level - 1 }), ""
		}
		return []Change{End(g)}, ""
	}
	return nil, fmt.Sprintf("%q has %s by what everybody has", o.Name(KindPrincipal, p), o.describeGrant(Grant{Target: t, Agent: agent, Level: level}))
}
