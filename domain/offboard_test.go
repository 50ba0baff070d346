package domain

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// freshIDs makes ids for a test.
func freshIDs() func(string) ID {
	n := 0
	return func(prefix string) ID { n++; return ID(fmt.Sprintf("%s_new%d", prefix, n)) }
}

// leaverHouse is the house with somebody who has a bit of everything.
func leaverHouse(t testing.TB) *Org {
	lea := managed("lea", "mia")
	lea.Origin, lea.External = Origin{Source: "hr", File: "f1"}, "e77"
	member := gives("usr_lea", "grp_sales", Member)
	member.Origin = Origin{Source: "hr", File: "f1"}
	report := managed("rep", "lea")
	hrReport := managed("rep2", "lea")
	hrReport.Origin = Origin{Source: "hr"}
	aia := Principal{ID: "aia_lea", Kind: AIAgent, Name: "lea's helper", Owner: "usr_lea", Status: Active}
	mine := agent("mine", ClassInternal)
	mine.Owner, mine.Creator, mine.AccessType = "usr_lea", "usr_lea", Private
	made := agent("made", ClassPublic)
	made.Owner, made.Creator = "usr_olaf", "usr_lea"
	return house(t, lea, report, hrReport, key("leas", "lea"), aia, mine, made,
		Source{ID: "src_lea", Name: "lea's notes", Owner: "usr_lea", Classification: ClassInternal},
		group("solo", ""), gives("usr_lea", "grp_solo", Manager), member,
		group("shared", ""), gives("usr_lea", "grp_shared", Manager), gives("usr_uma", "grp_shared", Manager),
		gives("usr_lea", "agt_public", EditAgent), gives("usr_lea", "area:flows", Edit), gives("usr_lea", "area:tools", None),
		gives("usr_lea", "agt_internal", ViewUse).within("2025-01-01", "2025-01-31"),
		gives("usr_lea", "duty:auditor", Held), gives("usr_lea", "agent-role", Level(AgentManager)),
		Binding{ID: "uid:77", Principal: "usr_lea"})
}

func offboard(t testing.TB, o *Org, x Offboarding) (Departure, *Org) {
	t.Helper()
	d, err := o.Offboard(x, freshIDs(), noon)
	if err != nil {
		t.Fatal(err)
	}
	after, _, err := o.With(set(d.Changes...), noon)
	if err != nil {
		t.Fatal(err)
	}
	return d, after
}

// partOf finds what becomes of a thing.
func partOf(t testing.TB, d Departure, portion Portion, text string) Part {
	t.Helper()
	for _, p := range d.Parts {
		if p.Portion == portion && strings.Contains(p.Text, text) {
			return p
		}
	}
	t.Fatalf("nothing is said of %s %q: %+v", portion, text, d.Parts)
	return Part{}
}

// Whoever leaves is named by nothing afterwards, whoever takes over.
func TestOffboardLeavesNothing(t *testing.T) {
	for name, x := range map[string]Offboarding{
		"taken over":             {Person: "usr_lea", To: "usr_uma"},
		"taken over by no one":   {Person: "usr_lea"},
		"each by another":        {Person: "usr_lea", To: "usr_uma", By: map[Portion]ID{PortionKeys: "usr_ned", PortionReports: "usr_mia", PortionCreated: "", PortionManaged: "usr_bob"}},
		"with all that she held": {Person: "usr_lea", To: "usr_uma", By: map[Portion]ID{PortionGroups: "usr_uma", PortionAgents: "usr_uma", PortionAreas: "usr_ned", PortionDuties: "usr_bob", PortionAgentRol: "usr_bob"}},
	} {
		t.Run(name, func(t *testing.T) {
			d, after := offboard(t, leaverHouse(t), x)
			lea := get[Principal](t, after, "usr_lea")
			if lea.Status != Inactive || lea.Origin.Outside() || lea.External != "e77" {
				t.Errorf("she is %+v", lea)
			}
			if g := after.GrantsOf(Holder{HolderPrincipal, "usr_lea"}); len(g) > 0 {
				t.Errorf("she still holds %v", g)
			}
			for _, kind := range AccessKinds() {
				for row := range after.All(kind) {
					for _, ref := range referencesOf(row.Record) {
						p, isP := row.Record.(Principal)
						if ref.to.id == "usr_lea" && !(isP && p.Kind != User && p.Status == Inactive) {
							t.Errorf("%s still names her as %s", after.Describe(row.Record), ref.as)
						}
					}
				}
			}
			if len(after.AccessOf("usr_lea", noon)) > 0 {
				t.Error("she still has access")
			}
			for _, id := range []ID{"key_leas", "aia_lea"} {
				if p := get[Principal](t, after, id); p.Owner == "usr_lea" && p.Status == Active {
					t.Errorf("%s acts for somebody who left", id)
				}
			}
			if !slices.ContainsFunc(d.Notes, func(n string) bool { return strings.Contains(n, "hr answered for lea until now") }) {
				t.Errorf("nothing is said of the source: %v", d.Notes)
			}
		})
	}
}

