package ui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
)

// Pick asks for one of many: a person, a group, an agent. The candidates are
// loaded in a command while the dialog is already open, and narrowed as one types.
type Pick struct {
	Heading string
	What    []string
	// Load gives the candidates in the order to show them.
	Load func(ctx context.Context) ([]Candidate, error)
	Do   func(c Candidate) tea.Cmd
	// Many, in place of Do, lets several be marked, with tab: it gets those marked in
	// their order, or the one under the cursor where none is.
	Many func(cs []Candidate) tea.Cmd
	// Back is where cancelling leads; nil: nowhere.
	Back func() tea.Cmd
}

// Candidate is one answer of a Pick.
type Candidate struct {
	Key   string // what it stands for; the caller's own
	Label string
	Note  string // beside the label: an address, a department
	Off   string // why it cannot be chosen; "" if it can
}

type picker struct {
	env    *Env
	p      Pick
	input  *Input
	loaded bool
	failed string
	all    []Candidate
	words  []string // label and note of each, folded
	shown  []int
	marks  map[int]bool // places in all, with Many
	at, h  int
	fault  string
	again  map[string]bool // the keys of what was marked before somebody went back
}

type pickedMsg struct {
	of  *picker
	all []Candidate
	err error
}

// OpenPick opens the dialog for p and gives the command that loads it.
func OpenPick(env *Env, p Pick) tea.Cmd {
	d := &picker{env: env, p: p, input: NewInput(""), marks: map[int]bool{}, h: 1}
	env.Open(d)
	return d.load()
}

func (d *picker) load() tea.Cmd {
	return d.env.Work("loading the choice", func(ctx context.Context) tea.Msg {
		all, err := d.p.Load(ctx)
		return pickedMsg{d, all, err}
	})
}

func (d *picker) Title() string { return d.p.Heading }

// Returns implements Step: one with a way back of its own has no other.
func (d *picker) Returns() bool { return d.p.Back == nil }

// First implements Placed.
func (d *picker) First() bool { return d.at == 0 }

// Resume implements Resumer: what was typed and marked, once the candidates are there.
func (d *picker) Resume(old Layer) {
	o, ok := old.(*picker)
	if !ok || o.p.Heading != d.p.Heading {
		return
	}
	d.input.Set(o.input.Value())
	d.again = map[string]bool{}
	for i, c := range o.all {
		if o.marks[i] {
			d.again[c.Key] = true
		}
	}
}

// Back implements Backing.
func (d *picker) Back() tea.Cmd { return back(d.p.Back) }

func (d *picker) Hints() action.Table {
	t := action.Table{{Help: "type narrows", Hint: 1}, {Keys: []string{"down"}, Help: "^n ^p move", Hint: 5},
		{Keys: []string{"enter"}, Help: "choose", Hint: 2}, {Keys: []string{"esc"}, Help: "cancel", Hint: 4}}
	if d.p.Many != nil {
		t = append(t, action.Action{Keys: []string{"tab"}, Help: "mark", Hint: 2})
	}
	return t
}

func (d *picker) Update(msg tea.Msg) (bool, tea.Cmd) {
	switch msg := msg.(type) {
	case pickedMsg:
		if msg.of == d {
			d.take(msg)
		}
		return false, nil
	case tea.KeyPressMsg:
		d.fault = ""
		if d.p.Many != nil && msg.String() == "tab" {
			d.mark()
		}
		switch msg.String() {
		case "down", "tab", "ctrl+n":
			d.at++
		case "up", "shift+tab", "ctrl+p":
			d.at--
		case "pgdown":
			d.at += d.h
		case "pgup":
			d.at -= d.h
		case "enter":
			if d.failed != "" { // tried again, so that nothing asked before is lost
				d.failed = ""
				return false, d.load()
			}
			return d.choose()
		}
		d.at = min(max(d.at, 0), max(len(d.shown)-1, 0))
	}
	if d.input.Update(msg) {
		d.narrow()
	}
	return false, nil
}

