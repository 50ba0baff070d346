package orgtest

import (
	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
)

// blank is a page with nothing on it.
type blank struct{ title string }

func (b blank) Init() tea.Cmd          { return nil }
func (b blank) Update(tea.Msg) tea.Cmd { return nil }
func (b blank) Title() string          { return b.title }
func (b blank) Actions() action.Table  { return nil }
func (b blank) View(w, h int) string {
	out := safe.Spaces(w)
	for range h - 1 {
		out += "\n" + safe.Spaces(w)
	}
	return out
}
