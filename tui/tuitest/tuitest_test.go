package tuitest

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

func TestCheckFindsEachFault(t *testing.T) {
	if fault := Check("ab\x1b[7mc\x1b[m\n株d", 3, 2); fault != "" {
		t.Errorf("a sound frame has a fault: %s", fault)
	}
	for name, frame := range map[string]string{
		"a line short":             "ab\nabc",
		"a line long":              "abcd\nabc",
		"too few lines":            "abc",
		"carriage return":          "abc\rd\nabc",
		"override":                 "a\u202ebc\nabc",
		"measured in two ways":     "a👍🏽\nabc",
		"moves the cursor":         "abc\n\x1b[Habc",
		"erases":                   "abc\nabc\x1b[2J",
		"hidden by a line drawing": "abc\n\x1b(0abq",
	} {
		if Check(frame, 3, 2) == "" {
			t.Errorf("%s: no fault found in %q", name, frame)
		}
	}
}

func TestKeysAreNamedAsTheProgramNamesThem(t *testing.T) {
	for _, name := range []string{"a", "A", "ctrl+d", "shift+tab", "pgdown", "space", "enter", "esc", "?", "*", "f5", "up", "0", "é", "-", ":"} {
		if got := Key(name).String(); got != name {
			t.Errorf("Key(%q) is called %q", name, got)
		}
	}
	if !Held("j").IsRepeat || Key("j").IsRepeat {
		t.Error("a key held down is not marked as such")
	}
}

// counter counts ticks it asks for one after another, and keys.
type counter struct {
	clock *Clock
	log   []string
}

type tickMsg string

func (c *counter) Init() tea.Cmd { return nil }

func (c *counter) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch m := msg.(type) {
	case tickMsg:
		c.log = append(c.log, string(m)+c.clock.Now().Format(" 05.0"))
	case tea.KeyPressMsg:
		switch m.String() {
		case "t":
			return c, tea.Sequence(c.clock.After(2*time.Second, tickMsg("late")), c.clock.After(time.Second, tickMsg("soon")))
		case "q":
			return c, tea.Batch(nil, tea.Quit)
		}
		c.log = append(c.log, m.String())
	}
	return c, nil
}

func (c *counter) View() tea.View { return tea.NewView(strings.Join(c.log, ",")) }

func TestDriverHasTimersWaitForTheClock(t *testing.T) {
	clock := NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	c := &counter{clock: clock}
	d := Start(t, c, clock, 20, 1)
	d.Type("tx")
	d.Advance(900 * time.Millisecond)
	if got := d.Frame(); got != "x\n" {
		t.Errorf("%q before any timer is due", got)
	}
	d.Advance(10 * time.Second)
	d.Has("x,soon 01.0,late 02.0")
	d.Burst("y", "t", "z")
	d.Has("late 02.0,y,z")
	if d.Quit() {
		t.Error("it has quit")
	}
	if d.Keys("q"); !d.Quit() {
		t.Error("it has not quit")
	}
}

func TestSVG(t *testing.T) {
	frame := "a\x1b[1mb<&>\x1b[m  \n\x1b[7m> sel  \x1b[m\n\x1b[38;2;1;2;3m株\x1b[m  \x1b[2mx\x1b[m  "
	got := SVG(frame, 7, 3)
	if got != SVG(frame, 7, 3) {
		t.Error("the same frame gives other bytes")
	}
	for _, want := range []string{"&lt;&amp;&gt;", `fill="#010203"`, `font-weight="bold"`, ">株</text>", `width="76" height="71"`, "sel"} {
		if !strings.Contains(got, want) {
			t.Errorf("the picture lacks %s:\n%s", want, got)
		}
	}
	if strings.Contains(got, "\x1b") {
		t.Error("the picture holds an escape sequence")
	}
	dec := xml.NewDecoder(strings.NewReader(got))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("not XML: %v\n%s", err, got)
		}
	}
}
