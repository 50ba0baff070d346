// Package people is the console's pages over principals: the list of them, and one
// person with what they have, why, since when and by whom.
package people

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Reads are what these pages read: one picture of the organisation, when what is in
// it began, and what waits on a person besides.
type Reads interface {
	change.Reads
	// Left says what waits on somebody who leaves and is no part of a change set; to is
	// who would take over their items, empty where nobody would.
	Left(ctx context.Context, person, to domain.ID) ([]change.LeftOver, error)
	// Brings are the findings about a person that changes would bring about, in words.
	Brings(ctx context.Context, person domain.ID, changes []domain.Change) ([]string, error)
	// Substitutes are who answers for a person, set and not ended.
	Substitutes(ctx context.Context, person domain.ID) ([]review.Substitute, error)
}

// Acts are what these pages do: change sets, and what no change set can do.
type Acts interface {
	change.Acts
	// HandItems gives a person's unanswered items to another, or asks for it where a
	// checker approves that, and says which.
	HandItems(ctx context.Context, person, to domain.ID, reason string) (said string, err error)
	SetSubstitute(ctx context.Context, saw domain.Sight, in review.Substitute) (review.Substitute, error)
	EndSubstitute(ctx context.Context, saw domain.Sight, id domain.ID, reason string) (review.Substitute, error)
}

// New makes the list of people; enter opens the page "person".
func New(reads Reads, does Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		return browse.New(h, browse.Config{
			Title: "People", What: "people", One: "person", Kind: domain.KindPrincipal, Reads: reads, Fields: filter.People(), Opens: "person",
			Columns: []ui.Column{{Title: "Name", Width: 18, Flex: 3}, {Title: "Department", Width: 12, Flex: 2, Drop: 4}, {Title: "Title", Width: 14, Flex: 2, Drop: 5},
				{Title: "Works as", Width: 10, Drop: 6}, {Title: "Status", Width: 8, Drop: 2}, {Title: "Account", Width: 7, Drop: 7},
				{Title: "On agents", Width: 11, Drop: 3}, {Title: "Grants", Width: 6, Right: true, Drop: 1}},
			Sorts: []ui.Sort{{ID: "name", Title: "name"}, {ID: "department", Title: "department"}, {ID: "status", Title: "status"},
				{ID: "role", Title: "role on agents"}, {ID: "grants", Title: "number of grants"}},
			Rows: rows,
			Detail: func(ctx context.Context, p change.Picture, key string) ([]ui.Line, error) {
				return detail(ctx, reads, p, domain.ID(key))
			},
			Acts: func(s browse.Subject) action.Table { return userActions(acts{s, reads, does}) },
			Bulk: func(s browse.Subject, marked func() browse.Marked) action.Table {
				return bulk(acts{s, reads, does}, marked)
			},
		}, does)
	}
}

// rows are the people of a picture, in the order of their ids.
func rows(p change.Picture) []ui.Record {
	o := p.Org
	out := make([]ui.Record, 0, o.Count(domain.KindPrincipal))
	for row := range o.All(domain.KindPrincipal) {
		r, ok := row.Record.(domain.Principal)
		if !ok {
			continue
		}
		grants := strconv.Itoa(len(o.GrantsOf(domain.Holder{Kind: domain.HolderPrincipal, ID: r.ID})))
		account, role := o.AccountRole(r.ID, p.Now).String(), o.AgentRole(r.ID, p.Now).String()
		status, works, external := ui.Cell{Text: r.Status.String()}, ui.Cell{Text: r.Employment.String()}, "no"
		if r.Status != domain.Active {
			status.Role = theme.Dim
		}
		if r.Employment == domain.External {
			works.Role, external = theme.Warn, "yes"
		}
		if r.Kind != domain.User {
			works = ui.Cell{Text: r.Kind.String(), Role: theme.Dim}
		}
		acc := ui.Cell{Text: account}
		if o.AccountRole(r.ID, p.Now) == domain.AccountAdmin {
			acc.Role = theme.Warn
		}
		out = append(out, ui.Record{
			Row:    ui.Row{Key: string(r.ID), Cells: []ui.Cell{{Text: r.Name}, {Text: r.Department}, {Text: r.Title}, works, status, acc, {Text: role}, {Text: grants}}},
			Values: []string{r.Name, r.Email, r.Department, r.Title, r.Status.String(), r.Employment.String(), external, change.GroupNames(o, o.GroupsOf(r.ID, p.Now)), account, role, browse.OwnerName(o, r.Manager), r.Kind.String(), grants},
		})
	}
	return out
}

