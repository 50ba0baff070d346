package xlsx

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
)

// inStyle makes a style like restyled, and gives its number; the cell that it is made
// with has its own again.
func inStyle(t testing.TB, p map[string]string, font, format, align string) string {
	t.Helper()
	was := p[decisions]
	restyled(t, p, word, font, "", format, align)
	n := regexp.MustCompile(`<c r="` + word + `" s="([0-9]+)"`).FindStringSubmatch(p[decisions])[1]
	p[decisions] = was
	return n
}

// columned gives a column of the decisions an attribute.
func columned(t testing.TB, p map[string]string, col int, attr string) {
	t.Helper()
	m := regexp.MustCompile(fmt.Sprintf(`<col [^>]*min="%d" [^>]*>`, col)).FindString(p[decisions])
	put(t, p, decisions, m, strings.Replace(m, "<col ", "<col "+attr+" ", 1))
}

const drawingOne = "xl/drawings/drawing1.xml"

// moreAlterations are of what programs do where a cell names no style, of outlines, of
// where texts stand, of printed heads, of charts' places and of tables' own words.
var moreAlterations = []alteration{
	{"a column's style for cells that name none", func(t testing.TB, p map[string]string) {
		columned(t, p, 2, `style="`+inStyle(t, p, "", ";;;&quot;keep&quot;", "")+`"`)
	}, `a row's or column's own style has the number format ";;;\"keep\""`},
	{"a row's style for cells that name none", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<row r="2"`, `<row s="`+inStyle(t, p, calibri+`<color rgb="FFFFFFFF"/>`, "", "")+`" customFormat="1" r="2"`)
	}, `a row's or column's own style has letters of the colour FFFFFF`},
	{"a day's format by the column's style", func(t testing.TB, p map[string]string) {
		columned(t, p, 5, `style="`+inStyle(t, p, "", "yyyy-mm-dd", "")+`"`)
		p[decisions] = regexp.MustCompile(`<c r="E2" s="[0-9]+"`).ReplaceAllString(p[decisions], `<c r="E2"`)
	}, "cell E2 has the number format of a day"},
	{"a style of a row that the file has not", func(t testing.TB, p map[string]string) { put(t, p, decisions, `<row r="2"`, `<row s="999" r="2"`) }, "a row or column has a style that the file has not"},
	{"rows folded away", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<row r="2"`, `<row outlineLevel="1" r="2"`)
		put(t, p, decisions, `<row r="3"`, `<row collapsed="1" r="3"`)
	}, "rows or columns are folded away"},
	{"columns folded away", func(t testing.TB, p map[string]string) {
		columned(t, p, 2, `outlineLevel="1"`)
	}, "rows or columns can be folded away"},
	{"an outline of the sheet", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<sheetFormatPr `, `<sheetFormatPr outlineLevelRow="2" `)
	}, "rows can be folded away"},

	{"the end of a text", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, "", "", "", `<alignment horizontal="right" vertical="top"/>`)
	}, "texts laid out as right, of which a narrow column shows the end"},
	{"the middle of a text", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, "", "", "", `<alignment horizontal="center" vertical="top"/>`)
	}, "texts laid out as center"},
	{"the last lines of a text", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, "", "", "", `<alignment vertical="bottom" wrapText="1"/>`)
	}, "do not begin at the top"},
	{"the last lines of a text, as programs read it", func(t testing.TB, p map[string]string) { restyled(t, p, word, "", "", "", `<alignment wrapText="1"/>`) }, "do not begin at the top"},
	{"a text on end", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, "", "", "", `<alignment textRotation="90" vertical="bottom"/>`)
	}, "values turned by 90"},
	{"a number on end", func(t testing.TB, p map[string]string) {
		restyled(t, p, figure, "", "", "", `<alignment textRotation="90"/>`)
	}, "values turned by 90"},
	{"a text on end, as a header in a low row", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, calibri+`<color rgb="FFFFFFFF"/>`, `<patternFill patternType="solid"><fgColor rgb="FF1F3A5F"/></patternFill>`, "", `<alignment textRotation="90" vertical="bottom"/>`)
		p[decisions] = regexp.MustCompile(`<row r="2"( ht="[^"]*")?`).ReplaceAllString(p[decisions], `<row r="2" ht="8" customHeight="1"`)
	}, "a text that stands on end in a row that shows only a part of it"},
	{"a moment without its time", func(t testing.TB, p map[string]string) { restyled(t, p, moment, "", "", "yyyy-mm-dd", "") }, "a moment of which it does not show the time"},

	{"a head in white", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<oddHeader>&amp;L`, `<oddHeader>&amp;L&amp;KFFFFFF`)
	}, `the code "&KFFFFFF"`},
	{"a head in signs", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<oddHeader>&amp;L`, `<oddHeader>&amp;L&amp;"Wingdings,Regular"`)
	}, `Wingdings`},
	{"a head of one point", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<oddHeader>&amp;L`, `<oddHeader>&amp;L&amp;1`)
	}, `the code "&1"`},
	{"a head that is struck out", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<oddHeader>&amp;L`, `<oddHeader>&amp;L&amp;S`)
	}, `the code "&S"`},
	{"a first page without its head", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<headerFooter>`, `<headerFooter differentFirst="1">`)
	}, "the first of its printed pages says something else"},
	{"every other page without its head", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<headerFooter>`, `<headerFooter differentOddEven="1">`)
	}, "every other of its printed pages says something else"},
	{"a size that leaves cells out", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`<dimension ref="[^"]*"`).FindString(p[decisions])
		put(t, p, decisions, m, `<dimension ref="A1:B2"`)
	}, "it says that its cells are A1:B2"},

	{"a chart that is hidden", func(t testing.TB, p map[string]string) {
		put(t, p, drawingOne, `<xdr:cNvPr `, `<xdr:cNvPr hidden="1" `)
	}, "a mark by which it is hidden"},
	{"a chart that is not printed", func(t testing.TB, p map[string]string) {
		put(t, p, drawingOne, `<xdr:clientData/>`, `<xdr:clientData fPrintsWithSheet="0"/>`)
	}, "a mark by which it is not printed"},
	{"a chart over its figures", func(t testing.TB, p map[string]string) {
		put(t, p, drawingOne, `<xdr:colOff>0<`, `<xdr:colOff>-9000000<`)
	}, "a place outside the cell that it names"},
	{"charts over each other", func(t testing.TB, p map[string]string) {
		a := p[drawingOne][strings.Index(p[drawingOne], "<xdr:twoCellAnchor"):strings.LastIndex(p[drawingOne], "</xdr:wsDr>")]
		a = a[:strings.Index(a, "</xdr:twoCellAnchor>")+len("</xdr:twoCellAnchor>")]
		put(t, p, drawingOne, "</xdr:wsDr>", a+"</xdr:wsDr>")
	}, "another one over it or under it"},
	{"a chart that draws in a corner", func(t testing.TB, p map[string]string) {
		put(t, p, chartOne, `<c:layout/>`, `<c:layout><c:manualLayout><c:x val="0.9"/><c:y val="0.9"/><c:w val="0.01"/><c:h val="0.01"/></c:manualLayout></c:layout>`)
	}, "no room for what it draws"},
	{"an axis the other way", func(t testing.TB, p map[string]string) {
		i := strings.Index(p[chartOne], "<c:valAx>")
		p[chartOne] = p[chartOne][:i] + strings.Replace(p[chartOne][i:], `val="minMax"`, `val="maxMin"`, 1)
	}, "an axis that runs the other way"},

	{"columns of a table by other names", func(t testing.TB, p map[string]string) {
		put(t, p, tableOne, `name="Reviewer"`, `name="XX"`)
		put(t, p, tableOne, `name="Decision"`, `name="Reviewer"`)
		put(t, p, tableOne, `name="XX"`, `name="Decision"`)
	}, `calls its column B "Decision", and cell B1 holds "Reviewer"`},
	{"a table without headers", func(t testing.TB, p map[string]string) { put(t, p, tableOne, `<table `, `<table headerRowCount="0" `) }, "has no row of headers"},
	{"a row as totals", func(t testing.TB, p map[string]string) {
		put(t, p, "xl/tables/table2.xml", `totalsRowShown="0"`, `totalsRowCount="1"`)
	}, "takes its last row for totals"},
	{"a filter without its button", func(t testing.TB, p map[string]string) {
		p[tableOne] = regexp.MustCompile(`<autoFilter ([^>]*)/>`).ReplaceAllString(p[tableOne], `<autoFilter $1><filterColumn colId="1" hiddenButton="1"><filters><filter val="Ana"/></filters></filterColumn></autoFilter>`)
	}, "without the button of their filter"},
}

