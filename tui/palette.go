package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// palette lists the actions of the screen under it, filtered as one types: as
// help, and as the palette, in which enter does the action chosen, a word of an
// action's own takes an argument, and names open what they name.
type palette struct {
	env     *ui.Env
	heading string
	run     bool
	all     action.Table
	input   *ui.Input
	at, h   int
	from    int // the first row drawn last
	wide    int // of the column of keys, 0 until it is drawn
	do      func(a *action.Action, arg string) tea.Cmd
	open    func(Found) tea.Cmd
	off     string

	finder  Finder
	gen     int
	stop    context.CancelFunc
	found   []Found
	finding bool
	failed  string

	past  *history
	back  int    // how far back in it, 0 for what is typed
	typed string // before going back
}

func (p *palette) Title() string { return p.heading }

func (p *palette) Hints() action.Table {
	if !p.run {
		return action.Table{{Help: "type to filter", Hint: 1}, {Keys: []string{"up", "down"}, Help: "move", Hint: 2}, {Keys: []string{"esc"}, Help: "close", Hint: 4}}
	}
	return action.Table{{Keys: []string{"tab"}, Help: "complete", Hint: 1}, {Keys: []string{"up", "down"}, Help: "move, before", Hint: 3},
		{Keys: []string{"enter"}, Help: "do it", Hint: 2}, {Keys: []string{"esc"}, Help: "close", Hint: 4}}
}

func (p *palette) Update(msg tea.Msg) (bool, tea.Cmd) {
	switch msg := msg.(type) {
	case foundMsg:
		p.take(msg)
		return false, nil
	case tea.MouseClickMsg:
		if at := p.from + msg.Y - 1; msg.Y > 0 && at < len(p.rows()) {
			p.at = at
			return p.choose()
		}
		return false, nil
	case tea.MouseWheelMsg:
		p.move(wheel(msg))
		return false, nil
	case tea.KeyPressMsg:
		p.off = ""
		switch msg.String() {
		case "down":
			return false, p.down()
		case "up":
			return false, p.up()
		case "tab":
			return false, p.complete()
		case "shift+tab":
			p.at = max(p.at-1, 0)
			return false, nil
		case "pgdown":
			p.at = min(p.at+p.h, max(len(p.rows())-1, 0))
			return false, nil
		case "pgup":
			p.at = max(p.at-p.h, 0)
			return false, nil
		case "enter":
			return p.choose()
		}
	}
	if p.input.Update(msg) {
		return false, p.changed()
	}
	return false, nil
}

// wheel is how many rows a turn of the wheel moves.
func wheel(msg tea.MouseWheelMsg) int {
	switch msg.Button {
	case tea.MouseWheelUp:
		return -3
	case tea.MouseWheelDown:
		return 3
	}
	return 0
}

// changed follows another text.
func (p *palette) changed() tea.Cmd {
	p.at, p.back = 0, 0
	return p.search()
}

// set puts text in place of what is typed.
func (p *palette) set(text string) tea.Cmd {
	p.input.Set(text)
	return p.changed()
}

func (p *palette) move(n int) { p.at = min(max(p.at+n, 0), max(len(p.rows())-1, 0)) }

// up moves up; from the first row on it goes back through what was done before, as
// far as it begins with what was typed.
func (p *palette) up() tea.Cmd {
	if !p.run || p.at > 0 {
		p.move(-1)
		return nil
	}
	if p.back == 0 {
		p.typed = p.input.Value()
	}
	line, ok := p.past.before(p.typed, p.back+1)
	if !ok {
		return nil
	}
	back := p.back + 1
	cmd := p.set(line)
	p.back = back
	return cmd
}

// down moves down, or comes forward again to what was typed.
func (p *palette) down() tea.Cmd {
	if p.back == 0 {
		p.move(1)
		return nil
	}
	back, line := p.back-1, p.typed
	if back > 0 {
		line, _ = p.past.before(p.typed, back)
	}
	cmd := p.set(line)
	p.back = back
	return cmd
}

// complete writes out the row chosen; what is written out already goes to the next.
func (p *palette) complete() tea.Cmd {
	rows := p.rows()
	if !p.run || p.at >= len(rows) || rows[p.at].line == p.input.Value() {
		p.move(1)
		return nil
	}
	return p.set(rows[p.at].line)
}

