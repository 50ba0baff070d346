package review

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// Flags of items.
const (
	FlagSensitive = "sensitive"
	FlagExternal  = "external"
	FlagLeaver    = "leaver"
	FlagNotYet    = "not-yet"
	FlagDormant   = "dormant"
	FlagOutside   = "outside"
	FlagShared    = "shared"
	FlagPassedOn  = "self-review passed on"
	FlagNobody    = "no reviewer"
)

// mostWorkedOut is for how many principals of one holding the remaining
// access is worked out; beyond it the item says that it was not.
const mostWorkedOut = 2000

// describer makes items: what there is to decide, and what the reviewer is
// told.
type describer struct {
	o           *domain.Org
	c           Campaign
	at, horizon time.Time
	walk        *domain.Walk
	resolver    *resolver
	adviser     *adviser   // nil where nothing is recommended
	last        held       // items come by holder
	things      []thing    // by the number of the target's name, as they are met
	room        []Assigned // for those of the next items; what was handed out is not used again
}

// held is what is the same of all that one holder holds.
type held struct {
	holder   domain.Holder
	about    string
	subjects []domain.ID
	reach    int
	shared   bool
	leaver   bool
	person   domain.Principal // where there is one
	isPerson bool
}

// thing is what is the same of all that is held on one target.
type thing struct {
	known     bool
	class     domain.Classification
	sensitive bool
}

// thing gives it for the target with a number.
func (d *describer) thing(no int32, g domain.Grant) thing {
	t := &d.things[no]
	if !t.known {
		*t = thing{known: true, sensitive: sensitive(d.o, g)}
		t.class, _ = classOf(d.o, g)
	}
	return *t
}

// holder gives it for a holding's.
func (d *describer) holder(g domain.Grant) *held {
	if d.last.holder == g.Holder && d.last.reach >= 0 {
		return &d.last
	}
	h := held{holder: g.Holder, about: About(d.o, g.Holder, d.at), subjects: d.o.Subjects(g, d.at), reach: reachOf(d.o, g, d.at)}
	h.subjects = slices.Clip(h.subjects)
	h.shared = shared(d.o, h.subjects)
	if h.person, h.isPerson = holderPrincipal(d.o, g); h.isPerson {
		h.leaver = h.person.Status == domain.Inactive || h.person.Status == domain.Lapsed
	}
	d.last = h
	return &d.last
}

// reachOf counts the principals that a holding gives something to.
func reachOf(o *domain.Org, g domain.Grant, at time.Time) int {
	if g.Holder.Kind == domain.HolderPrincipal {
		return 1
	}
	return len(o.Reaches(g, at))
}

func newDescriber(o *domain.Org, c Campaign, at, horizon time.Time) *describer {
	return &describer{o: o, c: c, at: at, horizon: horizon, walk: o.Walk(at, horizon), last: held{reach: -1}}
}

// item makes the no-th item, of a holding in scope.
func (d *describer) item(it *StagedItem, no int, s sortable, g domain.Grant, since domain.Seq, holder, target string) {
	h, t := d.holder(g), d.thing(s.target, g)
	*it = StagedItem{No: no, Holding: g, Since: since, Holder: holder, Target: target, About: h.about,
		Allows: Allows(d.o, g), Subjects: h.subjects, Reach: h.reach, Class: t.class}
	it.HighRisk = d.risky(g, h, t)
	dormant := false
	it.How, dormant = howBy(d.o, g, d.walk.Access)
	it.Remains = d.remains(s.no, g, it.Reach)
	it.Flags = d.flags(g, h, t, dormant)
	d.advise(it, h)
	d.assign(it)
}

// risky tells whether a holding is high-risk.
func (d *describer) risky(g domain.Grant, h *held, t thing) bool {
	return highRisk(d.o, g, t.sensitive, h.isPerson && h.person.Employment == domain.External)
}

func (d *describer) flags(g domain.Grant, h *held, t thing, dormant bool) []string {
	var out []string
	if t.sensitive {
		out = append(out, FlagSensitive)
	}
	if h.isPerson && h.person.Employment == domain.External {
		out = append(out, FlagExternal)
	}
	if h.leaver {
		out = append(out, FlagLeaver)
	}
	if g.Window.Span(d.o.Zone()).From > d.at.Unix() {
		out = append(out, FlagNotYet)
	} else if dormant {
		out = append(out, FlagDormant)
	}
	if g.Origin.Outside() {
		out = append(out, FlagOutside)
	}
	if h.shared {
		out = append(out, FlagShared)
	}
	return out
}

// remains says in a line each what would stay if the holding were revoked.
func (d *describer) remains(at domain.HoldingNo, g domain.Grant, reach int) []string {
	if g.Holder.Kind == domain.HolderEveryone {
		return []string{"members of assigned groups and named users keep what they were given, unless it becomes Private"}
	}
	if reach > mostWorkedOut {
		return []string{fmt.Sprintf("not worked out for %d people: ask who has %s", reach, TargetName(d.o, g.Target, g.Agent))}
	}
	return RemainWords(d.o, d.walk.Remains(at, domain.None), reach)
}

// RemainWords says what remains in a line each: by path for one person, by
// number and the first few for many.
func RemainWords(o *domain.Org, left []domain.Remaining, reach int) []string {
	const most = 4
	var out []string
	people := map[domain.ID]bool{}
	for _, r := range left {
		people[r.Principal] = true
	}
	if reach > 1 && len(people) > 0 {
		out = append(out, fmt.Sprintf("%d of %d keep access by another path", len(people), reach))
	}
	for i, r := range left {
		if reach > 1 && i == most && len(left) > most {
			return append(out, fmt.Sprintf("and %d more", len(left)-most))
		}
		out = append(out, remainLine(o, r))
	}
	return out
}

