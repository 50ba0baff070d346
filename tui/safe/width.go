package safe

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// The functions of this file take text as Text returns it, without styles.

// Width is the number of terminal cells s takes.
func Width(s string) int {
	if plainASCII(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Truncate cuts s to at most w cells, ending in "…" where something was left
// out. A wide character that does not fit is left out whole, so the result may
// be a cell shorter than w.
func Truncate(s string, w int) string {
	switch {
	case w <= 0:
		return ""
	case Width(s) <= w:
		return s
	}
	return head(s, w-1) + "…"
}

// Middle cuts s to at most w cells, with "…" where something was left out: of what is
// told apart by how it ends, a path, a third of the cells shows how it begins.
func Middle(s string, w int) string {
	const least = 8 // cells in which both ends say something
	if Width(s) <= w || w < least {
		return Truncate(s, w)
	}
	begin := head(s, (w-1)/3)
	return begin + "…" + tail(s, w-1-Width(begin))
}

// tail is the longest end of s that fits w cells.
func tail(s string, w int) string {
	for over := Width(s) - w; over > 0 && s != ""; over = Width(s) - w {
		if plainASCII(s) {
			return s[over:]
		}
		cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(cluster):]
	}
	return s
}

// head is the longest beginning of s that fits w cells.
func head(s string, w int) string {
	if plainASCII(s) {
		return s[:min(len(s), w)]
	}
	used, end := 0, 0
	for end < len(s) {
		cluster, cw := ansi.FirstGraphemeCluster(s[end:], ansi.GraphemeWidth)
		if used+cw > w {
			break
		}
		used, end = used+cw, end+len(cluster)
	}
	return s[:end]
}

const blanks = "                                                                                                    " +
	"                                                                                                    "

// Spaces is n blanks; none when n is negative.
func Spaces(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blanks):
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}

// Pad is s cut or filled with blanks on the right to exactly w cells.
func Pad(s string, w int) string {
	sw := Width(s)
	if sw > w {
		s = Truncate(s, w)
		sw = Width(s)
	}
	if sw >= w {
		return s
	}
	return s + Spaces(w-sw)
}

// PadLeft is s cut or filled with blanks on the left to exactly w cells.
func PadLeft(s string, w int) string {
	sw := Width(s)
	if sw > w {
		s = Truncate(s, w)
		sw = Width(s)
	}
	return Spaces(w-sw) + s
}

// Wrap breaks s into lines of at most w cells, at blanks where it can. It gives
// at least one line; w below 2 counts as 2, the width of the widest character.
func Wrap(s string, w int) []string {
	w = max(w, 2)
	var lines []string
	line, used := "", 0
	for word := range strings.SplitSeq(s, " ") {
		ww := Width(word)
		if used > 0 && used+1+ww <= w {
			line, used = line+" "+word, used+1+ww
			continue
		}
		if used > 0 {
			lines = append(lines, line)
		}
		for ww > w {
			part := head(word, w)
			lines = append(lines, part)
			word = word[len(part):]
			ww = Width(word)
		}
		line, used = word, ww
	}
	return append(lines, line)
}
