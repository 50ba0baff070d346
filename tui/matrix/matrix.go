// Package matrix is the console's table of everybody against every agent, or every
// area: the header and the first column stay, a letter and a colour a cell, and
// enter explains the cell.
package matrix

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/change"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Reads are what the page reads.
type Reads interface{ change.Reads }

// Acts are what the page does: the change an explanation leads to.
type Acts interface{ change.Acts }

// table is what the page shows: made in a command, not changed after.
type table struct {
	pic     change.Picture
	matrix  *domain.Matrix
	ladder  domain.Ladder
	rows    []int // places in matrix.Principals, by name
	cols    []int
	names   []string // of all principals, made safe
	targets []string // of all targets
}

// Page is the matrix. It is made by New.
type Page struct {
	h       *tui.Host
	reads   Reads
	desk    *change.Desk
	areas   bool // against areas, else against agents
	t       *table
	gen     int
	fail    string
	row     int // the cursor
	col     int
	top     int // first row and column drawn
	left    int
	height  int // rows drawn last
	cells   int // width of a cell drawn last
	actions action.Table
}

type loadedMsg struct {
	of  *Page
	gen int
	t   *table
	err error
}

// New makes the page; the argument "areas" begins with areas.
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &Page{h: h, reads: reads, areas: arg == "areas", height: 1}
		p.desk = change.NewDesk(h.Env, reads, acts, p.load)
		p.actions = p.makeActions()
		return p
	}
}

// Init implements tui.Page.
func (p *Page) Init() tea.Cmd { return p.load() }

func (p *Page) load() tea.Cmd {
	p.gen++
	gen, areas := p.gen, p.areas
	return p.h.Work("working out the matrix", func(ctx context.Context) tea.Msg {
		pic, err := p.reads.Picture(ctx)
		if err != nil {
			return loadedMsg{of: p, gen: gen, err: err}
		}
		return loadedMsg{of: p, gen: gen, t: makeTable(pic, areas)}
	})
}

func makeTable(pic change.Picture, areas bool) *table {
	o := pic.Org
	t := &table{pic: pic, matrix: o.AgentMatrix(pic.Now), ladder: domain.LadderOf(domain.TargetAgent)}
	if areas {
		t.matrix, t.ladder = o.AreaMatrix("", pic.Now), domain.LadderOf(domain.TargetArea)
	}
	for i, id := range t.matrix.Principals {
		t.rows, t.names = append(t.rows, i), append(t.names, safe.Text(o.Name(domain.KindPrincipal, id)))
	}
	for i, target := range t.matrix.Targets {
		t.cols, t.targets = append(t.cols, i), append(t.targets, safe.Text(review.TargetName(o, target, "")))
	}
	byName := func(names []string) func(a, b int) int {
		return func(a, b int) int { return strings.Compare(strings.ToLower(names[a]), strings.ToLower(names[b])) }
	}
	slices.SortStableFunc(t.rows, byName(t.names))
	if !areas { // areas stay in the order of their catalogue
		slices.SortStableFunc(t.cols, byName(t.targets))
	}
	return t
}

// Update implements tui.Page.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case loadedMsg:
		if m.of == p && m.gen == p.gen {
			p.take(m)
		}
	case tea.MouseWheelMsg:
		switch m.Button {
		case tea.MouseWheelUp:
			return p.move(-3, 0)
		case tea.MouseWheelDown:
			return p.move(3, 0)
		}
	}
	return p.desk.Update(msg)
}

func (p *Page) take(m loadedMsg) {
	if m.err != nil {
		p.fail = m.err.Error()
		p.h.Fail(m.err)
		return
	}
	p.t, p.fail = m.t, ""
	p.clamp()
}

// Returned implements tui.Returner.
func (p *Page) Returned() tea.Cmd { return p.load() }

// Title implements tui.Page.
func (p *Page) Title() string {
	if p.areas {
		return "Matrix of areas"
	}
	return "Matrix of agents"
}

// Actions implements tui.Page.
func (p *Page) Actions() action.Table { return p.actions }

func (p *Page) empty() bool { return p.t == nil || len(p.t.rows) == 0 || len(p.t.cols) == 0 }

func (p *Page) clamp() {
	if p.empty() {
		p.row, p.col = 0, 0
		return
	}
	p.row = min(max(p.row, 0), len(p.t.rows)-1)
	p.col = min(max(p.col, 0), len(p.t.cols)-1)
}

func (p *Page) move(rows, cols int) tea.Cmd {
	p.row, p.col = p.row+rows, p.col+cols
	p.clamp()
	return nil
}

// cell is what the cursor is on.
func (p *Page) cell() (who domain.ID, target domain.Target, level domain.Level) {
	i, j := p.t.rows[p.row], p.t.cols[p.col]
	return p.t.matrix.Principals[i], p.t.matrix.Targets[j], p.t.matrix.At(i, j)
}

