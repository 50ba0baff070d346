package ui

import (
	"fmt"
	"strings"
	"testing"
)

// TestManyOptionsLeaveTheTextInSight: where the options alone would fill the box, the text
// over them has two lines, and PgDn goes on in it.
func TestManyOptionsLeaveTheTextInSight(t *testing.T) {
	c := Choice{Heading: "Which?", What: []string{"the first of it", "the second", "the third", "the fourth"}}
	for i := range 30 {
		c.Options = append(c.Options, Option{Label: fmt.Sprintf("option %d", i)})
	}
	l := NewChoice(newWorld().Env, c)
	seen := func() string { return shows(t, l, 60, 10) }
	if got := seen(); !strings.Contains(got, "the first of it") || !strings.Contains(got, "3 more lines: PgDn") || !strings.Contains(got, "> option 0") {
		t.Errorf("it shows\n%s", got)
	}
	play(l, "pgdown")
	if got := seen(); !strings.Contains(got, "the second") || strings.Contains(got, "the first of it") {
		t.Errorf("after PgDn it shows\n%s", got)
	}
	for range 29 {
		play(l, "j")
	}
	if got := seen(); !strings.Contains(got, "> option 29") || strings.Count(got, "\n") != 9 {
		t.Errorf("at the end it shows\n%s", got)
	}
}
