package domain

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Effects tells who gains or loses what between two pictures that differ by
// the changes (one change a record): now, and at every later edge of a window
// that concerns them. It compares access, not kinds of change; the changes
// only say where to look. For one principal, target and scope there is one
// effect for each distinct step, at the earliest instant it shows. Effects
// come sorted by principal, target and scope.
//
// An area is compared for all agents, and inside one agent where that can
// tell more: where a value for that agent alone concerns the principal, or
// where its level on the agent itself moves. A switch of the setting
// areas-follow-agents moves every area inside every agent; there the agent
// with the widest step stands for the others, as of now.
//
// What roles permit is compared for all objects, all settings and all actions
// as well as for each; a field where a rule is on it, for any other goes with
// its object.
func Effects(before, after *Org, changes []Change, at time.Time) []Effect {
	l := newSurvey(before, after, at)
	for _, c := range changes {
		if g, ok := c.Record().(Grant); ok && g.Holder.Kind == HolderRole {
			l.roles.defined[g.Holder.ID] = true
		}
		l.touch(c)
		l.touchRoles(c)
	}
	l.settleRoles()
	for h, places := range l.held {
		l.forEach(l.behind(h), places)
	}
	var out []Effect
	for _, p := range l.touched() {
		out = l.compare(p, out)
	}
	l.markShared(out)
	return out
}

// survey is one search for effects.
type survey struct {
	before, after *Org
	at            time.Time
	opened        map[ID]bool    // agents the changes open to the organisation
	tied          map[place]bool // sources they open to all users of an agent
	switched      bool           // areas-follow-agents is switched

	own      map[ID][]place     // what to compare for whom
	common   map[ID][][]place   // the same, in lists shared by many; only read
	held     map[Holder][]place // what changes for those behind a group or a role
	everyone []place            // what to compare for everybody
	roles    roleSurvey         // what to compare of what roles permit

	// What was found once is kept, by group, holder, window or for good.
	all       map[ID]bool
	members   map[ID][]ID        // of a group and those below it, whatever the window
	chains    map[ID][]ID        // a group and those above it, in either picture
	gives     map[Holder][]place // what a group's or a role's grants are on
	edges     map[Holder][]int64 // of windows of a group's or a role's grants
	scoped    map[Holder][]ID    // agents that a group's or a role's area values are for
	areas     map[Holder]bool    // whether a group or a role has area values
	spans     map[zonedWindow]Span
	inside    map[ID][]Holder // who holds area values for an agent alone
	areaList  []ID
	agentList []ID
	defaults  []ID
	created   map[ID][]ID // agents by creator
	usedBy    map[ID][]ID // agents by data source
	wide      []place     // agents open to the organisation
}

type zonedWindow struct {
	w    Window
	zone string
}

func newSurvey(before, after *Org, at time.Time) *survey {
	on := func(o *Org) bool { return o.Setting(SettingCoupling) != "off" }
	return &survey{before: before, after: after, at: at,
		opened: map[ID]bool{}, tied: map[place]bool{}, switched: on(before) != on(after),
		own: map[ID][]place{}, common: map[ID][][]place{}, held: map[Holder][]place{}, members: map[ID][]ID{}, chains: map[ID][]ID{}, gives: map[Holder][]place{},
		edges: map[Holder][]int64{}, scoped: map[Holder][]ID{}, areas: map[Holder]bool{},
		spans: map[zonedWindow]Span{}, roles: roleSurvey{who: map[ID]bool{}, behind: map[Holder]bool{}, defined: map[ID]bool{}}}
}

func (l *survey) both() [2]*Org { return [2]*Org{l.before, l.after} }

// touched is whom the changes can concern, sorted.
func (l *survey) touched() []ID {
	if len(l.everyone) > 0 || l.switched {
		return slices.Sorted(maps.Keys(l.principals()))
	}
	who := slices.AppendSeq(slices.Collect(maps.Keys(l.own)), maps.Keys(l.common))
	who = slices.AppendSeq(who, maps.Keys(l.roles.who))
	slices.Sort(who)
	return slices.Compact(who)
}

