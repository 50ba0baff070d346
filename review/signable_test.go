package review_test

import (
	"context"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// Two reviewers of one stage, or of two, do not contradict each other about an
// area and what is below it: whoever signs second is refused.
func TestContradictionsAcrossReviewers(t *testing.T) {
	ctx := context.Background()
	areas := review.Scope{Kinds: []domain.TargetKind{domain.TargetArea}, Principals: []domain.ID{danaID}}
	sign := func(w *world, who domain.Actor, c review.Campaign) error {
		_, err := w.svc.SignOff(ctx, who, c.ID, c.Name)
		return err
	}
	t.Run("in one stage", func(t *testing.T) {
		w := newWorld(t)
		c := w.staged(review.Definition{Scope: areas, CountersignAll: true, Stages: []review.Stage{byManager}})
		child := w.item(c, "gnt_ab").No
		w.must(w.handTo(c, w.carl, child))
		w.say(w.tom, c, "gnt_dep", review.Revoke)
		w.sign(w.tom, c)
		w.say(w.carl, c, "gnt_ab", review.Keep)
		w.wantRule(sign(w, w.carl, c), "contradiction")
		w.say(w.carl, c, "gnt_ab", review.Revoke)
		w.must(sign(w, w.carl, c))
	})
	t.Run("the child was kept first", func(t *testing.T) {
		w := newWorld(t)
		c := w.staged(review.Definition{Scope: areas, CountersignAll: true, Stages: []review.Stage{byManager}})
		w.must(w.handTo(c, w.carl, w.item(c, "gnt_ab").No))
		w.say(w.carl, c, "gnt_ab", review.Keep)
		w.sign(w.carl, c)
		w.say(w.tom, c, "gnt_dep", review.Revoke)
		w.wantRule(sign(w, w.tom, c), "contradiction")
		w.say(w.tom, c, "gnt_dep", review.Keep)
		w.must(sign(w, w.tom, c))
	})
	t.Run("over stages", func(t *testing.T) {
		w := newWorld(t)
		c := w.staged(review.Definition{Scope: areas, CountersignAll: true, Stops: []review.Answer{review.Revoke},
			Stages: []review.Stage{byManager, by("carl@acme.example")}})
		w.say(w.tom, c, "gnt_dep", review.Revoke)
		w.say(w.tom, c, "gnt_ab", review.Abstain)
		w.sign(w.tom, c)
		w.check(w.cleo, c, w.tom)
		w.is(c, review.Active, 2, 1)
		w.say(w.carl, c, "gnt_ab", review.Keep)
		w.wantRule(sign(w, w.carl, c), "contradiction")
		w.say(w.carl, c, "gnt_ab", review.Revoke)
		w.must(sign(w, w.carl, c))
	})
}

// handTo gives items to another reviewer in the stage under way.
func (w *world) handTo(c review.Campaign, to domain.Actor, items ...int) error {
	q, err := w.svc.Reassign(context.Background(), w.admin, c.ID, items, to.Principal, "knows the area")
	if err == nil {
		_, err = w.svc.ApproveRequest(context.Background(), w.cleo, q.ID, "yes")
	}
	return err
}

// An office that two reviewers would empty together keeps its last holder: the
// second of them is refused at sign-off, in the same stage and in a later one.
func TestOfficesEmptiedByTwoReviewers(t *testing.T) {
	ctx := context.Background()
	account := domain.Target{Kind: domain.TargetAccount}
	accounts := func(t *testing.T) (*world, domain.ID) {
		w := newWorld(t)
		w.seed(domain.Grant{ID: "gnt_adm2", Holder: principalHolder(danaID), Target: account, Level: domain.Held})
		for _, g := range w.org().GrantsOn(account) {
			if g.ID != "gnt_adm2" {
				return w, g.ID
			}
		}
		t.Fatal("nobody but Dana is an account admin")
		return nil, ""
	}
	scope := review.Scope{Kinds: []domain.TargetKind{domain.TargetAccount}}
	t.Run("in one stage", func(t *testing.T) {
		w, adas := accounts(t)
		c := w.staged(review.Definition{Scope: scope, CountersignAll: true, Stages: []review.Stage{by(review.ByManager, "carl@acme.example")}})
		w.say(w.tom, c, "gnt_adm2", review.Revoke)
		w.sign(w.tom, c)
		w.say(w.carl, c, adas, review.Revoke)
		_, err := w.svc.SignOff(ctx, w.carl, c.ID, c.Name)
		w.wantRule(err, domain.RuleLastAccountAdmin)
		w.say(w.carl, c, adas, review.Keep)
		w.sign(w.carl, c)
	})
	t.Run("over stages", func(t *testing.T) {
		w, adas := accounts(t)
		c := w.staged(review.Definition{Scope: scope, CountersignAll: true, Stages: []review.Stage{by(review.ByManager, "carl@acme.example"), by("carl@acme.example")}})
		w.say(w.tom, c, "gnt_adm2", review.Revoke)
		w.sign(w.tom, c)
		w.say(w.carl, c, adas, review.Keep)
		w.sign(w.carl, c)
		w.check(w.cleo, c, w.tom, w.carl)
		w.is(c, review.Active, 2, 1)
		w.say(w.carl, c, adas, review.Revoke)
		_, err := w.svc.SignOff(ctx, w.carl, c.ID, c.Name)
		w.wantRule(err, domain.RuleLastAccountAdmin)
	})
}

// An abstention that the rule for silence turns into a revocation is the
// campaign owner's act: somebody else has checked it, or nothing is remedied.
func TestAbstentionsThatBecomeRevocationsAreChecked(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_ada_chk", Holder: principalHolder(w.admin.Principal), Target: dutyOf(domain.DutyChecker), Level: domain.Held})
	c := w.staged(review.Definition{Stages: []review.Stage{byManager}, NonResponse: review.SilenceRules{Other: review.SilenceRevokes}})
	w.keepAll(w.admin, c)
	w.say(w.tom, c, "gnt_dana", review.Abstain)
	w.say(w.tom, c, "gnt_dana_ops", review.Abstain)
	w.keepRest(w.tom, c)
	w.sign(w.tom, c)
	if p := w.packetOf(c, 1, w.tom); p.State != review.Signed {
		t.Fatalf("the packet needs no checker: %+v", p)
	}
	_, err := w.svc.Countersign(ctx, w.admin, c.ID, tomID, "")
	w.wantRule(err, "checker-is-owner")
	w.check(w.cleo, c, w.tom)
	w.wantRuling(c, "gnt_dana", review.Ruling{Answer: review.Revoke, Reviewer: tomID, Last: 1, Decisive: 1, Iteration: 1, Checker: w.cleo.Principal, Unanswered: true})
	rem, err := w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	if rem.Items != 1 || rem.Failed != 0 {
		t.Errorf("remediation: %+v", rem)
	}
}

// A checker returns an item in the packet of one of its reviewers; those of
// the others stay as they are.
func TestAReturnAmongSeveralReviewers(t *testing.T) {
	w := newWorld(t)
	c := w.staged(review.Definition{CountersignAll: true, Stages: []review.Stage{{Reviewers: []string{"carl@acme.example"}, Additional: []string{"tom@acme.example"}, Strategy: "all-must-accept"}}})
	if len(w.items(review.ItemQuery{Campaign: c.ID, Stage: 1, Reviewer: tomID})) == 0 {
		t.Fatal("only one of the two is asked")
	}
	w.keepRest(w.carl, c)
	w.sign(w.carl, c)
	w.keepRest(w.tom, c) // decided last: items are shown for Tom where no reviewer is named
	w.sign(w.tom, c)
	w.giveBack(c, w.carl, w.now().AddDate(0, 0, 3), "gnt_dana")
	if p := w.packetOf(c, 1, w.carl); p.State != review.Returned {
		t.Errorf("Carl's packet is %s", p.State)
	}
	w.say(w.carl, c, "gnt_dana", review.Revoke)
	w.sign(w.carl, c)
	w.check(w.cleo, c, w.carl, w.tom)
	if r := w.item(c, "gnt_dana").Ruling; r.Answer != review.Revoke || r.Reviewer != w.carl.Principal {
		t.Errorf("ruled %+v", r)
	}
}
