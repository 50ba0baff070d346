package domain

import (
	"time"
)

// oracle answers from the rows alone, by PRODUCT 2.2 to 2.4, slowly and
// without anything of Org.
type oracle struct {
	ppl      map[ID]Principal
	grp      map[ID]Group
	agt      map[ID]Agent
	src      map[ID]Source
	rol      map[ID]Role
	are      map[ID]Area
	tie      map[[2]ID]AgentSource
	grants   []Grant
	zone     *time.Location
	coupling bool
}

func oracleOf(rows []Row) *oracle {
	w := &oracle{ppl: map[ID]Principal{}, grp: map[ID]Group{}, agt: map[ID]Agent{}, src: map[ID]Source{},
		rol: map[ID]Role{}, are: map[ID]Area{}, tie: map[[2]ID]AgentSource{}, zone: time.UTC, coupling: true}
	for _, row := range rows {
		switch r := row.Record.(type) {
		case Principal:
			w.ppl[r.ID] = r
		case Group:
			w.grp[r.ID] = r
		case Agent:
			w.agt[r.ID] = r
		case Source:
			w.src[r.ID] = r
		case Role:
			w.rol[r.ID] = r
		case Area:
			w.are[r.ID] = r
		case AgentSource:
			w.tie[[2]ID{r.Agent, r.Source}] = r
		case Grant:
			w.grants = append(w.grants, r)
		case Setting:
			switch r.ID {
			case SettingZone:
				w.zone, _ = time.LoadLocation(r.Value)
			case SettingCoupling:
				w.coupling = r.Value != "off"
			}
		}
	}
	return w
}

// open: the calendar of the window's zone shows a day of the window. A zone
// that is none opens nothing (PRODUCT 2.3, 9.3).
func (w *oracle) open(g Grant, at time.Time) bool {
	if g.Window.From == "" && g.Window.To == "" {
		return true
	}
	zone := w.zone
	if g.Window.Zone != "" {
		var err error
		if zone, err = time.LoadLocation(g.Window.Zone); err != nil {
			return false
		}
	}
	today := Date(at.In(zone).Format(time.DateOnly))
	return today >= g.Window.From && (g.Window.To == "" || today <= g.Window.To)
}

// own is the highest grant of the principal's own on a target.
func (w *oracle) own(p ID, t Target, at time.Time) Level {
	best := None
	for _, g := range w.grants {
		if g.Holder == person(p) && g.Target == t && w.open(g, at) {
			best = max(best, g.Level)
		}
	}
	return best
}

// parent is a group's parent; the smallest id of a cycle has none.
func (w *oracle) parent(g ID) ID {
	up := w.grp[g].Parent
	if _, ok := w.grp[up]; !ok {
		return ""
	}
	smallest := g
	for x, n := up, 0; n <= len(w.grp); n++ {
		if x == g {
			if smallest == g {
				return ""
			}
			return up
		}
		smallest = min(smallest, x)
		if x = w.grp[x].Parent; w.grp[x].ID == "" {
			return up
		}
	}
	return up
}

func (w *oracle) groups(p ID, at time.Time) map[ID]bool {
	out := map[ID]bool{}
	for _, g := range w.grants {
		if g.Holder != person(p) || g.Target.Kind != TargetGroup || g.Level == None || !w.open(g, at) {
			continue
		}
		for id := g.Target.ID; id != ""; id = w.parent(id) {
			if r, ok := w.grp[id]; !ok || r.Life == Archived {
				break
			}
			out[id] = true
		}
	}
	return out
}

func (w *oracle) roles(p ID, at time.Time) map[ID]bool {
	out := map[ID]bool{}
	for id := range w.rol {
		if w.own(p, Target{TargetRole, id}, at) > None {
			out[id] = true
		}
	}
	if len(out) == 0 {
		def := ID("")
		for id, r := range w.rol {
			if r.Default && (def == "" || id < def) {
				def = id
			}
		}
		if def != "" {
			out[def] = true
		}
	}
	return out
}

