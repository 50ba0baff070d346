package report

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"countersign/export/sheet"
	"countersign/review"
	"countersign/store/storetest"

	"github.com/xuri/excelize/v2"
)

// replaced is a workbook with one part in which something was replaced, once.
func replaced(t *testing.T, file []byte, part, was, is string) []byte {
	t.Helper()
	files := partsOf(t, file)
	if !bytes.Contains(files[part], []byte(was)) {
		t.Fatalf("%s has no %q:\n%.3000s", part, was, files[part])
	}
	files[part] = bytes.Replace(files[part], []byte(was), []byte(is), 1)
	return zipped(t, files)
}

// partNamed finds the part of a sheet, or what it is related to, by what it contains.
func partNamed(t *testing.T, file []byte, folder, contains string) string {
	t.Helper()
	for name, body := range partsOf(t, file) {
		if strings.HasPrefix(name, folder) && !strings.Contains(name, "_rels") && bytes.Contains(body, []byte(contains)) {
			return name
		}
	}
	t.Fatalf("no part of %s has %q", folder, contains)
	return ""
}

// sheetPart is the part of a sheet, by its place among the sheets.
func sheetPart(t *testing.T, file []byte, name string) string {
	t.Helper()
	list := regexp.MustCompile(`<sheet name="([^"]*)"`).FindAllStringSubmatch(string(partsOf(t, file)["xl/workbook.xml"]), -1)
	for i, m := range list {
		if m[1] == name {
			return fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)
		}
	}
	t.Fatalf("no sheet %q among %q", name, list)
	return ""
}

func holds(t *testing.T, what string, v Verification, want string) {
	t.Helper()
	if said := strings.Join(v.Faults, "\n"); v.Holds() != (want == "") || !strings.Contains(said, want) {
		t.Errorf("%s: said %q, want %q", what, said, want)
	}
}

// Panes that nobody can scroll back in hide rows as well as hiding them does; a sheet
// that only opens further down is remarked.
func TestVerifyFindsRowsScrolledOutOfReach(t *testing.T) {
	file := closedBook(t)
	part := sheetPart(t, file, sheetDecisions)
	pane := regexp.MustCompile(`<pane [^>]*>`).FindString(string(partsOf(t, file)[part]))
	view := regexp.MustCompile(`<sheetView [^>]*>`).FindString(string(partsOf(t, file)[part]))
	if pane == "" || !strings.Contains(pane, `ySplit="1"`) {
		t.Fatalf("the pane is %q", pane)
	}
	for i, c := range []struct{ what, was, is, want string }{
		{"as written", "<sheetViews>", "<sheetViews>", ""},
		{"frozen further down", view, strings.Replace(view, "<sheetView ", `<sheetView topLeftCell="A4" `, 1), `sheet "Decisions": its panes are frozen with row 4 on top`},
		{"frozen further right", view, strings.Replace(view, "<sheetView ", `<sheetView topLeftCell="C1" `, 1), `sheet "Decisions": its panes are frozen with column C on the left`},
		{"half of it frozen", pane, strings.Replace(pane, `ySplit="1"`, `ySplit="40"`, 1), `sheet "Decisions": 40 rows are frozen`},
		{"all columns frozen", pane, strings.Replace(pane, `xSplit="3"`, `xSplit="30"`, 1), `sheet "Decisions": 30 columns are frozen`},
		{"scrolled", pane, strings.Replace(pane, `topLeftCell="D2"`, `topLeftCell="D9"`, 1), ""},
	} {
		if testing.Short() && i > 1 {
			continue // one path, other bytes
		}
		v := verify(t, replaced(t, file, part, c.was, c.is), nil)
		holds(t, c.what, v, c.want)
		if c.what == "scrolled" && !strings.Contains(strings.Join(v.Remarks, "\n"), `sheet "Decisions" opens at cell D9`) {
			t.Errorf("where it opens is not remarked: %q", v.Remarks)
		}
	}
}

