package change

import (
	"context"
	"fmt"
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
	way   ways
}

// ways are what can be put forward.
type ways struct {
	smallest bool         // there is a smallest change
	group    bool         // so is there a group, which would give more besides
	want     domain.Level // the level they give
}

type whyMsg struct {
	of    *why
	lines []ui.Line
	more  []ui.Line
	way   ways
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
		a := p.Org.Access(asked.Principal, asked.Target, asked.Agent, p.Now)
		return whyMsg{of: w, lines: append(Explain(p.Org, a, sign), nil, ui.Text(theme.Dim, review.SeenWhen(p.Org, a)+"."))}
	})
	mended := d.env.Work("looking for the smallest change", func(ctx context.Context) tea.Msg {
		p, err := d.reads.Picture(ctx)
		if err != nil {
			return whyMsg{of: w, err: err}
		}
		m := whyMsg{of: w}
		m.more, m.way = asked.more(p, sign)
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
func (a Asked) more(p Picture, sign theme.Signs) (out []ui.Line, way ways) {
	q, ok := a.question(p)
	if !ok {
		return nil, way
	}
	way.want = q.Want
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
	ids := func() domain.ID { n++; return domain.ID(fmt.Sprintf("gnt_whatif%d", n)) }
	remedies := q.Smallest(ids)
	if way.smallest = len(remedies) > 0; !way.smallest {
		return append(out, nil, ui.Text(theme.Dim, "No one change gives "+word+".")), way
	}
	out = append(out, nil, ui.Text(theme.Dim, "The smallest change that gives "+word))
	for _, r := range remedies {
		out = append(out, ui.Line{{Text: "  " + sign.Dot + " "}, {Text: r.Text}})
	}
	out = append(out, ui.Text(theme.Key, "  f puts it forward"))
	if g, ok := q.ByGroup(ids); ok && (len(remedies) != 1 || remedies[0].Text != g.Text) {
		way.group = true
		out = append(out, nil, ui.Text(theme.Dim, "Or by a group, which gives more besides"),
			ui.Line{{Text: "  " + sign.Dot + " "}, {Text: g.Text}}, ui.Text(theme.Key, "  b puts it forward"))
	}
	return out, way
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
	var out action.Table
	if w.way.smallest {
		out = append(out, action.Action{Keys: []string{"f"}, Help: "put the smallest change forward", Hint: 1})
	}
	if w.way.group {
		out = append(out, action.Action{Keys: []string{"b"}, Help: "put the group forward", Hint: 1})
	}
	return append(out, w.text.Hints()...)
}

func (w *why) Update(msg tea.Msg) (bool, tea.Cmd) {
	switch m := msg.(type) {
	case whyMsg:
		if m.of == w {
			w.take(m)
		}
		return false, nil
	case tea.KeyPressMsg:
		switch {
		case m.String() == "f" && w.way.smallest:
			return true, w.desk.Propose(w.draft("The smallest change", func(q review.Question, id func() domain.ID) []review.Remedy { return q.Smallest(id) }))
		case m.String() == "b" && w.way.group:
			return true, w.desk.Propose(w.draft("By a group", func(q review.Question, id func() domain.ID) []review.Remedy {
				if g, ok := q.ByGroup(id); ok {
					return []review.Remedy{g}
				}
				return nil
			}))
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
		w.more, w.way = m.more, m.way
	}
	w.show()
}

// draft is a change that gives what was asked, found again on the picture it is
// judged on; what is so already by then is nothing to change.
func (w *why) draft(heading string, find func(q review.Question, id func() domain.ID) []review.Remedy) Draft {
	asked, want := w.asked, w.way.want
	return Draft{Heading: heading, Make: func(p Picture, id func(string) domain.ID) (domain.ChangeSet, error) {
		q, ok := asked.question(p)
		if !ok || q.Want > want {
			return domain.ChangeSet{}, nil
		}
		q.Want = want
		remedies := find(q, func() domain.ID { return id(domain.PrefixGrant) })
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
