package main

import (
	"testing"

	"countersign/tui/theme"
)

// drawnKeys are the keys of the fuzz: movement, filters, dialogs, tabs and letters
// that ask something. What would leave the program is not among them.
var drawnKeys = []string{"j", "k", "G", "g", "tab", "p", "P", "s", "S", "enter", "esc", "/", "?", ":", "i", "o", "f", "e", "y", "l", "h", "L", "H",
	"space", "*", "v", "up", "down", "left", "right", "pgdown", "n", "c", "t", "a", "b", "w", "u", "backspace", "M", "m"}

// Every registered page, in every theme, shows in a terminal what it meant to, after
// whatever is pressed, clicked or resized: cells and styles.
func TestEveryPageIsDrawnWell(t *testing.T) {
	kinds := []theme.Kind{theme.Dark, theme.NoColour, theme.Light, theme.HighContrast, theme.HighContrastLight}
	steps := []int{20, 8, 6, 6, 6} // a page; what is drawn is the same in all of them, the styles are not
	if testing.Short() {
		kinds, steps[0] = kinds[:1], 5
	}
	s := demoUntil(t, "decided")
	for i, kind := range kinds {
		t.Run(kind.String(), func(t *testing.T) {
			p := openEveryPage(t, s, theme.Options{Kind: kind, ASCII: kind == theme.HighContrast}, 120, 40)
			seed := uint64(100 * i)
			p.each(t, func(*testing.T) {
				seed++
				p.FuzzDrawn(seed, steps[i], drawnKeys)
				p.Keys("esc", "esc", "esc", "esc", "esc")
			})
		})
	}
}
