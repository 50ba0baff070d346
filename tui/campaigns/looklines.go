package campaigns

import (
	"fmt"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// ReplayLines say whether everything stored follows from the log, and name what
// does not.
func ReplayLines(o *domain.Org, r review.Replay) []ui.Line {
	verdict := ui.Text(theme.OK, "+ every ruling follows from the log")
	if !r.OK() {
		verdict = ui.Text(theme.Danger, "x "+review.Count(len(r.Differences), "thing is", "things are")+" stored otherwise than the log tells")
	}
	out := []ui.Line{verdict, nil, ui.Plain(safe.Text(r.Summary()))}
	for _, d := range r.Differences[:min(len(r.Differences), looksMost)] {
		text := d.Words(func(who domain.ID) string { return o.Name(domain.KindPrincipal, who) })
		out = append(out, ui.Line{{Role: theme.Danger, Text: "x "}, {Text: safe.Text(text)}})
	}
	return append(out, more(len(r.Differences))...)
}

// WhatIfLines say what would have come out under other strategies.
func WhatIfLines(w *review.WhatIf) []ui.Line {
	if w == nil {
		return []ui.Line{ui.Text(theme.Dim, "no other strategy was named")}
	}
	var out []ui.Line
	for i, l := range w.Words() {
		role := theme.Plain
		if i == 0 {
			role = theme.Title
		}
		out = append(out, ui.Text(role, safe.Text(l)))
	}
	for i, it := range w.Items[:min(len(w.Items), looksMost)] {
		if i == 0 {
			out = append(out, nil)
		}
		out = append(out, field(theme.Plain, fmt.Sprintf("item %d", it.Item), it.Was+", would be "+it.Would))
	}
	return append(append(out, more(len(w.Items))...), nil,
		ui.Text(theme.Dim, "With the votes as they were cast: people who saw other rules might have answered otherwise."))
}

// looksMost is how many lines of one kind a look shows.
const looksMost = 400

// more says how many there are besides those shown.
func more(n int) []ui.Line {
	if n <= looksMost {
		return nil
	}
	return []ui.Line{ui.Text(theme.Dim, fmt.Sprintf("and %d more", n-looksMost))}
}
