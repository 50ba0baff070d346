package ui_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/tuitest/orgtest"
	"countersign/tui/ui"
)

func drawnChart(t *theme.Theme, w int, lines []ui.Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.Draw(t, w) + "\n")
	}
	return t.Fit(b.String())
}

func charts(w int) []ui.Line {
	out := ui.Bars([]ui.Bar{{Label: "Helen Osei", N: 9, Of: 40, Role: theme.Warn, Note: "open"}, {Label: orgtest.Hostile, N: 20, Of: 20, Role: theme.OK, Note: "signed"}, {Label: "Tom", Of: 1}}, w)
	out = append(append(out, nil), ui.Mix([]ui.Part{{"+", "keep", 30, theme.OK}, {"~", "reduce", 4, theme.Warn}, {"x", "revoke", 5, theme.Danger}, {".", "undecided", 21, theme.Dim}}, w)...)
	return append(append(out, nil), ui.Burndown([]ui.Day{{"10-05", 60, 60}, {"10-06", 55, 45}, {"10-07", 21, 30}, {"10-08", -1, 15}, {"10-09", -1, 0}}, w)...)
}

// The charts read without colour, in ASCII, and at 60 columns.
func TestChartsGolden(t *testing.T) {
	for _, c := range []struct {
		name string
		o    theme.Options
		w    int
	}{{"dark-100", theme.Options{Kind: theme.Dark}, 100}, {"no-colour-60", theme.Options{Kind: theme.NoColour}, 60}, {"ascii-60", theme.Options{Kind: theme.NoColour, ASCII: true}, 60}} {
		tuitest.Golden(t, "chart-"+c.name, drawnChart(theme.New(c.o, true), c.w, charts(c.w)))
	}
}

func wide(l ui.Line) (n int) {
	for _, s := range l {
		n += safe.Width(safe.Text(s.Text))
	}
	return n
}

// No line of a chart is wider than its window, and no part of a bar is lost.
func TestChartsKeepToTheirWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.IntRange(24, 120).Draw(t, "w")
		var bars []ui.Bar
		var days []ui.Day
		var parts []ui.Part
		sum := 0
		for i := range rapid.IntRange(1, 6).Draw(t, "n") {
			of := rapid.IntRange(0, 2_000_000).Draw(t, "of")
			n := rapid.IntRange(0, of).Draw(t, "n")
			bars = append(bars, ui.Bar{Label: rapid.SampledFrom([]string{"a", "Helen Osei", orgtest.Hostile}).Draw(t, "label"), N: n, Of: of})
			days = append(days, ui.Day{Label: "10-05", Open: n - 1, Even: of})
			parts = append(parts, ui.Part{Sign: string("+~x.-!"[i]), Word: "w", N: n})
			sum += n
		}
		for _, l := range append(ui.Bars(bars, w), ui.Burndown(days, w)...) {
			if got := wide(l); got > w {
				t.Fatalf("%d cells in a window of %d: %v", got, w, l)
			}
		}
		mix := ui.Mix(parts, w)
		if sum > 0 && wide(mix[0]) != w {
			t.Fatalf("the mix is %d cells wide, not %d", wide(mix[0]), w)
		}
	})
}
