package report

import (
	"context"
	"iter"
	"strings"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// usageNow says of a report as of a moment what is not as of it.
const usageNow = "Usage counts as imported by now, everything else as of the event."

// titleAnalytics names the list that counts usage.
const titleAnalytics = "Group analytics"

var severityClasses = map[domain.Severity]sheet.Class{domain.SeverityLow: sheet.Muted, domain.SeverityMedium: sheet.Plain,
	domain.SeverityHigh: sheet.Caution, domain.SeverityCritical: sheet.Bad}

// buildFindings lists what is the matter, with live counts by severity and by
// kind on the cover.
func buildFindings(_ context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	o, err := state(tx, &r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m, err := metaOf(tx, o, r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	all, err := review.Findings(tx, o, r.At)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m.Usage = true
	if r.Event != 0 {
		m.Filters = append(m.Filters, usageNow)
	}
	const title = "Findings"
	var g grid
	g.title(m, title)
	g.gap()
	g.origin(m)
	g.heading("Figures")
	g.figure(sheet.Of("Findings").As(sheet.Label), sheet.Total(sheet.Tally{Sheet: title}))
	for s := domain.SeverityCritical; ; s-- {
		g.figure(sheet.Of("… "+s.String()).As(sheet.Label), sheet.Total(sheet.Tally{Sheet: title,
			Where: []sheet.Match{{Column: "Severity", Equal: s.String()}}}))
		if s == domain.SeverityLow {
			break
		}
	}
	kinds := map[domain.FindingKind]bool{}
	for _, f := range all {
		kinds[f.Kind] = true
	}
	for _, k := range domain.FindingKinds() {
		if kinds[k] {
			g.figure(sheet.Of(upperFirst(k.Title())).As(sheet.Label), sheet.Total(sheet.Tally{Sheet: title,
				Where: []sheet.Match{{Column: "Kind", Equal: k.String()}}}))
		}
	}
	g.seals(m)
	cols := []sheet.Column{{Header: "Severity", Width: 10}, {Header: "Kind", Width: 20}, {Header: "What is the matter", Width: 70, Wrap: true},
		{Header: "About", Width: 30, Wrap: true}, {Header: "Since", Width: 24}, {Header: "Since event", Kind: sheet.Counts},
		{Header: "Paths", Width: 60, Wrap: true}, {Header: "Subject ids", Width: 30, Wrap: true}, {Header: "Id", Width: 18}}
	return workbook(title, m.Organisation, m, g.sheet(sheetCover, coverWidths[:2]...),
		sheet.Sheet{Name: title, Table: &sheet.Table{Columns: cols, Rows: findingRows(tx, o, all), Key: 9}}), nil
}

func findingRows(tx review.Tx, o *domain.Org, all []domain.Finding) iter.Seq2[[]sheet.Cell, error] {
	since := review.SinceWords(tx, o)
	return func(yield func([]sheet.Cell, error) bool) {
		for _, f := range all {
			when, err := since(f.Since)
			var names, ids []string
			for _, r := range f.Subject {
				names, ids = append(names, refName(o, r)), append(ids, string(r.ID))
			}
			if !yield([]sheet.Cell{sheet.Of(f.Severity.String()).As(severityClasses[f.Severity]), sheet.Of(f.Kind.String()), sheet.Of(f.Text),
				sheet.Of(strings.Join(names, "\n")), sheet.Of(when), seqCell(f.Since.Event), sheet.Of(strings.Join(review.FindingWays(o, f), "\n")),
				sheet.Of(strings.Join(ids, "\n")), sheet.Of(string(f.ID))}, err) || err != nil {
				return
			}
		}
	}
}

// refName names a record; a grant by what it says.
func refName(o *domain.Org, r domain.Ref) string {
	if r.Kind == domain.KindGrant || r.Kind == domain.KindAgentSource {
		if row, ok := o.Get(r.Kind, r.ID); ok {
			return o.Describe(row.Record)
		}
	}
	return o.Name(r.Kind, r.ID)
}

// buildCoverage lists the active users without an agent, and the agents that no
// group has or nobody reaches (seed: Twig, permission coverage).
func buildCoverage(_ context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	o, err := state(tx, &r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m, err := metaOf(tx, o, r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	f, err := r.people(o)
	if err != nil {
		return sheet.Workbook{}, err
	}
	return Coverage(o, m, f), nil
}

// Coverage describes what an agent matrix leaves out: who has no agent, and which
// agents have no group or reach nobody.
func Coverage(o *domain.Org, m Meta, f PeopleFilter) sheet.Workbook {
	m.Filters = append(m.Filters, f.words(o)...)
	c := &chart{o: o, m: o.AgentMatrix(m.At), meta: m, ladder: domain.LadderOf(domain.TargetAgent), total: "Agents"}
	c.pickPeople(f)
	c.pickColumns(func(t domain.Target) bool { return f.takesAgent(t.ID) },
		func(t domain.Target) string { return o.Name(domain.KindAgent, t.ID) })
	_, missing := c.agents()
	const title = "Permission coverage"
	var g grid
	g.title(m, title)
	g.gap()
	g.origin(m)
	g.heading("Figures")
	for _, find := range []string{findNoAgent, findNoGroup, findNobody} {
		g.figure(sheet.Of(upperFirst(find)).As(sheet.Label), sheet.Total(sheet.Tally{Sheet: sheetCoverage,
			Where: []sheet.Match{{Column: "Finding", Equal: find}}}))
	}
	g.seals(m)
	return workbook(title, m.Organisation, m, g.sheet(sheetCover, coverWidths[:2]...),
		sheet.Sheet{Name: sheetCoverage, Table: &sheet.Table{Columns: coverageColumns, Rows: sheet.Rows(append(c.lacks(findNoAgent), missing...)), Key: 2}})
}

// buildAnalytics lists the groups with how their members use their agents (seed:
// Twig, group analytics).
func buildAnalytics(_ context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	u, err := review.UsageOf(tx)
	if err != nil {
		return sheet.Workbook{}, err
	}
	cols := []sheet.Column{{Header: "Group", Width: 28}, {Header: "Members", Kind: sheet.Counts}, {Header: "Reached", Kind: sheet.Counts},
		{Header: "Agents", Kind: sheet.Counts}, {Header: "Queries", Kind: sheet.Counts}, {Header: "Accuracy", Width: 11},
		{Header: "Satisfaction", Width: 14}, {Header: "Status", Width: 10}, {Header: "Id", Width: 22}}
	say := []string{}
	if r.Event != 0 {
		say = append(say, usageNow)
	}
	return list(tx, r, titleAnalytics, cols, func(o *domain.Org, r Request) iter.Seq2[[]sheet.Cell, error] {
		return func(yield func([]sheet.Cell, error) bool) {
			for _, f := range o.GroupFigures(u, r.At) {
				g, _ := o.Group(f.Group)
				if !yield([]sheet.Cell{sheet.Of(g.Name), sheet.Whole(int64(f.Members)), sheet.Whole(int64(f.Reached)), sheet.Whole(int64(f.Agents)),
					sheet.Whole(int64(f.Queries)), sheet.Of(f.AccuracyWords()), sheet.Of(f.SatisfactionWords()), sheet.Of(g.Life.String()),
					sheet.Of(string(f.Group))}, nil) {
					return
				}
			}
		}
	}, say...)
}
