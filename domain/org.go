package domain

import (
	"iter"
	"slices"
	"time"
)

// Org is an immutable picture of the organisation's state at one event, built
// for fast questions. Everything it answers is a pure function of it and the
// instant asked for: windows open and close without an event. It is safe for
// use by many goroutines.
//
// Inside, every record has a dense number that stays its own while the
// organisation is advanced; grants are lists of links at both of their ends.
type Org struct {
	key Seq

	ppl table[Principal]
	grp table[Group]
	agt table[Agent]
	src table[Source]
	tie table[AgentSource]
	rol table[Role]
	are table[Area]
	gnt table[Grant]
	set table[Setting]
	bnd table[Binding]
	obj table[Object]
	fld table[Field]
	ext table[ExternalGroup]
	sod table[SoDRule]

	by     [holderPools]pages[held]   // what each holder holds
	on     [targetPools]pages[[]link] // who holds each target
	ties   pages[[]int32]             // the sources of each agent
	forest *forest
	areas  *areaTree

	home    *time.Location // the zone of dates that name none
	coupled bool           // areas follow agents
	defRole int32          // -1: none
}

// Key is the last event that changed access in this picture.
func (o *Org) Key() Seq { return o.key }

// Get gives one record with the event that began it.
func (o *Org) Get(k Kind, id ID) (Row, bool) {
	switch k {
	case KindPrincipal:
		return o.ppl.row(id)
	case KindGroup:
		return o.grp.row(id)
	case KindAgent:
		return o.agt.row(id)
	case KindSource:
		return o.src.row(id)
	case KindAgentSource:
		return o.tie.row(id)
	case KindRole:
		return o.rol.row(id)
	case KindArea:
		return o.are.row(id)
	case KindGrant:
		return o.gnt.row(id)
	case KindSetting:
		return o.set.row(id)
	case KindBinding:
		return o.bnd.row(id)
	case KindObject:
		return o.obj.row(id)
	case KindField:
		return o.fld.row(id)
	case KindExternal:
		return o.ext.row(id)
	case KindSoD:
		return o.sod.row(id)
	}
	return Row{}, false
}

// All yields the records of a kind in a stable order: areas by Order, others
// by id.
func (o *Org) All(k Kind) iter.Seq[Row] {
	switch k {
	case KindPrincipal:
		return o.ppl.all
	case KindGroup:
		return o.grp.all
	case KindAgent:
		return o.agt.all
	case KindSource:
		return o.src.all
	case KindAgentSource:
		return o.tie.all
	case KindRole:
		return o.rol.all
	case KindArea:
		return func(yield func(Row) bool) {
			for _, i := range o.areas.order {
				if s := o.are.rows.at(i); !yield(Row{s.rec, s.since}) {
					return
				}
			}
		}
	case KindGrant:
		return o.gnt.all
	case KindSetting:
		return o.set.all
	case KindBinding:
		return o.bnd.all
	case KindObject:
		return o.obj.all
	case KindField:
		return o.fld.all
	case KindExternal:
		return o.ext.all
	case KindSoD:
		return o.sod.all
	}
	return func(func(Row) bool) {}
}

// Count gives the number of records of a kind.
func (o *Org) Count(k Kind) int {
	switch k {
	case KindPrincipal:
		return o.ppl.count
	case KindGroup:
		return o.grp.count
	case KindAgent:
		return o.agt.count
	case KindSource:
		return o.src.count
	case KindAgentSource:
		return o.tie.count
	case KindRole:
		return o.rol.count
	case KindArea:
		return o.are.count
	case KindGrant:
		return o.gnt.count
	case KindSetting:
		return o.set.count
	case KindBinding:
		return o.bnd.count
	case KindObject:
		return o.obj.count
	case KindField:
		return o.fld.count
	case KindExternal:
		return o.ext.count
	case KindSoD:
		return o.sod.count
	}
	return 0
}

