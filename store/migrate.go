package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"countersign/domain"
)

// applicationID marks the file as ours in its header: "CSgn".
const applicationID = 0x4353676e

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one numbered step of the schema; its number is the user_version
// it leaves.
type migration struct {
	number int
	sql    string
}

// migrations reads the steps in order and holds them to 1, 2, 3 …
func migrations() ([]migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql") // sorted by name
	if err != nil {
		return nil, err
	}
	var out []migration
	for i, name := range names {
		digits, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		n, err := strconv.Atoi(digits)
		if err != nil || n != i+1 {
			return nil, domain.Errorf(domain.Internal, "migration %s is out of order: number %d was expected", name, i+1)
		}
		body, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out = append(out, migration{n, string(body)})
	}
	return out, nil
}

// identify tells the version of a file that is ours. A file of another program
// is Invalid; one newer than this program, Conflict.
func identify(ctx context.Context, db *sql.DB, path string, newest int) (version int, err error) {
	var app int
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return 0, err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, err
	}
	switch {
	case app != applicationID:
		return 0, errNotOurs(path)
	case version > newest:
		return 0, domain.Errorf(domain.Conflict, "%s was made by a newer version of Countersign (schema %d, this one knows %d)",
			path, version, newest).Hinted("install the newer version").ByRule("newer")
	case version < 1:
		return 0, domain.Errorf(domain.Invalid, "%s was never finished being made", path).
			Hinted("delete it and run: countersign init").ByRule("unfinished")
	}
	return version, nil
}

// migrate brings the schema from version to the newest, each step in a
// transaction of its own; first sets up a new file.
func migrate(ctx context.Context, db *sql.DB, version int, steps []migration, first func(*sql.Tx) error) error {
	for _, m := range steps[version:] {
		err := inTx(ctx, db, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, m.sql); err != nil {
				return fmt.Errorf("migration %d: %w", m.number, err)
			}
			if m.number == 1 {
				if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
					return err
				}
			}
			if m.number == len(steps) && first != nil {
				if err := first(tx); err != nil {
					return err
				}
			}
			_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", m.number))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// beginner is what a transaction begins on: a pool or one connection.
type beginner interface {
	BeginTx(ctx context.Context, o *sql.TxOptions) (*sql.Tx, error)
}

// inTx runs fn in a transaction; its error, or a panic, rolls all of it back.
func inTx(ctx context.Context, db beginner, fn func(*sql.Tx) error) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if done {
			return
		}
		if rb := tx.Rollback(); rb != nil && !errors.Is(rb, sql.ErrTxDone) {
			err = errors.Join(err, rb)
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	done = true
	return nil
}