// compare appends the effects on one principal.
func (l *survey) compare(p ID, out []Effect) []Effect {
	instants := l.instants(p)
	places := l.widen(p, l.distinct(p), instants)
	for _, pl := range places {
		out = l.step(p, pl, instants, out)
	}
	if l.switched {
		out = l.switchSteps(p, out)
	}
	return l.roleSteps(p, instants, out)
}

// distinct gives what is to be compared for p, sorted, each once.
func (l *survey) distinct(p ID) []place {
	places := append(l.own[p], l.everyone...)
	for _, list := range l.common[p] {
		places = append(places, list...)
	}
	slices.SortFunc(places, comparePlaces)
	return slices.Compact(places)
}

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.target.Kind, b.target.Kind), compareID(a.target.ID, b.target.ID), compareID(a.agent, b.agent))
}

// step appends the distinct steps of one level over the instants.
func (l *survey) step(p ID, pl place, instants []time.Time, out []Effect) []Effect {
	first := len(out)
	for i, at := range instants {
		was, is := l.before.Level(p, pl.target, pl.agent, at), l.after.Level(p, pl.target, pl.agent, at)
		if was == is || slices.ContainsFunc(out[first:], func(e Effect) bool { return e.Before == was && e.After == is }) {
			continue
		}
		out = append(out, Effect{Principal: p, Target: pl.target, Agent: pl.agent, Before: was, After: is, At: at, Future: i > 0})
	}
	return out
}

// widen adds what moves along: inside an agent that p's level moves on, its
// data sources and the areas p has; and areas inside the agents that a value
// for one agent concerns.
func (l *survey) widen(p ID, places []place, instants []time.Time) []place {
	var more []place
	var areasOf []ID
	inside := l.agentsInside(p)
	for _, pl := range places {
		agent := pl.target.ID
		switch {
		case pl.target.Kind == TargetAgent:
			own := slices.Contains(inside, agent)
			if !own && !l.moves(p, pl, instants) {
				continue
			}
			for _, o := range l.both() {
				for _, tie := range o.AgentSources(agent) {
					more = append(more, place{Target{TargetSource, tie.Source}, agent})
				}
			}
			areas := l.areaIDs()
			if !own {
				if areasOf == nil {
					areasOf = l.areasOf(p, instants)
				}
				areas = areasOf
			}
			for _, a := range areas {
				more = append(more, place{Target{TargetArea, a}, agent})
			}
		case pl.target.Kind == TargetArea && pl.agent == "":
			for _, a := range inside {
				more = append(more, place{pl.target, a})
			}
		}
	}
	if len(more) == 0 {
		return places
	}
	places = append(slices.Clone(places), more...)
	slices.SortFunc(places, comparePlaces)
	return slices.Compact(places)
}

func (l *survey) moves(p ID, pl place, instants []time.Time) bool {
	for _, at := range instants {
		if l.before.Level(p, pl.target, pl.agent, at) != l.after.Level(p, pl.target, pl.agent, at) {
			return true
		}
	}
	return false
}

// areasOf is the areas p has for all agents, at any of the instants; inside
// an agent that no value is for alone it can have no others. It is never nil.
func (l *survey) areasOf(p ID, instants []time.Time) []ID {
	out := []ID{}
	if !l.hasAreas(p) {
		return out
	}
	for _, a := range l.areaIDs() {
		t := Target{TargetArea, a}
		if slices.ContainsFunc(instants, func(at time.Time) bool {
			return l.before.Level(p, t, "", at) > None || l.after.Level(p, t, "", at) > None
		}) {
			out = append(out, a)
		}
	}
	return out
}

// instants gives now and every later edge of a window that concerns p.
func (l *survey) instants(p ID) []time.Time {
	var edges []int64
	l.holdersFor(p, func(o *Org, h Holder) {
		if h.Kind == HolderPrincipal {
			edges = l.addEdges(o, h, edges)
			return
		}
		if _, known := l.edges[h]; !known {
			var list []int64
			for _, o := range l.both() {
				list = l.addEdges(o, h, list)
			}
			l.edges[h] = list
		}
		edges = append(edges, l.edges[h]...)
	})
	out := []time.Time{l.at}
	slices.Sort(edges)
	for _, e := range slices.Compact(edges) {
		out = append(out, time.Unix(e, 0).UTC())
	}
	return out
}