// choose does the action chosen; one that is off says why and the palette stays, as
// it does for one that needs an argument first.
func (p *palette) choose() (bool, tea.Cmd) {
	rows := p.rows()
	if !p.run || p.at >= len(rows) {
		return !p.run, nil
	}
	row := rows[p.at]
	switch {
	case row.found != nil:
		p.past.add(row.line)
		return true, p.open(*row.found)
	case row.why != "":
		p.off = row.why
		return false, nil
	case row.act.Takes != nil && row.act.Takes.Needed && row.arg == "":
		return false, p.set(row.act.Takes.Verb + " ")
	}
	p.past.add(row.line)
	return true, p.do(row.act, row.arg)
}

func (p *palette) View(w, h int) []string {
	t := p.env.Look()
	rows := p.rows()
	out := []string{t.Style(theme.Key, "> ") + p.input.Draw(t, w-2, true)}
	foot := p.foot(rows)
	room := h - 1
	if foot.Text != "" && len(rows) > 0 {
		room--
	}
	p.h = max(room, 1)
	p.at = min(p.at, max(len(rows)-1, 0))
	p.from = max(p.at-p.h+1, 0)
	for i := p.from; i < len(rows) && len(out) <= room; i++ {
		out = append(out, rows[i].draw(t, i == p.at, w, p.keysWidth(t)))
	}
	if foot.Text != "" {
		out = append(out, ui.Line{foot}.Draw(t, w))
	}
	return out
}

// keysWidth is how wide the column of keys is: as the widest of all the actions, not
// only of those that pass the filter, so that it stays while one types.
func (p *palette) keysWidth(t *theme.Theme) int {
	if p.wide == 0 {
		const least, most = 12, 20
		p.wide = least
		for i := range p.all {
			p.wide = max(p.wide, min(safe.Width(p.all[i].KeyNames(t.ASCII)), most))
		}
	}
	return p.wide
}

// foot is what stands under the rows.
func (p *palette) foot(rows []row) ui.Span {
	switch {
	case p.off != "":
		return ui.Span{Role: theme.Warn, Text: p.off}
	case p.failed != "":
		return ui.Span{Role: theme.Danger, Text: p.failed}
	case p.finding:
		return ui.Span{Role: theme.Dim, Text: "  looking for names" + p.env.Look().Sign.Ellipsis}
	case p.run && p.at < len(rows) && rows[p.at].why != "":
		return ui.Span{Role: theme.Warn, Text: rows[p.at].why}
	case len(rows) > 0:
		return ui.Span{}
	}
	if a, _ := p.verb(); a != nil {
		if why := a.Why(); why != "" {
			return ui.Span{Role: theme.Warn, Text: "  " + why}
		}
		return ui.Span{Role: theme.Dim, Text: "  there is no such " + a.Takes.Verb}
	}
	return ui.Span{Role: theme.Dim, Text: "  nothing is called that"}
}

// historyKept is how many lines of the palette are remembered.
const historyKept = 50

// history is what was done by the palette, the oldest first.
type history struct{ lines []string }

// add remembers line as the newest.
func (h *history) add(line string) {
	if line == "" {
		return
	}
	kept := make([]string, 0, len(h.lines)+1)
	for _, l := range h.lines {
		if l != line {
			kept = append(kept, l)
		}
	}
	kept = append(kept, line)
	h.lines = kept[max(len(kept)-historyKept, 0):]
}

// before is the n-th newest line that begins with start, n from 1.
func (h *history) before(start string, n int) (string, bool) {
	for i := len(h.lines) - 1; i >= 0; i-- {
		if l := h.lines[i]; len(l) >= len(start) && l[:len(start)] == start {
			if n--; n == 0 {
				return l, true
			}
		}
	}
	return "", false
}

// draw is one row: its keys, what it does, where it holds, why it is off.
func (x *row) draw(t *theme.Theme, at bool, w, keysWidth int) string {
	const headWidth = 10
	mark, keys := "  ", safe.Pad(safe.Text(x.keys(t.ASCII)), keysWidth)
	if at {
		mark = "> "
	}
	words := x.words
	if x.why != "" {
		words += " (" + x.why + ")"
	}
	text := safe.Pad(safe.Text(words), max(w-2-keysWidth-2-headWidth, 8))
	switch {
	case at:
		return ui.Text(theme.Selected, mark+keys+"  "+text+"  "+x.heading).Draw(t, w)
	case x.why != "":
		return ui.Text(theme.Dim, mark+keys+"  "+text+"  "+x.heading).Draw(t, w)
	}
	return ui.Line{{Text: mark}, {Role: theme.Key, Text: keys}, {Text: "  " + text}, {Role: theme.Dim, Text: "  " + x.heading}}.Draw(t, w)
}
