package tui

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// The largest window drawn. A client of a served console may ask for any size.
const (
	maxWidth  = 500
	maxHeight = 200
	minWidth  = 40
	minHeight = 10
)

// entry is an opened page.
type entry struct {
	page   Page
	id     string // of its spec
	about  string // what it shows
	ctx    context.Context
	leave  context.CancelFunc
	layers []ui.Layer
	asking ui.Layer // the layer that is being answered, nil for none
	steps  steps
	lists  []*ui.List // of the page, in the order in which it made them
	making bool
	shown  *ui.Panes // drawn last, nil where none was
}

// Root is the console: it holds the opened pages, gives each message to whose it
// is, and draws header, page, layer and footer. It is a tea.Model, for one person;
// several may run in a process.
type Root struct {
	cfg Config
	ctx context.Context
	// look is read by commands too: a source draws its rows where it loads them.
	look  atomic.Pointer[theme.Theme]
	w, h  int
	stack []*entry // the trail; the last is in front
	last  []*entry // the stack before the last switch
	guard action.Guard
	opens opener
	notes notes
	jobs  jobs
	nav   action.Table
	past  history // of the palette
	dark  bool    // the terminal's background, as far as it told
	as    string  // the format an export was asked for in, "" to ask
	lines bool    // used line by line, where a number is a row's and no key

	memory memory
	zones  []zone // what can be clicked in the frame drawn last, layers and pages apart
	box    box    // of the layer in it

	made struct{ from, table action.Table } // the table made last, and of which page's
}

// New makes a console. It fails if a page is registered twice, or there is no page
// or no clock.
func New(cfg Config) (*Root, error) {
	if len(cfg.Pages) == 0 {
		return nil, errors.New("a console needs at least one page")
	}
	seen := map[string]bool{}
	for _, p := range cfg.Pages {
		if p.ID == "" || p.New == nil || seen[p.ID] {
			return nil, fmt.Errorf("page %q is registered twice, or without an ID or New", p.ID)
		}
		seen[p.ID] = true
	}
	if cfg.Now == nil {
		return nil, errors.New("a console needs a clock")
	}
	if cfg.After == nil {
		cfg.After = func(d time.Duration, msg tea.Msg) tea.Cmd {
			return tea.Tick(d, func(time.Time) tea.Msg { return msg })
		}
	}
	if cfg.Context == nil {
		cfg.Context = context.Background()
	}
	r := &Root{cfg: cfg, ctx: cfg.Context, dark: true, w: 80, h: 24}
	r.relook()
	r.memory.state = cfg.State.copy()
	r.memory.kept, r.past.lines = cfg.State.copy(), slices.Clone(cfg.State.Palette)
	r.nav = r.navigation()
	return r, nil
}

// relook has what is drawn from now on drawn as the person and the terminal ask.
func (r *Root) relook() { r.look.Store(theme.New(r.cfg.Theme, r.dark)) }

// Init opens the first page, or those that were open when the person left, and asks
// the terminal for its background.
func (r *Root) Init() tea.Cmd {
	cmds := []tea.Cmd{r.resume()}
	if r.cfg.Forgets != "" {
		r.later(r.say(r.cfg.Forgets))
	}
	if r.cfg.Theme.Kind.Asks() {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	return tea.Batch(append(cmds, r.notes.take())...)
}

// pageMsg is a message for one page.
type pageMsg struct {
	to  *entry
	msg tea.Msg
}

// Update implements tea.Model.
func (r *Root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	front, shown := r.front(), r.notes.shown
	cmd := r.route(msg)
	switch msg.(type) {
	case tea.KeyPressMsg, tea.MouseClickMsg: // a note of the page left behind stays there; one said on the way comes along
		if shown != nil && !shown.error && r.notes.shown == shown && r.front() != front {
			r.notes.shown = nil
		}
	}
	if timers := r.notes.take(); timers != nil {
		cmd = tea.Batch(cmd, timers)
	}
	return r, cmd
}

// route gives a message to whose it is.
func (r *Root) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.w, r.h = min(max(msg.Width, 1), maxWidth), min(max(msg.Height, 1), maxHeight)
	case tea.BackgroundColorMsg:
		r.dark = msg.IsDark()
		r.relook()
	case tea.KeyPressMsg:
		r.touch()
		if modifies(msg.Code) {
			return nil
		}
		return r.press(msg)
	case tea.PasteMsg:
		r.touch()
		return r.paste(msg)
	case tea.MouseMsg:
		r.touch()
		return r.mouse(msg)
	case restMsg:
		return r.rested()
	case keptMsg:
		return r.didKeep(msg)
	case pageMsg:
		return r.deliver(msg)
	case jobDone:
		return r.finish(msg)
	case tick:
		return r.ticked(msg)
	case PushMsg:
		return r.push(msg.ID, msg.Arg)
	case SwitchMsg:
		return r.switchTo(msg.ID)
	case PopMsg:
		return r.back()
	case SayMsg:
		return r.say(msg.Text)
	case FailMsg:
		return r.fail(msg.Err)
	}
	return nil
}

