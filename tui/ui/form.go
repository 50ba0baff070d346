package ui

import (
	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
)

// Field is one line of a form.
type Field struct {
	Label string
	Value string // to begin with
	Hint  string // an example, shown under the field while it is typed
	// Check says what is wrong with the text, "" if nothing. May be nil.
	Check func(string) string
}

// Form asks for a few lines of text.
type Form struct {
	Heading string
	What    []string
	Fields  []Field
	Yes     string // the verb on the button
	// Do gets the texts in the order of the fields, all of which passed.
	Do func(values []string) tea.Cmd
}

type form struct {
	env    *Env
	f      Form
	inputs []*Input
	at     int // a field, then Cancel, then Yes
	fault  string
	read   Reading
}

// NewForm is the layer for f. Enter goes from field to field and only does
// something on a button; tab skips.
func NewForm(env *Env, f Form) Layer {
	d := &form{env: env, f: f}
	for _, field := range f.Fields {
		d.inputs = append(d.inputs, NewInput(field.Value))
	}
	return d
}

func (d *form) Title() string { return d.f.Heading }

// Returns implements Step.
func (d *form) Returns() bool { return true }

// First implements Placed.
func (d *form) First() bool { return d.at == 0 }

// Resume implements Resumer: what was typed.
func (d *form) Resume(old Layer) {
	if o, ok := old.(*form); ok {
		resume(d.f.Fields, d.inputs, o.f.Fields, o.inputs)
	}
}

func (d *form) Hints() action.Table {
	return action.Table{{Keys: []string{"tab"}, Help: "next", Hint: 1}, {Keys: []string{"enter"}, Help: "next, or choose", Hint: 2}, {Keys: []string{"esc"}, Help: "cancel", Hint: 3}}
}

// Typed implements Dropping: a line is another than it was to begin with.
func (d *form) Typed() bool {
	for i, in := range d.inputs {
		if in.Value() != d.f.Fields[i].Value {
			return true
		}
	}
	return false
}

func (d *form) cancel() (bool, tea.Cmd) {
	if d.Typed() {
		d.env.Say(Cancelled)
	}
	return true, nil
}

func (d *form) Update(msg tea.Msg) (bool, tea.Cmd) {
	n := len(d.inputs)
	if key, ok := msg.(tea.KeyPressMsg); ok {
		switch name := key.String(); {
		case d.read.Key(name):
			return false, nil
		case name == "tab" || name == "down":
			d.step(1)
			return false, nil
		case name == "shift+tab" || name == "up":
			d.step(-1)
			return false, nil
		case name == "enter" && d.at < n:
			d.fault = d.wrong(d.at)
			if d.fault == "" {
				d.step(1)
			}
			return false, nil
		case name == "enter" && d.at == n:
			return d.cancel()
		case name == "enter":
			return d.submit()
		case d.at >= n && (name == "left" || name == "right" || name == "h" || name == "l"):
			d.at = n + (d.at-n+1)%2
			return false, nil
		}
	}
	if d.at < n && d.inputs[d.at].Update(msg) {
		d.fault = ""
	}
	return false, nil
}

func (d *form) step(by int) {
	stops := len(d.inputs) + 2
	d.at = (d.at + by + stops) % stops
	d.fault = ""
}

// wrong says what is wrong with field i, "" if nothing.
func (d *form) wrong(i int) string {
	if check := d.f.Fields[i].Check; check != nil {
		return check(d.inputs[i].Value())
	}
	return ""
}

// submit hands the texts on if all pass, and else goes to the first that does not.
func (d *form) submit() (bool, tea.Cmd) {
	values := make([]string, len(d.inputs))
	for i, in := range d.inputs {
		if why := d.wrong(i); why != "" {
			d.at, d.fault = i, why
			return false, nil
		}
		values[i] = in.Value()
	}
	return true, d.f.Do(values)
}

func (d *form) View(w, h int) []string {
	t := d.env.Look()
	var head []Line
	for _, p := range d.f.What {
		head = append(head, Paragraph(theme.Plain, p, w)...)
	}
	var tail []string
	for i, field := range d.f.Fields {
		focus := i == d.at
		role := theme.Dim
		if focus {
			role = theme.Key
		}
		tail = append(tail, Text(role, field.Label).Draw(t, w), d.inputs[i].Draw(t, w, focus))
		if focus && field.Hint != "" {
			tail = append(tail, Text(theme.Dim, field.Hint).Draw(t, w))
		}
	}
	if d.fault != "" {
		for _, l := range Paragraph(theme.Danger, d.fault, w) {
			tail = append(tail, l.Draw(t, w))
		}
	}
	yes := d.f.Yes
	if yes == "" {
		yes = "save"
	}
	tail = append(tail, safe.Spaces(w), Buttons(t, w, []string{"Cancel", yes}, d.at-len(d.inputs)))
	return d.read.Frame(t, head, tail, w, h)
}
