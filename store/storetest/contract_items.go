package storetest

import (
	"errors"
	"iter"
	"reflect"
	"slices"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

// The campaign of the contract: six items; in stage 1, r1 answers for 1 to 3
// and r2 for 3 to 6 (for 3 after r1); in stage 2, r3 answers for all.
const (
	r1, r2, r3 domain.ID = "usr_r1", "usr_r2", "usr_r3"
	theCamp    domain.ID = "cmp_1"
)

func population() []review.StagedItem {
	row := func(no int, holder domain.ID, name, target string, reach int, risk bool, who ...domain.ID) review.StagedItem {
		it := review.StagedItem{No: no, Holder: name, Target: target, Reach: reach, HighRisk: risk, Since: 1,
			Holding: domain.Grant{ID: domain.ID("gnt_" + string(rune('a'+no))), Holder: domain.Holder{ID: holder},
				Target: domain.Target{Kind: domain.TargetArea, ID: domain.ID(target)}, Level: domain.Edit,
				Window: domain.Window{To: "2026-12-31", Zone: "Europe/Berlin"}, Origin: domain.Origin{Source: "hr"}},
			About: "Support", Allows: "may <edit>", How: []string{"given", "directly"}, Remains: []string{"nothing"},
			Flags: []string{"external"}, Class: domain.ClassConfidential, Subjects: []domain.ID{holder}}
		for _, w := range who {
			it.Assigned = append(it.Assigned, review.Assigned{Campaign: theCamp, Item: no, Stage: 1, Reviewer: w, Rule: "manager"})
		}
		it.Assigned = append(it.Assigned, review.Assigned{Campaign: theCamp, Item: no, Stage: 2, Reviewer: r3, Rule: "owner"})
		return it
	}
	return []review.StagedItem{
		row(1, Ana.ID, "Ána Ruiz", "Voice", 1, false, r1),
		row(2, Ben.ID, "Ben Okafor", "Flows", 5, true, r1),
		row(3, Ben.ID, "Ben Okafor", "Tier 2", 9, false, r1, r2),
		row(4, Cleo.ID, "Cleo Lind", "Flows", 7, true, r2),
		row(5, Cleo.ID, "Cleo Lind", "Audit", 2, false, r2),
		row(6, "usr_dan", "Dan", "Voice", 2, false, r2),
	}
}

// Each makes a sequence of items.
func Each(items []review.StagedItem) iter.Seq2[review.StagedItem, error] {
	return func(yield func(review.StagedItem, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	}
}

// Outline makes the outline of items.
func Outline(items []review.StagedItem) iter.Seq[review.Outlined] {
	return func(yield func(review.Outlined) bool) {
		for _, it := range items {
			if !yield(it.Outlined()) {
				return
			}
		}
	}
}

// alteredOutline is an outline whose last item is altered.
func alteredOutline(of []review.Outlined, alter func(*review.Outlined)) []review.Outlined {
	out := slices.Clone(of)
	alter(&out[len(out)-1])
	return out
}

// Stage stages items as a population and records the event that names it; the
// campaign c becomes active at its first stage. It gives the campaign.
func Stage(t testing.TB, s review.Store, c review.Campaign, pop domain.ID, items []review.StagedItem) review.Campaign {
	t.Helper()
	if err := s.StageItems(bg, pop, Each(items), Outline(items)); err != nil {
		t.Fatal(err)
	}
	digest, n, err := review.PopulationDigest(Each(items))
	if err != nil {
		t.Fatal(err)
	}
	c.Population, c.State, c.Stage = pop, review.Active, 1
	c.TieOut = review.TieOut{Source: n, InScope: n, Digest: digest}
	data, err := domain.CanonicalJSON(review.StagedData{Population: pop, Items: n, TieOut: c.TieOut})
	if err != nil {
		t.Fatal(err)
	}
	Append(t, s, domain.Event{Type: review.EvStaged, Subject: string(c.ID), Data: data}, domain.Begin(c))
	return c
}

func stagedCampaign(t *testing.T, s review.Store) review.Campaign {
	t.Helper()
	Seed(t, s)
	return Stage(t, s, review.Campaign{ID: theCamp, Name: "Q1", Definition: review.Definition{Stages: make([]review.Stage, 2)}},
		"pop_1", population())
}

func stagedItems(t *testing.T, s review.Store) {
	Seed(t, s)
	broken := errors.New("broken")
	half := func(yield func(review.StagedItem, error) bool) {
		if yield(population()[0], nil) {
			yield(review.StagedItem{}, broken)
		}
	}
	if err := s.StageItems(bg, "pop_0", half, nil); !errors.Is(err, broken) {
		t.Errorf("an error of the items becomes %v", err)
	}
	if err := s.StageItems(bg, "pop_9", Each(population()[1:]), nil); domain.CodeOf(err) != domain.Internal || err == nil {
		t.Errorf("a population that begins with item 2: %v", err)
	}
	other := slices.Collect(Outline(population()))
	for what, outline := range map[string][]review.Outlined{"one item too few": other[1:], "another holder": alteredOutline(other, func(o *review.Outlined) { o.Holder += "x" }),
		"another target": alteredOutline(other, func(o *review.Outlined) { o.Target += "x" }), "another reach": alteredOutline(other, func(o *review.Outlined) { o.Reach++ }),
		"another risk": alteredOutline(other, func(o *review.Outlined) { o.HighRisk = !o.HighRisk }), "one too many": append(slices.Clone(other), other[0])} {
		err := s.StageItems(bg, domain.ID("pop_"+what), Each(population()), slices.Values(outline))
		if err == nil || domain.CodeOf(err) != domain.Internal {
			t.Errorf("an outline with %s: %v", what, err)
		}
	}
	before := head(t, s)
	if err := s.StageItems(bg, "pop_1", Each(population()), nil); err != nil {
		t.Fatal(err)
	}
	if after := head(t, s); after != before {
		t.Error("staging moved the log")
	}
	refuses(t, "the same population again", s.StageItems(bg, "pop_1", Each(population()), nil), domain.Conflict, "staged-already")

	c := review.Campaign{ID: theCamp, Name: "Q1"}
	Append(t, s, domain.Event{Type: review.EvDrafted, Subject: "cmp_1"}, domain.Begin(c))
	View(t, s, func(tx review.Tx) error {
		if _, err := tx.Item(theCamp, 1); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("an item before the campaign names its population: %v", err)
		}
		return nil
	})
	named := c
	named.Population, named.State = "pop_1", review.Staged
	Append(t, s, domain.Event{Type: review.EvStaged, Subject: "cmp_1", Data: []byte(`{}`)}, domain.Replace(c, named))
	View(t, s, func(tx review.Tx) error {
		got, err := tx.Items(review.ItemQuery{Campaign: theCamp})
		if err != nil {
			return err
		}
		want := population()
		if len(got) != len(want) {
			t.Fatalf("%d items, want %d", len(got), len(want))
		}
		for i := range want {
			if !reflect.DeepEqual(got[i].StagedItem, want[i]) {
				t.Errorf("item %d is %+v, want %+v", i+1, got[i].StagedItem, want[i])
			}
			if it := got[i]; it.Campaign != theCamp || it.Stage != 1 || it.Rule != "manager" || it.Decision.Answer != review.Silent ||
				it.Packet != review.Open || it.Outcome.Result != review.Pending || it.Return.Round != 0 {
				t.Errorf("item %d stands as %+v", i+1, it)
			}
		}
		if _, err := tx.Item(theCamp, 7); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("item 7: %v", err)
		}
		return nil
	})
}

