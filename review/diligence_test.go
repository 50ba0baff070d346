package review

import (
	"iter"
	"strings"
	"testing"
	"time"

	"countersign/domain"
)

// versions makes an iterator over versions in order.
func versions(vs ...Versioned[Decision]) iter.Seq2[Versioned[Decision], error] {
	return func(yield func(Versioned[Decision], error) bool) {
		for _, v := range vs {
			if !yield(v, nil) {
				return
			}
		}
	}
}

var stageDue = time.Date(2026, 11, 30, 18, 0, 0, 0, time.UTC)

func dueThen(int) time.Time { return stageDue }

// said is one version of a decision of Ann's, in force, an hour after the
// others of less n; days before the due date.
func said(item int, a Answer, seconds int, opened bool, days int) Versioned[Decision] {
	return Versioned[Decision]{At: stageDue.AddDate(0, 0, -days), Row: Decision{Campaign: "cmp_x", Item: item, Stage: 1,
		Reviewer: "usr_ann", Answer: a, Round: 1, Seconds: seconds, Opened: opened}}
}

func replaced(v Versioned[Decision]) Versioned[Decision] { v.To = 9; return v }
func inBulk(v Versioned[Decision], n int) Versioned[Decision] {
	v.Row.Bulk, v.Row.Seconds = n, 0
	return v
}
func inRound(v Versioned[Decision], n int) Versioned[Decision] { v.Row.Round = n; return v }

func measureAnn(t *testing.T, d Diligence, vs ...Versioned[Decision]) ReviewerDiligence {
	t.Helper()
	got, err := MeasureDiligence(d, dueThen, nil, versions(vs...))
	if err != nil || len(got) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	return got[0]
}

