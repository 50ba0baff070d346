package definitions_test

import (
	"testing"

	"countersign/tui/theme"
)

// A click selects the row it is on, in every window.
func TestClicks(t *testing.T) {
	open(t, newShelf(t), theme.Dark, 80, 24).ClickRows()
}
