package xlsx

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// restyled gives a cell of the decisions a style of its own: a font, a ground, a number
// format or an alignment as XML, each with that of a plain cell where it is empty.
func restyled(t testing.TB, p map[string]string, cell, font, fill, format, align string) {
	t.Helper()
	add := func(list, xml string) int {
		n := strings.Count(stretchOf(p[stylePart], "<"+list, "</"+list+">"), map[string]string{"fonts": "<font>", "fills": "<fill>", "cellXfs": "<xf ", "numFmts": "<numFmt "}[list])
		put(t, p, stylePart, "</"+list+">", xml+"</"+list+">")
		return n
	}
	ids := map[string]int{}
	if font != "" {
		ids["font"] = add("fonts", "<font>"+font+"</font>")
	}
	if fill != "" {
		ids["fill"] = add("fills", "<fill>"+fill+"</fill>")
	}
	if n, ok := strings.CutPrefix(format, "#"); ok {
		if _, err := fmt.Sscan(n, new(int)); err != nil {
			t.Fatal(err)
		}
		format = n
	} else if format != "" {
		add("numFmts", `<numFmt numFmtId="190" formatCode="`+format+`"/>`)
		format = "190"
	} else {
		format = "0"
	}
	id := add("cellXfs", fmt.Sprintf(`<xf numFmtId="%s" fontId="%d" fillId="%d" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1">%s</xf>`, format, ids["font"], ids["fill"], align))
	m := regexp.MustCompile(`<c r="` + cell + `"( s="[0-9]+")?`).FindString(p[decisions])
	put(t, p, decisions, m, fmt.Sprintf(`<c r="%s" s="%d"`, cell, id))
}

