package ui

import (
	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
)

// Ask asks for a line of text, or a few, that an act needs: a reason. Enter goes
// to the next line and from the last one submits. It stays open until the act is
// told to have worked, so that nothing typed is lost where it does not.
type Ask struct {
	Heading string
	What    []string // says what it is for, a paragraph each
	Fields  []Field
	// Do starts the act; the texts have passed their checks.
	Do func(values []string) tea.Cmd
	// Done looks at a message of the page while the act runs: mine says that it is
	// the act's answer, err what went wrong. With Done nil it closes on Do.
	Done func(msg tea.Msg) (mine bool, err error)
	// Back is where cancelling leads; nil: nowhere.
	Back func() tea.Cmd
}

type ask struct {
	env    *Env
	a      Ask
	inputs []*Input
	at     int
	fault  string
	busy   bool
	read   Reading
}

// NewAsk is the layer for a.
func NewAsk(env *Env, a Ask) Layer {
	d := &ask{env: env, a: a}
	for _, f := range a.Fields {
		d.inputs = append(d.inputs, NewInput(f.Value))
	}
	return d
}

func (d *ask) Title() string { return d.a.Heading }

// Awaits implements Awaiting.
func (d *ask) Awaits() bool { return d.busy }

// Returns implements Step: what acted is not gone back to, and one with a way back of its
// own has no other.
func (d *ask) Returns() bool { return d.a.Done == nil && d.a.Back == nil }

// First implements Placed.
func (d *ask) First() bool { return d.at == 0 }

// Resume implements Resumer: what was typed.
func (d *ask) Resume(old Layer) {
	if o, ok := old.(*ask); ok {
		resume(d.a.Fields, d.inputs, o.a.Fields, o.inputs)
	}
}

// resume sets lines to what was typed in the same ones before.
func resume(fields []Field, to []*Input, was []Field, from []*Input) {
	if len(fields) != len(was) {
		return
	}
	for i := range fields {
		if fields[i].Label == was[i].Label && from[i].Value() != was[i].Value {
			to[i].Set(from[i].Value())
		}
	}
}

// Back implements Backing.
func (d *ask) Back() tea.Cmd { return back(d.a.Back) }

// Typed implements Dropping: a line is another than it was to begin with.
func (d *ask) Typed() bool {
	for i, in := range d.inputs {
		if !d.busy && in.Value() != d.a.Fields[i].Value {
			return true
		}
	}
	return false
}

func (d *ask) Hints() action.Table {
	t := action.Table{{Keys: []string{"enter"}, Help: "submit", Hint: 1}, {Keys: []string{"esc"}, Help: "cancel", Hint: 3}}
	if d.at < len(d.inputs)-1 {
		t[0].Help = "next"
	}
	if len(d.inputs) > 1 {
		t = append(t, action.Action{Keys: []string{"tab"}, Help: "next", Hint: 2})
	}
	return t
}

func (d *ask) Update(msg tea.Msg) (bool, tea.Cmd) {
	if d.busy {
		if d.a.Done != nil {
			if mine, err := d.a.Done(msg); mine {
				d.busy = false
				if err == nil {
					return true, nil
				}
				d.fault = err.Error()
			}
		}
		return false, nil
	}
	key, pressed := msg.(tea.KeyPressMsg)
	n := len(d.inputs)
	if pressed && d.read.Key(key.String()) {
		return false, nil
	}
	if pressed {
		switch key.String() {
		case "tab", "down":
			d.at = (d.at + 1) % max(n, 1)
			return false, nil
		case "shift+tab", "up":
			d.at = (d.at + n - 1) % max(n, 1)
			return false, nil
		case "enter":
			return d.enter()
		}
	}
	if d.at < n && d.inputs[d.at].Update(msg) {
		d.fault = ""
	}
	return false, nil
}

func (d *ask) enter() (bool, tea.Cmd) {
	last := d.at >= len(d.inputs)-1
	values := make([]string, len(d.inputs))
	for i, in := range d.inputs {
		values[i] = in.Value()
		if check := d.a.Fields[i].Check; check != nil && (last || i == d.at) {
			if why := check(values[i]); why != "" {
				d.at, d.fault = i, why
				return false, nil
			}
		}
	}
	d.fault = ""
	if !last {
		d.at++
		return false, nil
	}
	d.busy = d.a.Done != nil
	return !d.busy, d.a.Do(values)
}

func (d *ask) View(w, h int) []string {
	t := d.env.Look()
	var head []Line
	for _, p := range d.a.What {
		head = append(head, Paragraph(theme.Plain, p, w)...)
	}
	var tail []string
	from := 0 // where the field in focus begins
	for i, f := range d.a.Fields {
		role := theme.Dim
		if i == d.at {
			role, from = theme.Key, len(tail)
		}
		tail = append(tail, Text(role, f.Label).Draw(t, w), d.inputs[i].Draw(t, w, i == d.at && !d.busy))
		if i == d.at && f.Hint != "" {
			tail = append(tail, Text(theme.Dim, f.Hint).Draw(t, w))
		}
	}
	var foot []string
	switch {
	case d.busy:
		foot = append(foot, Text(theme.Dim, "saving"+t.Sign.Ellipsis).Draw(t, w))
	case d.fault != "":
		for _, l := range Paragraph(theme.Danger, d.fault, w) {
			foot = append(foot, l.Draw(t, w))
		}
	}
	// Where not all fields fit, those round the one in focus are shown.
	if room := max(h-len(foot), 3); len(tail) > room {
		from = min(from, len(tail)-room)
		tail = tail[from : from+room]
	}
	tail = append(tail, foot...)
	if len(head) > 0 {
		tail = append([]string{safe.Spaces(w)}, tail...)
	}
	return d.read.Frame(t, head, tail, w, h)
}

// Needed is a Check that refuses an empty text: "a reason is needed".
func Needed(what string) func(string) string {
	return func(s string) string {
		if len(safe.Text(s)) == 0 {
			return what + " is needed"
		}
		return ""
	}
}
