package review_test

import (
	"context"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// decided is a campaign over agents in which Tom revoked what the crew has on
// the Sales Agent and Dana's own grants, signed, countersigned and remedied.
func (w *world) remedied() review.Campaign {
	w.t.Helper()
	c := w.campaign(domain.TargetAgent)
	w.answer(w.tom, c, "gnt_crew", review.Revoke, 0)
	w.answer(w.tom, c, "gnt_dana", review.Revoke, 0)
	w.answer(w.tom, c, "gnt_dana_ops", review.Revoke, 0)
	w.keepRest(w.tom, c)
	w.keepRest(w.admin, c)
	ctx := context.Background()
	_, err := w.svc.SignOff(ctx, w.tom, c.ID, "Q1")
	w.must(err)
	_, err = w.svc.SignOff(ctx, w.admin, c.ID, "Q1")
	w.must(err)
	_, err = w.svc.Countersign(ctx, w.cleo, c.ID, tomID, "checked")
	w.must(err)
	_, err = w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	return c
}

func (w *world) results(c review.Campaign) map[review.Result]int {
	w.t.Helper()
	r, err := w.svc.Verify(context.Background(), w.admin, c.ID)
	w.must(err)
	return r
}

// Whoever a revoked group grant reached when it was reviewed is looked at,
// also where they left the group, or the group went, in between.
func TestLeavingTheGroupHidesNothing(t *testing.T) {
	w := newWorld(t)
	c := w.remedied()
	w.seed(domain.Grant{ID: "gnt_back", Holder: principalHolder(eveID), Target: onAgent(salesID), Level: domain.ViewUse})
	w.must(w.apply(domain.End(w.grant("gnt_m2"))))
	w.results(c)
	if o := w.item(c, "gnt_crew").Outcome; o.Result != review.Residual {
		t.Errorf("Eve has by a grant of her own what the crew lost, and the crew's item is %s (%s)", o.Result, o.Left)
	}
	w.must(w.apply(domain.End(w.grant("gnt_m1")), domain.End(w.record(domain.KindGroup, crewID))))
	w.results(c)
	if o := w.item(c, "gnt_crew").Outcome; o.Result != review.Residual {
		t.Errorf("with the crew gone altogether its item is %s (%s)", o.Result, o.Left)
	}
}

func (w *world) apply(changes ...domain.Change) error {
	p, err := w.propose(w.admin, changes...)
	if err == nil && p.State != domain.Applied {
		w.t.Fatalf("it is %s: %v", p.State, p.Verdict.Why)
	}
	return err
}

// What was taken away and given again after the verification keeps the
// campaign open.
func TestGivenAgainBeforeClosing(t *testing.T) {
	for _, c := range []struct {
		what string
		g    domain.Grant
	}{
		{"the same", domain.Grant{ID: "gnt_dana", Holder: principalHolder(danaID), Target: onAgent(salesID), Level: domain.ViewUse}},
		{"another", domain.Grant{ID: "gnt_new", Holder: principalHolder(danaID), Target: onAgent(salesID), Level: domain.ViewUse}},
		{"a window that opens next month", domain.Grant{ID: "gnt_new", Holder: principalHolder(danaID), Target: onAgent(salesID), Level: domain.ViewUse,
			Window: domain.Window{From: "2026-04-01"}}},
		{"by a group whose own grant was kept", domain.Grant{ID: "gnt_new", Holder: principalHolder(danaID), Target: inGroup("grp_a"), Level: domain.Member}},
		{"by another group", domain.Grant{ID: "gnt_new", Holder: principalHolder(danaID), Target: inGroup("grp_b"), Level: domain.Member}},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t)
			w.seed(domain.Group{ID: "grp_b", Name: "B"}, domain.Grant{ID: "gnt_b", Holder: groupHolder("grp_b"), Target: onAgent(salesID), Level: domain.ViewUse},
				domain.Grant{ID: "gnt_b_tom", Holder: principalHolder(tomID), Target: inGroup("grp_b"), Level: domain.Member})
			w.seed(domain.Group{ID: "grp_a", Name: "A"}, domain.Grant{ID: "gnt_a", Holder: groupHolder("grp_a"), Target: onAgent(salesID), Level: domain.ViewUse},
				domain.Grant{ID: "gnt_a_tom", Holder: principalHolder(tomID), Target: inGroup("grp_a"), Level: domain.Member})
			camp := w.remedied()
			w.importEnd("hr", "gnt_eve")
			w.results(camp)
			w.seed(c.g)
			_, err := w.svc.Close(context.Background(), w.admin, camp.ID)
			if err == nil {
				t.Fatal("the campaign closed although Dana has it again")
			}
			w.wantRule(err, "unsettled")
			if r := w.results(camp); r[review.Residual] == 0 {
				t.Errorf("verified again it finds %v", r)
			}
		})
	}
}

// A kept grant whose window was widened after it was kept is more than what
// was kept.
func TestAKeptWindowIsNotWidened(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	short := domain.Grant{ID: "gnt_short", Holder: principalHolder(extID), Target: onAgent(salesID), Level: domain.ViewUse, Window: domain.Window{To: "2026-06-30"}}
	w.seed(short)
	c := w.remedied()
	long := short
	long.Window = domain.Window{}
	p, err := w.propose(w.admin, domain.Replace(short, long))
	w.must(err)
	_, err = w.svc.Approve(ctx, w.cleo, p.ID, "yes")
	w.must(err)
	w.results(c)
	if o := w.item(c, "gnt_short").Outcome; o.Result != review.Residual {
		t.Errorf("kept until June, now without an end: %s (%s)", o.Result, o.Left)
	}
}

