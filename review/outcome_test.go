package review_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// rulings gives what the end of each stage said, by item and stage.
func (w *world) rulings(c review.Campaign) map[[2]int]review.Ruling {
	w.t.Helper()
	out := map[[2]int]review.Ruling{}
	storetest.View(w.t, w.s, func(tx review.Tx) error {
		all, err := tx.Rulings(c.ID, 0)
		for _, r := range all {
			out[[2]int{r.Item, r.Stage}] = r
		}
		return err
	})
	return out
}

// A packet that was signed, of which two items came back, lapses: what was
// signed before the return counts, what was answered again without a signature
// does not, and nothing hangs.
func TestAReturnThatLapsesKeepsWhatWasSigned(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetArea)
	mine := w.items(review.ItemQuery{Campaign: c.ID, Reviewer: tomID})
	if len(mine) != 2 {
		t.Fatalf("Tom has %d items", len(mine))
	}
	kept, back := mine[0].No, mine[1].No
	w.keepRest(w.tom, c)
	_, err := w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.must(err)
	_, err = w.svc.Return(ctx, w.cleo, c.ID, tomID, []int{back}, "since when?", c.Due.AddDate(0, 0, 3))
	w.must(err)
	w.clock.Set(c.Due.Add(time.Hour)) // the returned item has three days of its own
	w.must(w.decide(w.tom, c, review.DecisionInput{Item: back, Answer: review.Revoke, Reason: "nobody knows"}))
	_, err = w.svc.Lapse(ctx, w.admin, c.ID)
	w.wantRule(err, "not-due")
	w.clock.Set(c.Due.AddDate(0, 0, 3).Add(time.Hour))
	w.wantRule(w.decide(w.tom, c, review.DecisionInput{Item: back, Answer: review.Keep}), "late")
	_, err = w.svc.Lapse(ctx, w.admin, c.ID)
	w.must(err)
	_, err = w.svc.Countersign(ctx, w.cleo, c.ID, tomID, "")
	w.wantRule(err, "checker-is-returner") // whoever returned it does not check what came of that
	_, err = w.svc.Countersign(ctx, w.carl, c.ID, tomID, "")
	w.must(err)
	got := w.rulings(c)
	if r := got[[2]int{kept, 0}]; r.Answer != review.Keep || r.Rule != string(review.RuleAccept) || r.Unanswered {
		t.Errorf("what was signed before the return is ruled %+v", r)
	}
	if r := got[[2]int{back, 0}]; r.Answer != review.Silent || !strings.HasPrefix(r.Rule, string(review.RuleSilence)) {
		t.Errorf("what was answered again and never signed is ruled %+v", r)
	}
}

// Silence keeps no high-risk access: such a strategy is refused when the
// population is known, by the items' numbers, and nothing is staged.
func TestStagingRefusesAcceptedIfNotDeniedOnHighRisk(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	for name, d := range map[string]review.Definition{
		"in a stage":      {Stages: []review.Stage{{Reviewers: []string{review.ByManager}, Strategy: "accepted-if-not-denied"}}},
		"over the stages": {Strategy: "accepted-if-not-denied", Stages: []review.Stage{{Reviewers: []string{review.ByManager}}}},
	} {
		d.Scope.Kinds = []domain.TargetKind{domain.TargetArea}
		c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: name, Due: storetest.Start.AddDate(0, 1, 0), Definition: d})
		w.must(err)
		_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
		w.wantRule(err, "strategy-high-risk")
		if !strings.Contains(err.Error(), name[:len(name)-1]) && !strings.Contains(err.Error(), "stage 1") || !strings.Contains(err.Error(), "item") {
			t.Errorf("the refusal says %q", err)
		}
		storetest.View(t, w.s, func(tx review.Tx) error {
			c, err := tx.Campaign(c.ID)
			if c.State != review.Draft || c.Population != "" {
				t.Errorf("%s: refused, and yet %s with %q", name, c.State, c.Population)
			}
			return err
		})
	}
}

// Non-response by risk, at the end of a stage: the same silence becomes what
// the definition says for the item's risk; an item with an answer is left.
func TestSilenceAtTheEndOfAStage(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Q1", Due: storetest.Start.AddDate(0, 1, 0), Definition: review.Definition{
		Scope:       review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent, domain.TargetArea}},
		NonResponse: review.SilenceRules{High: review.SilenceRevokes, Other: review.SilenceReduces},
		Stages:      []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}}}}})
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	_, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	w.clock.Set(c.Due.Add(time.Hour))
	_, err = w.svc.Lapse(ctx, w.admin, c.ID)
	w.must(err)
	packets := map[domain.ID]bool{}
	storetest.View(t, w.s, func(tx review.Tx) error {
		ps, err := tx.Packets(c.ID)
		for _, p := range ps {
			packets[p.Reviewer] = true
		}
		return err
	})
	for who := range packets {
		_, err := w.svc.Countersign(ctx, w.carl, c.ID, who, "")
		w.must(err)
	}
	got := w.rulings(c)
	items := w.items(review.ItemQuery{Campaign: c.ID})
	if len(items) < 5 || !slices.ContainsFunc(items, func(it review.Item) bool { return it.HighRisk }) {
		t.Fatalf("%d items, of which none may be high-risk", len(items))
	}
	for _, it := range items {
		r := got[[2]int{it.No, 0}]
		want := review.Revoke
		if !it.HighRisk && it.Holding.Level > 1 {
			want = review.Reduce
		}
		if r.Answer != want || !r.Unanswered || want == review.Reduce && r.Level != it.Holding.Level-1 {
			t.Errorf("item %d (high risk %v, at %d) is ruled %+v, want %s", it.No, it.HighRisk, it.Holding.Level, r, want)
		}
	}
}
