package review_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

// escalating launches a campaign whose only stage escalates after 3 days to
// Carl besides, and after 5 to the owner of the agent, then Eve, instead.
func (w *world) escalating(name string, more func(*review.Definition)) review.Campaign {
	w.t.Helper()
	ctx := context.Background()
	d := review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}}, Stages: []review.Stage{{
		Reviewers: []string{review.ByManager, review.ByTargetOwner},
		Escalations: []review.Escalation{{After: 3, To: []string{"carl@acme.example"}},
			{After: 5, To: []string{review.ByTargetOwner, string(eveID)}, Replace: true}}}}}
	if more != nil {
		more(&d)
	}
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: name, Due: w.now().AddDate(0, 0, 10), Definition: d})
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	c, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	return c
}

// escalated counts the events of it.
func (w *world) escalated() int {
	w.t.Helper()
	n := 0
	w.must(w.s.View(context.Background(), func(tx review.Tx) error {
		es, err := tx.Events(review.EventQuery{Types: []domain.EventType{review.EvEscalated}})
		n = len(es)
		return err
	}))
	return n
}

func TestEscalation(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.escalating("Q1", nil)
	began := c.Began
	w.answer(w.tom, c, "gnt_eve", review.Abstain, 0)
	w.answer(w.tom, c, "gnt_crew", review.Keep, 0)
	dana, crew, eve := w.item(c, "gnt_dana").No, w.item(c, "gnt_crew").No, w.item(c, "gnt_eve").No
	w.clock.Set(began.AddDate(0, 0, 3).Add(-10 * time.Second))
	_, err := w.svc.Escalate(ctx, w.admin, c.ID, 1)
	w.wantRule(err, "escalation-early")
	w.clock.Set(began.AddDate(0, 0, 3))
	_, err = w.svc.Escalate(ctx, w.tom, c.ID, 1)
	w.wantRule(err, "not-campaign-owner")
	if _, err := w.svc.Escalate(ctx, w.admin, c.ID, 3); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a step that is none: %v", err)
	}
	// Silent: Dana's two and Tom's own, which is Ada's to review.
	got, err := w.svc.Escalate(ctx, w.admin, c.ID, 1)
	w.must(err)
	if got.Items != 3 || got.To[w.carl.Principal] != 3 || len(got.Nobody) != 0 {
		t.Errorf("escalated %+v", got)
	}
	carl := w.carl.Principal
	if now, record := w.answering(c, dana, 1); !slices.Equal(now, []domain.ID{carl, tomID}) && !slices.Equal(now, []domain.ID{tomID, carl}) || record[carl] != tomID || record[tomID] != "" {
		t.Errorf("%v answer for Dana's, for %v", now, record)
	}
	for _, no := range []int{crew, eve} {
		if now, _ := w.answering(c, no, 1); !slices.Equal(now, []domain.ID{tomID}) {
			t.Errorf("item %d, answered, went to %v", no, now)
		}
	}
	events := w.escalated()
	again, err := w.svc.Escalate(ctx, w.admin, c.ID, 1)
	w.must(err)
	if again.Items != 0 || w.escalated() != events {
		t.Errorf("the second time escalated %+v, in %d events more", again, w.escalated()-events)
	}
	// The answer is taken back after the step: its turn has not been.
	_, err = w.svc.UndoDecision(ctx, w.tom, c.ID, crew)
	w.must(err)
	if again, err = w.svc.Escalate(ctx, w.admin, c.ID, 1); err != nil || again.Items != 1 {
		t.Errorf("with one more silent, escalated %+v, %v", again, err)
	}
	// Carl answers one of them: it stays with both. The others go on; whose
	// agent it is, Tom, has them already, so Eve is asked instead.
	w.must(w.decide(w.carl, c, review.DecisionInput{Item: dana, Answer: review.Revoke, Reason: "r"}))
	w.clock.Set(began.AddDate(0, 0, 5))
	got, err = w.svc.Escalate(ctx, w.admin, c.ID, 2)
	w.must(err)
	if now, _ := w.answering(c, dana, 1); len(now) != 2 {
		t.Errorf("answered by one of two, and now with %v", now)
	}
	if now, record := w.answering(c, w.item(c, "gnt_dana_ops").No, 1); !slices.Equal(now, []domain.ID{eveID}) || record[eveID] != tomID {
		t.Errorf("replaced: %v answer, for %v", now, record)
	}
	if got.To[eveID] == 0 || got.To[tomID] != 0 {
		t.Errorf("escalated %+v", got)
	}
	w.clock.Set(c.Due.Add(time.Minute))
	_, err = w.svc.Escalate(ctx, w.admin, c.ID, 2)
	w.wantRule(err, "late")
}

