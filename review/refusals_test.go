package review_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// Every refusal of deciding, in the transaction, by its rule and on record.
func TestDecisionsThatAreRefused(t *testing.T) {
	keep, revoke := review.Keep, review.Revoke
	tests := []struct {
		name    string
		rule    string
		who     domain.ID
		holding domain.ID
		in      review.DecisionInput
	}{
		{"not the reviewer", "not-reviewer", eveID, "gnt_dana", review.DecisionInput{Answer: keep}},
		{"own access", "own-access", danaID, "gnt_dana", review.DecisionInput{Answer: keep}},
		{"reduce to the present level", "level", tomID, "gnt_dana", review.DecisionInput{Answer: review.Reduce, Level: domain.EditAgent, Reason: "x"}},
		{"reduce to the bottom", "level", tomID, "gnt_dana", review.DecisionInput{Answer: review.Reduce, Reason: "x"}},
		{"reduce past the top", "level", tomID, "gnt_dana", review.DecisionInput{Answer: review.Reduce, Level: 9, Reason: "x"}},
		{"revoke without a reason", "reason-missing", tomID, "gnt_dana", review.DecisionInput{Answer: revoke}},
		{"abstain without a reason", "reason-missing", tomID, "gnt_dana", review.DecisionInput{Answer: review.Abstain, Reason: "  "}},
		{"silence as an answer", "answer", tomID, "gnt_dana", review.DecisionInput{Reason: "x"}},
		{"nobody", "actor-missing", "", "gnt_dana", review.DecisionInput{Answer: keep}},
		{"a stranger", "actor-unknown", "usr_nobody", "gnt_dana", review.DecisionInput{Answer: keep}},
	}
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.t = t
			in := tt.in
			in.Item = w.item(c, tt.holding).No
			w.wantRule(w.decide(actor(tt.who), c, in), tt.rule)
			if got := w.item(c, tt.holding).Decision.Answer; got != review.Silent {
				t.Errorf("the refused decision left %s", got)
			}
		})
	}
}

func TestBulkIsWholeOrNotAtAll(t *testing.T) {
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	plain, risky := w.item(c, "gnt_dana"), w.item(c, "gnt_dana_ops")
	if plain.HighRisk || !risky.HighRisk {
		t.Fatalf("high risk: plain %v, Edit on a Confidential agent %v", plain.HighRisk, risky.HighRisk)
	}
	both := []review.DecisionInput{{Item: plain.No, Answer: review.Keep}, {Item: risky.No, Answer: review.Keep}}
	w.wantRule(w.decide(w.tom, c, both...), "bulk-high-risk")
	if w.item(c, "gnt_dana").Decision.Answer != review.Silent {
		t.Error("a refused bulk decided its first item")
	}
	both[1].Item = w.item(c, "gnt_eve").No
	w.must(w.decide(w.tom, c, both...))
	if d := w.item(c, "gnt_eve").Decision; d.Bulk != 2 || d.Answer != review.Keep {
		t.Errorf("decided in a bulk of two: %+v", d)
	}
	if err := w.decide(w.tom, c, both[0], both[0]); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("an item named twice gave %v", err)
	}
}

func TestLateAndClosedAnswers(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.draft(domain.TargetAgent)
	w.wantRule(w.decide(w.tom, c, review.DecisionInput{Item: 1, Answer: review.Keep}), "not-active")
	_, err := w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	c, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	w.clock.Set(c.Due.Add(time.Hour))
	in := review.DecisionInput{Item: w.item(c, "gnt_dana").No, Answer: review.Keep}
	w.wantRule(w.decide(w.tom, c, in), "late")
	_, q, err := w.svc.Extend(ctx, w.admin, c.ID, c.Due.AddDate(0, 1, 0), "holidays")
	w.must(err)
	w.wantRule(w.decide(w.tom, c, in), "late") // it is only asked for
	_, err = w.svc.ApproveRequest(ctx, w.carl, q.ID, "")
	w.must(err)
	w.must(w.decide(w.tom, c, in))
	_, err = w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.wantRule(err, "undecided")
	w.keepRest(w.tom, c)
	_, err = w.svc.SignOff(ctx, w.tom, c.ID, "Q2")
	w.wantRule(err, "name-typed")
	_, err = w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.must(err)
	w.wantRule(w.decide(w.tom, c, in), "signed")
	_, err = w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.wantRule(err, "signed")
	_, err = w.svc.SignOff(ctx, w.eve, c.ID, c.Name)
	w.wantRule(err, "no-items")
}