func (d *picker) take(m pickedMsg) {
	if m.err != nil {
		d.failed = m.err.Error()
		return
	}
	d.loaded, d.all = true, m.all
	d.words = make([]string, len(m.all))
	for i, c := range m.all {
		d.words[i] = strings.ToLower(c.Label + "\n" + c.Note)
		if d.again[c.Key] && c.Off == "" {
			d.marks[i] = true
		}
	}
	d.narrow()
}

// narrow shows the candidates that hold every word typed.
func (d *picker) narrow() {
	words := strings.Fields(strings.ToLower(d.input.Value()))
	d.shown, d.at = d.shown[:0], 0
next:
	for i, text := range d.words {
		for _, w := range words {
			if !strings.Contains(text, w) {
				continue next
			}
		}
		d.shown = append(d.shown, i)
	}
}

// choose takes the candidate under the cursor; a key that comes before the
// candidates have chooses nothing.
func (d *picker) choose() (bool, tea.Cmd) {
	if d.at >= len(d.shown) {
		return false, nil
	}
	c := d.all[d.shown[d.at]]
	if d.fault = c.Off; d.fault != "" {
		return false, nil
	}
	if d.p.Many == nil {
		return true, d.p.Do(c)
	}
	var cs []Candidate
	for i := range d.all {
		if d.marks[i] {
			cs = append(cs, d.all[i])
		}
	}
	if len(cs) == 0 {
		cs = []Candidate{c}
	}
	return true, d.p.Many(cs)
}

// mark marks the candidate under the cursor, or no more; one that cannot be chosen
// says why.
func (d *picker) mark() {
	if d.at >= len(d.shown) {
		return
	}
	i := d.shown[d.at]
	if d.fault = d.all[i].Off; d.fault == "" {
		d.marks[i] = !d.marks[i]
	}
}

func (d *picker) View(w, h int) []string {
	t := d.env.Look()
	var out []string
	for _, p := range d.p.What {
		for _, l := range Paragraph(theme.Plain, p, w) {
			out = append(out, l.Draw(t, w))
		}
	}
	if len(out) > h/3 {
		out = out[:h/3]
	}
	out = append(out, t.Style(theme.Key, "> ")+d.input.Draw(t, max(w-2, 1), true))
	var foot []string
	switch {
	case d.failed != "":
		for _, l := range Paragraph(theme.Danger, d.failed, w) {
			foot = append(foot, l.Draw(t, w))
		}
	case !d.loaded:
		foot = append(foot, Text(theme.Dim, "loading"+t.Sign.Ellipsis).Draw(t, w))
	case len(d.shown) == 0:
		foot = append(foot, Text(theme.Dim, "nothing fits what you typed").Draw(t, w))
	}
	if d.fault != "" {
		for _, l := range Paragraph(theme.Warn, d.fault, w) {
			foot = append(foot, l.Draw(t, w))
		}
	}
	room := max(min(h, 24)-len(out)-len(foot), 1)
	if len(d.shown) > room && room > 2 {
		room--
		foot = append(foot, Text(theme.Dim, fmt.Sprintf("%d of %d", d.at+1, len(d.shown))).Draw(t, w))
	}
	d.h = room
	from := max(d.at-room+1, 0)
	for i := from; i < len(d.shown) && i < from+room; i++ {
		c := d.all[d.shown[i]]
		if d.p.Many != nil {
			c.Label = box(d.marks[d.shown[i]]) + c.Label
		}
		out = append(out, d.line(t, c, i == d.at, w))
	}
	out = append(out, foot...)
	return out[:min(len(out), max(h, 0))]
}

// box is drawn before a candidate that can be marked.
func box(marked bool) string {
	if marked {
		return "[x] "
	}
	return "[ ] "
}

func (d *picker) line(t *theme.Theme, c Candidate, at bool, w int) string {
	label, note := safe.Text(c.Label), safe.Text(c.Note)
	lw := min(max(w*3/5, 12), max(w-2, 1))
	switch {
	case at:
		return Text(theme.Selected, "> "+safe.Pad(label, lw)+" "+note).Draw(t, w)
	case c.Off != "":
		return Text(theme.Dim, "  "+safe.Pad(label, lw)+" "+note).Draw(t, w)
	}
	return Line{{Text: "  " + safe.Pad(label, lw) + " "}, {Role: theme.Dim, Text: note}}.Draw(t, w)
}
