package reviewpage

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"countersign/review"
	"countersign/tui"
	"countersign/tui/itemlist"
	"countersign/tui/ui"
)

type signedMsg struct {
	packet review.Packet
	err    error
	asked  *string // identifies the dialog that waits for it
}

func (p *page) offSign() string {
	pr := p.share.Progress
	switch open := pr.Items - pr.Decided; {
	case p.share.Over != "":
		return p.share.Over
	case !p.loaded || pr.Items == 0:
		return "There is nothing to sign off."
	case pr.State == review.Signed || pr.State == review.Countersigned:
		return "You have signed off already."
	case open > 0:
		return review.Count(open, "item is", "items are") + " undecided: n goes to the next."
	}
	return ""
}

// sign asks for the campaign's name: signing closes the decisions.
func (p *page) sign() tea.Cmd {
	c := p.share.Campaign
	what := []string{
		fmt.Sprintf("You sign your decisions on %s of %s, frozen at event %d.", review.Count(p.share.Progress.Items, "item", "items"), c.Name, c.Frozen),
		"They are closed with it: only a checker can return them to you.",
	}
	if who := p.h.Actor(); who != "" {
		what = append(what, "You sign as "+who+".")
	}
	head := review.Head{}
	if s, ok := p.at(); ok {
		head = s.Head
	}
	var lines []ui.Line
	for _, w := range what {
		lines = append(lines, ui.Plain(w))
	}
	saw := tui.Saw(head, lines...)
	token := new(string)
	done := func(msg tea.Msg) (bool, error) {
		m, ok := msg.(signedMsg)
		return ok && m.asked == token, m.err
	}
	p.h.Open(ui.NewConfirm(p.h.Env, ui.Confirm{Heading: "Sign off?", What: what, Name: c.Name, Yes: "sign off", Done: done, Do: func() tea.Cmd {
		return p.h.Work("signing off", func(ctx context.Context) tea.Msg {
			packet, err := p.work.Sign(context.WithoutCancel(ctx), saw, c.ID, c.Name)
			return signedMsg{packet, err, token}
		})
	}}))
	return nil
}

func (p *page) signed(m signedMsg) tea.Cmd {
	if m.err != nil {
		return nil // the dialog shows it over what was typed
	}
	next := "a checker countersigns it"
	if m.packet.State == review.Countersigned {
		next = "no checker is needed"
	}
	p.h.Say("signed off: " + itemlist.Tally(m.packet.Keep, m.packet.Reduce, m.packet.Revoke, m.packet.Abstain) + " · " + next)
	p.done, p.undone = nil, nil
	return tea.Batch(p.read(true), p.list.Reload())
}
