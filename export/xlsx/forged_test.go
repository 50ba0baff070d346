package xlsx

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"countersign/export/sheet"
)

// unpacked are the parts of a file.
func unpacked(t testing.TB, file []byte) map[string]string {
	t.Helper()
	parts := map[string]string{}
	rezip(t, file, func(name string, b []byte) (string, []byte) {
		parts[name] = string(b)
		return name, b
	})
	return parts
}

// repack gives a file with its parts changed, put in or taken out.
func repack(t testing.TB, file []byte, change func(parts map[string]string)) []byte {
	t.Helper()
	parts := unpacked(t, file)
	before := maps.Clone(parts)
	if change(parts); maps.Equal(before, parts) {
		t.Fatal("nothing was forged")
	}
	return pack(t, parts)
}

// pack puts parts together, as they are.
func pack(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		to, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(to, parts[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// put changes one stretch of a part.
func put(t testing.TB, parts map[string]string, part, was, is string) {
	t.Helper()
	if !strings.Contains(parts[part], was) {
		t.Fatalf("%s has no %q:\n%.2000s", part, was, parts[part])
	}
	parts[part] = strings.Replace(parts[part], was, is, 1)
}

// accepted tells what verify would: that a file is read, its values have the digest that
// it shows, which is that of the honest one, and nothing in it is hidden.
func accepted(file []byte, want Digest) (bool, string) {
	b, err := Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return false, err.Error()
	}
	c, err := b.Contents(context.Background())
	if err != nil {
		return false, err.Error()
	}
	h, err := b.Hidden()
	if err != nil {
		return false, err.Error()
	}
	if _, err := b.Drawings(); err != nil {
		return false, err.Error()
	}
	charts, err := b.Charts()
	if err != nil {
		return false, err.Error()
	}
	says := h.Faults
	for _, c := range charts {
		says = append(says, c.Own...)
	}
	if !c.Agrees() || c.Digest != want {
		says = append(says, "another digest")
	}
	return len(says) == 0, strings.Join(says, "; ")
}

const (
	bookPart  = "xl/workbook.xml"
	bookRels  = "xl/_rels/workbook.xml.rels"
	decisions = "xl/worksheets/sheet2.xml"
	stylePart = "xl/styles.xml"
)

// forgings are files that show something else than what was exported, each made of an
// honest one: of what programs pass over, of what they read the first or the last of,
// or of what they do not look for where a reader does.
var forgings = []struct {
	name string
	make func(t testing.TB, p map[string]string)
	says string // in the refusal or the fault
}{
	{"a part by an attribute of another namespace", func(t testing.TB, p map[string]string) {
		twin(t, p)
		put(t, p, bookRels, `Target="worksheets/sheet2.xml"`, `Target="worksheets/twin.xml" xmlns:x="urn:x" x:Target="worksheets/sheet2.xml"`)
	}, "another digest"},
	{"a sheet with two relations", func(t testing.TB, p map[string]string) {
		id := sheetID(t, p, "Decisions")
		twin(t, p)
		put(t, p, bookRels, `</Relationships>`, `<Relationship Id="twin" Type="`+relationSpaces[0]+`worksheet" Target="worksheets/twin.xml"/></Relationships>`)
		put(t, p, bookPart, `r:id="`+id+`"`, `r:id="twin" xmlns:s="`+strings.TrimSuffix(relationSpaces[1], "/")+`" s:id="`+id+`"`)
	}, "another edition"},
	{"a sheet with one relation twice", func(t testing.TB, p map[string]string) {
		id := sheetID(t, p, "Decisions")
		twin(t, p)
		put(t, p, bookRels, `</Relationships>`, `<Relationship Id="twin" Type="`+relationSpaces[0]+`worksheet" Target="worksheets/twin.xml"/></Relationships>`)
		put(t, p, bookPart, `r:id="`+id+`"`, `r:id="twin" xmlns:s="`+nsRelated+`" s:id="`+id+`"`)
	}, "twice"},
	{"a hidden sheet", func(t testing.TB, p map[string]string) {
		put(t, p, bookPart, `<sheet name="Decisions"`, `<sheet xmlns:x="urn:x" state="veryHidden" x:state="visible" name="Decisions"`)
	}, "is hidden"},
	{"another name", func(t testing.TB, p map[string]string) {
		put(t, p, bookPart, `<sheet name="Decisions"`, `<sheet xmlns:x="urn:x" name="Nothing" x:name="Decisions"`)
	}, "another digest"},
	{"another number format", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`formatCode="(yyyy[^"]*)"`).FindStringSubmatch(p[stylePart])
		if m == nil {
			t.Fatalf("no format: %.2000s", p[stylePart])
		}
		put(t, p, stylePart, m[0], `xmlns:x="urn:x" formatCode="&quot;never&quot;" x:formatCode="`+m[1]+`"`)
	}, "number format"},
	{"the styles of another type of relation", func(t testing.TB, p map[string]string) {
		p["xl/honest.xml"] = p[stylePart]
		m := regexp.MustCompile(`formatCode="yyyy[^"]*"`).FindString(p[stylePart])
		put(t, p, stylePart, m, `formatCode="&quot;never&quot;"`)
		put(t, p, bookRels, `</Relationships>`, `<Relationship Id="rIdX" Type="urn:x/styles" Target="honest.xml"/></Relationships>`)
	}, "number format"},
	{"the texts of another type of relation", func(t testing.TB, p map[string]string) {
		p["xl/honest.xml"] = p["xl/sharedStrings.xml"]
		put(t, p, "xl/sharedStrings.xml", "<t>Ana</t>", "<t>Eve</t>")
		put(t, p, bookRels, `<Relationship `, `<Relationship Id="rIdX" Type="urn:x/sharedStrings" Target="honest.xml"/><Relationship `)
	}, "another digest"},
	{"texts twice", func(t testing.TB, p map[string]string) {
		p["xl/twin.xml"] = p["xl/sharedStrings.xml"]
		put(t, p, bookRels, `</Relationships>`, `<Relationship Id="rIdX" Type="`+relationSpaces[1]+`sharedStrings" Target="twin.xml"/></Relationships>`)
	}, "two parts that are its sharedStrings"},
	{"a part by an escaped name", func(t testing.TB, p map[string]string) {
		p["xl/worksheets/sheet%32.xml"] = p[decisions]
		put(t, p, decisions, "<v>12</v>", "<v>13</v>")
		put(t, p, bookRels, `worksheets/sheet2.xml`, `worksheets/sheet%32.xml`)
	}, "programs read differently"},
	{"parts told apart by case", func(t testing.TB, p map[string]string) { p["xl/worksheets/Sheet2.xml"] = p[decisions] }, "twice"},
	{"a sheet that is a chart's", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`<Relationship [^>]*worksheets/sheet2\.xml[^>]*>`).FindString(p[bookRels])
		put(t, p, bookRels, m, strings.Replace(m, `relationships/worksheet"`, `relationships/chartsheet"`, 1))
	}, "by its part"},
	{"a choice of sheets", func(t testing.TB, p map[string]string) {
		list := regexp.MustCompile(`(?s)<sheets>.*</sheets>`).FindString(p[bookPart])
		put(t, p, bookPart, list, `<mc:AlternateContent xmlns:mc="`+transitional+`markup-compatibility/2006"><mc:Choice Requires="r">`+strings.Replace(list, "Decisions", "Nothing", 1)+`</mc:Choice></mc:AlternateContent>`+list)
	}, "where no workbook has one"},
	{"defaults of attributes", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<worksheet `, `<!DOCTYPE worksheet [<!ATTLIST row hidden CDATA "1">]><worksheet `)
	}, "document type"},
	{"an attribute twice", func(t testing.TB, p map[string]string) { put(t, p, decisions, `<c r="E2"`, `<c r="F2" r="E2"`) }, "twice"},
	{"what ignored elements hold", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<sheetData>`, `<sheetData xmlns:mc="`+transitional+`markup-compatibility/2006" xmlns:x="urn:x" mc:Ignorable="x" mc:ProcessContent="x:y">`)
	}, "asks programs to read"},
	{"ends that do not match", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<v>12</v></c>`, `<v>12</c></v>`)
	}, "never began"},

	{"two values", func(t testing.TB, p map[string]string) { put(t, p, decisions, `<v>12</v>`, `<v>1</v><v>2</v>`) }, "twice"},
	{"an element in a value", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<v>12</v>`, `<v>12<x:y xmlns:x="urn:x"/>99</v>`)
	}, "inside the text"},
	{"a value of the other edition", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<v>12</v>`, `<v>1</v><s:v xmlns:s="`+strictly+`spreadsheetml/main">2</s:v>`)
	}, "another edition"},
	{"a number that programs end at its first letter", func(t testing.TB, p map[string]string) { put(t, p, decisions, `<v>12</v>`, `<v>0xCp0</v>`) }, "no number"},
	{"two texts", func(t testing.TB, p map[string]string) {
		part, m, text := inline(t, p)
		put(t, p, part, m, `t="inlineStr"><is><t>nobody</t></is><is><t>`+text+`</t></is>`)
	}, "twice"},
	{"an element in a text", func(t testing.TB, p map[string]string) {
		part, m, text := inline(t, p)
		put(t, p, part, m, `t="inlineStr"><is><t>`+text+`<x:y xmlns:x="urn:x"/> was refused</t></is>`)
	}, "inside the text"},
	{"a value beside a text", func(t testing.TB, p map[string]string) {
		part, m, text := inline(t, p)
		put(t, p, part, m, `t="str"><v></v><is><t>`+text+`</t></is>`)
	}, "in a way that programs show differently"},
	{"two formulas", func(t testing.TB, p map[string]string) {
		put(t, p, "xl/worksheets/sheet1.xml", `<f>`, `<f>1+1</f><f>`)
	}, "twice"},
	{"an element in a formula", func(t testing.TB, p map[string]string) {
		m := regexp.MustCompile(`<f>[^<]*`).FindString(p["xl/worksheets/sheet1.xml"])
		put(t, p, "xl/worksheets/sheet1.xml", m, m+`<x:y xmlns:x="urn:x"/>`)
	}, "inside the text"},

	{"a cell of another row", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<row r="2"`, `<row r="200002"`)
		put(t, p, decisions, `<row r="3"`, `<row r="200003"`)
		put(t, p, decisions, `<row r="4"`, `<row r="200004"`)
		put(t, p, decisions, `<row r="5"`, `<row r="200005"`)
		put(t, p, decisions, `<row r="6"`, `<row r="200006"`)
	}, "stands in row 200002"},
	{"a row twice", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<row r="3"`, `<row r="2"><c r="E2"><v>99</v></c></row><row r="3"`)
	}, "row 2 stands behind row 2"},
	{"an empty row behind", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `</sheetData>`, `<row r="3"></row></sheetData>`)
	}, "row 3 stands behind row 6"},
	{"a cell twice", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `<c r="E2"`, `<c r="E2"/><c r="E2"`)
	}, "the cell E2 stands"},
	{"a table of other cells", func(t testing.TB, p map[string]string) {
		for name := range p {
			if strings.HasPrefix(name, "xl/tables/") && strings.Contains(p[name], `displayName="Decisions"`) {
				put(t, p, name, `ref="A1:H6"`, `ref="A1:H3"`)
			}
		}
	}, "its table is of the cells A1:H3"},
	{"a table by another type of relation", func(t testing.TB, p map[string]string) {
		put(t, p, "xl/worksheets/_rels/sheet2.xml.rels", `relationships/table"`, `relationships/tables"`)
	}, "as something else"},

	{"tall rows that stay", func(t testing.TB, p map[string]string) {
		put(t, p, decisions, `ySplit="1"`, `ySplit="5"`)
		p[decisions] = regexp.MustCompile(`<row r="[0-9]+"`).ReplaceAllString(regexp.MustCompile(` ht="[^"]*"`).ReplaceAllString(p[decisions], ""), `$0 ht="409"`)
	}, "points high"},
}

