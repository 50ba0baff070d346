// Package start is what a new database opens on: the demo, an import, or a tour; and
// the tour itself, a walk over the pages for each kind of person.
package start

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Leads is where the page can lead besides other pages.
type Leads interface {
	// Demo has the demo opened once this console is left. It is called in Update.
	Demo()
}

// place is a row of either page: a page to go to, or something to do.
type place struct {
	title, page string
	key         string // the action that goes there, "go.review"; its key is said
	about       []string
	do          func() tea.Cmd
}

// page is a list of places with what is said of each beside it.
type page struct {
	h       *tui.Host
	title   string
	list    *ui.List
	panes   *ui.Panes
	actions action.Table
	top     string
	groups  []string
	places  [][]place // of each group
}

// fields are what the rows are filtered by.
func fields() filter.Table { return filter.Names("places", "what", "key", "for") }

// make1 makes a page of places, in groups by the word before each.
func make1(h *tui.Host, title, top string, groups []string, places [][]place, own action.Table) *page {
	p := &page{h: h, title: title, top: top, groups: groups, places: places}
	p.list = ui.NewList(h.Env, ui.Config{What: "places", Source: &ui.Memory{Fields: fields()}, Enter: p.open,
		Columns: []ui.Column{{Title: "What", Width: 30, Flex: 3}, {Title: "Key", Width: 5}}})
	p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Top: p.over, Detail: p.detail, Upper: func(h int) int { return max(h-9, 6) }})
	p.actions = append(own, p.panes.Actions()...)
	return p
}

// New makes the first page of a new database.
func New(leads Leads) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		demo := func() tea.Cmd {
			h.Open(ui.NewConfirm(h.Env, ui.Confirm{Heading: "Open the demo?", Yes: "open the demo", What: []string{
				"The demo is a made-up organisation of sixty people in a database of its own, with a campaign under way. This console closes, and the demo opens.",
				"Nothing is changed here; countersign opens this database again."},
				Do: func() tea.Cmd { leads.Demo(); return h.Quit() }}))
			return nil
		}
		return make1(h, "Start", "This organisation is new. Choose how to begin; esc shows the home page.", []string{"Begin"}, [][]place{{
			{title: "Try the demo", do: demo, key: "start.demo", about: []string{"A made-up organisation of sixty people, fifteen groups and twelve agents, with a campaign to review: try everything, nothing of it is real.",
				"It has a database of its own. Later: countersign demo."}},
			{title: "Import a file", page: "import", key: "start.import", about: []string{"People, groups, agents, grants and areas, as CSV, a workbook, JSON or LDIF, or as Okta, Entra, Google or Active Directory export them.",
				"You see the first rows, say which column is what, and what it would do, before anything is proposed."}},
			{title: "Take the tour", page: "tour", key: "start.tour", about: []string{"A walk over the pages, for a reviewer, an admin, a checker, a campaign owner or an auditor. Each step says its key and goes to its page."}},
		}}, action.Table{
			{ID: "start.demo", Keys: []string{"d"}, Help: "demo", Long: "open the demo, a made-up organisation", Scope: "start", Hint: 1, Do: demo},
			{ID: "start.import", Keys: []string{"f"}, Help: "file", Long: "import a file", Scope: "start", Hint: 2, Do: func() tea.Cmd { return h.Push("import", "") }},
			{ID: "start.tour", Keys: []string{"t"}, Help: "tour", Long: "take the tour", Scope: "start", Hint: 3, Do: func() tea.Cmd { return h.Push("tour", "") }},
		})
	}
}

// NewTour makes the tour; its argument is the kind of person, to begin there.
func NewTour() func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		var groups []string
		var places [][]place
		for _, w := range walks() {
			groups, places = append(groups, w.who), append(places, w.steps)
		}
		p := make1(h, "Tour", "Who are you? Enter goes to the page of a step; q comes back here.", groups, places, nil)
		for i, g := range groups {
			if strings.EqualFold(g, strings.TrimSpace(arg)) {
				p.groups, p.places = groups[i:i+1], places[i:i+1]
			}
		}
		return p
	}
}

// Init implements tui.Page. The keys are known once the page is open.
func (p *page) Init() tea.Cmd {
	var rows []ui.Row
	for i, g := range p.groups {
		for _, x := range p.places[i] {
			rows = append(rows, ui.Row{Key: g + "/" + x.title, Group: g, Data: x, Cells: []ui.Cell{{Text: x.title}, {Text: p.h.Key(x.key), Role: theme.Key}}})
		}
	}
	return p.list.SetSource(&ui.Memory{Rows: rows, Fields: fields()})
}

func (p *page) Update(msg tea.Msg) tea.Cmd { return p.panes.Update(msg) }
func (p *page) View(w, h int) string       { return p.panes.View(w, h) }
func (p *page) Title() string              { return p.title }
func (p *page) Actions() action.Table      { return p.actions }
func (p *page) Capturing() bool            { return p.list.Capturing() }
func (p *page) Esc() (tea.Cmd, bool)       { return p.list.Esc() }
func (p *page) TogglePreview()             { p.panes.Toggle() }

func (p *page) over(w, _ int) []string {
	return []string{ui.Line{{Text: " "}, {Role: theme.Dim, Text: p.top}, {}}.Draw(p.h.Look(), w)}
}

func (p *page) detail(w, _ int) []ui.Line {
	r, ok := p.list.Selected()
	x, is := r.Data.(place)
	if !ok || !is {
		return nil
	}
	out := append(ui.Paragraph(theme.Title, x.title, w), nil)
	for _, a := range x.about {
		out = append(out, ui.Paragraph(theme.Plain, a, w)...)
	}
	if key := p.h.Key(x.key); key != "" && strings.HasPrefix(x.key, "go.") {
		out = append(out, nil, ui.Text(theme.Key, "From anywhere: "+key))
	}
	return out
}

func (p *page) open(r ui.Row) tea.Cmd {
	x, ok := r.Data.(place)
	switch {
	case !ok:
		return nil
	case x.do != nil:
		return x.do()
	}
	return p.h.Push(x.page, "")
}
