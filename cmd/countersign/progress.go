package main

import (
	"errors"
	"fmt"
	"io"

	"countersign/tui/safe"
)

// bar is a line about long work, written over and over on standard error where a
// person sits at it, and taken away at the end. Elsewhere it says nothing.
type bar struct {
	to   io.Writer // nil: nobody looks
	last string
	err  error
}

// bar makes the bar of this process.
func (e *env) bar() *bar {
	if !isTerminal(e.err) {
		return &bar{}
	}
	return &bar{to: e.err}
}

// tell says how far a part of the work has come; total is 0 where it is not known.
// What reads the same as before is not written again.
func (b *bar) tell(part string, done, total int64) {
	if b.to == nil {
		return
	}
	line := part
	if total > 0 {
		line = fmt.Sprintf("%s %d%%", part, min(100, 100*done/total))
	}
	if line == b.last {
		return
	}
	b.last = line
	_, err := io.WriteString(b.to, "\r\x1b[K"+safe.Text(line)+" …")
	b.err = errors.Join(b.err, err)
}

// end takes the line away. It gives the error of the work, else its own.
func (b *bar) end(work error) error {
	if b.to != nil && b.last != "" {
		b.last = ""
		_, err := io.WriteString(b.to, "\r\x1b[K")
		b.err = errors.Join(b.err, err)
	}
	if work != nil {
		return work
	}
	return b.err
}
