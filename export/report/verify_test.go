package report

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
	"countersign/store/storetest"

	"github.com/xuri/excelize/v2"
)

// memory is a scratch place.
type memory struct{ bytes.Buffer }

func (m *memory) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(m.Len()) {
		return 0, io.EOF
	}
	n := copy(p, m.Bytes()[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func verify(t testing.TB, file []byte, again *sheet.Workbook) Verification {
	t.Helper()
	v, err := VerifyWorkbook(context.Background(), bytes.NewReader(file), int64(len(file)), again, &memory{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// edited saves the file by another program after a change; nil only re-saves it.
func edited(t testing.TB, file []byte, change func(*excelize.File) error) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		if err := change(f); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestVerifyingACampaignWorkbook(t *testing.T) {
	q := closedQuarter(t)
	file := closedBook(t)
	book := opened(t, file)
	cover := cells(t, book, sheetCover)
	storetest.View(t, q.s, func(tx review.Tx) error {
		ev, err := GatherCampaign(context.Background(), tx, q.c.ID, "test")
		if err != nil {
			return err
		}
		again := Campaign(&ev)
		v := verify(t, file, nil)
		if !v.Holds() || v.Compared || v.Checked < 15 || !strings.Contains(v.Claim(), "agrees with itself") {
			t.Errorf("without the database: %+v, %s", v, v.Claim())
		}
		if v.Log != "log_test" || v.Root != value(t, cover, labelRoot) || v.Size == "" || v.Campaign != string(q.c.ID) || v.Version != "test" {
			t.Errorf("the cover states %+v", v)
		}
		if v = verify(t, file, &again); !v.Holds() || !v.Compared || !strings.Contains(v.Claim(), "what the log says") {
			t.Errorf("with the database: %+v", v)
		}
		if v = verify(t, edited(t, file, nil), &again); !v.Holds() {
			t.Errorf("after a harmless re-save: %+v", v)
		}
		forged := edited(t, file, func(f *excelize.File) error { return f.SetCellStr(sheetDecisions, "E3", "abstain") })
		v = verify(t, forged, &again)
		if v.Holds() || len(v.Faults) < 2 || len(v.Differences) != 1 {
			t.Fatalf("a forged answer: %+v", v)
		}
		if d := v.Differences[0].String(); !strings.Contains(d, `sheet "Decisions", row 3, column E (Answer)`) || !strings.Contains(d, "abstain") {
			t.Errorf("the difference reads %q", d)
		}
		return nil
	})
}

// A row that was taken out is named, and only that one; so is one that was put in.
func TestVerifyNamesTheRow(t *testing.T) {
	q := closedQuarter(t)
	file := closedBook(t)
	storetest.View(t, q.s, func(tx review.Tx) error {
		ev, err := GatherCampaign(context.Background(), tx, q.c.ID, "test")
		if err != nil {
			return err
		}
		again := Campaign(&ev)
		in := func(v Verification, name string) (out []string) {
			for _, d := range v.Differences {
				if d.Sheet == name {
					out = append(out, d.String())
				}
			}
			return out
		}
		v := verify(t, edited(t, file, func(f *excelize.File) error { return f.RemoveRow(sheetDecisions, 6) }), &again)
		if d := in(v, sheetDecisions); v.Holds() || len(d) != 1 || d[0] != `sheet "Decisions": the row with Item 5 is missing` {
			t.Errorf("a row taken out: %q", d)
		}
		v = verify(t, edited(t, file, func(f *excelize.File) error {
			if err := f.InsertRows(sheetOutcomes, 4, 1); err != nil {
				return err
			}
			return f.SetSheetRow(sheetOutcomes, "A4", &[]any{900, "Somebody", "Something"})
		}), &again)
		if d := in(v, sheetOutcomes); v.Holds() || len(d) != 1 || d[0] != `sheet "Outcomes", row 4: the row with Item 900 should not be there` {
			t.Errorf("a row put in: %q", d)
		}
		return nil
	})
}

// Figures beside the rows are counted again: in the cross tables, and of reviewers.
func TestVerifyCountsStatisticsAndReviewersAgain(t *testing.T) {
	q := closedQuarter(t)
	file := closedBook(t)
	book := opened(t, file)
	place := func(name, label string, col int) (cell string) {
		for i, r := range cells(t, book, name) {
			if len(r) > col && r[0] == label && r[1] != "Items" {
				ref, err := excelize.CoordinatesToCellName(col+1, i+1)
				q.must(err)
				return ref
			}
		}
		t.Fatalf("sheet %s has no row %q", name, label)
		return ""
	}
	for i, c := range []struct{ sheet, cell, say string }{
		{sheetStatistics, place(sheetStatistics, "agent", 2), `sheet "Statistics", row`},
		{sheetStatistics, place(sheetStatistics, "Tom Vale <tom@acme.example>", 1), "By reviewer, Tom Vale <tom@acme.example>, items reads 9999"},
		{sheetStatistics, place(sheetStatistics, "All", 8), "By decision, All, seconds reads 9999"},
		{sheetReviewers, place(sheetReviewers, "Tom Vale", 7), `sheet "Reviewers", row 2: Tom Vale, revoke reads 9999`},
	} {
		if testing.Short() && i > 0 {
			continue // one path, other bytes
		}
		v := verify(t, edited(t, file, func(f *excelize.File) error { return f.SetCellInt(c.sheet, c.cell, 9999) }), nil)
		if said := strings.Join(v.Faults, "\n"); v.Holds() || !strings.Contains(said, c.say) {
			t.Errorf("%s!%s: %s", c.sheet, c.cell, said)
		}
	}
	if v := verify(t, file, nil); !v.Holds() || v.Checked < 60 {
		t.Errorf("as written, %d figures: %q", v.Checked, v.Faults)
	}
}

func TestVerifyingAMatrix(t *testing.T) {
	o := hostileWorld(t)
	file, _ := written(t, AgentMatrix(o, meta(o), PeopleFilter{}))
	if v := verify(t, file, nil); !v.Holds() || v.Checked != 2+2*len(hostile) {
		t.Errorf("%d checked: %q", v.Checked, v.Faults)
	}
	forged := edited(t, file, func(f *excelize.File) error { return f.SetCellStr(sheetMatrix, "H3", "E") })
	v := verify(t, forged, nil)
	if v.Holds() || !strings.Contains(strings.Join(v.Faults, "\n"), "the rows have") || !strings.Contains(v.Faults[0], `cell B15: reads 7, and its formula "=SUM(Agents[Edit])" gives 8`) {
		t.Errorf("a forged level: %q", v.Faults)
	}
}

func TestVerifyingWhatIsNotOurs(t *testing.T) {
	f := excelize.NewFile()
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, file := range [][]byte{out.Bytes(), []byte("no workbook")} {
		_, err := VerifyWorkbook(context.Background(), bytes.NewReader(file), int64(len(file)), nil, nil)
		if code(err) != domain.Invalid {
			t.Errorf("%v", err)
		}
	}
}
