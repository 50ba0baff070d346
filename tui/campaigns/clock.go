package campaigns

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// dueMsg is what the clock asks for, of all campaigns.
type dueMsg struct {
	of     *list
	head   review.Head
	report review.TickReport
	err    error
}

// offClock says why the actor does not do what the clock asks for, "" if they do.
func (p *list) offClock() string {
	switch {
	case p.looks.Load():
		return "This console only reads."
	case !p.runs.Load():
		return "Whoever holds the duty campaign-owner does what is due: you do not."
	}
	return ""
}

// clock looks what is due: packets to lapse, stages to close, items to escalate, people
// to remind.
func (p *list) clock() tea.Cmd {
	return p.h.Work("looking what is due", func(ctx context.Context) tea.Msg {
		o, err := p.reads.Overview(ctx)
		if err != nil {
			return dueMsg{of: p, err: err}
		}
		r, err := p.desk.acts.Tick(ctx, domain.Sight{}, true)
		return dueMsg{p, o.Head, r, err}
	})
}

// clockAsk shows what is due, and does it.
func (p *list) clockAsk(m dueMsg) tea.Cmd {
	if m.err != nil {
		p.h.Fail(m.err)
		return nil
	}
	var what []string
	for _, a := range m.report.Acts {
		what = append(what, safe.Text(a.Act+": "+a.Text)+".")
	}
	for _, w := range m.report.Waits {
		what = append(what, "Waits: "+safe.Text(w)+".")
	}
	if len(m.report.Acts) == 0 {
		p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: "Nothing is due", Lines: paragraphs(append([]string{"The clock asks for nothing now."}, what...))}))
		return nil
	}
	what = append(what, "What these make possible follows them.")
	lines := make([]ui.Line, len(what))
	for i, w := range what {
		lines[i] = ui.Plain(w)
	}
	saw := tui.Saw(m.head, lines...)
	p.h.Open(ui.NewConfirm(p.h.Env, ui.Confirm{Heading: "Do what is due?", What: what, Yes: "do it", Done: p.desk.heardIt, Do: func() tea.Cmd {
		return p.desk.run("doing what is due", false, func(ctx context.Context) (string, error) {
			r, err := p.desk.acts.Tick(ctx, saw, false)
			if err != nil {
				return "", err
			}
			return ticked(r)
		})
	}}))
	return nil
}

// paragraphs are plain lines with an empty one after each.
func paragraphs(what []string) []ui.Line {
	var out []ui.Line
	for _, w := range what {
		out = append(out, ui.Text(theme.Plain, w), ui.Plain(""))
	}
	return slices.Clip(out)
}

// ticked says what a tick did; what it could not do is a conflict, with each reason.
func ticked(r review.TickReport) (string, error) {
	var failed []string
	for _, a := range r.Acts {
		if a.Err != nil {
			failed = append(failed, fmt.Sprintf("%s: %v", a.Text, a.Err))
		}
	}
	done := review.Count(len(r.Acts)-len(failed), "act", "acts") + " of the clock done"
	if len(failed) == 0 {
		return done, nil
	}
	return "", domain.Errorf(domain.Conflict, "%s, %d not: %s", done, len(failed), strings.Join(failed, "; ")).
		Hinted("the rest is done; what is due is tried again the next time").ByRule("tick-incomplete")
}
