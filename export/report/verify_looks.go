package report

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"countersign/export/xlsx"
	"countersign/review"
)

// mostWrong is how many formulas are named that give something else than the file shows.
const mostWrong = 6

// reckon works every formula out from the rows. Results that the program which saved
// the file did not keep are taken from that; one that is another than the file shows
// is a fault: whoever opens the file sees what the formula gives.
func (v *Verification) reckon(ctx context.Context, book *xlsx.Book) error {
	results, err := book.Reckon(ctx)
	if err != nil {
		return err
	}
	if n := book.FillIn(results); n > 0 {
		v.Remarks = append(v.Remarks, fmt.Sprintf("%s kept by the program that saved the file; worked out again from the rows", review.Count(n, "formula's result was not", "formulas' results were not")))
	}
	wrong := 0
	for _, f := range results {
		if f.Text == "" || f.Text == f.Made && f.Kind == f.MadeKind {
			continue
		}
		if wrong++; wrong <= mostWrong {
			v.Faults = append(v.Faults, fmt.Sprintf("sheet %q, cell %s: reads %s, and its formula %q gives %s", f.Sheet, f.Cell(), f.Text, "="+f.Formula, f.Made))
		}
	}
	if wrong > mostWrong {
		v.Faults = append(v.Faults, fmt.Sprintf("%s more read something else than their formulas give", review.Count(wrong-mostWrong, "cell", "cells")))
	}
	return nil
}

