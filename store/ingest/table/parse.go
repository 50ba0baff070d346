package table

import (
	"errors"
	"fmt"
	"io"
)

// record parses one record into buf, ends and starts. An empty line leaves
// starts empty. It returns io.EOF when nothing is left, or a *FileError.
//
// The grammar is that of RFC 4180, and besides: CR, LF and CRLF each end a
// record, and inside quotes every byte is kept as it is.
func (r *Reader) record() error {
	r.buf, r.ends, r.starts = r.buf[:0], r.ends[:0], r.starts[:0]
	b, err := r.next()
	if err != nil {
		return err
	}
	if r.endsLine(b) {
		return nil
	}
	for {
		// b is the first byte of a field.
		line := r.lineOf(b)
		r.starts = append(r.starts, line)
		begin := len(r.buf)
		var last byte
		var more bool
		if b == '"' {
			last, more, err = r.quoted(line, begin)
		} else {
			last, more, err = r.bare(b, line, begin)
		}
		if err != nil {
			return err
		}
		r.ends = append(r.ends, len(r.buf))
		if len(r.ends) > r.opts.MaxColumns {
			return &FileError{Line: r.starts[0], Message: fmt.Sprintf("the record has more than %d fields", r.opts.MaxColumns)}
		}
		if !more || r.endsLine(last) {
			return nil
		}
		// A separator ended the field: another one follows, if only an empty one.
		if b, err = r.next(); errors.Is(err, io.EOF) {
			r.starts = append(r.starts, r.line)
			r.ends = append(r.ends, len(r.buf))
			return nil
		} else if err != nil {
			return err
		}
	}
}

// bare reads a field without quotes, b being its first byte, and returns the
// byte that ended it; more is false at the end of the file.
func (r *Reader) bare(b byte, line, begin int) (last byte, more bool, err error) {
	for {
		switch {
		case b == r.opts.Separator || b == '\n' || b == '\r':
			return b, true, nil
		case b == '"':
			return 0, false, &FileError{Line: line, Message: "a quote stands in the middle of a field without quotes",
				Hint: `put the whole field in quotes and double the quotes inside it, as in "Robert ""Bob"" Smith"`}
		}
		if err := r.keep(b, line, begin); err != nil {
			return 0, false, err
		}
		if b, err = r.next(); errors.Is(err, io.EOF) {
			return 0, false, nil
		} else if err != nil {
			return 0, false, err
		}
	}
}

// quoted reads a field behind its opening quote.
func (r *Reader) quoted(line, begin int) (last byte, more bool, err error) {
	for {
		b, err := r.next()
		if errors.Is(err, io.EOF) {
			return 0, false, &FileError{Line: line, Message: "a quote is opened here and never closed",
				Hint: "close it, or double a quote that belongs to the text"}
		}
		if err != nil {
			return 0, false, err
		}
		if b == '"' {
			b, err = r.next()
			switch {
			case errors.Is(err, io.EOF):
				return 0, false, nil
			case err != nil:
				return 0, false, err
			case b == r.opts.Separator || b == '\n' || b == '\r':
				return b, true, nil
			case b != '"':
				return 0, false, &FileError{Line: r.line, Message: "text follows the closing quote of a field",
					Hint: "double a quote that belongs to the text"}
			}
		}
		if err := r.keep(b, line, begin); err != nil {
			return 0, false, err
		}
	}
}

// keep adds a byte to the current field, within the limits.
func (r *Reader) keep(b byte, line, begin int) error {
	if len(r.buf)-begin >= r.opts.MaxField {
		return &FileError{Line: line, Message: fmt.Sprintf("a field is longer than %d bytes", r.opts.MaxField),
			Hint: "a quote that is never closed looks like this too"}
	}
	if len(r.buf) >= r.opts.MaxRecord {
		return &FileError{Line: r.starts[0], Message: fmt.Sprintf("a record is longer than %d bytes", r.opts.MaxRecord),
			Hint: "a quote that is never closed looks like this too"}
	}
	r.buf = append(r.buf, b)
	return nil
}

// next returns the next byte and counts lines: CR, LF and CRLF are one each.
func (r *Reader) next() (byte, error) {
	b, err := r.br.ReadByte()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return 0, io.EOF
		}
		return 0, readFailed(r.line, err)
	}
	switch b {
	case 0:
		hint := "export it as CSV UTF-8"
		if r.enc == UTF8 {
			hint = "it may be a workbook, or UTF-16 without its mark: " + hint
		}
		return 0, &FileError{Line: r.line, Message: "the file holds a NUL byte, so it is no text", Hint: hint}
	case '\n':
		if !r.wasCR {
			r.line++
		}
	case '\r':
		r.line++
	}
	r.wasCR = b == '\r'
	return b, nil
}

// lineOf is the line that the byte just returned by next stands on.
func (r *Reader) lineOf(b byte) int {
	if b == '\n' || b == '\r' {
		return r.line - 1
	}
	return r.line
}

// endsLine reports whether b ends a record, and swallows the LF of a CRLF.
func (r *Reader) endsLine(b byte) bool {
	if b == '\r' {
		if p, err := r.br.Peek(1); err == nil && p[0] == '\n' {
			_, _ = r.br.Discard(1) // the byte just peeked is there
		}
		r.wasCR = false // whatever comes now begins a line of its own
	}
	return b == '\n' || b == '\r'
}
