package tui_test

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui"
	"countersign/tui/theme"
)

// TestProgramDecidesOnceInOneRead runs the console in the real program, its input
// one write of seven decision keys and the key that leaves.
func TestProgramDecidesOnceInOneRead(t *testing.T) {
	var page *itemsPage
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	root, err := tui.New(tui.Config{
		Product: "Countersign", Theme: theme.Options{Kind: theme.NoColour}, Now: func() time.Time { return now },
		Pages: []tui.PageSpec{{ID: "items", Title: "My items", Key: "1", New: func(h *tui.Host, arg string) tui.Page {
			p := newItems(items(200))(h, arg)
			page, _ = p.(*itemsPage)
			return p
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	in, typed := io.Pipe()
	var out bytes.Buffer
	loaded := make(chan struct{})
	filter := func(_ tea.Model, msg tea.Msg) tea.Msg {
		select {
		case <-loaded:
		default:
			if page != nil {
				if _, ok := page.list.Selected(); ok {
					close(loaded)
				}
			}
		}
		return msg
	}
	p := tea.NewProgram(root, tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(&out), tea.WithWindowSize(80, 24),
		tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithFilter(filter), tea.WithoutSignals())
	go func() {
		for waiting := true; waiting; {
			p.Send(nil) // passes the filter, which sees when the rows are there
			select {
			case <-loaded:
				waiting = false
			case <-ctx.Done():
				return
			default:
			}
		}
		_, _ = typed.Write([]byte("aaaaaaaq"))
	}()
	if _, err := p.Run(); err != nil {
		t.Fatal(err)
	}
	if len(page.decided) != 1 {
		t.Errorf("%d decisions from one read of seven keys, want 1", len(page.decided))
	}
	if !bytes.Contains(out.Bytes(), []byte("Deployments")) {
		t.Error("nothing was drawn")
	}
}
