package review_test

import (
	"context"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// A returned item reopens as a new version with its own due date (PRODUCT 5):
// what was signed before was sent back and does not come back by waiting.
// Unanswered or unsigned it lapses as no response, and so does what was not
// signed again; at the due date itself it is still taken, a millisecond later
// it is not. Until it is answered, its old answer counts in no figure.
func TestWhatWasSentBackIsNotRestored(t *testing.T) {
	ctx := context.Background()
	for name, x := range map[string]struct {
		when    time.Duration // of the answer, from the item's own due date
		answers bool
		signs   bool
		rule    string // of the refusal
		want    review.Answer
	}{
		"nobody answers":           {want: review.Silent},
		"answered 1 ms before":     {when: -time.Millisecond, answers: true, signs: true, want: review.Keep},
		"answered at the due date": {answers: true, signs: true, want: review.Keep},
		"answered 1 ms after":      {when: time.Millisecond, answers: true, rule: "late", want: review.Silent},
		"answered, and not signed": {when: -time.Millisecond, answers: true, want: review.Silent},
	} {
		t.Run(name, func(t *testing.T) {
			w, c := lateWorld(t, review.Definition{})
			w.say(w.tom, c, "gnt_dana", review.Revoke)
			w.keepRest(w.tom, c)
			w.sign(w.tom, c)
			w.keepAll(w.admin, c)
			before := w.answeredBy(c, tomID)
			own := c.Due.AddDate(0, 0, 5)
			w.giveBack(c, w.tom, own, "gnt_dana")
			no := w.item(c, "gnt_dana").No
			if it := w.item(c, "gnt_dana"); it.Decision.Answer != review.Silent || w.answeredBy(c, tomID) != before-1 {
				t.Errorf("sent back, it is %s, and %d of Tom's items count as answered, were %d", it.Decision.Answer, w.answeredBy(c, tomID), before)
			}
			w.clock.Set(own.Add(x.when))
			if x.answers {
				err := w.decide(w.tom, c, review.DecisionInput{Item: no, Answer: review.Keep, Reason: "still needed"})
				if x.rule != "" {
					w.wantRule(err, x.rule)
				} else {
					w.must(err)
				}
			}
			if x.signs {
				w.sign(w.tom, c)
			} else {
				w.clock.Set(own.Add(2 * time.Millisecond))
				ps, err := w.lapse(c)
				w.must(err)
				if len(ps) != 1 || ps[0].Word() != "lapsed" {
					t.Errorf("lapsed: %+v", ps)
				}
			}
			_, err := w.svc.Countersign(ctx, w.carl, c.ID, tomID, "") // Cleo returned it
			w.must(err)
			w.is(c, review.SignedOff, 1, 1)
			if got := w.item(c, "gnt_dana").Ruling; got.Answer != x.want {
				t.Errorf("it is ruled %s, want %s", got.Answer, x.want)
			}
			_, err = w.svc.Remediate(ctx, w.admin, c.ID)
			w.must(err)
			if _, there := w.org().Holding("gnt_dana"); !there {
				t.Error("the revocation that was sent back was carried out")
			}
			if got := w.item(c, "gnt_crew").Ruling.Answer; got != review.Keep {
				t.Errorf("what stayed signed is ruled %s", got)
			}
		})
	}
}

// answeredBy gives how many answers of a reviewer are measured.
func (w *world) answeredBy(c review.Campaign, who domain.ID) (n int) {
	w.t.Helper()
	storetest.View(w.t, w.s, func(tx review.Tx) error {
		all, err := review.DiligenceOf(tx, w.again(c))
		for _, r := range all {
			if r.Reviewer == who {
				n = r.Answered
			}
		}
		return err
	})
	return n
}

// What was returned with a due date of its own keeps it when it is delegated after
// the stage's: whoever has it now may answer up to then, and no longer.
func TestADelegatedReturnKeepsItsDate(t *testing.T) {
	for when, rule := range map[time.Duration]string{0: "", time.Millisecond: "late"} {
		w, c := lateWorld(t, review.Definition{})
		w.say(w.tom, c, "gnt_dana", review.Revoke)
		w.keepRest(w.tom, c)
		w.sign(w.tom, c)
		w.keepAll(w.admin, c)
		own := c.Due.AddDate(0, 0, 5)
		w.giveBack(c, w.tom, own, "gnt_dana")
		w.clock.Set(c.Due.Add(time.Hour))
		no := w.item(c, "gnt_dana").No
		w.must(w.svc.Delegate(context.Background(), w.tom, c.ID, []int{no}, eveID, "she knows it"))
		w.clock.Set(own.Add(when))
		err := w.decide(w.eve, c, review.DecisionInput{Item: no, Answer: review.Keep, Reason: "still needed"})
		if rule != "" {
			w.wantRule(err, rule)
			continue
		}
		w.must(err)
		if it := w.item(c, "gnt_dana"); it.Reviewer != eveID || it.Decision.Answer != review.Keep {
			t.Errorf("it is %s for %s", it.Decision.Answer, it.Reviewer)
		}
	}
}

// An item that nobody can review is named with the stage it is so in.
func TestNobodyEligibleNamesTheStage(t *testing.T) {
	w := newWorld(t)
	c := w.stagedBy("Two", review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, Principals: []domain.ID{w.admin.Principal, tomID}},
		Stages: []review.Stage{by("carl@acme.example"), {Reviewers: []string{string(tomID)}, Days: 7}}})
	if ch, found := w.preLaunch(c, review.CheckNoReviewer); found {
		t.Fatalf("before: %s", ch.Text)
	}
	tom := w.record(domain.KindPrincipal, w.admin.Principal).(domain.Principal)
	w.seed(domain.Grant{ID: "gnt_ada_own", Holder: principalHolder(tom.ID), Target: onAgent(opsID), Level: domain.ViewUse})
	c = w.stagedBy("Alone", review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, Principals: []domain.ID{tom.ID}},
		Stages: []review.Stage{by("carl@acme.example"), {Reviewers: []string{review.ByManager}, Days: 7}}})
	if ch, found := w.preLaunch(c, review.CheckNoReviewer); !found || ch.Text != "1 item has nobody eligible to review them in stage 2: item 1" {
		t.Errorf("%v: %q", found, ch.Text)
	}
}
