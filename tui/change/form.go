package change

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// loadedForm is a form whose fields are read in a command; it is open before they
// are there, so that the next key is the dialog's, and takes no text until then.
type loadedForm struct {
	env     *ui.Env
	heading string
	do      func(values []string) tea.Cmd
	form    ui.Layer
	ready   bool
	old     ui.Layer // what was typed before somebody went back, nil if nobody did
}

type fieldsMsg struct {
	of     *loadedForm
	fields []ui.Field
	err    error
}

// Ask opens a form whose fields, with what they hold to begin with, are read in a
// command. do gets the texts in their order.
func Ask(env *ui.Env, heading string, load func(ctx context.Context) ([]ui.Field, error), do func(values []string) tea.Cmd) tea.Cmd {
	d := &loadedForm{env: env, heading: heading, do: do}
	d.form = ui.NewTextView(env, ui.TextView{Heading: heading, Lines: []ui.Line{ui.Text(theme.Dim, "loading"+env.Look().Sign.Ellipsis)}})
	env.Open(d)
	return env.Work("loading", func(ctx context.Context) tea.Msg {
		fields, err := load(ctx)
		return fieldsMsg{d, fields, err}
	})
}

// Resume implements ui.Resumer: what was typed, once the fields are there.
func (d *loadedForm) Resume(old ui.Layer) {
	if o, ok := old.(*loadedForm); ok && o.ready {
		d.old = o.form
		d.resume()
	}
}

func (d *loadedForm) resume() {
	if r, ok := d.form.(ui.Resumer); ok && d.ready && d.old != nil {
		r.Resume(d.old)
	}
}

func (d *loadedForm) Title() string          { return d.heading }
func (d *loadedForm) Hints() action.Table    { return d.form.Hints() }
func (d *loadedForm) View(w, h int) []string { return d.form.View(w, h) }

func (d *loadedForm) Update(msg tea.Msg) (bool, tea.Cmd) {
	if m, ok := msg.(fieldsMsg); ok {
		switch {
		case m.of != d:
		case m.err != nil:
			d.form = ui.NewTextView(d.env, ui.TextView{Heading: d.heading, Lines: Refusal(m.err)})
		default:
			d.form, d.ready = ui.NewForm(d.env, ui.Form{Heading: d.heading, Fields: m.fields, Yes: "go on", Do: d.do}), true
			d.resume()
		}
		return false, nil
	}
	return d.form.Update(msg)
}
