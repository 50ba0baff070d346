package planner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

const scope = "plan"

// restAfter is how long a plan rests before it is counted.
const restAfter = 200 * time.Millisecond

// page is the form.
type page struct {
	h     *tui.Host
	reads Reads
	acts  Acts
	arg   string

	ground Ground
	ready  bool
	failed string
	plan   Plan
	rows   []row
	done   []Plan // to undo, the last change last
	undone []Plan
	dirty  bool
	saving bool

	reading     int // the read begun last
	gen         int // of the count under way
	counting    bool
	known       bool
	counted     Counted
	countFailed string

	form    *form
	list    *ui.List
	panes   *ui.Panes
	actions action.Table
}

type (
	groundMsg struct {
		gen    int
		ground Ground
		begun  bool // what it begins as was chosen
		err    error
	}
	restMsg  struct{ gen int }
	countMsg struct {
		gen     int
		counted Counted
		err     error
	}
	savedMsg struct {
		c   review.Campaign
		err error
	}
)

// New registers the page: its argument is "" for a new campaign, the id of a draft,
// or what a new one begins as.
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &page{h: h, reads: reads, acts: acts, arg: arg, form: &form{}}
		p.list = ui.NewList(h.Env, ui.Config{What: "fields", Columns: []ui.Column{{Title: "Field", Width: 22}, {Title: "What it says", Width: 20, Flex: 1}},
			Source: p.form, Enter: p.enter})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Top: p.top, Detail: p.detail, More: "p shows them", Upper: func(h int) int { return max(h*3/5, 6) }})
		p.actions = append(p.own(), ui.Reloading(p.panes.Actions(), p.reload)...)
		return p
	}
}

func (p *page) own() action.Table {
	act := func(id, key, help, long string, hint int, off func() string, do func() tea.Cmd) action.Action {
		return action.Action{ID: "plan." + id, Keys: []string{key}, Help: help, Long: long, Scope: scope, Hint: hint, Off: off, Do: do}
	}
	return action.Table{
		act("add", "a", "add", "add to the field by choosing", 2, p.offAdd, p.add),
		act("remove", "D", "empty", "empty the field; take a stage or an exclusion out", 6, p.offRemove, p.remove),
		act("stage", "n", "stage", "add a stage after the others", 5, p.offReady, p.newStage),
		act("earlier", "<", "earlier", "move the stage to an earlier place", 0, p.offMove(-1), func() tea.Cmd { return p.move(-1) }),
		act("later", ">", "later", "move the stage to a later place", 0, p.offMove(1), func() tea.Cmd { return p.move(1) }),
		act("exclude", "x", "leave out", "leave something out, with a reason", 4, p.offReady, p.newExclusion),
		act("begin", "b", "begin as", "begin as a definition, an earlier campaign, or what is out of a framework's cadence", 3, p.offBegin, p.begin),
		act("preview", "w", "preview", "what staging would give now: items, who would answer for how many, the tie-out", 1, p.offPreview, p.preview),
		act("save", "W", "draft it", "draft the campaign, or change the draft", 1, p.offSave, p.save),
		act("undo", "u", "undo", "take the last change of the plan back", 0, p.offUndo, p.undo),
		act("redo", "U", "redo", "change it again", 0, p.offRedo, p.redo),
	}
}

func (p *page) at() (row, bool) {
	r, ok := p.list.Selected()
	if !ok {
		return row{}, false
	}
	i := slices.IndexFunc(p.rows, func(x row) bool { return x.key == r.Key }) // as the plan is now
	if i < 0 {
		return row{}, false
	}
	return p.rows[i], true
}

// Init implements tui.Page.
func (p *page) Init() tea.Cmd { return p.read(p.arg, false) }

// reload reads what a plan stands on, where that could not be read; the plan itself is
// typed here and stays.
func (p *page) reload() tea.Cmd {
	if p.offReady() != "" {
		return p.Init()
	}
	return p.list.Reload()
}

func (p *page) read(arg string, begun bool) tea.Cmd {
	p.reading++
	gen := p.reading
	return p.h.Work("reading what is planned", func(ctx context.Context) tea.Msg {
		g, err := p.reads.Ground(ctx, arg)
		return groundMsg{gen, g, begun, err}
	})
}

// Update implements tui.Page.
func (p *page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case groundMsg:
		return p.take(msg)
	case restMsg:
		return p.count(msg.gen)
	case countMsg:
		if msg.gen == p.gen {
			p.counting, p.countFailed = false, ""
			p.counted, p.known = msg.counted, msg.err == nil
			if msg.err != nil && !errors.Is(msg.err, context.Canceled) {
				p.countFailed = msg.err.Error()
			}
		}
		return nil
	case savedMsg:
		return p.saved(msg)
	}
	return p.panes.Update(msg)
}

func (p *page) take(m groundMsg) tea.Cmd {
	if m.gen != p.reading { // begun again since
		return nil
	}
	if m.err != nil {
		if p.failed = m.err.Error(); p.ready {
			p.h.Fail(m.err)
		}
		return nil
	}
	if !m.begun {
		p.ground, p.ready, p.failed = m.ground, true, ""
		p.plan = m.ground.Plan.Clone()
		return p.changed()
	}
	next := m.ground.Plan.Clone()
	next.Draft = p.plan.Draft
	for _, f := range []string{"name", "due"} { // what was typed stays
		if was := p.plan.Values[f]; was != "" {
			next.Values[f] = was
		}
	}
	if next.Draft != "" {
		next.Definition = "" // a draft keeps what it was drafted from
	}
	p.ground = m.ground
	return p.set(next)
}

