// Package tuitest drives the console without a terminal and checks what it draws.
//
// A Driver gives a model keys and messages and runs the commands that follow
// until nothing is left to do. Time is a clock set by hand: a timer fires when
// Advance passes it, so nothing sleeps. Check holds a frame against what a
// terminal shows of it, Golden against a file, and SVG makes a picture of it.
package tuitest

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Clock is time that moves only by Advance. Hand Now and After to the console.
type Clock struct{ now time.Time }

// NewClock starts at t.
func NewClock(t time.Time) *Clock { return &Clock{now: t} }

// Now is the instant.
func (c *Clock) Now() time.Time { return c.now }

// timer is a message that waits for its time.
type timer struct {
	at  time.Time
	msg tea.Msg
}

// Map keeps the mark of whose message it is on the message, not on the timer.
func (t timer) Map(f func(tea.Msg) tea.Msg) tea.Msg { return timer{t.at, f(t.msg)} }

// After gives msg back once the clock has advanced by d.
func (c *Clock) After(d time.Duration, msg tea.Msg) tea.Cmd {
	at := c.now.Add(d)
	return func() tea.Msg { return timer{at, msg} }
}

// Driver runs a model. It is for one goroutine.
type Driver struct {
	t      testing.TB
	clock  *Clock
	model  tea.Model
	timers []timer
	w, h   int
	quit   bool
	gate   *Gate
}

// framer is a model that can be asked for its screen without the terminal's
// settings; the console's root is one.
type framer interface{ Frame() string }

// Start makes a driver, opens the model at w×h and drains what follows. clock is
// the one the model was given.
func Start(t testing.TB, m tea.Model, clock *Clock, w, h int) *Driver {
	t.Helper()
	return StartGated(t, m, clock, nil, w, h)
}

// StartGated is Start with a gate before what the model reads from its first command
// on; nil for none.
func StartGated(t testing.TB, m tea.Model, clock *Clock, gate *Gate, w, h int) *Driver {
	t.Helper()
	d := &Driver{t: t, clock: clock, model: m, gate: gate}
	d.run(m.Init())
	d.Resize(w, h)
	return d
}

// Resize changes the size of the window.
func (d *Driver) Resize(w, h int) {
	d.w, d.h = w, h
	d.Send(tea.WindowSizeMsg{Width: w, Height: h})
}

// Send gives messages to the model, draining the commands after each.
func (d *Driver) Send(msgs ...tea.Msg) {
	for _, m := range msgs {
		d.run(d.update(m))
	}
}

// Keys presses keys by their names ("j", "ctrl+d", "enter", "space"), a second
// apart so that the repeat guard lets each through.
func (d *Driver) Keys(names ...string) {
	for _, n := range names {
		d.Advance(time.Second)
		d.Send(Key(n))
	}
}

// Type presses the letters of s, at once.
func (d *Driver) Type(s string) {
	for _, r := range s {
		d.Send(Key(string(r)))
	}
}

// Burst presses keys as one read gives them: no command runs and no time passes
// before the last.
func (d *Driver) Burst(names ...string) {
	var cmds []tea.Cmd
	for _, n := range names {
		cmds = append(cmds, d.update(Key(n)))
	}
	for _, c := range cmds {
		d.run(c)
	}
}

// Advance moves the clock, firing timers in their order.
func (d *Driver) Advance(by time.Duration) {
	end := d.clock.now.Add(by)
	for {
		first := -1
		for i, t := range d.timers {
			if !t.at.After(end) && (first < 0 || t.at.Before(d.timers[first].at)) {
				first = i
			}
		}
		if first < 0 {
			break
		}
		t := d.timers[first]
		d.timers = append(d.timers[:first:first], d.timers[first+1:]...)
		if t.at.After(d.clock.now) {
			d.clock.now = t.at
		}
		d.run(d.update(t.msg))
	}
	d.clock.now = end
}

// Quit says whether the model has asked to leave the program.
func (d *Driver) Quit() bool { return d.quit }

// FrameStyled is the screen with its styles.
func (d *Driver) FrameStyled() string {
	if f, ok := d.model.(framer); ok {
		return f.Frame()
	}
	return d.model.View().Content
}

// Frame is the screen as plain text, without the blanks at the ends of lines.
func (d *Driver) Frame() string {
	lines := strings.Split(ansi.Strip(d.FrameStyled()), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// Has fails the test unless the screen shows s.
func (d *Driver) Has(s string) {
	d.t.Helper()
	if f := d.Frame(); !strings.Contains(f, s) {
		d.t.Errorf("the screen does not show %q:\n%s", s, f)
	}
}

// HasNot fails the test if the screen shows s.
func (d *Driver) HasNot(s string) {
	d.t.Helper()
	if f := d.Frame(); strings.Contains(f, s) {
		d.t.Errorf("the screen shows %q:\n%s", s, f)
	}
}

func (d *Driver) update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	d.model, cmd = d.model.Update(msg)
	return cmd
}

// most is more commands than any key leads to; beyond it they feed each other.
const most = 100_000

// run runs cmd and what follows from it, in order, until nothing is left.
func (d *Driver) run(cmd tea.Cmd) {
	d.t.Helper()
	queue := []tea.Cmd{cmd}
	for n := 0; len(queue) > 0; n++ {
		if n > most {
			d.t.Fatalf("commands do not come to rest after %d", most)
		}
		c := queue[0]
		queue = queue[1:]
		if c == nil {
			continue
		}
		msg, late := d.call(c)
		if inner, ok := commands(msg); ok {
			queue = append(inner, queue...)
			continue
		}
		switch m := msg.(type) {
		case nil:
			continue
		case timer:
			d.timers = append(d.timers, m)
		case tea.QuitMsg:
			d.quit = true
		default:
			if late > 0 {
				d.timers = append(d.timers, timer{d.clock.now.Add(late), msg})
				continue
			}
			queue = append(queue, d.update(msg))
		}
	}
}