// Charts are drawn from the cells beside them: what they keep, point to and say.
func TestVerifyFindsAlteredCharts(t *testing.T) {
	q := closedQuarter(t)
	file := closedBook(t)
	chart := partNamed(t, file, "xl/charts/", titleMix)
	drawn := partNamed(t, file, "xl/drawings/", "Bars of how often")
	body := string(partsOf(t, file)[chart])
	value := regexp.MustCompile(`<c:numCache>.*?<c:pt idx="0"><c:v>[0-9]+</c:v>`).FindString(body)
	cells := regexp.MustCompile(`'Charts'!\$B\$[0-9]+:\$B\$[0-9]+`).FindString(body)
	cases := []struct{ what, part, was, is, want string }{
		{"a point", chart, value, regexp.MustCompile(`<c:v>[0-9]+</c:v>$`).ReplaceAllString(value, "<c:v>77</c:v>"), `the chart "Decisions by answer" shows "77" for cell B`},
		{"a name", chart, "<c:v>Keep</c:v>", "<c:v>Revoke</c:v>", `the chart "Decisions by answer" shows "Revoke" for cell A`},
		{"other cells", chart, cells, strings.ReplaceAll(cells, "$B$", "$C$"), `the chart "Decisions by answer" draws figures from Charts!C`},
		{"fewer cells", chart, cells, regexp.MustCompile(`[0-9]+$`).ReplaceAllString(cells, "7"), `the chart "Decisions by answer" draws figures from Charts!B`},
		{"figures of no cells", chart, "<c:f>" + cells + "</c:f>", "", `draws figures from no cells`},
		{"its title", chart, titleMix, "Nothing was revoked", `the chart "Decisions by answer" is called "Nothing was revoked"`},
		{"its words", drawn, "revoke", "abstain", `the chart "Decisions by answer" has the alternative text "Bars of how often`},
		{"its axis", chart, `<c:min val="0"/>`, `<c:min val="2"/>`, `the chart "Decisions by answer" has an axis that begins`},
		{"its numbers", chart, `formatCode="#,##0;;"`, `formatCode="[=10]&quot;0&quot;;#,##0"`, `the chart "Decisions by answer" has numbers in the format [=10]"0"`},
		{"a field", chart, `</a:r></a:p></c:rich>`, `</a:r><a:fld id="{0}" type="TXLINK"><a:t>: nothing was revoked</a:t></a:fld></a:p></c:rich>`, `has a text that a field gives`},
		{"an axis' title", chart, `</c:majorGridlines>`, `</c:majorGridlines><c:title><c:tx><c:rich><a:p><a:r><a:t>nothing</a:t></a:r></a:p></c:rich></c:tx></c:title>`, `has titles of its own`},
		{"a bar unseen", chart, `<c:spPr><a:solidFill><a:srgbClr val="7A1212"/></a:solidFill>`, `<c:spPr><a:noFill/>`, `has something drawn in no colour`},
		{"other units", chart, `<c:crossBetween val="between"/>`, `<c:crossBetween val="between"/><c:dispUnits><c:builtInUnit val="hundreds"/></c:dispUnits>`, `has an axis in other units`},
		{"error bars", chart, `<c:cat><c:strRef>`, `<c:errBars><c:errBarType val="plus"/></c:errBars><c:cat><c:strRef>`, `has error bars`},
		{"a label gone", chart, `<c:dLbls><c:numFmt`, `<c:dLbls><c:dLbl><c:idx val="2"/><c:delete val="1"/></c:dLbl><c:numFmt`, `has an axis or a label left out`},
		{"no words on its axis", chart, `<c:tickLblPos val="low"/>`, `<c:tickLblPos val="none"/>`, `has an axis without its words`},
		{"a second chart", chart, `<c:chart><c:title>`, `<mc:AlternateContent><mc:Choice Requires="a14"><c:chart/></mc:Choice></mc:AlternateContent><c:chart><c:title>`, `has a second chart behind it`},
		{"another drawing", drawn, `</xdr:wsDr>`, `<xdr:twoCellAnchor><mc:AlternateContent/></xdr:twoCellAnchor></xdr:wsDr>`, `something is drawn over its cells`},
		{"no room", drawn, regexp.MustCompile(`(?s)<xdr:to>.*?</xdr:to>`).FindString(string(partsOf(t, file)[drawn])), regexp.MustCompile(`(?s)<xdr:from>(.*?)</xdr:from>`).ReplaceAllString(regexp.MustCompile(`(?s)<xdr:from>.*?</xdr:from>`).FindString(string(partsOf(t, file)[drawn])), "<xdr:to>$1</xdr:to>"), `has no room to be read in`},
		{"a legend", chart, `<c:plotVisOnly`, `<c:legend><c:legendPos val="r"/></c:legend><c:plotVisOnly`, `the chart "Decisions by answer" has a legend, the export's has none`},
		{"its words cut", drawn, "Bars of how often each answer was given.", "", `has the alternative text " Of`},
	}
	for i, c := range cases {
		if testing.Short() && i > 0 {
			continue // one path, other bytes
		}
		holds(t, c.what, verify(t, replaced(t, file, c.part, c.was, c.is), nil), c.want)
	}
	if testing.Short() {
		return // what follows is the same path too
	}
	files := partsOf(t, file)
	files[chart] = bytes.ReplaceAll(files[chart], []byte("c:barChart"), []byte("c:pieChart"))
	holds(t, "its kind", verify(t, zipped(t, files), nil), "is drawn as pieChart")
	files = partsOf(t, file)
	files[drawn] = regexp.MustCompile(` descr="[^"]*"`).ReplaceAll(files[drawn], nil)
	if v := verify(t, zipped(t, files), nil); !v.Holds() || !strings.Contains(strings.Join(v.Remarks, "\n"), "without the alternative text") {
		t.Errorf("words that a program did not keep: %q, %q", v.Faults, v.Remarks)
	}
	storetest.View(t, q.s, func(tx review.Tx) error {
		ev, err := GatherCampaign(context.Background(), tx, q.c.ID, "test")
		if err != nil {
			return err
		}
		again := Campaign(&ev)
		holds(t, "as written, with the database", verify(t, file, &again), "")
		holds(t, "a point, with the database", verify(t, replaced(t, file, chart, cases[0].was, cases[0].is), &again), cases[0].want)
		for i := range again.Sheets {
			if s := &again.Sheets[i]; s.Name == sheetCharts {
				g := *s.Grid
				g.Charts = append([]sheet.Chart{}, g.Charts...)
				g.Charts[1].Title = "What it was"
				s.Grid = &g
			}
		}
		holds(t, "another title than the database's", verify(t, file, &again), `the chart "What it was" is called "Answers by department of the holder"`)
		return nil
	})
}

