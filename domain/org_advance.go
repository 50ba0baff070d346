package domain

import "slices"

// rebuildShare is the share of an organisation's records (one in so many)
// from which on building anew is cheaper than advancing.
const rebuildShare = 8

// Advance is With without the rules: it lays changes that an event already
// made true over o and keys the result by that event. A row that begins has
// its first event at key; one that is replaced keeps none of its past. A
// change whose record is not there to be replaced or ended is a Conflict
// error. Nothing is changed in o.
func (o *Org) Advance(key Seq, changes []Change) (*Org, error) {
	n := o.fork(key)
	rebuild := len(changes) > 256 && len(changes)*rebuildShare > n.size()
	var links bool
	for _, c := range changes {
		again, err := n.lay(key, c, !rebuild)
		if err != nil {
			return nil, err
		}
		links = links || again
	}
	if rebuild || links {
		return NewOrg(key, n.current)
	}
	n.settle(changes)
	return n, nil
}

// fork gives an Org that can be changed without changing o.
func (o *Org) fork(key Seq) *Org {
	n := *o
	n.key = key
	n.ppl, n.grp, n.agt, n.src = o.ppl.fork(), o.grp.fork(), o.agt.fork(), o.src.fork()
	n.tie, n.rol, n.are, n.gnt = o.tie.fork(), o.rol.fork(), o.are.fork(), o.gnt.fork()
	n.set, n.bnd = o.set.fork(), o.bnd.fork()
	n.obj, n.fld, n.ext, n.sod = o.obj.fork(), o.fld.fork(), o.ext.fork(), o.sod.fork()
	n.ties = o.ties.fork()
	for i := range n.by {
		n.by[i] = o.by[i].fork()
	}
	for i := range n.on {
		n.on[i] = o.on[i].fork()
	}
	return &n
}

func (o *Org) size() int {
	return o.ppl.count + o.grp.count + o.agt.count + o.src.count + o.tie.count + o.rol.count +
		o.are.count + o.gnt.count + o.set.count + o.bnd.count +
		o.obj.count + o.fld.count + o.ext.count + o.sod.count
}

// current yields the rows of o, to build it anew.
func (o *Org) current(yield func(Row, error) bool) {
	_ = rowsOf(&o.ppl, yield) && rowsOf(&o.grp, yield) && rowsOf(&o.agt, yield) && rowsOf(&o.src, yield) &&
		rowsOf(&o.tie, yield) && rowsOf(&o.rol, yield) && rowsOf(&o.are, yield) && rowsOf(&o.gnt, yield) &&
		rowsOf(&o.set, yield) && rowsOf(&o.bnd, yield) &&
		rowsOf(&o.obj, yield) && rowsOf(&o.fld, yield) && rowsOf(&o.ext, yield) && rowsOf(&o.sod, yield)
}

func rowsOf[R Record](t *table[R], yield func(Row, error) bool) bool {
	for i := range int32(t.rows.n) {
		if s := t.rows.at(i); s.live && !yield(Row{s.rec, s.since}, nil) {
			return false
		}
	}
	return true
}

// lay lays one change down. It tells whether the links of every grant must
// be made anew: dates read in another zone.
func (o *Org) lay(key Seq, c Change, link bool) (again bool, err error) {
	r := c.Record()
	if r == nil {
		return false, Errorf(Internal, "a change of nothing was laid over the organisation")
	}
	if c.Before != nil && c.After != nil &&
		(c.Before.RecordKind() != c.After.RecordKind() || c.Before.RecordID() != c.After.RecordID()) {
		return false, Errorf(Internal, "a change turns %s %q into %s %q", c.Before.RecordKind(), c.Before.RecordID(),
			c.After.RecordKind(), c.After.RecordID())
	}
	switch r := r.(type) {
	case Principal:
		_, err = layRow(&o.ppl, r, c, key)
	case Group:
		_, err = layRow(&o.grp, r, c, key)
	case Agent:
		_, err = layRow(&o.agt, r, c, key)
	case Source:
		_, err = layRow(&o.src, r, c, key)
	case AgentSource:
		var i int32
		if i, err = layRow(&o.tie, r, c, key); err == nil && link {
			o.retie(i, r.Agent, c.After != nil)
		}
	case Role:
		_, err = layRow(&o.rol, r, c, key)
	case Area:
		_, err = layRow(&o.are, r, c, key)
	case Grant:
		err = o.layGrant(key, c, r, link)
	case Setting:
		_, err = layRow(&o.set, r, c, key)
		again = r.ID == SettingZone
	case Binding:
		_, err = layRow(&o.bnd, r, c, key)
	case Object:
		_, err = layRow(&o.obj, r, c, key)
	case Field:
		_, err = layRow(&o.fld, r, c, key)
	case ExternalGroup:
		_, err = layRow(&o.ext, r, c, key)
	case SoDRule:
		_, err = layRow(&o.sod, r, c, key)
	default:
		err = Errorf(Internal, "a change of kind %q is no part of who may do what", r.RecordKind())
	}
	return again, err
}

