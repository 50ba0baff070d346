package review_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// staged is a campaign over agents in the stages given, drafted by Ada and
// launched by Cleo; stages without a duration last a week.
func (w *world) staged(d review.Definition) review.Campaign {
	w.t.Helper()
	ctx := context.Background()
	for i := range d.Stages {
		if d.Stages[i].Days == 0 {
			d.Stages[i].Days = 7
		}
	}
	if d.Scope.Kinds == nil {
		d.Scope.Kinds = []domain.TargetKind{domain.TargetAgent}
	}
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Q1", Due: storetest.Start.AddDate(0, 1, 0), Definition: d})
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	c, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	return c
}

var byManager = review.Stage{Reviewers: []string{review.ByManager, review.ByTargetOwner}}

func by(links ...string) review.Stage { return review.Stage{Reviewers: links} }

// say answers an item for one of its reviewers.
func (w *world) say(who domain.Actor, c review.Campaign, holding domain.ID, a review.Answer) {
	w.t.Helper()
	w.must(w.decide(who, c, review.DecisionInput{Item: w.item(c, holding).No, Answer: a, Reason: "test"}))
}

func (w *world) sign(who domain.Actor, c review.Campaign) {
	w.t.Helper()
	_, err := w.svc.SignOff(context.Background(), who, c.ID, c.Name)
	w.must(err)
}

// check countersigns whatever of these people waits.
func (w *world) check(by domain.Actor, c review.Campaign, of ...domain.Actor) {
	w.t.Helper()
	for _, who := range of {
		_, err := w.svc.Countersign(context.Background(), by, c.ID, who.Principal, "")
		w.must(err)
	}
}

// now gives the campaign as it stands.
func (w *world) again(c review.Campaign) review.Campaign {
	w.t.Helper()
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) { c, err = tx.Campaign(c.ID); return err })
	return c
}

func (w *world) is(c review.Campaign, state review.State, stage, iteration int) {
	w.t.Helper()
	if now := w.again(c); now.State != state || now.Stage != stage || now.Iteration != iteration {
		w.t.Fatalf("%s is %s in stage %d, iteration %d; want %s, %d, %d", c.Name, now.State, now.Stage, now.Iteration, state, stage, iteration)
	}
}

func (w *world) packetOf(c review.Campaign, stage int, who domain.Actor) review.Packet {
	w.t.Helper()
	var p review.Packet
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) { p, err = tx.Packet(c.ID, stage, who.Principal); return err })
	return p
}

// entered names the holdings of the items in a stage, sorted.
func (w *world) entered(c review.Campaign, stage int) []domain.ID {
	w.t.Helper()
	var out []domain.ID
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID, Stage: stage}) {
		out = append(out, it.Holding.ID)
	}
	slices.Sort(out)
	return out
}

func (w *world) wantRuling(c review.Campaign, holding domain.ID, want review.Ruling) {
	w.t.Helper()
	got := w.item(c, holding).Ruling
	if got.Answer != want.Answer || got.Reviewer != want.Reviewer || got.Last != want.Last || got.Decisive != want.Decisive ||
		got.Unanswered != want.Unanswered || got.Iteration != want.Iteration || got.Checker != want.Checker {
		w.t.Errorf("the ruling on %s is %+v, want %+v", holding, got, want)
	}
}

// forward moves the clock to a moment behind the due date of the stage.
func (w *world) pastDue(c review.Campaign) { w.clock.Set(w.again(c).Due.Add(time.Millisecond)) }

