package report

import (
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// statistics lays the figures out as live totals over the decisions.
func (ev *CampaignEvidence) statistics() sheet.Sheet {
	f := ev.Figures
	var g grid
	g.add(sheet.Of("Statistics").As(sheet.Title))
	g.add(sheet.Of("Every figure but those in bulk is a formula over the sheet Decisions, unless a line says that it is not, or its name has characters that programs read differently in formulas.").As(sheet.Muted))
	ev.block(&g, "By decision", "", []*Counts{&f.All})
	ev.block(&g, "By kind of access", "Kind", f.Kinds)
	ev.block(&g, "By department of the holder", "Department", f.Departments)
	byReviewer := make([]*Counts, 0, len(f.Reviewers))
	for id, n := range f.Reviewers {
		byReviewer = append(byReviewer, &Counts{Name: string(id), Items: n.Items, Answers: n.Answers, Bulk: n.Bulk, Seconds: n.Seconds})
	}
	slices.SortFunc(byReviewer, func(a, b *Counts) int {
		if d := b.Items - a.Items; d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	ev.block(&g, "By reviewer", reviewerID, byReviewer)
	g.heading("By result", "Items")
	for _, r := range resultLegend {
		g.figure(sheet.Of(upperFirst(r.Text)).As(r.Class), total("Result", r.Text))
	}
	s := g.sheet(sheetStatistics, 48, 11, 11, 11, 11, 11, 11, 11, 11, 13, 20)
	s.Portrait = false
	return s
}

// reviewerID is the column that tells reviewers of one name apart.
const reviewerID = "Reviewer id"

// block is one cross table: rows by the values of a column (none: one row of
// all), columns by answer.
func (ev *CampaignEvidence) block(g *grid, title, column string, rows []*Counts) {
	heads := []string{"Items", "Keep", "Reduce", "Revoke", "Abstain", "Undecided", "In bulk", "Seconds", "Seconds each"}
	if column == reviewerID {
		heads = append(heads, reviewerID)
	}
	g.heading(title, heads...)
	live := ev.live(7 * len(rows))
	if !live {
		g.add(sheet.Of("Plain numbers here: as formulas a spreadsheet would work on them for minutes.").As(sheet.Muted))
	}
	for _, n := range rows {
		name := n.Name
		switch {
		case column == "":
			name = "All"
		case column == reviewerID:
			name = person(ev.Now, domain.ID(n.Name))
		}
		cell := func(answer string, value int) sheet.Cell {
			if !live || len([]rune(n.Name)) > 100 {
				return sheet.Whole(int64(value))
			}
			t := sheet.Tally{Sheet: sheetDecisions}
			if column != "" {
				t.Where = append(t.Where, sheet.Match{Column: column, Equal: n.Name})
			}
			if answer != "" {
				t.Where = append(t.Where, sheet.Match{Column: "Answer", Equal: answer})
			}
			return sheet.Total(t)
		}
		row := []sheet.Cell{sheet.Of(name).As(sheet.Name), cell("", n.Items)}
		for _, a := range []review.Answer{review.Keep, review.Reduce, review.Revoke, review.Abstain, review.Silent} {
			row = append(row, cell(a.String(), n.Answers[a]))
		}
		seconds := sheet.Tally{Sheet: sheetDecisions, Sum: "Seconds"}
		if column != "" {
			seconds.Where = []sheet.Match{{Column: column, Equal: n.Name}}
		}
		each := sheet.Real(0)
		if n.Decided() > 0 {
			each = sheet.Real(float64(int(10*float64(n.Seconds)/float64(n.Decided())+0.5)) / 10)
		}
		sum := sheet.Whole(int64(n.Seconds))
		if live && len([]rune(n.Name)) <= 100 {
			sum = sheet.Total(seconds)
		}
		at := g.next()
		row = append(row, sheet.Whole(int64(n.Bulk)), sum,
			sheet.Live(fmt.Sprintf("IF(B%d=G%d,0,ROUND(I%d/(B%d-G%d),1))", at, at, at, at, at), each))
		for i := range row[1:] {
			row[i+1] = row[i+1].As(sheet.Lead)
		}
		if column == reviewerID {
			row = append(row, sheet.Of(n.Name).As(sheet.Muted))
		}
		g.add(row...)
	}
}