// mostShown is how many lines of access the details beside the list give.
const mostShown = 60

// detail is what stands beside the list.
func detail(ctx context.Context, reads Reads, p change.Picture, id domain.ID) ([]ui.Line, error) {
	out, err := overview(ctx, reads, p, id)
	if err != nil {
		return nil, err
	}
	o := p.Org
	access := review.AccessLines(o, o.AccessOf(id, p.Now))
	out = append(out, change.Heading("Access, and how")...)
	if len(access) == 0 {
		out = append(out, ui.Text(theme.Dim, nothing(o, id)))
	}
	for i, line := range access {
		if i == mostShown {
			out = append(out, ui.Text(theme.Dim, fmt.Sprintf("and %d more: enter shows all", len(access)-mostShown)))
			break
		}
		a := line.All[0]
		l := domain.LadderOf(a.Target.Kind)
		out = append(out, ui.Line{{Role: change.LevelRole(l, a.Level), Text: pad(line.Level, 10) + " "},
			{Text: line.Target}, {Role: theme.Dim, Text: "  " + change.Summary(o, a)}})
	}
	return out, nil
}

// nothing says why somebody has no access.
func nothing(o *domain.Org, id domain.ID) string {
	r, _ := o.Principal(id)
	if r.Status != domain.Active {
		return "None: " + r.Name + " is " + r.Status.String() + ", and only who is active has access."
	}
	return "None: nothing has been given."
}

func pad(s string, w int) string { return fmt.Sprintf("%-*s", w, s) }

// overview is who somebody is.
func overview(ctx context.Context, reads Reads, p change.Picture, id domain.ID) ([]ui.Line, error) {
	r, since, err := browse.Stored[domain.Principal](p, "person", domain.KindPrincipal, id)
	if err != nil {
		return nil, err
	}
	last, err := browse.LastChange(ctx, reads, p.Org, since, r.Origin)
	if err != nil {
		return nil, err
	}
	o := p.Org
	title := ui.Line{{Role: theme.Title, Text: r.Name}, {Role: theme.Dim, Text: "  " + string(r.ID)}, {}}
	if r.Status != domain.Active {
		title = append(title, ui.Span{Role: theme.Warn, Text: "  " + r.Status.String()})
	}
	works, rest := r.Employment.String(), []ui.Line{change.Fact("E-mail", r.Email), change.Fact("Manager", browse.OwnerName(o, r.Manager))}
	if r.Kind != domain.User {
		boss, ok := o.Principal(r.Owner)
		works, rest = kindName[r.Kind], []ui.Line{change.Fact("Owner", orNobody(browse.OwnerName(o, r.Owner), ok && boss.Status == domain.Active))}
	}
	works = strings.Join(slices.DeleteFunc([]string{works, r.Title, r.Department}, func(s string) bool { return s == "" }), ", ")
	out := append([]ui.Line{title, change.Fact("Works as", works)}, rest...)
	out = append(out, change.Fact("Role", roleWords(p, id)),
		change.Fact("Account", o.AccountRole(id, p.Now).String()),
		change.Fact("On agents", o.AgentRole(id, p.Now).String()),
		change.Fact("Groups", groupLine(o, id, p)), last)
	if n := len(o.Reports(id)); n > 0 {
		out = append(out, change.Fact("Leads", review.Count(n, "person", "people")))
	}
	return out, nil
}

// groupLine names the groups somebody is in, those by inheritance after "also".
func groupLine(o *domain.Org, id domain.ID, p change.Picture) string {
	own := map[domain.ID]bool{}
	var direct, above []string
	for _, g := range o.GrantsOf(domain.Holder{Kind: domain.HolderPrincipal, ID: id}) {
		if g.Target.Kind == domain.TargetGroup {
			own[g.Target.ID] = true
			name := o.Name(domain.KindGroup, g.Target.ID)
			if g.Level >= domain.Manager {
				name += " (manager)"
			}
			direct = append(direct, name)
		}
	}
	for _, g := range o.GroupsOf(id, p.Now) {
		if !own[g] {
			above = append(above, o.Name(domain.KindGroup, g))
		}
	}
	out := strings.Join(direct, ", ")
	if len(above) > 0 {
		out += "; through them " + strings.Join(above, ", ")
	}
	return out
}
