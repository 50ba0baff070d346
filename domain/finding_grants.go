package domain

// grants looks at every stored grant: windows that are over, direct ones
// beside a group's, those the agent role caps, and those nobody uses.
func (in *inspection) grants() {
	for at := range in.o.placed {
		l := at.l
		if !in.o.whole(at) {
			continue
		}
		if l.span.To <= in.at {
			in.expired(l.g)
			continue
		}
		if !l.span.Holds(in.at) || l.lvl == None {
			continue
		}
		switch at.kind {
		case HolderPrincipal:
			if in.active(at.holder) {
				in.direct(at.holder, l)
				in.cappedOwn(at.holder, l)
				in.dormantGrant(at.holder, l)
			}
		case HolderGroup:
			if in.o.groupOn(at.holder) && in.reach[at.holder] > 0 {
				in.cappedGroup(at.holder, l)
				in.dormantGroupGrant(at.holder, l)
			}
		}
	}
}

func (in *inspection) expired(g int32) {
	s := in.o.gnt.rows.at(g)
	if s.rec.Window.Check() != nil {
		in.add(FindingExpired, SeverityLow, Since{Event: s.since}, []Ref{{KindGrant, s.id}},
			"the window of %s cannot be read, so it never opens", in.o.Describe(s.rec)).Also = grantRefs(s.rec)
		return
	}
	in.add(FindingExpired, SeverityLow, Since{s.since, dayAfter(s.rec.Window.To, 1)}, []Ref{{KindGrant, s.id}},
		"%s ended on %s", in.o.Describe(s.rec), s.rec.Window.To).Also = grantRefs(s.rec)
}

// grantRefs names the ends of a grant.
func grantRefs(g Grant) []Ref {
	var out []Ref
	if k, ok := holderRecords[g.Holder.Kind]; ok {
		out = append(out, Ref{k, g.Holder.ID})
	}
	if k, ok := targetRecords[g.Target.Kind]; ok {
		out = append(out, Ref{k, g.Target.ID})
	}
	if g.Agent != "" {
		out = append(out, Ref{KindAgent, g.Agent})
	}
	return out
}

// direct: who has a thing by a group does not have it in person as well.
func (in *inspection) direct(p int32, l *link) {
	s := in.o.gnt.rows.at(l.g)
	by, best := int32(-1), None
	take := func(g int32, lvl Level) {
		if lvl > best {
			by, best = g, lvl
		}
	}
	kind := TargetKind(l.kind)
	switch kind {
	case TargetAgent, TargetSource:
		for _, o := range notPrincipals(in.o.on[kind].get(l.other)) {
			if HolderKind(o.kind) == HolderGroup && o.agent == l.agent && o.span.Holds(in.at) && in.in(in.o.heldBy(p).memb, o.other) {
				take(o.other, o.lvl)
			}
		}
	case TargetArea:
		f := in.o.forest
		for i := range in.o.heldBy(p).memb {
			m := &in.o.heldBy(p).memb[i]
			if !f.on[m.other] || !m.span.Holds(in.at) {
				continue
			}
			for g := m.other; g >= 0; g = f.up[g] {
				take(g, in.resolve(in.o.by[HolderGroup].get(g).area, l.other, l.agent))
			}
		}
	}
	if best == None {
		return
	}
	group := in.o.grp.at(by)
	sev, how := SeverityLow, "which gives as much"
	if best < l.lvl {
		sev, how = SeverityMedium, "which gives "+s.rec.Ladder().Word(best)
	}
	f := in.add(FindingDirect, sev, Since{Event: s.since}, []Ref{{KindGrant, s.id}}, "%s is held in person beside the group %q, %s",
		in.o.Describe(s.rec), group.Name, how)
	f.Also = append(grantRefs(s.rec), Ref{KindGroup, group.ID})
}

// cappedOwn: a direct grant of Edit on an agent is above the reach of the
// agent role User.
func (in *inspection) cappedOwn(p int32, l *link) {
	if !in.mayBeCapped(l) || reach(in.agentRole(p)) >= l.lvl {
		return
	}
	s := in.o.gnt.rows.at(l.g)
	in.add(FindingCapped, SeverityLow, Since{Event: s.since}, []Ref{{KindGrant, s.id}},
		"%s gives View & Use only: the agent role of %q is User", in.o.Describe(s.rec), in.o.ppl.at(p).Name).Also = grantRefs(s.rec)
}

// cappedGroup: a group's grant of Edit reaches somebody whose agent role
// reaches as far.
func (in *inspection) cappedGroup(g int32, l *link) {
	if !in.mayBeCapped(l) {
		return
	}
	for m := range in.o.memberLinks(g) {
		if m.span.Holds(in.at) && in.active(m.other) && reach(in.agentRole(m.other)) >= l.lvl {
			return
		}
	}
	s := in.o.gnt.rows.at(l.g)
	in.add(FindingCapped, SeverityLow, Since{Event: s.since}, []Ref{{KindGrant, s.id}},
		"%s gives View & Use only: the agent role of everyone it reaches is User", in.o.Describe(s.rec)).Also = grantRefs(s.rec)
}

