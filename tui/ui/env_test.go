package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"countersign/tui/action"
	"countersign/tui/theme"
)

// world is an Env that runs nothing by itself: commands are run by drain.
type world struct {
	*Env
	said   []string
	failed []string
	layers []Layer
	jobs   []string
}

func newWorld() *world {
	w := &world{}
	look := theme.New(theme.Options{Kind: theme.NoColour}, true)
	w.Env = &Env{
		Now:   func() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) },
		After: func(time.Duration, tea.Msg) tea.Cmd { return nil },
		Look:  func() *theme.Theme { return look },
		Open:  func(l Layer) { w.layers = append(w.layers, l) },
		Work: func(label string, fn func(context.Context) tea.Msg) tea.Cmd {
			w.jobs = append(w.jobs, label)
			return func() tea.Msg { return fn(context.Background()) }
		},
		Say:  func(s string) { w.said = append(w.said, s) },
		Fail: func(err error) { w.failed = append(w.failed, err.Error()) },
	}
	return w
}

// drain runs cmd and all that follows from it, in order.
func drain(update func(tea.Msg) tea.Cmd, cmd tea.Cmd) {
	queue := []tea.Cmd{cmd}
	for len(queue) > 0 {
		c := queue[0]
		queue = queue[1:]
		if c == nil {
			continue
		}
		switch msg := c().(type) {
		case tea.BatchMsg:
			queue = append(queue, msg...)
		case nil:
		default:
			queue = append(queue, update(msg))
		}
	}
}

// keyMsg is the message of a key by its name.
func keyMsg(name string) tea.KeyPressMsg {
	special := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "backspace": tea.KeyBackspace}
	if code, ok := special[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	if name == "space" {
		return tea.KeyPressMsg{Code: ' ', Text: " "}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// press does what key does by the table, or gives it to update.
func press(t *testing.T, table action.Table, update func(tea.Msg) tea.Cmd, keys ...string) {
	t.Helper()
	for _, k := range keys {
		if a := table.Match(k); a != nil {
			drain(update, a.Do())
			continue
		}
		drain(update, update(keyMsg(k)))
	}
}

// rows is n rows r0000000 …, ten to a group if grouped.
func rows(n int, grouped bool) []Row {
	out := make([]Row, n)
	for i := range out {
		out[i] = Row{Key: fmt.Sprintf("r%07d", i), Cells: []Cell{{Text: fmt.Sprintf("row %d", i)}, {Text: "R"}, {Text: fmt.Sprint(i % 7)}}}
		if grouped {
			out[i].Group = fmt.Sprintf("group %d", i/10)
		}
	}
	return out
}

// exact fails unless frame is h lines of exactly w cells.
func exact(t *testing.T, frame string, w, h int) {
	t.Helper()
	lines := strings.Split(frame, "\n")
	if len(lines) != h {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), h, frame)
	}
	for i, l := range lines {
		if lw := ansi.StringWidth(l); lw != w {
			t.Fatalf("line %d is %d cells, want %d: %q", i, lw, w, l)
		}
	}
}
