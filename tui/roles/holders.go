package roles

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// NewHolders makes the page of who has a role, what it was given besides
// permissions, and what happened. Enter on a holder explains.
func NewHolders(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		id := domain.ID(arg)
		return browse.NewObject(h, browse.ObjectConfig{
			Key: arg, Scope: "role", Reads: reads,
			Name:     func(p change.Picture) string { return "Who has " + p.Org.Name(domain.KindRole, id) },
			Overview: func(ctx context.Context, p change.Picture) ([]ui.Line, error) { return overview(ctx, reads, p, id) },
			Tabs: func(s browse.Subject) []browse.Tab {
				return []browse.Tab{holdersTab(s, id), browse.GrantsOfTab(reads, domain.Holder{Kind: domain.HolderRole, ID: id}), browse.HistoryTab(reads, id)}
			},
			Acts: actions,
		}, acts)
	}
}

func holdersTab(s browse.Subject, id domain.ID) browse.Tab {
	t := domain.Target{Kind: domain.TargetRole, ID: id}
	return browse.Tab{Name: "holders", What: "holders", Fields: []string{"name", "kind", "how", "department", "status"},
		Columns: []ui.Column{{Title: "Name", Width: 18, Flex: 3}, {Title: "Kind", Width: 8, Drop: 2}, {Title: "How", Width: 12, Flex: 1, Drop: 1}, {Title: "Department", Width: 12, Flex: 1, Drop: 3}, {Title: "Status", Width: 8, Drop: 4}},
		Rows: func(_ context.Context, p change.Picture) ([]ui.Record, error) {
			given := map[domain.ID]domain.Grant{}
			for _, g := range p.Org.GrantsOn(t) {
				given[g.Holder.ID] = g
			}
			var out []ui.Record
			for _, r := range holders(p)[id] {
				how := ui.Cell{Text: "by default", Role: theme.Dim}
				if g, ok := given[r.ID]; ok {
					how = ui.Cell{Text: change.WindowWords(g.Window)}
				}
				name := ui.Cell{Text: r.Name}
				if r.Status != domain.Active {
					name.Role = theme.Dim
				}
				kind := kindName[r.Kind]
				out = append(out, ui.Record{Row: ui.Row{Key: string(r.ID), Cells: []ui.Cell{name, {Text: kind}, how, {Text: r.Department}, {Text: r.Status.String()}}},
					Values: []string{r.Name, kind, how.Text, r.Department, r.Status.String()}})
			}
			return out, nil
		},
		Acts:  func(l *ui.List) action.Table { return action.Table{s.Opens(l, "role.person", "role", "person")} },
		Enter: func(key string) tea.Cmd { return s.Desk.Why(change.Asked{Principal: domain.ID(key), Target: t}) }}
}

// kindName is a kind of principal in words.
var kindName = map[domain.PrincipalKind]string{domain.User: "user", domain.APIKey: "API key", domain.AIAgent: "AI agent"}
