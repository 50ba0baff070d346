package logpage

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

type verdictMsg struct {
	of      *ui.Meter
	verdict Verdict
	err     error
}

func (p *page) offVerify() string {
	if p.check != nil {
		return "It is being verified already."
	}
	return ""
}

// verify starts a verification.
func (p *page) verify() tea.Cmd {
	c := ui.NewMeter("verifying")
	p.check = c
	run := p.h.Work("verifying the log", func(ctx context.Context) tea.Msg {
		v, err := p.reads.Verify(ctx, func(part string, done, total int64) {
			if ctx.Err() == nil {
				c.Tell(part, done, total)
			}
		})
		if err == nil {
			err = ctx.Err()
		}
		return verdictMsg{c, v, err}
	})
	return tea.Batch(run, c.Tick(p.h.Env))
}

func (p *page) verified(m verdictMsg) tea.Cmd {
	if m.of != p.check {
		return nil
	}
	p.check = nil
	v := m.verdict
	figures := fmt.Sprintf("%d events, %d rows of state and %d frozen items", v.Events, v.Rows, v.Items)
	switch {
	case errors.Is(m.err, context.Canceled):
		return nil // the console says that it was stopped
	case m.err != nil:
		p.h.Fail(m.err)
	case len(v.Faults) == 0:
		p.verdict = ui.Line{{Role: theme.OK, Text: " + everything fits: "}, {Text: figures}, {Role: theme.Dim, Text: "  root " + v.Root}}
		p.h.Say("everything fits: " + figures + "; a checkpoint held outside can show more")
	default:
		bad := review.Count(len(v.Faults), "thing does", "things do") + " not fit"
		p.verdict = ui.Line{{Role: theme.Danger, Text: " x " + bad}, {Text: "  " + figures}}
		p.h.Fail(domain.Errorf(domain.Conflict, "the database does not verify: %s", bad).Hinted("keep the file as it is, and compare it with a backup"))
		lines := []ui.Line{ui.Text(theme.Title, figures+" compared"), nil}
		for _, f := range v.Faults {
			lines = append(lines, ui.Line{{Role: theme.Danger, Text: "x "}, {Text: safe.Text(f)}})
		}
		p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: "Does not verify", Lines: lines}))
	}
	return nil
}

// checkpoint shows how far the log reaches, or copies it.
func (p *page) checkpoint(copies bool) tea.Cmd {
	return p.h.Work("taking a checkpoint", func(ctx context.Context) tea.Msg {
		text, err := p.reads.Checkpoint(ctx)
		return checkpointMsg{text, err, copies}
	})
}

func (p *page) showCheckpoint(m checkpointMsg) tea.Cmd {
	switch {
	case m.err != nil:
		p.h.Fail(m.err)
		return nil
	case m.copy:
		return p.h.Copy(m.text)
	}
	lines := []ui.Line{ui.Text(theme.Plain, "Keep this where nobody who can write the database can write: only against it can a rewritten history or a cut tail be found. C copies it."), nil}
	lines = append(lines, ui.Paragraph(theme.Key, m.text, 76)...)
	p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: "Checkpoint", Lines: lines}))
	return nil
}
