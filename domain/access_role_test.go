package domain

import (
	"slices"
	"strings"
	"testing"
)

// asOracle says by PRODUCT 9.1 alone what a role that is not Admin may do to
// an ordinary or a system object and to a field of it. A value of -1 is unset.
type asOracle struct {
	base   [4]bool // See, Edit, Delete, Destroy on all objects
	on     [4]int  // the exception
	system bool
	rule   int // on the field: -1 none, 0 No Access, 1 See
	label  bool
}

func (w asOracle) merged(i int) bool {
	switch {
	case w.on[i] >= 0:
		return w.on[i] == 1
	case w.system:
		return true
	}
	return w.base[i]
}

// may: a write needs See.
func (w asOracle) may(i int) bool { return w.merged(i) && w.merged(0) }

func (w asOracle) field() Level {
	if !w.may(0) {
		return 0
	}
	most := 1
	if w.may(1) {
		most = 2
	}
	if w.rule >= 0 && w.rule < most {
		most = w.rule
	}
	if w.label && most == 0 {
		most = 1
	}
	return Level(most)
}

// refused tells whether With takes such a role: no write without See, in the
// baseline or on the object.
func (w asOracle) refused() bool {
	for i := 1; i < 4; i++ {
		if w.base[i] && !w.base[0] || w.merged(i) && !w.merged(0) {
			return true
		}
	}
	return false
}

// everyRole calls f with every baseline and every exception.
func everyRole(f func(base [4]bool, on [4]int)) {
	for b := range 16 {
		var base [4]bool
		for i := range base {
			base[i] = b>>i&1 == 1
		}
		for e := range 81 {
			var on [4]int
			for i, n := 0, e; i < 4; i, n = i+1, n/3 {
				on[i] = n%3 - 1
			}
			f(base, on)
		}
	}
}

func roleValues(base [4]bool, on [4]int, objects ...ID) []Record {
	var out []Record
	for i, kind := range Operations() {
		if base[i] {
			out = append(out, permit("rol_x", op(kind, AllID), Allowed))
		}
		for _, o := range objects {
			if on[i] >= 0 {
				out = append(out, permit("rol_x", op(kind, o), Level(on[i])))
			}
		}
	}
	return out
}

// PRODUCT 9.1 and the seed's "how permission inheritance works": field over
// object over all objects, for every baseline × exception × system × rule on a
// field × label, for each kind of principal.
func TestTwentyCascade(t *testing.T) {
	rules := []int{-1, 0, 1}
	people := []Record{user("ana"), key("k", "ana"), aia("a", "ana"),
		Role{ID: "rol_x", Name: "X", ForUsers: true, ForKeys: true, ForAgents: true},
		gives("usr_ana", "rol_x", 1), gives("key_k", "rol_x", 1), gives("aia_a", "rol_x", 1)}
	fieldID := func(object ID, rule int, label bool) ID {
		id := object + "/" + []ID{"none", "hidden", "seen"}[rule+1]
		if label {
			id += "Label"
		}
		return id
	}
	asked := 0
	everyRole(func(base [4]bool, on [4]int) {
		recs := append(slices.Clone(people), roleValues(base, on, "plain", "open")...)
		for _, object := range []ID{"plain", "open"} {
			recs = append(recs, Object{ID: object, Name: string(object), System: object == "open"})
			for _, rule := range rules {
				for _, label := range []bool{false, true} {
					id := fieldID(object, rule, label)
					recs = append(recs, Field{ID: id, Object: object, Name: string(id), Label: label})
					if rule >= 0 {
						recs = append(recs, permit("rol_x", Target{TargetField, id}, Level(rule)))
					}
				}
			}
		}
		o := orgOf(t, recs...)
		for _, object := range []ID{"plain", "open"} {
			w := asOracle{base: base, on: on, system: object == "open"}
			who := []ID{"usr_ana", "key_k", "aia_a"}[asked%3]
			for i, kind := range Operations() {
				want := Denied
				if w.may(i) {
					want = Allowed
				}
				wants(t, o, who, op(kind, object), "", noon, want)
				asked++
			}
			for _, rule := range rules {
				for _, label := range []bool{false, true} {
					w.rule, w.label = rule, label
					wants(t, o, who, Target{TargetField, fieldID(object, rule, label)}, "", noon, w.field())
					asked++
				}
			}
		}
	})
	if asked != 16*81*2*(4+6) {
		t.Errorf("%d questions asked", asked)
	}
}

