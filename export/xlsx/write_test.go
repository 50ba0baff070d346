package xlsx

import (
	"bytes"
	"os"
	"testing"

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
