package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// A database that was turned into another kind behind the program's back, as
// a live one into a demo to play people on it, does not open.
func TestTheModeCannotBeTurned(t *testing.T) {
	path := aWorld(t)
	attack(t, path, func(db *sql.DB) { run(t, db, "UPDATE meta SET value = 'demo' WHERE key = 'mode'") })
	for _, readOnly := range []bool{false, true} {
		o := storetest.Options()
		o.ReadOnly = readOnly
		s, err := store.Open(bg, path, o)
		if err == nil {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			t.Fatalf("it opened as %v (read-only %t)", s.Mode(), readOnly)
		}
		if !strings.Contains(err.Error(), "first event") {
			t.Errorf("it says %v", err)
		}
	}
}

// A symbolic link to a database is the database, whatever is in its name; a
// link where a backup is to go is not followed.
func TestPathsThatDeceive(t *testing.T) {
	dir := t.TempDir()
	odd := filepath.Join(dir, "a?mode=memory#x%20.db")
	s, err := store.Create(bg, odd, storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	storetest.Seed(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(odd); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file is %v (%v)", info, err)
	}
	link := filepath.Join(dir, "link.db")
	if err := os.Symlink(odd, link); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Create(bg, link, storetest.Options()); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("making a database at a link: %v", err)
	}
	s = reopen(t, link)
	dangling := filepath.Join(dir, "dangling.db")
	if err := os.Symlink(filepath.Join(dir, "victim"), dangling); err != nil {
		t.Fatal(err)
	}
	for _, dest := range []string{link, odd, dangling} {
		if err := s.Backup(bg, dest); domain.CodeOf(err) != domain.Conflict {
			t.Errorf("a backup to %s: %v", filepath.Base(dest), err)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, "victim")); err == nil {
		t.Error("the backup followed the link")
	}
	if rep := verify(t, s, nil); !rep.OK() {
		t.Errorf("%v", rep.Faults)
	}
}

// What is looked for is never read as SQL or as a pattern.
func TestFiltersAreOnlyText(t *testing.T) {
	path := aWorld(t)
	s := reopen(t, path)
	storetest.View(t, s, func(tx review.Tx) error {
		for _, text := range []string{"%", "_", "'; DROP TABLE item; --", `"`, "\x00", strings.Repeat("x", 1<<20), "Ben%"} {
			n, err := tx.CountItems(review.ItemQuery{Campaign: "cmp_1", Stage: 1, Text: text})
			if err != nil || n != 0 {
				t.Errorf("%.20q finds %d items (%v)", text, n, err)
			}
			if es, err := tx.Events(review.EventQuery{Subject: text, Limit: 9}); err != nil || len(es) != 0 {
				t.Errorf("%.20q finds %d events (%v)", text, len(es), err)
			}
		}
		return nil
	})
}

// What someone with the file can do without rebuilding the log is named.
func TestVerifyNamesTheRest(t *testing.T) {
	world := aWorld(t)
	for _, c := range []struct{ what, edit string }{
		{"a stored hash alone", `UPDATE log_hash SET hash = zeroblob(32) WHERE idx = 3`},
		{"a name added to an event", `INSERT INTO event_entity SELECT * FROM (SELECT * FROM event_entity WHERE seq = 1 LIMIT 1) WHERE 0 UNION ALL SELECT 'usr_x', seq FROM event_entity WHERE seq = 1 LIMIT 1`},
		{"a name taken from an event", `DELETE FROM event_entity WHERE id = 'usr_ben' AND seq = 4`},
		{"two events swapped", `UPDATE event SET line = CASE seq WHEN 6 THEN (SELECT line FROM event WHERE seq = 7) ELSE (SELECT line FROM event WHERE seq = 6) END WHERE seq IN (6, 7)`},
		{"an item's row", `UPDATE frozen_item SET holder = 'Somebody' WHERE no = 2`},
		{"an item renumbered", `UPDATE frozen_item SET no = 9 WHERE no = 5`},
		{"the staged reviewer", `UPDATE staged_assignment SET reviewer = 'usr_cleo' WHERE no = 2`},
		{"the tail cut", `DELETE FROM event WHERE seq = 12`},
		{"another table", `CREATE TABLE extra (x)`},
		{"the log's id", `UPDATE meta SET value = 'log_other' WHERE key = 'log'`},
	} {
		t.Run(c.what, func(t *testing.T) {
			path := copyFile(t, world)
			attack(t, path, func(db *sql.DB) { run(t, db, c.edit) })
			s, err := store.Open(bg, path, storetest.Options())
			if err != nil {
				return // refused even earlier
			}
			defer func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}()
			if rep := verify(t, s, nil); rep.OK() {
				t.Error("nothing was found")
			} else {
				t.Log(rep.Faults[0])
			}
		})
	}
}