// Columns of which nothing is asked hide no row.
func TestAFilterThatAsksNothingHidesNothing(t *testing.T) {
	honest, _ := mustWrite(t, charted())
	file := repack(t, honest, func(p map[string]string) {
		columns := ""
		for i := range strings.Count(p[tableOne], "<tableColumn ") {
			columns += fmt.Sprintf(`<filterColumn colId="%d" hiddenButton="1"/>`, i)
		}
		p[tableOne] = regexp.MustCompile(`<autoFilter ([^>]*)/>`).ReplaceAllString(p[tableOne], `<autoFilter $1>`+columns+`</autoFilter>`)
		put(t, p, decisions, `<row r="3"`, `<row hidden="1" r="3"`)
	})
	h, err := mustOpen(t, file).Hidden()
	if err != nil || len(h.Unasked["Decisions"]) != 1 || h.Rows["Decisions"] != 0 {
		t.Errorf("%v, hidden by a filter %v, by none %v", err, h.Rows, h.Unasked)
	}
}

// A filter that hides rows says by what.
func TestAFilterSaysWhatItAsks(t *testing.T) {
	honest, _ := mustWrite(t, charted())
	file := repack(t, honest, func(p map[string]string) {
		p[tableOne] = regexp.MustCompile(`<autoFilter ([^>]*)/>`).ReplaceAllString(p[tableOne], `<autoFilter $1><filterColumn colId="1"><filters blank="1"><filter val="Bo *?~"/><filter val="Cy"/></filters></filterColumn><filterColumn colId="4"><customFilters><customFilter operator="greaterThan" val="9"/></customFilters></filterColumn></autoFilter>`)
		put(t, p, decisions, `<row r="2"`, `<row hidden="1" r="2"`)
	})
	h, err := mustOpen(t, file).Hidden()
	if want := `column B holds "bo *?~", "cy" or nothing and column E holds greaterThan "9"`; err != nil || h.Asked["Decisions"] != want {
		t.Errorf("%v, %q, want %q", err, h.Asked, want)
	}
}

