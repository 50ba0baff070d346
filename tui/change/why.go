package change

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Asked is what an explanation is about: why a principal has what it has on a
// target, or has it not.
type Asked struct {
	Principal domain.ID
	Target    domain.Target
	Agent     domain.ID // of an area or a source: inside this agent
}

// why is the dialog of an explanation: the paths, caps and denials, then what would
// make it one rung more, which f puts forward as a draft. The second part is worked
// out apart, because it tries changes out.
type why struct {
	desk  *Desk
	asked Asked
	lines []ui.Line
	more  []ui.Line
	text  ui.Layer
	mends bool // there is a smallest change to put forward
	want  domain.Level
}

type whyMsg struct {
	of    *why
	lines []ui.Line
	more  []ui.Line
	mends bool
	want  domain.Level
	err   error
}

// Why opens the explanation of one answer, on the present picture.
func (d *Desk) Why(asked Asked) tea.Cmd {
	w := &why{desk: d, asked: asked}
	w.show()
	d.env.Open(w)
	sign := d.env.Look().Sign
	explained := d.env.Work("working it out", func(ctx context.Context) tea.Msg {
		p, err := d.reads.Picture(ctx)
		if err != nil {
			return whyMsg{of: w, err: err}
		}
		return whyMsg{of: w, lines: Explain(p.Org, p.Org.Access(asked.Principal, asked.Target, asked.Agent, p.Now), sign)}
	})
	mended := d.env.Work("looking for the smallest change", func(ctx context.Context) tea.Msg {
		p, err := d.reads.Picture(ctx)
		if err != nil {
			return whyMsg{of: w, err: err}
		}
		m := whyMsg{of: w}
		m.more, m.mends, m.want = asked.more(p, sign)
		return m
	})
	return tea.Batch(explained, mended)
}

// question is what is asked for: one rung more than there is. False where there is
// none.
func (a Asked) question(p Picture) (review.Question, bool) {
	level := p.Org.Level(a.Principal, a.Target, a.Agent, p.Now)
	q := review.Question{Org: p.Org, Principal: a.Principal, Target: a.Target, Agent: a.Agent, Want: level + 1, At: p.Now}
	if a.Target.Kind == domain.TargetSource && a.Agent != "" { // inside an agent a source is used, or not
		q.Want = domain.SourceUse
		return q, level < domain.SourceUse
	}
	return q, level < domain.LadderOf(a.Target.Kind).Top()
}

// more says what would have to be so for one rung more: where the answer is no, the
// checklist line by line, and the smallest change.
func (a Asked) more(p Picture, sign theme.Signs) (out []ui.Line, mends bool, want domain.Level) {
	q, ok := a.question(p)
	if !ok {
		return nil, false, 0
	}
	word := domain.LadderOf(a.Target.Kind).Word(q.Want)
	if p.Org.Level(a.Principal, a.Target, a.Agent, p.Now) == domain.None {
		out = append(out, nil, ui.Text(theme.Dim, "Checklist for "+word))
		for _, l := range q.Checklist() {
			mark, role := "yes", theme.OK
			if !l.OK {
				mark, role = "no ", theme.Danger
			}
			out = append(out, ui.Line{{Role: role, Text: "  " + mark + "  "}, {Text: l.Text}})
		}
	}
	n := 0
	remedies := q.Smallest(func() domain.ID { n++; return domain.ID(strings.Repeat("w", n)) })
	if len(remedies) == 0 {
		return append(out, nil, ui.Text(theme.Dim, "No one change gives "+word+".")), false, q.Want
	}
	out = append(out, nil, ui.Text(theme.Dim, "The smallest change that gives "+word))
	for _, r := range remedies {
		out = append(out, ui.Line{{Text: "  " + sign.Dot + " "}, {Text: r.Text}})
	}
	return append(out, ui.Text(theme.Key, "  f puts it forward")), true, q.Want
}

func (w *why) show() {
	lines := w.lines
	if lines == nil {
		lines = []ui.Line{ui.Text(theme.Dim, "working it out"+w.desk.env.Look().Sign.Ellipsis)}
	}
	w.text = ui.NewTextView(w.desk.env, ui.TextView{Heading: "Why", Lines: append(lines[:len(lines):len(lines)], w.more...)})
}

func (w *why) Title() string           { return "Why" }
func (w *why) View(wd, h int) []string { return w.text.View(wd, h) }

func (w *why) Hints() action.Table {
	if !w.mends {
		return w.text.Hints()
	}
	return append(action.Table{{Keys: []string{"f"}, Help: "put the change forward", Hint: 1}}, w.text.Hints()...)
}

func (w *why) Update(msg tea.Msg) (bool, tea.Cmd) {
	switch m := msg.(type) {
	case whyMsg:
		if m.of == w {
			w.take(m)
		}
		return false, nil
	case tea.KeyPressMsg:
		if m.String() == "f" && w.mends {
			return true, w.desk.Propose(w.draft())
		}
	}
	return w.text.Update(msg)
}

func (w *why) take(m whyMsg) {
	switch {
	case m.err != nil:
		w.lines = Refusal(m.err)
	case m.lines != nil:
		w.lines = m.lines
	default:
		w.more, w.mends, w.want = m.more, m.mends, m.want
	}
	w.show()
}

// draft is the smallest change, found again on the picture it is judged on; what is
// so already by then is nothing to change.
func (w *why) draft() Draft {
	asked, want := w.asked, w.want
	return Draft{Heading: "The smallest change", Make: func(p Picture, id func(string) domain.ID) (domain.ChangeSet, error) {
		q, ok := asked.question(p)
		if !ok || q.Want > want {
			return domain.ChangeSet{}, nil
		}
		q.Want = want
		remedies := q.Smallest(func() domain.ID { return id(domain.PrefixGrant) })
		if len(remedies) == 0 {
			return domain.ChangeSet{}, domain.Errorf(domain.Conflict, "no one change gives it any more").Hinted("ask again why: the organisation has changed")
		}
		var cs domain.ChangeSet
		var texts []string
		for _, r := range remedies {
			texts = append(texts, r.Text)
			cs.Changes = append(cs.Changes, r.Changes...)
		}
		cs.Title = upperFirst(strings.Join(texts, ", and "))
		return cs, nil
	}}
}
