package domain

import (
	"slices"
	"strings"
	"testing"
)

// judged is one row of the truth table of approvals: what a change set needs,
// from whom, and for which reasons.
type judged struct {
	name string
	need ApprovalClass
	from string // for a manager's approval
	why  string // a code that must be among the reasons
	make func(t *testing.T, o *Org) []Change
}

func runJudge(t *testing.T, o *Org, maker ID, cases []judged) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := ShippedPolicy().Judge(o, set(c.make(t, o)...), Actor{Principal: maker}, noon)
			if v.Refused != nil {
				t.Fatalf("refused: %v", v.Refused)
			}
			from := make([]string, len(v.From))
			for i, id := range v.From {
				from[i] = string(id)
			}
			if v.Need != c.need || strings.Join(from, " ") != c.from {
				t.Errorf("needs %s from %v, want %s from [%s]; why: %v", v.Need, v.From, c.need, c.from, v.Why)
			}
			if c.why != "" && !slices.ContainsFunc(v.Why, func(r Reason) bool { return r.Code == c.why }) {
				t.Errorf("no reason %q among %v", c.why, v.Why)
			}
			if v.After == nil || (len(v.Why) > 0) != (v.Need > NoApproval) {
				t.Errorf("need %s, reasons %v", v.Need, v.Why)
			}
			for _, r := range v.Why {
				if strings.Contains(r.Text, "%!") || r.Text == "" {
					t.Errorf("a reason reads %q", r.Text)
				}
			}
		})
	}
}

// Seed: Twig, data classification: the table of approvals.
func TestJudgeByClassification(t *testing.T) {
	runJudge(t, house(t), "usr_ana", []judged{
		{"Public: no approval", NoApproval, "", "", begin(gives("usr_ned", "agt_public", ViewUse))},
		{"Internal: the manager", ManagerApproval, "usr_mia", WhyClass, begin(gives("usr_uma", "agt_internal", ViewUse))},
		{"Confidential: an admin", AdminApproval, "", WhyClass, begin(gives("usr_uma", "agt_confidential", ViewUse))},
		{"Restricted: an executive", ExecutiveApproval, "", WhyClass, begin(gives("usr_uma", "agt_restricted", ViewUse))},
		{"the strictest of two", AdminApproval, "", WhyClass, begin(gives("usr_uma", "agt_confidential", ViewUse), gives("usr_uma", "agt_internal", ViewUse))},
		{"a source has its own", ManagerApproval, "usr_mia", WhyClass, begin(gives("usr_uma", "src_wiki", SourceView))},
		{"a source that is public", NoApproval, "", "", begin(gives("usr_uma", "src_docs", SourceEdit))},
		{"in a window to come", ExecutiveApproval, "", WhyClass, begin(gives("usr_uma", "agt_restricted", ViewUse).within("2027-01-01", "2027-01-31"))},
		{"in a window that is over", NoApproval, "", "", begin(gives("usr_uma", "agt_restricted", ViewUse).within("2025-01-01", "2025-01-31"))},
		{"what nobody gains", NoApproval, "", "", begin(gives("usr_gone", "agt_restricted", ViewUse))},
		{"what only lowers", NoApproval, "", "", ends[Grant]("gnt_grp_sales_agt_confidential_1")},
		{"above the reach of the role", NoApproval, "", "", begin(gives("grp_sales", "agt_public", EditAgent), gives("usr_orphan", "grp_support", Member))},
	})
}

// Who gives a manager's approval, and when a checker stands in (PRODUCT 3).
func TestJudgeManagers(t *testing.T) {
	var crowd []Record
	var all, ten []Record
	for _, n := range strings.Split("abcdefghijk", "") {
		crowd = append(crowd, managed("c"+n, "mia"))
		all = append(all, gives("usr_c"+n, "agt_internal", ViewUse))
	}
	ten = all[:10]
	o := house(t, append(crowd, managed("mine", "ana"), managed("boss", "uma"),
		managed("max2", "mia"), gives("usr_max2", "agent-role", Level(AgentManager)))...)
	internal := func(who string) Record { return gives(who, "agt_internal", ViewUse) }
	runJudge(t, o, "usr_ana", []judged{
		{"two gainers of one manager", ManagerApproval, "usr_mia", "", begin(internal("usr_uma"), internal("usr_ned"))},
		{"two managers", ManagerApproval, "usr_mia usr_uma", "", begin(internal("usr_ned"), internal("usr_boss"))},
		{"for a key its owner's manager", ManagerApproval, "usr_mia", "", begin(internal("key_bot"))},
		{"ten gainers", ManagerApproval, "usr_mia", "", begin(ten...)},
		{"eleven: the owner", ManagerApproval, "usr_olaf", WhyManyGainers, begin(all...)},
		{"eleven at two levels", ManagerApproval, "usr_olaf", WhyManyGainers, both(begin(ten...), begin(gives("usr_max2", "agt_internal", EditAgent)))},
		{"eleven, the owner among them", CheckerApproval, "", WhyNoManager, both(begin(all...), begin(internal("usr_olaf")))},
		{"no manager", CheckerApproval, "", WhyNoManager, begin(internal("usr_orphan"))},
		{"the manager is not active", CheckerApproval, "", WhyNoManager, begin(internal("usr_lost"))},
		{"the manager is the maker", CheckerApproval, "", WhyNoManager, begin(internal("usr_mine"))},
		{"the manager gains too", CheckerApproval, "", WhyNoManager, begin(internal("usr_uma"), internal("usr_boss"))},
		{"a manager gains through a key", CheckerApproval, "", WhyNoManager, begin(internal("usr_boss"), internal("key_bot"))},
		{"one has a manager, the other none", CheckerApproval, "", WhyNoManager, begin(internal("usr_uma"), internal("usr_orphan"))},
	})
}

