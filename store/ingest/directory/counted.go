package directory

import (
	"errors"
	"io"
)

// errTooMuch ends the reading of a record that is larger than MostRecord.
var errTooMuch = errors.New("the record is too large")

// counted passes bytes on, knows on which line each stands, and stops where a
// record does not end within its bounds.
type counted struct {
	src     io.Reader
	most    int64
	read    int64   // bytes passed on
	allowed int64   // no more than this many may be passed on; 0 before the first record
	breaks  []int64 // offsets behind the line feeds not yet asked beyond
	before  int     // line feeds that were forgotten
	begins  []int64 // offsets of what begins a value behind white space
	tooMuch bool
}

func (c *counted) Read(p []byte) (int, error) {
	if c.allowed == 0 {
		c.allowed = c.most
	}
	if c.read >= c.allowed {
		c.tooMuch = true
		return 0, errTooMuch
	}
	if int64(len(p)) > c.allowed-c.read {
		p = p[:c.allowed-c.read]
	}
	n, err := c.src.Read(p)
	for i, b := range p[:n] {
		switch b {
		case '\n':
			c.breaks = append(c.breaks, c.read+int64(i)+1)
		case '{':
			c.begins = append(c.begins, c.read+int64(i))
		}
	}
	c.read += int64(n)
	return n, err
}

// allow lets a record that begins at the offset be as large as a record may.
func (c *counted) allow(offset int64) { c.allowed = offset + c.most }

// line is the line on which the byte at the offset stands. Offsets must not go
// back.
func (c *counted) line(offset int64) int {
	n := 0
	for n < len(c.breaks) && c.breaks[n] <= offset {
		n++
	}
	c.before += n
	c.breaks = c.breaks[n:]
	return c.before + 1
}

// lineBehind is the line of the first object at or behind the offset.
func (c *counted) lineBehind(offset int64) int {
	n := 0
	for n < len(c.begins) && c.begins[n] < offset {
		n++
	}
	c.begins = c.begins[n:]
	if len(c.begins) > 0 {
		offset = c.begins[0]
	}
	return c.line(offset)
}
