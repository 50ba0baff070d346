package review

import (
	"fmt"
	"time"

	"countersign/domain"
)

// GroupQuestion is "why does this group not appear on the agent", or why it
// cannot be assigned to it (seed: Twig, group not appearing in agent settings).
type GroupQuestion struct {
	Org   *domain.Org
	Group domain.ID
	Agent domain.ID
	Actor domain.Actor // who would assign it; zero: nobody in particular
	At    time.Time    // UTC
}

// Checklist goes through what must be so for the group to be on the agent and
// to count there, each line checked.
func (q GroupQuestion) Checklist() []ChecklistLine {
	g, _ := q.Org.Group(q.Group)
	a, _ := q.Org.Agent(q.Agent)
	members, _ := q.Org.MembersOf(g.ID, q.At)
	lines := []ChecklistLine{
		{g.Life == domain.Live, fmt.Sprintf("the group %s exists and is active (it is %s)", g.Name, g.Life)},
		{len(members) > 0, fmt.Sprintf("it has at least one member (it has %d, those of groups below it among them)", len(members))},
		{a.Life == domain.Live, fmt.Sprintf("the agent %s is in use (it is %s)", a.Name, a.Life)},
		{a.AccessType == domain.GroupRestricted, fmt.Sprintf("the agent is Group-Restricted, so that groups count on it (it is %s)", a.AccessType)},
	}
	if q.Actor.Principal != "" {
		text := fmt.Sprintf("%s may assign the group to it", q.Org.Name(domain.KindPrincipal, q.Actor.Principal))
		refusal := q.mayAssign(g, a)
		if refusal != nil {
			text += ": " + refusal.Message
		}
		lines = append(lines, ChecklistLine{refusal == nil, text})
	}
	return lines
}

// mayAssign gives why the actor may not assign the group, nil where they may;
// what is wrong with the group or the agent has lines of its own.
func (q GroupQuestion) mayAssign(g domain.Group, a domain.Agent) *domain.Error {
	give := domain.Grant{ID: "gnt_question", Holder: domain.Holder{Kind: domain.HolderGroup, ID: g.ID},
		Target: domain.Target{Kind: domain.TargetAgent, ID: a.ID}, Level: domain.ViewUse}
	v := q.Org.Policy().Judge(q.Org, domain.ChangeSet{Title: "what if", Changes: []domain.Change{domain.Begin(give)}}, q.Actor, q.At)
	if v.Refused != nil && v.Refused.Code == domain.Forbidden {
		return v.Refused
	}
	return nil
}

// Held gives the group's own level on the agent, now or in a window to come.
func (q GroupQuestion) Held() (domain.Level, []domain.Grant) {
	var held []domain.Grant
	best := domain.None
	for _, g := range q.Org.GrantsOf(domain.Holder{Kind: domain.HolderGroup, ID: q.Group}) {
		if g.Target == (domain.Target{Kind: domain.TargetAgent, ID: q.Agent}) {
			held = append(held, g)
			best = max(best, g.Level)
		}
	}
	return best, held
}

// Remedies says what to do about the lines that do not hold, as commands of
// the house's words.
func (q GroupQuestion) Remedies() []string {
	g, _ := q.Org.Group(q.Group)
	a, _ := q.Org.Agent(q.Agent)
	members, _ := q.Org.MembersOf(g.ID, q.At)
	var out []string
	if g.Life != domain.Live {
		out = append(out, fmt.Sprintf("take the group %s back into use: set life \"group:%s\" active", g.Name, g.Name))
	}
	if len(members) == 0 {
		out = append(out, fmt.Sprintf("add somebody to the group %s: set PERSON \"group:%s\" Member", g.Name, g.Name))
	}
	if a.AccessType != domain.GroupRestricted {
		out = append(out, fmt.Sprintf("set the agent %s to Group-Restricted: set type \"agent:%s\" Group-Restricted", a.Name, a.Name))
	}
	if level, _ := q.Held(); level == domain.None {
		out = append(out, fmt.Sprintf("assign the group to %s: set \"group:%s\" \"agent:%s\" \"View & Use\"", a.Name, g.Name, a.Name))
	}
	return out
}
