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
	q := newQuarter(t)
	q.launch()
	q.decide()
	q.finish()
	file, book := q.export()
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

func TestVerifyingAMatrix(t *testing.T) {
	o := hostileWorld(t)
	file, _ := written(t, AgentMatrix(o, meta(o), PeopleFilter{}))
	if v := verify(t, file, nil); !v.Holds() || v.Checked != 2+2*len(hostile) {
		t.Errorf("%d checked: %q", v.Checked, v.Faults)
	}
	forged := edited(t, file, func(f *excelize.File) error { return f.SetCellStr(sheetMatrix, "H3", "E") })
	v := verify(t, forged, nil)
	if v.Holds() || len(v.Faults) != 2 || !strings.Contains(v.Faults[1], "the rows have") {
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
