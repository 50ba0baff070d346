package domain

import (
	"fmt"
)

// areaPaths gathers every way to an area, for one agent or (a = -1) for all.
func (e *explainer) areaPaths(n, a int32) {
	if a >= 0 && !e.agentOn(a) {
		e.deny(Edit, ReasonArchived, "%s is archived, so nobody has access to it", e.o.Name(KindAgent, e.o.agt.rows.at(a).id))
		return
	}
	e.accountPaths()
	e.areaHolder(e.direct(), e.o.by[0].get(e.p).area, e.who, n, a)
	for r, chains := range e.roleChains() {
		for _, c := range chains {
			e.areaHolder(c, e.o.by[HolderRole].get(r).area, e.o.rol.rows.at(r).rec.Name, n, a)
		}
	}
	f := e.o.forest
	seen := map[int32]bool{}
	for _, m := range e.o.by[0].get(e.p).memb {
		for g := m.other; g >= 0; g = f.filed.up[g] {
			if seen[g] {
				continue
			}
			seen[g] = true
			area := e.o.by[HolderGroup].get(g).area
			if len(area) == 0 {
				continue
			}
			for _, c := range e.groupChains(g) {
				e.areaHolder(c, area, e.groupName(g), n, a)
			}
		}
	}
	if a >= 0 && e.o.coupled {
		e.couple(a)
	}
}

// accountPaths gathers what the account role gives in every area.
func (e *explainer) accountPaths() {
	stand := e.o.by[0].get(e.p).stand
	for i := range stand {
		l := &stand[i]
		if TargetKind(l.kind) != TargetAccount || e.w.level(l) < Level(AccountAdmin) {
			continue
		}
		if r := e.window(l, fmt.Sprintf("the window of the account role Admin for %s", e.who)); r != nil {
			e.missed = append(e.missed, missed{Edit, *r})
			continue
		}
		e.add(Path{Given: Edit, Level: Edit, Via: []ID{e.o.gnt.rows.at(l.g).id},
			Steps: []Step{e.self("account role Admin" + e.until(l))}})
	}
}

// areaHolder explains one holder's level in an area, at the end of a chain.
func (e *explainer) areaHolder(c chain, list []link, holder string, n, a int32) {
	var via []ID     // the values that count, from the top down
	var near *link   // the value set nearest to the area
	var low *link    // the least of them
	var given Level  // what near says
	var lowest Level // what low says
	for at := n; at >= 0; at = e.o.areas.up[at] {
		v, by, set := e.value(list, at, a)
		if !set {
			continue
		}
		via = append([]ID{e.o.gnt.rows.at(by.g).id}, via...)
		if near == nil {
			near, given, low, lowest = by, v, by, v
		} else if v < lowest {
			low, lowest = by, v
		}
	}
	e.areaMisses(c, list, holder, n, a, lowest)
	if near == nil {
		return
	}
	if c.miss != nil {
		if lowest > None {
			e.missed = append(e.missed, missed{lowest, *c.miss})
		}
		return
	}
	where := e.o.areaName(near.other)
	switch {
	case given == None:
		e.deny(Edit, ReasonNoGrant, "%s is set to None for %s", where, holder)
	case lowest < given:
		e.acc.Caps = append(e.acc.Caps, Cap{Reason{ReasonParentArea, fmt.Sprintf(
			"%s is set to %s for %s, and what is below it can be no more",
			e.o.areaName(low.other), e.ladder.Word(lowest), holder)}, given, lowest})
	}
	note := e.ladder.Word(given) + " on " + where
	if near.agent >= 0 {
		note += " for " + e.o.Name(KindAgent, e.o.agt.rows.at(near.agent).id)
	}
	p := c.path(given, lowest, note+e.until(near), via...)
	p.Grant = e.o.gnt.rows.at(near.g).id
	e.add(p)
}

// areaMisses names the values on the way to an area that are not in force.
func (e *explainer) areaMisses(c chain, list []link, holder string, n, a int32, now Level) {
	for i := range list {
		l := &list[i]
		lvl := e.w.level(l)
		if lvl <= now || l.span.Holds(e.at) || l.agent != -1 && l.agent != a || !e.o.areas.above(l.other, n) {
			continue
		}
		r := e.window(l, fmt.Sprintf("the window of %s on %s", holder, e.o.areaName(l.other)))
		if c.miss != nil {
			r = c.miss
		}
		e.missed = append(e.missed, missed{lvl, *r})
	}
}

// couple holds every path at the level on the agent.
func (e *explainer) couple(a int32) {
	on := e.accessTo(a)
	name := e.o.Name(KindAgent, e.o.agt.rows.at(a).id)
	word := "no access to"
	if on.Level > None {
		word = LadderOf(TargetAgent).Word(on.Level) + " on"
	}
	for i := range e.acc.Paths {
		p := &e.acc.Paths[i]
		if p.Level > on.Level {
			e.acc.Caps = append(e.acc.Caps, Cap{Reason{ReasonAgentCap, fmt.Sprintf(
				"%s has %s %s, and areas follow agents, so %s is the most there", e.who, word, name, e.ladder.Word(on.Level))},
				p.Level, on.Level})
			p.Level = on.Level
		}
	}
	if on.Level == None {
		e.deny(Edit, ReasonAgentCap, "%s has no access to %s, and areas follow agents", e.who, name)
		for _, r := range on.Denials {
			e.missed = append(e.missed, missed{Edit, r})
		}
	}
}