// An exception that is over by the time of closing does not close anything.
func TestAnOldExceptionDoesNotClose(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_own", Holder: principalHolder(danaID), Target: inGroup("grp_b"), Level: domain.Member},
		domain.Group{ID: "grp_b", Name: "B"}, domain.Grant{ID: "gnt_b", Holder: groupHolder("grp_b"), Target: areaNode("voice"), Level: domain.Read})
	c := w.campaign(domain.TargetGroup)
	w.answer(w.tom, c, "gnt_own", review.Abstain, 0)
	w.keepRest(w.tom, c)
	_, err := w.svc.SignOff(ctx, w.tom, c.ID, "Q1")
	w.must(err)
	_, err = w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	w.results(c)
	w.must(last(w.svc.Except(ctx, w.carl, c.ID, []int{w.item(c, "gnt_own").No}, "2026-03-10", "in work")))
	w.clock.Set(w.now().AddDate(0, 0, 30))
	_, err = w.svc.Close(ctx, w.admin, c.ID)
	if err == nil {
		t.Fatal("the campaign closed by an exception that was over")
	}
	w.wantRule(err, "unsettled")
}

// A checker who is the subject of an item neither countersigns nor returns it.
func TestASubjectDoesNotReturnTheirOwnItem(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.record(domain.KindPrincipal, w.cleo.Principal).(domain.Principal)
	q := p
	q.Manager = tomID
	w.seed(domain.Grant{ID: "gnt_cleo", Holder: principalHolder(w.cleo.Principal), Target: onAgent(opsID), Level: domain.ViewUse},
		domain.Principal{ID: "usr_dee", Kind: domain.User, Name: "Dee", Email: "dee@acme.example", Status: domain.Active},
		domain.Grant{ID: "gnt_dee", Holder: principalHolder("usr_dee"), Target: domain.Target{Kind: domain.TargetDuty, ID: "checker"}, Level: domain.Held})
	c := w.campaign(domain.TargetAgent)
	it := w.item(c, "gnt_cleo")
	w.answer(w.tom, c, "gnt_cleo", review.Revoke, 0)
	w.keepRest(w.tom, c)
	_, err := w.svc.SignOff(ctx, w.tom, c.ID, "Q1")
	w.must(err)
	_, err = w.svc.Countersign(ctx, w.cleo, c.ID, tomID, "fine")
	w.wantRule(err, "checker-is-subject")
	_, err = w.svc.Return(ctx, w.cleo, c.ID, tomID, []int{it.No}, "I need it", w.now().AddDate(0, 0, 7))
	w.wantRule(err, "checker-is-subject")
	_, err = w.svc.Countersign(ctx, w.tom, c.ID, tomID, "mine")
	w.wantRule(err, "duty-missing")
	for _, act := range []func() error{
		func() error { return last(w.svc.Except(ctx, w.cleo, c.ID, []int{it.No}, "2026-12-31", "mine")) },
		func() error { return last(w.svc.Reassign(ctx, w.cleo, c.ID, []int{it.No}, w.cleo.Principal, "mine")) },
		func() error { return last(w.svc.Reassign(ctx, w.tom, c.ID, []int{it.No}, w.cleo.Principal, "mine")) },
	} {
		if err := act(); domain.CodeOf(err) != domain.Forbidden {
			t.Errorf("got %v, want a refusal", err)
		}
	}
}

// Whoever joined a group, or came to own a key, after the staging is a subject
// now: they neither decide nor countersign it.
func TestBecomingASubjectAfterStaging(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	w.seed(domain.Grant{ID: "gnt_mc", Holder: principalHolder(w.cleo.Principal), Target: inGroup(crewID), Level: domain.Member})
	w.answer(w.tom, c, "gnt_dana", review.Revoke, 0)
	w.keepRest(w.tom, c)
	_, err := w.svc.SignOff(ctx, w.tom, c.ID, "Q1")
	w.must(err)
	_, err = w.svc.Countersign(ctx, w.cleo, c.ID, tomID, "fine")
	w.wantRule(err, "checker-is-subject")
	_, err = w.svc.Countersign(ctx, w.carl, c.ID, tomID, "fine")
	w.must(err)
}

// An API key's owner does not decide on the key's access, nor does whoever
// became its owner after the staging.
func TestAKeyIsItsOwnersAccess(t *testing.T) {
	w := newWorld(t)
	key := domain.Principal{ID: "key_1", Kind: domain.APIKey, Name: "Key", Owner: danaID, Status: domain.Active}
	w.seed(key, domain.Grant{ID: "gnt_key", Holder: principalHolder(key.ID), Target: onAgent(salesID), Level: domain.ViewUse})
	c := w.campaign(domain.TargetAgent)
	it := w.item(c, "gnt_key")
	if it.Reviewer != tomID {
		t.Fatalf("reviewed by %s", it.Reviewer)
	}
	w.wantRule(w.decide(w.dana, c, review.DecisionInput{Item: it.No, Answer: review.Keep}), "own-access")
	w.wantRule(last(w.svc.Reassign(context.Background(), w.admin, c.ID, []int{it.No}, danaID, "hers")), "own-access")
	toms := key
	toms.Owner = tomID
	p, err := w.propose(w.admin, domain.Replace(key, toms))
	w.must(err)
	_, err = w.svc.Approve(context.Background(), w.cleo, p.ID, "yes")
	w.must(err)
	w.wantRule(w.decide(w.tom, c, review.DecisionInput{Item: it.No, Answer: review.Keep}), "own-access")
}
