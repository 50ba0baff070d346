// Package sources is the console's pages over data sources: the list of them, and
// one source with the agents that use it, who retrieves from it and how, and who
// was given View, Use or Edit on the source itself.
package sources

import (
	"context"
	"slices"
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

// New makes the list of data sources; enter opens the page "source".
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		return browse.New(h, browse.Config{
			Title: "Data sources", What: "sources", One: "data source", Kind: domain.KindSource, Reads: reads, Fields: filter.Sources(), Opens: "source",
			Columns: []ui.Column{{Title: "Data source", Width: 20, Flex: 3}, {Title: "Class", Width: 12, Drop: 2}, {Title: "Owner", Width: 14, Flex: 1, Drop: 3},
				{Title: "Agents", Width: 6, Right: true}, {Title: "Retrieve", Width: 8, Right: true, Drop: 1}, {Title: "Grants", Width: 6, Right: true, Drop: 4}},
			Sorts: []ui.Sort{{ID: "name", Title: "name"}, {ID: "class", Title: "classification"}, {ID: "owner", Title: "owner"},
				{ID: "agents", Title: "number of agents"}, {ID: "retrieve", Title: "number of people who retrieve"}},
			Rows: rows,
			Detail: func(ctx context.Context, p change.Picture, key string) ([]ui.Line, error) {
				return detail(ctx, reads, p, domain.ID(key))
			},
			Acts: actions,
			Bulk: bulk,
		}, acts)
	}
}

func target(id domain.ID) domain.Target { return domain.Target{Kind: domain.TargetSource, ID: id} }

// ties are the agents that use each source, by agent's name.
func ties(o *domain.Org) map[domain.ID][]domain.AgentSource {
	out := map[domain.ID][]domain.AgentSource{}
	for row := range o.All(domain.KindAgentSource) {
		if r, ok := row.Record.(domain.AgentSource); ok {
			out[r.Source] = append(out[r.Source], r)
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b domain.AgentSource) int {
			return strings.Compare(strings.ToLower(o.Name(domain.KindAgent, a.Agent)), strings.ToLower(o.Name(domain.KindAgent, b.Agent)))
		})
	}
	return out
}

// retrievers are the principals who retrieve from a source inside an agent.
func retrievers(p change.Picture, tie domain.AgentSource) map[domain.ID]bool {
	out := map[domain.ID]bool{}
	for who, level := range p.Org.Levels(target(tie.Source), tie.Agent, p.Now) {
		out[who] = level >= domain.SourceUse
	}
	return out
}

// rows are the sources of a picture, by id.
func rows(p change.Picture) []ui.Record {
	o, used := p.Org, ties(p.Org)
	var out []ui.Record
	for row := range o.All(domain.KindSource) {
		r, ok := row.Record.(domain.Source)
		if !ok {
			continue
		}
		people, agents := map[domain.ID]bool{}, make([]string, 0, len(used[r.ID]))
		for _, tie := range used[r.ID] {
			agents = append(agents, o.Name(domain.KindAgent, tie.Agent))
			for who, does := range retrievers(p, tie) {
				people[who] = people[who] || does
			}
		}
		grants := o.GrantsOn(target(r.ID))
		var groups []string
		for _, g := range grants {
			if g.Holder.Kind == domain.HolderGroup {
				groups = append(groups, review.HolderName(o, g.Holder))
			}
		}
		class, owner := ui.Cell{Text: r.Classification.String()}, ui.Cell{Text: browse.OwnerName(o, r.Owner)}
		if r.Classification >= domain.ClassConfidential {
			class.Role = theme.Warn
		}
		if owner.Text == "" {
			owner = ui.Cell{Text: "nobody", Role: theme.Warn}
		}
		n, e, g := strconv.Itoa(len(agents)), strconv.Itoa(len(people)), strconv.Itoa(len(grants))
		out = append(out, ui.Record{Row: ui.Row{Key: string(r.ID), Cells: []ui.Cell{{Text: r.Name}, class, owner, {Text: n}, {Text: e}, {Text: g}}},
			Values: []string{r.Name, r.Classification.String(), owner.Text, n, e, g, strings.Join(agents, "\n"), strings.Join(groups, "\n"), r.Origin.Source}})
	}
	return out
}

// overview is what a source is.
func overview(ctx context.Context, reads Reads, p change.Picture, id domain.ID) ([]ui.Line, error) {
	r, since, err := browse.Stored[domain.Source](p, "data source", domain.KindSource, id)
	if err != nil {
		return nil, err
	}
	last, err := browse.LastChange(ctx, reads, p.Org, since, r.Origin)
	if err != nil {
		return nil, err
	}
	return []ui.Line{{{Role: theme.Title, Text: r.Name}, {Role: theme.Dim, Text: "  " + string(r.ID)}, {}},
		change.Fact("About", r.Description), change.Fact("Class", r.Classification.String()),
		change.Fact("Owner", browse.OwnerName(p.Org, r.Owner)), last}, nil
}

func detail(ctx context.Context, reads Reads, p change.Picture, id domain.ID) ([]ui.Line, error) {
	out, err := overview(ctx, reads, p, id)
	if err != nil {
		return nil, err
	}
	used := ties(p.Org)[id]
	out = append(out, change.Heading("Agents that use it: "+strconv.Itoa(len(used)))...)
	for _, tie := range used {
		out = append(out, ui.Line{{Text: p.Org.Name(domain.KindAgent, tie.Agent)},
			{Role: theme.Dim, Text: "  " + browse.OpenTo(p.Org, tie) + ", " + review.Count(len(retrievers(p, tie)), "person retrieves", "people retrieve")}, {}})
	}
	return append(out, browse.WhoLines(p, "Who was given the source itself, and how", target(id), "")...), nil
}
