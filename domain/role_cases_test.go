package domain

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// applied tries changes and gives the organisation after and the effects on
// what roles permit, as "usr_ida object-see person 0>1".
func applied(t *testing.T, o *Org, cs ...Change) (*Org, []string) {
	t.Helper()
	after, effects, err := o.With(set(cs...), noon)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range effects {
		if e.Target.Kind.Permission() {
			out = append(out, fmt.Sprintf("%s %s %s %d>%d", e.Principal, e.Target.Kind, e.Target.ID, e.Before, e.After))
		}
	}
	return after, out
}

// Who gains and who loses by each kind of edit of a role.
func TestTwentyEffectsOfEdits(t *testing.T) {
	o := crm(t, append(intern(), gives("usr_ida", "rol_intern", 1), gives("aia_scout", "rol_intern", 1),
		permit("rol_intern", Target{TargetField, "person/name"}, NoField), Role{ID: "rol_empty", Name: "Empty", ForUsers: true},
		gives("usr_bob", "rol_empty", 1))...)
	for _, c := range []struct {
		name string
		make func(*testing.T, *Org) []Change
		want []string
	}{
		{"an exception", begin(permit("rol_intern", op(TargetObjectDelete, "note"), Allowed)),
			[]string{"aia_scout object-delete note 0>1", "usr_ida object-delete note 0>1"}},
		{"a rule on a field goes", ends[Grant]("gnt_rol_intern_field_person/emails"),
			[]string{"aia_scout field person/emails 1>2", "usr_ida field person/emails 1>2"}},
		{"a field labels no more, and is hidden", edits("person/name", func(f *Field) { f.Label = false }),
			[]string{"aia_scout field person/name 1>0", "usr_ida field person/name 1>0"}},
		{"a setting for all kinds", begin(permit("rol_intern", SetAI.Target(), Held)), []string{"aia_scout setting ai 0>1", "usr_ida setting ai 0>1"}},
		{"one for users only", begin(permit("rol_intern", SetBilling.Target(), Held)), []string{"usr_ida setting billing 0>1"}},
		{"an object comes", begin(Object{ID: "ship", Name: "Ships"}), []string{
			"aia_scout object-see ship 0>1",
			"key_sync object-see ship 0>1", "key_sync object-edit ship 0>1", "key_sync object-delete ship 0>1", "key_sync object-destroy ship 0>1",
			"usr_ana object-see ship 0>1", "usr_ana object-edit ship 0>1", "usr_ana object-delete ship 0>1", "usr_ana object-destroy ship 0>1",
			"usr_cyd object-see ship 0>1", "usr_cyd object-edit ship 0>1", "usr_cyd object-delete ship 0>1", "usr_cyd object-destroy ship 0>1",
			"usr_ida object-see ship 0>1",
			"usr_max object-see ship 0>1", "usr_max object-edit ship 0>1", "usr_max object-delete ship 0>1", "usr_max object-destroy ship 0>1"}},
		{"an object is no more a system object", edits("blocklist", func(r *Object) { r.System = false }), []string{
			"aia_scout object-edit blocklist 1>0", "aia_scout object-delete blocklist 1>0", "aia_scout object-destroy blocklist 1>0",
			"usr_bob object-see blocklist 1>0", "usr_bob object-edit blocklist 1>0", "usr_bob object-delete blocklist 1>0", "usr_bob object-destroy blocklist 1>0",
			"usr_ida object-edit blocklist 1>0", "usr_ida object-delete blocklist 1>0", "usr_ida object-destroy blocklist 1>0"}},
		{"the name of an object", edits("note", func(r *Object) { r.Name = "Memos" }), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, got := applied(t, o, c.make(t, o)...); !slices.Equal(got, c.want) {
				t.Errorf("%q\nwant %q", got, c.want)
			}
		})
	}
	cs, err := MakeDefault(o, "rol_empty")
	if err != nil {
		t.Fatal(err)
	}
	_, got := applied(t, o, cs...)
	for _, want := range []string{"key_sync object-see all 1>0", "key_sync object-edit person 1>0", "usr_max action all 1>0", "usr_cyd action send-email 1>0"} {
		if !slices.Contains(got, want) {
			t.Errorf("another default: no %q", want)
		}
	}
	if slices.ContainsFunc(got, func(s string) bool { return s[:7] == "usr_ida" || s[:7] == "usr_ana" }) {
		t.Error("who holds another role is not concerned")
	}
}

