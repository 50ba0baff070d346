package change

import (
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// The places tab goes through.
const (
	atReason = iota
	atCancel
	atYes
	stops
)

// dialog shows what a draft does and asks for the reason. It stays open while the
// change set is put forward, and after a refusal.
type dialog struct {
	desk   *Desk
	gen    int
	draft  Draft
	then   func() // once it was put forward, nil for nothing
	judge  func() tea.Cmd
	j      judged
	ready  bool // judged has come
	busy   bool // being put forward
	reason *ui.Input
	at     int
	fault  string
	body   []ui.Line // what it does
	drawn  []ui.Line // body for width w
	w      int
	read   ui.Reading
}

func (d *dialog) Title() string { return d.draft.Heading }

func (d *dialog) Hints() action.Table {
	t := ui.ButtonHints(d.at == atReason)
	t[2].Hint = 4
	return append(t, action.Action{Keys: []string{"pgdown"}, Help: "more effects", Hint: 3})
}

// Awaits implements ui.Awaiting: what was put forward is not left before it is told what
// became of it.
func (d *dialog) Awaits() bool { return d.busy }

// First implements ui.Placed.
func (d *dialog) First() bool { return d.at == atReason }

// Resume implements ui.Resumer: the reason.
func (d *dialog) Resume(old ui.Layer) {
	if o, ok := old.(*dialog); ok {
		d.reason.Set(o.reason.Value())
	}
}

// Typed implements ui.Dropping.
func (d *dialog) Typed() bool { return !d.busy && d.reason.Value() != "" }

func (d *dialog) Update(msg tea.Msg) (bool, tea.Cmd) {
	switch msg := msg.(type) {
	case judged:
		if msg.desk == d.desk && msg.gen == d.gen {
			d.take(msg)
		}
		return false, nil
	case proposed:
		if msg.desk != d.desk || msg.gen != d.gen {
			return false, nil
		}
		d.busy = false
		if msg.err != nil {
			d.fault = msg.err.Error()
		}
		return msg.err == nil, nil
	case tea.KeyPressMsg:
		return d.press(msg)
	case tea.PasteMsg:
		if d.at == atReason && !d.busy {
			d.reason.Update(msg)
		}
	}
	return false, nil
}

func (d *dialog) press(key tea.KeyPressMsg) (bool, tea.Cmd) {
	if d.busy {
		return false, nil
	}
	switch name := key.String(); {
	case name == "tab" || name == "down":
		d.at, d.fault = (d.at+1)%stops, ""
	case name == "shift+tab" || name == "up":
		d.at, d.fault = (d.at+stops-1)%stops, ""
	case d.read.Key(name):
	case name == "enter":
		return d.enter()
	case d.at == atReason:
		if d.reason.Update(key) {
			d.fault = ""
		}
	case name == "left" || name == "h":
		d.at = atCancel
	case name == "right" || name == "l":
		d.at = atYes
	}
	return false, nil
}

func (d *dialog) enter() (bool, tea.Cmd) {
	switch {
	case d.at == atReason:
		d.at++
	case d.at == atCancel:
		if d.Typed() {
			d.desk.env.Say(ui.Cancelled)
		}
		return true, nil
	case !d.ready:
		d.fault = "what this does is still being worked out; a moment"
	case d.unread():
		d.ready, d.body, d.w = false, nil, -1
		return false, d.judge()
	case d.closed():
		d.fault = "this cannot be proposed: see above"
	case len(safe.Text(d.reason.Value())) == 0:
		d.at, d.fault = atReason, "a reason is needed: a checker and an auditor will read it"
	default:
		d.busy, d.fault = true, ""
		return false, d.send()
	}
	return false, nil
}

// unread tells that the draft was not judged because something could not be read: that
// can be tried again, and nothing typed for it is lost.
func (d *dialog) unread() bool {
	var refused *domain.Error
	return d.ready && d.j.err != nil && !errors.As(d.j.err, &refused)
}

// closed tells that the draft was refused already.
func (d *dialog) closed() bool { return d.ready && (d.j.err != nil || d.j.verdict.Refused != nil) }

// take keeps what the draft does, in words.
func (d *dialog) take(j judged) {
	d.j, d.ready, d.w = j, true, -1
	d.body = nil
	for _, n := range d.draft.Note {
		d.body = append(d.body, ui.Plain(n))
	}
	if j.err != nil {
		d.body = append(d.body, Refusal(j.err)...)
		return
	}
	d.body = append(d.body, ui.Text(theme.Title, j.cs.Title))
	d.body = append(d.body, weight(j.pic.Org, j.verdict)...)
	d.body = append(d.body, j.about...)
	d.body = append(d.body, gains(j.pic.Org, j.verdict)...)
	if j.verdict.Refused == nil {
		for _, when := range review.TakesEffect(j.pic.Org, j.cs.Changes, j.verdict.Effects) {
			d.body = append(d.body, ui.Text(theme.Dim, "Takes effect: "+when))
		}
	}
}

// Refusal says an error and what to do.
func Refusal(err error) []ui.Line {
	var e *domain.Error
	if !errors.As(err, &e) {
		return []ui.Line{ui.Text(theme.Danger, err.Error())}
	}
	out := []ui.Line{ui.Text(theme.Danger, "Refused: "+e.Message)}
	if e.Hint != "" {
		out = append(out, ui.Text(theme.Warn, "What to do: "+e.Hint))
	}
	return out
}

// mostEffects is how many effects are listed; the summary counts all.
const mostEffects = 500

// Effects says what a verdict means, a line each: who gains and who loses what,
// what it needs and why. A line in several spans is not wrapped.
func Effects(o *domain.Org, v domain.Verdict) []ui.Line { return append(weight(o, v), gains(o, v)...) }

// weight says how much a verdict changes, what it needs and why, or the refusal.
func weight(o *domain.Org, v domain.Verdict) []ui.Line {
	if v.Refused != nil {
		return Refusal(v.Refused)
	}
	out := []ui.Line{ui.Plain(upperFirst(review.EffectsSummary(v.Effects)) + ".")}
	if v.AppliesNow() {
		out = append(out, ui.Text(theme.OK, "Applies at once: it needs nobody else."))
	} else {
		out = append(out, ui.Text(theme.Warn, "It will wait for "+Awaits(afterwards(o, v), v)+"."))
	}
	for _, r := range review.WhyWords(v) {
		out = append(out, ui.Text(theme.Dim, "because "+r))
	}
	return out
}

// afterwards is the organisation in which the things of a verdict have names.
func afterwards(o *domain.Org, v domain.Verdict) *domain.Org {
	if v.After != nil {
		return v.After
	}
	return o
}

// gains says who gains and who loses what.
func gains(o *domain.Org, v domain.Verdict) []ui.Line {
	if v.Refused != nil {
		return nil
	}
	var out []ui.Line
	lines := review.EffectLines(afterwards(o, v), v.Effects)
	for i, e := range lines {
		if i == mostEffects {
			out = append(out, ui.Text(theme.Dim, fmt.Sprintf("and %d more lines", len(lines)-mostEffects)))
			break
		}
		mark, role := "+ ", theme.Warn
		if !e.Rises {
			mark, role = "- ", theme.Danger
		}
		out = append(out, ui.Text(role, mark+e.Text))
	}
	return out
}

func upperFirst(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

func (d *dialog) View(w, h int) []string {
	t := d.desk.env.Look()
	tail := d.controls(t, w)
	if d.w != w {
		d.drawn, d.w = ui.Wrapped(d.body, w), w
	}
	if !d.ready {
		return d.read.Frame(t, []ui.Line{ui.Text(theme.Dim, "working out who gains and loses"+t.Sign.Ellipsis)}, tail, w, h)
	}
	return d.read.Frame(t, d.drawn, tail, w, h)
}

// controls are the reason and the buttons.
func (d *dialog) controls(t *theme.Theme, w int) []string {
	role := theme.Dim
	if d.at == atReason {
		role = theme.Key
	}
	out := []string{safe.Spaces(w), ui.Text(role, "Reason").Draw(t, w), d.reason.Draw(t, w, d.at == atReason && !d.busy)}
	if d.fault != "" {
		for _, l := range ui.Paragraph(theme.Danger, d.fault, w) {
			out = append(out, l.Draw(t, w))
		}
	}
	if d.busy {
		return append(out, ui.Text(theme.Dim, "proposing"+t.Sign.Ellipsis).Draw(t, w))
	}
	yes := "propose"
	switch {
	case d.unread():
		yes = "try again"
	case d.closed():
		yes = "propose (refused)"
	case d.ready && d.j.verdict.AppliesNow():
		yes = "apply now"
	}
	return append(out, ui.Buttons(t, w, []string{"Cancel", yes}, d.at-atCancel))
}
