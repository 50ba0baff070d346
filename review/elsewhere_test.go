package review_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// elsewhere lists defects that access-review products have had, each in a
// sentence, with the test that this one does not have it. Where a test stands
// beside the part it is about, it is named here and run there.
var elsewhere = []struct {
	defect string
	test   func(*testing.T)
}{
	{"the comparison with the last review goes by account, so that Read that became Edit reads unchanged", levelChangeShows},
	{"the comparison is with the last campaign, so that what it left out reads as new, and what it never saw as unchanged", baselineIsPerGrant},
	{"a decision is stored without its decider, or a batch is credited to one of two people", everyDecisionHasItsDecider},
	{"a part of a large batch is credited to nobody, or to one of two people", everyPartOfABulkHasItsDecider},
	{"a later reviewer's accept overwrites an earlier reviewer's revoke on the record", acceptErasesNoRevoke},
	{"opening a review writes decisions, or the list comes with answers filled in", openingDecidesNothing},
	{"a certified child under a revoked parent is signed off, and the two undo each other", childUnderRevokedParent},
	{"an item returned after the deadline can be neither answered nor passed over", TestAReturnAfterTheDeadline},
	{"a group's revoked grant never verifies while a member's own, certified grant stands", retainedByItem},
	{"a campaign closes after a revocation failed", closingAfterFailure},
	{"a campaign closes although what was revoked was given back meanwhile", closingAfterUndoing},
	{"a revoked nested membership counts as done while the parent's grants still come by another path", nestedMembershipLeavesAPath},
	{"a revoked membership counts as done while the person is in the group by a nested one", membershipLeavesTheNestedOne},
	{"a review record can be deleted once people have answered", nothingIsDeleted},
	{"a mistyped word becomes a default", mistypedWords},
	{"a stage without a duration never ends, or ends at once", missingDuration},
	{"administrators are exempt from the rules", adminsAreNotExempt},
	{"an answer after the deadline is taken", lateAnswers},
	{"a bulk decision is done in part", bulkIsWhole},
	{"agents without an owner, leavers' grants and ownerless keys are in nobody's list", unownedIsAlwaysAsked},
}

func TestDefectsSeenElsewhere(t *testing.T) {
	for _, d := range elsewhere {
		t.Run(d.defect, d.test)
	}
}

// named is a campaign over kinds, asked of Carl, launched.
func (w *world) named(name string, kinds ...domain.TargetKind) review.Campaign {
	w.t.Helper()
	ctx := context.Background()
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: name, Due: w.now().AddDate(0, 1, 0), Definition: review.Definition{
		CountersignAll: true, Scope: review.Scope{Kinds: kinds}, Stages: []review.Stage{by("carl@acme.example")}}})
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	c, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	return c
}

// settle remediates, verifies and closes.
func (w *world) settle(c review.Campaign) {
	w.t.Helper()
	ctx := context.Background()
	_, err := w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	_, err = w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	_, err = w.svc.Close(ctx, w.admin, c.ID)
	w.must(err)
}

func (w *world) replace(before, after domain.Record) {
	w.t.Helper()
	storetest.Append(w.t, w.s, domain.Event{Type: domain.EvApplied, Subject: "later"}, domain.Replace(before, after))
}

func levelChangeShows(t *testing.T) {
	w := newWorld(t)
	c := w.named("Q1", domain.TargetAgent)
	w.keepAll(w.carl, c)
	w.settle(c)
	for id, to := range map[domain.ID]domain.Level{"gnt_tom": domain.EditAgent, "gnt_dana": domain.ViewUse} {
		was := w.grant(id)
		now := was
		now.Level = to
		w.replace(was, now)
	}
	c = w.named("Q2", domain.TargetAgent)
	for id, want := range map[domain.ID]review.DeltaKind{"gnt_tom": review.DeltaUp, "gnt_dana": review.DeltaDown, "gnt_crew": review.DeltaUnchanged} {
		if d := w.item(c, id).Delta; d.Kind != want || d.Text == "" && want != review.DeltaUnchanged {
			t.Errorf("%s: %+v, want %v", id, d, want)
		}
	}
}

func baselineIsPerGrant(t *testing.T) {
	w := newWorld(t)
	c := w.named("Q1", domain.TargetAgent)
	w.keepAll(w.carl, c)
	w.settle(c)
	w.keepAll(w.carl, w.named("Areas only", domain.TargetArea))
	w.seed(domain.Grant{ID: "gnt_fresh", Holder: principalHolder(eveID), Target: onAgent(salesID), Level: domain.ViewUse})
	c = w.named("Q3", domain.TargetAgent, domain.TargetArea)
	for id, want := range map[domain.ID]review.DeltaKind{"gnt_dana": review.DeltaUnchanged, "gnt_dep": review.DeltaUnchanged, "gnt_fresh": review.DeltaNew} {
		if d := w.item(c, id).Delta; d.Kind != want {
			t.Errorf("%s: %+v, want %v", id, d, want)
		}
	}
}

