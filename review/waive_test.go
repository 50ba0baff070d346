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

// held gives a person a duty.
func held(who domain.ID, d domain.Duty) domain.Grant {
	return domain.Grant{ID: "gnt_held_" + who + "_" + domain.ID(d.String()), Holder: principalHolder(who), Target: dutyOf(d), Level: domain.Held}
}

// asked gives the only request that waits.
func (w *world) asked(c review.Campaign) review.Request {
	w.t.Helper()
	all, err := w.svc.Requests(context.Background(), c.ID)
	w.must(err)
	for _, q := range all {
		if q.State == domain.Proposed {
			return q
		}
	}
	w.t.Fatal("no request waits")
	return review.Request{}
}

// revoked is a campaign whose last stage closed with Dana's Edit on the Sales
// Agent revoked by Eve, to whom Tom had handed it, and one abstention.
func (w *world) revoked() review.Campaign {
	w.t.Helper()
	ctx := context.Background()
	c := w.campaign(domain.TargetAgent)
	w.must(w.svc.Delegate(ctx, w.tom, c.ID, []int{w.item(c, "gnt_dana").No}, eveID, "she knows it"))
	w.say(w.eve, c, "gnt_dana", review.Revoke)
	w.say(w.tom, c, "gnt_eve", review.Abstain)
	w.keepRest(w.tom, c)
	w.keepRest(w.admin, c)
	w.sign(w.tom, c)
	w.sign(w.admin, c)
	w.sign(w.eve, c)
	w.check(w.cleo, c, w.tom, w.eve)
	w.is(c, review.SignedOff, 1, 1)
	return c
}

// Who asks for an exception to what was signed, by PRODUCT 5: it waives a
// decision of two, so that nobody makes it alone.
func TestWhoAsksForAnExceptionToWhatWasSigned(t *testing.T) {
	ctx := context.Background()
	for name, x := range map[string]struct {
		by      func(*world) domain.Actor
		duties  []domain.Duty // given besides
		holding domain.ID
		rule    string // "": it is asked for
		alone   bool   // it is done at once
	}{
		"the owner, of a revocation":          {by: func(w *world) domain.Actor { return w.admin }, holding: "gnt_dana"},
		"a checker, of a revocation":          {by: func(w *world) domain.Actor { return w.carl }, holding: "gnt_dana"},
		"the owner who checks too":            {by: func(w *world) domain.Actor { return w.admin }, duties: []domain.Duty{domain.DutyChecker}, holding: "gnt_dana"},
		"the reviewer":                        {by: func(w *world) domain.Actor { return w.tom }, holding: "gnt_dana", rule: "duty-missing"},
		"a deputy of the owner":               {by: func(w *world) domain.Actor { return w.tom }, duties: []domain.Duty{domain.DutyCampaignOwner}, holding: "gnt_dana"},
		"the subject, a deputy":               {by: func(w *world) domain.Actor { return w.dana }, duties: []domain.Duty{domain.DutyCampaignOwner}, holding: "gnt_dana", rule: "checker-is-subject"},
		"a checker, of an abstention":         {by: func(w *world) domain.Actor { return w.carl }, holding: "gnt_eve", alone: true},
		"the owner, of an abstention":         {by: func(w *world) domain.Actor { return w.admin }, holding: "gnt_eve"},
		"the owner who checks, of it":         {by: func(w *world) domain.Actor { return w.admin }, duties: []domain.Duty{domain.DutyChecker}, holding: "gnt_eve"},
		"the reviewer who checks, of it":      {by: func(w *world) domain.Actor { return w.tom }, duties: []domain.Duty{domain.DutyChecker}, holding: "gnt_eve", rule: "checker-is-reviewer"},
		"a checker, of what was kept":         {by: func(w *world) domain.Actor { return w.carl }, holding: "gnt_crew", rule: "settled"},
		"a checker, of both in one exception": {by: func(w *world) domain.Actor { return w.carl }, holding: ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.revoked()
			who := x.by(w)
			for _, d := range x.duties {
				w.seed(held(who.Principal, d))
			}
			nos := []int{w.item(c, "gnt_dana").No, w.item(c, "gnt_eve").No}
			if x.holding != "" {
				nos = []int{w.item(c, x.holding).No}
			}
			q, err := w.svc.Except(ctx, who, c.ID, nos, "2026-12-31", "the year-end close")
			if x.rule != "" {
				w.wantRule(err, x.rule)
			} else {
				w.must(err)
			}
			if asked := q.ID != ""; asked != (x.rule == "" && !x.alone) || asked && (q.Act != review.RequestExcept || q.Until != "2026-12-31" || q.Maker != who.Principal) {
				t.Errorf("the request is %+v", q)
			}
			for _, it := range w.items(review.ItemQuery{Campaign: c.ID}) {
				if done := it.Outcome.Result == review.Exception; done != (x.alone && it.No == nos[0]) {
					t.Errorf("item %d is %s", it.No, it.Outcome.Result)
				}
			}
		})
	}
}

