package tui_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/ui"
)

// itemsPage is a page as a page is written: a list with decisions beside a
// preview, dialogs, slow work.
type itemsPage struct {
	h        *tui.Host
	list     *ui.List
	actions  action.Table
	panes    *ui.Panes
	decided  map[string]string
	unsaved  string
	received []tea.Msg
}

func newItems(rows []ui.Row) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		p := &itemsPage{h: h, decided: map[string]string{}}
		p.list = ui.NewList(h.Env, ui.Config{
			What:    "items",
			Columns: []ui.Column{{Title: "Level", Width: 5}, {Title: "Area", Width: 16, Flex: 1}, {Title: "Risk", Width: 5, Drop: 1}, {Title: "Decision", Width: 8}},
			Source:  &ui.Memory{Rows: rows, Columns: []string{"Level", "Area"}, Holds: func(r ui.Row, _ string) bool { return p.decided[r.Key] == "" }},
			Sorts:   []ui.Sort{{ID: "Area", Title: "area"}}, Marks: true,
			Enter: func(r ui.Row) tea.Cmd { return h.Push("person", r.Key) },
		})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Detail: p.drawPreview})
		const scope = "items"
		p.actions = append(action.Table{
			{ID: "items.keep", Keys: []string{"a"}, Help: "keep", Scope: scope, Hint: 1, Decision: true, Do: p.keep},
			{ID: "items.revoke-all", Keys: []string{"D"}, Help: "revoke marked", Scope: scope, Hint: 2, Do: p.askRevoke},
			{ID: "items.slow", Keys: []string{"w"}, Help: "slow", Scope: scope, Do: p.slow},
			{ID: "items.off", Keys: []string{"o"}, Help: "never", Scope: scope, Off: func() string { return "Nothing is related to this." }, Do: p.keep},
			{ID: "items.edit", Keys: []string{"t"}, Help: "touch", Scope: scope, Do: func() tea.Cmd { p.unsaved = "1 change is not proposed."; return nil }},
		}, p.panes.Actions()...)
		return p
	}
}

func (p *itemsPage) Init() tea.Cmd           { return p.list.Init() }
func (p *itemsPage) Title() string           { return "my items" }
func (p *itemsPage) Actions() action.Table   { return p.actions }
func (p *itemsPage) Capturing() bool         { return p.list.Capturing() }
func (p *itemsPage) Esc() (tea.Cmd, bool)    { return p.list.Esc() }
func (p *itemsPage) Status() string          { return "due in 6 days" }
func (p *itemsPage) Unsaved() string         { return p.unsaved }
func (p *itemsPage) TogglePreview()          { p.panes.Toggle() }
func (p *itemsPage) keep() tea.Cmd           { return p.decide("+") }
func (p *itemsPage) undecided(r ui.Row) bool { return p.decided[r.Key] == "" }

func (p *itemsPage) Update(msg tea.Msg) tea.Cmd {
	p.received = append(p.received, msg)
	return p.panes.Update(msg)
}

func (p *itemsPage) decide(mark string) tea.Cmd {
	r, ok := p.list.Selected()
	if !ok {
		return nil
	}
	p.decided[r.Key] = mark
	r.Cells = append(r.Cells[:3:3], ui.Cell{Text: mark, Role: theme.DecisionRole(mark)})
	p.list.Replace(r)
	p.h.Say(fmt.Sprintf("kept %d/%d", len(p.decided), 100_000))
	return p.list.Next(1, "undecided", p.undecided)
}

func (p *itemsPage) askRevoke() tea.Cmd {
	asked := p.list.Targets()
	p.h.Open(ui.NewConfirm(p.h.Env, ui.Confirm{
		Heading: fmt.Sprintf("Revoke %d items?", asked.Count), What: []string{"They lose this access at remediation."}, Yes: "revoke",
		Do: func() tea.Cmd {
			for _, k := range asked.Keys {
				p.decided[k] = "x"
			}
			return nil
		},
	}))
	return nil
}

