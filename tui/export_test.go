package tui_test

import (
	"context"
	"errors"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/tuitest"
	"countersign/tui/ui"
)

// exportPage exports its list on x, opens a page over itself on o, and counts how
// often it is in front again.
type exportPage struct {
	h        *tui.Host
	list     *ui.List
	returned int
}

func (p *exportPage) Init() tea.Cmd              { return p.list.Init() }
func (p *exportPage) Update(msg tea.Msg) tea.Cmd { return p.list.Update(msg) }
func (p *exportPage) View(w, h int) string       { return p.list.View(w, h) }
func (p *exportPage) Title() string              { return "people" }
func (p *exportPage) Returned() tea.Cmd          { p.returned++; return nil }
func (p *exportPage) Actions() action.Table {
	return action.Table{
		{ID: "x.export", Keys: []string{"x"}, Help: "export", Scope: "x", Do: func() tea.Cmd { return p.h.ExportList("people", "people", "", p.list) }},
		{ID: "x.open", Keys: []string{"o"}, Help: "open", Scope: "x", Do: func() tea.Cmd { return p.h.Push("people", "") }},
	}
}

func exportConsole(t *testing.T, write func(context.Context, tui.Table, string) (string, error)) (*tuitest.Driver, *exportPage) {
	t.Helper()
	clock := tuitest.NewClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	var first *exportPage
	root, err := tui.New(tui.Config{Product: "Countersign", Now: clock.Now, After: clock.After, Export: write,
		Pages: []tui.PageSpec{{ID: "people", Title: "People", Key: "1", New: func(h *tui.Host, _ string) tui.Page {
			p := &exportPage{h: h, list: ui.NewList(h.Env, ui.Config{What: "people", Columns: []ui.Column{{Title: "Name", Width: 10}},
				Source: &ui.Memory{Rows: []ui.Row{{Key: "1", Cells: []ui.Cell{{Text: "Dana"}}}}}})}
			if first == nil {
				first = p
			}
			return p
		}}}})
	if err != nil {
		t.Fatal(err)
	}
	return tuitest.Start(t, root, clock, 80, 24), first
}

func TestExportAsksForAFormatAndSaysWhere(t *testing.T) {
	var got tui.Table
	d, _ := exportConsole(t, func(_ context.Context, table tui.Table, format string) (string, error) {
		got = table
		return table.Name + "." + format, nil
	})
	d.Keys("x")
	d.Has("Export people")
	d.Keys("c")
	d.Has("written: people.csv")
	if len(got.Rows) != 1 || got.Rows[0][0] != "Dana" || got.Columns[0] != "Name" {
		t.Errorf("%+v", got)
	}
}

func TestAnExportThatFailsSaysWhy(t *testing.T) {
	d, _ := exportConsole(t, func(context.Context, tui.Table, string) (string, error) { return "", errors.New("the disk is full") })
	d.Keys("x", "enter")
	d.Has("the disk is full")
	d, _ = exportConsole(t, nil)
	d.Keys("x")
	d.Has("nothing can be exported")
}

func TestAPageIsToldWhenItIsInFrontAgain(t *testing.T) {
	d, p := exportConsole(t, nil)
	d.Keys("o")
	if p.returned != 0 {
		t.Fatal("told while it is covered")
	}
	d.Keys("q")
	if p.returned != 1 {
		t.Errorf("told %d times, want 1", p.returned)
	}
}

// The digest is of the text, not of how it was drawn: sha256sum of "Dana: Edit\n".
func TestSaw(t *testing.T) {
	want := domain.Sight{Digest: "fe22d03cff44edb837f8e4de96b15cb5cf9b087e191a54a6269588e84ba0619d", Size: 7, Root: "r"}
	if got := tui.Saw(review.Head{Size: 7, Root: "r"}, ui.Line{{Text: "Dana: "}, {Text: "Edit"}}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// The palette's word export takes a format, for what is on the screen, or a report,
// which has a page of its own.
func TestTheWordExportTakesAReport(t *testing.T) {
	clock := tuitest.NewClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	var args, written []string
	page := func(h *tui.Host, arg string) tui.Page {
		args = append(args, arg)
		return &exportPage{h: h, list: ui.NewList(h.Env, ui.Config{What: "people", Columns: []ui.Column{{Title: "Name", Width: 10}}, Source: &ui.Memory{}})}
	}
	root, err := tui.New(tui.Config{Product: "Countersign", Now: clock.Now, After: clock.After, Reports: []string{"log", "roles"},
		Export: func(_ context.Context, table tui.Table, format string) (string, error) {
			written = append(written, format)
			return "somewhere", nil
		},
		Pages: []tui.PageSpec{{ID: "people", Title: "People", Key: "1", New: page}, {ID: "reports", Title: "Reports", New: page}}})
	if err != nil {
		t.Fatal(err)
	}
	d := tuitest.Start(t, root, clock, 80, 24)
	d.Keys(":")
	d.Type("export ro")
	d.Has("export roles")
	d.Keys("enter")
	if len(args) != 2 || args[1] != "roles" {
		t.Errorf("opened for %q", args)
	}
	d.Keys(":")
	d.Type("export json")
	d.Keys("enter")
	if len(args) != 2 || len(written) != 1 || written[0] != "json" {
		t.Errorf("opened for %q, wrote %q", args, written)
	}
}
