package review_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// Before the launch the owner moves reviewers and the date at once, and who
// did so does not launch; afterwards both are only asked for.
func TestBeforeAndAfterTheLaunch(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_dty", Holder: principalHolder(w.carl.Principal), Target: domain.Target{Kind: domain.TargetDuty, ID: "campaign-owner"}, Level: domain.Held})
	c := w.draft(domain.TargetAgent)
	_, err := w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	no := w.item(c, "gnt_dana").No
	q, err := w.svc.Reassign(ctx, w.carl, c.ID, []int{no}, eveID, "knows it")
	w.must(err)
	if q.ID != "" {
		t.Errorf("before the launch there is a request: %+v", q)
	}
	if now, record := w.answering(c, no, 1); !slices.Equal(now, []domain.ID{eveID}) || record[eveID] != "" {
		t.Errorf("%v answer, for %v", now, record)
	}
	due := c.Due.AddDate(0, 0, 7)
	moved, q, err := w.svc.Extend(ctx, w.admin, c.ID, due, "holidays")
	w.must(err)
	if q.ID != "" || !moved.Due.Equal(due) {
		t.Errorf("before the launch it is due at %s, by request %q", moved.Due, q.ID)
	}
	_, err = w.svc.Launch(ctx, w.carl, c.ID)
	w.wantRule(err, "launch-own")
	_, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	same, q, err := w.svc.Extend(ctx, w.admin, c.ID, due.AddDate(0, 0, 7), "more holidays")
	w.must(err)
	if q.State != domain.Proposed || !same.Due.Equal(due) {
		t.Errorf("after the launch it is due at %s, by request %+v", same.Due, q)
	}
	_, err = w.svc.ApproveRequest(ctx, w.cleo, q.ID, "fine")
	w.must(err)
	w.must(w.s.View(ctx, func(tx review.Tx) error {
		c, err = tx.Campaign(c.ID)
		return err
	}))
	if !c.Due.Equal(due.AddDate(0, 0, 7)) {
		t.Errorf("once approved it is due at %s", c.Due)
	}
}

// Every actor on every act: a request is never settled by who made it, gains
// by it, or owns the campaign.
func TestWhoSettlesARequest(t *testing.T) {
	ctx := context.Background()
	type row struct{ approve, reject, withdraw string }
	for who, want := range map[string]row{
		"the owner, its maker":             {"duty-missing", "duty-missing", ""},
		"a checker":                        {"", "", "not-maker"},
		"a checker it goes to":             {"checker-is-reviewer", "", "not-maker"},
		"a checker whose access it is":     {"checker-is-subject", "", "not-maker"},
		"a checker in the group it is for": {"checker-is-subject", "", "not-maker"},
		"the reviewer":                     {"duty-missing", "duty-missing", "not-maker"},
	} {
		for _, act := range []string{"approve", "reject", "withdraw"} {
			w := newWorld(t)
			w.seed(domain.Grant{ID: "gnt_cleo", Holder: principalHolder(w.cleo.Principal), Target: onAgent(salesID), Level: domain.ViewUse},
				domain.Grant{ID: "gnt_m9", Holder: principalHolder(w.cleo.Principal), Target: inGroup(crewID), Level: domain.Member},
				domain.Principal{ID: "usr_ned", Kind: domain.User, Name: "Ned", Email: "ned@acme.example", Status: domain.Active},
				domain.Grant{ID: "gnt_ned", Holder: principalHolder("usr_ned"), Target: domain.Target{Kind: domain.TargetDuty, ID: "checker"}, Level: domain.Held})
			c := w.campaign(domain.TargetAgent)
			by, holding, to := w.carl, domain.ID("gnt_dana"), eveID
			switch who {
			case "the owner, its maker":
				by = w.admin
			case "a checker it goes to":
				to = w.carl.Principal
			case "a checker whose access it is":
				by, holding = w.cleo, "gnt_cleo"
			case "a checker in the group it is for":
				by, holding, to = w.cleo, "gnt_crew", extID
			case "the reviewer":
				by = w.tom
			}
			no := w.item(c, holding).No
			q, err := w.svc.Reassign(ctx, w.admin, c.ID, []int{no}, to, "Tom is ill")
			w.must(err)
			rule := want.approve
			switch act {
			case "approve":
				_, err = w.svc.ApproveRequest(ctx, by, q.ID, "")
			case "reject":
				rule = want.reject
				_, err = w.svc.RejectRequest(ctx, by, q.ID, "he is back")
			case "withdraw":
				rule = want.withdraw
				_, err = w.svc.WithdrawRequest(ctx, by, q.ID, "he is back")
			}
			if rule == "" {
				if err != nil {
					t.Errorf("%s cannot %s: %v", who, act, err)
				}
			} else {
				w.wantRule(err, rule)
			}
			now, record := w.answering(c, no, 1)
			done := act == "approve" && rule == ""
			if done != slices.Equal(now, []domain.ID{to}) || done && record[to] != tomID {
				t.Errorf("%s, %s: %v answer, for %v", who, act, now, record)
			}
			got, err := w.svc.Requests(ctx, "Q1")
			w.must(err)
			state := map[string]domain.ChangeState{"approve": domain.Applied, "reject": domain.Rejected, "withdraw": domain.Withdrawn}[act]
			if rule != "" {
				state = domain.Proposed
			}
			if len(got) != 1 || got[0].State != state {
				t.Errorf("%s, %s: requests %+v, want it %s", who, act, got, state)
			}
			if rule == "" { // once settled, nobody settles it again
				_, err = w.svc.ApproveRequest(ctx, w.carl, q.ID, "")
				w.wantRule(err, "already-ended")
			}
		}
	}
}

