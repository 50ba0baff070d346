package sources

import (
	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// bulk is what can be done to all data sources that are marked.
func bulk(s browse.Subject, marked func() browse.Marked) action.Table {
	act := func(id, key, help, long string, do func(browse.Marked) tea.Cmd) action.Action {
		return action.Action{ID: "sources." + id, Keys: []string{key}, Help: help, Long: long, Scope: scope, Off: s.Off, Do: func() tea.Cmd { return do(marked()) }}
	}
	return action.Table{
		act("take-marked", "X", "access on marked", "end the grants on all sources that are marked: everybody's, or some holders'", func(m browse.Marked) tea.Cmd { return m.TakeOn(target) }),
		act("class-marked", "C", "classify marked", "classify all sources that are marked", classify),
		act("owner-marked", "B", "owner of marked", "give all sources that are marked one owner", own),
	}
}

// edit proposes another version of every source that is marked.
func edit(m browse.Marked, heading string, title func(who string) string, change1 func(s *domain.Source)) tea.Cmd {
	return m.Propose(browse.Many{Heading: heading, Title: func(_ change.Picture, who string) string { return title(who) },
		Each: func(p change.Picture, id domain.ID, _ func(string) domain.ID) ([]domain.Change, string, error) {
			s, err := p.Source(id)
			after := s
			change1(&after)
			return browse.Set(s, after), "", err
		}})
}

func classify(m browse.Marked) tea.Cmd {
	return m.Choose("Classification", browse.Classes(), func(i int) tea.Cmd {
		v := domain.Classifications()[i]
		return edit(m, "Classify many sources", func(who string) string { return "Classification of " + who + ": " + v.String() }, func(s *domain.Source) { s.Classification = v })
	})
}

func own(m browse.Marked) tea.Cmd {
	return m.Pick("Owner", browse.Owners, func(c ui.Candidate) tea.Cmd {
		return edit(m, "One owner for many sources", func(who string) string { return "Owner of " + who + ": " + c.Label }, func(s *domain.Source) { s.Owner = domain.ID(c.Key) })
	})
}
