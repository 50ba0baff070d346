package agents

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
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
		t := domain.Target{Kind: domain.TargetAgent, ID: id}
		return browse.NewObject(h, browse.ObjectConfig{
			Key: arg, Scope: "agent", Reads: reads,
			Name:     func(p change.Picture) string { return p.Org.Name(domain.KindAgent, id) },
			Overview: func(ctx context.Context, p change.Picture) ([]ui.Line, error) { return overview(ctx, reads, p, id) },
			Tabs: []browse.Tab{
				{Name: "who", What: "people", Fields: []string{"name", "department", "level", "how"},
					Columns: []ui.Column{{Title: "Name", Width: 18, Flex: 2}, {Title: "Department", Width: 12, Flex: 1, Drop: 2}, {Title: "Level", Width: 11}, {Title: "How", Width: 16, Flex: 3, Drop: 1}},
					Rows:    func(_ context.Context, p change.Picture) ([]ui.Record, error) { return whoRows(p, t), nil },
					Acts: func(l *ui.List) action.Table {
						return action.Table{{ID: "agent.person", Keys: []string{"o"}, Help: "their page", Long: "open the page of the person selected", Scope: "agent", Hint: 20, Do: func() tea.Cmd {
							r, ok := l.Selected()
							if !ok {
								return nil
							}
							return h.Push("person", r.Key)
						}}}
					},
					Enter: func(key string) tea.Cmd {
						sign := h.Look().Sign
						return change.OpenText(h.Env, "Why", func(ctx context.Context) ([]ui.Line, error) {
							p, err := reads.Picture(ctx)
							if err != nil {
								return nil, err
							}
							return change.Explain(p.Org, p.Org.Access(domain.ID(key), t, "", p.Now), sign), nil
						})
					}},
				{Name: "given", What: "grants", Fields: []string{"kind", "holder", "level", "origin"}, Columns: browse.GrantColumns,
					Rows: func(ctx context.Context, p change.Picture) ([]ui.Record, error) {
						return browse.GrantRows(ctx, reads, p, p.Org.GrantsOn(t), func(g domain.Grant) (string, string) {
							return g.Holder.Kind.String(), review.HolderName(p.Org, g.Holder)
						})
					}},
				browse.HistoryTab(reads, id),
			},
			Acts: func(o *browse.Object) action.Table {
				return actions(which{h, o.Desk, reads, func() (domain.ID, bool) { return id, true }})
			},
		}, acts)
	}
}

// whoRows are everybody who has the agent, with the strongest path.
func whoRows(p change.Picture, t domain.Target) []ui.Record {
	o := p.Org
	l := domain.LadderOf(t.Kind)
	var out []ui.Record
	for _, a := range o.Who(t, "", p.Now) {
		r, _ := o.Principal(a.Principal)
		name, how := ui.Cell{Text: r.Name}, change.Summary(o, a)
		if r.Employment == domain.External {
			name.Role = theme.Warn
			how += ", external"
		}
		out = append(out, ui.Record{Row: ui.Row{Key: string(r.ID), Cells: []ui.Cell{name, {Text: r.Department}, {Text: l.Word(a.Level), Role: change.LevelRole(l, a.Level)}, {Text: how, Role: theme.Dim}}},
			Values: []string{r.Name, r.Department, l.Word(a.Level), how}})
	}
	return out
}
