package tui

import (
	"fmt"
	"slices"
	"strings"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/ui"
)

// told is what was said last, so that only what is new is said.
type told struct {
	trail, key, row, group, state, empty string
	asked                                string   // by the layer in front
	layer                                ui.Layer // nil: none
	notes                                int      // how many there have been
	panes                                *ui.Panes
	lines                                []string // of a page without a list
	any                                  bool     // something was said since the line came
}

// greet says where one is and how to go on.
func (f *linear) greet() {
	f.say(f.r.cfg.Product + ", line by line. Type what to do: the name of an action or its key, a number to go to that row, help for all there is, quit to leave.")
	if f.r.cfg.Banner != "" {
		f.say(safe.Text(f.r.cfg.Banner))
	}
	f.tell()
}

// tell says what has changed.
func (f *linear) tell() {
	f.r.Frame() // what can be done, and which pane is in front, is known once it is drawn
	f.messages()
	e := f.r.front()
	if e == nil {
		return
	}
	if l := e.layer(); l != nil {
		f.layer(l)
		return
	}
	if f.told.layer != nil {
		f.told.layer, f.told.asked, f.told.key = nil, "", "" // where one is again
	}
	f.page(e)
}

// messages says what the footer and the message log have since.
func (f *linear) messages() {
	n := &f.r.notes
	for _, m := range n.log[max(len(n.log)-(n.written-f.told.notes), 0):] {
		if m.error {
			f.news("error: " + m.text)
		} else {
			f.news(m.text)
		}
	}
	f.told.notes = n.written
	n.shown = nil // said, and so read: an error has nothing to be closed
}

// news says something new.
func (f *linear) news(text string) {
	f.say(text)
	f.told.any = true
}

// layer says what a dialog asks, if it asks something else than before.
func (f *linear) layer(l ui.Layer) {
	asker, asks := held(l).(ui.Asker)
	if !asks {
		lines := ui.Unboxed(l.View(linearWidth, 10_000))
		if text := strings.Join(lines, "\n"); l != f.told.layer || text != f.told.asked {
			f.news(safe.Text(l.Title()) + ":")
			for _, line := range lines {
				f.news("  " + line)
			}
			f.news("Keys: " + hintWords(l.Hints()) + ".")
			f.told.layer, f.told.asked = l, text
		}
		return
	}
	q := asker.Asks()
	says := strings.Join(q.Says, "\n")
	if l != f.told.layer || !strings.HasPrefix(f.told.asked, says+"\x00") {
		f.news(safe.Text(l.Title()) + ":")
		for _, s := range q.Says {
			for _, line := range strings.Split(s, "\n") {
				f.say("  " + safe.Text(line))
			}
		}
	}
	if asked := says + "\x00" + strings.Join(questionLines(q), "\n"); l != f.told.layer || asked != f.told.asked {
		for _, line := range questionLines(q) {
			f.news(line)
		}
		if f.r.front().steps.before[l] != nil {
			f.news(stepKey + " goes back to the step before.")
		}
		f.told.asked = asked
	}
	f.told.layer = l
}

// questionLines say what can be answered.
func questionLines(q ui.Question) []string {
	var out []string
	if q.Fault != "" {
		out = append(out, "error: "+safe.Text(q.Fault))
	}
	if q.Waiting != "" {
		return append(out, "A moment: "+q.Waiting+".")
	}
	if q.Label != "" {
		line := safe.Text(q.Label)
		if q.Hint != "" {
			line += " (" + safe.Text(q.Hint) + ")"
		}
		if q.Value != "" {
			line += "; an empty line keeps " + fmt.Sprintf("%q", safe.Text(q.Value))
		}
		out = append(out, line+":")
	}
	for i, o := range q.Options {
		if i == linearMost {
			out = append(out, fmt.Sprintf("  and %d more", len(q.Options)-linearMost))
			break
		}
		out = append(out, fmt.Sprintf("  %d %s", i+1, safe.Text(o)))
	}
	if len(q.Options) > 0 {
		out = append(out, "Type a number, or esc to leave it.")
	}
	return out
}

// hintWords are keys with what they do.
func hintWords(t action.Table) string {
	var out []string
	for _, a := range t {
		if len(a.Keys) > 0 {
			out = append(out, strings.Join(a.Keys, " or ")+" "+a.Help)
		}
	}
	return strings.Join(out, ", ")
}

// page says where one is, if that is new, and which row is selected, if that is.
func (f *linear) page(e *entry) {
	where := f.where()
	panes := e.shown
	fresh := where != f.told.trail || panes != f.told.panes
	if fresh {
		f.told = told{trail: where, panes: panes, notes: f.told.notes, any: true}
		f.say("Page " + where)
		if s, ok := e.page.(Status); ok {
			f.say(safe.Text(s.Status()))
		}
	}
	if panes == nil {
		f.drawn(e, fresh)
		return
	}
	if fresh {
		for _, l := range panes.Over(linearWidth, linearHeight) {
			f.say(l)
		}
	}
	f.row(panes.Said(), false)
}

// where is the trail.
func (f *linear) where() string {
	var out []string
	for _, s := range f.r.steps(len(f.r.stack)) {
		out = append(out, s.text)
	}
	return strings.Join(out, "")
}

// row says the row selected; always says it even if it is as it was.
func (f *linear) row(s ui.Said, always bool) {
	if s.State != f.told.state {
		f.told.state = s.State
		if s.State == "" {
			s.State = "no filter, nothing marked"
		}
		f.news(s.State + ".")
		always = true
	}
	if s.Key == "" {
		if always || s.Empty != f.told.empty {
			f.news(strings.TrimSpace(s.Empty))
		}
		f.told.key, f.told.row, f.told.empty = "", "", s.Empty
		return
	}
	f.told.empty = ""
	if s.Group != f.told.group {
		f.told.group = s.Group
		if s.Group != "" {
			f.news(s.Group + ":")
		}
	}
	if always || s.Key != f.told.key || s.Row != f.told.row {
		f.news(s.Place + ": " + s.Row)
	}
	f.told.key, f.told.row = s.Key, s.Row
}

// drawn says the lines of a page that has no list, those that were not there before.
func (f *linear) drawn(e *entry, all bool) {
	lines := ui.Unboxed(strings.Split(e.page.View(linearWidth, linearHeight), "\n"))
	for _, l := range lines {
		if all || !slices.Contains(f.told.lines, l) {
			f.news(l)
		}
	}
	f.told.lines = lines
}
