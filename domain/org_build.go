package domain

import (
	"slices"
	"time"
)

// link is a grant seen from one of its ends, with everything a level needs.
type link struct {
	span  Span
	g     int32 // the grant's number
	other int32 // the far end's number: the target's from a holder, the holder's from a target
	agent int32 // the scope's number, -1 for all agents
	kind  uint8 // TargetKind from a holder, HolderKind from a target
	lvl   Level
}

func compareLinks(a, b link) int {
	if a.kind != b.kind {
		return int(a.kind) - int(b.kind)
	}
	if a.other != b.other {
		return int(a.other) - int(b.other)
	}
	return int(a.g) - int(b.g)
}

// held is what one holder holds, each list in the order of compareLinks.
type held struct {
	res   []link // agents and sources
	area  []link
	memb  []link // memberships of groups
	stand []link // role, account role, agent role, duties
	perm  []link // of a role: objects, fields, settings, actions
}

func (h *held) list(k TargetKind) *[]link {
	switch k {
	case TargetAgent, TargetSource:
		return &h.res
	case TargetArea:
		return &h.area
	case TargetGroup:
		return &h.memb
	}
	if k >= TargetObjectSee {
		return &h.perm
	}
	return &h.stand
}

// Numbers of the targets that are no records.
const (
	numAccount int32 = iota
	numAgentRole
	numDuty // and those after it, one for each duty

	// allObjects is the number of AllID among objects; no record has it.
	allObjects int32 = 0

	numSetting int32 = 64 // all settings; after it one for each
	numAction  int32 = 96 // all actions; after it one for each
)

const (
	holderPools = 4  // principals, groups, roles, whatever else
	targetPools = 11 // agents, areas, sources, groups, roles, whatever else; four operations on objects, fields
)

func holderPool(k HolderKind) int { return min(int(k), holderPools-1) }
func targetPool(k TargetKind) int {
	switch {
	case k <= TargetRole:
		return int(k)
	case k >= TargetObjectSee && k <= TargetField:
		return 6 + int(k-TargetObjectSee)
	}
	return 5
}

// ends gives the numbers of a grant's two ends, making them where they are
// new. An end that no record could stand for gets the last number.
func (o *Org) ends(g *Grant) (holder, target int32) {
	switch g.Holder.Kind {
	case HolderPrincipal:
		holder = o.ppl.intern(g.Holder.ID)
	case HolderGroup:
		holder = o.grp.intern(g.Holder.ID)
	case HolderRole:
		holder = o.rol.intern(g.Holder.ID)
	}
	switch g.Target.Kind {
	case TargetAgent:
		target = o.agt.intern(g.Target.ID)
	case TargetArea:
		target = o.are.intern(g.Target.ID)
	case TargetSource:
		target = o.src.intern(g.Target.ID)
	case TargetGroup:
		target = o.grp.intern(g.Target.ID)
	case TargetRole:
		target = o.rol.intern(g.Target.ID)
	case TargetObjectSee, TargetObjectEdit, TargetObjectDelete, TargetObjectDestroy:
		target = o.obj.intern(g.Target.ID)
	case TargetField:
		target = o.fld.intern(g.Target.ID)
	default:
		target = miscNumber(g.Target)
	}
	return holder, target
}

// miscNumber gives the number of a target that is no record, -1 where it is
// not one that gives anything.
func miscNumber(t Target) int32 {
	switch t.Kind {
	case TargetAccount:
		return numAccount
	case TargetAgentRole:
		return numAgentRole
	case TargetDuty:
		for i, w := range dutyWords {
			if w == string(t.ID) {
				return numDuty + int32(i)
			}
		}
	case TargetSetting:
		return flagNumber(t.ID, settingPermissionWords, numSetting)
	case TargetAction:
		return flagNumber(t.ID, actionPermissionWords, numAction)
	}
	return -1
}

// flagNumber gives the number of a setting or an action by its word.
func flagNumber(id ID, words []string, all int32) int32 {
	if id == AllID {
		return all
	}
	for i, w := range words {
		if w == string(id) {
			return all + 1 + int32(i)
		}
	}
	return -1
}

// spans reads windows; zones are read once each.
type spans struct {
	home *time.Location
	seen map[Window]Span
}

func (s *spans) of(w Window) Span {
	if w.Always() {
		return Forever
	}
	sp, ok := s.seen[w]
	if !ok {
		sp = w.Span(s.home)
		s.seen[w] = sp
	}
	return sp
}

