package change

import (
	tea "charm.land/bubbletea/v2"

	"countersign/tui/ui"
)

// Asks implements ui.Asker: what the change set does, then the reason, then whether.
func (d *dialog) Asks() ui.Question {
	q := ui.Question{Says: ui.LinesWords(d.body), Fault: d.fault}
	switch {
	case d.busy:
		q.Waiting = "it is being proposed"
	case !d.ready:
		q.Waiting = "who gains and loses is being worked out"
	case d.closed():
		q.Options = []string{"Close"}
	case d.at == atReason:
		q.Label, q.Value = "Reason", d.reason.Value()
	case d.j.verdict.AppliesNow():
		q.Options = []string{"Cancel", "apply now"}
	default:
		q.Options = []string{"Cancel", "propose"}
	}
	return q
}

// Answer implements ui.Asker.
func (d *dialog) Answer(text string) (bool, tea.Cmd) {
	if d.busy || d.at != atReason {
		return false, nil
	}
	d.reason.Set(text)
	d.at, d.fault = atCancel, ""
	return false, nil
}

// Choose implements ui.Asker.
func (d *dialog) Choose(i int) (bool, tea.Cmd) {
	switch {
	case d.busy:
		return false, nil
	case i == 0:
		return true, nil
	}
	d.at = atYes
	return d.enter()
}

// Held implements ui.Holder.
func (d *loadedForm) Held() ui.Layer { return d.form }

var _ ui.Asker = (*dialog)(nil)
