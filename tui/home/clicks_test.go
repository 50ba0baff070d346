package home

import (
	"testing"

	"countersign/tui/theme"
)

// A click selects the row it is on, in every window.
func TestClicks(t *testing.T) {
	d, _ := open(t, theme.Dark, &reads{pic: busy()}, 80, 24)
	d.ClickRows()
}