// Two stages: what stops in the first keeps its ruling and is shown at that
// stage to the end; what goes on is asked again, by other people, with packets
// of their own.
func TestWhatStopsAndWhatGoesOn(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.staged(review.Definition{CountersignAll: true, Stages: []review.Stage{byManager, by("carl@acme.example")}})
	w.say(w.tom, c, "gnt_dana_ops", review.Revoke)
	w.say(w.tom, c, "gnt_eve", review.Abstain)
	w.keepRest(w.tom, c)
	w.keepRest(w.admin, c)
	w.sign(w.tom, c)
	w.sign(w.admin, c)
	w.is(c, review.Decided, 1, 1)
	if r := w.item(c, "gnt_dana_ops").Ruling; r.Iteration != 0 {
		t.Errorf("a ruling is in force before the stage closed: %+v", r)
	}
	w.check(w.cleo, c, w.tom)
	w.is(c, review.Decided, 1, 1)
	w.check(w.cleo, c, w.admin)
	w.is(c, review.Active, 2, 1)
	// all-must-accept stops on a revocation, an abstention and silence.
	if got := w.entered(c, 2); !slices.Equal(got, []domain.ID{"gnt_crew", "gnt_dana", "gnt_tom"}) {
		t.Errorf("in stage 2 are %v", got)
	}
	if now := w.again(c); !now.Due.Equal(now.Began.AddDate(0, 0, 7)) {
		t.Errorf("stage 2 began %s and is due %s", now.Began, now.Due)
	}
	w.wantRuling(c, "gnt_dana_ops", review.Ruling{Answer: review.Revoke, Reviewer: tomID, Last: 1, Decisive: 1, Iteration: 1, Checker: w.cleo.Principal})
	if it := w.item(c, "gnt_dana_ops"); it.Stage != 1 || it.Reviewer != tomID || it.Decision.Answer != review.Revoke || it.Packet != review.Countersigned {
		t.Errorf("an item that stopped is shown in stage %d for %s: %s, %s", it.Stage, it.Reviewer, it.Decision.Answer, it.Packet)
	}
	no := w.item(c, "gnt_dana_ops").No
	w.wantRule(w.decide(w.carl, c, review.DecisionInput{Item: no, Answer: review.Keep}), "ruled")
	w.wantRule(w.decide(w.tom, c, review.DecisionInput{Item: no, Answer: review.Keep}), "ruled")
	w.say(w.carl, c, "gnt_dana", review.Revoke)
	w.keepRest(w.carl, c)
	w.sign(w.carl, c)
	if p := w.packetOf(c, 2, w.carl); p.State != review.Signed || p.Items != 3 || p.Revoke != 1 || p.Keep != 2 {
		t.Errorf("Carl's packet of stage 2: %+v", p)
	}
	if p := w.packetOf(c, 1, w.tom); p.State != review.Countersigned || p.Items != 4 {
		t.Errorf("Tom's packet of stage 1: %+v", p)
	}
	w.check(w.cleo, c, w.carl)
	w.is(c, review.SignedOff, 2, 1)
	w.wantRuling(c, "gnt_dana", review.Ruling{Answer: review.Revoke, Reviewer: w.carl.Principal, Last: 2, Decisive: 2, Iteration: 1, Checker: w.cleo.Principal})
	w.wantRuling(c, "gnt_tom", review.Ruling{Answer: review.Keep, Reviewer: w.carl.Principal, Last: 2, Decisive: 2, Iteration: 1, Checker: w.cleo.Principal})
	if it := w.item(c, "gnt_eve"); it.Stage != 1 || it.Ruling.Answer != review.Abstain {
		t.Errorf("the abstention is shown at stage %d: %+v", it.Stage, it.Ruling)
	}
	rem, err := w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	if rem.ChangeSets != 2 || rem.Items != 2 || rem.Failed != 0 {
		t.Errorf("remediation: %+v; Tom's and Carl's rulings are a change set each", rem)
	}
}

// An extension moves the due date of the stage under way.
func TestExtendingALaterStage(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.thirdChecker()
	c := w.staged(review.Definition{Stages: []review.Stage{by("carl@acme.example"), by("cleo.c@acme.example")}, Stops: []review.Answer{}})
	w.keepAll(w.carl, c)
	w.is(c, review.Active, 2, 1)
	first := w.again(c).Due
	_, q, err := w.svc.Extend(ctx, w.admin, c.ID, first.AddDate(0, 0, 3), "a holiday")
	w.must(err)
	_, err = w.svc.ApproveRequest(ctx, w.carl, q.ID, "")
	w.must(err)
	if c2 := w.again(c); c2.Stage != 2 || !c2.Due.Equal(first.AddDate(0, 0, 3)) {
		t.Errorf("extended to %s in stage %d", c2.Due, c2.Stage)
	}
	w.clock.Set(first.Add(time.Hour))
	if _, err := w.svc.Lapse(ctx, w.admin, c.ID); err == nil {
		t.Fatal("lapsed before the later date")
	}
	w.keepAll(w.cleo, c)
}

