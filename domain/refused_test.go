package domain

import "testing"

// PRODUCT 2 and 3 say what is refused. Each sentence of theirs, what somebody
// tries against it, and the rule that refuses; ana is an admin, mia Manager of
// the group sales and of agents.
func TestEveryRefusalOfTheProduct(t *testing.T) {
	o := house(t, gives("usr_ana", "area:voice", Read), gives("grp_sales", "agt_public", ViewUse))
	for _, c := range []struct {
		sentence string // with its section
		rule     string
		by       ID
		try      func(*testing.T, *Org) []Change
	}{
		{"2.1 e-mail unique without regard to case", RuleEmailTaken, "usr_ana", begin(Principal{ID: "usr_2", Name: "Two", Email: "UMA@ACME.example"})},
		{"2.1 a principal that is not active has no access: nor does it propose", RuleMakerInactive, "usr_gone", begin(group("new", ""))},
		{"2.2 a Member cannot manage users", RuleMakerDuty, "usr_ned", begin(user("new"))},
		{"2.2 a Member cannot manage account settings", RuleMakerDuty, "usr_ned", begin(Setting{ID: SettingZone, Value: "Asia/Tokyo"})},
		{"2.2 setting a child above its set parent", RuleChildAboveParent, "usr_ana", begin(gives("usr_ned", "area:voice/agent", Edit))},
		{"2.3 a Manager manages only memberships of groups they manage", RuleMakerScope, "usr_mia", begin(gives("usr_orphan", "grp_tier1", Member))},
		{"2.3 and assignments within their reach", RuleMakerScope, "usr_mia", begin(gives("grp_sales", "agt_restricted", ViewUse))},
		{"2.3 a Manager deletes no agent", RuleMakerScope, "usr_mia", edits("agt_public", func(a *Agent) { a.Life = Archived })},
		{"2.3 a User manages no permissions", RuleMakerDuty, "usr_ned", begin(gives("usr_orphan", "agt_public", ViewUse))},
		{"2.3 a window that ends before it starts", RuleWindow, "usr_ana", begin(gives("usr_ned", "agt_public", ViewUse).within("2026-05-02", "2026-05-01"))},
		{"2.3 retrieval of a source that the agent does not have", RuleSourceTie, "usr_ana", begin(gives("usr_ned", "src_docs", SourceUse).inside("agt_internal"))},
		{"2.4 a group's name is unique", RuleNameTaken, "usr_ana", begin(Group{ID: "grp_2", Name: "SALES"})},
		{"2.4 modifying the group itself takes an Admin", RuleMakerScope, "usr_mia", edits("grp_sales", func(g *Group) { g.Name = "Sellers" })},
		{"2.4 cycles are refused", RuleGroupCycle, "usr_ana", edits("grp_support", func(g *Group) { g.Parent = "grp_tier1" })},
		{"2.4 a group is assigned only if active", RuleGroupInactive, "usr_ana", begin(gives("grp_old", "agt_public", ViewUse))},
		{"2.4 and with at least one member", RuleGroupEmpty, "usr_ana", begin(gives("grp_empty", "agt_public", ViewUse))},
		{"2.4 a rule without a text", RuleGroupRule, "usr_ana", edits("grp_sales", func(g *Group) { g.Rule = Rule{Kind: EmailPattern, On: true} })},
		{"3 a change whose before no longer holds", RuleStale, "usr_ana", func(t *testing.T, o *Org) []Change {
			old := get[Group](t, o, "grp_sales")
			old.Description = "as it was"
			return []Change{End(old)}
		}},
		{"3 the last account admin", RuleLastAccountAdmin, "usr_ana", ends[Grant]("gnt_usr_ana_account_1")},
		{"3 the last console admin", RuleLastConsoleAdmin, "usr_ana", ends[Grant]("gnt_usr_ana_duty:admin_1")},
		{"3 the second checker", RuleLastChecker, "usr_ana", ends[Grant]("gnt_usr_bob_duty:checker_1")},
		{"3 duties are held by users: not by keys", RuleUsersOnly, "usr_ana", begin(gives("key_bot", "duty:checker", Held))},
	} {
		v := o.Policy().Judge(o, set(c.try(t, o)...), Actor{Principal: c.by}, noon)
		var err error
		if v.Refused != nil {
			err = v.Refused
		}
		if got := ruleOf(err); got != c.rule {
			t.Errorf("%s: %q (%v), want %q", c.sentence, got, err, c.rule)
		} else if v.Refused.Hint == "" || v.After != nil || v.AppliesNow() {
			t.Errorf("%s: a refusal says what to do and applies nothing: %+v", c.sentence, v.Refused)
		}
	}
}

// PRODUCT 3: a checker is never the maker, never a subject who gains by it, and
// holds the duty asked.
func TestEveryRefusalOfAChecker(t *testing.T) {
	o := house(t, gives("usr_uma", "duty:checker", Held))
	for _, c := range []struct {
		sentence, rule string
		checker        ID
	}{
		{"never the maker", RuleMakerIsChecker, "usr_ana"}, {"never one who gains", RuleCheckerGains, "usr_uma"},
		{"holds the duty asked", RuleDutyMissing, "usr_mia"}, {"is active", RuleCheckerInactive, "usr_gone"},
		{"is somebody", RuleCheckerInactive, ""}, {"another checker may", "", "usr_bob"},
	} {
		cs := set(Begin(gives("usr_uma", "area:deployments", Edit)))
		cs.Maker = "usr_ana"
		v := o.Policy().Judge(o, cs, Actor{Principal: "usr_ana"}, noon)
		if v.Refused != nil || v.AppliesNow() {
			t.Fatalf("Edit on a sensitive area waits for a checker: %+v", v)
		}
		if _, err := o.Policy().MayApprove(o, cs, v, Actor{Principal: c.checker}, noon); ruleOf(err) != c.rule {
			t.Errorf("%s: %v, want %q", c.sentence, err, c.rule)
		}
	}
}
