package review_test

import (
	"context"
	"testing"

	"countersign/review"
)

// figure is what is asserted of a stage: items, complete, decided, work items,
// answered.
type figure [5]int

func (w *world) wantFigures(c review.Campaign, overall figure, stages ...figure) {
	w.t.Helper()
	got, err := w.svc.Percentages(context.Background(), c.ID)
	w.must(err)
	of := func(f review.StageFigures) figure {
		return figure{f.Items, f.Complete, f.Decided, f.WorkItems, f.Answered}
	}
	if len(got.Stages) != len(stages) {
		w.t.Fatalf("%d stages, want %d: %+v", len(got.Stages), len(stages), got.Stages)
	}
	for i, want := range stages {
		if of(got.Stages[i]) != want {
			w.t.Errorf("stage %d: %v, want %v", i+1, of(got.Stages[i]), want)
		}
	}
	if of(got.Overall) != overall {
		w.t.Errorf("overall: %v, want %v", of(got.Overall), overall)
	}
}

// The percentages of a campaign of two stages over five items, at every
// moment; each figure is {items, complete, decided, work items, answered}.
func TestPercentages(t *testing.T) {
	w := newWorld(t)
	c := w.staged(review.Definition{CountersignAll: true, Stages: []review.Stage{byManager, by("carl@acme.example")}})
	w.wantFigures(c, figure{5, 0, 0, 5, 0}, figure{5, 0, 0, 5, 0})
	w.say(w.tom, c, "gnt_dana", review.Keep)
	w.say(w.tom, c, "gnt_dana_ops", review.Revoke)
	w.say(w.tom, c, "gnt_eve", review.Abstain)
	w.wantFigures(c, figure{5, 3, 2, 5, 3}, figure{5, 3, 2, 5, 3}) // an abstention completes and does not decide
	w.keepRest(w.tom, c)
	w.sign(w.tom, c)
	w.check(w.cleo, c, w.tom)
	w.pastDue(c)
	_, err := w.lapse(c) // Ada was silent about gnt_tom
	w.must(err)
	w.wantFigures(c, figure{5, 4, 3, 5, 4}, figure{5, 4, 3, 5, 4})
	w.check(w.cleo, c, w.admin)
	// dana and crew go on; of the other three only the revocation is decided.
	w.is(c, review.Active, 2, 1)
	w.wantFigures(c, figure{5, 2, 1, 7, 4}, figure{5, 4, 3, 5, 4}, figure{2, 0, 0, 2, 0})
	w.say(w.carl, c, "gnt_dana", review.Keep)
	w.wantFigures(c, figure{5, 3, 2, 7, 5}, figure{5, 4, 3, 5, 4}, figure{2, 1, 1, 2, 1})
	w.say(w.carl, c, "gnt_crew", review.Revoke)
	w.sign(w.carl, c)
	w.check(w.cleo, c, w.carl)
	w.is(c, review.SignedOff, 2, 1)
	w.wantFigures(c, figure{5, 4, 3, 7, 6}, figure{5, 4, 3, 5, 4}, figure{2, 2, 2, 2, 2})
	// gnt_tom is asked about again, and goes on to stage 2 this time.
	_, err = w.svc.Reiterate(context.Background(), w.admin, c.ID, w.now().AddDate(0, 0, 5), "Ada was away")
	w.must(err)
	w.wantFigures(c, figure{5, 4, 3, 7, 6}, figure{5, 4, 3, 5, 4}, figure{2, 2, 2, 2, 2})
	w.say(w.admin, c, "gnt_tom", review.Keep)
	w.wantFigures(c, figure{5, 5, 4, 7, 7}, figure{5, 5, 4, 5, 5}, figure{2, 2, 2, 2, 2})
	w.sign(w.admin, c)
	w.check(w.cleo, c, w.admin)
	w.wantFigures(c, figure{5, 4, 3, 8, 7}, figure{5, 5, 4, 5, 5}, figure{3, 2, 2, 3, 2})
	if r, err := w.svc.Replay(context.Background(), c.ID, nil); err != nil || !r.OK() {
		t.Errorf("replay: %v %+v", err, r.Differences)
	}
}

// A lapsed answer is none; nobody to ask is never complete.
func TestPercentagesOfWhatLapsed(t *testing.T) {
	w, c := lateWorld(t, review.Definition{NonResponse: review.SilenceRules{Other: review.SilenceRevokes}})
	w.keepAll(w.admin, c)
	w.say(w.tom, c, "gnt_dana", review.Keep)
	w.wantFigures(c, figure{5, 2, 2, 5, 2}, figure{5, 2, 2, 5, 2})
	w.pastDue(c)
	_, err := w.lapse(c)
	w.must(err)
	w.wantFigures(c, figure{5, 1, 1, 5, 1}, figure{5, 1, 1, 5, 1})
	w.check(w.cleo, c, w.tom)
	// The rule for silence decides four; Dana's high-risk one stays open.
	w.wantFigures(c, figure{5, 1, 4, 5, 1}, figure{5, 1, 4, 5, 1})
}
