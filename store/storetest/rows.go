package storetest

import (
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Rows counts the rows of every table of the database file at path, by the
// table's name: those that stand, those that ended, and those that nothing
// shows. It reads by a connection of its own, so that what a store leaves out
// of its answers is counted too. What a person's console remembers (table
// pref) is left out: it is no part of the record.
func Rows(t testing.TB, path string) map[string]int {
	t.Helper()
	counts, err := rowsAt(path)
	if err != nil {
		t.Fatalf("counting the rows of %s: %v", path, err)
	}
	for _, name := range []string{"event", "decision", "bulk", "packet"} {
		if _, ok := counts[name]; !ok {
			t.Fatalf("%s has no table %s, but %v", path, name, slices.Sorted(maps.Keys(counts)))
		}
	}
	return counts
}

func rowsAt(path string) (counts map[string]int, err error) {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var names string // none has a comma in it
	if err := db.QueryRow("SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'pref'").Scan(&names); err != nil {
		return nil, err
	}
	counts = map[string]int{}
	for name := range strings.SplitSeq(names, ",") {
		var n int
		if err := db.QueryRow(`SELECT count(*) FROM "` + name + `"`).Scan(&n); err != nil {
			return nil, err
		}
		counts[name] = n
	}
	return counts, nil
}

// SameRows fails the test, and says where, unless every table has as many rows
// as before.
func SameRows(t testing.TB, what string, before, after map[string]int) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if after[name] != before[name] {
			t.Errorf("%s: table %s has %d rows, and had %d", what, name, after[name], before[name])
		}
	}
}
