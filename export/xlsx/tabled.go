package xlsx

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// tabled holds what a sheet's tables say of its cells against the cells: the names of
// their columns, by which some programs show the header, and the row of their totals.
func (b *Book) tabled(s bookSheet, h *Hiding) error {
	parts, err := b.related(s.part, "/table")
	if err != nil {
		return err
	}
	for _, part := range parts {
		var t struct {
			Name    string `xml:"displayName,attr"`
			Ref     string `xml:"ref,attr"`
			Totals  string `xml:"totalsRowCount,attr"`
			Columns []struct {
				Name string `xml:"name,attr"`
			} `xml:"tableColumns>tableColumn"`
		}
		if err := b.decode(part, &t); err != nil {
			return err
		}
		from, to, _ := strings.Cut(t.Ref, ":")
		top, left, ok := parseCell(from)
		bottom, _, okTo := parseCell(to)
		if !ok || !okTo {
			h.Faults = append(h.Faults, fmt.Sprintf("the table %q stands in %q, which are no cells", t.Name, t.Ref))
			continue
		}
		totals, err := strconv.Atoi(strings.TrimSpace(t.Totals))
		totals = max(totals, 0)
		if err != nil {
			totals = len(strings.TrimSpace(t.Totals))
		}
		heads, summed, err := b.ends(s.name, top, bottom, totals > 0)
		if err != nil {
			return err
		}
		for i, c := range t.Columns {
			if is := heads[left+i]; sameHead(c.Name) != sameHead(is) {
				h.Faults = append(h.Faults, fmt.Sprintf("the table %q calls its column %s %q, and cell %s holds %q: programs show one or the other", t.Name, columnName(left+i), c.Name, cellName(top, left+i), cutTo(is, 60)))
				break
			}
		}
		if totals > 0 && !summed {
			h.Faults = append(h.Faults, fmt.Sprintf("the table %q takes its last row for totals, which it has not: no filter and no formula counts that row", t.Name))
		}
	}
	return nil
}

// ends are the texts of a table's first row by column, and whether its last row sums.
func (b *Book) ends(name string, top, bottom int, last bool) (heads map[int]string, summed bool, err error) {
	heads = map[int]string{}
	for v, err := range b.Values(name) {
		if err != nil {
			return nil, false, err
		}
		switch {
		case v.Row == top:
			heads[v.Col] = v.Text
		case v.Row > bottom || v.Row > top && !last:
			return heads, summed, nil
		case v.Row == bottom && strings.HasPrefix(CanonicalFormula(v.Formula), "SUBTOTAL("):
			summed = true
		}
	}
	return heads, summed, nil
}

// sameHead is a header without what programs write in several ways.
func sameHead(s string) string {
	for again := unescape(s); again != s; again = unescape(s) {
		s = again
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || slices.Contains([]rune{0xFFFD, 0xFFFE, 0xFFFF}, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
