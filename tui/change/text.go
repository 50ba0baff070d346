package change

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// loadedText is a text dialog whose lines are read in a command; it is open
// before they are there, so that the next key is the dialog's.
type loadedText struct {
	env     *ui.Env
	heading string
	text    ui.Layer
}

type textMsg struct {
	of    *loadedText
	lines []ui.Line
	err   error
}

// OpenText opens a dialog that shows what load gives.
func OpenText(env *ui.Env, heading string, load func(ctx context.Context) ([]ui.Line, error)) tea.Cmd {
	d := &loadedText{env: env, heading: heading}
	d.show([]ui.Line{ui.Text(theme.Dim, "working it out"+env.Look().Sign.Ellipsis)})
	env.Open(d)
	return env.Work("working it out", func(ctx context.Context) tea.Msg {
		lines, err := load(ctx)
		return textMsg{d, lines, err}
	})
}

func (d *loadedText) show(lines []ui.Line) {
	d.text = ui.NewTextView(d.env, ui.TextView{Heading: d.heading, Lines: lines})
}

func (d *loadedText) Title() string          { return d.heading }
func (d *loadedText) Hints() action.Table    { return d.text.Hints() }
func (d *loadedText) View(w, h int) []string { return d.text.View(w, h) }
func (d *loadedText) Update(msg tea.Msg) (bool, tea.Cmd) {
	m, ok := msg.(textMsg)
	if !ok {
		return d.text.Update(msg)
	}
	switch {
	case m.of != d:
	case m.err != nil:
		d.show(Refusal(m.err))
	default:
		d.show(m.lines)
	}
	return false, nil
}
