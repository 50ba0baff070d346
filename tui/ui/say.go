package ui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"countersign/tui/safe"
	"countersign/tui/theme"
)

// Said is what a list or a tree shows, in words, for who reads it line by line.
type Said struct {
	Key   string // of the row selected, "" without rows
	Place string // "12 of 300", as far as it is known
	Group string // the heading the row stands under
	Row   string // its columns, each after its title
	State string // the filter, the marks and the order in force
	Empty string // why there is no row: "no people", a filter that is wrong
}

// said is the list in words.
func (l *List) said() Said {
	s := Said{Key: l.key(), Place: l.position(), State: l.state()}
	if s.Key == "" {
		s.Empty = l.placeholder()
		return s
	}
	r := l.rows[l.cur]
	s.Group, s.Row = r.Group, l.rowWords(r)
	return s
}

// rowWords is a row as its columns, each after its title.
func (l *List) rowWords(r Row) string {
	var out []string
	if l.Marked(r.Key) {
		out = append(out, "marked")
	}
	for i, c := range l.cfg.Columns {
		text := cellWords(r.cell(i))
		switch {
		case text == "":
		case c.Title == "":
			out = append(out, text)
		default:
			out = append(out, c.Title+" "+text)
		}
	}
	return strings.Join(out, "; ")
}

// cellWords is a cell without the letter that stands for its word.
func cellWords(c Cell) string {
	text := strings.TrimSpace(c.Text)
	mark, word, _ := strings.Cut(text, " ")
	word = strings.TrimSpace(word)
	switch {
	case len(mark) != 1 || c.Role != theme.DecisionRole(mark):
		return text
	case mark == theme.DecisionOpen && word == "":
		return "open"
	case mark == theme.DecisionReduce && word != "":
		return "reduce to " + word
	case word == "":
		return text
	}
	return word
}

// state is the filter, the marks and the order in force.
func (l *List) state() string {
	var out []string
	if l.query.Filter != "" {
		out = append(out, "filter "+safe.Text(l.query.Filter))
	}
	switch n := l.markCount(); {
	case l.all && l.query.Filter != "":
		out = append(out, "all that pass the filter are marked")
	case l.all:
		out = append(out, "all are marked")
	case n > 0:
		out = append(out, fmt.Sprintf("%d marked", n))
	}
	if l.anchor != "" {
		out = append(out, "a range is begun")
	}
	if l.query.Sort != "" || l.query.Reverse {
		out = append(out, l.sortWords())
	}
	return strings.Join(out, "; ")
}

// window is up to n rows from the selected one on, in words, each after its place.
func (l *List) window(n int) []string {
	var out []string
	group := ""
	for i := l.cur; i < len(l.rows) && i < l.cur+n; i++ {
		if g := l.rows[i].Group; g != group {
			group = g
			out = append(out, g+":")
		}
		place := ""
		if l.offset >= 0 {
			place = fmt.Sprintf("%d: ", l.offset+i+1)
		}
		out = append(out, place+l.rowWords(l.rows[i]))
	}
	return out
}

// seat is where the cursor is, counted from 1, and how many rows there are; 0 where
// that is not known.
func (l *List) seat() (at, of int) {
	if l.offset < 0 || len(l.rows) == 0 {
		return 0, max(l.total, 0)
	}
	return l.offset + l.cur + 1, max(l.total, l.offset+len(l.rows))
}

// said is the tree in words.
func (t *Tree[N]) said() Said {
	if len(t.shown) == 0 {
		return Said{Empty: "nothing is here"}
	}
	n := t.shown[t.cur]
	return Said{Key: n.node.Key(), Place: fmt.Sprintf("%d of %d", t.cur+1, len(t.shown)), Row: t.nodeWords(n)}
}

// nodeWords is a node with its level and where that comes from.
func (t *Tree[N]) nodeWords(n shownNode[N]) string {
	out := safe.Text(n.node.Label())
	if n.depth > 0 {
		out += fmt.Sprintf(", level %d", n.depth+1)
	}
	if n.kids {
		fold := ", folded"
		if t.open[n.node.Key()] {
			fold = ", unfolded"
		}
		out += fold
	}
	if len(t.cfg.Columns) == 0 {
		return out
	}
	v := t.cfg.Value(n.node)
	word := func(i int) string {
		if i < 0 || i >= len(t.cfg.Columns) {
			return "nothing"
		}
		return t.cfg.Columns[i]
	}
	out += ": " + word(v.Effective)
	switch {
	case v.Changed:
		out += ", changed and not yet proposed"
	case v.Own != Unset && v.Own != v.Effective:
		out += ", set to " + word(v.Own) + " here"
	case v.Own != Unset:
		out += ", set here"
	case v.From != "":
		out += " from " + v.From
	}
	return out
}

func (t *Tree[N]) window(n int) []string {
	var out []string
	for i := t.cur; i < len(t.shown) && i < t.cur+n; i++ {
		out = append(out, fmt.Sprintf("%d: %s", i+1, t.nodeWords(t.shown[i])))
	}
	return out
}

func (t *Tree[N]) seat() (at, of int) { return t.cur + 1, len(t.shown) }

// Main is the first pane.
func (p *Panes) Main() Main { return p.cfg.Main }

// Said is what the first pane shows, in words.
func (p *Panes) Said() Said { return p.cfg.Main.said() }

// Window is up to n rows of the first pane from the selected one on, in words.
func (p *Panes) Window(n int) []string { return p.cfg.Main.window(n) }

// Seat is where the cursor of the first pane is, counted from 1, and how many rows
// there are; 0 where that is not known.
func (p *Panes) Seat() (at, of int) { return p.cfg.Main.seat() }

// Over is what stands over both panes, in words; w and h are those of the page.
func (p *Panes) Over(w, h int) []string {
	if p.cfg.Top == nil {
		return nil
	}
	return Unboxed(p.cfg.Top(w, h))
}

// Details are what is known of the row selected, in words, wrapped to w cells.
func (p *Panes) Details(w int) []string {
	if p.cfg.Detail == nil {
		return nil
	}
	lines := p.cfg.Detail(w, manyLines)
	if p.cfg.Foot != nil {
		lines = append(lines[:len(lines):len(lines)], p.cfg.Foot(w, manyLines)...)
	}
	return LinesWords(lines)
}

// Unboxed is drawn lines as text: without styles, without lines that only part
// others, and without the blanks that line columns up.
func Unboxed(lines []string) []string {
	var out []string
	for _, l := range lines {
		l = strings.Join(strings.Fields(ansi.Strip(l)), " ")
		if strings.Trim(l, " |-+=_─│┌┐└┘├┤┬┴┼") == "" {
			continue
		}
		out = append(out, l)
	}
	return out
}

// manyLines is as many lines as details are asked for where they are read out.
const manyLines = 1000
