package domain

import (
	"fmt"
	"strings"
	"testing"
)

// ruleCase is one row of a truth table: the rule that refuses, "" where the
// change passes.
type ruleCase struct {
	name string
	rule string
	make func(t *testing.T, o *Org) []Change
}

func begin(recs ...Record) func(*testing.T, *Org) []Change {
	return func(*testing.T, *Org) []Change {
		var out []Change
		for _, r := range recs {
			out = append(out, Begin(r))
		}
		return out
	}
}

func ends[R Record](ids ...ID) func(*testing.T, *Org) []Change {
	return func(t *testing.T, o *Org) []Change {
		var out []Change
		for _, id := range ids {
			out = append(out, End(get[R](t, o, id)))
		}
		return out
	}
}

func edits[R Record](id ID, f func(*R)) func(*testing.T, *Org) []Change {
	return func(t *testing.T, o *Org) []Change { return []Change{edit(t, o, id, f)} }
}

func both(fs ...func(*testing.T, *Org) []Change) func(*testing.T, *Org) []Change {
	return func(t *testing.T, o *Org) []Change {
		var out []Change
		for _, f := range fs {
			out = append(out, f(t, o)...)
		}
		return out
	}
}

func runRules(t *testing.T, o *Org, cases []ruleCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			after, _, err := o.With(set(c.make(t, o)...), noon)
			if got := ruleOf(err); got != c.rule {
				t.Fatalf("refused by %q (%v), want %q", got, err, c.rule)
			}
			if err != nil && (after != nil || err.(*Error).Hint == "" || strings.Contains(err.Error(), "%!")) {
				t.Errorf("a refusal says what to do and gives no organisation: %v", err)
			}
		})
	}
}

func TestWithStale(t *testing.T) {
	o := house(t)
	sales := get[Group](t, o, "grp_sales")
	older := sales
	older.Description = "as it was"
	renamed := sales
	renamed.Name = "Sales and more"
	runRules(t, o, []ruleCase{
		{"replace what is held", "", both(func(*testing.T, *Org) []Change { return []Change{Replace(sales, renamed)} })},
		{"replace what was held once", RuleStale, func(*testing.T, *Org) []Change { return []Change{Replace(older, renamed)} }},
		{"end what was held once", RuleStale, func(*testing.T, *Org) []Change { return []Change{End(older)} }},
		{"begin what is there", RuleStale, begin(sales)},
		{"end what is gone", RuleStale, func(*testing.T, *Org) []Change { return []Change{End(group("nowhere", ""))} }},
		{"replace what is gone", RuleStale, func(*testing.T, *Org) []Change {
			return []Change{Replace(group("nowhere", ""), Group{ID: "grp_nowhere", Name: "x"})}
		}},
		{"a later change builds on an earlier one", "", func(*testing.T, *Org) []Change {
			return []Change{Begin(group("new", "")), Replace(group("new", ""), Group{ID: "grp_new", Name: "newer"})}
		}},
		{"a later change does not know the earlier one", RuleStale, func(*testing.T, *Org) []Change {
			return []Change{Replace(sales, renamed), Replace(sales, older)}
		}},
		{"begin and end again is nothing", "", func(*testing.T, *Org) []Change {
			return []Change{Begin(group("new", "")), End(group("new", ""))}
		}},
		{"nothing at all", RuleShape, func(*testing.T, *Org) []Change { return []Change{{}} }},
		{"one record into another", RuleShape, func(*testing.T, *Org) []Change { return []Change{Replace(sales, group("x", ""))} }},
		{"no id", RuleShape, begin(Group{Name: "x"})},
		{"a grant moves to another holder", RuleShape, edits("gnt_usr_uma_grp_tier1_1", func(g *Grant) { g.Holder.ID = "usr_ned" })},
		{"a user becomes a key", RuleShape, edits("usr_uma", func(p *Principal) { p.Kind = APIKey })},
	})
	_, _, err := o.With(set(Replace(older, renamed)), noon)
	if msg := err.Error(); CodeOf(err) != Conflict || !strings.Contains(msg, `the group "sales"`) ||
		!strings.Contains(msg, `description was "as it was", is nothing`) || !strings.Contains(msg, "rebuilt") {
		t.Errorf("a stale change names the thing, what changed and the way on: %v", err)
	}
}

