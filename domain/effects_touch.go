package domain

import (
	"maps"
	"slices"
)

// touch notes what a change can move, for whom.
func (l *survey) touch(c Change) {
	switch r := c.Record().(type) {
	case Grant:
		l.touchGrant(r)
	case Principal:
		before, had := c.Before.(Principal)
		after, has := c.After.(Principal)
		if had != has || before.Status != after.Status {
			l.own[r.ID] = append(l.own[r.ID], l.reachable(r.ID)...)
		}
	case Group:
		before, had := c.Before.(Group)
		after, has := c.After.(Group)
		if had != has || before.Parent != after.Parent || before.Life != after.Life {
			l.forEach(l.membersOf(r.ID), l.groupPlaces(r.ID))
		}
	case Agent:
		l.touchAgent(c, r)
	case AgentSource:
		pl := []place{{Target{TargetSource, r.Source}, r.Agent}}
		before, had := c.Before.(AgentSource)
		after, has := c.After.(AgentSource)
		if has && after.Open && !(had && before.Open) {
			l.tied[pl[0]] = true
		}
		l.forEach(l.audience(r.Agent), pl)
		l.forEach(l.holdersOn(Target{TargetSource, r.Source}), pl)
	case Source:
		if c.Before == nil || c.After == nil {
			l.touchSource(r.ID)
		}
	case Role:
		before, _ := c.Before.(Role)
		after, _ := c.After.(Role)
		places := append(slices.Clone(l.givenBy(Holder{HolderRole, r.ID})), place{target: Target{TargetRole, r.ID}})
		places = l.defaultPlaces(places...) // whoever loses a role falls back
		if before.Default != after.Default {
			l.everyone = append(l.everyone, places...)
		} else if c.Before == nil || c.After == nil {
			l.forEach(l.holdersOn(Target{TargetRole, r.ID}), places)
		}
	case Area:
		before, had := c.Before.(Area)
		after, has := c.After.(Area)
		if had != has || before.Parent != after.Parent {
			l.everyone = append(l.everyone, l.subtree(r.ID, "")...)
		}
	case Setting:
		if r.ID == SettingZone {
			for p := range l.principals() {
				l.own[p] = append(l.own[p], l.reachable(p)...)
			}
		}
	}
}

func (l *survey) touchGrant(g Grant) {
	if g.Target.Kind.Permission() {
		return // touchRoles'
	}
	places := l.placesOf(g)
	if g.Holder.Kind == HolderPrincipal {
		l.own[g.Holder.ID] = append(l.own[g.Holder.ID], places...)
		return
	}
	l.held[g.Holder] = append(l.held[g.Holder], places...)
}

func (l *survey) touchAgent(c Change, r Agent) {
	before, had := c.Before.(Agent)
	after, has := c.After.(Agent)
	open := func(a Agent, there bool) bool { return there && a.AccessType == Organization && a.Life == Live }
	if open(after, has) && !open(before, had) {
		l.opened[r.ID] = true
	}
	if had == has && before.AccessType == after.AccessType && before.Life == after.Life && before.Creator == after.Creator {
		return
	}
	pl := []place{{target: Target{TargetAgent, r.ID}}}
	if open(before, had) || open(after, has) {
		l.everyone = append(l.everyone, pl...)
		return
	}
	l.forEach(l.audience(r.ID), pl)
	if had != has || before.Life != after.Life { // areas inside it come or go, whoever reaches it
		for _, h := range l.insiders(r.ID) {
			l.forEach(l.behind(h), pl)
		}
	}
}

// touchSource: a source came or went, for who holds it and for whom agents
// use it.
func (l *survey) touchSource(id ID) {
	t := Target{TargetSource, id}
	l.forEach(l.holdersOn(t), l.sourcePlaces(id))
	for _, agent := range l.users(id) {
		l.forEach(l.audience(agent), []place{{t, agent}})
	}
}

func (l *survey) forEach(who []ID, places []place) {
	for _, p := range who {
		l.common[p] = append(l.common[p], places)
	}
}

