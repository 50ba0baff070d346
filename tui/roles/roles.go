// Package roles is the console's pages over roles: the list of them, one role as a
// tree of what it permits on objects, fields, settings and actions (an editor whose
// edits go forward as one change set), and who holds it.
package roles

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Reads are what these pages read.
type Reads interface{ change.Reads }

// Acts are what these pages do: change sets.
type Acts interface{ change.Acts }

// New makes the list of roles; enter opens the page "role".
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		return browse.New(h, browse.Config{
			Title: "Roles", What: "roles", One: "role", Reads: reads, Fields: filter.Roles(), Opens: "role",
			Columns: []ui.Column{{Title: "Role", Width: 14, Flex: 3}, {Title: "Default", Width: 7, Drop: 3}, {Title: "Users", Width: 5, Right: true}, {Title: "Keys", Width: 4, Right: true, Drop: 1},
				{Title: "AI agents", Width: 9, Right: true, Drop: 2}, {Title: "Records", Width: 7, Drop: 4}, {Title: "Rules", Width: 5, Right: true, Drop: 5}, {Title: "Settings", Width: 8, Drop: 6}, {Title: "Actions", Width: 8, Drop: 7}},
			Sorts: []ui.Sort{{ID: "name", Title: "name"}, {ID: "users", Title: "number of users"}, {ID: "keys", Title: "number of API keys"}, {ID: "rules", Title: "number of rules"}},
			Rows:  rows,
			Detail: func(ctx context.Context, p change.Picture, key string) ([]ui.Line, error) {
				return detail(ctx, reads, p, domain.ID(key))
			},
			Acts: listActions,
		}, acts)
	}
}

// holders are the principals who have each role, the default one by default too,
// by id; those who are not active count, for they have it again when they are.
func holders(p change.Picture) map[domain.ID][]domain.Principal {
	out := map[domain.ID][]domain.Principal{}
	for row := range p.Org.All(domain.KindPrincipal) {
		r, ok := row.Record.(domain.Principal)
		if !ok {
			continue
		}
		if role, has := p.Org.RoleOf(r.ID, p.Now); has {
			out[role.ID] = append(out[role.ID], r)
		}
	}
	return out
}

// counts are how many of each kind there are.
func counts(list []domain.Principal) map[domain.PrincipalKind]int {
	n := map[domain.PrincipalKind]int{}
	for _, r := range list {
		n[r.Kind]++
	}
	return n
}

// rows are the roles of a picture, by id.
func rows(p change.Picture) []ui.Record {
	o, who := p.Org, holders(p)
	var out []ui.Record
	for row := range o.All(domain.KindRole) {
		r, ok := row.Record.(domain.Role)
		if !ok {
			continue
		}
		sheet, _ := o.RoleSheet(r.ID)
		n, rules := counts(who[r.ID]), 0
		for _, obj := range sheet.Objects {
			if obj.Exception {
				rules++
			}
		}
		mark := ui.Cell{Text: "", Role: theme.OK}
		if r.Default {
			mark.Text = "default"
		}
		name := ui.Cell{Text: r.Name}
		if r.Admin {
			name.Role = theme.Warn
		}
		users, keys, agents := strconv.Itoa(n[domain.User]), strconv.Itoa(n[domain.APIKey]), strconv.Itoa(n[domain.AIAgent])
		var names []string
		for _, h := range who[r.ID] {
			names = append(names, h.Name)
		}
		settings, actions := held(sheet.Settings), held(sheet.Actions)
		out = append(out, ui.Record{
			Row: ui.Row{Key: string(r.ID), Cells: []ui.Cell{name, mark, {Text: users}, {Text: keys}, {Text: agents}, {Text: letters(sheet.Baseline)},
				{Text: strconv.Itoa(rules)}, {Text: settings}, {Text: actions}}},
			Values: []string{r.Name, mark.Text, forWhom(r), users, keys, agents, strconv.Itoa(rules), settings, actions, strings.Join(names, "\n"), r.Origin.Source},
		})
	}
	return out
}

