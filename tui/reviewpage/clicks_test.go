package reviewpage

import "testing"

// A click selects the item it is on, in every window: what is decided then is
// that one.
func TestClicks(t *testing.T) {
	c := open(t, 40, 80, 24)
	c.ClickRows()
	c.Keys("G", "k", "k")
	c.ClickRows()
}
