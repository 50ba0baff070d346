package review

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// Question is "has this principal this level on the target", asked where the
// answer is no: what to look at, and the smallest change that would make it a yes
// (PRODUCT 2.6).
type Question struct {
	Org       *domain.Org
	Principal domain.ID
	Target    domain.Target
	Agent     domain.ID // of an area or a source: inside this agent
	Want      domain.Level
	At        time.Time // UTC
}

// ChecklistLine is one line of a checklist: what must be so, and whether it is.
type ChecklistLine struct {
	OK   bool   `json:"ok"`
	Text string `json:"text"`
}

// Remedy is one change that helps, in words.
type Remedy struct {
	Text    string
	Changes []domain.Change
}

func (q Question) person() domain.Principal {
	p, _ := q.Org.Principal(q.Principal)
	return p
}

// Checklist goes through what somebody must be and have (seed: Twig, user can't
// see agent), each line checked. At least one line does not hold where the answer
// is no.
func (q Question) Checklist() []ChecklistLine {
	p, acc := q.person(), q.Org.Access(q.Principal, q.Target, q.Agent, q.At)
	lines := []ChecklistLine{
		{true, fmt.Sprintf("%s is in the organisation", p.Name)},
		{p.Status == domain.Active, fmt.Sprintf("%s's account is active (it is %s)", p.Name, p.Status)},
	}
	on := q.Agent
	if q.Target.Kind == domain.TargetAgent {
		on = q.Target.ID
	}
	if on != "" {
		lines = append(lines, q.agentLines(on)...)
	}
	if q.Target.Kind.Permission() {
		lines = append(lines, q.roleLines()...)
	} else if q.Target.Kind != domain.TargetAgent {
		lines = append(lines, ChecklistLine{false, fmt.Sprintf("something gives %s the level %s on %s", p.Name,
			domain.LadderOf(q.Target.Kind).Word(q.Want), TargetName(q.Org, q.Target, q.Agent))})
	}
	for _, c := range acc.Caps {
		lines = append(lines, ChecklistLine{false, "nothing caps it: " + c.Text})
	}
	for _, d := range acc.Denials {
		if d.Code == domain.ReasonNotYet || d.Code == domain.ReasonOver || d.Code == domain.ReasonArchived {
			lines = append(lines, ChecklistLine{false, "everything on the way is in force: " + d.Text})
		}
	}
	return lines
}

func (q Question) agentLines(agent domain.ID) []ChecklistLine {
	p := q.person()
	a, _ := q.Org.Agent(agent)
	lines := []ChecklistLine{
		{a.Life == domain.Live, fmt.Sprintf("the agent %s is in use (it is %s)", a.Name, a.Life)},
		{a.AccessType != domain.Private, fmt.Sprintf("the agent is Organization or Group-Restricted (it is %s)", a.AccessType)},
	}
	if a.AccessType != domain.GroupRestricted {
		return lines
	}
	o := q.ifActive() // a line about groups is not about the account: that has its own
	groups := q.assigned(agent)
	in, named := false, make([]string, len(groups))
	for i, g := range groups {
		named[i] = q.Org.Name(domain.KindGroup, g)
		member := o.Level(q.Principal, domain.Target{Kind: domain.TargetGroup, ID: g}, "", q.At)
		in = in || member > domain.None
	}
	text := "in a group that is assigned to it, or named on it itself (no group is assigned)"
	if len(named) > 0 {
		text = "in a group that is assigned to it, or below one, or named on it (assigned: " + strings.Join(named, ", ") + ")"
	}
	holds := o.Level(q.Principal, domain.Target{Kind: domain.TargetAgent, ID: agent}, "", q.At) > domain.None
	return append(lines, ChecklistLine{in || holds, p.Name + " is " + text})
}

// ifActive is the organisation with the person's account active.
func (q Question) ifActive() *domain.Org {
	p := q.person()
	if p.Status == domain.Active {
		return q.Org
	}
	active := p
	active.Status = domain.Active
	o, err := q.Org.Advance(q.Org.Key(), []domain.Change{domain.Replace(p, active)})
	if err != nil {
		return q.Org
	}
	return o
}

// assigned gives the groups that hold a grant on the agent.
func (q Question) assigned(agent domain.ID) []domain.ID {
	var out []domain.ID
	for _, g := range q.Org.GrantsOn(domain.Target{Kind: domain.TargetAgent, ID: agent}) {
		if g.Holder.Kind == domain.HolderGroup && !slices.Contains(out, g.Holder.ID) {
			out = append(out, g.Holder.ID)
		}
	}
	return out
}

