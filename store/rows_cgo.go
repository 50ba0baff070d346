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
SQLITE(int, sqlite3_bind_null(sqlite3_stmt *, int));
SQLITE(int, sqlite3_bind_parameter_count(sqlite3_stmt *));
SQLITE(int, sqlite3_step(sqlite3_stmt *));
SQLITE(int, sqlite3_reset(sqlite3_stmt *));
SQLITE(int, sqlite3_clear_bindings(sqlite3_stmt *));
SQLITE(sqlite3 *, sqlite3_db_handle(sqlite3_stmt *));
SQLITE(int, sqlite3_extended_errcode(sqlite3 *));
SQLITE(int, sqlite3_get_autocommit(sqlite3 *));
SQLITE(int, sqlite3_column_count(sqlite3_stmt *));
SQLITE(int, sqlite3_column_type(sqlite3_stmt *, int));
SQLITE(long long, sqlite3_column_int64(sqlite3_stmt *, int));
SQLITE(const char *, sqlite3_column_text(sqlite3_stmt *, int));
SQLITE(int, sqlite3_column_bytes(sqlite3_stmt *, int));

enum { OK = 0, TOOBIG = 18, MISUSE = 21, ROW = 100, DONE = 101 };
enum { INTEGER = 1, TEXT = 3, NOTHING = 5 }; // types of columns

// refused gives the extended code of what was refused.
static int refused(sqlite3_stmt *s, int rc) {
	int extended = sqlite3_extended_errcode(sqlite3_db_handle(s));
	return extended != OK ? extended : rc;
}

// bind binds one packed row, and gives where the next begins. keep: the values
// outlast the row.
static int bind(sqlite3_stmt *s, const char **at, int width, int keep) {
	const char *p = *at;
	int rc = OK;
	for (int i = 1; rc == OK && i <= width; i++) {
		long long number;
		int length;
		switch (*p++) {
		case 'a':
			break;
		case 'z':
			rc = sqlite3_bind_null(s, i);
			break;
		case 'n':
			memcpy(&number, p, sizeof number);
			p += sizeof number;
			rc = sqlite3_bind_int64(s, i, number);
			break;
		case 't':
			memcpy(&length, p, sizeof length);
			p += sizeof length;
			rc = sqlite3_bind_text(s, i, p, length, keep ? (void (*)(void *))-1 : 0);
			p += length;
			break;
		default:
			rc = MISUSE;
		}
	}
	*at = p;
	return rc;
}

// The value of the row before.
enum { WIDEST = 16 };
struct was {
	char kind;
	int length;
	long long number;
	const char *text;
};

static int bind_was(sqlite3_stmt *s, int i, const struct was *w) {
	switch (w->kind) {
	case 'n': return sqlite3_bind_int64(s, i, w->number);
	case 't': return sqlite3_bind_text(s, i, w->text, w->length, 0);
	case 'z': return sqlite3_bind_null(s, i);
	}
	return MISUSE;
}

// bind_rows binds per packed rows to a statement of as many, and gives where the
// next begins. last is the row before, and then the last of them.
static int bind_rows(sqlite3_stmt *s, const char **at, int width, int per, struct was *last) {
	const char *p = *at;
	int rc = OK, i = 1;
	for (int row = 0; rc == OK && row < per; row++)
		for (struct was *w = last; rc == OK && w < last + width; w++, i++) {
			char kind = *p++;
			if (kind != 'a')
				w->kind = kind;
			if (kind == 'n') {
				memcpy(&w->number, p, sizeof w->number);
				p += sizeof w->number;
			} else if (kind == 't') {
				memcpy(&w->length, p, sizeof w->length);
				w->text = p += sizeof w->length;
				p += w->length;
			}
			rc = bind_was(s, i, w);
		}
	*at = p;
	return rc;
}

static int stepped(sqlite3_stmt *s, int rc) {
	if (rc == OK && (rc = sqlite3_step(s)) == DONE)
		rc = OK;
	if (rc != OK)
		rc = refused(s, rc);
	sqlite3_reset(s);
	return rc;
}

// ready tells that a statement takes so many values, within a transaction.
static int ready(sqlite3_stmt *s, int values) {
	return sqlite3_bind_parameter_count(s) == values && !sqlite3_get_autocommit(sqlite3_db_handle(s)) ? OK : MISUSE;
}

// put runs a statement for each of the rows packed at p (see packer), and gives
// 0 or the extended code of what was refused; done then says how many rows went
// in before. Where there is one for per rows at once (many), as many of them go in by
// that as can. It keeps nothing of p. Outside of a transaction it does nothing.
static int put(sqlite3_stmt *s, sqlite3_stmt *many, int per, const char *p, int rows, int width, int *done) {
	struct was last[WIDEST];
	int rc = ready(s, width);
	if (rc == OK && many)
		rc = width > WIDEST ? MISUSE : ready(many, width * per);
	*done = 0;
	if (rc == OK && many) {
		memset(last, 0, sizeof last);
		while (rc == OK && rows - *done >= per) {
			rc = stepped(many, bind_rows(many, &p, width, per, last));
			*done += rc == OK ? per : 0;
		}
		for (int i = 0; rc == OK && *done > 0 && i < width; i++)
			rc = bind_was(s, i + 1, &last[i]);
		sqlite3_clear_bindings(many);
	}
	for (; rc == OK && *done < rows; *done += rc == OK)
		rc = stepped(s, bind(s, &p, width, 0));
	sqlite3_clear_bindings(s);
	return rc;
}

