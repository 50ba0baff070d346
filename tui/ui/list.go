package ui

import (
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
)

const (
	pageRows = 200  // rows asked for at a time
	keepRows = 1200 // rows held around the cursor
	nearEdge = 100  // how close to the end of what is held more is asked for
)

// Column is one column of a list.
type Column struct {
	Title string
	Width int  // cells; the least, with Flex
	Flex  int  // share of the width left over
	Drop  int  // 0 stays; the highest is left out first when the width runs short
	Right bool // to the right edge: numbers
	Ends  bool // its texts are told apart by their ends: what is too long is cut in the middle
}

// Sort is an order the source knows.
type Sort struct{ ID, Title string }

// Config is what a list is made of. Only Columns and Source are needed.
type Config struct {
	What    string // plural, for "loading people" and "no people"
	Columns []Column
	Source  Source
	Sorts   []Sort
	Query   Query // to begin with
	Marks   bool  // rows can be marked
	// Moved is called in Update when another row is selected, for the preview.
	Moved func() tea.Cmd
	// Enter opens the selected row; it never decides.
	Enter func(Row) tea.Cmd
}

// List is a window onto a source of any number of rows: it holds a few pages
// around the cursor, draws the visible rows, and asks for more in commands. A
// page routes messages to Update and lists Actions among its own.
//
// Invariants: the rows held are adjacent in the order of the query; the cursor is
// on a held row whenever there is one; answers to an older query are dropped; the
// selection stays with its key over a resize and a reload.
type List struct {
	env *Env
	cfg Config

	rows           []Row // made safe
	offset, total  int   // place of rows[0], rows of the query; -1 unknown
	atStart, atEnd bool
	cur, top       int // the cursor, the first row drawn: indices into rows
	pending        int // moves beyond what is held, waiting for rows

	gen       int // grows with each new query or jump
	busy      [3]bool
	loaded    bool
	base      context.Context // of the loads of this generation
	stop      context.CancelFunc
	failed    string
	query     Query
	lastKey   string
	resume    string // the row to begin at, "" for the first
	input     *Input // while the filter is typed
	fault     string // what is wrong with it as far as it is typed
	marks     map[string]bool
	all       bool // every row of the query is marked, those in marks not
	anchor    string
	layout    layout
	passed    int   // columns passed over to the right
	h         int   // rows drawn last
	clickable []int // the row in each line drawn, -1 for a group header
	titled    bool
	panes     *Panes // whose list it is; nil: nobody's
	actions   action.Table
}

// kind is what a load does to the rows held.
type kind uint8

const (
	fresh kind = iota
	further
	earlier
)

type loadedMsg struct {
	list *List
	gen  int
	kind kind
	req  Request
	page Page
	err  error
}

type foundMsg struct {
	list *List
	gen  int
	key  string
	ok   bool
	what string
	err  error
}

// NewList makes a list; Init loads it.
func NewList(env *Env, cfg Config) *List {
	if cfg.What == "" {
		cfg.What = "rows"
	}
	l := &List{env: env, cfg: cfg, query: cfg.Query, marks: map[string]bool{}, offset: -1, total: -1, h: 20}
	l.actions = l.makeActions()
	if env.Adopt != nil {
		env.Adopt(l)
	}
	return l
}

// Init asks for the first rows, or those from where the list was left.
func (l *List) Init() tea.Cmd {
	if at := l.resume; at != "" {
		l.resume = ""
		return l.load(fresh, Request{Seek: From, Key: at})
	}
	return l.load(fresh, Request{Seek: First})
}

// Reload asks for the rows again, from the top of the window, and keeps the
// selection by its key.
func (l *List) Reload() tea.Cmd {
	if len(l.rows) == 0 {
		return l.Init()
	}
	return l.load(fresh, Request{Seek: From, Key: l.rows[l.top].Key})
}

// Show is Reload that goes to the row with key, of rows that changed.
func (l *List) Show(key string) tea.Cmd {
	l.lastKey = key
	top := key
	if len(l.rows) > 0 {
		top = l.rows[l.top].Key
	}
	return l.load(fresh, Request{Seek: From, Key: top})
}

