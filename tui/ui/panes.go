package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/theme"
)

// belowFrom is from how many lines on a list and its details share a window that
// has no room for both beside each other.
const belowFrom = 17

// Main is what stands in the first of two panes: a [List] or a [Tree]. It counts
// the lines and cells of the mouse from its own corner.
type Main interface {
	View(w, h int) string
	Update(msg tea.Msg) tea.Cmd
	Actions() action.Table
	// attach tells it whose pane it is: moving keys are the other pane's while
	// that is read.
	attach(p *Panes)
	// at names what is selected, "" if nothing is.
	at() string
	// said, window and seat are what it shows in words: what is selected, up to n
	// rows from there on, and where that is, counted from 1.
	said() Said
	window(n int) []string
	seat() (at, of int)
}

// PanesConfig is what two panes are made of. Only Main is needed.
type PanesConfig struct {
	Main Main
	// Top draws the lines over both panes, of w cells each, for a page h lines high.
	Top func(w, h int) []string
	// Head is a line over Main alone, as wide as it.
	Head func(w int) string
	// Detail gives the details of what is selected, whole, wrapped to w cells; h is
	// how many lines can be seen at once. Nil: there is only Main.
	Detail func(w, h int) []Line
	// Foot stays in the last lines of the details; may be nil.
	Foot func(w, h int) []Line
	// More says how the rest of the details is seen, "enter opens them".
	More string
	// Most is how wide the details are at the most beside Main, which gets the rest; 0:
	// as SplitWidths has it.
	Most int
	// Upper is how many of h lines Main gets with the details below it. Nil: nine of
	// twenty.
	Upper func(h int) int
	// Read is called when the person goes into the details to read them; may be nil.
	Read func()
}

// rect is a part of the page, in cells and lines from its corner.
type rect struct{ x, y, w, h int }

func (r rect) holds(m tea.Mouse) bool {
	return m.X >= r.x && m.X < r.x+r.w && m.Y >= r.y && m.Y < r.y+r.h
}

// Panes is a list or a tree with the details of what is selected beside it, below
// it, or in its place, as the window allows and the person chose. It knows where
// each was drawn last: a click or the wheel is for what is under it.
//
// Reading: tab goes into the details, and moving keys scroll them until tab or
// esc goes back.
type Panes struct {
	env     *Env
	cfg     PanesConfig
	hide    bool
	below   bool
	reading bool

	main, detail rect // where they were drawn last; empty if they were not
	scroll       int  // lines of the details above those seen
	of           string
	room, lines  int // lines of the details seen at once, and all of them
	width        int // of the page drawn last
	actions      action.Table
}

// NewPanes makes the panes; Main is theirs from now on.
func NewPanes(env *Env, cfg PanesConfig) *Panes {
	p := &Panes{env: env, cfg: cfg}
	cfg.Main.attach(p)
	p.actions = cfg.Main.Actions()
	if cfg.Detail != nil {
		const scope = "panes"
		p.actions = append(p.actions,
			action.Action{ID: "panes.other", Keys: []string{"tab", "shift+tab"}, Help: "details", Long: "go into the details to scroll them, or back to the list", Scope: scope, Group: "moving",
				Off: p.offOther, Do: p.other},
			action.Action{ID: "panes.turn", Keys: []string{"P"}, Help: "preview below", Long: "the preview below the list, or beside it", Scope: scope, Off: p.offTurn,
				Do: func() tea.Cmd { p.below = !p.below; return nil }})
	}
	return p
}

// Actions are the keys of both panes.
func (p *Panes) Actions() action.Table { return p.actions[:len(p.actions):len(p.actions)] }

// Toggle shows or hides the details; in a window with room for one of the two, it
// shows the other.
func (p *Panes) Toggle() {
	p.hide = !p.hide
	p.reading = p.reading && !p.hide
}

// Esc leaves the details for the list; used is false if they were not being read.
func (p *Panes) Esc() (used bool) {
	used, p.reading = p.reading, false
	return used
}

func (p *Panes) offOther() string {
	if p.detail.h == 0 {
		return "The details are hidden: p shows them."
	}
	return ""
}

func (p *Panes) offTurn() string {
	switch {
	case p.hide:
		return "The preview is hidden: p shows it."
	case p.width < SideBySide:
		return fmt.Sprintf("List and preview stand beside each other from %d columns on; this is %d.", SideBySide, p.width)
	}
	return ""
}

func (p *Panes) other() tea.Cmd {
	if p.reading = !p.reading; p.reading && p.cfg.Read != nil {
		p.cfg.Read()
	}
	return nil
}

// move scrolls the details by n lines; taken is false while the list has the keys.
func (p *Panes) move(n func(h int) int) (taken bool) {
	if p == nil || !p.reading || p.detail.h == 0 {
		return false
	}
	p.scrollBy(n(p.room))
	return true
}

