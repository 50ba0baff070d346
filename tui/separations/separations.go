// Package separations is the console's page over separations of duties: which two
// things nobody may hold together, who does and by which paths. A rule is made, changed
// and ended by change sets.
package separations

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"

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

// Reads are what this page reads.
type Reads interface{ change.Reads }

// Acts are what it does: change sets.
type Acts interface{ change.Acts }

const scope = "separations"

// New makes the page. Enter opens one of those who break the rule.
func New(reads Reads, does Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		var b *browse.Browser
		b = browse.New(h, browse.Config{
			Title: "Separations of duties", What: scope, One: "separation of duties", Reads: reads, Fields: filter.Names(scope, "name", "weight", "one", "other", "broken", "who"),
			Columns: []ui.Column{{Title: "Rule", Width: 18, Flex: 2}, {Title: "Weight", Width: 8, Drop: 2}, {Title: "Nobody has", Width: 16, Flex: 2, Drop: 1},
				{Title: "and", Width: 16, Flex: 2, Drop: 1}, {Title: "Broken by", Width: 9, Right: true}},
			Sorts: []ui.Sort{{ID: "name", Title: "name"}, {ID: "weight", Title: "weight"}, {ID: "broken", Title: "by how many it is broken"}},
			Rows:  rows, Detail: detail,
			Enter: func(key string) tea.Cmd { return breakers(b.Subject(), domain.ID(key)) },
			Acts:  func(s browse.Subject) action.Table { return actions(s) },
		}, does)
		return b
	}
}

func rows(p change.Picture) []ui.Record {
	var out []ui.Record
	for row := range p.Org.All(domain.KindSoD) {
		r, ok := row.Record.(domain.SoDRule)
		if !ok {
			continue
		}
		one, other, who := review.SideWords(p.Org, r.A), review.SideWords(p.Org, r.B), ""
		broken := p.Org.Breaches(r, p.Now)
		n := ui.Cell{Text: strconv.Itoa(len(broken))}
		if len(broken) > 0 {
			n.Role = theme.Warn
		}
		for _, b := range broken {
			who += p.Org.Name(domain.KindPrincipal, b.Principal) + "\n"
		}
		out = append(out, ui.Record{Row: ui.Row{Key: string(r.ID), Cells: []ui.Cell{{Text: r.Name}, {Text: r.Severity.String()}, {Text: one}, {Text: other}, n}},
			Values: []string{r.Name, r.Severity.String(), one, other, n.Text, who}})
	}
	return out
}

// ruleOf finds a rule of the picture.
func ruleOf(p change.Picture, id domain.ID) (domain.SoDRule, error) {
	r, ok := p.Org.SoDRule(id)
	if !ok {
		return r, domain.Errorf(domain.NotFound, "the separation of duties %q is gone", id).Hinted("load the list again with f5")
	}
	return r, nil
}

// detail says a rule whole, and who breaks it by which paths.
func detail(_ context.Context, p change.Picture, key string) ([]ui.Line, error) {
	r, err := ruleOf(p, domain.ID(key))
	if err != nil {
		return nil, err
	}
	o := p.Org
	out := []ui.Line{ui.Text(theme.Title, r.Name), nil, change.Fact("Nobody has", review.SideWords(o, r.A)), change.Fact("and", review.SideWords(o, r.B)),
		change.Fact("Weight", r.Severity.String()), change.Fact("Because", r.Reason)}
	broken := o.Breaches(r, p.Now)
	out = append(out, change.Heading("Who has both")...)
	if len(broken) == 0 {
		return append(out, ui.Text(theme.OK, "Nobody.")), nil
	}
	for _, b := range broken {
		out = append(out, ui.Text(theme.Warn, o.Name(domain.KindPrincipal, b.Principal)))
		for _, a := range []domain.Access{b.A, b.B} {
			for _, path := range a.Paths {
				out = append(out, ui.Text(theme.Dim, "  "+review.PathWords(o, path, a.Target, a.Agent)))
			}
		}
	}
	return out, nil
}

// breakers asks whose page to open of those who break a rule.
func breakers(s browse.Subject, id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		r, err := ruleOf(p, id)
		if err != nil {
			return nil
		}
		var out []ui.Candidate
		for _, b := range p.Org.Breaches(r, p.Now) {
			out = append(out, ui.Candidate{Key: string(b.Principal), Label: p.Org.Name(domain.KindPrincipal, b.Principal)})
		}
		return out
	}
	return s.Pick("Who has both", of, func(c ui.Candidate) tea.Cmd { return s.Host.Push("person", c.Key) })
}
