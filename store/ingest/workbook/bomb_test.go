package workbook

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// repeat gives a text over and over, n times.
type repeat struct {
	text string
	n    int
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.n == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.text[r.at:])
	if r.at += n; r.at == len(r.text) {
		r.at, r.n = 0, r.n-1
	}
	return n, nil
}

// sheetOf is a sheet part around a body that is too long to hold.
func sheetOf(body io.Reader) io.Reader {
	return io.MultiReader(strings.NewReader("<worksheet><sheetData>"), body, strings.NewReader("</sheetData></worksheet>"))
}

// bomb is a file that is made to take memory or time.
type bomb struct {
	name string
	file parts
	want string // part of the sentence; empty: it is read
}

func bombs() []bomb {
	var numbered strings.Builder
	for i := range 1_048_577 {
		fmt.Fprintf(&numbered, `<row r="%d"/>`, i+1)
	}
	laughs := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>` +
		`<worksheet><sheetData><row><c t="str"><v>&c;</v></c></row></sheetData></worksheet>`
	withTexts := func(p parts, sst any) parts {
		return p.with("xl/sharedStrings.xml", sst).with("xl/_rels/workbook.xml.rels", rels("r1", "worksheet", "worksheets/sheet1.xml", "r3", "sharedStrings", "sharedStrings.xml"))
	}
	manySheets := func() parts {
		var sheets strings.Builder
		for i := range 20_000 {
			fmt.Fprintf(&sheets, `<sheet name="S%d" r:id="r1"/>`, i)
		}
		return simple("").with("xl/workbook.xml", "<workbook><sheets>"+sheets.String()+"</sheets></workbook>")
	}
	long := strings.Repeat("x", 30_000)
	return []bomb{
		{"300 MB of nothing in 300 KB", simple("").with("xl/worksheets/sheet1.xml", packed{300}), "which no sheet that people fill in does"},
		{"below the ratio", simple("").with("xl/worksheets/sheet1.xml", sheetOf(&repeat{text: strings.Repeat("<row/>", 1000), n: 1200})), "more than 1048576 rows"},
		{"10 million empty rows", simple("").with("xl/worksheets/sheet1.xml", sheetOf(&repeat{text: strings.Repeat("<row/>", 10_000), n: 1000})), "which no sheet that people fill in does"},
		{"a million numbered empty rows", simple(numbered.String()), "more than 1048576 rows"},
		{"billion laughs", simple("").with("xl/worksheets/sheet1.xml", laughs), "holds a document type definition"},
		{"an entity that is not known", simple(`<row><c t="str"><v>&c;</v></c></row>`), "holds an entity that is not known"},
		{"a claimed dimension", simple(`<row><c><v>1</v></c></row>`), ""},
		{"a shared text of 100 MB", withTexts(simple(""), io.MultiReader(strings.NewReader("<sst><si><t>"), &repeat{text: long, n: 3500})), "which no sheet that people fill in does"},
		{"a shared text of 7 MB", withTexts(simple(""), "<sst><si><t>"+strings.Repeat("y", 7<<20)+"</t></si></sst>"), "holds a text longer than 262144 bytes"},
		{"a text in a million pieces", withTexts(simple(""), "<sst><si>"+strings.Repeat("<r><t>ab</t></r>", 500_000)+"</si></sst>"), "holds a text longer than 262144 bytes"},
		{"an attribute of 7 MB", simple(`<row r="` + strings.Repeat("1", 7<<20) + `"/>`), "holds a tag longer than 65536 bytes"},
		{"a million attributes", simple(`<row ` + strings.Repeat(`a="" `, 1_000_000) + `/>`), "holds a tag longer than 65536 bytes"},
		{"a comment that never ends", simple(`<!--` + strings.Repeat("-", 1<<20)), "ends in the middle"},
		{"elements in one another", simple(strings.Repeat("<a>", 1_000_000)), ""},
		{"one long text in every cell", withTexts(simple(strings.Repeat(`<row>`+strings.Repeat(`<c t="s"><v>0</v></c>`, 100)+`</row>`, 200)), "<sst><si><t>"+long+"</t></si></sst>"), "which a file of its size does not"},
		{"one long text across a row", withTexts(simple(`<row>`+strings.Repeat(`<c t="s"><v>0</v></c>`, 1000)+`</row>`), "<sst><si><t>"+long+"</t></si></sst>"), "row 1 of the sheet “Sheet” is longer than 4194304 bytes"},
		{"more cells than a row has", simple(`<row>` + strings.Repeat(`<c/>`, 20_000) + `</row>`), "the cells in row 1 of the sheet “Sheet” are out of order"},
		{"many sheets", manySheets(), "the workbook has more than 1000 sheets"},
	}
}

// Files that are made to take memory or time are refused with a sentence, within
// a hundred megabytes, however much they would unpack to. How long each takes is
// measured by BenchmarkBombs: no more than a second.
func TestBombs(t *testing.T) {
	for i, c := range bombs() {
		if testing.Short() && i%4 != 0 {
			continue // each is megabytes to read, and one goroutine reads them
		}
		t.Run(c.name, func(t *testing.T) {
			file := c.file.file(t)
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := read(file, "")
			runtime.ReadMemStats(&after)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("a file of %d bytes: %v\nwant %s", len(file), err, c.want)
			}
			if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 100<<20 {
				t.Errorf("the heap grew by %d MiB", grown>>20)
			}
		})
	}
}

func BenchmarkBombs(b *testing.B) {
	for _, c := range bombs() {
		b.Run(c.name, func(b *testing.B) {
			file := c.file.file(b)
			for b.Loop() {
				if _, err := read(file, ""); (err == nil) != (c.want == "") {
					b.Fatal(err)
				}
			}
		})
	}
}