// remedying gathers the remedies of a question.
type remedying struct {
	Question
	p   domain.Principal
	id  func() domain.ID
	out []Remedy
}

func (r *remedying) add(text string, changes ...domain.Change) {
	r.out = append(r.out, Remedy{text, changes})
}

func (r *remedying) self() domain.Holder {
	return domain.Holder{Kind: domain.HolderPrincipal, ID: r.p.ID}
}

// give adds a grant to the person, in the place of one they hold there already.
func (r *remedying) give(t domain.Target, agent domain.ID, l domain.Level, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, g := range r.Org.GrantsOf(r.self()) {
		if g.Target == t && g.Agent == agent {
			after := g
			after.Level, after.Window, after.Origin = max(l, g.Level), domain.Window{}, domain.Origin{}
			if after != g {
				r.add(text, domain.Replace(g, after))
			}
			return
		}
	}
	r.add(text, domain.Begin(domain.Grant{ID: r.id(), Holder: r.self(), Target: t, Agent: agent, Level: l}))
}

// onAgent adds what brings somebody onto an agent.
func (r *remedying) onAgent(a domain.Agent) {
	for _, g := range r.assigned(a.ID) {
		if was, _ := r.Org.Group(g); was.Life == domain.Archived {
			live := was
			live.Life = domain.Live
			r.add(fmt.Sprintf("take the group %s back into use", was.Name), domain.Replace(was, live))
		}
	}
	level := r.Want
	if r.Target.Kind != domain.TargetAgent {
		level = min(r.Want, domain.EditAgent)
	}
	if r.Target.Kind == domain.TargetSource {
		level = domain.ViewUse
	}
	r.give(domain.Target{Kind: domain.TargetAgent, ID: a.ID}, "", level, "give %s %s on the agent %s", r.p.Name,
		domain.LadderOf(domain.TargetAgent).Word(level), a.Name)
	for _, t := range []domain.AccessType{domain.GroupRestricted, domain.Organization} {
		if t != a.AccessType {
			open := a
			open.AccessType = t
			r.add(fmt.Sprintf("set the agent %s to %s", a.Name, t), domain.Replace(a, open))
		}
	}
	if a.Life == domain.Archived {
		live := a
		live.Life = domain.Live
		r.add(fmt.Sprintf("take the agent %s back into use", a.Name), domain.Replace(a, live))
	}
}

// onTarget adds what brings the level on the target itself.
func (r *remedying) onTarget() {
	word := domain.LadderOf(r.Target.Kind).Word(r.Want)
	switch t := r.Target; {
	case t.Kind == domain.TargetAgent:
		r.agentRoles()
	case t.Kind == domain.TargetArea:
		if cs, err := domain.SetArea(r.Org, r.self(), t.ID, r.Agent, r.Want, r.id); err == nil {
			r.add(fmt.Sprintf("set %s to %s for %s", r.Org.Name(domain.KindArea, t.ID), word, r.p.Name), cs...)
		}
	case t.Kind == domain.TargetSource && r.Agent != "":
		r.retrieval()
	case t.Kind.Permission():
		r.onRole()
	default:
		r.give(t, "", r.Want, "give %s %s: %s", r.p.Name, TargetName(r.Org, t, ""), word)
	}
}

// agentRoles adds the agent role Manager, which lifts a cap; one that reaches
// every agent there will ever be is never the advice.
func (r *remedying) agentRoles() {
	if r.Org.AgentRole(r.p.ID, r.At) < domain.AgentManager {
		r.give(domain.Target{Kind: domain.TargetAgentRole}, "", domain.Level(domain.AgentManager), "give %s the agent role Manager", r.p.Name)
	}
}

// retrieval adds what opens a source inside an agent.
func (r *remedying) retrieval() {
	source, agent := r.Org.Name(domain.KindSource, r.Target.ID), r.Org.Name(domain.KindAgent, r.Agent)
	grant := domain.Begin(domain.Grant{ID: r.id(), Holder: r.self(), Target: r.Target, Agent: r.Agent, Level: domain.SourceUse})
	for _, tie := range r.Org.AgentSources(r.Agent) {
		if tie.Source == r.Target.ID {
			r.add(fmt.Sprintf("let %s retrieve %s inside %s", r.p.Name, source, agent), grant)
			return
		}
	}
	r.add(fmt.Sprintf("make %s a source of %s, for %s", source, agent, r.p.Name),
		domain.Begin(domain.AgentSource{Agent: r.Agent, Source: r.Target.ID}), grant)
}
