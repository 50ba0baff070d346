package xlsx

import (
	"fmt"
	"strings"
)

// maxListText is the longest list of choices Excel keeps in a validation.
const maxListText = 255

// pickList gathers drop-downs: cells with the same choices share one validation,
// and cells under each other one range.
type pickList struct {
	order []string
	cells map[string]*pickCells
	count int
}

type pickCells struct {
	words  []string
	ranges []pickRange
	open   map[int]int // by column, the index of its last range
}

type pickRange struct{ col, first, last int }

func (l *pickList) add(sheetName string, row, col int, words []string) error {
	key := strings.Join(words, ",")
	if l.cells == nil {
		l.cells = map[string]*pickCells{}
	}
	c := l.cells[key]
	if c == nil {
		for _, w := range words {
			if w == "" || strings.ContainsAny(w, ",\"\r\n") || strings.TrimSpace(w) != w {
				return fmt.Errorf("sheet %q: the choice %q cannot stand in a drop-down (no commas, quotation marks or line breaks, no space at the ends)", sheetName, w)
			}
		}
		if units(key) > maxListText {
			return fmt.Errorf("sheet %q: a drop-down's choices are longer than the %d characters Excel keeps: shorten them", sheetName, maxListText)
		}
		c = &pickCells{words: words, open: map[int]int{}}
		l.cells[key] = c
		l.order = append(l.order, key)
	}
	if i, ok := c.open[col]; ok && c.ranges[i].last == row-1 {
		c.ranges[i].last = row
		return nil
	}
	if l.count++; l.count > maxPicks {
		return fmt.Errorf("sheet %q: more than %d separate drop-downs; write one workbook for each reviewer", sheetName, maxPicks)
	}
	c.open[col] = len(c.ranges)
	c.ranges = append(c.ranges, pickRange{col: col, first: row, last: row})
	return nil
}

// sqref is the cells as a validation names them.
func (c *pickCells) sqref() string {
	refs := make([]string, len(c.ranges))
	for i, r := range c.ranges {
		refs[i] = rangeName(r.first, r.col, r.last, r.col)
		if r.first == r.last {
			refs[i] = cellName(r.first, r.col)
		}
	}
	return strings.Join(refs, " ")
}