// twin puts a part beside that of the decisions, with another figure.
func twin(t testing.TB, p map[string]string) {
	t.Helper()
	p["xl/worksheets/twin.xml"] = p[decisions]
	p["xl/worksheets/_rels/twin.xml.rels"] = p["xl/worksheets/_rels/sheet2.xml.rels"]
	put(t, p, "xl/worksheets/twin.xml", "<v>12</v>", "<v>13</v>")
	put(t, p, "[Content_Types].xml", `</Types>`, `<Override PartName="/xl/worksheets/twin.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`)
}

func sheetID(t testing.TB, p map[string]string, name string) string {
	t.Helper()
	m := regexp.MustCompile(`<sheet name="` + name + `"[^>]* r:id="([^"]*)"`).FindStringSubmatch(p[bookPart])
	if m == nil {
		t.Fatalf("no sheet %q: %s", name, p[bookPart])
	}
	return m[1]
}

// inline finds a text that stands in its cell.
func inline(t testing.TB, p map[string]string) (part, cell, text string) {
	t.Helper()
	for _, part := range []string{"xl/worksheets/sheet3.xml", "xl/worksheets/sheet1.xml"} {
		if m := regexp.MustCompile(`t="inlineStr"><is><t>([a-z0-9]{3,})</t></is>`).FindStringSubmatch(p[part]); m != nil {
			return part, m[0], m[1]
		}
	}
	t.Fatal("no text stands in its cell")
	return "", "", ""
}

