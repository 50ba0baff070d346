package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/approvals"
)

// handing is the launched demo with the console's acts of several people.
type handing struct {
	t    *testing.T
	s    *session
	c    review.Campaign
	desk map[string]reviewReads
}

func newHanding(t *testing.T) *handing {
	h := &handing{t: t, s: demoUntil(t, "launched"), desk: map[string]reviewReads{}}
	h.view(func(tx review.Tx) error {
		all, err := tx.Campaigns()
		for _, c := range all {
			if c.State == review.Active {
				h.c = c
			}
		}
		return err
	})
	if h.c.ID == "" {
		t.Fatal("no campaign is active")
	}
	return h
}

func (h *handing) view(fn func(review.Tx) error) {
	h.t.Helper()
	if err := h.s.view(fn); err != nil {
		h.t.Fatal(err)
	}
}

// as gives somebody's console.
func (h *handing) as(who string) reviewReads {
	if _, known := h.desk[who]; !known {
		h.desk[who] = reviewReads{openAs(h.t, h.s.env, who)}
	}
	return h.desk[who]
}

func (h *handing) id(who string) domain.ID { return h.as(who).s.actor.Principal }

// open gives the undecided items of a reviewer.
func (h *handing) open(who string) (out []review.Item) {
	h.view(func(tx review.Tx) (err error) {
		out, err = tx.Items(review.ItemQuery{Campaign: h.c.ID, Reviewer: h.id(who), State: review.ItemOpen})
		return err
	})
	return out
}

// answering gives who answers for an item now, and on whose behalf.
func (h *handing) answering(no int) (now, record domain.ID) {
	h.view(func(tx review.Tx) error {
		it, err := tx.Item(h.c.ID, no)
		now, record = it.Reviewer, it.For
		return err
	})
	return now, record
}

// last gives the newest event of a type.
func (h *handing) last(typ domain.EventType) (e domain.Event) {
	h.view(func(tx review.Tx) error {
		es, err := tx.Events(review.EventQuery{Types: []domain.EventType{typ}, Limit: 1})
		if len(es) > 0 {
			e = es[0]
		}
		return err
	})
	return e
}

// refused checks the rule of a refusal, that it says what to do, and that it is on
// record with who tried.
func (h *handing) refused(what string, err error, who, rule string) {
	h.t.Helper()
	var e *domain.Error
	if !errors.As(err, &e) || e.Rule != rule || e.Message == "" || e.Hint == "" {
		h.t.Errorf("%s: %v, want a refusal by %q with a hint", what, err, rule)
		return
	}
	if on := h.last(domain.EvRefused); on.Actor != h.id(who) || on.Decision != rule {
		h.t.Errorf("%s: on record is a refusal of %s by %q", what, on.Actor, on.Decision)
	}
}

