package tui_test

import (
	"context"
	"errors"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/tuitest"
	"countersign/tui/ui"
)

type actDone struct{ err error }

// TestEscInAWaitingDialogStopsNothingElse: esc in a dialog that waits for its act stops
// what that dialog began, and no other work of the page; nor does the footer offer that
// esc stops it, while a dialog is open.
func TestEscInAWaitingDialogStopsNothingElse(t *testing.T) {
	d := start(t, 1000, 100, 24)
	export := d.page.slow() // begun, not run: it takes long
	d.Advance(time.Second)
	d.Has("counting, 1.0 s · esc stops it")
	d.page.h.Open(ui.NewAsk(d.page.h.Env, ui.Ask{Heading: "Approve it", Fields: []ui.Field{{Label: "Note"}},
		Do: func([]string) tea.Cmd {
			return d.page.h.Work("approving", func(ctx context.Context) tea.Msg { return actDone{ctx.Err()} })
		},
		Done: func(msg tea.Msg) (bool, error) {
			m, mine := msg.(actDone)
			return mine, m.err
		}}))
	d.Has("counting, 1.0 s")
	d.HasNot("esc stops it")
	_, act := d.root.Update(tuitest.Key("enter"))
	d.Advance(time.Second)
	d.Keys("esc")
	d.Has("Approve it")
	d.HasNot("stopped")
	d.Send(flat(export)...)
	if done, ok := d.page.received[len(d.page.received)-1].(slowDone); !ok || done.err != nil {
		t.Errorf("the page got %v, want the end of its own work, not stopped", d.page.received[len(d.page.received)-1])
	}
	d.Send(flat(act)...)
	d.Has(context.Canceled.Error()) // in the dialog: it was its own
	if done, ok := d.page.received[len(d.page.received)-1].(actDone); !ok || !errors.Is(done.err, context.Canceled) {
		t.Errorf("the page got %v, want the dialog's act stopped", d.page.received[len(d.page.received)-1])
	}
}
