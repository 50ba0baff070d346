package campaigns_test

import (
	"testing"

	"countersign/review"
	"countersign/tui/theme"
)

// A click selects the row it is on, in every window: of the campaigns, of one's
// items, of its work list.
func TestClicks(t *testing.T) {
	c := open(t, newOffice(t, review.Active), theme.Dark, 80, 24)
	c.ClickRows()
	c.Keys("g", "w")
	c.ClickRows()
	c.Keys("esc", "g", "enter")
	c.ClickRows()
}
