package review_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// next drafts and stages a further campaign over agents.
func (w *world) next(name string) review.Campaign {
	w.t.Helper()
	ctx := context.Background()
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: name, Due: w.now().AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}},
			Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}}}}})
	w.must(err)
	c, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	return c
}

// A second quarter is compared with what the first decided, grant by grant: a
// level change shows, by the same grant too; what was revoked and given again
// is told, and recommended to go; what stayed is unchanged; what went by itself
// is gone.
func TestDeltaOfASecondQuarter(t *testing.T) {
	w := newWorld(t)
	c := w.remedied() // Dana's two grants and the crew's are revoked; Tom's and Eve's are kept
	storetest.View(t, w.s, func(tx review.Tx) error {
		n := 0
		for p, err := range tx.PastRulings(0) {
			if err != nil {
				return err
			}
			n++
			if p.Campaign != c.ID || p.Name != "Q1" || p.At.IsZero() || p.Reviewer == "" || p.Key.Target.Kind != domain.TargetAgent {
				t.Errorf("what was ruled reads %+v", p)
			}
			if p.Grant == "gnt_dana" && (p.Answer != review.Revoke || p.Manager != tomID || p.Dept != "Support" || p.Staged != domain.EditAgent) {
				t.Errorf("Dana's grant was ruled %+v", p)
			}
		}
		if n != 5 {
			t.Errorf("%d rulings are read, want 5", n)
		}
		for p, err := range tx.PastRulings(c.Frozen) {
			t.Errorf("a campaign that was frozen at the event is not before it: %+v, %v", p, err)
		}
		return nil
	})
	tom := w.grant("gnt_tom")
	up := tom
	up.Level = domain.EditAgent
	again := domain.Grant{ID: "gnt_again", Holder: principalHolder(danaID), Target: onAgent(salesID), Level: domain.ViewUse}
	fresh := domain.Grant{ID: "gnt_fresh", Holder: principalHolder(extID), Target: onAgent(salesID), Level: domain.ViewUse}
	storetest.Append(t, w.s, domain.Event{Type: domain.EvApplied, Subject: "seed"}, domain.Replace(tom, up), domain.Begin(again),
		domain.Begin(fresh), domain.End(w.grant("gnt_eve")))
	w.results(c)
	q2 := w.next("Q2")
	for holding, want := range map[domain.ID]review.DeltaKind{"gnt_tom": review.DeltaUp, "gnt_again": review.DeltaRegranted, "gnt_fresh": review.DeltaNew} {
		it := w.item(q2, holding)
		if it.Delta.Kind != want {
			t.Errorf("%s is %s (%s), want %s", holding, it.Delta.Kind, it.Delta.Text, want)
		}
	}
	it := w.item(q2, "gnt_again")
	if it.Advice.Answer != review.Revoke || !strings.Contains(strings.Join(it.Flags, ","), review.FlagAgain) || it.Last.Answer != review.Revoke {
		t.Errorf("given again: advice %+v, flags %v, last %+v", it.Advice, it.Flags, it.Last)
	}
	want := map[string]int{"up": 1, "regranted": 1, "new": 1, "gone": 1}
	for k, n := range want {
		if q2.TieOut.Deltas[k] != n {
			t.Errorf("%d items are %s, want %d: %v", q2.TieOut.Deltas[k], k, n, q2.TieOut.Deltas)
		}
	}
	storetest.View(t, w.s, func(tx review.Tx) error {
		gone, err := review.GoneOf(tx, q2)
		if len(gone) != 1 || gone[0].Grant != "gnt_eve" {
			t.Errorf("gone are %+v, want Eve's grant", gone)
		}
		return err
	})
}

// To keep what is recommended to go needs a reason; nothing is preselected.
func TestKeepingAgainstTheRecommendation(t *testing.T) {
	w := newWorld(t)
	c := w.remedied()
	again := domain.Grant{ID: "gnt_again", Holder: principalHolder(danaID), Target: onAgent(salesID), Level: domain.ViewUse}
	w.seed(again)
	w.results(c)
	q2 := w.next("Q2")
	_, err := w.svc.Launch(context.Background(), w.cleo, q2.ID)
	w.must(err)
	it := w.item(q2, "gnt_again")
	if it.Decision.Answer != review.Silent {
		t.Fatalf("a recommendation is a decision already: %+v", it.Decision)
	}
	keep := review.DecisionInput{Item: it.No, Answer: review.Keep}
	w.wantRule(w.decide(w.tom, q2, keep), "reason-missing")
	keep.Reason = "back on the team"
	w.must(w.decide(w.tom, q2, keep))
}

