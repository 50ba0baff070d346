package agents

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// bulk is what can be done to all agents that are marked.
func bulk(s browse.Subject, marked func() browse.Marked) action.Table {
	act := func(id, key, help, long string, do func(browse.Marked) tea.Cmd) action.Action {
		return action.Action{ID: "agents." + id, Keys: []string{key}, Help: help, Long: long, Scope: scope, Off: s.Off, Do: func() tea.Cmd { return do(marked()) }}
	}
	return action.Table{
		act("assign-marked", "A", "assign marked", "give all agents that are marked to one or more groups, at a level; None takes them", assign),
		act("take-marked", "X", "access on marked", "end the grants on all agents that are marked: everybody's, or some holders'", func(m browse.Marked) tea.Cmd { return m.TakeOn(target) }),
		act("class-marked", "C", "classify marked", "classify all agents that are marked", classify),
		act("owner-marked", "B", "owner of marked", "give all agents that are marked one owner", own),
		act("archive-marked", "D", "archive marked", "archive all agents that are marked", archiveAll),
	}
}

func assign(m browse.Marked) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		return change.Groups(p, func(g domain.Group) bool { return g.Life == domain.Live }, nil)
	}
	return m.PickMany("Give them to which groups?", []string{"Tab marks several."}, of, func(cs []ui.Candidate) tea.Cmd {
		return m.Levels("At which level?", domain.LadderOf(domain.TargetAgent), []domain.Level{domain.ViewUse, domain.EditAgent, domain.None}, func(level domain.Level, days domain.Window) tea.Cmd {
			return m.Propose(browse.Many{Heading: "Assign many agents",
				Title: func(_ change.Picture, who string) string {
					return fmt.Sprintf("%s on %s for %s", domain.LadderOf(domain.TargetAgent).Word(level), who, browse.Names(cs))
				},
				Each: func(p change.Picture, id domain.ID, newID func(string) domain.ID) (out []domain.Change, why string, err error) {
					if err := days.Check(); err != nil {
						return nil, "", err
					}
					for _, c := range cs {
						out = append(out, change.SetGrant(p.Org, domain.Holder{Kind: domain.HolderGroup, ID: domain.ID(c.Key)}, target(id), "", level, days, newID)...)
					}
					return out, "", nil
				}})
		})
	})
}

// edit proposes another version of every agent that is marked.
func edit(m browse.Marked, heading string, title func(who string) string, change1 func(a *domain.Agent)) tea.Cmd {
	return m.Propose(browse.Many{Heading: heading, Title: func(_ change.Picture, who string) string { return title(who) },
		Each: func(p change.Picture, id domain.ID, _ func(string) domain.ID) ([]domain.Change, string, error) {
			a, err := p.Agent(id)
			after := a
			change1(&after)
			return browse.Set(a, after), "", err
		}})
}

func classify(m browse.Marked) tea.Cmd {
	return m.Choose("Classification", browse.Classes(), func(i int) tea.Cmd {
		v := domain.Classifications()[i]
		return edit(m, "Classify many agents", func(who string) string { return "Classification of " + who + ": " + v.String() }, func(a *domain.Agent) { a.Classification = v })
	})
}

func own(m browse.Marked) tea.Cmd {
	return m.Pick("Owner", browse.Owners, func(c ui.Candidate) tea.Cmd {
		return edit(m, "One owner for many agents", func(who string) string { return "Owner of " + who + ": " + c.Label }, func(a *domain.Agent) { a.Owner = domain.ID(c.Key) })
	})
}

func archiveAll(m browse.Marked) tea.Cmd {
	return edit(m, "Archive many agents", func(who string) string { return "Archive " + who }, func(a *domain.Agent) { a.Life = domain.Archived })
}
