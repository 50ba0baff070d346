package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/theme"
)

// Look shows lines that have to be worked out first: the window opens at once,
// says what it is doing, and scrolls what it found.
type Look struct {
	Heading string
	Doing   string // "replaying the log"
	// Load works the lines out, in a command.
	Load func(ctx context.Context) ([]Line, error)
}

type look struct {
	env    *Env
	l      Look
	view   *textView
	failed string
}

type lookedMsg struct {
	of    *look
	lines []Line
	err   error
}

// OpenLook opens the window for l and gives the command that loads it.
func OpenLook(env *Env, l Look) tea.Cmd {
	d := &look{env: env, l: l}
	env.Open(d)
	return env.Work(l.Doing, func(ctx context.Context) tea.Msg {
		lines, err := l.Load(ctx)
		return lookedMsg{d, lines, err}
	})
}

func (d *look) Title() string { return d.l.Heading }

func (d *look) Hints() action.Table {
	if d.view == nil {
		return action.Table{{Keys: []string{"esc"}, Help: "close", Hint: 1}}
	}
	return d.view.Hints()
}

func (d *look) Update(msg tea.Msg) (bool, tea.Cmd) {
	if m, ok := msg.(lookedMsg); ok && m.of == d {
		if m.err != nil {
			d.failed = m.err.Error()
		} else {
			d.view = &textView{env: d.env, v: TextView{Heading: d.l.Heading, Lines: m.lines}, h: 1}
		}
		return false, nil
	}
	if d.view != nil {
		return d.view.Update(msg)
	}
	if key, ok := msg.(tea.KeyPressMsg); ok && (key.String() == "q" || key.String() == "enter") && d.failed != "" {
		return true, nil
	}
	return false, nil
}

func (d *look) View(w, h int) []string {
	if d.view != nil {
		return d.view.View(w, h)
	}
	t := d.env.Look()
	text := Text(theme.Dim, d.l.Doing+t.Sign.Ellipsis)
	if d.failed == "" {
		return []string{text.Draw(t, w)}
	}
	var out []string
	for _, l := range Paragraph(theme.Danger, d.failed, w) {
		out = append(out, l.Draw(t, w))
	}
	return out[:min(len(out), max(h, 0))]
}
