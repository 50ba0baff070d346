package xlsxtest

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	tableName = regexp.MustCompile(`^[\p{L}_\\][\p{L}\p{N}_.\\]*$`)
	likeCell  = regexp.MustCompile(`(?i)^([A-Z]{1,3}\d+|R\d*C?\d*|C\d*)$`)
)

// tables: each of a sheet's tables lies on its own cells, its columns are as many
// as its range is wide and named as its header cells, and its name is its own.
func (l *lint) tables(s sheetPart, tree *node, cells map[string]string) {
	rels := l.rels(s.part)
	var placed []area
	parts := tree.kid("tableParts")
	list := parts.all("tablePart")
	if parts != nil && parts.get("count") != "" && parts.number("count") != len(list) {
		l.add(s.part, "says %s tables and has %d", parts.get("count"), len(list))
	}
	for _, p := range list {
		name := rels[p.get("r:id")]
		table := l.trees[name]
		if table == nil {
			l.add(s.part, "the table %q leads nowhere", p.get("r:id"))
			continue
		}
		a, ok := parseArea(table.get("ref"))
		if !ok {
			l.add(name, "the range is %q", table.get("ref"))
			continue
		}
		for _, b := range placed {
			if a.overlaps(b) {
				l.add(name, "overlaps another table")
			}
		}
		placed = append(placed, a)
		l.tableIdentity(name, table)
		l.tableRange(name, table, a)
		l.tableColumns(name, table, a, cells)
		if f, ok := parseArea(tree.kid("autoFilter").get("ref")); ok && f.overlaps(a) {
			l.add(s.part, "a filter of the sheet lies over a table")
		}
	}
	if n := tree.kid("autoFilter"); n != nil {
		if _, ok := parseArea(n.get("ref")); !ok {
			l.add(s.part, "the filter's range is %q", n.get("ref"))
		}
	}
}

func (l *lint) tableIdentity(part string, table *node) {
	id := table.get("id")
	if l.tableIDs[id] || table.number("id") < 1 {
		l.add(part, "the id %q is taken or no number", id)
	}
	l.tableIDs[id] = true
	name := table.get("displayName")
	if !tableName.MatchString(name) || likeCell.MatchString(name) || utf16Length(name) > 255 {
		l.add(part, "the name %q is not legal", name)
	}
	if l.taken[strings.ToLower(name)] {
		l.add(part, "the name %q is taken", name)
	}
	l.taken[strings.ToLower(name)] = true
}

func (l *lint) tableRange(part string, table *node, a area) {
	totals := max(table.number("totalsRowCount"), 0)
	header := 1
	if table.get("headerRowCount") == "0" {
		header = 0
	}
	if a.row2-a.row1+1 < header+1+totals {
		l.add(part, "the range %s has no row of data", table.get("ref"))
	}
	if n := table.kid("autoFilter"); n != nil {
		f, ok := parseArea(n.get("ref"))
		want := area{a.row1, a.col1, a.row2 - totals, a.col2}
		if !ok || f != want {
			l.add(part, "the filter lies on %q of the table's %q", n.get("ref"), table.get("ref"))
		}
	}
}

func (l *lint) tableColumns(part string, table *node, a area, cells map[string]string) {
	list := table.kid("tableColumns")
	cols := list.all("tableColumn")
	if len(cols) != a.col2-a.col1+1 || list.number("count") != len(cols) {
		l.add(part, "has %d columns (says %s) in the range %s", len(cols), list.get("count"), table.get("ref"))
	}
	seen := map[string]bool{}
	for i, c := range cols {
		name := c.get("name")
		for _, key := range []string{"n" + strings.ToLower(name), "i" + c.get("id")} {
			if seen[key] {
				l.add(part, "two columns share %q", key[1:])
			}
			seen[key] = true
		}
		if name == "" || utf16Length(name) > 255 {
			l.add(part, "column %d has the name %q", i+1, name)
		}
		ref := columnLetters(a.col1+i) + strconv.Itoa(a.row1)
		if head := cells[ref]; table.get("headerRowCount") != "0" && strings.ReplaceAll(name, "_x000a_", "\n") != head {
			l.add(part, "column %d is named %q, its header cell %s says %q", i+1, name, ref, head)
		}
		if c.get("totalsRowFunction") != "" && table.number("totalsRowCount") < 1 {
			l.add(part, "column %d has a total without a row for it", i+1)
		}
	}
}

func columnLetters(col int) string {
	s := ""
	for ; col > 0; col = (col - 1) / 26 {
		s = string(rune('A'+(col-1)%26)) + s
	}
	return s
}
