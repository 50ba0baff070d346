package ui

import (
	"strings"

	"countersign/tui/safe"
	"countersign/tui/theme"
)

// Where an effective level comes from gets at most sourceWidth cells, and only
// what the labels leave of it: without leastSource cells only the mark is drawn.
const (
	sourceWidth = 26
	leastSource = 12
	labelWidth  = 30
)

// View draws the tree in h lines of w cells: the words of the columns, then the
// nodes.
func (t *Tree[N]) View(w, h int) string {
	look := t.env.Look()
	var b strings.Builder
	b.Grow((w + 48) * max(h, 1))
	t.titles().draw(&b, look, w, t)
	t.h = max(h-1, 1)
	t.top = max(min(t.top, t.cur), t.cur-t.h+1, 0)
	if len(t.shown)-t.top < t.h {
		t.top = max(len(t.shown)-t.h, 0)
	}
	for i := range h - 1 {
		b.WriteByte('\n')
		if at := t.top + i; at < len(t.shown) {
			t.row(look, at).draw(&b, look, w, t)
		} else {
			b.WriteString(safe.Spaces(w))
		}
	}
	return b.String()
}

// treeLine is a line of the tree: what goes to the left, and the columns at the
// right edge.
type treeLine struct {
	left, right Line
	selected    bool
}

// columnsWidth is the cells the columns take in a tree of w cells.
func (t *Tree[N]) columnsWidth(w int) int {
	if len(t.cfg.Columns) == 0 {
		return 0
	}
	n := 3
	for _, c := range t.cfg.Columns {
		n += safe.Width(c) + 2
	}
	if left := min(w-n-labelWidth, sourceWidth); left >= leastSource {
		n += left
	}
	return min(n, w)
}

// widther is what a line needs to know of its tree.
type widther interface{ columnsWidth(w int) int }

func (l treeLine) draw(b *strings.Builder, look *theme.Theme, w int, t widther) {
	rw := t.columnsWidth(w)
	if !l.selected {
		l.left.draw(b, look, w-rw)
		l.right.draw(b, look, rw)
		return
	}
	// One style for the whole line.
	var plain strings.Builder
	strip(l.left).draw(&plain, look, w-rw)
	strip(l.right).draw(&plain, look, rw)
	look.Append(b, theme.Selected, plain.String())
}

// strip is the line without roles.
func strip(l Line) Line {
	out := make(Line, len(l))
	for i, s := range l {
		out[i] = Span{Text: s.Text}
	}
	return out
}

func (t *Tree[N]) titles() treeLine {
	var right Line
	for _, c := range t.cfg.Columns {
		right = append(right, Span{theme.Dim, c + "  "})
	}
	if len(t.cfg.Columns) > 0 {
		right = append(right, Span{theme.Dim, "= effective"})
	}
	return treeLine{right: right}
}

// row is the line of node at.
func (t *Tree[N]) row(look *theme.Theme, at int) treeLine {
	s := t.shown[at]
	sign, cursor, own := look.Sign.Leaf, " ", " "
	if s.kids {
		sign = look.Sign.Folded
		if t.open[s.node.Key()] {
			sign = look.Sign.Unfolded
		}
	}
	if at == t.cur {
		cursor = ">"
	}
	line := treeLine{selected: at == t.cur}
	role := theme.Plain
	if len(t.cfg.Columns) > 0 {
		v := t.cfg.Value(s.node)
		if v.Own != Unset {
			own, role = "*", theme.Marked
		} else {
			role = theme.Dim
		}
		if v.Changed {
			own, role = "!", theme.Warn
		}
		line.right = t.radios(look, v, role)
	}
	line.left = Line{{theme.Plain, cursor}, {role, own}, {theme.Plain, safe.Spaces(1 + 2*s.depth)}, {theme.Frame, sign}, {theme.Plain, " " + safe.Text(s.node.Label())}}
	return line
}

// radios is the columns of a node: its own level filled, an inherited one hollow.
func (t *Tree[N]) radios(look *theme.Theme, v Value, role theme.Role) Line {
	var out Line
	for i, c := range t.cfg.Columns {
		sign, r := look.Sign.RadioOff, theme.Frame
		switch {
		case v.Lacks&(1<<i) != 0:
			sign = " "
		case v.Own == i:
			sign, r = look.Sign.RadioOn, role
		case v.Own == Unset && v.Effective == i:
			sign, r = look.Sign.RadioInherited, theme.Dim
		}
		cw := safe.Width(c)
		left := (cw - 1) / 2
		out = append(out, Span{theme.Plain, safe.Spaces(left)}, Span{r, sign}, Span{theme.Plain, safe.Spaces(cw - 1 - left + 2)})
	}
	mark := "?"
	if v.Effective >= 0 && v.Effective < len(t.cfg.Marks) {
		mark = t.cfg.Marks[v.Effective]
	}
	markRole := theme.LevelRole(mark)
	if v.Mark != "" {
		mark = v.Mark
	}
	out = append(out, Span{theme.Plain, "= "}, Span{markRole, mark})
	if v.From != "" {
		out = append(out, Span{theme.Dim, " from " + v.From})
	}
	return out
}
