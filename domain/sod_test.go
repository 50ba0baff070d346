package domain

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func side(kind TargetKind, id ID, l Level) SoDSide {
	return SoDSide{Target: Target{kind, id}, Level: l}
}

// permits is what a role holds besides areas.
func permits(role ID, kind TargetKind, id ID, l Level) Grant {
	return Grant{ID: ID("gnt_" + kind.String() + "_" + string(id)), Holder: Holder{HolderRole, role}, Target: Target{kind, id}, Level: l}
}

func rule(a, b SoDSide) SoDRule {
	return SoDRule{ID: "sod_1", Name: "Not together", Severity: SeverityHigh, A: a, B: b}
}

// Both sides count by whatever path, at their level or above, while windows
// are open and the principal is active; nothing less does.
func TestSoDTruthTable(t *testing.T) {
	apart := rule(side(TargetAgent, "agt_internal", ViewUse), side(TargetArea, "deployments", Edit))
	deployments := gives("usr_cyd", "area:deployments", Edit)
	for _, c := range []struct {
		name string
		rule SoDRule
		add  []Record
		want bool
	}{
		{"both in person", apart, []Record{gives("usr_cyd", "agt_internal", ViewUse), deployments}, true},
		{"one side alone", apart, []Record{gives("usr_cyd", "agt_internal", ViewUse)}, false},
		{"the other alone", apart, []Record{deployments}, false},
		{"a level below", apart, []Record{gives("usr_cyd", "agt_internal", ViewUse), gives("usr_cyd", "area:deployments", Read)}, false},
		{"a level above", rule(side(TargetAgent, "agt_internal", ViewUse), side(TargetArea, "deployments", Read)),
			[]Record{gives("usr_cyd", "agt_internal", ViewUse), deployments}, true},
		{"one by a group", apart, []Record{gives("usr_cyd", "grp_sales", Member), gives("grp_sales", "agt_internal", ViewUse), deployments}, true},
		{"one by a parent group", apart, []Record{gives("usr_cyd", "grp_tier1", Member), gives("grp_support", "agt_internal", ViewUse), deployments}, true},
		{"one by an archived group", apart, []Record{gives("usr_cyd", "grp_old", Member), gives("grp_old", "agt_internal", ViewUse), deployments}, false},
		{"one by a role", apart, []Record{gives("usr_cyd", "agt_internal", ViewUse), gives("usr_cyd", "rol_analyst", Held), gives("rol_analyst", "area:deployments", Edit)}, true},
		{"one by the default role", apart, []Record{gives("usr_cyd", "agt_internal", ViewUse), gives("rol_member", "area:deployments", Edit)}, true},
		{"one as account admin", apart, []Record{gives("usr_cyd", "agt_internal", ViewUse), gives("usr_cyd", "account", 1)}, true},
		{"one as agent admin", apart, []Record{gives("usr_cyd", "agent-role", Level(AgentAdmin)), deployments}, true},
		{"one as creator", apart, []Record{with(agent("internal", ClassInternal), func(a *Agent) { a.Creator = "usr_cyd" }), deployments}, true},
		{"one as everybody", apart, []Record{with(agent("internal", ClassInternal), func(a *Agent) { a.AccessType = Organization }), deployments}, true},
		{"one capped by the agent role", rule(side(TargetAgent, "agt_internal", EditAgent), apart.B),
			[]Record{gives("usr_cyd", "agt_internal", EditAgent), deployments}, false},
		{"one dormant on a private agent", apart, []Record{with(agent("internal", ClassInternal), func(a *Agent) { a.AccessType = Private }),
			gives("usr_cyd", "agt_internal", ViewUse), deployments}, false},
		{"one on an archived agent", apart, []Record{with(agent("internal", ClassInternal), func(a *Agent) { a.Life = Archived }),
			gives("usr_cyd", "agt_internal", ViewUse), deployments}, false},
		{"a parent area gives its child", rule(apart.A, side(TargetArea, "deployments/environments", Edit)),
			[]Record{gives("usr_cyd", "agt_internal", ViewUse), deployments}, true},
		{"an area for one agent alone", apart, []Record{gives("usr_cyd", "agt_internal", EditAgent), gives("usr_cyd", "agent-role", Level(AgentManager)),
			deployments.inside("agt_internal")}, true},
		{"an area for one agent that caps it", apart, []Record{gives("usr_cyd", "agt_internal", ViewUse), deployments.inside("agt_internal")}, false},
		{"an area for another agent than the side says", rule(apart.A, SoDSide{Target: apart.B.Target, Agent: "agt_public", Level: Edit}),
			[]Record{gives("usr_cyd", "agt_internal", ViewUse), deployments.inside("agt_internal")}, false},
		{"windows that meet", apart, []Record{gives("usr_cyd", "agt_internal", ViewUse).within("2026-03-01", "2026-03-10"), deployments.within("2026-03-10", "")}, true},
		{"one window not open yet", apart, []Record{gives("usr_cyd", "agt_internal", ViewUse).within("2026-03-11", ""), deployments}, false},
		{"one window over", apart, []Record{gives("usr_cyd", "agt_internal", ViewUse), deployments.within("", "2026-03-09")}, false},
		{"inactive", apart, []Record{with(user("cyd"), func(p *Principal) { p.Status = Inactive }), gives("usr_cyd", "agt_internal", ViewUse), deployments}, false},
		{"two groups", rule(side(TargetGroup, "grp_sales", Member), side(TargetGroup, "grp_tier1", Member)),
			[]Record{gives("usr_cyd", "grp_sales", Member), gives("usr_cyd", "grp_tier1", Manager)}, true},
		{"a group by one below it", rule(side(TargetGroup, "grp_sales", Member), side(TargetGroup, "grp_support", Member)),
			[]Record{gives("usr_cyd", "grp_sales", Member), gives("usr_cyd", "grp_tier1", Member)}, true},
		{"managing a group by one below it", rule(side(TargetGroup, "grp_sales", Member), side(TargetGroup, "grp_support", Manager)),
			[]Record{gives("usr_cyd", "grp_sales", Member), gives("usr_cyd", "grp_tier1", Manager)}, false},
		{"a role and a duty", rule(side(TargetRole, "rol_analyst", Held), side(TargetDuty, "checker", Held)),
			[]Record{gives("usr_cyd", "rol_analyst", Held)}, true},
		{"the default role and a duty", rule(side(TargetRole, "rol_member", Held), side(TargetDuty, "checker", Held)), []Record{deployments}, true},
		{"the default role, which another replaces", rule(side(TargetRole, "rol_member", Held), side(TargetDuty, "checker", Held)),
			[]Record{gives("usr_cyd", "rol_analyst", Held)}, false},
		{"account admin and agent role", rule(side(TargetAccount, "", 1), side(TargetAgentRole, "", Level(AgentManager))),
			[]Record{gives("usr_cyd", "account", 1), gives("usr_cyd", "agent-role", Level(AgentSuperAdmin))}, true},
		{"a source inside an agent", rule(side(TargetSource, "src_wiki", SourceUse), apart.B),
			[]Record{with(AgentSource{Agent: "agt_internal", Source: "src_wiki"}, func(a *AgentSource) { a.Open = true }),
				gives("usr_cyd", "agt_internal", ViewUse), deployments}, true},
		{"an object by the role", rule(side(TargetObjectEdit, "person", Allowed), side(TargetGroup, "grp_sales", Member)),
			[]Record{Object{ID: "person", Name: "People"}, gives("usr_cyd", "rol_analyst", Held), gives("usr_cyd", "grp_sales", Member),
				permits("rol_analyst", TargetObjectSee, AllID, Allowed), permits("rol_analyst", TargetObjectEdit, "person", Allowed)}, true},
		{"an object the role denies", rule(side(TargetObjectEdit, "person", Allowed), side(TargetGroup, "grp_sales", Member)),
			[]Record{Object{ID: "person", Name: "People"}, gives("usr_cyd", "rol_analyst", Held), gives("usr_cyd", "grp_sales", Member),
				permits("rol_analyst", TargetObjectSee, AllID, Allowed)}, false},
		{"a settings permission and an action", rule(side(TargetSetting, "roles", Held), side(TargetAction, "export-csv", Held)),
			[]Record{gives("usr_cyd", "rol_analyst", Held), permits("rol_analyst", TargetSetting, "roles", Held), permits("rol_analyst", TargetAction, AllID, Held)}, true},
		{"a settings permission alone", rule(side(TargetSetting, "roles", Held), side(TargetAction, "export-csv", Held)),
			[]Record{gives("usr_cyd", "rol_analyst", Held), permits("rol_analyst", TargetSetting, AllID, Held)}, false},
		{"its settings", rule(side(TargetSource, "src_wiki", SourceEdit), apart.B),
			[]Record{with(AgentSource{Agent: "agt_internal", Source: "src_wiki"}, func(a *AgentSource) { a.Open = true }),
				gives("usr_cyd", "agt_internal", ViewUse), deployments}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := houseWith(t, append(slices.Clone(c.add), c.rule))
			if got := o.Breaks("usr_cyd", c.rule, noon); got != c.want {
				t.Fatalf("breaks it: %v, want %v", got, c.want)
			}
			found := slices.ContainsFunc(o.Breaches(c.rule, noon), func(b Breach) bool {
				if b.Principal == "usr_cyd" && (len(b.A.Paths) == 0 || len(b.B.Paths) == 0) {
					t.Errorf("a side without a path: %+v", b)
				}
				return b.Principal == "usr_cyd"
			})
			if found != c.want {
				t.Fatalf("among those who break it: %v, want %v", found, c.want)
			}
			for _, f := range findingsOf(o, Facts{At: noon}, FindingSoD) {
				if f.Subject[0].ID == "usr_cyd" && (len(f.Ways) != 2 || f.Severity != SeverityHigh) {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

// A rule and its mirror are broken by the same people, and what a principal
// holds alone says which.
func TestSoDIsBothSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawnOrg(t, troubledRows(t))
		at := rapid.SampledFrom(someInstants).Draw(t, "at")
		for row := range o.All(KindSoD) {
			r := row.Record.(SoDRule)
			who := map[ID]bool{}
			for _, b := range o.Breaches(r, at) {
				who[b.Principal] = true
			}
			m := r
			m.A, m.B = r.B, r.A
			for _, p := range append([]ID{"usr_gone"}, somePeople...) {
				for _, s := range []SoDSide{r.A, r.B} {
					if who[p] && !mayHold(o, p, s, at) {
						t.Fatalf("%s breaks %+v without holding %+v", p, r, s)
					}
				}
				plain := o.Level(p, r.A.Target, r.A.Agent, at) >= r.A.Level && o.Level(p, r.B.Target, r.B.Agent, at) >= r.B.Level
				if plain && !who[p] || who[p] != o.Breaks(p, m, at) {
					t.Fatalf("%s: told %v, both levels held %v, mirrored %v", p, who[p], plain, o.Breaks(p, m, at))
				}
			}
		}
	})
}

// mayHold tells whether anything at all puts p at a side.
func mayHold(o *Org, p ID, s SoDSide, at time.Time) bool {
	scopes := []ID{s.Agent}
	if s.Agent == "" {
		scopes = append(scopes, someAgents...)
	}
	for _, a := range scopes {
		if o.Level(p, s.Target, a, at) >= s.Level {
			return true
		}
	}
	if s.Target.Kind == TargetGroup {
		return slices.Contains(o.GroupsOf(p, at), s.Target.ID)
	}
	r, ok := o.RoleOf(p, at)
	return s.Target.Kind == TargetRole && ok && r.ID == s.Target.ID
}

func judgedBy(t *testing.T, o *Org, changes ...Change) Verdict {
	t.Helper()
	return o.Policy().Judge(o, set(changes...), Actor{Principal: "usr_ana"}, noon)
}

func whyCodes(v Verdict, code string) (out []string) {
	for _, r := range v.Why {
		if r.Code == code {
			out = append(out, r.Text)
		}
	}
	return out
}

// A change set that would break a rule says so, whatever it changes, and
// takes a second person; the setting refuses it.
func TestJudgeSoD(t *testing.T) {
	apart := rule(side(TargetAgent, "agt_public", ViewUse), side(TargetArea, "flows", Edit))
	base := []Record{apart, gives("usr_cyd", "area:flows", Edit)}
	o := houseWith(t, base)
	private := get[Agent](t, o, "agt_public")
	open := private
	open.AccessType = Organization
	give := gives("usr_cyd", "agt_public", ViewUse)
	for _, c := range []struct {
		name    string
		changes []Change
		breaks  []ID
	}{
		{"in person", []Change{Begin(give)}, []ID{"usr_cyd"}},
		{"by a group", []Change{Begin(gives("usr_cyd", "grp_tier1", Member))}, []ID{"usr_cyd"}},
		{"by an agent role", []Change{Begin(gives("usr_cyd", "agent-role", Level(AgentAdmin)))}, []ID{"usr_cyd"}},
		{"by opening the agent, an account admin too", []Change{Replace(private, open)}, []ID{"usr_ana", "usr_cyd"}},
		{"the other side", []Change{Begin(gives("usr_uma", "area:flows", Edit))}, []ID{"usr_uma"}},
		{"both at once", []Change{Begin(gives("usr_bob", "agt_public", ViewUse)), Begin(gives("usr_bob", "area:flows", Edit))}, []ID{"usr_bob"}},
		{"one for the other", []Change{Begin(give), End(get[Grant](t, o, "gnt_usr_cyd_area:flows_2"))}, nil},
		{"from a window on", []Change{Begin(give.within("2026-05-01", ""))}, []ID{"usr_cyd"}},
		{"in a window before the other's", []Change{Begin(gives("usr_bob", "agt_public", ViewUse).within("", "2026-04-30")),
			Begin(gives("usr_bob", "area:flows", Edit).within("2026-05-01", ""))}, nil},
		{"a lower level", []Change{Begin(gives("usr_uma", "area:flows", Read))}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := judgedBy(t, o, c.changes...)
			if v.Refused != nil {
				t.Fatal(v.Refused)
			}
			var got []ID
			for _, b := range v.Breaches {
				got = append(got, b.Principal)
			}
			if !slices.Equal(got, c.breaks) || len(whyCodes(v, WhySoD)) != len(c.breaks) {
				t.Fatalf("breaks by %v (%v), want %v", got, whyCodes(v, WhySoD), c.breaks)
			}
			if len(c.breaks) > 0 && v.Need < CheckerApproval {
				t.Errorf("it needs %s", v.Need)
			}
			strict := houseWith(t, append(slices.Clone(base), Setting{SettingSoD, "refuse"}))
			v = judgedBy(t, strict, c.changes...)
			if refused := ruleOf(errorOf(v)) == RuleSoD; refused != (len(c.breaks) > 0) {
				t.Errorf("with refuse: %v", v.Refused)
			}
		})
	}
	t.Run("says from when", func(t *testing.T) {
		v := judgedBy(t, o, Begin(give.within("2026-05-01", "")))
		if w := strings.Join(whyCodes(v, WhySoD), ""); !strings.Contains(w, "from 2026-05-01") || !strings.Contains(w, `"Not together" (high)`) {
			t.Error(w)
		}
	})
	t.Run("what breaks it already is not new", func(t *testing.T) {
		o := houseWith(t, append(slices.Clone(base), give))
		if v := judgedBy(t, o, Begin(gives("usr_cyd", "grp_tier1", Member))); len(v.Breaches) > 0 {
			t.Errorf("%v", v.Why)
		}
	})
}

func errorOf(v Verdict) error {
	if v.Refused == nil {
		return nil
	}
	return v.Refused
}

// Rules themselves are changed under four eyes; whom a new one finds is told
// and never refused.
func TestJudgeSoDRules(t *testing.T) {
	found := rule(side(TargetGroup, "grp_sales", Member), side(TargetArea, "voice", Read))
	for _, setting := range []string{"flag", "refuse"} {
		o := houseWith(t, []Record{Setting{SettingSoD, setting}})
		v := judgedBy(t, o, Begin(found))
		if v.Refused != nil || v.Need != CheckerApproval || len(v.Breaches) != 1 || v.Breaches[0].Principal != "usr_ned" {
			t.Errorf("%s: %v, needs %s, %v", setting, v.Refused, v.Need, v.Why)
		}
	}
	o := houseWith(t, []Record{found})
	for _, c := range []Change{End(found), Replace(found, with(found, func(r *SoDRule) { r.Severity = SeverityLow }))} {
		if v := judgedBy(t, o, c); v.Refused != nil || v.Need != CheckerApproval || len(v.Breaches) > 0 {
			t.Errorf("%+v: %v, needs %s, %v", c, v.Refused, v.Need, v.Why)
		}
	}
	wider := with(found, func(r *SoDRule) { r.B = side(TargetDuty, "checker", Held) })
	if v := judgedBy(t, houseWith(t, []Record{found, gives("usr_bob", "grp_sales", Member)}), Replace(found, wider)); len(v.Breaches) != 1 || v.Breaches[0].Principal != "usr_bob" {
		t.Errorf("a wider rule: %v", v.Why)
	}
}

// What cannot be a rule is refused by name.
func TestWithSoD(t *testing.T) {
	ok := rule(side(TargetGroup, "grp_sales", Member), side(TargetArea, "voice", Read))
	o := houseWith(t, []Record{with(ok, func(r *SoDRule) { r.ID, r.Name = "sod_0", "There Already" })})
	for name, c := range map[string]struct {
		f    func(*SoDRule)
		rule string
	}{
		"as it should be":       {func(*SoDRule) {}, ""},
		"no name":               {func(r *SoDRule) { r.Name = " " }, RuleNameMissing},
		"a name taken":          {func(r *SoDRule) { r.Name = "THERE already" }, RuleNameTaken},
		"both sides alike":      {func(r *SoDRule) { r.B = r.A }, RuleSoD},
		"two levels of one":     {func(r *SoDRule) { r.B = r.A; r.B.Level = Manager }, RuleSoD},
		"a level of nothing":    {func(r *SoDRule) { r.A.Level = None }, RuleSoD},
		"beyond the ladder":     {func(r *SoDRule) { r.A.Level = 9 }, RuleSoD},
		"what nobody is given":  {func(r *SoDRule) { r.A = side(TargetAccessType, "agt_public", 1) }, RuleSoD},
		"a thing not there":     {func(r *SoDRule) { r.A.Target.ID = "grp_none" }, RuleReference},
		"no thing at all":       {func(r *SoDRule) { r.A.Target.ID = "" }, RuleReference},
		"a duty not there":      {func(r *SoDRule) { r.A = side(TargetDuty, "king", Held) }, RuleReference},
		"a group inside":        {func(r *SoDRule) { r.A.Agent = "agt_public" }, RuleScope},
		"an agent not there":    {func(r *SoDRule) { r.B.Agent = "agt_none" }, RuleReference},
		"an area inside one":    {func(r *SoDRule) { r.B.Agent = "agt_public" }, ""},
		"a severity not there":  {func(r *SoDRule) { r.Severity = 9 }, RuleSoD},
		"a group's other level": {func(r *SoDRule) { r.A.Level = Manager }, ""},
	} {
		_, _, err := o.With(set(Begin(with(ok, c.f))), noon)
		if got := ruleOf(err); got != c.rule {
			t.Errorf("%s: refused by %q (%v), want %q", name, got, err, c.rule)
		}
	}
	// What a rule names stays while the rule does.
	if _, _, err := houseWith(t, []Record{ok}).With(set(End(get[Area](t, o, "voice"))), noon); err == nil {
		t.Error("an area that a rule names went")
	}
}

func BenchmarkFindings10k(b *testing.B) {
	rows := bigRows(tenThousand)
	for i := range 20 {
		rows = append(rows, Row{SoDRule{ID: ID("sod_" + string(rune('a'+i))), Name: "Rule " + string(rune('a'+i)),
			A: side(TargetAgent, agentID(i), ViewUse), B: side(TargetArea, "a/b", Edit)}, 1})
	}
	for i := range rows {
		if p, ok := rows[i].Record.(Principal); ok && i%20 == 0 {
			p.Employment = External
			rows[i].Record = p
		}
	}
	o, err := NewOrg(1, rowsIn(rows))
	if err != nil {
		b.Fatal(err)
	}
	u, err := UsagesOf(func(yield func(Usage, error) bool) {
		for i := range 50_000 {
			if !yield(Usage{Principal: userID(i % 10_000), Target: onAgent(agentID(i * 7 % 500)), LastUsed: Date(noon.AddDate(0, 0, -i%120).Format(time.DateOnly))}, nil) {
				return
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n = len(o.Findings(Facts{At: noon, Usage: u}))
	}
	b.ReportMetric(float64(n), "findings")
}
