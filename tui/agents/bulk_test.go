package agents_test

import (
	"testing"

	"countersign/domain"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

func TestManyAgentsAtOnce(t *testing.T) {
	for _, c := range []struct {
		keys  []string
		text  string
		then  []string
		title string
		check func(o *domain.Org) bool
	}{
		{[]string{"A"}, "release", []string{"enter", "enter"}, "View & Use on 2 agents for Release Crew", func(o *domain.Org) bool {
			return len(o.GrantsOf(domain.Holder{Kind: domain.HolderGroup, ID: "grp_release"})) == 5 // 3 area values
		}},
		{[]string{"X"}, "", []string{"enter"}, "End access on 2 agents of everybody", func(o *domain.Org) bool {
			return len(o.GrantsOn(domain.Target{Kind: domain.TargetAgent, ID: "agt_basic"}))+len(o.GrantsOn(domain.Target{Kind: domain.TargetAgent, ID: "agt_hr"})) == 0
		}},
		{[]string{"X"}, "imre", []string{"enter"}, "End access on 1 agent of Imre Vass", func(o *domain.Org) bool {
			return len(o.GrantsOn(domain.Target{Kind: domain.TargetAgent, ID: "agt_basic"})) == 2
		}},
		{[]string{"C", "G", "enter"}, "", nil, "Classification of 2 agents: Restricted", func(o *domain.Org) bool {
			a, _ := o.Agent("agt_hr")
			return a.Classification == domain.ClassRestricted
		}},
		{[]string{"B"}, "tom", []string{"enter"}, "Owner of 2 agents: Tom Vale", func(o *domain.Org) bool { a, _ := o.Agent("agt_basic"); return a.Owner == "usr_tom" }},
		{[]string{"D"}, "", nil, "Archive 2 agents", func(o *domain.Org) bool { a, _ := o.Agent("agt_basic"); return a.Life == domain.Archived }},
	} {
		t.Run(c.title, func(t *testing.T) {
			w := orgtest.New(t)
			before := w.Org
			d := start(t, w, theme.Dark, 120, 40)
			find(d, "Basic Support Agent")
			d.Keys("space")
			find(d, "HR Assistant")
			d.Keys("space", "esc")
			d.Keys(c.keys...)
			d.Type(c.text)
			d.Keys(c.then...)
			d.Has(c.title)
			d.Has("Marked: 2 agents.")
			reason(d, "audit")
			if len(w.Proposals) != 1 {
				t.Fatalf("%d change sets\n%s", len(w.Proposals), d.Frame())
			}
			o, _, err := before.With(w.Proposals[0], orgtest.Now)
			if err != nil || !c.check(o) {
				t.Errorf("%v: %+v", err, w.Proposals[0].Changes)
			}
		})
	}
}
