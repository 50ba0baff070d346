package auditlog

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

func TestBuilderIsTheTree(t *testing.T) {
	const most = 300
	ls := lines(most)
	tab := stored(t, ls)
	var b Builder
	for size := 0; size <= most; size++ {
		if b.Size() != int64(size) {
			t.Fatalf("Size() = %d, want %d", b.Size(), size)
		}
		want, err := tlog.TreeHash(int64(size), tab)
		if err != nil {
			t.Fatal(err)
		}
		if b.Root() != want {
			t.Fatalf("at size %d the builder's root is not tlog's", size)
		}
		if want != mth(ls[:size]) {
			t.Fatalf("at size %d the root is not that of RFC 6962", size)
		}
		if size == most {
			break
		}
		got, err := b.Append(ls[size])
		if err != nil {
			t.Fatal(err)
		}
		first := FirstStoredIndex(int64(size))
		if !slices.Equal(got, tab[first:first+int64(len(got))]) || len(got) != StoredPerEvent(int64(size)) {
			t.Fatalf("event %d: Append gives other stored hashes than StoredHashes", size)
		}
	}
}

func TestBuilderRandomSizesAndResume(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	ls := make([][]byte, 5000)
	for i := range ls {
		ls[i] = make([]byte, rng.IntN(200))
		for j := range ls[i] {
			ls[i][j] = byte(rng.Uint32())
		}
	}
	tab := stored(t, ls)
	for range 40 {
		from, to := rng.IntN(len(ls)+1), rng.IntN(len(ls)+1)
		from, to = min(from, to), max(from, to)
		b, err := Resume(int64(from), tab[:FirstStoredIndex(int64(from))])
		if err != nil {
			t.Fatalf("Resume(%d): %v", from, err)
		}
		fork := *b
		for _, line := range ls[from:to] {
			if err := b.Add(line); err != nil {
				t.Fatal(err)
			}
		}
		if b.Root() != mustRoot(t, int64(to), tab) {
			t.Errorf("resumed at %d, the root at %d is not the log's", from, to)
		}
		if fork.Size() != int64(from) || fork.Root() != mustRoot(t, int64(from), tab) {
			t.Errorf("a copy made at %d moved with the original", from)
		}
	}
}

func TestCheckNamesTheFirstThatDoesNotFit(t *testing.T) {
	ls := lines(16)
	tab := stored(t, ls)
	check := func(ls [][]byte, tab table) (errs []error) {
		var b Builder
		for n, line := range ls {
			first := FirstStoredIndex(int64(n))
			if err := b.Check(line, tab[first:first+int64(StoredPerEvent(int64(n)))]); err != nil {
				errs = append(errs, err)
			}
		}
		return errs
	}
	if errs := check(ls, tab); len(errs) != 0 {
		t.Fatalf("an untouched log: %v", errs)
	}
	for n := range ls {
		edited := slices.Clone(ls)
		edited[n] = append([]byte("x"), ls[n]...)
		errs := check(edited, tab)
		if len(errs) == 0 {
			t.Fatalf("event %d edited, and nothing found", n)
		}
		wantCode(t, "edited event", errs[0], Mismatch)
		if want := "Event " + itoa(n) + " is not the one that was logged"; !strings.HasPrefix(errs[0].Error(), want) {
			t.Errorf("event %d edited: first error %q, want it to begin %q", n, errs[0], want)
		}
	}
	for i := range tab {
		edited := slices.Clone(tab)
		edited[i][7] ^= 1
		errs := check(ls, edited)
		if len(errs) != 1 {
			t.Fatalf("stored hash %d edited: %d errors, want 1", i, len(errs))
		}
		level, n := tlog.SplitStoredHashIndex(int64(i))
		want := "Event " + itoa(int(n)) + " is not"
		if level > 0 {
			want = "The stored hash " + itoa(i) + ", over events " + itoa(int(n)<<level) + " to " + itoa((int(n)+1)<<level-1) + ", "
		}
		if !strings.HasPrefix(errs[0].Error(), want) {
			t.Errorf("stored hash %d edited: %q, want it to begin %q", i, errs[0], want)
		}
	}
	var b Builder
	wantCode(t, "no stored hash", b.Check(ls[0], nil), Mismatch)
	if b.Size() != 1 {
		t.Errorf("Check did not go on after a mismatch: size %d", b.Size())
	}
}

