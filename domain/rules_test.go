package domain

import (
	"testing"
	"time"
)

func TestWithGrantShapes(t *testing.T) {
	everyone := gives("usr_uma", "agt_public", ViewUse)
	everyone.Holder = Holder{Kind: HolderEveryone}
	made := gives("usr_uma", "agt_public", 1)
	made.Target.Kind = TargetAccessType
	twoAccounts := gives("usr_uma", "account", 1)
	twoAccounts.Target.ID = "second"
	zone := gives("usr_uma", "agt_public", ViewUse).within("2026-01-01", "")
	zone.Window.Zone = "Mars/Base"
	runRules(t, house(t), []ruleCase{
		{"an agent to a user", "", begin(gives("usr_uma", "agt_public", ViewUse))},
		{"an agent to a key", "", begin(gives("key_bot", "agt_public", ViewUse))},
		{"an agent to a role", RuleHolderKind, begin(gives("rol_analyst", "agt_public", ViewUse))},
		{"an agent to everyone", RuleHolderKind, begin(everyone)},
		{"an area to a role", "", begin(gives("rol_analyst", "area:flows", Read))},
		{"a source to a role", RuleHolderKind, begin(gives("rol_analyst", "src_wiki", SourceView))},
		{"a group into a group", RuleHolderKind, begin(gives("grp_sales", "grp_support", Member))},
		{"a role to a group", RuleHolderKind, begin(gives("grp_sales", "rol_analyst", Held))},
		{"a duty to a group", RuleHolderKind, begin(gives("grp_sales", "duty:checker", Held))},
		{"a duty to a user", "", begin(gives("usr_uma", "duty:checker", Held))},
		{"a duty to a key", RuleUsersOnly, begin(gives("key_bot", "duty:checker", Held))},
		{"account admin to an AI agent", RuleUsersOnly, begin(gives("aia_helper", "account", 1))},
		{"agent role to a key", "", begin(gives("key_bot", "agent-role", Level(AgentManager)))},
		{"an access type as a grant", RuleMade, begin(made)},
		{"a second account", RuleShape, begin(twoAccounts)},
		{"an agent for one agent", RuleScope, begin(gives("usr_uma", "agt_public", ViewUse).inside("agt_internal"))},
		{"an area for one agent", "", begin(gives("usr_uma", "area:flows", Read).inside("agt_internal"))},
		{"a source inside an agent that uses it", "", begin(gives("usr_uma", "src_wiki", SourceUse).inside("agt_internal"))},
		{"a source inside an agent that does not", RuleSourceTie, begin(gives("usr_uma", "src_docs", SourceUse).inside("agt_internal"))},
		{"beyond the ladder", RuleLevel, begin(gives("usr_uma", "agt_public", 3))},
		{"no level", RuleLevel, begin(gives("usr_uma", "agt_public", None))},
		{"None on an area is stored", "", begin(gives("usr_uma", "area:flows", None))},
		{"a window backwards", RuleWindow, begin(gives("usr_uma", "agt_public", ViewUse).within("2026-02-01", "2026-01-01"))},
		{"a window that is no date", RuleWindow, begin(gives("usr_uma", "agt_public", ViewUse).within("", "soon"))},
		{"a zone nobody knows", RuleWindow, begin(zone)},
	})
}

func TestWithDuplicates(t *testing.T) {
	o := house(t, gives("usr_uma", "agt_internal", ViewUse).within("2026-03-01", "2026-03-31"))
	again := func(g Grant) Grant { g.ID += "_again"; return g }
	runRules(t, o, []ruleCase{
		{"the same again", RuleDuplicate, begin(again(gives("usr_uma", "agt_internal", ViewUse).within("2026-03-31", "")))},
		{"the same afterwards", "", begin(again(gives("usr_uma", "agt_internal", ViewUse).within("2026-04-01", "")))},
		{"one that raises it", "", begin(gives("usr_uma", "agt_internal", EditAgent))},
		{"a window moved into another", RuleDuplicate, both(
			begin(again(gives("usr_uma", "agt_internal", ViewUse).within("2026-03-15", "2026-04-15"))))},
		{"the old one ended", "", both(ends[Grant]("gnt_usr_uma_agt_internal_1_2026-03-01_2026-03-31"),
			begin(gives("usr_uma", "agt_internal", ViewUse)))},
		{"another holder", "", begin(gives("usr_ned", "agt_internal", ViewUse))},
		{"two values of one area", RuleDuplicate, begin(gives("usr_ned", "area:voice", Edit))},
		{"a value for one agent beside it", "", begin(gives("usr_ned", "area:voice", Edit).inside("agt_public"))},
		{"a second membership", RuleDuplicate, begin(again(gives("usr_uma", "grp_tier1", Member)))},
		{"a role to who has none", "", begin(gives("usr_uma", "rol_analyst", Held))},
		{"a second role", RuleOneRole, begin(gives("usr_ana", "rol_analyst", Held))},
		{"two roles at once", RuleOneRole, begin(gives("usr_uma", "rol_analyst", Held), gives("usr_uma", "rol_member", Held))},
		{"two roles one after the other", "", begin(gives("usr_uma", "rol_analyst", Held).within("", "2026-06-30"),
			gives("usr_uma", "rol_member", Held).within("2026-07-01", ""))},
	})
}