// A change of mind keeps every version; undo goes back one by one, to
// undecided; a change of the holding shows both values.
func TestUndoAndChangedHoldings(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	no := w.item(c, "gnt_dana").No
	for _, a := range []review.Answer{review.Keep, review.Revoke, review.Abstain} {
		w.answer(w.tom, c, "gnt_dana", a, 0)
	}
	for _, want := range []review.Answer{review.Revoke, review.Keep, review.Silent} {
		d, err := w.svc.UndoDecision(ctx, w.tom, c.ID, no)
		w.must(err)
		if got := w.item(c, "gnt_dana").Decision.Answer; got != want || d.Answer != want {
			t.Fatalf("undo left %s and said %s, want %s", got, d.Answer, want)
		}
	}
	_, err := w.svc.UndoDecision(ctx, w.tom, c.ID, no)
	w.wantRule(err, "nothing-to-undo")
	storetest.View(t, w.s, func(tx review.Tx) error {
		vs, err := tx.Votes(c.ID, no)
		if len(vs) != 5 {
			t.Errorf("%d versions are kept, want 5: three answers and two undone to", len(vs))
		}
		return err
	})
	g := w.grant("gnt_dana")
	low := g
	low.Level = domain.ViewUse
	_, err = w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "Lower", Reason: "r", Changes: []domain.Change{domain.Replace(g, low)}})
	w.must(err)
	got, err := w.svc.Decide(ctx, w.tom, c.ID, []review.DecisionInput{{Item: no, Answer: review.Keep}})
	w.must(err)
	if len(got.Changed) != 1 || got.Changed[0] != (review.Changed{Item: no, Staged: "Edit", Now: "View & Use"}) {
		t.Errorf("changed since staging: %+v", got.Changed)
	}
}

// Who may countersign: never the reviewer, never a subject, only a checker;
// of two at once one wins.
func TestCountersigning(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_chk", Holder: principalHolder(tomID), Target: domain.Target{Kind: domain.TargetDuty, ID: "checker"}, Level: 1},
		domain.Grant{ID: "gnt_chk2", Holder: principalHolder(danaID), Target: domain.Target{Kind: domain.TargetDuty, ID: "checker"}, Level: 1})
	c := w.campaign(domain.TargetAgent)
	w.answer(w.tom, c, "gnt_eve", review.Revoke, 0)
	w.keepRest(w.tom, c)
	_, err := w.svc.Countersign(ctx, w.cleo, c.ID, tomID, "")
	w.wantRule(err, "not-signed")
	_, err = w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.must(err)
	_, err = w.svc.Countersign(ctx, w.tom, c.ID, tomID, "")
	w.wantRule(err, "checker-is-reviewer")
	_, err = w.svc.Countersign(ctx, w.eve, c.ID, tomID, "")
	w.wantRule(err, "duty-missing")
	_, err = w.svc.Countersign(ctx, w.dana, c.ID, tomID, "")
	w.wantRule(err, "checker-is-subject")
	if !strings.Contains(err.Error(), "items") {
		t.Errorf("the refusal does not name the items: %v", err)
	}
	done := make(chan error, 2)
	for _, who := range []domain.Actor{w.cleo, w.carl} {
		go func() { _, err := w.svc.Countersign(ctx, who, c.ID, tomID, ""); done <- err }()
	}
	a, b := <-done, <-done
	if (a == nil) == (b == nil) {
		t.Fatalf("two checkers at once: %v and %v, want exactly one to win", a, b)
	}
	if a == nil {
		a = b
	}
	w.wantRule(a, "not-signed")
}

// A returned item is open again with a due date of its own; the others stay
// closed, and the packet is signed and countersigned once more.
func TestReturnedItems(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	w.answer(w.tom, c, "gnt_eve", review.Revoke, 0)
	w.keepRest(w.tom, c)
	_, err := w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.must(err)
	it := w.item(c, "gnt_dana")
	later := c.Due.AddDate(0, 0, 14)
	if _, err := w.svc.Return(ctx, w.cleo, c.ID, tomID, []int{it.No}, "", later); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a return without a reason gave %v", err)
	}
	p, err := w.svc.Return(ctx, w.cleo, c.ID, tomID, []int{it.No}, "still needed?", later)
	w.must(err)
	if p.State != review.Returned || p.Round != 2 {
		t.Errorf("returned packet %+v", p)
	}
	w.clock.Set(c.Due.Add(time.Hour))
	w.wantRule(w.decide(w.tom, c, review.DecisionInput{Item: w.item(c, "gnt_eve").No, Answer: review.Keep}), "signed")
	_, err = w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.wantRule(err, "undecided")
	w.answer(w.tom, c, "gnt_dana", review.Reduce, domain.ViewUse)
	if d := w.item(c, "gnt_dana").Decision; d.Round != 2 || d.Answer != review.Reduce {
		t.Errorf("decided again: %+v", d)
	}
	p, err = w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.must(err)
	if p.Round != 2 || p.Reduce != 1 || p.Revoke != 1 {
		t.Errorf("signed again: %+v", p)
	}
	_, err = w.svc.Countersign(ctx, w.carl, c.ID, tomID, "")
	w.must(err)
}

// A parent lowered below a child that is kept contradicts, and taking the last
// holder of an office is said before the signature.
func TestSignOffSaysWhatCannotBe(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetArea)
	w.answer(w.tom, c, "gnt_dep", review.Revoke, 0)
	w.answer(w.tom, c, "gnt_ab", review.Keep, 0)
	_, err := w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.wantRule(err, "contradiction")
	w.answer(w.tom, c, "gnt_ab", review.Revoke, 0)
	_, err = w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.must(err)

	w = newWorld(t)
	d, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Duties", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAccount}},
			Stages: []review.Stage{{Reviewers: []string{"tom@acme.example"}}}}})
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, d.ID, nil)
	w.must(err)
	d, err = w.svc.Launch(ctx, w.cleo, d.ID)
	w.must(err)
	w.must(w.decide(w.tom, d, review.DecisionInput{Item: 1, Answer: review.Revoke, Reason: "no"}))
	_, err = w.svc.SignOff(ctx, w.tom, d.ID, d.Name)
	w.wantRule(err, domain.RuleLastAccountAdmin)
}
