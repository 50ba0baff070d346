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

// grantEnds is where one grant hangs, by numbers and pools.
type grantEnds struct {
	holder, target int32
	hp, tp         uint8
}

// linkAll makes the links of all grants. Holders' lists come sorted by
// target and targets' lists by holder because each is filled in the order of
// the other.
func (o *Org) linkAll() {
	n := o.gnt.rows.n
	sp := spans{home: o.home, seen: map[Window]Span{}}
	all := make([]grantEnds, n)
	links := make([]link, n)
	var start [targetPools][]int32 // counts first, then where each target's list begins
	for i := range n {
		s := o.gnt.rows.at(int32(i))
		h, t := o.ends(&s.rec)
		o.share(s, h, t)
		all[i] = grantEnds{h, t, uint8(holderPool(s.rec.Holder.Kind)), uint8(targetPool(s.rec.Target.Kind))}
		links[i] = o.linkOf(int32(i), &sp)
		if h >= 0 && t >= 0 {
			c := &start[all[i].tp]
			for len(*c) <= int(t)+1 {
				*c = append(*c, make([]int32, int(t)+2)...)
			}
			(*c)[t]++
		}
	}
	sum := int32(0)
	for p := range start {
		for t, c := range start[p] {
			start[p][t] = sum
			sum += c
		}
	}
	next := func() (out [targetPools][]int32) {
		for p := range start {
			out[p] = slices.Clone(start[p])
		}
		return out
	}
	byTarget, at := make([]int32, sum), next()
	for i, e := range all {
		if e.holder >= 0 && e.target >= 0 {
			byTarget[at[e.tp][e.target]] = int32(i)
			at[e.tp][e.target]++
		}
	}
	o.linkHolders(byTarget, links, all)
	flat := make([]link, sum)
	o.linkTargets(flat, next(), all)
	for p := range start {
		for t := range max(0, len(start[p])-1) {
			if a, b := start[p][t], start[p][t+1]; a < b {
				*o.on[p].edit(int32(t)) = flat[a:b:b]
			}
		}
	}
}

// share has a grant hold the ids of its ends that their own rows hold: rows
// read from a file bring a copy of each, and there may be a million.
func (o *Org) share(s *slot[Grant], holder, target int32) {
	if s.rec.Holder.Kind == HolderPrincipal && holder >= 0 {
		s.rec.Holder.ID = o.ppl.rows.at(holder).id
	}
	if target < 0 {
		return
	}
	switch s.rec.Target.Kind {
	case TargetAgent:
		s.rec.Target.ID = o.agt.rows.at(target).id
	case TargetGroup:
		s.rec.Target.ID = o.grp.rows.at(target).id
	case TargetArea:
		s.rec.Target.ID = o.are.rows.at(target).id
	}
}

// linkTargets fills the targets' lists, one after the other in flat, visiting
// grants by holder; next says where each list goes on.
func (o *Org) linkTargets(flat []link, next [targetPools][]int32, all []grantEnds) {
	for hp := range o.by {
		for h := range int32(o.by[hp].n) {
			hh := o.by[hp].at(h)
			for _, list := range [5][]link{hh.res, hh.area, hh.memb, hh.stand, hh.perm} {
				for _, l := range list {
					e := all[l.g]
					l.other, l.kind = e.holder, uint8(o.gnt.rows.at(l.g).rec.Holder.Kind)
					flat[next[e.tp][e.target]] = l
					next[e.tp][e.target]++
				}
			}
		}
	}
}

// linkHolders fills the holders' lists in the order given, which is by
// target, carving them from one array.
func (o *Org) linkHolders(order []int32, links []link, all []grantEnds) {
	type sizes [5]int32
	var count [holderPools]pages[sizes]
	which := func(k uint8) int {
		switch TargetKind(k) {
		case TargetAgent, TargetSource:
			return 0
		case TargetArea:
			return 1
		case TargetGroup:
			return 2
		}
		if TargetKind(k) >= TargetObjectSee {
			return 4
		}
		return 3
	}
	for _, i := range order {
		e := all[i]
		count[e.hp].edit(e.holder)[which(links[i].kind)]++
	}
	flat := make([]link, len(order))
	at := 0
	for hp := range count {
		for h := range int32(count[hp].n) {
			c := count[hp].at(h)
			if *c == (sizes{}) {
				continue
			}
			hh := o.by[hp].edit(h)
			for w, list := range [5]*[]link{&hh.res, &hh.area, &hh.memb, &hh.stand, &hh.perm} {
				*list = flat[at : at : at+int(c[w])]
				at += int(c[w])
			}
		}
	}
	for _, i := range order {
		e, l := all[i], links[i]
		l.other = e.target
		list := o.by[e.hp].edit(e.holder).list(TargetKind(l.kind))
		*list = append(*list, l)
	}
	for hp := range o.by { // agents and sources, and standings, mix kinds whose numbers interleave
		for h := range int32(o.by[hp].n) {
			hh := o.by[hp].at(h)
			for _, list := range [][]link{hh.res, hh.stand, hh.perm} {
				if !slices.IsSortedFunc(list, compareLinks) {
					slices.SortFunc(list, compareLinks)
				}
			}
		}
	}
}

// linkOf makes a grant's link without its far end.
func (o *Org) linkOf(g int32, sp *spans) link {
	r := &o.gnt.rows.at(g).rec
	l := link{span: sp.of(r.Window), g: g, agent: -1, kind: uint8(r.Target.Kind), lvl: r.Level}
	if r.Agent != "" {
		l.agent = o.agt.intern(r.Agent)
	}
	return l
}
