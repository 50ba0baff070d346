package agents

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// NewAgent makes the page of one agent: who has it and how, its grants, events.
// Enter on a person explains.
func NewAgent(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		id := domain.ID(arg)
		t := target(id)
		return browse.NewObject(h, browse.ObjectConfig{
			Key: arg, Scope: "agent", Kind: domain.KindAgent, Reads: reads,
			Name:     func(p change.Picture) string { return p.Org.Name(domain.KindAgent, id) },
			Overview: func(ctx context.Context, p change.Picture) ([]ui.Line, error) { return overview(ctx, reads, p, id) },
			Tabs: func(s browse.Subject) []browse.Tab {
				return []browse.Tab{browse.WhoTab(s, "agent", "who", t, ""), browse.GrantsOnTab(reads, t), sourcesTab(s, id), browse.HistoryTab(reads, id), browse.FindingsTab(s, domain.KindAgent, id)}
			},
			Acts: actions,
		}, acts)
	}
}

// sourcesTab is the data sources the agent retrieves from; enter opens the page
// "source".
func sourcesTab(s browse.Subject, id domain.ID) browse.Tab {
	return browse.Tab{Name: "sources", What: "data sources", Fields: []string{"name", "class", "open"},
		Columns: []ui.Column{{Title: "Data source", Width: 18, Flex: 2}, {Title: "Class", Width: 12, Drop: 1}, {Title: "Open to", Width: 18, Flex: 3}},
		Rows: func(_ context.Context, p change.Picture) ([]ui.Record, error) {
			var out []ui.Record
			for _, tie := range p.Org.AgentSources(id) {
				r, _ := p.Org.Source(tie.Source)
				open := browse.OpenTo(p.Org, tie)
				out = append(out, ui.Record{Row: ui.Row{Key: string(r.ID), Cells: []ui.Cell{{Text: r.Name}, {Text: r.Classification.String()}, {Text: open, Role: theme.Dim}}},
					Values: []string{r.Name, r.Classification.String(), open}})
			}
			return out, nil
		},
		Enter: func(key string) tea.Cmd { return s.Host.Push("source", key) }}
}
