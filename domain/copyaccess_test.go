package domain

import (
	"slices"
	"strings"
	"testing"
)

func copyAccess(t testing.TB, o *Org, c Copying) (Copied, *Org) {
	t.Helper()
	d, err := o.CopyAccess(c, freshIDs(), noon)
	if err != nil {
		t.Fatal(err)
	}
	after, _, err := o.With(set(d.Changes...), noon)
	if err != nil {
		t.Fatal(err)
	}
	return d, after
}

// pairHouse has two people of whom the one has all sorts of things.
func pairHouse(t testing.TB, more ...Record) *Org {
	from := []Record{user("fay"), user("tim"),
		gives("usr_fay", "grp_sales", Manager), gives("usr_fay", "agt_internal", EditAgent), gives("usr_fay", "src_docs", SourceView),
		gives("usr_fay", "agt_public", ViewUse).within("2025-01-01", "2025-01-31"),
		gives("usr_fay", "agt_open", ViewUse).within("2030-01-01", "2030-12-31"),
		gives("usr_fay", "area:voice", Edit), gives("usr_fay", "area:voice/numbers", None),
		gives("usr_fay", "rol_analyst", Held), gives("usr_fay", "agent-role", Level(AgentManager)),
		gives("usr_fay", "account", 1), gives("usr_fay", "duty:auditor", Held)}
	return house(t, append(from, more...)...)
}

// Everything that may be copied gives the same levels; what may not is said.
func TestCopyAccess(t *testing.T) {
	o := pairHouse(t)
	d, after := copyAccess(t, o, Copying{From: "usr_fay", To: "usr_tim"})
	for _, target := range []Target{{TargetGroup, "grp_sales"}, {TargetAgent, "agt_internal"}, {TargetSource, "src_docs"},
		{TargetArea, "voice"}, {TargetArea, "voice/numbers"}, {TargetArea, "voice/agent"}, {TargetAgentRole, ""}, {TargetRole, "rol_analyst"}} {
		if target.Kind == TargetArea && target.ID == "voice" {
			continue // fay is an account admin, who has every area
		}
		fay := after.Level("usr_fay", target, "", noon)
		if target.Kind == TargetArea {
			fay = map[ID]Level{"voice/numbers": None, "voice/agent": Edit}[target.ID]
		}
		if tim := after.Level("usr_tim", target, "", noon); tim != fay {
			t.Errorf("%v: tim has %d, fay %d", target, tim, fay)
		}
	}
	for text, why := range map[string]string{"account role Admin": "only where it is named", "the duty auditor": "countersign duty",
		"on \"public\" (2025-01-01 to 2025-01-31)": "its window is over"} {
		if !slices.ContainsFunc(d.Left, func(p Part) bool { return strings.Contains(p.Text, text) && strings.Contains(p.Note, why) }) {
			t.Errorf("it is not said that %s is left out: %+v", text, d.Left)
		}
	}
	if n := len(d.Given) + len(d.Left); n != 11 || len(d.Taken) > 0 {
		t.Errorf("%d given, %d left out, %d taken", len(d.Given), len(d.Left), len(d.Taken))
	}
	again, err := after.CopyAccess(Copying{From: "usr_fay", To: "usr_tim"}, freshIDs(), noon)
	if err != nil || len(again.Changes) > 0 {
		t.Errorf("copied again it changes %v (%v)", again.Changes, err)
	}
}

// What meets what the other has.
func TestCopyAccessMeets(t *testing.T) {
	for _, c := range []struct {
		name   string
		has    []Record
		target Target
		want   Level // of tim afterwards
		left   string
	}{
		{"less is raised", []Record{gives("usr_tim", "agt_internal", ViewUse)}, Target{TargetAgent, "agt_internal"}, EditAgent, ""},
		{"more stays", []Record{gives("usr_tim", "src_docs", SourceEdit)}, Target{TargetSource, "src_docs"}, SourceEdit, "has it already"},
		{"another role stays", []Record{gives("usr_tim", "rol_admin", Held)}, Target{TargetRole, "rol_admin"}, Held, "one role is held at a time"},
		{"an area that the other may edit is not restricted", []Record{gives("usr_tim", "area:voice", Edit)}, Target{TargetArea, "voice/numbers"}, Edit, "has it already"},
		{"a parent that the other may only read is raised with its child", []Record{gives("usr_tim", "area:voice", Read)}, Target{TargetArea, "voice/agent"}, Edit, ""},
		{"a child of the other's own keeps its level", []Record{gives("usr_tim", "area:voice", Read), gives("usr_tim", "area:voice/numbers", Read)}, Target{TargetArea, "voice/numbers"}, Read, "has it already"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, after := copyAccess(t, pairHouse(t, c.has...), Copying{From: "usr_fay", To: "usr_tim"})
			if l := after.Level("usr_tim", c.target, "", noon); l != c.want {
				t.Errorf("the level is %d, want %d; %+v", l, c.want, d)
			}
			if c.left != "" && !slices.ContainsFunc(d.Left, func(p Part) bool { return strings.Contains(p.Note, c.left) }) {
				t.Errorf("nothing is left out with %q: %+v", c.left, d.Left)
			}
		})
	}
}

