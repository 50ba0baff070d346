package ui

import (
	"fmt"
	"testing"
)

func remembering(w *world) *List {
	rows := make([]Row, 500)
	for i := range rows {
		rows[i] = Row{Key: fmt.Sprintf("k%03d", i), Cells: []Cell{{Text: fmt.Sprintf("row %03d", i)}}}
	}
	return NewList(w.Env, Config{What: "rows", Columns: []Column{{Title: "Name", Width: 10}}, Source: &Memory{Rows: rows, Columns: []string{"Name"}},
		Sorts: []Sort{{ID: "Name", Title: "name"}}, Query: Query{Sort: "Name"}})
}

// What a list is left as, a new one begins with, loaded or not.
func TestAListBeginsAsItWasLeft(t *testing.T) {
	w := newWorld()
	var adopted *List
	w.Adopt = func(l *List) { adopted = l }
	a := remembering(w)
	if adopted != a {
		t.Error("nobody was told of the list")
	}
	drain(a.Update, a.Init())
	if got := a.Remember(); got != (Remembered{}) {
		t.Errorf("a list as it begins is remembered as %+v", got)
	}
	drain(a.Update, a.Filter("row"))
	drain(a.Update, a.Go("k300"))
	want := Remembered{Filter: "row", Sort: "Name", At: "k300"}
	if got := a.Remember(); got != want {
		t.Fatalf("remembered %+v, want %+v", got, want)
	}
	b := remembering(w)
	b.Restore(want)
	if got := b.Remember(); got != want {
		t.Errorf("before it is loaded: %+v", got)
	}
	drain(b.Update, b.Init())
	if r, _ := b.Selected(); r.Key != "k300" || b.Query() != a.Query() {
		t.Errorf("it begins at %q with %+v", r.Key, b.Query())
	}
	drain(b.Update, b.Move(-300)) // what is before it is there
	if r, _ := b.Selected(); r.Key != "k000" {
		t.Errorf("up from there leads to %q", r.Key)
	}
}

// What is gone, or was never there, does not keep a list from opening.
func TestWhatIsGoneIsNotRestored(t *testing.T) {
	w := newWorld()
	l := remembering(w)
	l.Restore(Remembered{Sort: "colour", Reverse: true, At: "k999"})
	drain(l.Update, l.Init())
	if r, _ := l.Selected(); r.Key != "k000" || l.Query() != (Query{Sort: "Name"}) {
		t.Errorf("it begins at %q with %+v", r.Key, l.Query())
	}
	if len(w.failed) != 0 {
		t.Errorf("it says %v", w.failed)
	}
}
