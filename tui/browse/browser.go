package browse

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Config is what a browser is made of.
type Config struct {
	Title, What string // "People", "people"; What is also the scope of its actions
	One         string // "person", for "there is no person here"
	// Kind is that of the records; with it the key o opens what is related.
	Kind    domain.Kind
	Reads   change.Reads
	Columns []ui.Column
	Fields  filter.Table // what filters and sorts know
	Sorts   []ui.Sort    // the first is in force to begin with
	// Rows makes the records of a picture, Values in the order of Fields. It runs
	// in a command.
	Rows func(p change.Picture) []ui.Record
	// Load, where set, is used instead of Rows: what the rows are made of is read
	// besides the picture. It runs in a command, once for each picture.
	Load func(ctx context.Context, p change.Picture) ([]ui.Record, error)
	// Detail says everything worth knowing about the record with key. It runs in a
	// command.
	Detail func(ctx context.Context, p change.Picture, key string) ([]ui.Line, error)
	// Opens is the page that enter opens with the record's key; Enter, where set,
	// opens something else.
	Opens string
	Enter func(key string) tea.Cmd
	// Entity is whose history the key i shows. Nil means the record's own.
	Entity func(key string) string
	// Acts are the page's own actions. Nil means none.
	Acts func(s Subject) action.Table
	// Bulk are the acts on all that is marked, which marked gives. With them rows can
	// be marked. Nil means none.
	Bulk func(s Subject, marked func() Marked) action.Table
}

// Browser is a page: a list beside details.
type Browser struct {
	Host *tui.Host
	List *ui.List
	Desk *change.Desk
	// Clerk does what is no change set.
	Clerk *Clerk

	cfg     Config
	panes   *ui.Panes
	actions action.Table
	asked   string // the record whose details were asked for
	shown   string // whose details are held
	gen     int
	lines   []ui.Line
	wrapped []ui.Line
	width   int

	mu     sync.Mutex // of what Load gave last
	stamp  string
	loaded []ui.Record
	forgot atomic.Int64 // how often it was to be read anew; a read may be under way
}

type detailMsg struct {
	of    *Browser
	gen   int
	key   string
	lines []ui.Line
	err   error
}

// New makes the page. acts may be nil where nothing can be changed.
func New(h *tui.Host, cfg Config, acts change.Acts) *Browser {
	b := &Browser{Host: h, cfg: cfg}
	b.Desk = change.NewDesk(h.Env, cfg.Reads, acts, b.Reload)
	b.Clerk = NewClerk(h, b.Reload)
	var first ui.Query
	if len(cfg.Sorts) > 0 {
		first.Sort = cfg.Sorts[0].ID
	}
	src := &ui.Records{Fields: cfg.Fields, Read: b.read}
	b.List = ui.NewList(h.Env, ui.Config{What: cfg.What, Columns: cfg.Columns, Sorts: cfg.Sorts, Query: first, Source: src, Marks: cfg.Bulk != nil,
		Moved: b.moved,
		Enter: func(r ui.Row) tea.Cmd {
			if cfg.Enter != nil {
				return cfg.Enter(r.Key)
			}
			return h.Push(cfg.Opens, r.Key)
		},
	})
	b.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: b.List, Detail: b.detail, More: "enter shows all of it"})
	if cfg.Acts != nil {
		b.actions = b.Desk.OffInPast(cfg.Acts(b.Subject()))
	}
	if cfg.Bulk != nil {
		b.actions = append(b.actions, b.Desk.OffInPast(cfg.Bulk(b.Subject(), func() Marked { return b.marked(src) }))...)
	}
	if cfg.Kind != "" {
		b.actions = append(b.actions, b.Subject().Related(cfg.What, cfg.Kind))
	}
	common := Common(h, cfg.What, b.key)
	if cfg.Entity != nil {
		common[0].Do = func() tea.Cmd { return h.Push("log", cfg.Entity(b.key())) }
	}
	b.actions = append(b.actions, common...)
	b.actions = append(b.actions, action.Action{ID: cfg.What + ".export", Keys: []string{"x"}, Help: "export", Long: "export this list, as it is filtered and sorted",
		Scope: cfg.What, Do: func() tea.Cmd { return h.ExportList(cfg.What, cfg.Title, "", b.List) }})
	b.actions = append(b.actions, b.panes.Actions()...)
	return b
}