func decided(item int, who domain.ID, a review.Answer, round int) review.Decision {
	return review.Decision{Campaign: theCamp, Item: item, Stage: 1, Reviewer: who, Answer: a, Round: round}
}

// lifeStep is what happens to the first two items, and the states they are in
// from then on.
type lifeStep struct {
	what     string
	changes  []domain.Change
	one, two review.ItemStates // of items 1 and 2
}

// The life of items 1 and 2 in the contract, as they end.
var (
	decidedAgain = decided(1, r1, review.Revoke, 2)
	returnedOne  = review.ItemReturn{Campaign: theCamp, Item: 1, Stage: 1, Reviewer: r1, Round: 2, Reason: "look again",
		Due: time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)}
)

func packetOfR1(st review.PacketState, round int) review.Packet {
	return review.Packet{Campaign: theCamp, Stage: 1, Reviewer: r1, State: st, Round: round, Items: 3}
}

// lifeOf are the steps of the two items of a campaign.
func lifeOf(c review.Campaign) []lifeStep {
	past := c
	past.State = review.SignedOff
	ruled := func(no int) review.Ruling {
		return review.Ruling{Campaign: theCamp, Item: no, Answer: review.Revoke, Last: 1, Decisive: 1, Iteration: 1}
	}
	keep, other := decided(1, r1, review.Keep, 1), decided(2, r1, review.Keep, 1)
	packet := packetOfR1
	later := returnedOne
	later.Item, later.Round = 2, 3
	done := review.Outcome{Campaign: theCamp, Item: 1, Result: review.Residual}
	verified := done
	verified.Result = review.Verified
	const o, d, sg, f, rt, u = review.ItemOpen, review.ItemDecided, review.ItemSigned, review.ItemFinal, review.ItemReturned, review.ItemUnsettled
	return []lifeStep{
		{"nothing yet", nil, o, o},
		{"1 decided", []domain.Change{domain.Begin(keep)}, d, o},
		{"2 too", []domain.Change{domain.Begin(other)}, d, d},
		{"signed", []domain.Change{domain.Begin(packet(review.Signed, 1))}, sg, sg},
		{"1 returned", []domain.Change{domain.Replace(packet(review.Signed, 1), packet(review.Returned, 2)), domain.Begin(returnedOne)}, o | rt, sg},
		{"1 decided again", []domain.Change{domain.Replace(keep, decidedAgain)}, d, sg},
		{"signed again", []domain.Change{domain.Replace(packet(review.Returned, 2), packet(review.Signed, 2))}, sg, sg},
		{"2 returned in round 3", []domain.Change{domain.Replace(packet(review.Signed, 2), packet(review.Returned, 3)), domain.Begin(later)}, sg, o | rt},
		{"2 decided in round 3", []domain.Change{domain.Replace(other, decided(2, r1, review.Keep, 3))}, sg, d},
		{"signed once more", []domain.Change{domain.Replace(packet(review.Returned, 3), packet(review.Signed, 3))}, sg, sg},
		{"countersigned", []domain.Change{domain.Replace(packet(review.Signed, 3), packet(review.Countersigned, 3))}, sg, sg},
		{"a part of the closing", []domain.Change{domain.Begin(ruled(1))}, sg, sg},
		{"the stage closed", []domain.Change{domain.Begin(ruled(2)), domain.Replace(c, past)}, f | u, f | u},
		{"1 has access left", []domain.Change{domain.Begin(done)}, f | u, f | u},
		{"1 verified", []domain.Change{domain.Replace(done, verified)}, f, f | u},
	}
}

