package tui_test

import (
	"errors"
	"testing"
	"time"

	"countersign/tui"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/tuitest/orgtest"
)

// opening is one whose console is made in a command, when the test runs it.
func opening(t *testing.T, made func(c *tuitest.Clock) (*tui.Root, error), w, h int) (*tuitest.Driver, *tui.Opening) {
	t.Helper()
	clock := tuitest.NewClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	gate := &tuitest.Gate{Answer: 3 * time.Second}
	o := tui.NewOpening(tui.OpeningConfig{Product: "Countersign", Doing: "reading acme\x1b[2J.db", Theme: theme.Options{Kind: theme.NoColour}, Now: clock.Now, After: clock.After,
		Made: func() (*tui.Root, error) {
			if err := gate.Pass("the database"); err != nil {
				return nil, err
			}
			return made(clock)
		}})
	d := tuitest.StartGated(t, o, clock, gate, w, h)
	return d, o
}

// While the console is made the screen says what is done and for how long, in every
// size; then the console is there, as large as the window.
func TestOpeningHandsOver(t *testing.T) {
	for _, size := range tuitest.Five() {
		d, o := opening(t, func(c *tuitest.Clock) (*tui.Root, error) {
			return tui.New(tui.Config{Product: "Countersign", Now: c.Now, After: c.After, Pages: []tui.PageSpec{orgtest.Blank("home")}})
		}, size[0], size[1])
		d.Sound()
		d.Has("reading acme␛[2J.db")
		d.Keys("j") // of no use yet
		d.Advance(time.Second)
		d.Sound()
		d.Has("db, 2 s")
		d.Advance(5 * time.Second)
		d.Sound()
		d.HasNot("reading acme")
		d.Has("all keys")
		if o.Err() != nil {
			t.Error(o.Err())
		}
	}
}

// Where there will be no console it ends and says why; whoever will not wait leaves.
func TestOpeningEnds(t *testing.T) {
	why := errors.New("nobody is acting")
	d, o := opening(t, func(*tuitest.Clock) (*tui.Root, error) { return nil, why }, 80, 24)
	if d.Advance(5 * time.Second); !d.Quit() || !errors.Is(o.Err(), why) {
		t.Errorf("it has ended: %v, with %v", d.Quit(), o.Err())
	}
	for _, key := range []string{"esc", "q", "ctrl+c"} {
		d, o := opening(t, func(*tuitest.Clock) (*tui.Root, error) { return nil, why }, 80, 24)
		if d.Send(tuitest.Key(key)); !d.Quit() || o.Err() != nil {
			t.Errorf("%s: it has ended: %v, with %v", key, d.Quit(), o.Err())
		}
	}
}
