package questions

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// asOf is the page on which a moment of the past is chosen.
type asOf struct {
	h       *tui.Host
	reads   Reads
	arg     string
	list    *ui.List
	panes   *ui.Panes
	actions action.Table
}

type asOfMsg struct {
	of    *asOf
	said  string
	err   error
	asked *string // identifies the dialog that waits for it; nil: none does
}

// NewAsOf makes the page: its argument is a moment, which is looked at at once.
func NewAsOf(reads Reads) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &asOf{h: h, reads: reads, arg: arg}
		p.list = ui.NewList(h.Env, ui.Config{What: "moments", Source: instants{reads}, Enter: func(r ui.Row) tea.Cmd { return p.set(r.Key) },
			Columns: []ui.Column{{Title: "Moment", Width: 24, Flex: 1}, {Title: "What it is", Width: 24, Flex: 3}}})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Top: func(w, _ int) []string {
			return []string{ui.Text(theme.Dim, " Enter shows the organisation's pages as they were then; nothing of it can be changed until it is now again.").Draw(h.Look(), w)}
		}})
		p.actions = append(action.Table{
			{ID: "as-of.ask", Keys: []string{"e"}, Help: "another", Long: "type a date, an instant or an event's number", Scope: "as-of", Hint: 1, Do: p.ask},
			{ID: "as-of.now", Keys: []string{"n"}, Help: "now", Long: "show the present again", Scope: "as-of", Hint: 2, Do: func() tea.Cmd { return p.set("now") }},
		}, p.panes.Actions()...)
		return p
	}
}

// instants are the moments that are offered.
type instants struct{ reads Reads }

// Filters implements ui.Filterer.
func (instants) Filters() filter.Table { return filter.Names("moments", "moment", "what") }

// Load implements ui.Source.
func (s instants) Load(ctx context.Context, r ui.Request) (ui.Page, error) {
	all, err := s.reads.Instants(ctx)
	if err != nil {
		return ui.Page{}, err
	}
	m := ui.Memory{Fields: s.Filters(), Columns: []string{"moment", "what"}}
	for _, i := range all {
		m.Rows = append(m.Rows, ui.Row{Key: i.Word, Cells: []ui.Cell{{Text: i.Label}, {Text: i.Note, Role: theme.Dim}}})
	}
	return m.Load(ctx, r)
}

func (p *asOf) Init() tea.Cmd {
	if p.arg != "" {
		return tea.Batch(p.list.Init(), p.set(p.arg))
	}
	return p.list.Init()
}

func (p *asOf) ask() tea.Cmd {
	if p.unsaved() {
		return nil
	}
	token := new(string)
	p.h.Open(ui.NewAsk(p.h.Env, ui.Ask{Heading: "As of when?", Fields: []ui.Field{{Label: "A date, an instant or an event's number", Hint: "2026-03-31: as that day ended; 2026-03-31T09:00:00Z; 49", Check: ui.Needed("a moment")}},
		Do: func(v []string) tea.Cmd { return p.move(v[0], token) },
		Done: func(msg tea.Msg) (bool, error) {
			m, ok := msg.(asOfMsg)
			return ok && m.asked == token, m.err
		}}))
	return nil
}

// set moves the organisation's pages to a moment, unless something is not proposed yet.
func (p *asOf) set(moment string) tea.Cmd {
	if p.unsaved() {
		return nil
	}
	return p.move(moment, nil)
}

// unsaved tells that something is not proposed yet, and says what.
func (p *asOf) unsaved() bool {
	why := p.h.AnyUnsaved()
	if why != "" {
		p.h.Say(why + " Propose it or take it back first.")
	}
	return why != ""
}

func (p *asOf) move(moment string, asked *string) tea.Cmd {
	return p.h.Work("going to "+moment, func(ctx context.Context) tea.Msg {
		said, err := p.reads.AsOf(ctx, moment)
		return asOfMsg{p, said, err, asked}
	})
}

// Update implements tui.Page.
func (p *asOf) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(asOfMsg)
	switch {
	case !ok:
		return p.panes.Update(msg)
	case m.of != p:
		return nil
	case m.err != nil:
		if m.asked == nil { // else the dialog shows it over what was typed
			p.h.Fail(m.err)
		}
		return nil
	}
	p.h.Say(m.said)
	return p.h.Anew()
}

func (p *asOf) Title() string         { return "As of" }
func (p *asOf) View(w, h int) string  { return p.panes.View(w, h) }
func (p *asOf) Actions() action.Table { return p.actions }
func (p *asOf) Capturing() bool       { return p.list.Capturing() }
func (p *asOf) Esc() (tea.Cmd, bool)  { return p.list.Esc() }
