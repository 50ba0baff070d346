package table

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// RowError is one row that cannot be taken as it stands. The rows around it
// are not affected.
type RowError struct {
	Line    int    // physical line the field begins on, counted from 1; 0 when the whole file is meant
	Column  string // the column's name in the file's header; empty when the whole row is meant
	Cell    string // in a workbook: the place, as in Sheet!B7, or Sheet!7 for the whole row
	Value   string // what stood there, shortened and made printable by Short
	Message string // what is wrong and what to do, without line and column
}

// Error says line, column and value before the message.
func (e *RowError) Error() string {
	var b strings.Builder
	switch {
	case e.Cell != "":
		b.WriteString(e.Cell)
	case e.Line > 0:
		fmt.Fprintf(&b, "line %d", e.Line)
	}
	if e.Column != "" {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "column %s", Short(e.Column))
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if e.Value != "" {
		fmt.Fprintf(&b, "“%s” ", e.Value)
	}
	b.WriteString(e.Message)
	return b.String()
}

// FileError is a fault after which nothing more of the file can be read.
type FileError struct {
	Line    int // physical line, counted from 1; 0 when no line is to blame
	Message string
	Hint    string // what to do about it; may be empty
	Err     error  // the cause, when reading itself failed
}

// Error says the line, the fault and what to do.
func (e *FileError) Error() string {
	s := e.Message
	if e.Line > 0 {
		s = fmt.Sprintf("line %d: %s", e.Line, s)
	}
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// Unwrap gives the cause, when reading itself failed.
func (e *FileError) Unwrap() error { return e.Err }

// shortRunes is how much of a value an error quotes.
const shortRunes = 40

// Short makes a value fit to be shown in an error: at most 40 characters, and
// nothing that could drive a terminal or turn the text around. Characters that
// do not print become \u escapes, bytes that are no UTF-8 become \x escapes.
func Short(s string) string {
	var b strings.Builder
	n := 0
	for i := 0; i < len(s); {
		if n == shortRunes {
			b.WriteRune('…')
			break
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		i += size
		n++
	}
	return b.String()
}
