package review_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// between is a store that lets a test act between the parts of a bulk and its
// last event, or end the bulk after some parts.
type between struct {
	*store.Store
	most int // parts; 0: all
	then func()
}

var errEnough = errors.New("enough")

func (b between) InParts(ctx context.Context, n, size int, fn func(review.WriteTx, int, int) error) error {
	part := 0
	err := b.Store.InParts(ctx, n, size, func(tx review.WriteTx, from, to int) error {
		if part++; b.most > 0 && part > b.most {
			return errEnough
		}
		return fn(tx, from, to)
	})
	if b.then != nil {
		b.then()
	}
	return err
}

const many = 1200 // more than one transaction takes

// manyItems is a world whose Tom has many items, all of Dana's.
func manyItems(t *testing.T) (*world, review.Campaign, []review.DecisionInput) {
	w := newWorld(t)
	var recs []domain.Record
	for i := range many {
		id := domain.ID(fmt.Sprintf("agt_m%04d", i))
		recs = append(recs, domain.Agent{ID: id, Name: fmt.Sprintf("Many %04d", i), AccessType: domain.GroupRestricted},
			domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_m%04d", i)), Holder: principalHolder(danaID), Target: onAgent(id), Level: domain.ViewUse})
	}
	w.seed(recs...)
	c, err := w.svc.NewCampaign(context.Background(), w.admin, review.Campaign{Name: "Q1", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, Principals: []domain.ID{danaID}},
			Stages: []review.Stage{{Reviewers: []string{review.ByManager}}}}})
	w.must(err)
	_, err = w.svc.Stage(context.Background(), w.admin, c.ID, nil)
	w.must(err)
	c, err = w.svc.Launch(context.Background(), w.cleo, c.ID)
	w.must(err)
	var in []review.DecisionInput
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID, Reviewer: tomID}) {
		if !it.HighRisk {
			in = append(in, review.DecisionInput{Item: it.No, Answer: review.Revoke, Reason: "not used"})
		}
	}
	if len(in) < many {
		t.Fatalf("Tom has %d items", len(in))
	}
	return w, c, in
}

// seen counts what anybody is shown of decisions: lists, counts, figures,
// versions, votes. They must agree.
func (w *world) seen(c review.Campaign) int {
	w.t.Helper()
	lists, votes := 0, 0
	var counted int
	var figures []review.Progress
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) {
		for _, it := range w.items(review.ItemQuery{Campaign: c.ID}) {
			if it.Decision.Answer != review.Silent {
				lists++
			}
			got, err := tx.Votes(c.ID, it.No)
			if err != nil {
				return err
			}
			if len(got) > 0 {
				votes++
			}
		}
		if counted, err = tx.CountItems(review.ItemQuery{Campaign: c.ID, Reviewer: tomID, State: review.ItemDecided}); err != nil {
			return err
		}
		figures, err = tx.Progress(c.ID)
		return err
	})
	percent, err := w.svc.Percentages(context.Background(), c.ID)
	w.must(err)
	done := 0
	for _, p := range figures {
		done += p.Decided
	}
	if n := percent.Stages[0].Answered; lists != votes || lists != counted || lists != done || lists != n {
		w.t.Errorf("lists show %d, versions %d, counts %d, figures %d and percentages %d decisions", lists, votes, counted, done, n)
	}
	return lists
}

