package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
)

// question is "has p this level on the target", where the answer was no.
type question struct {
	o      *domain.Org
	p      domain.Principal
	target domain.Target
	agent  domain.ID
	want   domain.Level
	at     time.Time
}

// checkLine is one line of the checklist.
type checkLine struct {
	OK   bool   `json:"ok"`
	Text string `json:"text"`
}

// checklist goes through what a person must be and have (seed: Twig, user
// can't see agent), each line checked.
func (q question) checklist(acc domain.Access) []checkLine {
	lines := []checkLine{
		{true, fmt.Sprintf("%s is in the organisation", q.p.Name)},
		{q.p.Status == domain.Active, fmt.Sprintf("%s's account is active (it is %s)", q.p.Name, q.p.Status)},
	}
	on := q.agent
	if q.target.Kind == domain.TargetAgent {
		on = q.target.ID
	}
	if on != "" {
		lines = append(lines, q.agentLines(on)...)
	}
	if q.target.Kind != domain.TargetAgent {
		lines = append(lines, checkLine{false, fmt.Sprintf("something gives %s the level %s on %s", q.p.Name,
			domain.LadderOf(q.target.Kind).Word(q.want), review.TargetName(q.o, q.target, q.agent))})
	}
	for _, c := range acc.Caps {
		lines = append(lines, checkLine{false, "nothing caps it: " + c.Text})
	}
	for _, d := range acc.Denials {
		if d.Code == domain.ReasonNotYet || d.Code == domain.ReasonOver || d.Code == domain.ReasonArchived {
			lines = append(lines, checkLine{false, "everything on the way is in force: " + d.Text})
		}
	}
	return lines
}

func (q question) agentLines(agent domain.ID) []checkLine {
	a, _ := q.o.Agent(agent)
	lines := []checkLine{
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
		named[i] = q.o.Name(domain.KindGroup, g)
		member := o.Level(q.p.ID, domain.Target{Kind: domain.TargetGroup, ID: g}, "", q.at)
		in = in || member > domain.None
	}
	text := "in a group that is assigned to it, or named on it itself (no group is assigned)"
	if len(named) > 0 {
		text = "in a group that is assigned to it, or below one, or named on it (assigned: " + strings.Join(named, ", ") + ")"
	}
	holds := o.Level(q.p.ID, domain.Target{Kind: domain.TargetAgent, ID: agent}, "", q.at) > domain.None
	return append(lines, checkLine{in || holds, q.p.Name + " is " + text})
}

// ifActive is the organisation with the person's account active.
func (q question) ifActive() *domain.Org {
	if q.p.Status == domain.Active {
		return q.o
	}
	active := q.p
	active.Status = domain.Active
	o, err := q.o.Advance(q.o.Key(), []domain.Change{domain.Replace(q.p, active)})
	if err != nil {
		return q.o
	}
	return o
}

// assigned gives the groups that hold a grant on the agent.
func (q question) assigned(agent domain.ID) []domain.ID {
	var out []domain.ID
	for _, g := range q.o.GrantsOn(domain.Target{Kind: domain.TargetAgent, ID: agent}) {
		if g.Holder.Kind == domain.HolderGroup && !slices.Contains(out, g.Holder.ID) {
			out = append(out, g.Holder.ID)
		}
	}
	return out
}

// remedy is one change that might help, in words.
type remedy struct {
	text    string
	changes []domain.Change
}

// smallest gives the fewest changes, in words, after which the answer is yes;
// none where two changes are not enough. Each try is laid over the
// organisation; nothing is written.
func (q question) smallest() []string {
	all := q.remedies()
	for i := range all {
		if q.helps(all[i]) {
			return []string{all[i].text}
		}
	}
	for i := range all {
		for k := i + 1; k < len(all); k++ {
			if q.helps(all[i], all[k]) {
				return []string{all[i].text, all[k].text}
			}
		}
	}
	return nil
}

func (q question) helps(rs ...remedy) bool {
	cs := domain.ChangeSet{Title: "what if"}
	for _, r := range rs {
		cs.Changes = append(cs.Changes, r.changes...)
	}
	after, _, err := q.o.With(cs, q.at)
	return err == nil && after.Level(q.p.ID, q.target, q.agent, q.at) >= q.want
}

// remedies lists single changes, the least far-reaching first.
func (q question) remedies() []remedy {
	var out []remedy
	n := 0
	ids := func() domain.ID { n++; return domain.ID(fmt.Sprintf("%s_whatif%d", domain.PrefixGrant, n)) }
	self := domain.Holder{Kind: domain.HolderPrincipal, ID: q.p.ID}
	give := func(t domain.Target, l domain.Level, format string, args ...any) {
		out = append(out, remedy{fmt.Sprintf(format, args...), []domain.Change{domain.Begin(
			domain.Grant{ID: ids(), Holder: self, Target: t, Level: l})}})
	}
	if q.p.Status != domain.Active {
		active := q.p
		active.Status = domain.Active
		out = append(out, remedy{fmt.Sprintf("set %s active", q.p.Name), []domain.Change{domain.Replace(q.p, active)}})
	}
	agent := q.agent
	if q.target.Kind == domain.TargetAgent {
		agent = q.target.ID
	}
	word := domain.LadderOf(q.target.Kind).Word(q.want)
	if agent != "" {
		a, _ := q.o.Agent(agent)
		for _, g := range q.assigned(agent) {
			give(domain.Target{Kind: domain.TargetGroup, ID: g}, domain.Member, "add %s to the group %s", q.p.Name, q.o.Name(domain.KindGroup, g))
		}
		for _, g := range q.assigned(agent) {
			if r, _ := q.o.Group(g); r.Life == domain.Archived {
				live := r
				live.Life = domain.Live
				out = append(out, remedy{fmt.Sprintf("take the group %s back into use", r.Name), []domain.Change{domain.Replace(r, live)}})
			}
		}
		level := q.want
		if q.target.Kind != domain.TargetAgent {
			level = min(q.want, domain.EditAgent)
		}
		give(domain.Target{Kind: domain.TargetAgent, ID: agent}, level, "give %s %s on the agent %s", q.p.Name,
			domain.LadderOf(domain.TargetAgent).Word(level), a.Name)
		if a.AccessType == domain.Private {
			open := a
			open.AccessType = domain.GroupRestricted
			out = append(out, remedy{fmt.Sprintf("set the agent %s to Group-Restricted", a.Name), []domain.Change{domain.Replace(a, open)}})
		}
	}
	switch q.target.Kind {
	case domain.TargetAgent:
		give(domain.Target{Kind: domain.TargetAgentRole}, domain.Level(domain.AgentManager), "give %s the agent role Manager", q.p.Name)
	case domain.TargetArea:
		if cs, err := domain.SetArea(q.o, self, q.target.ID, q.agent, q.want, ids); err == nil {
			out = append(out, remedy{fmt.Sprintf("set %s to %s for %s", q.o.Name(domain.KindArea, q.target.ID), word, q.p.Name), cs})
		}
	default:
		give(q.target, q.want, "give %s %s: %s", q.p.Name, review.TargetName(q.o, q.target, ""), word)
	}
	return out
}