// Which of those roles With takes, whole or not at all (PRODUCT 9.1: any write
// needs See, in the baseline and in each exception after merging).
func TestTwentyWritesNeedSee(t *testing.T) {
	for _, system := range []bool{false, true} {
		o := crm(t, Object{ID: "thing", Name: "Thing", System: system})
		everyRole(func(base [4]bool, on [4]int) {
			recs := append([]Record{Role{ID: "rol_x", Name: "X", ForUsers: true}}, roleValues(base, on, "thing")...)
			var cs []Change
			for _, r := range recs {
				cs = append(cs, Begin(r))
			}
			want := ""
			if (asOracle{base: base, on: on, system: system}).refused() {
				want = RuleNeedsSee
			}
			if _, _, err := o.With(set(cs...), noon); ruleOf(err) != want {
				t.Fatalf("baseline %v exception %v system %v: %v, want %q", base, on, system, err, want)
			}
		})
	}
}

// The seed's Intern, to the letter.
func TestTwentyIntern(t *testing.T) {
	o := crm(t, append(intern(), gives("usr_ida", "rol_intern", 1), gives("key_sync", "rol_intern", 1), gives("aia_scout", "rol_intern", 1))...)
	for _, who := range []ID{"usr_ida", "key_sync", "aia_scout"} {
		for _, row := range []struct {
			target Target
			want   Level
		}{
			{op(TargetObjectSee, "company"), Allowed}, {op(TargetObjectEdit, "company"), Denied},
			{op(TargetObjectDelete, "company"), Denied}, {op(TargetObjectDestroy, "company"), Denied},
			{op(TargetObjectSee, "opportunity"), Denied}, {op(TargetObjectEdit, "opportunity"), Denied},
			{op(TargetObjectSee, "person"), Allowed}, {op(TargetObjectEdit, "person"), Allowed},
			{op(TargetObjectDelete, "person"), Denied},
			{Target{TargetField, "person/emails"}, SeeField}, {Target{TargetField, "person/address"}, NoField},
			{Target{TargetField, "person/jobTitle"}, EditField}, {Target{TargetField, "person/name"}, EditField},
			{Target{TargetField, "company/address"}, SeeField}, {Target{TargetField, "opportunity/amount"}, NoField},
			{SetBilling.Target(), None}, {ActSendEmail.Target(), None},
			{op(TargetObjectSee, AllID), Allowed}, {op(TargetObjectEdit, AllID), Denied},
		} {
			wants(t, o, who, row.target, "", noon, row.want)
		}
	}
	says := func(target Target, want string) {
		t.Helper()
		acc := o.Access("usr_ida", target, "", noon)
		var all []string
		for _, d := range acc.Denials {
			all = append(all, d.Text)
		}
		for _, c := range acc.Caps {
			all = append(all, c.Text)
		}
		for _, p := range acc.Paths {
			all = append(all, p.Steps[len(p.Steps)-1].Note)
		}
		if !slices.Contains(all, want) {
			t.Errorf("%v says %q, not %q", target, strings.Join(all, " | "), want)
		}
	}
	says(op(TargetObjectSee, "opportunity"), "Intern: exception on Opportunities denies See")
	says(op(TargetObjectEdit, "person"), "exception on People allows Edit")
	says(op(TargetObjectSee, "person"), "no exception on People, and the baseline allows See")
	says(op(TargetObjectEdit, "company"), "Intern: no exception on Companies allows Edit, and the baseline denies it")
	says(Target{TargetField, "person/jobTitle"}, "no rule on Job Title, so Edit on People holds")
	says(Target{TargetField, "person/emails"}, "Intern: the rule on Email of People says See")
	says(Target{TargetField, "person/address"}, "Intern: the rule on Address of People says No Access")
	says(Target{TargetField, "opportunity/amount"}, "Amount is hidden with Opportunities: Intern: exception on Opportunities denies See")
	says(op(TargetObjectSee, AllID), "the baseline allows See on all objects")
	says(op(TargetObjectEdit, AllID), "Intern: the baseline denies Edit")
	says(SetBilling.Target(), "Intern holds neither the setting Billing nor all settings")
}

