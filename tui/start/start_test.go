package start_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/start"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
	"countersign/tui/ui"
)

// leads counts how often the demo was asked for.
type leads int

func (l *leads) Demo() { *l++ }

// place is a page that only says how it was opened.
type place struct{ id string }

func (p place) Init() tea.Cmd          { return nil }
func (p place) Update(tea.Msg) tea.Cmd { return nil }
func (p place) Title() string          { return "this is " + p.id }
func (p place) Actions() action.Table  { return nil }
func (p place) View(w, h int) string   { return ui.Block(theme.New(theme.Options{}, true), nil, w, h) }

// menu are the pages that the tours lead to, with the keys of the menu.
var menu = []string{"home", "review", "approvals", "campaigns", "people", "areas", "matrix", "findings", "log", "coverage", "definitions", "import"}

func open(t testing.TB, first string, kind theme.Kind, w, h int) (*orgtest.Console, *leads) {
	t.Helper()
	l := new(leads)
	pages := []tui.PageSpec{{ID: "start", Title: "Start", New: start.New(l)}, {ID: "tour", Title: "Tour", Verb: "tour", VerbName: "who you are", New: start.NewTour()}}
	if first == "tour" {
		pages[0], pages[1] = pages[1], pages[0]
	}
	for i, id := range menu {
		if id == "log" {
			continue // orgtest has it
		}
		key := ""
		if i < 9 {
			key = string(rune('1' + i))
		}
		pages = append(pages, tui.PageSpec{ID: id, Title: id, Key: key, New: func(*tui.Host, string) tui.Page { return place{id} }})
	}
	return orgtest.Start(t, kind, w, h, pages...), l
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"200x50", theme.Dark, 200, 50}, {"80x24", theme.NoColour, 80, 24}, {"60x15", theme.Dark, 60, 15}} {
		p, _ := open(t, "start", c.kind, c.w, c.h)
		p.Golden("start-" + c.name)
		p.Keys("j", "j", "enter", "j")
		p.Golden("tour-" + c.name)
		if faults := p.Root.Actions().Check(); len(faults) > 0 {
			t.Error(faults)
		}
	}
}

// The demo is asked about first, and then the program is left for it.
func TestDemo(t *testing.T) {
	p, l := open(t, "start", theme.Dark, 100, 30)
	p.Keys("enter")
	p.Has("Open the demo?")
	p.Keys("enter")
	if *l != 0 || p.Quit() {
		t.Fatal("Cancel opened the demo")
	}
	p.Keys("d", "tab", "enter")
	if *l != 1 || !p.Quit() {
		t.Errorf("the demo was asked for %d times, left: %v", *l, p.Quit())
	}
}

func TestImport(t *testing.T) {
	p, _ := open(t, "start", theme.Dark, 100, 30)
	p.Keys("j", "enter")
	p.Has("this is import")
}

// Every step of every tour leads to a page there is, and says the key of the menu.
func TestEveryStepLeads(t *testing.T) {
	p, _ := open(t, "tour", theme.NoColour, 120, 60)
	p.Has("Reviewer")
	steps := 0
	for range 40 {
		before := p.Frame()
		p.Keys("enter")
		if !strings.Contains(p.Frame(), "this is ") && len(p.Opened) == 0 {
			t.Fatalf("nothing opens:\n%s", p.Frame())
		}
		p.Keys("q", "j")
		if steps++; p.Frame() == before {
			break
		}
	}
	if steps < 15 {
		t.Errorf("%d steps", steps)
	}
}

// The palette begins the tour of one kind of person.
func TestTourOf(t *testing.T) {
	p, _ := open(t, "start", theme.NoColour, 120, 30)
	p.Keys(":")
	p.Type("tour auditor")
	p.Keys("enter")
	p.Has("1. The log")
	p.HasNot("2. Your items")
}

func FuzzStart(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		p, _ := open(t, "start", theme.Dark, 100, 30)
		p.Fuzz(seed, 80, []string{"j", "k", "enter", "esc", "d", "/", "a", "tab", "p", "P", "q", "s", "?", ":", "g", "G"})
	})
}
