// Package agents is the console's pages over AI agents as resources: the list of
// them, and one agent with who has it by which path, and its grants.
package agents

import (
	"context"
	"strconv"
	"strings"

	"countersign/domain"
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

// New makes the list of agents; enter opens the page "agent".
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		return browse.New(h, browse.Config{
			Title: "Agents", What: "agents", One: "agent", Kind: domain.KindAgent, Reads: reads, Fields: filter.Agents(), Opens: "agent",
			Columns: []ui.Column{{Title: "Agent", Width: 20, Flex: 3}, {Title: "Access type", Width: 16, Drop: 3}, {Title: "Class", Width: 12, Drop: 2}, {Title: "Owner", Width: 14, Flex: 1, Drop: 4},
				{Title: "People", Width: 6, Right: true}, {Title: "Edit", Width: 4, Right: true, Drop: 1}, {Title: "Grants", Width: 6, Right: true, Drop: 5}, {Title: "Status", Width: 8, Drop: 6}},
			Sorts: []ui.Sort{{ID: "name", Title: "name"}, {ID: "people", Title: "number of people"}, {ID: "class", Title: "classification"},
				{ID: "type", Title: "access type"}, {ID: "owner", Title: "owner"}},
			Rows: rows,
			Detail: func(ctx context.Context, p change.Picture, key string) ([]ui.Line, error) {
				return detail(ctx, reads, p, domain.ID(key))
			},
			Acts: actions,
			Bulk: bulk,
		}, acts)
	}
}

// rows are the agents of a picture, by id.
func rows(p change.Picture) []ui.Record {
	o := p.Org
	have, edit := counts(p)
	var out []ui.Record
	for stored := range o.All(domain.KindAgent) {
		a, ok := stored.Record.(domain.Agent)
		if !ok {
			continue
		}
		grants := o.GrantsOn(target(a.ID))
		var groups []string
		for _, g := range grants {
			if g.Holder.Kind == domain.HolderGroup {
				groups = append(groups, o.Name(domain.KindGroup, g.Holder.ID))
			}
		}
		kind, class, owner, status := ui.Cell{Text: a.AccessType.String()}, ui.Cell{Text: a.Classification.String()}, ui.Cell{Text: browse.OwnerName(o, a.Owner)}, ui.Cell{Text: a.Life.String()}
		if a.Classification >= domain.ClassConfidential {
			class.Role = theme.Warn
			if a.AccessType == domain.Organization {
				kind.Role = theme.Danger // open to everybody, and not meant to be
			}
		}
		if owner.Text == "" {
			owner = ui.Cell{Text: "nobody", Role: theme.Warn}
		}
		if a.Life == domain.Archived {
			status.Role = theme.Dim
		}
		n, e, g := strconv.Itoa(have[a.ID]), strconv.Itoa(edit[a.ID]), strconv.Itoa(len(grants))
		out = append(out, ui.Record{Row: ui.Row{Key: string(a.ID), Cells: []ui.Cell{{Text: a.Name}, kind, class, owner, {Text: n}, {Text: e}, {Text: g}, status}},
			Values: []string{a.Name, a.AccessType.String(), a.Classification.String(), browse.OwnerName(o, a.Owner), n, e, g, a.Life.String(), strings.Join(groups, "\n"), a.Origin.Source}})
	}
	return out
}

// counts are how many principals can use each agent, and how many can edit it.
func counts(p change.Picture) (have, edit map[domain.ID]int) {
	have, edit = map[domain.ID]int{}, map[domain.ID]int{}
	m := p.Org.AgentMatrix(p.Now)
	var levels []domain.Level
	for i := range m.Principals {
		levels = m.AppendRow(levels[:0], i)
		for j, l := range levels {
			if l >= domain.ViewUse {
				have[m.Targets[j].ID]++
			}
			if l >= domain.EditAgent {
				edit[m.Targets[j].ID]++
			}
		}
	}
	return have, edit
}

// overview is what an agent is.
func overview(ctx context.Context, reads Reads, p change.Picture, id domain.ID) ([]ui.Line, error) {
	a, since, err := browse.Stored[domain.Agent](p, "agent", domain.KindAgent, id)
	if err != nil {
		return nil, err
	}
	last, err := browse.LastChange(ctx, reads, p.Org, since, a.Origin)
	if err != nil {
		return nil, err
	}
	o := p.Org
	title := ui.Line{{Role: theme.Title, Text: a.Name}, {Role: theme.Dim, Text: "  " + string(a.ID)}, {}}
	if a.Life == domain.Archived {
		title = append(title, ui.Span{Role: theme.Warn, Text: "  archived: nobody reaches it"})
	}
	out := []ui.Line{title, change.Fact("About", a.Description),
		change.Fact("Access type", a.AccessType.String()+": "+typeWords[a.AccessType]),
		change.Fact("Class", a.Classification.String()), change.Fact("Owner", browse.OwnerName(o, a.Owner)), change.Fact("Creator", browse.OwnerName(o, a.Creator)),
		last}
	if a.Classification >= domain.ClassConfidential && a.AccessType == domain.Organization {
		out = append(out, ui.Text(theme.Danger, "It is "+a.Classification.String()+" and open to the whole organisation: one of the two is wrong."))
	}
	return out, nil
}

// typeWords say what an access type means.
var typeWords = map[domain.AccessType]string{
	domain.Organization:    "every active user can view and use it",
	domain.GroupRestricted: "members of the groups assigned to it, and people named on it",
	domain.Private:         "its creator and admins; what was granted lies dormant",
}

func detail(ctx context.Context, reads Reads, p change.Picture, id domain.ID) ([]ui.Line, error) {
	out, err := overview(ctx, reads, p, id)
	if err != nil {
		return nil, err
	}
	return append(out, browse.WhoLines(p, "Who has it, and how", target(id), "")...), nil
}

func target(id domain.ID) domain.Target { return domain.Target{Kind: domain.TargetAgent, ID: id} }
