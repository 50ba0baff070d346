package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"countersign/tui/safe"
	"countersign/tui/theme"
)

// Input is one line of text being typed. It takes keys and pastes only while it
// is given them; what is typed is drawn made safe.
type Input struct{ m textinput.Model }

// NewInput is an input holding value, the cursor at its end.
func NewInput(value string) *Input {
	m := textinput.New()
	m.Prompt = ""
	// Its own paste runs a program to read a clipboard on this machine, which is
	// not the person's when the console is served over SSH.
	m.KeyMap.Paste = key.NewBinding(key.WithDisabled())
	m.Focus()
	m.SetValue(value)
	m.CursorEnd()
	return &Input{m: m}
}

// Value is the text.
func (in *Input) Value() string { return in.m.Value() }

// AtEnd says whether the cursor is behind the last letter.
func (in *Input) AtEnd() bool { return in.m.Position() >= len([]rune(in.m.Value())) }

// Set replaces the text.
func (in *Input) Set(s string) {
	in.m.SetValue(s)
	in.m.CursorEnd()
}

// Update takes a key or a paste and says whether the text changed.
func (in *Input) Update(msg tea.Msg) (changed bool) {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
	default:
		return false
	}
	before := in.m.Value()
	in.m, _ = in.m.Update(msg) // its only commands are the cursor's blinking
	return in.m.Value() != before
}

// Draw is the text in exactly w cells, scrolled so that the cursor is seen. The
// cursor is drawn only with focus.
func (in *Input) Draw(t *theme.Theme, w int, focus bool) string {
	if !focus {
		return safe.Pad(safe.Text(in.m.Value()), w)
	}
	if w < 1 {
		return ""
	}
	runes := []rune(in.m.Value())
	pos := min(in.m.Position(), len(runes))
	before := safe.Text(string(runes[:pos]))
	at, after := " ", ""
	if pos < len(runes) {
		at = safe.Text(string(runes[pos : pos+1]))
		after = safe.Text(string(runes[pos+1:]))
	}
	at = safe.Truncate(at, w)
	for safe.Width(before)+safe.Width(at) > w {
		before = dropFirst(before)
	}
	room := w - safe.Width(before) - safe.Width(at)
	var b strings.Builder
	b.WriteString(before)
	t.Append(&b, theme.Selected, at)
	b.WriteString(safe.Pad(after, room))
	return b.String()
}

// dropFirst is s without its first rune and the marks that stood on it.
func dropFirst(s string) string {
	for i := range s {
		if i > 0 && safe.Text(s[i:]) == s[i:] {
			return s[i:]
		}
	}
	return ""
}