// Nobody is asked who may not answer: not the subject, not through a
// substitute, and not twice.
func TestEscalationToNobody(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.escalating("Q1", func(d *review.Definition) {
		d.Stages[0].Escalations = []review.Escalation{{After: 0, To: []string{string(danaID)}}}
	})
	_, err := w.svc.SetSubstitute(ctx, w.dana, review.Substitute{Person: danaID, Substitute: extID})
	w.must(err)
	got, err := w.svc.Escalate(ctx, w.admin, c.ID, 1)
	w.must(err)
	for _, id := range []domain.ID{"gnt_dana", "gnt_dana_ops"} {
		it := w.item(c, id)
		if now, _ := w.answering(c, it.No, 1); !slices.Contains(got.Nobody, it.No) || slices.Contains(now, extID) || slices.Contains(now, danaID) {
			t.Errorf("Dana's own went to %v; nobody for %v", now, got.Nobody)
		}
	}
	if now, record := w.answering(c, w.item(c, "gnt_eve").No, 1); !slices.Contains(now, extID) || record[extID] != tomID {
		t.Errorf("Eve's is for %v, for %v", now, record)
	}
	events := w.escalated()
	if got, err = w.svc.Escalate(ctx, w.admin, c.ID, 1); err != nil || got.Items != 0 || len(got.Nobody) != 0 || w.escalated() != events {
		t.Errorf("what nobody could be asked about had its turn again: %+v, %v", got, err)
	}
}

// Refused conflicts refuse a new reviewer too, whoever brings them in.
func TestConflictsOfNewReviewers(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	// Eve makes the change that gives Xav access; Ada approves it.
	w.seed(domain.Grant{ID: "gnt_adm", Holder: principalHolder(eveID), Target: domain.Target{Kind: domain.TargetAccount}, Level: 1})
	p, err := w.propose(w.eve, domain.Begin(domain.Grant{ID: "gnt_xav", Holder: principalHolder(extID), Target: onAgent(opsID), Level: domain.ViewUse}))
	w.must(err)
	if p.State == domain.Proposed {
		_, err = w.svc.Approve(ctx, w.admin, p.ID, "")
		w.must(err)
	}
	for _, refuse := range []bool{false, true} {
		c := w.escalating(fmt.Sprint("Q", refuse), func(d *review.Definition) {
			d.Scope.Kinds = []domain.TargetKind{domain.TargetAgent}
			d.Scope.Principals = []domain.ID{extID}
			d.Stages[0].Fallback = "carl@acme.example"
			if d.Conflicts = review.FlagConflicts; refuse {
				d.Conflicts = review.RefuseConflicts
			}
		})
		it := w.item(c, "gnt_xav")
		err := w.svc.Delegate(ctx, w.tom, c.ID, []int{it.No}, eveID, "she knows")
		var e *domain.Error
		if refuse != (errors.As(err, &e) && e.Rule == "conflict") || !refuse && err != nil {
			t.Errorf("refused %v: delegating to who granted it gave %v", refuse, err)
		}
		if refuse {
			_, err = w.svc.Reassign(ctx, w.admin, c.ID, []int{it.No}, eveID, "r")
			w.wantRule(err, "conflict")
			_, err = w.svc.Reassign(ctx, w.admin, c.ID, []int{it.No}, w.admin.Principal, "r")
			w.wantRule(err, "conflict") // Ada staged it
		}
		_, _, err = w.svc.Cancel(ctx, w.admin, c.ID, "done")
		w.must(err)
	}
}
