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
	return p.panes.View(w, h)
}

func (p *page) empty(w int) []ui.Line {
	if p.failed == "" {
		return []ui.Line{nil, ui.Text(theme.Dim, "  opening your items "+p.h.Look().Sign.Ellipsis)}
	}
	return append([]ui.Line{nil}, ui.Paragraph(theme.Plain, "  "+p.failed, w)...)
}

// summary is the line over the panes: how far one is.
func (p *page) summary(w, _ int) []string {
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
	return []string{line.Draw(t, w)}
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

// details are those of the item the cursor is on.
func (p *page) details(w, _ int) []ui.Line {
	s, ok := p.at()
	if !ok {
		return nil
	}
	return p.detail(s, w)
}

// reads notes that the person went into the details of the item.
func (p *page) reads() {
	if s, ok := p.at(); ok {
		p.opened[s.Item.No] = true
	}
}

// note says in the last lines what is measured.
func (p *page) note(w, h int) []ui.Line {
	_, ok := p.at()
	note := ui.Paragraph(theme.Dim, measured, w)
	switch {
	case !ok || p.share.Over != "" || p.share.Campaign.Definition.Diligence.Off:
		return nil // nothing is decided here, or nothing is measured
	case len(note) > 2 || h < 8:
		return []ui.Line{ui.Text(theme.Dim, "time and opening are measured")}
	}
	return note
}
