package domain

import (
	"fmt"
	"time"
)

// Mend is one way to mend a finding: the smallest change set that does.
type Mend struct {
	Text    string // what it does: "end the grant"
	Changes []Change
}

// Mends gives the ways to mend a finding, the one that takes least first, and
// where there is none says why. Each has been tried: no rule of the model
// refuses it, and with it the finding is gone. ids makes the ids of records
// that begin.
func (o *Org) Mends(f Finding, at time.Time, ids func(prefix string) ID) (mends []Mend, why string) {
	m := &mender{o: o, f: f, at: at, ids: ids}
	if make := menders[f.Kind]; make != nil {
		make(m)
	}
	for _, c := range m.found {
		if _, _, err := o.tryOut(ChangeSet{Title: c.Text, Changes: c.Changes}, at); err != nil {
			m.none("%s is refused: %v", c.Text, err)
			continue
		}
		mends = append(mends, c)
	}
	if len(mends) > 0 {
		return mends, ""
	}
	if m.why == "" {
		m.why = "it is gone already: list the findings again"
	}
	return nil, m.why
}

// mender gathers the ways to mend one finding.
type mender struct {
	o     *Org
	f     Finding
	at    time.Time
	ids   func(prefix string) ID
	found []Mend
	why   string
}

func (m *mender) way(changes []Change, text string, args ...any) {
	if len(changes) > 0 {
		m.found = append(m.found, Mend{fmt.Sprintf(text, args...), changes})
	}
}

// none notes why there is no way; the first reason stays.
func (m *mender) none(text string, args ...any) {
	if m.why == "" {
		m.why = fmt.Sprintf(text, args...)
	}
}

var menders = map[FindingKind]func(*mender){
	FindingSoD: (*mender).separation, FindingClassification: (*mender).classification, FindingExternalEdit: (*mender).externalEdit,
	FindingOwnerInactive: (*mender).owner, FindingNoOwner: (*mender).owner, FindingHolderInactive: (*mender).leftovers,
	FindingDormant: (*mender).dormant, FindingNoRole: (*mender).role, FindingLookAlike: (*mender).name,
	FindingBroadGroup: (*mender).broad, FindingDirect: (*mender).endGrant, FindingChildAbove: (*mender).child,
	FindingNoneParent: (*mender).child, FindingCapped: (*mender).capped, FindingIdleGroup: (*mender).idle,
	FindingEmptyGroup: (*mender).empty, FindingExpired: (*mender).endGrant, FindingUnmapped: (*mender).unmapped,
	FindingNoAccess: (*mender).retire, FindingNoGroups: (*mender).ungrouped, FindingInvitation: (*mender).lapse,
}

// subject gives the stored record of one of the finding's subjects.
func subject[R Record](m *mender, i int) (R, bool) {
	var zero R
	if i >= len(m.f.Subject) {
		return zero, false
	}
	row, ok := m.o.Get(m.f.Subject[i].Kind, m.f.Subject[i].ID)
	r, is := row.Record.(R)
	return r, ok && is
}

// replaced is the one change that f makes of a record.
func replaced[R Record](r R, f func(*R)) []Change {
	after := r
	f(&after)
	if Record(after) == Record(r) {
		return nil
	}
	return []Change{Replace(r, after)}
}

func (m *mender) endGrant() {
	if g, ok := subject[Grant](m, 0); ok {
		m.way([]Change{End(g)}, "end the grant")
	}
}

func (m *mender) classification() {
	switch m.f.Subject[0].Kind {
	case KindAgentSource:
		if t, ok := subject[AgentSource](m, 0); ok {
			m.way(replaced(t, func(t *AgentSource) { t.Open = false }), "open the data source to specific groups only")
		}
		return
	case KindAgent:
	default:
		return
	}
	if g, ok := subject[Grant](m, 1); ok {
		m.way([]Change{End(g)}, "take the agent from the group")
		return
	}
	if a, ok := subject[Agent](m, 0); ok {
		m.way(replaced(a, func(a *Agent) { a.AccessType = GroupRestricted }), "restrict the agent to its groups")
		m.way(replaced(a, func(a *Agent) { a.AccessType = Private }), "make the agent private")
		m.way(replaced(a, func(a *Agent) { a.Classification = ClassPublic }), "classify the agent Public, if that is what it is")
	}
}

func (m *mender) externalEdit() {
	p, ok := subject[Principal](m, 0)
	if !ok {
		return
	}
	if a, ok := subject[Agent](m, 1); ok {
		m.way(replaced(a, func(a *Agent) { a.Creator = "" }), "clear the creator of the agent")
		return
	}
	g, ok := subject[Grant](m, 1)
	if !ok {
		return
	}
	if g.Holder == (Holder{HolderPrincipal, p.ID}) {
		m.lower(g)
		return
	}
	m.leave(p, g.Holder)
}

