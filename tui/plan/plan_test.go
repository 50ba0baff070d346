package plan_test

import (
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/plan"
	"countersign/tui/tuitest/orgtest"
)

func said(facts []plan.Fact) string {
	var b strings.Builder
	for _, f := range facts {
		b.WriteString(f.Label + "|" + f.Text + "\n")
	}
	return b.String()
}

// Everything that a definition sets is said, in its own words.
func TestAWholeDefinitionIsSaid(t *testing.T) {
	o := orgtest.New(t).Org
	d := review.Definition{
		Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, ExternalsOnly: true, Unused: 90, NewSince: true, Uncovered: "sox-itgc",
			Exclude: []review.Exclusion{{Holder: "usr_tom", Reason: "on leave"}}},
		Stages: []review.Stage{
			{Name: "Managers", Reviewers: []string{review.ByManager, review.BySecondManager}, All: true, Additional: []string{"usr_tom"}, Fallback: "usr_ana", Days: 14,
				Strategy: "one-deny-denies", Reminders: []int{7, 0, -1}, Escalations: []review.Escalation{{After: 10, To: []string{review.BySecondManager}, Replace: true}}},
			{Reviewers: []string{review.ByTargetOwner}, Days: 1},
		},
		NonResponse: review.SilenceRules{High: review.SilenceRevokes, Other: review.SilenceKeeps}, CountersignAll: true, ReasonToKeep: true,
		NoDelegate: true, Conflicts: "refuse", AutoLaunch: true, AutoClose: true, Diligence: review.Diligence{Off: true},
	}
	got := said(plan.Facts(o, d))
	for _, want := range []string{
		"Reviews|kinds: agent\n", "|only external people\n", "|only what was not used for 90 days, or never seen used\n", "|only what is new or changed since it was last decided\n",
		"|only what is out of cadence by sox-itgc\n", "|not what Tom Vale holds: on leave\n",
		"Stage 1|Managers: the holder's manager, else the manager's manager, else Ana Ferreira, else the campaign's owner; all whom a link names, not one of them\n",
		"|always besides: Tom Vale\n", "|one-deny-denies among them\n", "|lasts 14 days\n", "|reminded 7 days before, on the day, 1 day after it is due\n",
		"|after 10 days without an answer asked instead: the manager's manager\n",
		"Stage 2|the owner of the agent, else the campaign's owner\n", "|lasts 1 day\n",
		"Together|all-must-accept over the stages\n", "|does not go on after: ",
		"Silence|what nobody answered keeps its level\n", "|of high risk, it is revoked\n", "Checked|a checker countersigns every sign-off\n", "Reasons|", "Hand on|", "Conflicts|",
		"Measured|nothing\n", "Launch|by the clock", "Close|by the clock",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestAPlainDefinitionIsShort(t *testing.T) {
	d := review.Definition{Stages: []review.Stage{{Reviewers: []string{review.ByManager}}}}
	want := "Reviews|everything that gives access\nAnswers|the holder's manager, else the campaign's owner\nSilence|what nobody answered stays open: an exception to resolve\n" +
		"Checked|a checker countersigns sign-offs with a revocation, a reduction or high risk\n"
	if got := said(plan.Facts(orgtest.New(t).Org, d)); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
