//go:build cgo

package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"
)

// refusedByTrigger tells whether a trigger refused, by its code.
func refusedByTrigger(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && e.ExtendedCode == sqlite3.ErrConstraintTrigger
}

// Each table that must only grow refuses, from any connection, what would
// rewrite it. The list of such tables is every table but the two of ordinary
// rows.
func TestAppendOnly(t *testing.T) {
	path := aWorld(t)
	db := raw(t, path)
	tables := column[string](t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('mapping', 'pref') AND name NOT LIKE 'sqlite_%'")
	if len(tables) < 24 {
		t.Fatalf("only %d tables: %q", len(tables), tables)
	}
	stateTables := 0
	for _, tb := range tables {
		cols := column[string](t, db, "SELECT name FROM pragma_table_info(?)", tb)
		list := `"` + strings.Join(cols, `", "`) + `"`
		if n := column[int](t, db, fmt.Sprintf(`SELECT count(*) FROM "%s"`, tb))[0]; n == 0 {
			t.Errorf("%s has no row to try it on", tb)
			continue
		}
		state := slices.Contains(cols, "to_seq")
		tries := map[string]string{
			"delete":  `DELETE FROM "%[1]s"`,
			"replace": `INSERT OR REPLACE INTO "%[1]s" (` + list + `) SELECT ` + list + ` FROM "%[1]s" LIMIT 1`,
		}
		for _, c := range cols {
			if c != "to_seq" {
				tries["update "+c] = `UPDATE "%[1]s" SET "` + c + `" = "` + c + `"`
			}
		}
		if state {
			stateTables++
			tries["reopen"] = `UPDATE "%[1]s" SET to_seq = NULL`
			tries["end twice"] = `UPDATE "%[1]s" SET to_seq = 12 WHERE to_seq IS NOT NULL`
			tries["end and rename"] = `UPDATE "%[1]s" SET to_seq = 12, id = id || 'x' WHERE to_seq IS NULL`
			tries["end and renumber"] = `UPDATE "%[1]s" SET to_seq = 12, rowid = rowid + 100 WHERE to_seq IS NULL`
			tries["replace by update"] = `UPDATE OR REPLACE "%[1]s" SET rowid = rowid + 1`
		}
		for what, q := range tries {
			res, err := db.Exec(fmt.Sprintf(q, tb))
			if err == nil {
				if n, err := res.RowsAffected(); err == nil && n == 0 && what == "end twice" {
					continue // no row has ended
				}
			}
			if !refusedByTrigger(err) {
				t.Errorf("%s: %s: %v", tb, what, err)
			}
		}
	}
	if stateTables != 29 {
		t.Errorf("%d tables of state", stateTables)
	}
	if _, err := db.Exec("INSERT INTO meta (key, value) VALUES ('mode2', 'live')"); !refusedByTrigger(err) {
		t.Errorf("meta grew after the first event: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if rep := verify(t, reopen(t, path), nil); !rep.OK() {
		t.Errorf("afterwards: %q", rep.Faults)
	}
}
