package orgtest

import (
	tea "charm.land/bubbletea/v2"

	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/safe"
)

// Blank is a page with nothing on it, its argument for a title, in place of one that
// another page opens.
func Blank(id string) tui.PageSpec {
	return tui.PageSpec{ID: id, Title: id, New: func(_ *tui.Host, arg string) tui.Page { return blank{id + " " + arg} }}
}

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