func acceptErasesNoRevoke(t *testing.T) {
	w := newWorld(t)
	w.thirdChecker()
	c := w.staged(review.Definition{CountersignAll: true, Strategy: "one-accept-accepts", Stops: []review.Answer{},
		Stages: []review.Stage{by("carl@acme.example"), by("cleo.c@acme.example")}})
	w.say(w.carl, c, "gnt_dana", review.Revoke)
	w.keepAll(w.carl, c)
	w.keepAll(w.cleo, c)
	it := w.item(c, "gnt_dana")
	if it.Ruling.Answer != review.Keep || it.Ruling.Reviewer != w.cleo.Principal {
		t.Errorf("one accept accepts: %+v", it.Ruling)
	}
	storetest.View(t, w.s, func(tx review.Tx) error {
		votes, err := tx.Votes(c.ID, it.No)
		if len(votes) != 2 || votes[0].Row.Answer != review.Revoke || votes[0].To != 0 || votes[0].By != w.carl.Principal {
			t.Errorf("on record: %+v", votes)
		}
		return err
	})
	storetest.View(t, w.s, func(tx review.Tx) error {
		rs, err := tx.Rulings(c.ID, it.No)
		if len(rs) != 3 || rs[1].Answer != review.Revoke || rs[1].Reviewer != w.carl.Principal {
			t.Errorf("rulings: %+v", rs)
		}
		return err
	})
}

func childUnderRevokedParent(t *testing.T) {
	w := newWorld(t)
	c := w.campaign(domain.TargetArea)
	w.say(w.tom, c, "gnt_dep", review.Revoke)
	w.keepRest(w.tom, c)
	_, err := w.svc.SignOff(context.Background(), w.tom, c.ID, c.Name)
	w.wantRule(err, "contradiction")
	w.say(w.tom, c, "gnt_ab", review.Revoke)
	w.sign(w.tom, c)
}

func retainedByItem(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.named("Q1", domain.TargetAgent)
	w.say(w.carl, c, "gnt_crew", review.Revoke)
	w.keepAll(w.carl, c)
	_, err := w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	_, err = w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	dana := w.item(c, "gnt_dana").No
	if o := w.item(c, "gnt_crew").Outcome; o.Result != review.Retained || !slices.Equal(o.By, []int{dana}) || !strings.HasPrefix(o.Left, "retained by item ") {
		t.Errorf("the crew's grant: %+v", o)
	}
	_, err = w.svc.Close(ctx, w.admin, c.ID)
	w.must(err)
}

func nothingIsDeleted(t *testing.T) {
	w := newWorld(t)
	for m := range reflect.TypeFor[*review.Service]().Methods() {
		if strings.HasPrefix(m.Name, "Delete") || strings.HasPrefix(m.Name, "Remove") || strings.HasPrefix(m.Name, "Purge") {
			t.Errorf("there is a use case %s", m.Name)
		}
	}
	c := w.campaign(domain.TargetAgent)
	w.keepRest(w.tom, c)
	_, _, err := w.svc.Cancel(context.Background(), w.admin, c.ID, "a mistake")
	w.must(err)
	if now := w.again(c); now.State != review.Cancelled || now.Reason != "a mistake" {
		t.Errorf("%+v", now)
	}
	if it := w.item(c, "gnt_dana"); it.Decision.Answer != review.Keep {
		t.Errorf("the decision of a cancelled campaign is gone: %+v", it.Decision)
	}
}

func mistypedWords(t *testing.T) {
	w := newWorld(t)
	for what, err := range map[string]error{
		"frequency":    func() error { _, err := review.ParsePeriod("quaterly"); return err }(),
		"day":          func() error { _, err := review.ParseDayRule("31"); return err }(),
		"strategy":     func() error { _, err := review.ParseStrategy("one-deny-denys"); return err }(),
		"non-response": func() error { _, err := review.ParseSilence("ignore"); return err }(),
		"outcome":      func() error { _, err := review.ParseStops([]string{"reject"}); return err }(),
		"answer":       func() error { _, err := review.ParseAnswer("ok"); return err }(),
		"state":        func() error { _, err := review.ParseState("live"); return err }(),
		"reviewer": func() error {
			_, err := w.svc.NewCampaign(context.Background(), w.admin, review.Campaign{Name: "X", Due: w.now().AddDate(0, 1, 0),
				Definition: review.Definition{Stages: []review.Stage{by("manger")}}})
			return err
		}(),
	} {
		if code := domain.CodeOf(err); code != domain.Invalid && code != domain.NotFound {
			t.Errorf("a mistyped %s gave %v", what, err)
		}
	}
}

func missingDuration(t *testing.T) {
	w := newWorld(t)
	_, err := w.svc.NewCampaign(context.Background(), w.admin, review.Campaign{Name: "X", Due: w.now().AddDate(0, 1, 0),
		Definition: review.Definition{Stages: []review.Stage{byManager, by("carl@acme.example")}}})
	if domain.CodeOf(err) != domain.Invalid || !strings.Contains(err.Error(), "no duration") {
		t.Errorf("stage 2 without a duration: %v", err)
	}
	_, err = w.svc.NewCampaign(context.Background(), w.admin, review.Campaign{Name: "X", Definition: review.Definition{Stages: []review.Stage{byManager}}})
	if domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a campaign without a due date: %v", err)
	}
}

