package chase

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/safe"
	"countersign/tui/ui"
)

func (p *page) table(s browse.Subject, marked func() browse.Marked) action.Table {
	act := func(id, key, help, long string, hint int, off func() string, do func() tea.Cmd) action.Action {
		return action.Action{ID: "chase." + id, Keys: []string{key}, Help: help, Long: long, Scope: scope, Hint: hint, Off: off, Do: do}
	}
	return action.Table{
		act("remind", "R", "remind marked", "remind all who are marked, or this one; the text is shown before it goes out", 1, p.offAsked, func() tea.Cmd { return p.remind(marked()) }),
		act("hand", "H", "hand over", "give the unanswered items of all who are marked, or of this one, to somebody else", 2, p.offAsked, func() tea.Cmd { return p.hand(s, marked()) }),
		act("extend", "E", "extend", "give the campaign a later due date", 3, p.offOwner, func() tea.Cmd { return p.extend(s) }),
	}
}

// offOwner says why the person at the screen does not run the campaign, "" if they do.
func (p *page) offOwner() string {
	b := p.now()
	switch c := b.Campaign; {
	case b.Org == nil:
		return "The campaign is still being read."
	case b.Actor == "":
		return "This console only reads."
	case b.Actor != c.Owner && !b.Org.HasDuty(b.Actor, domain.DutyCampaignOwner, b.Now):
		return "You do not run this campaign: ask " + safe.Text(b.Org.Name(domain.KindPrincipal, c.Owner)) + ", its owner."
	case c.State > review.Active:
		return fmt.Sprintf("The campaign is %s: nobody is asked any more.", c.State)
	}
	return ""
}

func (p *page) offAsked() string {
	if why := p.offOwner(); why != "" {
		return why
	}
	if c := p.now().Campaign; c.State != review.Active {
		return fmt.Sprintf("The campaign is %s: its reviewers are not asked yet.", c.State)
	}
	return ""
}

// askMsg is what reminders would read, or whose items are to go.
type askMsg struct {
	of    *page
	gen   int
	board Board
	on    browse.Marked
	to    []domain.ID
	note  string
	would review.Reminding
	err   error
}

// reviewers are those marked who are somebody.
func reviewers(ctx context.Context, m browse.Marked) ([]domain.ID, error) {
	keys, err := m.Keys(ctx)
	var out []domain.ID
	for _, k := range keys {
		if k != nobody {
			out = append(out, domain.ID(k))
		}
	}
	if err == nil && len(out) == 0 {
		err = domain.Errorf(domain.Conflict, "nobody is marked who could be asked").Hinted("items without a reviewer are handed over from the campaign's page")
	}
	return out, err
}

// remind asks for a line of one's own, then shows what would go out to whom.
func (p *page) remind(m browse.Marked) tea.Cmd {
	p.gen++
	gen, b := p.gen, p.now()
	p.h.Open(ui.NewAsk(p.h.Env, ui.Ask{Heading: "Remind", What: []string{m.Scope(), "Nobody is reminded twice a day. You see the text before it goes out."},
		Fields: []ui.Field{{Label: "A line of your own (may be empty)"}}, Do: func(v []string) tea.Cmd {
			return p.h.Work("writing the reminders", func(ctx context.Context) tea.Msg {
				out := askMsg{of: p, gen: gen, board: b, on: m, note: v[0]}
				if out.to, out.err = reviewers(ctx, m); out.err == nil {
					out.would, out.err = p.does.Remind(ctx, domain.Sight{}, p.campaign, out.to, out.note, true)
				}
				if out.err == nil && len(out.would.Messages) == 0 {
					why := "all have signed"
					if len(out.would.Skipped) > 0 {
						why = out.would.Skipped[0].Why
					}
					out.err = domain.Errorf(domain.Conflict, "nobody is to be reminded").Hinted("%s", why)
				}
				return out
			})
		}, Done: func(msg tea.Msg) (bool, error) {
			m, ok := msg.(askMsg)
			return ok && m.of == p && m.gen == gen, m.err
		}}))
	return nil
}

