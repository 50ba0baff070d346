package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"countersign/domain"
	"countersign/export/flat"
	"countersign/export/xlsx/xlsxtest"
	"countersign/review"
	"countersign/store/storetest"
)

// packet writes Tom's packet in a format.
func (q *quarter) packet(f Format) []byte {
	q.t.Helper()
	var b bytes.Buffer
	storetest.View(q.t, q.s, func(tx review.Tx) error {
		c, err := tx.Campaign(q.c.ID)
		if err != nil {
			return err
		}
		wb, _, err := PacketWorkbook(context.Background(), tx, c, "usr_tom")
		if err != nil {
			return err
		}
		_, err = Write(context.Background(), &b, f, wb, SheetPacketItems)
		return err
	})
	return b.Bytes()
}

// read judges rows of text under their header, read back by Tom.
func (q *quarter) read(rows [][]string, edit func(*review.ReadRow)) map[review.RowKind]int {
	q.t.Helper()
	at := func(name string, row []string) string {
		i := slices.Index(rows[0], name)
		if i < 0 {
			q.t.Fatalf("there is no column %s in %q", name, rows[0])
		}
		if i >= len(row) {
			return ""
		}
		return row[i]
	}
	var counts map[review.RowKind]int
	storetest.View(q.t, q.s, func(tx review.Tx) error {
		r, err := review.NewReading(tx, Roots(context.Background(), tx), "usr_tom", []review.ReadFile{{Name: "packet", SHA256: "x"}}, q.c.ID)
		if err != nil {
			return err
		}
		for _, row := range rows[1:] {
			in := review.ReadRow{Item: at(review.ColumnItem, row), Packet: at(review.ColumnPacket, row), Mark: at(review.ColumnFingerprint, row),
				Decision: at(review.ColumnDecision, row), Reason: at(review.ColumnReason, row)}
			for _, c := range review.ShownColumns() {
				in.Shown = append(in.Shown, at(c, row))
			}
			edit(&in)
			if err := r.Judge(in); err != nil {
				return err
			}
		}
		for _, j := range r.Rows() {
			if j.Kind.Refused() {
				q.t.Logf("%s item %d: %s", j.Kind, j.Item, j.Why)
			}
		}
		counts = r.Counts()
		return nil
	})
	return counts
}

