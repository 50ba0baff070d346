//go:build cgo

package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"countersign/domain"

	"github.com/mattn/go-sqlite3"
)

// minSQLite is the first version in which a WAL bug that loses writes is
// mended.
const minSQLite = 3_051_003

// connector opens connections whose settings are read back before use. It
// names its own driver value, so nothing is registered for the process.
type connector struct {
	drv   *sqlite3.SQLiteDriver
	dsn   string
	wants map[string]string // pragma → value it must read back
}

func newConnector(dsn string, wants map[string]string) (driver.Connector, error) {
	if _, n, _ := sqlite3.Version(); n < minSQLite {
		v, _, _ := sqlite3.Version()
		return nil, domain.Errorf(domain.Internal, "this program was built with SQLite %s, which can lose writes", v).
			Hinted("build it with SQLite 3.51.3 or newer")
	}
	c := &connector{dsn: dsn, wants: wants}
	c.drv = &sqlite3.SQLiteDriver{ConnectHook: c.settle}
	return c, nil
}

// Connect opens one connection.
func (c *connector) Connect(context.Context) (driver.Conn, error) { return c.drv.Open(c.dsn) }

// Driver gives the driver.
func (c *connector) Driver() driver.Driver { return c.drv }

// settle sets what the DSN cannot, then reads every setting back and refuses
// the connection where one differs.
func (c *connector) settle(conn *sqlite3.SQLiteConn) error {
	for _, p := range hookPragmas {
		if _, err := conn.Exec("PRAGMA "+p, nil); err != nil {
			return fmt.Errorf("setting %s: %w", p, err)
		}
	}
	for name, want := range c.wants {
		got, err := pragmaOf(conn, name)
		if err != nil {
			return fmt.Errorf("reading back %s: %w", name, err)
		}
		if !strings.EqualFold(got, want) {
			return domain.Errorf(domain.Internal, "SQLite runs with %s=%s where %s is needed", name, got, want).
				Hinted("keep the database on a local disk that supports shared memory, and try again")
		}
	}
	return nil
}

func pragmaOf(conn *sqlite3.SQLiteConn, name string) (_ string, err error) {
	rows, err := conn.Query("PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	vals := make([]driver.Value, len(rows.Columns()))
	if err := rows.Next(vals); err != nil {
		if errors.Is(err, io.EOF) {
			return "", nil
		}
		return "", err
	}
	switch v := vals[0].(type) {
	case int64:
		return strconv.FormatInt(v, 10), nil
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	}
	return fmt.Sprint(vals[0]), nil
}

// fault is what SQLite refused, told apart by its extended code.
func faultOf(err error) fault {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return noFault
	}
	switch e.ExtendedCode {
	case sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintPrimaryKey, sqlite3.ErrConstraintRowID:
		return faultUnique
	case sqlite3.ErrConstraintTrigger:
		return faultTrigger
	case sqlite3.ErrConstraintCheck, sqlite3.ErrConstraintNotNull, sqlite3.ErrConstraintForeignKey:
		return faultCheck
	}
	switch e.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return faultBusy
	case sqlite3.ErrNotADB, sqlite3.ErrCorrupt:
		return faultDamaged
	case sqlite3.ErrFull:
		return faultFull
	case sqlite3.ErrReadonly:
		return faultReadOnly
	case sqlite3.ErrCantOpen, sqlite3.ErrPerm, sqlite3.ErrAuth:
		return faultCantOpen
	case sqlite3.ErrConstraint:
		return faultCheck
	}
	return faultOther
}
