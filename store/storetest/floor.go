package storetest

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3" // the driver by its name
)

// frozenTables are the tables that a staging writes.
var frozenTables = []string{"frozen_text", "frozen_item", "staged_assignment", "item_by_holder", "item_by_target", "item_by_risk", "staged_by_reviewer", "staged_count"}

// CopyFrozen writes the frozen rows of the database at path once more into an
// empty one, from SQLite to SQLite in one transaction, with neither checks nor
// durability nor a line of ours: what writing a population costs at least.
func CopyFrozen(tb testing.TB, path string) {
	tb.Helper()
	ctx := context.Background()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(tb.TempDir(), "copy.db")+"?_synchronous=OFF&_journal_mode=WAL&_cache_size=-65536")
	if err != nil {
		tb.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	do := func(query string, args ...any) {
		if _, err := db.ExecContext(ctx, query, args...); err != nil {
			tb.Fatal(err)
		}
	}
	do("ATTACH ? AS made", path)
	var made []string
	for _, table := range frozenTables {
		var create, columns string
		err := db.QueryRowContext(ctx, `SELECT sql, (SELECT group_concat(name, ', ') FROM pragma_table_info(?1, 'made'))
			FROM made.sqlite_schema WHERE name = ?1`, table).Scan(&create, &columns)
		if err != nil {
			tb.Fatal(err)
		}
		do(strings.Replace(create, "CREATE TABLE ", "CREATE TABLE main.", 1))
		made = append(made, "INSERT INTO main."+table+" ("+columns+") SELECT "+columns+" FROM made."+table+" ORDER BY rowid;")
		if table != "frozen_item" {
			made[len(made)-1] = strings.Replace(made[len(made)-1], " ORDER BY rowid", "", 1) // it comes by its key
		}
	}
	do("BEGIN;" + strings.Join(made, "") + "COMMIT")
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
}
