package tui_test

import (
	"context"
	"image/color"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui"
	"countersign/tui/action"
)

// asking is a page that hands its host out.
type asking struct{ h *tui.Host }

func (asking) Init() tea.Cmd          { return nil }
func (asking) Update(tea.Msg) tea.Cmd { return nil }
func (asking) View(int, int) string   { return "" }
func (asking) Actions() action.Table  { return nil }
func (asking) Title() string          { return "Ask" }

// A source asks for the theme where it loads its rows, which is not where the
// terminal's answer about its background arrives. The race detector is the judge.
func TestLookIsAskedInCommands(t *testing.T) {
	var page asking
	r, err := tui.New(tui.Config{Now: time.Now, Context: context.Background(), Pages: []tui.PageSpec{{ID: "ask",
		New: func(h *tui.Host, _ string) tui.Page { page.h = h; return page }}}})
	if err != nil {
		t.Fatal(err)
	}
	r.Init()
	done := make(chan bool)
	go func() {
		defer close(done)
		for range 100 {
			if page.h.Look() == nil {
				t.Error("there is no theme")
			}
		}
	}()
	for i := range 100 {
		r.Update(tea.BackgroundColorMsg{Color: color.Gray{Y: uint8(i%2) * 255}})
	}
	<-done
}
