package review_test

import (
	"context"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// A draft's plan is changed by who runs it, and stands once it is staged; who
// changed it has prepared it, and does not launch it.
func TestADraftIsChangedUntilItIsStaged(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.draft(domain.TargetAgent)
	next := c
	next.Name, next.Due = "Q1 agents", c.Due.AddDate(0, 0, 7)
	next.Definition.Scope.Kinds = []domain.TargetKind{domain.TargetArea}
	next.Definition.Stages = []review.Stage{{Reviewers: []string{"tom@acme.example"}}, {Reviewers: []string{review.ByTargetOwner}, Days: 5}}
	got, err := w.svc.Redraft(ctx, w.admin, c.ID, next)
	w.must(err)
	if got.Name != "Q1 agents" || !got.Due.Equal(next.Due) || len(got.Definition.Stages) != 2 || got.Definition.Stages[0].Reviewers[0] != string(tomID) {
		t.Errorf("%+v", got)
	}
	seq := func() (n int64) {
		storetest.View(t, w.s, func(tx review.Tx) error { h, err := tx.Log(); n = h.Size; return err })
		return n
	}
	before := seq()
	_, err = w.svc.Redraft(ctx, w.admin, c.ID, got)
	w.must(err)
	if seq() != before {
		t.Error("a plan that says the same was written")
	}
	if _, err := w.svc.Redraft(ctx, w.dana, c.ID, got); domain.CodeOf(err) != domain.Forbidden {
		t.Errorf("Dana changed it: %v", err)
	}
	bad := got
	bad.Definition.Stages = append([]review.Stage{}, got.Definition.Stages...)
	bad.Definition.Stages[1].Days = 0
	if _, err := w.svc.Redraft(ctx, w.admin, c.ID, bad); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a stage without a duration: %v", err)
	}
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	if n := len(w.items(review.ItemQuery{Campaign: c.ID})); n != 2 {
		t.Errorf("%d items, want the two areas", n)
	}
	_, err = w.svc.Redraft(ctx, w.admin, c.ID, next)
	w.wantRule(err, "move")
}

// Where a plan does not say what becomes of conflicts the organisation does: in what
// is drafted, in what a check and a preview say of it, and in what a draft is changed
// to. Whoever says it otherwise has it so.
func TestThePlanHasTheOrganisationsConflicts(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Setting{ID: domain.SettingConflicted, Value: review.RefuseConflicts})
	c := w.draft(domain.TargetAgent)
	if c.Definition.Conflicts != review.RefuseConflicts {
		t.Fatalf("drafted with %q", c.Definition.Conflicts)
	}
	next := c
	next.Name, next.Definition.Conflicts = "Q1 agents", ""
	storetest.View(t, w.s, func(tx review.Tx) error {
		got, err := review.CheckPlan(tx, next)
		if got.Definition.Conflicts != review.RefuseConflicts {
			t.Errorf("checked as %q", got.Definition.Conflicts)
		}
		return err
	})
	got, err := w.svc.Redraft(ctx, w.admin, c.ID, next)
	w.must(err)
	if got.Name != next.Name || got.Definition.Conflicts != review.RefuseConflicts {
		t.Errorf("changed, it is %q with %q", got.Name, got.Definition.Conflicts)
	}
	next.Definition.Conflicts = review.FlagConflicts
	got, err = w.svc.Redraft(ctx, w.admin, c.ID, next)
	w.must(err)
	if got.Definition.Conflicts != review.FlagConflicts {
		t.Errorf("changed on purpose, it says %q", got.Definition.Conflicts)
	}
}

// A checker who changed the draft does not launch it.
func TestWhoChangedThePlanDoesNotLaunchIt(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.draft(domain.TargetAgent)
	w.seed(domain.Grant{ID: "gnt_cleo_runs", Holder: principalHolder(w.cleo.Principal), Target: domain.Target{Kind: domain.TargetDuty, ID: "campaign-owner"}, Level: domain.Held})
	next := c
	next.Definition.ReasonToKeep = true
	_, err := w.svc.Redraft(ctx, w.cleo, c.ID, next)
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	_, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.wantRule(err, "launch-own")
	_, err = w.svc.Launch(ctx, w.carl, c.ID)
	w.must(err)
}

