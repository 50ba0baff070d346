package people

import (
	"context"
	"strconv"

	"countersign/domain"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// NewMachines makes the list of the API keys and of the AI agents that act on their
// own; enter opens the page "person".
func NewMachines(reads Reads, does Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		return browse.New(h, browse.Config{
			Title: "API keys and AI agents", What: "keys", One: "API key or AI agent", Kind: domain.KindPrincipal, Reads: reads, Fields: filter.Keys(), Opens: "person",
			Columns: []ui.Column{{Title: "Name", Width: 18, Flex: 3}, {Title: "Kind", Width: 8, Drop: 3}, {Title: "Answered for by", Width: 15, Flex: 2, Drop: 2},
				{Title: "Role", Width: 16, Flex: 2}, {Title: "Status", Width: 8, Drop: 4}, {Title: "Grants", Width: 6, Right: true, Drop: 1}},
			Sorts: []ui.Sort{{ID: "name", Title: "name"}, {ID: "kind", Title: "kind"}, {ID: "owner", Title: "who answers for it"},
				{ID: "role", Title: "role"}, {ID: "grants", Title: "number of grants"}},
			Rows: machineRows,
			Detail: func(ctx context.Context, p change.Picture, key string) ([]ui.Line, error) {
				return detail(ctx, reads, p, domain.ID(key))
			},
			Acts: func(s browse.Subject) action.Table { return actions(acts{s, reads, does}) },
			Bulk: func(s browse.Subject, marked func() browse.Marked) action.Table {
				return bulk(acts{s, reads, does}, marked)
			},
		}, does)
	}
}

// machineRows are the principals of a picture that are no users, by id.
func machineRows(p change.Picture) []ui.Record {
	o := p.Org
	var out []ui.Record
	for row := range o.All(domain.KindPrincipal) {
		r, ok := row.Record.(domain.Principal)
		if !ok || r.Kind == domain.User {
			continue
		}
		owner, role, status := ui.Cell{Text: browse.OwnerName(o, r.Owner)}, ui.Cell{Text: roleWords(p, r.ID)}, ui.Cell{Text: r.Status.String()}
		if boss, ok := o.Principal(r.Owner); !ok || boss.Status != domain.Active {
			owner = ui.Cell{Text: orNobody(owner.Text, false), Role: theme.Warn}
		}
		if !hasRole(o, r.ID) {
			role.Role = theme.Warn // the default role by default: a finding (PRODUCT 2.5)
		}
		if r.Status != domain.Active {
			status.Role = theme.Dim
		}
		grants := strconv.Itoa(len(o.GrantsOf(holder(r.ID))))
		out = append(out, ui.Record{
			Row:    ui.Row{Key: string(r.ID), Cells: []ui.Cell{{Text: r.Name}, {Text: kindName[r.Kind]}, owner, role, status, {Text: grants}}},
			Values: []string{r.Name, r.Kind.String() + "\n" + kindName[r.Kind], owner.Text, role.Text, r.Status.String(), change.GroupNames(o, o.GroupsOf(r.ID, p.Now)), grants, r.Origin.Source},
		})
	}
	return out
}

// orNobody says who answers for something, and that nobody does where it is so.
func orNobody(name string, active bool) string {
	switch {
	case name == "":
		return "nobody"
	case !active:
		return name + " (not active)"
	}
	return name
}

// roleWords say which role somebody has, and that it is the default one where none
// was given.
func roleWords(p change.Picture, id domain.ID) string {
	r, ok := p.Org.RoleOf(id, p.Now)
	if !ok {
		return "none"
	}
	if !hasRole(p.Org, id) {
		return r.Name + " (default)"
	}
	return r.Name
}

// hasRole tells whether a role was given, in force or not.
func hasRole(o *domain.Org, id domain.ID) bool {
	for _, g := range o.GrantsOf(holder(id)) {
		if g.Target.Kind == domain.TargetRole {
			return true
		}
	}
	return false
}
