package table

import (
	"strings"
	"unicode/utf8"
)

// A spreadsheet runs a cell that begins with certain characters. Programs that write
// tables safely for spreadsheets therefore put an apostrophe before such text, and
// before text that begins with apostrophes and then such a character; an import takes
// one away again. A table that was written without that loses an apostrophe of its own
// before such a character: which of the two it is no table tells.

// Unguard takes away the apostrophe that stands for safety, and only one: the
// apostrophe of 'Tis and of '-5 stays.
func Unguard(s string) string {
	if strings.HasPrefix(s, "'") && runs(s[1:]) {
		return s[1:]
	}
	return s
}

// runs reports whether s, after any apostrophes, begins like a formula and is
// no plain number.
func runs(s string) bool {
	s = strings.TrimLeft(s, "'")
	r, size := utf8.DecodeRuneInString(s)
	switch r {
	case '=', '+', '-', '@', '\t', '\r', '\n', 0, '＝', '＋', '－', '＠':
		return size > 0 && !plainNumber(s)
	}
	return false
}

// plainNumber reports whether s is a number and nothing else: an optional sign,
// digits, at most one point between digits, an optional exponent.
func plainNumber(s string) bool {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(unsigned(s)), "e")
	if hasExponent && !digits(unsigned(exponent)) {
		return false
	}
	whole, fraction, hasPoint := strings.Cut(mantissa, ".")
	return digits(whole) && (!hasPoint || digits(fraction))
}

// unsigned takes one sign away.
func unsigned(s string) string {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		return s[1:]
	}
	return s
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
