package store_test

import (
	"errors"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// Each write transaction is counted once, by its first event; one that was
// rolled back held the writer too; reading holds nothing.
func TestHolds(t *testing.T) {
	s := storetest.Open(t)
	if got := s.Holds(); len(got) != 0 {
		t.Errorf("before anything was written: %v", got)
	}
	add := func(types ...domain.EventType) func(review.WriteTx) error {
		return func(tx review.WriteTx) error {
			for _, typ := range types {
				if _, err := storetest.AppendIn(tx, domain.Event{Type: typ, Subject: "x"}); err != nil {
					return err
				}
			}
			return nil
		}
	}
	for _, fn := range []func(review.WriteTx) error{
		add(domain.EvExported), add(domain.EvExported, review.EvDecided), add(review.EvDecided), add(),
		func(tx review.WriteTx) error { return errors.Join(add(review.EvDecided)(tx), errors.New("no")) },
	} {
		_ = s.Update(bg, fn) // the last one fails, and is to be counted
	}
	if err := s.StageItems(bg, "pop_1", storetest.Each(manyItems(10)), nil); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, s, func(tx review.Tx) error { _, err := tx.Campaigns(); return err })
	want := map[string]int{string(domain.EvExported): 2, string(review.EvDecided): 2, "no event": 1,
		"staging": 1} // the items, who answers for them, and their orders
	last := s.Holds()[0].Longest
	for _, h := range s.Holds() {
		if h.Times != want[h.What] || h.Longest <= 0 || h.All < h.Longest || h.Longest > last {
			t.Errorf("%+v, where %d transactions were run", h, want[h.What])
		}
		last = h.Longest
		delete(want, h.What)
	}
	if len(want) != 0 {
		t.Errorf("not counted: %v", want)
	}
}