// PRODUCT 9.1: objects with rules of their own.
func TestTwentySpecialObjects(t *testing.T) {
	role := Role{ID: "rol_x", Name: "X", ForUsers: true, ForKeys: true, ForAgents: true}
	held := func(ts ...Target) []Record {
		out := []Record{role, gives("usr_ida", "rol_x", 1)}
		for _, t := range ts {
			out = append(out, permit("rol_x", t, 1))
		}
		return out
	}
	denied := func(object ID) []Record {
		var out []Record
		for _, k := range Operations() {
			out = append(out, permit("rol_x", op(k, object), Denied))
		}
		return out
	}
	all := []Target{op(TargetObjectSee, AllID), op(TargetObjectEdit, AllID), op(TargetObjectDelete, AllID), op(TargetObjectDestroy, AllID)}
	allSettings, allActions := Target{TargetSetting, AllID}, Target{TargetAction, AllID}
	for _, c := range []struct {
		name   string
		recs   []Record
		object ID
		want   [4]Level // See, Edit, Delete, Destroy
	}{
		{"a workflow by the baseline alone", held(all...), "workflow", [4]Level{}},
		{"by Workflows", held(SetWorkflows.Target()), "workflow", [4]Level{1, 1, 1, 1}},
		{"by all settings", held(allSettings), "workflowRun", [4]Level{1, 1, 1, 1}},
		{"by all actions", held(allActions), "workflowVersion", [4]Level{}},
		{"by another setting", held(SetUsers.Target()), "workflow", [4]Level{}},
		{"an exception that allows is ignored", held(op(TargetObjectSee, "workflow"), op(TargetObjectEdit, "workflow")), "workflow", [4]Level{}},
		{"one that denies too", append(held(SetWorkflows.Target()), denied("workflowRun")...), "workflowRun", [4]Level{1, 1, 1, 1}},
		{"members are seen by anyone", held(), "workspaceMember", [4]Level{1, 0, 0, 0}},
		{"written by Users", held(SetUsers.Target()), "workspaceMember", [4]Level{1, 1, 1, 1}},
		{"or by all settings", held(allSettings), "workspaceMember", [4]Level{1, 1, 1, 1}},
		{"not by the baseline", held(all...), "workspaceMember", [4]Level{1, 0, 0, 0}},
		{"an exception does not hide them", append(held(), denied("workspaceMember")...), "workspaceMember", [4]Level{1, 0, 0, 0}},
		{"chats without Ask AI", held(all...), "agentChatThread", [4]Level{}},
		{"with Ask AI, for it is a system object", held(ActAskAI.Target()), "agentChatThread", [4]Level{1, 1, 1, 1}},
		{"with all actions", held(allActions), "agentChatThread", [4]Level{1, 1, 1, 1}},
		{"all settings bring no action", held(allSettings), "agentChatThread", [4]Level{}},
		{"an exception counts", append(held(ActAskAI.Target()), denied("agentChatThread")...), "agentChatThread", [4]Level{}},
		{"a system object is open", held(), "attachment", [4]Level{1, 1, 1, 1}},
		{"one with an exception is not", append(held(), denied("attachment")...), "attachment", [4]Level{}},
		{"another object is shut", held(), "person", [4]Level{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := crm(t, c.recs...)
			for i, k := range Operations() {
				wants(t, o, "usr_ida", op(k, c.object), "", noon, c.want[i])
			}
		})
	}
	t.Run("rules on fields", func(t *testing.T) {
		o := crm(t, append(held(SetWorkflows.Target(), SetUsers.Target()),
			permit("rol_x", Target{TargetField, "workflow/statuses"}, NoField),
			permit("rol_x", Target{TargetField, "workspaceMember/userEmail"}, NoField))...)
		wants(t, o, "usr_ida", Target{TargetField, "workflow/statuses"}, "", noon, EditField)
		wants(t, o, "usr_ida", Target{TargetField, "workspaceMember/userEmail"}, "", noon, NoField)
	})
}

