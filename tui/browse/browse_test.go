package browse_test

import (
	"context"
	"errors"
	"testing"

	"countersign/domain"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
	"countersign/tui/ui"
)

// console opens a small page made of a browser, and of an object for one record.
func console(t *testing.T, w *orgtest.World) *orgtest.Console {
	t.Helper()
	list := func(h *tui.Host, _ string) tui.Page {
		return browse.New(h, browse.Config{Title: "People", What: "people", One: "person", Reads: w, Opens: "person", Fields: filter.Names("people", "name"),
			Columns: []ui.Column{{Title: "Name", Width: 30}, {Title: "Title", Width: 30}}, Sorts: []ui.Sort{{ID: "name", Title: "name"}},
			Rows: func(p change.Picture) (out []ui.Record) {
				for row := range p.Org.All(domain.KindPrincipal) {
					r, _ := row.Record.(domain.Principal)
					out = append(out, ui.Record{Row: ui.Row{Key: string(r.ID), Cells: []ui.Cell{{Text: r.Name}, {Text: r.Title}}}, Values: []string{r.Name}})
				}
				return out
			},
			Detail: func(_ context.Context, p change.Picture, key string) ([]ui.Line, error) {
				r, err := p.Person(domain.ID(key))
				return []ui.Line{ui.Plain(r.Email)}, err
			}}, w)
	}
	one := func(h *tui.Host, arg string) tui.Page {
		return browse.NewObject(h, browse.ObjectConfig{Key: arg, Scope: "person", Reads: w, Tabs: func(browse.Subject) []browse.Tab { return []browse.Tab{browse.HistoryTab(w, domain.ID(arg))} },
			Name:     func(p change.Picture) string { return p.Org.Name(domain.KindPrincipal, domain.ID(arg)) },
			Overview: func(context.Context, change.Picture) ([]ui.Line, error) { return nil, nil }}, w)
	}
	return orgtest.Start(t, theme.Dark, 160, 40,
		tui.PageSpec{ID: "people", Title: "People", Key: "2", New: list}, tui.PageSpec{ID: "person", Title: "Person", New: one})
}

// Only the details of the person the cursor ends on are shown, whatever comes when.
func TestDetailsAreOfTheOneSelected(t *testing.T) {
	d := console(t, orgtest.New(t))
	d.Burst("j", "j", "j", "j", "k")
	d.Has("imre@acme.example")
	d.HasNot("lee@acme.example")
}

// A read that fails says so and leaves the page usable.
func TestAReadThatFails(t *testing.T) {
	w := orgtest.New(t)
	d := console(t, w)
	w.Fails = errors.New("the database is busy: try again")
	d.Keys("j")
	d.Has("the database is busy")
	d.Keys("f5")
	d.Has("error: the database is busy")
	w.Fails = nil
	d.Keys("esc", "f5")
	d.Has("Dana Okafor")
	d.HasNot("the database is busy: try again (")
}

// Somebody else's change is seen when one comes back to the page.
func TestComingBackLoadsAgain(t *testing.T) {
	w := orgtest.New(t)
	d := console(t, w)
	d.Keys("enter")
	r, _ := w.Org.Principal("usr_ana")
	after := r
	after.Title = "Chief of everything"
	if err := w.Apply(domain.Replace(r, after)); err != nil {
		t.Fatal(err)
	}
	d.Keys("q")
	d.Has("Chief of everything")
}

// What is shown can be forgotten while it is read: nothing waits for the read.
func TestForgettingWaitsForNoRead(t *testing.T) {
	w := orgtest.New(t)
	reads := 0
	d := orgtest.Start(t, theme.Dark, 120, 40, tui.PageSpec{ID: "things", Title: "Things", New: func(h *tui.Host, _ string) tui.Page {
		var b *browse.Browser
		b = browse.New(h, browse.Config{Title: "Things", What: "things", One: "thing", Reads: w, Columns: []ui.Column{{Title: "Name", Width: 10}},
			Load: func(context.Context, change.Picture) ([]ui.Record, error) {
				reads++
				b.Forget()
				return nil, nil
			}, Detail: func(context.Context, change.Picture, string) ([]ui.Line, error) { return nil, nil }}, w)
		return b
	}})
	before := reads
	d.Keys("f5")
	if reads <= before {
		t.Errorf("read %d times, and %d before: it was forgotten", reads, before)
	}
}