// A simulation of a staged campaign: nobody answers, or everybody answers what
// is recommended. It writes nothing.
func TestSimulate(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c := w.draft(domain.TargetAgent)
	if _, err := w.svc.Simulate(ctx, c.ID, review.AssumeNone); err == nil {
		t.Error("a campaign without items was simulated")
	}
	c, err := w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	size := w.size()
	sim, err := w.svc.Simulate(ctx, c.ID, review.AssumeNone)
	w.must(err)
	if sim.Items != 5 || sim.Blocks != 5 || sim.Loss.Items != 0 || len(sim.Stages) != 1 || sim.Stages[0].Rulings["undecided"] != 5 {
		t.Errorf("nobody answers: %+v", sim)
	}
	if w.size() != size {
		t.Error("a simulation was written to the log")
	}
}

// The own rule for silence decides: what nobody answers is revoked, and the
// loss is worked out.
func TestSimulateRevokesSilence(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Q1", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}},
			NonResponse: review.SilenceRules{Other: review.SilenceRevokes},
			Stages:      []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}}}}})
	w.must(err)
	c, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	sim, err := w.svc.Simulate(ctx, c.ID, review.AssumeNone)
	w.must(err)
	high := 0
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID}) {
		if it.HighRisk {
			high++
		}
	}
	if high == 0 || sim.Blocks != high || sim.Loss.Items != 5-high || sim.Loss.People == 0 {
		t.Errorf("%d of high risk block, the others are revoked: %+v", high, sim)
	}
	for _, e := range sim.Loss.Effects {
		if e.Rises() {
			t.Errorf("a revocation gives something: %+v", e)
		}
	}
}

// A simulation of what was staged says how access stands today: what went since, or
// was lowered by itself, is no loss, and is counted apart.
func TestSimulateWhatChangedSinceItWasStaged(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Q1", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}},
			NonResponse: review.SilenceRules{Other: review.SilenceRevokes, High: review.SilenceRevokes},
			Stages:      []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}}}}})
	w.must(err)
	c, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	before, err := w.svc.Simulate(ctx, c.ID, review.AssumeNone)
	w.must(err)
	w.seedChange(domain.End(w.grant("gnt_eve")))
	after, err := w.svc.Simulate(ctx, c.ID, review.AssumeNone)
	w.must(err)
	if before.Loss.Gone != 0 || after.Loss.Gone != 1 || after.Items != before.Items || after.Loss.Items != before.Loss.Items || after.Loss.Looked != before.Loss.Looked-1 {
		t.Errorf("before %+v, after %+v", before.Loss, after.Loss)
	}
	eve := func(sim review.Simulation) bool {
		return slices.ContainsFunc(sim.Loss.Effects, func(e domain.Effect) bool { return e.Principal == eveID && e.Target == onAgent(opsID) })
	}
	if !eve(before) || eve(after) {
		t.Errorf("Eve loses it: before %v, after %v", eve(before), eve(after))
	}
}

// What a revoked grant leaves by a group that nobody reviewed is residual; its
// smallest wider edit is proposed as a change set of its own, and with it the
// item is verified.
func TestResidualsAreProposed(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c := w.remedied()
	w.seed(domain.Group{ID: "grp_side", Name: "Side door"},
		domain.Grant{ID: "gnt_side", Holder: groupHolder("grp_side"), Target: onAgent(salesID), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_side_dana", Holder: principalHolder(danaID), Target: inGroup("grp_side"), Level: domain.Member},
		domain.Grant{ID: "gnt_side_xav", Holder: principalHolder(extID), Target: inGroup("grp_side"), Level: domain.Member})
	w.results(c)
	n := 0
	all, err := w.svc.Residuals(ctx, c.ID, func() domain.ID { n++; return domain.ID("gnt_made" + string(rune('0'+n))) })
	w.must(err)
	no := w.item(c, "gnt_dana").No
	var mine *review.ResidualItem
	for i := range all {
		if all[i].Item.No == no {
			mine = &all[i]
		}
	}
	if mine == nil || len(mine.Ways) == 0 || mine.Ways[0].Deeds[0] != "take Dana Okafor out of Side door" || mine.Ways[0].People != 0 {
		t.Fatalf("residual items %+v", all)
	}
	if _, err := w.svc.ProposeWider(ctx, w.admin, c.ID, w.item(c, "gnt_tom").No, mine.Ways[0], ""); err == nil {
		t.Error("a wider edit was proposed for an item that left nothing")
	}
	p, err := w.svc.ProposeWider(ctx, w.admin, c.ID, no, mine.Ways[0], "")
	w.must(err)
	storetest.View(t, w.s, func(tx review.Tx) error {
		cs, err := tx.ChangeSet(p.ID)
		if !strings.HasPrefix(cs.Title, "Residual of item") || cs.Campaign != "" {
			t.Errorf("the change set is %q of campaign %q", cs.Title, cs.Campaign)
		}
		return err
	})
	if p.State == domain.Proposed {
		_, err = w.svc.Approve(ctx, w.cleo, p.ID, "fine")
		w.must(err)
	}
	w.results(c)
	if it := w.item(c, "gnt_dana"); it.Outcome.Result == review.Residual {
		t.Errorf("after the edit the item is still %s: %s", it.Outcome.Result, it.Outcome.Left)
	}
}
