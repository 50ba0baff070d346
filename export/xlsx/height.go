package xlsx

import (
	"math"
	"strings"

	"countersign/export/sheet"
)

// Heights of rows in points.
const (
	lineHeight = 15
	maxHeight  = 409 // Excel's
	maxUpright = 240 // of a header that reads from the bottom up
	// wideFont is by how much the letters of a font are wider that a program takes
	// where it has not ours. A cover's few rows leave room for it.
	wideFont = 1.15
)

// height is the height a row needs, 0 where the usual one does: some programs do
// not work it out for themselves. It is a first guess that any program replaces
// when the row is edited.
func (p *part) height(cells []sheet.Cell) int {
	lines, points := 1, 0
	for i := range cells {
		c := &cells[i]
		switch c.Class() {
		case sheet.Upright:
			points = max(points, min(maxUpright, 26+6*units(c.Text())))
			continue
		case sheet.Title, sheet.Heading, sheet.Banner:
			points = max(points, int(math.Ceil(1.4*palette[c.Class()].size)))
		}
		if c.Kind() != sheet.Text || i >= len(p.columns) {
			continue
		}
		at := &p.columns[i]
		switch own := c.Class() == sheet.Wrapped || c.Class() == sheet.Name; {
		case at.width == 0:
		case c.Class() == sheet.Head:
			lines = max(lines, wrapped(c.Text(), at.width-button+1))
		case own && p.table == nil:
			lines = max(lines, wrapped(c.Text(), at.width/wideFont))
		case own || at.wrap:
			lines = max(lines, wrapped(c.Text(), at.width))
		}
	}
	if lines > 1 {
		points = max(points, lines*lineHeight)
	}
	return min(points, maxHeight)
}

// wrapped guesses how many lines a text takes in a column.
func wrapped(s string, width float64) int {
	if float64(len(s)) < width && !strings.Contains(s, "\n") {
		return 1
	}
	n := 0
	for line := range strings.SplitSeq(s, "\n") {
		n += broken(line, width/1.08)
		if n*lineHeight > maxHeight {
			break
		}
	}
	return n
}

// broken counts the lines of a text that breaks between words, and inside those that
// are longer than a line.
func broken(s string, width float64) int {
	lines, used := 1, 0.0
	for word := range strings.SplitSeq(s, " ") {
		n := float64(units(word))
		switch {
		case used == 0:
			used = n
		case used+1+n <= width:
			used += 1 + n
			continue
		default:
			lines, used = lines+1, n
		}
		if used > width {
			more := math.Ceil(used/width) - 1
			lines, used = lines+int(more), used-more*width
		}
	}
	return lines
}
