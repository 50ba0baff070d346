package storetest

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"testing"

	"countersign/domain"
	"countersign/review"
)

func reassigned(t *testing.T, s review.Store) {
	stagedCampaign(t, s)
	who := func(item int) domain.ID {
		var id domain.ID
		View(t, s, func(tx review.Tx) error {
			it, err := tx.Item(theCamp, item)
			id = it.Reviewer
			return err
		})
		return id
	}
	check := func(what string, of1, of2 []int) {
		t.Helper()
		View(t, s, func(tx review.Tx) error {
			if a, b := nos(t, tx, review.ItemQuery{Reviewer: r1}), nos(t, tx, review.ItemQuery{Reviewer: r2}); !slices.Equal(a, of1) || !slices.Equal(b, of2) {
				t.Errorf("%s: r1 answers for %v, r2 for %v; want %v and %v", what, a, b, of1, of2)
			}
			return nil
		})
	}
	check("as staged", []int{1, 2, 3}, []int{3, 4, 5, 6})
	if who(3) != r1 {
		t.Errorf("item 3 is shown for %s, not the first assigned", who(3))
	}
	Append(t, s, domain.Event{Type: review.EvDecided, Actor: r2}, domain.Begin(decided(3, r2, review.Keep, 1)))
	if who(3) != r2 {
		t.Errorf("item 3 is shown for %s, not who decided", who(3))
	}
	to := func(item int, who domain.ID) review.Assigned {
		return review.Assigned{Campaign: theCamp, Item: item, Stage: 1, Reviewer: who, Rule: "reassigned"}
	}
	Append(t, s, domain.Event{Type: review.EvReassigned}, domain.Begin(to(1, r2)), domain.Begin(to(6, r1)))
	check("two handed over", []int{2, 3, 6}, []int{1, 3, 4, 5})
	Append(t, s, domain.Event{Type: review.EvReassigned}, domain.End(to(1, r2)), domain.Begin(to(1, r1)), domain.Begin(to(3, r1)))
	check("one handed back, one replaced", []int{1, 2, 3, 6}, []int{4, 5})
	goOn(t, s)
	View(t, s, func(tx review.Tx) error {
		it, err := tx.Item(theCamp, 6)
		if it.Reviewer != r1 || it.Rule != "reassigned" || it.Assigned[0].Reviewer != r2 {
			t.Errorf("item 6 is %s's by %q, staged for %s", it.Reviewer, it.Rule, it.Assigned[0].Reviewer)
		}
		if three, err := tx.Item(theCamp, 3); err != nil || three.Reviewer != r1 || three.Decision.Answer != review.Silent {
			t.Errorf("what the former reviewer decided still stands: %+v, %v", three.Decision, err)
		}
		if got := nos(t, tx, review.ItemQuery{Stage: 2, Reviewer: r3}); !slices.Equal(got, []int{1, 2, 3, 4, 6}) {
			t.Errorf("in stage 2 r3 answers for %v", got)
		}
		return err
	})
}

// goOn rules on every item in stage 1: all go on to stage 2 but item 5.
func goOn(t *testing.T, s review.Store) {
	t.Helper()
	var put []domain.Change
	for no := 1; no <= 6; no++ {
		put = append(put, domain.Begin(review.Ruling{Campaign: theCamp, Item: no, Stage: 1, Answer: review.Keep, Stops: no == 5, Iteration: 1}))
	}
	Append(t, s, domain.Event{Type: review.EvRuled, Subject: "cmp_1"}, put...)
}

func votes(t *testing.T, s review.Store) {
	stagedCampaign(t, s)
	first, second := decided(3, r1, review.Keep, 1), decided(3, r1, review.Reduce, 1)
	second.Level, second.Reason, second.Bulk, second.Seconds, second.Opened = domain.Read, "too much", 4, 12, true
	others := decided(3, r2, review.Revoke, 1)
	a := Append(t, s, domain.Event{Type: review.EvDecided, Actor: r1}, domain.Begin(first))
	b := Append(t, s, domain.Event{Type: review.EvDecided, Actor: r2}, domain.Begin(others), domain.Begin(decided(30, r2, review.Keep, 1)))
	c := Append(t, s, domain.Event{Type: review.EvDecided, Actor: r1}, domain.Replace(first, second))
	View(t, s, func(tx review.Tx) error {
		got, err := tx.Votes(theCamp, 3)
		if err != nil {
			return err
		}
		want := []review.Versioned[review.Decision]{{Row: first, From: a, To: c, By: r1}, {Row: others, From: b, By: r2}, {Row: second, From: c, By: r1}}
		if len(got) != len(want) {
			t.Fatalf("votes %+v", got)
		}
		for i := range want {
			e, err := tx.Event(want[i].From)
			if err != nil {
				return err
			}
			want[i].At = e.Time
			if got[i] != want[i] {
				t.Errorf("vote %d is %+v, want %+v", i, got[i], want[i])
			}
		}
		return nil
	})
}

