package review_test

import (
	"context"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// Reiteration asks again about what nobody answered, and only that; signed
// votes stay in force, and whoever answered everything is not asked again.
func TestReiteration(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	xav := w.thirdChecker()
	both := review.Stage{Reviewers: []string{"cleo.c@acme.example"}, Additional: []string{"carl@acme.example"}, All: true, Strategy: "all-must-accept"}
	c := w.staged(review.Definition{CountersignAll: true, Stages: []review.Stage{byManager, both}})
	reiterate := func() error {
		_, err := w.svc.Reiterate(ctx, w.admin, c.ID, w.now().AddDate(0, 0, 10), "nobody answered")
		return err
	}
	w.wantRule(reiterate(), "move")
	// Stage 1: Tom keeps all but one, which he revokes; Ada is silent.
	w.say(w.tom, c, "gnt_eve", review.Revoke)
	w.keepRest(w.tom, c)
	w.sign(w.tom, c)
	w.check(xav, c, w.tom)
	w.pastDue(c)
	_, err := w.lapse(c)
	w.must(err)
	w.check(xav, c, w.admin)
	// gnt_tom is silent and stops there; Dana's two and the crew's go on.
	w.is(c, review.Active, 2, 1)
	w.keepRest(w.cleo, c)
	w.sign(w.cleo, c)
	w.check(xav, c, w.cleo)
	w.pastDue(c)
	_, err = w.lapse(c) // Carl never answered
	w.must(err)
	w.check(xav, c, w.carl)
	w.is(c, review.SignedOff, 2, 1)
	for h, want := range map[domain.ID]review.Answer{"gnt_dana": review.Silent, "gnt_eve": review.Revoke, "gnt_tom": review.Silent} {
		if got := w.item(c, h).Ruling.Answer; got != want {
			t.Errorf("%s is ruled %s, want %s", h, got, want)
		}
	}
	eve := w.item(c, "gnt_eve")
	w.must(reiterate())
	w.is(c, review.Active, 1, 2)
	if p := w.packetOf(c, 1, w.tom); p.State != review.Countersigned {
		t.Errorf("Tom answered everything; his packet is %s", p.State)
	}
	if p := w.packetOf(c, 1, w.admin); p.State != review.Open || p.Round != 2 {
		t.Errorf("Ada's packet is %+v", p)
	}
	w.wantRule(w.decide(w.tom, c, review.DecisionInput{Item: eve.No, Answer: review.Keep}), "ruled")
	w.keepAll(w.admin, c)
	// Now gnt_tom goes on to stage 2 for the first time: Cleo is asked about
	// it, and Carl about everything.
	w.is(c, review.Active, 2, 2)
	for _, who := range []domain.Actor{w.cleo, w.carl} {
		if p := w.packetOf(c, 2, who); p.State != review.Open {
			t.Errorf("the packet of %s is %s", who.Principal, p.State)
		}
	}
	if n := len(w.items(review.ItemQuery{Campaign: c.ID, Reviewer: w.cleo.Principal, State: review.ItemOpen})); n != 1 {
		t.Errorf("Cleo has %d open items, want gnt_tom alone", n)
	}
	w.keepAll(w.cleo, c)
	w.keepAll(w.carl, c)
	w.is(c, review.SignedOff, 2, 2)
	for _, h := range []domain.ID{"gnt_dana", "gnt_crew", "gnt_tom"} {
		if r := w.item(c, h).Ruling; r.Answer != review.Keep || r.Iteration != 2 {
			t.Errorf("%s is ruled %+v", h, r)
		}
	}
	if now := w.item(c, "gnt_eve"); now.Ruling != eve.Ruling || now.Stage != 1 {
		t.Errorf("what was answered is touched: %+v", now.Ruling)
	}
	w.wantRule(reiterate(), "nothing-silent")
}

// Where only a later stage was silent, the stages before it have nothing to
// ask and close at once, by the votes that stand.
func TestReiterationOfALaterStage(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	xav := w.thirdChecker()
	c := w.staged(review.Definition{Stages: []review.Stage{by("carl@acme.example"), by("cleo.c@acme.example")}, Stops: []review.Answer{}, CountersignAll: true})
	w.keepAll(w.carl, c)
	w.pastDue(c)
	_, err := w.lapse(c)
	w.must(err)
	w.check(xav, c, w.cleo)
	w.is(c, review.SignedOff, 2, 1)
	_, err = w.svc.Reiterate(ctx, w.admin, c.ID, w.now().AddDate(0, 0, 10), "Cleo was away")
	w.must(err)
	w.is(c, review.Active, 2, 2)
	w.keepAll(w.cleo, c)
	w.is(c, review.SignedOff, 2, 2)
	if r := w.item(c, "gnt_dana").Ruling; r.Answer != review.Keep || r.Last != 2 {
		t.Errorf("ruled %+v", r)
	}
}
