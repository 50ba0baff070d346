package approvals

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/ui"
)

// sawWidth is the width at which lines are digested for the record of what was
// seen, whatever the window's.
const sawWidth = 80

// saw is the evidence of what is shown of e, with the log it was read at.
func (p *page) saw(e entry) domain.Sight {
	head := e.head
	if e.change != nil {
		if j, ok := p.changes[e.change.ID]; ok {
			head = j.Head
		}
	}
	return tui.Saw(head, p.lines(e, sawWidth)...)
}

// run does an act that has begun to its end: its answer must be known.
func (p *page) run(label string, asked *string, act func(context.Context) (string, error)) tea.Cmd {
	return p.h.Work(label, func(ctx context.Context) tea.Msg {
		said, err := act(context.WithoutCancel(ctx))
		return doneMsg{said, err, asked}
	})
}

func answerTo(token *string) func(tea.Msg) (bool, error) {
	return func(msg tea.Msg) (bool, error) {
		m, ok := msg.(doneMsg)
		return ok && m.asked == token, m.err
	}
}

// approve asks and then countersigns or approves what was captured.
func (p *page) approve() tea.Cmd {
	e, _ := p.at()
	saw := p.saw(e)
	if e.packet != nil {
		askCountersign(p.h, p.acts, *e.packet, saw)
		return nil
	}
	if e.paper != nil {
		return p.signPaper(*e.paper, saw)
	}
	c := *e.change
	what := []string{c.Title + ", " + review.Count(c.Changes, "change", "changes") + " by " + e.maker + "."}
	j, ok := p.changes[c.ID]
	if !ok || len(j.Verdict) == 0 {
		return p.judgeFirst(c)
	}
	what = append(what, receiving(j)...)
	what = append(what, signer(p.h)...)
	token := new(string)
	p.h.Open(ui.NewReasoned(p.h.Env, ui.Confirm{Heading: "Approve this change set?", What: what, Yes: "approve", Ask: "Note (may be empty)", Done: answerTo(token)}, func(why string) tea.Cmd {
		return p.run("approving", token, func(ctx context.Context) (string, error) {
			done, err := p.acts.Approve(ctx, saw, j.Rises, c.ID, why)
			return stateWords(done, c.Title), err
		})
	}))
	return nil
}

// mostReceiving is how many lines of who receives what a dialog says, and how many of who
// breaks a separation of duties; the details, which can be scrolled, say all.
const mostReceiving = 8

// receiving says in a dialog who gains and loses what by a change set, and who breaks
// the separations of duties it begins.
func receiving(j Change) []string {
	var effects []string
	for _, e := range effectTexts(j.Effects, true) {
		effects = append(effects, "+ "+e)
	}
	for _, e := range effectTexts(j.Effects, false) {
		effects = append(effects, "- "+e)
	}
	return slices.Concat([]string{j.Verdict[0] + "."}, few(j.Breaks), few(effects))
}

// few are the first of many lines, and where the others are.
func few(lines []string) []string {
	if len(lines) <= mostReceiving {
		return lines
	}
	more := fmt.Sprintf("And %s: esc, and enter shows them all.", review.Count(len(lines)-mostReceiving, "more line", "more lines"))
	return append(lines[:mostReceiving:mostReceiving], more)
}

func stateWords(p review.Proposal, title string) string {
	if p.State == domain.Proposed {
		return "approved: " + title + " waits for " + review.Count(len(p.Waiting), "more person", "more people")
	}
	return p.State.String() + ": " + title
}

// back sends a change set back with a reason. Of a packet, items are returned:
// its own page is where they are named.
func (p *page) back() tea.Cmd {
	e, _ := p.at()
	if e.packet != nil {
		p.h.Say("mark the items to return, then b")
		return p.h.Push("packet", string(e.packet.Packet.RecordID()))
	}
	if e.paper != nil {
		return p.refusePaper(*e.paper, p.saw(e))
	}
	saw, c := p.saw(e), *e.change
	return p.ask("Send back "+c.Title, "What should the maker do instead", func(ctx context.Context, why string) (string, error) {
		_, err := p.acts.Reject(ctx, saw, c.ID, why)
		return "sent back: " + c.Title, err
	})
}

func (p *page) withdraw() tea.Cmd {
	e, _ := p.at()
	if e.paper != nil {
		return p.refusePaper(*e.paper, p.saw(e))
	}
	saw, c := p.saw(e), *e.change
	return p.ask("Withdraw "+c.Title, "Reason", func(ctx context.Context, why string) (string, error) {
		_, err := p.acts.Withdraw(ctx, saw, c.ID, why)
		return "withdrawn: " + c.Title, err
	})
}

func (p *page) rebuild() tea.Cmd {
	e, _ := p.at()
	saw, c := p.saw(e), *e.change
	return p.run("rebuilding", nil, func(ctx context.Context) (string, error) {
		done, err := p.acts.Rebuild(ctx, saw, c.ID)
		return "rebuilt: " + stateWords(done, c.Title), err
	})
}

func (p *page) ask(heading, label string, act func(context.Context, string) (string, error)) tea.Cmd {
	token := new(string)
	p.h.Open(ui.NewAsk(p.h.Env, ui.Ask{Heading: heading, Fields: []ui.Field{{Label: label, Check: ui.Needed("a reason")}},
		Do: func(v []string) tea.Cmd {
			return p.run("saving", token, func(ctx context.Context) (string, error) { return act(ctx, v[0]) })
		}, Done: answerTo(token)}))
	return nil
}

// askCountersign asks before a packet is countersigned as it was shown.
func askCountersign(h *tui.Host, acts Acts, k review.WaitingPacket, saw domain.Sight) {
	what := []string{fmt.Sprintf("%s of %s in %s: %d kept, %d reduced, %d revoked, %d abstained.", review.Count(k.Packet.Items, "decision", "decisions"),
		k.Reviewer, k.Campaign.Name, k.Packet.Keep, k.Packet.Reduce, k.Packet.Revoke, k.Packet.Abstain), "They are final with it, and are made true by remediation."}
	what = append(what, signer(h)...)
	token := new(string)
	h.Open(ui.NewReasoned(h.Env, ui.Confirm{Heading: "Countersign?", What: what, Yes: "countersign", Ask: "Note (may be empty)", Done: answerTo(token)}, func(why string) tea.Cmd {
		return h.Work("countersigning", func(ctx context.Context) tea.Msg {
			_, err := acts.Countersign(context.WithoutCancel(ctx), saw, k.Campaign.ID, k.Packet.Reviewer, why)
			return doneMsg{"countersigned: " + k.Reviewer + " in " + k.Campaign.Name, err, token}
		})
	}))
}

// signer says who signs, where that is known.
func signer(h *tui.Host) []string {
	if h.Actor() == "" {
		return nil
	}
	return []string{"You sign as " + h.Actor() + "."}
}

// dayEnd reads a date as the last second of that day, UTC.
func dayEnd(s string) (time.Time, string) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return t, "write the day as 2026-03-31"
	}
	return t.Add(24*time.Hour - time.Second), ""
}
