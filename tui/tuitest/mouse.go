package tuitest

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/ui"
)

// Sizes are the windows in which clicks are tried on every page.
var Sizes = [][2]int{{200, 50}, {120, 40}, {80, 24}}

// ClickRows clicks on every line of the screen in each of Sizes, in the list and
// in the details beside it, and turns the wheel over both. It fails unless a click
// selects the row it is on, nothing else moves the cursor but the wheel over the
// list, and at least two rows were selected. The page must have a list, or a tree,
// at the left edge.
func (d *Driver) ClickRows() {
	d.t.Helper()
	for _, size := range Sizes {
		w, h := size[0], size[1]
		d.Resize(w, h)
		selected := 0
		for y := 1; y < h-1; y++ { // the first has the trail and the last the hints, which do what they say
			before := d.cursorLine()
			d.Send(tea.MouseClickMsg{X: 4, Y: y, Button: tea.MouseLeft})
			switch after := d.cursorLine(); {
			case after == y:
				selected++
			case after != before:
				d.t.Errorf("%dx%d: a click on line %d put the cursor on line %d:\n%s", w, h, y, after, d.Frame())
				return
			}
		}
		if selected < 2 {
			d.t.Errorf("%dx%d: clicks selected %d rows:\n%s", w, h, selected, d.Frame())
		}
		if w < ui.SideBySide {
			continue
		}
		before := d.cursorLine()
		for y := 1; y < h-1; y++ {
			d.Send(tea.MouseClickMsg{X: w - 4, Y: y, Button: tea.MouseLeft}, tea.MouseWheelMsg{X: w - 4, Y: y, Button: tea.MouseWheelDown})
			if after := d.cursorLine(); after != before && strings.Contains(d.Frame(), "│") {
				d.t.Errorf("%dx%d: a click into the details at line %d moved the cursor from line %d to %d", w, h, y, before, after)
				return
			}
		}
		d.Send(tea.MouseClickMsg{X: 4, Y: before, Button: tea.MouseLeft}) // back to the list
		d.Send(tea.MouseWheelMsg{X: 4, Y: before, Button: tea.MouseWheelUp})
		if after := d.cursorLine(); after == before && selected > 4 {
			d.t.Errorf("%dx%d: the wheel over the list did not move the cursor from line %d", w, h, before)
		}
	}
}

// cursorLine is the line of the screen the cursor is on, -1 if it is on none.
func (d *Driver) cursorLine() int {
	for y, line := range strings.Split(d.Frame(), "\n") {
		if strings.HasPrefix(line, ">") && !strings.HasPrefix(line, "> lines ") {
			return y
		}
	}
	return -1
}