func stretchOf(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// conditions puts conditional formats on the figures, and what they paint.
func conditions(t testing.TB, p map[string]string, rules string, looks ...string) {
	t.Helper()
	n := strings.Count(p[stylePart], "<dxf>")
	for i, l := range looks {
		put(t, p, stylePart, "</dxfs>", l+"</dxfs>")
		rules = strings.ReplaceAll(rules, fmt.Sprintf("LOOK%d", i), fmt.Sprint(n+i))
	}
	put(t, p, decisions, `<conditionalFormatting `, `<conditionalFormatting sqref="A2:E6">`+rules+`</conditionalFormatting><conditionalFormatting `)
}

// retold puts the text of a cell in another way.
func retold(t testing.TB, p map[string]string, was, is string) {
	t.Helper()
	put(t, p, "xl/sharedStrings.xml", "<si><t>"+was+"</t></si>", "<si>"+is+"</si>")
}

const (
	mainPart   = bookPart
	calibri    = `<sz val="11"/><name val="Calibri"/>`
	relsOf2    = "xl/worksheets/_rels/sheet2.xml.rels"
	typesPart  = contentTypes
	figure     = "E2" // 12
	word       = "B2" // Ana
	moment     = "F2"
	themePart  = "xl/theme/theme1.xml"
	coverPart  = "xl/worksheets/sheet1.xml"
	chartOne   = "xl/charts/chart1.xml"
	tableOne   = "xl/tables/table1.xml"
	whiteTiny  = `<r><rPr><sz val="1"/><color rgb="FFFFFFFF"/><rFont val="Calibri"/></rPr><t>Ana</t></r>`
	greyLetter = `<dxf><font><color rgb="FF808080"/></font></dxf>`
	greyGround = `<dxf><fill><patternFill patternType="solid"><bgColor rgb="FF808080"/></patternFill></fill></dxf>`
)

// alteration is one of them: how it is made, and what is said of it.
type alteration struct {
	name string
	make func(t testing.TB, p map[string]string)
	says string
}

// alterations change how an honest file looks, and no value in it. Each is named, with
// the cell or the part where it is.
var alterations = []alteration{
	{"a run of white letters", func(t testing.TB, p map[string]string) { retold(t, p, "Ana", whiteTiny) }, `cell B2 has a stretch of its text in letters of 1 points`},
	{"a run in the colour of a cell's ground", func(t testing.TB, p map[string]string) {
		retold(t, p, "Reviewer", `<r><rPr><color rgb="FF1F3A5F"/></rPr><t>Reviewer</t></r>`)
	}, `cell B1 has a stretch of its text in letters of the colour 1F3A5F on a ground of 1F3A5F`},
	{"a run that is struck out", func(t testing.TB, p map[string]string) {
		retold(t, p, "Ana", `<r><rPr><strike/></rPr><t>Ana</t></r>`)
	}, "struck out"},
	{"a run of signs", func(t testing.TB, p map[string]string) {
		retold(t, p, "Ana", `<r><rPr><rFont val="Webdings"/></rPr><t>Ana</t></r>`)
	}, `the font "Webdings"`},
	{"a text in its cell with a run", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`<c r="B2" t="s"><v>[0-9]+</v></c>`).FindString(p[decisions])
		put(t, p, decisions, m, `<c r="B2" t="inlineStr"><is>`+whiteTiny+`</is></c>`)
	}, "cell B2 has a text with looks of its own"},
	{"how a text sounds", func(t testing.TB, p map[string]string) {
		retold(t, p, "Ana", `<t>Ana</t><rPh sb="0" eb="3"><t>Eve</t></rPh><phoneticPr fontId="0"/>`)
	}, "cell B2 has signs of how its text sounds"},
	{"a cell that shows how it sounds", func(t testing.TB, p map[string]string) { put(t, p, decisions, `<c r="B2"`, `<c ph="1" r="B2"`) }, "cell B2 has a mark by which signs"},
	{"something else for a value", func(t testing.TB, p map[string]string) { put(t, p, decisions, `<c r="E2"`, `<c vm="1" r="E2"`) }, "cell E2 has a mark by which something else is shown"},

	{"figures as bars", func(t testing.TB, p map[string]string) {
		conditions(t, p, `<cfRule type="dataBar" priority="9"><dataBar showValue="0"><cfvo type="min"/><cfvo type="max"/><color rgb="FFFFFFFF"/></dataBar></cfRule>`)
	}, `sheet "Decisions" has dataBar`},
	{"figures as icons", func(t testing.TB, p map[string]string) {
		conditions(t, p, `<cfRule type="iconSet" priority="9"><iconSet showValue="0"><cfvo type="percent" val="0"/></iconSet></cfRule>`)
	}, `sheet "Decisions" has iconSet`},
	{"a scale of colours", func(t testing.TB, p map[string]string) {
		conditions(t, p, `<cfRule type="colorScale" priority="9"><colorScale><cfvo type="min"/><cfvo type="max"/><color rgb="FF000000"/><color rgb="FF000000"/></colorScale></cfRule>`)
	}, `sheet "Decisions" has colorScale`},
	{"two conditions that hide together", func(t testing.TB, p map[string]string) {
		conditions(t, p, `<cfRule type="expression" dxfId="LOOK0" priority="8"><formula>TRUE</formula></cfRule><cfRule type="expression" dxfId="LOOK1" priority="9"><formula>TRUE</formula></cfRule>`, greyLetter, greyGround)
	}, "conditional formats together"},
	{"a condition that hides with the cell's ground", func(t testing.TB, p map[string]string) {
		conditions(t, p, `<cfRule type="expression" dxfId="LOOK0" priority="8"><formula>TRUE</formula></cfRule>`, `<dxf><font><color rgb="FF1F3A5F"/></font></dxf>`)
	}, "conditional formats together, or one on the looks of a cell"},
	{"a condition's white letters", func(t testing.TB, p map[string]string) {
		conditions(t, p, `<cfRule type="expression" dxfId="LOOK0" priority="8"><formula>TRUE</formula></cfRule>`, `<dxf><font><color rgb="FFFFFFFF"/></font></dxf>`)
	}, "paint letters on a ground"},
	{"a condition's number format", func(t testing.TB, p map[string]string) {
		conditions(t, p, `<cfRule type="expression" dxfId="LOOK0" priority="8"><formula>TRUE</formula></cfRule>`, `<dxf><numFmt numFmtId="191" formatCode="0,"/></dxf>`)
	}, `a conditional format has the number format "0,"`},
	{"a condition that strikes out", func(t testing.TB, p map[string]string) {
		conditions(t, p, `<cfRule type="expression" dxfId="LOOK0" priority="8"><formula>TRUE</formula></cfRule>`, `<dxf><font><strike/></font></dxf>`)
	}, `a conditional format paints letters that are struck out`},
	{"conditions of a later version", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `</worksheet>`, `<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:conditionalFormattings xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"/></ext></extLst></worksheet>`)
	}, `has conditionalFormattings`},
	{"lines in cells", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `</worksheet>`, `<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><x14:sparklineGroups xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"/></ext></extLst></worksheet>`)
	}, `has sparklineGroups`},

	{"thousands left out", func(t testing.TB, p map[string]string) { restyled(t, p, figure, "", "", "0,", "") }, `cell E2 and others have the number format "0,"`},
	{"minutes", func(t testing.TB, p map[string]string) { restyled(t, p, figure, "", "", "#45", "") }, `cell E2 and others have the built-in number format 45 (mm:ss)`},
	{"per cent", func(t testing.TB, p map[string]string) { restyled(t, p, figure, "", "", "#9", "") }, `built-in number format 9 (0%)`},
	{"whole numbers of shares", func(t testing.TB, p map[string]string) { restyled(t, p, "H2", "", "", "#1", "") }, `cell H2 and others have the built-in number format 1 (0)`},
	{"a format of nothing", func(t testing.TB, p map[string]string) { restyled(t, p, figure, "", "", ";;;", "") }, `number format ";;;"`},
	{"a format of a word", func(t testing.TB, p map[string]string) {
		restyled(t, p, figure, "", "", "&quot;none&quot;", "")
	}, "number format"},
	{"a built-in number with another code", func(t testing.TB, p map[string]string) {
		put(t, p, stylePart, "</numFmts>", `<numFmt numFmtId="14" formatCode="General"/></numFmts>`)
		restyled(t, p, figure, "", "", "#14", "")
	}, `cell E2 and others have the number format "General"`},
	{"a figure as a day", func(t testing.TB, p map[string]string) { restyled(t, p, figure, "", "", "yyyy-mm-dd", "") }, "cell E2 has the number format of a day, and a number that is none"},
	{"another order of a day", func(t testing.TB, p map[string]string) { restyled(t, p, moment, "", "", "yyyy-dd-mm", "") }, `cell F2 and others have the number format "yyyy-dd-mm"`},
	{"another calendar", func(t testing.TB, p map[string]string) { restyled(t, p, moment, "", "", "[$-D07041E]yyyy-mm-dd", "") }, "cell F2 and others have the number format"},
	{"a section for texts", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, "", "", "General;General;General;&quot;-&quot;", "")
	}, `cell B2 and others have the number format`},
	{"a text twice", func(t testing.TB, p map[string]string) { restyled(t, p, word, "", "", "@@", "") }, `number format "@@"`},

	{"letters of signs", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, `<sz val="11"/><name val="Wingdings"/>`, "", "", "")
	}, `cell B2 and others have the font "Wingdings"`},
	{"letters of a set of signs", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, calibri+`<charset val="2"/>`, "", "", "")
	}, `the font "Calibri", which may show other signs`},
	{"letters that nobody knows", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, `<sz val="11"/><name val="Keep Sans"/>`, "", "", "")
	}, `the font "Keep Sans"`},
	{"the theme's letters", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`<a:minorFont><a:latin typeface="[^"]*"`).FindString(p[themePart])
		put(t, p, themePart, m, `<a:minorFont><a:latin typeface="Symbol"`)
	}, `the theme's letters are of the font "Symbol"`},
	{"the theme's black", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`<a:dk1>.*?</a:dk1>`).FindString(p[themePart])
		put(t, p, themePart, m, `<a:dk1><a:srgbClr val="FFFFFF"/></a:dk1>`)
	}, "the theme's colour of letters is not dark"},
	{"the theme's white", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`<a:lt1>.*?</a:lt1>`).FindString(p[themePart])
		put(t, p, themePart, m, `<a:lt1><a:sysClr val="highlight" lastClr="FFFFFF"/></a:lt1>`)
	}, "the theme's colour of grounds is not light"},
	{"a colour of the theme that was made light", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`<a:accent1>.*?</a:accent1>`).FindString(p[themePart])
		put(t, p, themePart, m, `<a:accent1><a:srgbClr val="FEFEFE"/></a:accent1>`)
		restyled(t, p, word, calibri+`<color theme="4"/>`, "", "", "")
	}, "cell B2 and others have letters of the colour FEFEFE"},
	{"numbered colours made otherwise", func(t testing.TB, p map[string]string) {
		put(t, p, stylePart, "</styleSheet>", `<colors><indexedColors>`+strings.Repeat(`<rgbColor rgb="FFFFFFFF"/>`, 10)+`</indexedColors></colors></styleSheet>`)
		restyled(t, p, word, calibri+`<color indexed="8"/>`, "", "", "")
	}, "letters of the colour FFFFFF"},
	{"a colour of the system", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, calibri+`<color indexed="77"/>`, "", "", "")
	}, "a colour that only the program knows"},
	{"tiny letters", func(t testing.TB, p map[string]string) { restyled(t, p, word, `<sz val="1"/>`, "", "", "") }, "letters of 1 points"},
	{"letters larger than a row", func(t testing.TB, p map[string]string) { restyled(t, p, word, `<sz val="300"/>`, "", "", "") }, "letters of 300 points"},
	{"letters struck out", func(t testing.TB, p map[string]string) { restyled(t, p, word, calibri+`<strike/>`, "", "", "") }, "letters that are struck out"},
	{"letters raised", func(t testing.TB, p map[string]string) {
		restyled(t, p, figure, calibri+`<vertAlign val="superscript"/>`, "", "", "")
	}, "letters in superscript"},
	{"a ground that changes", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, "", `<gradientFill><stop position="0"><color rgb="FF000000"/></stop><stop position="1"><color rgb="FF000000"/></stop></gradientFill>`, "", "")
	}, "a ground that changes its colour"},
	{"a ground of lines", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, "", `<patternFill patternType="darkGrid"><fgColor rgb="FF000000"/></patternFill>`, "", "")
	}, "a ground of the pattern darkGrid"},
	{"a line through", func(t testing.TB, p map[string]string) {
		put(t, p, stylePart, "</borders>", `<border diagonalUp="1"><diagonal style="thick"/></border></borders>`)
		restyled(t, p, word, "", "", "", "")
		p[stylePart] = strings.Replace(p[stylePart], `borderId="0" xfId="0" applyNumberFormat="1"`, `borderId="1" xfId="0" applyNumberFormat="1"`, 1)
	}, "a line through them"},
	{"white letters that the named style has", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, "", "", "", "")
		p[stylePart] = strings.Replace(p[stylePart], `applyNumberFormat="1" applyFont="1"`, `applyNumberFormat="1" applyFont="0"`, 1)
		put(t, p, stylePart, `</fonts>`, `<font><color rgb="FFFFFFFF"/></font></fonts>`)
		put(t, p, stylePart, `<cellStyleXfs count="1"><xf numFmtId="0" fontId="0"`, fmt.Sprintf(`<cellStyleXfs count="1"><xf numFmtId="0" fontId="%d"`, strings.Count(stretchOf(p[stylePart], "<fonts", "</fonts>"), "<font>")-1))
	}, "letters of the colour FFFFFF"},

	{"indented out of the column", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, "", "", "", `<alignment horizontal="left" indent="250"/>`)
	}, "values indented by 250"},
	{"turned", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, "", "", "", `<alignment textRotation="255"/>`)
	}, "values turned by 255"},
	{"shrunk", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, "", "", "", `<alignment shrinkToFit="1"/>`)
	}, "letters that shrink"},
	{"repeated", func(t testing.TB, p map[string]string) {
		restyled(t, p, figure, "", "", "", `<alignment horizontal="fill"/>`)
	}, "laid out as fill"},
	{"from right to left", func(t testing.TB, p map[string]string) {
		restyled(t, p, word, "", "", "", `<alignment readingOrder="2"/>`)
	}, "texts that run from right to left"},

	{"zeros not shown", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<sheetView `, `<sheetView showZeros="0" `)
	}, `sheet "Decisions": zeros are not shown`},
	{"formulas shown", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<sheetView `, `<sheetView showFormulas="1" `)
	}, "formulas are shown"},
	{"columns from the right", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<sheetView `, `<sheetView rightToLeft="true" `)
	}, "its columns run from right to left"},
	{"a view too small", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<sheetView `, `<sheetView zoomScale="10" `)
	}, "too small to be read"},
	{"two views", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `</sheetViews>`, `<sheetView workbookViewId="0"/></sheetViews>`)
	}, "is shown in 2 windows"},
	{"rows that show the first line of a text", func(t testing.TB, p map[string]string) {
		p["xl/worksheets/sheet3.xml"] = regexp.MustCompile(` ht="[1-9][0-9]{2}"`).ReplaceAllString(p["xl/worksheets/sheet3.xml"], ` ht="15"`)
	}, "has a text of several lines in a row that shows only the first of them"},
	{"a column of no width", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `min="2" width="12"`, `min="2" width="1"`)
	}, "column B is hidden"},
	{"no names of sheets", func(t testing.TB, p map[string]string) {
		put(t, p, mainPart, `<workbookView `, `<workbookView showSheetTabs="0" `)
	}, "the names of the sheets are not shown"},
	{"no room for names of sheets", func(t testing.TB, p map[string]string) {
		put(t, p, mainPart, `<workbookView `, `<workbookView tabRatio="0" `)
	}, "the names of the sheets have no room"},
	{"a window of nothing", func(t testing.TB, p map[string]string) {
		put(t, p, mainPart, `windowWidth="14805"`, `windowWidth="1"`)
	}, "its window has no room"},
	{"a hidden window", func(t testing.TB, p map[string]string) {
		put(t, p, mainPart, `<workbookView `, `<workbookView visibility="hidden" `)
	}, "its window is hidden"},
	{"charts not shown", func(t testing.TB, p map[string]string) {
		put(t, p, mainPart, `<workbookPr `, `<workbookPr showObjects="none" `)
	}, "its charts are not shown"},
	{"days of another calendar", func(t testing.TB, p map[string]string) {
		put(t, p, mainPart, `<workbookPr `, `<workbookPr dateCompatibility="0" `)
	}, "counted from another day"},
	{"other files", func(t testing.TB, p map[string]string) {
		put(t, p, mainPart, `</sheets>`, `</sheets><externalReferences><externalReference r:id="rId1"/></externalReferences>`)
	}, "the workbook has externalReferences"},
	{"views of their own", func(t testing.TB, p map[string]string) {
		put(t, p, mainPart, `</workbook>`, `<customWorkbookViews/></workbook>`)
	}, "the workbook has customWorkbookViews"},
	{"rows on every page", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`>&#39;Decisions&#39;!\$1:\$1<`).FindString(p[mainPart])
		put(t, p, mainPart, m, strings.Replace(m, "$1:$1", "$1:$40", 1))
	}, "every printed page repeats"},

	{"words beside a cell", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<dataValidation `, `<dataValidation promptTitle="Decided" prompt="Corrected to keep" showInputMessage="1" `)
	}, `the words "Decided Corrected to keep" appear beside C2:C4`},
	{"words over a cell", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `error="Choose one of: certify`, `error="It was kept`)
	}, "may appear over C2:C4"},
	{"another target of a link", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `location="'Decisions'!A2"`, `location="'Decisions'!A3"`)
	}, `the link of cell A2 leads to 'Decisions'!A3, which is not what the cell names ("itm_1")`},
	{"a link to nowhere", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `location="'Decisions'!A2"`, `location="nowhere"`)
	}, `leads to "nowhere", which is no cell`},
	{"a link outside", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `location="'Decisions'!A2"`, `r:id="rId77"`)
		put(t, p, relsOf2, `</Relationships>`, `<Relationship Id="rId77" Type="`+relationSpaces[0]+`hyperlink" Target="https://example.com/" TargetMode="External"/></Relationships>`)
	}, "leads out of the workbook"},
	{"words over a link", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `location="'Decisions'!A2"`, `location="'Decisions'!A2" tooltip="kept"`)
	}, `shows the words "kept"`},

	{"comments", func(t testing.TB, p map[string]string) {
		p["xl/comments1.xml"] = `<comments xmlns="` + nsMain + `"/>`
		put(t, p, relsOf2, `</Relationships>`, `<Relationship Id="rId78" Type="`+relationSpaces[0]+`comments" Target="../comments1.xml"/></Relationships>`)
	}, "drawn: comments"},
	{"a picture behind the cells", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<tableParts`, `<picture r:id="rId79"/><tableParts`)
	}, "has picture"},
	{"a text box", func(t testing.TB, p map[string]string) {
		put(t, p, "xl/drawings/drawing1.xml", `</xdr:wsDr>`, `<xdr:twoCellAnchor><xdr:sp/></xdr:twoCellAnchor></xdr:wsDr>`)
	}, "drawn: sp"},
	{"a part of another kind", func(t testing.TB, p map[string]string) {
		put(t, p, bookRels, `</Relationships>`, `<Relationship Id="rIdM" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>`)
	}, `as its vbaProject`},
	{"a theme of a chart's own", func(t testing.TB, p map[string]string) {
		p["xl/charts/_rels/chart1.xml.rels"] = `<Relationships xmlns="` + transitional + `package/2006/relationships"><Relationship Id="rId1" Type="` + relationSpaces[0] + `themeOverride" Target="../theme/theme1.xml"/></Relationships>`
	}, `as its themeOverride`},
	{"styles that are said to be something else", func(t testing.TB, p map[string]string) {
		put(t, p, typesPart, sheetType+"styles+xml", sheetType+"comments+xml")
	}, `the part "xl/styles.xml" is said to be of the type`},
	{"a sheet that is said to be something else", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`<Override PartName="/xl/worksheets/sheet2.xml"[^>]*>`).FindString(p[typesPart])
		put(t, p, typesPart, m, strings.Replace(m, "worksheet+xml", "dialogsheet+xml", 1))
	}, `the part "xl/worksheets/sheet2.xml" is said to be of the type`},
	{"a part of two types", func(t testing.TB, p map[string]string) {
		put(t, p, typesPart, `</Types>`, `<Override PartName="/XL/styles.xml" ContentType="application/xml"/></Types>`)
	}, "is said to be of two types"},
	{"a table of another style", func(t testing.TB, p map[string]string) {
		put(t, p, tableOne, `"TableStyleLight9"`, `"TableStyleDark1"`)
	}, `has the style "TableStyleDark1"`},
	{"a table's style made by the file", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`<tableStyles [^>]*></tableStyles>`).FindString(p[stylePart])
		put(t, p, stylePart, m, `<tableStyles count="1"><tableStyle name="TableStyleLight9" count="1"><tableStyleElement type="wholeTable" dxfId="0"/></tableStyle></tableStyles>`)
	}, "has a style that the file makes itself"},
	{"a chart's words in signs", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`<a:defRPr[^>]*>`).FindString(p[chartOne])
		put(t, p, chartOne, m, strings.TrimSuffix(strings.TrimSuffix(m, ">"), "/")+`><a:latin typeface="Wingdings"/>`+map[bool]string{true: "</a:defRPr>"}[strings.HasSuffix(m, "/>")])
	}, "words in the font Wingdings"},
	{"a chart's words too small", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`<a:defRPr sz="[0-9]+"`).FindString(p[chartOne])
		put(t, p, chartOne, m, `<a:defRPr sz="100"`)
	}, "words too small to be read"},
	{"an element of a sheet that is none yet", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<tableParts`, `<cellCovers/><tableParts`)
	}, `sheet "Decisions" has cellCovers`},
	{"an attribute of a sheet that is none yet", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<sheetView `, `<sheetView showNothing="1" `)
	}, "<sheetView> has the attribute showNothing"},
}

// An altered look is named, whatever it is, and where it is; the values are all there.
func TestAlteredLooksAreNamed(t *testing.T) {
	honest, res := mustWrite(t, charted())
	if ok, says := accepted(honest, res.Digest); !ok {
		t.Fatalf("the honest one: %s", says)
	}
	parts := unpacked(t, honest)
	for i, a := range slices.Concat(alterations, moreAlterations) {
		if testing.Short() && i%9 != 0 {
			continue // one path, other bytes
		}
		t.Run(a.name, func(t *testing.T) {
			p := maps.Clone(parts)
			if a.make(t, p); maps.Equal(p, parts) {
				t.Fatal("nothing was altered")
			}
			file := pack(t, p)
			ok, says := accepted(file, res.Digest)
			if drawn, err := mustOpen(t, file).Drawings(); err == nil {
				for _, d := range drawn {
					says += "; drawn: " + d.Kind
					ok = ok && d.Kind == "graphicFrame"
				}
			}
			if ok || !strings.Contains(says, a.says) || strings.Contains(says, "another digest") {
				t.Errorf("%v, said %q, want %q", ok, says, a.says)
			}
		})
	}
}
