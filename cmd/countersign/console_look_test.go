package main

import (
	"testing"

	"countersign/review"
	"countersign/store/storetest"
	"countersign/tui"
	"countersign/tui/theme"
)

// Opening the pages and moving over what they show writes nothing: no table
// has another row after it, least of all one of a decision, and no item comes
// with an answer. The same keys with one that decides write one decision.
func TestLookingWritesNothing(t *testing.T) {
	s := demoUntil(t, "launched")
	path := s.store.Path()
	p := openEveryPage(t, s, theme.Options{Kind: theme.NoColour}, 160, 40)
	var mine review.ItemQuery
	answered := func() (items, n int) {
		storetest.View(t, s.store, func(tx review.Tx) error {
			all, err := tx.Items(mine)
			for _, it := range all {
				if it.Decision != (review.Decision{}) {
					n++
				}
			}
			items = len(all)
			return err
		})
		return items, n
	}
	storetest.View(t, s.store, func(tx review.Tx) error {
		all, err := tx.Campaigns()
		if len(all) > 0 {
			mine = review.ItemQuery{Campaign: all[0].ID, Reviewer: s.actor.Principal}
		}
		return err
	})
	items, n := answered()
	if items < 3 || n > 0 {
		t.Fatalf("of %d items %d come decided", items, n)
	}
	before := storetest.Rows(t, path)
	p.each(t, func(t *testing.T) {
		p.Keys("j", "j", "k", "G", "g", "n", "N", ".", "enter", "esc", "tab", "p", "p", "?", "esc", ":", "esc", "f5", "esc", "esc")
		storetest.SameRows(t, "looking", before, storetest.Rows(t, path))
	})
	p.Send(tui.SwitchMsg{ID: p.cfg.Pages[0].ID})
	p.Send(tui.PushMsg{ID: "review", Arg: p.args["review"]})
	p.Keys("g", "space", "space") // marked, and not
	for range items {
		p.Keys("j")
	}
	storetest.SameRows(t, "moving over every item", before, storetest.Rows(t, path))
	if _, n := answered(); n > 0 {
		t.Errorf("%d items are decided by looking", n)
	}
	p.Keys("g", "n", "e", "esc", "d", "esc", "F", "esc", "A", "esc") // asked, and called off
	storetest.SameRows(t, "what was called off", before, storetest.Rows(t, path))
	p.Keys("t")
	p.Type("I do not know them")
	p.Keys("enter")
	if _, n := answered(); n != 1 || storetest.Rows(t, path)["decision"] != before["decision"]+1 {
		t.Errorf("one item was answered, and %d are:\n%s", n, p.Frame())
	}
}