// form is where the list's rows come from: those of the plan as it is.
type form struct {
	mu  sync.Mutex
	now ui.Memory
}

// Load implements ui.Source.
func (f *form) Load(ctx context.Context, r ui.Request) (ui.Page, error) {
	f.mu.Lock()
	now := f.now
	f.mu.Unlock()
	return now.Load(ctx, r)
}

func (f *form) set(rows []ui.Row) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = ui.Memory{Rows: rows, Columns: []string{"Field", "What it says"}}
}

// set makes the plan another one, that can be taken back, and goes to a row, where
// one is named.
func (p *page) set(next Plan, to ...Ref) tea.Cmd {
	p.done, p.undone = append(p.done, p.plan), nil
	p.plan, p.dirty = next, true
	return p.changed(to...)
}

// changed shows the plan as it is, and has it counted once it rests.
func (p *page) changed(to ...Ref) tea.Cmd {
	p.rows = rowsOf(p.plan, p.ground)
	rows := make([]ui.Row, len(p.rows))
	for i, r := range p.rows {
		rows[i] = r.listed()
	}
	p.form.set(rows)
	p.gen++
	p.counting = true
	show := p.list.Reload
	if len(to) > 0 {
		show = func() tea.Cmd { return p.list.Show(keyOf(to[0])) }
	}
	return tea.Batch(show(), p.h.After(restAfter, restMsg{p.gen}))
}

func (p *page) count(gen int) tea.Cmd {
	if gen != p.gen {
		return nil
	}
	plan := p.plan.Clone()
	return p.h.Work("counting what it takes", func(ctx context.Context) tea.Msg {
		c, err := p.reads.Count(ctx, plan)
		return countMsg{gen, c, err}
	})
}

// faults are how many fields are wrong.
func (p *page) faults() (n int, first row) {
	for _, r := range p.rows {
		if r.fault != "" {
			if n++; n == 1 {
				first = r
			}
		}
	}
	return n, first
}

func (p *page) offReady() string {
	switch {
	case !p.ready:
		return "What is planned is still being read."
	case p.ground.Actor == "":
		return "This console only reads."
	}
	return ""
}

// Unsaved implements tui.Unsaved.
func (p *page) Unsaved() string {
	if !p.dirty {
		return ""
	}
	return "the plan of " + safe.Text(orElse(p.plan.Values["name"], "a campaign"))
}

func orElse(s, other string) string {
	if strings.TrimSpace(s) == "" {
		return other
	}
	return s
}

// Title implements tui.Page.
func (p *page) Title() string {
	if p.plan.Draft != "" {
		return "Plan of " + p.plan.Values["name"]
	}
	return "New campaign"
}

// Actions implements tui.Page.
func (p *page) Actions() action.Table { return p.actions }

// Capturing implements tui.Capturer.
func (p *page) Capturing() bool { return p.list.Capturing() }

// Esc implements tui.Escaper.
func (p *page) Esc() (tea.Cmd, bool) { return p.list.Esc() }

// TogglePreview implements tui.Previewer.
func (p *page) TogglePreview() { p.panes.Toggle() }

// View implements tui.Page.
func (p *page) View(w, h int) string {
	t := p.h.Look()
	switch {
	case p.failed != "" && !p.ready:
		return ui.Block(t, append([]ui.Line{nil}, ui.Paragraph(theme.Danger, safe.Text(p.failed), w)...), w, h)
	case !p.ready:
		return ui.Block(t, []ui.Line{nil, ui.Text(theme.Dim, "  reading what is planned"+t.Sign.Ellipsis)}, w, h)
	}
	return p.panes.View(w, h)
}

// top is one line over both panes: what it takes and what is wrong.
func (p *page) top(w, _ int) []string {
	line := ui.Line{{Role: theme.Title, Text: " " + safe.Text(orElse(p.plan.Values["name"], "no name yet")) + "  "}}
	switch {
	case p.counting:
		line = append(line, ui.Span{Role: theme.Dim, Text: "counting" + p.h.Look().Sign.Ellipsis})
	case p.known:
		line = append(line, ui.Span{Text: fmt.Sprintf("%s of %s", review.Count(p.counted.TieOut.InScope, "item", "items"), review.Count(p.counted.TieOut.Source, "holding", "holdings"))})
	}
	if n, _ := p.faults(); n > 0 {
		line = append(line, ui.Span{Role: theme.Danger, Text: "  x " + review.Count(n, "field is", "fields are") + " not right yet"})
	} else if p.known && p.counted.Fault != "" {
		line = append(line, ui.Span{Role: theme.Danger, Text: "  x " + safe.Text(p.counted.Fault)})
	}
	if p.dirty {
		line = append(line, ui.Span{Role: theme.Dim, Text: "  not saved"})
	}
	return []string{line.Draw(p.h.Look(), w)}
}
