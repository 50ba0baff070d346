// Package logpage is the console's page over the audit log: events newest first
// with filters, each readable whole with what it changed, the log held against the
// state on the spot, and the checkpoint to keep outside.
package logpage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Reads is what the page reads. All are called in commands only.
type Reads interface {
	// Events gives a page of the log; asks may be called with the organisation of
	// the same picture.
	Events(ctx context.Context, asks Asks) (Picture, error)
	// Event gives one event whole, in Events of the picture.
	Event(ctx context.Context, seq domain.Seq) (Picture, error)
	// Verify holds the database against its log; progress is called along the way.
	Verify(ctx context.Context, progress func(part string, done, total int64)) (Verdict, error)
	// Checkpoint is how far the log reaches, in the form to be held outside.
	Checkpoint(ctx context.Context) (string, error)
}

// Verdict is what a verification found.
type Verdict struct {
	Events, Rows, Items int64
	Root                string
	Faults              []string // none: everything fits
}

// restAfter is how long the cursor rests on an event before it is read whole.
const restAfter = 60 * time.Millisecond

// mostRows is how many rows of state the details beside the list show.
const mostRows = 30

type page struct {
	h       *tui.Host
	reads   Reads
	entity  domain.ID
	name    string
	list    *ui.List
	panes   *ui.Panes
	actions action.Table

	look    int
	head    review.Head
	known   bool
	shown   string // the event whose lines are held
	lines   []ui.Line
	wrapped []ui.Line
	width   int

	check   *ui.Meter // of a verification under way
	verdict ui.Line
}

type (
	lookMsg  struct{ look int }
	eventMsg struct {
		key   string
		lines []ui.Line
		err   error
		open  bool
	}
	namedMsg struct {
		name string
		head review.Head
		err  error
	}
	checkpointMsg struct {
		text string
		err  error
		copy bool
	}
)

// New registers the page. Its argument is the id of what the events shall name,
// "" for the whole log; "about:" may stand before it.
func New(reads Reads) func(h *tui.Host, arg string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		arg = strings.TrimPrefix(arg, "about:")
		p := &page{h: h, reads: reads, entity: domain.ID(arg), name: arg}
		p.list = ui.NewList(h.Env, ui.Config{What: "events", Columns: columns(), Source: &source{reads: reads, entity: p.entity}, Moved: p.moved,
			Sorts: []ui.Sort{{Title: "number: S turns it, the oldest first"}},
			Enter: func(r ui.Row) tea.Cmd { return p.read(r.Key, true) }})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Top: p.top, Detail: p.detail, More: "enter opens all of it", Upper: func(h int) int { return max(h/2, 6) }})
		p.actions = append(p.keys(), p.panes.Actions()...)
		return p
	}
}

func (p *page) keys() action.Table {
	const scope = "log"
	off := func() string {
		if _, ok := p.list.Selected(); !ok {
			return "There is no event here."
		}
		return ""
	}
	return action.Table{
		{ID: "log.verify", Keys: []string{"V"}, Help: "verify", Long: "hold the database against its log, on the spot", Scope: scope, Hint: 10, Off: p.offVerify, Do: p.verify},
		{ID: "log.checkpoint", Keys: []string{"c"}, Help: "checkpoint", Long: "how far the log reaches, to be kept outside", Scope: scope, Hint: 11, Do: func() tea.Cmd { return p.checkpoint(false) }},
		{ID: "log.copy-checkpoint", Keys: []string{"C"}, Help: "copy checkpoint", Scope: scope, Do: func() tea.Cmd { return p.checkpoint(true) }},
		{ID: "log.history", Keys: []string{"i"}, Help: "subject's history", Long: "the events that name what this one is about", Scope: scope, Hint: 12, Off: off, Do: p.history},
		{ID: "log.related", Keys: []string{"o"}, Help: "related", Long: "open who did it, what it is about, or what it changes", Scope: scope, Off: off, Do: p.related},
		{ID: "log.copy", Keys: []string{"y"}, Help: "copy number", Long: "copy the event's number", Scope: scope, Off: off, Do: func() tea.Cmd { r, _ := p.list.Selected(); return p.h.Copy(r.Key) }},
		{ID: "log.export", Keys: []string{"x"}, Help: "export", Long: "export the events that pass the filter", Scope: scope, Hint: 13, Do: func() tea.Cmd { return p.h.ExportList(p.file(), p.Title(), "", p.list) }},
		{ID: "log.filters", Keys: []string{"f"}, Help: "filters", Long: "what the filter understands", Scope: scope, Do: p.filters},
	}
}

