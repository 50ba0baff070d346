package xlsx

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"countersign/export/xlsx/xlsxtest"
)

// What changes nothing of what is read is not named: where a sheet opens, how wide its
// columns are, letters of other families and sizes, colours that can be told apart.
func TestHarmlessLooksAreNotNamed(t *testing.T) {
	honest, res := mustWrite(t, charted())
	parts := unpacked(t, honest)
	for _, c := range []struct {
		name string
		make func(t testing.TB, p map[string]string)
	}{
		{"wider columns", func(t testing.TB, p map[string]string) {
			put(t, p, decisions, `min="2" width="12"`, `min="2" width="30"`)
		}},
		{"another active cell", func(t testing.TB, p map[string]string) {
			put(t, p, decisions, `activeCell="A2"`, `activeCell="C4"`)
		}},
		{"another family", func(t testing.TB, p map[string]string) {
			restyled(t, p, word, `<sz val="14"/><color rgb="FF202020"/><name val="Liberation Sans"/>`, "", "", "")
		}},
		{"another ground", func(t testing.TB, p map[string]string) {
			restyled(t, p, word, calibri+`<b/>`, `<patternFill patternType="solid"><fgColor rgb="FFFFF2CC"/></patternFill>`, "", `<alignment horizontal="left" vertical="top" wrapText="1"/>`)
		}},
		{"a format as LibreOffice writes it", func(t testing.TB, p map[string]string) {
			restyled(t, p, moment, "", "", `yyyy\-mm\-dd\ hh:mm:ss`, "")
		}},
		{"a format with its language", func(t testing.TB, p map[string]string) {
			restyled(t, p, "G2", "", "", `[$-409]yyyy\-mm\-dd;@`, "")
		}},
		{"a text's format", func(t testing.TB, p map[string]string) { restyled(t, p, word, "", "", "#49", "") }},
		{"a run in another family", func(t testing.TB, p map[string]string) {
			retold(t, p, "Ana", `<r><rPr><sz val="11"/><rFont val="DejaVu Sans"/><family val="2"/><charset val="1"/></rPr><t>An</t></r><r><t>a</t></r>`)
		}},
		{"a condition that paints readable letters", func(t testing.TB, p map[string]string) {
			conditions(t, p, `<cfRule type="expression" dxfId="LOOK0" priority="8"><formula>TRUE</formula></cfRule>`, `<dxf><font><b/><color rgb="FF14532D"/></font><fill><patternFill><bgColor rgb="FFDCF2E0"/></patternFill></fill></dxf>`)
		}},
		{"numbers in the middle", func(t testing.TB, p map[string]string) {
			restyled(t, p, figure, "", "", "", `<alignment horizontal="center" vertical="center"/>`)
		}},
		{"rows and columns with plain styles, and no outline", func(t testing.TB, p map[string]string) {
			put(t, p, decisions, `<col `, `<col style="0" outlineLevel="0" collapsed="false" `)
			put(t, p, decisions, `<row r="2"`, `<row r="2" s="0" customFormat="1" outlineLevel="0"`)
			put(t, p, decisions, `<sheetFormatPr `, `<sheetFormatPr outlineLevelRow="0" outlineLevelCol="0" `)
		}},
		{"a head in another family, dark and readable", func(t testing.TB, p map[string]string) {
			put(t, p, decisions, `<oddHeader>&amp;L`, `<oddHeader>&amp;L&amp;"Calibri,Regular"&amp;11&amp;K000000`)
		}},
		{"heads of the first page that are the same", func(t testing.TB, p map[string]string) {
			head := stretchOf(p[decisions], "<oddHeader>", "</oddHeader>")
			foot := stretchOf(p[decisions], "<oddFooter>", "</oddFooter>")
			put(t, p, decisions, `</oddFooter>`, `</oddFooter><firstHeader>`+head+`</firstHeader><firstFooter>`+foot+`</firstFooter>`)
			put(t, p, decisions, `<headerFooter>`, `<headerFooter differentFirst="1">`)
		}},
		{"tables as exceljs writes them", func(t testing.TB, p map[string]string) {
			columns := ""
			for i := range strings.Count(p[tableOne], "<tableColumn ") {
				columns += fmt.Sprintf(`<filterColumn colId="%d" hiddenButton="1"/>`, i)
			}
			p[tableOne] = regexp.MustCompile(`<autoFilter ([^>]*)/>`).ReplaceAllString(p[tableOne], `<autoFilter $1>`+columns+`</autoFilter>`)
			put(t, p, tableOne, `<table `, `<table headerRowCount="0" `)
		}},
		{"a view of pages", func(t testing.TB, p map[string]string) {
			put(t, p, decisions, `<sheetView `, `<sheetView view="pageLayout" zoomScale="70" `)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := maps.Clone(parts)
			if c.make(t, p); maps.Equal(p, parts) {
				t.Fatal("nothing was altered")
			}
			if ok, says := accepted(pack(t, p), res.Digest); !ok {
				t.Errorf("said %q", says)
			}
		})
	}
}

// Families of letters are known by their names, as programs in every language have them.
func TestTextFamilies(t *testing.T) {
	for _, f := range []string{"Calibri", "Calibri Light", "Aptos Narrow", "Arial", "Liberation Sans", "DejaVu Sans", "Times New Roman", "ＭＳ Ｐゴシック", "游ゴシック", "宋体", "Segoe UI", "Noto Sans CJK SC", "Carlito"} {
		if !textFamily(f) {
			t.Errorf("%s is none", f)
		}
	}
	for _, f := range []string{"", "Wingdings", "Wingdings 3", "Webdings", "Symbol", "Segoe UI Symbol", "Segoe UI Emoji", "Zapf Dingbats", "OpenSymbol", "Libre Barcode 39", "Redacted Script", "Cambria Math", "Keep"} {
		if textFamily(f) {
			t.Errorf("%q is one", f)
		}
	}
	if slices.Contains(textFamilies, "") {
		t.Error("an empty beginning is that of every name")
	}
}

// A file as Excel saves it is the same workbook, and nothing in it is named.
func TestAsExcelSavesItNothingIsNamed(t *testing.T) {
	honest, res := mustWrite(t, charted())
	p := unpacked(t, honest)
	before := maps.Clone(p)
	xlsxtest.AsExcel(p)
	for _, part := range []string{bookPart, decisions, stylePart, themePart, chartOne, tableOne, "xl/sharedStrings.xml", contentTypes} {
		if p[part] == before[part] {
			t.Errorf("%s is as it was", part)
		}
	}
	if ok, says := accepted(pack(t, p), res.Digest); !ok {
		t.Errorf("it says %q", says)
	}
}
