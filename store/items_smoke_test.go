package store_test

import (
	"context"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

func TestItemsSmoke(t *testing.T) {
	s := storetest.Open(t)
	storetest.Seed(t, s)
	var items []review.StagedItem
	for i := 1; i <= 10; i++ {
		items = append(items, review.StagedItem{No: i, Holding: storetest.BenInTier2, Holder: "Ben", Target: "T",
			Assigned: []review.Assigned{{Campaign: "cmp_1", Item: i, Stage: 1, Reviewer: "usr_ana", Rule: "manager"}}})
	}
	err := s.StageItems(context.Background(), "pop_1", func(yield func(review.StagedItem, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	c := review.Campaign{ID: "cmp_1", Name: "Q1", State: review.Active, Stage: 1, Population: "pop_1", Definition: review.Definition{Stages: []review.Stage{{}}}}
	storetest.Append(t, s, domain.Event{Type: review.EvStaged, Subject: "cmp_1"}, domain.Begin(c))
	d := review.Decision{Campaign: "cmp_1", Item: 3, Stage: 1, Reviewer: "usr_ana", Answer: review.Keep, Round: 1}
	storetest.Append(t, s, domain.Event{Type: review.EvDecided, Subject: "cmp_1/3", Actor: "usr_ana"}, domain.Begin(d))
	storetest.View(t, s, func(tx review.Tx) error {
		for _, who := range []domain.ID{"", "usr_ana"} {
			for st, want := range map[review.ItemStates]int{0: 10, review.ItemOpen: 9, review.ItemDecided: 1, review.ItemFinal: 0} {
				q := review.ItemQuery{Campaign: "Q1", Reviewer: who, State: st}
				n, err := tx.CountItems(q)
				if err != nil {
					return err
				}
				got, err := tx.Items(q)
				if err != nil {
					return err
				}
				if n != want || len(got) != want {
					t.Errorf("%q state %d: %d counted, %d listed, want %d", who, st, n, len(got), want)
				}
			}
		}
		p, err := tx.Progress("cmp_1")
		t.Log(p)
		v, err2 := tx.Votes("cmp_1", 3)
		t.Log(v, err2)
		it, err3 := tx.Item("cmp_1", 3)
		t.Logf("%+v %v", it, err3)
		return err
	})
}
