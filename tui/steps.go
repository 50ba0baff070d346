package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/ui"
)

// stepKey goes back, in a dialog that another one led to, to that one.
const stepKey = "ctrl+o"

// steps are how the dialogs of a page led to each other: one that was answered is
// kept, with what was typed in it, as long as the next is open.
type steps struct {
	before map[ui.Layer]ui.Layer // what led to a layer
	left   map[ui.Layer]ui.Layer // of a layer gone back to: what it had led to
	done   ui.Layer              // answered last; what it leads to is still to open
}

// begin forgets the steps there were: nothing is open.
func (s *steps) begin() { *s = steps{} }

// lead notes that one layer led to the next, which takes up what was typed in it before
// somebody went back.
func (s *steps) lead(from, to ui.Layer) {
	if step, is := held(from).(ui.Step); !is || !step.Returns() || to == nil || from == to {
		return
	}
	if s.before == nil {
		s.before, s.left = map[ui.Layer]ui.Layer{}, map[ui.Layer]ui.Layer{}
	}
	s.before[to] = from
	if old := s.left[from]; old != nil {
		delete(s.left, from)
		if behind := s.left[old]; behind != nil { // it was gone back from too
			s.left[to] = behind
			delete(s.left, old)
		}
		if r, is := to.(ui.Resumer); is {
			r.Resume(old)
		}
	}
}

// opened is told of a layer that opens when none is open: what was answered before
// led to it.
func (s *steps) opened(l ui.Layer) {
	if s.done != nil {
		s.lead(s.done, l)
		s.done = nil
	}
}

// toLayer gives a message to a layer, and closes it where it is done.
func (r *Root) toLayer(e *entry, l ui.Layer, msg tea.Msg) tea.Cmd {
	return r.answered(e, l, func() (bool, tea.Cmd) { return l.Update(msg) })
}

// answered has a layer answered, and closes it where it is done with that.
func (r *Root) answered(e *entry, l ui.Layer, answer func() (done bool, cmd tea.Cmd)) tea.Cmd {
	e.steps.done = nil
	open := len(e.layers)
	e.asking = l
	done, cmd := answer()
	e.asking = nil
	if done {
		next := e.layer()
		e.close(l)
		switch {
		case len(e.layers) >= open:
			e.steps.lead(l, next)
		case len(e.layers) == 0:
			e.steps.done = l
		}
	}
	return r.own(e, cmd)
}

// stepBack goes from a layer to the one that led to it; false where none did, or the
// layer waits for an answer.
func (e *entry) stepBack(l ui.Layer) bool {
	before := e.steps.before[l]
	if a, ok := held(l).(ui.Awaiting); before == nil || ok && a.Awaits() {
		return false
	}
	e.close(l)
	e.layers = append(e.layers, before)
	e.steps.left[before] = l
	delete(e.steps.before, l)
	return true
}

// stepsBack tells whether a key in a layer goes to the step before: the key for that,
// or shift+tab in the first place there is.
func (e *entry) stepsBack(l ui.Layer, name string) bool {
	if name == "shift+tab" {
		p, ok := held(l).(ui.Placed)
		return ok && p.First() && e.steps.before[l] != nil
	}
	return name == stepKey && e.steps.before[l] != nil
}

// layerHints are the keys of a layer, with that to the step before where there is one.
func (e *entry) layerHints(l ui.Layer) action.Table {
	t := l.Hints()
	if e.steps.before[l] == nil {
		return t
	}
	return append(t[:len(t):len(t)], action.Action{Keys: []string{stepKey}, Help: "step before", Hint: 3})
}

// opener is the key whose action ran last, while no other was pressed: as long as it
// is held it types nothing into what it opened, and answers that once at the most.
type opener struct {
	key      tea.KeyPressMsg
	at       time.Time // when it came last
	held     int       // how often it came since
	decides  bool      // its action decides something: two presses at once are one
	answered bool      // it answered what it opened
}

// answers tells whether the opener, pressed again, answers what it opened.
func (o *opener) answers(l ui.Layer, key tea.KeyPressMsg) bool {
	return !key.IsRepeat && !o.decides && !o.answered && key.String() == o.key.String() && hasAnswer(l, key.String())
}

// hasAnswer tells whether a key answers a layer at once.
func hasAnswer(l ui.Layer, name string) bool {
	a, ok := held(l).(ui.Answering)
	return ok && name != "" && a.Answers(name)
}

// repeats takes a key that is the opener's own once more, as a held key gives it: marked
// so by the terminal, or within action.Gap of the one before.
func (o *opener) repeats(key tea.KeyPressMsg, now time.Time) bool {
	name := o.key.String()
	if name == "" || key.String() != name || !key.IsRepeat && (now.Sub(o.at) >= action.Gap || now.Before(o.at)) {
		return false
	}
	if o.at = now; !key.IsRepeat {
		o.held++
	}
	return true
}

// first is the key that was held back though it began a word: it came once, and another
// letter followed, in a layer that it would not answer. The opener is forgotten with it.
func (o *opener) first(l ui.Layer, key tea.KeyPressMsg) (tea.KeyPressMsg, bool) {
	was := *o
	*o = opener{}
	return was.key, !hasAnswer(l, was.key.String()) && was.held == 1 && was.key.Text != "" && key.Text != "" && key.String() != was.key.String()
}
