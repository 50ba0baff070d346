package review_test

import (
	"context"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// looks gives an actor who was shown the log as it stands now.
func (w *world) looks(a domain.Actor) domain.Actor {
	a.Saw = domain.Sight{Size: w.size()}
	return a
}

// Nobody signs blind (issue 5): what changed after the signer looked is refused,
// until they look again; what has nothing to do with it is not.
func TestNobodySignsWhatTheyWereNotShown(t *testing.T) {
	ctx := context.Background()
	signed := func(w *world) review.Campaign {
		c := w.campaign(domain.TargetAgent)
		w.keepRest(w.tom, c)
		w.sign(w.tom, c)
		return c
	}
	again := func(w *world, c review.Campaign) {
		no := w.items(review.ItemQuery{Campaign: c.ID, Reviewer: tomID})[0].No
		_, err := w.svc.Return(ctx, w.cleo, c.ID, tomID, []int{no}, "look again", w.now().AddDate(0, 0, 3))
		w.must(err)
		w.must(w.decide(w.tom, c, review.DecisionInput{Item: no, Answer: review.Revoke, Reason: "not needed"}))
		w.sign(w.tom, c)
	}
	countersign := func(w *world, by domain.Actor, c review.Campaign) error {
		return last(w.svc.Countersign(ctx, by, c.ID, tomID, ""))
	}
	launch := func(w *world, by domain.Actor, c review.Campaign) error { return last(w.svc.Launch(ctx, by, c.ID)) }
	staged := func(w *world) review.Campaign {
		return w.stagedBy("Later", review.Definition{Stops: []review.Answer{}, Stages: []review.Stage{by(string(tomID))},
			Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}}})
	}
	pending := func(w *world) review.Campaign { w.define(monthly("Agents")); return review.Campaign{} }
	approve := func(w *world, by domain.Actor, _ review.Campaign) error {
		return last(w.svc.ApproveTemplate(ctx, by, "Agents", ""))
	}
	revoked := func(w *world) review.Campaign { // which its owner would have cancelled
		c := w.campaign(domain.TargetAgent)
		w.say(w.tom, c, "gnt_dana", review.Revoke)
		w.keepRest(w.tom, c)
		w.sign(w.tom, c)
		_, q, err := w.svc.Cancel(ctx, w.admin, c.ID, "we start again")
		w.must(err)
		if q.ID == "" {
			t.Fatal("nobody is asked")
		}
		return c
	}
	later := func(w *world, c review.Campaign, days int) {
		_, q, err := w.svc.Extend(ctx, w.admin, c.ID, c.Due.AddDate(0, 0, days), "holidays")
		w.must(err)
		if q.ID == "" {
			t.Fatal("nobody is asked")
		}
	}
	yes := func(w *world, by domain.Actor, c review.Campaign) error {
		all, err := w.svc.Requests(ctx, c.ID)
		w.must(err)
		return last(w.svc.ApproveRequest(ctx, by, all[len(all)-1].ID, "")) // the first
	}
	toms := func(w *world) review.Campaign {
		c := w.campaign(domain.TargetAgent)
		w.keepRest(w.tom, c)
		return c
	}
	signOff := func(w *world, by domain.Actor, c review.Campaign) error {
		by.Principal = tomID
		return last(w.svc.SignOff(ctx, by, c.ID, c.Name))
	}
	enters := func(reviewer domain.ID, who func(*world) domain.Actor) func(*world, review.Campaign) {
		return func(w *world, c review.Campaign) {
			e := review.Entry{Reviewer: reviewer, Stage: 1, Round: 1, Files: []review.ReadFile{workbookFile}}
			no := w.items(review.ItemQuery{Campaign: c.ID, Reviewer: reviewer})[0].No
			w.must(last(w.svc.Enter(ctx, who(w), c.ID, e, []review.DecisionInput{{Item: no, Answer: review.Revoke, Reason: "said in the workbook"}})))
		}
	}
	for name, x := range map[string]struct {
		given func(*world) review.Campaign
		then  func(*world, review.Campaign) // after the checker looked
		sign  func(*world, domain.Actor, review.Campaign) error
		rule  string
	}{
		"a packet":                     {signed, func(*world, review.Campaign) {}, countersign, ""},
		"a packet that is signed anew": {signed, again, countersign, "changed-since"},
		"another packet is signed": {signed, func(w *world, c review.Campaign) {
			w.keepRest(w.admin, c)
			w.sign(w.admin, c)
		}, countersign, ""},
		"a campaign": {staged, func(*world, review.Campaign) {}, launch, ""},
		"a campaign that is due later": {staged, func(w *world, c review.Campaign) {
			_, _, err := w.svc.Extend(ctx, w.admin, c.ID, c.Due.Add(72*time.Hour), "holidays")
			w.must(err)
		}, launch, "changed-since"},
		"a campaign that is due later, called by its name": {staged, func(w *world, c review.Campaign) {
			_, _, err := w.svc.Extend(ctx, w.admin, c.ID, c.Due.Add(72*time.Hour), "holidays")
			w.must(err)
		}, func(w *world, by domain.Actor, c review.Campaign) error {
			return last(w.svc.Launch(ctx, by, domain.ID(c.Name)))
		}, "changed-since"},
		"another campaign": {staged, func(w *world, _ review.Campaign) { w.campaign(domain.TargetAgent) }, launch, ""},
		"a cancellation":   {revoked, func(*world, review.Campaign) {}, yes, ""},
		"a cancellation, and more is signed": {revoked, func(w *world, c review.Campaign) {
			w.keepRest(w.admin, c)
			w.sign(w.admin, c)
		}, yes, "changed-since"},
		"a cancellation, and more is answered": {revoked, func(w *world, c review.Campaign) { w.keepRest(w.admin, c) }, yes, ""},
		"a later due date":                     {func(w *world) review.Campaign { c := toms(w); later(w, c, 9); return c }, func(*world, review.Campaign) {}, yes, ""},
		"a later due date, which is another meanwhile": {func(w *world) review.Campaign { c := toms(w); later(w, c, 9); return c }, func(w *world, c review.Campaign) {
			later(w, c, 5)
			all, err := w.svc.Requests(ctx, c.ID)
			w.must(err)
			w.must(last(w.svc.ApproveRequest(ctx, w.cleo, all[0].ID, "")))
		}, yes, "changed-since"},
		"one's own decisions":                 {toms, func(*world, review.Campaign) {}, signOff, ""},
		"one's own, which another reads back": {toms, enters(tomID, func(w *world) domain.Actor { return w.cleo }), signOff, "changed-since"},
		"one's own, which one reads back":     {toms, enters(tomID, func(w *world) domain.Actor { return w.tom }), signOff, ""},
		"one's own, and another's are read back": {toms, func(w *world, c review.Campaign) {
			enters(w.admin.Principal, func(w *world) domain.Actor { return w.cleo })(w, c)
		}, signOff, ""},
		"a definition": {pending, func(*world, review.Campaign) {}, approve, ""},
		"a definition proposed anew": {pending, func(w *world, _ review.Campaign) {
			w.must(last(w.svc.RejectTemplate(ctx, w.admin, "Agents", "another day")))
			next := monthly("Agents")
			next.About = "with another reviewer"
			w.define(next)
		}, approve, "changed-since"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := x.given(w)
			shown := w.looks(w.carl)
			x.then(w, c)
			err := x.sign(w, shown, c)
			if x.rule == "" {
				w.must(err)
				return
			}
			w.wantRule(err, x.rule)
			w.must(x.sign(w, w.looks(w.carl), c))
		})
	}
}

