package ui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
)

// Option is one answer of a Choice.
type Option struct {
	Label string
	Key   string // chooses it at once; may be empty
	Off   string // why it cannot be chosen; "" if it can
}

// Choice asks for one of a few: the level of a ladder, a sort.
type Choice struct {
	Heading string
	What    []string
	Options []Option
	// Start is where the cursor begins; below 0 it is on the first.
	Start int
	Do    func(i int) tea.Cmd
	Back  func() tea.Cmd // where cancelling leads; nil: nowhere
}

type choice struct {
	env   *Env
	c     Choice
	at    int
	fault string
	from  int // the first option drawn last
	first int // the line it was drawn in
	drawn int // how many were
	read  Reading
}

// NewChoice is the layer for c.
func NewChoice(env *Env, c Choice) Layer { return &choice{env: env, c: c, at: max(c.Start, 0)} }

func (d *choice) Title() string { return d.c.Heading }

// Returns implements Step: one with a way back of its own has no other.
func (d *choice) Returns() bool { return d.c.Back == nil }

// First implements Placed.
func (d *choice) First() bool { return d.at == 0 }

// Answers implements Answering: the keys of the options.
func (d *choice) Answers(key string) bool {
	return slices.ContainsFunc(d.c.Options, func(o Option) bool { return o.Key == key })
}

// Resume implements Resumer: the option that was chosen.
func (d *choice) Resume(old Layer) {
	if o, ok := old.(*choice); ok && o.c.Heading == d.c.Heading && len(o.c.Options) == len(d.c.Options) {
		d.at = o.at
	}
}

// Back implements Backing.
func (d *choice) Back() tea.Cmd { return back(d.c.Back) }

func (d *choice) Hints() action.Table {
	return action.Table{{Keys: []string{"j", "k"}, Help: "move", Hint: 1}, {Keys: []string{"enter"}, Help: "choose", Hint: 2}, {Keys: []string{"esc"}, Help: "cancel", Hint: 3}}
}

func (d *choice) Update(msg tea.Msg) (bool, tea.Cmd) {
	switch m := msg.(type) {
	case tea.MouseWheelMsg:
		d.at = min(max(d.at+turned(m), 0), max(len(d.c.Options)-1, 0))
	case tea.MouseClickMsg:
		if i := m.Y - d.first; m.Button == tea.MouseLeft && i >= 0 && i < d.drawn {
			return d.choose(d.from + i)
		}
	}
	key, ok := msg.(tea.KeyPressMsg)
	if !ok || len(d.c.Options) == 0 {
		return false, nil
	}
	if d.read.Key(key.String()) {
		return false, nil
	}
	d.fault = ""
	for i, o := range d.c.Options {
		if o.Key != "" && o.Key == key.String() {
			return d.choose(i)
		}
	}
	switch key.String() {
	case "j", "down", "tab":
		d.at = min(d.at+1, len(d.c.Options)-1)
	case "k", "up", "shift+tab":
		d.at = max(d.at-1, 0)
	case "g", "home":
		d.at = 0
	case "G", "end":
		d.at = len(d.c.Options) - 1
	case "enter":
		return d.choose(d.at)
	}
	return false, nil
}

// turned is how many lines a turn of the wheel moves.
func turned(m tea.MouseWheelMsg) int {
	switch m.Button {
	case tea.MouseWheelUp:
		return -1
	case tea.MouseWheelDown:
		return 1
	}
	return 0
}

func (d *choice) choose(i int) (bool, tea.Cmd) {
	d.at = i
	if d.fault = d.c.Options[i].Off; d.fault != "" {
		return false, nil
	}
	return true, d.c.Do(i)
}

// leastText is how many lines the options leave the text over them.
const leastText = 2

func (d *choice) View(w, h int) []string {
	t := d.env.Look()
	var head []Line
	for _, p := range d.c.What {
		head = append(head, Paragraph(theme.Plain, p, w)...)
	}
	var foot []string
	if d.fault != "" {
		for _, l := range Paragraph(theme.Danger, d.fault, w) {
			foot = append(foot, l.Draw(t, w))
		}
	}
	// The options are a window round the cursor when they are too many; some of the text
	// over them stays in sight, to be scrolled.
	room := max(h-len(foot)-min(len(head), leastText), 1)
	from := min(max(d.at-room+1, 0), max(len(d.c.Options)-room, 0))
	var body []string
	for i := from; i < len(d.c.Options) && len(body) < room; i++ {
		o := d.c.Options[i]
		role, mark := theme.Plain, "  "
		if o.Off != "" {
			role = theme.Dim
		}
		if i == d.at {
			role, mark = theme.Selected, "> "
		}
		label := o.Label
		if o.Key != "" {
			label = fmt.Sprintf("%s  %s", action.KeyName(o.Key, t.ASCII), label)
		}
		body = append(body, Text(role, safe.Pad(mark+safe.Text(label), w)).Draw(t, w))
	}
	d.from, d.drawn = from, len(body)
	d.first = min(len(head), max(h-len(body)-len(foot), 0))
	return d.read.Frame(t, head, append(body, foot...), w, h)
}

