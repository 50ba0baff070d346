package xlsx

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/export/sheet"
	"countersign/export/xlsx/xlsxtest"
)

// read gives a file's values by sheet and cell.
func read(t testing.TB, data []byte) map[string]string {
	t.Helper()
	got := map[string]string{}
	b := mustOpen(t, data)
	for _, name := range b.Sheets() {
		for v, err := range b.Values(name) {
			if err != nil {
				t.Fatal(err)
			}
			got[name+"!"+v.Cell()] = v.Text
		}
	}
	return got
}

func book(sheets ...sheet.Sheet) sheet.Workbook {
	return sheet.Workbook{Title: "t", Modified: asOf, Sheets: sheets}
}

func oneColumn(name string, cells ...sheet.Cell) sheet.Sheet {
	rows := make([][]sheet.Cell, len(cells))
	for i, c := range cells {
		rows[i] = []sheet.Cell{c}
	}
	return sheet.Sheet{Name: name, Table: &sheet.Table{Columns: []sheet.Column{{Header: "Text"}}, Rows: sheet.Rows(rows)}}
}

// Texts at and over Excel's 32,767 UTF-16 units, from a table and from a cover.
func TestLongTextGoesOnInOverflow(t *testing.T) {
	fits := strings.Repeat("f", MaxUnits)
	long := strings.Repeat("👩é", 30000) // 90,000 units
	cover := sheet.Sheet{Name: "Cover", Grid: &sheet.Grid{Rows: [][]sheet.Cell{
		{sheet.Of(strings.Repeat("c", MaxUnits+1))}, {sheet.ContentDigest()}, {sheet.Notes()},
	}}}
	data, res := mustWrite(t, book(cover, oneColumn("Rows", sheet.Of(fits), sheet.Of(long))))
	xlsxtest.Check(t, data)
	got := read(t, data)
	if got["Rows!A2"] != fits {
		t.Error("a text of exactly 32,767 units was changed")
	}
	whole := map[string]string{}
	for row := 2; got["Overflow!D"+itoa(row)] != ""; row++ {
		at := got["Overflow!A"+itoa(row)] + "!" + got["Overflow!B"+itoa(row)]
		whole[at] += got["Overflow!D"+itoa(row)]
	}
	if whole["Rows!A3"] != long || whole["Cover!A1"] != strings.Repeat("c", MaxUnits+1) || len(whole) != 2 {
		t.Error("the pieces in Overflow do not make up the long texts")
	}
	if !strings.HasSuffix(got["Rows!A3"], `[the whole text begins in sheet "Overflow", row 2]`) {
		t.Errorf("the cell says %q", got["Rows!A3"])
	}
	if len(res.Notes) != 1 || !strings.Contains(res.Notes[0], "2 texts") || got["Cover!A3"] != res.Notes[0] {
		t.Errorf("notes %q, the cover says %q", res.Notes, got["Cover!A3"])
	}
	if c, err := mustOpen(t, data).Contents(context.Background()); err != nil || !c.Agrees() {
		t.Errorf("the digest does not agree (%v)", err)
	}
}

func itoa(n int) string { return strings.TrimPrefix(cellName(n, 1), "A") }