// lower puts a principal's own grant one rung lower, or ends it.
func (m *mender) lower(g Grant) {
	switch {
	case g.Target.Kind == TargetAccount, g.Target.Kind == TargetAgentRole:
		m.way([]Change{End(g)}, "take the %s away", m.o.describeGrant(g))
	case g.Level > 1:
		m.way(replaced(g, func(g *Grant) { g.Level-- }), "lower it to %s", g.Ladder().Word(g.Level-1))
		m.way([]Change{End(g)}, "end the grant")
	default:
		m.way([]Change{End(g)}, "end the grant")
	}
}

// leave ends every membership or role by which a principal has what a group
// or a role holds.
func (m *mender) leave(p Principal, h Holder) {
	var out []Change
	for _, g := range m.o.GrantsOf(Holder{HolderPrincipal, p.ID}) {
		var through bool
		switch {
		case h.Kind == HolderGroup && g.Target.Kind == TargetGroup:
			a, d := m.o.grp.have(h.ID), m.o.grp.have(g.Target.ID)
			through = a >= 0 && d >= 0 && m.o.forest.above(a, d)
		case h.Kind == HolderRole:
			through = g.Target == Target{TargetRole, h.ID}
		}
		if through && g.Window.Span(m.o.Zone()).To > m.at.Unix() {
			out = append(out, End(g))
		}
	}
	name := m.o.holderName(h)
	if h.Kind == HolderRole {
		m.none("%q has it by the default role %q: give %q a role of its own", p.Name, name, p.Name)
		if r, ok := m.o.Role(h.ID); !ok || !r.Default {
			m.way(out, "take the role %q away", name)
		}
		return
	}
	m.way(out, "end the membership of %q", name)
}

// owner offers who may answer for something: its creator, or the manager of
// who did.
func (m *mender) owner() {
	var owner, creator ID
	var give func(ID) []Change
	if a, ok := subject[Agent](m, 0); ok {
		owner, creator = a.Owner, a.Creator
		give = func(id ID) []Change { return replaced(a, func(a *Agent) { a.Owner = id }) }
	} else if s, ok := subject[Source](m, 0); ok {
		owner = s.Owner
		give = func(id ID) []Change { return replaced(s, func(s *Source) { s.Owner = id }) }
	} else if p, ok := subject[Principal](m, 0); ok {
		owner = p.Owner
		give = func(id ID) []Change { return replaced(p, func(p *Principal) { p.Owner = id }) }
		defer func() {
			m.way(replaced(p, func(p *Principal) { p.Status = Inactive }), "make %s inactive", m.o.Describe(p))
		}()
	} else {
		return
	}
	was, _ := m.o.Principal(owner)
	for _, id := range []ID{creator, was.Manager} {
		if p, ok := m.o.Principal(id); ok && p.Kind == User && p.Status == Active && p.ID != owner {
			m.way(give(p.ID), "make %q its owner", p.Name)
		}
	}
	m.none("nobody is known who could answer for it: name an owner")
}

// leftovers ends what somebody who is not active holds.
func (m *mender) leftovers() {
	p, ok := subject[Principal](m, 0)
	if !ok {
		return
	}
	q := m.o.lookAt(m.at)
	var out []Change
	for _, g := range q.stillHeld(m.o.ppl.have(p.ID)) {
		out = append(out, End(g))
	}
	m.way(out, "end what %q holds", p.Name)
}

func (m *mender) dormant() {
	if p, ok := subject[Principal](m, 0); ok {
		m.way(replaced(p, func(p *Principal) { p.Status = Inactive }), "make %s inactive", m.o.Describe(p))
		return
	}
	m.endGrant()
}

func (m *mender) retire() {
	if p, ok := subject[Principal](m, 0); ok {
		m.way(replaced(p, func(p *Principal) { p.Status = Inactive }), "make %s inactive", m.o.Describe(p))
	}
}

func (m *mender) lapse() {
	if p, ok := subject[Principal](m, 0); ok {
		m.way(replaced(p, func(p *Principal) { p.Status = Lapsed }), "let the invitation lapse")
	}
}

// mostRoles is how many roles are offered to a key or an AI agent.
const mostRoles = 5