// Principal, Group, Agent, Source, Role and Area give one record.
func (o *Org) Principal(id ID) (Principal, bool) { return o.ppl.get(id) }
func (o *Org) Group(id ID) (Group, bool)         { return o.grp.get(id) }
func (o *Org) Agent(id ID) (Agent, bool)         { return o.agt.get(id) }
func (o *Org) Source(id ID) (Source, bool)       { return o.src.get(id) }
func (o *Org) Role(id ID) (Role, bool)           { return o.rol.get(id) }
func (o *Org) Area(id ID) (Area, bool)           { return o.are.get(id) }

// Object, Field, ExternalGroup and SoDRule give one record.
func (o *Org) Object(id ID) (Object, bool)               { return o.obj.get(id) }
func (o *Org) Field(id ID) (Field, bool)                 { return o.fld.get(id) }
func (o *Org) ExternalGroup(id ID) (ExternalGroup, bool) { return o.ext.get(id) }
func (o *Org) SoDRule(id ID) (SoDRule, bool)             { return o.sod.get(id) }

// Fields gives the fields of an object, by id.
func (o *Org) Fields(object ID) []Field {
	var out []Field
	for i := range o.fld.ordered {
		if f := &o.fld.rows.at(i).rec; f.Object == object {
			out = append(out, *f)
		}
	}
	return out
}

// Name gives what a person calls the thing: a user's name, a group's name, an
// area's path by names ("Voice › Numbers"), else the id.
func (o *Org) Name(k Kind, id ID) string {
	name := ""
	switch k {
	case KindPrincipal:
		if i := o.ppl.have(id); i >= 0 {
			name = o.ppl.at(i).Name
		}
	case KindGroup:
		if i := o.grp.have(id); i >= 0 {
			name = o.grp.at(i).Name
		}
	case KindAgent:
		if i := o.agt.have(id); i >= 0 {
			name = o.agt.at(i).Name
		}
	case KindSource:
		if i := o.src.have(id); i >= 0 {
			name = o.src.at(i).Name
		}
	case KindRole:
		if i := o.rol.have(id); i >= 0 {
			name = o.rol.at(i).Name
		}
	case KindArea:
		name = o.areaName(o.are.have(id))
	case KindObject:
		if i := o.obj.have(id); i >= 0 {
			name = o.obj.at(i).Name
		}
	case KindField:
		if r, ok := o.fld.get(id); ok {
			name = o.Name(KindObject, r.Object) + " › " + r.Name
		}
	case KindExternal:
		if i := o.ext.have(id); i >= 0 {
			name = o.ext.at(i).Name
		}
	case KindSoD:
		if i := o.sod.have(id); i >= 0 {
			name = o.sod.at(i).Name
		}
	}
	if name == "" {
		return string(id)
	}
	return name
}

// areaName gives an area's path by names, "" for none.
func (o *Org) areaName(i int32) string {
	path := ""
	for ; i >= 0; i = o.areas.up[i] {
		s := o.are.rows.at(i)
		name := s.rec.Name
		if name == "" {
			name = string(s.id)
		}
		if path != "" {
			name += " › " + path
		}
		path = name
	}
	return path
}

// GrantsOf gives the stored grants of a holder, GrantsOn those on a target
// (of any scope), by id. The caller must not change the slices.
func (o *Org) GrantsOf(h Holder) []Grant {
	pool := holderPool(h.Kind)
	i := int32(0)
	switch h.Kind {
	case HolderPrincipal:
		i = o.ppl.lookup(h.ID)
	case HolderGroup:
		i = o.grp.lookup(h.ID)
	case HolderRole:
		i = o.rol.lookup(h.ID)
	}
	hh := o.by[pool].get(i)
	return o.grantsIn(hh.res, hh.area, hh.memb, hh.stand, hh.perm)
}

// GrantsOn gives the stored grants on a target, of any scope, by id.
func (o *Org) GrantsOn(t Target) []Grant { return o.grantsIn(o.linksOn(t)) }

// HeldOn is somebody who holds a stored grant: a principal by number (see
// PrincipalPlaces), a group by id.
type HeldOn struct {
	Kind      HolderKind
	Principal int32
	Group     ID
	Level     Level
}

