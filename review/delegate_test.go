package review_test

import (
	"context"
	"slices"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// answering gives who answers for an item now, and for whom.
func (w *world) answering(c review.Campaign, no, stage int) (who []domain.ID, record map[domain.ID]domain.ID) {
	w.t.Helper()
	record = map[domain.ID]domain.ID{}
	err := w.s.View(context.Background(), func(tx review.Tx) error {
		vs, err := tx.Assignments(c.ID, no, stage)
		for _, v := range vs {
			if v.To == 0 {
				who = append(who, v.Row.Reviewer)
				record[v.Row.Reviewer] = v.Row.For
			}
		}
		return err
	})
	w.must(err)
	return who, record
}

// Who may hand what to whom: each row by itself, on a campaign just launched.
func TestDelegation(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		who     domain.ID // "": Tom
		holding domain.ID
		to      domain.ID
		reason  string
		prepare func(*world, review.Campaign)
		no      bool // the definition forbids it
		rule    string
		code    domain.Code
	}{
		"one's own open item":             {holding: "gnt_dana", to: eveID, reason: "on leave"},
		"to a checker":                    {holding: "gnt_dana", to: "cleo.c@acme.example", reason: "on leave"},
		"without a reason":                {holding: "gnt_dana", to: eveID, code: domain.Invalid},
		"what is someone else's":          {holding: "gnt_tom", to: eveID, reason: "r", rule: "own-access"},
		"what is nobody's of the actor":   {who: eveID, holding: "gnt_dana", to: tomID, reason: "r", rule: "not-reviewer"},
		"the subject hands it on":         {who: danaID, holding: "gnt_dana", to: eveID, reason: "r", rule: "own-access"},
		"to the subject":                  {holding: "gnt_dana", to: danaID, reason: "r", rule: "own-access"},
		"to a subject beside others":      {holding: "gnt_crew", to: danaID, reason: "r", rule: "own-access"},
		"to oneself":                      {holding: "gnt_dana", to: tomID, reason: "r", rule: "circle"},
		"to someone who left":             {holding: "gnt_dana", to: "usr_gone", reason: "r", rule: "reviewer-inactive"},
		"to an AI agent's key":            {holding: "gnt_dana", to: "key_ci", reason: "r", rule: "reviewer-inactive"},
		"to nobody known":                 {holding: "gnt_dana", to: "nobody@acme.example", reason: "r", code: domain.NotFound},
		"where the definition forbids it": {holding: "gnt_dana", to: eveID, reason: "r", no: true, rule: "no-delegation"},
		"what is answered": {holding: "gnt_dana", to: eveID, reason: "r", rule: "answered",
			prepare: func(w *world, c review.Campaign) { w.answer(w.tom, c, "gnt_dana", review.Keep, 0) }},
		"what is abstained from": {holding: "gnt_dana", to: eveID, reason: "r", rule: "answered",
			prepare: func(w *world, c review.Campaign) { w.answer(w.tom, c, "gnt_dana", review.Abstain, 0) }},
		"what was taken back": {holding: "gnt_dana", to: eveID, reason: "r", prepare: func(w *world, c review.Campaign) {
			w.answer(w.tom, c, "gnt_dana", review.Keep, 0)
			_, err := w.svc.UndoDecision(ctx, w.tom, c.ID, w.item(c, "gnt_dana").No)
			w.must(err)
		}},
		"what is signed": {holding: "gnt_dana", to: eveID, reason: "r", rule: "signed", prepare: func(w *world, c review.Campaign) {
			w.keepRest(w.tom, c)
			_, err := w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
			w.must(err)
		}},
		"after the deadline": {holding: "gnt_dana", to: eveID, reason: "r", rule: "late",
			prepare: func(w *world, c review.Campaign) { w.clock.Set(c.Due.Add(1e6)) }},
		"before the launch": {holding: "gnt_dana", to: eveID, reason: "r", rule: "not-active",
			prepare: func(w *world, c review.Campaign) { _, _, err := w.svc.Cancel(ctx, w.admin, c.ID, "x"); w.must(err) }},
		"to someone who is away": {holding: "gnt_dana", to: eveID, reason: "r", rule: "reviewer-away", prepare: func(w *world, _ review.Campaign) {
			_, err := w.svc.SetSubstitute(ctx, w.eve, review.Substitute{Person: eveID, Substitute: tomID})
			w.must(err)
		}},
		"leaving no checker": {holding: "gnt_cleo", to: "carl@acme.example", reason: "r", rule: review.CheckNoChecker},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.seed(domain.Principal{ID: "usr_gone", Kind: domain.User, Name: "Gone", Status: domain.Inactive},
				domain.Principal{ID: "key_ci", Kind: domain.APIKey, Name: "CI", Owner: tomID, Status: domain.Active},
				domain.Grant{ID: "gnt_cleo", Holder: principalHolder(w.cleo.Principal), Target: onAgent(opsID), Level: domain.ViewUse})
			d := w.draft(domain.TargetAgent)
			if c.no {
				_, _, err := w.svc.Cancel(ctx, w.admin, d.ID, "again, without delegation")
				w.must(err)
				d.Definition.NoDelegate, d.Name = true, "Q1b"
				d, err = w.svc.NewCampaign(ctx, w.admin, d)
				w.must(err)
			}
			_, err := w.svc.Stage(ctx, w.admin, d.ID, nil)
			w.must(err)
			camp, err := w.svc.Launch(ctx, w.carl, d.ID)
			w.must(err)
			it := w.item(camp, c.holding)
			if c.prepare != nil {
				c.prepare(w, camp)
			}
			who := c.who
			if who == "" {
				who = tomID
			}
			err = w.svc.Delegate(ctx, actor(who), camp.ID, []int{it.No}, c.to, c.reason)
			switch {
			case c.rule != "":
				w.wantRule(err, c.rule)
			case c.code != 0:
				if domain.CodeOf(err) != c.code {
					t.Fatalf("got %v, want %s", err, c.code)
				}
			default:
				w.must(err)
				p, err := w.org().FindPrincipal(string(c.to))
				w.must(err)
				now, record := w.answering(camp, it.No, 1)
				if !slices.Equal(now, []domain.ID{p.ID}) || record[p.ID] != tomID {
					t.Errorf("%v answer, for %v; want %s for Tom", now, record, p.ID)
				}
				return
			}
			if now, _ := w.answering(camp, it.No, 1); !slices.Equal(now, []domain.ID{it.Reviewer}) {
				t.Errorf("a refused delegation left it with %v", now)
			}
		})
	}
}