// role offers the default role, so that what a key or an AI agent has is
// given and not fallen back to, then the other roles for its kind.
func (m *mender) role() {
	p, ok := subject[Principal](m, 0)
	if !ok {
		return
	}
	give := func(r Role) {
		m.way([]Change{Begin(Grant{ID: m.ids(PrefixGrant), Holder: Holder{HolderPrincipal, p.ID}, Target: Target{TargetRole, r.ID}, Level: Held})},
			"give it the role %q", r.Name)
	}
	if d := m.o.defRole; d >= 0 && m.o.rol.at(d).fits(p.Kind) {
		give(*m.o.rol.at(d))
	}
	for i := range m.o.rol.ordered {
		if r := m.o.rol.at(i); i != m.o.defRole && !r.Admin && r.fits(p.Kind) && len(m.found) < mostRoles {
			give(*r)
		}
	}
	m.none("no role is for %ss: make one, or let a role be given to them", map[PrincipalKind]string{APIKey: "API key", AIAgent: "AI agent"}[p.Kind])
}

func (m *mender) name() { m.none("look which of the two is meant, and rename or retire the other") }

func (m *mender) broad() {
	m.none("nobody can tell from here who belongs to it: split the group, or review its members in a campaign")
}

// child lowers an area's value to what is above it, or ends it; or raises
// what is above.
func (m *mender) child() {
	g, ok := subject[Grant](m, 0)
	if !ok {
		return
	}
	n := m.o.gnt.have(g.ID)
	l := m.o.ownLink(n, &g)
	h, _ := m.o.numbers(&g)
	if l == nil {
		return
	}
	list := m.o.by[holderPool(g.Holder.Kind)].get(h).area
	q := look{m.o, max(m.at.Unix(), l.span.From), &asIs}
	least, by := q.leastAbove(list, l)
	if by == nil || l.lvl <= least {
		return
	}
	if least > None {
		m.way(replaced(g, func(g *Grant) { g.Level = least }), "lower it to %s", g.Ladder().Word(least))
	} else {
		m.way([]Change{End(g)}, "end it, as it gives nothing")
	}
	var raise []Change
	for n := m.o.areas.up[l.other]; n >= 0; n = m.o.areas.up[n] {
		if v, set, ok := q.value(list, n, l.agent); ok && v < g.Level {
			raise = append(raise, replaced(*m.o.gnt.at(set.g), func(p *Grant) { p.Level = g.Level })...)
		}
	}
	m.way(raise, "raise what is above it to %s", g.Ladder().Word(g.Level))
	if least > None {
		m.way([]Change{End(g)}, "end it, so that it takes what is above")
	}
}

func (m *mender) capped() {
	g, ok := subject[Grant](m, 0)
	if !ok {
		return
	}
	m.way(replaced(g, func(g *Grant) { g.Level = ViewUse }), "lower it to %s", g.Ladder().Word(ViewUse))
	m.way([]Change{End(g)}, "end the grant")
	if g.Holder.Kind != HolderPrincipal {
		return
	}
	for _, held := range m.o.GrantsOf(g.Holder) {
		if held.Target.Kind == TargetAgentRole {
			return
		}
	}
	m.way([]Change{Begin(Grant{ID: m.ids(PrefixGrant), Holder: g.Holder, Target: Target{Kind: TargetAgentRole}, Level: Level(AgentManager)})},
		"give %q the agent role Manager, which reaches as far", m.o.holderName(g.Holder))
}

// idle ends what a group without members, or an archived one, was given.
func (m *mender) idle() {
	g, ok := subject[Group](m, 0)
	if !ok {
		return
	}
	var out []Change
	for _, given := range m.o.GrantsOf(Holder{HolderGroup, g.ID}) {
		if given.Level > None && given.Window.Span(m.o.Zone()).To > m.at.Unix() {
			out = append(out, End(given))
		}
	}
	m.way(out, "end what the group is given")
}

func (m *mender) empty() {
	if g, ok := subject[Group](m, 0); ok {
		m.way(replaced(g, func(g *Group) { g.Life = Archived }), "archive the group")
	}
}

// unmapped offers the group that has the name of the one outside.
func (m *mender) unmapped() {
	e, ok := subject[ExternalGroup](m, 0)
	if !ok {
		return
	}
	for i := range m.o.grp.ordered {
		if g := m.o.grp.at(i); e.Name != "" && foldName(g.Name) == foldName(e.Name) {
			m.way(replaced(e, func(e *ExternalGroup) { e.Group = g.ID }), "map it to the group %q", g.Name)
		}
	}
	m.way([]Change{End(e)}, "forget it until the directory names it again")
}

// ungrouped offers to archive an agent that nobody was given.
func (m *mender) ungrouped() {
	a, ok := subject[Agent](m, 0)
	if !ok {
		return
	}
	m.none("whose agent it is nobody can tell from here: give it to a group, or make it private")
	m.way(replaced(a, func(a *Agent) { a.AccessType = Private }), "make the agent private")
	if len(m.o.GrantsOn(Target{TargetAgent, a.ID})) == 0 {
		m.way(replaced(a, func(a *Agent) { a.Life = Archived }), "archive the agent")
	}
}