// Rows that a filter shows and that are hidden all the same are named; those that it
// hides are remarked, and so are those of which that cannot be told.
func TestVerifyFindsRowsHiddenBeyondAFilter(t *testing.T) {
	file := closedBook(t)
	book := opened(t, file)
	rows := cells(t, book, sheetOutcomes)
	col, word := -1, ""
	for i, h := range rows[0] {
		if h == "Result" {
			col, word = i, rows[2][i]
		}
	}
	var others []int // rows of another result, counted from 1
	for i, r := range rows[1:] {
		if at([][]string{r}, 0, col) != word {
			others = append(others, i+2)
		}
	}
	some, hide := others[:min(2, len(others))], "rows are hidden" // in -short there is one
	if len(some) == 1 {
		hide = "row is hidden"
	}
	if word == "" || len(some) == 0 || len(some) < 2 && !testing.Short() {
		t.Fatalf("the outcomes say too little: %q in row 3, others in %v", word, others)
	}
	part, table := sheetPart(t, file, sheetOutcomes), partNamed(t, file, "xl/tables/", `name="Outcomes"`)
	filtered := func(criterion string, hidden ...int) []byte {
		files := partsOf(t, file)
		empty := regexp.MustCompile(`<autoFilter ref="([^"]*)"\s*(/>|></autoFilter>)`)
		if !empty.Match(files[table]) {
			t.Fatalf("the table's filter: %s", files[table])
		}
		if criterion != "" {
			files[table] = empty.ReplaceAll(files[table], fmt.Appendf(nil, `<autoFilter ref="$1"><filterColumn colId="%d">%s</filterColumn></autoFilter>`, col, criterion))
		}
		for _, n := range hidden {
			files[part] = bytes.Replace(files[part], fmt.Appendf(nil, `<row r="%d"`, n), fmt.Appendf(nil, `<row hidden="1" r="%d"`, n), 1)
		}
		return zipped(t, files)
	}
	hidden := fmt.Sprintf("%d %s, as by a filter", len(some), hide)
	only := fmt.Sprintf(`<filters><filter val="%s"/></filters>`, word)
	beyond := `sheet "Outcomes": rows are hidden that its filter would show, from row 3 on`
	for i, c := range []struct {
		what, criterion, want, remark string
		hidden                        []int
	}{
		{"what the filter hides", only, "", hidden, some},
		{"one more", only, beyond, hidden, append([]int{3}, some...)},
		{"by another word", fmt.Sprintf(`<customFilters><customFilter operator="notEqual" val="%s*"/></customFilters>`, word), "", "1 row is hidden", []int{3}},
		{"one that passes it", fmt.Sprintf(`<customFilters><customFilter operator="notEqual" val="%s*"/></customFilters>`, word), `sheet "Outcomes": rows are hidden that no filter hides, from row`, "", others[:1]},
		{"by its colour", `<colorFilter dxfId="0"/>`, "", "of 1 row whether the filter hides them cannot be told", []int{3}},
		{"the header", only, "rows are hidden that no filter hides, from row 1 on", "", []int{1}},
		{"without a filter", "", "rows are hidden that no filter hides, from row 3 on", "", []int{3}},
	} {
		if testing.Short() && i > 1 {
			continue // one path, other bytes
		}
		v := verify(t, filtered(c.criterion, c.hidden...), nil)
		holds(t, c.what, v, c.want)
		if !strings.Contains(strings.Join(v.Remarks, "\n"), c.remark) {
			t.Errorf("%s: remarked %q, want %q", c.what, v.Remarks, c.remark)
		}
	}
}

