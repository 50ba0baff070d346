package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"countersign/export/sheet"
	"countersign/export/xlsx"
	"countersign/review"
)

// drawing is what a chart must draw: its words, and the cells of its figures.
type drawing struct {
	title, alt  string
	kind        string
	first, last int // rows of the figures; their names stand in column A
	columns     int // of figures, from B on
}

// chartKinds are what a chart of each kind is called in a file.
var chartKinds = map[sheet.ChartKind]string{sheet.Bars: "barChart", sheet.Stacked: "barChart", sheet.Lines: "lineChart"}

// charts holds the charts against the figures beside them, which are checked like
// every other: where the workbook was made again, also against the charts it has.
// Programs that drop charts, or their alternative text, do not fault a file.
func (v *Verification) charts(book *xlsx.Book, again *sheet.Workbook) error {
	if !slices.Contains(book.Sheets(), sheetCharts) {
		return nil
	}
	rows := map[int][]string{}
	err := eachRow(book, sheetCharts, func(row int, c []string) { rows[row] = slices.Clone(c) })
	if err != nil {
		return err
	}
	want := drawingsOf(rows)
	if again != nil {
		if s, ok := described(*again, sheetCharts); ok && s.Grid != nil {
			want = want[:0]
			for _, c := range s.Grid.Charts {
				want = append(want, drawing{c.Title, c.Alt, chartKinds[c.Kind], c.First, c.Last, len(c.Series)})
			}
		}
	}
	all, err := book.Charts()
	if err != nil {
		return err
	}
	got := slices.DeleteFunc(all, func(c xlsx.DrawnChart) bool { return c.Sheet != sheetCharts }) // others are faults already
	if len(got) == 0 && len(want) > 0 {
		v.Remarks = append(v.Remarks, fmt.Sprintf("sheet %q: the charts are gone, as with a program that keeps none; their figures were checked", sheetCharts))
		return nil
	}
	if len(got) != len(want) {
		v.chart("there are %s, where the export has %d", review.Count(len(got), "chart", "charts"), len(want))
		return nil
	}
	mute := 0
	for i, c := range got {
		if c.Alt == "" {
			mute++
		}
		v.drawn(c, want[i], rows)
	}
	if mute > 0 {
		v.Remarks = append(v.Remarks, fmt.Sprintf("sheet %q: %s without the alternative text that the export has", sheetCharts, review.Count(mute, "chart is", "charts are")))
	}
	return nil
}

func (v *Verification) chart(format string, args ...any) {
	v.Faults = append(v.Faults, fmt.Sprintf("sheet %q: ", sheetCharts)+fmt.Sprintf(format, args...))
}

// drawn holds one chart against what it must draw.
func (v *Verification) drawn(c xlsx.DrawnChart, want drawing, rows map[int][]string) {
	if onePart(c.Title) != onePart(want.title) {
		v.chart("the chart %q is called %q", want.title, c.Title)
	}
	alt, says := onePart(c.Alt), onePart(want.alt)
	if alt != "" && (!strings.HasPrefix(says, alt) || len(alt) < min(len(says), keptAlt)) {
		v.chart("the chart %q has the alternative text %q, its figures say %q", want.title, c.Alt, want.alt)
	}
	if len(c.Kinds) != 1 || c.Kinds[0] != want.kind {
		v.chart("the chart %q is drawn as %s, the export's as %s", want.title, strings.Join(c.Kinds, " and "), want.kind)
	}
	if c.Col < chartColumn-1 {
		v.chart("the chart %q stands over the figures that it draws", want.title)
	}
	if at := want.first - 1; c.Row < at-1 || c.Row > at+1 || c.Col > chartColumn+1 {
		v.chart("the chart %q stands away from the figures that it draws, in row %d", want.title, c.Row)
	}
	for _, own := range slices.Compact(c.Own) {
		v.chart("the chart %q has %s", want.title, own)
	}
	if c.Legend != (want.columns > 1) {
		v.chart("the chart %q has %s, the export's has %s", want.title, legendWord(c.Legend), legendWord(want.columns > 1))
	}
	if len(c.Series) != want.columns {
		v.chart("the chart %q draws %s, its figures have %d", want.title, review.Count(len(c.Series), "series", "series"), want.columns)
		return
	}
	for i, s := range c.Series {
		col := columnName(i + 2)
		v.ranged(want.title, "a name", s.NameAt, fmt.Sprintf("%s%d", col, want.first-1), map[int]string{0: s.Name}, rows)
		v.ranged(want.title, "names", s.NamesAt, spanned("A", want.first, want.last), s.Names, rows)
		v.ranged(want.title, "figures", s.ValuesAt, spanned(col, want.first, want.last), s.Values, rows)
	}
}