// EachHeldOn yields the principals and groups that hold a stored grant on a target
// in one scope whose window is open at the instant, in no order.
func (o *Org) EachHeldOn(t Target, agent ID, at time.Time) iter.Seq[HeldOn] {
	return func(yield func(HeldOn) bool) {
		scope, now := int32(-1), at.Unix()
		if agent != "" {
			if scope = o.agt.lookup(agent); scope < 0 {
				return
			}
		}
		links := o.linksOn(t)
		for i := range links {
			l := &links[i]
			if l.agent != scope || l.lvl == None || !l.span.Holds(now) {
				continue
			}
			h := HeldOn{Kind: HolderKind(l.kind), Level: l.lvl}
			switch h.Kind {
			case HolderPrincipal:
				h.Principal = l.other
			case HolderGroup:
				h.Group = o.grp.rows.at(l.other).id
			default:
				continue
			}
			if !yield(h) {
				return
			}
		}
	}
}

// PrincipalPlaces gives for each principal's number its place in the order of All,
// -1 for one that is not there.
func (o *Org) PrincipalPlaces() []int32 {
	out := make([]int32, o.ppl.rows.n)
	for i := range out {
		out[i] = -1
	}
	n := int32(0)
	for p := range o.ppl.ordered {
		out[p] = n
		n++
	}
	return out
}

// Subgroups gives the direct children of a group by id; with "" the groups
// at the top, which are also those whose parent is not there, and the one
// where a cycle was cut.
func (o *Org) Subgroups(id ID) []ID {
	at := int32(-1)
	if id != "" {
		if at = o.grp.have(id); at < 0 {
			return nil
		}
	}
	var out []ID
	t := o.forest.filed
	for _, i := range t.walk {
		if s := o.grp.rows.at(i); s.live && t.up[i] == at {
			out = append(out, s.id)
		}
	}
	return out
}

// Subareas gives the direct children of an area, "" for the top, in the
// order of the catalogue.
func (o *Org) Subareas(id ID) []ID {
	at := int32(-1)
	if id != "" {
		if at = o.are.have(id); at < 0 {
			return nil
		}
	}
	var out []ID
	for _, i := range o.areas.order {
		if o.areas.up[i] == at {
			out = append(out, o.are.rows.at(i).id)
		}
	}
	return out
}

// AgentSources gives the sources of an agent, by id.
func (o *Org) AgentSources(id ID) []AgentSource {
	var out []AgentSource
	for _, i := range o.ties.get(o.agt.lookup(id)) {
		out = append(out, o.tie.rows.at(i).rec)
	}
	slices.SortFunc(out, func(a, b AgentSource) int { return compareID(a.Source, b.Source) })
	return out
}

// Setting gives a setting's value, "" where it is not set; Zone the
// organisation's time zone.
func (o *Org) Setting(id ID) string { r, _ := o.set.get(id); return r.Value }

// Zone gives the organisation's time zone: UTC where none is set.
func (o *Org) Zone() *time.Location { return o.home }

// grantsIn gives the grants behind links, by id.
func (o *Org) grantsIn(lists ...[]link) []Grant {
	n := 0
	for _, l := range lists {
		n += len(l)
	}
	if n == 0 {
		return nil
	}
	out := make([]Grant, 0, n)
	for _, list := range lists {
		for _, l := range list {
			out = append(out, o.gnt.rows.at(l.g).rec)
		}
	}
	slices.SortFunc(out, func(a, b Grant) int { return compareID(a.ID, b.ID) })
	return out
}

// linksOn gives the links at a target's end.
func (o *Org) linksOn(t Target) []link {
	return o.on[targetPool(t.Kind)].get(o.targetNumber(t))
}

// targetNumber gives the number of a target, -1 where nothing refers to it.
func (o *Org) targetNumber(t Target) int32 {
	switch t.Kind {
	case TargetAgent:
		return o.agt.lookup(t.ID)
	case TargetArea:
		return o.are.lookup(t.ID)
	case TargetSource:
		return o.src.lookup(t.ID)
	case TargetGroup:
		return o.grp.lookup(t.ID)
	case TargetRole:
		return o.rol.lookup(t.ID)
	}
	switch t.Kind {
	case TargetObjectSee, TargetObjectEdit, TargetObjectDelete, TargetObjectDestroy:
		return o.obj.lookup(t.ID)
	case TargetField:
		return o.fld.lookup(t.ID)
	}
	return miscNumber(t)
}