// ask binds what a question asks for.
static int ask(sqlite3_stmt *s, const char *p, int width) {
	return sqlite3_bind_parameter_count(s) == width ? bind(s, &p, width, 1) : MISUSE;
}

// get packs the next rows into room bytes, and gives ROW where there are more,
// DONE at the end, else what was refused. waits says that a row waits which did
// not fit; where it is too big for all the room, TOOBIG, used is what it needs.
static int get(sqlite3_stmt *s, int *waits, char *to, int room, int *used) {
	int width = sqlite3_column_count(s);
	for (*used = 0;;) {
		int rc = *waits ? ROW : sqlite3_step(s);
		if (rc != ROW)
			return rc == DONE ? DONE : refused(s, rc);
		*waits = 1;
		long long need = 0;
		for (int i = 0; i < width; i++) {
			switch (sqlite3_column_type(s, i)) {
			case INTEGER: need += 9; break;
			case TEXT: need += 5 + sqlite3_column_bytes(s, i); break;
			case NOTHING: need += 1; break;
			default: return MISUSE;
			}
		}
		if (*used + need > room) {
			if (*used > 0)
				return ROW;
			*used = need > 1 << 30 ? 1 << 30 : need;
			return TOOBIG;
		}
		char *p = to + *used;
		for (int i = 0; i < width; i++) {
			long long number;
			int length;
			switch (sqlite3_column_type(s, i)) {
			case INTEGER:
				*p++ = 'n';
				number = sqlite3_column_int64(s, i);
				memcpy(p, &number, sizeof number);
				p += sizeof number;
				break;
			case TEXT:
				*p++ = 't';
				length = sqlite3_column_bytes(s, i);
				memcpy(p, &length, sizeof length);
				p += sizeof length;
				memcpy(p, sqlite3_column_text(s, i), length);
				p += length;
				break;
			default:
				*p++ = 'z';
			}
		}
		*used += need;
		*waits = 0;
	}
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
	var stmts [2]*C.sqlite3_stmt
	for i, rows := range [2]int{1, p.many} {
		if rows == 0 || rows > p.rows {
			continue
		}
		made, refused := c.Prepare(p.insert(rows))
		if refused != nil {
			return 0, refused
		}
		defer func() { err = errors.Join(err, made.Close()) }()
		if stmts[i], refused = handle(made); refused != nil {
			return 0, refused
		}
	}
	var n C.int
	rc := C.put(stmts[0], stmts[1], C.int(p.many), (*C.char)(unsafe.Pointer(&p.data[0])), C.int(p.rows), C.int(p.width), &n)
	if rc != C.OK {
		return int(n), refusal(rc)
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

// question is a query under way on a connection of the driver, whose rows come
// packed, many a call.
type question struct {
	made  driver.Stmt
	stmt  *C.sqlite3_stmt
	waits C.int
	room  []byte
}

// asking asks; the caller closes the question.
func asking(conn any, q packed) (*question, error) {
	c, ok := conn.(*sqlite3.SQLiteConn)
	if !ok {
		return nil, fmt.Errorf("rows cannot be read on a %T", conn)
	}
	made, err := c.Prepare(q.into)
	if err != nil {
		return nil, err
	}
	stmt, err := handle(made)
	if err == nil {
		if rc := C.ask(stmt, (*C.char)(unsafe.Pointer(unsafe.SliceData(q.data))), C.int(q.width)); rc != C.OK {
			err = refusal(rc)
		}
	}
	if err != nil {
		return nil, errors.Join(err, made.Close())
	}
	return &question{made: made, stmt: stmt, room: make([]byte, 64<<10)}, nil
}

func refusal(rc C.int) error {
	return sqlite3.Error{Code: sqlite3.ErrNo(rc & 0xff), ExtendedCode: sqlite3.ErrNoExtended(rc)}
}

// next gives some further rows, packed, good until it is called again; more
// tells whether others may follow.
func (q *question) next() (rows []byte, more bool, err error) {
	for {
		var used C.int
		rc := C.get(q.stmt, &q.waits, (*C.char)(unsafe.Pointer(&q.room[0])), C.int(len(q.room)), &used)
		switch rc {
		case C.ROW, C.DONE:
			return q.room[:used], rc == C.ROW, nil
		case C.TOOBIG:
			if int(used) <= len(q.room) {
				return nil, false, refusal(rc)
			}
			q.room = make([]byte, used)
		default:
			return nil, false, refusal(rc)
		}
	}
}

// close ends it, at the end of its rows or before.
func (q *question) close() error { return q.made.Close() }