func legendWord(there bool) string { return map[bool]string{true: "a legend", false: "none"}[there] }

// keptAlt is how much of an alternative text must be there: programs cut it.
const keptAlt = 250

func spanned(col string, first, last int) string {
	if first == last {
		return fmt.Sprintf("%s%d", col, first)
	}
	return fmt.Sprintf("%s%d:%s%d", col, first, col, last)
}

// ranged holds the cells that a series names, and what the file keeps of them,
// against the cells themselves.
func (v *Verification) ranged(title, what, at, want string, kept map[int]string, rows map[int][]string) {
	if at != sheetCharts+"!"+want {
		if at == "" {
			at = "no cells"
		}
		v.chart("the chart %q draws %s from %s, where the export draws them from %s", title, what, at, sheetCharts+"!"+want)
		return
	}
	from, _, _ := strings.Cut(want, ":")
	col := int(from[0] - 'A')
	row, err := strconv.Atoi(from[1:])
	if err != nil {
		return
	}
	for _, i := range slices.Sorted(maps.Keys(kept)) {
		cell := ""
		if c := rows[row+i]; col < len(c) {
			cell = c[col]
		}
		if text := kept[i]; text != "" && !samePoint(text, cell) {
			v.chart("the chart %q shows %q for cell %s%d, which holds %q", title, text, from[:1], row+i, cell)
			return
		}
	}
}

// samePoint tells whether a chart keeps of a cell what it holds.
func samePoint(kept, cell string) bool {
	a, errA := strconv.ParseFloat(strings.TrimSpace(kept), 64)
	b, errB := strconv.ParseFloat(cell, 64)
	return errA == nil && errB == nil && a == b || onePart(kept) == onePart(cell) || onePart(xlsx.Unescaped(kept)) == onePart(cell)
}

// onePart is a text as attributes keep it: every break, control character and what
// no program reads back alike is a space, and no space stands beside another.
func onePart(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar || r >= 0xFFFE && r <= 0xFFFF
	}), " ")
}

// drawingsOf gives the charts that the figures of the sheet must have, in the words
// that charts.go gives them.
func drawingsOf(rows map[int][]string) []drawing {
	var out []drawing
	last := 0
	for row := range rows {
		last = max(last, row)
	}
	cell := func(row, col int) string {
		if c := rows[row]; col < len(c) {
			return c[col]
		}
		return ""
	}
	for row := 1; row <= last; row++ {
		d := drawing{kind: "barChart", first: row + 1, columns: 1}
		switch {
		case cell(row, 0) == headMix && cell(row, 1) == "Items":
			d.title = titleMix
		case cell(row, 0) == headDepartments && cell(row, 1) != "":
			d.title, d.columns = titleDepartments, len(answerLegend)
		case cell(row, 0) == headProgress && cell(row, 1) == progressColumns[0].head:
			d.title, d.kind, d.columns = titleProgress, "lineChart", len(progressColumns)
		default:
			continue
		}
		for d.last = row; cell(d.last+1, 0) != "" && cell(d.last+1, 1) != ""; d.last++ {
		}
		if d.last >= d.first {
			d.alt = altOf(d, cell)
			out = append(out, d)
			row = d.last
		}
	}
	return out
}

// altOf says the figures of a chart from their cells.
func altOf(d drawing, cell func(row, col int) string) string {
	figure := func(row, col int) int {
		n, err := strconv.Atoi(cell(row, col))
		if err != nil {
			return 0
		}
		return n
	}
	switch d.title {
	case titleMix:
		n, all := make([]int, len(answerLegend)), 0
		for i := range n {
			n[i] = figure(d.first+i, 1)
			all += n[i]
		}
		return altMix(all, n)
	case titleDepartments:
		var words []string
		for row := d.first; row <= d.last; row++ {
			n := make([]int, len(answerLegend))
			for i := range n {
				n[i] = figure(row, i+1)
			}
			name := cutName(cell(row, 0))
			if name == nameOthers {
				name = sayOthers
			}
			words = append(words, name+": "+figureWords(answerWords(), n))
		}
		return altDepartments(words)
	}
	all := 0
	for row := d.first - 1; row > 0; row-- {
		if cell(row, 0) == headMix && cell(row, 1) == "Items" {
			for i := range answerLegend {
				all += figure(row+1+i, 1)
			}
		}
	}
	return altProgress(all, d.last-d.first+1, cell(d.first, 0), cell(d.last, 0))
}
