package groups

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/action"
	"countersign/tui/change"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// The places tab goes through in the dialog of a rule.
const (
	ruleText = iota
	ruleKind
	ruleOn
	ruleCancel
	ruleYes
	ruleStops
)

// ruleDialog edits a group's rule. What it would do is worked out as it is
// typed: one at a time, the last text last.
type ruleDialog struct {
	w     acts
	id    domain.ID
	input *ui.Input
	kind  domain.RuleKind // EmailPattern or Expression
	on    bool
	at    int
	fault string

	ready bool // the present rule has come
	busy  bool // something is being worked out
	asked domain.Rule
	got   ruleTried // the last answer
	body  []ui.Line
}

// ruleTried is what a rule would do, or why it cannot be read.
type ruleTried struct {
	of      *ruleDialog
	rule    domain.Rule
	preview review.AssignPreview
	err     error
}

// rule opens the dialog on the group's present rule.
func (w acts) rule(id domain.ID) tea.Cmd {
	d := &ruleDialog{w: w, id: id, input: ui.NewInput(""), kind: domain.Expression, on: true, busy: true}
	w.Host.Open(d)
	return d.try(nil)
}

// try works out what a rule does; nil for the present one.
func (d *ruleDialog) try(r *domain.Rule) tea.Cmd {
	d.busy = true
	return d.w.Host.Work("working out who joins and leaves", func(ctx context.Context) tea.Msg {
		out := ruleTried{of: d}
		if r != nil {
			out.rule = *r
		}
		var all []review.AssignPreview
		all, out.err = d.w.runs.PreviewAssign(ctx, review.AssignInput{Groups: []domain.ID{d.id}, Rule: r})
		if len(all) == 1 {
			out.preview = all[0]
			if r == nil {
				out.rule = all[0].Plan.Rule
			}
		}
		return out
	})
}

// now is the rule as it stands in the dialog; an empty text is none.
func (d *ruleDialog) now() domain.Rule {
	text := strings.TrimSpace(d.input.Value())
	if text == "" {
		return domain.Rule{}
	}
	return domain.Rule{Kind: d.kind, Text: text, On: d.on}
}

func (d *ruleDialog) Title() string { return "Rule of the group" }

func (d *ruleDialog) Hints() action.Table {
	return action.Table{{Keys: []string{"tab"}, Help: "next", Hint: 1}, {Keys: []string{"space"}, Help: "change", Hint: 2},
		{Keys: []string{"enter"}, Help: "next, or choose", Hint: 3}, {Keys: []string{"esc"}, Help: "cancel", Hint: 4}}
}

func (d *ruleDialog) Update(msg tea.Msg) (bool, tea.Cmd) {
	switch msg := msg.(type) {
	case ruleTried:
		if msg.of == d {
			return false, d.take(msg)
		}
	case tea.KeyPressMsg:
		return d.press(msg)
	case tea.PasteMsg:
		if d.at == ruleText && d.ready && d.input.Update(msg) {
			return false, d.changed()
		}
	}
	return false, nil
}

// take keeps an answer; where the text has moved on since, it asks again.
func (d *ruleDialog) take(m ruleTried) tea.Cmd {
	d.busy = false
	if !d.ready {
		if m.err != nil && m.preview.Org == nil {
			d.body = change.Refusal(m.err)
			return nil
		}
		d.ready, d.asked = true, m.rule
		if m.rule.Kind != domain.NoRule {
			d.input.Set(m.rule.Text)
			d.kind, d.on = m.rule.Kind, m.rule.On
		}
	}
	d.got = m
	if now := d.now(); now != d.asked {
		d.asked = now
		return d.try(&now)
	}
	d.body = d.said()
	return nil
}

// changed asks what the rule does now, unless an answer is on its way: then it
// is asked when that has come.
func (d *ruleDialog) changed() tea.Cmd {
	d.fault = ""
	if d.busy || d.now() == d.asked {
		return nil
	}
	d.asked = d.now()
	return d.try(&d.asked)
}

func (d *ruleDialog) press(key tea.KeyPressMsg) (bool, tea.Cmd) {
	name := key.String()
	switch {
	case name == "tab" || name == "down" || name == "enter" && d.at < ruleCancel:
		d.at, d.fault = (d.at+1)%ruleStops, ""
	case name == "shift+tab" || name == "up":
		d.at, d.fault = (d.at+ruleStops-1)%ruleStops, ""
	case name == "enter" && d.at == ruleCancel:
		return true, nil
	case name == "enter":
		return d.enter()
	case !d.ready:
	case d.at == ruleText:
		if d.input.Update(key) {
			return false, d.changed()
		}
	case d.at == ruleKind && toggles(name):
		d.kind = map[domain.RuleKind]domain.RuleKind{domain.Expression: domain.EmailPattern, domain.EmailPattern: domain.Expression}[d.kind]
		return false, d.changed()
	case d.at == ruleOn && toggles(name):
		d.on = !d.on
		return false, d.changed()
	case d.at >= ruleCancel && toggles(name) && name != "space":
		d.at = ruleCancel + ruleYes - d.at
	}
	return false, nil
}

func toggles(name string) bool {
	return name == "space" || name == "left" || name == "right" || name == "h" || name == "l"
}

// enter goes on with what was shown, and with nothing else.
func (d *ruleDialog) enter() (bool, tea.Cmd) {
	switch {
	case !d.ready || d.busy || d.asked != d.now():
		d.fault = "who joins and leaves is still being worked out; a moment"
	case d.got.err != nil:
		d.fault = "this rule cannot be proposed: see above"
	default:
		return true, d.w.Desk.Propose(d.draft())
	}
	return false, nil
}