// A row or a column is hidden by every spelling of true that some program reads, and by
// a height that is none; what may paint over cells is named, whatever part it is in.
func TestVerifyFindsWhatIsHiddenInOtherWays(t *testing.T) {
	file := closedBook(t)
	part := sheetPart(t, file, sheetDecisions)
	for i, c := range []struct{ what, was, is, want string }{
		{"on", `<row r="5"`, `<row hidden="on" r="5"`, "rows are hidden that no filter hides, from row 5 on"},
		{"with blanks", `<row r="5"`, `<row hidden=" 1 " r="5"`, "rows are hidden that no filter hides, from row 5 on"},
		{"TRUE", `<row r="5"`, `<row hidden="TRUE" r="5"`, "rows are hidden that no filter hides, from row 5 on"},
		{"not", `<row r="5"`, `<row hidden="0" r="5"`, ""},
		{"a column", `<col customWidth="true" max="2"`, `<col hidden="t" customWidth="true" max="2"`, `sheet "Decisions": column B is hidden`},
		{"paint", `</worksheet>`, `<extLst><ext><x14:conditionalFormattings/></ext></extLst></worksheet>`, `sheet "Decisions" has conditionalFormattings`},
		{"old drawings", `</worksheet>`, `<legacyDrawing r:id="rId9"/></worksheet>`, `sheet "Decisions" has legacyDrawing`},
		{"a picture", `</worksheet>`, `<picture r:id="rId9"/></worksheet>`, `sheet "Decisions" has picture`},
	} {
		if testing.Short() && i > 1 {
			continue // one path, other bytes
		}
		holds(t, c.what, verify(t, replaced(t, file, part, c.was, c.is), nil), c.want)
	}
	five := regexp.MustCompile(`<row r="5"[^>]*>`).FindString(string(partsOf(t, file)[part]))
	low := regexp.MustCompile(` ht="[^"]*"`).ReplaceAllString(five, "")
	for i, height := range []string{"5", " 0 ", "none"} {
		if testing.Short() && i > 0 {
			continue // one path, other bytes
		}
		holds(t, "height "+height, verify(t, replaced(t, file, part, five, strings.Replace(low, "<row ", `<row ht="`+height+`" `, 1)), nil), "rows are hidden that no filter hides, from row 5 on")
	}
}