// SetSource changes where the rows come from and begins anew, marks cleared. A filter
// that is being typed is for the new rows.
func (l *List) SetSource(s Source) tea.Cmd {
	l.cfg.Source = s
	l.clearMarks()
	l.lastKey = ""
	if l.input != nil {
		if l.fault = l.faulty(l.input.Value()); l.fault == "" {
			l.query.Filter = l.input.Value()
		}
	}
	return l.Init()
}

// SetQuery shows another filter or sort, from the beginning. A mark on all rows
// meant the rows of the old query and goes.
func (l *List) SetQuery(q Query) tea.Cmd {
	l.query = q
	if l.all {
		l.clearMarks()
	}
	return l.Init()
}

// Query is the filter and the sort in force.
func (l *List) Query() Query { return l.query }

// load starts a load of at most pageRows rows. A fresh one outdates all others.
func (l *List) load(k kind, req Request) tea.Cmd {
	if k == fresh {
		l.gen++
		l.busy = [3]bool{}
		l.pending = 0
		if l.stop != nil {
			l.stop()
		}
		l.base, l.stop = context.WithCancel(context.Background())
	}
	l.busy[k], l.failed = true, ""
	req.Limit, req.Query = pageRows, l.query
	gen, src, base := l.gen, l.cfg.Source, l.base
	return l.env.Work("loading "+l.cfg.What, func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(base, cancel)()
		page, err := src.Load(ctx, req)
		return loadedMsg{l, gen, k, req, page, err}
	})
}

// Update takes the messages meant for the list: its own answers, and keys and
// pastes while its filter is typed.
func (l *List) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case loadedMsg:
		if msg.list == l && msg.gen == l.gen {
			return l.settle(l.take(msg))
		}
	case rangeMsg:
		if msg.list == l && msg.gen == l.gen && l.anchor != "" {
			l.marked(msg)
		}
	case foundMsg:
		if msg.list == l && msg.gen == l.gen {
			return l.settle(l.jump(msg))
		}
	case tea.KeyPressMsg:
		if l.input != nil {
			return l.settle(l.typeKey(msg))
		}
	case tea.PasteMsg:
		if l.input != nil && l.input.Update(msg) {
			return l.settle(l.refilter())
		}
	case tea.MouseWheelMsg:
		switch msg.Button {
		case tea.MouseWheelUp:
			return l.Move(-3)
		case tea.MouseWheelDown:
			return l.Move(3)
		}
	case tea.MouseClickMsg:
		return l.click(msg.Y)
	}
	return nil
}

// take adds an answer to the rows held.
func (l *List) take(m loadedMsg) tea.Cmd {
	l.busy[m.kind] = false
	if m.err != nil {
		return l.refused(m)
	}
	l.failed, l.loaded = "", true
	// The rows are the source's own: they are copied, not changed.
	m.page.Rows = slices.Clone(m.page.Rows)
	for i := range m.page.Rows {
		m.page.Rows[i] = madeSafe(m.page.Rows[i])
	}
	short := len(m.page.Rows) < m.req.Limit
	if m.page.Total >= 0 || m.kind == fresh {
		l.total = m.page.Total
	}
	switch m.kind {
	case fresh:
		l.begin(m, short)
	case further:
		l.rows = append(l.rows, m.page.Rows...)
		l.atEnd = short
	case earlier:
		n := len(m.page.Rows)
		l.rows = slices.Concat(m.page.Rows, l.rows)
		l.cur, l.top = l.cur+n, l.top+n
		l.atStart = short
		if l.offset >= 0 {
			l.offset = max(l.offset-n, 0)
		}
	}
	if l.atStart {
		l.offset = 0
	}
	if l.atEnd && l.offset >= 0 {
		l.total = l.offset + len(l.rows)
	}
	l.shift(0)
	l.trim()
	return nil
}

// begin takes the first answer to a query, a jump or a reload.
func (l *List) begin(m loadedMsg, short bool) {
	l.rows = m.page.Rows
	n := len(l.rows)
	l.offset, l.cur, l.top = m.page.Offset, 0, 0
	switch m.req.Seek {
	case First:
		l.atStart, l.atEnd, l.offset = true, short, 0
	case Last:
		l.atStart, l.atEnd, l.cur = short, true, max(n-1, 0)
		l.offset = -1
		if l.total >= 0 {
			l.offset = max(l.total-n, 0)
		}
	default:
		l.atStart, l.atEnd = l.offset == 0, short
	}
	at := l.lastKey
	if m.page.Select != "" {
		at = m.page.Select
	}
	if i := l.index(at); i >= 0 && m.req.Seek != Last {
		l.cur = i
	}
}

