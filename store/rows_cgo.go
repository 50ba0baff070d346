//go:build cgo

package store

/*
#cgo darwin LDFLAGS: -Wl,-undefined,dynamic_lookup
#include <string.h>

// What is needed of SQLite, which the driver brings: weak here, so that this
// package links by itself.
#define SQLITE(type, name) extern type name __attribute__((weak))
typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
SQLITE(int, sqlite3_bind_int64(sqlite3_stmt *, int, long long));
SQLITE(int, sqlite3_bind_text(sqlite3_stmt *, int, const char *, int, void (*)(void *)));
SQLITE(int, sqlite3_bind_parameter_count(sqlite3_stmt *));
SQLITE(int, sqlite3_step(sqlite3_stmt *));
SQLITE(int, sqlite3_reset(sqlite3_stmt *));
SQLITE(int, sqlite3_clear_bindings(sqlite3_stmt *));
SQLITE(sqlite3 *, sqlite3_db_handle(sqlite3_stmt *));
SQLITE(int, sqlite3_extended_errcode(sqlite3 *));
SQLITE(int, sqlite3_get_autocommit(sqlite3 *));

enum { OK = 0, MISUSE = 21, DONE = 101 };

// put runs a statement for each of the rows packed at p (see packer), and gives
// 0 or the extended code of what was refused; done then says how many rows went
// in before. It keeps nothing of p. Outside of a transaction it does nothing.
static int put(sqlite3_stmt *s, const char *p, int rows, int width, int *done) {
	int rc = sqlite3_bind_parameter_count(s) == width && !sqlite3_get_autocommit(sqlite3_db_handle(s)) ? OK : MISUSE;
	for (*done = 0; rc == OK && *done < rows; *done += rc == OK) {
		for (int i = 1; rc == OK && i <= width; i++) {
			long long number;
			int length;
			switch (*p++) {
			case 'a':
				break;
			case 'n':
				memcpy(&number, p, sizeof number);
				p += sizeof number;
				rc = sqlite3_bind_int64(s, i, number);
				break;
			case 't':
				memcpy(&length, p, sizeof length);
				p += sizeof length;
				rc = sqlite3_bind_text(s, i, p, length, 0);
				p += length;
				break;
			default:
				rc = MISUSE;
			}
		}
		if (rc == OK && (rc = sqlite3_step(s)) == DONE)
			rc = OK;
		if (rc != OK) {
			int extended = sqlite3_extended_errcode(sqlite3_db_handle(s));
			rc = extended != OK ? extended : rc;
		}
		sqlite3_reset(s);
	}
	sqlite3_clear_bindings(s);
	return rc;
}
*/
import "C"

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/mattn/go-sqlite3"
)

// putRows writes packed rows on a connection of the driver, in one call: a call
// a value, as the driver makes them, is half of what a row costs. Where one is
// refused, done says how many went in before it.
func putRows(conn any, p packed) (done int, err error) {
	if len(p.data) == 0 {
		return 0, nil
	}
	c, ok := conn.(*sqlite3.SQLiteConn)
	if !ok {
		return 0, fmt.Errorf("rows cannot be written on a %T", conn)
	}
	made, err := c.Prepare(p.into)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, made.Close()) }()
	s, err := handle(made)
	if err != nil {
		return 0, err
	}
	var n C.int
	if rc := C.put(s, (*C.char)(unsafe.Pointer(&p.data[0])), C.int(p.rows), C.int(p.width), &n); rc != C.OK {
		return int(n), sqlite3.Error{Code: sqlite3.ErrNo(rc & 0xff), ExtendedCode: sqlite3.ErrNoExtended(rc)}
	}
	return int(n), nil
}

// handle gives SQLite's own handle of a statement, which the driver keeps in a
// field and does not hand out.
func handle(made driver.Stmt) (*C.sqlite3_stmt, error) {
	if st, ok := made.(*sqlite3.SQLiteStmt); ok {
		if f := reflect.ValueOf(st).Elem().FieldByName("s"); f.Kind() == reflect.Pointer && !f.IsNil() {
			return (*C.sqlite3_stmt)(f.UnsafePointer()), nil
		}
	}
	return nil, fmt.Errorf("a %T has no handle of SQLite's", made)
}