// An item handed on goes round no circle, by however many hops, and its
// reviewer of record stays the first; who had it never countersigns it.
func TestDelegationInCircles(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	no := w.item(c, "gnt_dana").No
	w.must(w.svc.Delegate(ctx, w.tom, c.ID, []int{no}, eveID, "on leave"))
	w.wantRule(w.svc.Delegate(ctx, w.eve, c.ID, []int{no}, tomID, "back"), "circle")
	w.must(w.svc.Delegate(ctx, w.eve, c.ID, []int{no}, w.carl.Principal, "ill"))
	w.wantRule(w.svc.Delegate(ctx, w.carl, c.ID, []int{no}, eveID, "back"), "circle")
	w.wantRule(w.svc.Delegate(ctx, w.carl, c.ID, []int{no}, tomID, "back"), "circle")
	w.wantRule(w.svc.Delegate(ctx, w.carl, c.ID, []int{no}, danaID, "two hops to the subject"), "own-access")
	w.wantRule(w.svc.Delegate(ctx, w.eve, c.ID, []int{no}, w.cleo.Principal, "it is not mine any more"), "not-reviewer")
	if now, record := w.answering(c, no, 1); !slices.Equal(now, []domain.ID{w.carl.Principal}) || record[w.carl.Principal] != tomID {
		t.Errorf("%v answer, for %v", now, record)
	}
	w.answer(w.carl, c, "gnt_dana", review.Revoke, 0)
	_, err := w.svc.SignOff(ctx, w.carl, c.ID, c.Name)
	w.must(err)
	_, err = w.svc.Countersign(ctx, w.carl, c.ID, w.carl.Principal, "mine")
	w.wantRule(err, "checker-is-reviewer")
	_, err = w.svc.Countersign(ctx, w.cleo, c.ID, w.carl.Principal, "checked")
	w.must(err)
}

