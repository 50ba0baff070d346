package main

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/planner"
	"countersign/tui/tuitest/orgtest"
)

// Whatever "campaign new" takes, the console's form says too.
func TestThePlanSaysWhatTheCommandTakes(t *testing.T) {
	cmd := (&env{}).campaignNewCmd()
	n := 0
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		n++
		if !planner.Says(f.Name) {
			t.Errorf("--%s has no field on the page that plans a campaign", f.Name)
		}
	})
	if n < 25 {
		t.Errorf("only %d flags were looked at", n)
	}
	if planner.Says("no-such-flag") {
		t.Error("a flag that is none is said to have a field")
	}
}

func wholeDefinition() review.Definition {
	return review.Definition{
		Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent, domain.TargetArea}, Agents: []domain.ID{"agt_sales"}, Groups: []domain.ID{"grp_tier1"},
			Roles: []domain.ID{"rol_ops"}, Principals: []domain.ID{"usr_tom", "usr_mal", "key_deploy"}, Areas: []domain.ID{"voice/numbers"},
			Classifications: []domain.Classification{domain.ClassConfidential}, ExternalsOnly: true, Unused: 90, NewSince: true, Uncovered: "sox", UncoveredBy: "2026-12-31",
			Exclude: []review.Exclusion{{Holder: "usr_tom", Target: "agt_sales", Reason: "the board: it reviews him"}, {Target: "grp_release", Reason: "closed"},
				{Target: "voice/numbers", Agent: "agt_sales", Reason: "it is a test"}}},
		Stages: []review.Stage{
			{Name: "Managers", Reviewers: []string{review.ByManager, "usr_tom"}, All: true, Additional: []string{"usr_ana"}, Fallback: "usr_ana", Strategy: "one-deny-denies",
				Stops: []review.Answer{review.Revoke, review.Reduce}, Days: 14, Reminders: []int{7, 0, -1},
				Escalations: []review.Escalation{{After: 4, To: []string{review.BySecondManager, "usr_tom"}}, {After: 7, To: []string{"usr_ana"}, Replace: true}}},
			{Reviewers: []string{review.ByTargetOwner}, Days: 7, Strategy: "one-accept-accepts"},
		},
		CountersignAll: true, ReasonToKeep: true, Horizon: 30, Strategy: "all-must-accept", Stops: []review.Answer{},
		NonResponse: review.SilenceRules{High: review.SilenceRevokes, Other: review.SilenceKeeps}, Conflicts: "refuse", NoDelegate: true, OldAfter: 12, Unused: 45, AutoClose: true,
		Diligence: review.Diligence{Seconds: 5, Hours: 12},
	}
}

// A definition written as a plan and read back says the same, in every part.
func TestAPlanReadsBack(t *testing.T) {
	o := orgtest.New(t).Org
	for _, d := range []review.Definition{plainPlan(), wholeDefinition()} {
		p := planText(o, d)
		for i := range p.Exclude {
			if w := wrongPlan(o, nil, orgtest.Now, p, planner.Ref{Part: planner.OfExclusion, At: i}); w != "" {
				t.Error(w)
			}
		}
		for _, f := range planner.Fields() {
			if w := wrongPlan(o, nil, orgtest.Now, p, planner.Ref{Field: f.ID}); w != "" && f.ID != "name" && f.ID != "due" {
				t.Errorf("%s: %s", f.ID, w)
			}
		}
		for i := range p.Stages {
			for _, f := range planner.StageFields() {
				if w := wrongPlan(o, nil, orgtest.Now, p, planner.Ref{Part: planner.OfStage, At: i, Field: f.ID}); w != "" {
					t.Errorf("stage %d, %s: %s", i+1, f.ID, w)
				}
			}
		}
		got, err := planDefinition(o, p)
		if err != nil {
			t.Fatal(err)
		}
		if err := got.Scope.Resolve(o); err != nil {
			t.Fatal(err)
		}
		for i := range got.Stages { // people by their addresses
			for _, list := range []*[]string{&got.Stages[i].Reviewers, &got.Stages[i].Additional} {
				for k, l := range *list {
					(*list)[k] = byID(t, o, l)
				}
			}
			got.Stages[i].Fallback = domain.ID(byID(t, o, string(got.Stages[i].Fallback)))
			for _, e := range got.Stages[i].Escalations {
				for k, l := range e.To {
					e.To[k] = byID(t, o, l)
				}
			}
		}
		if a, b := canonical(t, got), canonical(t, d); a != b {
			t.Errorf("read back\n%s\nwant\n%s", a, b)
		}
	}
}

