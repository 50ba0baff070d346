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

// Cancelling takes back what was signed: the owner does it alone until there is
// a signed reduction or revocation, and asks a checker from then on.
func TestCancellingWhatWasSigned(t *testing.T) {
	ctx := context.Background()
	one := []review.Stage{by("carl@acme.example")}
	started := func(w *world, d review.Definition) review.Campaign {
		d.CountersignAll = true
		if d.Stages == nil {
			d.Stages = one
		}
		return w.staged(d)
	}
	signed := func(w *world, c review.Campaign, a review.Answer) {
		w.say(w.carl, c, "gnt_dana", a)
		w.keepRest(w.carl, c)
		w.sign(w.carl, c)
	}
	for name, x := range map[string]struct {
		play func(w *world) review.Campaign
		asks bool
	}{
		"a draft": {play: func(w *world) review.Campaign { return w.draft(domain.TargetAgent) }},
		"unsigned": {play: func(w *world) review.Campaign {
			c := started(w, review.Definition{})
			w.say(w.carl, c, "gnt_dana", review.Revoke)
			return c
		}},
		"keeps signed": {play: func(w *world) review.Campaign {
			c := started(w, review.Definition{})
			signed(w, c, review.Keep)
			return c
		}},
		"keeps ruled": {play: func(w *world) review.Campaign {
			c := started(w, review.Definition{})
			signed(w, c, review.Keep)
			w.check(w.cleo, c, w.carl)
			return c
		}},
		"silence lapsed, and blocks": {play: func(w *world) review.Campaign {
			c := started(w, review.Definition{})
			w.say(w.carl, c, "gnt_dana", review.Revoke) // unsigned: it does not count
			w.pastDue(c)
			_, err := w.lapse(c)
			w.must(err)
			w.check(w.cleo, c, w.carl)
			return c
		}},
		"a revocation signed": {asks: true, play: func(w *world) review.Campaign {
			c := started(w, review.Definition{})
			signed(w, c, review.Revoke)
			return c
		}},
		"a revocation signed and sent back": {asks: true, play: func(w *world) review.Campaign {
			c := started(w, review.Definition{})
			signed(w, c, review.Revoke)
			w.giveBack(c, w.carl, w.now().AddDate(0, 0, 3), "gnt_dana")
			return c
		}},
		"a revocation signed, sent back, and lapsed": {asks: true, play: func(w *world) review.Campaign {
			c := started(w, review.Definition{})
			signed(w, c, review.Revoke)
			w.giveBack(c, w.carl, w.now().AddDate(0, 0, 3), "gnt_dana")
			w.pastDue(c)
			_, err := w.lapse(c)
			w.must(err)
			return c
		}},
		"the same, sent back once more": {asks: true, play: func(w *world) review.Campaign {
			c := started(w, review.Definition{})
			signed(w, c, review.Revoke)
			w.giveBack(c, w.carl, w.now().AddDate(0, 0, 3), "gnt_dana")
			w.pastDue(c)
			_, err := w.lapse(c)
			w.must(err)
			w.giveBack(c, w.carl, w.now().AddDate(0, 0, 3), "gnt_dana")
			return c
		}},
		"a revocation sent back, and kept without a signature": {asks: true, play: func(w *world) review.Campaign {
			c := started(w, review.Definition{})
			signed(w, c, review.Revoke)
			w.giveBack(c, w.carl, w.now().AddDate(0, 0, 3), "gnt_dana")
			w.say(w.carl, c, "gnt_dana", review.Keep)
			w.pastDue(c)
			_, err := w.lapse(c)
			w.must(err)
			return c
		}},
		"a revocation sent back, and kept with one": {play: func(w *world) review.Campaign {
			c := started(w, review.Definition{})
			signed(w, c, review.Revoke)
			w.giveBack(c, w.carl, w.now().AddDate(0, 0, 3), "gnt_dana")
			w.say(w.carl, c, "gnt_dana", review.Keep)
			w.sign(w.carl, c)
			return c
		}},
		"a keep sent back, and revoked without a signature": {play: func(w *world) review.Campaign {
			c := started(w, review.Definition{})
			signed(w, c, review.Keep)
			w.giveBack(c, w.carl, w.now().AddDate(0, 0, 3), "gnt_dana")
			w.say(w.carl, c, "gnt_dana", review.Revoke)
			w.pastDue(c)
			_, err := w.lapse(c)
			w.must(err)
			return c
		}},
		"silence that revokes, of what was sent back": {asks: true, play: func(w *world) review.Campaign {
			c := started(w, review.Definition{NonResponse: review.SilenceRules{Other: review.SilenceRevokes}, Stops: []review.Answer{},
				Stages: []review.Stage{by("carl@acme.example", string(extID)), by(string(extID))}})
			w.keepRest(w.carl, c)
			w.sign(w.carl, c)
			w.giveBack(c, w.carl, w.now().AddDate(0, 0, 3), "gnt_dana")
			w.pastDue(c)
			_, err := w.lapse(c)
			w.must(err)
			w.seed(domain.Principal{ID: unaID, Kind: domain.User, Name: "Una", Email: "una@acme.example", Status: domain.Active}, held(unaID, domain.DutyChecker))
			w.check(actor(unaID), c, w.carl)
			return c
		}},
		"a revocation ruled": {asks: true, play: func(w *world) review.Campaign {
			c := started(w, review.Definition{})
			signed(w, c, review.Revoke)
			w.check(w.cleo, c, w.carl)
			return c
		}},
		"silence that revokes, lapsed": {play: func(w *world) review.Campaign {
			c := started(w, review.Definition{NonResponse: review.SilenceRules{Other: review.SilenceRevokes}})
			w.pastDue(c)
			_, err := w.lapse(c)
			w.must(err)
			return c
		}},
		"silence that revokes, countersigned": {asks: true, play: func(w *world) review.Campaign {
			c := started(w, review.Definition{NonResponse: review.SilenceRules{Other: review.SilenceRevokes}})
			w.pastDue(c)
			_, err := w.lapse(c)
			w.must(err)
			w.check(w.cleo, c, w.carl)
			return c
		}},
		"a revocation in the stage before": {asks: true, play: func(w *world) review.Campaign {
			c := started(w, review.Definition{Stops: []review.Answer{}, Stages: append(slices.Clone(one), by(string(extID)))})
			signed(w, c, review.Revoke)
			w.check(w.cleo, c, w.carl)
			w.is(c, review.Active, 2, 1)
			return c
		}},
		"a revocation of the iteration before": {asks: true, play: func(w *world) review.Campaign {
			c := started(w, review.Definition{Stages: []review.Stage{by(review.ByManager, "carl@acme.example")}})
			w.say(w.carl, c, "gnt_tom", review.Revoke)
			w.keepRest(w.carl, c)
			w.sign(w.carl, c)
			w.check(w.cleo, c, w.carl)
			w.pastDue(c)
			_, err := w.lapse(c)
			w.must(err)
			w.check(w.cleo, c, w.tom)
			_, err = w.svc.Reiterate(ctx, w.admin, c.ID, w.now().AddDate(0, 0, 9), "they were away")
			w.must(err)
			w.is(c, review.Active, 1, 2)
			return c
		}},
		"remedied":  {asks: true, play: (*world).remedied},
		"verifying": {asks: true, play: func(w *world) review.Campaign { c := w.remedied(); w.results(c); return c }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.again(x.play(w))
			now, q, err := w.svc.Cancel(ctx, w.admin, c.ID, "we start again")
			w.must(err)
			if after := w.again(c); x.asks != (q.Act == review.RequestCancel && q.ID != "") || x.asks != (after.State == c.State) || !x.asks && after.State != review.Cancelled || now.State != after.State {
				t.Fatalf("it is %s, by request %+v", after.State, q)
			}
			if !x.asks {
				return
			}
			_, _, err = w.svc.Cancel(ctx, w.admin, c.ID, "once more")
			w.wantRule(err, "asked-already")
			w.seed(held(danaID, domain.DutyChecker), held(w.admin.Principal, domain.DutyChecker), held(tomID, domain.DutyChecker))
			for who, rule := range map[domain.ID]string{w.admin.Principal: "maker-is-checker", eveID: "duty-missing"} {
				_, err = w.svc.ApproveRequest(ctx, actor(who), q.ID, "")
				w.wantRule(err, rule)
			}
			subject := w.dana
			if name == "a revocation of the iteration before" {
				subject = w.tom // what was revoked is his
			}
			_, err = w.svc.ApproveRequest(ctx, subject, q.ID, "")
			w.wantRule(err, "checker-is-subject")
			_, err = w.svc.ApproveRequest(ctx, w.cleo, q.ID, "agreed")
			w.must(err)
			if after := w.again(c); after.State != review.Cancelled || after.Was != c.State || after.Reason != "we start again" {
				t.Errorf("approved, it is %+v", after)
			}
			if es := w.events(review.EvCancelled); len(es) != 1 || es[0].Actor != w.cleo.Principal {
				t.Errorf("on record: %+v", es)
			}
		})
	}
}