func TestWithNamesAndAddresses(t *testing.T) {
	second := user("second")
	runRules(t, house(t), []ruleCase{
		{"a new group", "", begin(group("new", ""))},
		{"a group's name in other letters", RuleNameTaken, begin(Group{ID: "grp_2", Name: "SALES"})},
		{"a group's name with blanks", RuleNameTaken, begin(Group{ID: "grp_2", Name: " sales "})},
		{"an agent's name", RuleNameTaken, begin(Agent{ID: "agt_2", Name: "Public"})},
		{"a group may be called like an agent", "", begin(Group{ID: "grp_2", Name: "Public"})},
		{"a role's name", RuleNameTaken, begin(Role{ID: "rol_2", Name: "analyst", ForUsers: true})},
		{"a source's name", RuleNameTaken, begin(Source{ID: "src_2", Name: "WIKI"})},
		{"two new ones of one name", RuleNameTaken, begin(group("new", ""), Group{ID: "grp_2", Name: "NEW"})},
		{"a name passes on in one change set", "", both(edits("grp_sales", func(g *Group) { g.Name = "Sellers" }), begin(Group{ID: "grp_2", Name: "sales"}))},
		{"its own name in other letters", "", edits("grp_sales", func(g *Group) { g.Name = "SALES" })},
		{"no name", RuleNameMissing, begin(Group{ID: "grp_2", Name: "  "})},
		{"a new user", "", begin(second)},
		{"an address in other letters", RuleEmailTaken, begin(Principal{ID: "usr_2", Name: "x", Email: "UMA@acme.example"})},
		{"a user without an address", RuleEmail, begin(Principal{ID: "usr_2", Name: "x"})},
		{"no address", RuleEmail, begin(Principal{ID: "usr_2", Name: "x", Email: "x at acme"})},
		{"two at signs", RuleEmail, begin(Principal{ID: "usr_2", Name: "x", Email: "x@y@acme"})},
		{"a key with an address", RuleEmail, begin(Principal{ID: "key_2", Kind: APIKey, Name: "x", Email: "x@acme.example"})},
		{"a key without an owner is a finding", "", begin(Principal{ID: "key_2", Kind: APIKey, Name: "x"})},
		{"two keys of one name", "", begin(Principal{ID: "key_2", Kind: APIKey, Name: "bot"})},
		{"a user without a name", RuleNameMissing, begin(Principal{ID: "usr_2", Email: "x@acme.example"})},
		{"bind a user", "", begin(Binding{ID: "uid:1000", Principal: "usr_uma"})},
		{"bind a key", RuleBinding, begin(Binding{ID: "uid:1000", Principal: "key_bot"})},
		{"a zone", "", begin(Setting{ID: SettingZone, Value: "Asia/Tokyo"})},
		{"a zone that is none", RuleSetting, begin(Setting{ID: SettingZone, Value: "Tokio"})},
		{"coupling neither on nor off", RuleSetting, begin(Setting{ID: SettingCoupling, Value: "maybe"})},
		{"a setting nobody knows", RuleSetting, begin(Setting{ID: "colour", Value: "blue"})},
		{"a policy that cannot be read", RuleSetting, begin(Setting{ID: SettingPolicy, Value: `{"always":"perhaps"}`})},
		{"a policy that says too little", RuleSetting, begin(Setting{ID: SettingPolicy, Value: `{"by_class":{"Public":"none"},"always":"checker"}`})},
		{"a policy", "", begin(Setting{ID: SettingPolicy, Value: policyText(t, func(p *Policy) { p.ByClass[ClassPublic] = ManagerApproval })})},
	})
}

