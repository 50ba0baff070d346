package xlsxtest_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"countersign/export/sheet"
	"countersign/export/xlsx"
	"countersign/export/xlsx/xlsxtest"
)

func workbook(t testing.TB) []byte {
	t.Helper()
	legend := sheet.Legend{{Text: "E", Class: sheet.Rung3}, {Text: "R", Class: sheet.Rung1}}
	table := func() *sheet.Table {
		return &sheet.Table{Key: 1, Columns: []sheet.Column{
			{Header: "Item"}, {Header: "Level", Kind: sheet.Levels, Legend: legend, Choices: []string{"E", "R"}}, {Header: "Count", Total: sheet.Added},
		}, Rows: sheet.Rows([][]sheet.Cell{
			{sheet.Of("itm_1").To("Cover", "A1"), sheet.Of("E"), sheet.Whole(1)},
			{sheet.Of("=itm_2").To("Cover", "A2"), sheet.Of("R"), sheet.Whole(2)},
		})}
	}
	var b bytes.Buffer
	_, err := xlsx.Write(context.Background(), &b, sheet.Workbook{
		Title: "t", Modified: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC),
		Sheets: []sheet.Sheet{
			{Name: "Cover", Tab: sheet.Good, Grid: &sheet.Grid{Freeze: 1, Widths: []float64{10, 20}, Rows: [][]sheet.Cell{
				{sheet.Of("Title").As(sheet.Title)}, {sheet.Of("Digest"), sheet.ContentDigest()},
				{sheet.Total(sheet.Tally{Sheet: "One"})},
			}, Charts: []sheet.Chart{{Title: "Bars", Alt: "what they show", Row: 5, Col: 1, Rows: 9, Columns: 4, First: 2, Last: 3, Names: 1,
				Series: []sheet.Series{{Column: 1}}}}}},
			{Name: "One", Table: table()},
			{Name: "Two", Table: table()},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestASoundWorkbookPasses(t *testing.T) { xlsxtest.Check(t, workbook(t)) }

const (
	types  = "[Content_Types].xml"
	book   = "xl/workbook.xml"
	cover  = "xl/worksheets/sheet1.xml"
	one    = "xl/worksheets/sheet2.xml"
	table1 = "xl/tables/table1.xml"
	table2 = "xl/tables/table2.xml"
	looks  = "xl/styles.xml"
	texts  = "xl/sharedStrings.xml"
)

// faults are changes to a sound package, each of which makes Excel offer a repair
// or lose something. They were written from the rules, not from the lint.
var faults = []struct{ name, part, find, put string }{
	{"table wider than its columns", table1, `ref="A1:C4"`, `ref="A1:D4"`},
	{"table without rows", table1, `ref="A1:C4"`, `ref="A1:C2"`},
	{"table column renamed", table1, `name="Level"`, `name="Rank"`},
	{"table columns of one name", table1, `name="Level"`, `name="ITEM"`},
	{"table column ids", table1, `tableColumn id="2"`, `tableColumn id="1"`},
	{"table column count", table1, `tableColumns count="3"`, `tableColumns count="4"`},
	{"tables of one name", table2, `displayName="Two"`, `displayName="one"`},
	{"tables of one id", table2, `<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="2"`, `<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="1"`},
	{"table named like a cell", table1, `displayName="One"`, `displayName="Q3"`},
	{"table named with a space", table1, `displayName="One"`, `displayName="One two"`},
	{"filter beyond its table", table1, `autoFilter ref="A1:C3"`, `autoFilter ref="A1:C9"`},
	{"filter of the sheet over a table", one, `<conditionalFormatting`, `<autoFilter ref="A1:C3"/><conditionalFormatting`},
	{"content type missing", types, `PartName="/xl/tables/table1.xml"`, `PartName="/xl/tables/tableX.xml"`},
	{"content type wrong", types, `spreadsheetml.table+xml`, `spreadsheetml.comments+xml`},
	{"content type twice", types, `PartName="/xl/tables/table2.xml"`, `PartName="/xl/tables/table1.xml"`},
	{"relation leads nowhere", "xl/worksheets/_rels/sheet2.xml.rels", `table1.xml`, `table9.xml`},
	{"sheet's relation missing", book, `r:id="`, `r:id="x`},
	{"rows out of order", one, `<row r="3">`, `<row r="1">`},
	{"cells out of order", one, `r="B3"`, `r="A3"`},
	{"cell in the wrong row", one, `r="B3"`, `r="B4"`},
	{"cell beyond the last column", one, `r="C3"`, `r="XFE3"`},
	{"cell outside the dimension", one, `dimension ref="A1:C4"`, `dimension ref="A1:C3"`},
	{"style out of range", one, ` s="`, ` s="99`},
	{"string out of range", one, `t="s"><v>`, `t="s"><v>99`},
	{"number that is none", one, `<v>2</v></c></row>`, `<v>two</v></c></row>`},
	{"type unknown", one, `t="s"`, `t="text"`},
	{"formula with its sign", cover, `<f>`, `<f>=`},
	{"inline text without text", cover, `t="s"><v>`, `t="inlineStr"><v>`},
	{"parts of a sheet out of order", one, `<pageSetup`, `<sheetFormatPr/><pageSetup`},
	{"conditional format's look", one, `dxfId="0"`, `dxfId="7"`},
	{"conditional format's range", one, `conditionalFormatting sqref="B2:B3"`, `conditionalFormatting sqref="B3:B2"`},
	{"validation count", one, `dataValidations count="1"`, `dataValidations count="2"`},
	{"validation list too long", one, `"E,R"`, `"E,` + strings.Repeat("R", 260) + `"`},
	{"link to a sheet that is not there", one, `location="'Cover'!A1"`, `location="'Lid'!A1"`},
	{"two links from one cell", one, `ref="A3" location`, `ref="A2" location`},
	{"sheet name too long", book, `name="Two"`, `name="` + strings.Repeat("x", 32) + `"`},
	{"sheet name with a slash", book, `name="Two"`, `name="T/wo"`},
	{"sheet names alike", book, `name="Two"`, `name="ONE"`},
	{"sheet named History", book, `name="Two"`, `name="history"`},
	{"name for a sheet out of range", book, `localSheetId="2"`, `localSheetId="3"`},
	{"name that leads nowhere", book, `Cover&#39;!$B$2`, `Lid&#39;!$B$2`},
	{"font out of range", looks, `fontId="0"`, `fontId="77"`},
	{"count of formats", looks, `<cellXfs count="`, `<cellXfs count="9`},
	{"string count", texts, `uniqueCount="`, `uniqueCount="1`},
	{"string too long", texts, `<t>itm_1</t>`, `<t>` + strings.Repeat("y", 32768) + `</t>`},
	{"not well-formed", cover, `</sheetData>`, ``},
	{"tab colour of six digits", cover, `rgb="FF`, `rgb="`},
	{"column ranges overlap", cover, `max="1"`, `max="2"`},
	{"column too wide", cover, `width="20"`, `width="300"`},
	{"chart without alternative text", "xl/drawings/drawing1.xml", `descr="what they show"`, `descr=""`},
	{"chart's content type", types, `drawingml.chart+xml`, `drawing+xml`},
	{"drawing's chart missing", "xl/drawings/_rels/drawing1.xml.rels", `chart1.xml`, `chart9.xml`},
	{"chart's elements out of order", "xl/charts/chart1.xml", `<c:barDir val="bar"/><c:grouping val="clustered"/>`, `<c:grouping val="clustered"/><c:barDir val="bar"/>`},
	{"axis' elements out of order", "xl/charts/chart1.xml", `<c:orientation val="minMax"/><c:min val="0"/>`, `<c:min val="0"/><c:orientation val="minMax"/>`},
	{"chart of a sheet that is not there", "xl/charts/chart1.xml", `Cover'!$A$2:`, `Lid'!$A$2:`},
	{"more points than a chart says", "xl/charts/chart1.xml", `<c:ptCount val="2"/>`, `<c:ptCount val="0"/>`},
	{"header of a page too long", cover, `<oddFooter>`, `<oddFooter>` + strings.Repeat("z", 256)},
}

func TestSeededFaultsAreCaught(t *testing.T) {
	good := workbook(t)
	for _, f := range faults {
		bad, changed := seed(t, good, f.part, f.find, f.put)
		if !changed {
			t.Errorf("%s: %s does not hold %q, so nothing was seeded", f.name, f.part, f.find)
			continue
		}
		if len(xlsxtest.Lint(bad)) == 0 {
			t.Errorf("%s: not caught", f.name)
		}
	}
}

func TestFaultsOfThePackage(t *testing.T) {
	good := workbook(t)
	for name, bad := range map[string][]byte{
		"no zip": []byte("PK nothing"), "cut": good[:len(good)-30],
		"types not first": rearrange(t, good, func(n string) int {
			if n == types {
				return 2
			}
			return 1
		}),
		"part twice":       rearrange(t, good, func(n string) int { return map[bool]int{true: 3, false: 1}[n == cover] }),
		"styles not there": rearrange(t, good, func(n string) int { return map[bool]int{true: 0, false: 1}[n == looks] }),
	} {
		if len(xlsxtest.Lint(bad)) == 0 {
			t.Errorf("%s: not caught", name)
		}
	}
}

type entry struct {
	name string
	body []byte
}

func entries(t *testing.T, data []byte) []entry {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var list []entry
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		if err := rc.Close(); err != nil {
			t.Fatal(err)
		}
		list = append(list, entry{f.Name, b})
	}
	return list
}

func pack(t *testing.T, list []entry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range list {
		to, err := w.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(e.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var escapedQuote = regexp.MustCompile(`&quot;|&#34;`)

func seed(t *testing.T, good []byte, part, find, put string) ([]byte, bool) {
	t.Helper()
	list := entries(t, good)
	changed := false
	for i, e := range list {
		if e.name != part {
			continue
		}
		body := string(e.body)
		if !strings.Contains(body, find) {
			body = escapedQuote.ReplaceAllString(body, `"`)
		}
		list[i].body = []byte(strings.Replace(body, find, put, 1))
		changed = strings.Contains(body, find)
	}
	return pack(t, list), changed
}

// rearrange writes each part as place says: 0 not at all, 1 in its place, 2 last,
// 3 twice.
func rearrange(t *testing.T, good []byte, place func(string) int) []byte {
	t.Helper()
	var list, last []entry
	for _, e := range entries(t, good) {
		switch place(e.name) {
		case 1:
			list = append(list, e)
		case 2:
			last = append(last, e)
		case 3:
			list = append(list, e, e)
		}
	}
	return pack(t, append(list, last...))
}
