package policy_test

import (
	"testing"

	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// A click selects the row it is on, in every window.
func TestClicks(t *testing.T) {
	start(t, orgtest.New(t), theme.Dark, 80, 24).ClickRows()
}
