package xlsx

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"countersign/export/sheet"
	"countersign/export/xlsx/xlsxtest"

	"github.com/xuri/excelize/v2"
)

func TestWriteIsDeterministic(t *testing.T) {
	first, a := mustWrite(t, sample())
	for range 3 {
		again, b := mustWrite(t, sample())
		if !bytes.Equal(first, again) {
			t.Fatal("the same description gave other bytes")
		}
		if a.Digest != b.Digest {
			t.Fatal("the same description gave another digest")
		}
	}
	xlsxtest.Check(t, first)
	if out := os.Getenv("COUNTERSIGN_SAMPLE"); out != "" {
		if err := os.WriteFile(out, first, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestExcelizeReadsWhatWasMeant(t *testing.T) {
	data, res := mustWrite(t, sample())
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	for cell, want := range map[string]string{
		"A1": "REHEARSAL: nothing here is real", "B3": "4", "B4": "2", "B5": "1", "B6": "1", "B7": "50", "B8": "0",
		"B10": res.Digest.String(), "B12": "8", "C12": "ab",
	} {
		if got, err := f.GetCellValue("Cover", cell); err != nil || got != want {
			t.Errorf("Cover!%s = %q, %v; want %q", cell, got, err, want)
		}
	}
	for i, want := range hostile {
		cell := cellName(i+2, 2)
		got, err := f.GetCellValue("Texts - hostile", cell)
		if err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", cell, got, err, want)
		}
		if formula, err := f.GetCellFormula("Texts - hostile", cell); err != nil || formula != "" {
			t.Errorf("%s: text became the formula %q (%v)", cell, formula, err)
		}
	}
	tables, err := f.GetTables("Decisions")
	if err != nil || len(tables) != 1 || tables[0].Range != "A1:H6" {
		t.Errorf("tables of Decisions: %+v, %v", tables, err)
	}
	for cell, want := range map[string]string{
		"A6": "Total", "C6": "3", "E6": "50", "F2": "2026-10-01 10:00:00", "F1": "Decided (UTC)", "G2": "2026-10-01",
	} {
		if got, err := f.GetCellValue("Decisions", cell); err != nil || got != want {
			t.Errorf("Decisions!%s = %q, %v; want %q", cell, got, err, want)
		}
	}
}

// What a person meets in the sheet, asked of another reader.
func TestSheetsAreSetUp(t *testing.T) {
	data, _ := mustWrite(t, sample())
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	picks := map[string]string{}
	list, err := f.GetDataValidations("Decisions")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range list {
		picks[v.Sqref] = v.Formula1
	}
	if len(picks) != 2 || picks["C2:C4"] != `"certify,reduce,revoke"` || picks["C5"] != `"Read,None"` {
		t.Errorf("drop-downs %q", picks)
	}
	formats, err := f.GetConditionalFormats("Decisions")
	if err != nil || len(formats["D2:D5"]) != 2 || formats["D2:D5"][0].Value != `"E"` {
		t.Errorf("conditional formats %+v, %v", formats, err)
	}
	if ok, to, err := f.GetCellHyperLink("Decisions", "A2"); !ok || to != "'Decisions'!A2" || err != nil {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	panes, err := f.GetPanes("Decisions")
	if err != nil || !panes.Freeze || panes.XSplit != 1 || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	layout, err := f.GetPageLayout("Decisions")
	if err != nil || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
		t.Errorf("page %+v, %v", layout, err)
	}
	head, err := f.GetHeaderFooter("Decisions")
	if err != nil || !strings.Contains(head.OddHeader, "&C\nREHEARSAL") || !strings.Contains(head.OddHeader, "review && more") ||
		head.OddFooter != "&Las of 2026-10-01 10:00:00 UTC&CPage &P of &N" {
		t.Errorf("head %q, foot %q, %v", head.OddHeader, head.OddFooter, err)
	}
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		names[n.Name+"/"+n.Scope] = n.RefersTo
	}
	if names["_xlnm.Print_Titles/Decisions"] != "'Decisions'!$1:$1" || names[SealName+"/Workbook"] != "'Cover'!$B$10" {
		t.Errorf("names %q", names)
	}
	props, err := f.GetDocProps()
	if err != nil || props.Creator != "Countersign" || props.Modified != "2026-10-01T10:00:00Z" || props.Created != props.Modified || props.Title != "Access review & more" {
		t.Errorf("properties %+v, %v", props, err)
	}
	checkLocks(t, f)
}

// In a protected sheet only the editable column is open, in a short row too, and
// text that starts like a formula carries the mark that keeps it text.
func checkLocks(t *testing.T, f *excelize.File) {
	t.Helper()
	for cell, open := range map[string]bool{"A2": false, "C2": true, "C5": true, "C6": false} {
		id, err := f.GetCellStyle("Decisions", cell)
		if err != nil {
			t.Fatal(err)
		}
		st, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if got := st.Protection != nil && !st.Protection.Locked; got != open {
			t.Errorf("%s accepts typing: %v, want %v", cell, got, open)
		}
	}
	for i, text := range hostile {
		id, err := f.GetCellStyle("Texts - hostile", cellName(i+2, 2))
		if err != nil {
			t.Fatal(err)
		}
		mark := f.Styles.CellXfs.Xf[id].QuotePrefix
		if want := sheet.StartsLikeFormula(text); want != (mark != nil && *mark) {
			t.Errorf("%q is marked as text: %v, want %v", text, !want, want)
		}
	}
}

// A workbook of grids alone still has to tell its readers where its strings
// are: the relation is excelize's to write, and it knew of none.
func TestAWorkbookWithoutATableCanBeReadBack(t *testing.T) {
	wb := sheet.Workbook{Title: "Legend", Modified: sample().Modified, Sheets: []sheet.Sheet{
		{Name: "Cover", Grid: &sheet.Grid{Rows: [][]sheet.Cell{{sheet.Of("Digest"), sheet.ContentDigest()}}}},
		{Name: "Legend", Grid: &sheet.Grid{Rows: [][]sheet.Cell{{sheet.Of("R"), sheet.Of("Read")}}}}}}
	data, res := mustWrite(t, wb)
	xlsxtest.Check(t, data)
	got, err := mustOpen(t, data).Contents(context.Background())
	if err != nil || !got.Agrees() || got.Digest != res.Digest {
		t.Errorf("read back: %+v, %v; written %s", got, err, res.Digest)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.GetCellValue("Legend", "B1"); err != nil || got != "Read" {
		t.Errorf("Legend!B1 = %q, %v", got, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