// The same code splits at 1,048,576 rows; here at 4, so that every boundary is seen.
func TestFullSheetGoesOnInAFurtherOne(t *testing.T) {
	for rows, want := range map[int][]int{0: {0}, 2: {2}, 3: {2, 1}, 4: {2, 2}, 5: {2, 2, 1}} {
		var cells [][]sheet.Cell
		for i := range rows {
			cells = append(cells, []sheet.Cell{sheet.Of("r" + itoa(i+1)), sheet.Whole(1)})
		}
		wb := book(
			sheet.Sheet{Name: "Cover", Grid: &sheet.Grid{Rows: [][]sheet.Cell{
				{sheet.Total(sheet.Tally{Sheet: "Rows"})}, {sheet.Total(sheet.Tally{Sheet: "Rows", Sum: "n"})}, {sheet.DigestOf("Rows")},
			}}},
			sheet.Sheet{Name: "Rows", Table: &sheet.Table{Columns: []sheet.Column{{Header: "id"}, {Header: "n", Total: sheet.Added}}, Rows: sheet.Rows(cells)}},
		)
		data, res := writeLimited(t, wb, 4)
		xlsxtest.Check(t, data)
		got := read(t, data)
		if got["Cover!A1"] != itoa(rows) && rows > 0 || got["Cover!A2"] != got["Cover!A1"] {
			t.Errorf("%d rows: the totals say %s and %s", rows, got["Cover!A1"], got["Cover!A2"])
		}
		var sizes []int
		for _, s := range res.Sheets[1:] {
			sizes = append(sizes, s.Rows)
			if s.Source != "Rows" {
				t.Errorf("sheet %q comes from %q", s.Name, s.Source)
			}
			if s.Rows > 0 && got[s.Name+"!B"+itoa(s.Rows+2)] != itoa(s.Rows) {
				t.Errorf("%d rows: the total of sheet %q is %q", rows, s.Name, got[s.Name+"!B"+itoa(s.Rows+2)])
			}
		}
		if len(sizes) != len(want) || len(res.Notes) != len(want)-1 {
			t.Errorf("%d rows: sheets of %v, notes %q; want %v", rows, sizes, res.Notes, want)
			continue
		}
		for i := range want {
			if sizes[i] != want[i] {
				t.Errorf("%d rows: sheets of %v, want %v", rows, sizes, want)
			}
		}
	}
}

func writeLimited(t *testing.T, wb sheet.Workbook, limit int) ([]byte, Result) {
	t.Helper()
	w, err := newWriter(context.Background(), wb)
	if err != nil {
		t.Fatal(err)
	}
	w.limit, w.press = limit, newPress()
	var b bytes.Buffer
	if err := errors.Join(w.run(&b), w.close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.result()
}

func TestRefusalsAreSentences(t *testing.T) {
	table := func(cols int) *sheet.Table {
		return &sheet.Table{Columns: columns(cols), Rows: sheet.Rows([][]sheet.Cell{{sheet.Of("a"), sheet.Of("b")}})}
	}
	grid := func(cells ...sheet.Cell) *sheet.Grid { return &sheet.Grid{Rows: [][]sheet.Cell{cells}} }
	good := sheet.Sheet{Name: "T", Table: table(2)}
	banner := book(sheet.Sheet{Name: "Cover", Grid: grid(sheet.Of("x"))})
	banner.Banner = "REHEARSAL"
	for _, c := range []struct {
		wb   sheet.Workbook
		says string
	}{
		{book(), "has no sheets"},
		{sheet.Workbook{Sheets: []sheet.Sheet{good}}, "has no time"},
		{book(sheet.Sheet{Name: "Both"}), `"Both" must be either`},
		{book(good, good), `two sheets are named "T"`},
		{book(sheet.Sheet{Name: "W", Table: table(16385)}), "16385 columns"},
		{book(sheet.Sheet{Name: "N", Table: table(0)}), "0 columns"},
		{book(sheet.Sheet{Name: "R", Table: table(1)}), "2 cells for 1 columns"},
		{banner, "BannerCell"},
		{book(sheet.Sheet{Name: "C", Grid: grid(sheet.ContentDigest())}, sheet.Sheet{Name: "D", Grid: grid(sheet.ContentDigest())}), "more than one sheet"},
		{book(good, sheet.Sheet{Name: "C", Grid: grid(sheet.Total(sheet.Tally{Sheet: "U"}))}), `no sheet "U"`},
		{book(good, sheet.Sheet{Name: "C", Grid: grid(sheet.Total(sheet.Tally{Sheet: "C"}))}), `"C" is no table`},
		{book(good, sheet.Sheet{Name: "C", Grid: grid(sheet.Total(sheet.Tally{Sheet: "T", Sum: "x"}))}), `column "x"`},
		{book(good, sheet.Sheet{Name: "C", Grid: grid(sheet.Of("x").To("U", "A1"))}), `no sheet "U"`},
		{book(oneColumn("L", sheet.Of("x").Choose("a,b"))), "cannot stand in a drop-down"},
		{book(oneColumn("L", sheet.Of("x").Choose(strings.Repeat("a", 256)))), "255 characters"},
		{book(oneColumn("L", sheet.Notes())), "belongs in a grid"},
	} {
		var out bytes.Buffer
		_, err := Write(context.Background(), &out, c.wb)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("error %v, want one that says %q", err, c.says)
		}
	}
}