// Unwrapped is a width in which no line is broken: for the lines of a TextView, which
// breaks them itself.
const Unwrapped = 1000

// TextView shows lines that can be scrolled: an explanation, the message log. A
// line too long is wrapped if it is one span or two, cut if it is more.
type TextView struct {
	Heading string
	Lines   []Line
	// AtEnd begins at the last line.
	AtEnd bool
}

type textView struct {
	env       *Env
	v         TextView
	wrapped   []Line // for w cells
	top, w, h int
}

// NewTextView is the layer for v.
func NewTextView(env *Env, v TextView) Layer {
	tv := &textView{env: env, v: v, h: 1}
	if v.AtEnd {
		tv.top = 1 << 30
	}
	return tv
}

func (d *textView) Title() string { return d.v.Heading }

func (d *textView) Hints() action.Table {
	return action.Table{{Keys: []string{"j", "k"}, Help: "scroll", Hint: 1}, {Keys: []string{"esc"}, Help: "close", Hint: 2}}
}

func (d *textView) Update(msg tea.Msg) (bool, tea.Cmd) {
	if m, ok := msg.(tea.MouseWheelMsg); ok {
		d.top = max(d.top+3*turned(m), 0)
	}
	key, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false, nil
	}
	switch key.String() {
	case "j", "down":
		d.top++
	case "k", "up":
		d.top--
	case "ctrl+d", "pgdown", "space":
		d.top += max(d.h-1, 1)
	case "ctrl+u", "pgup":
		d.top -= max(d.h-1, 1)
	case "g", "home":
		d.top = 0
	case "G", "end":
		d.top = 1 << 30
	case "q", "enter":
		return true, nil
	}
	d.top = max(d.top, 0)
	return false, nil
}

func (d *textView) View(w, h int) []string {
	t := d.env.Look()
	d.h = max(h, 1)
	if d.w != w || d.wrapped == nil {
		d.w, d.wrapped = w, d.v.wrap(w)
	}
	marked := len(d.wrapped) > d.h && d.h > 1
	if marked {
		d.h--
	}
	d.top = min(max(d.top, 0), max(len(d.wrapped)-d.h, 0))
	var out []string
	for i := d.top; i < len(d.wrapped) && len(out) < min(d.h, h); i++ {
		out = append(out, d.wrapped[i].Draw(t, w))
	}
	if marked {
		out = append(out, d.mark(t).Draw(t, w))
	}
	return out
}

// mark says that there are more lines than are seen, and which these are.
func (d *textView) mark(t *theme.Theme) Line {
	last, all := d.top+d.h, len(d.wrapped)
	if d.top == 0 {
		return Text(theme.Key, fmt.Sprintf("%s %d more lines: j k scroll", t.Sign.Ellipsis, all-last))
	}
	return Text(theme.Dim, fmt.Sprintf("lines %d to %d of %d: j k scroll", d.top+1, last, all))
}

func (v *TextView) wrap(w int) []Line { return Wrapped(v.Lines, w) }

// Wrapped breaks lines to w cells: those of one span, and those of two, a label
// and what it says, the second below itself. Lines of more stay as they are.
func Wrapped(lines []Line, w int) []Line {
	var out []Line
	for _, l := range lines {
		switch len(l) {
		case 1:
			out = append(out, Paragraph(l[0].Role, l[0].Text, w)...)
		case 2:
			indent := safe.Width(safe.Text(l[0].Text))
			if indent > w/2 {
				out = append(out, l)
				continue
			}
			label := l[0]
			for _, part := range Paragraph(l[1].Role, l[1].Text, w-indent) {
				out = append(out, Line{label, part[0]})
				label = Span{Text: safe.Spaces(indent)}
			}
		default:
			out = append(out, l)
		}
	}
	return out
}