// Who has what afterwards, and what is said of it.
func TestOffboardHandsOver(t *testing.T) {
	o := leaverHouse(t)
	d, after := offboard(t, o, Offboarding{Person: "usr_lea", To: "usr_uma", By: map[Portion]ID{PortionAreas: "usr_ned", PortionReports: "usr_rep"}})
	if a := get[Agent](t, after, "agt_mine"); a.Owner != "usr_uma" || a.Creator != "usr_uma" {
		t.Errorf("the agent is %+v", a)
	}
	if a := get[Agent](t, after, "agt_made"); a.Owner != "usr_olaf" || a.Creator != "usr_uma" {
		t.Errorf("the agent she only created is %+v", a)
	}
	if s := get[Source](t, after, "src_lea"); s.Owner != "usr_uma" {
		t.Errorf("the source is %+v", s)
	}
	if k := get[Principal](t, after, "key_leas"); k.Owner != "usr_uma" || k.Status != Active {
		t.Errorf("the key is %+v", k)
	}
	if l := after.Level("usr_uma", Target{TargetGroup, "grp_solo"}, "", noon); l != Manager {
		t.Errorf("the group without another manager has %s", LadderOf(TargetGroup).Word(l))
	}
	if l := after.Level("usr_ned", Target{TargetArea, "flows"}, "", noon); l != Edit {
		t.Errorf("the area handed over is %d", l)
	}
	for _, c := range []struct {
		portion Portion
		text    string
		to      ID
		note    string
	}{
		{PortionManaged, "solo", "usr_uma", ""},
		{PortionAreas, "Tools", "", "a restriction is not handed over"},
		{PortionAreas, "Flows", "usr_ned", ""},
		{PortionAgents, "public", "", ""},
		{PortionAgents, "internal", "", ""},
		{PortionDuties, "auditor", "", ""},
		{PortionReports, "rep ", "", "nobody is their own manager"},
		{PortionReports, "rep2", "usr_rep", "hr answers for this person"},
		{PortionBindings, "uid:77", "", ""},
		{PortionPerson, "lea", "", ""},
	} {
		if p := partOf(t, d, c.portion, c.text); p.To != c.to || !strings.Contains(p.Note, c.note) {
			t.Errorf("%s %q goes to %q (%s)", c.portion, c.text, p.To, p.Note)
		}
	}
	if slices.ContainsFunc(d.Parts, func(p Part) bool { return p.Portion == PortionManaged && strings.Contains(p.Text, "shared") }) {
		t.Error("a group that keeps a manager was given another")
	}
	if !slices.ContainsFunc(d.Notes, func(n string) bool { return strings.Contains(n, "1 of what they hold came from hr") }) {
		t.Errorf("notes %v", d.Notes)
	}
	v := o.Policy().Judge(o, set(d.Changes...), Actor{Principal: "usr_ana"}, noon)
	if v.Refused != nil || v.Need < CheckerApproval {
		t.Errorf("ownership and a binding pass with %s (%v)", v.Need, v.Refused)
	}
}

// Who cannot leave so, or take over.
func TestOffboardRefuses(t *testing.T) {
	o := leaverHouse(t)
	for name, c := range map[string]struct {
		x    Offboarding
		code Code
	}{
		"a key":                       {Offboarding{Person: "key_leas"}, Invalid},
		"nobody":                      {Offboarding{Person: "usr_none"}, Invalid},
		"to herself":                  {Offboarding{Person: "usr_lea", To: "usr_lea"}, Invalid},
		"one thing to herself":        {Offboarding{Person: "usr_lea", To: "usr_uma", By: map[Portion]ID{PortionKeys: "usr_lea"}}, Invalid},
		"to somebody who left":        {Offboarding{Person: "usr_lea", To: "usr_gone"}, Conflict},
		"to a key":                    {Offboarding{Person: "usr_lea", To: "key_bot"}, Conflict},
		"one thing to one who is not": {Offboarding{Person: "usr_lea", By: map[Portion]ID{PortionKeys: "usr_none"}}, Conflict},
	} {
		if _, err := o.Offboard(c.x, freshIDs(), noon); CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The last holder of an office leaves only where another takes it in the same
// change set (PRODUCT 3).
func TestOffboardLastHolder(t *testing.T) {
	o := house(t)
	d, err := o.Offboard(Offboarding{Person: "usr_ana"}, freshIDs(), noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.With(set(d.Changes...), noon); CodeOf(err) != Conflict || !strings.HasPrefix(ruleOf(err), "last-") {
		t.Fatalf("the last one left: %v", err)
	}
	by := map[Portion]ID{PortionDuties: "usr_uma", PortionAccount: "usr_uma", PortionRole: "usr_uma"}
	if d, err = o.Offboard(Offboarding{Person: "usr_ana", By: by}, freshIDs(), noon); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.With(set(d.Changes...), noon); err != nil {
		t.Errorf("handed over it is refused: %v", err)
	}
}