// The console's hand-over, its request for another reviewer and the approval of that
// reach the service as who sits there, with what they saw; what is refused is refused
// here too, and the record says the rest.
func TestHandingOverFromTheConsole(t *testing.T) {
	ctx := context.Background()
	h := newHanding(t)
	saw := domain.Sight{Digest: strings.Repeat("ab", 32)}
	mine := h.open("helen.osei")
	own := func(it review.Item) bool { return slices.Contains(it.Subjects, h.id("ruth.adeyemi")) }
	mine = slices.DeleteFunc(mine, own)
	if len(mine) < 4 {
		t.Fatalf("Helen has %d open items that Ruth could take", len(mine))
	}
	one, two, three := mine[0].No, mine[1].No, mine[2].No
	delegate := func(who string, no int, to domain.ID, why string) error {
		return h.as(who).Delegate(ctx, saw, h.c.ID, []int{no}, to, why)
	}
	ruth := h.id("ruth.adeyemi")
	h.refused("somebody else's item", delegate("ruth.adeyemi", one, h.id("jonas.weber"), "r"), "ruth.adeyemi", "not-reviewer")
	h.refused("the campaign's owner", delegate("ana.ferreira", one, ruth, "r"), "ana.ferreira", "not-reviewer")
	if err := delegate("helen.osei", one, ruth, " "); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	subject := slices.IndexFunc(mine, func(it review.Item) bool {
		return it.Holding.Holder.Kind == domain.HolderPrincipal && len(it.Subjects) == 1
	})
	h.refused("to its subject", delegate("helen.osei", mine[subject].No, mine[subject].Subjects[0], "r"), "helen.osei", "own-access")
	if err := delegate("helen.osei", one, ruth, "on leave"); err != nil {
		t.Fatal(err)
	}
	if now, record := h.answering(one); now != ruth || record != h.id("helen.osei") {
		t.Errorf("item %d is answered by %s for %s", one, now, record)
	}
	if e := h.last(review.EvDelegated); e.Actor != h.id("helen.osei") || e.Reason != "on leave" || e.Saw.Digest != saw.Digest {
		t.Errorf("on record: %+v", e)
	}
	h.refused("back to whose it was", delegate("ruth.adeyemi", one, h.id("helen.osei"), "r"), "ruth.adeyemi", "circle")

	reassign := func(who string, no int, to domain.ID) (string, error) {
		return campaignDesk{h.as(who)}.Reassign(ctx, saw, h.c.ID, []int{no}, to, "they know it")
	}
	_, err := reassign("helen.osei", two, ruth)
	h.refused("a reviewer asks for another", err, "helen.osei", "not-campaign-owner")
	if _, err := h.as("helen.osei").Decide(ctx, saw, h.c.ID, []review.DecisionInput{{Item: three, Answer: review.Revoke, Reason: "not needed"}}); err != nil {
		t.Fatal(err)
	}
	_, err = reassign("ana.ferreira", three, ruth)
	h.refused("what is answered", err, "ana.ferreira", "answered")
	said, err := reassign("ana.ferreira", two, ruth)
	if err != nil || !strings.Contains(said, "once a checker approves req_") {
		t.Fatalf("%q, %v", said, err)
	}
	if now, _ := h.answering(two); now != h.id("helen.osei") {
		t.Errorf("before it is approved item %d is %s's", two, now)
	}
	paper := approvals.Paper{Kind: "request", ID: domain.ID(said[strings.Index(said, "req_"):])}
	_, err = h.as("ana.ferreira").SignPaper(ctx, saw, paper, "")
	h.refused("who asked approves", err, "ana.ferreira", "duty-missing")
	if _, err := h.as("jonas.weber").SignPaper(ctx, saw, paper, "fine"); err != nil {
		t.Fatal(err)
	}
	if now, record := h.answering(two); now != ruth || record != h.id("helen.osei") {
		t.Errorf("item %d is answered by %s for %s", two, now, record)
	}
	if e := h.last(review.EvReassigned); e.Actor != h.id("jonas.weber") || e.Reason != "they know it" || e.Saw.Digest != saw.Digest {
		t.Errorf("on record: %+v", e)
	}

	chaser := chaseDesk{orgDesk{s: h.as("ana.ferreira").s, now: true}, campaignDesk{h.as("ana.ferreira")}}
	said, err = chaser.HandOpen(ctx, saw, h.c.ID, []domain.ID{h.id("helen.osei")}, h.id("jonas.weber"), "she is ill")
	if err != nil || !strings.Contains(said, "once a checker approves") {
		t.Fatalf("%q, %v", said, err)
	}
	var asked []review.Request
	h.view(func(tx review.Tx) (err error) { asked, err = tx.Requests(h.c.ID); return err })
	if q := asked[0]; q.Maker != h.id("ana.ferreira") || q.State != domain.Proposed || q.Reason != "she is ill" || slices.Contains(q.Items, three) || len(q.Items) == 0 {
		t.Errorf("asked for: %+v", asked[0])
	}
	_, err = h.as("jonas.weber").SignPaper(ctx, saw, approvals.Paper{Kind: "request", ID: asked[0].ID}, "")
	h.refused("who would answer approves", err, "jonas.weber", "checker-is-reviewer")
}
