package people

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// many are the acts on all principals that are marked.
type many struct {
	acts
	marked func() browse.Marked
}

// bulk is what can be done to all who are marked.
func bulk(w acts, marked func() browse.Marked) action.Table {
	m := many{w, marked}
	act := func(id, key, help, long string, do func() tea.Cmd) action.Action {
		return action.Action{ID: "people." + id, Keys: []string{key}, Help: help, Long: long, Scope: scope, Off: w.Off, Do: do}
	}
	return action.Table{
		act("join-marked", "A", "add marked", "add all who are marked to one or more groups", m.join),
		act("leave-marked", "T", "take marked out", "take all who are marked out of one or more groups", m.leave),
		act("hold-marked", "W", "role of marked", "give all who are marked one role", m.role),
		act("take-marked", "X", "access of marked", "end what all who are marked were given themselves: all of it, or some kinds", m.take),
		act("status-marked", "D", "deactivate marked", "deactivate all who are marked", m.deactivate),
	}
}

func anyGroup(p change.Picture) []ui.Candidate {
	return change.Groups(p, func(g domain.Group) bool { return g.Life == domain.Live }, nil)
}

// atLeast is whether somebody holds a level on a target already, or more, always.
func atLeast(o *domain.Org, h domain.Holder, t domain.Target, l domain.Level) bool {
	for _, g := range o.GrantsOf(h) {
		if g.Target == t && g.Level >= l && g.Window.Always() {
			return true
		}
	}
	return false
}

func (m many) join() tea.Cmd {
	x := m.marked()
	return m.PickMany("Add them to which groups?", []string{"Tab marks several."}, anyGroup, func(cs []ui.Candidate) tea.Cmd {
		return m.Levels("As what?", domain.LadderOf(domain.TargetGroup), []domain.Level{domain.Member, domain.Manager}, func(level domain.Level, days domain.Window) tea.Cmd {
			return x.Propose(browse.Many{Heading: "Add many to groups",
				Title: func(_ change.Picture, who string) string { return fmt.Sprintf("Add %s to %s", who, browse.Names(cs)) },
				Each: func(p change.Picture, id domain.ID, newID func(string) domain.ID) (out []domain.Change, why string, err error) {
					if err := days.Check(); err != nil {
						return nil, "", err
					}
					for _, c := range cs {
						t := domain.Target{Kind: domain.TargetGroup, ID: domain.ID(c.Key)}
						if !atLeast(p.Org, holder(id), t, level) {
							out = append(out, change.SetGrant(p.Org, holder(id), t, "", level, days, newID)...)
						}
					}
					return out, "", nil
				}})
		})
	})
}

func (m many) leave() tea.Cmd {
	x := m.marked()
	return m.PickMany("Take them out of which groups?", []string{"Tab marks several."}, func(p change.Picture) []ui.Candidate { return change.Groups(p, nil, nil) }, func(cs []ui.Candidate) tea.Cmd {
		return x.Propose(browse.Many{Heading: "Take many out of groups",
			Title: func(_ change.Picture, who string) string {
				return fmt.Sprintf("Take %s out of %s", who, browse.Names(cs))
			},
			Each: func(p change.Picture, id domain.ID, newID func(string) domain.ID) (out []domain.Change, why string, err error) {
				for _, c := range cs {
					out = append(out, change.SetGrant(p.Org, holder(id), domain.Target{Kind: domain.TargetGroup, ID: domain.ID(c.Key)}, "", domain.None, domain.Window{}, newID)...)
				}
				return out, "", nil
			}})
	})
}

func (m many) role() tea.Cmd {
	x := m.marked()
	return m.Pick("Which role?", func(p change.Picture) []ui.Candidate { return change.Roles(p, nil) }, func(c ui.Candidate) tea.Cmd {
		return x.Propose(browse.Many{Heading: "One role for many",
			Title: func(_ change.Picture, who string) string { return fmt.Sprintf("Role of %s: %s", who, c.Label) },
			Each: func(p change.Picture, id domain.ID, newID func(string) domain.ID) ([]domain.Change, string, error) {
				r, err := p.Person(id)
				if err != nil {
					return nil, "", err
				}
				if role, err := p.Role(domain.ID(c.Key)); err != nil || !givenTo(role, r.Kind) {
					return nil, role.Name + " is not for " + kindWords[r.Kind], err
				}
				out, err := domain.GiveRole(p.Org, id, domain.ID(c.Key), func() domain.ID { return newID(domain.PrefixGrant) })
				return out, "", err
			}})
	})
}

func (m many) take() tea.Cmd {
	x := m.marked()
	return m.PickMany("End what?", []string{"What they were given themselves. Tab marks several kinds."}, browse.Kinds, func(cs []ui.Candidate) tea.Cmd {
		return x.Propose(browse.TakeAll("Access of many", cs, holder))
	})
}

func (m many) deactivate() tea.Cmd {
	return m.marked().Propose(browse.Many{Heading: "Deactivate many",
		Title: func(_ change.Picture, who string) string { return "Deactivate " + who },
		Each: func(p change.Picture, id domain.ID, _ func(string) domain.ID) ([]domain.Change, string, error) {
			r, err := p.Person(id)
			after := r
			after.Status = domain.Inactive
			return browse.Set(r, after), "", err
		}})
}