func (p *page) file() string {
	if p.entity == "" {
		return "log"
	}
	return "log-" + string(p.entity)
}

// Init implements tui.Page.
func (p *page) Init() tea.Cmd { return tea.Batch(p.list.Init(), p.survey()) }

// survey reads how far the log reaches, and what the entity is called.
func (p *page) survey() tea.Cmd {
	return p.h.Work("reading the log", func(ctx context.Context) tea.Msg {
		pic, err := p.reads.Events(ctx, func(*domain.Org, []review.Campaign) (review.EventQuery, bool) { return review.EventQuery{}, false })
		m := namedMsg{err: err, head: pic.Head}
		if err == nil {
			m.name = p.called(ctx, pic)
		}
		return m
	})
}

// called is the entity's name; what has none of its own, a change set, is called by
// its last event.
func (p *page) called(ctx context.Context, pic Picture) string {
	name := named(pic, string(p.entity))
	if name != string(p.entity) || name == "" {
		return name
	}
	last, err := p.reads.Events(ctx, func(*domain.Org, []review.Campaign) (review.EventQuery, bool) {
		return review.EventQuery{Subject: string(p.entity), Limit: 1}, true
	})
	if err == nil && len(last.Events) == 1 {
		return Subject(last, last.Events[0])
	}
	return name
}

// Update implements tui.Page.
func (p *page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case lookMsg:
		if r, ok := p.list.Selected(); ok && msg.look == p.look {
			return p.read(r.Key, false)
		}
		return nil
	case eventMsg:
		return p.take(msg)
	case namedMsg:
		if msg.err == nil {
			p.name, p.head, p.known = msg.name, msg.head, true
		}
		return nil
	case checkpointMsg:
		return p.showCheckpoint(msg)
	case ui.MeterMsg:
		if msg.Of != p.check || p.check == nil {
			return nil
		}
		return p.check.Tick(p.h.Env)
	case verdictMsg:
		return p.verified(msg)
	}
	return p.panes.Update(msg)
}

func (p *page) moved() tea.Cmd {
	p.look++
	return p.h.After(restAfter, lookMsg{p.look})
}

// read gets an event whole, to show it beside the list or, with open, in a window.
func (p *page) read(k string, open bool) tea.Cmd {
	most := mostRows
	if open {
		most = 0
	}
	return p.h.Work("reading event "+k, func(ctx context.Context) tea.Msg {
		pic, err := p.reads.Event(ctx, seqOf(k))
		m := eventMsg{key: k, err: err, open: open}
		if err == nil && len(pic.Events) == 1 {
			m.lines = Lines(pic, pic.Events[0], most)
		}
		return m
	})
}

func (p *page) take(m eventMsg) tea.Cmd {
	if m.open {
		if m.err != nil {
			p.h.Fail(m.err)
			return nil
		}
		p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: "Event " + m.key, Lines: m.lines}))
		return nil
	}
	if r, ok := p.list.Selected(); !ok || r.Key != m.key {
		return nil
	}
	p.shown, p.lines, p.width = m.key, m.lines, 0
	if m.err != nil {
		p.lines = []ui.Line{ui.Text(theme.Danger, safe.Text(m.err.Error()))}
	}
	return nil
}

// history opens the log of what the selected event is about.
func (p *page) history() tea.Cmd {
	r, _ := p.list.Selected()
	return p.h.Work("reading event "+r.Key, func(ctx context.Context) tea.Msg {
		pic, err := p.reads.Event(ctx, seqOf(r.Key))
		switch {
		case err != nil:
			return tui.FailMsg{Err: err}
		case len(pic.Events) != 1 || pic.Events[0].Subject == "":
			return tui.SayMsg{Text: "this event is about the log itself"}
		}
		return tui.PushMsg{ID: "log", Arg: pic.Events[0].Subject}
	})
}

