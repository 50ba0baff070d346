package domain

// lowerOperation makes the changes that deny a role an operation it is
// allowed: the baseline ends, an exception is stored as Denied. With See go
// the writes that would be left without it, on this object or, of the
// baseline, everywhere.
func (o *Org) lowerOperation(g Grant) []Change {
	out := []Change{denied(g)}
	if g.Target.Kind != TargetObjectSee {
		return out
	}
	if g.Target.ID != AllID {
		return o.denyWrites(out, g, g.Target.ID)
	}
	for _, op := range Operations()[1:] {
		for _, held := range o.valuesOf(g.Holder, Target{op, AllID}) {
			out = append(out, End(held))
		}
	}
	for i := range o.obj.ordered {
		s := o.obj.rows.at(i)
		if len(o.valuesOf(g.Holder, Target{TargetObjectSee, s.id})) == 0 && !s.rec.System {
			out = o.denyHeld(out, g.Holder, s.id)
		}
	}
	return out
}

// denied is an operation put to its bottom rung.
func denied(g Grant) Change {
	if g.Target.ID == AllID {
		return End(g)
	}
	after := g
	after.Level = Denied
	return Replace(g, after)
}

// denyHeld denies the writes on an object that exceptions of the holder allow.
func (o *Org) denyHeld(out []Change, h Holder, object ID) []Change {
	for _, op := range Operations()[1:] {
		for _, held := range o.valuesOf(h, Target{op, object}) {
			if held.Level > Denied {
				out = append(out, denied(held))
			}
		}
	}
	return out
}

// denyWrites denies every write on an object, also those that the baseline or
// an open system object would bring. The ids of exceptions it begins are made
// from see's, so that the same act makes the same change.
func (o *Org) denyWrites(out []Change, see Grant, object ID) []Change {
	out = o.denyHeld(out, see.Holder, object)
	q := look{o, 0, &asIs}
	r, t := o.rol.lookup(see.Holder.ID), o.obj.lookup(object)
	if r < 0 || t < 0 {
		return out
	}
	for _, op := range Operations()[1:] {
		target := Target{op, object}
		if len(o.valuesOf(see.Holder, target)) == 0 && q.merged(r, op, t) > Denied {
			out = append(out, Begin(Grant{ID: see.ID + "-" + ID(op.String()), Holder: see.Holder, Target: target, Level: Denied}))
		}
	}
	return out
}

// valuesOf gives a role's stored values on one target: one, unless the rows
// say otherwise.
func (o *Org) valuesOf(h Holder, t Target) []Grant {
	r, n := o.rol.lookup(h.ID), o.targetNumber(t)
	if h.Kind != HolderRole || r < 0 || n < 0 || int(r) >= o.by[HolderRole].n {
		return nil
	}
	list := o.by[HolderRole].at(r).perm
	var out []Grant
	from, to := sectionOf(list, uint8(t.Kind), n)
	for i := from; i < to; i++ {
		out = append(out, o.gnt.rows.at(list[i].g).rec)
	}
	return out
}