// Who gains what by a change set can grow between the look and the yes.
func TestAChangeSetIsApprovedAsItWasShown(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p, err := w.propose(w.admin, domain.Begin(domain.Grant{ID: "gnt_joins", Holder: principalHolder(extID), Target: inGroup(crewID), Level: domain.Member}))
	w.must(err)
	rises := func() (digest string) {
		storetest.View(t, w.s, func(tx review.Tx) error {
			o, err := tx.Org()
			if err != nil {
				return err
			}
			cs, err := tx.ChangeSet(p.ID)
			digest = review.RisesDigest(o.Policy().Judge(o, cs, w.admin, tx.Now()).Effects)
			return err
		})
		return digest
	}
	by := w.carl
	by.Rises = rises()
	w.seed(domain.Grant{ID: "gnt_grows", Holder: groupHolder(crewID), Target: onAgent(opsID), Level: domain.EditAgent})
	_, err = w.svc.Approve(ctx, by, p.ID, "")
	w.wantRule(err, "changed-since")
	if cs := w.changeSet(p.ID); cs.State != domain.Proposed {
		t.Errorf("it is %s", cs.State)
	}
	by.Rises = rises()
	if _, err = w.svc.Approve(ctx, by, p.ID, ""); ruleOf(err) == review.RuleUnseen {
		t.Error(err)
	}
}
