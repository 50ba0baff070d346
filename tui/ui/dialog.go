package ui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
)

// Dialogs act on what the caller captured when it asked, never on what is
// selected when the answer comes: Do is a closure over values.

// Confirm asks before something destructive, final or many. Cancel is the default.
type Confirm struct {
	Heading string   // "Revoke 14 grants?"
	What    []string // says what and how many, a paragraph each
	Yes     string   // the verb on the button: "revoke 14"
	Do      func() tea.Cmd
	// Name, when set, must be typed exactly before Yes can be chosen: signing off.
	Name string
	// Ask is the label of the line for the reason and Need refuses an empty one;
	// both only with NewReasoned.
	Ask  string
	Need bool
	// Done looks at a message of the page while the act runs, as Ask's does: until it
	// has said that the act worked the dialog stays, with what was typed. With Done nil
	// it closes on Do.
	Done func(msg tea.Msg) (mine bool, err error)
	// Back is where cancelling leads; nil: nowhere.
	Back func() tea.Cmd
}

type confirm struct {
	env    *Env
	c      Confirm
	do     func(reason string) tea.Cmd
	name   *Input
	reason *Input
	stops  []string // what tab goes through: "name", "reason", "cancel", "yes"
	at     int
	fault  string
	busy   bool
	row    int // the line of the buttons, in what was drawn last
	read   Reading
}

// NewConfirm is the layer for c, to hand to Env.Open.
func NewConfirm(env *Env, c Confirm) Layer {
	c.Ask = ""
	return newConfirm(env, c, func(string) tea.Cmd { return c.Do() })
}

// NewReasoned is as NewConfirm with a line for the reason, handed to do; c.Ask is
// its label, c.Do is not used.
func NewReasoned(env *Env, c Confirm, do func(reason string) tea.Cmd) Layer {
	if c.Ask == "" {
		c.Ask = "Reason"
	}
	return newConfirm(env, c, do)
}

func newConfirm(env *Env, c Confirm, do func(string) tea.Cmd) *confirm {
	d := &confirm{env: env, c: c, do: do}
	if c.Name != "" {
		d.name = NewInput("")
		d.stops = append(d.stops, "name")
	}
	if c.Ask != "" {
		d.reason = NewInput("")
		d.stops = append(d.stops, "reason")
	}
	d.stops = append(d.stops, "cancel", "yes")
	return d
}

func (d *confirm) Title() string { return d.c.Heading }

// Awaits implements Awaiting.
func (d *confirm) Awaits() bool { return d.busy }

// Back implements Backing.
func (d *confirm) Back() tea.Cmd { return back(d.c.Back) }

// Cancelled is what a person is told who cancels a dialog in which something was
// typed: it is lost, and nothing came of it.
const Cancelled = "cancelled: nothing was done"

// Dropping is a layer that tells whether closing it now loses something typed. What
// is shown of that is up to who closes it.
type Dropping interface{ Typed() bool }

// Typed implements Dropping.
func (d *confirm) Typed() bool {
	return !d.busy && (d.reason != nil && d.reason.Value() != "" || d.name != nil && d.name.Value() != "")
}

// First implements Placed.
func (d *confirm) First() bool { return d.at == 0 }

// Resume implements Resumer: what was typed.
func (d *confirm) Resume(old Layer) {
	o, ok := old.(*confirm)
	if !ok || o.c.Heading != d.c.Heading {
		return
	}
	if d.reason != nil && o.reason != nil {
		d.reason.Set(o.reason.Value())
	}
	if d.name != nil && o.name != nil {
		d.name.Set(o.name.Value())
	}
}

func (d *confirm) Hints() action.Table {
	return ButtonHints(d.at < len(d.stops)-2)
}

// ButtonHints are the keys of a dialog with buttons: enter goes on from a line that
// is typed, and chooses only on a button.
func ButtonHints(typing bool) action.Table {
	enter := "choose"
	if typing {
		enter = "next"
	}
	return action.Table{{Keys: []string{"tab"}, Help: "next", Hint: 1}, {Keys: []string{"enter"}, Help: enter, Hint: 2}, {Keys: []string{"esc"}, Help: "cancel", Hint: 3}}
}

// ready says what is missing before yes may be chosen, "" when nothing is.
func (d *confirm) ready() string {
	switch {
	case d.name != nil && d.name.Value() != d.c.Name:
		return "type " + safe.Text(d.c.Name) + " exactly"
	case d.reason != nil && d.c.Need && d.reason.Value() == "":
		return d.c.Ask + " is needed"
	}
	return ""
}

