package domain

import "fmt"

// areaValues: no area is set above its parent for the same holder and scope,
// nor to anything below a parent set to None (PRODUCT 2.2). With refuses both;
// an import may bring them.
func (in *inspection) areaValues() {
	for hp := range in.o.by {
		for h := range int32(in.o.by[hp].n) {
			list := in.o.by[hp].at(h).area
			for i := range list {
				if l := &list[i]; l.lvl > None && l.span.To > in.at {
					in.areaValue(list, l)
				}
			}
		}
	}
}

func (in *inspection) areaValue(list []link, l *link) {
	g := in.o.gnt.rows.at(l.g)
	if !in.o.there(&g.rec) {
		return
	}
	q := look{in.o, max(in.at, l.span.From), in.w}
	least, by := q.leastAbove(list, l)
	if by == nil || l.lvl <= least {
		return
	}
	kind, sev, text := FindingChildAbove, SeverityMedium, fmt.Sprintf("takes no more than %s", g.rec.Ladder().Word(least))
	if least == None {
		kind, text = FindingNoneParent, "gives nothing"
	}
	parent := in.o.gnt.rows.at(by.g)
	f := in.add(kind, sev, Since{Event: max(g.since, parent.since)}, []Ref{{KindGrant, g.id}}, "%s %s: %q is set to %s",
		in.o.Describe(g.rec), text, in.o.areaName(by.other), g.rec.Ladder().Word(least))
	f.Also = append(grantRefs(g.rec), Ref{KindGrant, parent.id})
}

// leastAbove gives the least value that a holder has set above an area, at
// the same scope, and its link; nil where none is set.
func (q *look) leastAbove(list []link, l *link) (least Level, by *link) {
	for n := q.o.areas.up[l.other]; n >= 0; n = q.o.areas.up[n] {
		if v, set, ok := q.value(list, n, l.agent); ok && (by == nil || v < least) {
			least, by = v, set
		}
	}
	return least, by
}

// externals: people from outside who may change something (seed: Twig, verify
// external user access), once for each grant by which they may.
func (in *inspection) externals() {
	for p := range in.o.ppl.ordered {
		s := in.o.ppl.rows.at(p)
		if s.rec.Employment != External || s.rec.Status != Active || s.rec.Kind != User {
			continue
		}
		wide := in.externalStanding(p)
		seen := map[ID]bool{}
		for a := range in.o.agt.ordered {
			if !wide[TargetAgent] && in.agent(p, a) >= EditAgent {
				r := in.o.agt.rows.at(a)
				in.externalEdit(p, Target{TargetAgent, r.id}, "", raised(SeverityMedium, r.rec.Classification), seen)
			}
		}
		for i := range in.o.src.ordered {
			if in.source(p, i) >= SourceEdit {
				r := in.o.src.rows.at(i)
				in.externalEdit(p, Target{TargetSource, r.id}, "", raised(SeverityMedium, r.rec.Classification), seen)
			}
		}
		if !wide[TargetArea] {
			in.externalAreas(p, seen)
		}
	}
}

// externalStanding: an account admin edits every area, an agent admin every
// agent; it says which it has told of.
func (in *inspection) externalStanding(p int32) map[TargetKind]bool {
	wide := map[TargetKind]bool{}
	h := in.o.heldBy(p)
	for i := range h.stand {
		l := &h.stand[i]
		kind, everything := TargetArea, "every area"
		switch {
		case !l.span.Holds(in.at):
			continue
		case TargetKind(l.kind) == TargetAccount && l.lvl >= Level(AccountAdmin):
		case TargetKind(l.kind) == TargetAgentRole && l.lvl >= Level(AgentAdmin):
			kind, everything = TargetAgent, "every agent"
		default:
			continue
		}
		wide[kind] = true
		g, who := in.o.gnt.rows.at(l.g), in.o.ppl.rows.at(p)
		in.add(FindingExternalEdit, SeverityCritical, Since{Event: max(g.since, who.since)},
			[]Ref{principalRef(who.id), {KindGrant, g.id}}, "%q is external and may edit %s: %s", who.rec.Name, everything,
			in.o.describeGrant(g.rec))
	}
	return wide
}

func (in *inspection) externalAreas(p int32, seen map[ID]bool) {
	scopes, _ := in.o.scopes(&in.look, p)
	for _, n := range in.o.areas.order {
		id := in.o.are.rows.at(n).id
		sev := SeverityMedium
		if in.o.sensitive(id) {
			sev++
		}
		if in.area(p, n, -1) >= Edit {
			in.externalEdit(p, Target{TargetArea, id}, "", sev, seen)
		}
		for _, a := range scopes {
			if in.area(p, n, a) >= Edit {
				in.externalEdit(p, Target{TargetArea, id}, in.o.agt.rows.at(a).id, sev, seen)
			}
		}
	}
}

// externalEdit tells of each grant by which an external edits a target, and
// keeps the highest severity of what a grant told before opens.
func (in *inspection) externalEdit(p int32, t Target, agent ID, sev Severity, seen map[ID]bool) {
	who := in.o.ppl.rows.at(p)
	acc := in.access(who.id, t, agent, in.facts.At)
	for _, path := range acc.Paths {
		if path.Level < LadderOf(t.Kind).Top() || len(path.Via) == 0 {
			continue
		}
		by := path.Via[len(path.Via)-1]
		if seen[by] {
			in.raise(findingID(FindingExternalEdit, externalSubject(in.o, who.id, by)), sev)
			continue
		}
		seen[by] = true
		subject := externalSubject(in.o, who.id, by)
		since := Since{Event: who.since}
		if row, ok := in.o.Holding(by); ok {
			since.Event = max(since.Event, row.Since)
		}
		f := in.add(FindingExternalEdit, sev, since, subject, "%q is external and may edit %q", who.rec.Name, in.o.thingName(t))
		if k, ok := targetRecords[t.Kind]; ok {
			f.Also = append(f.Also, Ref{k, t.ID})
		}
		acc.Paths = []Path{path}
		f.Ways = []Access{acc}
	}
}

// externalSubject names who edits and by what: a grant, or the agent whose
// creator they are.
func externalSubject(o *Org, who, by ID) []Ref {
	if row, ok := o.Holding(by); ok {
		if g := row.Record.(Grant); g.Target.Kind == TargetCreator {
			return []Ref{principalRef(who), {KindAgent, g.Target.ID}}
		}
	}
	return []Ref{principalRef(who), {KindGrant, by}}
}

// raise lifts a finding told before to a severity.
func (in *inspection) raise(id ID, sev Severity) {
	for i := len(in.out) - 1; i >= 0; i-- {
		if in.out[i].ID == id {
			in.out[i].Severity = max(in.out[i].Severity, sev)
			return
		}
	}
}
