package agents_test

import (
	"testing"

	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// A click selects the row it is on, in every window.
func TestClicks(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 80, 24)
	d.ClickRows()
	d.Keys("g", "enter")
	d.ClickRows()
}