// What a file says of itself that no export says is told, with its words.
func TestWhatAFileSaysOfItselfIsTold(t *testing.T) {
	honest, _ := mustWrite(t, charted())
	if p, err := mustOpen(t, honest).Properties(); err != nil || len(p.Added) > 0 {
		t.Errorf("the honest one: %v, %q", err, p.Added)
	}
	book := mustOpen(t, repack(t, honest, func(p map[string]string) {
		put(t, p, "docProps/app.xml", "</Application>", "</Application><Manager>Approved by Bo</Manager><Company>Other AG</Company>")
		put(t, p, "docProps/core.xml", "<dc:creator>Countersign<", "<dc:creator>An auditor<")
		put(t, p, bookPart, "<workbookPr", `<fileSharing readOnlyRecommended="1" userName="Bo"/><workbookPr`)
		p["docProps/custom.xml"] = `<Properties xmlns="` + transitional + `officeDocument/2006/custom-properties" xmlns:vt="` + transitional + `officeDocument/2006/docPropsVTypes">` +
			`<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="Opinion"><vt:lpwstr>unqualified</vt:lpwstr></property></Properties>`
		put(t, p, "_rels/.rels", "</Relationships>", `<Relationship Id="rIdC" Type="`+relationSpaces[0]+`custom-properties" Target="docProps/custom.xml"/></Relationships>`)
	}))
	p, err := book.Properties()
	if want := map[string]string{"manager": "Approved by Bo", "company": "Other AG", "creator": "An auditor", `"Opinion"`: "unqualified"}; err != nil || !maps.Equal(p.Added, want) {
		t.Errorf("%v, %q, want %q", err, p.Added, want)
	}
	if who, err := book.SharedBy(); err != nil || who != "Bo" {
		t.Errorf("%v, kept by %q", err, who)
	}
}
