package domain

import (
	"slices"
	"testing"
)

// What a role may permit at all, and how (PRODUCT 2.5 and 9.1): each refusal
// beside its neighbour that passes.
func TestTwentyPermissionRules(t *testing.T) {
	o := crm(t, append(intern(), gives("usr_ida", "rol_intern", 1),
		Role{ID: "rol_bots", Name: "Bots", ForAgents: true}, Role{ID: "rol_keys", Name: "Keys", ForKeys: true},
		Role{ID: "rol_staff", Name: "Staff", ForUsers: true}, permit("rol_staff", SetBilling.Target(), Held))...)
	windowed := permit("rol_staff", op(TargetObjectSee, AllID), Allowed).within("2026-01-01", "")
	scoped := permit("rol_staff", op(TargetObjectSee, AllID), Allowed).inside("agt_x")
	toPerson := permit("rol_staff", op(TargetObjectSee, AllID), Allowed)
	toPerson.Holder = person("usr_ida")
	toGroup := permit("rol_staff", SetBilling.Target(), Held)
	toGroup.Holder, toGroup.ID = team("grp_x"), "gnt_group"
	again := permit("rol_intern", op(TargetObjectEdit, "person"), Denied)
	again.ID = "gnt_again"
	all := func(role ID, kinds ...TargetKind) []Record {
		var out []Record
		for _, k := range kinds {
			out = append(out, permit(role, op(k, AllID), Allowed))
		}
		return out
	}
	runRules(t, o, []ruleCase{
		{"a baseline", "", begin(all("rol_staff", TargetObjectSee)...)},
		{"See and every write", "", begin(all("rol_staff", Operations()...)...)},
		{"Edit without See", RuleNeedsSee, begin(all("rol_staff", TargetObjectEdit)...)},
		{"Delete without See", RuleNeedsSee, begin(all("rol_staff", TargetObjectDelete)...)},
		{"Destroy without See", RuleNeedsSee, begin(all("rol_staff", TargetObjectDestroy)...)},
		{"a batch with one such is refused whole", RuleNeedsSee, begin(append(all("rol_bots", TargetObjectSee), all("rol_staff", TargetObjectEdit)...)...)},
		{"See goes while writes stay", RuleNeedsSee, ends[Grant]("gnt_shipped_1")},
		{"the writes stay in the baseline alone", "", begin(permit("rol_member", op(TargetObjectEdit, "note"), Denied))},
		{"See denied on one object, writes inherited", RuleNeedsSee, begin(permit("rol_member", op(TargetObjectSee, "note"), Denied))},
		{"everything denied on it", "", begin(permit("rol_member", op(TargetObjectSee, "note"), Denied), permit("rol_member", op(TargetObjectEdit, "note"), Denied),
			permit("rol_member", op(TargetObjectDelete, "note"), Denied), permit("rol_member", op(TargetObjectDestroy, "note"), Denied))},
		{"the baseline's See goes under an exception that edits", RuleNeedsSee, ends[Grant]("gnt_rol_intern_object-see_all")},
		{"and the exception with it", "", ends[Grant]("gnt_rol_intern_object-see_all", "gnt_rol_intern_object-edit_person")},
		{"a system object shut for seeing, open for writing", RuleNeedsSee, begin(permit("rol_staff", op(TargetObjectSee, "attachment"), Denied))},
		{"an exception on a workflow is ignored", "", begin(permit("rol_staff", op(TargetObjectEdit, "workflow"), Allowed))},
		{"an object stops being a system object", RuleNeedsSee, both(begin(permit("rol_staff", op(TargetObjectEdit, "favorite"), Allowed)),
			edits("favorite", func(r *Object) { r.System = false }))},

		{"a baseline that denies", RuleLevel, begin(permit("rol_staff", op(TargetObjectSee, AllID), Denied))},
		{"a rule on a field that restricts nothing", RuleFieldRule, begin(permit("rol_staff", Target{TargetField, "person/city"}, EditField))},
		{"one that restricts", "", begin(permit("rol_staff", Target{TargetField, "person/city"}, SeeField))},
		{"one that hides the label is taken and does not", "", begin(permit("rol_staff", Target{TargetField, "person/name"}, NoField))},
		{"an object that is not there", RuleReference, begin(permit("rol_staff", op(TargetObjectSee, "planet"), Allowed))},
		{"a field that is not there", RuleReference, begin(permit("rol_staff", Target{TargetField, "person/shoe"}, SeeField))},
		{"all fields", RuleReference, begin(permit("rol_staff", Target{TargetField, AllID}, SeeField))},
		{"a setting nobody knows", RuleReference, begin(permit("rol_staff", Target{TargetSetting, "gravity"}, Held))},
		{"an action nobody knows", RuleReference, begin(permit("rol_staff", Target{TargetAction, "fly"}, Held))},
		{"a setting held at nothing", RuleLevel, begin(permit("rol_staff", SetRoles.Target(), None))},
		{"dates", RuleWindow, begin(windowed)},
		{"for one agent", RuleReference, begin(scoped)},
		{"held by a person", RuleHolderKind, begin(toPerson)},
		{"held by a group", RuleHolderKind, begin(toGroup, group("x", ""))},
		{"twice", RuleDuplicate, begin(again)},

		{"Billing to a role for AI agents", RulePermission, begin(permit("rol_bots", SetBilling.Target(), Held))},
		{"Impersonate to a role for keys", RulePermission, begin(permit("rol_keys", SetImpersonate.Target(), Held))},
		{"SSO Bypass", RulePermission, begin(permit("rol_bots", SetSSOBypass.Target(), Held))},
		{"Sync Account", RulePermission, begin(permit("rol_keys", ActSyncAccount.Target(), Held))},
		{"HTTP Request to a role for users", RulePermission, begin(permit("rol_staff", ActHTTPRequest.Target(), Held))},
		{"HTTP Request to one for AI agents", "", begin(permit("rol_bots", ActHTTPRequest.Target(), Held))},
		{"Billing to one for users too", "", begin(permit("rol_intern", SetBilling.Target(), Held))},
		{"all settings to a role for keys", "", begin(permit("rol_keys", Target{TargetSetting, AllID}, Held))},
		{"a role with Billing is no more for users", RulePermission, edits("rol_staff", func(r *Role) { r.ForUsers, r.ForKeys = false, true })},

		{"what Admin holds", RuleAdminRole, begin(permit("rol_admin", op(TargetObjectSee, "person"), Denied))},
		{"a setting for Admin", RuleAdminRole, begin(permit("rol_admin", SetBilling.Target(), Held))},
	})
	_, _, err := o.With(set(Begin(permit("rol_member", op(TargetObjectSee, "note"), Denied))), noon)
	if want := `the role "Member" would edit "Notes" without seeing it: allow See on Notes, or deny Edit on it too`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// Objects and fields as records.
func TestTwentyObjectRules(t *testing.T) {
	o := crm(t, intern()...)
	runRules(t, o, []ruleCase{
		{"a new object", "", begin(Object{ID: "ship", Name: "Ships"}, Field{ID: "ship/name", Object: "ship", Name: "Name", Label: true})},
		{"named all", RuleObjectID, begin(Object{ID: AllID, Name: "Everything"})},
		{"with a path", RuleObjectID, begin(Object{ID: "ship/deck", Name: "Decks"})},
		{"with a name taken", RuleNameTaken, begin(Object{ID: "human", Name: "PEOPLE"})},
		{"without a name", RuleNameMissing, begin(Object{ID: "ship", Name: " "})},
		{"a field of another object", RuleObjectID, begin(Field{ID: "company/x", Object: "person", Name: "X"})},
		{"a field of no object", RuleReference, begin(Field{ID: "ship/name", Object: "ship", Name: "Name"})},
		{"a field's name taken in its object", RuleNameTaken, begin(Field{ID: "person/mail", Object: "person", Name: "email"})},
		{"the same name in another object", "", begin(Field{ID: "note/mail", Object: "note", Name: "Email"})},
		{"a second label", RuleObjectLabel, begin(Field{ID: "person/nick", Object: "person", Name: "Nick", Label: true})},
		{"the label moves", "", both(edits("person/name", func(f *Field) { f.Label = false }), edits("person/emails", func(f *Field) { f.Label = true }))},
		{"an object goes with an exception on it", RuleReferred, both(ends[Object]("opportunity"), ends[Field]("opportunity/name", "opportunity/amount",
			"opportunity/closeDate", "opportunity/stage", "opportunity/pointOfContact", "opportunity/company", "opportunity/owner",
			"opportunity/createdAt", "opportunity/createdBy"))},
		{"an object goes with its fields", "", both(ends[Object]("note"), ends[Field]("note/title", "note/body", "note/createdAt", "note/createdBy"))},
		{"without them", RuleReferred, ends[Object]("note")},
		{"a field with a rule on it", RuleReferred, ends[Field]("person/emails")},
	})
}

// Every path by which the last Admin could go, and every refusal about roles
// as wholes, in a workspace of the shipped roles (seed: Twenty, delete a role;
// PRODUCT 9.1).
func TestTwentyRoleRefusals(t *testing.T) {
	o := crm(t, append(intern(), gives("usr_ida", "rol_intern", 1), gives("key_sync", "rol_intern", 1),
		Role{ID: "rol_people", Name: "People only", ForUsers: true}, gives("usr_max", "rol_people", 1))...)
	helper := func(f func(*Org) ([]Change, error)) func(*testing.T, *Org) []Change {
		return func(t *testing.T, o *Org) []Change {
			cs, err := f(o)
			if err != nil {
				t.Fatal(err)
			}
			return cs
		}
	}
	ids := func() ID { return "gnt_new" }
	deletes := func(id ID) func(*testing.T, *Org) []Change {
		return helper(func(o *Org) ([]Change, error) { return DeleteRole(o, id) })
	}
	give := func(who, role ID) func(*testing.T, *Org) []Change {
		return helper(func(o *Org) ([]Change, error) { return GiveRole(o, who, role, ids) })
	}
	makeDefault := func(id ID) func(*testing.T, *Org) []Change {
		return helper(func(o *Org) ([]Change, error) { return MakeDefault(o, id) })
	}
	inactive := func(p *Principal) { p.Status = Inactive }
	noise := begin(user("new"), Object{ID: "ship", Name: "Ships"})
	for _, c := range []ruleCase{
		{"a role goes and its holders have the default", "", deletes("rol_intern")},
		{"the default role goes", RuleDefaultRole, deletes("rol_member")},
		{"another is the default first", "", both(makeDefault("rol_intern"), deletes("rol_guest"))},
		{"the default moves and goes", "", func(t *testing.T, o *Org) []Change {
			cs := makeDefault("rol_intern")(t, o)
			moved, _, err := o.With(set(cs...), noon)
			if err != nil {
				t.Fatal(err)
			}
			return append(cs, deletes("rol_member")(t, moved)...)
		}},
		{"Admin goes", RuleAdminRole, deletes("rol_admin")},
		{"Admin renamed", RuleAdminRole, edits("rol_admin", func(r *Role) { r.Name = "Root" })},
		{"Admin for AI agents", RuleAdminRole, edits("rol_admin", func(r *Role) { r.ForAgents = true })},
		{"a name taken", RuleNameTaken, begin(Role{ID: "rol_2", Name: "intern", ForUsers: true})},
		{"for nobody", RuleRoleFor, begin(Role{ID: "rol_2", Name: "Ghost"})},
		{"Admin to an AI agent", RuleRoleFor, give("aia_scout", "rol_admin")},
		{"Admin to a key", "", give("key_sync", "rol_admin")},
		{"Guest to a key", RuleRoleFor, give("key_sync", "rol_guest")},
		{"a role goes whose key the default is not for", RuleRoleFor, func(t *testing.T, o *Org) []Change {
			cs := makeDefault("rol_people")(t, o)
			moved, _, err := o.With(set(cs...), noon)
			if err != nil {
				t.Fatal(err)
			}
			return append(cs, deletes("rol_intern")(t, moved)...)
		}},
		{"the last Admin is given another role", RuleLastAdmin, give("usr_ana", "rol_member")},
		{"loses it", RuleLastAdmin, func(_ *testing.T, o *Org) []Change { return TakeRole(o, "usr_ana") }},
		{"is deactivated", RuleLastAdmin, both(begin(gives("usr_max", "account", 1), gives("usr_max", "duty:admin", 1)), edits("usr_ana", inactive))},
		{"has it until a day", RuleLastAdmin, edits("gnt_usr_ana_rol_admin_1", func(g *Grant) { g.Window.To = "2026-12-31" })},
		{"a key takes it over", RuleLastAdmin, both(give("usr_ana", "rol_member"), begin(Grant{ID: "gnt_k", Holder: person("key_sync"),
			Target: Target{TargetRole, "rol_admin"}, Level: Held}), ends[Grant]("gnt_key_sync_rol_intern_1"))},
		{"another user takes it over", "", both(give("usr_ana", "rol_member"), begin(Grant{ID: "gnt_k", Holder: person("usr_bob"),
			Target: Target{TargetRole, "rol_admin"}, Level: Held}))},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, cs := range map[string]ChangeSet{"alone": set(c.make(t, o)...), "within more": set(both(noise, c.make)(t, o)...),
				"imported": imported(set(c.make(t, o)...))} {
				if _, _, err := o.With(cs, noon); ruleOf(err) != c.rule {
					t.Errorf("%s: %v, want %q", name, err, c.rule)
				}
			}
		})
	}
}