// Ada is account admin, console admin and campaign owner, and here a checker
// besides.
func adminsAreNotExempt(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_ada_chk", Holder: principalHolder(w.admin.Principal), Target: dutyOf(domain.DutyChecker), Level: domain.Held},
		domain.Grant{ID: "gnt_ada", Holder: principalHolder(w.admin.Principal), Target: onAgent(opsID), Level: domain.ViewUse})
	d := w.draft(domain.TargetAgent)
	_, err := w.svc.Stage(ctx, w.admin, d.ID, nil)
	w.must(err)
	_, err = w.svc.Launch(ctx, w.admin, d.ID)
	w.wantRule(err, "launch-own")
	c, err := w.svc.Launch(ctx, w.cleo, d.ID)
	w.must(err)
	w.wantRule(w.decide(w.admin, c, review.DecisionInput{Item: w.item(c, "gnt_dana").No, Answer: review.Keep}), "not-reviewer")
	w.wantRule(w.decide(w.admin, c, review.DecisionInput{Item: w.item(c, "gnt_ada").No, Answer: review.Keep}), "own-access")
	w.say(w.tom, c, "gnt_ada", review.Revoke)
	w.keepRest(w.tom, c)
	w.sign(w.tom, c)
	_, err = w.svc.Countersign(ctx, w.admin, c.ID, tomID, "")
	w.wantRule(err, "checker-is-subject")
	w.wantRule(last(w.svc.Except(ctx, w.admin, c.ID, []int{w.item(c, "gnt_ada").No}, "2026-12-31", "mine")), "checker-is-subject")
}

func lateAnswers(t *testing.T) {
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	w.pastDue(c)
	for _, a := range []review.Answer{review.Keep, review.Revoke, review.Abstain} {
		w.wantRule(w.decide(w.tom, c, review.DecisionInput{Item: w.item(c, "gnt_dana").No, Answer: a, Reason: "late"}), "late")
	}
	if n := len(w.items(review.ItemQuery{Campaign: c.ID, State: review.ItemDecided})); n != 0 {
		t.Errorf("%d late answers were taken", n)
	}
}

func bulkIsWhole(t *testing.T) {
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	dana, eve, risky := w.item(c, "gnt_dana").No, w.item(c, "gnt_eve").No, w.item(c, "gnt_dana_ops").No
	keep := func(no int) review.DecisionInput { return review.DecisionInput{Item: no, Answer: review.Keep} }
	w.wantRule(w.decide(w.tom, c, keep(dana), keep(eve), keep(risky)), "bulk-high-risk")
	w.wantRule(w.decide(w.tom, c, keep(dana), review.DecisionInput{Item: eve, Answer: review.Revoke}), "reason-missing")
	if err := w.decide(w.tom, c, keep(dana), keep(eve), keep(4711)); err == nil {
		t.Error("an item that is not there was decided")
	}
	if n := len(w.items(review.ItemQuery{Campaign: c.ID, State: review.ItemDecided})); n != 0 {
		t.Errorf("%d items of refused bulks are decided", n)
	}
	w.must(w.decide(w.tom, c, keep(dana), keep(eve)))
	if n := len(w.items(review.ItemQuery{Campaign: c.ID, State: review.ItemDecided})); n != 2 {
		t.Errorf("%d items of the bulk are decided", n)
	}
}

func unownedIsAlwaysAsked(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Agent{ID: "agt_lost", Name: "Lost Agent", Description: "Whose?", AccessType: domain.GroupRestricted, Classification: domain.ClassInternal},
		domain.Principal{ID: "usr_left", Kind: domain.User, Name: "Lena Left", Email: "lena@acme.example", Status: domain.Inactive},
		domain.Principal{ID: "key_lost", Kind: domain.APIKey, Name: "Lost key", Status: domain.Active},
		domain.Grant{ID: "gnt_lost", Holder: groupHolder(crewID), Target: onAgent("agt_lost"), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_left", Holder: principalHolder("usr_left"), Target: onAgent("agt_lost"), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_key", Holder: principalHolder("key_lost"), Target: onAgent("agt_lost"), Level: domain.ViewUse})
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Q1", Due: w.now().AddDate(0, 1, 0), Definition: review.Definition{
		Scope:  review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent, domain.TargetAccessType}},
		Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner, review.ByGroupManagers}, Fallback: "carl@acme.example"}}}})
	w.must(err)
	c, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	for _, id := range []domain.ID{"gnt_lost", "gnt_left", "gnt_key"} {
		if it := w.item(c, id); it.Reviewer != w.carl.Principal || !strings.Contains(it.Rule, "fallback") {
			t.Errorf("%s is for %q by %q, want the fallback", id, it.Reviewer, it.Rule)
		}
	}
	found := false
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID}) {
		found = found || it.Holding.Target.Kind == domain.TargetAccessType && it.Holding.Target.ID == "agt_lost"
	}
	if !found {
		t.Error("nobody is asked how open the agent without an owner is")
	}
}
