package logpage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/itemlist"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// check is a verification under way: how far it has come is written by the command
// and read by the screen.
type check struct {
	mu          sync.Mutex
	part        string
	done, total int64
}

type (
	progressMsg struct{ of *check }
	verdictMsg  struct {
		of      *check
		verdict Verdict
		err     error
	}
)

// redrawAfter is how often progress is drawn.
const redrawAfter = 200 * time.Millisecond

func (c *check) tell(part string, done, total int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.part, c.done, c.total = part, done, total
}

// line says how far it has come.
func (c *check) line(t *theme.Theme, w int) ui.Line {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := ui.Line{{Role: theme.Title, Text: " verifying  "}}
	if c.total > 0 {
		n, total := int(min(c.done, c.total)), int(c.total)
		l = append(l, ui.Span{Role: theme.OK, Text: t.Progress(n, total, min(max(w/6, 8), 24))}, ui.Span{Text: fmt.Sprintf("  %d %%", itemlist.Percent(n, total))})
	}
	return append(l, ui.Span{Role: theme.Dim, Text: "  " + c.part + "  esc stops it"})
}

func (p *page) offVerify() string {
	if p.check != nil {
		return "It is being verified already."
	}
	return ""
}

// verify starts a verification.
func (p *page) verify() tea.Cmd {
	c := &check{}
	p.check = c
	run := p.h.Work("verifying the log", func(ctx context.Context) tea.Msg {
		v, err := p.reads.Verify(ctx, func(part string, done, total int64) {
			if ctx.Err() == nil {
				c.tell(part, done, total)
			}
		})
		if err == nil {
			err = ctx.Err()
		}
		return verdictMsg{c, v, err}
	})
	return tea.Batch(run, p.h.After(redrawAfter, progressMsg{c}))
}

func (p *page) progress(m progressMsg) tea.Cmd {
	if m.of != p.check {
		return nil
	}
	return p.h.After(redrawAfter, m)
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
	for _, l := range ui.Paragraph(theme.Key, m.text, 76) {
		lines = append(lines, l)
	}
	p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: "Checkpoint", Lines: lines}))
	return nil
}