// holders are whose grants a principal receives.
func (w *oracle) holders(p ID, at time.Time) []Holder {
	out := []Holder{person(p)}
	for g := range w.groups(p, at) {
		out = append(out, team(g))
	}
	for r := range w.roles(p, at) {
		out = append(out, Holder{HolderRole, r})
	}
	return out
}

// given is the highest grant on a target, of one scope, from any holder.
func (w *oracle) given(p ID, t Target, scope ID, at time.Time) Level {
	best := None
	for _, h := range w.holders(p, at) {
		for _, g := range w.grants {
			if g.Holder == h && g.Target == t && g.Agent == scope && w.open(g, at) {
				best = max(best, g.Level)
			}
		}
	}
	return best
}

func (w *oracle) level(p ID, t Target, agent ID, at time.Time) Level {
	r, ok := w.ppl[p]
	if !ok || r.Status != Active {
		return None
	}
	switch t.Kind {
	case TargetAgent:
		return w.agent(r, t.ID, at)
	case TargetArea:
		return w.area(r, t.ID, agent, at)
	case TargetSource:
		return w.source(r, t.ID, agent, at)
	case TargetGroup:
		if g, ok := w.grp[t.ID]; !ok || g.Life == Archived {
			return None
		}
	case TargetRole:
		if _, ok := w.rol[t.ID]; !ok {
			return None
		}
	}
	return w.own(p, t, at)
}

func (w *oracle) agent(p Principal, id ID, at time.Time) Level {
	a, ok := w.agt[id]
	if !ok || a.Life == Archived {
		return None
	}
	role := AgentRole(w.own(p.ID, Target{Kind: TargetAgentRole}, at))
	if role == AgentAdmin || role == AgentSuperAdmin {
		return EditAgent
	}
	best := None
	if a.AccessType == Organization && p.Kind == User {
		best = ViewUse
	}
	if a.AccessType != Private {
		best = max(best, w.given(p.ID, onAgent(id), "", at))
	}
	if a.Creator == p.ID {
		best = EditAgent
	}
	if role == AgentUser {
		best = min(best, ViewUse)
	}
	return best
}

func (w *oracle) area(p Principal, id, agent ID, at time.Time) Level {
	if _, ok := w.are[id]; !ok {
		return None
	}
	if agent != "" {
		if a, ok := w.agt[agent]; !ok || a.Life == Archived {
			return None
		}
	}
	best := None
	for _, h := range w.holders(p.ID, at) {
		best = max(best, w.resolve(h, id, agent, at))
	}
	if w.own(p.ID, Target{Kind: TargetAccount}, at) >= Level(AccountAdmin) {
		best = Edit
	}
	if agent != "" && w.coupling {
		best = min(best, w.agent(p, agent, at))
	}
	return best
}

// resolve is one holder's level: the least of the values set from the top
// down to the node.
func (w *oracle) resolve(h Holder, node, agent ID, at time.Time) Level {
	least, set := Edit, false
	for n := node; n != ""; n = w.are[n].Parent {
		if _, ok := w.are[n]; !ok {
			break
		}
		for _, scope := range []ID{agent, ""} {
			v, here := None, false
			for _, g := range w.grants {
				if g.Holder == h && g.Target == onArea(n) && g.Agent == scope && w.open(g, at) {
					v, here = max(v, g.Level), true
				}
			}
			if here {
				least, set = min(least, v), true
				break
			}
		}
	}
	if !set {
		return None
	}
	return least
}

func (w *oracle) source(p Principal, id, agent ID, at time.Time) Level {
	if _, ok := w.src[id]; !ok {
		return None
	}
	if agent == "" {
		return w.given(p.ID, Target{TargetSource, id}, "", at)
	}
	tie, ok := w.tie[[2]ID{agent, id}]
	if !ok || w.agent(p, agent, at) < ViewUse {
		return None
	}
	if tie.Open {
		return SourceUse
	}
	return min(SourceUse, w.given(p.ID, Target{TargetSource, id}, agent, at))
}
