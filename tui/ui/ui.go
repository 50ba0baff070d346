// Package ui holds the console's widgets: the list that is a window onto a
// store, the tree with value columns, dialogs, and text drawn in spans.
//
// A widget is a pointer with Update(msg) tea.Cmd and View(w, h) string. What View
// returns is h lines of exactly w cells. Widgets make text safe when they take
// it and style it by role; a page hands in plain strings and never writes an
// escape sequence. No widget reads a clock or does slow work in Update or View:
// it asks its Env.
package ui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
)

// Env is what a widget needs of the console round it. The root makes one for
// each page; all its functions are set.
type Env struct {
	// Now is the instant, for showing how long something takes and for gaps
	// between keys.
	Now func() time.Time
	// After gives msg back after d. It is a timer in the program and a clock set
	// by hand in tests.
	After func(d time.Duration, msg tea.Msg) tea.Cmd
	// Look is the theme in use now; it changes when the terminal tells its
	// background, so ask each time. Commands may ask too.
	Look func() *theme.Theme
	// Open puts a layer over the page, at once: the next key is the layer's.
	Open func(Layer)
	// Work runs fn outside Update and gives its message back. While it runs, for
	// longer than a moment, the console shows label and the time, and esc cancels
	// fn's context. Call it in Update only.
	Work func(label string, fn func(context.Context) tea.Msg) tea.Cmd
	// Say shows text as a success that goes by itself; Fail an error that stays.
	Say  func(text string)
	Fail func(err error)
	// Adopt is told of each list that is made, to put it as it was left; nil where
	// nothing is remembered.
	Adopt func(*List)
	// Drew is told which panes were drawn, in View; nil where nobody asks.
	Drew func(*Panes)
	// Still says that nothing is to move by itself; nil means it may.
	Still func() bool
}

// Layer is something over the page that takes the keys: a dialog, help, the
// palette. The console closes it on esc.
type Layer interface {
	// Update takes a message. With done the layer has finished; the command is
	// run either way.
	Update(msg tea.Msg) (done bool, cmd tea.Cmd)
	// View draws the inside of the layer's box, with lines of at most w cells and
	// no more than h of them.
	View(w, h int) []string
	// Title stands in the box's border.
	Title() string
	// Hints are the keys for the footer.
	Hints() action.Table
}

// Step is a layer that asks for something on the way to an act: where its answer led
// to another layer it is kept, with what was typed, and can be gone back to. What follows
// a layer with a way Back is made anew by that, and so is none.
type Step interface {
	Layer
	Returns() bool
}

// Placed is a layer with places that tab goes through; First tells whether it is at
// the first, from which shift+tab goes to the step before.
type Placed interface{ First() bool }

// Resumer takes up what was typed in the same layer before somebody went a step back.
type Resumer interface{ Resume(old Layer) }

// Answering is a layer with keys of its own that answer it: one of them is an answer even
// when it is the key that opened the layer, pressed again at once.
type Answering interface{ Answers(key string) bool }

// Awaiting is a layer that may be waiting for the answer to what it asked for.
type Awaiting interface{ Awaits() bool }

// Backing is a layer of which cancelling leads somewhere: to the choice before it. It is
// asked once, after the layer was closed without an answer.
type Backing interface{ Back() tea.Cmd }

// back runs where cancelling leads, if that is anywhere.
func back(to func() tea.Cmd) tea.Cmd {
	if to == nil {
		return nil
	}
	return to()
}

// Span is a piece of text in one role.
type Span struct {
	Role theme.Role
	Text string
}

// Line is one line of spans.
type Line []Span

// Text is a line in one role.
func Text(r theme.Role, s string) Line { return Line{{r, s}} }

// Plain is a line in the terminal's own colours.
func Plain(s string) Line { return Line{{theme.Plain, s}} }

// Draw is the line made safe and styled, cut or filled to exactly w cells.
func (l Line) Draw(t *theme.Theme, w int) string {
	var b strings.Builder
	b.Grow(w + 16*len(l))
	l.draw(&b, t, w)
	return b.String()
}

// says tells whether anything but blanks is in the line.
func (l Line) says() bool {
	for _, s := range l {
		if strings.TrimLeft(s.Text, " ") != "" {
			return true
		}
	}
	return false
}

func (l Line) draw(b *strings.Builder, t *theme.Theme, w int) {
	left := max(w, 0)
	for i, s := range l {
		if left == 0 {
			break
		}
		text := safe.Text(s.Text)
		tw := safe.Width(text)
		switch {
		case tw > left && strings.TrimLeft(text, " ") == "":
			text, tw = safe.Spaces(left), left
		case tw > left:
			text, tw = safe.Pad(text, left), left
		case tw == left && l[i+1:].says():
			// What follows is left out: say so in the last cell.
			text = safe.Pad(safe.Truncate(text+" +", left), left)
		}
		t.Append(b, s.Role, text)
		left -= tw
	}
	b.WriteString(safe.Spaces(left))
}

// Block draws lines as exactly h lines of exactly w cells: what does not fit is
// left out, what is missing is blank.
func Block(t *theme.Theme, lines []Line, w, h int) string {
	var b strings.Builder
	b.Grow((w + 16) * max(h, 0))
	for i := range h {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i < len(lines) {
			lines[i].draw(&b, t, w)
		} else {
			b.WriteString(safe.Spaces(w))
		}
	}
	return b.String()
}

// Paragraph wraps s to w cells as lines in one role. Line feeds in s break lines;
// it is for the program's own words with data in them, so each piece of data in
// s must have gone through safe.Text if it may hold line feeds.
func Paragraph(r theme.Role, s string, w int) []Line {
	var out []Line
	for part := range strings.SplitSeq(s, "\n") {
		for _, l := range safe.Wrap(safe.Text(part), w) {
			out = append(out, Text(r, l))
		}
	}
	return out
}

// SideBySide is from how many columns a list and its preview share the width.
const SideBySide = 120

// SplitWidths is how a list and its details share w columns, the list the wider by
// five to four, the three of the rule between them apart.
func SplitWidths(w int) (left, right int) {
	left = (w - 3) * 5 / 9
	return left, w - 3 - left
}

// beside puts two blocks of equally many lines beside each other with a rule, behind
// what stands over them, which ends its own lines.
func beside(t *theme.Theme, over, left, right string) string {
	rule := " " + t.Style(theme.Frame, t.Sign.Vertical) + " "
	var b strings.Builder
	b.Grow(len(over) + len(left) + len(right) + (strings.Count(left, "\n")+1)*len(rule))
	b.WriteString(over)
	for first := true; left != "" || right != ""; first = false {
		var l, r string
		l, left, _ = strings.Cut(left, "\n")
		r, right, _ = strings.Cut(right, "\n")
		if !first {
			b.WriteByte('\n')
		}
		b.WriteString(l)
		b.WriteString(rule)
		b.WriteString(r)
	}
	return b.String()
}

// Below puts two blocks under each other with a rule of w cells between.
func Below(t *theme.Theme, upper, lower string, w int) string {
	return upper + "\n" + t.Style(theme.Frame, strings.Repeat(t.Sign.Horizontal, max(w, 0))) + "\n" + lower
}
