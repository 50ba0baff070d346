package groups_test

import (
	"testing"

	"countersign/domain"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// mark marks groups by their names.
func mark(d *orgtest.Console, names ...string) {
	for _, n := range names {
		find(d, n)
		d.Keys("space")
	}
	d.Keys("esc")
}

func agentLevel(o *domain.Org, group, agent domain.ID) domain.Level {
	for _, g := range o.GrantsOf(domain.Holder{Kind: domain.HolderGroup, ID: group}) {
		if g.Target.ID == agent {
			return g.Level
		}
	}
	return domain.None
}

// Each of the groups has each of the agents at that level afterwards; one that has it
// is no change (seed: Twig, assign an agent to several groups).
func TestManyGroupsGetAgents(t *testing.T) {
	w := orgtest.New(t)
	before := w.Org
	d := start(t, w, theme.Dark, 120, 40)
	mark(d, "Support Department", "Release Crew")
	d.Keys("A")
	d.Type("basic")
	d.Keys("tab")
	for range len("basic") {
		d.Keys("backspace")
	}
	d.Type("sales")
	d.Keys("tab", "enter", "enter")
	d.Has("Marked: 2 groups.")
	d.Has("3 grants on agents begin")
	reason(d, "support rollout")
	if len(w.Proposals) != 1 {
		t.Fatalf("%d change sets", len(w.Proposals))
	}
	o, _, err := before.With(w.Proposals[0], orgtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range []domain.ID{"grp_support", "grp_release"} {
		for _, agent := range []domain.ID{"agt_basic", "agt_sales"} {
			if agentLevel(o, group, agent) != domain.ViewUse {
				t.Errorf("%s has %d on %s", group, agentLevel(o, group, agent), agent)
			}
		}
	}
}

func TestManyGroupsLoseAndAreArchived(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.NoColour, 120, 40)
	mark(d, "Tier 2 Support", "Release Crew")
	d.Keys("X")
	d.Type("area")
	d.Keys("enter")
	d.Has("End area values of 1 group")
	d.Has("3 area values end")
	d.Has("1 is so already and left out.")
	d.Keys("esc", "D")
	d.Has("Archive 2 groups")
	reason(d, "merged")
	if len(w.Proposals) != 1 || len(w.Proposals[0].Changes) != 2 {
		t.Errorf("proposed %+v", w.Proposals)
	}
}
