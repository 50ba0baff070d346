package xlsx

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"countersign/export/sheet"
	"countersign/export/xlsx/xlsxtest"
)

// charted is a workbook with the three kinds of chart over figures of its own.
func charted() sheet.Workbook {
	wb := sample()
	rows := [][]sheet.Cell{{sheet.Of("Charts").As(sheet.Title)}, {sheet.Of("Answer"), sheet.Of("Items & more"), sheet.Of("Others")}}
	for _, word := range []string{"certify", "revoke", "<evil> & \"co\" \x01 _x0041_"} {
		rows = append(rows, []sheet.Cell{sheet.Of(word), sheet.Total(sheet.Tally{Sheet: "Decisions", Where: []sheet.Match{{Column: "Decision", Equal: word}}}), sheet.Whole(2)})
	}
	var charts []sheet.Chart
	for i, kind := range []sheet.ChartKind{sheet.Bars, sheet.Stacked, sheet.Lines} {
		charts = append(charts, sheet.Chart{Kind: kind, Title: "Chart <" + string(rune('a'+i)) + ">", Alt: "what it shows & \"says\" \x02", Row: 1 + 20*i, Col: 5, Rows: 19, Columns: 8,
			First: 3, Last: 5, Names: 1, Series: []sheet.Series{{Column: 2, Look: sheet.Good, Looks: []sheet.Class{sheet.Good, sheet.Bad, sheet.Muted}}, {Column: 3, Look: sheet.Caution}}})
	}
	wb.Sheets = append(wb.Sheets, sheet.Sheet{Name: "O'Charts & co", Grid: &sheet.Grid{Rows: rows, Charts: charts, OnePage: true}})
	return wb
}

func TestChartsAreSoundAndTheSameEveryTime(t *testing.T) {
	first, _ := mustWrite(t, charted())
	xlsxtest.Check(t, first)
	for range 5 {
		if again, _ := mustWrite(t, charted()); !bytes.Equal(first, again) {
			t.Fatal("the same description gives other bytes")
		}
	}
	one := string(partOf(t, first, "xl/charts/chart1.xml"))
	for _, want := range []string{`<c:f>&#39;O&#39;&#39;Charts &amp; co&#39;!$B$3:$B$5</c:f>`, `<c:pt idx="0"><c:v>1</c:v></c:pt>`, `<a:t>Chart &lt;a&gt;</a:t>`} {
		if !strings.Contains(strings.ReplaceAll(one, "'", "&#39;"), want) {
			t.Errorf("the chart lacks %s: %s", want, one)
		}
	}
	drawing := string(partOf(t, first, "xl/drawings/drawing1.xml"))
	if n := strings.Count(drawing, `descr="what it shows &amp; &quot;says&quot;  "`); n != 3 {
		t.Errorf("%d charts have their alternative text: %s", n, drawing)
	}
}

// partOf is one part of a package.
func partOf(t *testing.T, file []byte, name string) (part []byte) {
	t.Helper()
	rezip(t, file, func(n string, b []byte) (string, []byte) {
		if n == name {
			part = b
		}
		return n, b
	})
	return part
}

func TestAChartNobodyCouldReadIsRefused(t *testing.T) {
	for name, change := range map[string]func(*sheet.Chart){
		"no title": func(c *sheet.Chart) { c.Title = "" }, "no alternative text": func(c *sheet.Chart) { c.Alt = "" },
		"no series": func(c *sheet.Chart) { c.Series = nil }, "rows that are not there": func(c *sheet.Chart) { c.Last = 99 },
		"no row of names": func(c *sheet.Chart) { c.First = 1 }, "no place": func(c *sheet.Chart) { c.Row = 0 },
	} {
		wb := charted()
		change(&wb.Sheets[len(wb.Sheets)-1].Grid.Charts[0])
		if _, err := Write(t.Context(), &bytes.Buffer{}, wb); err == nil {
			t.Errorf("%s: written", name)
		}
	}
}

func TestMomentsBeforeADayAreCounted(t *testing.T) {
	day := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	var rows [][]sheet.Cell
	for _, at := range []time.Time{{}, day.Add(-time.Millisecond), day, day.Add(24*time.Hour - time.Millisecond), day.Add(24 * time.Hour), day.AddDate(0, 0, 9)} {
		rows = append(rows, []sheet.Cell{sheet.At(at), sheet.Of("x")})
	}
	before := func(n int) sheet.Cell {
		return sheet.Total(sheet.Tally{Sheet: "T", Where: []sheet.Match{{Column: "When", Before: day.AddDate(0, 0, n)}}})
	}
	wb := sheet.Workbook{Modified: day, Sheets: []sheet.Sheet{
		{Name: "G", Grid: &sheet.Grid{Rows: [][]sheet.Cell{{before(2), before(0), before(1), before(-1), before(10)}}}},
		{Name: "T", Table: &sheet.Table{Columns: []sheet.Column{{Header: "When", Kind: sheet.Moments}, {Header: "X"}}, Rows: sheet.Rows(rows)}},
	}}
	file, _ := mustWrite(t, wb)
	book, err := Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"4", "1", "3", "0", "5"} // before the third, the first, the second, the day before, the eleventh
	for v, err := range book.Values("G") {
		if err != nil || v.Text != want[v.Col-1] {
			t.Errorf("column %d reads %s, want %s (%v, %s)", v.Col, v.Text, want[v.Col-1], err, v.Formula)
		}
	}
	wb.Sheets[0].Grid.Rows[0][0] = sheet.Total(sheet.Tally{Sheet: "T", Where: []sheet.Match{{Column: "When", Before: day}, {Column: "X", Equal: "x"}}})
	if _, err := Write(t.Context(), &bytes.Buffer{}, wb); err == nil {
		t.Error("moments and words in one total are counted wrongly rather than refused")
	}
}

// Programs differ on escapes in formulas: LibreOffice counts none where one has them.
func TestNoFormulaComparesWithWhatProgramsReadDifferently(t *testing.T) {
	for s, want := range map[string]bool{"Support": true, "a & b <c> \"d\"": true, "": true, "x_y": true, "ملف": true,
		"_x0041_": false, "\x1b[31m": false, "a\x00b": false, "a\rb": false} {
		if InFormulas(s) != want {
			t.Errorf("InFormulas(%q) = %v", s, !want)
		}
	}
	rows := sheet.Rows([][]sheet.Cell{{sheet.Of("_x0041_")}, {sheet.Of("plain")}})
	total := func(word string) sheet.Cell {
		return sheet.Total(sheet.Tally{Sheet: "T", Where: []sheet.Match{{Column: "W", Equal: word}}})
	}
	file, _ := mustWrite(t, sheet.Workbook{Modified: asOf, Sheets: []sheet.Sheet{{Name: "G", Grid: &sheet.Grid{Rows: [][]sheet.Cell{{total("_x0041_"), total("plain")}}}},
		{Name: "T", Table: &sheet.Table{Columns: []sheet.Column{{Header: "W"}}, Rows: rows}}}})
	for v, err := range mustOpen(t, file).Values("G") {
		if err != nil || v.Text != "1" || (v.Formula == "") != (v.Col == 1) {
			t.Errorf("column %d: %q, formula %q, %v", v.Col, v.Text, v.Formula, err)
		}
	}
}
