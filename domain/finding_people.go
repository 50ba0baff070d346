package domain

import (
	"fmt"
	"slices"
)

func principalRef(id ID) Ref { return Ref{KindPrincipal, id} }

// people: invitations nobody took up, grants of those who are not active,
// active users without access, and those who have not been seen for long.
func (in *inspection) people() {
	agents := in.o.AgentMatrix(in.facts.At)
	row, byDefault := 0, in.defaultPermits()
	for p := range in.o.ppl.ordered {
		s := in.o.ppl.rows.at(p)
		reaches := agents.Count(row, ViewUse) > 0
		row++
		r := &s.rec
		if r.Status == Invited && in.wasBefore(s.since, InvitationDays) {
			in.add(FindingInvitation, SeverityLow, Since{Event: s.since}, []Ref{principalRef(r.ID)},
				"%q was invited more than %d days ago and has not come", r.Name, InvitationDays)
		}
		if r.Status == Inactive || r.Status == Lapsed {
			in.heldByInactive(p)
		}
		if r.Status != Active {
			continue
		}
		if r.Kind == User && !reaches && !byDefault && !in.reachesAnything(p) {
			in.add(FindingNoAccess, SeverityLow, Since{Event: s.since}, []Ref{principalRef(r.ID)},
				"%q is active and has access to nothing", r.Name)
		}
		if days, known := in.daysSince(r.LastActive); known {
			if sev, limit := in.dormant(days); limit > 0 {
				in.add(FindingDormant, sev, Since{s.since, dayAfter(r.LastActive, limit)}, []Ref{principalRef(r.ID)},
					"%q was last active on %s, %d days ago", r.Name, r.LastActive, days)
			}
		}
	}
}

// dormant gives how much so many unused days weigh and the threshold they
// reach, 0 for none.
func (in *inspection) dormant(days int) (Severity, int) {
	sev, limit := SeverityLow, 0
	for i, t := range in.limits.Dormant {
		if days >= t {
			sev, limit = min(Severity(i), SeverityHigh), t
		}
	}
	return sev, limit
}

// heldByInactive lists what a principal that is not active still holds.
func (in *inspection) heldByInactive(p int32) {
	s := in.o.ppl.rows.at(p)
	var refs []Ref
	sev := SeverityMedium
	for _, g := range in.stillHeld(p) {
		refs = append(refs, Ref{KindGrant, g.ID})
		if g.Target.Kind == TargetAccount || g.Target.Kind == TargetDuty || g.Target.Kind == TargetAgentRole && g.Level >= Level(AgentAdmin) {
			sev = SeverityHigh
		}
	}
	if len(refs) == 0 {
		return
	}
	things := "grants, which count"
	if len(refs) == 1 {
		things = "grant, which counts"
	}
	f := in.add(FindingHolderInactive, sev, Since{Event: s.since}, []Ref{principalRef(s.id)},
		"%q is %s and still holds %d %s again with the next activation", s.rec.Name, s.rec.Status, len(refs), things)
	f.Also = refs
}

// stillHeld gives the stored grants of a principal whose windows are not over.
func (q *look) stillHeld(p int32) []Grant {
	var out []Grant
	h := q.o.heldBy(p)
	for _, list := range [4][]link{h.res, h.area, h.memb, h.stand} {
		for _, l := range list {
			if l.span.To > q.at {
				out = append(out, *q.o.gnt.at(l.g))
			}
		}
	}
	slices.SortFunc(out, func(a, b Grant) int { return compareID(a.ID, b.ID) })
	return out
}

// reachesAnything tells whether an active principal that reaches no agent
// reaches something else: an area, a data source, a role of its own, the
// account, a duty.
func (in *inspection) reachesAnything(p int32) bool {
	o := in.o
	for i := range o.heldBy(p).stand {
		if l := &o.heldBy(p).stand[i]; l.span.Holds(in.at) && l.lvl > None {
			return true
		}
	}
	for pool, h := range in.sources(p) {
		hh := o.by[pool].get(h)
		for i := range hh.res {
			if l := &hh.res[i]; TargetKind(l.kind) == TargetSource && l.span.Holds(in.at) && l.lvl > None {
				return true
			}
		}
		for i := range hh.area {
			if l := &hh.area[i]; l.span.Holds(in.at) && l.lvl > None && in.area(p, l.other, l.agent) > None {
				return true
			}
		}
	}
	return false
}

// defaultPermits tells whether the default role lets everybody do something
// with an object that is recorded; where none is, roles give nothing.
func (in *inspection) defaultPermits() bool {
	if in.o.defRole < 0 || in.o.obj.count == 0 {
		return false
	}
	for t := range in.o.permissions() {
		if t.ID != AllID && OperationWord(t.Kind) != "" && in.roleValue(in.o.defRole, t).Level > None {
			return true
		}
	}
	return false
}

// machines: API keys and AI agents without an owner who is active, and those
// that have only the default role (PRODUCT 2.5).
func (in *inspection) machines() {
	for p := range in.o.ppl.ordered {
		s := in.o.ppl.rows.at(p)
		if s.rec.Kind == User || s.rec.Status != Active {
			continue
		}
		in.orphan(principalRef(s.id), in.o.Describe(s.rec), s.rec.Owner, s.since, SeverityMedium)
		if in.o.rol.count == 0 || in.holdsRole(p) {
			continue
		}
		gives := "no role is the default one"
		if d := in.o.defRole; d >= 0 {
			gives = fmt.Sprintf("it may do what the default role %q lets it", in.o.rol.at(d).Name)
		}
		in.add(FindingNoRole, SeverityMedium, Since{Event: s.since}, []Ref{principalRef(s.id)}, "%s has no role of its own: %s",
			in.o.Describe(s.rec), gives)
	}
}

func (q *look) holdsRole(p int32) bool {
	h := q.o.heldBy(p)
	return slices.ContainsFunc(h.stand, func(l link) bool {
		return TargetKind(l.kind) == TargetRole && l.span.Holds(q.at) && l.lvl > None && q.o.rol.rows.at(l.other).live
	})
}
