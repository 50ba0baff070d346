package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// TestTypingAFilter: tab completes fields and known values; what is wrong is said
// under the line while the rows stay, and cannot be left behind by enter.
func TestTypingAFilter(t *testing.T) {
	w := newWorld()
	stamp, made := "1", 0
	l := NewList(w.Env, Config{What: "records", Columns: []Column{{Title: "Name", Width: 20, Flex: 1}, {Title: "Status", Width: 10}}, Source: source(&stamp, &made)})
	drain(l.Update, l.Init())
	table := l.Actions()
	typed := func(text string) {
		for _, r := range text {
			drain(l.Update, l.Update(keyMsg(strings.Replace(string(r), " ", "space", 1))))
		}
	}
	press(t, table, l.Update, "/")
	if f := ansi.Strip(l.View(80, 20)); !strings.Contains(f, "name:  status:  group:  grants:") {
		t.Errorf("the fields are not offered:\n%s", f)
	}
	typed("st")
	drain(l.Update, l.Update(keyMsg("tab")))
	if l.input.Value() != "status:" || !strings.Contains(ansi.Strip(l.View(80, 20)), "status:active  status:inactive") {
		t.Errorf("completed to %q:\n%s", l.input.Value(), l.View(80, 20))
	}
	typed("in")
	drain(l.Update, l.Update(keyMsg("tab")))
	if l.input.Value() != "status:inactive " || len(l.rows) != 1 {
		t.Errorf("completed to %q with %d rows", l.input.Value(), len(l.rows))
	}
	typed("grants>ten")
	f := ansi.Strip(l.View(80, 20))
	if !strings.Contains(f, `grants is a number, and "ten" is none`) || !strings.Contains(f, "Tom Vale") || len(w.failed) > 0 {
		t.Errorf("what is wrong is not said, or the rows went (%q):\n%s", w.failed, f)
	}
	drain(l.Update, l.Update(keyMsg("enter")))
	if !l.Capturing() {
		t.Error("enter left a filter that is wrong")
	}
	for range "ten" {
		drain(l.Update, l.Update(keyMsg("backspace")))
	}
	typed("5")
	drain(l.Update, l.Update(keyMsg("enter")))
	if l.Capturing() || l.Query().Filter != "status:inactive grants>5" || len(l.rows) != 1 {
		t.Errorf("the filter in force is %q with %d rows", l.Query().Filter, len(l.rows))
	}
	exact(t, l.View(80, 20), 80, 20)
}

// A filter typed before the rows' own source is there is for that one: a page that
// opens slowly takes nothing typed away, and asks nothing of the fields it lacked.
func TestAFilterTypedBeforeTheSourceIsThere(t *testing.T) {
	w := newWorld()
	stamp, made := "1", 0
	l := NewList(w.Env, Config{What: "records", Columns: []Column{{Title: "Name", Width: 20, Flex: 1}}, Source: &Memory{}})
	drain(l.Update, l.Init())
	press(t, l.Actions(), l.Update, "/")
	for _, r := range "status:inactive" {
		drain(l.Update, l.Update(keyMsg(string(r))))
	}
	if !strings.Contains(ansi.Strip(l.View(80, 20)), `no field "status"`) {
		t.Fatalf("the first source knows the field:\n%s", l.View(80, 20))
	}
	drain(l.Update, l.SetSource(source(&stamp, &made)))
	drain(l.Update, l.Update(keyMsg("enter")))
	if l.Capturing() || l.Query().Filter != "status:inactive" || len(l.rows) != 1 {
		t.Errorf("the filter in force is %q with %d rows:\n%s", l.Query().Filter, len(l.rows), l.View(80, 20))
	}
}