// Letters that nobody can read, pages that leave cells out and words put over or under
// them are named: the values are all there, and whoever looks does not see them.
func TestVerifyFindsWhatNobodyCanReadOrPrint(t *testing.T) {
	file := closedBook(t)
	styled := func(font excelize.Font, fill string) func(*excelize.File) error {
		return func(f *excelize.File) error {
			st := &excelize.Style{Font: &font}
			if fill != "" {
				st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
			}
			id, err := f.NewStyle(st)
			if err != nil {
				return err
			}
			return f.SetCellStyle(sheetOutcomes, "D2", "D3", id)
		}
	}
	painted := func(font, fill string) func(*excelize.File) error {
		return func(f *excelize.File) error {
			id, err := f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: font}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}})
			if err != nil {
				return err
			}
			return f.SetConditionalFormat(sheetOutcomes, "D2:D3", []excelize.ConditionalFormatOptions{{Type: "formula", Criteria: "TRUE", Format: &id}})
		}
	}
	area := func(ref string) func(*excelize.File) error {
		return func(f *excelize.File) error {
			return f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: sheetOutcomes + "!" + ref, Scope: sheetOutcomes})
		}
	}
	heads := func(change func(*excelize.HeaderFooterOptions)) func(*excelize.File) error {
		return func(f *excelize.File) error {
			is, err := f.GetHeaderFooter(sheetOutcomes)
			if err != nil {
				return err
			}
			change(is)
			return f.SetHeaderFooter(sheetOutcomes, is)
		}
	}
	theme := 0
	cell := `sheet "Outcomes": cell D2 and others have letters of`
	for i, c := range []struct {
		what, want string
		change     func(*excelize.File) error
	}{
		{"white", cell + " the colour FFFFFF on a ground of FFFFFF", styled(excelize.Font{Color: "FFFFFF"}, "")},
		{"white on dark", "", styled(excelize.Font{Color: "FFFFFF"}, "1F3A5F")},
		{"nearly white", cell, styled(excelize.Font{Color: "F2F2F2"}, "")},
		{"the theme's white", cell, styled(excelize.Font{ColorTheme: &theme}, "")},
		{"black on black", cell, styled(excelize.Font{Color: "000000"}, "101010")},
		{"tiny", cell + " 1 points", styled(excelize.Font{Size: 1}, "")},
		{"another colour", "", styled(excelize.Font{Color: "7A1212"}, "FADCDC")},
		{"painted white", `sheet "Outcomes": a conditional format paints letters of the colour FFFFFF`, painted("FFFFFF", "FFFFFF")},
		{"painted", "", painted("14532D", "DCF2E0")},
		{"two rows printed", `sheet "Outcomes": only`, area("$A$1:$O$3")},
		{"all printed", "", area("$A$1:$AZ$9999")},
		{"a footer", `sheet "Outcomes": its printed pages say`, heads(func(h *excelize.HeaderFooterOptions) { h.OddFooter += "&RApproved" })},
		{"another instant", `sheet "Outcomes": its printed pages say`, heads(func(h *excelize.HeaderFooterOptions) {
			h.OddFooter = strings.Replace(h.OddFooter, "as of 20", "as of 19", 1)
		})},
		{"a header", `sheet "Outcomes": its printed pages say`, heads(func(h *excelize.HeaderFooterOptions) { h.OddHeader = "&LNothing was revoked" })},
		{"a header of the first page", `sheet "Outcomes": its printed pages say`, heads(func(h *excelize.HeaderFooterOptions) { h.DifferentFirst, h.FirstHeader = true, "&CDraft" })},
		{"none, not even the banner", `sheet "Outcomes": its printed pages do not say what the cover's banner says`, heads(func(h *excelize.HeaderFooterOptions) { h.OddHeader, h.OddFooter = "", "" })},
		{"in another font", "", heads(func(h *excelize.HeaderFooterOptions) {
			h.OddFooter = strings.Replace(h.OddFooter, "&C", `&C&"Arial,Bold"&10`, 1)
		})},
	} {
		if testing.Short() && i > 0 {
			continue // one path, other bytes
		}
		holds(t, c.what, verify(t, edited(t, file, c.change), nil), c.want)
	}
}

// No cover says that a state was looked at before the event that made it.
func TestACoverLookedAtBeforeItsEvent(t *testing.T) {
	q := closedQuarter(t)
	storetest.View(t, q.s, func(tx review.Tx) error {
		rep, err := Find("people")
		if err != nil {
			return err
		}
		wb, err := rep.Build(context.Background(), tx, Request{Version: "test", At: tx.Now()})
		if err != nil {
			return err
		}
		file, _ := written(t, wb)
		st, err := ReadStated(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return err
		}
		e, err := tx.Event(st.Event)
		if err != nil {
			return err
		}
		for _, c := range []struct {
			at    time.Time
			fault bool
		}{{st.At, false}, {e.Time, false}, {e.Time.Add(-time.Second), true}} {
			st.At = c.at
			if said, err := st.Untimely(tx); (said != "") != c.fault || err != nil || c.fault && !strings.Contains(said, fmt.Sprintf("event %d, whose state is shown", st.Event)) {
				t.Errorf("looked at %s, of an event of %s: %q, %v", c.at, e.Time, said, err)
			}
		}
		return nil
	})
}
