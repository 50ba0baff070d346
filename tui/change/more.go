package change

import (
	"slices"
	"strings"

	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// More says what would have to be so for one rung more: the checklist where there is
// nothing, and the smallest change. It is for commands: it tries changes out.
func (a Asked) More(p Picture, sign theme.Signs) []ui.Line {
	all, _ := a.more(p, sign)
	var out []ui.Line
	for _, l := range all {
		if len(l) == 1 && l[0].Role == theme.Key {
			continue // a key of the dialog
		}
		out = append(out, l)
	}
	return out
}

// reading are the ends of the IDs of actions that change nothing.
var reading = []string{".why", ".related", ".areas", ".export", ".person", ".open", ".history", ".copy", ".import", ".ask", ".mend", ".who", ".departments"}

// OffInPast is a page's own actions, those that change something off while a moment of
// the past is shown.
func (d *Desk) OffInPast(t action.Table) action.Table {
	p, ok := d.acts.(Past)
	if !ok {
		return t
	}
	out := slices.Clone(t)
	for i := range out {
		if slices.ContainsFunc(reading, func(end string) bool { return strings.HasSuffix(out[i].ID, end) }) {
			continue
		}
		off := out[i].Off
		out[i].Off = func() string {
			if why := p.Past(); why != "" || off == nil {
				return why
			}
			return off()
		}
	}
	return out
}

// Past is offered by acts that may be off because a moment of the past is shown.
type Past interface {
	// Past says so, as a sentence; "" where it is the present that is shown.
	Past() string
}
