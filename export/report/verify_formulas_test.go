package report

import (
	"context"
	"strings"
	"testing"

	"countersign/review"
	"countersign/store/storetest"

	"github.com/xuri/excelize/v2"
)

// A formula that gives something else than the file shows, and a plain number where a
// formula stood, are named, without the database and with it.
func TestVerifyWorksFormulasOut(t *testing.T) {
	q := closedQuarter(t)
	file := closedBook(t)
	book := opened(t, file)
	cell := func(name, label string, col int) string {
		for i, r := range cells(t, book, name) {
			if len(r) >= col && r[0] == label {
				ref, err := excelize.CoordinatesToCellName(col, i+1)
				q.must(err)
				return ref
			}
		}
		t.Fatalf("sheet %s has no row %q", name, label)
		return ""
	}
	keep, tie := cell(sheetCover, "Keep", 2), cell(sheetCover, labelDifference, 2)
	cases := []struct {
		what, sheet, cell, formula, say string
	}{
		{"another word", sheetCover, keep, `COUNTIFS(Decisions[Answer],"=revoke")`, `and its formula "=COUNTIFS(Decisions[Answer],\"=revoke\")" gives`},
		{"another column", sheetCover, cell(sheetCover, "Rows in Decisions", 2), `COUNTA(Decisions[Bulk size])`, "gives 0"},
		{"fewer rows", sheetReviewers, "E2", `COUNTIFS(Decisions!$BE$2:$BE$4,$N2)`, "gives 3"},
		{"another difference", sheetCover, tie, `ABS(Population!B5)+ABS(B20-B20)`, "gives "},
		{"a plain number", sheetCover, keep, "", "holds the plain number"},
		{"a plain difference", sheetCover, tie, "", "holds the plain number 0"},
		{"a plain figure", sheetStatistics, cell(sheetStatistics, "All", 2), "", "holds the plain number"},
		{"a plain point of a chart", sheetCharts, cell(sheetCharts, "Keep", 2), "", "holds the plain number"},
	}
	var v Verification
	storetest.View(t, q.s, func(tx review.Tx) error {
		ev, err := GatherCampaign(context.Background(), tx, q.c.ID, "test")
		if err != nil {
			return err
		}
		again := Campaign(&ev)
		for i, c := range cases {
			if testing.Short() && i%8 > 0 {
				continue
			}
			forged := edited(t, file, func(f *excelize.File) error {
				shown, err := f.GetCellValue(c.sheet, c.cell)
				if err != nil {
					return err
				}
				if c.formula == "" {
					n := number(t, shown)
					return f.SetCellInt(c.sheet, c.cell, int64(n))
				}
				return f.SetCellFormula(c.sheet, c.cell, c.formula)
			})
			if v = verify(t, forged, nil); v.Holds() || !strings.Contains(strings.Join(v.Faults, "\n"), c.say) {
				t.Errorf("%s, alone: %q", c.what, v.Faults)
			}
			if v = verify(t, forged, &again); v.Holds() || len(v.Differences) == 0 || !strings.Contains(v.Differences[len(v.Differences)-1].String(), "should hold the formula") {
				t.Errorf("%s, with the database: %v", c.what, v.Differences)
			}
		}
		return nil
	})
}