// itemStates walks two items through their life and asks after each step in
// which of the six states they are.
func itemStates(t *testing.T, s review.Store) {
	for _, step := range lifeOf(stagedCampaign(t, s)) {
		if len(step.changes) > 0 {
			Append(t, s, domain.Event{Type: review.EvDecided, Subject: "cmp_1/1", Actor: r1}, step.changes...)
		}
		View(t, s, func(tx review.Tx) error {
			for no, want := range map[int]review.ItemStates{1: step.one, 2: step.two} {
				for _, who := range []domain.ID{r1, ""} {
					for bit := review.ItemOpen; bit <= review.ItemUnsettled; bit <<= 1 {
						q := review.ItemQuery{Campaign: theCamp, Reviewer: who, State: bit}
						got, err := tx.Items(q)
						if err != nil {
							return err
						}
						n, err := tx.CountItems(q)
						if err != nil {
							return err
						}
						in := slices.ContainsFunc(got, func(it review.Item) bool { return it.No == no })
						if in != (want&bit != 0) || n != len(got) {
							t.Errorf("%s: item %d for %q is in state %06b: %t, want %t (%d listed, %d counted)",
								step.what, no, who, bit, in, !in, len(got), n)
						}
					}
				}
			}
			return nil
		})
	}
	View(t, s, func(tx review.Tx) error {
		it, err := tx.Item(theCamp, 1)
		if err != nil {
			return err
		}
		if it.Decision != decidedAgain || it.Packet != review.Countersigned || it.Return != returnedOne || it.Outcome.Result != review.Verified || it.Decided == 0 {
			t.Errorf("in the end item 1 stands as %+v", it)
		}
		p, err := tx.Packet(theCamp, 1, r1)
		if err != nil {
			return err
		}
		if p != packetOfR1(review.Countersigned, 3) {
			t.Errorf("packet %+v", p)
		}
		none, err := tx.Packet(theCamp, 2, r3)
		if err != nil || none != (review.Packet{Campaign: theCamp, Stage: 2, Reviewer: r3}) {
			t.Errorf("a packet nobody stored: %+v, %v", none, err)
		}
		all, err := tx.Packets(theCamp)
		if len(all) != 1 {
			t.Errorf("packets %+v", all)
		}
		return err
	})
}

// nos asks for items and gives their numbers.
func nos(t *testing.T, tx review.Tx, q review.ItemQuery) (out []int) {
	t.Helper()
	q.Campaign = theCamp
	got, err := tx.Items(q)
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range got {
		out = append(out, it.No)
	}
	if q.Limit == 0 && q.After == 0 {
		if n, err := tx.CountItems(q); err != nil || n != len(out) {
			t.Errorf("%+v: %d counted (%v), %d listed", q, n, err, len(out))
		}
	}
	return out
}

