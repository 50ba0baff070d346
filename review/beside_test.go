package review_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// Checker ≠ reviewer (PRODUCT 5): nobody who answers for an item, in whatever
// stage, beside whom and on whose behalf ever, checks a packet that holds it;
// else two could wave each other's answers through. Whoever answers for other
// items of the campaign does.
func TestReviewersOfAnItemDoNotCheckEachOther(t *testing.T) {
	ctx := context.Background()
	beside := review.Stage{Reviewers: []string{string(tomID)}, Additional: []string{string(unaID)}}
	for name, x := range map[string]struct {
		stages  []review.Stage
		before  func(w *world, c review.Campaign) // the launch
		after   func(w *world, c review.Campaign) // it
		answers domain.ID                         // whose packet is checked
		stage   int
		barred  []domain.ID
		free    domain.ID
	}{
		"beside":              {stages: []review.Stage{beside}, answers: tomID, barred: []domain.ID{unaID}, free: vicID},
		"the other way round": {stages: []review.Stage{beside}, answers: unaID, barred: []domain.ID{tomID}, free: vicID},
		"to be asked in the next stage": {stages: []review.Stage{by(string(tomID)), by(string(unaID))}, answers: tomID,
			barred: []domain.ID{unaID}, free: vicID},
		"asked in the stage before": {stages: []review.Stage{by(string(tomID)), by(string(unaID))}, answers: unaID, stage: 2,
			barred: []domain.ID{tomID}, free: vicID},
		"on whose behalf another answers beside": {stages: []review.Stage{beside}, answers: tomID, barred: []domain.ID{unaID, vicID}, free: wimID,
			after: func(w *world, c review.Campaign) {
				w.must(w.svc.Delegate(ctx, actor(unaID), c.ID, w.numbers(c), vicID, "she knows"))
			}},
		"whose place another has taken beside": {stages: []review.Stage{beside}, answers: tomID, barred: []domain.ID{unaID, vicID}, free: wimID,
			after: func(w *world, c review.Campaign) {
				q, err := w.svc.HandOver(ctx, w.admin, c.ID, review.Handing{Items: w.numbers(c), From: unaID, To: vicID, Reason: "she knows"})
				w.must(err)
				w.must(last(w.svc.ApproveRequest(ctx, w.carl, q.ID, "")))
			}},
		"no more, since before the launch": {stages: []review.Stage{beside}, answers: tomID, barred: []domain.ID{vicID}, free: unaID,
			before: func(w *world, c review.Campaign) {
				w.must(last(w.svc.HandOver(ctx, w.admin, c.ID, review.Handing{Items: w.numbers(c), From: unaID, To: vicID, Reason: "she knows"})))
			}},
	} {
		t.Run(name, func(t *testing.T) {
			w := handed(t)
			c := w.stagedFor(x.stages...)
			if x.before != nil {
				x.before(w, c)
			}
			c = w.launched(c)
			if x.after != nil {
				x.after(w, c)
			}
			if x.stage == 2 {
				w.keepRest(w.tom, c)
				w.sign(w.tom, c)
				w.check(w.carl, c, w.tom)
				w.is(c, review.Active, 2, 1)
			}
			w.keepRest(actor(x.answers), c)
			w.sign(actor(x.answers), c)
			for _, id := range append([]domain.ID{x.free}, x.barred...) {
				w.seed(held(id, domain.DutyChecker))
			}
			for _, id := range x.barred {
				_, err := w.svc.Countersign(ctx, actor(id), c.ID, x.answers, "")
				w.wantRule(err, "checker-is-reviewer")
				_, err = w.svc.Return(ctx, actor(id), c.ID, x.answers, w.numbers(c)[:1], "look again", w.again(c).Due)
				w.wantRule(err, "checker-is-reviewer")
			}
			_, err := w.svc.Countersign(ctx, actor(x.free), c.ID, x.answers, "")
			w.must(err)
		})
	}
}

// A refusal to a checker says who can do it; where nobody can, it says that
// somebody has to be given the duty.
func TestARefusedCheckerHearsWhoCan(t *testing.T) {
	ctx := context.Background()
	w := handed(t)
	c := w.launched(w.stagedFor(review.Stage{Reviewers: []string{string(tomID)}, Additional: []string{string(unaID)}}))
	w.keepRest(w.tom, c)
	w.sign(w.tom, c)
	for _, id := range []domain.ID{tomID, unaID, danaID} {
		w.seed(held(id, domain.DutyChecker))
	}
	hints := func(want string) {
		t.Helper()
		for _, id := range []domain.ID{tomID, unaID, danaID} { // the reviewer, one beside, the subject
			_, err := w.svc.Countersign(ctx, actor(id), c.ID, tomID, "")
			var e *domain.Error
			if !errors.As(err, &e) || e.Hint != want {
				t.Errorf("%s is told %v, want the hint %q", id, e, want)
			}
		}
	}
	hints("Cleo C and Carl can")
	for _, g := range []domain.Actor{w.cleo, w.carl} {
		for _, h := range w.org().GrantsOf(principalHolder(g.Principal)) {
			if h.Target.Kind == domain.TargetDuty {
				w.seedChange(domain.End(h))
			}
		}
	}
	hints("nobody else can: give the duty checker to somebody who neither answers for these items nor has them (countersign duty PERSON checker)")
}

// A launch, and a hand-over, leave a checker for every packet who answers for
// none of its items.
func TestReviewersAreNoCheckersToCountOn(t *testing.T) {
	ctx := context.Background()
	w := handed(t)
	both := review.Stage{Reviewers: []string{string(w.cleo.Principal)}, Additional: []string{string(w.carl.Principal)}}
	for name, stages := range map[string][]review.Stage{
		"beside":        {both},
		"in two stages": {by(string(w.cleo.Principal)), by(string(w.carl.Principal))},
	} {
		for i := range stages {
			stages[i].Days = 30
		}
		c := w.stagedBy(name, review.Definition{Stages: stages, Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, Principals: []domain.ID{danaID}}})
		ch, found := w.preLaunch(c, review.CheckNoChecker)
		if !found || !ch.Block || ch.Count != 2 || !strings.Contains(ch.Hint, "give the duty checker to someone else") {
			t.Errorf("%s: the check is %+v", name, ch)
		}
		w.seed(held(vicID, domain.DutyChecker))
		if ch, found := w.preLaunch(c, review.CheckNoChecker); found {
			t.Errorf("%s: with one more checker there is %+v", name, ch)
		}
		w.seedChange(domain.End(held(vicID, domain.DutyChecker)))
	}
	c := w.launched(w.stagedFor(review.Stage{Reviewers: []string{string(tomID)}, Additional: []string{string(w.carl.Principal)}}))
	w.wantRule(w.svc.Delegate(ctx, w.tom, c.ID, w.numbers(c), w.cleo.Principal, "she knows"), "no-countersigner")
	w.must(w.svc.Delegate(ctx, w.tom, c.ID, w.numbers(c), unaID, "she knows"))
}