// What a rule refuses is left out with its reason, and the rest goes through.
func TestCopyAccessLeavesRefused(t *testing.T) {
	full := group("done", "")
	o := house(t, user("fay"), user("tim"), full, gives("usr_fay", "grp_done", Member),
		gives("usr_fay", "area:voice/numbers", Edit), gives("usr_tim", "area:voice", Read))
	d, after := copyAccess(t, o, Copying{From: "usr_fay", To: "usr_tim"})
	if len(d.Left) != 1 || !strings.Contains(d.Left[0].Note, "raise Voice to Edit first") {
		t.Errorf("left out %+v", d.Left)
	}
	if after.Level("usr_tim", Target{TargetGroup, "grp_done"}, "", noon) != Member {
		t.Error("the rest was not given")
	}
}

// A mover has, of each kind that is copied, what the other has and no more.
func TestCopyAccessReplace(t *testing.T) {
	o := pairHouse(t, gives("usr_tim", "grp_support", Member), gives("usr_tim", "src_docs", SourceEdit), gives("usr_tim", "rol_bots2", Held),
		Role{ID: "rol_bots2", Name: "Other", ForUsers: true}, gives("usr_tim", "area:flows", Edit), gives("usr_tim", "area:voice/numbers", Edit),
		gives("usr_tim", "duty:auditor", Held), gives("usr_tim", "agt_internal", EditAgent).within("2020-01-01", ""))
	d, after := copyAccess(t, o, Copying{From: "usr_fay", To: "usr_tim", Replace: true})
	want := map[string]bool{}
	for _, g := range o.GrantsOf(Holder{HolderPrincipal, "usr_fay"}) {
		if p := portionOf(g); p != PortionAccount && p != PortionDuties && !(g.Window.To == "2025-01-31") {
			want[after.GrantWords(g)] = true
		}
	}
	want["the duty auditor"] = true // what is not copied stays
	for _, g := range after.GrantsOf(Holder{HolderPrincipal, "usr_tim"}) {
		w := after.GrantWords(g)
		if w == `Edit on "internal" (from 2020-01-01)` { // open since: no less than fay's
			w = `Edit on "internal"`
		}
		if !want[w] {
			t.Errorf("tim has %s, which fay has not", w)
		}
		delete(want, w)
	}
	for w := range want {
		t.Errorf("tim has not %s: %+v", w, d)
	}
	only, after := copyAccess(t, o, Copying{From: "usr_fay", To: "usr_tim", Replace: true, Only: []Portion{PortionGroups}})
	if len(only.Taken) != 1 || after.Level("usr_tim", Target{TargetArea, "flows"}, "", noon) != Edit {
		t.Errorf("more than memberships was taken: %+v", only.Taken)
	}
}

// Who copies is judged like any other: no way past the policy.
func TestCopyAccessJudged(t *testing.T) {
	o := pairHouse(t)
	only := []Portion{PortionAccount}
	d, _ := copyAccess(t, o, Copying{From: "usr_fay", To: "usr_tim", Only: only})
	if v := o.Policy().Judge(o, set(d.Changes...), Actor{Principal: "usr_ana"}, noon); v.Need < CheckerApproval {
		t.Errorf("an account admin passes with %s", v.Need)
	}
	d, _ = copyAccess(t, o, Copying{From: "usr_ned", To: "usr_ana"})
	if v := o.Policy().Judge(o, set(d.Changes...), Actor{Principal: "usr_ana"}, noon); v.Refused != nil || v.Need < CheckerApproval {
		t.Errorf("access copied to oneself passes with %s (%v)", v.Need, v.Refused)
	}
	for name, c := range map[string]struct {
		c    Copying
		code Code
	}{
		"the same":       {Copying{From: "usr_fay", To: "usr_fay"}, Invalid},
		"a key":          {Copying{From: "usr_fay", To: "key_bot"}, Invalid},
		"from nobody":    {Copying{From: "usr_none", To: "usr_fay"}, Invalid},
		"to who is gone": {Copying{From: "usr_fay", To: "usr_gone"}, Conflict},
	} {
		if _, err := o.CopyAccess(c.c, freshIDs(), noon); CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}
