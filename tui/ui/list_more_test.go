package ui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// TestColumnsSlide: what there is no room for is told of, and h and l bring every
// column into sight; the one that tells the rows apart stays.
func TestColumnsSlide(t *testing.T) {
	w := newWorld()
	cfg := Config{What: "rows", Source: &Memory{Rows: []Row{{Key: "a", Cells: make([]Cell, 8)}}}}
	for i := range 8 {
		cfg.Columns = append(cfg.Columns, Column{Title: fmt.Sprintf("Title%d", i), Width: 10, Drop: i})
	}
	cfg.Columns[1].Flex = 1
	l := NewList(w.Env, cfg)
	drain(l.Update, l.Init())
	titles := func() string { return strings.Split(ansi.Strip(l.View(40, 10)), "\n")[1] }
	if got := titles(); !strings.HasPrefix(got, " …Title0") || strings.Contains(got, "Title7") {
		t.Errorf("the titles are %q", got)
	}
	seen := map[string]bool{}
	for range 20 {
		for _, f := range strings.Fields(strings.Trim(titles(), " <…")) {
			seen[f] = true
		}
		if !strings.Contains(titles(), "Title1") {
			t.Errorf("the column that tells the rows apart went: %q", titles())
		}
		press(t, l.Actions(), l.Update, "l")
		exact(t, l.View(40, 10), 40, 10)
	}
	if len(seen) != 8 || !strings.HasPrefix(titles(), "< ") {
		t.Errorf("seen are %v; at the end the titles are %q", seen, titles())
	}
	at := l.passed
	press(t, l.Actions(), l.Update, "l")
	if l.passed != at {
		t.Error("it slides beyond the last column")
	}
	for range at {
		press(t, l.Actions(), l.Update, "left")
	}
	if got := titles(); !strings.HasPrefix(got, " …Title0") {
		t.Errorf("slid back the titles are %q", got)
	}
	if l.View(200, 10); l.Actions().Match("l").Why() == "" {
		t.Error("with all columns seen there is something to slide")
	}
}

// TestCopyRow: the columns seen, with tabs between them, made safe.
func TestCopyRow(t *testing.T) {
	w := newWorld()
	l := started(w, &Memory{Rows: []Row{{Key: "a", Cells: []Cell{{Text: "Dana\tO"}, {Text: "R"}, {Text: "7"}}}}})
	l.View(80, 20)
	msg := l.Actions().Match("Y").Do()()
	if got := fmt.Sprint(msg); strings.Count(got, "\t") != 2 || !strings.HasSuffix(got, "\tR\t7") {
		t.Errorf("copied %q", got)
	}
	if _, ok := msg.(tea.KeyMsg); ok || len(w.said) == 0 {
		t.Error("nothing was copied, or not said")
	}
}

// TestFarRange: a range is marked whole though its beginning is not held any more,
// upwards and downwards.
func TestFarRange(t *testing.T) {
	for _, c := range []struct{ from, to int }{{10, 4000}, {4000, 10}, {2500, 100}} {
		w := newWorld()
		l := started(w, &Memory{Rows: rows(5000, false)})
		key := func(n int) string { return fmt.Sprintf("r%07d", n) }
		drain(l.Update, l.Go(key(c.from)))
		press(t, l.Actions(), l.Update, "v")
		drain(l.Update, l.Go(key(c.to)))
		if l.index(key(c.from)) >= 0 {
			t.Fatalf("%d is still held: the test asks for nothing", c.from)
		}
		press(t, l.Actions(), l.Update, "v")
		want := max(c.from, c.to) - min(c.from, c.to) + 1
		if n := l.markCount(); n != want || !l.Marked(key(c.from)) || !l.Marked(key(c.to)) || l.anchor != "" || len(w.failed) > 0 {
			t.Errorf("from %d to %d marks %d rows, want %d (%v)", c.from, c.to, n, want, w.failed)
		}
	}
}