// A checker who may not approve a request is told who can; where nobody is left,
// what to do.
func TestWhoElseApprovesARequest(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	q, err := w.svc.Reassign(ctx, w.admin, c.ID, []int{w.item(c, "gnt_dana").No}, w.carl.Principal, "Tom is ill")
	w.must(err)
	hint := func() string {
		_, err := w.svc.ApproveRequest(ctx, w.carl, q.ID, "")
		w.wantRule(err, "checker-is-reviewer")
		var e *domain.Error
		if !errors.As(err, &e) {
			t.Fatal(err)
		}
		return e.Hint
	}
	var others []string
	var cleo domain.Principal
	storetest.View(t, w.s, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		cleo, _ = o.Principal(w.cleo.Principal)
		for _, p := range o.WithDuty(domain.DutyChecker, tx.Now()) {
			if p.ID != w.carl.Principal && p.ID != w.admin.Principal {
				others = append(others, p.Name)
			}
		}
		return nil
	})
	if got := hint(); len(others) != 1 || got != others[0]+" can" {
		t.Errorf("%q, and the others are %q", got, others)
	}
	gone := cleo
	gone.Status = domain.Inactive
	storetest.Append(t, w.s, domain.Event{Type: domain.EvApplied, Subject: "seed"}, domain.Replace(cleo, gone))
	if got := hint(); !strings.HasPrefix(got, "nobody else can: give the duty checker to somebody") {
		t.Error(got)
	}
}

// Of an exception and of a cancellation, whoever answered for the items, or would keep
// what they lose, is not named as one who can.
func TestWhoElseApprovesIsAskedOfEach(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(held(eveID, domain.DutyChecker), held(w.admin.Principal, domain.DutyChecker))
	c := w.campaign(domain.TargetAgent)
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID}) {
		answer := review.Keep
		if it.Holding.ID == "gnt_eve" {
			answer = review.Revoke
		}
		w.must(w.decide(actor(it.Reviewer), c, review.DecisionInput{Item: it.No, Answer: answer, Reason: "reviewed"}))
	}
	signers := map[domain.ID]bool{}
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID}) {
		if !signers[it.Reviewer] {
			signers[it.Reviewer] = true
			w.sign(actor(it.Reviewer), c)
		}
	}
	_, q, err := w.svc.Cancel(ctx, w.admin, c.ID, "a mistake")
	w.must(err)
	_, err = w.svc.ApproveRequest(ctx, w.admin, q.ID, "")
	var e *domain.Error
	if !errors.As(err, &e) || strings.Contains(e.Hint, "Eve") || !strings.Contains(e.Hint, "can") {
		t.Errorf("%v: %q names Eve, who would keep what she loses, or nobody", err, e.Hint)
	}
}

// The owner who is a checker too approves no request, not even a deputy's; and
// what was answered meanwhile refuses the approval.
func TestRequestsAreJudgedWhenApproved(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_d1", Holder: principalHolder(eveID), Target: domain.Target{Kind: domain.TargetDuty, ID: "campaign-owner"}, Level: domain.Held},
		domain.Grant{ID: "gnt_d2", Holder: principalHolder(w.admin.Principal), Target: domain.Target{Kind: domain.TargetDuty, ID: "checker"}, Level: domain.Held})
	c := w.campaign(domain.TargetAgent)
	no := w.item(c, "gnt_dana").No
	q, err := w.svc.Reassign(ctx, w.eve, c.ID, []int{no}, extID, "Tom is ill")
	w.must(err)
	_, err = w.svc.ApproveRequest(ctx, w.admin, q.ID, "")
	w.wantRule(err, "checker-is-owner")
	_, err = w.svc.ApproveRequest(ctx, w.eve, q.ID, "")
	w.wantRule(err, "duty-missing")
	w.answer(w.tom, c, "gnt_dana", review.Revoke, 0)
	_, err = w.svc.ApproveRequest(ctx, w.carl, q.ID, "")
	w.wantRule(err, "answered")
	if now, _ := w.answering(c, no, 1); !slices.Equal(now, []domain.ID{tomID}) {
		t.Errorf("%v answer after the refusal", now)
	}
	_, err = w.svc.WithdrawRequest(ctx, w.eve, q.ID, "")
	w.must(err)
	if _, err := w.svc.RejectRequest(ctx, w.carl, q.ID, "late"); err == nil {
		t.Error("a withdrawn request was rejected")
	}
	if _, err := w.svc.ApproveRequest(ctx, w.carl, "req_none", ""); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("an unknown request: %v", err)
	}
	_, _, err = w.svc.Extend(ctx, w.admin, c.ID, c.Due.Add(-time.Hour), "sooner")
	if domain.CodeOf(err) != domain.Invalid {
		t.Errorf("an earlier date was asked for: %v", err)
	}
}
