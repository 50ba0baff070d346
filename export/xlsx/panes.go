package xlsx

import (
	"fmt"
	"strconv"
	"strings"
)

// The most rows, their height in points and the widest columns, in characters, that
// frozen panes may hold: whoever looks at a sheet cannot scroll to what a frozen pane has
// beyond the window. One row of the greatest height that a row has is within it.
const (
	mostFrozenRows   = 24
	mostFrozenHeight = 420.0
	mostFrozenWidth  = 150.0
	usualWidth       = 9.0 // of a column that says none
	mostSpans        = 4096
)

// panes is how a sheet is cut into panes that stay and panes that move.
type panes struct {
	frozen     bool
	rows, cols int       // in the panes that stay
	top        [2]int    // row and column that the first pane begins with
	scrolled   [2]int    // that the pane which moves begins with
	widths     []colSpan // of columns
	usual      float64
	heights    map[int]float64 // of the rows that stay, where they say one
	line       float64         // height of those that say none
}

type colSpan struct {
	from, to int
	width    float64
}

// wide is how wide the columns are that stay.
func (p *panes) wide() (sum float64) {
	usual := p.usual
	if usual == 0 {
		usual = usualWidth
	}
	for c := 1; c <= p.cols && c <= maxCols && sum <= mostFrozenWidth; c++ {
		w := usual
		for _, s := range p.widths {
			if c >= s.from && c <= s.to {
				w = s.width
			}
		}
		sum += w
	}
	return sum
}

// height takes the height of a row, if it is one that stays.
func (p *panes) height(row int, points string) {
	f, err := strconv.ParseFloat(strings.TrimSpace(points), 64)
	if !p.frozen || row < 1 || row > min(p.rows, mostFrozenRows) || err != nil {
		return
	}
	if p.heights == nil {
		p.heights = map[int]float64{}
	}
	p.heights[row] = f
}

// tall is how high the rows are that stay.
func (p *panes) tall() (sum float64) {
	for row := 1; row <= min(p.rows, mostFrozenRows); row++ {
		if h, ok := p.heights[row]; ok {
			sum += h
		} else {
			sum += max(p.line, lineHeight)
		}
	}
	return sum
}

// faults says what the panes keep from whoever looks at the sheet, and remarks where
// it only opens further down: from there one can scroll back.
func (p *panes) faults(name string) (faults, remarks []string) {
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Sprintf("sheet %q: ", name)+fmt.Sprintf(format, args...))
	}
	if !p.frozen {
		if p.top[0] > 1 || p.top[1] > 1 {
			remarks = append(remarks, fmt.Sprintf("sheet %q opens at cell %s; what stands before it is reached by scrolling", name, cellName(p.top[0], p.top[1])))
		}
		return faults, remarks
	}
	if p.top[0] > 1 && p.rows > 0 {
		fault("its panes are frozen with row %d on top: nobody can scroll to the rows above it", p.top[0])
	}
	if p.top[1] > 1 && p.cols > 0 {
		fault("its panes are frozen with column %s on the left: nobody can scroll to the columns before it", columnName(p.top[1]))
	}
	if p.rows > mostFrozenRows {
		fault("%d rows are frozen, more than a window shows: nobody can scroll to the last of them", p.rows)
	}
	if h := p.tall(); h > mostFrozenHeight && p.rows <= mostFrozenRows {
		fault("the rows that are frozen are %.0f points high, more than a window shows: nobody can scroll to the last of them", h)
	}
	if w := p.wide(); w > mostFrozenWidth {
		fault("%d columns are frozen, wider than a window: nobody can scroll to the last of them", p.cols)
	}
	if len(faults) == 0 && (p.scrolled[0] > p.rows+1 || p.scrolled[1] > p.cols+1) {
		remarks = append(remarks, fmt.Sprintf("sheet %q opens at cell %s behind its frozen panes; what stands between is reached by scrolling", name,
			cellName(max(p.scrolled[0], 1), max(p.scrolled[1], 1))))
	}
	return faults, remarks
}

// view takes the attributes of a sheet's view.
func (p *panes) view(topLeft string) {
	if row, col, ok := parseCell(topLeft); ok {
		p.top = [2]int{row, col}
	}
}

// pane takes the attributes of its panes (ECMA-376, 18.3.1.66).
func (p *panes) pane(state, topLeft string, rows, cols int) {
	if p.frozen = state == "frozen" || state == "frozenSplit"; p.frozen {
		p.rows, p.cols = rows, cols
	}
	if row, col, ok := parseCell(topLeft); ok {
		p.scrolled = [2]int{row, col}
	}
}