// Common are the keys every page over one kind of record has: its history, its id.
func Common(h *tui.Host, scope string, key func() string) action.Table {
	off := func() string {
		if key() == "" {
			return "Nothing is selected."
		}
		return ""
	}
	return action.Table{
		{ID: scope + ".history", Keys: []string{"i"}, Help: "history", Long: "every event that names this", Scope: scope, Off: off,
			Do: func() tea.Cmd { return h.Push("log", key()) }},
		{ID: scope + ".copy", Keys: []string{"y"}, Help: "copy id", Scope: scope, Off: off,
			Do: func() tea.Cmd { return h.Copy(key()) }},
	}
}

func (b *Browser) read(ctx context.Context) (string, func() []ui.Record, error) {
	p, err := b.cfg.Reads.Picture(ctx)
	if err != nil {
		return "", nil, err
	}
	if b.cfg.Load == nil {
		return p.Stamp(), func() []ui.Record { return b.cfg.Rows(p) }, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if stamp := fmt.Sprint(p.Stamp(), " ", p.Head.Size, " ", b.forgot.Load()); stamp != b.stamp {
		rows, err := b.cfg.Load(ctx, p)
		if err != nil {
			return "", nil, err
		}
		b.stamp, b.loaded = stamp, rows
	}
	rows := b.loaded
	return b.stamp, func() []ui.Record { return rows }, nil
}

func (b *Browser) key() string {
	r, ok := b.List.Selected()
	if !ok {
		return ""
	}
	return r.Key
}

// Reload loads the list and the details again.
func (b *Browser) Reload() tea.Cmd {
	b.asked = ""
	return tea.Batch(b.List.Reload(), b.moved())
}

// Returned implements tui.Returner.
func (b *Browser) Returned() tea.Cmd { return b.Reload() }

// moved asks for the details of the record now selected.
func (b *Browser) moved() tea.Cmd {
	key := b.key()
	if key == b.asked || b.cfg.Detail == nil {
		return nil
	}
	b.gen++
	b.asked = key
	if key == "" {
		b.shown, b.lines, b.width = "", nil, 0
		return nil
	}
	gen := b.gen
	return b.Host.Work("loading details", func(ctx context.Context) tea.Msg {
		m := detailMsg{of: b, gen: gen, key: key}
		p, err := b.cfg.Reads.Picture(ctx)
		if err == nil {
			m.lines, err = b.cfg.Detail(ctx, p, key)
		}
		m.err = err
		return m
	})
}

// Init implements tui.Page.
func (b *Browser) Init() tea.Cmd { return b.List.Init() }

// Update implements tui.Page.
func (b *Browser) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(detailMsg); ok {
		if m.of == b && m.gen == b.gen {
			b.take(m)
		}
		return nil
	}
	if cmd, mine := b.Clerk.Update(msg); mine {
		return cmd
	}
	return tea.Batch(b.Desk.Update(msg), b.panes.Update(msg))
}

func (b *Browser) take(m detailMsg) {
	b.shown, b.lines, b.width = m.key, m.lines, 0
	if m.err != nil {
		b.lines = []ui.Line{ui.Text(theme.Danger, m.err.Error())}
	}
}

// View implements tui.Page.
func (b *Browser) View(w, h int) string { return b.panes.View(w, h) }

func (b *Browser) detail(w, _ int) []ui.Line {
	if b.shown != b.key() {
		return []ui.Line{ui.Text(theme.Dim, "loading"+b.Host.Look().Sign.Ellipsis)}
	}
	if b.width != w {
		b.wrapped, b.width = ui.Wrapped(b.lines, w), w
	}
	return b.wrapped
}

// Title implements tui.Page.
func (b *Browser) Title() string { return b.cfg.Title }

// Actions implements tui.Page.
func (b *Browser) Actions() action.Table { return b.actions }

// Capturing implements tui.Capturer.
func (b *Browser) Capturing() bool { return b.List.Capturing() }

// Esc implements tui.Escaper.
func (b *Browser) Esc() (tea.Cmd, bool) { return b.List.Esc() }

// TogglePreview implements tui.Previewer.
func (b *Browser) TogglePreview() { b.panes.Toggle() }
