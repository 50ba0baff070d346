package people

import (
	"context"
	"fmt"

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
func NewPerson(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		id := domain.ID(arg)
		c := &person{h: h, reads: reads, id: id}
		return browse.NewObject(h, browse.ObjectConfig{
			Key: arg, Scope: "person", Reads: reads,
			Name:     func(p change.Picture) string { return p.Org.Name(domain.KindPrincipal, id) },
			Overview: func(ctx context.Context, p change.Picture) ([]ui.Line, error) { return overview(ctx, reads, p, id) },
			Tabs:     c.tabs(),
			Acts: func(o *browse.Object) action.Table {
				return actions(who{h, o.Desk, reads, func() (domain.ID, bool) { return id, true }})
			},
		}, acts)
	}
}

// person is what the tabs of one person's page share.
type person struct {
	h     *tui.Host
	reads Reads
	id    domain.ID
}

func (c *person) tabs() []browse.Tab {
	return []browse.Tab{
		{Name: "access", What: "kinds of access", Fields: []string{"kind", "target", "level", "how"}, Rows: c.access, Enter: c.explain,
			Columns: []ui.Column{{Title: "Kind", Width: 11, Drop: 2}, {Title: "Target", Width: 18, Flex: 2}, {Title: "Level", Width: 11}, {Title: "How", Width: 16, Flex: 3, Drop: 1}}},
		{Name: "given", What: "grants", Fields: []string{"kind", "target", "level", "origin"}, Rows: c.given,
			Columns: browse.GrantColumns},
		browse.HistoryTab(c.reads, c.id),
	}
}

// access are the rows of everything the person has; its key is its place.
func (c *person) access(_ context.Context, p change.Picture) ([]ui.Record, error) {
	list := p.Org.AccessOf(c.id, p.Now)
	out := make([]ui.Record, len(list))
	for i, a := range list {
		l := domain.LadderOf(a.Target.Kind)
		kind, name, how := a.Target.Kind.String(), review.TargetName(p.Org, a.Target, a.Agent), change.Summary(p.Org, a)
		out[i] = ui.Record{Row: ui.Row{Key: accessKey(a.Target, a.Agent), Cells: []ui.Cell{{Text: kind, Role: theme.Dim}, {Text: name},
			{Text: l.Word(a.Level), Role: change.LevelRole(l, a.Level)}, {Text: how, Role: theme.Dim}}},
			Values: []string{kind, name, l.Word(a.Level), how}}
	}
	return out, nil
}

// accessKey names a target and a scope in one word that can be taken apart again.
func accessKey(t domain.Target, agent domain.ID) string {
	return fmt.Sprintf("%s\n%s\n%s", t.Kind, t.ID, agent)
}

// explain opens the reasons of one line of access.
func (c *person) explain(key string) tea.Cmd {
	look := c.h.Look()
	return change.OpenText(c.h.Env, "Why", func(ctx context.Context) ([]ui.Line, error) {
		p, err := c.reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		for _, a := range p.Org.AccessOf(c.id, p.Now) {
			if accessKey(a.Target, a.Agent) == key {
				return change.Explain(p.Org, a, look.Sign), nil
			}
		}
		return []ui.Line{ui.Plain("This access is gone since the list was loaded.")}, nil
	})
}

// given are the grants the person holds themselves.
func (c *person) given(ctx context.Context, p change.Picture) ([]ui.Record, error) {
	return browse.GrantRows(ctx, c.reads, p, p.Org.GrantsOf(holder(c.id)), func(g domain.Grant) (string, string) {
		return g.Target.Kind.String(), review.TargetName(p.Org, g.Target, g.Agent)
	})
}
