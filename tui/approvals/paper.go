package approvals

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/itemlist"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// paperGroups are the headings under which what else waits stands.
var paperGroups = map[string]string{"launch": "Campaigns to launch", "definition": "Definitions to approve", "request": "Requests to approve"}

func paperRow(p *Paper, head review.Head) ui.Row {
	r := ui.Row{Key: string(p.ID), Group: paperGroups[p.Kind], Data: entry{paper: p, maker: p.Maker, mine: p.Mine, head: head},
		Cells: []ui.Cell{{Text: p.Title}, {Text: p.Maker}, {Text: p.Size}}}
	if p.Why != "" {
		r.Group, r.Role, r.Cells[1].Text = others, theme.Dim, p.Why
	}
	return r
}

// paperLines say what waits and what signing it means.
func paperLines(p Paper, w int) []ui.Line {
	out := append(ui.Paragraph(theme.Title, p.Title, w), nil)
	if p.Why != "" {
		text := p.Why + ": another checker must"
		if p.Mine && p.Kind != "launch" {
			text += "; w takes it back"
		}
		out = append(out, itemlist.Field("Locked", theme.Warn, w, text)...)
	}
	out = append(out, itemlist.Field("Maker", theme.Plain, w, p.Maker)...)
	return append(out, itemlist.Field("Says", theme.Plain, w, p.Says...)...)
}

// openPaper opens the page over it.
func (p *page) openPaper(k Paper) tea.Cmd {
	switch k.Kind {
	case "launch":
		return p.h.Push("campaign", string(k.ID))
	case "definition":
		return p.h.Push("definitions", string(k.ID))
	}
	p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: k.Title, Lines: paperLines(k, 70)}))
	return nil
}

// signPaper asks and then signs what was captured.
func (p *page) signPaper(k Paper, saw domain.Sight) tea.Cmd {
	verb, name := "approve", ""
	if k.Kind == "launch" {
		verb, name = "launch", k.Title
	}
	what := append(append([]string{k.Title + ", by " + k.Maker + "."}, k.Says...), signer(p.h)...)
	p.h.Open(ui.NewReasoned(p.h.Env, ui.Confirm{Heading: "Sign: " + verb + "?", What: what, Yes: verb, Name: name, Ask: "Note (may be empty)"}, func(why string) tea.Cmd {
		return p.run("signing", nil, func(ctx context.Context) (string, error) { return p.acts.SignPaper(ctx, saw, k, why) })
	}))
	return nil
}

// refusePaper asks why it goes back, or is taken back.
func (p *page) refusePaper(k Paper, saw domain.Sight) tea.Cmd {
	if k.Kind == "launch" {
		p.h.Say("a staged campaign is not sent back: its owner cancels it, or stages another")
		return nil
	}
	heading, label := "Send back "+k.Title, "What should the maker do instead"
	if k.Mine {
		heading, label = "Take back "+k.Title, "Reason"
	}
	return p.ask(heading, label, func(ctx context.Context, why string) (string, error) { return p.acts.RefusePaper(ctx, saw, k, why) })
}