// After any end, no temporary file is left.
func TestErrorsLeaveNoFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	boom := errors.New("the store said no")
	big := func(fail error) sheet.Workbook {
		return book(sheet.Sheet{Name: "Big", Table: &sheet.Table{Columns: columns(12), Rows: func(yield func([]sheet.Cell, error) bool) {
			for cells, err := range million(40_000) {
				if !yield(cells, err) {
					return
				}
			}
			if fail != nil {
				yield(nil, fail)
			}
		}}})
	}
	if _, err := Write(context.Background(), io.Discard, big(boom)); !errors.Is(err, boom) {
		t.Errorf("error %v, want the rows' own", err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Write(gone, io.Discard, big(nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the context's", err)
	}
	full := errors.New("disk full")
	if _, err := Write(context.Background(), failing{full}, big(nil)); !errors.Is(err, full) {
		t.Errorf("error %v, want the file's", err)
	}
	if _, err := Write(context.Background(), io.Discard, big(nil)); err != nil {
		t.Error(err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
	t.Setenv("TMPDIR", filepath.Join(dir, "gone"))
	if _, err := Write(context.Background(), io.Discard, big(nil)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want one about the missing folder", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// Several large sheets, spilled to files, stand side by side and come out the same.
func TestSeveralLargeSheets(t *testing.T) {
	rows := 20_000
	if testing.Short() {
		rows = 4_000
	}
	wb := book(
		sheet.Sheet{Name: "One", Table: &sheet.Table{Columns: columns(12), Rows: million(rows)}},
		sheet.Sheet{Name: "Two", Table: &sheet.Table{Columns: columns(12), Rows: million(rows - 1_000)}},
	)
	first, res := mustWrite(t, wb)
	again, _ := mustWrite(t, wb)
	if !bytes.Equal(first, again) {
		t.Error("two runs differ")
	}
	c, err := mustOpen(t, first).Contents(context.Background())
	if err != nil || c.Digest != res.Digest {
		t.Errorf("read %s, %v; wrote %s", c.Digest, err, res.Digest)
	}
	computed, err := Compute(context.Background(), wb)
	if err != nil || computed.Digest != res.Digest || computed.Sheets[1] != res.Sheets[1] {
		t.Errorf("computed without a file: %s, %v", computed.Digest, err)
	}
	if res.Sheets[0].Rows != rows || res.Sheets[1].Rows != rows-1_000 {
		t.Errorf("%+v", res.Sheets)
	}
}

// Bytes that are no UTF-8 cannot stand in XML: they are replaced, and it is said.
func TestBytesThatAreNoText(t *testing.T) {
	data, res := mustWrite(t, book(oneColumn("L", sheet.Of("a\xffb"), sheet.Of("fine"), sheet.Of("\xc3"))))
	xlsxtest.Check(t, data)
	got := read(t, data)
	if got["L!A2"] != "a\uFFFDb" || got["L!A4"] != "\uFFFD" || len(res.Notes) != 1 || !strings.HasPrefix(res.Notes[0], "2 cells") {
		t.Errorf("%q, notes %q", got, res.Notes)
	}
}