// keepAll keeps and signs, and has a checker countersign where that is asked: Cleo
// or Carl, or Xav where thirdChecker gave him the duty.
func (w *world) keepAll(who domain.Actor, c review.Campaign) {
	w.t.Helper()
	w.keepRest(who, c)
	w.sign(who, c)
	if w.packetOf(c, w.again(c).Stage, who).State != review.Signed {
		return
	}
	var err error
	for _, checker := range []domain.Actor{actor(extID), w.cleo, w.carl} {
		if !w.org().HasDuty(checker.Principal, domain.DutyChecker, w.now()) || who == checker {
			continue
		}
		if _, err = w.svc.Countersign(context.Background(), checker, c.ID, who.Principal, ""); err == nil {
			return
		}
	}
	w.t.Fatalf("nobody countersigned for %s: %v", who.Principal, err)
}

// thirdChecker gives Xav the duty, and himself: Cleo and Carl both review.
func (w *world) thirdChecker() domain.Actor {
	w.seed(held(extID, domain.DutyChecker))
	return actor(extID)
}

// A campaign can be cancelled in every stage, and takes no answers then.
func TestCancellingInEveryStage(t *testing.T) {
	ctx := context.Background()
	for stage := 1; stage <= 3; stage++ {
		w := newWorld(t)
		w.thirdChecker()
		c := w.staged(review.Definition{Stages: []review.Stage{by("carl@acme.example"), by("cleo.c@acme.example"), by("carl@acme.example")}})
		for k, who := range []domain.Actor{w.carl, w.cleo} {
			if k+1 < stage {
				w.keepAll(who, c)
			}
		}
		w.is(c, review.Active, stage, 1)
		_, _, err := w.svc.Cancel(ctx, w.admin, c.ID, "wrong scope")
		w.must(err)
		w.wantRule(w.decide(w.carl, c, review.DecisionInput{Item: 1, Answer: review.Keep}), "not-active")
		if _, err = w.svc.Advance(ctx, w.admin, c.ID); err != nil {
			t.Errorf("advance on a cancelled campaign: %v", err)
		}
		w.is(c, review.Cancelled, stage, 1)
	}
}

// lateWorld is a stage of several reviewers: Tom for what Dana and Eve and the
// crew hold, Ada for Tom's own.
func lateWorld(t *testing.T, d review.Definition) (*world, review.Campaign) {
	t.Helper()
	w := newWorld(t)
	if d.Stages == nil {
		d.Stages = []review.Stage{byManager}
	}
	d.CountersignAll = true
	return w, w.staged(d)
}

func (w *world) giveBack(c review.Campaign, of domain.Actor, due time.Time, holdings ...domain.ID) {
	w.t.Helper()
	var nos []int
	for _, h := range holdings {
		nos = append(nos, w.item(c, h).No)
	}
	_, err := w.svc.Return(context.Background(), w.cleo, c.ID, of.Principal, nos, "look again", due)
	w.must(err)
}

func (w *world) lapse(c review.Campaign) ([]review.Packet, error) {
	return w.svc.Lapse(context.Background(), w.admin, c.ID)
}