// Each forging is refused, faulted or read as what it shows.
func TestForgedFilesAreNotReadAsTheHonestOne(t *testing.T) {
	honest, res := mustWrite(t, sample())
	if ok, says := accepted(honest, res.Digest); !ok {
		t.Fatalf("the honest one: %s", says)
	}
	for i, f := range forgings {
		if testing.Short() && i%4 != 0 {
			continue // one path, other bytes
		}
		t.Run(f.name, func(t *testing.T) {
			ok, says := accepted(repack(t, honest, func(p map[string]string) { f.make(t, p) }), res.Digest)
			if ok || !strings.Contains(says, f.says) {
				t.Errorf("%v, said %q, want %q", ok, says, f.says)
			}
		})
	}
}

// What programs write besides is passed over: attributes and elements of versions to
// come, choices of a style, extensions.
func TestWhatOtherProgramsWriteIsStillRead(t *testing.T) {
	honest, res := mustWrite(t, charted())
	file := repack(t, honest, func(p map[string]string) {
		mc := ` xmlns:mc="` + transitional + `markup-compatibility/2006" xmlns:x15="urn:x15" mc:Ignorable="x15"`
		put(t, p, bookPart, `<workbook `, `<workbook`+mc+` x15:uid="{1}" `)
		put(t, p, bookPart, `<sheets>`, `<mc:AlternateContent><mc:Choice Requires="x15"><x15:absPath url="C:\"/></mc:Choice></mc:AlternateContent><sheets>`)
		put(t, p, decisions, `<worksheet `, `<worksheet`+mc+` x15:uid="{2}" `)
		put(t, p, decisions, `<row r="2"`, `<row r="2" x15:dyDescent="0.25"`)
		put(t, p, decisions, `</worksheet>`, `<extLst><ext uri="{3}"><x15:ignoredErrors><x15:ignoredError/></x15:ignoredErrors></ext></extLst></worksheet>`)
		put(t, p, "xl/charts/chart1.xml", `<c:chart>`, `<mc:AlternateContent`+mc+`><mc:Choice Requires="c14"><c14:style xmlns:c14="urn:c14" val="102"/></mc:Choice><mc:Fallback><c:style val="2"/></mc:Fallback></mc:AlternateContent><c:chart>`)
	})
	if ok, says := accepted(file, res.Digest); !ok {
		t.Errorf("it says %q", says)
	}
	// The strict edition is the same workbook.
	file = repack(t, honest, func(p map[string]string) {
		for name := range p {
			for from, to := range map[string]string{"spreadsheetml/2006/main": "spreadsheetml/main", "officeDocument/2006/relationships": "officeDocument/relationships",
				"drawingml/2006/main": "drawingml/main", "drawingml/2006/chart": "drawingml/chart", "drawingml/2006/spreadsheetDrawing": "drawingml/spreadsheetDrawing"} {
				p[name] = strings.ReplaceAll(p[name], transitional+from, strictly+to)
			}
		}
	})
	if ok, says := accepted(file, res.Digest); !ok {
		t.Errorf("the strict edition says %q", says)
	}
	if charts, err := mustOpen(t, file).Charts(); err != nil || len(charts) != 3 || charts[0].Title == "" || len(charts[0].Series) != 2 {
		t.Errorf("its charts are %+v, %v", charts, err)
	}
}