// Counted by hand: six items of Ann's. 1 after a change of mind, 2 quickly,
// 3 and 4 in bulk, 5 in the last day, 6 returned and answered again otherwise.
func TestDiligenceByHand(t *testing.T) {
	got := measureAnn(t, Diligence{},
		replaced(said(1, Keep, 8, false, 9)),
		said(2, Keep, 2, false, 9),
		said(1, Revoke, 20, true, 8),
		inBulk(said(3, Keep, 5, false, 7), 2), inBulk(said(4, Keep, 5, false, 7), 2),
		said(5, Keep, 4, true, 0),
		replaced(said(6, Keep, 3, false, 6)),
		inRound(said(6, Revoke, 30, false, -3), 2))
	want := ReviewerDiligence{Reviewer: "usr_ann", Answered: 6, Timed: 4, Median: 12, Hasty: 1, Opened: 2, Bulk: 2, Changes: 1,
		Streak: 1, StreakOf: Keep, Late: 1}
	if got != want {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

func TestDiligenceMedianAndStreak(t *testing.T) {
	got := measureAnn(t, Diligence{Seconds: 10}, said(1, Keep, 9, false, 9), said(2, Revoke, 10, false, 9), said(3, Revoke, 11, false, 9),
		inBulk(said(4, Keep, 0, false, 9), 1), said(5, Revoke, 0, false, 9), said(6, Keep, 100, false, 9))
	if got.Median != 10.5 || got.Timed != 4 || got.Hasty != 1 {
		t.Errorf("the median of 9, 10, 11, 100 is 10.5, one of them under 10: %+v", got)
	}
	if got.Streak != 3 || got.StreakOf != Revoke {
		t.Errorf("three revocations in a row, a bulk between them left out: %+v", got)
	}
}

// A change of the reason alone, or back by an undo, is told apart: only
// another answer or level counts.
func TestDiligenceChangesOfMind(t *testing.T) {
	lower := said(1, Reduce, 5, false, 9)
	lower.Row.Level = domain.ViewUse
	reason := said(1, Keep, 5, false, 9)
	reason.Row.Reason = "still on the project"
	got := measureAnn(t, Diligence{}, replaced(said(1, Keep, 5, false, 9)), replaced(reason), replaced(lower), said(1, Keep, 5, false, 9))
	if got.Changes != 2 || got.Answered != 1 {
		t.Errorf("%+v, want two changes on one item", got)
	}
}

// The last hours: strictly within them, up to the due date itself; what comes
// after it belongs to a returned item and is not counted.
func TestDiligenceLastHours(t *testing.T) {
	for name, c := range map[string]struct {
		at   time.Time
		want int
	}{
		"a millisecond more than two hours before": {stageDue.Add(-2*time.Hour - time.Millisecond), 0},
		"two hours before":                         {stageDue.Add(-2 * time.Hour), 0},
		"a millisecond less":                       {stageDue.Add(-2*time.Hour + time.Millisecond), 1},
		"at the due date":                          {stageDue, 1},
		"after it":                                 {stageDue.Add(time.Millisecond), 0},
	} {
		v := said(1, Keep, 5, false, 0)
		v.At = c.at
		if got := measureAnn(t, Diligence{Hours: 2}, v); got.Late != c.want {
			t.Errorf("%s: %d, want %d", name, got.Late, c.want)
		}
	}
}

func TestDiligenceFacts(t *testing.T) {
	r := ReviewerDiligence{Answered: 10, Timed: 4, Median: 2.5, Hasty: 3, Opened: 1, Bulk: 9, Streak: 60, StreakOf: Keep, Late: 5, Changes: 1}
	want := map[string]struct {
		beyond bool
		text   string
	}{
		"seconds":    {true, "2.5 seconds an item (median of 4 timed, 3 faster than 3); under the threshold of 3"},
		"opened":     {false, "details opened of 1 of 10 items, 10%; at the threshold of 10"},
		"bulk":       {true, "9 of 10 items in bulk, 90%; over the threshold of 80"},
		"streak":     {true, "60 times keep in a row; over the threshold of 50"},
		"last-hours": {false, "5 of 10 items in the last 24 hours, 50%; at the threshold of 50"},
		"changes":    {false, "1 change of mind"},
	}
	got := r.Facts(Diligence{})
	if len(got) != len(want) {
		t.Errorf("%d facts, want %d", len(got), len(want))
	}
	for _, f := range got {
		if w := want[f.Measure]; f.Beyond != w.beyond || f.Text != w.text {
			t.Errorf("%s: %v %q\nwant %v %q", f.Measure, f.Beyond, f.Text, w.beyond, w.text)
		}
	}
}

// Turned off, nothing is kept, and what was not kept is no fact.
func TestDiligenceTurnedOff(t *testing.T) {
	off := Diligence{Off: true}
	if got := off.measured(said(1, Keep, 7, true, 1).Row); got.Seconds != 0 || got.Opened || got.Answer != Keep {
		t.Errorf("kept: %+v", got)
	}
	if got := (Diligence{}).measured(said(1, Keep, 7, true, 1).Row); got.Seconds != 7 || !got.Opened {
		t.Errorf("not kept: %+v", got)
	}
	for _, f := range (ReviewerDiligence{Answered: 3}).Facts(off) {
		if f.Measure == "seconds" || f.Measure == "opened" {
			t.Errorf("a fact of what was not kept: %+v", f)
		}
	}
}

func TestDiligenceThresholdsAreChecked(t *testing.T) {
	for _, d := range []Diligence{{Seconds: -1}, {Bulk: 101}, {Opened: 200}, {Late: -2}, {Hours: -1}, {Streak: -4}} {
		if err := d.Check(); err == nil || !strings.Contains(err.Error(), "threshold") {
			t.Errorf("%+v: %v", d, err)
		}
	}
	if err := (Diligence{Seconds: 5, Bulk: 100, Opened: 1, Hours: 48, Late: 30, Streak: 20}).Check(); err != nil {
		t.Error(err)
	}
}

func TestReadDiligence(t *testing.T) {
	for in, want := range map[string]Diligence{"": {}, "off": {Off: true}, " OFF ": {Off: true}, "seconds=5": {Seconds: 5},
		"seconds=5, bulk=60,hours=48": {Seconds: 5, Bulk: 60, Hours: 48}} {
		if got, err := ReadDiligence(in); err != nil || got != want {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
	for _, in := range []string{"on", "seconds", "seconds=", "seconds=0", "seconds=-1", "bulk=101", "seconds=3,seconds=4", "off,bulk=3", "colour=3", ","} {
		if got, err := ReadDiligence(in); err == nil {
			t.Errorf("%q is read as %+v", in, got)
		}
	}
}

func FuzzReadDiligence(f *testing.F) {
	for _, s := range []string{"off", "seconds=5,bulk=60", "late=", "=3", "hours=9999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ReadDiligence(s); err == nil && d.Check() != nil {
			t.Fatalf("%q is read as %+v, which is wrong", s, d)
		}
	})
}
