package reviewpage

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/itemlist"
	"countersign/tui/ui"
)

// decidedMsg is the answer to an act of deciding.
type decidedMsg struct {
	act     act
	items   []itemlist.Shown // as they were
	receipt review.Receipt
	err     error
	asked   *string // identifies the dialog that waits for it
}

// input is a decision on the item in front with what was measured.
func (p *page) input(it review.Item, a review.Answer, l domain.Level, reason string) review.DecisionInput {
	return review.DecisionInput{Item: it.No, Answer: a, Level: l, Reason: reason, Seconds: p.clock.seconds(it.No), Opened: p.opened[it.No]}
}

// save records decisions on items as they were shown. Until the answer comes
// their rows say that they are being saved, never that they are decided.
func (p *page) save(shown []itemlist.Shown, in []review.DecisionInput, asked *string) tea.Cmd {
	var lines []ui.Line
	head := review.Head{}
	for _, s := range shown {
		p.saving[s.Item.No] = true
		lines = append(lines, itemlist.Detail(s, p.more[s.Item.No], sawWidth)...)
		head = s.Head
	}
	if len(shown) == 1 {
		if r, ok := p.list.Selected(); ok && r.Key == itemlist.Key(shown[0].Item.No) {
			p.list.Replace(itemlist.Saving(r))
		}
	}
	saw, c := tui.Saw(head, lines...), p.share.Campaign.ID
	return p.h.Work("saving", func(ctx context.Context) tea.Msg {
		// What has begun is not stopped half way: the answer must be known.
		receipt, err := p.work.Decide(context.WithoutCancel(ctx), saw, c, in)
		return decidedMsg{act{in}, shown, receipt, err, asked}
	})
}

// sawWidth is the width at which details are digested for the record of what was
// seen, whatever the window's.
const sawWidth = 80

// decided follows an act: the rows show it, and the cursor goes on.
func (p *page) decided(m decidedMsg) tea.Cmd {
	for _, s := range m.items {
		delete(p.saving, s.Item.No)
	}
	if m.err != nil {
		for _, s := range m.items {
			p.redraw(s)
		}
		if m.asked == nil { // a dialog shows it otherwise, over what was typed
			p.h.Fail(m.err)
		}
		return nil
	}
	for i, d := range m.receipt.Decisions {
		if i >= len(m.items) {
			break
		}
		s := m.items[i]
		if s.Item.Decision.Answer == review.Silent {
			p.share.Progress.Decided++
			if s.Item.Return.Round > 0 {
				p.share.Progress.Returned--
			}
		}
		s.Item.Decision = d
		p.redraw(s)
		delete(p.comments, d.Item)
		delete(p.more, d.Item)
	}
	p.done, p.undone = append(p.done, m.act), nil
	p.h.Say(p.saved(m))
	return p.goOn(m)
}

// saved says what was saved: "kept 12/340 · u undoes".
func (p *page) saved(m decidedMsg) string {
	words := map[review.Answer]string{review.Keep: "kept", review.Revoke: "revoked", review.Reduce: "reduced", review.Abstain: "abstained"}
	what := words[m.act.in[0].Answer]
	if n := len(m.act.in); n > 1 {
		what += " " + review.Count(n, "item", "items") + ","
	}
	text := fmt.Sprintf("%s %d/%d · %s undoes", what, p.share.Progress.Decided, p.share.Progress.Items, p.h.Key("review.undo"))
	if n := len(m.receipt.Changed); n > 0 {
		text += fmt.Sprintf(" · item %d is %s now, staged was %s", m.receipt.Changed[0].Item, m.receipt.Changed[0].Now, m.receipt.Changed[0].Staged)
	}
	if p.share.Progress.Decided >= p.share.Progress.Items {
		text += " · all decided: " + p.h.Key("review.sign") + " signs off"
	}
	return text
}

// goOn goes to the next undecided item if the cursor is still where it decided.
func (p *page) goOn(m decidedMsg) tea.Cmd {
	if len(m.items) > 1 {
		p.list.ClearMarks()
		return p.list.Reload()
	}
	s, ok := p.at()
	switch {
	case !ok || s.Item.No != m.items[0].Item.No:
		return nil
	case p.share.Progress.Decided >= p.share.Progress.Items:
		return p.moved()
	}
	return p.list.Next(1, itemlist.Undecided, p.undecided)
}

// redraw shows an item as it stands, if its row is held.
func (p *page) redraw(s itemlist.Shown) {
	r := itemlist.Row(s, p.list.Query(), false)
	if s.Locked != "" {
		r.Group = "Your own access, which others decide"
	}
	p.list.Replace(r)
}

// keep keeps the item; with a reason if the campaign asks for one, or if less is
// recommended.
func (p *page) keep() tea.Cmd { s, _ := p.at(); return p.keepItem(s) }