// A chart in other colours, or in one of two ways, is named.
func TestForgedChartsAreNamed(t *testing.T) {
	honest, res := mustWrite(t, charted())
	bar := `<c:spPr><a:solidFill><a:srgbClr val="3E8E5A"/></a:solidFill>`
	for i, c := range []struct{ name, was, is, says string }{
		{"nearly white", bar, `<c:spPr><a:solidFill><a:srgbClr val="FEFEFE"/></a:solidFill>`, otherColour},
		{"the ground of the theme", bar, `<c:spPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill>`, otherColour},
		{"a colour by its name", bar, `<c:spPr><a:solidFill><a:prstClr val="white"/></a:solidFill>`, otherColour},
		{"made lighter", bar, `<c:spPr><a:solidFill><a:srgbClr val="3E8E5A"><a:lumOff val="90000"/></a:srgbClr></a:solidFill>`, otherColour},
		{"fading", bar, `<c:spPr><a:gradFill><a:gsLst><a:gs pos="0"><a:srgbClr val="3E8E5A"/></a:gs></a:gsLst></a:gradFill>`, otherColour},
		{"a pattern in white", `<a:fgClr><a:srgbClr val="9A9A9A"/>`, `<a:fgClr><a:srgbClr val="FFFFFF"/>`, otherColour},
		{"a ground as its bars", `</c:plotArea>`, `<c:spPr><a:solidFill><a:srgbClr val="3E8E5A"/></a:solidFill></c:spPr></c:plotArea>`, otherColour},
		{"a title in white", `<a:rPr lang="en-US" sz="1300" b="1"/>`, `<a:rPr lang="en-US" sz="1300" b="1"><a:solidFill><a:srgbClr val="FAFAFA"/></a:solidFill></a:rPr>`, otherColour},
		{"a title in grey", `<a:rPr lang="en-US" sz="1300" b="1"/>`, `<a:rPr lang="en-US" sz="1300" b="1"><a:solidFill><a:schemeClr val="tx1"><a:lumMod val="65000"/><a:lumOff val="35000"/></a:schemeClr></a:solidFill></a:rPr>`, ""},
		{"labels on black", `<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></c:spPr><c:txPr>`, `<c:spPr><a:solidFill><a:srgbClr val="000000"/></a:solidFill></c:spPr><c:txPr>`, otherColour},
		{"two choices of bars", `<c:barChart>`, `<mc:AlternateContent xmlns:mc="` + transitional + `markup-compatibility/2006"><mc:Choice Requires="a"><c:barChart/></mc:Choice></mc:AlternateContent><c:barChart>`, "one of two choices"},
		{"two choices of a series", `<c:ser>`, `<mc:AlternateContent xmlns:mc="` + transitional + `markup-compatibility/2006"><mc:Choice Requires="a"><c:ser/></mc:Choice></mc:AlternateContent><c:ser>`, "one of two choices"},
		{"shapes as one of two choices", `<c:chart><c:title>`, `<mc:AlternateContent xmlns:mc="` + transitional + `markup-compatibility/2006"><mc:Choice Requires="a"><c:userShapes/></mc:Choice></mc:AlternateContent><c:chart><c:title>`, "one of two choices"},
		{"figures twice", `<c:val>`, `<c:val><c:numRef/></c:val><c:val>`, "twice"},
		{"figures of the other edition", `<c:val>`, `<c:val xmlns:c="` + strictly + `drawingml/chart">`, "another edition"},
	} {
		if testing.Short() && i%4 != 0 {
			continue // one path, other bytes
		}
		t.Run(c.name, func(t *testing.T) {
			ok, says := accepted(repack(t, honest, func(p map[string]string) { put(t, p, "xl/charts/chart1.xml", c.was, c.is) }), res.Digest)
			if ok != (c.says == "") || !strings.Contains(says, c.says) {
				t.Errorf("%v, said %q, want %q", ok, says, c.says)
			}
		})
	}
}

