package store_test

import (
	"bytes"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// logLines gives every line of a log, and the population of its one campaign.
func logLines(t testing.TB, s *store.Store) (lines [][]byte, pop domain.ID, items []review.StagedItem) {
	t.Helper()
	storetest.View(t, s, func(tx review.Tx) error {
		es, err := tx.Events(review.EventQuery{Forward: true})
		if err != nil {
			return err
		}
		for _, e := range es {
			line, err := e.Canonical()
			if err != nil {
				return err
			}
			lines = append(lines, line)
		}
		c, err := tx.Campaign("Q")
		if err != nil {
			return err
		}
		pop = c.Population
		for it, err := range tx.Staged(pop) {
			if err != nil {
				return err
			}
			items = append(items, it)
		}
		return nil
	})
	return lines, pop, items
}

func eachOf(lines [][]byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, l := range lines {
			if !yield(l, nil) {
				return
			}
		}
	}
}

// A log's lines and the frozen items are all that a database is: made again from
// them it verifies, every table of state included, has the same root, and the
// rulings worked out from its votes are those it has.
func TestRebuildMakesTheSameDatabase(t *testing.T) {
	s := reopen(t, twoStages(t))
	lines, pop, items := logLines(t, s)
	want, err := s.Checkpoint(bg)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "again.db")
	again, err := store.Rebuild(bg, path, eachOf(lines), store.Population{ID: pop, Items: storetest.Each(items)})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := again.Verify(bg, store.VerifyOptions{Checkpoint: &want})
	if err != nil || !rep.OK() || rep.Root != want.Root || rep.Items != int64(len(items)) || rep.Rows == 0 {
		t.Errorf("verified: %+v, %v", rep, err)
	}
	if r, err := review.New(again).Replay(bg, "Q", nil); err != nil || !r.OK() || r.Rulings != 8 {
		t.Errorf("replayed: %+v, %v", r, err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if reopened := reopen(t, path); reopened.LogID() != s.LogID() || reopened.Mode() != s.Mode() {
		t.Errorf("it says it is log %s, mode %d", reopened.LogID(), reopened.Mode())
	}
}

// Lines that are not those of a log are refused with the number of the event, and
// no file stays.
func TestRebuildRefusesWhatIsNoLog(t *testing.T) {
	s := reopen(t, twoStages(t))
	good, _, _ := logLines(t, s)
	for _, c := range []struct {
		what, want string
		change     func([][]byte) [][]byte
	}{
		{"nothing", "no events", func([][]byte) [][]byte { return nil }},
		{"the first line is gone", "does not begin", func(l [][]byte) [][]byte { return l[1:] }},
		{"a line is gone", "event 3 of the log is not there: its place has event 4", func(l [][]byte) [][]byte { return append(l[:3:3], l[4:]...) }},
		{"two lines change places", "event 3 of the log is not there", func(l [][]byte) [][]byte { l[3], l[4] = l[4], l[3]; return l }},
		{"a space more", "event 2 of the log is not in the canonical form", func(l [][]byte) [][]byte {
			l[2] = bytes.Replace(l[2], []byte(`,`), []byte(`, `), 1)
			return l
		}},
		{"no JSON", "event 2 of the log cannot be read", func(l [][]byte) [][]byte { l[2] = []byte("x"); return l }},
		{"another log's line", "event 2 of the log belongs to the log log_other", func(l [][]byte) [][]byte {
			l[2] = bytes.Replace(l[2], []byte(s.LogID()), []byte("log_other"), 1)
			return l
		}},
		{"a change of what is not so", "does not fit those before it", func(l [][]byte) [][]byte {
			for i := range l {
				l[i] = bytes.Replace(l[i], []byte(`"state":"staged"`), []byte(`"state":"active"`), 1)
				if bytes.Contains(l[i], []byte(`"before":`)) && bytes.Contains(l[i], []byte(`"state":"active"`)) {
					break
				}
			}
			return l
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			lines := make([][]byte, len(good))
			for i, l := range good {
				lines[i] = bytes.Clone(l)
			}
			path := filepath.Join(t.TempDir(), "again.db")
			_, err := store.Rebuild(bg, path, eachOf(c.change(lines)))
			if domain.CodeOf(err) != domain.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			for _, p := range []string{path, path + "-wal", path + "-shm"} {
				if _, err := os.Stat(p); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s is left behind", filepath.Base(p))
				}
			}
		})
	}
}

func TestRebuildOverwritesNothing(t *testing.T) {
	path := twoStages(t)
	lines, _, _ := logLines(t, reopen(t, path))
	if _, err := store.Rebuild(bg, path, eachOf(lines)); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("%v", err)
	}
}

// Every event has a proof that holds at any later size, and a log goes on from any
// earlier size; beyond the log there is neither.
func TestProofsFromTheStore(t *testing.T) {
	s := reopen(t, twoStages(t))
	lines, _, _ := logLines(t, s)
	storetest.View(t, s, func(tx review.Tx) error {
		prove := tx.(interface {
			RootAt(int64) (string, error)
			Inclusion(size, n int64) (auditlog.Inclusion, error)
			Consistency(from, to int64) (auditlog.Consistency, error)
		})
		at := func(size int64) auditlog.Checkpoint {
			text, err := prove.RootAt(size)
			if err != nil {
				t.Fatal(err)
			}
			root, err := auditlog.ParseHash(text)
			if err != nil {
				t.Fatal(err)
			}
			return auditlog.Checkpoint{Origin: string(s.LogID()), Size: size, Root: root}
		}
		size := int64(len(lines))
		for n := range size {
			for _, of := range []int64{n + 1, size} {
				p, err := prove.Inclusion(of, n)
				if err != nil || p.Check(at(of), lines[n]) != nil {
					t.Fatalf("event %d at %d: %v", n, of, err)
				}
			}
			c, err := prove.Consistency(n+1, size)
			if err != nil || c.Check(at(n+1), at(size)) != nil {
				t.Fatalf("from %d: %v", n+1, err)
			}
		}
		for _, bad := range [][2]int64{{size + 1, 0}, {size, size}, {size, -1}, {-1, 0}} {
			if _, err := prove.Inclusion(bad[0], bad[1]); domain.CodeOf(err) != domain.NotFound {
				t.Errorf("event %d of %d: %v", bad[1], bad[0], err)
			}
		}
		for _, bad := range [][2]int64{{-1, 2}, {3, 2}, {1, size + 1}} {
			if _, err := prove.Consistency(bad[0], bad[1]); domain.CodeOf(err) != domain.NotFound {
				t.Errorf("from %d to %d: %v", bad[0], bad[1], err)
			}
		}
		return nil
	})
}
