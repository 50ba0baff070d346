package people

import (
	"context"
	"fmt"
	"strings"

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

// NewPerson makes the page of one person: what they have and why, what they were
// given themselves, and what happened.
func NewPerson(reads Reads, does Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		id := domain.ID(arg)
		c := &person{reads: reads, id: id}
		return browse.NewObject(h, browse.ObjectConfig{
			Key: arg, Scope: "person", Kind: domain.KindPrincipal, Reads: reads,
			Name:     func(p change.Picture) string { return p.Org.Name(domain.KindPrincipal, id) },
			Overview: func(ctx context.Context, p change.Picture) ([]ui.Line, error) { return overview(ctx, reads, p, id) },
			Tabs:     c.tabs,
			Acts:     func(s browse.Subject) action.Table { return userActions(acts{s, reads, does}) },
		}, does)
	}
}

// person is what the tabs of one person's page share.
type person struct {
	reads Reads
	id    domain.ID
}

func (c *person) tabs(s browse.Subject) []browse.Tab {
	return []browse.Tab{
		{Name: "access", What: "kinds of access", Fields: []string{"kind", "target", "level", "how"}, Rows: c.access, Enter: func(key string) tea.Cmd {
			t, agent := readAccessKey(key)
			return s.Desk.Why(change.Asked{Principal: c.id, Target: t, Agent: agent})
		},
			Columns: []ui.Column{{Title: "Kind", Width: 11, Drop: 2}, {Title: "Target", Width: 18, Flex: 2}, {Title: "Level", Width: 11}, {Title: "How", Width: 16, Flex: 3, Drop: 1}}},
		browse.GrantsOfTab(c.reads, holder(c.id)),
		browse.HistoryTab(c.reads, c.id),
		browse.FindingsTab(s, domain.KindPrincipal, c.id),
	}
}

// access are the rows of everything the person has; its key is its place.
func (c *person) access(_ context.Context, p change.Picture) ([]ui.Record, error) {
	list := review.AccessLines(p.Org, p.Org.AccessOf(c.id, p.Now))
	out := make([]ui.Record, len(list))
	for i, line := range list {
		a := line.All[0]
		l, how := domain.LadderOf(a.Target.Kind), change.Summary(p.Org, a)
		out[i] = ui.Record{Row: ui.Row{Key: accessKey(a.Target, a.Agent), Cells: []ui.Cell{{Text: line.Kind, Role: theme.Dim}, {Text: line.Target},
			{Text: line.Level, Role: change.LevelRole(l, a.Level)}, {Text: how, Role: theme.Dim}}},
			Values: []string{line.Kind, line.Target, line.Level, how}}
	}
	return out, nil
}

// accessKey names a target and a scope in one word that can be taken apart again.
func accessKey(t domain.Target, agent domain.ID) string {
	return fmt.Sprintf("%s\n%s\n%s", t.Kind, agent, t.ID)
}

func readAccessKey(key string) (t domain.Target, agent domain.ID) {
	parts := strings.SplitN(key, "\n", 3)
	if len(parts) < 3 {
		return t, ""
	}
	kind, err := domain.ParseTargetKind(parts[0])
	if err != nil {
		return t, ""
	}
	return domain.Target{Kind: kind, ID: domain.ID(parts[2])}, domain.ID(parts[1])
}