// Who approves it: a checker who is none of maker, owner, subject, or one of
// those through whose hands the item went.
func TestWhoApprovesAnExceptionToWhatWasSigned(t *testing.T) {
	ctx := context.Background()
	for name, x := range map[string]struct {
		by    func(*world) domain.Actor
		maker func(*world) domain.Actor // nil: the owner
		duty  bool                      // the duty checker is given
		rule  string
	}{
		"a checker":                     {by: func(w *world) domain.Actor { return w.carl }},
		"the checker who countersigned": {by: func(w *world) domain.Actor { return w.cleo }},
		"nobody's checker":              {by: func(w *world) domain.Actor { return w.as(string(extID)) }, rule: "duty-missing"},
		"its maker, the owner":          {by: func(w *world) domain.Actor { return w.admin }, duty: true, rule: "maker-is-checker"},
		"its maker, a checker":          {by: func(w *world) domain.Actor { return w.carl }, maker: func(w *world) domain.Actor { return w.carl }, rule: "maker-is-checker"},
		"the owner, asked by a checker": {by: func(w *world) domain.Actor { return w.admin }, duty: true, maker: func(w *world) domain.Actor { return w.carl }, rule: "checker-is-owner"},
		"a checker, asked by a checker": {by: func(w *world) domain.Actor { return w.cleo }, maker: func(w *world) domain.Actor { return w.carl }},
		"the subject":                   {by: func(w *world) domain.Actor { return w.dana }, duty: true, rule: "checker-is-subject"},
		"the reviewer":                  {by: func(w *world) domain.Actor { return w.eve }, duty: true, rule: "checker-is-reviewer"},
		"the reviewer before":           {by: func(w *world) domain.Actor { return w.tom }, duty: true, rule: "checker-is-reviewer"},
		"someone else given the duty":   {by: func(w *world) domain.Actor { return w.as(string(extID)) }, duty: true},
		"its maker, a deputy and checker": {by: func(w *world) domain.Actor { return w.as(string(extID)) }, duty: true,
			maker: func(w *world) domain.Actor { w.seed(held(extID, domain.DutyCampaignOwner)); return w.as(string(extID)) }, rule: "maker-is-checker"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.revoked()
			it := w.item(c, "gnt_dana")
			maker := w.admin
			if x.maker != nil {
				maker = x.maker(w)
			}
			q, err := w.svc.Except(ctx, maker, c.ID, []int{it.No}, "2026-12-31", "the year-end close")
			w.must(err)
			who := x.by(w)
			if x.duty {
				w.seed(held(who.Principal, domain.DutyChecker))
			}
			_, err = w.svc.ApproveRequest(ctx, who, q.ID, "until then")
			after := w.item(c, "gnt_dana").Outcome
			if x.rule != "" {
				w.wantRule(err, x.rule)
				if after.Result != review.Pending || w.asked(c).ID != q.ID {
					t.Errorf("refused, the item is %+v", after)
				}
				return
			}
			w.must(err)
			want := review.Outcome{Campaign: c.ID, Item: it.No, Result: review.Exception, Until: "2026-12-31", Reason: "the year-end close", Approver: who.Principal, At: after.At}
			if after.Result != want.Result || after.Until != want.Until || after.Reason != want.Reason || after.Approver != want.Approver {
				t.Errorf("approved, the item is %+v, want %+v", after, want)
			}
			es := w.events(review.EvExcepted)
			if len(es) != 1 || es[0].Actor != who.Principal || !slices.Contains([]string{"the year-end close"}, es[0].Reason) {
				t.Errorf("on record: %+v", es)
			}
			_, err = w.svc.Remediate(ctx, w.admin, c.ID)
			w.must(err)
			if _, there := w.org().Holding("gnt_dana"); !there {
				t.Error("what was excepted was taken away")
			}
		})
	}
}

func (w *world) events(types ...domain.EventType) (es []domain.Event) {
	w.t.Helper()
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) {
		es, err = tx.Events(review.EventQuery{Types: types, Forward: true})
		return err
	})
	return es
}

