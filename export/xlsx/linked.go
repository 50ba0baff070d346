package xlsx

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// sheetLink is a link of a sheet.
type sheetLink struct {
	sheet int // among the sheets, from 0
	seenLink
}

// mostWrongLinks is how many links of a workbook are named.
const mostWrongLinks = 6

var linkTo = regexp.MustCompile(`^#?(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]{1,7})$`)

// linked faults links that do not lead where the export's do: to the sheet whose name
// the cell holds, or to a cell that holds the same.
func (b *Book) linked(links []sheetLink, h *Hiding) error {
	wrong := 0
	fault := func(l sheetLink, format string, args ...any) {
		if wrong++; wrong <= mostWrongLinks {
			h.Faults = append(h.Faults, fmt.Sprintf("sheet %q: the link of cell %s ", b.sheets[l.sheet].name, l.cell)+fmt.Sprintf(format, args...))
		}
	}
	type end struct {
		sheet    string
		row, col int
	}
	wanted, deepest := map[end]string{}, map[string]int{}
	want := func(e end) {
		wanted[e] = ""
		deepest[e.sheet] = max(deepest[e.sheet], e.row)
	}
	froms, tos := make([]end, len(links)), make([]end, len(links))
	for i, l := range links {
		row, col, ok := parseCell(l.cell)
		m := linkTo.FindStringSubmatch(l.to)
		switch {
		case l.outside:
			fault(l, "leads out of the workbook, which the export's do not")
			continue
		case l.tip != "":
			fault(l, "shows the words %q, which the export's do not", l.tip)
		}
		if !ok || m == nil {
			fault(l, "leads to %q, which is no cell", l.to)
			continue
		}
		to := end{sheet: strings.ReplaceAll(m[1], "''", "'") + m[2]}
		to.row, to.col, _ = parseCell(m[3] + m[4])
		froms[i], tos[i] = end{b.sheets[l.sheet].name, row, col}, to
		want(froms[i])
		want(to)
	}
	for _, s := range b.sheets {
		if deepest[s.name] == 0 {
			continue
		}
		for v, err := range b.Values(s.name) {
			if err != nil {
				return err
			}
			if v.Row > deepest[s.name] {
				break
			}
			if at := (end{s.name, v.Row, v.Col}); v.Text != "" {
				if _, ok := wanted[at]; ok {
					wanted[at] = v.Text
				}
			}
		}
	}
	for i, l := range links {
		if froms[i].row == 0 {
			continue
		}
		holds := wanted[froms[i]]
		if !sameEnd(holds, tos[i].sheet) && !sameEnd(holds, wanted[tos[i]]) {
			fault(l, "leads to %s, which is not what the cell names (%q)", l.to, cutTo(holds, 60))
		}
	}
	if wrong > mostWrongLinks {
		h.Faults = append(h.Faults, fmt.Sprintf("%d more links lead elsewhere than the export's", wrong-mostWrongLinks))
	}
	return nil
}

// ofTwo is what a header gets that is there already.
var ofTwo = regexp.MustCompile(`^\([0-9]+\)$`)

// leastEnd is how many letters of a long text its link and a header both keep.
const leastEnd = 40

// sameEnd tells whether a cell names what a link leads to, of which a name that had to
// be made fit has the beginning.
func sameEnd(a, b string) bool {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || unicode.IsControl(r) || r >= 0xFFFD && r <= 0xFFFF {
				return -1
			}
			return unicode.ToLower(r)
		}, unescape(s))
	}
	a, b = plain(a), plain(b)
	if a == "" || b == "" {
		return a == b
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if rest, ok := strings.CutPrefix(b, a); ok && (rest == "" || ofTwo.MatchString(rest)) {
		return true
	}
	n := min(len(a), leastEnd)
	return n == leastEnd && a[:n] == b[:n]
}
