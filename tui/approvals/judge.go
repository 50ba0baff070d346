package approvals

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
)

// detailAfter is how long the cursor rests on a change set before it is judged,
// or on a campaign before its launch is.
const detailAfter = 60 * time.Millisecond

// unseen gives the change set or the campaign to launch under the cursor that was
// not judged yet.
func (p *page) unseen() (e entry, ok bool) {
	if e, ok = p.at(); !ok {
		return e, false
	}
	known := true
	switch {
	case e.change != nil:
		_, known = p.changes[e.change.ID]
	case e.paper != nil && e.paper.Kind == "launch":
		_, known = p.checks[e.paper.ID]
	}
	return e, !known
}

// moved has what is under the cursor judged if the cursor stays.
func (p *page) moved() tea.Cmd {
	if _, ok := p.unseen(); !ok {
		return nil
	}
	p.look++
	return p.h.After(detailAfter, lookMsg{p.look})
}

func (p *page) judge(m lookMsg) tea.Cmd {
	e, ok := p.unseen()
	switch {
	case m.look != p.look || !ok:
		return nil
	case e.paper != nil:
		id := e.paper.ID
		return p.h.Work("checking "+e.paper.Title, func(ctx context.Context) tea.Msg {
			checks, err := p.reads.Checks(ctx, id)
			return checksMsg{id, checks, err}
		})
	}
	return p.judgeChange(*e.change)
}

func (p *page) judgeChange(c review.ChangeSetHead) tea.Cmd {
	p.judging[c.ID] = true
	return p.h.Work("judging "+c.Title, func(ctx context.Context) tea.Msg {
		j, err := p.reads.Change(ctx, c.ID)
		return changeMsg{c.ID, j, err}
	})
}

// judged keeps what a change set does, or that it could not be judged.
func (p *page) judged(m changeMsg) {
	if m.err == nil {
		delete(p.judging, m.id)
		p.changes[m.id] = m.change
		return
	}
	if p.judging[m.id] = false; !errors.Is(m.err, context.Canceled) { // who stopped it knows
		p.h.Fail(m.err)
	}
}

// unjudged says of a change set without a judgement why it has none.
func (p *page) unjudged(id domain.ID) string {
	if running, begun := p.judging[id]; begun && !running {
		return "it could not be judged: a judges it anew"
	}
	return "judging it on the present state " + p.h.Look().Sign.Ellipsis
}

// judgeFirst is what approving does to a change set that is not judged: it is, where
// that is not under way.
func (p *page) judgeFirst(c review.ChangeSetHead) tea.Cmd {
	if p.judging[c.ID] {
		p.h.Say("it is not judged yet: wait for who gains and who loses")
		return nil
	}
	p.h.Say("it is judged first: approve it once who gains and who loses is shown")
	return p.judgeChange(c)
}