// placesOf gives what a grant can move for those who have it.
func (l *survey) placesOf(g Grant) []place {
	t := g.Target
	switch t.Kind {
	case TargetArea:
		return l.subtree(t.ID, g.Agent)
	case TargetSource:
		if g.Agent != "" {
			return []place{{t, g.Agent}}
		}
		return l.sourcePlaces(t.ID)
	case TargetGroup:
		return l.groupPlaces(t.ID)
	case TargetRole:
		return append(slices.Clone(l.givenBy(Holder{HolderRole, t.ID})), l.defaultPlaces(place{target: t})...)
	case TargetAccount:
		out := []place{{target: t}}
		for _, a := range l.areaIDs() {
			out = append(out, place{target: Target{TargetArea, a}})
		}
		return out
	case TargetAgentRole:
		out := []place{{target: t}}
		for _, a := range l.agentIDs() {
			out = append(out, place{target: Target{TargetAgent, a}})
		}
		return out
	}
	return []place{{target: t}}
}

// sourcePlaces is a source itself and inside every agent that uses it.
func (l *survey) sourcePlaces(id ID) []place {
	t := Target{TargetSource, id}
	out := []place{{target: t}}
	for _, agent := range l.users(id) {
		out = append(out, place{t, agent})
	}
	return out
}

// groupPlaces is what being in a group can move: the group and those above
// it, and all that is given to them.
func (l *survey) groupPlaces(id ID) []place {
	var out []place
	for _, g := range l.chain(id) {
		out = append(out, place{target: Target{TargetGroup, g}})
		out = append(out, l.givenBy(Holder{HolderGroup, g})...)
	}
	return out
}

// defaultPlaces adds to pl what the default role gives, which whoever has no
// other role falls back to.
func (l *survey) defaultPlaces(pl ...place) []place {
	for _, id := range l.defaultRoles() {
		pl = append(pl, place{target: Target{TargetRole, id}})
		pl = append(pl, l.givenBy(Holder{HolderRole, id})...)
	}
	return pl
}

// givenBy is what the grants held by a group or a role are on.
func (l *survey) givenBy(h Holder) []place {
	if out, ok := l.gives[h]; ok {
		return out
	}
	var out []place
	for _, o := range l.both() {
		for _, g := range o.GrantsOf(h) {
			if !g.Target.Kind.Permission() {
				out = append(out, l.placesOf(g)...)
			}
		}
	}
	slices.SortFunc(out, comparePlaces)
	out = slices.Compact(out)
	l.gives[h] = out
	return out
}

// subtree is an area and all below it, at one scope.
func (l *survey) subtree(area, agent ID) []place {
	var out []place
	seen := map[ID]bool{}
	var walk func(ID)
	walk = func(id ID) {
		if seen[id] {
			return
		}
		seen[id] = true
		out = append(out, place{Target{TargetArea, id}, agent})
		for _, o := range l.both() {
			for _, sub := range o.Subareas(id) {
				walk(sub)
			}
		}
	}
	walk(area)
	return out
}

// reachable is everything p can have in either picture.
func (l *survey) reachable(p ID) []place {
	out := l.defaultPlaces(l.organisationWide()...)
	for _, o := range l.both() {
		for _, g := range o.GrantsOf(Holder{HolderPrincipal, p}) {
			out = append(out, l.placesOf(g)...)
		}
	}
	for _, a := range l.createdBy(p) {
		out = append(out, place{target: Target{TargetAgent, a}})
	}
	return out
}

// audience is everyone who can have something on an agent.
func (l *survey) audience(agent ID) []ID {
	out := l.holdersOn(Target{TargetAgent, agent})
	for _, o := range l.both() {
		a, ok := o.Agent(agent)
		if !ok {
			continue
		}
		if a.AccessType == Organization {
			out = out[:0]
			for p := range l.principals() {
				out = append(out, p)
			}
			return out
		}
		if a.Creator != "" {
			out = append(out, a.Creator)
		}
		for _, g := range o.GrantsOn(Target{Kind: TargetAgentRole}) {
			out = append(out, g.Holder.ID)
		}
	}
	return out
}

// holdersOn is everyone behind the grants on a target.
func (l *survey) holdersOn(t Target) []ID {
	var out []ID
	for _, o := range l.both() {
		for _, g := range o.GrantsOn(t) {
			out = append(out, l.behind(g.Holder)...)
		}
	}
	return out
}

// behind is every principal that has what a holder is given.
func (l *survey) behind(h Holder) []ID {
	switch h.Kind {
	case HolderPrincipal:
		return []ID{h.ID}
	case HolderGroup:
		return l.membersOf(h.ID)
	case HolderRole:
		if slices.Contains(l.defaultRoles(), h.ID) {
			return slices.Collect(maps.Keys(l.principals()))
		}
		return l.holdersOn(Target{TargetRole, h.ID})
	}
	return nil
}
