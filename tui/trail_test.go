package tui_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"countersign/tui"
	"countersign/tui/safe"
)

// deep is a console three pages deep.
func deep(t *testing.T, w int) *demo {
	t.Helper()
	d := startWith(t, 1000, w, 24, func(c *tui.Config) { c.Mouse = true })
	d.Send(tui.PushMsg{ID: "person", Arg: "usr_7"})
	d.Send(tui.PushMsg{ID: "person", Arg: "Release crew"})
	return d
}

// click clicks where the screen first shows s.
func (d *demo) click(t *testing.T, s string) {
	t.Helper()
	for y, line := range strings.Split(d.Frame(), "\n") {
		if x := strings.Index(line, s); x >= 0 {
			d.Send(tea.MouseClickMsg{X: safe.Width(line[:x]), Y: y, Button: tea.MouseLeft})
			return
		}
	}
	t.Fatalf("the screen does not show %q:\n%s", s, d.Frame())
}

func TestTrailLeadsBack(t *testing.T) {
	for name, back := range map[string]func(d *demo){
		"a click":     func(d *demo) { d.click(t, "my items") },
		"the key":     func(d *demo) { d.Keys("ctrl+o", "j", "enter") },
		"its number":  func(d *demo) { d.Keys("ctrl+o", "2") },
		"the palette": func(d *demo) { d.Keys(":"); d.Type("back 2"); d.Keys("enter") },
	} {
		d := deep(t, 120)
		d.Has("my items › usr_7 › Release crew")
		back(d)
		d.HasNot("usr_7")
		if d.Has("1 of 1000"); d.Quit() {
			t.Errorf("%s: it left the program", name)
		}
		d.Keys("ctrl+o")
		d.Has("This is the first page.")
		d.Keys("esc", ":")
		d.Type("back 2")
		d.HasNot("there is no such back")
		d.Has("This is the first page.")
	}
	d := deep(t, 120)
	d.Keys(":")
	d.Type("back 1")
	d.Keys("enter")
	d.Has("my items › usr_7")
	d.HasNot("Release crew")
	d.click(t, "usr_7") // where one is leads nowhere
	d.Has("my items › usr_7")
}

// Where the width runs short, the last two pages are shown, and the way before them.
func TestShortTrail(t *testing.T) {
	d := deep(t, 62)
	d.Has("… › usr_7 › Release crew")
	d.HasNot("my items")
	d.Sound()
	d.click(t, "…")
	d.Has("my items")
	d.HasNot("usr_7")
	for w := 40; w < 130; w += 7 {
		d := deep(t, w)
		d.Has("Release") // where one is
		d.Sound()
	}
}

func TestTrailAsksBeforeItLosesSomething(t *testing.T) {
	d := start(t, 1000, 120, 24)
	d.Keys("enter")
	d.Send(tui.PushMsg{ID: "items"})
	d.Keys("t") // touched
	d.Send(tui.PushMsg{ID: "person", Arg: "usr_7"})
	d.Keys("ctrl+o", "3")
	d.Has("1 change is not proposed.")
	d.Keys("enter") // Cancel
	d.Has("usr_7")
	d.Keys("ctrl+o", "3", "right", "enter")
	d.HasNot("usr_7")
}

func TestHintsAndLayersCanBeClicked(t *testing.T) {
	d := startWith(t, 1000, 120, 24, func(c *tui.Config) { c.Mouse = true })
	d.click(t, "a keep")
	if len(d.page.decided) != 1 {
		t.Error("a click on the hint does not do it")
	}
	d.click(t, "m menu")
	d.Has("Go to")
	d.click(t, "People")
	d.Has("person People")
	d.click(t, "? all keys")
	d.Has("Keys")
	d.Keys("esc", "1", ":")
	d.Type("theme")
	d.click(t, "choose the colours")
	d.Has("Theme")
	d.click(t, "Sales Agent 2") // what lies under a layer is not clicked
	d.Has("Theme")
	d.Send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	d.Has("> light")
	d.click(t, "none")
	d.Has("theme: none")
}