// A return that arrives after the deadline gives the item a due date of its
// own: it is answered, signed, countersigned, and the stage closes.
func TestAReturnAfterTheDeadline(t *testing.T) {
	w, c := lateWorld(t, review.Definition{})
	w.keepRest(w.tom, c)
	w.sign(w.tom, c)
	w.keepRest(w.admin, c)
	w.sign(w.admin, c)
	w.check(w.cleo, c, w.admin)
	w.pastDue(c)
	own := w.now().AddDate(0, 0, 5)
	w.giveBack(c, w.tom, own, "gnt_dana")
	w.is(c, review.Active, 1, 1)
	// Decided again and not signed yet, it is still Tom's until his own date.
	w.say(w.tom, c, "gnt_dana", review.Revoke)
	_, err := w.lapse(c)
	w.wantRule(err, "not-due")
	w.sign(w.tom, c)
	w.is(c, review.Decided, 1, 1)
	w.check(w.cleo, c, w.tom)
	w.is(c, review.SignedOff, 1, 1)
	w.wantRuling(c, "gnt_dana", review.Ruling{Answer: review.Revoke, Reviewer: tomID, Last: 1, Decisive: 1, Iteration: 1, Checker: w.cleo.Principal})
}

// A returned item that is not answered by its own due date lapses alone: what
// was signed before counts, what was reopened does not.
func TestAReturnedPacketLapses(t *testing.T) {
	w, c := lateWorld(t, review.Definition{})
	w.say(w.tom, c, "gnt_dana_ops", review.Revoke)
	w.keepRest(w.tom, c)
	w.sign(w.tom, c)
	w.keepAll(w.admin, c)
	w.pastDue(c)
	own := w.now().AddDate(0, 0, 5)
	w.giveBack(c, w.tom, own, "gnt_dana", "gnt_eve")
	w.say(w.tom, c, "gnt_eve", review.Keep) // decided again, not signed
	w.clock.Set(own.Add(time.Millisecond))
	w.wantRule(w.decide(w.tom, c, review.DecisionInput{Item: w.item(c, "gnt_dana").No, Answer: review.Keep}), "late")
	ps, err := w.lapse(c)
	w.must(err)
	if len(ps) != 1 || !ps[0].Lapsed || ps[0].Reviewer != tomID {
		t.Fatalf("lapsed: %+v", ps)
	}
	w.wantRule(w.decide(w.tom, c, review.DecisionInput{Item: w.item(c, "gnt_dana").No, Answer: review.Keep}), "not-active")
	w.check(w.carl, c, w.tom) // Cleo returned it
	w.is(c, review.SignedOff, 1, 1)
	for h, want := range map[domain.ID]review.Answer{"gnt_dana": review.Silent, "gnt_eve": review.Silent, "gnt_dana_ops": review.Revoke, "gnt_crew": review.Keep, "gnt_tom": review.Keep} {
		if got := w.item(c, h).Ruling.Answer; got != want {
			t.Errorf("%s is ruled %s, want %s", h, got, want)
		}
	}
}