func itemPages(t *testing.T, s review.Store) {
	stagedCampaign(t, s)
	Append(t, s, domain.Event{Type: review.EvReassigned}, domain.Begin(review.Assigned{Campaign: theCamp, Item: 1, Stage: 1, Reviewer: r2}))
	orders := map[review.ItemOrder][]int{
		review.ByNumber: {1, 2, 3, 4, 5, 6},
		review.ByTarget: {5, 2, 4, 3, 1, 6}, // Audit, Flows, Flows, Tier 2, Voice, Voice
		review.ByRisk:   {4, 2, 3, 5, 6, 1}, // high risk first, then by reach
	}
	View(t, s, func(tx review.Tx) error {
		for order, want := range orders {
			for _, who := range []domain.ID{"", r2} {
				want := slices.Clone(want)
				if who == r2 {
					want = slices.DeleteFunc(want, func(no int) bool { return no == 2 })
				}
				if got := nos(t, tx, review.ItemQuery{Order: order, Reviewer: who}); !slices.Equal(got, want) {
					t.Errorf("order %d for %q: %v, want %v", order, who, got, want)
				}
				for limit := 1; limit <= 3; limit++ {
					var down, up []int
					for q := (review.ItemQuery{Order: order, Reviewer: who, Limit: limit}); ; {
						page := nos(t, tx, q)
						if len(page) == 0 || len(down) > 9 {
							break
						}
						down = append(down, page...)
						q.After = page[len(page)-1]
					}
					for q := (review.ItemQuery{Order: order, Reviewer: who, Limit: limit, Back: true}); ; {
						page := nos(t, tx, q)
						if len(page) == 0 || len(up) > 9 {
							break
						}
						up = append(page, up...)
						q.After = page[0]
					}
					if !slices.Equal(down, want) || !slices.Equal(up, want) {
						t.Errorf("order %d for %q by pages of %d: down %v, up %v, want %v", order, who, limit, down, up, want)
					}
				}
			}
		}
		return nil
	})
}

func itemFilters(t *testing.T, s review.Store) {
	stagedCampaign(t, s)
	Append(t, s, domain.Event{Type: review.EvDecided}, domain.Begin(decided(1, r1, review.Keep, 1)), domain.Begin(decided(2, r1, review.Revoke, 1)),
		domain.Begin(decided(4, r2, review.Abstain, 1)), domain.Begin(decided(5, r2, review.Silent, 1)))
	View(t, s, func(tx review.Tx) error {
		for _, c := range []struct {
			what string
			q    review.ItemQuery
			want []int
		}{
			{"a holder", review.ItemQuery{Holder: Ben.ID}, []int{2, 3}},
			{"a target", review.ItemQuery{Target: "Flows"}, []int{2, 4}},
			{"a holder's name, any case", review.ItemQuery{Text: "OKAFOR"}, []int{2, 3}},
			{"letters beyond ASCII", review.ItemQuery{Text: "áNA"}, []int{1}},
			{"a target's name", review.ItemQuery{Text: "tier 2"}, []int{3}},
			{"its number as a text, and what has it in its name", review.ItemQuery{Text: "2"}, []int{2, 3}},
			{"a number that none has", review.ItemQuery{Text: "84"}, nil},
			{"signs of patterns are letters", review.ItemQuery{Text: "%"}, nil},
			{"high risk", review.ItemQuery{HighRisk: true}, []int{2, 4}},
			{"kept", review.ItemQuery{Answers: []review.Answer{review.Keep}}, []int{1}},
			{"revoked or abstained", review.ItemQuery{Answers: []review.Answer{review.Revoke, review.Abstain}}, []int{2, 4}},
			{"no answer", review.ItemQuery{Answers: []review.Answer{review.Silent}}, []int{3, 5, 6}},
			{"open or kept", review.ItemQuery{Answers: []review.Answer{review.Silent, review.Keep}}, []int{1, 3, 5, 6}},
			{"open, of one holder", review.ItemQuery{State: review.ItemOpen, Holder: Cleo.ID}, []int{5}},
			{"open or decided, high risk", review.ItemQuery{State: review.ItemOpen | review.ItemDecided, HighRisk: true}, []int{2, 4}},
			{"one reviewer's open ones", review.ItemQuery{Reviewer: r1, State: review.ItemOpen}, []int{3}},
			{"another stage", review.ItemQuery{Stage: 2, Answers: []review.Answer{review.Keep}}, nil},
		} {
			if got := nos(t, tx, c.q); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.what, got, c.want)
			}
		}
		return nil
	})
}
