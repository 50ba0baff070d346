package browse

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// FindingsTab is what is the matter with a record; enter says all about one, with
// the ways to mend it.
func FindingsTab(s Subject, kind domain.Kind, id domain.ID) Tab {
	return Tab{Name: "findings", What: "findings", Fields: []string{"severity", "kind", "what", "since"},
		Columns: []ui.Column{{Title: "Weight", Width: 8}, {Title: "Kind", Width: 19, Drop: 2}, {Title: "What is the matter", Width: 24, Flex: 1},
			{Title: "Since", Width: 10, Drop: 1}},
		Rows: func(ctx context.Context, _ change.Picture) ([]ui.Record, error) {
			p, all, err := s.Reads.Findings(ctx)
			if err != nil {
				return nil, err
			}
			all = review.FindingQuery{About: []domain.Ref{{Kind: kind, ID: id}}}.Pick(all)
			since, err := change.FindingDays(ctx, s.Reads, p.Org, all)
			if err != nil {
				return nil, err
			}
			out := make([]ui.Record, len(all))
			for i, f := range all {
				out[i] = ui.Record{Row: ui.Row{Key: string(f.ID), Cells: []ui.Cell{{Text: f.Severity.String(), Role: change.SeverityRole(f.Severity)},
					{Text: f.Kind.String()}, {Text: f.Text}, {Text: since(f), Role: theme.Dim}}},
					Values: []string{f.Severity.String(), f.Kind.String(), f.Text, since(f)}}
			}
			return out, nil
		},
		Enter: func(key string) tea.Cmd {
			return change.OpenText(s.Host.Env, "Finding", func(ctx context.Context) ([]ui.Line, error) {
				p, all, err := s.Reads.Findings(ctx)
				if err != nil {
					return nil, err
				}
				f, err := domain.FindFinding(all, domain.ID(key))
				if err != nil {
					return nil, err
				}
				return change.FindingLines(ctx, s.Reads, p, f, s.Host.Look().Sign)
			})
		}}
}
