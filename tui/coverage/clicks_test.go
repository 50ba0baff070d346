package coverage_test

import (
	"testing"

	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// A click selects the row it is on, in every window.
func TestClicks(t *testing.T) {
	open(t, &office{World: orgtest.New(t), actor: "usr_ana"}, theme.Dark, 80, 24).ClickRows()
}