func progress(t *testing.T, s review.Store) {
	stagedCampaign(t, s)
	bulk := decided(4, r2, review.Keep, 1)
	bulk.Bulk = 2
	Append(t, s, domain.Event{Type: review.EvDecided},
		domain.Begin(decided(1, r1, review.Keep, 1)), domain.Begin(decided(2, r1, review.Revoke, 1)),
		domain.Begin(bulk), domain.Begin(decided(5, r2, review.Reduce, 1)), domain.Begin(decided(6, r2, review.Abstain, 1)),
		domain.Begin(review.Packet{Campaign: theCamp, Stage: 1, Reviewer: r1, State: review.Returned, Round: 2}),
		domain.Begin(review.ItemReturn{Campaign: theCamp, Item: 2, Stage: 1, Reviewer: r1, Round: 2}),
		domain.Begin(review.Outcome{Campaign: theCamp, Item: 1, Result: review.Retained}),
		domain.Begin(review.Outcome{Campaign: theCamp, Item: 4, Result: review.Failed}),
		domain.Begin(review.Assigned{Campaign: theCamp, Item: 6, Stage: 1, Reviewer: r1}))
	goOn(t, s)
	View(t, s, func(tx review.Tx) error {
		got, err := tx.Progress(theCamp)
		want := []review.Progress{
			{Stage: 1, Reviewer: r1, Items: 4, Decided: 1, Keep: 1, Returned: 1, State: review.Returned, Settled: 1},
			{Stage: 1, Reviewer: r2, Items: 3, Decided: 2, Keep: 1, Reduce: 1, Bulk: 1}, // what r2 said of 6 counts no more
			{Stage: 2, Reviewer: r3, Items: 5, Settled: 1},
		}
		if !slices.Equal(got, want) {
			t.Errorf("progress\n%+v, want\n%+v", got, want)
		}
		return err
	})
}

// all gathers what a store yields.
func all[T any](t *testing.T, rows iter.Seq2[T, error]) (out []T) {
	t.Helper()
	for row, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}

// decisionVersions: those of every item, each with the events that began and
// ended it; ending a walk early ends it.
func decisionVersions(t *testing.T, s review.Store) {
	stagedCampaign(t, s)
	first, second := decided(3, r1, review.Keep, 1), decided(3, r1, review.Revoke, 1)
	a := Append(t, s, domain.Event{Type: review.EvDecided, Actor: r1}, domain.Begin(first), domain.Begin(decided(1, r1, review.Keep, 1)))
	b := Append(t, s, domain.Event{Type: review.EvDecided, Actor: r2}, domain.Begin(decided(3, r2, review.Abstain, 1)))
	c := Append(t, s, domain.Event{Type: review.EvDecided, Actor: r1}, domain.Replace(first, second))
	said := func(v review.Versioned[review.Decision]) string {
		return fmt.Sprintf("item %d %s %s, %d to %d by %s", v.Row.Item, v.Row.Reviewer, v.Row.Answer, v.From, v.To, v.By)
	}
	want := []string{
		fmt.Sprintf("item 1 %s keep, %d to 0 by %s", r1, a, r1), fmt.Sprintf("item 3 %s keep, %d to %d by %s", r1, a, c, r1),
		fmt.Sprintf("item 3 %s abstain, %d to 0 by %s", r2, b, r2), fmt.Sprintf("item 3 %s revoke, %d to 0 by %s", r1, c, r1),
	}
	View(t, s, func(tx review.Tx) error {
		var got []string
		versions := all(t, tx.DecisionVersions(theCamp))
		if !slices.IsSortedFunc(versions, func(a, b review.Versioned[review.Decision]) int { return cmp.Compare(a.From, b.From) }) {
			t.Error("the versions are not in the order of their events")
		}
		for _, v := range versions {
			got = append(got, said(v))
		}
		slices.Sort(got)
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("versions\n%q, want\n%q", got, want)
		}
		for _, err := range tx.DecisionVersions(theCamp) {
			if err != nil {
				t.Error(err)
			}
			break
		}
		return nil
	})
}

