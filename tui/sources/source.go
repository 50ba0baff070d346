package sources

import (
	"context"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// NewSource makes the page of one data source: the agents that use it, who
// retrieves from it and how, who was given the source itself, its grants, events.
func NewSource(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		id := domain.ID(arg)
		return browse.NewObject(h, browse.ObjectConfig{
			Key: arg, Scope: "source", Kind: domain.KindSource, Reads: reads,
			Name:     func(p change.Picture) string { return p.Org.Name(domain.KindSource, id) },
			Overview: func(ctx context.Context, p change.Picture) ([]ui.Line, error) { return overview(ctx, reads, p, id) },
			Tabs: func(s browse.Subject) []browse.Tab {
				return []browse.Tab{agentsTab(s, id), retrieveTab(s, id), browse.WhoTab(s, "source", "who", target(id), ""),
					browse.GrantsOnTab(reads, target(id)), browse.HistoryTab(reads, id), browse.FindingsTab(s, domain.KindSource, id)}
			},
			Acts: actions,
		}, acts)
	}
}

// agentsTab is the agents that use a source; enter says who retrieves in one.
func agentsTab(s browse.Subject, id domain.ID) browse.Tab {
	return browse.Tab{Name: "agents", What: "agents", Fields: []string{"agent", "class", "open", "people"},
		Columns: []ui.Column{{Title: "Agent", Width: 18, Flex: 2}, {Title: "Class", Width: 12, Drop: 2}, {Title: "Open to", Width: 18, Flex: 3, Drop: 1}, {Title: "Retrieve", Width: 8, Right: true}},
		Rows: func(_ context.Context, p change.Picture) ([]ui.Record, error) {
			var out []ui.Record
			for _, tie := range ties(p.Org)[id] {
				a, _ := p.Org.Agent(tie.Agent)
				open, n := browse.OpenTo(p.Org, tie), strconv.Itoa(len(retrievers(p, tie)))
				name, to := ui.Cell{Text: p.Org.Name(domain.KindAgent, tie.Agent)}, ui.Cell{Text: open, Role: theme.Dim}
				if tie.Open {
					to.Role = theme.Plain
				}
				out = append(out, ui.Record{Row: ui.Row{Key: string(tie.Agent), Cells: []ui.Cell{name, {Text: a.Classification.String()}, to, {Text: n}}},
					Values: []string{name.Text, a.Classification.String(), open, n}})
			}
			return out, nil
		},
		Acts: func(l *ui.List) action.Table { return action.Table{s.Opens(l, "source.agent", "source", "agent")} },
		Enter: func(key string) tea.Cmd {
			return change.OpenText(s.Host.Env, "Who retrieves", func(ctx context.Context) ([]ui.Line, error) {
				p, err := s.Reads.Picture(ctx)
				if err != nil {
					return nil, err
				}
				return browse.WhoLines(p, "Inside "+p.Org.Name(domain.KindAgent, domain.ID(key)), target(id), domain.ID(key)), nil
			})
		}}
}

// retrieveTab is who retrieves from a source, a row a person and agent; enter
// explains. A row's key is the person's id and the agent's, in two lines.
func retrieveTab(s browse.Subject, id domain.ID) browse.Tab {
	return browse.Tab{Name: "retrieve", What: "people", Fields: []string{"name", "agent", "how", "department"},
		Columns: []ui.Column{{Title: "Name", Width: 18, Flex: 2}, {Title: "Inside", Width: 16, Flex: 1}, {Title: "How", Width: 16, Flex: 3, Drop: 1}, {Title: "Department", Width: 12, Flex: 1, Drop: 2}},
		Rows: func(_ context.Context, p change.Picture) ([]ui.Record, error) {
			var out []ui.Record
			for _, tie := range ties(p.Org)[id] {
				agent := p.Org.Name(domain.KindAgent, tie.Agent)
				for _, a := range p.Org.Who(target(id), tie.Agent, p.Now) {
					r, _ := p.Org.Principal(a.Principal)
					how := change.Summary(p.Org, a)
					out = append(out, ui.Record{Row: ui.Row{Key: string(r.ID) + "\n" + string(tie.Agent), Cells: []ui.Cell{{Text: r.Name}, {Text: agent}, {Text: how, Role: theme.Dim}, {Text: r.Department}}},
						Values: []string{r.Name, agent, how, r.Department}})
				}
			}
			return out, nil
		},
		Enter: func(key string) tea.Cmd {
			who, agent, _ := strings.Cut(key, "\n")
			return s.Desk.Why(change.Asked{Principal: domain.ID(who), Target: target(id), Agent: domain.ID(agent)})
		}}
}
