package ui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/safe"
)

// Question is what a layer asks at this moment, for who answers it line by line.
type Question struct {
	Says    []string // what stands over it
	Label   string   // of the line that is typed, "Reason"; "" where nothing is typed
	Value   string   // what the line holds already
	Hint    string
	Options []string // what can be chosen; those that cannot say why
	Fault   string   // what was wrong with the answer before
	Waiting string   // what it is waiting for before it can be answered; "" if nothing
}

// Asker is a layer that can be asked what it asks, and answered in one go.
type Asker interface {
	Layer
	Asks() Question
	// Answer puts text into the line that is typed and goes on to what comes next.
	Answer(text string) (done bool, cmd tea.Cmd)
	// Choose takes option i, counted from 0.
	Choose(i int) (done bool, cmd tea.Cmd)
}

// Holder is a layer that holds another one, which is the one that asks.
type Holder interface{ Held() Layer }

// options are labels, with why those that are off are.
func options(all []Option) []string {
	out := make([]string, len(all))
	for i, o := range all {
		out[i] = safe.Text(o.Label)
		if o.Off != "" {
			out[i] += " (not now: " + safe.Text(o.Off) + ")"
		}
	}
	return out
}

func word(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// Asks implements Asker.
func (d *confirm) Asks() Question {
	q := Question{Says: d.c.What, Fault: d.fault}
	switch d.stops[d.at] {
	case "name":
		q.Label, q.Value = "Type "+safe.Text(d.c.Name)+" to go on", d.name.Value()
	case "reason":
		q.Label, q.Value = d.c.Ask, d.reason.Value()
	default:
		q.Options = []string{"Cancel", word(d.c.Yes, "yes")}
	}
	return q
}

// Answer implements Asker.
func (d *confirm) Answer(text string) (bool, tea.Cmd) {
	switch d.stops[d.at] {
	case "name":
		d.name.Set(text)
		if text != d.c.Name {
			d.fault = d.ready()
			return false, nil
		}
	case "reason":
		d.reason.Set(text)
	default:
		return false, nil
	}
	d.step(1)
	return false, nil
}

// Choose implements Asker. Where the answers so far will not do it goes back to them.
func (d *confirm) Choose(i int) (bool, tea.Cmd) {
	d.at = len(d.stops) - 2 + min(max(i, 0), 1)
	done, cmd := d.enter(d.stops[d.at])
	if !done && d.fault != "" {
		d.at = 0
		if d.name != nil && d.name.Value() == d.c.Name {
			d.at = 1
		}
	}
	return done, cmd
}

// Asks implements Asker.
func (d *form) Asks() Question {
	q := Question{Says: d.f.What, Fault: d.fault}
	if d.at >= len(d.inputs) {
		q.Options = []string{"Cancel", word(d.f.Yes, "save")}
		return q
	}
	f := d.f.Fields[d.at]
	q.Label, q.Value, q.Hint = f.Label, d.inputs[d.at].Value(), f.Hint
	return q
}

// Answer implements Asker.
func (d *form) Answer(text string) (bool, tea.Cmd) {
	if d.at >= len(d.inputs) {
		return false, nil
	}
	d.inputs[d.at].Set(text)
	why := d.wrong(d.at)
	if why == "" {
		d.step(1)
		if d.at == len(d.inputs) { // from the fields to the buttons
			d.fault = ""
		}
		return false, nil
	}
	d.fault = why
	return false, nil
}

// Choose implements Asker.
func (d *form) Choose(i int) (bool, tea.Cmd) {
	d.at = len(d.inputs) + min(max(i, 0), 1)
	if i == 0 {
		return d.cancel()
	}
	return d.submit()
}

// Asks implements Asker.
func (d *ask) Asks() Question {
	q := Question{Says: d.a.What, Fault: d.fault}
	if d.busy {
		q.Waiting = "it is being saved"
		return q
	}
	if d.at < len(d.inputs) {
		f := d.a.Fields[d.at]
		q.Label, q.Value, q.Hint = f.Label, d.inputs[d.at].Value(), f.Hint
	}
	return q
}

// Answer implements Asker.
func (d *ask) Answer(text string) (bool, tea.Cmd) {
	if d.busy || d.at >= len(d.inputs) {
		return false, nil
	}
	d.inputs[d.at].Set(text)
	return d.enter()
}

// Choose implements Asker: there is nothing to choose.
func (d *ask) Choose(int) (bool, tea.Cmd) { return false, nil }

// Asks implements Asker.
func (d *choice) Asks() Question {
	return Question{Says: d.c.What, Options: options(d.c.Options), Fault: d.fault}
}

// Answer implements Asker: the option whose key is typed.
func (d *choice) Answer(text string) (bool, tea.Cmd) {
	for i, o := range d.c.Options {
		if o.Key != "" && o.Key == text {
			return d.choose(i)
		}
	}
	d.fault = fmt.Sprintf("there is no %q to choose", text)
	return false, nil
}

// Keyed says that options may be chosen by keys of their own.
func (d *choice) Keyed() {}

// Choose implements Asker.
func (d *choice) Choose(i int) (bool, tea.Cmd) {
	if i < 0 || i >= len(d.c.Options) {
		return false, nil
	}
	return d.choose(i)
}

// Asks implements Asker.
func (d *picker) Asks() Question {
	q := Question{Says: d.p.What, Label: "Part of the name, to narrow", Value: d.input.Value(), Fault: d.fault}
	switch {
	case d.failed != "":
		q.Fault = d.failed
	case !d.loaded:
		q.Waiting = "the choice is being loaded"
	case len(d.shown) == 0:
		q.Fault = "nothing fits what you typed"
	}
	if d.p.Many != nil {
		q.Says = append(slices.Clone(q.Says), "Choose each that is meant, and one of them again to go on.")
	}
	for _, i := range d.shown {
		c := d.all[i]
		text := safe.Text(c.Label)
		if d.marks[i] {
			text += ", marked"
		}
		if c.Note != "" {
			text += ", " + safe.Text(c.Note)
		}
		if c.Off != "" {
			text += " (not now: " + safe.Text(c.Off) + ")"
		}
		q.Options = append(q.Options, text)
	}
	return q
}

// Answer implements Asker: it narrows the choice.
func (d *picker) Answer(text string) (bool, tea.Cmd) {
	d.fault = ""
	d.input.Set(text)
	d.narrow()
	return false, nil
}

// Choose implements Asker. Where several can be marked it marks one, or no more; the
// one that is marked already is the end of it.
func (d *picker) Choose(i int) (bool, tea.Cmd) {
	d.at = i
	if d.p.Many == nil || i < 0 || i >= len(d.shown) {
		return d.choose()
	}
	if !d.marks[d.shown[i]] {
		d.mark()
		return false, nil
	}
	return d.choose()
}

// Words is a line's text, made safe, for who reads it line by line.
func (l Line) Words() string {
	text := ""
	for _, s := range l {
		text += safe.Text(s.Text)
	}
	return text
}

// LinesWords are lines as text.
func LinesWords(lines []Line) []string {
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		out = append(out, l.Words())
	}
	return Unboxed(out)
}

var _ = []Asker{(*confirm)(nil), (*form)(nil), (*ask)(nil), (*choice)(nil), (*picker)(nil)}