// related offers who did it, what it is about, and what it changes.
func (p *page) related() tea.Cmd {
	r, _ := p.list.Selected()
	return p.h.Related(func(ctx context.Context) ([]tui.Lead, error) {
		pic, err := p.reads.Event(ctx, seqOf(r.Key))
		if err != nil || len(pic.Events) != 1 {
			return nil, err
		}
		e := pic.Events[0]
		var out []tui.Lead
		add := func(kind domain.Kind, id domain.ID, note string) {
			if place, ok := browse.PlaceOf(pic.Org, kind, id, note); ok {
				out = append(out, place)
			}
		}
		add(domain.KindPrincipal, e.Actor, "did it")
		for _, c := range pic.Campaigns {
			if head, _, _ := strings.Cut(e.Subject, "/"); head == string(c.ID) {
				out = append(out, tui.Lead{Page: "campaign", Arg: head, Label: "campaign " + c.Name, Note: "it is about this"})
			}
		}
		out = append(out, namedItems(e)...)
		for _, d := range slices.Concat(e.Changes, e.Proposed) {
			add(d.Kind, d.ID, "it changes this")
			if rec, err := record(d); err == nil {
				if g, ok := rec.(domain.Grant); ok {
					out = append(out, browse.PlacesOfGrant(pic.Org, g)...)
				}
			}
		}
		if e.Subject != "" {
			out = append(out, tui.Lead{Page: "log", Arg: e.Subject, Label: "events about " + Subject(pic, e), Note: "history"})
		}
		return out, nil
	})
}

func (p *page) filters() tea.Cmd {
	p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: "Filters, typed after /", Lines: ui.FilterLines(filter.Events())}))
	return nil
}

// Returned implements tui.Returner.
func (p *page) Returned() tea.Cmd { return tea.Batch(p.list.Reload(), p.survey()) }

// Title implements tui.Page.
func (p *page) Title() string {
	if p.entity == "" {
		return "Log"
	}
	return "Log of " + p.name
}

// Status implements tui.Status.
func (p *page) Status() string {
	if !p.known {
		return ""
	}
	return fmt.Sprintf("log of %s", review.Count(int(p.head.Size), "event", "events"))
}

// Actions implements tui.Page.
func (p *page) Actions() action.Table { return p.actions }

// Capturing implements tui.Capturer.
func (p *page) Capturing() bool { return p.list.Capturing() }

// Esc implements tui.Escaper.
func (p *page) Esc() (tea.Cmd, bool) { return p.list.Esc() }

// TogglePreview implements tui.Previewer.
func (p *page) TogglePreview() { p.panes.Toggle() }

// View implements tui.Page: how far the log reaches, the list, the event.
func (p *page) View(w, h int) string { return p.panes.View(w, h) }

// top is the line over the list: verification, else the checkpoint.
func (p *page) top(w, _ int) []string {
	t := p.h.Look()
	switch {
	case p.check != nil:
		return []string{p.check.Line(t, w).Draw(t, w)}
	case p.verdict != nil:
		return []string{p.verdict.Draw(t, w)}
	case !p.known:
		return []string{safe.Spaces(w)}
	}
	return []string{ui.Line{{Role: theme.Dim, Text: " checkpoint "}, {Text: fmt.Sprintf("%d  ", p.head.Size)}, {Role: theme.Dim, Text: p.head.Root + "  V verifies"}}.Draw(t, w)}
}

func (p *page) detail(w, _ int) []ui.Line {
	r, ok := p.list.Selected()
	switch {
	case !ok:
		return nil
	case p.shown != r.Key:
		return []ui.Line{ui.Text(theme.Dim, "event "+r.Key+p.h.Look().Sign.Ellipsis)}
	}
	if p.width != w {
		p.wrapped, p.width = ui.Wrapped(p.lines, w), w
	}
	return p.wrapped
}
