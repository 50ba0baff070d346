package groups_test

import (
	"testing"

	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// A click selects the row it is on, in every window.
func TestClicks(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 80, 24)
	d.ClickRows()
	find(d, "Tier 1 Support")
	d.Keys("enter")
	d.ClickRows()
}