// overview is what a role is and who holds it.
func overview(ctx context.Context, reads Reads, p change.Picture, id domain.ID) ([]ui.Line, error) {
	r, since, err := browse.Stored[domain.Role](p, "role", domain.KindRole, id)
	if err != nil {
		return nil, err
	}
	last, err := browse.LastChange(ctx, reads, p.Org, since, r.Origin)
	if err != nil {
		return nil, err
	}
	title := ui.Line{{Role: theme.Title, Text: r.Name}, {Role: theme.Dim, Text: "  " + string(r.ID)}, {}}
	if r.Default {
		title = append(title, ui.Span{Role: theme.OK, Text: "  default: who has no other role has this one"})
	}
	list := holders(p)[id]
	return []ui.Line{title, change.Fact("About", r.Description), change.Fact("For", forWhom(r)), change.Fact("Held by", heldBy(list)), last}, nil
}

// heldBy counts and names the holders.
func heldBy(list []domain.Principal) string {
	if len(list) == 0 {
		return "nobody"
	}
	n := counts(list)
	var parts, names []string
	for _, k := range []struct {
		kind      domain.PrincipalKind
		one, many string
	}{{domain.User, "user", "users"}, {domain.APIKey, "API key", "API keys"}, {domain.AIAgent, "AI agent", "AI agents"}} {
		if n[k.kind] > 0 {
			parts = append(parts, review.Count(n[k.kind], k.one, k.many))
		}
	}
	const most = 5
	for i, r := range list {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(list)-most))
			break
		}
		names = append(names, r.Name)
	}
	return strings.Join(parts, ", ") + ": " + strings.Join(names, ", ")
}

// detail is what stands beside the list: the definition in words.
func detail(ctx context.Context, reads Reads, p change.Picture, id domain.ID) ([]ui.Line, error) {
	out, err := overview(ctx, reads, p, id)
	if err != nil {
		return nil, err
	}
	o := p.Org
	sheet, _ := o.RoleSheet(id)
	out = append(out, change.Heading("Records")...)
	out = append(out, ui.Line{{Role: theme.Key, Text: letters(sheet.Baseline)}, {Text: "  All objects"}, {Role: theme.Dim, Text: "  S See, E Edit, D Delete, X Destroy"}})
	for _, obj := range sheet.Objects {
		if !obj.Exception {
			continue
		}
		out = append(out, ui.Line{{Role: theme.Key, Text: letters(obj.Operations)}, {Text: "  " + obj.Object.Name}, {}})
		for _, f := range obj.Fields {
			if f.Own {
				out = append(out, ui.Line{{Text: "        " + label(o, f.Target)}, {Role: theme.Dim, Text: "  " + domain.LadderOf(domain.TargetField).Word(f.Level)}, {}})
			}
		}
	}
	out = append(out, flagLines(o, "Settings", sheet.Settings)...)
	out = append(out, flagLines(o, "Actions", sheet.Actions)...)
	areas := 0
	for _, g := range o.GrantsOf(domain.Holder{Kind: domain.HolderRole, ID: id}) {
		if g.Target.Kind == domain.TargetArea {
			areas++
		}
	}
	if areas > 0 {
		out = append(out, nil, change.Fact("Areas", review.Count(areas, "value", "values")+", with its holders"))
	}
	return out, nil
}

// flagLines are the settings or actions a role has, by name.
func flagLines(o *domain.Org, heading string, values []domain.RoleValue) []ui.Line {
	out := change.Heading(heading + ": " + held(values))
	var names []string
	for _, v := range values[min(1, len(values)):] {
		if v.Level > domain.None {
			names = append(names, label(o, v.Target))
		}
	}
	if len(names) == 0 {
		return append(out, ui.Text(theme.Dim, "none"))
	}
	return append(out, ui.Plain(strings.Join(names, ", ")))
}
