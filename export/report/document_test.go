package report

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"countersign/export/sheet"
	"countersign/review"
)

// document is a report as one JSON document, as a program reads it.
type document struct {
	facts
	Sheets []struct {
		Sheet   string
		Columns []struct{ Key, Header string }
		Rows    []map[string]any
		Cells   [][]any
	} `json:"sheets"`
}

func readDocument(t *testing.T, wb sheet.Workbook) (document, Written) {
	t.Helper()
	var out bytes.Buffer
	w, err := Write(context.Background(), &out, JSON, wb, Whole)
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatalf("%v in %.300s", err, out.String())
	}
	return d, w
}

// One document holds what the workbook holds: the facts of its cover, every figure,
// every row of every table, under the same digest.
func TestADocumentHoldsTheWholeReport(t *testing.T) {
	q := closedQuarter(t)
	for _, name := range []string{"agent-matrix", "compliance", "campaign", "findings"} {
		r := Request{Actor: q.ada, Version: "test"}
		if name == "campaign" {
			r = Request{Campaign: string(q.c.ID), Version: "test"}
		}
		q.must(q.ask(name, r, func(_ review.Tx, wb sheet.Workbook) {
			d, w := readDocument(t, wb)
			var file bytes.Buffer
			x, err := Write(context.Background(), &file, XLSX, wb, "")
			q.must(err)
			if d.Digest != x.Digest || w.Digest != x.Digest || d.facts.Rows != x.Rows || w.Rows != x.Rows {
				t.Errorf("%s: the document says %s and %d rows, the workbook %s and %d", name, d.Digest, d.facts.Rows, x.Digest, x.Rows)
			}
			if d.Event == nil && d.Events == nil || d.Log != string(q.s.LogID()) || d.LogSize == nil || d.LogRoot == nil || d.Banner == "" != (wb.Banner == "") {
				t.Errorf("%s: the facts are %+v", name, d.facts)
			}
			_, book := written(t, wb)
			if len(d.Sheets) != len(wb.Sheets) {
				t.Fatalf("%s has %d sheets, the document %d", name, len(wb.Sheets), len(d.Sheets))
			}
			for i, s := range wb.Sheets {
				got := d.Sheets[i]
				if s.Table != nil {
					if want := objects(t, wb, s.Name); len(got.Rows) != len(want) || len(got.Columns) != len(s.Table.Columns) {
						t.Errorf("%s, %s: %d rows, want %d", name, s.Name, len(got.Rows), len(want))
					}
					continue
				}
				for r, row := range cells(t, book, s.Name) {
					for c, text := range row {
						kind := sheet.Blank
						if r < len(s.Grid.Rows) && c < len(s.Grid.Rows[r]) {
							kind = s.Grid.Rows[r][c].Kind()
						}
						if kind == sheet.TallyOf || kind == sheet.Digest {
							if fmt.Sprint(got.Cells[r][c]) != text {
								t.Errorf("%s, %s, row %d: %v, the workbook has %s", name, s.Name, r+1, got.Cells[r][c], text)
							}
						}
					}
				}
			}
		}))
	}
}

// A zip has every table, guarded, under a manifest of the sums of its files; the
// same report makes the same bytes.
func TestAZipHoldsEveryTableUnderAManifest(t *testing.T) {
	o := hostileWorld(t)
	wb := GroupMembership(o, meta(o), PeopleFilter{}, nil)
	var one, two bytes.Buffer
	w, err := Write(context.Background(), &one, ZIP, wb, "")
	if err != nil || w.Digest == "" || len(w.Notes) == 0 {
		t.Fatalf("%+v, %v", w, err)
	}
	if _, err := Write(context.Background(), &two, ZIP, wb, ""); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Errorf("two zips of one report differ, %v", err)
	}
	z, err := zip.NewReader(bytes.NewReader(one.Bytes()), int64(one.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	var names []string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
	}
	want := []string{"report.json", "cover.csv", "tables/by-group.csv", "tables/by-person.csv", "tables/groups.csv", "tables/without-a-group.csv", "MANIFEST.sha256"}
	if !slices.Equal(names, want) {
		t.Fatalf("the files are %q", names)
	}
	lines := strings.Split(strings.TrimSpace(string(files["MANIFEST.sha256"])), "\n")
	if len(lines) != len(want)-1 {
		t.Errorf("the manifest has %d lines", len(lines))
	}
	for _, l := range lines {
		sum, name, _ := strings.Cut(l, "  ")
		if got := sha256.Sum256(files[name]); hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s has another sum than the manifest says", name)
		}
	}
	for _, s := range wb.Sheets[1:] {
		rows, err := csv.NewReader(bytes.NewReader(files[tableFile(s.Name)])).ReadAll()
		if err != nil || len(rows)-1 != len(objects(t, wb, s.Name)) {
			t.Errorf("%s: %d lines, %v", s.Name, len(rows), err)
		}
	}
	if s := string(files["tables/by-group.csv"]); !strings.Contains(s, "'=1+1") || strings.Contains(s, "\n=1+1") {
		t.Error("what could run is not guarded")
	}
	var f facts
	if err := json.Unmarshal(files["report.json"], &f); err != nil || f.Digest != w.Digest || len(f.Tables) != 4 || f.Tables[0].File != "tables/by-group.csv" {
		t.Errorf("report.json says %+v, %v", f, err)
	}
}

// A watched report is the same, tells how far it is, and is stopped by its context.
func TestAWatchedReportTellsHowFarItIs(t *testing.T) {
	long := sheet.Table{Columns: []sheet.Column{{Header: "N", Kind: sheet.Counts}}, Rows: func(yield func([]sheet.Cell, error) bool) {
		for n := range 12_345 {
			if !yield([]sheet.Cell{sheet.Whole(int64(n))}, nil) {
				return
			}
		}
	}}
	wb := Table("Long", long.Columns, long.Rows, Meta{At: noon})
	var said []string
	var a, b bytes.Buffer
	plainly, err := Write(context.Background(), &a, XLSX, wb, "")
	if err != nil {
		t.Fatal(err)
	}
	watched, err := Write(context.Background(), &b, XLSX, Watch(wb, func(part string, done, total int64) {
		said = append(said, fmt.Sprintf("%s %d/%d", part, done, total))
	}), "")
	if err != nil || watched.Digest != plainly.Digest || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("the watched report is another, %v", err)
	}
	if !slices.Contains(said, "Long, 2,000 rows 0/0") {
		t.Errorf("it said %q", said)
	}
	for _, f := range []Format{XLSX, CSV, JSON, ZIP} {
		ctx, stop := context.WithCancel(context.Background())
		_, err := Write(ctx, io.Discard, f, Watch(wb, func(string, int64, int64) { stop() }), Whole)
		if f == CSV {
			_, err = Write(ctx, io.Discard, f, Watch(wb, func(string, int64, int64) { stop() }), "")
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s was not stopped: %v", f, err)
		}
		stop()
	}
}