// An escape that goes over two texts is none; each text has its own.
func TestAnEscapeEndsWithItsText(t *testing.T) {
	honest, _ := mustWrite(t, book(oneColumn("List", sheet.Of("A"))))
	file := repack(t, honest, func(p map[string]string) {
		for name := range p {
			p[name] = strings.Replace(p[name], `<is><t>A</t></is>`, `<is><r><t>_x00</t></r><r><t>41_</t></r></is>`, 1)
			p[name] = strings.Replace(p[name], `<si><t>A</t></si>`, `<si><r><t>_x00</t></r><r><t>41_</t></r></si>`, 1)
		}
	})
	for v, err := range mustOpen(t, file).Values("List") {
		if err != nil || v.Row == 2 && v.Text != "_x0041_" {
			t.Errorf("%+v, %v", v, err)
		}
	}
}

// Cells that read each other without end, or a formula of a million terms, end nothing:
// what they give is not known.
func TestFormulasAreWorkedOutToADepth(t *testing.T) {
	rows := [][]sheet.Cell{}
	n := 60_000
	if testing.Short() {
		n = deepestSteps + 5_000
	}
	for i := range n {
		rows = append(rows, []sheet.Cell{sheet.Live(cellName(i+2, 1), sheet.Whole(1))})
	}
	rows = append(rows, []sheet.Cell{sheet.Whole(1)})
	file, _ := mustWrite(t, sheet.Workbook{Modified: asOf, Sheets: []sheet.Sheet{{Name: "G", Grid: &sheet.Grid{Rows: rows}}}})
	known := reckoned(t, file)
	if len(known) == 0 || len(known) > deepestSteps || known[len(known)-1].Row != n {
		t.Errorf("%d of %d are known, up to %d at once", len(known), n, deepestSteps)
	}
	if parseFormula("1"+strings.Repeat("+1", 1_000_000)) != nil {
		t.Error("a formula longer than any is taken apart")
	}
	if parseFormula("1"+strings.Repeat("+1", 4_000)) == nil {
		t.Error("one of a length that programs take is not")
	}
}

