package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
)

var columns = []Column{{Title: "Name", Width: 10, Flex: 1}, {Title: "Level", Width: 5, Drop: 1}, {Title: "Days", Width: 6, Right: true, Drop: 2}}

// started is a list over src, loaded and drawn at 80x20.
func started(w *world, src Source) *List {
	l := NewList(w.Env, Config{What: "rows", Columns: columns, Source: src, Marks: true,
		Sorts: []Sort{{"Days", "days"}, {"Name", "name"}}, Enter: func(Row) tea.Cmd { return nil }})
	drain(l.Update, l.Init())
	l.View(80, 20)
	return l
}

func selected(l *List) string { r, _ := l.Selected(); return r.Key }

func TestListMovesThroughFarMoreThanItHolds(t *testing.T) {
	w := newWorld()
	l := started(w, &Memory{Rows: rows(100_000, false)})
	for _, step := range []struct{ keys, want string }{
		{"j", "r0000001"}, {"j", "r0000002"}, {"k", "r0000001"}, {"G", "r0099999"}, {"k", "r0099998"}, {"g", "r0000000"}, {"k", "r0000000"},
	} {
		press(t, l.Actions(), l.Update, step.keys)
		if got := selected(l); got != step.want {
			t.Fatalf("%s: on %s, want %s", step.keys, got, step.want)
		}
	}
	for range 5000 {
		press(t, l.Actions(), l.Update, "j")
		if len(l.rows) > keepRows+pageRows {
			t.Fatalf("%d rows held, want at most %d", len(l.rows), keepRows+pageRows)
		}
	}
	if got := selected(l); got != "r0005000" {
		t.Errorf("after 5000 moves on %s", got)
	}
	if got := l.position(); got != "5001 of 100000" {
		t.Errorf("position %q", got)
	}
}

// TestBurstLosesNoKey presses 1,000 keys before any answer comes.
func TestBurstLosesNoKey(t *testing.T) {
	w := newWorld()
	l := started(w, &Memory{Rows: rows(100_000, false)})
	var cmds []tea.Cmd
	for range 1000 {
		cmds = append(cmds, l.Move(1))
	}
	cmds = append(cmds, l.Move(-100))
	for _, c := range cmds {
		drain(l.Update, c)
	}
	if got := selected(l); got != "r0000900" {
		t.Errorf("on %s, want r0000900", got)
	}
}

func TestLateAnswersAreDropped(t *testing.T) {
	w := newWorld()
	l := started(w, &Memory{Rows: rows(1000, false)})
	late := l.SetQuery(Query{Filter: "row 5"})
	now := l.SetQuery(Query{Filter: "row 77"})
	drain(l.Update, now)
	drain(l.Update, late)
	if len(l.rows) != 19 {
		t.Errorf("%d rows held, want the 19 that hold 77", len(l.rows))
	}
}

func TestReloadKeepsTheSelection(t *testing.T) {
	w := newWorld()
	src := &Memory{Rows: rows(1000, false)}
	l := started(w, src)
	drain(l.Update, l.Move(500))
	l.View(80, 20)
	without := append(rows(1000, false)[:100:100], rows(1000, false)[101:]...)
	l.cfg.Source = &Memory{Rows: without}
	drain(l.Update, l.Reload())
	if got := selected(l); got != "r0000500" {
		t.Errorf("on %s, want r0000500", got)
	}
	if got := l.position(); got != "500 of 999" {
		t.Errorf("position %q, want 500 of 999", got)
	}
	// The row at the top of the window goes: the selection is still kept.
	l.View(80, 20)
	gone := l.rows[l.top].Key
	var rest []Row
	for _, r := range without {
		if r.Key != gone {
			rest = append(rest, r)
		}
	}
	l.cfg.Source = &Memory{Rows: rest}
	drain(l.Update, l.Reload())
	if got := selected(l); got != "r0000500" {
		t.Errorf("after the top row went: on %s, want r0000500", got)
	}
}

func TestResizeKeepsTheSelection(t *testing.T) {
	w := newWorld()
	l := started(w, &Memory{Rows: rows(1000, true)})
	drain(l.Update, l.Move(333))
	for _, size := range [][2]int{{200, 50}, {40, 12}, {80, 24}, {10, 2}, {60, 1}, {3, 7}, {120, 40}} {
		frame := l.View(size[0], size[1])
		exact(t, frame, size[0], size[1])
		if size[1] > 3 && size[0] > 20 && !strings.Contains(frame, "> ") {
			t.Errorf("%v: the cursor is not on the screen:\n%s", size, frame)
		}
		if got := selected(l); got != "r0000333" {
			t.Errorf("%v: on %s", size, got)
		}
	}
}