// The acts that always take four eyes (PRODUCT 3).
func TestJudgeAlwaysFourEyes(t *testing.T) {
	o := house(t, gives("rol_analyst", "area:flows", Read), gives("rol_analyst", "area:tools", None),
		gives("usr_orphan", "area:deployments", Read), Setting{ID: SettingName, Value: "Acme"}, Binding{ID: "uid:7", Principal: "usr_uma"})
	four := func(name string, f func(*testing.T, *Org) []Change) judged {
		return judged{name, CheckerApproval, "", WhyAlways, f}
	}
	sensitive := func(name string, f func(*testing.T, *Org) []Change) judged {
		return judged{name, CheckerApproval, "", WhySensitive, f}
	}
	none := func(name string, f func(*testing.T, *Org) []Change) judged {
		return judged{name, NoApproval, "", "", f}
	}
	runJudge(t, o, "usr_ana", []judged{
		four("an account admin", begin(gives("usr_uma", "account", 1))),
		four("the Admin role", begin(gives("usr_uma", "rol_admin", Held))),
		none("another role", begin(gives("usr_ned", "rol_analyst", Held))),
		four("a duty", begin(gives("usr_uma", "duty:auditor", Held))),
		none("a duty less", ends[Grant]("gnt_usr_eve_duty:executive_1")),
		{"agent admin, who reaches every agent", ExecutiveApproval, "", WhyAlways, begin(gives("key_bot", "agent-role", Level(AgentAdmin)))},
		none("an account admin more is not one less", begin(group("x", ""))),
		four("a role defined", begin(Role{ID: "rol_2", Name: "Guest", ForUsers: true})),
		four("a role changed", edits("rol_analyst", func(r *Role) { r.Description = "x" })),
		four("a role given an area", begin(gives("rol_analyst", "area:testing", Read))),
		four("a role's area raised", edits("gnt_rol_analyst_area:flows_1", func(g *Grant) { g.Level = Edit })),
		four("a role's restriction taken off", ends[Grant]("gnt_rol_analyst_area:tools_0")),
		none("a role's area taken", ends[Grant]("gnt_rol_analyst_area:flows_1")),
		sensitive("Edit on Deployments", begin(gives("usr_uma", "area:deployments", Edit))),
		sensitive("Edit below Account", begin(gives("usr_uma", "area:integrations", Edit))),
		sensitive("Edit on a sub-section of Deployments", begin(gives("usr_uma", "area:deployments/environments", Edit))),
		sensitive("Read raised to Edit", edits("gnt_usr_orphan_area:deployments_1", func(g *Grant) { g.Level = Edit })),
		none("Read on Deployments", begin(gives("usr_uma", "area:deployments", Read))),
		none("Edit on Flows", begin(gives("usr_uma", "area:flows", Edit))),
		four("opened to the organisation", edits("agt_public", func(a *Agent) { a.AccessType = Organization })),
		four("a new agent open to the organisation", begin(Agent{ID: "agt_new", Name: "new", AccessType: Organization})),
		none("a new agent for groups", begin(Agent{ID: "agt_new", Name: "new", AccessType: GroupRestricted, Owner: "usr_uma"})),
		none("closed to the organisation", edits("agt_open", func(a *Agent) { a.AccessType = Private })),
		four("classified lower", edits("agt_internal", func(a *Agent) { a.Classification = ClassPublic })),
		four("classified higher", edits("agt_public", func(a *Agent) { a.Classification = ClassRestricted })),
		four("a source classified", edits("src_wiki", func(s *Source) { s.Classification = ClassPublic })),
		four("an agent's owner", edits("agt_public", func(a *Agent) { a.Owner = "usr_uma" })),
		four("a source's owner", edits("src_docs", func(s *Source) { s.Owner = "usr_uma" })),
		four("a key's owner", edits("key_bot", func(p *Principal) { p.Owner = "usr_ned" })),
		none("an agent described", edits("agt_restricted", func(a *Agent) { a.Description = "x" })),
		four("sensitivity", edits("deployments", func(a *Area) { a.Sensitive = false })),
		four("a setting", edits(SettingName, func(s *Setting) { s.Value = "Acme Ltd" })),
		four("the policy", begin(Setting{ID: SettingPolicy, Value: policyText(t, func(*Policy) {})})),
		four("a binding", begin(Binding{ID: "uid:8", Principal: "usr_uma"})),
		four("a binding less", ends[Binding]("uid:7")),
		none("a group made", begin(group("x", ""))),
		none("a group's manager", begin(gives("usr_uma", "grp_support", Manager))),
		{"a manager by hand", CheckerApproval, "", WhyManager, edits("usr_uma", func(p *Principal) { p.Manager = "usr_bob" })},
		{"the maker gains", CheckerApproval, "", WhySelf, begin(gives("usr_ana", "agt_public", ViewUse))},
	})
	rule := func(o *Org) Verdict {
		return ShippedPolicy().Judge(o, imported(set(edit(t, o, "usr_uma", func(p *Principal) { p.Manager = "usr_bob" }))), Actor{Principal: "usr_ana"}, noon)
	}
	if v := rule(answeredBy(t, o, "usr_uma", "hr")); !v.AppliesNow() {
		t.Errorf("an import may change the managers of its own people: %v %v", v.Refused, v.Why)
	}
	for _, other := range []string{"", "okta"} {
		if v := rule(answeredBy(t, o, "usr_uma", other)); v.Need != CheckerApproval {
			t.Errorf("an import changes the manager of one whom %q answers for: %s", other, v.Need)
		}
	}
}

