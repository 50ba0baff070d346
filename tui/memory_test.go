package tui_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// drawer keeps states as a store does: as JSON.
type drawer struct {
	text  string
	times int
	err   error
}

func (k *drawer) keep(_ context.Context, s tui.State) error {
	raw, err := json.Marshal(s)
	k.text, k.times = string(raw), k.times+1
	return errors.Join(err, k.err)
}

func (k *drawer) console(t *testing.T) *demo {
	t.Helper()
	return startWith(t, 1000, 100, 24, func(c *tui.Config) {
		if k.text != "" {
			if err := json.Unmarshal([]byte(k.text), &c.State); err != nil {
				t.Fatal(err)
			}
		}
		c.Keep = k.keep
	})
}

// A person who comes back finds the screen, the filter, the order, the place and the
// palette's history as they left them.
func TestAPersonFindsWhatTheyLeft(t *testing.T) {
	k := &drawer{}
	d := k.console(t)
	d.Keys("/")
	d.Type("voice")
	d.Keys("enter", "s", "enter", "j", "j", "j", ":")
	d.Type("theme light")
	d.Keys("enter", "enter") // opens a person
	d.Has("my items › i000")
	trail := strings.SplitN(d.Frame(), "REHEARSAL", 2)[0]
	d.Keys("ctrl+c")
	if !d.Quit() || k.times == 0 {
		t.Fatalf("it left with %v, kept %d times", d.Quit(), k.times)
	}
	again := k.console(t)
	again.Has("this is where you left; 1 shows My items")
	if got := strings.SplitN(again.Frame(), "REHEARSAL", 2)[0]; got != trail {
		t.Errorf("the trail is %q, was %q", got, trail)
	}
	again.Keys("q")
	again.Has("filter: voice")
	again.Has("4 of 166")
	again.Has("by area")
	again.Keys(":", "up")
	again.Has("> theme light")
}

func TestItIsKeptAfterARestAndOnce(t *testing.T) {
	k := &drawer{}
	d := k.console(t)
	for range 40 {
		d.Burst("j")
		d.Advance(100 * time.Millisecond)
	}
	if k.times != 0 {
		t.Fatalf("kept %d times while keys come", k.times)
	}
	d.Advance(2 * time.Second)
	if k.times != 1 || !strings.Contains(k.text, `"at":"i000040"`) {
		t.Fatalf("kept %d times after a rest: %s", k.times, k.text)
	}
	d.Advance(time.Hour)
	d.Burst("?", "esc")
	d.Advance(time.Hour)
	if k.times != 1 {
		t.Errorf("kept %d times where nothing changed", k.times)
	}
}

// No key waits for what is kept: it is a command.
func TestKeepingDelaysNoKey(t *testing.T) {
	k := &drawer{}
	d := k.console(t)
	d.Burst("j")
	if k.times != 0 {
		t.Error("a key kept something itself")
	}
	d.Burst("j", "q") // the way out keeps it
	if k.times != 1 || !d.Quit() {
		t.Errorf("kept %d times on the way out, left: %v", k.times, d.Quit())
	}
}

func TestKeepingThatFailsIsSaidOnce(t *testing.T) {
	k := &drawer{err: errors.New("the disk is full")}
	d := k.console(t)
	d.Keys("j")
	d.Advance(5 * time.Second)
	d.Has("how you leave the screens cannot be remembered: the disk is full")
	d.Keys("esc", "j")
	d.Advance(5 * time.Second)
	d.HasNot("the disk is full")
}

func TestASessionThatOnlyReadsSaysThatItForgets(t *testing.T) {
	d := startWith(t, 100, 100, 24, func(c *tui.Config) { c.Forgets = "read only: nothing is remembered" })
	d.Has("read only: nothing is remembered")
	d.Keys("j")
	d.Advance(10 * time.Second)
	d.HasNot("read only")
}

// What is no more does not keep the console from opening.
func TestAStateOfAnotherVersion(t *testing.T) {
	d := startWith(t, 100, 100, 24, func(c *tui.Config) {
		c.State = tui.State{Trail: []tui.Place{{Page: "horoscope"}}, Theme: "mauve",
			Lists: []tui.Left{{Page: "items", List: "items", How: ui.Remembered{At: "gone", Sort: "colour"}}}}
	})
	d.Has("1 of 100")
}

// aboutPage learns only when it loads what it is about.
type aboutPage struct {
	exportPage
	about string
}

func (p *aboutPage) Actions() action.Table { return p.list.Actions() }

func (p *aboutPage) Init() tea.Cmd {
	if p.about != "" {
		p.h.About(p.about)
	}
	return p.list.Init()
}

// Lists are remembered for what they are about: a filter on one campaign's items is
// none on another's.
func TestListsAreRememberedForWhatTheyAreAbout(t *testing.T) {
	k, about := &drawer{}, "q3"
	console := func() *demo {
		return startWith(t, 10, 100, 24, func(c *tui.Config) {
			if k.text != "" {
				if err := json.Unmarshal([]byte(k.text), &c.State); err != nil {
					t.Fatal(err)
				}
				c.State.Trail = nil
			}
			c.Keep = k.keep
			c.Pages = append(c.Pages, tui.PageSpec{ID: "campaign", Title: "Campaign", Key: "3", New: func(h *tui.Host, _ string) tui.Page {
				p := &aboutPage{about: about}
				p.h, p.list = h, ui.NewList(h.Env, ui.Config{What: "people", Columns: []ui.Column{{Title: "Name", Width: 10}},
					Source: &ui.Memory{Rows: []ui.Row{{Key: "1", Cells: []ui.Cell{{Text: "Dana"}}}}}})
				return p
			}})
		})
	}
	d := console()
	d.Keys("3", ":")
	d.Type("filter da")
	d.Keys("enter")
	d.Has("filter: da")
	d.Keys("ctrl+c")
	about = "q4"
	d = console()
	d.Keys("3")
	d.HasNot("filter: da")
	about = "q3"
	d = console()
	d.Keys("3")
	d.Has("filter: da")
}

func TestSwitchesAreRemembered(t *testing.T) {
	k := &drawer{}
	d := k.console(t)
	if d.root.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is taken")
	}
	d.Keys("f12")
	d.Has("the mouse is the console's")
	if d.root.View().MouseMode == tea.MouseModeNone {
		t.Error("the mouse is not taken")
	}
	d.Keys("f12", ":")
	d.Type("ascii on")
	d.Keys("enter")
	d.Has("my items")
	for _, r := range d.Frame() {
		if r > 0x7e && !strings.ContainsRune("株式会社", r) {
			t.Errorf("%q is no ASCII", r)
		}
	}
	d.Keys(":")
	d.Type("still on")
	d.Keys("enter", "ctrl+t", "j", "enter", "ctrl+c")
	for _, want := range []string{`"ascii":true`, `"no_mouse":true`, `"reduced_motion":true`, `"theme":"` + theme.Words()[2] + `"`} {
		if !strings.Contains(k.text, want) {
			t.Errorf("%s is not kept: %s", want, k.text)
		}
	}
}

// With reduced motion work is named and not counted: the frame stays as it is until
// it is done.
func TestReducedMotion(t *testing.T) {
	d := startWith(t, 100, 100, 24, func(c *tui.Config) { c.Still = true })
	d.page.slow()
	d.Advance(300 * time.Millisecond)
	d.Has("counting")
	frame := d.FrameStyled()
	d.Advance(time.Minute)
	if d.FrameStyled() != frame {
		t.Errorf("it moved:\n%s", d.Frame())
	}
	d.Keys("esc")
	d.Has("stopped: counting")
}