// The reader ends with a sentence or a value, whatever a part holds.
func FuzzBook(f *testing.F) {
	honest, res := mustWrite(f, charted())
	parts := unpacked(f, honest)
	for _, forging := range forgings {
		p := maps.Clone(parts)
		forging.make(f, p)
		for name := range p {
			if parts[name] != "" && p[name] != parts[name] {
				f.Add(name, p[name])
			}
		}
	}
	f.Add("xl/charts/chart1.xml", parts["xl/charts/chart1.xml"])
	f.Fuzz(func(t *testing.T, name, body string) {
		if parts[name] == "" || parts[name] == body {
			return
		}
		p := maps.Clone(parts)
		p[name] = body
		file := pack(t, p)
		if ok, says := accepted(file, res.Digest); !ok && !strings.Contains(says, " ") {
			t.Errorf("it says %q", says)
		}
		if b, err := Open(bytes.NewReader(file), int64(len(file))); err == nil {
			if _, err := b.Reckon(context.Background()); err != nil && !strings.Contains(err.Error(), " ") {
				t.Errorf("it says %q", err)
			}
		}
	})
}

// What is printed over pages reads the same however often a program escaped the ends of
// its lines.
func TestHeadsReadTheSameEscaped(t *testing.T) {
	for _, text := range []string{"&L&9Title\n&R&9Name", "&L&9Title_x000a_&R&9Name", "&L&9Title_x005F_x000a_&R&9Name"} {
		s := sheetHiding{heads: map[string]string{"oddHeader": text}}
		if got := s.printed("S", nil); len(got) != 1 || got[0].Words != "TitleName" {
			t.Errorf("%q: %+v", text, got)
		}
	}
}