// A checker who handed an item on does not countersign what became of it.
func TestWhoDelegatedDoesNotCountersign(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_duty", Holder: principalHolder(tomID), Target: domain.Target{Kind: domain.TargetDuty, ID: "checker"}, Level: domain.Held})
	c := w.campaign(domain.TargetAgent)
	no := w.item(c, "gnt_dana").No
	w.must(w.svc.Delegate(ctx, w.tom, c.ID, []int{no}, eveID, "on leave"))
	w.answer(w.eve, c, "gnt_dana", review.Revoke, 0)
	_, err := w.svc.SignOff(ctx, w.eve, c.ID, c.Name)
	w.must(err)
	_, err = w.svc.Countersign(ctx, w.tom, c.ID, eveID, "it was mine")
	w.wantRule(err, "checker-is-reviewer")
	_, err = w.svc.Countersign(ctx, w.carl, c.ID, eveID, "")
	w.must(err)
}

// Nor does whoever had the item in between, and handed it on.
func TestWhoHandedItOnDoesNotCountersign(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	no := w.item(c, "gnt_dana").No
	w.must(w.svc.Delegate(ctx, w.tom, c.ID, []int{no}, w.carl.Principal, "on leave"))
	w.must(w.svc.Delegate(ctx, w.carl, c.ID, []int{no}, eveID, "knows more"))
	w.answer(w.eve, c, "gnt_dana", review.Revoke, 0)
	_, err := w.svc.SignOff(ctx, w.eve, c.ID, c.Name)
	w.must(err)
	_, err = w.svc.Countersign(ctx, w.carl, c.ID, eveID, "mine for an hour")
	w.wantRule(err, "checker-is-reviewer")
	_, err = w.svc.Countersign(ctx, w.cleo, c.ID, eveID, "")
	w.must(err)
}

// One of several reviewers hands on their share; the others keep theirs.
func TestTheOthersKeepTheirs(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	d := w.draft(domain.TargetAgent)
	_, _, err := w.svc.Cancel(ctx, w.admin, d.ID, "again, with two reviewers")
	w.must(err)
	d.Name = "Q1b"
	d.Definition.Stages = []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}, Additional: []string{"carl@acme.example"}}}
	d, err = w.svc.NewCampaign(ctx, w.admin, d)
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, d.ID, nil)
	w.must(err)
	c, err := w.svc.Launch(ctx, w.cleo, d.ID)
	w.must(err)
	no := w.item(c, "gnt_dana").No
	carl := w.carl.Principal
	want := func(what string, ids ...domain.ID) {
		t.Helper()
		now, _ := w.answering(c, no, 1)
		slices.Sort(now)
		slices.Sort(ids)
		if !slices.Equal(now, ids) {
			t.Errorf("%s: %v answer, want %v", what, now, ids)
		}
	}
	want("staged", tomID, carl)
	w.wantRule(w.svc.Delegate(ctx, w.tom, c.ID, []int{no}, carl, "he has it too"), "already-reviewer")
	w.must(w.svc.Delegate(ctx, w.tom, c.ID, []int{no}, eveID, "on leave"))
	want("Tom's handed on", eveID, carl)
	_, err = w.svc.Reassign(ctx, w.admin, c.ID, []int{no}, extID, "whose?")
	if domain.CodeOf(err) != domain.Invalid {
		t.Errorf("an item of two was reassigned without saying whose: %v", err)
	}
	q, err := w.svc.HandOver(ctx, w.admin, c.ID, review.Handing{Items: []int{no}, From: carl, To: tomID, Reason: "knows it"})
	w.must(err)
	want("only asked for", eveID, carl)
	_, err = w.svc.ApproveRequest(ctx, w.cleo, q.ID, "yes")
	w.must(err)
	want("Carl's reassigned", eveID, tomID)
	// Both answer, and each answer is on record.
	w.answer(w.eve, c, "gnt_dana", review.Keep, 0)
	w.must(w.decide(w.tom, c, review.DecisionInput{Item: no, Answer: review.Revoke, Reason: "left the team"}))
	w.wantRule(w.decide(w.carl, c, review.DecisionInput{Item: no, Answer: review.Revoke, Reason: "mine"}), "not-reviewer")
}