// Every exclusion is a text that means it and nothing else, whatever things are called.
func TestAnExclusionReadsBack(t *testing.T) {
	w := orgtest.New(t)
	for id, name := range map[domain.ID]string{"grp_for": "Voice for Sales Agent", "grp_alone": "for Sales Agent", "grp_on": "Tom on Voice", "grp_id": "voice for agt_sales", "grp_plain": "Help: for all"} {
		if err := w.Apply(domain.Begin(domain.Group{ID: id, Name: name, Life: domain.Live})); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Apply(domain.Begin(domain.Agent{ID: "agt_kids", Name: "Agent for kids", Owner: "usr_ana"})); err != nil {
		t.Fatal(err)
	}
	o, n := w.Org, 0
	for _, holder := range []domain.ID{"", "usr_tom", "usr_mal", "grp_for", "grp_alone", "grp_on", "grp_id", "grp_plain", "rol_ops"} {
		for _, target := range []domain.ID{"", "agt_sales", "agt_kids", "voice", "voice/numbers", "src_pay", "grp_for", "grp_alone", "grp_on", "grp_id", "grp_plain", "rol_ops"} {
			for _, agent := range []domain.ID{"", "agt_sales", "agt_kids"} {
				want := review.Exclusion{Holder: holder, Target: target, Agent: agent, Reason: "Ana: so it is"}
				d := plainPlan()
				if d.Scope.Exclude = []review.Exclusion{want}; holder == "" && target == "" && agent == "" {
					continue
				}
				p := planText(o, d)
				got, err := planDefinition(o, p)
				if err == nil {
					err = got.Scope.Resolve(o)
				}
				if n++; err != nil || len(got.Scope.Exclude) != 1 || got.Scope.Exclude[0] != want {
					t.Errorf("%+v is the text %q and comes back as %+v, %v", want, p.Exclude[0].Text(), got.Scope.Exclude, err)
				} else if again := planText(o, got); again.Exclude[0] != p.Exclude[0] {
					t.Errorf("%q and then %q", p.Exclude[0].Text(), again.Exclude[0].Text())
				}
			}
		}
	}
	for text, want := range map[string]review.Exclusion{
		"tom@acme.example on Voice for Sales Agent: x": {Holder: "usr_tom", Target: "grp_for"}, "tom@acme.example on voice/numbers for Sales Agent: x": {Holder: "usr_tom", Target: "voice/numbers", Agent: "agt_sales"},
		"tom@acme.example for Agent for kids: x": {Holder: "usr_tom", Agent: "agt_kids"}, " for agt_sales: x": {Agent: "agt_sales"}, "for agt_sales: x": {Agent: "agt_sales"},
	} {
		want.Reason = "x"
		if got, err := scopeOf(o, campaignFlags{exclude: []string{text}}); err != nil || got.Exclude[0] != want {
			t.Errorf("%q is read as %+v, %v; want %+v", text, got.Exclude, err, want)
		}
	}
	if n != 323 {
		t.Errorf("%d exclusions were looked at", n)
	}
}

func byID(t *testing.T, o *domain.Org, link string) string {
	t.Helper()
	p, err := o.FindPrincipal(link)
	if err != nil {
		return link
	}
	return string(p.ID)
}

func canonical(t *testing.T, v any) string {
	t.Helper()
	b, err := domain.CanonicalJSON(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What is wrong with a field is said there, with what to do.
func TestWhatIsWrongIsSaidWhereItStands(t *testing.T) {
	o := orgtest.New(t).Org
	all := []review.Campaign{{ID: "cmp_1", Name: "Q4 2025"}}
	base := planText(o, plainPlan())
	base.Stages = append(base.Stages, planner.BlankStage("owner", ""))
	for _, c := range []struct {
		part  planner.Part
		at    int
		field string
		text  string
		want  string // "" is right
	}{
		{0, 0, "name", "", "no name"}, {0, 0, "name", "q4 2025", "there is a campaign"}, {0, 0, "name", "Q1", ""}, {0, 0, "name", "Q4\u200b 2025", "there is a campaign"}, {0, 0, "name", "\u200b", "no name"},
		{0, 0, "due", "", "no due date"}, {0, 0, "due", "2026-01-01", "is over"}, {0, 0, "due", "soon", "is no due date"}, {0, 0, "due", "2026-05-01", ""},
		{0, 0, "kinds", "agent, spoon", "spoon"}, {0, 0, "kinds", "agent, duty", ""}, {0, 0, "agents", "Nope", "nothing here is called"}, {0, 0, "people", "dana@acme.example", ""},
		{0, 0, "areas", "voice/numbers", ""}, {0, 0, "classes", "secret", "secret"}, {0, 0, "unused", "ages", "does not say for how long"}, {0, 0, "unused", "12 weeks", ""},
		{0, 0, "from-coverage", "nothing", "nothing"}, {0, 0, "until", "2026-05-01", "not of which framework"}, {0, 0, "strategy", "best", "best"},
		{0, 0, "stops", "maybe", "maybe"}, {0, 0, "stops", "nothing", ""}, {0, 0, "non-response/high", "shrug", "shrug"}, {0, 0, "diligence", "speed=1", "speed"}, {0, 0, "diligence", "off", ""},
		{0, 0, "horizon", "x", "no number of days"}, {planner.OfStage, 0, "reviewers", "", "names no reviewers"}, {planner.OfStage, 0, "reviewers", "manager, nobody@acme.example", "nobody@acme.example"},
		{planner.OfStage, 0, "reviewers", "Deploy key", "only users can"}, {planner.OfStage, 0, "reviewers", "lee@acme.example", "is not active"}, {planner.OfStage, 0, "fallback", "manager", "manager"},
		{planner.OfStage, 1, "days", "", "has no duration"}, {planner.OfStage, 1, "days", "400", "no number of days"}, {planner.OfStage, 0, "days", "", ""},
		{planner.OfStage, 0, "remind", "3, x", "no number of days"}, {planner.OfStage, 0, "escalate", "4:second-manager; 7:ana@acme.example:replace", ""}, {planner.OfStage, 0, "escalate", "4", "no escalation"},
		{planner.OfStage, 0, "strategy", "best", "best"}, {planner.OfStage, 0, "stops", "revoke", ""},
	} {
		r := planner.Ref{Part: c.part, At: c.at, Field: c.field}
		got := wrongPlan(o, all, orgtest.Now, base.With(r, c.text), r)
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s %q is told %q, want %q", c.field, c.text, got, c.want)
		}
	}
	for _, x := range []planner.Exclusion{{Who: "nobody at all", Reason: "x"}, {Reason: "x"}, {Who: "tom@acme.example"}} {
		p := base.Clone()
		p.Exclude = []planner.Exclusion{x}
		if wrongPlan(o, all, orgtest.Now, p, planner.Ref{Part: planner.OfExclusion}) == "" {
			t.Errorf("%+v is right", x)
		}
	}
}

// A due date that ends with its day is typed as the day; another moment whole.
func TestDueDatesAreTypedAsTheyWere(t *testing.T) {
	o := orgtest.New(t).Org
	for _, text := range []string{"2026-05-01", "2026-05-01T17:00:00Z"} {
		at, err := parseDue(o, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := dueText(o, review.Campaign{Due: at}); got != text {
			t.Errorf("%s is typed as %s", text, got)
		}
	}
	odd := time.Date(2026, 5, 1, 12, 30, 15, 7e6, time.UTC)
	at, err := parseDue(o, dueText(o, review.Campaign{Due: odd}))
	if err != nil || !reflect.DeepEqual(at, odd) {
		t.Errorf("%v, %v", at, err)
	}
}