func (p *page) keepItem(s itemlist.Shown) tea.Cmd {
	need := p.share.Campaign.Definition.ReasonToKeep || s.Item.Advice.Against(review.Keep, s.Item.Holding.Level)
	if comment := p.comments[s.Item.No]; comment != "" || !need {
		return p.save([]itemlist.Shown{s}, []review.DecisionInput{p.input(s.Item, review.Keep, 0, comment)}, nil)
	}
	return p.ask(s, review.Keep, 0)
}

func (p *page) revoke() tea.Cmd  { s, _ := p.at(); return p.ask(s, review.Revoke, 0) }
func (p *page) abstain() tea.Cmd { s, _ := p.at(); return p.ask(s, review.Abstain, 0) }

// ask asks for the reason of a decision and makes it. What is typed is there
// until the decision is saved.
func (p *page) ask(s itemlist.Shown, a review.Answer, l domain.Level) tea.Cmd {
	token := new(string)
	it := s.Item
	what := []string{itemlist.Sentence(it) + "."}
	if it.Advice.Against(a, l) || a == review.Keep && it.Advice.Against(a, it.Holding.Level) {
		what = append(what, "Against the recommendation: "+review.AdviceWords(it.Advice, it.Holding.Ladder())+", because "+join(it.Advice.Why())+".")
	}
	switch a {
	case review.Revoke:
		if n := len(it.Remains); n > 0 {
			what = append(what, "What remains by other paths: "+join(it.Remains)+".")
		}
	case review.Reduce:
		what = append(what, "It becomes "+it.Holding.Ladder().Word(l)+".")
	}
	title := fmt.Sprintf("%s item %d", capital(a.String()), it.No)
	p.h.Open(ui.NewAsk(p.h.Env, ui.Ask{Heading: title, What: what,
		Fields: []ui.Field{{Label: "Reason", Value: p.comments[it.No], Check: ui.Needed("a reason"), Hint: "a few words; an auditor will read them"}},
		Do: func(v []string) tea.Cmd {
			return p.save([]itemlist.Shown{s}, []review.DecisionInput{p.input(it, a, l, v[0])}, token)
		},
		Done: answerTo(token)}))
	return nil
}

// answerTo tells a dialog which answer is its own.
func answerTo(token *string) func(tea.Msg) (bool, error) {
	return func(msg tea.Msg) (bool, error) {
		m, ok := msg.(decidedMsg)
		return ok && m.asked == token, m.err
	}
}

// level offers the rungs of the item's ladder.
func (p *page) level() tea.Cmd {
	s, _ := p.at()
	it := s.Item
	ladder := it.Holding.Ladder()
	c := ui.Choice{Heading: fmt.Sprintf("Level of item %d", it.No), What: []string{itemlist.Sentence(it) + "."}}
	var rungs []domain.Level
	for l := int(ladder.Top()); l >= 0; l-- {
		rung := domain.Level(l)
		o := ui.Option{Label: ladder.Word(rung), Key: fmt.Sprint(l)}
		switch {
		case rung > it.Holding.Level:
			o.Off = "A review never gives more than there is: propose a change for that."
		case rung == it.Holding.Level:
			o.Label += "   keep"
			c.Start = len(rungs)
		case rung == domain.None:
			o.Label += "   revoke"
		}
		rungs, c.Options = append(rungs, rung), append(c.Options, o)
	}
	c.Do = func(i int) tea.Cmd {
		switch l := rungs[i]; {
		case l == it.Holding.Level:
			return p.keepItem(s)
		case l == domain.None:
			return p.ask(s, review.Revoke, 0)
		default:
			return p.ask(s, review.Reduce, l)
		}
	}
	p.h.Open(ui.NewChoice(p.h.Env, c))
	return nil
}

// comment writes the reason. For an item that is decided it becomes the reason of
// that decision, as a new version of it.
func (p *page) comment() tea.Cmd {
	s, _ := p.at()
	it := s.Item
	token := new(string)
	a := ui.Ask{Heading: fmt.Sprintf("Comment on item %d", it.No), What: []string{itemlist.Sentence(it) + "."}, Fields: []ui.Field{{Label: "It goes with your decision", Value: p.comments[it.No]}}}
	a.Do = func(v []string) tea.Cmd {
		if v[0] == "" {
			delete(p.comments, it.No)
		} else {
			p.comments[it.No] = v[0]
		}
		return nil
	}
	if d := it.Decision; d.Answer != review.Silent {
		a.Fields[0] = ui.Field{Label: "The reason of your decision: " + d.Answer.String(), Value: d.Reason}
		a.Do = func(v []string) tea.Cmd {
			return p.save([]itemlist.Shown{s}, []review.DecisionInput{p.input(it, d.Answer, d.Level, v[0])}, token)
		}
		a.Done = answerTo(token)
	}
	p.h.Open(ui.NewAsk(p.h.Env, a))
	return nil
}