// A request is judged by what holds when it is approved: what was settled, or
// whose day went by meanwhile, is not excepted.
func TestAnExceptionIsJudgedWhenApproved(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.revoked()
	dana, eve := w.item(c, "gnt_dana").No, w.item(c, "gnt_eve").No
	first, err := w.svc.Except(ctx, w.admin, c.ID, []int{dana}, "2026-12-31", "the year-end close")
	w.must(err)
	_, err = w.svc.Except(ctx, w.carl, c.ID, []int{dana}, "2027-01-31", "the same again")
	w.wantRule(err, "asked-already")
	day := domain.Date(w.now().AddDate(0, 0, 3).Format(time.DateOnly))
	second, err := w.svc.Except(ctx, w.admin, c.ID, []int{dana, eve}, day, "only a few days")
	w.must(err)
	_, err = w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	_, err = w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	if o := w.item(c, "gnt_dana").Outcome; o.Result == review.Verified || o.Result == review.Retained {
		_, err = w.svc.ApproveRequest(ctx, w.carl, first.ID, "")
		w.wantRule(err, "settled")
	} else {
		t.Fatalf("the revocation is %+v", o)
	}
	w.clock.Set(w.now().AddDate(0, 0, 5))
	if _, err = w.svc.ApproveRequest(ctx, w.carl, second.ID, ""); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("an exception until a day that went by: %v", err)
	}
	if o := w.item(c, "gnt_eve").Outcome; o.Result == review.Exception {
		t.Errorf("part of it was done: %+v", o)
	}
}

// Where silence is to be lowered, or somebody answered beside a silent
// reviewer, no checker waives that alone while the campaign is answered.
func TestNoCheckerWaivesTheRuleForSilenceAlone(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.staged(review.Definition{NonResponse: review.SilenceRules{Other: review.SilenceRevokes},
		Stages: []review.Stage{{Reviewers: []string{string(tomID)}, Additional: []string{string(extID)}}}})
	plain, risky := 0, 0
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID, Reviewer: extID}) {
		if it.HighRisk {
			risky = it.No
		} else {
			plain = it.No
		}
	}
	q, err := w.svc.Except(ctx, w.carl, c.ID, []int{plain}, "2026-12-31", "no time")
	w.must(err)
	if q.Act != review.RequestExcept {
		t.Errorf("what silence would revoke was excepted by %+v", q)
	}
	q, err = w.svc.Except(ctx, w.carl, c.ID, []int{risky}, "2026-12-31", "no time")
	w.must(err)
	if q.ID != "" {
		t.Errorf("what silence would block was asked for: %+v", q)
	}
	other := w.item(c, "gnt_dana")
	w.must(w.decide(w.tom, c, review.DecisionInput{Item: other.No, Answer: review.Revoke, Reason: "gone"}))
	_, err = w.svc.Except(ctx, w.carl, c.ID, []int{other.No}, "2026-12-31", "the other is silent")
	w.wantRule(err, "answered")
}

// What was signed to be lowered and sent back is not undecided: no checker accepts it alone,
// while it is asked again or after nobody answered, and whoever sent it back
// has no part in its exception.
func TestNoCheckerWaivesWhatWasSentBack(t *testing.T) {
	ctx := context.Background()
	for name, lapses := range map[string]bool{"asked again": false, "lapsed, and ruled silent": true} {
		for _, signed := range []review.Answer{review.Revoke, review.Keep, review.Abstain} {
			t.Run(name+", "+signed.String(), func(t *testing.T) {
				w, c := lateWorld(t, review.Definition{})
				w.say(w.tom, c, "gnt_dana", signed)
				w.keepRest(w.tom, c)
				w.sign(w.tom, c)
				w.keepAll(w.admin, c)
				w.giveBack(c, w.tom, c.Due.AddDate(0, 0, 5), "gnt_dana") // by Cleo
				if lapses {
					w.clock.Set(c.Due.AddDate(0, 0, 6))
					_, err := w.lapse(c)
					w.must(err)
					w.check(w.carl, c, w.tom)
					w.is(c, review.SignedOff, 1, 1)
				}
				no := w.item(c, "gnt_dana").No
				if signed != review.Revoke { // nothing was lowered, so that nothing is waived: one checker does, who is not Cleo
					_, err := w.svc.Except(ctx, w.cleo, c.ID, []int{no}, "2026-12-31", "no time")
					w.wantRule(err, "checker-is-returner")
					q, err := w.svc.Except(ctx, w.carl, c.ID, []int{no}, "2026-12-31", "no time")
					w.must(err)
					if done := w.item(c, "gnt_dana").Outcome; q.ID != "" || done.Approver != w.carl.Principal {
						t.Errorf("asked for by %+v, it is %+v", q, done)
					}
					return
				}
				q, err := w.svc.Except(ctx, w.carl, c.ID, []int{no}, "2026-12-31", "no time")
				w.must(err)
				if done := w.item(c, "gnt_dana").Outcome.Result; q.Act != review.RequestExcept || done == review.Exception {
					t.Errorf("asked for by %+v, it is %s", q, done)
				}
				_, err = w.svc.ApproveRequest(ctx, w.cleo, q.ID, "until then")
				w.wantRule(err, "checker-is-returner")
				w.seed(held(extID, domain.DutyChecker))
				_, err = w.svc.ApproveRequest(ctx, w.as(string(extID)), q.ID, "until then")
				w.must(err)
				if done := w.item(c, "gnt_dana").Outcome; done.Result != review.Exception || done.Approver != extID {
					t.Errorf("approved, it is %+v", done)
				}
			})
		}
	}
}