type slowDone struct{ err error }

func (p *itemsPage) slow() tea.Cmd {
	return p.h.Work("counting", func(ctx context.Context) tea.Msg {
		return slowDone{ctx.Err()}
	})
}

func (p *itemsPage) View(w, h int) string {
	return p.panes.View(w, h)
}

func (p *itemsPage) drawPreview(w, _ int) []ui.Line {
	r, ok := p.list.Selected()
	if !ok {
		return nil
	}
	lines := []ui.Line{ui.Text(theme.Title, "Item "+r.Key), nil}
	return append(lines, ui.Paragraph(theme.Plain, "Allows: promote any agent to Live, roll back. Used: never in 214 days.", w)...)
}

// personPage is opened with an argument.
type personPage struct {
	h   *tui.Host
	arg string
}

func (p *personPage) Init() tea.Cmd          { return nil }
func (p *personPage) Update(tea.Msg) tea.Cmd { return nil }
func (p *personPage) Title() string          { return p.arg }
func (p *personPage) Actions() action.Table {
	return action.Table{{ID: "person.fail", Keys: []string{"z"}, Help: "fail", Scope: "person", Hint: 1, Do: func() tea.Cmd {
		p.h.Fail(errors.New("the person is gone; reload the list"))
		return nil
	}}}
}
func (p *personPage) View(w, h int) string {
	return ui.Block(p.h.Look(), []ui.Line{ui.Plain("person " + p.arg)}, w, h)
}

// items is n rows, ten to a person, one name hostile.
func items(n int) []ui.Row {
	areas := []string{"Deployments", "Voice › Numbers", "Sales Agent", "Knowledge", "株式会社", "Account"}
	levels := []string{theme.LevelNone, theme.LevelRead, theme.LevelEdit}
	out := make([]ui.Row, n)
	for i := range out {
		l := levels[i%3]
		out[i] = ui.Row{Key: fmt.Sprintf("i%06d", i), Group: fmt.Sprintf("Person %d, Support", i/10), Cells: []ui.Cell{
			{Text: l, Role: theme.LevelRole(l)}, {Text: fmt.Sprintf("%s %d", areas[i%6], i)}, {Text: "high", Role: theme.Warn}, {Text: theme.DecisionOpen}}}
	}
	out[7].Cells[1].Text = "Mallory\rADMIN\x1b[8m\u202e"
	return out
}

type demo struct {
	*tuitest.Driver
	clock *tuitest.Clock
	root  *tui.Root
	page  *itemsPage
}

// start is a console of the demo pages at w×h.
func start(t testing.TB, n, w, h int) *demo {
	t.Helper()
	return startWith(t, n, w, h, nil)
}

// startWith is start with another configuration.
func startWith(t testing.TB, n, w, h int, change func(*tui.Config)) *demo {
	t.Helper()
	d := &demo{clock: tuitest.NewClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))}
	make1 := newItems(items(n))
	cfg := tui.Config{
		Product: "Countersign", Actor: "ana@acme.example", Banner: "REHEARSAL: people are played with --as",
		Theme: theme.Options{Kind: theme.Dark}, Now: d.clock.Now, After: d.clock.After,
		Pages: []tui.PageSpec{
			{ID: "items", Title: "My items", Key: "1", New: func(h *tui.Host, arg string) tui.Page {
				p := make1(h, arg)
				d.page, _ = p.(*itemsPage)
				return p
			}},
			{ID: "people", Title: "People", Key: "2", New: func(h *tui.Host, _ string) tui.Page { return &personPage{h, "People"} }},
			{ID: "person", Title: "Person", New: func(h *tui.Host, arg string) tui.Page { return &personPage{h, arg} }},
		},
	}
	if change != nil {
		change(&cfg)
	}
	root, err := tui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	d.root = root
	d.Driver = tuitest.Start(t, root, d.clock, w, h)
	return d
}
