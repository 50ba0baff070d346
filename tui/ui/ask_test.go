package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

type answer struct{ err error }

func asking(do func([]string)) Layer {
	return NewAsk(newWorld().Env, Ask{Heading: "Revoke item 3", What: []string{"Dana loses Edit on Deployments."},
		Fields: []Field{{Label: "Reason", Check: Needed("a reason")}},
		Do:     func(v []string) tea.Cmd { do(v); return nil },
		Done: func(msg tea.Msg) (bool, error) {
			a, ok := msg.(answer)
			return ok, a.err
		}})
}

// What is typed stays through a failure and can be submitted again.
func TestAskKeepsWhatWasTyped(t *testing.T) {
	var got []string
	d := asking(func(v []string) { got = append(got, v[0]) })
	if play(d, "enter") || !strings.Contains(shows(t, d, 40, 8), "a reason is needed") || got != nil {
		t.Fatal("an empty reason was taken")
	}
	if play(d, "o", "l", "d", "enter") || !slices.Equal(got, []string{"old"}) {
		t.Fatalf("it closed before the answer, or sent %q", got)
	}
	if play(d, "x", "enter") || len(got) != 1 {
		t.Fatal("it took keys while the act ran")
	}
	if done, _ := d.Update(answer{errors.New("the item is signed")}); done {
		t.Fatal("it closed on a failure")
	}
	if s := shows(t, d, 40, 8); !strings.Contains(s, "the item is signed") || !strings.Contains(s, "old") {
		t.Errorf("the failure or the text is not shown:\n%s", s)
	}
	play(d, "e", "r", "enter")
	if done, _ := d.Update(answer{}); !done || !slices.Equal(got, []string{"old", "older"}) {
		t.Errorf("it is not done after the act worked: %q", got)
	}
}

func TestAskGoesThroughItsFields(t *testing.T) {
	var got []string
	d := NewAsk(newWorld().Env, Ask{Heading: "Return 2 items", Fields: []Field{{Label: "Reason"}, {Label: "Due", Value: "2026-04-01", Hint: "YYYY-MM-DD"}},
		Do: func(v []string) tea.Cmd { got = v; return nil }})
	if !play(d, "n", "o", "enter", "enter") || !slices.Equal(got, []string{"no", "2026-04-01"}) {
		t.Errorf("%q", got)
	}
	d = NewAsk(newWorld().Env, Ask{Fields: []Field{{Label: "Reason", Check: Needed("a reason")}, {Label: "Due"}}, Do: func([]string) tea.Cmd { t.Error("done"); return nil }})
	if play(d, "tab", "enter") || !strings.Contains(shows(t, d, 40, 8), "a reason is needed") {
		t.Error("a field that was passed over is not checked")
	}
	for h := range 8 {
		for w := 1; w < 60; w += 7 {
			shows(t, d, w, h)
		}
	}
}

func TestTextsAreAllRowsOfTheQuery(t *testing.T) {
	var rows []Row
	for i := range 3000 {
		rows = append(rows, Row{Key: fmt.Sprint("k", i), Group: fmt.Sprint("g", i/10), Cells: []Cell{{Text: fmt.Sprint("name-", i%7)}}})
	}
	l := NewList(newWorld().Env, Config{Columns: []Column{{Title: "Name"}}, Source: &Memory{Rows: rows}, Query: Query{Filter: "name-3"}})
	cols, load := l.Texts("Group")
	got, err := load(context.Background())
	if err != nil || !slices.Equal(cols, []string{"Group", "Name"}) || len(got) != 429 || !slices.Equal(got[0], []string{"g0", "name-3"}) {
		t.Errorf("%q, %d rows, %v", cols, len(got), err)
	}
}
