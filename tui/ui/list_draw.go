package ui

import (
	"fmt"
	"strings"

	"countersign/tui/safe"
	"countersign/tui/theme"
)

const (
	gutter = 2 // cells before the first column: the cursor's '>' and the mark's '*'
	gap    = 2 // cells between columns
)

// layout is which columns are drawn and how wide, for one width.
type layout struct {
	w      int
	cols   []int // indices into Config.Columns
	widths []int
	last   bool // the rightmost column is seen
}

// arrange works out the layout for w cells: the columns with the highest Drop are
// left out until the rest fit, and what is left over goes to those with Flex. With
// passed columns the others move up in their own order behind the one that tells
// the rows apart, as many as fit.
func arrange(cols []Column, w, passed int) layout {
	lay := layout{w: w}
	need := gutter - gap
	if passed > 0 {
		lay.cols, need = slid(cols, w, passed)
		return lay.fill(cols, w-need)
	}
	for i, c := range cols {
		lay.cols = append(lay.cols, i)
		need += c.Width + gap
	}
	for need > w {
		worst := -1
		for at, i := range lay.cols {
			if cols[i].Drop > 0 && (worst < 0 || cols[i].Drop >= cols[lay.cols[worst]].Drop) {
				worst = at
			}
		}
		if worst < 0 {
			break
		}
		need -= cols[lay.cols[worst]].Width + gap
		lay.cols = append(lay.cols[:worst], lay.cols[worst+1:]...)
	}
	return lay.fill(cols, w-need)
}

// slid is the columns seen when n of them were passed over, and the cells they need.
func slid(cols []Column, w, n int) (seen []int, need int) {
	main := 0
	for i, c := range cols {
		if c.Flex > cols[main].Flex {
			main = i
		}
	}
	seen, need = []int{main}, gutter+cols[main].Width
	for i, c := range cols {
		if i == main {
			continue
		}
		if n > 0 && i < len(cols)-1 {
			n--
			continue
		}
		if need+gap+c.Width > w {
			break
		}
		seen, need = append(seen, i), need+gap+c.Width
	}
	return seen, need
}

// fill shares spare cells among the columns seen.
func (lay layout) fill(cols []Column, spare int) layout {
	lay.last = len(lay.cols) > 0 && lay.cols[len(lay.cols)-1] == len(cols)-1
	flex := 0
	for _, i := range lay.cols {
		flex += cols[i].Flex
	}
	spare = max(spare, 0)
	for _, i := range lay.cols {
		cw := cols[i].Width
		if cols[i].Flex > 0 {
			share := spare * cols[i].Flex / flex
			spare, flex = spare-share, flex-cols[i].Flex
			cw += share
		}
		lay.widths = append(lay.widths, cw)
	}
	return lay
}

// View draws the list in h lines of w cells: what is shown of how many, the
// filter in force and the marks; the titles of the columns; the rows.
func (l *List) View(w, h int) string {
	if l.layout.w != w || l.layout.cols == nil {
		l.layout = arrange(l.cfg.Columns, w, l.passed)
	}
	t := l.env.Look()
	var b strings.Builder
	b.Grow((w + 24) * max(h, 1))
	l.drawStatus(&b, t, w)
	left := h - 1
	l.titled = h >= 6
	if l.titled {
		b.WriteByte('\n')
		if l.input != nil {
			l.drawOptions(&b, t, w)
		} else {
			l.drawTitles(&b, t, w)
		}
		left--
	}
	l.drawRows(&b, t, w, left)
	return b.String()
}

// drawRows draws the window in exactly h lines, each after a line feed.
func (l *List) drawRows(b *strings.Builder, t *theme.Theme, w, h int) {
	l.fit(h)
	l.h = max(h, 1)
	l.clickable = l.clickable[:0]
	used := 0
	for i := l.top; i < len(l.rows) && used < h; i++ {
		if l.headed(i, h) && used < h-1 {
			b.WriteByte('\n')
			Line{{theme.Plain, "  "}, {theme.Group, l.rows[i].Group}}.draw(b, t, w)
			l.clickable = append(l.clickable, -1)
			used++
		}
		b.WriteByte('\n')
		l.drawRow(b, t, w, i)
		l.clickable = append(l.clickable, i)
		used++
	}
	for first := true; used < h; used++ {
		b.WriteByte('\n')
		text := ""
		if first {
			text, first = l.placeholder(), false
		}
		Line{{theme.Dim, text}}.draw(b, t, w)
	}
}

// placeholder is what stands after the last row held.
func (l *List) placeholder() string {
	switch {
	case l.failed != "":
		return "  " + l.failed
	case l.busy != [3]bool{} || !l.loaded:
		return "  loading " + l.cfg.What + " …"
	case len(l.rows) == 0 && l.query.Filter != "":
		return "  no " + l.cfg.What + " pass the filter; esc clears it"
	case len(l.rows) == 0:
		return "  no " + l.cfg.What
	}
	return ""
}

// headed says whether a group header stands over row i in a window of h lines:
// where a group begins, and over the first row drawn.
func (l *List) headed(i, h int) bool {
	g := l.rows[i].Group
	return g != "" && h >= 4 && (i == l.top || l.rows[i-1].Group != g)
}

// fit moves the window so that the cursor is in it, headers counted.
func (l *List) fit(h int) {
	if len(l.rows) == 0 {
		l.cur, l.top = 0, 0
		return
	}
	l.top = min(max(l.top, 0), l.cur)
	l.top = max(l.top, l.cur-max(h, 1)+1)
	// With everything held to the end, do not leave the lower half of the window
	// empty after the window grew.
	if l.atEnd && l.top > 0 && len(l.rows)-l.top < h && !l.grouped() {
		l.top = max(len(l.rows)-h, 0)
	}
	for l.top < l.cur && l.linesTo(l.cur, h) > h {
		l.top++
	}
}

