package browse

import (
	"context"

	"countersign/domain"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// HistoryTab is the events that name a record.
func HistoryTab(reads change.Reads, id domain.ID) Tab {
	return Tab{Name: "history", What: "events", Fields: []string{"who"},
		Columns: []ui.Column{{Title: "Event", Width: 6, Right: true, Drop: 2}, {Title: "When", Width: 16},
			{Title: "Who", Width: 16, Flex: 1, Drop: 1}, {Title: "What", Width: 24, Flex: 5}},
		Rows: func(ctx context.Context, p change.Picture) ([]ui.Record, error) {
			return change.HistoryRows(ctx, reads, p.Org, id)
		}}
}

// GrantColumns go with GrantRows.
var GrantColumns = []ui.Column{{Title: "Kind", Width: 11, Drop: 3}, {Title: "Name", Width: 18, Flex: 2}, {Title: "Level", Width: 11},
	{Title: "When it holds", Width: 16, Flex: 1, Drop: 2}, {Title: "Given", Width: 20, Flex: 1, Drop: 1}, {Title: "From", Width: 8, Drop: 4}}

// GrantRows are stored grants with when they hold, since when, by whom and from
// where; name gives the other end's kind and name. Their keys are the grants' ids,
// their values the kind, the name, the level and the origin.
func GrantRows(ctx context.Context, reads change.Reads, p change.Picture, grants []domain.Grant, name func(domain.Grant) (kind, name string)) ([]ui.Record, error) {
	since, all := make([]domain.Seq, len(grants)), make([]domain.Seq, len(grants))
	for i, g := range grants {
		row, _ := p.Org.Get(domain.KindGrant, g.ID)
		since[i], all[i] = row.Since, row.Since
	}
	words, err := change.GivenWords(ctx, reads, p.Org, all)
	if err != nil {
		return nil, err
	}
	out := make([]ui.Record, len(grants))
	for i, g := range grants {
		l := g.Ladder()
		kind, other := name(g)
		when := ui.Cell{Text: change.WindowWords(g.Window), Role: theme.Dim}
		if span := g.Window.Span(p.Org.Zone()); span.To <= p.Now.Unix() {
			when = ui.Cell{Text: "over: " + when.Text, Role: theme.Warn}
		}
		out[i] = ui.Record{Row: ui.Row{Key: string(g.ID), Cells: []ui.Cell{{Text: kind, Role: theme.Dim}, {Text: other},
			{Text: l.Word(g.Level), Role: change.LevelRole(l, g.Level)}, when, {Text: words(since[i])}, {Text: g.Origin.Source}}},
			Values: []string{kind, other, l.Word(g.Level), g.Origin.Source}}
	}
	return out, nil
}
