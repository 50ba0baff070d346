package people

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/action"
	"countersign/tui/change"
	"countersign/tui/ui"
)

const scope = "people"

// actions are what can be done to a person, on the list and on their own page.
func actions(w who) action.Table {
	of := func(do func(domain.ID) tea.Cmd) func() tea.Cmd {
		return func() tea.Cmd {
			id, ok := w.selected()
			if !ok {
				return nil
			}
			return do(id)
		}
	}
	return action.Table{
		{ID: "people.join", Keys: []string{"a"}, Help: "add to group", Scope: scope, Hint: 10, Off: w.off, Do: of(w.join)},
		{ID: "people.leave", Keys: []string{"t"}, Help: "take out of group", Scope: scope, Hint: 11, Off: w.off, Do: of(w.leave)},
		{ID: "people.role", Keys: []string{"r"}, Help: "role on agents", Scope: scope, Hint: 12, Off: w.off, Do: of(w.agentRole)},
		{ID: "people.account", Keys: []string{"c"}, Help: "account role", Scope: scope, Hint: 14, Off: w.off, Do: of(w.accountRole)},
		{ID: "people.manager", Keys: []string{"b"}, Help: "manager", Long: "give somebody another manager", Scope: scope, Hint: 15, Off: w.off, Do: of(w.manager)},
		{ID: "people.status", Keys: []string{"d"}, Help: "deactivate", Long: "deactivate somebody, or make them active again", Scope: scope, Hint: 13, Off: w.off, Do: of(w.status)},
		{ID: "people.areas", Keys: []string{"e"}, Help: "edit areas", Long: "open the area editor for somebody", Scope: scope, Hint: 16, Off: w.off,
			Do: of(func(id domain.ID) tea.Cmd { return w.h.Push("areas", "principal:"+string(id)) })},
	}
}

func holder(id domain.ID) domain.Holder {
	return domain.Holder{Kind: domain.HolderPrincipal, ID: id}
}

// status deactivates somebody who is active, and activates anybody else.
func (w who) status(id domain.ID) tea.Cmd {
	return w.desk.Propose(change.Draft{Heading: "Deactivate, or activate", Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		r, err := p.Person(id)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		after, title := r, "Deactivate "+r.Name
		after.Status = domain.Inactive
		if r.Status != domain.Active {
			after.Status, title = domain.Active, "Make "+r.Name+" active"
		}
		return change.Set(title, domain.Replace(r, after))
	}})
}

// standing asks for a rung of a role everybody has one of, and proposes it.
func (w who) standing(id domain.ID, heading string, t domain.Target) tea.Cmd {
	ladder := domain.LadderOf(t.Kind)
	c := ui.Choice{Heading: heading}
	for _, word := range ladder {
		c.Options = append(c.Options, ui.Option{Label: word})
	}
	c.Do = func(i int) tea.Cmd {
		return w.desk.Propose(change.Draft{Heading: heading, Make: func(p change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
			r, err := p.Person(id)
			if err != nil {
				return domain.ChangeSet{}, err
			}
			return change.Set(fmt.Sprintf("%s of %s: %s", heading, r.Name, ladder.Word(domain.Level(i))),
				change.SetGrant(p.Org, holder(id), t, "", domain.Level(i), domain.Window{}, newID)...)
		}})
	}
	w.h.Open(ui.NewChoice(w.h.Env, c))
	return nil
}

func (w who) agentRole(id domain.ID) tea.Cmd {
	return w.standing(id, "Role on agents", domain.Target{Kind: domain.TargetAgentRole})
}

func (w who) accountRole(id domain.ID) tea.Cmd {
	return w.standing(id, "Account role", domain.Target{Kind: domain.TargetAccount})
}

func (w who) manager(id domain.ID) tea.Cmd {
	off := func(r domain.Principal) string {
		if r.ID == id {
			return "Nobody is their own manager."
		}
		return ""
	}
	of := func(p change.Picture) []ui.Candidate { return change.People(p, change.ActiveUser, off) }
	return w.pick("Manager", of, func(c ui.Candidate) tea.Cmd {
		return w.desk.Propose(change.Draft{Heading: "Manager", Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
			r, err := p.Person(id)
			if err != nil {
				return domain.ChangeSet{}, err
			}
			after := r
			after.Manager = domain.ID(c.Key)
			if after == r {
				return domain.ChangeSet{}, nil
			}
			return change.Set(fmt.Sprintf("Manager of %s: %s", r.Name, c.Label), domain.Replace(r, after))
		}})
	})
}

// join asks for a group and proposes a membership of it.
func (w who) join(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		in := map[domain.ID]bool{}
		for _, g := range p.Org.GrantsOf(holder(id)) {
			if g.Target.Kind == domain.TargetGroup {
				in[g.Target.ID] = true
			}
		}
		return change.Groups(p, nil, func(g domain.Group) string {
			if in[g.ID] {
				return p.Org.Name(domain.KindPrincipal, id) + " is a member already."
			}
			return ""
		})
	}
	return w.pick("Add to which group?", of, func(c ui.Candidate) tea.Cmd {
		return w.desk.Propose(change.Draft{Heading: "Add to a group", Make: func(p change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
			r, err := p.Person(id)
			if err != nil {
				return domain.ChangeSet{}, err
			}
			t := domain.Target{Kind: domain.TargetGroup, ID: domain.ID(c.Key)}
			return change.Set(fmt.Sprintf("Add %s to %s", r.Name, c.Label),
				change.SetGrant(p.Org, holder(id), t, "", domain.Member, domain.Window{}, newID)...)
		}})
	})
}

// leave asks which membership ends and proposes that.
func (w who) leave(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		in := map[domain.ID]bool{}
		for _, g := range p.Org.GrantsOf(holder(id)) {
			if g.Target.Kind == domain.TargetGroup {
				in[g.Target.ID] = true
			}
		}
		return change.Groups(p, func(g domain.Group) bool { return in[g.ID] }, nil)
	}
	return w.pick("Take out of which group?", of, func(c ui.Candidate) tea.Cmd {
		return w.desk.Propose(change.Draft{Heading: "Take out of a group", Make: func(p change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
			r, err := p.Person(id)
			if err != nil {
				return domain.ChangeSet{}, err
			}
			t := domain.Target{Kind: domain.TargetGroup, ID: domain.ID(c.Key)}
			return change.Set(fmt.Sprintf("Take %s out of %s", r.Name, c.Label),
				change.SetGrant(p.Org, holder(id), t, "", domain.None, domain.Window{}, newID)...)
		}})
	})
}
