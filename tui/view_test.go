package tui

import (
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// A box's edge may fall into the middle of a wide character: the piece is as wide
// as asked all the same, and what is left of the character is blank.
func TestCutIsAsWideAsAsked(t *testing.T) {
	line := "a\x1b[1m株式\x1b[mb会社 Jose\u0301 c"
	for from := range 18 {
		for to := from; to < 18; to++ {
			if got := ansi.StringWidth(cut(line, from, to)); got != to-from {
				t.Errorf("from %d to %d: %d cells of %q", from, to, got, cut(line, from, to))
			}
		}
	}
	if got := ansi.Strip(cut(line, 2, 6)); got != " 式b" {
		t.Errorf("%q, want a blank for the half of the first", got)
	}
}
