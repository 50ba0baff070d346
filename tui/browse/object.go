package browse

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/change"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Tab is one list about a record.
type Tab struct {
	Name    string // "access"
	What    string // plural, of its rows: "kinds of access"
	Columns []ui.Column
	Fields  []string // by which it is filtered and sorted, in the order of the rows' values
	// Rows reads the tab's rows; it runs in a command.
	Rows func(ctx context.Context, p change.Picture) ([]ui.Record, error)
	// Enter says more about a row; nil means there is no more. key is the row's.
	Enter func(key string) tea.Cmd
	// Acts are actions on the tab's rows, given its list.
	Acts func(l *ui.List) action.Table
}

// ObjectConfig is what an object's page is made of.
type ObjectConfig struct {
	Key   string      // the record's id
	Kind  domain.Kind // with it the key o opens what is related
	Scope string      // of its actions: "person"
	Reads change.Reads
	// Name is the record's name; Overview the lines that stand over every tab. Both
	// run in a command. A record that is not there is an error.
	Name     func(p change.Picture) string
	Overview func(ctx context.Context, p change.Picture) ([]ui.Line, error)
	// Tabs are the lists about the record, the first in front.
	Tabs func(s Subject) []Tab
	// Acts are actions on the record itself.
	Acts func(s Subject) action.Table
}

// Object is a page: one record with tabs.
type Object struct {
	Host *tui.Host
	Desk *change.Desk
	// Clerk does what is no change set.
	Clerk *Clerk

	cfg   ObjectConfig
	all   []Tab
	lists []*ui.List
	panes []*ui.Panes    // one a tab
	acts  []action.Table // of each tab, whole
	begun []bool
	at    int
	gen   int
	name  string
	over  []ui.Line
	wrap  []ui.Line
	width int
	// tabLine is where the names of the tabs were drawn, -1 if they were not.
	tabLine int
}

type overviewMsg struct {
	of   *Object
	gen  int
	name string
	over []ui.Line
	err  error
}

// NewObject makes the page.
func NewObject(h *tui.Host, cfg ObjectConfig, acts change.Acts) *Object {
	o := &Object{Host: h, cfg: cfg, name: cfg.Key}
	o.Desk = change.NewDesk(h.Env, cfg.Reads, acts, o.Reload)
	o.Clerk = NewClerk(h, o.Reload)
	o.all = cfg.Tabs(o.Subject())
	var own action.Table
	if cfg.Acts != nil {
		own = o.Desk.OffInPast(cfg.Acts(o.Subject()))
	}
	if cfg.Kind != "" {
		related := o.Subject().Related(cfg.Scope, cfg.Kind)
		related.Yields = true // to what a tab opens of its rows
		own = append(own, related)
	}
	own = append(own, Common(h, cfg.Scope, func() string { return cfg.Key })...)
	own = append(own,
		action.Action{ID: cfg.Scope + ".next-tab", Keys: []string{"tab"}, Help: "next tab", Scope: cfg.Scope, Group: "moving", Hint: 60, Do: func() tea.Cmd { return o.Tab(1) }},
		action.Action{ID: cfg.Scope + ".last-tab", Keys: []string{"shift+tab"}, Help: "tab before", Scope: cfg.Scope, Group: "moving", Do: func() tea.Cmd { return o.Tab(-1) }},
		action.Action{ID: cfg.Scope + ".export", Keys: []string{"x"}, Help: "export", Long: "export this list", Scope: cfg.Scope, Do: func() tea.Cmd {
			t := o.all[o.at]
			return h.ExportList(cfg.Scope+"-"+t.Name, t.Name+" of "+o.name, "", o.lists[o.at])
		}})
	for _, t := range o.all {
		l := o.makeList(t)
		table := append(action.Table{}, own...)
		if t.Acts != nil {
			table = append(table, o.Desk.OffInPast(t.Acts(l))...)
		}
		o.panes = append(o.panes, ui.NewPanes(h.Env, ui.PanesConfig{Main: l, Top: o.top}))
		o.lists, o.acts, o.begun = append(o.lists, l), append(o.acts, append(table, ui.Reloading(l.Actions(), o.Reload)...)), append(o.begun, false)
	}
	return o
}

func (o *Object) makeList(t Tab) *ui.List {
	src := &ui.Records{Fields: filter.Names(t.What, t.Fields...), Read: func(ctx context.Context) (string, func() []ui.Record, error) {
		p, err := o.cfg.Reads.Picture(ctx)
		if err != nil {
			return "", nil, err
		}
		rows, err := t.Rows(ctx, p)
		return fmt.Sprint(p.Stamp(), " ", p.Head.Size), func() []ui.Record { return rows }, err
	}}
	cfg := ui.Config{What: t.What, Columns: t.Columns, Source: src}
	for _, f := range t.Fields {
		cfg.Sorts = append(cfg.Sorts, ui.Sort{ID: f, Title: f})
	}
	if t.Enter != nil {
		cfg.Enter = func(r ui.Row) tea.Cmd { return t.Enter(r.Key) }
	}
	return ui.NewList(o.Host.Env, cfg)
}