// draft proposes the changes that were shown, with ids of their own.
func (d *ruleDialog) draft() change.Draft {
	set := d.got.preview.Set
	name := d.got.preview.Org.Name(domain.KindGroup, d.id)
	return change.Draft{Heading: "Rule of the group", Make: func(_ change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
		out := domain.ChangeSet{Title: set.Title}
		for _, c := range set.Changes {
			if g, ok := c.After.(domain.Grant); ok && c.Before == nil {
				g.ID = newID(domain.PrefixGrant)
				c = domain.Begin(g)
			}
			if g, ok := c.After.(domain.Group); ok {
				out.Title = fmt.Sprintf("Rule of %s: %s", name, review.RuleWords(g.Rule))
			}
			out.Changes = append(out.Changes, c)
		}
		return out, nil
	}}
}

// said says what the last answer means.
func (d *ruleDialog) said() []ui.Line {
	if d.got.err != nil {
		return change.Refusal(d.got.err)
	}
	plan, o := d.got.preview.Plan, d.got.preview.Org
	if plan.Skipped != "" {
		return []ui.Line{ui.Text(theme.Dim, "Nobody joins or leaves: "+plan.Skipped+".")}
	}
	var out []ui.Line
	for _, x := range []struct {
		s         review.Standing
		one, many string
		role      theme.Role
	}{{review.Joins, "joins", "join", theme.Warn}, {review.Leaves, "leaves", "leave", theme.Danger}, {review.Barred, "is kept out", "are kept out", theme.Warn},
		{review.Waiting, "waits", "wait", theme.Dim}, {review.Stays, "stays by hand or import", "stay by hand or import", theme.Dim},
		{review.Fails, "fails", "fail", theme.Danger}} {
		if n := plan.Count(x.s); n > 0 {
			word := x.many
			if n == 1 {
				word = x.one
			}
			out = append(out, ui.Text(x.role, fmt.Sprintf("%d %s: %s", n, word, people(o, plan, x.s))))
		}
	}
	if v := d.got.preview.Verdict; len(d.got.preview.Set.Changes) > 0 {
		after := o
		if v.After != nil {
			after = v.After
		}
		switch {
		case v.Refused != nil:
			out = append(out, change.Refusal(v.Refused)...)
		case v.AppliesNow():
			out = append(out, ui.Text(theme.OK, "Applies at once: it needs nobody else."))
		default:
			out = append(out, ui.Text(theme.Warn, "It will wait for "+change.Awaits(after, v)+"."))
		}
	}
	for _, n := range plan.Notes {
		out = append(out, ui.Text(theme.Warn, "Note: "+n+"."))
	}
	return append(out, ui.Plain(fmt.Sprintf("%s already.", review.Count(plan.Members, "member", "members"))))
}

// people names the first few of those with a standing, the reason with those
// of whom there is one to know.
func people(o *domain.Org, plan review.AssignPlan, s review.Standing) string {
	const most = 6
	var out []string
	for _, r := range plan.Rows {
		if r.Standing != s {
			continue
		}
		if len(out) == most {
			return strings.Join(out, ", ") + fmt.Sprintf(" and %d more", plan.Count(s)-most)
		}
		name := o.Name(domain.KindPrincipal, r.Principal)
		if r.Why != "" && s != review.Stays {
			name += " (" + r.Why + ")"
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

func (d *ruleDialog) View(w, h int) []string {
	t := d.w.Host.Look()
	label := func(stop int, text string) string {
		role := theme.Dim
		if d.at == stop {
			role = theme.Key
		}
		return ui.Text(role, text).Draw(t, w)
	}
	pick := func(stop int, text string) string {
		role, mark := theme.Plain, "  "
		if d.at == stop {
			role, mark = theme.Selected, "> "
		}
		return ui.Line{{Role: role, Text: mark + text + " "}}.Draw(t, w)
	}
	kind, on := "an expression: email.endsWith('@company.com'), department == 'Sales'", "on: a run takes people in and out"
	if d.kind == domain.EmailPattern {
		kind = `a pattern for the whole address: .*@company\.com`
	}
	if !d.on {
		on = "off: kept, and nobody joins or leaves by it"
	}
	head := []string{label(ruleText, "Who belongs to it (empty: no rule)"), d.input.Draw(t, w, d.at == ruleText), label(ruleKind, "Written as"), pick(ruleKind, kind),
		label(ruleOn, "Auto-assignment"), pick(ruleOn, on), safe.Spaces(w)}
	var tail []string
	if d.fault != "" {
		for _, l := range ui.Paragraph(theme.Danger, d.fault, w) {
			tail = append(tail, l.Draw(t, w))
		}
	}
	tail = append(tail, safe.Spaces(w), ui.Buttons(t, w, []string{"Cancel", "go on"}, d.at-ruleCancel))
	body := ui.Wrapped(d.body, w)
	if !d.ready && len(body) == 0 || d.busy {
		body = append([]ui.Line{ui.Text(theme.Dim, "working out who joins and leaves"+t.Sign.Ellipsis)}, body...)
	}
	room := max(h-len(head)-len(tail), 1)
	out := head
	for i := range min(len(body), room) {
		line := body[i]
		if i == room-1 && i < len(body)-1 {
			line = ui.Text(theme.Dim, fmt.Sprintf("%s %d more lines", t.Sign.Ellipsis, len(body)-i))
		}
		out = append(out, line.Draw(t, w))
	}
	out = append(out, tail...)
	return out[max(len(out)-max(h, 0), 0):]
}