// refused handles an answer that is an error.
func (l *List) refused(m loadedMsg) tea.Cmd {
	switch {
	case errors.Is(m.err, ErrGone) && l.lastKey != "" && m.req.Key != l.lastKey:
		return l.load(fresh, Request{Seek: From, Key: l.lastKey})
	case errors.Is(m.err, ErrGone):
		return l.load(fresh, Request{Seek: First})
	case errors.Is(m.err, context.Canceled):
		l.failed = "loading was stopped; f5 loads again"
	default:
		l.failed = safe.Text(m.err.Error())
		l.env.Fail(m.err)
	}
	return nil
}

// madeSafe is a row with its texts made safe.
func madeSafe(r Row) Row {
	r.Group = safe.Text(r.Group)
	r.Cells = slices.Clone(r.Cells)
	for i := range r.Cells {
		r.Cells[i].Text = safe.Text(r.Cells[i].Text)
	}
	return r
}

// Move moves the cursor n rows, negative up. Moves beyond the rows held are
// remembered and made when the rows come: no key is lost.
func (l *List) Move(n int) tea.Cmd {
	l.failed = "" // a key tries again what failed
	l.shift(n)
	return l.settle(nil)
}

func (l *List) shift(n int) {
	n += l.pending
	l.pending = 0
	at := l.cur + n
	switch {
	case len(l.rows) == 0:
		l.cur, l.top = 0, 0
		return
	case at < 0 && !l.atStart:
		l.pending = at
	case at > len(l.rows)-1 && !l.atEnd:
		l.pending = at - (len(l.rows) - 1)
	}
	l.cur = min(max(at, 0), len(l.rows)-1)
}

// trim lets go of rows far from the cursor, in both directions.
func (l *List) trim() {
	if len(l.rows) <= keepRows {
		return
	}
	l.fit(l.h) // the window follows the cursor, drawn or not
	from := min(max(l.cur-keepRows/2, 0), len(l.rows)-keepRows)
	to := from + keepRows
	if from > 0 {
		l.atStart = false
	}
	if to < len(l.rows) {
		l.atEnd = false
	}
	l.rows = slices.Clone(l.rows[from:to])
	l.cur, l.top = l.cur-from, max(l.top-from, 0)
	if l.offset >= 0 {
		l.offset += from
	}
}

// settle follows any change: more rows if the cursor nears an end of those held,
// and word to the page if another row is selected.
func (l *List) settle(cmd tea.Cmd) tea.Cmd {
	cmds := []tea.Cmd{cmd}
	if len(l.rows) > 0 && !l.busy[fresh] && l.failed == "" {
		if !l.atEnd && !l.busy[further] && l.cur > len(l.rows)-1-nearEdge {
			cmds = append(cmds, l.load(further, Request{Seek: After, Key: l.rows[len(l.rows)-1].Key}))
		}
		if !l.atStart && !l.busy[earlier] && l.cur < nearEdge {
			cmds = append(cmds, l.load(earlier, Request{Seek: Before, Key: l.rows[0].Key}))
		}
	}
	if key := l.key(); key != l.lastKey && (key != "" || l.loaded && !l.busy[fresh]) {
		l.lastKey = key
		if l.cfg.Moved != nil {
			cmds = append(cmds, l.cfg.Moved())
		}
	}
	return tea.Batch(cmds...)
}

func (l *List) attach(p *Panes) { l.panes = p }
func (l *List) at() string      { return l.key() }

// key is the selected row's key, "" without rows.
func (l *List) key() string {
	if len(l.rows) == 0 {
		return ""
	}
	return l.rows[l.cur].Key
}

func (l *List) index(key string) int {
	if key == "" {
		return -1
	}
	return slices.IndexFunc(l.rows, func(r Row) bool { return r.Key == key })
}

// Selected is the row the cursor is on; ok is false without rows.
func (l *List) Selected() (r Row, ok bool) {
	if len(l.rows) == 0 {
		return Row{}, false
	}
	return l.rows[l.cur], true
}

// Replace puts r in place of the row with its key, if that is held: a decision
// shows at once, without loading again.
func (l *List) Replace(r Row) {
	if i := l.index(r.Key); i >= 0 {
		l.rows[i] = madeSafe(r)
	}
}