// What was asked for and cannot be done any more ends by an event that says
// why: it does not wait for a checker for ever.
func TestRequestsEndWithWhatTheyAskFor(t *testing.T) {
	ctx := context.Background()
	ask := func(w *world, c review.Campaign) (extend, reassign review.Request) {
		_, extend, err := w.svc.Extend(ctx, w.admin, c.ID, c.Due.AddDate(0, 0, 7), "holidays")
		w.must(err)
		reassign, err = w.svc.Reassign(ctx, w.admin, c.ID, []int{w.item(c, "gnt_dana").No}, eveID, "she is nearer")
		w.must(err)
		return extend, reassign
	}
	states := func(w *world, c review.Campaign) map[domain.ID]string {
		out := map[domain.ID]string{}
		all, err := w.svc.Requests(ctx, c.ID)
		w.must(err)
		for _, q := range all {
			out[q.ID] = q.State.String() + ": " + q.Answer
		}
		return out
	}
	want := func(w *world, c review.Campaign, q review.Request, what string) {
		w.t.Helper()
		if got := states(w, c)[q.ID]; got != what {
			w.t.Errorf("%s: it is %q, want %q", q.Act, got, what)
		}
	}
	w := newWorld(t)
	c := w.staged(review.Definition{CountersignAll: true, Stops: []review.Answer{}, Stages: []review.Stage{by("carl@acme.example"), by(string(extID))}})
	extend, reassign := ask(w, c)
	w.pastDue(c)
	_, err := w.lapse(c)
	w.must(err)
	want(w, c, extend, "stale: the campaign is decided")
	want(w, c, reassign, "proposed: ")
	w.check(w.cleo, c, w.carl)
	w.is(c, review.Active, 2, 1)
	want(w, c, reassign, "stale: stage 1 is over")
	es := w.events(review.EvRequestDone)
	if len(es) != 2 || es[0].Decision != "stale" || es[0].Subject != string(extend.ID) || es[1].Reason != "stage 1 is over" {
		t.Errorf("on record: %+v", es)
	}
	_, err = w.svc.ApproveRequest(ctx, w.cleo, reassign.ID, "")
	w.wantRule(err, "already-ended")
	later, reassign := ask(w, w.again(c))
	_, _, err = w.svc.Cancel(ctx, w.admin, c.ID, "we start again")
	w.must(err)
	want(w, c, later, "stale: the campaign is cancelled")
	want(w, c, reassign, "stale: the campaign is cancelled")

	w = newWorld(t)
	c = w.revoked()
	dana, eve := []int{w.item(c, "gnt_dana").No}, []int{w.item(c, "gnt_eve").No}
	except, err := w.svc.Except(ctx, w.admin, c.ID, dana, "2026-12-31", "the year-end close")
	w.must(err)
	_, cancel, err := w.svc.Cancel(ctx, w.admin, c.ID, "we start again")
	w.must(err)
	_, err = w.svc.Except(ctx, w.carl, c.ID, eve, "2026-12-31", "nobody knows")
	w.must(err)
	want(w, c, except, "proposed: ")
	w.settle(c)
	want(w, c, except, "stale: the campaign is closed")
	want(w, c, cancel, "stale: the campaign is closed")
}