func (d *confirm) Update(msg tea.Msg) (bool, tea.Cmd) {
	if d.busy {
		mine, err := d.c.Done(msg)
		if mine {
			d.busy = false
		}
		if mine && err != nil {
			d.fault = err.Error()
		}
		return mine && err == nil, nil
	}
	key, pressed := msg.(tea.KeyPressMsg)
	stop := d.stops[d.at]
	if pressed && d.read.Key(key.String()) {
		return false, nil
	}
	if pressed {
		switch key.String() {
		case "tab", "down":
			d.step(1)
			return false, nil
		case "shift+tab", "up":
			d.step(-1)
			return false, nil
		case "enter":
			return d.enter(stop)
		}
	}
	click, clicked := msg.(tea.MouseClickMsg)
	switch {
	case clicked:
		if i := buttonAt(d.buttons(), click.X); i >= 0 && click.Y == d.row && click.Button == tea.MouseLeft {
			d.at = len(d.stops) - 2 + i
			return d.enter(d.stops[d.at])
		}
	case stop == "name":
		d.name.Update(msg)
	case stop == "reason":
		d.reason.Update(msg)
	case pressed && (key.String() == "left" || key.String() == "h"):
		d.at = len(d.stops) - 2
	case pressed && (key.String() == "right" || key.String() == "l"):
		d.at = len(d.stops) - 1
	}
	return false, nil
}

func (d *confirm) step(n int) {
	d.fault = ""
	d.at = (d.at + n + len(d.stops)) % len(d.stops)
}

func (d *confirm) enter(stop string) (bool, tea.Cmd) {
	switch stop {
	case "cancel":
		if d.Typed() {
			d.env.Say(Cancelled)
		}
		return true, d.Back()
	case "yes":
		if d.fault = d.ready(); d.fault != "" {
			return false, nil
		}
		reason := ""
		if d.reason != nil {
			reason = d.reason.Value()
		}
		d.busy = d.c.Done != nil
		return !d.busy, d.do(reason)
	}
	d.step(1)
	return false, nil
}

func (d *confirm) View(w, h int) []string {
	t := d.env.Look()
	var head []Line
	for _, p := range d.c.What {
		head = append(head, Paragraph(theme.Plain, p, w)...)
	}
	var tail []string
	blank := safe.Spaces(w)
	if d.name != nil {
		tail = append(tail, blank, d.field(t, "Type "+safe.Text(d.c.Name)+" to go on", w), d.name.Draw(t, w, d.stops[d.at] == "name"))
	}
	if d.reason != nil {
		tail = append(tail, blank, d.field(t, d.c.Ask, w), d.reason.Draw(t, w, d.stops[d.at] == "reason"))
	}
	switch {
	case d.busy:
		tail = append(tail, Text(theme.Dim, "saving"+t.Sign.Ellipsis).Draw(t, w))
	case d.fault != "":
		for _, l := range Paragraph(theme.Danger, d.fault, w) {
			tail = append(tail, l.Draw(t, w))
		}
	}
	tail = append(tail, blank, Buttons(t, w, d.buttons(), d.at-(len(d.stops)-2)))
	out := d.read.Frame(t, head, tail, w, h)
	d.row = len(out) - 1
	return out
}

func (d *confirm) buttons() []string {
	if d.c.Yes == "" {
		return []string{"Cancel", "yes"}
	}
	return []string{"Cancel", d.c.Yes}
}

func (d *confirm) field(t *theme.Theme, label string, w int) string {
	return Text(theme.Dim, label).Draw(t, w)
}

// Reading is how far the text over a dialog's controls was read.
type Reading struct{ top, room int }

// Key takes a key that scrolls the text; it tells whether it was one.
func (r *Reading) Key(name string) bool {
	switch name {
	case "pgdown":
		r.top += max(r.room, 1)
	case "pgup":
		r.top = max(r.top-max(r.room, 1), 0)
	default:
		return false
	}
	return true
}

// Frame puts the lines of text over those of the controls. Where h lines are too few
// the text is scrolled, never the controls, and its last line says what is left.
func (r *Reading) Frame(t *theme.Theme, head []Line, tail []string, w, h int) []string {
	room := max(h-len(tail), 0)
	if r.room = room; len(head) <= room {
		r.top = 0
	} else {
		r.room = max(room-1, 0)
		r.top = min(r.top, len(head)-r.room)
		head = append(slices.Clone(head[r.top:r.top+r.room]), r.mark(t, len(head)))
		head = head[:room]
	}
	var out []string
	for _, l := range head {
		out = append(out, l.Draw(t, w))
	}
	out = append(out, tail...)
	return out[max(len(out)-h, 0):]
}

// mark says which of all lines are not seen.
func (r *Reading) mark(t *theme.Theme, all int) Line {
	if left := all - r.top - r.room; left > 0 {
		return Text(theme.Key, fmt.Sprintf("%s %d more lines: PgDn", t.Sign.Ellipsis, left))
	}
	return Text(theme.Dim, fmt.Sprintf("lines %d to %d of %d: PgUp", r.top+1, r.top+r.room, all))
}

// buttonAt is which of the labels that Buttons drew is at cell x, -1 for none.
func buttonAt(labels []string, x int) int {
	from := 0
	for i, label := range labels {
		to := from + 2 + safe.Width(safe.Text(label)) + 1
		if x >= from && x < to {
			return i
		}
		from = to + 3
	}
	return -1
}

// Buttons draws labels beside each other, the one at reversed and after '>'.
func Buttons(t *theme.Theme, w int, labels []string, at int) string {
	var line Line
	for i, label := range labels {
		role, mark := theme.Plain, "  "
		if i == at {
			role, mark = theme.Selected, "> "
		}
		line = append(line, Span{role, mark + label + " "}, Span{theme.Plain, "   "})
	}
	return line.Draw(t, w)
}
