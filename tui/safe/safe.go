// Package safe makes text from data fit for a terminal.
//
// Names, reasons and descriptions come from directories, files and people, and
// a terminal obeys what it is sent: a carriage return rewrites a row, an escape
// sequence hides one, a right-to-left override turns "txt.exe" round, a
// zero-width space makes two names look alike. Text turns such characters into
// escapes a reader can see, once, where data enters the console. Everything
// drawn has gone through it: the widgets call it for the pages.
//
// Widths are terminal cells. Two measures are in use, by code point (wcwidth)
// and by grapheme cluster (terminals in mode 2027), and the renderer learns only
// while running which one the terminal has. Text therefore lets pass only
// clusters on which both agree, so that a line is as wide as it was meant to be
// on either.
package safe

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
)

// maxMarks is how many combining marks one cluster may carry before the rest
// are shown as escapes; stacks of them smear over the lines above and below.
const maxMarks = 4

// Text returns s in normal form C with every character that a terminal would
// obey, hide or measure in two ways replaced by a visible escape: ␛ and its kin
// for C0 controls and DEL, \u202e for other characters, \xff for bytes that are
// not UTF-8. Text of what Text returned is the same again.
func Text(s string) string {
	if plainASCII(s) {
		return s
	}
	s = norm.NFC.String(escapeRunes(s))
	if plainASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		cluster, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(cluster):]
		writeCluster(&b, cluster, w)
	}
	return b.String()
}

// plainASCII says whether s holds only printable ASCII, which needs no care.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// escapeRunes replaces what must never reach the terminal as it is.
func escapeRunes(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n <= 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case hidden(r):
			b.WriteString(escape(r))
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// hidden says whether a terminal would obey r, draw nothing for it, or not know
// it: controls, format characters (bidi, zero width, tags), line and paragraph
// separators, variation selectors, fillers, private and unassigned code points.
func hidden(r rune) bool {
	switch {
	case r < 0x20 || r == 0x7f:
		return true
	case r < 0x7f:
		return false
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp):
		return true
	case unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return true
	case r == 0x2800: // the braille blank draws nothing
		return true
	}
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Zs)
}

// escape is the visible form of r, in characters one cell wide each.
func escape(r rune) string {
	switch {
	case r < 0x20:
		return string(0x2400 + r)
	case r == 0x7f:
		return "\u2421"
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// writeCluster writes one grapheme cluster; of one that a terminal might draw or
// measure otherwise, only the first character if that is sound by itself, and
// the rest as escapes.
func writeCluster(b *strings.Builder, cluster string, w int) {
	if sound(cluster, w) {
		b.WriteString(cluster)
		return
	}
	for i, r := range cluster {
		one := string(r)
		if i == 0 && sound(one, ansi.StringWidth(one)) {
			b.WriteString(one)
			continue
		}
		b.WriteString(escape(r))
	}
}

// sound says whether cluster takes one or two cells on every terminal, carries
// few marks, and joins neither what stands before it nor what comes after. A mark on
// a blank, a quotation mark or a bracket is none of theirs: a text began with it, and
// terminals draw it or leave it out.
func sound(cluster string, w int) bool {
	if first, n := utf8.DecodeRuneInString(cluster); n < len(cluster) && (unicode.IsSpace(first) || first < 0x80 && !unicode.IsLetter(first)) {
		return false
	}
	if w < 1 || w > 2 || ansi.StringWidthWc(cluster) != w || utf8.RuneCountInString(cluster) > 1+maxMarks {
		return false
	}
	before, _ := ansi.FirstGraphemeCluster(" "+cluster, ansi.GraphemeWidth)
	after, _ := ansi.FirstGraphemeCluster(cluster+"a", ansi.GraphemeWidth)
	return before == " " && after == cluster
}