// PRODUCT 9.1: the 14 settings and the 12 actions, singly and by all, for each
// kind of principal; the Admin role holds everything that is for the kind.
func TestTwentySettingsAndActions(t *testing.T) {
	if len(SettingPermissions()) != 14 || len(ActionPermissions()) != 12 {
		t.Fatalf("%d settings and %d actions", len(SettingPermissions()), len(ActionPermissions()))
	}
	usersOnly := map[string]bool{"Impersonate": true, "SSO Bypass": true, "Billing": true, "Sync Account": true}
	may := func(name string, kind PrincipalKind) bool {
		return !(usersOnly[name] && kind != User) && !(name == "HTTP Request" && kind != AIAgent)
	}
	names := map[Target]string{}
	for _, s := range SettingPermissions() {
		names[s.Target()] = s.Name()
	}
	for _, a := range ActionPermissions() {
		names[a.Target()] = a.Name()
	}
	who := map[PrincipalKind]ID{User: "usr_ida", APIKey: "key_sync", AIAgent: "aia_scout"}
	world := func(role ID, values ...Target) *Org {
		recs := []Record{Role{ID: "rol_x", Name: "X", ForUsers: true, ForKeys: true, ForAgents: true}}
		for _, id := range who {
			recs = append(recs, gives(string(id), string(role), 1))
		}
		for _, v := range values {
			recs = append(recs, permit("rol_x", v, Held))
		}
		return crm(t, recs...)
	}
	check := func(o *Org, holds func(Target) bool) {
		t.Helper()
		for target, name := range names {
			for kind, id := range who {
				want := None
				if holds(target) && may(name, kind) {
					want = Held
				}
				wants(t, o, id, target, "", noon, want)
			}
		}
	}
	check(world("rol_admin"), func(Target) bool { return true })
	check(world("rol_x"), func(Target) bool { return false })
	check(world("rol_x", Target{TargetSetting, AllID}), func(v Target) bool { return v.Kind == TargetSetting })
	check(world("rol_x", Target{TargetAction, AllID}), func(v Target) bool { return v.Kind == TargetAction })
	for target := range names {
		check(world("rol_x", target), func(v Target) bool { return v == target })
	}
}

// An API key or an AI agent without a role has what the default role permits,
// for whomever that role is; so has a user; a principal that is not active has
// nothing.
func TestTwentyWithoutARole(t *testing.T) {
	o := crm(t)
	for _, who := range []ID{"usr_ida", "key_sync", "aia_scout"} {
		wants(t, o, who, op(TargetObjectDestroy, "person"), "", noon, Allowed)
		acc := wants(t, o, who, ActSendEmail.Target(), "", noon, Held)
		if note := acc.Paths[0].Steps[0].Note; note != "has no role, so the default one" {
			t.Errorf("%s: %q", who, note)
		}
		wants(t, o, who, SetWorkspace.Target(), "", noon, None)
	}
	gone := user("gone")
	gone.Status = Inactive
	o = crm(t, gone, gives("usr_gone", "rol_admin", 1), gives("usr_ida", "rol_guest", 1).within("2026-04-01", ""))
	acc := wants(t, o, "usr_gone", op(TargetObjectSee, "person"), "", noon, Denied)
	if acc.Denials[0].Code != ReasonInactive {
		t.Errorf("inactive goes first: %v", acc.Denials)
	}
	wants(t, o, "usr_ida", op(TargetObjectEdit, "person"), "", noon, Allowed) // the role begins in April
	wants(t, o, "usr_ida", op(TargetObjectEdit, "person"), "", noon.AddDate(0, 1, 0), Denied)
	none := orgOf(t, user("ana"), Object{ID: "person", Name: "People"}, Object{ID: ObjectWorkspaceMember, Name: "M", System: true})
	wants(t, none, "usr_ana", op(TargetObjectSee, "person"), "", noon, Denied)
	wants(t, none, "usr_ana", op(TargetObjectSee, ObjectWorkspaceMember), "", noon, Denied)
}

