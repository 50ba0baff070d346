package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// View implements tea.Model.
func (r *Root) View() tea.View {
	v := tea.NewView(r.Frame())
	v.AltScreen = true
	v.WindowTitle = r.cfg.Product
	if r.cfg.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	// A plain letter is marked as held down only where every key is told as an escape
	// sequence, with the text it types beside it.
	held := r.cfg.Held
	v.KeyboardEnhancements = tea.KeyboardEnhancements{ReportEventTypes: held, ReportAllKeysAsEscapeCodes: held, ReportAssociatedText: held}
	return v
}

// Frame is the whole screen: as many lines as it is high, each as wide as it is.
func (r *Root) Frame() string { return r.look.Load().Fit(r.frame()) }

func (r *Root) frame() string {
	e := r.front()
	r.zones, r.box = r.zones[:0], box{}
	if r.w < minWidth || r.h < minHeight || e == nil {
		return ui.Block(r.look.Load(), []ui.Line{ui.Plain(fmt.Sprintf("%s needs %d×%d; this is %d×%d.", r.cfg.Product, minWidth, minHeight, r.w, r.h))}, r.w, r.h)
	}
	foot := r.footer(e)
	h := r.h - 1 - len(foot)
	e.shown = nil
	body := e.page.View(r.w, h)
	if l := e.layer(); l != nil {
		body = r.overlay(body, l, r.w, h)
	}
	var b strings.Builder
	b.Grow(len(body) + 4*r.w)
	b.WriteString(r.header(e))
	b.WriteByte('\n')
	b.WriteString(body)
	for _, l := range foot {
		b.WriteByte('\n')
		b.WriteString(l)
	}
	return b.String()
}

// header is product, trail, banner, actor and the page's status. When the width runs
// short the actor's domain goes first, then what the banner explains, the product's
// name, the status and last the actor: who acts is seen before what is signed. The
// banner stays.
func (r *Root) header(e *entry) string {
	banner, actor, status := safe.Text(r.cfg.Banner), safe.Text(r.cfg.Actor), ""
	if s, ok := e.page.(Status); ok {
		status = safe.Text(s.Status())
	}
	if r.cfg.Notice != nil {
		if n := safe.Text(r.cfg.Notice()); n != "" {
			if what, _, _ := strings.Cut(banner, ":"); what != "" {
				n += " (" + what + ")"
			}
			banner = n
		}
	}
	steps := r.steps(len(r.stack))
	product := " " + r.cfg.Product + "   "
	left := product
	fits := func() int {
		n := r.w - safe.Width(left) - 1
		for _, s := range []string{banner, actor, status} {
			if s != "" {
				n -= safe.Width(s) + 3
			}
		}
		return n
	}
	want := min(stepsWidth(steps), r.w/3)
	for _, shorter := range []func(){
		func() { actor, _, _ = strings.Cut(actor, "@") },
		func() { banner, _, _ = strings.Cut(banner, ":") }, // "REHEARSAL"
		func() { left = " " },
		func() { status = "" },
	} {
		if fits() < want {
			shorter()
		}
	}
	if fits() < min(want, 12) {
		actor = ""
	}
	if fits()+safe.Width(left)-safe.Width(product) >= want {
		left = product
	}
	line := ui.Line{{Role: theme.Bar, Text: left}}
	room := max(fits(), 0)
	// The end of the trail is where one is: all of it, the last two, the last.
	for n := 2; n > 0 && stepsWidth(steps) > room; n-- {
		steps = r.steps(n)
	}
	if stepsWidth(steps) > room {
		steps[0].text = safe.Truncate(steps[0].text, room)
	}
	x := safe.Width(left)
	for _, s := range steps {
		w := safe.Width(s.text)
		if s.back > 0 {
			r.zones = append(r.zones, zone{0, x, x + w, func() tea.Cmd { return r.backBy(s.back) }})
		}
		line, x = append(line, ui.Span{Role: theme.Title, Text: s.text}), x+w
	}
	line = append(line, ui.Span{Text: safe.Spaces(room - stepsWidth(steps))})
	for _, s := range []ui.Span{{Role: theme.Warn, Text: banner}, {Role: theme.Dim, Text: actor}, {Role: theme.Title, Text: status}} {
		if s.Text != "" {
			line = append(line, ui.Span{Text: "   "}, s)
		}
	}
	return line.Draw(r.look.Load(), r.w)
}

// footer is the message and the hints in one line; an error too long for it gets
// up to three more.
func (r *Root) footer(e *entry) []string {
	var out []string
	var line ui.Line
	used := 0
	add := func(role theme.Role, s string) {
		line = append(line, ui.Span{Role: role, Text: s})
		used += safe.Width(s)
	}
	add(theme.Plain, " ")
	switch n := r.notes.shown; {
	case n != nil && n.error:
		text := "error: " + n.text + " (esc)"
		if safe.Width(text) > r.w-2 {
			rows := safe.Wrap(text, r.w-2)
			for _, s := range rows[:min(len(rows), 3)] {
				out = append(out, ui.Line{{Text: " "}, {Role: theme.Danger, Text: s}}.Draw(r.look.Load(), r.w))
			}
		} else {
			add(theme.Danger, text)
		}
	case r.slow() != nil:
		add(theme.Warn, r.busyWords(r.slow()))
	case n != nil:
		role := theme.OK
		if n.text == action.TooFast {
			role = theme.Warn
		}
		text, room := n.text, r.w-2
		l := e.layer()
		if l != nil {
			text, _, _ = strings.Cut(text, aside) // keys of the page, which does not get them now
			room -= r.hintsWidth(l)
		} else {
			room -= r.leastHints()
		}
		switch {
		case room >= safe.Width(text), room >= leastNote && l != nil:
			add(role, safe.Truncate(text, room))
		case l == nil: // a line of its own, over the keys
			out = append(out, ui.Line{{Text: " "}, {Role: role, Text: safe.Truncate(text, r.w-2)}}.Draw(r.look.Load(), r.w))
		}
	}
	return append(out, r.hints(e, line, used))
}