func (l *List) grouped() bool { return l.rows[0].Group != "" }

// linesTo is how many lines the window takes from its top to row i.
func (l *List) linesTo(i, h int) int {
	n := 0
	for j := l.top; j <= i; j++ {
		n++
		if l.headed(j, h) {
			n++
		}
	}
	return n
}

// drawRow draws row i: one style for the whole line where it can be.
func (l *List) drawRow(b *strings.Builder, t *theme.Theme, w, i int) {
	r := &l.rows[i]
	marked := l.Marked(r.Key)
	whole, one := r.Role, false
	switch {
	case i == l.cur:
		whole, one = theme.Selected, true
	case marked:
		whole, one = theme.Marked, true
	}
	start, end := "", ""
	if one {
		start, end = t.Bracket(whole)
	}
	b.WriteString(start)
	cursor, mark := " ", " "
	if i == l.cur {
		cursor = ">"
	}
	if marked {
		mark = "*"
	}
	left := w
	put := func(role theme.Role, s string, sw int) {
		if sw > left {
			s, sw = safe.Pad(s, left), left
		}
		left -= sw
		if one {
			b.WriteString(s)
		} else {
			t.Append(b, role, s)
		}
	}
	put(theme.Plain, cursor+mark, gutter)
	for at, ci := range l.layout.cols {
		if at > 0 {
			put(theme.Plain, "  ", gap)
		}
		c := r.cell(ci)
		role := c.Role
		if role == theme.Plain {
			role = whole
		}
		cw := l.layout.widths[at]
		cut := safe.Truncate
		if l.cfg.Columns[ci].Ends {
			cut = safe.Middle
		}
		text := cut(c.Text, cw)
		tw := safe.Width(text)
		if l.cfg.Columns[ci].Right {
			put(theme.Plain, safe.Spaces(cw-tw), cw-tw)
			put(role, text, tw)
		} else {
			put(role, text, tw)
			put(theme.Plain, safe.Spaces(cw-tw), cw-tw)
		}
	}
	b.WriteString(safe.Spaces(left))
	b.WriteString(end)
}

func (l *List) drawTitles(b *strings.Builder, t *theme.Theme, w int) {
	var line strings.Builder
	line.WriteString("  ")
	for at, ci := range l.layout.cols {
		if at > 0 {
			line.WriteString("  ")
		}
		c := l.cfg.Columns[ci]
		if c.Right {
			line.WriteString(safe.PadLeft(c.Title, l.layout.widths[at]))
		} else {
			line.WriteString(safe.Pad(c.Title, l.layout.widths[at]))
		}
	}
	titles := line.String()
	if len(l.layout.cols) == len(l.cfg.Columns) {
		Line{{theme.Dim, titles}}.draw(b, t, w)
		return
	}
	// Columns there is no room for are told of before the first.
	left, right := " ", " "
	if l.passed > 0 {
		left = "<"
	}
	if !l.layout.last || l.passed == 0 {
		right = t.Sign.Ellipsis
	}
	Line{{theme.Key, left + right}, {theme.Dim, titles[gutter:]}}.draw(b, t, w)
}

// drawStatus draws the line over the rows. While the filter is typed it is the
// input.
func (l *List) drawStatus(b *strings.Builder, t *theme.Theme, w int) {
	count := " " + l.position()
	if l.input != nil {
		room := max(w-safe.Width(count)-10, min(w-9, 12))
		b.WriteString(t.Style(theme.Key, safe.Pad(" filter: ", min(w, 9))))
		b.WriteString(l.input.Draw(t, room, true))
		Line{{theme.Dim, " " + count}}.draw(b, t, w-room-9)
		return
	}
	line := Line{{theme.Plain, count}}
	// The filter comes next: it may not be pushed out of sight by anything else.
	if l.query.Filter != "" {
		line = append(line, Span{theme.Plain, "   "}, Span{theme.Warn, "filter: " + l.query.Filter})
	}
	if n := l.markCount(); n != 0 {
		what := fmt.Sprintf("%d marked", n)
		if l.all {
			what = "all marked"
			if l.query.Filter != "" {
				what = "all filtered marked"
			}
			if n > 0 {
				what = fmt.Sprintf("%s (%d)", what, n)
			}
		}
		line = append(line, Span{theme.Plain, "   "}, Span{theme.Marked, what})
	}
	if l.anchor != "" {
		line = append(line, Span{theme.Plain, "   "}, Span{theme.Marked, "range begun"})
	}
	if l.query.Sort != "" || l.query.Reverse {
		line = append(line, Span{theme.Dim, "   " + l.sortWords()})
	}
	line.draw(b, t, w)
}

// position is "143 of 340", as far as it is known.
func (l *List) position() string {
	switch {
	case len(l.rows) == 0 && l.loaded && l.busy == [3]bool{}:
		return "0 " + l.cfg.What
	case len(l.rows) == 0:
		return l.cfg.What
	case l.offset >= 0 && l.total >= 0:
		return fmt.Sprintf("%d of %d", l.offset+l.cur+1, l.total)
	case l.total >= 0:
		return fmt.Sprintf("%d %s", l.total, l.cfg.What)
	case l.offset >= 0:
		return fmt.Sprintf("%d of many", l.offset+l.cur+1)
	}
	return l.cfg.What
}

func (l *List) sortWords() string {
	words := "by " + l.query.Sort
	for _, s := range l.cfg.Sorts {
		if s.ID == l.query.Sort {
			words = "by " + s.Title
		}
	}
	if l.query.Sort == "" {
		words = "order"
	}
	if l.query.Reverse {
		words += ", reversed"
	}
	return words
}