// remainLine says what the paths that are told give: others, told before or kept by an
// item, may give more.
func remainLine(o *domain.Org, r domain.Remaining) string {
	l := r.Level
	for i, p := range r.Paths {
		if i == 0 || p.Level > l {
			l = p.Level
		}
	}
	s := fmt.Sprintf("%s on %s", domain.LadderOf(r.Target.Kind).Word(l), TargetName(o, r.Target, r.Agent))
	if len(r.Paths) > 0 {
		s += " by " + PathWords(o, r.Paths[0], r.Target, r.Agent)
	}
	if n := len(r.Paths); n > 1 {
		s += " and " + Count(n-1, "further path", "further paths")
	}
	if r.Later {
		s += ", from " + r.At.In(o.Zone()).Format(time.DateOnly)
	}
	return s
}

// About says who a holder is in a few words: "Support, Tier 2 lead, external".
func About(o *domain.Org, h domain.Holder, at time.Time) string {
	switch h.Kind {
	case domain.HolderPrincipal:
		p, ok := o.Principal(h.ID)
		if !ok {
			return ""
		}
		var parts []string
		if p.Kind != domain.User {
			parts = append(parts, map[domain.PrincipalKind]string{domain.APIKey: "API key", domain.AIAgent: "AI agent"}[p.Kind])
			if p.Owner != "" {
				parts = append(parts, "of "+o.Name(domain.KindPrincipal, p.Owner))
			}
		}
		for _, s := range []string{p.Department, p.Title} {
			if s != "" {
				parts = append(parts, s)
			}
		}
		if p.Employment != domain.Employee {
			parts = append(parts, p.Employment.String())
		}
		if p.Status != domain.Active {
			parts = append(parts, p.Status.String())
		}
		return strings.Join(parts, ", ")
	case domain.HolderGroup:
		all, _ := o.MembersOf(h.ID, at)
		s := "group of " + Count(len(all), "member", "members")
		if g, ok := o.Group(h.ID); ok && g.Life == domain.Archived {
			s += ", archived"
		}
		return s
	case domain.HolderRole:
		return "role"
	}
	return "every active user"
}

// asked gives the target whose effective level a grant gives: the agent for an
// access type or a creator's right.
func asked(t domain.Target) domain.Target {
	if t.Kind == domain.TargetAccessType || t.Kind == domain.TargetCreator {
		return domain.Target{Kind: domain.TargetAgent, ID: t.ID}
	}
	return t
}

// How says how the holder has it, a line a path; dormant says that the
// holding gives nothing at the instant.
func How(o *domain.Org, g domain.Grant, at time.Time) (lines []string, dormant bool) {
	return howBy(o, g, func(p domain.ID, t domain.Target, agent domain.ID) domain.Access { return o.Access(p, t, agent, at) })
}

// howBy is How by what tells of access.
func howBy(o *domain.Org, g domain.Grant, access func(p domain.ID, t domain.Target, agent domain.ID) domain.Access) (lines []string, dormant bool) {
	own := func() string {
		return HolderName(o, g.Holder) + " → " + TargetName(o, g.Target, g.Agent) + ": " + g.Ladder().Word(g.Level)
	}
	if g.Holder.Kind != domain.HolderPrincipal {
		return []string{own()}, false
	}
	t := asked(g.Target)
	a := access(g.Holder.ID, t, g.Agent)
	dormant = true
	lines = make([]string, 0, max(len(a.Paths), 1))
	for _, p := range a.Paths {
		lines = append(lines, PathWords(o, p, t, g.Agent))
		if slices.Contains(p.Via, g.ID) {
			dormant = false
		}
	}
	if dormant {
		why := ""
		if len(a.Denials) > 0 {
			why = " (gives nothing now: " + a.Denials[0].Text + ")"
		}
		lines = append([]string{own() + why}, lines...)
	}
	return lines, dormant
}

// sensitive tells whether what a grant is about is marked sensitive or
// classified Confidential or above.
func sensitive(o *domain.Org, g domain.Grant) bool {
	if g.Target.Kind == domain.TargetArea {
		for id := g.Target.ID; id != ""; {
			a, ok := o.Area(id)
			if !ok {
				break
			}
			if a.Sensitive {
				return true
			}
			id = a.Parent
		}
	}
	c, ok := classOf(o, g)
	return ok && c >= domain.ClassConfidential
}

// HighRisk tells whether an item is one that nobody decides in bulk: Edit on a
// sensitive area or on something Confidential or Restricted, an account
// admin, an agent admin, the Admin role, a role's all settings, a duty, an
// external with Edit, a sensitive agent open to the organisation.
func HighRisk(o *domain.Org, g domain.Grant) bool {
	p, ok := holderPrincipal(o, g)
	return highRisk(o, g, sensitive(o, g), ok && p.Employment == domain.External)
}

func highRisk(o *domain.Org, g domain.Grant, sensitive, external bool) bool {
	edits := false
	switch g.Target.Kind {
	case domain.TargetAccount, domain.TargetDuty:
		return true
	case domain.TargetAgentRole:
		return g.Level >= domain.Level(domain.AgentAdmin)
	case domain.TargetRole:
		r, ok := o.Role(g.Target.ID)
		return ok && r.Admin
	case domain.TargetSetting:
		return g.Target.ID == domain.AllID
	case domain.TargetAccessType:
		return g.Level == domain.Level(domain.Organization) && sensitive
	case domain.TargetAgent, domain.TargetArea, domain.TargetSource, domain.TargetCreator:
		edits = g.Level == g.Ladder().Top()
	}
	return edits && (sensitive || external)
}
