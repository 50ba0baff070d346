package groups

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// bulk is what can be done to all groups that are marked.
func bulk(s browse.Subject, marked func() browse.Marked) action.Table {
	act := func(id, key, help, long string, do func(browse.Marked) tea.Cmd) action.Action {
		return action.Action{ID: "groups." + id, Keys: []string{key}, Help: help, Long: long, Scope: scope, Off: s.Off, Do: func() tea.Cmd { return do(marked()) }}
	}
	return action.Table{
		act("assign-marked", "A", "agents to marked", "give all groups that are marked one or more agents, at a level; None takes them", assign),
		act("take-marked", "X", "access of marked", "end what all groups that are marked were given: all of it, or some kinds", take),
		act("archive-marked", "D", "archive marked", "archive all groups that are marked", archive),
	}
}

func assign(m browse.Marked) tea.Cmd {
	return m.PickMany("Give them which agents?", []string{"Tab marks several."}, change.Agents, func(cs []ui.Candidate) tea.Cmd {
		return m.Levels("At which level?", domain.LadderOf(domain.TargetAgent), []domain.Level{domain.ViewUse, domain.EditAgent, domain.None}, func(level domain.Level, days domain.Window) tea.Cmd {
			return m.Propose(browse.Many{Heading: "Agents for many groups",
				Title: func(_ change.Picture, who string) string {
					return fmt.Sprintf("%s on %s for %s", domain.LadderOf(domain.TargetAgent).Word(level), browse.Names(cs), who)
				},
				Each: func(p change.Picture, id domain.ID, newID func(string) domain.ID) (out []domain.Change, why string, err error) {
					if err := days.Check(); err != nil {
						return nil, "", err
					}
					for _, c := range cs {
						out = append(out, change.SetGrant(p.Org, domain.Holder{Kind: domain.HolderGroup, ID: id}, domain.Target{Kind: domain.TargetAgent, ID: domain.ID(c.Key)}, "", level, days, newID)...)
					}
					return out, "", nil
				}})
		})
	})
}

func take(m browse.Marked) tea.Cmd {
	return m.PickMany("End what?", []string{"What the groups were given. Tab marks several kinds."}, browse.Kinds, func(cs []ui.Candidate) tea.Cmd {
		return m.Propose(browse.TakeAll("Access of many groups", cs, func(id domain.ID) domain.Holder { return domain.Holder{Kind: domain.HolderGroup, ID: id} }))
	})
}

func archive(m browse.Marked) tea.Cmd {
	return m.Propose(browse.Many{Heading: "Archive many groups",
		Title: func(_ change.Picture, who string) string { return "Archive " + who },
		Each: func(p change.Picture, id domain.ID, _ func(string) domain.ID) ([]domain.Change, string, error) {
			g, err := p.Group(id)
			after := g
			after.Life = domain.Archived
			return browse.Set(g, after), "", err
		}})
}
