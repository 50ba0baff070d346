package xlsx

import (
	"regexp"
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
// alone, without codes. What a code puts there reads like {G}.
type Printed struct {
	Sheet  string
	Footer bool
	Words  string
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
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '{' || r == '}' {
			return r
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

// printed gathers what is said over and under the pages of a sheet.
func (s *sheetHiding) printed(name string, all []Printed) []Printed {
	for _, h := range heads {
		text := s.heads[h]
		for again := unescape(text); again != text; again = unescape(text) {
			text = again // openpyxl escapes a line's end, and LibreOffice the escape
		}
		if words := headWords(text); words != "" {
			all = append(all, Printed{name, strings.HasSuffix(h, "Footer"), words})
		}
	}
	return all
}
