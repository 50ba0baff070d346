package reviewpage

import (
	"fmt"

	"countersign/review"
	"countersign/tui/itemlist"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// View draws the page.
func (p *page) View(w, h int) string {
	t := p.h.Look()
	if !p.loaded {
		return ui.Block(t, p.empty(w), w, h)
	}
	body := max(h-1, 0)
	return p.summary(w) + "\n" + p.panes(t, w, body)
}

// belowFrom is from how many lines on list and details share a window that is too
// narrow for both beside each other.
const belowFrom = 17

// panes puts the details beside the list, below it, or in its place.
func (p *page) panes(t *theme.Theme, w, h int) string {
	switch {
	case w >= ui.SideBySide && !p.hide:
		return ui.Split(t, w, h, false, p.list.View, p.drawDetail)
	case w < ui.SideBySide && h >= belowFrom && !p.hide:
		upper := max(h*9/20, 6)
		return ui.Below(t, p.list.View(w, upper), p.drawDetail(w, h-upper-1), w)
	case w < ui.SideBySide && h < belowFrom && p.hide:
		return p.drawDetail(w, h)
	}
	return p.list.View(w, h)
}

func (p *page) empty(w int) []ui.Line {
	if p.failed == "" {
		return []ui.Line{nil, ui.Text(theme.Dim, "  opening your items "+p.h.Look().Sign.Ellipsis)}
	}
	return append([]ui.Line{nil}, ui.Paragraph(theme.Plain, "  "+p.failed, w)...)
}

// summary is the line over the panes: how far one is.
func (p *page) summary(w int) string {
	t, pr := p.h.Look(), p.share.Progress
	bar := min(max(w/6, 8), 24)
	line := ui.Line{{Role: theme.Title, Text: fmt.Sprintf(" %d of %d decided  ", pr.Decided, pr.Items)},
		{Role: theme.OK, Text: t.Progress(pr.Decided, pr.Items, bar)}, {Text: fmt.Sprintf("  %d %%", itemlist.Percent(pr.Decided, pr.Items))}}
	if pr.Returned > 0 {
		line = append(line, ui.Span{Role: theme.Warn, Text: fmt.Sprintf("   %d returned", pr.Returned)})
	}
	switch pr.State {
	case review.Signed:
		text := "   signed off, waits for a checker"
		if p.share.Over != "" {
			text = "   signed off"
		}
		line = append(line, ui.Span{Role: theme.OK, Text: text})
	case review.Countersigned:
		line = append(line, ui.Span{Role: theme.OK, Text: "   countersigned"})
	case review.Returned:
		line = append(line, ui.Span{Role: theme.Warn, Text: "   returned by a checker"})
	}
	if p.share.Over != "" {
		line = append(line, ui.Span{Role: theme.Dim, Text: "   to look at: " + p.share.Campaign.State.String()})
	}
	return line.Draw(t, w)
}

// measured tells that time is taken, on every item.
const measured = "Measured: the time on this item, and whether you opened it (enter), go into your decision's record."

// detail is everything about an item, and what was typed for it.
func (p *page) detail(s itemlist.Shown, w int) []ui.Line {
	lines := itemlist.Detail(s, p.more[s.Item.No], w)
	if c := p.comments[s.Item.No]; c != "" {
		lines = append(lines, itemlist.Field("Comment", theme.Marked, w, c+" (goes with your decision)")...)
	}
	return lines
}

// drawDetail draws the details, with the note on measuring in the last lines.
func (p *page) drawDetail(w, h int) string {
	t := p.h.Look()
	s, ok := p.at()
	if !ok {
		return ui.Block(t, nil, w, h)
	}
	lines := p.detail(s, w)
	note := ui.Paragraph(theme.Dim, measured, w)
	if p.share.Over != "" || p.share.Campaign.Definition.Diligence.Off {
		note = nil // nothing is decided here, or nothing is measured
	} else if len(note) > 2 || h < 8 {
		note = []ui.Line{ui.Text(theme.Dim, "time and opening are measured")}
	}
	room := max(h-len(note), 0)
	if len(lines) > room && room > 0 {
		lines = append(lines[:room-1:room-1], ui.Text(theme.Dim, fmt.Sprintf("%s %d more lines: enter opens them", t.Sign.Ellipsis, len(lines)-room+1)))
	}
	for len(lines) < room {
		lines = append(lines, nil)
	}
	return ui.Block(t, append(lines, note...), w, h)
}
