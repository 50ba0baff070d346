package domain

import (
	"maps"
	"slices"
)

// principals is everybody in either picture.
func (l *survey) principals() map[ID]bool {
	if l.all == nil {
		l.all = map[ID]bool{}
		for _, o := range l.both() {
			for row := range o.All(KindPrincipal) {
				l.all[row.Record.RecordID()] = true
			}
		}
	}
	return l.all
}

// membersOf is whoever is or was a member of a group or of one below it,
// whatever the window and the life of the groups.
func (l *survey) membersOf(group ID) []ID {
	if out, ok := l.members[group]; ok {
		return out
	}
	seen := map[ID]bool{}
	var walk func(ID)
	seenGroup := map[ID]bool{}
	walk = func(g ID) {
		if seenGroup[g] {
			return
		}
		seenGroup[g] = true
		for _, o := range l.both() {
			for _, m := range o.GrantsOn(Target{TargetGroup, g}) {
				seen[m.Holder.ID] = true
			}
			for _, sub := range o.Subgroups(g) {
				walk(sub)
			}
		}
	}
	walk(group)
	out := slices.Collect(maps.Keys(seen))
	l.members[group] = out
	return out
}

// chain is a group and those above it in either picture.
func (l *survey) chain(group ID) []ID {
	if out, ok := l.chains[group]; ok {
		return out
	}
	var out []ID
	for _, o := range l.both() {
		seen := map[ID]bool{}
		for g := group; g != "" && !seen[g]; {
			seen[g] = true
			if !slices.Contains(out, g) {
				out = append(out, g)
			}
			rec, _ := o.Group(g)
			g = rec.Parent
		}
	}
	l.chains[group] = out
	return out
}

// holdersFor calls f with every holder whose grants p has, in the picture in
// which it has them: itself, its groups and those above, its roles and the
// default ones. One may come more than once.
func (l *survey) holdersFor(p ID, f func(*Org, Holder)) {
	for _, id := range l.defaultRoles() {
		f(l.after, Holder{HolderRole, id})
	}
	for _, o := range l.both() {
		f(o, Holder{HolderPrincipal, p})
		for _, g := range o.GrantsOf(Holder{HolderPrincipal, p}) {
			switch g.Target.Kind {
			case TargetGroup:
				for _, id := range l.chain(g.Target.ID) {
					f(o, Holder{HolderGroup, id})
				}
			case TargetRole:
				f(o, Holder{HolderRole, g.Target.ID})
			}
		}
	}
}

// agentsInside is the agents for which an area value concerns p.
func (l *survey) agentsInside(p ID) []ID {
	var out []ID
	l.holdersFor(p, func(o *Org, h Holder) {
		if h.Kind == HolderPrincipal {
			out = addScopes(o, h, out)
			return
		}
		if _, known := l.scoped[h]; !known {
			l.scoped[h] = addScopes(l.after, h, addScopes(l.before, h, nil))
		}
		out = append(out, l.scoped[h]...)
	})
	slices.Sort(out)
	return slices.Compact(out)
}

func addScopes(o *Org, h Holder, out []ID) []ID {
	for _, g := range o.GrantsOf(h) {
		if g.Target.Kind == TargetArea && g.Agent != "" {
			out = append(out, g.Agent)
		}
	}
	return out
}

// hasAreas tells whether p can stand above None in any area.
func (l *survey) hasAreas(p ID) bool {
	has := false
	l.holdersFor(p, func(o *Org, h Holder) {
		if has {
			return
		}
		if h.Kind == HolderPrincipal {
			has = givesAreas(o, h)
			return
		}
		known, ok := l.areas[h]
		if !ok {
			known = givesAreas(l.before, h) || givesAreas(l.after, h)
			l.areas[h] = known
		}
		has = known
	})
	return has
}

func givesAreas(o *Org, h Holder) bool {
	return slices.ContainsFunc(o.GrantsOf(h), func(g Grant) bool {
		return g.Target.Kind == TargetArea && g.Level > None || g.Target.Kind == TargetAccount
	})
}

// idsOf lists the ids of a kind in either picture.
func (l *survey) idsOf(k Kind) []ID {
	var out []ID
	seen := map[ID]bool{}
	for _, o := range l.both() {
		for row := range o.All(k) {
			if id := row.Record.RecordID(); !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	return out
}

func (l *survey) areaIDs() []ID {
	if l.areaList == nil {
		l.areaList = l.idsOf(KindArea)
	}
	return l.areaList
}

func (l *survey) agentIDs() []ID {
	if l.agentList == nil {
		l.agentList = l.idsOf(KindAgent)
	}
	return l.agentList
}

// users is the agents that use a source, in either picture.
func (l *survey) users(source ID) []ID {
	if l.usedBy == nil {
		l.usedBy = map[ID][]ID{}
		for _, o := range l.both() {
			for row := range o.All(KindAgentSource) {
				if tie, ok := row.Record.(AgentSource); ok {
					l.usedBy[tie.Source] = append(l.usedBy[tie.Source], tie.Agent)
				}
			}
		}
	}
	return l.usedBy[source]
}

// insiders is who holds an area value for one agent alone.
func (l *survey) insiders(agent ID) []Holder {
	if l.inside == nil {
		l.inside = map[ID][]Holder{}
		for _, o := range l.both() {
			for row := range o.All(KindGrant) {
				if g, ok := row.Record.(Grant); ok && g.Target.Kind == TargetArea && g.Agent != "" {
					l.inside[g.Agent] = append(l.inside[g.Agent], g.Holder)
				}
			}
		}
	}
	return l.inside[agent]
}

// defaultRoles is the default role of either picture.
func (l *survey) defaultRoles() []ID {
	if l.defaults == nil {
		l.defaults = []ID{}
		for _, o := range l.both() {
			for row := range o.All(KindRole) {
				if r, ok := row.Record.(Role); ok && r.Default && !slices.Contains(l.defaults, r.ID) {
					l.defaults = append(l.defaults, r.ID)
				}
			}
		}
	}
	return l.defaults
}

// byAgents makes what is known from looking at every agent once.
func (l *survey) byAgents() {
	if l.created != nil {
		return
	}
	l.created = map[ID][]ID{}
	for _, o := range l.both() {
		for row := range o.All(KindAgent) {
			a, ok := row.Record.(Agent)
			if !ok {
				continue
			}
			if a.Creator != "" {
				l.created[a.Creator] = append(l.created[a.Creator], a.ID)
			}
			if a.AccessType == Organization {
				l.wide = append(l.wide, place{target: Target{TargetAgent, a.ID}})
			}
		}
	}
	slices.SortFunc(l.wide, comparePlaces)
	l.wide = slices.Clip(slices.Compact(l.wide))
}

// organisationWide is the agents open to the organisation; appending to it
// copies.
func (l *survey) organisationWide() []place { l.byAgents(); return l.wide }

func (l *survey) createdBy(p ID) []ID { l.byAgents(); return l.created[p] }