// show asks once all are written: to whom they go, who gets none and why, who is away,
// and what they read. Cancel is the default.
func (p *page) show(m askMsg) tea.Cmd {
	if m.err != nil {
		return nil // the dialog shows it over what was typed
	}
	n := len(m.would.Messages)
	o := m.board.Org
	var to []string
	for _, x := range m.would.Messages {
		to = append(to, safe.Text(o.Name(domain.KindPrincipal, x.To)))
	}
	what := []string{"To: " + strings.Join(to, ", ") + "."}
	for _, x := range m.would.Skipped {
		what = append(what, "Not: "+safe.Text(x.Why)+".")
	}
	for _, r := range m.board.Reviewers {
		if away := awayWords(o, r); away != "" && slices.Contains(m.to, r.Reviewer) {
			what = append(what, safe.Text(nameOf(o, r)+" is away: "+away+" answers."))
		}
	}
	for i, x := range m.would.Messages {
		heading := "It reads:"
		if n > 1 {
			heading = fmt.Sprintf("The one to %s reads:", to[i])
		}
		what = append(what, heading)
		for _, l := range messageLines(x) {
			what = append(what, l.Words())
		}
		if i == 0 && n > 3 {
			what = append(what, fmt.Sprintf("The other %d read alike.", n-1))
			break
		}
	}
	saw := p.saw(m.board, what)
	p.h.Open(ui.NewConfirm(p.h.Env, ui.Confirm{Heading: "Send " + review.Count(n, "reminder", "reminders") + "?", What: what, Yes: fmt.Sprintf("send %d", n), Do: func() tea.Cmd {
		return m.on.Run("reminding", func(ctx context.Context) (string, error) {
			done, err := p.does.Remind(ctx, saw, p.campaign, m.to, m.note, false)
			return review.Count(len(done.Messages), "message is", "messages are") + " in the outbox", err
		})
	}}))
	return nil
}

// hand asks to whom the unanswered items of all who are marked go, and why.
func (p *page) hand(s browse.Subject, m browse.Marked) tea.Cmd {
	b := p.now()
	of := func(pic change.Picture) []ui.Candidate { return change.People(pic, change.ActiveUser, nil) }
	return s.Pick("Hand over to whom?", of, func(c ui.Candidate) tea.Cmd {
		what := []string{m.Scope(), "Their unanswered items go to " + safe.Text(c.Label) + ", besides what would be " + safe.Text(c.Label) + "'s own access. Who was asked stays on record."}
		if b.Campaign.State == review.Active {
			what = append(what, "The campaign is under way: a checker approves it before they go over.")
		}
		saw := p.saw(b, what)
		return m.Ask("Hand over", "handing over", what, []ui.Field{{Label: "Reason", Check: ui.Needed("a reason")}}, func(ctx context.Context, v []string) (string, error) {
			from, err := reviewers(ctx, m)
			if err != nil {
				return "", err
			}
			return p.does.HandOpen(ctx, saw, p.campaign, from, domain.ID(c.Key), v[0])
		})
	})
}

// extend asks for a later due date.
func (p *page) extend(s browse.Subject) tea.Cmd {
	b := p.now()
	what := []string{"It is due " + review.Moment(b.Campaign.Due, b.Org.Zone()) + "."}
	if b.Campaign.State == review.Active {
		what = append(what, "The campaign is under way: a checker approves the later date.")
	}
	saw := p.saw(b, what)
	fields := []ui.Field{{Label: "Due", Hint: "a day, " + string(b.Org.DayOf(b.Campaign.Due.AddDate(0, 0, 7))) + ", or an instant", Check: ui.Needed("a date")}, {Label: "Reason", Check: ui.Needed("a reason")}}
	return s.Clerk.Ask("A later due date", "extending", what, fields, func(ctx context.Context, v []string) (string, error) {
		return p.does.Extend(ctx, saw, p.campaign, v[0], v[1])
	})
}

// saw is the evidence of what was shown: the board's rows and the question.
func (p *page) saw(b Board, what []string) domain.Sight {
	var lines []ui.Line
	for _, r := range b.Reviewers {
		var words []string
		for _, c := range row(b, r).Cells {
			words = append(words, c.Text)
		}
		lines = append(lines, ui.Plain(strings.Join(words, "\t")))
	}
	for _, w := range what {
		lines = append(lines, ui.Plain(w))
	}
	return tui.Saw(b.Head, lines...)
}

// Update implements tui.Page.
func (s *screen) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(askMsg); ok {
		if m.of != s.p || m.gen != s.p.gen {
			return nil
		}
		return s.p.show(m)
	}
	return s.Browser.Update(msg)
}
