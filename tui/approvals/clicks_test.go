package approvals

import (
	"testing"

	"countersign/tui/theme"
)

// A click selects what it is on, in every window: what waits, and the items of a
// packet.
func TestClicks(t *testing.T) {
	for _, first := range []string{"", "cmp_q4/1/usr_ana"} {
		d, _ := open(t, theme.Dark, &desk{}, first, 80, 24)
		d.ClickRows()
	}
}
