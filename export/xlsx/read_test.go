package xlsx

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/export/sheet"

	"github.com/xuri/excelize/v2"
)

func mustOpen(t testing.TB, data []byte) *Book {
	t.Helper()
	b, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReadFindsTheDigestThatWasWritten(t *testing.T) {
	data, res := mustWrite(t, sample())
	got, err := mustOpen(t, data).Contents(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if got.Digest != res.Digest || !got.Agrees() || got.SealAt != "Cover!B10" {
		t.Errorf("read %s, shown %s at %s; written %s", got.Digest, got.Shown, got.SealAt, res.Digest)
	}
	for i, s := range got.Sheets {
		if s.Sheet != res.Sheets[i].Name || s.Digest != res.Sheets[i].Digest {
			t.Errorf("sheet %q: read %s, written %s", s.Sheet, s.Digest, res.Sheets[i].Digest)
		}
	}
	computed, err := Compute(context.Background(), sample())
	if err != nil || computed.Digest != res.Digest {
		t.Errorf("computed without a file: %s, %v", computed.Digest, err)
	}
}

// A save by another program changes parts, styles and strings, but no value.
func TestDigestSurvivesAnotherProgramsSave(t *testing.T) {
	data, res := mustWrite(t, sample())
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetColWidth("Decisions", "A", "C", 33); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := f.Write(&again); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(data, again.Bytes()) {
		t.Fatal("the save changed nothing, so the test shows nothing")
	}
	got, err := mustOpen(t, again.Bytes()).Contents(context.Background())
	if err != nil || got.Digest != res.Digest || !got.Agrees() {
		t.Errorf("after a save: %s (shown %s), %v; want %s", got.Digest, got.Shown, err, res.Digest)
	}
}

// COUNTERSIGN_RESAVED names a copy of the sample that another program has saved.
func TestDigestOfAHandMadeSave(t *testing.T) {
	name := os.Getenv("COUNTERSIGN_RESAVED")
	if name == "" {
		t.Skip("no re-saved file is named in the environment")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	ours, _ := mustWrite(t, sample())
	for d, err := range Compare(mustOpen(t, ours), mustOpen(t, data)) {
		if err != nil {
			t.Fatal(err)
		}
		t.Log(d)
	}
	got, err := mustOpen(t, data).Contents(context.Background())
	t.Log(got.Agrees(), err)
}

func TestCompareNamesSheetRowAndColumn(t *testing.T) {
	want, _ := mustWrite(t, sample())
	for _, c := range []struct {
		change func(f *excelize.File) error
		says   string
	}{
		{func(f *excelize.File) error { return f.SetCellStr("Decisions", "C3", "certify") },
			`sheet "Decisions", row 3, column C (Decision): should hold "revoke", holds "certify"`},
		{func(f *excelize.File) error { return f.SetCellStr("Decisions", "E2", "12") },
			`sheet "Decisions", row 2, column E (Seconds): should hold "12", holds "12"`},
		{func(f *excelize.File) error { return f.SetCellInt("Decisions", "D3", 7) },
			`sheet "Decisions", row 3, column D (Level): should hold "", holds "7"`},
		{func(f *excelize.File) error { return f.SetCellValue("Decisions", "D2", nil) },
			`sheet "Decisions", row 2, column D (Level): should hold "E", holds ""`},
		{func(f *excelize.File) error { return f.DeleteSheet("Empty") }, `sheet "Empty": should be there, is absent`},
		{func(f *excelize.File) error { _, err := f.NewSheet("More"); return err }, `sheet "More": should be absent, is there`},
	} {
		f, err := excelize.OpenReader(bytes.NewReader(want))
		if err != nil {
			t.Fatal(err)
		}
		var changed bytes.Buffer
		if err := c.change(f); err != nil {
			t.Fatal(err)
		}
		if err := f.Write(&changed); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		var said []string
		for d, err := range Compare(mustOpen(t, want), mustOpen(t, changed.Bytes())) {
			if err != nil {
				t.Fatal(err)
			}
			said = append(said, d.String())
		}
		if len(said) != 1 || said[0] != c.says {
			t.Errorf("said %q, want %q", said, c.says)
		}
		if got, err := mustOpen(t, changed.Bytes()).Contents(context.Background()); err != nil || got.Agrees() {
			t.Errorf("%s: the digest did not notice (%v)", c.says, err)
		}
	}
}

// The canonical form is documented; here it is made by hand.
func TestDigestIsTheDocumentedBytes(t *testing.T) {
	wb := sheet.Workbook{Title: "t", Modified: asOf, Sheets: []sheet.Sheet{{Name: "A", Table: &sheet.Table{
		Columns: []sheet.Column{{Header: "x"}, {Header: "when", Kind: sheet.Moments}},
		Rows: sheet.Rows([][]sheet.Cell{
			{sheet.Of("é"), sheet.At(asOf)},
			{sheet.Real(0.1), {}},
			{sheet.Whole(-3)},
		}),
	}}}}
	sum := sha("countersign sheet 1\n" +
		"1,1,t,1:x\n1,2,t,10:when (UTC)\n" +
		"2,1,t,2:é\n2,2,n,16:46296.4166666667\n" +
		"3,1,n,3:0.1\n4,1,n,2:-3\n")
	want := sha("countersign workbook 1\n1:A," + sum + "\n")
	if _, res := mustWrite(t, wb); res.Digest.String() != want {
		t.Errorf("digest %s, want %s", res.Digest, want)
	}
}

func TestOpenRefusesWhatIsNoWorkbook(t *testing.T) {
	good, _ := mustWrite(t, sample())
	for name, data := range map[string][]byte{
		"text": []byte("Name,Email\n"), "empty": nil, "cut": good[:len(good)/2],
		"zip without a workbook": rezip(t, good, func(name string, b []byte) (string, []byte) {
			return strings.Replace(name, "_rels/.rels", "gone", 1), b
		}),
	} {
		if _, err := Open(bytes.NewReader(data), int64(len(data))); err == nil || !strings.Contains(err.Error(), " ") {
			t.Errorf("%s: error %v, want a sentence", name, err)
		}
	}
}

func TestDamagedSheetIsAnErrorNotAnEnd(t *testing.T) {
	good, _ := mustWrite(t, sample())
	for name, change := range map[string]func(string) string{
		"number": func(s string) string { return strings.Replace(s, "<v>12</v>", "<v>twelve</v>", 1) },
		"string": func(s string) string { return strings.Replace(s, `t="s"><v>`, `t="s"><v>99`, 1) },
		"place":  func(s string) string { return strings.Replace(s, `r="A2"`, `r="2A"`, 1) },
		"cut":    func(s string) string { return s[:strings.Index(s, "<v>12</v>")] },
	} {
		bad := rezip(t, good, func(part string, b []byte) (string, []byte) {
			if part == "xl/worksheets/sheet2.xml" {
				b = []byte(change(string(b)))
			}
			return part, b
		})
		if _, err := mustOpen(t, bad).Contents(context.Background()); err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
}

// Rows of a table are matched by their key: one more, one less and one elsewhere are
// one difference each; what has no key is compared by place.
func TestRowsAreMatchedByTheirKey(t *testing.T) {
	file := func(rows ...[]string) *Book {
		var cells [][]sheet.Cell
		for _, r := range rows {
			var line []sheet.Cell
			for _, s := range r {
				line = append(line, sheet.Of(s))
			}
			cells = append(cells, line)
		}
		wb := sheet.Workbook{Title: "T", Modified: time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC), Sheets: []sheet.Sheet{{Name: "Rows",
			Table: &sheet.Table{Columns: []sheet.Column{{Header: "A"}, {Header: "B"}}, Rows: sheet.Rows(cells)}}}}
		data, _ := mustWrite(t, wb)
		book, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		return book
	}
	a, b, c, d := []string{"1", "x"}, []string{"2", "x"}, []string{"3", "x"}, []string{"2", "y"}
	for _, k := range []struct {
		name      string
		want, got *Book
		says      []string
	}{
		{"the same", file(a, b, c), file(a, b, c), nil},
		{"one less", file(a, b, c), file(a, c), []string{`sheet "Rows": the row with A 2 is missing`}},
		{"the last less", file(a, b, c), file(a, b), []string{`sheet "Rows": the row with A 3 is missing`}},
		{"one more", file(a, c), file(a, b, c), []string{`sheet "Rows", row 3: the row with A 2 should not be there`}},
		{"edited", file(a, b), file(a, d), []string{`sheet "Rows", row 3, column B (B): should hold "x", holds "y"`}},
		{"its key edited", file(a, b), file(a, []string{"7", "x"}), []string{`sheet "Rows", row 3, column A (A): should hold "2", holds "7"`}},
		{"swapped", file(a, b), file(b, a), []string{`sheet "Rows", row 2: the row with A 2 stands in another place than it should`,
			`sheet "Rows", row 3: the row with A 1 stands in another place than it should`}},
		{"a key of two", file(b, d, c), file(b, c), []string{`sheet "Rows": the row with A 2, B y is missing`}},
		{"no key", file(a, a, c), file(a, c), []string{`sheet "Rows", row 3, column A (A): should hold "1", holds "3"`,
			`sheet "Rows", row 4, column A (A): should hold "3", holds ""`, `sheet "Rows", row 4, column B (B): should hold "x", holds ""`}},
	} {
		var says []string
		for d, err := range compare(k.want, k.got, func(string) bool { return true }) {
			if err != nil {
				t.Fatal(err)
			}
			says = append(says, d.String())
		}
		if !slices.Equal(says, k.says) {
			t.Errorf("%s: %q, want %q", k.name, says, k.says)
		}
	}
}
