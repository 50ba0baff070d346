package groups

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

// NewGroup makes the page of one group: members, what it was given, events. Enter
// on a member opens the page "person".
func NewGroup(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		id := domain.ID(arg)
		return browse.NewObject(h, browse.ObjectConfig{
			Key: arg, Scope: "group", Kind: domain.KindGroup, Reads: reads,
			Name:     func(p change.Picture) string { return p.Org.Name(domain.KindGroup, id) },
			Overview: func(ctx context.Context, p change.Picture) ([]ui.Line, error) { return overview(ctx, reads, p, id) },
			Tabs: func(s browse.Subject) []browse.Tab {
				return []browse.Tab{
					{Name: "members", What: "members", Fields: []string{"name", "role", "how", "department"},
						Columns: []ui.Column{{Title: "Name", Width: 18, Flex: 2}, {Title: "Role", Width: 8}, {Title: "How", Width: 14, Flex: 2, Drop: 1}, {Title: "When it holds", Width: 16, Flex: 1, Drop: 2}, {Title: "Department", Width: 12, Flex: 1, Drop: 3}},
						Rows:    func(_ context.Context, p change.Picture) ([]ui.Record, error) { return memberRows(p, id), nil },
						Enter:   func(key string) tea.Cmd { return h.Push("person", key) }},
					browse.GrantsOfTab(reads, domain.Holder{Kind: domain.HolderGroup, ID: id}), browse.HistoryTab(reads, id), browse.FindingsTab(s, domain.KindGroup, id)}
			},
			Acts: func(s browse.Subject) action.Table { return actions(s, acts) },
		}, acts)
	}
}

// memberRows are everybody the group's assignments reach, its own members first as
// the ids have it.
func memberRows(p change.Picture, id domain.ID) []ui.Record {
	o := p.Org
	all, direct := o.MembersOf(id, p.Now)
	windows, byRule := map[domain.ID]domain.Window{}, map[domain.ID]bool{}
	for _, g := range o.GrantsOn(domain.Target{Kind: domain.TargetGroup, ID: id}) {
		windows[g.Holder.ID], byRule[g.Holder.ID] = g.Window, g.Origin.ByRule()
	}
	out := make([]ui.Record, 0, len(all))
	for _, m := range all {
		r, _ := o.Principal(m)
		role, how, when := ui.Cell{Text: "-", Role: theme.Dim}, "through a group below", ""
		if l, ok := direct[m]; ok {
			role, how = ui.Cell{Text: inWords(l), Role: change.LevelRole(domain.LadderOf(domain.TargetGroup), l)}, "direct"
			when = change.WindowWords(windows[m])
			if byRule[m] {
				how = "by the rule"
			}
		}
		name := ui.Cell{Text: r.Name}
		if r.Status != domain.Active {
			name.Role, how = theme.Dim, how+", "+r.Status.String()
		}
		out = append(out, ui.Record{Row: ui.Row{Key: string(m), Cells: []ui.Cell{name, role, {Text: how, Role: theme.Dim}, {Text: when, Role: theme.Dim}, {Text: r.Department}}},
			Values: []string{r.Name, role.Text, how, r.Department}})
	}
	return out
}
