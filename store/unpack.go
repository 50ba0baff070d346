package store

import (
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"countersign/domain"
)

// cell is one value of a row that came packed; its text is good until the next
// row.
type cell struct {
	kind byte
	num  int64
	text []byte
}

// in gives what a cell holds, for a sentence about it.
func (c cell) in() any {
	switch c.kind {
	case packedNumber:
		return c.num
	case packedText:
		return string(c.text)
	}
	return nil
}

// unpacking is a field that takes its value from a cell. One that has the value
// already, as most have from the row before, makes nothing anew.
type unpacking interface {
	unpack(c cell) error
}

func (f text[T]) unpack(c cell) error {
	if c.kind != packedText {
		return wrongColumn("text", c.in())
	}
	if string(*f.p) != string(c.text) {
		*f.p = T(c.text)
	}
	return nil
}

func (f number[T]) unpack(c cell) error { return f.Scan(c.in()) }
func (f flag) unpack(c cell) error      { return f.Scan(c.in()) }
func (f instant) unpack(c cell) error   { return f.Scan(c.in()) }

func (f word) unpack(c cell) error {
	if c.kind == packedText && f.p.String() == string(c.text) {
		return nil
	}
	return f.Scan(c.in())
}

func (f rung) unpack(c cell) error {
	if c.kind == packedText && f.g.Ladder().Word(f.g.Level) == string(c.text) {
		return nil
	}
	return f.Scan(c.in())
}

func (f made) unpack(c cell) error {
	if c.kind == packedText && string(f.id()) == string(c.text) {
		return nil
	}
	return f.Scan(c.in())
}

func (f nested[T]) unpack(c cell) error {
	if c.kind != packedText {
		return wrongColumn("JSON", c.in())
	}
	var v T
	if len(c.text) > 0 {
		if err := json.Unmarshal(c.text, &v); err != nil {
			return err
		}
	}
	*f.p = v
	return nil
}

// nullable is a number that may be NULL.
type nullable struct{ p *sql.NullInt64 }

func (f nullable) unpack(c cell) error {
	*f.p = sql.NullInt64{Int64: c.num, Valid: c.kind == packedNumber}
	if c.kind == packedText {
		return wrongColumn("a number", c.in())
	}
	return nil
}

// manyRows runs a query whose rows are very many: they go into dest, one after
// another, and fn is called behind each.
func (t *tx) manyRows(query string, args []any, dest []unpacking, fn func() error) (err error) {
	p := packer{packed: packed{into: query, width: len(args)}, last: make([]lastValue, len(args))}
	for _, a := range args {
		if err := p.value(a); err != nil {
			return err
		}
	}
	var q *question
	if err := t.conn.Raw(func(c any) error { q, err = asking(c, p.packed); return err }); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, t.conn.Raw(func(any) error { return q.close() }))
	}()
	for more := true; more; {
		var rows []byte
		if err := t.ctx.Err(); err != nil {
			return err
		}
		if err := t.conn.Raw(func(any) error { rows, more, err = q.next(); return err }); err != nil {
			return err
		}
		for len(rows) > 0 {
			for i, f := range dest {
				var c cell
				if c, rows, err = unpacked(rows); err != nil {
					return err
				}
				if err := f.unpack(c); err != nil {
					return fmt.Errorf("column %d: %w", i+1, err)
				}
			}
			if err := fn(); err != nil {
				return err
			}
		}
	}
	return nil
}

// unpacked takes the next cell from what was packed.
func unpacked(b []byte) (cell, []byte, error) {
	if len(b) > 0 {
		switch kind := b[0]; {
		case kind == packedNothing:
			return cell{kind: kind}, b[1:], nil
		case kind == packedNumber && len(b) >= 9:
			return cell{kind: kind, num: int64(binary.NativeEndian.Uint64(b[1:]))}, b[9:], nil
		case kind == packedText && len(b) >= 5:
			if n := int(binary.NativeEndian.Uint32(b[1:])); n <= len(b)-5 {
				return cell{kind: kind, text: b[5 : 5+n]}, b[5+n:], nil
			}
		}
	}
	return cell{}, nil, domain.Errorf(domain.Internal, "a row from the database has more columns than it says")
}
