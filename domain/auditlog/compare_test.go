package auditlog

import (
	"slices"
	"strings"
	"testing"
	"time"
)

const logID = "log_01j9x4m2"

func held(t testing.TB, ls [][]byte) Checkpoint {
	t.Helper()
	cp, err := NewCheckpoint(logID, int64(len(ls)), mth(ls), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return cp
}

func compare(t testing.TB, cp Checkpoint, origin string, ls [][]byte) Comparison {
	t.Helper()
	c, err := Compare(cp, origin, int64(len(ls)), stored(t, ls))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCompare(t *testing.T) {
	ls := lines(20)
	forked := slices.Clone(ls)
	forked[4] = []byte("another")
	late := slices.Clone(ls)
	late[15] = []byte("another")
	for _, tt := range []struct {
		name   string
		cp     Checkpoint
		origin string
		log    [][]byte
		want   Relation
		says   string
	}{
		{"same size", held(t, ls), logID, ls, Consistent, "The log is exactly the one of the checkpoint: 20 events."},
		{"grown", held(t, ls[:19]), logID, ls, Consistent, "The log continues the checkpoint: it begins with its 19 events unchanged and has 1 event more."},
		{"empty checkpoint", held(t, nil), logID, ls, Consistent, "it begins with its 0 events unchanged and has 20 events more."},
		{"both empty", held(t, nil), logID, nil, Consistent, "exactly"},
		{"cut tail", held(t, ls), logID, ls[:17], Shorter, "The log has 17 events, the checkpoint 20: its tail was cut, by at least 3 events."},
		{"all cut", held(t, ls), logID, nil, Shorter, "its tail was cut, by at least 20 events."},
		{"cut and forked is shorter", held(t, ls), logID, forked[:17], Shorter, "cut"},
		{"forked", held(t, ls[:10]), logID, forked, Forked, "history was rewritten at or before event 9."},
		{"forked at same size", held(t, ls), logID, late, Forked, "history was rewritten at or before event 19."},
		{"a change after the checkpoint is not seen by it", held(t, ls[:10]), logID, late, Consistent, "continues"},
		{"other log", held(t, ls), "log_other", ls, OtherLog, "The checkpoint is of log log_01j9x4m2, this is log log_other"},
		{"other log, shorter too", held(t, ls), "log_other", nil, OtherLog, "cannot be compared"},
	} {
		c := compare(t, tt.cp, tt.origin, tt.log)
		if c.Relation != tt.want || c.OK() != (tt.want == Consistent) {
			t.Errorf("%s: %v (OK %v), want %v", tt.name, c.Relation, c.OK(), tt.want)
		}
		if !strings.Contains(c.Message, tt.says) {
			t.Errorf("%s: says %q, want %q in it", tt.name, c.Message, tt.says)
		}
		if c.Size != int64(len(tt.log)) || c.Held != tt.cp.Size {
			t.Errorf("%s: sizes %d and %d", tt.name, c.Size, c.Held)
		}
	}
	if (Comparison{}).OK() {
		t.Error("a comparison never made is OK")
	}
	_, err := Compare(Checkpoint{Origin: logID, Size: 0}, logID, 3, stored(t, ls[:3]))
	wantCode(t, "checkpoint of an empty log with a wrong root", err, Malformed)
}

func TestRelationWords(t *testing.T) {
	want := map[Relation]string{Consistent: "consistent", Shorter: "shorter", Forked: "forked", OtherLog: "other-log", 0: "unknown", 9: "unknown"}
	for r, word := range want {
		if r.String() != word {
			t.Errorf("Relation(%d) is %q, want %q", r, r, word)
		}
	}
}

// Whoever can write the file may change any byte of any event and hash the log
// again. A checkpoint held outside finds each such change.
func TestEveryTamperedByteIsFoundWithACheckpoint(t *testing.T) {
	ls := lines(33)
	cp := held(t, ls)
	for n := range ls {
		for at := range ls[n] {
			edited := slices.Clone(ls)
			edited[n] = slices.Clone(ls[n])
			edited[n][at] ^= 0x20
			var b Builder // a rehash: the tree over the edited events
			for _, line := range edited {
				if err := b.Add(line); err != nil {
					t.Fatal(err)
				}
			}
			if c := CompareRoot(cp, logID, b.Size(), b.Root()); c.Relation != Forked {
				t.Fatalf("byte %d of event %d changed: %v", at, n, c.Relation)
			}
		}
	}
}

func TestReorderedAndInsertedEventsAreFound(t *testing.T) {
	ls := lines(12)
	cp := held(t, ls)
	swapped := slices.Clone(ls)
	swapped[3], swapped[8] = swapped[8], swapped[3]
	for what, log := range map[string][][]byte{
		"two swapped":      swapped,
		"one inserted":     slices.Insert(slices.Clone(ls), 5, []byte("slipped in")),
		"one taken out":    append(slices.Delete(slices.Clone(ls), 5, 6), []byte("to keep the size")),
		"two joined":       append(append(slices.Clone(ls[:4]), append(slices.Clone(ls[4]), ls[5]...)), append(slices.Clone(ls[6:]), []byte("x"))...),
		"the last doubled": append(slices.Clone(ls[:11]), ls[10]),
	} {
		if c := compare(t, cp, logID, log); c.Relation != Forked {
			t.Errorf("%s: %v", what, c.Relation)
		}
	}
}

// What a log cannot say about itself: re-hashed after an edit, or with its tail
// cut off, it is as consistent as it ever was. Only the checkpoint tells.
func TestRehashAndCutTailAreNotFoundWithoutACheckpoint(t *testing.T) {
	honest := lines(21)
	cp := held(t, honest)
	rehashed := slices.Clone(honest)
	rehashed[6] = []byte(`{"v":1,"seq":6,"decision":"certify"}`)
	for _, tt := range []struct {
		name string
		log  [][]byte
		want Relation
	}{
		{"re-hashed", rehashed, Forked},
		{"cut", honest[:13], Shorter},
	} {
		tab := stored(t, tt.log)
		var b Builder
		for n, line := range tt.log {
			first := FirstStoredIndex(int64(n))
			if err := b.Check(line, tab[first:first+int64(StoredPerEvent(int64(n)))]); err != nil {
				t.Errorf("%s: the log does not agree with itself at event %d: %v", tt.name, n, err)
			}
		}
		if b.Root() != mustRoot(t, int64(len(tt.log)), tab) {
			t.Errorf("%s: the log's root does not agree with itself", tt.name)
		}
		if c := compare(t, cp, logID, tt.log); c.Relation != tt.want {
			t.Errorf("%s: with the checkpoint it is %v, want %v", tt.name, c.Relation, tt.want)
		}
	}
}
