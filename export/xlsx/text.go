package xlsx

import (
	"strings"
	"unicode/utf8"
)

// MaxUnits is the longest text of a cell, in UTF-16 units.
const MaxUnits = 32767

const hexDigits = "0123456789ABCDEF"

// units counts the UTF-16 units of s. Bytes that are no UTF-8 count one each, as
// the U+FFFD they become.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// tooLong tells whether s is over MaxUnits; short text is told by its bytes alone.
func tooLong(s string) bool { return len(s) > MaxUnits && units(s) > MaxUnits }

// cutAt splits s after at most n UTF-16 units, never inside a character.
func cutAt(s string, n int) (head, tail string) {
	seen := 0
	for i, r := range s {
		seen++
		if r > 0xFFFF {
			seen++
		}
		if seen > n {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// clean returns s as XML can hold it: bytes that are no UTF-8 become U+FFFD.
func clean(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// plainByte marks the bytes that stand for themselves in XML text.
var plainByte = func() (t [256]bool) {
	for c := 0x20; c < 0x7F; c++ {
		t[c] = true
	}
	t['&'], t['<'], t['>'], t['_'], t['"'] = false, false, false, false, false
	return t
}()

// appendText appends s as the content of an element or attribute in double
// quotes. What XML cannot hold is written as _xHHHH_, as ECMA-376 22.9.2.19 says,
// and so is an underscore that would otherwise begin such an escape. Carriage
// returns are escaped because XML readers turn them into line feeds.
func appendText(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plainByte[c] {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			if rep := escapeByte(s, i); rep != "" {
				b = append(append(b, s[start:i]...), rep...)
				start = i + 1
			} else if c < 0x20 && c != '\n' && c != '\t' || c == '_' && wouldEscape(s[i:]) {
				b = appendEscape(append(b, s[start:i]...), rune(c))
				start = i + 1
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = append(append(b, s[start:i]...), "\uFFFD"...)
			start = i + n
		case r == 0xFFFE || r == 0xFFFF:
			b = appendEscape(append(b, s[start:i]...), r)
			start = i + n
		}
		i += n
	}
	return append(b, s[start:]...)
}

func escapeByte(s string, i int) string {
	switch s[i] {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '"':
		return "&quot;"
	}
	return ""
}

func appendEscape(b []byte, r rune) []byte {
	return append(b, '_', 'x', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15], '_')
}

// wouldEscape tells whether s, once written, begins with an escape: _xHHHH and then
// an underscore, or a character whose own escape begins with one.
func wouldEscape(s string) bool {
	if !hexAfterX(s) || len(s) < 7 {
		return false
	}
	r, n := utf8.DecodeRuneInString(s[6:])
	return r == '_' || r < 0x20 && r != '\n' && r != '\t' || r >= 0xFFFE && r <= 0xFFFF && n == 3
}

// looksEscaped tells whether s begins with _xHHHH_, its digits in either case.
func looksEscaped(s string) bool {
	return len(s) >= 7 && s[6] == '_' && hexAfterX(s)
}

// hexAfterX tells whether s begins with _xHHHH.
func hexAfterX(s string) bool {
	if len(s) < 6 || s[0] != '_' || s[1] != 'x' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F') {
			return false
		}
	}
	return true
}

// unescape undoes the _xHHHH_ escapes of text read from a workbook. Two escapes
// that are the halves of a surrogate pair make one character.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var out []byte
	for i := 0; i < len(s); {
		if s[i] != '_' || !looksEscaped(s[i:]) {
			out = append(out, s[i])
			i++
			continue
		}
		r := hex4(s[i+2:])
		i += 7
		if r >= 0xD800 && r < 0xDC00 && looksEscaped(s[i:]) {
			if lo := hex4(s[i+2:]); lo >= 0xDC00 && lo < 0xE000 {
				r = (r-0xD800)<<10 | (lo - 0xDC00) + 0x10000
				i += 7
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

func hex4(s string) rune {
	var r rune
	for i := range 4 {
		r = r<<4 | rune(strings.IndexByte(hexDigits, upperHex(s[i])))
	}
	return r
}

func upperHex(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 'A'
	}
	return c
}
