package packet

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"countersign/store/ingest/table"
)

var columns = []string{"Item", "Decision", "Reason"}

// saved is a workbook of two sheets as a spreadsheet program saves it, of which
// the sheet Items has these cells.
func saved(t testing.TB, edit func(f *excelize.File) error) *os.File {
	t.Helper()
	f := excelize.NewFile()
	_, err := f.NewSheet("Items")
	if err == nil {
		err = edit(f)
	}
	name := filepath.Join(t.TempDir(), "packet.xlsx")
	if err := errors.Join(err, f.SaveAs(name), f.Close()); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	})
	return in
}

func read(in io.ReadSeeker, most int) ([]Row, string, error) {
	var out []Row
	sha, err := Read(in, "Items", columns, most, func(r Row) error { out = append(out, r); return nil })
	return out, sha, err
}

// Columns stand in any order beside others; blank rows at the end are none;
// numbers, hidden rows and texts in runs are read; formulas are told.
func TestWhatProgramsSaveIsRead(t *testing.T) {
	in := saved(t, func(f *excelize.File) error {
		errs := []error{
			f.SetSheetRow("Items", "A1", &[]any{"reason ", "My notes", "ITEM", "Decision"}),
			f.SetSheetRow("Items", "A2", &[]any{"why not", "x", 7, "keep"}),
			f.SetSheetRow("Items", "A3", &[]any{"", "", 8.0, ""}),
			f.SetRowVisible("Items", 3, false),
			f.SetSheetRow("Items", "A4", &[]any{"", "", "", ""}),
			f.SetSheetRow("Items", "A6", &[]any{"", "", 9, "revoke"}),
			f.SetCellValue("Items", "A6", 12),
			f.SetCellFormula("Items", "A6", `"a"&"b"`),
			f.SetCellValue("Items", "C7", 10),
			f.SetCellFormula("Items", "A7", "1/0"),
		}
		return errors.Join(errs...)
	})
	got, sha, err := read(in, 10)
	if err != nil || len(sha) != 64 {
		t.Fatal(sha, err)
	}
	want := []struct {
		place, cells, formulas string
	}{{"Items!2", "7|keep|why not", ""}, {"Items!3", "8||", ""}, {"Items!6", "9|revoke|12", "Reason"}, {"Items!A7", "", ""}}
	if len(got) != len(want) {
		t.Fatalf("%d rows: %+v", len(got), got)
	}
	for i, w := range want {
		g := got[i]
		if g.Place != w.place || strings.Join(g.Cells, "|") != w.cells || strings.Join(g.Formulas, "|") != w.formulas || (g.Fault != "") != (w.cells == "") {
			t.Errorf("row %+v, want %+v", g, w)
		}
	}
	if !strings.Contains(got[3].Fault, "never computed") || got[3].Column != "reason" {
		t.Errorf("a formula without a value is told as %+v", got[3])
	}
}

// The same sheet as CSV, with another separator and guards before what could
// run.
func TestCSVIsRead(t *testing.T) {
	got, _, err := read(strings.NewReader("\ufeffItem;Decision;Reason\r\n7;keep;'=1+1\r\n;;\r\n8;revoke;\"two\r\nlines\"\r\n9;keep\r\n"), 10)
	if err != nil || len(got) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	if got[0].Place != "line 2" || strings.Join(got[0].Cells, "|") != "7|keep|=1+1" || got[1].Cells[2] != "two\r\nlines" && got[1].Cells[2] != "two\nlines" || got[2].Fault == "" {
		t.Errorf("%+v", got)
	}
}

func TestFilesThatAreNoPacket(t *testing.T) {
	for name, x := range map[string]struct{ text, says string }{
		"no column": {"Item,Reason\n1,x\n", "no column “Decision”"},
		"two":       {"Item,Reason,Decision,Decision\n1,x,,\n", "there 2 times"},
		"empty":     {"", "empty"},
		"too long":  {"Item,Decision,Reason\n" + strings.Repeat("1,keep,x\n", 12), "more than 10 rows"},
		"no sheet":  {"PK\x03\x04 rubbish", "packing cannot be read"},
	} {
		if _, _, err := read(strings.NewReader(x.text), 10); err == nil || !strings.Contains(err.Error(), x.says) {
			t.Errorf("%s: %v, want it to say %q", name, err, x.says)
		}
	}
	in := saved(t, func(f *excelize.File) error { return f.SetSheetName("Items", "Other") })
	var fault *table.FileError
	if _, _, err := read(in, 10); !errors.As(err, &fault) || !strings.Contains(err.Error(), "no sheet") {
		t.Errorf("a workbook without the sheet: %v", err)
	}
}

// Whatever the file holds, reading ends, and every row has its columns or the
// reason why not.
func FuzzRead(f *testing.F) {
	f.Add([]byte("Item,Decision,Reason\n1,keep,\n2,revoke,\"a\nb\"\n"))
	f.Add([]byte("Item;Decision;Reason\n1;'=1;\n"))
	f.Add([]byte("PK\x03\x04"))
	in := saved(f, func(x *excelize.File) error {
		return errors.Join(x.SetSheetRow("Items", "A1", &[]any{"Item", "Decision", "Reason"}), x.SetSheetRow("Items", "A2", &[]any{1, "keep", "x"}))
	})
	book, err := io.ReadAll(in)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(book)
	f.Fuzz(func(t *testing.T, data []byte) {
		n := 0
		_, err := Read(strings.NewReader(string(data)), "Items", columns, 50, func(r Row) error {
			if n++; r.Place == "" || (r.Fault == "") != (len(r.Cells) == len(columns)) {
				t.Errorf("row %+v", r)
			}
			return nil
		})
		if n > 51 {
			t.Errorf("%d rows were read, and 50 is the most (%v)", n, err)
		}
	})
}