// Widths of the frozen column, and the least and the most of the others.
const (
	firstWidth = 24
	cellWidth  = 12
	cellMost   = 28
)

// View implements tui.Page: a line of names, the rows, a line that says the cell.
func (p *Page) View(w, h int) string {
	look := p.h.Look()
	switch {
	case p.fail != "":
		return ui.Block(look, ui.Paragraph(theme.Danger, p.fail, w), w, h)
	case p.t == nil:
		return ui.Block(look, []ui.Line{ui.Text(theme.Dim, "working it out"+look.Sign.Ellipsis)}, w, h)
	case p.empty():
		return ui.Block(look, []ui.Line{ui.Plain("There is nobody, or nothing, to show here.")}, w, h)
	case h < 3:
		return ui.Block(look, []ui.Line{p.said()}, w, h)
	}
	first := min(firstWidth, max(w/3, 8))
	p.cells = min(max((w-first)/len(p.t.cols), cellWidth), cellMost)
	fit := max((w-first)/p.cells, 1)
	p.height = h - 2
	p.top = within(p.top, p.row, p.height, len(p.t.rows))
	p.left = within(p.left, p.col, fit, len(p.t.cols))
	var b strings.Builder
	b.Grow((w + 64) * h)
	b.WriteString(p.header(first, fit).Draw(look, w))
	for i := range p.height {
		b.WriteByte('\n')
		if at := p.top + i; at < len(p.t.rows) {
			b.WriteString(p.line(at, first, fit).Draw(look, w))
		} else {
			b.WriteString(safe.Spaces(w))
		}
	}
	b.WriteByte('\n')
	b.WriteString(p.said().Draw(look, w))
	return b.String()
}

// within is the first of the n things drawn, room at a time, so that at is seen.
func within(from, at, room, n int) int {
	return max(min(max(min(from, at), at-room+1), n-room), 0)
}

func (p *Page) header(first, fit int) ui.Line {
	arrows := ""
	if p.left > 0 {
		arrows = "<"
	}
	if p.left+fit < len(p.t.cols) {
		arrows += ">"
	}
	line := ui.Line{{Role: theme.Dim, Text: safe.Pad(arrows, first)}}
	for j := p.left; j < min(p.left+fit, len(p.t.cols)); j++ {
		role := theme.Dim
		if j == p.col {
			role = theme.Title
		}
		line = append(line, ui.Span{Role: role, Text: safe.Pad(p.short(p.t.targets[p.t.cols[j]]), p.cells-1) + " "})
	}
	return line
}

// short is an area's own name for the header; the line below says it whole.
func (p *Page) short(name string) string {
	if i := strings.LastIndex(name, "› "); p.areas && i >= 0 {
		return name[i:]
	}
	return name
}

// line is one person's: the name, and a letter for each level; the cell of the
// cursor stands in brackets.
func (p *Page) line(at, first, fit int) ui.Line {
	mark, role := "  ", theme.Plain
	if at == p.row {
		mark, role = "> ", theme.Title
	}
	i := p.t.rows[at]
	line := ui.Line{{Role: role, Text: mark + safe.Pad(p.t.names[i], first-3) + " "}}
	for j := p.left; j < min(p.left+fit, len(p.t.cols)); j++ {
		l := p.t.matrix.At(i, p.t.cols[j])
		letter := p.t.ladder.Mark(l)
		if at == p.row && j == p.col {
			line = append(line, ui.Span{Role: theme.Selected, Text: "[" + letter + "]"}, ui.Span{Text: safe.Spaces(p.cells - 3)})
			continue
		}
		line = append(line, ui.Span{Role: change.LevelRole(p.t.ladder, l), Text: " " + letter + safe.Spaces(p.cells-2)})
	}
	return line
}

// said is the cell of the cursor in words.
func (p *Page) said() ui.Line {
	_, _, level := p.cell()
	i, j := p.t.rows[p.row], p.t.cols[p.col]
	return ui.Line{{Role: theme.Title, Text: p.t.names[i]}, {Role: theme.Dim, Text: " on "}, {Role: theme.Title, Text: p.t.targets[j]}, {Text: ": "},
		{Role: change.LevelRole(p.t.ladder, level), Text: p.t.ladder.Word(level)},
		{Role: theme.Dim, Text: "   " + p.legend()}}
}

// legend says what the letters mean.
func (p *Page) legend() string {
	var parts []string
	for l := range p.t.ladder {
		parts = append(parts, p.t.ladder.Mark(domain.Level(l))+" "+p.t.ladder.Word(domain.Level(l)))
	}
	return strings.Join(parts, ", ")
}