// What is over by the instant of the change is nobody's obstacle.
func TestWithWhatIsOver(t *testing.T) {
	gone, today := "2020-12-31", noon.Format("2006-01-02")
	o := house(t, gives("usr_uma", "agt_internal", ViewUse).within("2020-01-01", gone),
		gives("usr_uma", "agt_public", ViewUse).within("2020-01-01", today),
		gives("usr_uma", "area:flows", Read).within("", gone),
		gives("usr_uma", "rol_analyst", Held).within("", gone))
	again := func(g Grant) Grant { g.ID += "_again"; return g }
	runRules(t, o, []ruleCase{
		{"the same level again", "", begin(again(gives("usr_uma", "agt_internal", ViewUse)))},
		{"while its last day runs", RuleDuplicate, begin(again(gives("usr_uma", "agt_public", ViewUse)))},
		{"another value of an area", "", begin(again(gives("usr_uma", "area:flows", Edit)))},
		{"another role", "", begin(gives("usr_uma", "rol_member", Held))},
	})
}

func TestWithAreaTree(t *testing.T) {
	runRules(t, house(t), []ruleCase{
		{"a new area", "", begin(Area{ID: "flows/drafts", Name: "Drafts", Parent: "flows", Order: 99})},
		{"a path that is not its parent's", RuleAreaPath, begin(Area{ID: "drafts", Name: "Drafts", Parent: "flows"})},
		{"a path that says more than its parent", RuleAreaPath, begin(Area{ID: "flows/drafts", Name: "Drafts"})},
		{"capitals", RuleAreaPath, begin(Area{ID: "Drafts", Name: "Drafts"})},
		{"the shorthand's name", RuleAreaPath, begin(Area{ID: AllAreas, Name: "All"})},
		{"no name", RuleNameMissing, begin(Area{ID: "drafts"})},
	})
}

// PRODUCT 2.5 and 9.1; seed: Twenty, roles.
func TestWithRoles(t *testing.T) {
	o := house(t, gives("aia_helper", "rol_bots", Held), gives("rol_admin", "area:flows", Edit))
	runRules(t, o, []ruleCase{
		{"a new role", "", begin(Role{ID: "rol_2", Name: "Guest", ForUsers: true})},
		{"a role for nobody", RuleRoleFor, begin(Role{ID: "rol_2", Name: "Guest"})},
		{"a second default", RuleDefaultRole, begin(Role{ID: "rol_2", Name: "Guest", ForUsers: true, Default: true})},
		{"the default goes", RuleDefaultRole, ends[Role]("rol_member")},
		{"the default moves", "", both(edits("rol_member", func(r *Role) { r.Default = false }), edits("rol_analyst", func(r *Role) { r.Default = true }))},
		{"the default moves and goes", "", both(ends[Role]("rol_member"), edits("rol_analyst", func(r *Role) { r.Default = true }))},
		{"Admin renamed", RuleAdminRole, edits("rol_admin", func(r *Role) { r.Name = "Boss" })},
		{"Admin deleted", RuleAdminRole, both(ends[Role]("rol_admin"), ends[Grant]("gnt_usr_ana_rol_admin_1", "gnt_rol_admin_area:flows_2"))},
		{"Admin stripped", RuleAdminRole, ends[Grant]("gnt_rol_admin_area:flows_2")},
		{"a second Admin role", RuleAdminRole, begin(Role{ID: "rol_2", Name: "Root", Admin: true, ForUsers: true})},
		{"a role becomes the Admin role", RuleAdminRole, edits("rol_analyst", func(r *Role) { r.Admin = true })},
		{"an AI agent's role to an AI agent", "", both(ends[Grant]("gnt_aia_helper_rol_bots_1"), begin(gives("aia_helper", "rol_bots", Held).within("2026-01-01", "")))},
		{"a user's role to an AI agent", RuleRoleFor, both(ends[Grant]("gnt_aia_helper_rol_bots_1"), begin(gives("aia_helper", "rol_analyst", Held)))},
		{"a role no more for who holds it", RuleRoleFor, edits("rol_bots", func(r *Role) { r.ForAgents, r.ForUsers = false, true })},
		{"a deletion that moves its holder to a default not for it", RuleRoleFor, both(ends[Role]("rol_bots"), ends[Grant]("gnt_aia_helper_rol_bots_1"))},
		{"ending the grant alone falls back to the default", "", ends[Grant]("gnt_aia_helper_rol_bots_1")},
	})
}