func (in *inspection) mayBeCapped(l *link) bool {
	return TargetKind(l.kind) == TargetAgent && l.lvl > ViewUse && in.agentOn(l.other) && in.o.agt.at(l.other).AccessType != Private
}

// dormantGrant: what is held in person is used.
func (in *inspection) dormantGrant(p int32, l *link) {
	kind := TargetKind(l.kind)
	if !in.facts.Usage.Known(kind) || in.level(p, kind, l.other, l.agent) == None {
		return
	}
	s := in.o.gnt.rows.at(l.g)
	u, _ := in.facts.Usage.Of(s.rec.Holder.ID, s.rec.Target)
	in.unused(s, u.LastUsed, "%s", in.o.Describe(s.rec))
}

// dormantGroupGrant: what a group is given is used by one of its members.
func (in *inspection) dormantGroupGrant(g int32, l *link) {
	kind := TargetKind(l.kind)
	if !in.facts.Usage.Known(kind) || kind == TargetAgent && (!in.agentOn(l.other) || in.o.agt.at(l.other).AccessType == Private) {
		return
	}
	s := in.o.gnt.rows.at(l.g)
	last := Date("")
	for _, u := range in.facts.Usage.On(s.rec.Target) {
		if p := in.o.ppl.have(u.Principal); p >= 0 && in.in(in.o.heldBy(p).memb, g) {
			last = u.LastUsed
			break
		}
	}
	in.unused(s, last, "%s, by any of %s,", in.o.Describe(s.rec), counted(int(in.reach[g]), "member"))
}

// dormantMembers: each membership gives its member something they use.
func (in *inspection) dormantMembers() {
	if in.facts.Usage.Len() == 0 {
		return
	}
	gives := in.groupTargets()
	for g := range in.o.grp.ordered {
		if !in.o.groupOn(g) || len(gives[g]) == 0 {
			continue
		}
		for _, l := range in.o.on[TargetGroup].get(g) {
			if HolderKind(l.kind) != HolderPrincipal || !l.span.Holds(in.at) || !in.active(l.other) {
				continue
			}
			last, p := Date(""), in.o.ppl.rows.at(l.other).id
			for _, t := range gives[g] {
				if u, ok := in.facts.Usage.Of(p, t); ok {
					last = max(last, u.LastUsed)
				}
			}
			s := in.o.gnt.rows.at(l.g)
			in.unused(s, last, "what the group %q gives %q", in.o.grp.at(g).Name, in.o.ppl.at(l.other).Name)
		}
	}
}

// groupTargets gives, for each active group, the agents and sources that its
// members get by it or by a group above it and whose usage is known.
func (in *inspection) groupTargets() [][]Target {
	out := make([][]Target, in.o.grp.rows.n)
	f := in.o.forest
	for _, g := range f.walk {
		if !f.on[g] {
			continue
		}
		if up := f.up[g]; up >= 0 {
			out[g] = append(out[g], out[up]...)
		}
		h := in.o.by[HolderGroup].get(g)
		for i := range h.res {
			l := &h.res[i]
			kind := TargetKind(l.kind)
			if l.agent != -1 || !l.span.Holds(in.at) || !in.facts.Usage.Known(kind) {
				continue
			}
			if kind == TargetAgent && (!in.agentOn(l.other) || in.o.agt.at(l.other).AccessType == Private) {
				continue
			}
			out[g] = append(out[g], in.o.gnt.at(l.g).Target)
		}
	}
	return out
}

// unused adds the finding that a grant is not used, where it is not: what
// was never used counts from the event that gave it.
func (in *inspection) unused(s *slot[Grant], last Date, what string, args ...any) {
	class := ClassPublic
	if s.rec.Target.Kind == TargetAgent {
		a, _ := in.o.agt.get(s.rec.Target.ID)
		class = a.Classification
	}
	if days, known := in.daysSince(last); known {
		if sev, limit := in.dormant(days); limit > 0 {
			args = append(args, days, last)
			in.add(FindingDormant, raised(sev, class), Since{s.since, dayAfter(last, limit)}, []Ref{{KindGrant, s.id}},
				what+" was not used for %d days, last on %s", args...).Also = grantRefs(s.rec)
		}
		return
	}
	if last != "" {
		return // used after today: the clocks differ
	}
	for i := len(in.limits.Dormant) - 1; i >= 0; i-- {
		if t := in.limits.Dormant[i]; in.wasBefore(s.since, t) {
			args = append(args, t)
			in.add(FindingDormant, raised(min(Severity(i), SeverityHigh), class), Since{Event: s.since}, []Ref{{KindGrant, s.id}},
				what+" was never used, for more than %d days", args...).Also = grantRefs(s.rec)
			return
		}
	}
}