// A packet goes out with only what can be answered to be typed, nothing filled
// in, a list of the legal levels in each row, and a package without a fault,
// whatever the names are.
func TestPacketWorkbookTakesOnlyAnswers(t *testing.T) {
	q := newQuarter(t)
	q.launch()
	data := q.packet(XLSX)
	xlsxtest.Check(t, data)
	if !bytes.Equal(data, q.packet(XLSX)) {
		t.Error("the same packet at the same event is not the same file")
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	q.must(err)
	rows, err := f.GetRows(SheetPacketItems)
	q.must(err)
	mine := map[string]review.Item{}
	for _, it := range q.items() {
		if it.Reviewer == "usr_tom" {
			mine[sheetNumber(it.No)] = it
		}
	}
	if len(rows)-1 != len(mine) || len(mine) < 10 {
		t.Fatalf("%d rows for %d items", len(rows)-1, len(mine))
	}
	lists, err := f.GetDataValidations(SheetPacketItems)
	q.must(err)
	for i, row := range rows[1:] {
		it, ok := mine[row[0]]
		if !ok {
			t.Errorf("row %d is of item %s", i+2, row[0])
		}
		for col := range rows[0] {
			cell, err := excelize.CoordinatesToCellName(col+1, i+2)
			q.must(err)
			id, err := f.GetCellStyle(SheetPacketItems, cell)
			q.must(err)
			st, err := f.GetStyle(id)
			q.must(err)
			open := st.Protection != nil && !st.Protection.Locked
			if typed := rows[0][col] == review.ColumnDecision || rows[0][col] == review.ColumnReason; open != typed {
				t.Errorf("%s accepts typing: %v", cell, open)
			} else if typed && col < len(row) && row[col] != "" {
				t.Errorf("%s is filled in with %q", cell, row[col])
			}
			if rows[0][col] == review.ColumnDecision {
				if got := listOf(t, lists, col+1, i+2); got != strings.Join(review.Choices(it), ",") {
					t.Errorf("%s offers %q, item %d can be %q", cell, got, it.No, review.Choices(it))
				}
			}
		}
	}
	q.must(f.Close())
}

func sheetNumber(n int) string { return itemLink(n).String() }

// listOf is the list behind a cell.
func listOf(t *testing.T, lists []*excelize.DataValidation, col, row int) string {
	t.Helper()
	for _, dv := range lists {
		for area := range strings.FieldsSeq(dv.Sqref) {
			from, to, ok := strings.Cut(area, ":")
			if !ok {
				to = from
			}
			c1, r1, err := excelize.CellNameToCoordinates(from)
			c2, r2, err2 := excelize.CellNameToCoordinates(to)
			if err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			if c1 <= col && col <= c2 && r1 <= row && row <= r2 {
				return strings.Trim(dv.Formula1, `"`)
			}
		}
	}
	return ""
}

// What comes back unanswered changes nothing, as a workbook and as CSV of either
// kind; and a locked cell that was changed is seen in every column.
func TestPacketsComeBackAsTheyWent(t *testing.T) {
	q := newQuarter(t)
	q.launch()
	it := q.items()[3]
	q.answer(it.No, review.Revoke, 0, evil) // shows under Decided so far
	book := textRows(t, q.packet(XLSX))
	raw, err := csv.NewReader(bytes.NewReader(q.packet(CSVRaw))).ReadAll()
	q.must(err)
	safe, err := csv.NewReader(bytes.NewReader(q.packet(CSV))).ReadAll()
	q.must(err)
	for _, row := range safe {
		for i := range row {
			if s, ok := strings.CutPrefix(row[i], "'"); ok && flat.Guard(s) == row[i] {
				row[i] = s // as our import does
			}
		}
	}
	for name, rows := range map[string][][]string{"workbook": book, "csv": safe, "csv-raw": raw} {
		if got := q.read(rows, func(*review.ReadRow) {}); got[review.RowUnchanged] != len(rows)-1 || len(got) != 1 {
			t.Errorf("%s: %v of %d rows", name, got, len(rows)-1)
		}
	}
	for i, c := range review.ShownColumns() {
		if got := q.read(book[:2], func(r *review.ReadRow) { r.Shown[i] += " x" }); got[review.RowAltered] != 1 {
			t.Errorf("a change under %s is told as %v", c, got)
		}
	}
	if got := q.read(book, func(r *review.ReadRow) { r.Decision, r.Reason = "keep", "needed" }); got[review.RowAccepted] != len(book)-1 {
		t.Errorf("all kept: %v", got)
	}
}

// textRows reads the sheet of items as text, another program's way.
func textRows(t *testing.T, data []byte) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(SheetPacketItems)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	return rows
}

// Names of files hold nothing that a system could trip over, are the same each
// time, and keep people apart whom the letters alone would not.
func TestPacketFileNames(t *testing.T) {
	name := func(campaign, email string) string {
		p := domain.Principal{ID: "usr_x", Kind: domain.User, Name: "X", Email: email, Status: domain.Active}
		return PacketFile(&review.PacketBook{Campaign: review.Campaign{Name: campaign}, Reviewer: "usr_x", Stage: 2, Org: build(t, p)})
	}
	if got := name("Q4 2026", "Ana.F@acme.example"); got != "packet-q4-2026-stage-2-ana.f@acme.example.xlsx" {
		t.Errorf("%s", got)
	}
	seen := map[string]bool{}
	for _, x := range [][2]string{{"../../etc/passwd", "a@b.example"}, {"a/b", "a@b.example"}, {"a\\b", "a@b.example"}, {"a:b", "a@b.example"},
		{evil, "a@b.example"}, {strings.Repeat("x", 300), "a@b.example"}, {strings.Repeat("x", 301), "a@b.example"}, {"Q1", "ü@b.example"}, {"Q1", "ö@b.example"}} {
		got := name(x[0], x[1])
		if seen[got] || len(got) > 200 || strings.ContainsAny(got, "/\\:*?\"<>| \x00\x1b") || strings.Contains(got, "..") || got != name(x[0], x[1]) {
			t.Errorf("%q, %q: %s", x[0], x[1], got)
		}
		seen[got] = true
	}
}
