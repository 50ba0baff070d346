package store

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"
)

// packed is rows of one table that are ready to be written: see packer.
type packed struct {
	into        string // the INSERT of a row, up to its values; of a question all of it
	width, rows int
	many        int // rows that go into the table by one statement; 0: each by its own
	data        []byte
}

// insert is the statement for some rows.
func (p packed) insert(rows int) string {
	row := "(" + strings.Repeat("?,", p.width-1) + "?)"
	return p.into + strings.Repeat(row+",", rows-1) + row
}

// batch is what some items come to, ready to be written.
type batch []packed

// What a value begins with.
const (
	packedAgain   = 'a' // the value of the row before; nothing follows
	packedNumber  = 'n' // eight bytes follow, as the machine has them
	packedText    = 't' // four bytes of length follow, then the text
	packedNothing = 'z' // NULL; nothing follows
)

// packer gathers rows, value behind value, without an allocation a value. A
// value that is the same as in the row before, as most are, is only said to be.
type packer struct {
	packed
	free chan []byte // room that was used before
	last []lastValue // of each column
	col  int
}

// lastValue is the value of the row before; kind is 0 where there is none.
type lastValue struct {
	kind     byte
	num      int64
	from, to int // of a text, in data
}

// newPacker packs for the table and columns: "staged_count (population, …)".
func newPacker(table string, width int, free chan []byte) packer {
	return packer{packed: packed{into: "INSERT INTO " + table + " VALUES ", width: width}, free: free, last: make([]lastValue, width)}
}

// narrow packs for a table of few columns, where most of what a row costs is the
// statement. Where a row is refused, others that went with it are too.
func narrow(table string, width int, free chan []byte) packer {
	p := newPacker(table, width, free)
	p.many = 40
	return p
}

// number packs the next value of the row.
func (p *packer) number(n int64) {
	l := p.next()
	if l.kind == packedNumber && l.num == n {
		p.again()
		return
	}
	*l = lastValue{kind: packedNumber, num: n}
	p.data = binary.NativeEndian.AppendUint64(append(p.data, packedNumber), uint64(n))
}

// text packs the next value of the row.
func (p *packer) text(s string) {
	l := p.next()
	if l.kind == packedText && string(p.data[l.from:l.to]) == s {
		p.again()
		return
	}
	p.data = append(p.data, packedText)
	p.data = binary.NativeEndian.AppendUint32(p.data, uint32(len(s)))
	*l = lastValue{kind: packedText, from: len(p.data), to: len(p.data) + len(s)}
	p.data = append(p.data, s...)
}

// bytes is text.
func (p *packer) bytes(s []byte) {
	// written fails only where its function does
	_ = p.written(func(to []byte) ([]byte, error) { return append(to, s...), nil })
}

// nothing packs NULL as the next value of the row.
func (p *packer) nothing() {
	l := p.next()
	if l.kind == packedNothing {
		p.again()
		return
	}
	*l = lastValue{kind: packedNothing}
	p.data = append(p.data, packedNothing)
}

// value packs the next value of the row as a field gives it.
func (p *packer) value(v any) error {
	switch v := v.(type) {
	case string:
		p.text(v)
	case int64:
		p.number(v)
	default:
		return fmt.Errorf("a %T is not packed", v)
	}
	return nil
}

// written packs the next value of the row as fn appends it.
func (p *packer) written(fn func(b []byte) ([]byte, error)) error {
	l, begin := p.next(), len(p.data)
	p.data = append(p.data, packedText, 0, 0, 0, 0)
	from := len(p.data)
	b, err := fn(p.data)
	if err != nil {
		return err
	}
	if l.kind == packedText && string(b[l.from:l.to]) == string(b[from:]) {
		p.data = b[:begin]
		p.again()
		return nil
	}
	binary.NativeEndian.PutUint32(b[from-4:], uint32(len(b)-from))
	p.data, *l = b, lastValue{kind: packedText, from: from, to: len(b)}
	return nil
}

// search packs the next value of the row: two names in lower case; NULL where
// SQLite knows as much of that.
func (p *packer) search(a, b string) {
	if printable(a) && printable(b) {
		p.nothing()
		return
	}
	// written fails only where its function does
	_ = p.written(func(to []byte) ([]byte, error) { return appendLower(append(appendLower(to, a), '\n'), b), nil })
}

// printable tells that a text is ASCII without control characters.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendLower appends s as strings.ToLower has it.
func appendLower(to []byte, s string) []byte {
	from := len(to)
	to = append(to, s...)
	for i, c := range to[from:] {
		switch {
		case c >= utf8.RuneSelf:
			return append(to[:from], strings.ToLower(s)...)
		case 'A' <= c && c <= 'Z':
			to[from+i] = c + 'a' - 'A'
		}
	}
	return to
}

// next goes on to the next column, of the next row after the last.
func (p *packer) next() *lastValue {
	if p.data == nil {
		select {
		case p.data = <-p.free:
		default:
			p.data = make([]byte, 0, 4096)
		}
	}
	l := &p.last[p.col]
	if p.col++; p.col == p.width {
		p.col = 0
		p.rows++
	}
	return l
}

func (p *packer) again() { p.data = append(p.data, packedAgain) }

// taken gives the rows packed so far and begins anew.
func (p *packer) taken() packed {
	out := p.packed
	p.data, p.rows = nil, 0
	clear(p.last)
	return out
}

// reuse takes back the room of rows that were written.
func (b batch) reuse(free chan<- []byte) {
	for _, p := range b {
		if p.data == nil {
			continue
		}
		select {
		case free <- p.data[:0]:
		default:
			return
		}
	}
}