// answeredBy is o with a principal that came from a source.
func answeredBy(t *testing.T, o *Org, id ID, source string) *Org {
	t.Helper()
	c := edit(t, o, id, func(p *Principal) { p.Origin.Source = source })
	if c.Before == c.After {
		return o
	}
	out, err := o.Advance(o.Key(), []Change{c})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Ways round the table of classifications, each of them closed.
func TestJudgeSideDoors(t *testing.T) {
	idle := user("idle")
	idle.Status = Inactive
	dormant := agent("dormant", ClassRestricted)
	dormant.AccessType = Private
	shelved := group("shelved", "")
	shelved.Life = Archived
	o := house(t, idle, dormant, shelved, group("vault", ""), gives("usr_eve", "grp_vault", Member),
		gives("grp_vault", "agt_restricted", ViewUse), gives("grp_shelved", "agt_restricted", ViewUse),
		gives("usr_ned", "grp_shelved", Member), gives("usr_idle", "agt_restricted", ViewUse), gives("usr_uma", "agt_dormant", ViewUse),
		gives("usr_ned", "area:deployments", Edit), gives("usr_ned", "area:deployments/environments", None),
		Role{ID: "rol_wide", Name: "Wide", ForUsers: true}, gives("rol_wide", "area:account", Edit))
	executive := func(name string, f func(*testing.T, *Org) []Change) judged {
		return judged{name, ExecutiveApproval, "", WhyClass, f}
	}
	runJudge(t, o, "usr_ana", []judged{
		executive("joining a group", begin(gives("usr_uma", "grp_vault", Member))),
		executive("joining a group later", begin(gives("usr_uma", "grp_vault", Member).within("2027-01-01", ""))),
		executive("re-parenting a group", edits("grp_sales", func(g *Group) { g.Parent = "grp_vault" })),
		executive("un-archiving a group", edits("grp_shelved", func(g *Group) { g.Life = Live })),
		executive("reactivating a person", edits("usr_idle", func(p *Principal) { p.Status = Active })),
		executive("widening an access type", edits("agt_dormant", func(a *Agent) { a.AccessType = GroupRestricted })),
		executive("a longer window", both(begin(gives("usr_uma", "agt_restricted", ViewUse).within("2025-01-01", "2027-01-01")))),
		executive("declassifying and granting in one", both(edits("agt_restricted", func(a *Agent) { a.Classification = ClassPublic }),
			begin(gives("usr_uma", "agt_restricted", ViewUse)))),
		executive("moving the organisation's zone opens a window early", both(begin(gives("usr_uma", "agt_restricted", ViewUse).within("2026-03-11", "")),
			begin(Setting{ID: SettingZone, Value: "Asia/Tokyo"}))),
		{"declassifying alone", CheckerApproval, "", WhyAlways, edits("agt_restricted", func(a *Agent) { a.Classification = ClassPublic })},
		{"deleting it, to make it again as Public", CheckerApproval, "", WhyAlways, both(ends[Agent]("agt_restricted"),
			ends[Grant]("gnt_grp_vault_agt_restricted_1", "gnt_grp_shelved_agt_restricted_1", "gnt_usr_idle_agt_restricted_1"))},
		{"taking a restriction off a sensitive area", CheckerApproval, "", WhySensitive, ends[Grant]("gnt_usr_ned_area:deployments/environments_0")},
		{"a role that edits a sensitive area", CheckerApproval, "", WhySensitive, begin(gives("usr_uma", "rol_wide", Held))},
		{"the manager chosen in the same change set", CheckerApproval, "", WhyManager, both(
			edits("usr_uma", func(p *Principal) { p.Manager = "usr_orphan" }), begin(gives("usr_uma", "agt_internal", ViewUse)))},
	})
	rechosen := both(edits("usr_uma", func(p *Principal) { p.Manager = "usr_orphan" }), begin(gives("usr_uma", "agt_internal", ViewUse)))
	o = answeredBy(t, o, "usr_uma", "hr")
	v := ShippedPolicy().Judge(o, imported(set(rechosen(t, o)...)), Actor{Principal: "usr_ana"}, noon)
	if v.Need != ManagerApproval || !slices.Equal(v.From, []ID{"usr_mia"}) {
		t.Errorf("who answered before the import answers: %s from %v", v.Need, v.From)
	}
}

func TestJudgeWithoutAPolicy(t *testing.T) {
	o := house(t)
	for _, c := range []struct {
		name string
		need ApprovalClass
		make func(*testing.T, *Org) []Change
	}{
		{"a public agent", ExecutiveApproval, begin(gives("usr_ned", "agt_public", ViewUse))},
		{"an area", ExecutiveApproval, begin(gives("usr_uma", "area:flows", Read))},
		{"a setting", ExecutiveApproval, begin(Setting{ID: SettingName, Value: "Acme"})},
		{"what only lowers", NoApproval, ends[Grant]("gnt_grp_sales_agt_confidential_1")},
	} {
		if v := (Policy{}).Judge(o, set(c.make(t, o)...), Actor{Principal: "usr_ana"}, noon); v.Need != c.need || v.Refused != nil {
			t.Errorf("%s: needs %s (%v), want %s", c.name, v.Need, v.Refused, c.need)
		}
	}
}

func TestStoredPolicy(t *testing.T) {
	if p := house(t).Policy(); p.Always != CheckerApproval || p.of(ClassRestricted) != ExecutiveApproval {
		t.Errorf("without a setting the shipped policy holds: %+v", p)
	}
	raw, err := CanonicalJSON(Policy{ByClass: map[Classification]ApprovalClass{ClassPublic: CheckerApproval}, Always: AdminApproval})
	if err != nil {
		t.Fatal(err)
	}
	p := house(t, Setting{ID: SettingPolicy, Value: string(raw)}).Policy()
	if p.of(ClassPublic) != CheckerApproval || p.Always != AdminApproval || p.of(ClassInternal) != ExecutiveApproval {
		t.Errorf("the stored policy holds: %s gives %+v", raw, p)
	}
	if p := house(t, Setting{ID: SettingPolicy, Value: "nonsense"}).Policy(); p.ByClass != nil || p.Always != NoApproval {
		t.Errorf("one that cannot be read allows nothing: %+v", p)
	}
}

// An import may retire few people unconfirmed (Policy.LeaverShare, LeaverCount).
func TestJudgeLeavers(t *testing.T) {
	var crowd []Record
	for _, a := range "abcdefghij" {
		for _, b := range "abcd" {
			crowd = append(crowd, user("c"+string(a)+string(b)))
		}
	}
	o := house(t, crowd...) // 12 active users of the house and these 40
	retire := func(n int) ChangeSet {
		var out []Change
		for _, r := range crowd[:n] {
			out = append(out, edit(t, o, r.RecordID(), func(p *Principal) { p.Status = Inactive }))
		}
		return set(out...)
	}
	ana := Actor{Principal: "usr_ana"}
	for _, c := range []struct {
		name string
		cs   ChangeSet
		p    Policy
		need ApprovalClass
	}{
		{"few", imported(retire(10)), ShippedPolicy(), NoApproval},
		{"more than the share", imported(retire(11)), ShippedPolicy(), CheckerApproval},
		{"by hand each is meant", retire(30), ShippedPolicy(), NoApproval},
		{"more than the count", imported(retire(8)), func() Policy { p := ShippedPolicy(); p.LeaverCount = 7; return p }(), CheckerApproval},
		{"a handful never", imported(retire(5)), func() Policy { p := ShippedPolicy(); p.LeaverCount = 1; return p }(), NoApproval},
	} {
		if v := c.p.Judge(o, c.cs, ana, noon); v.Need != c.need || v.Refused != nil {
			t.Errorf("%s: needs %s (%v), want %s", c.name, v.Need, v.Refused, c.need)
		}
	}
}
