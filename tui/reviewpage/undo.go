package reviewpage

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/review"
	"countersign/tui"
	"countersign/tui/itemlist"
)

// undoneMsg is the answer to taking decisions back. With several, those before
// the one that failed are taken back.
type undoneMsg struct {
	act  act
	now  []review.Decision
	mine bool // it was an act of this screen
	err  error
}

// undo takes back the last act made here; without one, the decision on the item
// in front.
func (p *page) undo() tea.Cmd {
	s, _ := p.at()
	last, mine := act{[]review.DecisionInput{{Item: s.Item.No}}}, false
	if n := len(p.done); n > 0 {
		last, mine = p.done[n-1], true
		p.done = p.done[:n-1]
	}
	saw, c := tui.Saw(s.Head, itemlist.Detail(s, p.more[s.Item.No], sawWidth)...), p.share.Campaign.ID
	return p.h.Work("taking back", func(ctx context.Context) tea.Msg {
		m := undoneMsg{act: last, mine: mine}
		for _, in := range last.in {
			d, err := p.work.Undo(context.WithoutCancel(ctx), saw, c, in.Item)
			if err != nil {
				m.err = err
				break
			}
			m.now = append(m.now, d)
		}
		return m
	})
}

func (p *page) tookBack(m undoneMsg) tea.Cmd {
	for _, d := range m.now {
		delete(p.more, d.Item)
	}
	if m.err != nil {
		p.h.Fail(m.err)
	} else {
		if m.mine {
			p.undone = append(p.undone, m.act)
		}
		p.h.Say(fmt.Sprintf("took back %s: %s now · %s makes it again", itemWords(m.act.in), m.now[0].Answer, p.h.Key("review.redo")))
	}
	if len(m.now) == 0 {
		return nil
	}
	// Rows and figures are read again: they show what is saved.
	return tea.Batch(p.read(true), p.list.Reload(), p.list.Go(itemlist.Key(m.now[0].Item)))
}

// redo makes the last act taken back again.
func (p *page) redo() tea.Cmd {
	last := p.undone[len(p.undone)-1]
	p.undone = p.undone[:len(p.undone)-1]
	s, _ := p.at()
	saw, c := tui.Saw(s.Head, itemlist.Detail(s, p.more[s.Item.No], sawWidth)...), p.share.Campaign.ID
	return p.h.Work("saving", func(ctx context.Context) tea.Msg {
		receipt, err := p.work.Decide(context.WithoutCancel(ctx), saw, c, last.in)
		return redoneMsg{last, receipt, err}
	})
}

// redoneMsg is the answer to making an act again.
type redoneMsg struct {
	act     act
	receipt review.Receipt
	err     error
}

func (p *page) redone(m redoneMsg) tea.Cmd {
	if m.err != nil {
		p.h.Fail(m.err)
		return nil
	}
	p.done = append(p.done, m.act)
	for _, in := range m.act.in {
		delete(p.more, in.Item)
	}
	p.h.Say(fmt.Sprintf("%s: %s again · %s undoes", itemWords(m.act.in), m.act.in[0].Answer, p.h.Key("review.undo")))
	return tea.Batch(p.read(true), p.list.Reload())
}

func itemWords(in []review.DecisionInput) string {
	if len(in) == 1 {
		return fmt.Sprintf("item %d", in[0].Item)
	}
	return fmt.Sprintf("%d items", len(in))
}

func join(lines []string) string { return strings.Join(lines, "; ") }

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