// hidden faults what a file hides that was exported visible, and remarks hidden rows,
// which a filter leaves.
func (v *Verification) hidden(book *xlsx.Book) error {
	h, err := book.Hidden()
	if err != nil {
		return err
	}
	v.Faults, v.Remarks = append(v.Faults, h.Faults...), append(v.Remarks, h.Remarks...)
	if err := v.printed(book, h.Printed); err != nil {
		return err
	}
	if err := v.properties(book); err != nil {
		return err
	}
	drawn, err := book.Drawings()
	if err != nil {
		return err
	}
	for _, d := range drawn {
		if d.Kind != "graphicFrame" || d.Sheet != sheetCharts {
			v.Faults = append(v.Faults, fmt.Sprintf("sheet %q: something is drawn over its cells, where the export has nothing: it may cover what they hold", d.Sheet))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(h.Unasked)) {
		says := "rows are hidden that no filter hides, from row %d on, and were exported visible"
		if _, filtered := h.Rows[name]; filtered {
			says = "rows are hidden that its filter would show, from row %d on, and were exported visible"
		}
		v.Faults = append(v.Faults, fmt.Sprintf("sheet %q: "+says, name, h.Unasked[name][0]))
	}
	for _, name := range slices.Sorted(maps.Keys(h.Rows)) {
		says := fmt.Sprintf("sheet %q: %s hidden, as by a filter; they were checked like the others", name, review.Count(h.Rows[name], "row is", "rows are"))
		if asked := h.Asked[name]; asked != "" {
			says += "; it shows the rows in which " + asked
		}
		if n := h.Untold[name]; n > 0 {
			says += fmt.Sprintf("; of %s whether the filter hides them cannot be told here: it asks for a colour, a day or a rank", review.Count(n, "row", "rows"))
		}
		v.Remarks = append(v.Remarks, says)
	}
	return nil
}

// printed holds what is said over and under printed pages against what an export says
// there: its title and banner, the sheet's name, the instant and the page.
func (v *Verification) printed(book *xlsx.Book, said []xlsx.Printed) error {
	if !slices.Contains(book.Sheets(), sheetCover) {
		return nil
	}
	title, banner, at, err := coverTitle(book)
	if title == "" {
		return err // no cover of ours
	}
	for _, p := range said {
		if p.Footer && xlsx.FootWords(p.Words, at) || !p.Footer && p.Words == xlsx.HeadWords(title, banner, p.Sheet) {
			continue
		}
		if p.Words == "" {
			if banner != "" {
				v.Faults = append(v.Faults, fmt.Sprintf("sheet %q: its printed pages do not say what the cover's banner says: %q", p.Sheet, banner))
			}
			continue
		}
		v.Faults = append(v.Faults, fmt.Sprintf("sheet %q: its printed pages say %q over or under the cells, which the export has not", p.Sheet, p.Words))
	}
	return err
}

// coverTitle is the title of a workbook, its banner and the instant it was made at, as
// the cover has them.
func coverTitle(book *xlsx.Book) (title, banner string, at time.Time, err error) {
	err = eachRow(book, sheetCover, func(_ int, c []string) {
		switch {
		case len(c) > 1 && c[0] == labelAt:
			if t, ok := instantOf(c[1]); ok {
				at = t
			}
		case len(c) > 1 && c[0] == labelShown:
			_, said, _ := strings.Cut(c[1], ", ")
			if t, bad := time.Parse(shownForm, said[:min(len(shownForm), len(said))]); bad == nil {
				at = t
			}
		case title != "" || len(c) != 1 || c[0] == "":
		case banner == "" && (strings.HasPrefix(c[0], "DEMO:") || strings.HasPrefix(c[0], "REHEARSAL:")):
			banner = c[0]
		default:
			title = c[0]
		}
	})
	return title, banner, at, err
}

// The shapes of the formulas that reports have (xlsx.CanonicalFormula), which are
// totals, tie-outs and statistics. Column stands for a column of a table.
var (
	formulaTable  = `[A-Z_][A-Z0-9_.]*\[(?:[^\[\]]|\[[^\]]*\])*\]`
	formulaColumn = `(?:` + formulaTable + `|` + formulaArea + `)`
	formulaArea   = `(?:(?:[A-Z0-9_]+|'(?:[^']|'')+')!)?\$?[A-Z]{1,3}\$?[0-9]+:\$?[A-Z]{1,3}\$?[0-9]+`
	formulaWord   = `"(?:[^"]|"")*"`
	formulaCell   = `\$?[A-Z]{1,3}\$?[0-9]+`
	formulaCount  = `(?:COUNTA\(` + formulaColumn + `\)|SUM\(` + formulaColumn + `\)|COUNTIFS\(` + formulaColumn + `,` + formulaWord + `(?:,` + formulaColumn + `,` + formulaWord + `)*\)` +
		`|SUMIFS\(` + formulaColumn + `(?:,` + formulaColumn + `,` + formulaWord + `)+\))`

	subtotalFormula = regexp.MustCompile(`^SUBTOTAL\(10[39],` + formulaTable + `\)$`)
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
		figures := plainFigures{columns: map[int]bool{}}
		for c, err := range book.Values(name) {
			if err != nil {
				return err
			}
			figures.take(name, c)
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
		v.Faults = append(v.Faults, figures.faults(name)...)
	}
	return nil
}

// plainFigures are the numbers of a sheet that stand where others of their column are
// formulas: they stay as they are whatever becomes of the rows.
type plainFigures struct {
	label   string // of the row: what stands in column A
	row     int
	columns map[int]bool // with formulas over rows
	plain   []xlsx.Value
}

func (p *plainFigures) take(name string, c xlsx.Value) {
	if c.Row != p.row {
		p.row, p.label = c.Row, ""
	}
	if c.Col == 1 {
		p.label = c.Text
	}
	switch name {
	case sheetCover, sheetPopulation, sheetReviewers, sheetStatistics, sheetDelta, sheetCharts:
	default:
		return
	}
	switch {
	case c.Formula != "":
		p.columns[c.Col] = p.columns[c.Col] || !subtotalFormula.MatchString(xlsx.CanonicalFormula(c.Formula))
	case c.Kind == 'n' && c.Row > 1 && len([]rune(p.label)) <= longName && xlsx.InFormulas(p.label) && p.counted(name):
		p.plain = append(p.plain, c)
	}
}

// counted tells whether the figures of the row are formulas in every workbook in
// which others of their column are.
func (p *plainFigures) counted(name string) bool {
	switch name {
	case sheetCover:
		return p.label == labelDifference || slices.Contains(coverFigures(), p.label)
	case sheetPopulation:
		return p.label == labelDifference || p.label == "Rows in Decisions"
	case sheetDelta:
		return p.label != upperFirst(review.DeltaGone.String())
	}
	return true
}

// coverFigures are the labels of the figures that a campaign's cover counts.
func coverFigures() []string {
	list := []string{"Holdings looked at", "In scope: items", "Rows in Decisions"}
	for _, legend := range verifiedLegends {
		for _, m := range legend {
			list = append(list, upperFirst(m.Text))
		}
	}
	return list
}

func (p *plainFigures) faults(name string) (out []string) {
	for _, c := range p.plain {
		if p.columns[c.Col] && len(out) < mostWrong {
			out = append(out, fmt.Sprintf("sheet %q, cell %s: holds the plain number %s, where the export has a formula", name, c.Cell(), c.Text))
		}
	}
	return out
}