var errBroken = errors.New("disk on fire")

type broken struct{ short bool }

func (b broken) ReadHashes(ix []int64) ([]Hash, error) {
	if b.short {
		return make([]Hash, len(ix)-1), nil
	}
	return nil, errBroken
}

func TestReadersThatFail(t *testing.T) {
	for _, r := range []broken{{}, {short: true}} {
		cp := Checkpoint{Origin: "log_1", Size: 5}
		for what, call := range map[string]func() error{
			"StoredHashes":     func() error { _, err := StoredHashes(3, nil, r); return err },
			"Root":             func() error { _, err := Root(7, r); return err },
			"Resume":           func() error { _, err := Resume(7, r); return err },
			"ProveInclusion":   func() error { _, err := ProveInclusion("log_1", 7, 2, r); return err },
			"ProveConsistency": func() error { _, err := ProveConsistency("log_1", 3, 7, r); return err },
			"Compare":          func() error { _, err := Compare(cp, "log_1", 7, r); return err },
		} {
			err := call()
			if err == nil {
				t.Errorf("%s with a reader that fails (short %v): no error", what, r.short)
			}
			if !r.short && !errors.Is(err, errBroken) {
				t.Errorf("%s hides its reader's error: %v", what, err)
			}
			if CodeOf(err) != "" {
				t.Errorf("%s: a reader's failure has the code %q", what, CodeOf(err))
			}
		}
	}
}

func TestRanges(t *testing.T) {
	for _, n := range []int64{-1, MaxSize, 1 << 62, 1<<63 - 1, -1 << 63} {
		_, err := StoredHashes(n, nil, table{})
		wantCode(t, "StoredHashes", err, OutOfRange)
	}
	for _, size := range []int64{-1, MaxSize + 1, 1 << 62, 1<<63 - 1, -1 << 63} {
		_, err := Root(size, table{})
		wantCode(t, "Root", err, OutOfRange)
		_, err = Resume(size, table{})
		wantCode(t, "Resume", err, OutOfRange)
		_, err = Compare(Checkpoint{Origin: "l", Root: EmptyRoot()}, "l", size, table{})
		wantCode(t, "Compare", err, OutOfRange)
		_, err = ProveInclusion("l", size, 0, table{})
		wantCode(t, "ProveInclusion", err, OutOfRange)
		_, err = ProveConsistency("l", 0, size, table{})
		wantCode(t, "ProveConsistency", err, OutOfRange)
	}
	full := Builder{size: MaxSize}
	wantCode(t, "Add to a full log", full.Add(nil), OutOfRange)
	last := Builder{size: MaxSize - 1}
	if err := last.Add(nil); err != nil || last.Size() != MaxSize {
		t.Errorf("the last event there is room for: %v, size %d", err, last.Size())
	}
	if _, err := StoredHashes(0, []byte("genesis"), nil); err != nil {
		t.Errorf("event 0 needs no reader: %v", err)
	}
}

func TestHashText(t *testing.T) {
	h := RecordHash([]byte("x"))
	if got, err := ParseHash(h.String()); err != nil || got != h {
		t.Errorf("ParseHash(String()) = %v, %v", got, err)
	}
	good := EmptyRoot().String() // 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
	for what, s := range map[string]string{
		"empty":             "",
		"no padding":        good[:43],
		"padding twice":     good + "=",
		"other alphabet":    strings.ReplaceAll(good, "+", "-"),
		"stray bits at end": good[:42] + "V=",
		"newline inside":    good[:20] + "\n" + good[20:43],
		"space":             " " + good[:43],
		"31 bytes":          good[:42] + "==",
	} {
		_, err := ParseHash(s)
		wantCode(t, what, err, Malformed)
	}
}
