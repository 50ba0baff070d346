package main

import (
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// A reviewer decides more than fifty items in every way there is, takes one back and
// makes it again, hands one on, and signs.
func TestAReviewerReviewsFifty(t *testing.T) {
	if testing.Short() {
		t.Skip("a whole review in a terminal")
	}
	t.Parallel()
	db, as := toDemo(t, "launched")
	as("carlos.mendez", "review", "delegate", "4", "10", "15", "17-21", "47", "57", "58", "61", "62", "65", "85", "94", "95", "103", "105-108", "116-124",
		"--to", "helen.osei@acme.example", "--reason", "she knows them")
	x := consoleAs(t, db, "helen.osei")
	x.press("2", " 0 of 62 decided")
	const own = 5 // more rows: her own access, which others decide

	// Many at once, to a lower level: what is of high risk is left out.
	x.filter("level:edit kind:area")
	x.press("*", "marked")
	x.press("E", "Reduce to")
	x.press("\r", "Reduce 5 items?")
	x.shows("3 high-risk items are left out")
	x.reasons("reading is enough", "reduce 5")
	x.counts(5)

	// One at a time, to a level from the ladder.
	x.clears(62 + own)
	x.filter("level:edit kind:agent !decided")
	x.press("e", "Level of item")
	x.press("1", why)
	x.press("use is enough", "use is enough")
	x.types("\r")
	x.counts(6)
	x.clears(62 + own)

	// One of Imre's is somebody else's to know.
	x.filter("imre kind:group !decided")
	x.press("H", "Hand on to whom?")
	x.press("ruth", "> Ruth Adeyemi")
	x.press("\r", "Hand on 1 item?")
	x.press("her consultant", "her consultant")
	x.press("\r", "1 item handed on to Ruth Adeyemi")
	x.shows(" of 61 decided")
	x.clears(61 + own)

	// Each in turn: kept, revoked, abstained; one with a comment written before.
	x.types("gn")
	for _, step := range []string{"a", "d", "a", "t", "d", "a"} {
		x.decides(step, "as it should be")
	}
	x.press("c", "Comment on item")
	x.press("said beforehand", "said beforehand")
	x.types("\r")
	x.gone("Comment on item")
	x.decides("d", "")
	x.counts(13)

	// Taken back, made again, taken back for good.
	x.types("u")
	x.counts(12)
	x.types("U")
	x.counts(13)

	// Three marked, and revoked together.
	x.filter("kind:group !decided level:member")
	x.press("   ", "3 marked")
	x.press("D", "Revoke 3 items?")
	x.reasons("left these teams", "revoke 3")
	x.counts(16)
	x.clears(61 + own)

	// What is left is kept together, and what is of high risk one by one.
	x.filter("!decided")
	x.press("*", "marked")
	x.press("A", "high-risk items are left out")
	x.press("known and needed", "known and needed")
	x.types("\r")
	x.shows("> Cancel")
	x.press("\x1b[C", "> keep ")
	x.types("\r")
	x.gone("> keep ")
	x.until("the bulk is not decided", func(s string) bool { return !strings.Contains(s, " 16 of 61") })
	x.clears(61 + own)
	x.types("g")
	for n, of := x.decided(); n < of; n, of = x.decided() {
		x.types("gn")
		x.decides("a", "looked at on its own")
	}
	x.press("F", "Type Q4 2026 to go on")
	x.shows("You sign as helen.osei@acme.example.")
	x.press("Q4 2026\r", "> Cancel")
	x.press("\x1b[C", "> sign off")
	x.press("\r", "signed off: ")
	x.leaves()

	p := progress(t, db, "helen.osei")
	if p.State != review.Signed || p.Items != 61 || p.Decided != 61 || p.Reduce != 6 || p.Abstain != 1 || p.Revoke != 3+3 || p.Keep != 61-13 || p.Bulk < 8 {
		t.Errorf("it came to %+v", p)
	}
	looksInto(t, db, func(tx review.Tx) error {
		for typ, want := range map[domain.EventType]int{review.EvUndone: 1, review.EvSigned: 1, review.EvDelegated: 2} {
			got, err := tx.Events(review.EventQuery{Types: []domain.EventType{typ}, Limit: 100})
			if err != nil {
				return err
			}
			if len(got) != want {
				t.Errorf("%d events %s, want %d", len(got), typ, want)
			}
		}
		return nil
	})
	if out := as("helen.osei", "review", "list", "--json"); !strings.Contains(out, "said beforehand") {
		t.Error("the comment written beforehand is not the reason of its decision")
	}
}