func TestFilterAsTyped(t *testing.T) {
	w := newWorld()
	l := started(w, &Memory{Rows: rows(1000, false)})
	press(t, l.Actions(), l.Update, "/")
	if !l.Capturing() {
		t.Fatal("the filter does not take keys")
	}
	none := action.Table{}
	press(t, none, l.Update, "9", "9", "9")
	if got := selected(l); got != "r0000999" {
		t.Errorf("filtered to %s, want r0000999", got)
	}
	drain(l.Update, l.Update(tea.PasteMsg{Content: "x"}))
	if _, ok := l.Selected(); ok {
		t.Error("a paste into the filter does not filter")
	}
	press(t, none, l.Update, "backspace", "enter")
	if frame := l.View(80, 20); !strings.Contains(frame, "filter: 999") {
		t.Errorf("the filter in force is not shown:\n%s", frame)
	}
	if cmd, used := l.Esc(); !used {
		t.Error("esc does not clear the filter")
	} else {
		drain(l.Update, cmd)
	}
	if l.total != 1000 || l.Capturing() {
		t.Errorf("%d rows after esc, want 1000", l.total)
	}
	if _, used := l.Esc(); used {
		t.Error("esc has something left to clear")
	}
}

func TestMarks(t *testing.T) {
	w := newWorld()
	l := started(w, &Memory{Rows: rows(1000, false)})
	keys := func(want string, count int) {
		t.Helper()
		got := l.Targets()
		if strings.Join(got.Keys, " ") != want || got.Count != count {
			t.Errorf("targets %v, %d; want %s, %d", got.Keys, got.Count, want, count)
		}
	}
	keys("r0000000", 1) // none marked: the selected one
	press(t, l.Actions(), l.Update, "space", "j", "space")
	keys("r0000000 r0000002", 2)
	asked := l.Targets()
	press(t, l.Actions(), l.Update, "v", "j", "j", "v")
	keys("r0000000 r0000002 r0000003 r0000004 r0000005", 5)
	if len(asked.Keys) != 2 {
		t.Error("targets changed after they were asked for")
	}
	press(t, l.Actions(), l.Update, "*")
	if got := l.Targets(); !got.All || got.Count != 1000 || len(got.Keys) != 0 {
		t.Errorf("all marked: %+v", got)
	}
	press(t, l.Actions(), l.Update, "space")
	if got := l.Targets(); !got.All || got.Count != 999 || got.Keys[0] != "r0000005" {
		t.Errorf("all but one marked: %+v", got)
	}
	drain(l.Update, l.SetQuery(Query{Filter: "row 1"}))
	if got := l.Targets(); got.All {
		t.Error("a mark on all rows outlives the filter it was made under")
	}
}

func TestSortMenuAndReverse(t *testing.T) {
	w := newWorld()
	l := started(w, &Memory{Rows: rows(20, false), Columns: []string{"Name", "Level", "Days"}})
	press(t, l.Actions(), l.Update, "s")
	if len(w.layers) != 1 {
		t.Fatal("s opens no menu")
	}
	done, cmd := w.layers[0].Update(keyMsg("enter"))
	if !done {
		t.Fatal("enter does not choose")
	}
	drain(l.Update, cmd)
	if l.query.Sort != "Days" || l.rows[0].Cells[2].Text != "0" || l.rows[19].Cells[2].Text != "6" {
		t.Errorf("not sorted by days: %v", l.query)
	}
	press(t, l.Actions(), l.Update, "S")
	if l.rows[0].Cells[2].Text != "6" {
		t.Error("not reversed")
	}
}

func TestNextGoesThroughTheSource(t *testing.T) {
	w := newWorld()
	open := map[string]bool{"r0000003": true, "r0050000": true}
	holds := func(r Row) bool { return open[r.Key] }
	l := started(w, &Memory{Rows: rows(100_000, false), Holds: func(r Row, what string) bool { return what == "undecided" && holds(r) }})
	for _, want := range []string{"r0000003", "r0050000", "r0050000"} {
		drain(l.Update, l.Next(1, "undecided", holds))
		if got := selected(l); got != want {
			t.Fatalf("on %s, want %s", got, want)
		}
	}
	if len(w.said) != 1 || w.said[0] != "no more undecided this way" {
		t.Errorf("said %q", w.said)
	}
	drain(l.Update, l.Next(-1, "undecided", holds))
	if got := selected(l); got != "r0000003" {
		t.Errorf("back on %s, want r0000003", got)
	}
}

type failing struct{ err error }

func (f failing) Load(context.Context, Request) (Page, error) { return Page{}, f.err }

func TestErrorIsShownAndSaid(t *testing.T) {
	w := newWorld()
	l := started(w, failing{errors.New("the database is locked; try again")})
	if len(w.failed) != 1 || !strings.Contains(l.View(80, 20), "the database is locked") {
		t.Errorf("failed %q", w.failed)
	}
	w = newWorld()
	l = started(w, failing{context.Canceled})
	if len(w.failed) != 0 || !strings.Contains(l.View(80, 20), "f5 loads again") {
		t.Errorf("a load stopped by the person is told as an error: %q", w.failed)
	}
}

