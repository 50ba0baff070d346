package ui

import (
	"fmt"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/theme"
)

// redrawAfter is how often a meter is drawn again.
const redrawAfter = 200 * time.Millisecond

// Meter shows how far one piece of work in a command has come: the command tells it,
// the page draws its line over its content. Tell may be called from any
// goroutine, the rest in Update and View.
type Meter struct {
	what        string
	mu          sync.Mutex
	part        string
	done, total int64
}

// NewMeter is a meter for what: "verifying".
func NewMeter(what string) *Meter { return &Meter{what: what} }

// Tell says how far the work has come; total may be 0 where it is not known.
func (m *Meter) Tell(part string, done, total int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.part, m.done, m.total = part, done, total
}

// Line says it in a line for w cells, with a bar that reads without colour.
func (m *Meter) Line(t *theme.Theme, w int) Line {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := Line{{Role: theme.Title, Text: " " + m.what + "  "}}
	if m.total > 0 {
		n := min(m.done, m.total)
		l = append(l, Span{Role: theme.OK, Text: t.Progress(int(n), int(m.total), min(max(w/6, 8), 24))}, Span{Text: fmt.Sprintf("  %d %%", n*100/m.total)})
	}
	return append(l, Span{Role: theme.Dim, Text: "  " + m.part + "  esc stops it"})
}

// MeterMsg asks for the meter to be drawn again: hand it back to Tick as long as the
// work runs.
type MeterMsg struct{ Of *Meter }

// Tick draws the meter again after a moment; where nothing is to move by itself it
// is only drawn with what else is.
func (m *Meter) Tick(env *Env) tea.Cmd {
	if env.Still != nil && env.Still() {
		return nil
	}
	return env.After(redrawAfter, MeterMsg{m})
}
