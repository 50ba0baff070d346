package areas_test

import (
	"testing"

	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// A click selects the area it is on, in every window.
func TestClicks(t *testing.T) {
	d := start(t, orgtest.New(t), "principal:usr_mal", theme.Dark, 80, 24)
	d.ClickRows()
	d.Keys("L", "G")
	d.ClickRows()
}
