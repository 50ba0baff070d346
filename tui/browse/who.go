package browse

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/action"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// mostWho is how many people the details beside a list name.
const mostWho = 40

// WhoLines are everybody who has a target and how, the first of them by name.
func WhoLines(p change.Picture, heading string, t domain.Target, agent domain.ID) []ui.Line {
	o, n, l := p.Org, 0, domain.LadderOf(t.Kind)
	var people []ui.Line
	for who, level := range o.Levels(t, agent, p.Now) {
		if n++; n <= mostWho {
			people = append(people, ui.Line{{Role: change.LevelRole(l, level), Text: fmt.Sprintf("%-11s", l.Word(level))},
				{Text: o.Name(domain.KindPrincipal, who)}, {Role: theme.Dim, Text: "  " + change.Summary(o, o.Access(who, t, agent, p.Now))}})
		}
	}
	out := append(change.Heading(heading+": "+review.Count(n, "person", "people")), people...)
	if n > mostWho {
		out = append(out, ui.Text(theme.Dim, fmt.Sprintf("and %d more: enter shows all", n-mostWho)))
	}
	return out
}

// WhoTab is everybody who has a target, with the strongest path; enter explains
// and o opens the person's page.
func WhoTab(s Subject, scope, name string, t domain.Target, agent domain.ID) Tab {
	return Tab{Name: name, What: "people", Fields: []string{"name", "department", "level", "how"},
		Columns: []ui.Column{{Title: "Name", Width: 18, Flex: 2}, {Title: "Department", Width: 12, Flex: 1, Drop: 2}, {Title: "Level", Width: 11}, {Title: "How", Width: 16, Flex: 3, Drop: 1}},
		Rows: func(_ context.Context, p change.Picture) ([]ui.Record, error) {
			return whoRows(p, p.Org.Who(t, agent, p.Now)), nil
		},
		Acts: func(l *ui.List) action.Table {
			return action.Table{s.Opens(l, scope+".person", scope, "person")}
		},
		Enter: func(key string) tea.Cmd {
			return s.Desk.Why(change.Asked{Principal: domain.ID(key), Target: t, Agent: agent})
		}}
}

// Opens is the action, on o, that opens the page of what a row of l is about; the
// row's key is its id.
func (s Subject) Opens(l *ui.List, id, scope, page string) action.Action {
	return action.Action{ID: id, Keys: []string{"o"}, Help: "open the " + page, Long: "open the page of the " + page + " selected", Scope: scope, Hint: 20, Do: func() tea.Cmd {
		r, ok := l.Selected()
		if !ok {
			return nil
		}
		return s.Host.Push(page, r.Key)
	}}
}

// AskPerson asks about whom, and explains what they have on a target, or why not.
func (s Subject) AskPerson(t domain.Target, agent domain.ID) tea.Cmd {
	return s.Pick("Why has who this, or not?", func(p change.Picture) []ui.Candidate { return change.People(p, nil, nil) }, func(c ui.Candidate) tea.Cmd {
		return s.Desk.Why(change.Asked{Principal: domain.ID(c.Key), Target: t, Agent: agent})
	})
}

// AskTarget asks about what, and explains what a principal has there, or why not.
func (s Subject) AskTarget(who domain.ID) tea.Cmd {
	return change.PickTarget(s.Host.Env, "Why have they what, or not?", s.Reads.Picture, func(t domain.Target, _ string) tea.Cmd {
		return s.Desk.Why(change.Asked{Principal: who, Target: t})
	})
}

func whoRows(p change.Picture, list []domain.Access) []ui.Record {
	o := p.Org
	var out []ui.Record
	for _, a := range list {
		l := domain.LadderOf(a.Target.Kind)
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

// GrantsOnTab is the stored grants on a target.
func GrantsOnTab(reads change.Reads, t domain.Target) Tab {
	return Tab{Name: "given", What: "grants", Fields: []string{"kind", "holder", "level", "origin"}, Columns: GrantColumns,
		Rows: func(ctx context.Context, p change.Picture) ([]ui.Record, error) {
			return GrantRows(ctx, reads, p, p.Org.GrantsOn(t), func(g domain.Grant) (string, string) {
				name := review.HolderName(p.Org, g.Holder)
				if g.Agent != "" {
					name += " (in " + p.Org.Name(domain.KindAgent, g.Agent) + ")"
				}
				return g.Holder.Kind.String(), name
			})
		}}
}

// GrantsOfTab is the stored grants of a holder.
func GrantsOfTab(reads change.Reads, h domain.Holder) Tab {
	return Tab{Name: "given", What: "grants", Fields: []string{"kind", "target", "level", "origin"}, Columns: GrantColumns,
		Rows: func(ctx context.Context, p change.Picture) ([]ui.Record, error) {
			return GrantRows(ctx, reads, p, p.Org.GrantsOf(h), func(g domain.Grant) (string, string) {
				return g.Target.Kind.String(), review.TargetName(p.Org, g.Target, g.Agent)
			})
		}}
}

// Stored finds a record for its page, with the event that made it what it is; one
// that is not there is NotFound.
func Stored[R domain.Record](p change.Picture, what string, kind domain.Kind, id domain.ID) (R, domain.Seq, error) {
	row, ok := p.Org.Get(kind, id)
	r, is := row.Record.(R)
	if !ok || !is {
		return r, 0, domain.Errorf(domain.NotFound, "there is no %s %q any more", what, id).Hinted("go back and load the list again with f5")
	}
	return r, row.Since, nil
}

// LastChange says when a record became what it is, by whom, and where it came from.
func LastChange(ctx context.Context, reads change.Reads, o *domain.Org, since domain.Seq, from domain.Origin) (ui.Line, error) {
	given, err := change.GivenWords(ctx, reads, o, []domain.Seq{since})
	if err != nil {
		return nil, err
	}
	words := given(since)
	if from.Outside() {
		words += ", from " + from.Source
	}
	return change.Fact("Last change", words), nil
}

// OwnerName is who answers for something, "" where nobody does.
func OwnerName(o *domain.Org, owner domain.ID) string {
	if owner == "" {
		return ""
	}
	return o.Name(domain.KindPrincipal, owner)
}

// OpenTo says to whom a data source is open inside an agent.
func OpenTo(o *domain.Org, tie domain.AgentSource) string {
	if tie.Open {
		return "open to all who use the agent"
	}
	var names []string
	for _, g := range o.GrantsOn(domain.Target{Kind: domain.TargetSource, ID: tie.Source}) {
		if g.Agent == tie.Agent {
			names = append(names, review.HolderName(o, g.Holder))
		}
	}
	if len(names) == 0 {
		return "closed: nobody is named"
	}
	return "only " + strings.Join(names, ", ")
}
