package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

const (
	// successStays is how long a success is shown.
	successStays = 4 * time.Second
	// busyAfter is how long work may take before it is shown.
	busyAfter = 150 * time.Millisecond
	// notesKept is how many messages the log keeps.
	notesKept = 500
)

// note is one message to the person.
type note struct {
	at    time.Time
	text  string
	error bool
}

// notes are the message shown and the log of all.
type notes struct {
	shown   *note
	log     []note
	written int       // of all, those no longer kept too
	queue   []tea.Cmd // timers asked for inside a page's Update
}

// take is the timers asked for since the last call, as one command.
func (n *notes) take() tea.Cmd {
	cmd := tea.Batch(n.queue...)
	n.queue = nil
	return cmd
}

// later keeps cmd until the command of the running Update is made.
func (r *Root) later(cmd tea.Cmd) {
	if cmd != nil {
		r.notes.queue = append(r.notes.queue, cmd)
	}
}

// tick is a timer of the console's own: for a note to go, or work to be shown.
type tick struct{ note *note }

// say shows a success. It does not cover an error, nor that keys came too fast:
// the decision that the first of them made is saved only after the others came.
func (r *Root) say(text string) tea.Cmd {
	if n := r.notes.shown; n != nil && n.text == action.TooFast && text != action.TooFast {
		text += aside + action.TooFast
	}
	n := r.write(note{at: r.cfg.Now(), text: safe.Text(text)})
	if r.notes.shown != nil && r.notes.shown.error {
		return nil
	}
	r.notes.shown = n
	return r.cfg.After(successStays, tick{n})
}

// fail shows an error until esc.
func (r *Root) fail(err error) tea.Cmd {
	if err == nil {
		return nil
	}
	r.notes.shown = r.write(note{at: r.cfg.Now(), text: safe.Text(err.Error()), error: true})
	return nil
}

func (r *Root) write(n note) *note {
	r.notes.log = append(r.notes.log, n)
	r.notes.written++
	if over := len(r.notes.log) - notesKept; over > 0 {
		r.notes.log = append([]note(nil), r.notes.log[over:]...)
	}
	return &n
}

// ticked follows a timer: a note goes if it is still the one shown; else there is
// work to show, and again while it lasts.
func (r *Root) ticked(t tick) tea.Cmd {
	if t.note != nil {
		if r.notes.shown == t.note {
			r.notes.shown = nil
		}
		return nil
	}
	if len(r.jobs.running) == 0 {
		r.jobs.ticking = false
		return nil
	}
	if r.cfg.Still {
		return r.tickedStill()
	}
	return r.cfg.After(time.Second/4, tick{})
}

// tickedStill draws once more for work that is not shown yet, and then no more: what
// it takes is not counted where nothing is to move.
func (r *Root) tickedStill() tea.Cmd {
	for _, j := range r.jobs.running {
		if r.cfg.Now().Sub(j.since) < busyAfter {
			return r.cfg.After(busyAfter, tick{})
		}
	}
	r.jobs.ticking = false
	return nil
}

// showLog opens the log of messages.
func (r *Root) showLog() tea.Cmd {
	lines := make([]ui.Line, 0, len(r.notes.log))
	for _, n := range r.notes.log {
		role := theme.Plain
		if n.error {
			role = theme.Danger
		}
		lines = append(lines, ui.Line{{Role: theme.Dim, Text: n.at.UTC().Format("15:04:05") + "Z  "}, {Role: role, Text: n.text}})
	}
	if len(lines) == 0 {
		lines = []ui.Line{ui.Text(theme.Dim, "no messages yet")}
	}
	e := r.front()
	e.layers = append(e.layers, ui.NewTextView(r.env(e), ui.TextView{Heading: "Messages", Lines: lines, AtEnd: true}))
	return nil
}

// job is work that runs in a command.
type job struct {
	id    int
	owner *entry
	asked ui.Layer // the layer that began it, nil where none did
	label string
	since time.Time
	stop  context.CancelFunc
}

// jobs are those that run now, oldest first.
type jobs struct {
	next    int
	running []*job
	ticking bool
}

// jobDone is the end of a job and the message it gave.
type jobDone struct {
	id  int
	msg tea.Msg
}

// work runs fn for e.
func (r *Root) work(e *entry, label string, fn func(context.Context) tea.Msg) tea.Cmd {
	ctx, stop := context.WithCancel(e.ctx)
	r.jobs.next++
	j := &job{id: r.jobs.next, owner: e, asked: e.asking, label: safe.Text(label), since: r.cfg.Now(), stop: stop}
	r.jobs.running = append(r.jobs.running, j)
	run := func() tea.Msg {
		defer stop()
		return jobDone{j.id, r.mark(e, fn(ctx))}
	}
	if r.jobs.ticking {
		return run
	}
	r.jobs.ticking = true
	return tea.Batch(run, r.cfg.After(busyAfter, tick{}))
}

// finish takes a job off and hands its message on. Work stopped by esc still
// tells its page: the page may be waiting for it.
func (r *Root) finish(d jobDone) tea.Cmd {
	for i, j := range r.jobs.running {
		if j.id == d.id {
			r.jobs.running = append(r.jobs.running[:i:i], r.jobs.running[i+1:]...)
			break
		}
	}
	if d.msg == nil {
		return nil
	}
	return r.route(d.msg)
}

// slow is the oldest work that has run long enough to be shown, nil if none has.
func (r *Root) slow() *job {
	for _, j := range r.jobs.running {
		if r.cfg.Now().Sub(j.since) >= busyAfter {
			return j
		}
	}
	return nil
}

// stopped cancels the work that is shown and says so.
func (r *Root) stopped(j *job) tea.Cmd {
	j.stop()
	return r.fail(errors.New("stopped: " + j.label))
}

// busyWords is what the footer says of j. Over a dialog esc is the dialog's.
func (r *Root) busyWords(j *job) string {
	words := j.label
	if !r.cfg.Still {
		words = fmt.Sprintf("%s, %.1f s", j.label, r.cfg.Now().Sub(j.since).Seconds())
	}
	if e := r.front(); e != nil && e.layer() != nil {
		return words
	}
	return words + " · esc stops it"
}
