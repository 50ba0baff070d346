package sheet

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func itoa(n int) string { return strconv.Itoa(n) }

// StartsLikeFormula tells whether a spreadsheet might take text for a formula:
// its first character is = + - @, tab, carriage return, line feed, NUL, or the
// full-width form of one of the first four.
func StartsLikeFormula(s string) bool {
	if s == "" {
		return false
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n', 0:
		return true
	}
	if s[0] < utf8.RuneSelf {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("＝＋－＠", r)
}

// PlainNumber tells whether text is a number and nothing else: an optional sign,
// digits, at most one point between digits, an optional exponent. Such text cannot
// run, whatever its sign.
func PlainNumber(s string) bool {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	return plainUnsigned(s)
}

func plainUnsigned(s string) bool {
	whole, rest := digits(s)
	if whole == 0 {
		return false
	}
	if strings.HasPrefix(rest, ".") {
		n, after := digits(rest[1:])
		if n == 0 {
			return false
		}
		rest = after
	}
	if rest == "" {
		return true
	}
	if rest[0] != 'e' && rest[0] != 'E' {
		return false
	}
	rest = rest[1:]
	if rest != "" && (rest[0] == '+' || rest[0] == '-') {
		rest = rest[1:]
	}
	n, after := digits(rest)
	return n > 0 && after == ""
}

func digits(s string) (int, string) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n, s[n:]
}