// Acting for a user: the intersection of both roles; a missing role gives
// nothing.
func TestTwentyActingFor(t *testing.T) {
	recs := append(intern(),
		Role{ID: "rol_writer", Name: "Writer", ForAgents: true, ForKeys: true},
		permit("rol_writer", op(TargetObjectSee, AllID), Allowed), permit("rol_writer", op(TargetObjectEdit, AllID), Allowed),
		permit("rol_writer", Target{TargetAction, AllID}, Held), permit("rol_writer", op(TargetObjectEdit, "person"), Denied))
	o := crm(t, append(recs, gives("usr_ida", "rol_intern", 1), gives("aia_scout", "rol_writer", 1))...)
	for _, c := range []struct {
		user, through ID
		target        Target
		want          Level
		says          string
	}{
		{"usr_ida", "aia_scout", op(TargetObjectSee, "person"), Allowed, ""},
		{"usr_ida", "aia_scout", op(TargetObjectEdit, "person"), Denied, "Writer: exception on People denies Edit"},
		{"usr_ida", "aia_scout", op(TargetObjectEdit, "company"), Denied, "Intern: no exception on Companies allows Edit, and the baseline denies it"},
		{"usr_ida", "aia_scout", op(TargetObjectSee, "opportunity"), Denied, "Intern: exception on Opportunities denies See"},
		{"usr_ida", "aia_scout", Target{TargetField, "person/emails"}, SeeField, ""},
		{"usr_ida", "aia_scout", Target{TargetField, "person/address"}, NoField, "Intern: the rule on Address of People says No Access"},
		{"usr_max", "aia_scout", op(TargetObjectEdit, "company"), Allowed, ""}, // max has the default role
		{"usr_max", "aia_scout", ActHTTPRequest.Target(), None, "the action HTTP Request is for AI agents only, and this is a user"},
		{"usr_max", "key_sync", op(TargetObjectSee, "company"), Denied, "sync holds no role, and acting for max a missing role gives nothing"},
		{"usr_ana", "aia_scout", SetBilling.Target(), None, "the setting Billing is for users only, and this is an AI agent"},
		{"usr_ana", "aia_scout", Target{Kind: TargetAccount}, None, "acting for somebody is about what roles permit: objects, fields, settings and actions"},
	} {
		got := o.ActingFor(c.user, c.through, c.target, noon)
		said := c.says == ""
		for _, d := range got.Denials {
			said = said || d.Text == c.says
		}
		if got.Level != c.want || !said || got.Level == None && len(got.Denials) == 0 {
			t.Errorf("%s through %s on %v: %d %v, want %d %q", c.user, c.through, c.target, got.Level, got.Denials, c.want, c.says)
		}
	}
	none := orgOf(t, user("ana"), aia("a", "ana"), Role{ID: "rol_x", Name: "X", ForAgents: true}, gives("aia_a", "rol_x", 1))
	if got := none.ActingFor("usr_ana", "aia_a", op(TargetObjectSee, AllID), noon); got.Level != None || got.Denials[0].Code != ReasonNoRole {
		t.Errorf("a user without any role: %+v", got)
	}
}
