package store

import (
	"bytes"
	"database/sql"
	"encoding"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"countersign/domain"
)

// A field ties one column to one part of a record, in both directions.
type field interface {
	sql.Scanner
	value() (any, error)
}

// text is a string of any type; "" is stored as "".
type text[T ~string] struct{ p *T }

func (f text[T]) value() (any, error) { return string(*f.p), nil }
func (f text[T]) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return wrongColumn("text", src)
	}
	*f.p = T(s)
	return nil
}

// number is an integer of any type.
type number[T ~int | ~int64 | ~uint8] struct{ p *T }

func (f number[T]) value() (any, error) { return int64(*f.p), nil }
func (f number[T]) Scan(src any) error {
	n, ok := src.(int64)
	if !ok || int64(T(n)) != n {
		return wrongColumn("a number in range", src)
	}
	*f.p = T(n)
	return nil
}

// flag is a truth value, 0 or 1.
type flag struct{ p *bool }

func (f flag) value() (any, error) {
	if *f.p {
		return int64(1), nil
	}
	return int64(0), nil
}
func (f flag) Scan(src any) error {
	n, ok := src.(int64)
	if !ok || n != 0 && n != 1 {
		return wrongColumn("0 or 1", src)
	}
	*f.p = n == 1
	return nil
}

// word is an enum by its word. Most rows have the word of the row before,
// which is there already: reading one anew is slow.
type word struct {
	p interface {
		encoding.TextMarshaler
		encoding.TextUnmarshaler
		fmt.Stringer
	}
}

func (f word) value() (any, error) { return f.p.String(), nil }
func (f word) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return wrongColumn("a word", src)
	}
	if f.p.String() == s {
		return nil
	}
	return f.p.UnmarshalText([]byte(s))
}

// rung is a grant's level by its word on the ladder of its target, which
// stands in an earlier column.
type rung struct{ g *domain.Grant }

func (f rung) value() (any, error) { return f.g.Ladder().Word(f.g.Level), nil }
func (f rung) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return wrongColumn("a level", src)
	}
	for i, w := range f.g.Ladder() { // as written, without the parser's leniency
		if w == s {
			f.g.Level = domain.Level(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no level of a grant on %s", s, f.g.Target.Kind)
}

// instant is a time as RFC 3339 text; the zero time is "".
type instant struct{ p *time.Time }

func (f instant) value() (any, error) {
	if f.p.IsZero() {
		return "", nil
	}
	b, err := f.p.MarshalText()
	return string(b), err
}
func (f instant) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return wrongColumn("a time", src)
	}
	if s == "" {
		*f.p = time.Time{}
		return nil
	}
	return f.p.UnmarshalText([]byte(s))
}

// nested is a part kept as JSON; a zero value is "".
type nested[T any] struct{ p *T }

func (f nested[T]) value() (any, error) {
	b, err := f.appendTo(nil)
	return string(b), err
}

// packing is a field that can pack its value as the next of a row.
type packing interface {
	pack(p *packer) error
}

func (f text[T]) pack(p *packer) error   { p.text(string(*f.p)); return nil }
func (f number[T]) pack(p *packer) error { p.number(int64(*f.p)); return nil }
func (f word) pack(p *packer) error      { p.text(f.p.String()); return nil }
func (f rung) pack(p *packer) error      { p.text(f.g.Ladder().Word(f.g.Level)); return nil }
func (f nested[T]) pack(p *packer) error { return p.written(f.appendTo) }
func (f flag) pack(p *packer) error {
	n := int64(0)
	if *f.p {
		n = 1
	}
	p.number(n)
	return nil
}

func (f nested[T]) appendTo(b []byte) ([]byte, error) {
	n := len(b)
	b, err := domain.AppendCanonical(b, any(f.p))
	switch string(b[n:]) {
	case "null", "{}", "[]":
		b = b[:n]
	}
	return b, err
}
func (f nested[T]) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return wrongColumn("JSON", src)
	}
	var v T
	if s != "" {
		if err := json.Unmarshal([]byte(s), &v); err != nil {
			return err
		}
	}
	*f.p = v
	return nil
}

func wrongColumn(want string, got any) error {
	return fmt.Errorf("the column holds %v where %s belongs", got, want)
}

// table says how one kind of record stands in its table.
type table struct {
	kind    domain.Kind
	name    string // quoted where SQL needs it
	columns []string
	list    string // of the columns, comma between
	open    func() *cursor
	encode  func(domain.Record) ([]any, error)
}

// cursor reads rows of one table, one after another, into one record.
type cursor struct {
	dest   []any
	many   []unpacking // dest, for manyRows
	from   domain.Seq
	to     sql.NullInt64
	record func() domain.Record
}

// read scans "columns, from_seq, to_seq" and gives the record.
func (c *cursor) read(rows interface{ Scan(...any) error }) (domain.Record, error) {
	if err := rows.Scan(c.dest...); err != nil {
		return nil, err
	}
	return c.record(), nil
}

// tableOf describes the table of R: its columns in the order of fields.
func tableOf[R domain.Record](name, columns string, fields func(*R) []field) *table {
	var zero R
	cols := strings.Fields(columns)
	t := &table{kind: zero.RecordKind(), name: name, columns: cols, list: strings.Join(cols, ", ")}
	t.open = func() *cursor {
		c, r := &cursor{}, new(R)
		for _, f := range fields(r) {
			c.dest, c.many = append(c.dest, f), append(c.many, f.(unpacking))
		}
		c.dest, c.many = append(c.dest, &c.from, &c.to), append(c.many, number[domain.Seq]{&c.from}, nullable{&c.to})
		c.record = func() domain.Record { return *r }
		return c
	}
	t.encode = func(rec domain.Record) ([]any, error) {
		r, ok := rec.(R)
		if !ok {
			return nil, domain.Errorf(domain.Internal, "a %T was given for the table %s", rec, name)
		}
		out := make([]any, 0, len(cols)+1)
		for _, f := range fields(&r) {
			v, err := f.value()
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	}
	return t
}

// sameRecord tells whether two records are the same row: by their canonical
// JSON, which is what the log has of them.
func sameRecord(a, b domain.Record) (bool, error) {
	x, err := domain.CanonicalJSON(a)
	if err != nil {
		return false, err
	}
	y, err := domain.CanonicalJSON(b)
	return bytes.Equal(x, y), err
}
