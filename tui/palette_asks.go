package tui

import (
	tea "charm.land/bubbletea/v2"

	"countersign/tui/ui"
)

// Asks implements ui.Asker: the rows are what can be chosen.
func (p *palette) Asks() ui.Question {
	q := ui.Question{Label: "An action or a name, to narrow", Value: p.input.Value(), Fault: p.off}
	if p.failed != "" {
		q.Fault = p.failed
	}
	if p.finding {
		q.Waiting = "names are being looked for"
	}
	for _, r := range p.rows() {
		text := r.words
		if r.found != nil {
			text = "open " + r.heading + " " + text
		}
		if r.why != "" {
			text += " (not now: " + r.why + ")"
		}
		q.Options = append(q.Options, text)
	}
	if len(q.Options) == 0 && q.Fault == "" {
		q.Fault = "nothing is called that"
	}
	return q
}

// Answer implements ui.Asker: it is what is typed.
func (p *palette) Answer(text string) (bool, tea.Cmd) { p.off = ""; return false, p.set(text) }

// Choose implements ui.Asker.
func (p *palette) Choose(i int) (bool, tea.Cmd) {
	p.at = i
	return p.choose()
}

var _ ui.Asker = (*palette)(nil)
