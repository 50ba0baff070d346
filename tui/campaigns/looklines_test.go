package campaigns_test

import (
	"strings"
	"testing"

	"countersign/review"
	"countersign/tui/campaigns"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/tuitest/orgtest"
	"countersign/tui/ui"
)

func text(lines []ui.Line) string {
	var b strings.Builder
	for _, l := range lines {
		for _, s := range l {
			b.WriteString(s.Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func wants(t *testing.T, lines []ui.Line, all ...string) {
	t.Helper()
	got := text(lines)
	for _, want := range all {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if strings.ContainsAny(got, "\x1b\r") {
		t.Errorf("unsafe: %q", got)
	}
}

func TestAReplaySaysThatAllFollowsOrNamesWhatDoesNot(t *testing.T) {
	o := orgtest.New(t).Org
	r := review.Replay{Name: "Q4 " + orgtest.Hostile, Events: 4, Items: 192, Rulings: 192}
	wants(t, campaigns.ReplayLines(o, r), "+ every ruling follows from the log")
	r.Differences = []review.Difference{{What: "decision", Item: 3, Stage: 1, Reviewer: "usr_tom", Stored: "keep", Rebuilt: "revoke"}}
	got := campaigns.ReplayLines(o, r)
	wants(t, got, "x 1 thing is stored otherwise", "item 3, stage 1, the decision of Tom Vale: stored is keep; the log makes it revoke")
	if strings.Contains(text(got), "every ruling follows") {
		t.Error("it says both")
	}
}

func TestAnotherStrategyIsNoPrediction(t *testing.T) {
	w := &review.WhatIf{InStages: "one-deny-denies", Counts: map[string]int{"keep → revoke": 1}, Items: []review.WhatIfItem{{Item: 7, Was: "keep", Would: "revoke"}}}
	wants(t, campaigns.WhatIfLines(w), "under one-deny-denies", "item 7", "keep, would be revoke", "might have answered otherwise")
	wants(t, campaigns.WhatIfLines(nil), "no other strategy was named")
}

func TestDiligenceStandsBesideItsThresholds(t *testing.T) {
	o := orgtest.New(t).Org
	all := []review.ReviewerDiligence{{Reviewer: "usr_tom", Answered: 40, Timed: 40, Median: 1, Hasty: 40, Bulk: 0}}
	wants(t, campaigns.DiligenceLines(o, review.Campaign{}, all), "Tom Vale, 40 items", "! seconds", "never refused by")
	off := review.Campaign{Definition: review.Definition{Diligence: review.Diligence{Off: true}}}
	wants(t, campaigns.DiligenceLines(o, off, nil), "turns the measures", "nobody has answered yet")
}

func TestASampleTellsEachStory(t *testing.T) {
	o := orgtest.New(t).Org
	it := tuitest.NewPopulation(5).All[3]
	stories := []review.ItemStory{{Item: it, Rulings: []review.Ruling{{Item: 4, Stage: 1, Answer: review.Silent, Rule: "no response", Iteration: 1}},
		Events: []review.StoryEvent{{Seq: 42, Time: orgtest.Now, Actor: "usr_tom", Text: "signed " + orgtest.Hostile}}}}
	wants(t, campaigns.SampleLines(o, review.Campaign{TieOut: review.TieOut{InScope: 40, Digest: "abab"}}, "20261122", []review.Drawn{{Item: 4, Key: "00ff"}}, stories),
		"20261122", "abab", "Item 4: ", "00ff", "nobody answered: no response", "event 42", "2026-03-02 09:00 UTC, Tom Vale: signed ")
}

func TestMessagesComeNewestFirst(t *testing.T) {
	o := orgtest.New(t).Org
	all := []review.Message{{Kind: "launched", To: "usr_tom", Subject: "first", At: orgtest.Now}, {Kind: "reminder", To: "usr_mal", Subject: "second", State: review.MessageFailed, Detail: "no address", At: orgtest.Now}}
	got := text(campaigns.MessageLines(o, all))
	if strings.Index(got, "second (no address)") > strings.Index(got, "first") {
		t.Errorf("the order is\n%s", got)
	}
	wants(t, campaigns.MessageLines(o, nil), "campaign tick")
}

func TestASimulationSaysWhoWouldLose(t *testing.T) {
	o := orgtest.New(t).Org
	c := review.Campaign{Name: "Q4", State: review.Staged}
	sim := review.Simulation{Items: 9, Stages: []review.SimulatedStage{{Stage: 1, Entered: 9, Stopped: 2}}, Blocks: 3,
		Rulings: []review.SimulatedRuling{{Answer: review.Revoke, Rule: "no response" + orgtest.Hostile, Items: 2}}}
	wants(t, campaigns.SimulationLines(o, c, sim), "Q4, if nobody answers: 9 items", "9 entered, 2 stopped", "2 revoke", "3 items without a ruling", "nobody would lose anything")
	sim.Loss = review.Loss{Items: 2, Looked: 2, People: 1}
	wants(t, campaigns.SimulationLines(o, c, sim), "1 person would lose something by 2 items lowered")
}

func TestWhatIsLeftIsShownWithItsWays(t *testing.T) {
	o := orgtest.New(t).Org
	wants(t, campaigns.ResidualLines(o, nil), "nothing is left")
	it := review.Item{StagedItem: review.StagedItem{No: 4, Holder: "Tom", Target: "Sales" + orgtest.Hostile}}
	it.Outcome.Left = "Edit on Sales by Crew"
	all := []review.ResidualItem{{Item: it, Ways: []review.WiderEdit{{Deeds: []string{"take Tom out of Crew"}, People: 2}}}, {Item: it, Why: "the window is wider"}}
	wants(t, campaigns.ResidualLines(o, all), "item 4: Tom on Sales", "Edit on Sales by Crew", "way 1", "take Tom out of Crew", "2 others lose by it", "the window is wider")
}

// Of a cancelled campaign it is said what was signed and still stands, beside the reason.
func TestWhatACancellationLeaves(t *testing.T) {
	s := campaigns.Story{Org: orgtest.New(t).Org, Now: orgtest.Now, Left: review.LeftWords("3,7-12", 7)}
	s.Figures.Campaign = review.Campaign{ID: "cmp_q1", Name: "Q1", State: review.Cancelled, Reason: "we start again", Due: orgtest.Now, Owner: "usr_ana"}
	wants(t, campaigns.Lines(s, theme.New(theme.Options{}, true), 100), "we start again", "Left over", "7 items signed to be lowered, still as before: 3,7-12")
}
