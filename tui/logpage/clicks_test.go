package logpage_test

import (
	"testing"

	"countersign/tui/theme"
)

// A click selects the event it is on, in every window.
func TestClicks(t *testing.T) {
	c := open(t, newBook(t), theme.Dark, 80, 24, "")
	c.ClickRows()
	c.Keys("G")
	c.ClickRows()
}
