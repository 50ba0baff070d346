package ui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/theme"
)

// paned is a list of rows beside details of 60 lines.
func paned(w *world, top int) (*List, *Panes) {
	l := started(w, &Memory{Rows: rows(100, false)})
	p := NewPanes(w.Env, PanesConfig{Main: l, More: "enter opens them",
		Top: func(cells, _ int) []string {
			return strings.Split(Block(w.Look(), nil, cells, top), "\n")[:top]
		},
		Detail: func(int, int) []Line {
			out := make([]Line, 60)
			for i := range out {
				out[i] = Text(theme.Plain, fmt.Sprintf("detail %d", i+1))
			}
			return out
		}})
	return l, p
}

// TestPanesArrange: beside each other from 120 columns, below each other under
// that, one in place of the other where there is room for one; P and p change it.
func TestPanesArrange(t *testing.T) {
	shown := func(p *Panes, w, h int) string {
		frame := p.View(w, h)
		exact(t, frame, w, h)
		switch list, detail := strings.Contains(frame, "row 0"), strings.Contains(frame, "detail 1"); {
		case list && detail && strings.Contains(strings.Split(frame, "\n")[4], "│"):
			return "beside"
		case list && detail:
			return "below"
		case list:
			return "list"
		case detail:
			return "detail"
		}
		return "nothing"
	}
	for _, c := range []struct {
		w, h int
		keys string
		want string
	}{{200, 50, "", "beside"}, {120, 24, "", "beside"}, {119, 24, "", "below"}, {80, 24, "", "below"}, {60, 15, "", "list"},
		{200, 50, "p", "list"}, {80, 24, "p", "list"}, {60, 15, "p", "detail"}, {60, 15, "pp", "list"}, {200, 50, "P", "below"}, {200, 50, "PP", "beside"}, {200, 15, "P", "beside"}} {
		w := newWorld()
		_, p := paned(w, 1)
		p.View(c.w, c.h)
		for _, k := range c.keys {
			if k == 'p' {
				p.Toggle()
				continue
			}
			p.Actions().Match("P").Do()
		}
		if got := shown(p, c.w, c.h); got != c.want {
			t.Errorf("%dx%d after %q shows %s, want %s", c.w, c.h, c.keys, got, c.want)
		}
	}
}

// TestReading: tab goes into the details, where moving keys scroll and leave the
// cursor; tab and esc go back, and another row begins at the first line.
func TestReading(t *testing.T) {
	w := newWorld()
	l, p := paned(w, 1)
	p.View(200, 20)
	table := p.Actions()
	press(t, table, p.Update, "tab", "j", "j")
	if f := p.View(200, 20); !strings.Contains(f, "> lines 3 to 20 of 60") || strings.Contains(f, "detail 2 ") || selected(l) != "r0000000" {
		t.Errorf("two lines down in the details, the list on %s:\n%s", selected(l), f)
	}
	press(t, table, p.Update, "G")
	if f := p.View(200, 20); !strings.Contains(f, "detail 60") {
		t.Errorf("not at the end:\n%s", f)
	}
	if cmd, used := l.Esc(); cmd != nil || !used {
		t.Error("esc did not leave the details")
	}
	press(t, table, p.Update, "j")
	if f := p.View(200, 20); selected(l) != "r0000001" || !strings.Contains(f, "detail 1 ") || !strings.Contains(f, "42 more lines: tab scrolls them, enter opens them") {
		t.Errorf("the list is on %s; another row begins at its first line:\n%s", selected(l), f)
	}
	if _, used := l.Esc(); used {
		t.Error("esc had nothing to do and did something")
	}
	p.Toggle()
	p.View(200, 20)
	if why := table.Match("tab").Why(); why == "" {
		t.Error("tab is on without details")
	}
}

// TestMouseInPanes: a click or the wheel is for what is under it, wherever it was
// drawn.
func TestMouseInPanes(t *testing.T) {
	for _, top := range []int{0, 1, 3} {
		w := newWorld()
		l, p := paned(w, top)
		p.View(200, 30)
		at := func(x, y int) tea.MouseClickMsg { return tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft} }
		drain(p.Update, p.Update(at(3, top+2+5))) // behind the count and the titles
		if selected(l) != "r0000005" {
			t.Errorf("%d lines over it: the click went to %s, want r0000005", top, selected(l))
		}
		drain(p.Update, p.Update(tea.MouseWheelMsg{X: 150, Y: 10, Button: tea.MouseWheelDown}))
		if f := p.View(200, 30); selected(l) != "r0000005" || !strings.Contains(f, "detail 4 ") || strings.Contains(f, "detail 3 ") {
			t.Errorf("the wheel over the details scrolls them, the list is on %s:\n%s", selected(l), f)
		}
		drain(p.Update, p.Update(tea.MouseWheelMsg{X: 10, Y: 10, Button: tea.MouseWheelDown}))
		if selected(l) != "r0000008" {
			t.Errorf("the wheel over the list went to %s, want r0000008", selected(l))
		}
		drain(p.Update, p.Update(at(150, top+2+5)))
		if selected(l) != "r0000008" {
			t.Errorf("a click into the details moved the cursor to %s", selected(l))
		}
	}
}
