package tui

import (
	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// palette lists the actions of the screen under it, filtered as one types: as
// help, and as the palette, in which enter does the action chosen.
type palette struct {
	env     *ui.Env
	heading string
	run     bool
	all     action.Table
	input   *ui.Input
	at, h   int
	do      func(*action.Action) tea.Cmd
	off     string
}

func (p *palette) Title() string { return p.heading }

func (p *palette) Hints() action.Table {
	t := action.Table{{Help: "type to filter", Hint: 1}, {Keys: []string{"up", "down"}, Help: "move", Hint: 2}, {Keys: []string{"esc"}, Help: "close", Hint: 4}}
	if p.run {
		t = append(t, action.Action{Keys: []string{"enter"}, Help: "do it", Hint: 3})
	}
	return t
}

func (p *palette) Update(msg tea.Msg) (bool, tea.Cmd) {
	key, ok := msg.(tea.KeyPressMsg)
	shown := p.all.Filter(p.input.Value())
	if ok {
		p.off = ""
		switch key.String() {
		case "down", "tab":
			p.at = min(p.at+1, max(len(shown)-1, 0))
			return false, nil
		case "up", "shift+tab":
			p.at = max(p.at-1, 0)
			return false, nil
		case "pgdown":
			p.at = min(p.at+p.h, max(len(shown)-1, 0))
			return false, nil
		case "pgup":
			p.at = max(p.at-p.h, 0)
			return false, nil
		case "enter":
			return p.choose(shown)
		}
	}
	if p.input.Update(msg) {
		p.at = 0
	}
	return false, nil
}

// choose does the action chosen; one that is off says why and the palette stays.
func (p *palette) choose(shown action.Table) (bool, tea.Cmd) {
	if !p.run || p.at >= len(shown) {
		return !p.run, nil
	}
	a := &shown[p.at]
	if p.off = a.Why(); p.off != "" {
		return false, nil
	}
	return true, p.do(a)
}

func (p *palette) View(w, h int) []string {
	t := p.env.Look()
	shown := p.all.Filter(p.input.Value())
	out := []string{t.Style(theme.Key, "> ") + p.input.Draw(t, w-2, true)}
	room := h - 1
	if p.off != "" {
		room--
	}
	p.h = max(room, 1)
	from := max(p.at-p.h+1, 0)
	for i := from; i < len(shown) && len(out) <= room; i++ {
		out = append(out, p.line(t, &shown[i], i == p.at, w))
	}
	if len(shown) == 0 {
		out = append(out, ui.Text(theme.Dim, "  no key does that").Draw(t, w))
	}
	if p.off != "" {
		out = append(out, ui.Text(theme.Warn, p.off).Draw(t, w))
	}
	return out
}

// line is one action: its keys, what it does, where it holds, why it is off.
func (p *palette) line(t *theme.Theme, a *action.Action, at bool, w int) string {
	mark, keys := "  ", safe.Pad(a.KeyNames(), 12)
	if at {
		mark = "> "
	}
	words := a.Words()
	why := a.Why()
	if why != "" {
		words += " (" + why + ")"
	}
	room := max(w-2-12-2-10, 8)
	text := safe.Pad(safe.Text(words), room)
	switch {
	case at:
		return ui.Text(theme.Selected, mark+keys+"  "+text+"  "+a.Heading()).Draw(t, w)
	case why != "":
		return ui.Text(theme.Dim, mark+keys+"  "+text+"  "+a.Heading()).Draw(t, w)
	}
	return ui.Line{{Text: mark}, {Role: theme.Key, Text: keys}, {Text: "  " + text}, {Role: theme.Dim, Text: "  " + a.Heading()}}.Draw(t, w)
}
