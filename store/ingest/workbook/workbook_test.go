package workbook

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
)

const (
	rootRels = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	relType = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

// parts are the parts of a workbook under test by name. An io.Reader is copied as
// it streams.
type parts map[string]any

// simple is a workbook of one sheet, "Sheet", with the given rows' XML.
func simple(rows string) parts {
	return parts{
		"_rels/.rels":                rootRels,
		"xl/workbook.xml":            `<workbook xmlns:r="x"><sheets><sheet name="Sheet" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": rels("r1", "worksheet", "worksheets/sheet1.xml"),
		"xl/worksheets/sheet1.xml":   `<worksheet><dimension ref="A1:XFD1048576"/><sheetData>` + rows + `</sheetData></worksheet>`,
	}
}

func rels(triples ...string) string {
	var b strings.Builder
	b.WriteString("<Relationships>")
	for i := 0; i < len(triples); i += 3 {
		fmt.Fprintf(&b, `<Relationship Id="%s" Type="%s%s" Target="%s"/>`, triples[i], relType, triples[i+1], triples[i+2])
	}
	return b.String() + "</Relationships>"
}

func (p parts) with(name string, content any) parts {
	p[name] = content
	return p
}

// packed is a part in its packed form: a megabyte of blanks n times over, in a
// kilobyte each.
type packed struct{ n int }

// create writes the part. Its checksum is wrong, which only who reads it all would
// see.
func (k packed) create(z *zip.Writer, name string) error {
	var b bytes.Buffer
	f, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return err
	}
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	if _, err := f.Write(blanks); err != nil {
		return err
	}
	if err := f.Flush(); err != nil { // ends on a whole byte
		return err
	}
	block := b.Bytes()
	w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate,
		CompressedSize64: uint64(k.n * len(block)), UncompressedSize64: uint64(k.n) << 20})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, &repeat{text: string(block), n: k.n})
	return err
}

// file packs the parts.
func (p parts) file(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range p {
		if k, ok := content.(packed); ok {
			if err := k.create(z, name); err != nil {
				t.Fatal(err)
			}
			continue
		}
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		var src io.Reader
		switch c := content.(type) {
		case string:
			src = strings.NewReader(c)
		case io.Reader:
			src = c
		}
		if _, err := io.Copy(w, src); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// texts gives every row of a file's sheet as "7: A=x B=y", or the error.
func read(file []byte, sheet string) (rows []string, err error) {
	b, err := Open(bytes.NewReader(file), int64(len(file)), Options{})
	if err != nil {
		return nil, err
	}
	sh, err := b.Choose(sheet)
	if err != nil {
		return nil, err
	}
	r, err := b.Rows(sh)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		if len(rows) < 100 {
			words := []string{fmt.Sprintf("%d:", row.Number)}
			for _, c := range row.Cells {
				says := Column(c.Col) + "=" + c.Text
				if c.Fault != "" {
					says = fmt.Sprintf("%s!%s %s", Column(c.Col), c.Shown, c.Fault)
				}
				words = append(words, says)
			}
			rows = append(rows, strings.Join(words, " "))
		}
	}
}

func TestCells(t *testing.T) {
	styles := `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd;@"/><numFmt numFmtId="165" formatCode="00000"/>` +
		`<numFmt numFmtId="166" formatCode="[h]:mm"/><numFmt numFmtId="167" formatCode="[$-407]d. mmm yyyy&quot; days&quot;"/>` +
		`<numFmt numFmtId="168" formatCode="0.00E+00"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="168"/><xf numFmtId="21"/></cellXfs><dxfs><xf numFmtId="14"/></dxfs></styleSheet>`
	shared := `<sst><si><t>plain</t></si><si><r><t>Zo</t></r><r><t>ë &amp; co</t></r><rPh><t>no</t></rPh></si><si><t>a_x000D_b_x005F_x0041_</t></si><si/></sst>`
	for _, c := range []struct{ name, cells, want string }{
		{"shared", `<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>`, "A=plain B=Zoë & co"},
		{"escaped characters", `<c t="s"><v>2</v></c>`, "A=a\rb_x0041_"},
		{"inline", `<c t="inlineStr"><is><r><t>two </t></r><r><t><![CDATA[& runs]]></t></r></is></c>`, "A=two & runs"},
		{"gaps and empty cells", `<c r="B1"/><c r="C1" t="s"><v>3</v></c><c r="AB1"><v>5</v></c>`, "AB=5"},
		{"formula's values", `<c><f>A2*2</f><v>42</v></c><c t="str"><f>"x"&amp;"y"</f><v>x&lt;y</v></c><c t="str"><f>""</f><v></v></c>`, "A=42 B=x<y"},
		{"never computed", `<c><f>NOW()</f></c>`, "A! holds a formula that was never computed; open and save the workbook in a spreadsheet program"},
		{"errors", `<c t="e"><v>#N/A</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c>`, "A!#N/A is an error of a formula; mend it in the workbook B!#DIV/0! is an error of a formula; mend it in the workbook"},
		{"truth", `<c t="b"><v>1</v></c><c t="b"><v>0</v></c>`, "A=true B=false"},
		{"ids keep their digits", `<c><v>12345678901234</v></c><c><v>1.0E3</v></c><c><v>123456789012345</v></c><c><v>-7</v></c>`,
			"A=12345678901234 B=1000 C=123456789012345 D=-7"},
		{"more digits than Excel keeps", `<c><v>1.23456789012346E+18</v></c><c><v>1234567890123450</v></c>`,
			"A!1.23456789012346E+18 " + droppedDigits + " B!1234567890123450 " + droppedDigits},
		{"digits another program kept", `<c><v>1234567890123456789</v></c>`, "A=1234567890123456789"},
		{"fractions", `<c><v>4.0999999999999996</v></c><c><v>5.0000000000000003E-2</v></c><c s="7"><v>1.5</v></c>`, "A=4.1 B=0.05 C=1.5"},
		{"leading zeros that are shown", `<c s="4"><v>123</v></c><c s="4"><v>123456</v></c>`, "A=00123 B=123456"},
		{"days", `<c s="1"><v>45292</v></c><c s="3"><v>45657</v></c><c s="6"><v>1</v></c><c s="1"><v>61</v></c><c s="1"><v>59</v></c>`,
			"A=2024-01-01 B=2024-12-31 C=1900-01-01 D=1900-03-01 E=1900-02-28"},
		{"a day that never was", `<c s="1"><v>60</v></c><c s="1"><v>-1</v></c><c s="1"><v>1e300</v></c>`,
			"A!60 is no date of the calendar that Excel knows; type it as YYYY-MM-DD B!-1 is no date of the calendar that Excel knows; type it as YYYY-MM-DD C!1e300 is no date of the calendar that Excel knows; type it as YYYY-MM-DD"},
		{"times", `<c s="2"><v>45292.75</v></c><c s="2"><v>45292</v></c><c s="8"><v>0.5</v></c><c s="5"><v>1.5</v></c><c s="2"><v>45292.9999999</v></c>`,
			"A=2024-01-01 18:00:00 B=2024-01-01 C=12:00:00 D=1.5 E=2024-01-02"},
		{"dates in words", `<c t="d"><v>2024-01-01T00:00:00Z</v></c>`, "A=2024-01-01"},
		{"no number", `<c><v>NaN</v></c><c><v>0x10</v></c>`, "A!NaN is no number, though the workbook says so; type it again B!0x10 is no number, though the workbook says so; type it again"},
		{"characters by number", `<c t="str"><v>&#65;&#x1F600;</v></c>`, "A=A😀"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := simple("<row r=\"1\">"+c.cells+"</row>").with("xl/styles.xml", styles).with("xl/sharedStrings.xml", shared).
				with("xl/_rels/workbook.xml.rels", rels("r1", "worksheet", "/xl/worksheets/sheet1.xml", "r2", "styles", "styles.xml", "r3", "sharedStrings", "sharedStrings.xml"))
			got, err := read(p.file(t), "")
			if err != nil {
				t.Fatal(err)
			}
			if want := []string{"1: " + c.want}; !reflect.DeepEqual(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestDaysFrom1904(t *testing.T) {
	p := simple(`<row><c s="1"><v>0</v></c><c s="1"><v>43830</v></c></row>`).
		with("xl/workbook.xml", `<workbook><workbookPr date1904="1"/><sheets><sheet name="S" r:id="r1"/></sheets></workbook>`).
		with("xl/styles.xml", `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`).
		with("xl/_rels/workbook.xml.rels", rels("r1", "worksheet", "worksheets/sheet1.xml", "r2", "styles", "styles.xml"))
	got, err := read(p.file(t), "")
	if want := []string{"1: A=1904-01-01 B=2024-01-01"}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q %v, want %q", got, err, want)
	}
}

func TestWhichSheet(t *testing.T) {
	book := func(sheets string) []byte {
		return simple("").with("xl/workbook.xml", "<workbook><sheets>"+sheets+"</sheets></workbook>").
			with("xl/_rels/workbook.xml.rels", rels("r1", "worksheet", "a.xml", "r2", "worksheet", "b.xml", "r3", "chartsheet", "c.xml")).
			with("xl/a.xml", `<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>`).
			with("xl/b.xml", `<worksheet><sheetData><row><c><v>2</v></c></row></sheetData></worksheet>`).file(t)
	}
	two := `<sheet name="People" r:id="r1"/><sheet name="Old" r:id="r2"/><sheet name="Chart" r:id="r3"/>`
	for _, c := range []struct{ name, sheets, ask, want string }{
		{"the only one", `<sheet name="A" r:id="r1"/>`, "", "1: A=1"},
		{"a hidden one does not count", `<sheet name="A" state="veryHidden" r:id="r1"/><sheet name="B" r:id="r2"/>`, "", "1: A=2"},
		{"a hidden one by name", `<sheet name="A" state="hidden" r:id="r1"/><sheet name="B" r:id="r2"/>`, "a", "1: A=1"},
		{"a chart is no sheet of cells", `<sheet name="A" r:id="r1"/><sheet name="Chart" r:id="r3"/>`, "", "1: A=1"},
		{"several", two, "", "the workbook has 2 sheets, and it is not said which one to read; name one with --sheet: “People”, “Old”"},
		{"one of several", two, "old ", "1: A=2"},
		{"exactly goes first", `<sheet name="a" r:id="r1"/><sheet name="A" r:id="r2"/>`, "A", "1: A=2"},
		{"none of that name", two, "New", "the workbook has no sheet “New”; its sheets are “People”, “Old”"},
		{"none at all", `<sheet name="Chart" r:id="r3"/>`, "", "the workbook has no sheet of cells; save the sheet as CSV UTF-8 and import that"},
		{"a name that would drive a terminal", "<sheet name=\"\u202e\u0085x\" r:id=\"r1\"/><sheet name=\"B\" r:id=\"r2\"/>", "", "the workbook has 2 sheets, and it is not said which one to read; name one with --sheet: “??x”, “B”"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := read(book(c.sheets), c.ask)
			if err != nil {
				got = []string{err.Error()}
			}
			if want := []string{c.want}; !reflect.DeepEqual(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestBrokenFiles(t *testing.T) {
	whole := simple(`<row><c><v>1</v></c></row>`).file(t)
	cut := bytes.Clone(whole)
	for i := range cut[:len(cut)/2] {
		if i > 200 {
			cut[i] ^= 0x55
		}
	}
	for _, c := range []struct {
		name string
		file []byte
		want string // begins with
	}{
		{"old format", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"), "the file is a workbook in Excel's old format, or one under a password; save it as .xlsx without a password"},
		{"half a file", whole[:len(whole)/2], "the file begins like a workbook and is none: its packing cannot be read"},
		{"damaged inside", cut, "the workbook's part "},
		{"an archive", parts{"a.txt": "x"}.file(t), "the file is a zip file, but no workbook; choose an .xlsx file, or a CSV file"},
		{"a letter", parts{"_rels/.rels": strings.ReplaceAll(rootRels, "xl/workbook.xml", "word/document.xml"), "word/_rels/document.xml.rels": rels(), "word/document.xml": "<document/>"}.file(t),
			"the file is an Office document, but no workbook"},
		{"binary", parts{"_rels/.rels": strings.ReplaceAll(rootRels, "workbook.xml", "workbook.bin")}.file(t), "the file is a workbook in Excel's binary format (.xlsb); save it as .xlsx"},
		{"a sheet that is not there", func() []byte { p := simple(""); delete(p, "xl/worksheets/sheet1.xml"); return p.file(t) }(), "the workbook lacks its part “xl/worksheets/sheet1.xml”"},
		{"a sheet that ends", simple("").with("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c><v>1</v></c>").file(t), "the workbook's part “xl/worksheets/sheet1.xml” ends in the middle"},
		{"no text of that number", simple(`<row><c r="A1" t="s"><v>7</v></c></row>`).file(t), "the cell A1 of the sheet “Sheet” points to a text that the workbook does not have"},
		{"rows out of order", simple(`<row r="5"/><row r="4"/>`).file(t), "the rows of the sheet “Sheet” are out of order at row 4"},
		{"cells out of order", simple(`<row><c r="B1"/><c r="A1"><v>1</v></c></row>`).file(t), "the cells in row 1 of the sheet “Sheet” are out of order"},
		{"a cell of another row", simple(`<row><c r="B7"/></row>`).file(t), "row 1 of the sheet “Sheet” holds a cell named “B7”"},
		{"UTF-16", simple("").with("xl/worksheets/sheet1.xml", "\xff\xfe<\x00").file(t), "the workbook's part “xl/worksheets/sheet1.xml” is not written in UTF-8"},
		{"another encoding", simple("").with("xl/worksheets/sheet1.xml", `<?xml version="1.0" encoding="ISO-8859-1"?><worksheet/>`).file(t), "the workbook's part “xl/worksheets/sheet1.xml” is not written in UTF-8"},
		{"text that is none", simple("<row><c t=\"str\"><v>\xff</v></c></row>").file(t), "the workbook's part “xl/worksheets/sheet1.xml” holds text that is not valid UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := read(c.file, "")
			var e *Error
			if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got  %v, rows %q\nwant %s", err, rows, c.want)
			}
		})
	}
}

// A part that holds more than the package says it does is refused where that is
// noticed, and not read on.
func TestPartThatLies(t *testing.T) {
	file := simple(strings.Repeat(`<row><c><v>12345</v></c></row>`, 1000)).file(t)
	// The size stands in the central directory, 22 bytes before the name.
	at := bytes.LastIndex(file, []byte("xl/worksheets/sheet1.xml")) - 46
	if string(file[at:at+4]) != "PK\x01\x02" {
		t.Fatal("the entry of the directory is not where it was looked for")
	}
	copy(file[at+24:], []byte{10, 0, 0, 0})
	if _, err := read(file, ""); err == nil {
		t.Error("a sheet of 10 bytes gave a thousand rows")
	}
}

func TestColumn(t *testing.T) {
	for col, want := range map[int]string{1: "A", 26: "Z", 27: "AA", 28: "AB", 52: "AZ", 53: "BA", 702: "ZZ", 703: "AAA", 16384: "XFD"} {
		if got := Column(col); got != want {
			t.Errorf("Column(%d) = %s, want %s", col, got, want)
		}
		if row, got, ok := place(want + "12"); !ok || row != 12 || got != col {
			t.Errorf("place(%s12) = %d, %d, %v", want, row, got, ok)
		}
	}
	for _, bad := range []string{"", "A", "7", "A0", "XFE1", "AAAA1", "a1", "A1048577", "A-1", "A+1", "A1B"} {
		if _, _, ok := place(bad); ok {
			t.Errorf("%q is taken as a place", bad)
		}
	}
}

func TestStyles(t *testing.T) {
	day, both, clock, none := style{day: true}, style{day: true, clock: true}, style{clock: true}, style{}
	for code, want := range map[string]style{
		"General": none, "0.00": none, "#,##0": none, "@": none, "0%": none, "0.00E+00": none, `"day "0`: none, `0" h"`: none, `\d0`: none, "[Red]0": none,
		"yyyy-mm-dd": day, "d/m/yy": day, "mmm": day, "[$-409]mmmm d, yyyy;@": day, `dd\.mm\.yyyy`: day, "m/d/yy h:mm": both, "yyyy-mm-dd hh:mm:ss AM/PM": both,
		"h:mm": clock, "mm:ss": clock, "h:mm AM/PM": clock, "[h]:mm:ss": none, "[mm]:ss": none, "000": {pad: 3}, `0;"d"`: none,
	} {
		if got := styleOf(code); got != want {
			t.Errorf("%q: %+v, want %+v", code, got, want)
		}
	}
}

// Whatever the bytes of a sheet, of the shared texts and of the styles: no panic,
// rows in order, cells in order.
func FuzzSheet(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>0</v></c><c><f>1</f><v>2.5</v></c></row>`, "<si><t>x</t></si>", `<xf numFmtId="14"/>`)
	f.Add(`<row><c t="inlineStr"><is><t>&amp;<![CDATA[x]]></t></is></c><c s="1"><v>45000.5</v></c></row>`, "<si><r><t>_x0041_</t></r></si>", `<xf numFmtId="22"/><xf numFmtId="164"/>`)
	f.Add(`<row/><!-- --><?x?><row r="9"/>`, "", "")
	f.Fuzz(func(t *testing.T, rows, shared, xfs string) {
		p := simple(rows).with("xl/sharedStrings.xml", "<sst>"+shared+"</sst>").
			with("xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yy"/></numFmts><cellXfs>`+xfs+`</cellXfs></styleSheet>`).
			with("xl/_rels/workbook.xml.rels", rels("r1", "worksheet", "worksheets/sheet1.xml", "r2", "styles", "styles.xml", "r3", "sharedStrings", "sharedStrings.xml"))
		file := p.file(t)
		b, err := Open(bytes.NewReader(file), int64(len(file)), Options{MaxText: 1000, MaxRow: 4000})
		if err != nil {
			return
		}
		r, err := b.Rows(b.sheets[0])
		if err != nil {
			t.Fatal(err)
		}
		last := 0
		for {
			row, err := r.Next()
			if err != nil {
				if again := r.err; again != err {
					t.Fatal("the next error is another one")
				}
				return
			}
			if row.Number <= last || len(row.Cells) == 0 {
				t.Fatalf("row %d after %d, cells %v", row.Number, last, row.Cells)
			}
			last = row.Number
			col := 0
			for _, c := range row.Cells {
				if c.Col <= col || c.Text == "" && c.Fault == "" || len(c.Text) > 1000 {
					t.Fatalf("cell %+v after column %d", c, col)
				}
				col = c.Col
			}
		}
	})
}

// Whatever the bytes of the file: no panic.
func FuzzOpen(f *testing.F) {
	f.Add(simple(`<row><c><v>1</v></c></row>`).file(f))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, _ = read(file, "")
	})
}
