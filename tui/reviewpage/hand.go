package reviewpage

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/itemlist"
	"countersign/tui/safe"
	"countersign/tui/ui"
)

type (
	// handMsg is what is handed on, as it was marked when that was asked for.
	handMsg struct {
		to    ui.Candidate
		items []review.Item
		scope string
		err   error
	}
	handedMsg struct {
		said  string
		err   error
		asked *string
	}
)

func (p *page) offHand() string {
	switch {
	case p.hands == nil:
		return "Items are not handed on here: ask the campaign's owner."
	case p.offDecide() != "":
		return p.offDecide()
	case p.share.Campaign.Definition.NoDelegate:
		return "In this campaign reviewers do not hand their items on: ask its owner."
	}
	return ""
}

// hand asks to whom the marked items, or the one in front, are handed on.
func (p *page) hand() tea.Cmd {
	t, src := p.list.Targets(), p.src
	return ui.OpenPick(p.h.Env, ui.Pick{Heading: "Hand on to whom?", Load: p.hands.Colleagues, Do: func(c ui.Candidate) tea.Cmd {
		scope := "marked"
		if t.All {
			if scope = "all"; t.Query.Filter != "" {
				scope = "all filtered (" + t.Query.Filter + ")"
			}
		}
		return p.h.Work("looking at what is marked", func(ctx context.Context) tea.Msg {
			items, err := src.Targets(ctx, t)
			return handMsg{c, items, scope, err}
		})
	}})
}

// askHand asks why, saying how many go and to whom.
func (p *page) askHand(m handMsg) tea.Cmd {
	switch {
	case m.err != nil:
		p.h.Fail(m.err)
		return nil
	}
	open := slices.DeleteFunc(slices.Clone(m.items), func(it review.Item) bool { return it.Decision.Answer != review.Silent })
	decided := len(m.items) - len(open)
	if len(open) == 0 {
		p.h.Say("nothing of what is marked is yours and undecided: only that is handed on")
		return nil
	}
	var nos []int
	var lines []ui.Line
	head := review.Head{}
	if s, ok := p.at(); ok {
		head = s.Head
	}
	for _, it := range open {
		nos = append(nos, it.No)
		lines = append(lines, itemlist.Detail(itemlist.Shown{Item: it, Head: head}, p.more[it.No], sawWidth)...)
	}
	n := review.Count(len(nos), "item", "items")
	what := []string{fmt.Sprintf("%s (%s) of %s: %s answers from now on. You stay on record as the one who was asked.", n, m.scope, p.share.Campaign.Name, safe.Text(m.to.Label))}
	if len(nos) == 1 {
		what[0] = itemlist.Sentence(open[0]) + ". " + safe.Text(m.to.Label) + " answers from now on; you stay on record as the one who was asked."
	}
	if decided > 0 {
		what = append(what, review.Count(decided, "is", "are")+" decided already and left out: u takes a decision back.")
	}
	saw, id, token := tui.Saw(head, lines...), p.share.Campaign.ID, new(string)
	p.h.Open(ui.NewAsk(p.h.Env, ui.Ask{Heading: "Hand on " + n + "?", What: what,
		Fields: []ui.Field{{Label: "Reason", Check: ui.Needed("a reason"), Hint: "why they know better, or why you cannot answer"}},
		Do: func(v []string) tea.Cmd {
			return p.h.Work("handing on", func(ctx context.Context) tea.Msg {
				err := p.hands.Delegate(context.WithoutCancel(ctx), saw, id, nos, domain.ID(m.to.Key), v[0])
				return handedMsg{n + " handed on to " + m.to.Label, err, token}
			})
		},
		Done: func(msg tea.Msg) (bool, error) {
			m, ok := msg.(handedMsg)
			return ok && m.asked == token, m.err
		}}))
	return nil
}

func (p *page) handed(m handedMsg) tea.Cmd {
	if m.err != nil {
		return nil // the dialog shows it over what was typed
	}
	p.h.Say(m.said)
	p.list.ClearMarks()
	clear(p.more)
	return tea.Batch(p.read(true), p.list.Reload())
}
