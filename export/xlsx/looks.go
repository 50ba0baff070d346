package xlsx

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// printArea is the area of a sheet that is printed, where one is set.
type printArea struct {
	sheet int // among the sheets, from 0
	ref   string
}

var oneArea = regexp.MustCompile(`^\$?([A-Z]{1,3})\$?([0-9]+):\$?([A-Z]{1,3})\$?([0-9]+)$`)

// leavesOut tells whether cells up to the last row and column lie outside the area.
func (p printArea) leavesOut(rows, cols int) bool {
	_, ref, ok := cutLast(strings.TrimSpace(p.ref), "!")
	m := oneArea.FindStringSubmatch(ref)
	if !ok || m == nil {
		return true
	}
	top, left, okA := parseCell(m[1] + m[2])
	bottom, right, okB := parseCell(m[3] + m[4])
	return !okA || !okB || top > 1 || left > 1 || bottom < rows || right < cols
}

// heads are the elements of what is printed over and under a page.
var heads = []string{"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"}

// Printed is what a sheet's pages say over and under their cells: letters and digits
// alone, without codes. What a code puts there reads like {G}. Every sheet has one for
// the head of its pages, empty where nothing is said.
type Printed struct {
	Sheet  string
	Footer bool
	Words  string
}

// leastHead is the least size in points of letters over or under a page.
const leastHead = 6

// headCode is what a code of a head or foot does that nobody's export has, "" for what
// places words, counts pages, or has them in letters that can be read, and how many
// bytes it takes.
func headCode(s string) (does string, size int) {
	switch c := s[0]; {
	case strings.IndexByte("&LCRPNBIUE", c) >= 0:
		return "", 1
	case c == '"':
		end := strings.IndexByte(s[1:], '"')
		if end < 0 {
			return s, len(s)
		}
		family, _, _ := strings.Cut(s[1:1+end], ",")
		if family = strings.TrimSpace(family); family == "" || family == "-" || textFamily(family) {
			return "", end + 2
		}
		return s[:end+2], end + 2
	case c >= '0' && c <= '9':
		n := len(s) - len(strings.TrimLeft(s, "0123456789"))
		if points, err := strconv.Atoi(s[:n]); err != nil || points < leastHead || points > mostLetters {
			return s[:n], n
		}
		return "", n
	case c == 'K':
		n := min(7, len(s))
		rgb, err := strconv.ParseUint(s[1:n], 16, 32)
		if err != nil || n < 7 || contrast(uint32(rgb), 0xFFFFFF) < leastDark {
			return s[:n], n
		}
		return "", n
	case strings.IndexByte("FAZDTG", c) >= 0:
		return "", 1 // among the words
	}
	return s[:1], 1
}

// headCodes are the codes of a head or foot that no export has.
func headCodes(s string) (out []string) {
	for i := 0; i+1 < len(s); i++ {
		if s[i] != '&' {
			continue
		}
		does, size := headCode(s[i+1:])
		if does != "" {
			out = append(out, "&"+does)
		}
		i += size
	}
	return out
}

// headWords drops the codes of a head or foot (ECMA-376, 18.3.1.46) but those that put
// something else there than the number of the page, and all but letters and digits.
func headWords(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '&' || i+1 == len(s) {
			out.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == '&':
			out.WriteByte(' ')
		case c == '"':
			if end := strings.IndexByte(s[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case c >= '0' && c <= '9':
			for i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
				i++
			}
		case c == 'K':
			i = min(i+6, len(s)-1)
		case strings.IndexByte("FAZDTG", c) >= 0:
			out.WriteString("{" + string(c) + "}")
		}
	}
	return onlyWords(out.String())
}

func onlyWords(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '{' || r == '}' || r > 0x7f && (unicode.IsMark(r) || unicode.IsSymbol(r)) {
			return r // marks strike letters out, and symbols say things
		}
		return -1
	}, s)
}

// HeadWords are those that Write prints over the pages of a sheet, of a workbook with
// this title and banner.
func HeadWords(title, banner, name string) string {
	if banner != "" {
		banner = headText(banner, 90)
	}
	return headWords(headText(title, 60) + " " + banner + " " + headText(name, 31))
}

// footInstant is how the foot of a page says the instant (UTC) that a workbook is as of.
const footInstant = "as of 2006-01-02 15:04:05 UTC"

// FootWords tells whether words are those that Write prints under the pages of a
// workbook as of an instant. What reads the instant from a cell may be a millisecond
// past the one that was printed.
func FootWords(words string, at time.Time) bool {
	for _, t := range []time.Time{at, at.Add(-time.Millisecond)} {
		if words == headWords(t.UTC().Format(footInstant)+"Page of") {
			return true
		}
	}
	return false
}

// headText is what a sheet says over or under its pages.
func (s *sheetHiding) headText(which string) string {
	text := s.heads[which]
	for again := unescape(text); again != text; again = unescape(text) {
		text = again // openpyxl escapes a line's end, and LibreOffice the escape
	}
	return text
}

// printed gathers what is said over and under the pages of a sheet.
func (s *sheetHiding) printed(name string, all []Printed) []Printed {
	for _, h := range heads {
		words := headWords(s.headText(h))
		if words != "" || h == "oddHeader" {
			all = append(all, Printed{name, strings.HasSuffix(h, "Footer"), words})
		}
	}
	return all
}

// headed says how pages would be printed otherwise than exported, whatever is said over
// and under them.
func (s *sheetHiding) headed() (out []string) {
	for _, h := range heads {
		for _, code := range headCodes(s.headText(h)) {
			out = append(out, fmt.Sprintf("its printed pages have the code %q over or under the cells, which the export has not", code))
		}
	}
	for _, one := range []struct {
		own               bool
		which, head, foot string
	}{{s.first, "the first", "firstHeader", "firstFooter"}, {s.even, "every other", "evenHeader", "evenFooter"}} {
		if one.own && (headWords(s.headText(one.head)) != headWords(s.headText("oddHeader")) || headWords(s.headText(one.foot)) != headWords(s.headText("oddFooter"))) {
			out = append(out, one.which+" of its printed pages says something else over or under the cells than the others")
		}
	}
	return slices.Compact(out)
}