// scrollBy scrolls the details of what is selected now; another selection begins
// at its first line.
func (p *Panes) scrollBy(n int) {
	if of := p.cfg.Main.at(); of != p.of {
		p.of, p.scroll = of, 0
	}
	p.scroll = min(max(p.scroll+n, 0), max(p.lines-p.room, 0))
}

// Update gives the mouse to the pane under it and everything else to the list.
func (p *Panes) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.MouseClickMsg:
		switch at := m.Mouse(); {
		case p.main.holds(at):
			p.reading = false
			m.X, m.Y = at.X-p.main.x, at.Y-p.main.y
			return p.cfg.Main.Update(m)
		case p.detail.holds(at) && !p.reading:
			return p.other()
		}
		return nil
	case tea.MouseWheelMsg:
		switch at := m.Mouse(); {
		case p.main.holds(at):
			m.X, m.Y = at.X-p.main.x, at.Y-p.main.y
			return p.cfg.Main.Update(m)
		case p.detail.holds(at) && m.Button == tea.MouseWheelUp:
			p.scrollBy(-3)
		case p.detail.holds(at) && m.Button == tea.MouseWheelDown:
			p.scrollBy(3)
		}
		return nil
	}
	return p.cfg.Main.Update(msg)
}

// View draws both in h lines of w cells.
func (p *Panes) View(w, h int) string {
	if p.env.Drew != nil {
		p.env.Drew(p)
	}
	p.main, p.detail, p.width = rect{}, rect{}, w
	var top []string
	if p.cfg.Top != nil {
		top = p.cfg.Top(w, h)
		top = top[:min(len(top), max(h-1, 0))]
	}
	over := ""
	if len(top) > 0 {
		over = strings.Join(top, "\n") + "\n"
	}
	body := p.body(over, w, len(top), h-len(top))
	if p.detail.h == 0 {
		p.reading = false
	}
	return body
}

// body draws the panes in h lines from line y of the page on, behind what stands
// over them.
func (p *Panes) body(over string, w, y, h int) string {
	switch {
	case p.cfg.Detail == nil:
	case w >= SideBySide && !p.hide && (!p.below || h < belowFrom):
		lw, rw := SplitWidths(w)
		if m := p.cfg.Most; m > 0 && rw > m {
			lw, rw = w-3-m, m
		}
		return beside(p.env.Look(), over, p.drawMain(rect{0, y, lw, h}), p.drawDetail(rect{lw + 3, y, rw, h}))
	case h >= belowFrom && !p.hide:
		upper := max(h*9/20, 6)
		if p.cfg.Upper != nil {
			upper = p.cfg.Upper(h)
		}
		return over + Below(p.env.Look(), p.drawMain(rect{0, y, w, upper}), p.drawDetail(rect{0, y + upper + 1, w, h - upper - 1}), w)
	case w < SideBySide && h < belowFrom && p.hide:
		return over + p.drawDetail(rect{0, y, w, h})
	}
	return over + p.drawMain(rect{0, y, w, h})
}

func (p *Panes) drawMain(r rect) string {
	head := ""
	if p.cfg.Head != nil && r.h >= 2 {
		head = p.cfg.Head(r.w) + "\n"
		r.y, r.h = r.y+1, r.h-1
	}
	p.main = r
	return head + p.cfg.Main.View(r.w, r.h)
}

// drawDetail draws the details from where they are scrolled to.
func (p *Panes) drawDetail(r rect) string {
	t := p.env.Look()
	p.detail = r
	var foot []Line
	if p.cfg.Foot != nil {
		foot = p.cfg.Foot(r.w, r.h)
	}
	p.room = max(r.h-len(foot), 0)
	lines := p.cfg.Detail(r.w, p.room)
	p.lines = len(lines)
	bar := p.room > 0 && (p.reading || p.lines > p.room)
	if bar {
		p.room--
	}
	p.scrollBy(0)
	out := make([]Line, 0, r.h)
	out = append(out, lines[p.scroll:min(p.scroll+p.room, p.lines)]...)
	for len(out) < p.room {
		out = append(out, nil)
	}
	if bar {
		out = append(out, p.place(t))
	}
	return Block(t, append(out, foot...), r.w, r.h)
}

// place says which lines of the details are seen.
func (p *Panes) place(t *theme.Theme) Line {
	last := min(p.scroll+p.room, p.lines)
	switch {
	case p.reading:
		return Text(theme.Key, fmt.Sprintf("> lines %d to %d of %d: j k scroll, tab goes back", min(p.scroll+1, p.lines), last, p.lines))
	case p.scroll > 0:
		return Text(theme.Dim, fmt.Sprintf("lines %d to %d of %d", p.scroll+1, last, p.lines))
	}
	text := fmt.Sprintf("%s %d more lines: tab scrolls them", t.Sign.Ellipsis, p.lines-last)
	if p.cfg.More != "" {
		text += ", " + p.cfg.More
	}
	return Text(theme.Dim, text)
}
