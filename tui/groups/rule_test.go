package groups_test

import (
	"strings"
	"testing"

	"countersign/domain"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// A rule is tried as it is typed: who joins stands there before anything is
// proposed, and what was shown is what is proposed.
func TestARuleIsTriedAsItIsTyped(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "release crew")
	d.Has("Rule")
	d.Keys("u")
	d.Has("Who belongs to it")
	d.Type("Sup")
	d.HasNot("join")
	d.Type("port")
	d.Has("1 member already.")
	d.Has("1 joins: ")
	d.Has("It will wait for a checker")
	if len(w.Proposals) != 0 {
		t.Fatal("trying a rule proposed it")
	}
	d.Keys("tab", "space")
	d.Has("a pattern for the whole address")
	d.Keys("space", "tab", "space")
	d.Has("off: kept, and nobody joins or leaves by it")
	d.HasNot("1 joins: ")
	d.Keys("space", "tab", "tab", "enter")
	d.Has("Rule of Release Crew: Support")
	d.Has("the rule of the group \"Release Crew\" always takes four eyes")
	reason(d, "the department")
	d.Has("it waits for a checker")
	if len(w.Proposals) != 1 || len(w.Proposals[0].Changes) != 2 {
		t.Fatalf("proposed %+v", w.Proposals)
	}
	g, _ := w.Proposals[0].Changes[0].After.(domain.Group)
	m, _ := w.Proposals[0].Changes[1].After.(domain.Grant)
	if g.Rule != (domain.Rule{Kind: domain.Expression, Text: "Support", On: true}) || !m.Origin.ByRule() || strings.Contains(string(m.ID), "preview") {
		t.Errorf("proposed %+v and %+v", g.Rule, m)
	}
}

// What cannot be read says why and what to do, and cannot be proposed.
func TestARuleThatCannotBeRead(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "release crew")
	d.Keys("u")
	d.Type("email.ends_with('x')")
	d.Has("ends_with is written endsWith")
	d.Has("What to do: write the name of a department")
	d.Keys("tab", "tab", "tab", "tab", "enter")
	d.Has("this rule cannot be proposed")
	if len(w.Proposals) != 0 {
		t.Error("it was proposed")
	}
}

// A rule there is stands in the dialog and on the page; emptied, it is taken
// away.
func TestARuleIsTakenAway(t *testing.T) {
	w := orgtest.New(t)
	g, _ := w.Org.Group("grp_release")
	with := g
	with.Rule = domain.Rule{Kind: domain.Expression, Text: "Support", On: true}
	if err := w.Apply(domain.Replace(g, with)); err != nil {
		t.Fatal(err)
	}
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "release crew")
	d.Has("Rule         Support")
	d.Keys("u")
	for range len("Support") {
		d.Keys("backspace")
	}
	d.Keys("enter", "enter", "enter", "tab", "enter")
	d.Has("Rule of Release Crew: none")
	reason(d, "no more")
	if len(w.Proposals) != 1 {
		t.Fatalf("proposed %+v", w.Proposals)
	}
	if after := w.Proposals[0].Changes[0].After.(domain.Group); !after.Rule.IsZero() {
		t.Errorf("proposed %+v", after.Rule)
	}
}

func TestRuleFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"rule-200x50", theme.Dark, 200, 50}, {"rule-80x24", theme.NoColour, 80, 24}, {"rule-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, orgtest.New(t), c.kind, c.w, c.h)
			d.Keys("j", "j", "j", "u")
			d.Type("Support")
			d.Golden(c.name)
		})
	}
}