// aside parts what a note says from what it adds: "kept 12/340 · u undoes".
const aside = " · "

// leastNote is in how many cells beside a layer's hints a longer note is begun.
const leastNote = 12

// keptHints is how many of a page's keys a note leaves in sight, besides the way to all,
// in a window of at least keptFrom columns; in a narrower one it is one.
const (
	keptHints = 2
	keptFrom  = 60
)

// leastHints is how wide the keys are that a note leaves in sight.
func (r *Root) leastHints() int {
	w, kept := 0, keptHints
	if r.w < keptFrom {
		kept = 1
	}
	hints := r.table().Hints()
	for i := range hints {
		if i < kept || hints[i].ID == helpID {
			_, hw := hint(&hints[i], r.look.Load().ASCII)
			w += hw
		}
	}
	return w
}

// hintsWidth is how wide all hints of a layer are: they come before any note.
func (r *Root) hintsWidth(l ui.Layer) int {
	w := 0
	hints := r.front().layerHints(l).Hints()
	for i := range hints {
		_, hw := hint(&hints[i], r.look.Load().ASCII)
		w += hw
	}
	return w
}

// hints puts as many hints after the message as fit, the most important first; the
// way to all keys is always among them if any is.
func (r *Root) hints(e *entry, line ui.Line, used int) string {
	table, layer := r.table(), e.layer()
	if layer != nil {
		table = e.layerHints(layer)
	}
	hints := table.Hints()
	room := r.w - used - 1
	last := len(hints) - 1
	withHelp := last >= 0 && hints[last].ID == helpID
	if withHelp {
		_, lw := hint(&hints[last], r.look.Load().ASCII)
		if withHelp = lw <= room; withHelp {
			room -= lw
		}
		last--
	}
	shown := 0
	for ; shown <= last; shown++ {
		_, hw := hint(&hints[shown], r.look.Load().ASCII)
		if hw > room {
			break
		}
		room -= hw
	}
	x := used
	if used > 1 {
		line, x = append(line, ui.Span{Text: safe.Spaces(room)}), x+room
	}
	place := func(a *action.Action) {
		spans, w := hint(a, r.look.Load().ASCII)
		if layer == nil {
			// The blanks before a hint belong to none.
			r.zones = append(r.zones, zone{r.h - 1, x + 3, x + w, func() tea.Cmd { return r.do(e, a, false) }})
		}
		line, x = append(line, spans...), x+w
	}
	for i := range shown {
		place(&hints[i])
	}
	if withHelp {
		place(&hints[len(hints)-1])
	}
	return line.Draw(r.look.Load(), r.w)
}

// hint is one hint and its width.
func hint(a *action.Action, ascii bool) (ui.Line, int) {
	key := ""
	if len(a.Keys) > 0 {
		key = action.KeyName(a.Keys[0], ascii) + " "
	}
	role := theme.Plain
	if a.Why() != "" {
		role = theme.Dim
	}
	return ui.Line{{Text: "   "}, {Role: theme.Key, Text: key}, {Role: role, Text: a.Help}}, 3 + safe.Width(key) + safe.Width(a.Help)
}

// overlay draws the layer's box over the middle of body.
func (r *Root) overlay(body string, l ui.Layer, w, h int) string {
	t := r.look.Load()
	bw := min(max(w*3/5, 60), w)
	inside := l.View(bw-4, h-2)
	bh := min(len(inside)+2, h)
	lines := strings.Split(body, "\n")
	x, y := (w-bw)/2, (h-bh)/2
	r.box = box{x + 2, y + 2, bw - 4, bh - 2} // the header and the border are over it
	for i := range bh {
		at := y + i
		if at >= len(lines) {
			break
		}
		lines[at] = cut(lines[at], 0, x) + boxLine(t, l.Title(), inside, i, bh, bw) + cut(lines[at], x+bw, w)
	}
	return strings.Join(lines, "\n")
}

// boxLine is line i of a box of bh lines and bw cells.
func boxLine(t *theme.Theme, title string, inside []string, i, bh, bw int) string {
	s := t.Sign
	bar := func(n int) string { return strings.Repeat(s.Horizontal, max(n, 0)) }
	switch i {
	case 0:
		name := safe.Truncate(safe.Text(title), bw-6)
		return t.Style(theme.Frame, s.TopLeft+s.Horizontal) + t.Style(theme.Title, " "+name+" ") +
			t.Style(theme.Frame, bar(bw-5-safe.Width(name))+s.TopRight)
	case bh - 1:
		return t.Style(theme.Frame, s.BottomLeft+bar(bw-2)+s.BottomRight)
	}
	side := t.Style(theme.Frame, s.Vertical)
	text := inside[i-1]
	return side + " " + text + safe.Spaces(bw-4-ansi.StringWidth(text)) + " " + side
}

// cut is the cells from up to to of a styled line, blanks where a wide character
// is cut in two.
func cut(line string, from, to int) string {
	if from >= to {
		return ""
	}
	part, blank := ansi.Cut(line, from, to), ""
	if ansi.StringWidth(part) > to-from { // it begins with the character that is cut
		part, blank = ansi.Cut(line, from+1, to), " "
	}
	return blank + part + "\x1b[m" + safe.Spaces(to-from-len(blank)-ansi.StringWidth(part))
}
