package main

import (
	"testing"

	"countersign/review"
)

// A row that names no item is told by its place alone.
func TestJudgedLines(t *testing.T) {
	for want, j := range map[string]review.Judged{
		"Items!7: altered: \"x\" is no item's number":               {Place: "Items!7", Kind: review.RowAltered, Why: "\"x\" is no item's number"},
		"line 2, item 4, Dana, Sales Agent: accepted: keep: needed": {Place: "line 2", Item: 4, Holder: "Dana", Target: "Sales Agent", Kind: review.RowAccepted, Why: "keep: needed"},
	} {
		if got := judgedLine(j); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
