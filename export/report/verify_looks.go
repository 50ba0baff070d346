package report

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"countersign/export/xlsx"
	"countersign/review"
)

// hidden faults what a file hides that was exported visible, and remarks hidden rows,
// which a filter leaves.
func (v *Verification) hidden(book *xlsx.Book) error {
	h, err := book.Hidden()
	if err != nil {
		return err
	}
	v.Faults = append(v.Faults, h.Faults...)
	for _, name := range slices.Sorted(maps.Keys(h.Rows)) {
		v.Remarks = append(v.Remarks, fmt.Sprintf("sheet %q: %s hidden, as by a filter; they were checked like the others", name, review.Count(h.Rows[name], "row is", "rows are")))
	}
	return nil
}

// The shapes of the formulas that reports have (xlsx.CanonicalFormula), which are
// totals, tie-outs and statistics. Column stands for a column of a table.
var (
	formulaColumn = `[A-Z_][A-Z0-9_.]*\[(?:[^\[\]]|\[[^\]]*\])*\]`
	formulaArea   = `(?:[A-Z0-9_]+!)?\$?[A-Z]{1,3}\$?[0-9]+:\$?[A-Z]{1,3}\$?[0-9]+`
	formulaWord   = `"(?:[^"]|"")*"`
	formulaCell   = `\$?[A-Z]{1,3}\$?[0-9]+`
	formulaCount  = `(?:COUNTA\(` + formulaColumn + `\)|SUM\(` + formulaColumn + `\)|COUNTIFS\(` + formulaColumn + `,` + formulaWord + `(?:,` + formulaColumn + `,` + formulaWord + `)*\)` +
		`|SUMIFS\(` + formulaColumn + `(?:,` + formulaColumn + `,` + formulaWord + `)+\))`

	subtotalFormula = regexp.MustCompile(`^SUBTOTAL\(10[39],` + formulaColumn + `\)$`)
	shareFormula    = regexp.MustCompile(`^IF\(SUM\(` + formulaArea + `\)=0,"",TEXT\(SUM\(` + formulaArea + `\)/SUM\(` + formulaArea + `\),"0\.0%"\)\)$`)
	figureFormula   = regexp.MustCompile(`^(?:0|` + formulaCount + `(?:\+` + formulaCount + `)*` +
		`|POPULATION!B[0-9]+|` + formulaCell + `-SUM\(` + formulaArea + `\)|` + formulaCell + `-` + formulaCell +
		`|ABS\(POPULATION!B[0-9]+\)\+ABS\(` + formulaCell + `-` + formulaCell + `\)` +
		`|COUNTA\(` + formulaArea + `\)|COUNTIF\(` + formulaArea + `,` + formulaWord + `\)` +
		`|COUNTIFS\(` + formulaArea + `,` + formulaCell + `(?:,` + formulaArea + `,(?:` + formulaCell + `|` + formulaWord + `))*\)` +
		`|IF\(` + formulaCell + `=` + formulaCell + `,0,ROUND\(` + formulaCell + `/\(` + formulaCell + `-` + formulaCell + `\),1\)\))$`)
)

// formulas faults every formula that is none of those a report has: opened, the file
// would show what the formula makes, and not the value that was checked.
func (v *Verification) formulas(book *xlsx.Book) error {
	listed := []string{sheetReviewers, sheetMatrix, "Agents", "Areas", SheetPacketItems}
	for _, name := range book.Sheets() {
		rows := !slices.Contains(listed, name) && name != sheetCover && name != sheetPopulation && name != sheetStatistics && name != sheetDelta && name != sheetCharts
		for c, err := range book.Values(name) {
			if err != nil {
				return err
			}
			f := xlsx.CanonicalFormula(c.Formula)
			switch {
			case c.Formula == "":
			case c.Kind == 'n' && subtotalFormula.MatchString(f):
			case c.Kind == 'n' && !rows && figureFormula.MatchString(f):
			case name == sheetCover && shareFormula.MatchString(f):
			default:
				if len(v.Faults) >= MaxDifferences {
					return nil
				}
				v.Faults = append(v.Faults, fmt.Sprintf("sheet %q, cell %s: holds the formula %q, where the export has none such: opened, it may show something else than %q", name, c.Cell(), "="+c.Formula, c.Text))
			}
		}
	}
	return nil
}
