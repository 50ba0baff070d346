package table

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// workbookOf packs rows into a workbook with one sheet. A cell that begins with
// "<c" stands as it is.
func workbookOf(t testing.TB, sheet string, rows ...[]string) []byte {
	t.Helper()
	var body strings.Builder
	for _, row := range rows {
		body.WriteString("<row>")
		for _, c := range row {
			if !strings.HasPrefix(c, "<c") {
				c = `<c t="inlineStr"><is><t xml:space="preserve">` + html.EscapeString(c) + `</t></is></c>`
			}
			body.WriteString(c)
		}
		body.WriteString("</row>")
	}
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="a" Type="` + office + `officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook><sheets><sheet name="` + html.EscapeString(sheet) + `" sheetId="1" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Type="` + office + `worksheet" Target="s.xml"/></Relationships>`,
		"xl/s.xml":                   `<worksheet><sheetData>` + body.String() + `</sheetData></worksheet>`,
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A sheet is the table that the same text is, from a file and through a pipe, and
// the evidence is of the file's own bytes.
func TestSheetIsATable(t *testing.T) {
	file := workbookOf(t, "People", []string{"# Fill in below"}, nil, []string{" Name", "Email ", "", "Group"},
		[]string{"Zoë 😀", "zoe@x.example", "", "a"}, nil, []string{"'=1+1", "<c><v>7</v></c>"})
	sum := sha256.Sum256(file)
	for name, src := range map[string]io.Reader{"a file": bytes.NewReader(file), "a pipe": iotest.HalfReader(bytes.NewReader(file))} {
		r, err := Open(src, Options{})
		if err != nil {
			t.Fatal(name, err)
		}
		if want := []string{"Name", "Email", "", "Group"}; !reflect.DeepEqual(r.Header(), want) {
			t.Errorf("%s: header %q, want %q", name, r.Header(), want)
		}
		var got []string
		for {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(name, err)
			}
			got = append(got, fmt.Sprintf("%d%q", row.Line, row.Fields))
		}
		if want := []string{`4["Zoë 😀" "zoe@x.example" "" "a"]`, `6["'=1+1" "7" "" ""]`}; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: rows %q, want %q", name, got, want)
		}
		src, ok := r.Source()
		if want := (Source{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(file)), Rows: 2, Encoding: XLSX}); !ok || src != want {
			t.Errorf("%s: %+v %v, want %+v", name, src, ok, want)
		}
		if err := r.Close(); err != nil {
			t.Error(name, err)
		}
	}
}

// Errors of rows name the cell as a formula names it.
func TestSheetErrorsNameTheCell(t *testing.T) {
	file := workbookOf(t, "It's 1", []string{"name", "email"}, []string{"Ada", "<c t=\"e\"><v>#N/A</v></c>"}, []string{"Bo", "b@x.example", "more"}, []string{"Cy", "none"})
	r, err := Open(bytes.NewReader(file), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		got = append(got, r.Place(RowError{Line: row.Line, Column: "email", Value: row.Fields[1], Message: "is no address"}).error())
		got = append(got, r.Place(RowError{Line: row.Line, Message: "is a twin"}).error())
	}
	want := []string{"'It''s 1'!B2, column email: “#N/A” is an error of a formula; mend it in the workbook",
		"'It''s 1'!C3: “more” stands beyond the last column of the header; name the column, or clear the cell",
		"'It''s 1'!B4, column email: “none” is no address", "'It''s 1'!4: is a twin"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func (e RowError) error() string { return e.Error() }

func TestSheetsThatCannotBeRead(t *testing.T) {
	for _, c := range []struct {
		name string
		src  []byte
		opts Options
		want string
	}{
		{"empty", workbookOf(t, "A"), Options{}, "the sheet “A” is empty: it has no header row; its first row must name the columns"},
		{"only comments", workbookOf(t, "A", []string{"# a"}), Options{}, "the sheet “A” is empty: it has no header row; its first row must name the columns"},
		{"an error in the header", workbookOf(t, "A", []string{"a", `<c t="e"><v>#REF!</v></c>`}), Options{}, "the header's cell A!B1 is an error of a formula; mend it in the workbook"},
		{"too wide", workbookOf(t, "A", []string{"a", "b", "c"}), Options{MaxColumns: 2}, "line 1: the header has 3 columns; 2 is the most that is read"},
		{"no such sheet", workbookOf(t, "A", []string{"a"}), Options{Sheet: "B"}, "the workbook has no sheet “B”; its sheets are “A”"},
		{"a sheet of a text file", []byte("a,b\n"), Options{Sheet: "B"}, "the file is no workbook, so it has no sheet “B”; leave --sheet out"},
		{"a long text", workbookOf(t, "A", []string{"a"}, []string{strings.Repeat("x", 50)}), Options{MaxField: 40}, "the workbook's part “xl/s.xml” holds a text longer than 40 bytes, which is more than a cell can hold; save the sheet as CSV UTF-8 and import that"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Open(bytes.NewReader(c.src), c.opts)
			for err == nil {
				_, err = r.Read()
			}
			var fe *FileError
			if !errors.As(err, &fe) || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}
