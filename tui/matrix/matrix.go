// Package matrix is the console's table of everybody against every agent, area,
// object, setting or action: the header and the first column stay, letters and a
// colour a cell, and enter explains the cell.
package matrix

import (
	"context"
	"slices"
	"strings"
	"time"

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

// against is what everybody stands against.
type against struct {
	word  string // "agents": the argument, and in the title
	make  func(o *domain.Org, at time.Time) *domain.Matrix
	alone bool // the columns stay in their own order, not by name
}

// kinds are the matrices there are; the first is shown to begin with.
var kinds = [...]against{
	{"agents", (*domain.Org).AgentMatrix, false},
	{"areas", func(o *domain.Org, at time.Time) *domain.Matrix { return o.AreaMatrix("", at) }, true},
	{"objects", (*domain.Org).ObjectMatrix, false},
	{"settings", (*domain.Org).SettingMatrix, true},
	{"actions", (*domain.Org).ActionMatrix, true},
}

// table is what the page shows: made in a command, not changed after. A column is
// one target, or the four operations on an object, which stand side by side in the
// matrix.
type table struct {
	pic     change.Picture
	matrix  *domain.Matrix
	ladder  domain.Ladder
	per     int      // targets a column
	rows    []int    // places in matrix.Principals, by name
	cols    []int    // places of the columns' first targets
	names   []string // of all principals, made safe
	targets []string // of all columns, by the place of their first target
}

// Page is the matrix. It is made by New.
type Page struct {
	h       *tui.Host
	reads   Reads
	desk    *change.Desk
	kind    int // of kinds
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

// New makes the page; its argument is what to begin with, "areas".
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &Page{h: h, reads: reads, height: 1}
		p.kind = max(slices.IndexFunc(kinds[:], func(k against) bool { return k.word == arg }), 0)
		p.desk = change.NewDesk(h.Env, reads, acts, p.load)
		p.actions = p.makeActions()
		return p
	}
}

// Init implements tui.Page.
func (p *Page) Init() tea.Cmd { return p.load() }

func (p *Page) load() tea.Cmd {
	p.gen++
	gen, kind := p.gen, kinds[p.kind]
	return p.h.Work("working out the matrix", func(ctx context.Context) tea.Msg {
		pic, err := p.reads.Picture(ctx)
		if err != nil {
			return loadedMsg{of: p, gen: gen, err: err}
		}
		return loadedMsg{of: p, gen: gen, t: makeTable(pic, kind)}
	})
}

func makeTable(pic change.Picture, kind against) *table {
	o := pic.Org
	t := &table{pic: pic, matrix: kind.make(o, pic.Now), per: 1}
	if len(t.matrix.Targets) > 0 {
		first := t.matrix.Targets[0].Kind
		t.ladder = domain.LadderOf(first)
		if first.Operation() {
			t.per = len(domain.Operations())
		}
	}
	for i, id := range t.matrix.Principals {
		t.rows, t.names = append(t.rows, i), append(t.names, safe.Text(o.Name(domain.KindPrincipal, id)))
	}
	t.targets = make([]string, len(t.matrix.Targets))
	for i := 0; i < len(t.matrix.Targets); i += t.per {
		t.cols, t.targets[i] = append(t.cols, i), safe.Text(columnName(o, t.matrix.Targets[i]))
	}
	byName := func(names []string) func(a, b int) int {
		return func(a, b int) int { return strings.Compare(strings.ToLower(names[a]), strings.ToLower(names[b])) }
	}
	slices.SortStableFunc(t.rows, byName(t.names))
	if !kind.alone { // areas, settings and actions stay in their own order
		slices.SortStableFunc(t.cols, byName(t.targets))
	}
	return t
}

// columnName is what a column is called: an object without its operation, a setting
// without saying that it is one.
func columnName(o *domain.Org, t domain.Target) string {
	name := review.TargetName(o, t, "")
	switch {
	case t.Kind.Operation():
		return o.Name(domain.KindObject, t.ID)
	case t.Kind == domain.TargetSetting:
		return strings.TrimPrefix(name, "setting ")
	case t.Kind == domain.TargetAction:
		return strings.TrimPrefix(name, "action ")
	}
	return name
}

// letters are what stands in a cell: the mark of the level, or a letter for each
// operation that is allowed.
func (t *table) letters(i, j int) string {
	if t.per == 1 {
		return t.ladder.Mark(t.matrix.At(i, j))
	}
	var levels [4]domain.Level
	for k := range levels[:t.per] {
		levels[k] = t.matrix.At(i, j+k)
	}
	return review.OperationLetters(levels[:t.per]...)
}

// words say a cell: the level, or the operations by name.
func (t *table) words(i, j int) string {
	if t.per == 1 {
		return t.ladder.Word(t.matrix.At(i, j))
	}
	var out []string
	for k := range t.per {
		if t.matrix.At(i, j+k) > domain.Denied {
			out = append(out, domain.OperationWord(t.matrix.Targets[j+k].Kind))
		}
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}

// role is the role a cell is drawn in: nothing, some, the most.
func (t *table) role(i, j int) theme.Role {
	if t.per == 1 {
		return change.LevelRole(t.ladder, t.matrix.At(i, j))
	}
	switch most := t.matrix.At(i, j+t.per-1); {
	case most > domain.Denied || t.matrix.At(i, j+1) > domain.Denied:
		return theme.Edit
	case t.matrix.At(i, j) > domain.Denied:
		return theme.Read
	}
	return theme.Dim
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
	return "Matrix of " + kinds[p.kind].word
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

// cell is what the cursor is on: of an object, seeing it.
func (p *Page) cell() (who domain.ID, target domain.Target) {
	return p.t.matrix.Principals[p.t.rows[p.row]], p.t.matrix.Targets[p.t.cols[p.col]]
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
	if i := strings.LastIndex(name, "› "); kinds[p.kind].word == "areas" && i >= 0 {
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
		letters := p.t.letters(i, p.t.cols[j])
		if at == p.row && j == p.col {
			line = append(line, ui.Span{Role: theme.Selected, Text: "[" + letters + "]"}, ui.Span{Text: safe.Spaces(p.cells - 2 - len(letters))})
			continue
		}
		line = append(line, ui.Span{Role: p.t.role(i, p.t.cols[j]), Text: " " + letters + safe.Spaces(p.cells-1-len(letters))})
	}
	return line
}

// said is the cell of the cursor in words.
func (p *Page) said() ui.Line {
	i, j := p.t.rows[p.row], p.t.cols[p.col]
	return ui.Line{{Role: theme.Title, Text: p.t.names[i]}, {Role: theme.Dim, Text: " on "}, {Role: theme.Title, Text: p.t.targets[j]}, {Text: ": "},
		{Role: p.t.role(i, j), Text: p.t.words(i, j)},
		{Role: theme.Dim, Text: "   " + p.legend()}}
}

// legend says what the letters mean.
func (p *Page) legend() string {
	if p.t.per > 1 {
		return "S See, E Edit, D Delete, X Destroy, - not"
	}
	var parts []string
	for l := range p.t.ladder {
		parts = append(parts, p.t.ladder.Mark(domain.Level(l))+" "+p.t.ladder.Word(domain.Level(l)))
	}
	return strings.Join(parts, ", ")
}