func TestWithReferences(t *testing.T) {
	runRules(t, house(t), []ruleCase{
		{"a grant to nobody", RuleReference, begin(gives("usr_nobody", "agt_public", ViewUse))},
		{"a grant on nothing", RuleReference, begin(gives("usr_uma", "agt_nothing", ViewUse))},
		{"for an agent that is not there", RuleReference, begin(gives("usr_uma", "area:flows", Read).inside("agt_nothing"))},
		{"to someone who comes in the same change set", "", begin(gives("usr_new", "agt_public", ViewUse), user("new"))},
		{"below a group that is not there", RuleReference, begin(group("new", "nowhere"))},
		{"a manager who is not there", RuleReference, begin(managed("new", "nobody"))},
		{"one's own manager", RuleOwnManager, edits("usr_uma", func(p *Principal) { p.Manager = "usr_uma" })},
		{"a new user who is", RuleOwnManager, begin(Principal{ID: "usr_new", Name: "New", Email: "new@acme.example", Manager: "usr_new"})},
		{"a manager who is a key", RuleOwnerKind, edits("usr_uma", func(p *Principal) { p.Manager = "key_bot" })},
		{"a key owned by a key", RuleOwnerKind, edits("key_bot", func(p *Principal) { p.Owner = "aia_helper" })},
		{"a group goes while it is a parent", RuleReferred, ends[Group]("grp_support")},
		{"a group goes while it has grants", RuleReferred, ends[Group]("grp_old")},
		{"a group goes with its grants", "", both(ends[Group]("grp_old"), ends[Grant]("gnt_usr_uma_grp_old_1"))},
		{"a user goes while a manager", RuleReferred, both(ends[Principal]("usr_mia"), ends[Grant]("gnt_usr_mia_grp_sales_2", "gnt_usr_mia_agent-role_1"))},
		{"a user goes whom nothing names", "", ends[Principal]("usr_orphan")},
		{"a source goes while an agent uses it", RuleReferred, ends[Source]("src_wiki")},
		{"a source goes from its agent", "", ends[AgentSource]("agt_internal/src_wiki")},
		{"an area goes while it has sub-sections", RuleReferred, ends[Area]("knowledge")},
		{"an unknown duty", RuleReference, begin(gives("usr_uma", "duty:emperor", 1))},
	})
	o := house(t, gives("usr_uma", "src_wiki", SourceUse).inside("agt_internal"))
	runRules(t, o, []ruleCase{
		{"a source goes from its agent while given inside it", RuleReferred, ends[AgentSource]("agt_internal/src_wiki")},
		{"with what was given", "", both(ends[AgentSource]("agt_internal/src_wiki"), ends[Grant]("gnt_usr_uma_src_wiki_2_agt_internal"))},
	})
}

func TestWithGroupTree(t *testing.T) {
	o := house(t)
	runRules(t, o, []ruleCase{
		{"below another", "", edits("grp_sales", func(g *Group) { g.Parent = "grp_tier1" })},
		{"below itself", RuleGroupCycle, edits("grp_sales", func(g *Group) { g.Parent = "grp_sales" })},
		{"below its child", RuleGroupCycle, edits("grp_support", func(g *Group) { g.Parent = "grp_tier1" })},
		{"two that become each other's", RuleGroupCycle, both(edits("grp_sales", func(g *Group) { g.Parent = "grp_empty" }),
			edits("grp_empty", func(g *Group) { g.Parent = "grp_sales" }))},
		{"turned around in one change set", "", both(edits("grp_tier1", func(g *Group) { g.Parent = "" }),
			edits("grp_support", func(g *Group) { g.Parent = "grp_tier1" }))},
	})
	_, _, err := o.With(set(edit(t, o, "grp_support", func(g *Group) { g.Parent = "grp_tier1" })), noon)
	if err == nil || !strings.Contains(err.Error(), "support → tier1 → support") {
		t.Errorf("a ring is named: %v", err)
	}
	var chain []Record
	for i := range MaxGroupDepth {
		parent := ""
		if i > 0 {
			parent = fmt.Sprint("d", i)
		}
		chain = append(chain, group(fmt.Sprint("d", i+1), parent))
	}
	deep := house(t, chain...)
	runRules(t, deep, []ruleCase{
		{"the deepest that goes", "", edits("grp_sales", func(g *Group) { g.Parent = "grp_d31" })},
		{"one deeper", RuleGroupDepth, edits("grp_sales", func(g *Group) { g.Parent = "grp_d32" })},
		{"one deeper because of its child", RuleGroupDepth, edits("grp_support", func(g *Group) { g.Parent = "grp_d31" })},
		{"one deeper at the top", RuleGroupDepth, edits("grp_d1", func(g *Group) { g.Parent = "grp_sales" })},
	})
}

