// Package groups is the console's pages over groups: the tree of them as a list,
// and one group with its members, what it was given, and what happened.
package groups

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

// Reads are what these pages read.
type Reads interface{ change.Reads }

// Acts are what these pages do: change sets, and looking at what a rule would do.
type Acts interface {
	change.Acts
	// PreviewAssign works out runs of rules, as review.Service has it, for the
	// person at the screen.
	PreviewAssign(ctx context.Context, in review.AssignInput) ([]review.AssignPreview, error)
}

// New makes the list of groups, each below its parent; enter opens the page
// "group".
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		return browse.New(h, browse.Config{
			Title: "Groups", What: "groups", One: "group", Kind: domain.KindGroup, Reads: reads, Fields: filter.Groups(), Opens: "group",
			Columns: []ui.Column{{Title: "Group", Width: 22, Flex: 3}, {Title: "Parent", Width: 14, Flex: 1, Drop: 4}, {Title: "Members", Width: 7, Right: true},
				{Title: "Reaches", Width: 7, Right: true, Drop: 3}, {Title: "Agents", Width: 6, Right: true, Drop: 2}, {Title: "Status", Width: 8, Drop: 1}, {Title: "From", Width: 8, Drop: 5}},
			Sorts: []ui.Sort{{ID: "tree", Title: "tree"}, {ID: "name", Title: "name"}, {ID: "members", Title: "number of members"},
				{ID: "reaches", Title: "number of people reached"}, {ID: "agents", Title: "number of agents"}},
			Rows: rows,
			Detail: func(ctx context.Context, p change.Picture, key string) ([]ui.Line, error) {
				return detail(ctx, reads, p, domain.ID(key))
			},
			Acts: func(s browse.Subject) action.Table { return actions(s, acts) },
			Bulk: bulk,
		}, acts)
	}
}

// rows are the groups of a picture, each after its parent.
func rows(p change.Picture) []ui.Record {
	var out []ui.Record
	seen := map[domain.ID]bool{}
	var walk func(parent domain.ID, depth int)
	walk = func(parent domain.ID, depth int) {
		for _, id := range byName(p.Org, p.Org.Subgroups(parent)) {
			if !seen[id] {
				seen[id] = true
				out = append(out, row(p, id, depth))
				walk(id, depth+1)
			}
		}
	}
	walk("", 0)
	return out
}

func byName(o *domain.Org, ids []domain.ID) []domain.ID {
	ids = slices.Clone(ids)
	slices.SortStableFunc(ids, func(a, b domain.ID) int {
		return strings.Compare(strings.ToLower(o.Name(domain.KindGroup, a)), strings.ToLower(o.Name(domain.KindGroup, b)))
	})
	return ids
}

func row(p change.Picture, id domain.ID, depth int) ui.Record {
	o := p.Org
	g, _ := o.Group(id)
	all, direct := o.MembersOf(id, p.Now)
	var names, agents []string
	for m := range direct {
		names = append(names, o.Name(domain.KindPrincipal, m))
	}
	for _, grant := range o.GrantsOf(domain.Holder{Kind: domain.HolderGroup, ID: id}) {
		if grant.Target.Kind == domain.TargetAgent {
			agents = append(agents, o.Name(domain.KindAgent, grant.Target.ID))
		}
	}
	parent := ""
	if g.Parent != "" {
		parent = o.Name(domain.KindGroup, g.Parent)
	}
	status, members := ui.Cell{Text: g.Life.String()}, ui.Cell{Text: strconv.Itoa(len(direct))}
	if g.Life == domain.Archived {
		status.Role = theme.Dim
	}
	if len(all) == 0 {
		members.Role = theme.Warn
	}
	nm, nr, na := strconv.Itoa(len(direct)), strconv.Itoa(len(all)), strconv.Itoa(len(agents))
	return ui.Record{
		Row:    ui.Row{Key: string(id), Cells: []ui.Cell{{Text: strings.Repeat("  ", depth) + g.Name}, {Text: parent}, members, {Text: nr}, {Text: na}, status, {Text: g.Origin.Source}}},
		Values: []string{g.Name, parent, g.Life.String(), nm, nr, na, strings.Join(names, "\n"), strings.Join(agents, "\n"), g.Origin.Source},
	}
}

// overview is what a group is.
func overview(ctx context.Context, reads Reads, p change.Picture, id domain.ID) ([]ui.Line, error) {
	g, since, err := browse.Stored[domain.Group](p, "group", domain.KindGroup, id)
	if err != nil {
		return nil, err
	}
	last, err := browse.LastChange(ctx, reads, p.Org, since, g.Origin)
	if err != nil {
		return nil, err
	}
	o := p.Org
	title := ui.Line{{Role: theme.Title, Text: g.Name}, {Role: theme.Dim, Text: "  " + string(g.ID)}, {}}
	if g.Life == domain.Archived {
		title = append(title, ui.Span{Role: theme.Warn, Text: "  archived: it grants nothing"})
	}
	parent := ""
	if g.Parent != "" {
		parent = o.Name(domain.KindGroup, g.Parent)
	}
	var managers, below []string
	for _, m := range o.GroupManagers(id, p.Now) {
		managers = append(managers, m.Name)
	}
	for _, s := range byName(o, o.Subgroups(id)) {
		below = append(below, o.Name(domain.KindGroup, s))
	}
	rule := ""
	if g.Rule.Kind != domain.NoRule {
		rule = review.RuleWords(g.Rule)
	}
	all, direct := o.MembersOf(id, p.Now)
	return []ui.Line{title,
		change.Fact("About", g.Description), change.Fact("Parent", parent), change.Fact("Below it", strings.Join(below, ", ")),
		change.Fact("Managers", strings.Join(managers, ", ")), change.Fact("Rule", rule),
		change.Fact("Members", fmt.Sprintf("%d its own, %s reached", len(direct), review.Count(len(all), "person", "people"))),
		last}, nil
}

// mostShown is how many members the details beside the list name.
const mostShown = 25

func detail(ctx context.Context, reads Reads, p change.Picture, id domain.ID) ([]ui.Line, error) {
	out, err := overview(ctx, reads, p, id)
	if err != nil {
		return nil, err
	}
	o := p.Org
	out = append(out, change.Heading("What it was given")...)
	given := o.GrantsOf(domain.Holder{Kind: domain.HolderGroup, ID: id})
	for _, g := range given {
		l := g.Ladder()
		line := ui.Line{{Role: change.LevelRole(l, g.Level), Text: fmt.Sprintf("%-11s", l.Word(g.Level))}, {Text: review.TargetName(o, g.Target, g.Agent)}}
		if !g.Window.Always() {
			line = append(line, ui.Span{Role: theme.Dim, Text: "  " + change.WindowWords(g.Window)})
		}
		out = append(out, line)
	}
	if len(given) == 0 {
		out = append(out, ui.Text(theme.Dim, "nothing itself"))
	}
	out = append(out, change.Heading("Members")...)
	all, direct := o.MembersOf(id, p.Now)
	for i, m := range all {
		if i == mostShown {
			out = append(out, ui.Text(theme.Dim, fmt.Sprintf("and %d more: enter shows all", len(all)-mostShown)))
			break
		}
		how := "through a group below"
		if l, ok := direct[m]; ok {
			how = domain.LadderOf(domain.TargetGroup).Word(l)
		}
		out = append(out, ui.Line{{Text: o.Name(domain.KindPrincipal, m)}, {Role: theme.Dim, Text: "  " + how}, {}})
	}
	if len(all) == 0 {
		out = append(out, ui.Text(theme.Warn, "nobody"))
	}
	return out, nil
}
