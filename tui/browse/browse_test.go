package browse_test

import (
	"errors"
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/people"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// console opens the people, the smallest page made of a browser.
func console(t *testing.T, w *orgtest.World) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, theme.Dark, 160, 40,
		tui.PageSpec{ID: "people", Title: "People", Key: "2", New: people.New(w, w)},
		tui.PageSpec{ID: "person", Title: "Person", New: people.NewPerson(w, w)})
}

// Only the details of the person the cursor ends on are shown, whatever comes when.
func TestDetailsAreOfTheOneSelected(t *testing.T) {
	d := console(t, orgtest.New(t))
	d.Burst("j", "j", "j", "k")
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
