package ui_test

import (
	"strings"
	"testing"

	"countersign/tui/theme"
	"countersign/tui/ui"
)

func TestMeterLine(t *testing.T) {
	look := theme.New(theme.Options{Kind: theme.NoColour, ASCII: true}, true)
	text := func(l ui.Line) string {
		var b strings.Builder
		for _, s := range l {
			b.WriteString(s.Text)
		}
		return b.String()
	}
	m := ui.NewMeter("staging")
	if got := text(m.Line(look, 80)); !strings.Contains(got, "staging") || strings.Contains(got, "%") {
		t.Errorf("before anything is known: %q", got)
	}
	for _, c := range []struct {
		done, total int64
		want        string
	}{{0, 8, "  0 %"}, {4, 8, "  50 %"}, {8, 8, "  100 %"}, {9, 8, "  100 %"}} {
		m.Tell("items", c.done, c.total)
		got := text(m.Line(look, 80))
		if !strings.Contains(got, c.want) || !strings.Contains(got, "items  esc stops it") {
			t.Errorf("%d of %d: %q", c.done, c.total, got)
		}
	}
	if got := text(m.Line(look, 80)); !strings.Contains(got, "########") {
		t.Errorf("the bar does not read without colour: %q", got)
	}
}