// At the deadline an open packet lapses: its unsigned decisions do not count
// and stay on record; a checker who does not own the campaign countersigns it.
// One that a checker returns instead can still be answered; what was not
// signed even then does not count either.
func TestLapsedPackets(t *testing.T) {
	ctx := context.Background()
	w, c := lateWorld(t, review.Definition{NonResponse: review.SilenceRules{Other: review.SilenceRevokes}})
	w.seed(domain.Grant{ID: "gnt_ada_chk", Holder: principalHolder(w.admin.Principal), Target: dutyOf(domain.DutyChecker), Level: domain.Held})
	w.say(w.tom, c, "gnt_dana_ops", review.Keep)
	w.say(w.tom, c, "gnt_crew", review.Keep)
	w.keepAll(w.admin, c)
	_, err := w.lapse(c)
	w.wantRule(err, "not-due")
	w.clock.Set(c.Due.Add(-time.Minute))
	_, err = w.lapse(c)
	w.wantRule(err, "not-due")
	w.pastDue(c)
	_, err = w.svc.Lapse(ctx, w.tom, c.ID)
	w.wantRule(err, "not-campaign-owner")
	_, err = w.lapse(c)
	w.must(err)
	w.is(c, review.Decided, 1, 1)
	_, err = w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.wantRule(err, "not-active")
	_, err = w.svc.Countersign(ctx, w.admin, c.ID, tomID, "")
	w.wantRule(err, "checker-is-owner")
	// Cleo gives one item back; Tom answers, and does not sign.
	own := w.now().AddDate(0, 0, 3)
	w.giveBack(c, w.tom, own, "gnt_dana")
	w.say(w.tom, c, "gnt_dana", review.Keep)
	w.wantRule(w.decide(w.tom, c, review.DecisionInput{Item: w.item(c, "gnt_eve").No, Answer: review.Keep}), "signed")
	w.clock.Set(own.Add(time.Millisecond))
	_, err = w.lapse(c)
	w.must(err)
	w.check(w.carl, c, w.tom)
	w.is(c, review.SignedOff, 1, 1)
	// Dana's Ops access is high-risk: silence about it blocks.
	w.wantRuling(c, "gnt_dana_ops", review.Ruling{Answer: review.Silent, Reviewer: tomID, Last: 1, Decisive: 1, Iteration: 1, Checker: w.carl.Principal})
	for _, h := range []domain.ID{"gnt_dana", "gnt_crew", "gnt_eve"} {
		w.wantRuling(c, h, review.Ruling{Answer: review.Revoke, Reviewer: tomID, Last: 1, Decisive: 1, Iteration: 1, Checker: w.carl.Principal, Unanswered: true})
	}
	if d := w.item(c, "gnt_crew").Decision; d.Answer != review.Keep {
		t.Errorf("the unsigned decision is gone from the record: %+v", d)
	}
	// The maker of what silence revokes is the campaign's owner.
	_, err = w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	var sets []domain.ChangeSet
	storetest.View(t, w.s, func(tx review.Tx) (err error) {
		sets, err = tx.ChangeSets(review.ChangeSetQuery{Campaign: c.ID})
		return err
	})
	for _, cs := range sets {
		if cs.Maker != w.admin.Principal {
			t.Errorf("%s was made by %s", cs.Title, cs.Maker)
		}
	}
	if len(sets) != 2 { // Dana and the crew; Eve's lives in another system
		t.Errorf("%d change sets", len(sets))
	}
}

// Signed again after a lapse, the signature covers the whole packet; what was
// not returned and was silent stays silent, and does not stand in the way.
func TestAReturnOfALapsedPacketIsSigned(t *testing.T) {
	w, c := lateWorld(t, review.Definition{})
	w.say(w.tom, c, "gnt_crew", review.Keep)
	w.keepAll(w.admin, c)
	w.pastDue(c)
	_, err := w.lapse(c)
	w.must(err)
	w.giveBack(c, w.tom, w.now().AddDate(0, 0, 3), "gnt_dana")
	w.say(w.tom, c, "gnt_dana", review.Keep)
	w.sign(w.tom, c)
	w.check(w.cleo, c, w.tom)
	w.is(c, review.SignedOff, 1, 1)
	for h, want := range map[domain.ID]review.Answer{"gnt_dana": review.Keep, "gnt_crew": review.Keep, "gnt_eve": review.Silent} {
		if got := w.item(c, h).Ruling.Answer; got != want {
			t.Errorf("%s is ruled %s, want %s", h, got, want)
		}
	}
}

// Packets lapse when they are due, each for itself.
func TestOneLapsesAndAnotherIsNotDue(t *testing.T) {
	w, c := lateWorld(t, review.Definition{})
	w.keepRest(w.tom, c)
	w.sign(w.tom, c)
	w.pastDue(c)
	own := w.now().AddDate(0, 0, 5)
	w.giveBack(c, w.tom, own, "gnt_dana")
	ps, err := w.lapse(c) // Ada never answered
	w.must(err)
	if len(ps) != 1 || ps[0].Reviewer != w.admin.Principal {
		t.Fatalf("lapsed: %+v", ps)
	}
	w.is(c, review.Active, 1, 1)
	w.say(w.tom, c, "gnt_dana", review.Keep)
	w.sign(w.tom, c)
	w.check(w.cleo, c, w.tom, w.admin)
	w.is(c, review.SignedOff, 1, 1)
}