// A role's permission is a holding that can be reviewed and taken away; a
// value that only takes away is none (PRODUCT 2.2, 5).
func TestTwentyHoldings(t *testing.T) {
	o := crm(t, append(intern(), permit("rol_intern", op(TargetObjectEdit, "workflow"), Allowed), gives("usr_ida", "rol_intern", 1),
		permit("rol_intern", SetAI.Target(), Held))...)
	var got []ID
	for row := range o.Holdings(noon) {
		if g := row.Record.(Grant); g.Target.Kind.Permission() && g.Holder.ID == "rol_intern" {
			got = append(got, g.ID)
		}
	}
	if want := []ID{"gnt_rol_intern_object-edit_person", "gnt_rol_intern_object-see_all", "gnt_rol_intern_setting_ai"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	lower := func(o *Org, id ID) (*Org, []string) {
		t.Helper()
		cs, err := o.Lower(id, None)
		if err != nil {
			t.Fatal(err)
		}
		return applied(t, o, cs...)
	}
	// An exception is stored as Denied: the baseline does not show through.
	wide := crm(t, permit("rol_member", op(TargetObjectEdit, "note"), Allowed), permit("rol_member", op(TargetObjectSee, "task"), Allowed),
		permit("rol_member", op(TargetObjectEdit, "task"), Allowed), permit("rol_guest", op(TargetObjectEdit, "note"), Allowed), gives("usr_ida", "rol_guest", 1))
	after, _ := lower(wide, "gnt_rol_member_object-edit_note")
	wants(t, after, "usr_max", op(TargetObjectEdit, "note"), "", noon, Denied)
	wants(t, after, "usr_max", op(TargetObjectDelete, "note"), "", noon, Allowed)
	// With See go the writes that would be left without it.
	after, _ = lower(wide, "gnt_rol_member_object-see_task")
	for _, k := range Operations() {
		wants(t, after, "usr_max", op(k, "task"), "", noon, Denied)
		wants(t, after, "usr_max", op(k, "person"), "", noon, Allowed)
	}
	again, err := wide.Lower("gnt_rol_member_object-see_task", Denied)
	if twice, _ := wide.Lower("gnt_rol_member_object-see_task", Denied); err != nil || !slices.Equal(again, twice) {
		t.Error("lowering makes the same changes each time")
	}
	// The baseline's See takes the baseline's writes and bare exceptions along.
	after, _ = lower(wide, "gnt_shipped_6")
	wants(t, after, "usr_ida", op(TargetObjectSee, "note"), "", noon, Denied)
	wants(t, after, "usr_ida", op(TargetObjectEdit, "note"), "", noon, Denied)
	after, _ = lower(o, "gnt_rol_intern_setting_ai")
	wants(t, after, "usr_ida", SetAI.Target(), "", noon, None)
	if _, err := o.Lower("gnt_rol_intern_object-see_opportunity", Denied); CodeOf(err) != Invalid {
		t.Errorf("what denies cannot be lowered: %v", err)
	}
	// What remains: Billing by all settings.
	both := crm(t, Role{ID: "rol_x", Name: "X", ForUsers: true}, permit("rol_x", SetBilling.Target(), Held),
		permit("rol_x", Target{TargetSetting, AllID}, Held), gives("usr_ida", "rol_x", 1))
	left := both.Remains("gnt_rol_x_setting_billing", None, noon, noon.AddDate(0, 3, 0))
	if len(left) != 1 || left[0].Principal != "usr_ida" || left[0].Level != Held || len(left[0].Paths) != 1 {
		t.Errorf("left: %+v", left)
	}
	if left := o.Remains("gnt_rol_intern_object-edit_person", Denied, noon, noon.AddDate(0, 3, 0)); len(left) != 0 {
		t.Errorf("left: %+v", left)
	}
}

// Seed: Twenty, managing permission overrides: every inherited value can be
// overridden and reset, and the sheet of the role says which is which.
func TestTwentyOverrideAndReset(t *testing.T) {
	o := crm(t, append(intern(), gives("usr_ida", "rol_intern", 1))...)
	n := 0
	ids := func() ID { n++; return ID(fmt.Sprintf("gnt_o%d", n)) }
	value := func(o *Org, target Target) RoleValue {
		t.Helper()
		s, ok := o.RoleSheet("rol_intern")
		if !ok {
			t.Fatal("no sheet")
		}
		all := append(slices.Clone(s.Baseline), append(s.Settings, s.Actions...)...)
		for _, object := range s.Objects {
			all = append(append(all, object.Operations...), object.Fields...)
		}
		i := slices.IndexFunc(all, func(v RoleValue) bool { return v.Target == target })
		if i < 0 {
			t.Fatalf("the sheet has no %v", target)
		}
		return all[i]
	}
	for _, c := range []struct {
		target          Target
		inherited, over Level
	}{
		{op(TargetObjectSee, "note"), Allowed, Denied},
		{op(TargetObjectEdit, "company"), Denied, Allowed},
		{Target{TargetField, "person/city"}, EditField, NoField},
		{Target{TargetField, "company/name"}, SeeField, SeeField},
		{SetRoles.Target(), None, Held},
		{Target{TargetAction, AllID}, None, Held},
		{Target{TargetSetting, AllID}, None, Held},
	} {
		before := value(o, c.target)
		if before.Own || before.Level != c.inherited || before.Inherited != c.inherited || before.Why == "" {
			t.Errorf("%v: %+v, want %d inherited", c.target, before, c.inherited)
		}
		cs, err := SetPermission(o, "rol_intern", c.target, c.over, ids)
		if err != nil {
			t.Fatal(err)
		}
		over, _ := applied(t, o, cs...)
		if v := value(over, c.target); !v.Own || v.Value != c.over || v.Inherited != c.inherited || v.Level != c.over {
			t.Errorf("%v overridden: %+v", c.target, v)
		}
		if cs, err := SetPermission(over, "rol_intern", c.target, c.over, ids); err != nil || len(cs) != 0 {
			t.Errorf("%v: set again changes %v %v", c.target, cs, err)
		}
		cs, err = ResetPermission(over, "rol_intern", c.target)
		if err != nil {
			t.Fatal(err)
		}
		back, _ := applied(t, over, cs...)
		if v := value(back, c.target); v != before {
			t.Errorf("%v reset: %+v, want %+v", c.target, v, before)
		}
		if cs, err := ResetPermission(o, "rol_intern", c.target); err != nil || len(cs) != 0 {
			t.Errorf("%v: nothing to reset, and yet %v %v", c.target, cs, err)
		}
	}
	cs, err := SetPermission(o, "rol_intern", Target{TargetField, "person/emails"}, EditField, ids)
	if err != nil || len(cs) != 1 || cs[0].After != nil {
		t.Errorf("a field at Edit drops the rule: %v %v", cs, err)
	}
	cs, err = ResetObject(o, "rol_intern", "person")
	if err != nil || len(cs) != 3 {
		t.Errorf("the whole exception: %v %v", cs, err)
	}
	for _, target := range []Target{{TargetAgent, "x"}, op(TargetObjectSee, "nowhere"), {TargetField, AllID}, {TargetSetting, "gravity"}} {
		if _, err := SetPermission(o, "rol_intern", target, 1, ids); CodeOf(err) != NotFound && CodeOf(err) != Invalid {
			t.Errorf("%v: %v", target, err)
		}
	}
	if _, err := SetPermission(o, "rol_nobody", SetAI.Target(), Held, ids); CodeOf(err) != NotFound {
		t.Errorf("no role: %v", err)
	}
	if _, err := SetPermission(o, "rol_intern", SetAI.Target(), 2, ids); CodeOf(err) != Invalid {
		t.Errorf("no level: %v", err)
	}
}

// The shipped roles are taken by the rules and permit what PRODUCT 9.1 says;
// the shipped objects are adopted whole, once.
func TestTwentyShipped(t *testing.T) {
	empty := orgOf(t, user("ana"), user("bob"))
	n := 0
	ids := func() ID { n++; return ID(fmt.Sprintf("gnt_%d", n)) }
	cs, err := AdoptObjects(empty, ObjectsCRM)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range ShippedRoles() {
		for _, rec := range r.Records(ID(fmt.Sprintf("rol_%d", i)), ids) {
			cs = append(cs, Begin(rec))
		}
	}
	cs = append(cs, Begin(gives("usr_ana", "rol_0", 1)), Begin(gives("usr_bob", "rol_2", 1)))
	o, _, err := empty.With(set(cs...), noon)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := AdoptObjects(o, ObjectsCRM); err != nil || len(again) != 0 {
		t.Errorf("adopted again: %v %v", again, err)
	}
	if _, err := AdoptObjects(o, "erp"); CodeOf(err) != NotFound {
		t.Errorf("no such catalogue: %v", err)
	}
	for _, name := range []string{"People", "Opportunities", "Companies", "Notes", "Tasks", "Workflows", "Workflow Runs",
		"Workflow Versions", "Workspace Members", "Agent Chat Threads"} {
		r, err := o.FindObject(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if labels := slices.DeleteFunc(o.Fields(r.ID), func(f Field) bool { return !f.Label }); len(labels) != 1 {
			t.Errorf("%s is labelled by %v", name, labels)
		}
		for _, k := range Operations() {
			wants(t, o, "usr_ana", op(k, r.ID), "", noon, Allowed)
		}
	}
	wants(t, o, "usr_bob", op(TargetObjectSee, "person"), "", noon, Allowed)
	wants(t, o, "usr_bob", op(TargetObjectEdit, "person"), "", noon, Denied)
	wants(t, o, "usr_bob", ActEditProfile.Target(), "", noon, None)
	for ref, want := range map[string]ID{"person/emails": "person/emails", "People/Email": "person/emails", "People › Address": "person/address",
		"person > jobTitle": "person/jobTitle"} {
		if f, err := o.FindField(ref); err != nil || f.ID != want {
			t.Errorf("%q is %v %v", ref, f.ID, err)
		}
	}
	for _, ref := range []string{"Email", "People/Shoe", "Planets/Email", ""} {
		if _, err := o.FindField(ref); CodeOf(err) != NotFound {
			t.Errorf("%q: %v", ref, err)
		}
	}
}

// Seed: Twenty, settings and action permissions; the whole lists of PRODUCT 9.1.
func TestTwentyNames(t *testing.T) {
	var settings, actions []string
	for _, v := range SettingPermissions() {
		settings = append(settings, v.Name())
	}
	for _, v := range ActionPermissions() {
		actions = append(actions, v.Name())
	}
	if got := strings.Join(settings, ", "); got != "API Keys & Webhooks, Workspace, Users, Roles, Data Model, Security, Workflows, Impersonate, "+
		"SSO Bypass, Applications, Marketplace Apps, Layouts, Billing, AI" {
		t.Errorf("settings: %s", got)
	}
	if got := strings.Join(actions, ", "); got != "Ask AI, Manage Views, Upload Files, Download Files, Send Email, Create Calendar Event, "+
		"HTTP Request, Code Interpreter, Import CSV, Export CSV, Sync Account, Edit Profile" {
		t.Errorf("actions: %s", got)
	}
}

// Words of settings, actions and operations are read back, by the product's
// own spellings too; what is none is refused.
func TestTwentyWords(t *testing.T) {
	for _, v := range SettingPermissions() {
		for _, s := range []string{v.String(), v.Name()} {
			if got, err := ParseSettingPermission(s); err != nil || got != v {
				t.Errorf("%q: %v %v", s, got, err)
			}
		}
	}
	for _, v := range ActionPermissions() {
		for _, s := range []string{v.String(), v.Name()} {
			if got, err := ParseActionPermission(s); err != nil || got != v {
				t.Errorf("%q: %v %v", s, got, err)
			}
		}
	}
	for s, want := range map[string]SettingPermission{"API_KEYS_AND_WEBHOOKS": SetAPIKeys, "WORKSPACE_MEMBERS": SetUsers, "SSO_BYPASS": SetSSOBypass,
		"AI_SETTINGS": SetAI, "MARKETPLACE_APPS": SetMarketplaceApps, "DATA_MODEL": SetDataModel} {
		if got, err := ParseSettingPermission(s); err != nil || got != want {
			t.Errorf("%q: %v %v", s, got, err)
		}
	}
	for s, want := range map[string]ActionPermission{"SEND_EMAIL_TOOL": ActSendEmail, "HTTP_REQUEST_TOOL": ActHTTPRequest, "AI": ActAskAI,
		"CONNECTED_ACCOUNTS": ActSyncAccount, "PROFILE_INFORMATION": ActEditProfile, "VIEWS": ActManageViews} {
		if got, err := ParseActionPermission(s); err != nil || got != want {
			t.Errorf("%q: %v %v", s, got, err)
		}
	}
	for i, s := range []string{"see", "Edit", "DELETE", "destroy"} {
		if got, err := ParseOperation(s); err != nil || got != Operations()[i] {
			t.Errorf("%q: %v %v", s, got, err)
		}
	}
	_, err1 := ParseSettingPermission("gravity")
	_, err2 := ParseActionPermission("")
	_, err3 := ParseOperation("shred")
	for _, err := range []error{err1, err2, err3} {
		if CodeOf(err) != Invalid {
			t.Errorf("taken for a word: %v", err)
		}
	}
}

// Where everybody gains, one who gains only that may approve; what some gain
// is nobody's who gains it (PRODUCT 3).
func TestTwentySharedGain(t *testing.T) {
	o := crm(t, append(intern(), gives("usr_ida", "rol_intern", 1), gives("usr_bob", "rol_intern", 1), gives("usr_max", "rol_intern", 1))...)
	for _, c := range []struct {
		name   string
		make   func(*testing.T, *Org) []Change
		checks map[ID]string
	}{
		{"an object comes", begin(Object{ID: "ship", Name: "Ships"}), map[ID]string{"usr_bob": "", "usr_cyd": RuleCheckerGains}},
		{"another role for most", begin(Role{ID: "rol_new", Name: "New", ForUsers: true}, permit("rol_new", SetAI.Target(), Held),
			gives("usr_cyd", "rol_new", 1), gives("usr_new1", "rol_new", 1), gives("usr_new2", "rol_new", 1), gives("usr_new3", "rol_new", 1),
			user("new1"), user("new2"), user("new3")), map[ID]string{"usr_bob": "", "usr_cyd": RuleCheckerGains}},
		{"a setting for a few", begin(permit("rol_member", SetAI.Target(), Held)), map[ID]string{"usr_bob": "", "usr_cyd": RuleCheckerGains}},
	} {
		cs := set(c.make(t, o)...)
		cs.Maker = "usr_ana"
		v := ShippedPolicy().Judge(o, cs, Actor{Principal: "usr_ana"}, noon)
		if v.Refused != nil {
			t.Fatal(v.Refused)
		}
		for who, want := range c.checks {
			if _, err := ShippedPolicy().MayApprove(o, cs, v, Actor{Principal: who}, noon); ruleOf(err) != want {
				t.Errorf("%s, %s: %v, want %q", c.name, who, err, want)
			}
			if shared := v.SharedGain(who); shared != (want == "" && c.name == "an object comes") {
				t.Errorf("%s, %s: shared %v", c.name, who, shared)
			}
		}
	}
}