// Every path by which a last holder could go, alone and inside a larger
// change set (PRODUCT 3, 2.5).
func TestWithLastHolders(t *testing.T) {
	inactive := func(p *Principal) { p.Status = Inactive }
	noise := begin(group("new", ""), gives("usr_uma", "agt_internal", ViewUse))
	second := gives("usr_mia", "account", 1)
	cases := []ruleCase{
		{"the last account admin's role ends", RuleLastAccountAdmin, ends[Grant]("gnt_usr_ana_account_1")},
		{"inside a larger change set", RuleLastAccountAdmin, both(noise, ends[Grant]("gnt_usr_ana_account_1"))},
		{"another takes over", "", both(ends[Grant]("gnt_usr_ana_account_1"), begin(second))},
		{"another takes over too late", RuleLastAccountAdmin, both(ends[Grant]("gnt_usr_ana_account_1"), begin(second.within("2026-03-11", "")))},
		{"another takes over for a while", RuleLastAccountAdmin, both(ends[Grant]("gnt_usr_ana_account_1"), begin(second.within("", "2026-12-31")))},
		{"one inactive takes over", RuleLastAccountAdmin, both(ends[Grant]("gnt_usr_ana_account_1"), begin(gives("usr_gone", "account", 1)))},
		{"the last one's window is set to end", RuleLastAccountAdmin, edits("gnt_usr_ana_account_1", func(g *Grant) { g.Window.To = "2026-12-31" })},
		{"the last one is deactivated", RuleLastAccountAdmin, edits("usr_ana", inactive)},
		{"the last one is only invited", RuleLastAccountAdmin, edits("usr_ana", func(p *Principal) { p.Status = Invited })},
		{"the last one is deleted", RuleLastAccountAdmin, both(ends[Principal]("usr_ana"),
			ends[Grant]("gnt_usr_ana_account_1", "gnt_usr_ana_duty:admin_1", "gnt_usr_ana_rol_admin_1"))},
		{"the last console admin", RuleLastConsoleAdmin, ends[Grant]("gnt_usr_ana_duty:admin_1")},
		{"another console admin", "", both(ends[Grant]("gnt_usr_ana_duty:admin_1"), begin(gives("usr_mia", "duty:admin", Held)))},
		{"the last holder of Admin", RuleLastAdmin, ends[Grant]("gnt_usr_ana_rol_admin_1")},
		{"demoted to another role", RuleLastAdmin, both(ends[Grant]("gnt_usr_ana_rol_admin_1"), begin(gives("usr_ana", "rol_analyst", Held)))},
		{"a key does not count", RuleLastAdmin, both(ends[Grant]("gnt_usr_ana_rol_admin_1"), begin(gives("key_bot", "rol_admin", Held)))},
		{"another holder of Admin", "", both(ends[Grant]("gnt_usr_ana_rol_admin_1"), begin(gives("usr_mia", "rol_admin", Held)))},
		{"the second checker", RuleLastChecker, ends[Grant]("gnt_usr_bob_duty:checker_1")},
		{"the second checker is deactivated", RuleLastChecker, edits("usr_cyd", inactive)},
		{"a third comes first", "", both(ends[Grant]("gnt_usr_bob_duty:checker_1"), begin(gives("usr_mia", "duty:checker", Held)))},
	}
	o := house(t)
	runRules(t, o, cases)
	for _, c := range cases { // no leniency for a file
		if _, _, err := o.With(imported(set(c.make(t, o)...)), noon); ruleOf(err) != c.rule {
			t.Errorf("%s, imported: %v, want %q", c.name, err, c.rule)
		}
	}
}

// Where only one checker was, or one who leaves soon anyway, nothing more is
// asked than was there.
func TestLastHolderAsksForNoMoreThanThereWas(t *testing.T) {
	one := orgOf(t, user("ana"), user("bob"), gives("usr_ana", "duty:checker", Held))
	runRules(t, one, []ruleCase{
		{"the only checker", RuleLastChecker, ends[Grant]("gnt_usr_ana_duty:checker_1")},
		{"is replaced", "", both(ends[Grant]("gnt_usr_ana_duty:checker_1"), begin(gives("usr_bob", "duty:checker", Held)))},
		{"nobody is account admin, and nobody must be", "", begin(group("g", ""))},
	})
	ending := gives("usr_ana", "account", 1).within("", "2026-06-30")
	soon := orgOf(t, user("ana"), user("bob"), ending)
	runRules(t, soon, []ruleCase{
		{"the window moves", "", edits(ending.ID, func(g *Grant) { g.Window.To = "2026-05-31" })},
		{"the window is over", RuleLastAccountAdmin, edits(ending.ID, func(g *Grant) { g.Window.To = "2026-02-28" })},
	})
	if _, _, err := soon.With(set(End(ending)), time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Errorf("a window that is over is held by nobody: %v", err)
	}
}