// Who approves the end of a campaign loses nothing of their own by what was
// signed in it: a revocation that was sent back was signed too, until another
// answer is; one that nobody signed was not (PRODUCT 3: never a subject who
// gains by it).
func TestWhoLosesByWhatWasSignedCancelsNothing(t *testing.T) {
	ctx := context.Background()
	for name, x := range map[string]struct {
		first  review.Answer // to Dana's item, signed, and sent back
		second review.Answer // to it then; Silent: none
		signs  bool
		rule   string
	}{
		"revoked, and asked again":               {first: review.Revoke, rule: "checker-is-subject"},
		"reduced, and asked again":               {first: review.Reduce, rule: "checker-is-subject"},
		"revoked, and kept without a signature":  {first: review.Revoke, second: review.Keep, rule: "checker-is-subject"},
		"revoked, and kept with one":             {first: review.Revoke, second: review.Keep, signs: true},
		"kept, and asked again":                  {first: review.Keep},
		"kept, and revoked without a signature":  {first: review.Keep, second: review.Revoke},
		"kept, and revoked with one":             {first: review.Keep, second: review.Revoke, signs: true, rule: "checker-is-subject"},
		"abstained from, and asked again":        {first: review.Abstain},
		"abstained from, and revoked, both said": {first: review.Abstain, second: review.Revoke, signs: true, rule: "checker-is-subject"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.staged(review.Definition{CountersignAll: true, Stages: []review.Stage{by("carl@acme.example")}})
			w.answer(w.carl, c, "gnt_dana", x.first, domain.ViewUse)
			w.say(w.carl, c, "gnt_tom", review.Revoke) // so that a cancellation asks a checker
			w.keepRest(w.carl, c)
			w.sign(w.carl, c)
			w.giveBack(c, w.carl, w.now().AddDate(0, 0, 3), "gnt_dana")
			if x.second != review.Silent {
				w.say(w.carl, c, "gnt_dana", x.second)
			}
			if x.signs {
				w.sign(w.carl, c)
			} else {
				w.pastDue(c)
				w.must(last(w.lapse(c)))
			}
			_, q, err := w.svc.Cancel(ctx, w.admin, c.ID, "we start again")
			w.must(err)
			w.seed(held(danaID, domain.DutyChecker), held(tomID, domain.DutyChecker))
			_, err = w.svc.ApproveRequest(ctx, w.tom, q.ID, "")
			w.wantRule(err, "checker-is-subject")
			_, err = w.svc.ApproveRequest(ctx, w.dana, q.ID, "")
			if x.rule == "" {
				w.must(err)
			} else {
				w.wantRule(err, x.rule)
			}
		})
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
