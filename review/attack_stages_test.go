package review_test

import (
	"context"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// An exception made for silence ends when somebody answers after all: it takes
// no revocation back.
func TestAnAnswerEndsTheExceptionForSilence(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	no := w.item(c, "gnt_dana").No
	w.must(last(w.svc.Except(ctx, w.cleo, c.ID, []int{no}, "2026-12-31", "nobody has time")))
	w.answer(w.tom, c, "gnt_dana", review.Revoke, 0)
	if got := w.item(c, "gnt_dana").Outcome.Result; got != review.Pending {
		t.Fatalf("answered, the item is %s still", got)
	}
	w.keepRest(w.tom, c)
	w.keepRest(w.admin, c)
	for _, who := range []domain.Actor{w.tom, w.admin} {
		_, err := w.svc.SignOff(ctx, who, c.ID, c.Name)
		w.must(err)
	}
	_, err := w.svc.Countersign(ctx, w.cleo, c.ID, tomID, "")
	w.must(err)
	_, err = w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	if _, there := w.org().Holding("gnt_dana"); there {
		t.Error("what was revoked is there still")
	}
}

// An exception holds a year at the most.
func TestAnExceptionDoesNotHoldForEver(t *testing.T) {
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	_, err := w.svc.Except(context.Background(), w.cleo, c.ID, []int{1}, "9999-12-31", "for ever")
	if domain.CodeOf(err) != domain.Invalid {
		t.Errorf("an exception until the year 9999: %v", err)
	}
}

// A subject of shared access who abstains needs a checker as one who keeps it
// does: the rule for silence must not do alone what they may not.
func TestASubjectsAbstentionIsChecked(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Q1", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Groups: []domain.ID{"grp_crew"}},
			NonResponse: review.SilenceRules{Other: review.SilenceKeeps, High: review.SilenceKeeps},
			Stages:      []review.Stage{{Reviewers: []string{"usr_dana"}}}}})
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	c, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	dana := w.as("usr_dana")
	shared := false
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID, Reviewer: dana.Principal}) {
		for _, s := range it.Subjects {
			shared = shared || s == dana.Principal
		}
		w.must(w.decide(dana, c, review.DecisionInput{Item: it.No, Answer: review.Abstain, Reason: "no opinion"}))
	}
	if !shared {
		t.Fatal("Dana is no subject of anything she reviews")
	}
	p, err := w.svc.SignOff(ctx, dana, c.ID, c.Name)
	w.must(err)
	if p.State != review.Signed {
		t.Errorf("her packet is %s without a checker", p.State)
	}
}

// Cancelling a campaign after its last stage closed takes back none of its
// rulings: they stand, and are what the next campaign is compared with.
func TestACancelledCampaignsRulingsStand(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.remedied()
	_, _, err := w.svc.Cancel(ctx, w.admin, c.ID, "again next year")
	w.must(err)
	it := w.item(c, "gnt_dana")
	if it.Ruling.Answer != review.Revoke || it.Ruling.Iteration != 1 {
		t.Errorf("cancelled, the item is ruled %+v", it.Ruling)
	}
	n := 0
	storetest.View(t, w.s, func(tx review.Tx) error {
		for p, err := range tx.PastRulings(0) {
			if err != nil {
				return err
			}
			if p.Campaign == c.ID && p.Grant == "gnt_dana" && p.Answer == review.Revoke {
				n++
			}
		}
		return nil
	})
	if n != 1 {
		t.Errorf("the revocation is read %d times by the next campaign, want once", n)
	}
}

// An approved definition launches what it says, not what somebody made of it:
// a staged campaign whose reviewers were changed by hand waits for a checker.
func TestTheClockDoesNotLaunchWhatWasChangedByHand(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.clock.Set(day(1, 15))
	w.approved(monthly("Agents"))
	w.tick(day(4, 2)) // two dates were missed: their campaigns are drafts
	c := w.campaigns()["Agents 2027-02-28"]
	for _, name := range []string{"Agents 2027-01-31", "Agents 2027-02-28"} {
		if d := w.campaigns()[name]; d.Due.After(c.Due) {
			c = d
		}
	}
	c, err := w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	if !c.Due.After(w.now()) {
		_, _, err = w.svc.Extend(ctx, w.admin, c.ID, w.now().AddDate(0, 1, 0), "it was missed")
		w.must(err)
	}
	it := w.item(c, "gnt_dana")
	_, err = w.svc.Reassign(ctx, w.admin, c.ID, []int{it.No}, eveID, "she is nearer")
	w.must(err)
	w.tick(day(4, 3))
	if now := w.read(c.ID); now.State != review.Staged {
		t.Fatalf("changed by hand, it is %s", now.State)
	}
	report, err := w.svc.Tick(ctx, w.admin, true)
	w.must(err)
	if waits := strings.Join(report.Waits, "\n"); !strings.Contains(waits, "were changed since") {
		t.Errorf("why it waits is not said: %s", waits)
	}
	_, err = w.svc.Launch(ctx, w.carl, c.ID)
	w.must(err)
}
