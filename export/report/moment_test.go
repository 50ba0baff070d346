package report

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// The same rows at another moment have another content digest and the same one without
// the cover, in every format; verify makes both again, and a moment that was altered
// does not pass.
func TestTheDigestKnowsTheMomentAndTheOneBehindTheCoverDoesNot(t *testing.T) {
	o := hostileWorld(t)
	later := meta(o)
	later.At, later.Size, later.Event = later.At.Add(time.Hour), later.Size+3, later.Event+3
	write := func(m Meta, f Format) (Written, []byte) {
		t.Helper()
		var out bytes.Buffer
		w, err := Write(context.Background(), &out, f, GroupMembership(o, m, PeopleFilter{}, nil), Whole)
		if err != nil {
			t.Fatal(err)
		}
		return w, out.Bytes()
	}
	first, file := write(meta(o), XLSX)
	for _, f := range []Format{XLSX, JSON, ZIP} {
		now, _ := write(meta(o), f)
		then, _ := write(later, f)
		if now.Digest == then.Digest || now.Digest != first.Digest || now.Behind != then.Behind || now.Behind != first.Behind || len(now.Behind) != 64 {
			t.Errorf("%s: %q and %q, behind the cover %q and %q", f, now.Digest, then.Digest, now.Behind, then.Behind)
		}
	}
	if v := verify(t, file, nil); !v.Holds() || v.Behind != first.Behind || v.Digest != first.Digest {
		t.Errorf("verify makes %q and %q", v.Digest, v.Behind)
	}
	dated := edited(t, file, func(f *excelize.File) error {
		rows, err := f.GetRows(sheetCover)
		if err != nil {
			return err
		}
		for i, r := range rows {
			if len(r) > 1 && r[0] == labelAt {
				return f.SetCellFloat(sheetCover, "B"+string(rune('0'+i+1)), 47000, -1, 64)
			}
		}
		t.Fatalf("no line %q in %q", labelAt, rows[:9])
		return nil
	})
	if v := verify(t, dated, nil); v.Holds() || !strings.Contains(strings.Join(v.Faults, "\n"), "values were changed after it was made") || v.Behind != first.Behind {
		t.Errorf("another date: %q", v.Faults)
	}
}