// Key is the record's id.
func (o *Object) Key() string { return o.cfg.Key }

// Tab goes n tabs on.
func (o *Object) Tab(n int) tea.Cmd {
	o.at = (o.at + n + len(o.lists)) % len(o.lists)
	return o.begin()
}

// begin loads the tab in front when it is looked at first.
func (o *Object) begin() tea.Cmd {
	if o.begun[o.at] {
		return nil
	}
	o.begun[o.at] = true
	return o.lists[o.at].Init()
}

// Reload loads the overview and the tabs seen so far again.
func (o *Object) Reload() tea.Cmd {
	cmds := []tea.Cmd{o.load()}
	for i, l := range o.lists {
		if o.begun[i] {
			cmds = append(cmds, l.Reload())
		}
	}
	return tea.Batch(cmds...)
}

// Returned implements tui.Returner.
func (o *Object) Returned() tea.Cmd { return o.Reload() }

func (o *Object) load() tea.Cmd {
	o.gen++
	gen := o.gen
	return o.Host.Work("loading", func(ctx context.Context) tea.Msg {
		m := overviewMsg{of: o, gen: gen}
		p, err := o.cfg.Reads.Picture(ctx)
		if err == nil {
			m.name = o.cfg.Name(p)
			m.over, err = o.cfg.Overview(ctx, p)
		}
		m.err = err
		return m
	})
}

// Init implements tui.Page.
func (o *Object) Init() tea.Cmd { return tea.Batch(o.load(), o.begin()) }

// Update implements tui.Page.
func (o *Object) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(overviewMsg); ok {
		if m.of == o && m.gen == o.gen {
			o.take(m)
		}
		return nil
	}
	if cmd, mine := o.Clerk.Update(msg); mine {
		return cmd
	}
	cmds := []tea.Cmd{o.Desk.Update(msg)}
	switch m := msg.(type) {
	case tea.MouseClickMsg:
		if to, ok := o.tabAt(m.X, m.Y); ok {
			return o.Tab(to - o.at)
		}
		cmds = append(cmds, o.panes[o.at].Update(msg))
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseWheelMsg:
		cmds = append(cmds, o.panes[o.at].Update(msg))
	default:
		for _, l := range o.lists {
			cmds = append(cmds, l.Update(msg))
		}
	}
	return tea.Batch(cmds...)
}

func (o *Object) take(m overviewMsg) {
	o.width = 0
	if m.err != nil {
		o.over = []ui.Line{ui.Text(theme.Danger, m.err.Error())}
		return
	}
	o.name, o.over = m.name, m.over
}

// View implements tui.Page: the overview, the names of the tabs, the list.
func (o *Object) View(w, h int) string { return o.panes[o.at].View(w, h) }

// top is the overview and the names of the tabs, where there is room for them.
func (o *Object) top(w, h int) []string {
	look := o.Host.Look()
	if o.width != w {
		o.wrap, o.width = ui.Wrapped(o.over, w), w
	}
	// The list keeps at least two thirds of the room.
	room := max(min(len(o.wrap), h/3), 0)
	if room == len(o.wrap)-1 && h >= 12 {
		room++
	}
	room = min(room, len(o.wrap))
	if o.tabLine = -1; h-room-1 < 2 {
		return nil
	}
	out := make([]string, 0, room+1)
	for _, l := range o.wrap[:room] {
		out = append(out, l.Draw(look, w))
	}
	o.tabLine = room
	return append(out, o.tabs(look, w))
}

// tabAt is the tab whose name was drawn at x and y.
func (o *Object) tabAt(x, y int) (at int, ok bool) {
	if y != o.tabLine {
		return 0, false
	}
	from := 0
	for i, t := range o.all {
		to := from + safe.Width(t.Name) + 3
		if x >= from && x < to-1 {
			return i, true
		}
		from = to
	}
	return 0, false
}

// tabs is the line of the tabs' names, the one in front in brackets and reversed.
func (o *Object) tabs(look *theme.Theme, w int) string {
	var line ui.Line
	for i, t := range o.all {
		if i == o.at {
			line = append(line, ui.Span{Role: theme.Selected, Text: "[" + t.Name + "]"})
		} else {
			line = append(line, ui.Span{Role: theme.Dim, Text: " " + t.Name + " "})
		}
		line = append(line, ui.Span{Text: " "})
	}
	used := 0
	for _, s := range line {
		used += safe.Width(s.Text)
	}
	if w > used {
		line = append(line, ui.Span{Role: theme.Frame, Text: strings.Repeat(look.Sign.Horizontal, w-used)})
	}
	return line.Draw(look, w)
}

// Title implements tui.Page.
func (o *Object) Title() string { return o.name }

// Actions implements tui.Page.
func (o *Object) Actions() action.Table { return o.acts[o.at] }

// Capturing implements tui.Capturer.
func (o *Object) Capturing() bool { return o.lists[o.at].Capturing() }

// Esc implements tui.Escaper.
func (o *Object) Esc() (tea.Cmd, bool) { return o.lists[o.at].Esc() }