// A bulk that ends half-way, as by the death of the process, is seen by
// nobody and in nobody's way: an item of it can be decided alone, and all of it
// again; and its log verifies.
func TestABulkThatEndsHalfWayIsNeverSeen(t *testing.T) {
	w, c, in := manyItems(t)
	half := review.New(between{Store: w.s, most: 2})
	if _, err := half.Decide(context.Background(), w.tom, c.ID, in); !errors.Is(err, errEnough) {
		t.Fatalf("the bulk ended with %v", err)
	}
	if n := w.seen(c); n != 0 {
		t.Errorf("%d decisions of an unfinished bulk are seen", n)
	}
	w.must(w.decide(w.tom, c, review.DecisionInput{Item: in[0].Item, Answer: review.Keep})) // its row is there
	w.must(w.decide(w.tom, c, review.DecisionInput{Item: in[many-1].Item, Answer: review.Keep}))
	if n := w.seen(c); n != 2 {
		t.Errorf("%d decisions are seen, where two were made", n)
	}
	got, err := w.svc.Decide(context.Background(), w.tom, c.ID, in)
	w.must(err)
	if n := w.seen(c); n != len(in) || len(got.Decisions) != len(in) {
		t.Errorf("%d decisions are seen, and %d told, of %d", n, len(got.Decisions), len(in))
	}
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID, Reviewer: tomID}) {
		if it.HighRisk {
			continue
		}
		if it.Decision.Answer != review.Revoke || it.Decision.Bulk != len(in) || it.Decision.Batch == "" {
			t.Fatalf("item %d stands as %+v", it.No, it.Decision)
		}
	}
	if _, err := w.svc.UndoDecision(context.Background(), w.tom, c.ID, in[0].Item); err != nil {
		t.Error(err)
	}
	if _, err := w.svc.UndoDecision(context.Background(), w.tom, c.ID, in[1].Item); err != nil {
		t.Error(err)
	}
	first, second := w.items(review.ItemQuery{Campaign: c.ID, No: in[0].Item})[0], w.items(review.ItemQuery{Campaign: c.ID, No: in[1].Item})[0]
	if first.Decision.Answer != review.Keep || second.Decision.Answer != review.Silent {
		t.Errorf("taken back, they are %s and %s", first.Decision.Answer, second.Decision.Answer)
	}
	again, err := w.svc.Replay(context.Background(), c.ID, nil)
	if err != nil || len(again.Differences) > 0 {
		t.Errorf("played again: %v %v", err, again.Differences)
	}
	rep, err := w.s.Verify(context.Background(), store.VerifyOptions{})
	if err != nil || !rep.OK() {
		t.Errorf("the log: %v %q", err, rep.Faults)
	}
}

// Whatever happens between the parts and the last event ends the bulk: nothing
// of it is in force.
func TestABulkIsAllOrNothing(t *testing.T) {
	ctx := context.Background()
	for _, one := range []struct {
		what string
		then func(*world, review.Campaign, []review.DecisionInput)
		rule string
		left int // decisions that stand
	}{
		{"one item decided in another window", func(w *world, c review.Campaign, in []review.DecisionInput) {
			w.must(w.decide(w.tom, c, review.DecisionInput{Item: in[5].Item, Answer: review.Keep}))
		}, "busy", 1},
		{"the due date over", func(w *world, c review.Campaign, _ []review.DecisionInput) { w.clock.Set(c.Due.Add(time.Hour)) }, "late", 0},
		{"the campaign cancelled", func(w *world, c review.Campaign, _ []review.DecisionInput) {
			_, _, err := w.svc.Cancel(ctx, w.admin, c.ID, "not needed")
			w.must(err)
		}, "not-active", 0},
	} {
		w, c, in := manyItems(t)
		svc := review.New(between{Store: w.s, then: func() { one.then(w, c, in) }})
		_, err := svc.Decide(ctx, w.tom, c.ID, in)
		var e *domain.Error
		if !errors.As(err, &e) || e.Rule != one.rule {
			t.Errorf("%s: %v", one.what, err)
		}
		if n := w.seen(c); n != one.left {
			t.Errorf("%s: %d decisions are seen, where %d stand", one.what, n, one.left)
		}
	}
}

// What refuses an act on one item refuses the bulk it is in, before anything is
// written.
func TestALargeBulkIsJudgedFirst(t *testing.T) {
	w, c, in := manyItems(t)
	ctx := context.Background()
	size := func() (n int64) {
		storetest.View(t, w.s, func(tx review.Tx) error { h, err := tx.Log(); n = h.Size; return err })
		return n
	}
	noReason := append([]review.DecisionInput(nil), in...)
	noReason[many/2].Reason = ""
	twice := append([]review.DecisionInput(nil), in...)
	twice[1].Item = twice[0].Item
	for _, one := range []struct {
		what string
		who  domain.Actor
		in   []review.DecisionInput
		adds int64 // events: the refusal's
	}{
		{"no reason", w.tom, noReason, 1}, {"one twice", w.tom, twice, 0},
		{"another's items", w.eve, in, 1}, {"nobody", domain.Actor{}, in, 1},
	} {
		before := size()
		if _, err := w.svc.Decide(ctx, one.who, c.ID, one.in); err == nil {
			t.Errorf("%s: done", one.what)
		}
		if n := size() - before; n != one.adds {
			t.Errorf("%s: %d events, where %d belong", one.what, n, one.adds)
		}
	}
	if n := w.seen(c); n != 0 {
		t.Errorf("%d decisions are seen", n)
	}
}
