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
		if at := &p.columns[i]; at.width > 0 && (at.wrap || c.Class() == sheet.Wrapped) {
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
		n += max(1, int(math.Ceil(float64(units(line))*1.08/width)))
		if n*lineHeight > maxHeight {
			break
		}
	}
	return n
}