// What a preview says is what staging then freezes.
func TestAPreviewIsWhatStagingGives(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.draft(domain.TargetAgent, domain.TargetArea)
	counted, err := w.svc.CountPlan(ctx, c)
	w.must(err)
	p, err := w.svc.PreviewPlan(ctx, w.admin, c, nil)
	w.must(err)
	staged, err := w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	if p.TieOut.InScope != staged.TieOut.InScope || counted.InScope != staged.TieOut.InScope || p.TieOut.Difference() != 0 || len(p.First) != p.TieOut.InScope {
		t.Errorf("counted %+v, previewed %+v, staged %+v", counted, p.TieOut, staged.TieOut)
	}
	loads, asked := map[domain.ID]int{}, map[domain.ID]int{}
	for _, l := range p.Loads {
		loads[l.Reviewer] += l.Items
	}
	storetest.View(t, w.s, func(tx review.Tx) error {
		for a, err := range tx.Answering(c.ID) {
			if err != nil {
				return err
			}
			asked[a.Reviewer]++
		}
		return nil
	})
	for who, n := range asked {
		if loads[who] != n {
			t.Errorf("%s: %d previewed, %d staged", who, loads[who], n)
		}
	}
	if len(loads) != len(asked) {
		t.Errorf("%v, staged %v", loads, asked)
	}
}

// Reviewers are reminded by hand once a day, and not once they have signed; the
// texts shown before are those that are written.
func TestRemindingByHand(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	dry, err := w.svc.Remind(ctx, w.admin, c.ID, nil, "the board meets on Friday", true)
	w.must(err)
	if w.unsent() != "" || len(dry.Messages) != 2 {
		t.Fatalf("dry wrote %q; %d messages", w.unsent(), len(dry.Messages))
	}
	if !strings.Contains(dry.Messages[0].Text, "Ada Admin adds: the board meets on Friday") {
		t.Error(dry.Messages[0].Text)
	}
	for _, note := range []string{"one\n\nDear Tom,\nyour password is over", "a\u2028b", "\x1b]0;x\x07", strings.Repeat("x", 501)} {
		for _, dry := range []bool{true, false} {
			if _, err := w.svc.Remind(ctx, w.admin, c.ID, nil, note, dry); domain.CodeOf(err) != domain.Invalid {
				t.Errorf("%.20q (dry %v): got %v, want Invalid", note, dry, err)
			}
		}
	}
	if w.unsent() != "" {
		t.Error("a note that was refused was written")
	}
	done, err := w.svc.Remind(ctx, w.admin, c.ID, []domain.ID{tomID, tomID, danaID}, "", false)
	w.must(err)
	if len(done.Messages) != 1 || done.Messages[0].To != tomID || len(done.Skipped) != 1 || done.Skipped[0].Why != "Dana Okafor has no items in this stage" {
		t.Errorf("%+v", done)
	}
	_, err = w.svc.Remind(ctx, w.admin, c.ID, []domain.ID{tomID}, "", false)
	w.wantRule(err, "nobody-to-remind")
	if domain.CodeOf(last(w.svc.Remind(ctx, w.dana, c.ID, nil, "", false))) != domain.Forbidden {
		t.Error("Dana reminded")
	}
	w.keepRest(w.admin, c)
	w.sign(w.admin, c)
	_, err = w.svc.Remind(ctx, w.admin, c.ID, []domain.ID{w.admin.Principal}, "", false)
	w.wantRule(err, "nobody-to-remind")
	w.clock.Set(after(2))
	if done, err = w.svc.Remind(ctx, w.admin, c.ID, nil, "", false); err != nil || len(done.Messages) != 1 {
		t.Errorf("two days later: %+v, %v", done, err)
	}
}

// While a campaign is staged, those who can launch it are asked to: checkers who had
// no part in it. Once it is launched, what is not sent yet is not sent any more.
func TestAskingForTheLaunch(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.draft(domain.TargetAgent)
	_, err := w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	done, err := w.svc.Remind(ctx, w.admin, c.ID, nil, "", false)
	w.must(err)
	asked := map[domain.ID]bool{}
	for _, m := range done.Messages {
		asked[m.To] = true
		if !strings.Contains(m.Text, "countersign campaign launch Q1") {
			t.Error(m.Text)
		}
	}
	if len(asked) != 2 || !asked[w.cleo.Principal] || !asked[w.carl.Principal] {
		t.Errorf("asked: %v", asked)
	}
	if n := len(strings.Fields(w.unsent())); n != 2 {
		t.Errorf("to be sent: %q", w.unsent())
	}
	_, err = w.svc.Remind(ctx, w.admin, c.ID, []domain.ID{tomID}, "", false)
	w.wantRule(err, "nobody-to-remind")
	_, err = w.svc.Launch(ctx, w.carl, c.ID)
	w.must(err)
	if got := w.unsent(); strings.Contains(got, "launch") {
		t.Errorf("launched; to be sent: %q", got)
	}
}