func emptyOrg(key Seq) *Org {
	o := &Org{key: key,
		ppl: newTable(
			func(r *Principal) string { return Fold(r.Email) },
			func(r *Principal) string { return Fold(r.External) },
			func(r *Principal) string { return Fold(r.Name) },
			func(r *Principal) string { return string(r.Manager) }),
		grp: newTable(
			func(r *Group) string { return Fold(r.External) },
			func(r *Group) string { return Fold(r.Name) }),
		agt: newTable(
			func(r *Agent) string { return Fold(r.External) },
			func(r *Agent) string { return Fold(r.Name) }),
		src: newTable(
			func(r *Source) string { return Fold(r.External) },
			func(r *Source) string { return Fold(r.Name) }),
		rol: newTable(func(r *Role) string { return Fold(r.Name) }),
		are: newTable[Area](), tie: newTable[AgentSource](), gnt: newTable[Grant](),
		set: newTable[Setting](), bnd: newTable[Binding](),
		obj: newTable(func(r *Object) string { return Fold(r.Name) }),
		fld: newTable(func(r *Field) string { return string(r.Object) + "/" + Fold(r.Name) }),
		ext: newTable(func(r *ExternalGroup) string { return string(r.Group) }),
		sod: newTable(func(r *SoDRule) string { return Fold(r.Name) }),
	}
	o.obj.intern(AllID) // allObjects
	return o
}

// NewOrg builds an Org from the rows that are current at event key (the last
// event that changed access). Rows may come in any order. A dangling
// reference is kept and grants nothing; a cycle of parents is cut at its
// smallest id; a duplicate row, or an error of the iterator, is returned.
func NewOrg(key Seq, rows Rows) (*Org, error) {
	o := emptyOrg(key)
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		if err := o.begin(row.Record, row.Since); err != nil {
			return nil, err
		}
	}
	o.ppl.seal()
	o.grp.seal()
	o.agt.seal()
	o.src.seal()
	o.tie.seal()
	o.rol.seal()
	o.are.seal()
	o.gnt.seal()
	o.set.seal()
	o.bnd.seal()
	o.obj.seal()
	o.fld.seal()
	o.ext.seal()
	o.sod.seal()
	o.readSettings()
	o.linkAll()
	for i := range int32(o.tie.rows.n) {
		o.tieUp(i)
	}
	o.forest = newForest(&o.grp)
	o.areas = newAreaTree(&o.are)
	o.readRoles()
	return o, nil
}

// begin lays one row down; one that is there already is an Internal error.
func (o *Org) begin(r Record, since Seq) error {
	if r == nil {
		return Errorf(Internal, "an empty row was read")
	}
	known := false
	switch r := r.(type) {
	case Principal:
		known = putNew(&o.ppl, r, since)
	case Group:
		known = putNew(&o.grp, r, since)
	case Agent:
		known = putNew(&o.agt, r, since)
	case Source:
		known = putNew(&o.src, r, since)
	case AgentSource:
		known = putNew(&o.tie, r, since)
	case Role:
		known = putNew(&o.rol, r, since)
	case Area:
		known = putNew(&o.are, r, since)
	case Grant:
		known = putNew(&o.gnt, r, since)
	case Setting:
		known = putNew(&o.set, r, since)
	case Binding:
		known = putNew(&o.bnd, r, since)
	case Object:
		known = putNew(&o.obj, r, since)
	case Field:
		known = putNew(&o.fld, r, since)
	case ExternalGroup:
		known = putNew(&o.ext, r, since)
	case SoDRule:
		known = putNew(&o.sod, r, since)
	default:
		return Errorf(Internal, "a row of kind %q is no part of who may do what", r.RecordKind())
	}
	if r.RecordID() == "" {
		return Errorf(Invalid, "a row of kind %q has no id", r.RecordKind())
	}
	if known {
		return Errorf(Internal, "two current rows of kind %q have the id %q", r.RecordKind(), r.RecordID())
	}
	return nil
}

func putNew[R Record](t *table[R], r R, since Seq) (known bool) {
	if r.RecordID() == "" || t.have(r.RecordID()) >= 0 {
		return true
	}
	t.put(r, since)
	return false
}

// readSettings takes what the answers depend on out of the settings.
func (o *Org) readSettings() {
	o.home = time.UTC
	if z := o.Setting(SettingZone); z != "" && z != "Local" {
		if l, err := time.LoadLocation(z); err == nil {
			o.home = l
		}
	}
	o.coupled = Fold(o.Setting(SettingCoupling)) != "off"
}

// readRoles finds the default role: the one with the smallest id, should
// there be several.
func (o *Org) readRoles() {
	o.defRole = -1
	for i := range o.rol.ordered {
		if o.rol.rows.at(i).rec.Default {
			o.defRole = i
			return
		}
	}
}

// tieUp lists a live tie under its agent.
func (o *Org) tieUp(i int32) {
	s := o.tie.rows.at(i)
	if !s.live {
		return
	}
	if a := o.agt.intern(s.rec.Agent); a >= 0 {
		list := o.ties.edit(a)
		*list = append(slices.Clip(*list), i)
	}
}
