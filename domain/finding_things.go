package domain

import "fmt"

// orphan: somebody active answers for it.
func (in *inspection) orphan(ref Ref, what string, owner ID, since Seq, sev Severity) {
	if owner == "" {
		in.add(FindingNoOwner, sev, Since{Event: since}, []Ref{ref}, "nobody owns %s", what)
		return
	}
	row, ok := in.o.ppl.row(owner)
	if !ok {
		in.add(FindingOwnerInactive, sev+1, Since{Event: since}, []Ref{ref}, "the owner of %s is not known here (%s)", what, owner)
		return
	}
	if p := row.Record.(Principal); p.Status != Active {
		f := in.add(FindingOwnerInactive, sev+1, Since{Event: max(since, row.Since)}, []Ref{ref},
			"%q, who owns %s, is %s", p.Name, what, p.Status)
		f.Also = []Ref{principalRef(owner)}
	}
}

// agents: who answers for each, whether it is open wider than its
// classification lets it be (PRODUCT 2.3), and whether any group has it.
func (in *inspection) agents() {
	for a := range in.o.agt.ordered {
		s := in.o.agt.rows.at(a)
		if s.rec.Life != Live {
			continue
		}
		ref := Ref{KindAgent, s.id}
		in.orphan(ref, in.o.Describe(s.rec), s.rec.Owner, s.since, raised(SeverityLow, s.rec.Classification))
		in.tooWide(a)
		if s.rec.AccessType == GroupRestricted && s.rec.Classification < ClassRestricted {
			in.ungrouped(a)
		}
		for _, t := range in.o.ties.get(a) {
			in.openSource(t)
		}
	}
}

// tooWide compares an agent's access type and its groups with its
// classification: Public may be open to the organisation, Internal to
// groups, Confidential to limited groups, Restricted to named users.
func (in *inspection) tooWide(a int32) {
	s := in.o.agt.rows.at(a)
	class, ref := s.rec.Classification, Ref{KindAgent, s.id}
	if s.rec.AccessType == Organization && class > ClassPublic {
		in.add(FindingClassification, Severity(class), Since{Event: s.since}, []Ref{ref},
			"the agent %q is %s and open to the whole organisation", s.rec.Name, class)
	}
	if s.rec.AccessType == Private || class < ClassConfidential {
		return
	}
	for _, l := range in.o.on[TargetAgent].get(a) {
		if HolderKind(l.kind) != HolderGroup || l.span.To <= in.at || !in.o.grp.rows.at(l.other).live {
			continue
		}
		g, group := in.o.gnt.rows.at(l.g), in.o.grp.at(l.other)
		since := Since{Event: max(s.since, g.since)}
		subject := []Ref{ref, {KindGrant, g.id}}
		var f *Finding
		switch {
		case class == ClassRestricted:
			f = in.add(FindingClassification, SeverityHigh, since, subject,
				"the agent %q is Restricted, for named users only, and given to the group %q", s.rec.Name, group.Name)
		case int(in.reach[l.other]) > in.limits.Broad:
			f = in.add(FindingClassification, SeverityMedium, since, subject,
				"the agent %q is Confidential, for limited groups, and given to the group %q, which reaches %d people",
				s.rec.Name, group.Name, in.reach[l.other])
		default:
			continue
		}
		f.Also = []Ref{{KindGroup, group.ID}}
	}
}

// ungrouped: a group-restricted agent has a group that is active.
func (in *inspection) ungrouped(a int32) {
	named := 0
	for _, l := range in.o.on[TargetAgent].get(a) {
		if l.span.To <= in.at {
			continue
		}
		switch HolderKind(l.kind) {
		case HolderGroup:
			if in.o.groupOn(l.other) {
				return
			}
		case HolderPrincipal:
			named++
		}
	}
	s := in.o.agt.rows.at(a)
	who := "only admins reach it"
	if named > 0 || s.rec.Creator != "" {
		who = "besides admins it reaches those named in person"
	}
	in.add(FindingNoGroups, SeverityLow, Since{Event: s.since}, []Ref{{KindAgent, s.id}},
		"the agent %q is Group-Restricted and no active group has it: %s", s.rec.Name, who)
}