// flaky fails every load beyond the first page and counts them.
type flaky struct {
	*Memory
	tried int
}

func (f *flaky) Load(ctx context.Context, r Request) (Page, error) {
	if r.Seek != First {
		f.tried++
		return Page{}, errors.New("the disk is gone; mount it and press f5")
	}
	return f.Memory.Load(ctx, r)
}

func TestAFailedLoadIsNotTriedWithoutEnd(t *testing.T) {
	w := newWorld()
	src := &flaky{Memory: &Memory{Rows: rows(1000, false)}}
	l := started(w, src)
	for want := 1; want < 4; want++ {
		drain(l.Update, l.Move(190))
		if src.tried != want || len(w.failed) != want {
			t.Fatalf("tried %d times, said %d, want %d: once a key", src.tried, len(w.failed), want)
		}
	}
	if got := selected(l); got != "r0000199" {
		t.Errorf("on %s, want the last row there is", got)
	}
}

func TestTheSourceIsNotChanged(t *testing.T) {
	src := &Memory{Rows: []Row{{Key: "1", Cells: []Cell{{Text: "a\rb"}}}}}
	l := started(newWorld(), src)
	l.Replace(Row{Key: "1", Cells: []Cell{{Text: "c"}}})
	if src.Rows[0].Cells[0].Text != "a\rb" {
		t.Errorf("the source's row is now %q", src.Rows[0].Cells[0].Text)
	}
}

func TestHostileNames(t *testing.T) {
	w := newWorld()
	l := started(w, &Memory{Rows: []Row{
		{Key: "1", Group: "g\x1b[2J", Cells: []Cell{{Text: "Dana\rADMIN\x1b[8m"}, {Text: "\u202eR"}}},
		{Key: "2", Cells: []Cell{{Text: "株式会社株式会社株式会社👩\u200d💻👍🏽"}}},
	}})
	for wd := 1; wd < 90; wd++ {
		frame := l.View(wd, 12)
		exact(t, frame, wd, 12)
		if strings.ContainsAny(frame, "\r\u202e\u200d") || strings.Contains(frame, "\x1b[8m") {
			t.Fatalf("width %d lets controls through: %q", wd, frame)
		}
	}
}

func TestColumnsGoByImportance(t *testing.T) {
	for _, c := range []struct {
		w    int
		want string
	}{{80, "[0 1 2] [63 5 6]"}, {27, "[0 1 2] [10 5 6]"}, {26, "[0 1] [17 5]"}, {18, "[0] [16]"}, {5, "[0] [10]"}} {
		lay := arrange(columns, c.w, 0)
		if got := fmt.Sprint(lay.cols, lay.widths); got != c.want {
			t.Errorf("width %d: %s, want %s", c.w, got, c.want)
		}
	}
}

func TestListActionsAreSound(t *testing.T) {
	l := started(newWorld(), &Memory{})
	if faults := l.Actions().Check(); faults != nil {
		t.Error(faults)
	}
	for _, k := range []string{"j", "k", "down", "up", "ctrl+d", "ctrl+u", "pgdown", "pgup", "g", "G", "home", "end", "/", "enter", "s", "S", "space", "v", "*", "f5"} {
		if l.Actions().Match(k) == nil {
			t.Errorf("no action on %s", k)
		}
	}
	if why := l.Actions().Match("space").Why(); why == "" {
		t.Error("marking is on in an empty list")
	}
}

func TestMouse(t *testing.T) {
	w := newWorld()
	l := started(w, &Memory{Rows: rows(100, true)})
	drain(l.Update, l.Update(tea.MouseClickMsg{Y: 5})) // status, titles, header, rows 0, 1, 2
	if got := selected(l); got != "r0000002" {
		t.Errorf("click on %s, want r0000002", got)
	}
	drain(l.Update, l.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown}))
	if got := selected(l); got != "r0000005" {
		t.Errorf("wheel to %s, want r0000005", got)
	}
}

// BenchmarkMove is one key and one frame in a list of 100,000 rows at 200x50.
// The budget is 1 ms and 100 kB.
func BenchmarkMove(b *testing.B) {
	w := newWorld()
	l := started(w, &Memory{Rows: rows(100_000, true)})
	l.View(200, 48)
	b.ReportAllocs()
	for b.Loop() {
		if l.cur > 900 {
			b.StopTimer()
			drain(l.Update, l.end(First))
			b.StartTimer()
		}
		drain(l.Update, l.Actions().Match("j").Do())
		l.View(200, 48)
	}
}