// answering: who answers as staged, and after items were handed over.
func answering(t *testing.T, s review.Store) {
	stagedCampaign(t, s)
	given := func(item int, who domain.ID, rule string) review.Assigned {
		return review.Assigned{Campaign: theCamp, Item: item, Stage: 1, Reviewer: who, Rule: rule, For: r1}
	}
	check := func(what string, want ...string) {
		t.Helper()
		View(t, s, func(tx review.Tx) error {
			var got []string
			for _, a := range all(t, tx.Answering(theCamp)) {
				if a.Stage == 1 && a.Item <= 3 || a.Stage == 2 && a.Item == 6 {
					got = append(got, fmt.Sprintf("%d/%d %s %s %s", a.Item, a.Stage, a.Reviewer, a.Rule, a.For))
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s:\n%q, want\n%q", what, got, want)
			}
			return nil
		})
	}
	check("as staged", "1/1 usr_r1 manager ", "2/1 usr_r1 manager ", "3/1 usr_r1 manager ", "3/1 usr_r2 manager ", "6/2 usr_r3 owner ")
	a := Append(t, s, domain.Event{Type: review.EvReassigned, Actor: r3}, domain.Begin(given(1, r2, "delegated")), domain.Begin(given(3, r3, "escalated")))
	check("handed over", "1/1 usr_r2 delegated usr_r1", "2/1 usr_r1 manager ", "3/1 usr_r3 escalated usr_r1", "6/2 usr_r3 owner ")
	b := Append(t, s, domain.Event{Type: review.EvReassigned, Actor: r2}, domain.End(given(1, r2, "delegated")), domain.Begin(given(1, r3, "reassigned")))
	check("handed on", "1/1 usr_r3 reassigned usr_r1", "2/1 usr_r1 manager ", "3/1 usr_r3 escalated usr_r1", "6/2 usr_r3 owner ")
	View(t, s, func(tx review.Tx) error {
		for _, c := range []struct {
			item int
			want []string
		}{
			{1, []string{fmt.Sprintf("usr_r1 0 to %d by ", a), fmt.Sprintf("usr_r2 %d to %d by usr_r3", a, b), fmt.Sprintf("usr_r3 %d to 0 by usr_r2", b)}},
			{2, []string{"usr_r1 0 to 0 by "}},
			{3, []string{fmt.Sprintf("usr_r1 0 to %d by ", a), fmt.Sprintf("usr_r2 0 to %d by ", a), fmt.Sprintf("usr_r3 %d to 0 by usr_r3", a)}},
		} {
			ever, err := tx.Assignments(theCamp, c.item, 1)
			if err != nil {
				return err
			}
			var got []string
			for _, v := range ever {
				got = append(got, fmt.Sprintf("%s %d to %d by %s", v.Row.Reviewer, v.From, v.To, v.By))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("item %d was for\n%q, want\n%q", c.item, got, c.want)
			}
		}
		return nil
	})
}

// pastRulings: what was ruled over all stages counts once the stages are
// closed, until the campaign is cancelled, and for what was frozen later.
func pastRulings(t *testing.T, s review.Store) {
	Seed(t, s)
	const frozen = 2
	c := Stage(t, s, review.Campaign{ID: theCamp, Name: "Q1", Frozen: frozen, Definition: review.Definition{Stages: make([]review.Stage, 2)}},
		"pop_1", population())
	got := func(before domain.Seq) (out []review.Precedent) {
		View(t, s, func(tx review.Tx) error { out = all(t, tx.PastRulings(before)); return nil })
		slices.SortFunc(out, func(a, b review.Precedent) int { return cmp.Compare(a.Item, b.Item) })
		return out
	}
	ruled := Append(t, s, domain.Event{Type: review.EvRuled, Subject: string(theCamp)},
		domain.Begin(review.Ruling{Campaign: theCamp, Item: 1, Stage: 1, Answer: review.Keep, Iteration: 1}),
		domain.Begin(review.Ruling{Campaign: theCamp, Item: 1, Answer: review.Reduce, Level: domain.Read, Reviewer: r1, Last: 1, Iteration: 1}),
		domain.Begin(review.Ruling{Campaign: theCamp, Item: 2, Answer: review.Keep, Level: domain.Edit, Reviewer: r1, Unanswered: true, Last: 1, Iteration: 1}))
	if n := len(got(0)); n != 0 {
		t.Errorf("%d rulings of a campaign that is still answered", n)
	}
	past := c
	past.State = review.SignedOff
	Append(t, s, domain.Event{Type: review.EvRuled, Subject: string(theCamp)}, domain.Replace(c, past))
	rulings := got(0)
	if len(rulings) != 2 {
		t.Fatalf("%d rulings, want those over all stages of items 1 and 2: %+v", len(rulings), rulings)
	}
	staged := population()
	one, two := rulings[0], rulings[1]
	if one.Campaign != theCamp || one.Name != "Q1" || one.Item != 1 || one.Answer != review.Reduce || one.Level != domain.Read || one.Reviewer != r1 ||
		one.Seq != ruled || one.Frozen != frozen || one.Result != review.Pending || one.Key != review.KeyOf(staged[0].Holding) ||
		one.Grant != staged[0].Holding.ID || one.Staged != domain.Edit || one.Ways != review.WaysHash(staged[0].How) {
		t.Errorf("the ruling of item 1 is %+v", one)
	}
	if two.Item != 2 || two.Reviewer != "" {
		t.Errorf("what nobody answered has the reviewer %q", two.Reviewer)
	}
	if a, b := len(got(frozen)), len(got(frozen+1)); a != 0 || b != 2 {
		t.Errorf("before its own freezing %d rulings, after it %d, want 0 and 2", a, b)
	}
	Append(t, s, domain.Event{Type: review.EvRuled, Subject: string(theCamp)}, domain.Begin(review.Outcome{Campaign: theCamp, Item: 1, Result: review.Verified}))
	if r := got(0)[0].Result; r != review.Verified {
		t.Errorf("what became of item 1 is %s", r)
	}
	gone := past
	gone.State = review.Cancelled
	Append(t, s, domain.Event{Type: review.EvRuled, Subject: string(theCamp)}, domain.Replace(past, gone))
	if n := len(got(0)); n != 0 {
		t.Errorf("%d rulings of a cancelled campaign", n)
	}
}

// tallies: items that stand alike are counted together, by stage and over all.
func tallies(t *testing.T, s review.Store) {
	c := stagedCampaign(t, s)
	Append(t, s, domain.Event{Type: review.EvDecided}, domain.Begin(decided(1, r1, review.Keep, 1)),
		domain.Begin(decided(3, r1, review.Keep, 1)), domain.Begin(decided(3, r2, review.Revoke, 1)))
	check := func(what string, want ...review.StageTally) {
		t.Helper()
		View(t, s, func(tx review.Tx) error {
			found, err := tx.Tallies(theCamp)
			if got, want := tallyWords(found), tallyWords(want); !slices.Equal(got, want) {
				t.Errorf("%s:\n%q, want\n%q", what, got, want)
			}
			return err
		})
	}
	keep, both := [review.Abstain + 1]bool{review.Keep: true}, [review.Abstain + 1]bool{review.Keep: true, review.Revoke: true}
	check("in stage 1",
		review.StageTally{Stage: 1, Items: 4, Asked: 1}, review.StageTally{Stage: 1, Items: 1, Asked: 1, Answered: 1, Given: keep},
		review.StageTally{Stage: 1, Items: 1, Asked: 2, Answered: 2, Given: both},
		review.StageTally{Items: 4, Asked: 1}, review.StageTally{Items: 1, Asked: 1, Answered: 1}, review.StageTally{Items: 1, Asked: 2, Answered: 2})
	goOn(t, s) // all but item 5
	next := c
	next.Stage, next.Iteration = 2, 1
	Append(t, s, domain.Event{Type: review.EvRuled, Subject: string(theCamp)}, domain.Replace(c, next))
	ruled := review.StageTally{Stage: 1, Items: 3, Asked: 1, Ruled: true, Ruling: review.Keep}
	stops, one, three := ruled, ruled, ruled
	stops.Items, stops.Stops = 1, true
	one.Items, one.Answered, one.Given = 1, 1, keep
	three.Items, three.Asked, three.Answered, three.Given = 1, 2, 2, both
	check("in stage 2", ruled, stops, one, three,
		review.StageTally{Stage: 2, Items: 5, Asked: 1, Before: []review.Answer{review.Keep}},
		review.StageTally{Items: 3, Asked: 2}, review.StageTally{Items: 1, Asked: 1}, review.StageTally{Items: 1, Asked: 2, Answered: 1},
		review.StageTally{Items: 1, Asked: 3, Answered: 2})
}

func tallyWords(all []review.StageTally) []string {
	var out []string
	for _, one := range all {
		out = append(out, fmt.Sprintf("%+v", one))
	}
	slices.Sort(out)
	return out
}