// Deleting a role moves its holders to the default, and says what they lose.
func TestTwentyDeleteRole(t *testing.T) {
	o := crm(t, append(intern(), gives("usr_ida", "rol_intern", 1), gives("aia_scout", "rol_intern", 1),
		permit("rol_intern", SetAPIKeys.Target(), Held))...)
	cs, err := DeleteRole(o, "rol_intern")
	if err != nil {
		t.Fatal(err)
	}
	after, effects, err := o.With(set(cs...), noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []ID{"usr_ida", "aia_scout"} {
		if r, _ := after.RoleOf(who, noon); r.ID != "rol_member" {
			t.Errorf("%s has %q", who, r.Name)
		}
		wants(t, after, who, op(TargetObjectSee, "opportunity"), "", noon, Allowed)
		wants(t, after, who, SetAPIKeys.Target(), "", noon, None)
	}
	has := func(e Effect) bool {
		return slices.ContainsFunc(effects, func(x Effect) bool {
			return x.Principal == e.Principal && x.Target == e.Target && x.Before == e.Before && x.After == e.After
		})
	}
	for _, e := range []Effect{
		{Principal: "usr_ida", Target: op(TargetObjectSee, "opportunity"), After: Allowed},
		{Principal: "usr_ida", Target: SetAPIKeys.Target(), Before: Held},
		{Principal: "aia_scout", Target: Target{TargetField, "person/address"}, After: EditField},
		{Principal: "usr_ida", Target: Target{TargetRole, "rol_intern"}, Before: Held},
	} {
		if !has(e) {
			t.Errorf("no effect %+v", e)
		}
	}
}

// Who may make a change of roles (PRODUCT 9.1). ana is an admin with the role
// Admin, max an admin who is an intern, kim nobody but for the setting API
// Keys & Webhooks.
func TestTwentyMakers(t *testing.T) {
	recs := append(intern(), gives("usr_max", "account", 1), gives("usr_max", "rol_intern", 1), user("kim"), user("lee"),
		gives("usr_lee", "account", 1), key("old", "max"), gives("key_old", "rol_admin", 1),
		permit("rol_intern", Target{TargetSetting, AllID}, Held),
		Role{ID: "rol_minter", Name: "Minter", ForUsers: true, ForKeys: true}, gives("usr_kim", "rol_minter", 1),
		permit("rol_minter", SetAPIKeys.Target(), Held), permit("rol_minter", op(TargetObjectSee, AllID), Allowed),
		permit("rol_minter", op(TargetObjectEdit, "note"), Allowed),
		Role{ID: "rol_reader", Name: "Reader", ForUsers: true, ForKeys: true}, permit("rol_reader", op(TargetObjectSee, AllID), Allowed),
		Role{ID: "rol_writer", Name: "Writer", ForKeys: true}, permit("rol_writer", op(TargetObjectSee, AllID), Allowed),
		permit("rol_writer", op(TargetObjectEdit, "task"), Allowed),
		Role{ID: "rol_biller", Name: "Exporter", ForKeys: true}, permit("rol_biller", ActExportCSV.Target(), Held),
		Role{ID: "rol_voice", Name: "Voice", ForKeys: true}, Area{ID: "voice", Name: "Voice"}, gives("rol_voice", "area:voice", Read),
		key("idle", "kim"), gives("key_idle", "rol_reader", 1))
	o := crm(t, recs...)
	mint := func(role string) func(*testing.T, *Org) []Change {
		return begin(key("fresh", "kim"), gives("key_fresh", role, 1))
	}
	reassign := func(role string) func(*testing.T, *Org) []Change {
		return both(ends[Grant]("gnt_key_idle_rol_reader_1"), begin(gives("key_idle", role, 1)))
	}
	for _, c := range []proposal{
		{"usr_max", "another's role", "", both(begin(gives("usr_ida", "rol_guest", 1)))},
		{"usr_max", "their own role", RuleOwnRole, both(ends[Grant]("gnt_usr_max_rol_intern_1"), begin(gives("usr_max", "rol_admin", 1)))},
		{"usr_max", "losing it", RuleOwnRole, ends[Grant]("gnt_usr_max_rol_intern_1")},
		{"usr_max", "deleting the role they have", RuleOwnRole, func(t *testing.T, o *Org) []Change {
			cs, err := DeleteRole(o, "rol_intern")
			if err != nil {
				t.Fatal(err)
			}
			return cs
		}},
		{"usr_ana", "deleting it for them", "", func(t *testing.T, o *Org) []Change {
			cs, err := DeleteRole(o, "rol_intern")
			if err != nil {
				t.Fatal(err)
			}
			return cs
		}},
		{"usr_max", "taking all settings from it", RuleOwnSettings, ends[Grant]("gnt_rol_intern_setting_all")},
		{"usr_max", "that inside more", RuleOwnSettings, both(begin(user("new")), ends[Grant]("gnt_rol_intern_setting_all"))},
		{"usr_ana", "taking them for them", "", ends[Grant]("gnt_rol_intern_setting_all")},
		{"usr_max", "another value of it", "", begin(permit("rol_intern", op(TargetObjectSee, "task"), Allowed))},
		{"usr_lee", "another default, which is their role", RuleOwnRole, func(t *testing.T, o *Org) []Change {
			cs, err := MakeDefault(o, "rol_guest")
			if err != nil {
				t.Fatal(err)
			}
			return cs
		}},
		{"usr_max", "another default", "", func(t *testing.T, o *Org) []Change {
			cs, err := MakeDefault(o, "rol_guest")
			if err != nil {
				t.Fatal(err)
			}
			return cs
		}},
		{"usr_ida", "a key", RuleMakerDuty, mint("rol_reader")},
		{"usr_kim", "a key no stronger", "", mint("rol_reader")},
		{"usr_kim", "a key as strong", "", mint("rol_minter")},
		{"usr_kim", "a key that edits more", RuleStrongerKey, mint("rol_writer")},
		{"usr_kim", "a key that acts more", RuleStrongerKey, mint("rol_biller")},
		{"usr_kim", "a key with an area", RuleStrongerKey, mint("rol_voice")},
		{"usr_kim", "an Admin key", RuleStrongerKey, mint("rol_admin")},
		{"usr_kim", "a key without a role has the default one", RuleStrongerKey, begin(key("fresh", "kim"))},
		{"usr_kim", "a stronger role that begins later", RuleStrongerKey, begin(key("fresh", "kim"),
			gives("key_fresh", "rol_reader", 1).within("", "2026-12-31"), gives("key_fresh", "rol_admin", 1).within("2027-01-01", ""))},
		{"usr_kim", "a stronger role for a key that is there", RuleStrongerKey, reassign("rol_writer")},
		{"usr_kim", "a weaker one", "", reassign("rol_minter")},
		{"usr_kim", "no role, so the default one", RuleStrongerKey, ends[Grant]("gnt_key_idle_rol_reader_1")},
		{"usr_kim", "renaming a stronger key", "", edits("key_old", func(p *Principal) { p.Name = "older" })},
		{"usr_kim", "a role for a person", RuleMakerScope, begin(gives("usr_ida", "rol_reader", 1))},
		{"usr_kim", "a person in a key's place", RuleMakerScope, begin(user("new"), gives("usr_new", "rol_reader", 1))},
		{"usr_kim", "an AI agent", RuleMakerScope, begin(aia("new", "kim"))},
		{"usr_kim", "a role's definition", RuleMakerScope, begin(permit("rol_reader", op(TargetObjectEdit, "note"), Allowed))},
		{"usr_ana", "a key stronger than most", "", mint("rol_admin")},
	} {
		v := ShippedPolicy().Judge(o, set(c.make(t, o)...), Actor{Principal: c.maker}, noon)
		got := ""
		if v.Refused != nil {
			got = v.Refused.Rule
		}
		if got != c.rule || v.Refused != nil && v.Refused.Hint == "" {
			t.Errorf("%s, %s: %v, want %q", c.maker, c.what, v.Refused, c.rule)
		}
	}
}

// Role definitions always take four eyes where they permit more; what only
// lowers applies at once (PRODUCT 3).
func TestTwentyApprovals(t *testing.T) {
	o := crm(t, append(intern(), Role{ID: "rol_idle", Name: "Idle", ForUsers: true},
		permit("rol_idle", SetBilling.Target(), Held), permit("rol_idle", ActAskAI.Target(), Held))...)
	runJudge(t, o, "usr_ana", []judged{
		{"an exception that allows", CheckerApproval, "", WhyAlways, begin(permit("rol_idle", op(TargetObjectSee, "note"), Allowed))},
		{"a baseline", CheckerApproval, "", WhyAlways, begin(permit("rol_idle", op(TargetObjectSee, AllID), Allowed))},
		{"a setting", CheckerApproval, "", WhyAlways, begin(permit("rol_idle", SetRoles.Target(), Held))},
		{"an action", CheckerApproval, "", WhyAlways, begin(permit("rol_idle", ActSendEmail.Target(), Held))},
		{"an exception that denies goes", CheckerApproval, "", WhyAlways, ends[Grant]("gnt_rol_intern_object-see_opportunity")},
		{"it turns round", CheckerApproval, "", WhyAlways, edits("gnt_rol_intern_object-see_opportunity", func(g *Grant) { g.Level = Allowed })},
		{"a rule on a field goes", CheckerApproval, "", WhyAlways, ends[Grant]("gnt_rol_intern_field_person/emails")},
		{"a hidden field is shown", CheckerApproval, "", WhyAlways, edits("gnt_rol_intern_field_person/address", func(g *Grant) { g.Level = SeeField })},
		{"a role", CheckerApproval, "", WhyAlways, begin(Role{ID: "rol_new", Name: "New", ForUsers: true})},
		{"an object", CheckerApproval, "", WhyAlways, begin(Object{ID: "ship", Name: "Ships"})},
		{"a field", CheckerApproval, "", WhyAlways, begin(Field{ID: "person/nick", Object: "person", Name: "Nick"})},
		{"the Admin role to somebody", CheckerApproval, "", WhyAlways, begin(gives("usr_max", "rol_admin", 1))},
		{"an exception that denies", NoApproval, "", "", begin(permit("rol_intern", op(TargetObjectSee, "note"), Denied))},
		{"a setting goes", NoApproval, "", "", ends[Grant]("gnt_rol_idle_setting_billing")},
		{"an action goes", NoApproval, "", "", ends[Grant]("gnt_rol_idle_action_ask-ai")},
		{"a rule on a field", NoApproval, "", "", begin(permit("rol_intern", Target{TargetField, "person/city"}, NoField))},
		{"a role that is not Admin", NoApproval, "", "", begin(gives("usr_max", "rol_intern", 1))},
	})
}

// A key is no way to an area inside one agent that its maker does not have.
func TestStrongerKeyInsideOneAgent(t *testing.T) {
	inside := gives("rol_hush", "area:voice", Edit)
	inside.Agent = "agt_x"
	o := crm(t, user("kim"), Role{ID: "rol_minter", Name: "Minter", ForUsers: true, ForKeys: true}, permit("rol_minter", SetAPIKeys.Target(), Held),
		gives("usr_kim", "rol_minter", 1), Area{ID: "voice", Name: "Voice"}, Agent{ID: "agt_x", Name: "X", Life: Live},
		Setting{ID: SettingCoupling, Value: "off"}, Role{ID: "rol_hush", Name: "Hush", ForKeys: true}, inside)
	v := ShippedPolicy().Judge(o, set(Begin(key("fresh", "max")), Begin(gives("key_fresh", "rol_hush", 1))), Actor{Principal: "usr_kim"}, noon)
	if v.Refused == nil || v.Refused.Rule != RuleStrongerKey {
		t.Errorf("it passes: %v, needs %s", v.Refused, v.Need)
	}
}

// Whoever leaves is cut loose from the directory at once, so that it does not
// bring them back; nobody who stays is.
func TestLeavingCutsLoose(t *testing.T) {
	p := user("far")
	p.Origin = Origin{Source: "hr", File: "ab"}
	o := crm(t, p)
	for status, need := range map[Status]ApprovalClass{Inactive: NoApproval, Active: CheckerApproval} {
		after := p
		after.Origin, after.Status = Origin{}, status
		if v := ShippedPolicy().Judge(o, set(Replace(p, after)), Actor{Principal: "usr_ana"}, noon); v.Refused != nil || v.Need != need {
			t.Errorf("%s: %v, needs %s", status, v.Refused, v.Need)
		}
	}
}
