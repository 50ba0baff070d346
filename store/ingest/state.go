package ingest

import (
	"iter"
	"slices"
	"strings"

	"countersign/domain"
)

// State is what an import reads of the organisation. *domain.Org is one.
type State interface {
	Key() domain.Seq
	All(domain.Kind) iter.Seq[domain.Row]
}

var _ State = (*domain.Org)(nil)

// pairKey names what a grant joins.
type pairKey struct {
	holder domain.Holder
	target domain.Target
	agent  domain.ID
}

func keyOf(g domain.Grant) pairKey { return pairKey{g.Holder, g.Target, g.Agent} }

// index is the state, made ready for the questions an import asks.
type index struct {
	key     domain.Seq
	people  map[domain.ID]domain.Principal
	groups  map[domain.ID]domain.Group
	outside map[domain.ID]domain.ExternalGroup
	agents  map[domain.ID]domain.Agent
	areas   map[domain.ID]domain.Area
	top     []domain.ID // top-level areas in order
	grants  map[pairKey][]domain.Grant
	heldBy  map[domain.Holder][]domain.Grant
	members map[domain.ID]int // grants of membership on a group

	sources map[domain.ID]domain.Source
	ties    map[domain.ID]domain.AgentSource
	roles   map[domain.ID]domain.Role
	objects map[domain.ID]domain.Object
	mapped  map[domain.ID]domain.ExternalGroup
	fields  map[domain.ID]domain.Field

	person, group, agent, role, area, source, object, field *book
}

func newIndex(s State) *index {
	x := &index{
		key: s.Key(), people: map[domain.ID]domain.Principal{}, groups: map[domain.ID]domain.Group{},
		outside: map[domain.ID]domain.ExternalGroup{},
		agents:  map[domain.ID]domain.Agent{}, areas: map[domain.ID]domain.Area{},
		grants: map[pairKey][]domain.Grant{}, heldBy: map[domain.Holder][]domain.Grant{}, members: map[domain.ID]int{},
		person: newBook("person"), group: newBook("group"), agent: newBook("agent"), role: newBook("role"), area: newBook("area"),
		source: newBook("data source"), object: newBook("object"), field: newBook("field"),
		sources: map[domain.ID]domain.Source{}, ties: map[domain.ID]domain.AgentSource{}, roles: map[domain.ID]domain.Role{},
		objects: map[domain.ID]domain.Object{}, mapped: map[domain.ID]domain.ExternalGroup{}, fields: map[domain.ID]domain.Field{},
	}
	for row := range s.All(domain.KindPrincipal) {
		if p, ok := row.Record.(domain.Principal); ok {
			x.people[p.ID] = p
			x.person.add(p.ID, p.Name, p.Email, string(p.ID), p.External)
		}
	}
	for row := range s.All(domain.KindGroup) {
		if g, ok := row.Record.(domain.Group); ok {
			x.groups[g.ID] = g
			x.group.add(g.ID, g.Name, string(g.ID), g.External)
		}
	}
	for row := range s.All(domain.KindExternal) {
		if e, ok := row.Record.(domain.ExternalGroup); ok {
			x.outside[e.ID] = e
		}
	}
	for row := range s.All(domain.KindAgent) {
		if a, ok := row.Record.(domain.Agent); ok {
			x.agents[a.ID] = a
			x.agent.add(a.ID, a.Name, string(a.ID), a.External)
		}
	}
	for row := range s.All(domain.KindRole) {
		if r, ok := row.Record.(domain.Role); ok {
			x.roles[r.ID] = r
			x.role.add(r.ID, r.Name, string(r.ID))
		}
	}
	x.readThings(s)
	x.readAreas(s)
	for row := range s.All(domain.KindGrant) {
		if g, ok := row.Record.(domain.Grant); ok {
			x.grants[keyOf(g)] = append(x.grants[keyOf(g)], g)
			x.heldBy[g.Holder] = append(x.heldBy[g.Holder], g)
			if g.Target.Kind == domain.TargetGroup {
				x.members[g.Target.ID]++
			}
		}
	}
	return x
}

// readThings reads data sources, their ties to agents, objects and fields.
func (x *index) readThings(s State) {
	for row := range s.All(domain.KindSource) {
		if r, ok := row.Record.(domain.Source); ok {
			x.sources[r.ID] = r
			x.source.add(r.ID, r.Name, string(r.ID), r.External)
		}
	}
	for row := range s.All(domain.KindAgentSource) {
		if r, ok := row.Record.(domain.AgentSource); ok {
			x.ties[r.RecordID()] = r
		}
	}
	for row := range s.All(domain.KindExternal) {
		if r, ok := row.Record.(domain.ExternalGroup); ok {
			x.mapped[r.ID] = r
		}
	}
	for row := range s.All(domain.KindObject) {
		if r, ok := row.Record.(domain.Object); ok {
			x.objects[r.ID] = r
			x.object.add(r.ID, r.Name, string(r.ID))
		}
	}
	for row := range s.All(domain.KindField) {
		if r, ok := row.Record.(domain.Field); ok {
			x.fields[r.ID] = r
			x.field.add(r.ID, x.object.label[r.Object]+"."+r.Name, string(r.ID), string(r.Object)+"."+r.Name, strings.Replace(string(r.ID), "/", ".", 1))
		}
	}
}

func (x *index) readAreas(s State) {
	var order []domain.Area
	for row := range s.All(domain.KindArea) {
		if a, ok := row.Record.(domain.Area); ok {
			x.areas[a.ID] = a
			order = append(order, a)
		}
	}
	slices.SortFunc(order, func(a, b domain.Area) int { return a.Order - b.Order })
	for _, a := range order {
		path := a.Name
		for up, n := a.Parent, 0; up != "" && n < 64; n++ {
			path = x.areas[up].Name + " > " + path
			up = x.areas[up].Parent
		}
		x.area.addPath(a.ID, path, a.Name)
		if a.Parent == "" {
			x.top = append(x.top, a.ID)
		}
	}
}

// own finds the grant of this source between holder and target; nil when there
// is none.
func (x *index) own(k pairKey, source string) *domain.Grant {
	for _, g := range x.grants[k] {
		if g.Origin.Source == source {
			return &g
		}
	}
	return nil
}

// inTheWay finds a grant of another origin beside which this one cannot be or
// need not be: one that gives as much without limit, one of the same level
// whose days overlap, and on an area, which has one value at a time, any.
func (x *index) inTheWay(k pairKey, source string, level domain.Level, w domain.Window) *domain.Grant {
	for _, g := range x.grants[k] {
		if g.Origin.Source == source {
			continue
		}
		covers := g.Window.Always() && g.Level >= level
		meets := (g.Level == level || k.target.Kind == domain.TargetArea || k.target.Kind.Permission()) && overlap(g.Window, w)
		if covers || meets {
			return &g
		}
	}
	return nil
}

// overlap reports whether two windows may share a day. Zones are left aside,
// so windows that end and begin within a day of each other count as sharing.
func overlap(a, b domain.Window) bool {
	return (a.To == "" || b.From == "" || b.From <= a.To) && (b.To == "" || a.From == "" || a.From <= b.To)
}
