package campaigns

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/safe"
	"countersign/tui/ui"
)

// remindMsg is what a reminder would write.
type remindMsg struct {
	of   *desk
	s    Story
	note string
	r    review.Reminding
	err  error
	// asked identifies the dialog that waits for it.
	asked *string
}

func (d *desk) offRemind() string {
	s, why := d.story()
	if c := s.Figures.Campaign; why == "" && c.State != review.Active && c.State != review.Staged {
		why = fmt.Sprintf("The campaign is %s: nobody is asked.", c.State)
	}
	if why == "" {
		why = owner(s)
	}
	return why
}

// remind asks for a line of one's own, then shows what would go out.
func (d *desk) remind() tea.Cmd {
	s, _ := d.story()
	c := s.Figures.Campaign
	what := "Everybody whose packet is open is reminded, once a day at the most. You see the text before it goes out."
	if c.State == review.Staged {
		what = "The checkers who can launch it are asked to. You see the text before it goes out."
	}
	token := new(string)
	done := func(msg tea.Msg) (bool, error) {
		m, ok := msg.(remindMsg)
		return ok && m.asked == token, m.err
	}
	d.h.Open(ui.NewAsk(d.h.Env, ui.Ask{Heading: "Remind", Done: done, What: []string{what}, Fields: []ui.Field{{Label: "A line of your own (may be empty)"}}, Do: func(v []string) tea.Cmd {
		return d.h.Work("writing the reminders", func(ctx context.Context) tea.Msg {
			r, err := d.acts.Remind(ctx, domain.Sight{}, c.ID, v[0], true)
			if err == nil && len(r.Messages) == 0 {
				err = domain.Errorf(domain.Conflict, "nobody is to be reminded").Hinted("%s", orWhy(r))
			}
			return remindMsg{d, s, v[0], r, err, token}
		})
	}}))
	return nil
}

// remindAsk shows the texts, and sends them.
func (d *desk) remindAsk(m remindMsg) tea.Cmd {
	n := len(m.r.Messages)
	if m.err != nil {
		return nil // the dialog shows it over what was typed
	}
	c := m.s.Figures.Campaign
	var to []string
	for _, x := range m.r.Messages {
		to = append(to, safe.Text(m.s.Org.Name(domain.KindPrincipal, x.To)))
	}
	what := []string{"To: " + strings.Join(to, ", ") + "."}
	for _, x := range m.r.Skipped {
		what = append(what, "Not: "+safe.Text(x.Why)+".")
	}
	what = append(what, "The first reads:", safe.Text(m.r.Messages[0].Subject))
	for l := range strings.SplitSeq(strings.TrimSpace(m.r.Messages[0].Text), "\n") {
		what = append(what, safe.Text(l))
	}
	saw := d.saw(m.s, what...)
	d.h.Open(ui.NewConfirm(d.h.Env, ui.Confirm{Heading: "Send " + review.Count(n, "reminder", "reminders") + "?", What: what, Yes: fmt.Sprintf("send %d", n), Do: func() tea.Cmd {
		return d.run("reminding", false, func(ctx context.Context) (string, error) {
			r, err := d.acts.Remind(ctx, saw, c.ID, m.note, false)
			return review.Count(len(r.Messages), "message is", "messages are") + " in the outbox", err
		})
	}}))
	return nil
}

func orWhy(r review.Reminding) string {
	if len(r.Skipped) > 0 {
		return r.Skipped[0].Why
	}
	return "all have signed"
}