// front is the page in front; there is always one after Init.
func (r *Root) front() *entry {
	if len(r.stack) == 0 {
		return nil
	}
	return r.stack[len(r.stack)-1]
}

// open makes the page with id.
func (r *Root) open(id, arg string) (*entry, tea.Cmd) {
	for _, spec := range r.cfg.Pages {
		if spec.ID != id {
			continue
		}
		e := &entry{id: id, about: arg, making: true}
		e.ctx, e.leave = context.WithCancel(r.ctx)
		e.page = spec.New(&Host{Env: r.env(e), root: r, entry: e}, arg)
		e.making = false
		return e, r.own(e, e.page.Init())
	}
	return nil, r.fail(fmt.Errorf("there is no page %q", id))
}

// env is what the widgets of e ask.
func (r *Root) env(e *entry) *ui.Env {
	return &ui.Env{
		Now:   r.cfg.Now,
		After: r.cfg.After,
		Look:  r.look.Load,
		Open: func(l ui.Layer) {
			if len(e.layers) == 0 {
				e.steps.opened(l)
			}
			e.layers = append(e.layers, l)
		},
		Work: func(label string, fn func(context.Context) tea.Msg) tea.Cmd {
			return r.work(e, label, fn)
		},
		Say:  func(text string) { r.later(r.say(text)) },
		Fail: func(err error) { r.later(r.fail(err)) },

		Adopt: func(l *ui.List) { r.adopt(e, l) },
		Drew:  func(p *ui.Panes) { e.shown = p },
		Still: func() bool { return r.cfg.Still },
	}
}

// own has the messages of cmd come back to e, and lets those of the console and
// of the terminal pass.
func (r *Root) own(e *entry, cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg { return r.mark(e, cmd()) }
}

// mark says whose message msg is. It is called in commands.
func (r *Root) mark(e *entry, msg tea.Msg) tea.Msg {
	switch m := msg.(type) {
	case nil:
		return nil
	case pageMsg, jobDone, tick, PushMsg, SwitchMsg, PopMsg, SayMsg, FailMsg:
		return msg
	case Deferred:
		return m.Map(func(in tea.Msg) tea.Msg { return r.mark(e, in) })
	}
	v := reflect.ValueOf(msg)
	if v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
		// A batch or a sequence, whose type is not exported: the same of each.
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			if inner, ok := v.Index(i).Interface().(tea.Cmd); ok && inner != nil {
				out.Index(i).Set(reflect.ValueOf(tea.Cmd(func() tea.Msg { return r.mark(e, inner()) })))
			}
		}
		return out.Interface()
	}
	if v.Type().PkgPath() == reflect.TypeFor[tea.QuitMsg]().PkgPath() {
		return msg
	}
	return pageMsg{e, msg}
}

// deliver gives a message to its page and the layers over it, if they are still
// open.
func (r *Root) deliver(m pageMsg) tea.Cmd {
	if m.to.ctx.Err() != nil {
		return nil
	}
	cmd := m.to.page.Update(m.msg)
	for _, l := range m.to.layers {
		if done, more := l.Update(m.msg); done {
			m.to.close(l)
			cmd = tea.Batch(cmd, more)
		} else if more != nil {
			cmd = tea.Batch(cmd, more)
		}
	}
	return r.own(m.to, cmd)
}

// close takes l away.
func (e *entry) close(l ui.Layer) {
	for i := range e.layers {
		if e.layers[i] == l {
			e.layers = append(e.layers[:i:i], e.layers[i+1:]...)
			return
		}
	}
}

// layer is the layer that takes the keys, nil if none does.
func (e *entry) layer() ui.Layer {
	if len(e.layers) == 0 {
		return nil
	}
	return e.layers[len(e.layers)-1]
}

// paste is for inputs only: it never does what its letters are the keys of.
func (r *Root) paste(msg tea.PasteMsg) tea.Cmd {
	e := r.front()
	if e == nil {
		return nil
	}
	r.opens = opener{}
	if l := e.layer(); l != nil {
		return r.toLayer(e, l, msg)
	}
	if c, ok := e.page.(Capturer); ok && c.Capturing() {
		return r.own(e, e.page.Update(msg))
	}
	return r.say("a paste does nothing here")
}

// title is a page's title, safe to draw.
func (e *entry) title() string { return safe.Text(e.page.Title()) }
