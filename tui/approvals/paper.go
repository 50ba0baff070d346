package approvals

import (
	"context"
	"strings"

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

// paperLines say what waits and what signing it means; of a campaign, what stands
// in the way of its launch and what is worth knowing first.
func (p *page) paperLines(k Paper, w int) []ui.Line {
	out := append(ui.Paragraph(theme.Title, k.Title, w), nil)
	if k.Why != "" {
		text := k.Why + ": another checker must"
		if k.Mine && k.Kind != "launch" {
			text += "; w takes it back"
		}
		out = append(out, itemlist.Field("Locked", theme.Warn, w, text)...)
	}
	out = append(out, itemlist.Field("Maker", theme.Plain, w, k.Maker)...)
	if k.Kind == "launch" {
		out = append(out, p.checkLines(k.ID, w)...)
	}
	return append(out, itemlist.Field("Says", theme.Plain, w, k.Says...)...)
}

// checkLines say what the checks before a launch found, blocks first.
func (p *page) checkLines(id domain.ID, w int) []ui.Line {
	checks, known := p.checks[id]
	if !known {
		return itemlist.Field("Checks", theme.Dim, w, "looking at what stands in the way "+p.h.Look().Sign.Ellipsis)
	}
	blocks, notes := checkTexts(checks)
	if len(blocks) == 0 {
		return append(itemlist.Field("Checks", theme.Plain, w, "nothing stands in the way"), itemlist.Field("Note", theme.Plain, w, notes...)...)
	}
	return append(itemlist.Field("Blocked", theme.Warn, w, blocks...), itemlist.Field("Note", theme.Plain, w, notes...)...)
}

// checkTexts says each check with what to do, those that block apart.
func checkTexts(checks []review.Check) (blocks, notes []string) {
	for _, c := range checks {
		text := c.Text + ": " + c.Hint
		if c.Block {
			blocks = append(blocks, text)
		} else {
			notes = append(notes, text)
		}
	}
	return blocks, notes
}

// openPaper opens the page over it.
func (p *page) openPaper(k Paper) tea.Cmd {
	switch k.Kind {
	case "launch":
		return p.h.Push("campaign", string(k.ID))
	case "definition":
		return p.h.Push("definitions", string(k.ID))
	}
	p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: k.Title, Lines: p.paperLines(k, ui.Unwrapped)}))
	return nil
}

// signPaper asks and then signs what was captured.
func (p *page) signPaper(k Paper, saw domain.Sight) tea.Cmd {
	verb, name := "approve", ""
	if k.Kind == "launch" {
		verb, name = "launch", k.Title
	}
	what := []string{k.Title + ", by " + k.Maker + "."}
	if blocks, _ := checkTexts(p.checks[k.ID]); len(blocks) > 0 {
		what = append(what, "It cannot be launched yet. "+strings.Join(blocks, "; ")+".")
	}
	what = append(append(what, k.Says...), signer(p.h)...)
	token := new(string)
	p.h.Open(ui.NewReasoned(p.h.Env, ui.Confirm{Heading: "Sign: " + verb + "?", What: what, Yes: verb, Name: name, Ask: "Note (may be empty)", Done: answerTo(token)}, func(why string) tea.Cmd {
		return p.run("signing", token, func(ctx context.Context) (string, error) { return p.acts.SignPaper(ctx, saw, k, why) })
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