// Seed: Twig, "group not appearing in agent settings" (active, at least one
// member).
func TestWithGroupTargets(t *testing.T) {
	later := gives("usr_ned", "grp_empty", Member).within("2026-06-01", "")
	over := gives("usr_ned", "grp_empty", Member).within("", "2026-01-31")
	cases := []ruleCase{
		{"a group with members", "", begin(gives("grp_sales", "agt_public", ViewUse))},
		{"a group with members below it", "", begin(gives("grp_support", "agt_internal", ViewUse))},
		{"an archived group", RuleGroupInactive, begin(gives("grp_old", "agt_public", ViewUse))},
		{"un-archived in the same change set", "", both(edits("grp_old", func(g *Group) { g.Life = Live }), begin(gives("grp_old", "agt_public", ViewUse)))},
		{"an empty group", RuleGroupEmpty, begin(gives("grp_empty", "agt_public", ViewUse))},
		{"an empty group on a source", RuleGroupEmpty, begin(gives("grp_empty", "src_wiki", SourceView))},
		{"a member in the same change set", "", begin(gives("grp_empty", "agt_public", ViewUse), gives("usr_ned", "grp_empty", Member))},
		{"a member to come", "", begin(gives("grp_empty", "agt_public", ViewUse), later)},
		{"a member who was", RuleGroupEmpty, begin(gives("grp_empty", "agt_public", ViewUse), over)},
		{"archive a group that has agents", "", edits("grp_sales", func(g *Group) { g.Life = Archived })},
		{"the last member leaves a group that has agents", "", ends[Grant]("gnt_usr_uma_grp_tier1_1")},
	}
	o := house(t)
	runRules(t, o, cases)
	for _, c := range cases {
		if _, _, err := o.With(imported(set(c.make(t, o)...)), noon); err != nil {
			t.Errorf("%s: an import is not refused for it: %v", c.name, err)
		}
	}
}

// Seed: PolyAI, permission inheritance; PRODUCT 2.2.
func TestWithChildAboveParent(t *testing.T) {
	o := house(t, gives("usr_uma", "area:voice", Read), gives("usr_uma", "area:voice/numbers", Read),
		gives("usr_uma", "area:voice", Edit).inside("agt_public"), gives("usr_uma", "area:analytics", None),
		gives("usr_uma", "area:messaging", Read).within("2026-04-01", "2026-04-30"))
	conversations := "area:analytics/conversations"
	runRules(t, o, []ruleCase{
		{"Edit below Read", RuleChildAboveParent, begin(gives("usr_uma", "area:voice/agent", Edit))},
		{"Read below Read", "", begin(gives("usr_uma", "area:voice/agent", Read))},
		{"None below Read", "", begin(gives("usr_uma", "area:voice/agent", None))},
		{"raised above its parent", RuleChildAboveParent, edits("gnt_usr_uma_area:voice/numbers_1", func(g *Grant) { g.Level = Edit })},
		{"raised with its parent", "", both(edits("gnt_usr_uma_area:voice/numbers_1", func(g *Grant) { g.Level = Edit }),
			edits("gnt_usr_uma_area:voice_1", func(g *Grant) { g.Level = Edit }))},
		{"the parent lowered below its child", "", edits("gnt_usr_uma_area:voice_1", func(g *Grant) { g.Level = None })},
		{"below an unset parent", "", begin(gives("usr_uma", "area:behavior/general", Edit))},
		{"two below None", RuleChildAboveParent, begin(gives("usr_uma", conversations+"/pii", Read))},
		{"inside the agent where the parent is Edit", "", begin(gives("usr_uma", "area:voice/agent", Edit).inside("agt_public"))},
		{"inside an agent where the parent shows through", RuleChildAboveParent, begin(gives("usr_uma", "area:voice/agent", Edit).inside("agt_internal"))},
		{"another holder's parent does not matter", "", begin(gives("grp_tier1", "area:voice/agent", Edit))},
		{"above a parent set for a time", RuleChildAboveParent, begin(gives("usr_uma", "area:messaging/sms", Edit))},
		{"outside that time", "", begin(gives("usr_uma", "area:messaging/sms", Edit).within("2026-05-01", ""))},
	})
	above := imported(set(Begin(gives("usr_uma", "area:voice/agent", Edit))))
	after, _, err := o.With(above, noon)
	if err != nil {
		t.Fatalf("an import is not refused for it: %v", err)
	}
	if got := after.Level("usr_uma", Target{TargetArea, "voice/agent"}, "", noon); got != Read {
		t.Errorf("what an import brings above its parent takes the parent's level: %d", got)
	}
	if _, _, err := o.With(set(above.Changes...), noon); err == nil || !strings.Contains(err.Error(), "to Edit first") {
		t.Errorf("the way out is named: %v", err)
	}
	_, effects, err := o.With(set(edit(t, o, "gnt_usr_uma_area:voice_1", func(g *Grant) { g.Level = None })), noon)
	if err != nil {
		t.Fatal(err)
	}
	lost := Effect{Principal: "usr_uma", Target: Target{TargetArea, "voice/numbers"}, Before: Read, After: None, At: noon}
	if !contains(effects, lost) {
		t.Errorf("lowering a parent says which children it lowers: %v", effects)
	}
}

func contains(effects []Effect, want Effect) bool {
	for _, e := range effects {
		if e == want {
			return true
		}
	}
	return false
}
