package domain

import (
	"iter"
	"time"
)

// HoldingNo is the number of a holding in one Org. It is for walks over a
// million of them, where finding each by its id would be most of the work, and
// means nothing to another Org.
type HoldingNo int32

// A stored grant has its own number, an agent's two made holdings -1-2a and
// -2-2a.
func madeNo(agent int32, creator bool) HoldingNo {
	if creator {
		return HoldingNo(-2 - 2*agent)
	}
	return HoldingNo(-1 - 2*agent)
}

// NumberedHoldings yields every stored grant, and every made holding that
// there is, each once and in no order to rely on; gives says whether it is one
// of Holdings at the instant.
func (o *Org) NumberedHoldings(at time.Time) iter.Seq2[HoldingNo, bool] {
	return func(yield func(no HoldingNo, gives bool) bool) {
		q := o.lookAt(at)
		seen := make([]uint64, (o.gnt.rows.n+63)/64)
		for at := range o.placed {
			seen[at.l.g>>6] |= 1 << (at.l.g & 63)
			if !yield(HoldingNo(at.l.g), q.givesAt(at)) {
				return
			}
		}
		for g := range int32(o.gnt.rows.n) {
			if seen[g>>6]>>(g&63)&1 == 0 && o.gnt.rows.at(g).live && !yield(HoldingNo(g), false) {
				return
			}
		}
		for a := range int32(o.agt.rows.n) {
			s := o.agt.rows.at(a)
			if !s.live {
				continue
			}
			if s.rec.AccessType != Private && !yield(madeNo(a, false), true) {
				return
			}
			if s.rec.Creator != "" && !yield(madeNo(a, true), true) {
				return
			}
		}
	}
}

// HoldingAt gives a holding by its number, with the event that began it.
func (o *Org) HoldingAt(no HoldingNo) (Grant, Seq) {
	if no >= 0 {
		s := o.gnt.rows.at(int32(no))
		return s.rec, s.since
	}
	s := o.agt.rows.at(int32(-1-no) / 2)
	return madeHolding(&s.rec, no&1 == 0), s.since
}

// madeHolding is an agent's access type, or its creator's right, as a grant.
func madeHolding(r *Agent, creator bool) Grant {
	if creator {
		return Grant{ID: madeCreator + r.ID, Holder: Holder{HolderPrincipal, r.Creator}, Target: Target{TargetCreator, r.ID},
			Level: Held, Origin: r.Origin}
	}
	return Grant{ID: madeAccessType + r.ID, Holder: Holder{Kind: HolderEveryone}, Target: Target{TargetAccessType, r.ID},
		Level: Level(r.AccessType), Origin: r.Origin}
}

// hanging is a stored grant where it hangs: its holder by number, and its link
// there.
type hanging struct {
	kind   HolderKind
	holder int32
	l      *link
}

// placed yields every stored grant that hangs between two ends, holder by
// holder: without its window or its level being looked at, nor whether the
// ends are there.
func (o *Org) placed(yield func(hanging) bool) {
	for _, k := range [3]HolderKind{HolderPrincipal, HolderGroup, HolderRole} {
		for h := range int32(o.by[k].n) {
			hh := o.by[k].at(h)
			for _, list := range [5][]link{hh.res, hh.area, hh.memb, hh.stand, hh.perm} {
				for i := range list {
					if !yield(hanging{k, h, &list[i]}) {
						return
					}
				}
			}
		}
	}
}

// whole tells whether a grant's holder, target and scope are there: what there
// tells of a record.
func (o *Org) whole(at hanging) bool {
	ok := false
	switch at.kind {
	case HolderPrincipal:
		ok = o.ppl.rows.at(at.holder).live
	case HolderGroup:
		ok = o.grp.rows.at(at.holder).live
	case HolderRole:
		ok = o.rol.rows.at(at.holder).live
	}
	n := at.l.other
	if !ok || at.l.agent >= 0 && !o.agt.rows.at(at.l.agent).live {
		return false
	}
	switch TargetKind(at.l.kind) {
	case TargetAgent:
		return o.agt.rows.at(n).live
	case TargetArea:
		return o.are.rows.at(n).live
	case TargetSource:
		return o.src.rows.at(n).live
	case TargetGroup:
		return o.grp.rows.at(n).live
	case TargetRole:
		return o.rol.rows.at(n).live
	case TargetObjectSee, TargetObjectEdit, TargetObjectDelete, TargetObjectDestroy:
		return n == allObjects || o.obj.rows.at(n).live
	case TargetField:
		return o.fld.rows.at(n).live
	case TargetAccessType, TargetCreator:
		return false // these are made, never stored
	}
	return n >= 0
}

// ownLinks gives what a holder has on one agent or source.
func ownLinks(h *held, kind TargetKind, t int32) []link {
	from, to := sectionOf(h.res, uint8(kind), t)
	return h.res[from:to]
}

// notPrincipals gives of a target's links those of everybody who is no principal:
// groups, roles. They come last, and there are few of them.
func notPrincipals(on []link) []link {
	from := len(on)
	for from > 0 && on[from-1].kind != uint8(HolderPrincipal) {
		from--
	}
	return on[from:]
}
