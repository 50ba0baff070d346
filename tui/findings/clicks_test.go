package findings_test

import (
	"testing"

	"countersign/tui/theme"
)

// A click selects the row it is on, in every window.
func TestClicks(t *testing.T) {
	d, _ := start(t, troubled(t), theme.Dark, 80, 24)
	d.ClickRows()
}