// openSource: a data source open to all who use an agent is classified no
// higher than the agent.
func (in *inspection) openSource(t int32) {
	tie := in.o.tie.rows.at(t)
	src, ok := in.o.src.row(tie.rec.Source)
	if !ok || !tie.rec.Open {
		return
	}
	s := src.Record.(Source)
	agent, _ := in.o.agt.get(tie.rec.Agent)
	if s.Classification <= agent.Classification {
		return
	}
	f := in.add(FindingClassification, Severity(s.Classification), Since{Event: max(tie.since, src.Since)},
		[]Ref{{KindAgentSource, tie.id}}, "the data source %q is %s and open to all who use the agent %q, which is %s",
		s.Name, s.Classification, agent.Name, agent.Classification)
	f.Also = []Ref{{KindAgent, agent.ID}, {KindSource, s.ID}}
}

func (in *inspection) dataSources() {
	for i := range in.o.src.ordered {
		s := in.o.src.rows.at(i)
		in.orphan(Ref{KindSource, s.id}, in.o.Describe(s.rec), s.rec.Owner, s.since, raised(SeverityLow, s.rec.Classification))
	}
	for i := range in.o.ext.ordered {
		s := in.o.ext.rows.at(i)
		if s.rec.Group != "" {
			continue
		}
		name := s.rec.Name
		if name == "" {
			name = s.rec.External
		}
		in.add(FindingUnmapped, SeverityLow, Since{Event: s.since}, []Ref{{KindExternal, s.id}},
			"the group %q of %q is mapped to no group here: its members get nothing by it", name, s.rec.Source)
	}
}

// countMembers finds, for each group, whom it reaches.
func (in *inspection) countMembers() {
	n := in.o.grp.rows.n
	in.some, in.reach = make([]bool, n), make([]int32, n)
	seen := make([]int32, in.o.ppl.rows.n)
	for g := range int32(n) {
		if !in.o.grp.rows.at(g).live {
			continue
		}
		for m := range in.o.memberLinks(g) {
			if m.span.To > in.at {
				in.some[g] = true
			}
			if m.span.Holds(in.at) && in.active(m.other) && seen[m.other] != g+1 {
				seen[m.other] = g + 1
				in.reach[g]++
			}
		}
	}
}

// groups: each reaches somebody, but not too many, and one that reaches
// nobody was given nothing.
func (in *inspection) groups() {
	for g := range in.o.grp.ordered {
		s := in.o.grp.rows.at(g)
		subject := []Ref{{KindGroup, s.id}}
		var given []Ref
		since, class := s.since, ClassPublic
		h := in.o.by[HolderGroup].get(g)
		for _, list := range [2][]link{h.res, h.area} {
			for _, l := range list {
				if l.span.To <= in.at || l.lvl == None {
					continue
				}
				row := in.o.gnt.rows.at(l.g)
				given, since = append(given, Ref{KindGrant, row.id}), max(since, row.since)
				if TargetKind(l.kind) == TargetAgent {
					class = max(class, in.o.agt.at(l.other).Classification)
				}
			}
		}
		on := s.rec.Life == Live
		if on && !in.some[g] {
			in.add(FindingEmptyGroup, SeverityLow, Since{Event: s.since}, subject, "the group %q has no member", s.rec.Name)
		}
		if len(given) > 0 && (!on || !in.some[g]) {
			why := "is archived"
			if on {
				why = "has no member"
			}
			in.add(FindingIdleGroup, SeverityLow, Since{Event: since}, subject, "the group %q %s and is still given %s",
				s.rec.Name, why, counted(len(given), "thing")).Also = given
		}
		if on && len(given) > 0 && int(in.reach[g]) > in.limits.Broad {
			in.add(FindingBroadGroup, raised(SeverityLow, class), Since{Event: s.since}, subject,
				"the group %q reaches %d people, more than %d", s.rec.Name, in.reach[g], in.limits.Broad).Also = given
		}
	}
}

// counted says "1 thing", "3 things".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