// layRow changes one row of a table.
func layRow[R Record](t *table[R], r R, c Change, key Seq) (int32, error) {
	i := t.have(r.RecordID())
	switch {
	case c.Before != nil && i < 0:
		return -1, Errorf(Conflict, "%s %q is not there any more", r.RecordKind(), r.RecordID()).ByRule("stale")
	case c.Before == nil && i >= 0:
		return -1, Errorf(Conflict, "%s %q is there already", r.RecordKind(), r.RecordID()).ByRule("stale")
	case c.After == nil:
		t.drop(i)
		return i, nil
	}
	if r.RecordID() == "" {
		return -1, Errorf(Invalid, "a row of kind %q has no id", r.RecordKind())
	}
	return t.put(r, key), nil
}

func (o *Org) layGrant(key Seq, c Change, r Grant, link bool) error {
	if i := o.gnt.have(r.ID); i >= 0 && link {
		o.unlink(i)
	}
	i, err := layRow(&o.gnt, r, c, key)
	if err == nil && link && c.After != nil {
		o.link(i)
	}
	return err
}

// link adds a live grant to the lists of its two ends.
func (o *Org) link(g int32) {
	sp := spans{home: o.home, seen: map[Window]Span{}}
	r := &o.gnt.rows.at(g).rec
	h, t := o.ends(r)
	if h < 0 || t < 0 {
		return
	}
	l := o.linkOf(g, &sp)
	l.other = t
	list := o.by[holderPool(r.Holder.Kind)].edit(h).list(r.Target.Kind)
	*list = insertLink(*list, l)
	l.other, l.kind = h, uint8(r.Holder.Kind)
	list = o.on[targetPool(r.Target.Kind)].edit(t)
	*list = insertLink(*list, l)
}

// unlink takes a live grant out of both lists.
func (o *Org) unlink(g int32) {
	r := &o.gnt.rows.at(g).rec
	h, t := o.ends(r)
	if h < 0 || t < 0 {
		return
	}
	list := o.by[holderPool(r.Holder.Kind)].edit(h).list(r.Target.Kind)
	*list = removeLink(*list, g)
	list = o.on[targetPool(r.Target.Kind)].edit(t)
	*list = removeLink(*list, g)
}

// insertLink and removeLink give a new list; the old one is shared.
func insertLink(list []link, l link) []link {
	at, _ := slices.BinarySearchFunc(list, l, compareLinks)
	out := make([]link, 0, len(list)+1)
	return append(append(append(out, list[:at]...), l), list[at:]...)
}

func removeLink(list []link, g int32) []link {
	out := make([]link, 0, len(list))
	for _, l := range list {
		if l.g != g {
			out = append(out, l)
		}
	}
	return out
}

// retie puts a tie under its agent or takes it away.
func (o *Org) retie(i int32, agent ID, there bool) {
	a := o.agt.intern(agent)
	if a < 0 {
		return
	}
	list := slices.DeleteFunc(slices.Clone(o.ties.get(a)), func(t int32) bool { return t == i })
	if there {
		list = append(list, i)
	}
	*o.ties.edit(a) = list
}

// settle makes anew what a few kinds of change decide as a whole.
func (o *Org) settle(changes []Change) {
	var groups, areas, roles, settings bool
	for _, c := range changes {
		switch c.Record().(type) {
		case Group:
			groups = true
		case Area:
			areas = true
		case Role:
			roles = true
		case Setting:
			settings = true
		}
	}
	if groups || o.grp.rows.n != o.forest.len() {
		o.forest = newForest(&o.grp)
	}
	if areas || o.are.rows.n != o.areas.len() {
		o.areas = newAreaTree(&o.are)
	}
	if roles {
		o.readRoles()
	}
	if settings {
		o.readSettings()
	}
}