func (l *survey) addEdges(o *Org, h Holder, edges []int64) []int64 {
	for _, g := range o.GrantsOf(h) {
		if g.Window.Always() {
			continue
		}
		k := zonedWindow{g.Window, o.Zone().String()}
		s, ok := l.spans[k]
		if !ok {
			s = g.Window.Span(o.Zone())
			l.spans[k] = s
		}
		for _, e := range []int64{s.From, s.To} {
			if e > l.at.Unix() && e != Forever.To {
				edges = append(edges, e)
			}
		}
	}
	return edges
}

// switchSteps appends, for each area p has, the widest rise and the widest
// fall that switching areas-follow-agents makes inside any agent now.
func (l *survey) switchSteps(p ID, out []Effect) []Effect {
	if !l.hasAreas(p) {
		return out
	}
	for _, area := range l.areaIDs() {
		var up, down Effect
		t := Target{TargetArea, area}
		for _, agent := range l.agentIDs() {
			e := Effect{Principal: p, Target: t, Agent: agent, At: l.at,
				Before: l.before.Level(p, t, agent, l.at), After: l.after.Level(p, t, agent, l.at)}
			if e.Rises() && (!up.Rises() || e.After-e.Before > up.After-up.Before) {
				up = e
			}
			if e.After < e.Before && e.Before-e.After > down.Before-down.After {
				down = e
			}
		}
		for _, e := range []Effect{up, down} {
			if e.Before != e.After && !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// markShared marks what everybody gains: inside an agent that the changes
// open to the organisation, on a source they open to all users of an agent, or
// by what roles permit (a new object, another definition of the default role,
// never another role for somebody), a rise that more than half of the active
// users make alike. (Not all make it: some had the level before, or a role that
// says otherwise.)
func (l *survey) markShared(effects []Effect) {
	if len(l.opened)+len(l.tied) == 0 && len(l.roles.who) == 0 {
		return
	}
	type rise struct {
		pl            place
		before, after Level
		at            int64
	}
	riseOf := func(e Effect) (rise, bool) {
		agent := e.Agent
		if e.Target.Kind == TargetAgent {
			agent = e.Target.ID
		}
		p, ok := l.after.Principal(e.Principal)
		return rise{place{e.Target, e.Agent}, e.Before, e.After, e.At.Unix()},
			ok && p.Kind == User && e.Rises() && (l.opened[agent] || l.tied[place{e.Target, e.Agent}] || l.definitionGains(e))
	}
	gainers := map[rise]int{}
	for _, e := range effects {
		if r, ok := riseOf(e); ok {
			gainers[r]++
		}
	}
	users := 0
	for row := range l.after.All(KindPrincipal) {
		if p, ok := row.Record.(Principal); ok && p.Kind == User && p.Status == Active {
			users++
		}
	}
	for i := range effects {
		if r, ok := riseOf(effects[i]); ok {
			effects[i].Shared = 2*gainers[r] > users
		}
	}
}

// definitionGains tells whether a step on what roles permit comes from what the
// default role says, or from an object or a field that is new, and not from
// another role being given. What another role says is the gain of its holders
// alone, however many they are.
func (l *survey) definitionGains(e Effect) bool {
	if !e.Target.Kind.Permission() {
		return false
	}
	stands := standingOf(l.after, e.Principal, e.At)
	if stands != standingOf(l.before, e.Principal, e.At) {
		return false
	}
	if l.after.defRole >= 0 && stands == string(l.after.rol.rows.at(l.after.defRole).id)+" " {
		return true
	}
	for _, r := range strings.Fields(stands) {
		if l.roles.defined[ID(r)] {
			return false
		}
	}
	if k, ok := targetRecords[e.Target.Kind]; ok && e.Target.ID != AllID {
		_, there := l.before.Get(k, e.Target.ID)
		return !there
	}
	return false
}
