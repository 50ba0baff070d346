package domain

import (
	"testing"
)

// What a new organisation begins with is nothing yet; anything more is.
func TestJustFounded(t *testing.T) {
	give := func(id, who ID, t Target, l Level) Grant {
		return Grant{ID: id, Holder: Holder{HolderPrincipal, who}, Target: t, Level: l}
	}
	duty := func(d Duty) Target { return Target{TargetDuty, ID(d.String())} }
	base := []Record{
		Setting{ID: SettingName, Value: "Acme"}, Area{ID: "voice", Name: "Voice"}, Object{ID: "person", Name: "People"},
		Role{ID: "rol_a", Name: "Admin", Admin: true, ForUsers: true}, Role{ID: "rol_m", Name: "Member", Default: true, ForUsers: true},
		Grant{ID: "gnt_0", Holder: Holder{HolderRole, "rol_m"}, Target: Target{TargetObjectSee, AllID}, Level: Allowed},
		Principal{ID: "usr_1", Name: "Ana", Email: "a@x.example", Status: Active}, Principal{ID: "usr_2", Name: "Bo", Email: "b@x.example", Status: Active},
		give("gnt_1", "usr_1", Target{Kind: TargetAccount}, Level(AccountAdmin)), give("gnt_2", "usr_1", Target{TargetRole, "rol_a"}, Held),
		give("gnt_3", "usr_2", duty(DutyChecker), Held), Binding{ID: "uid:1", Principal: "usr_1"},
	}
	for name, c := range map[string]struct {
		more Record
		want bool
	}{
		"as it was founded":        {nil, true},
		"a third founder's duty":   {give("gnt_9", "usr_2", duty(DutyAuditor), Held), true},
		"somebody without a duty":  {Principal{ID: "usr_3", Name: "Cy", Email: "c@x.example", Status: Active}, false},
		"a founder who left":       {Principal{ID: "usr_3", Name: "Cy", Email: "c@x.example", Status: Inactive}, false},
		"a key":                    {Principal{ID: "key_1", Kind: APIKey, Name: "K", Status: Active}, false},
		"a group":                  {Group{ID: "grp_1", Name: "G"}, false},
		"an agent":                 {Agent{ID: "agt_1", Name: "A"}, false},
		"a data source":            {Source{ID: "src_1", Name: "S"}, false},
		"a level on an area":       {give("gnt_9", "usr_1", Target{TargetArea, "voice"}, Read), false},
		"a role's level on one":    {Grant{ID: "gnt_9", Holder: Holder{HolderRole, "rol_m"}, Target: Target{TargetArea, "voice"}, Level: Read}, false},
		"an external group":        {ExternalGroup{ID: "okta/1", Source: "okta", External: "1"}, false},
		"a separation of duties":   {SoDRule{ID: "sod_1", Name: "R"}, false},
		"another role, held by no": {Role{ID: "rol_x", Name: "X", ForUsers: true}, true},
	} {
		records := base
		if c.more != nil {
			records = append(records[:len(records):len(records)], c.more)
		}
		o, err := NewOrg(1, func(yield func(Row, error) bool) {
			for _, r := range records {
				if !yield(Row{Record: r}, nil) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := o.JustFounded(noon); got != c.want {
			t.Errorf("%s: just founded %v, want %v", name, got, c.want)
		}
	}
}

// A new object opens to everybody whose role says so of all objects: that is a
// gain everybody shares, so a checker may approve it; what one role alone is given
// on it is not.
func TestANewObjectIsASharedGain(t *testing.T) {
	role := func(id ID, name string, def bool) Role { return Role{ID: id, Name: name, Default: def, ForUsers: true} }
	see := func(id, role ID) Grant {
		return Grant{ID: id, Holder: Holder{HolderRole, role}, Target: Target{TargetObjectSee, AllID}, Level: Allowed}
	}
	user := func(id ID) Principal {
		return Principal{ID: id, Name: string(id), Email: string(id) + "@x.example", Status: Active}
	}
	hold := func(id, who ID, k TargetKind, target ID) Grant {
		return Grant{ID: id, Holder: Holder{HolderPrincipal, who}, Target: Target{k, target}, Level: Held}
	}
	o, err := NewOrg(1, func(yield func(Row, error) bool) {
		for _, r := range []Record{role("rol_m", "Member", true), role("rol_x", "Extra", false), see("gnt_1", "rol_m"), see("gnt_2", "rol_x"),
			user("usr_1"), user("usr_2"), user("usr_3"), hold("gnt_3", "usr_1", TargetDuty, "admin"), hold("gnt_4", "usr_2", TargetDuty, "checker"),
			hold("gnt_5", "usr_2", TargetRole, "rol_x")} {
			if !yield(Row{Record: r}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	judge := func(changes ...Change) (Verdict, error) {
		cs := ChangeSet{Title: "t", Reason: "r", Maker: "usr_1", Changes: changes}
		v := o.Policy().Judge(o, cs, Actor{Principal: "usr_1"}, noon)
		_, err := o.Policy().MayApprove(o, cs, v, Actor{Principal: "usr_2"}, noon)
		return v, err
	}
	gadgets := Begin(Object{ID: "gadget", Name: "Gadgets"})
	if v, err := judge(gadgets); err != nil || v.Need != CheckerApproval || !v.SharedGain("usr_2") {
		t.Errorf("%v, need %s, shared %v", err, v.Need, v.SharedGain("usr_2"))
	}
	edit := Begin(Grant{ID: "gnt_9", Holder: Holder{HolderRole, "rol_x"}, Target: Target{TargetObjectEdit, "gadget"}, Level: Allowed})
	if _, err := judge(gadgets, edit); err == nil {
		t.Error("a checker approves what their own role alone gains on a new object")
	}

	// What most people have is still one role's gain, unless it is the default.
	crowd, _, err := o.With(ChangeSet{Changes: []Change{Begin(hold("gnt_6", "usr_3", TargetRole, "rol_x"))}}, noon)
	if err != nil {
		t.Fatal(err)
	}
	o = crowd
	if _, err := judge(gadgets); err != nil {
		t.Errorf("a new object is everybody's gain: %v", err)
	}
	if _, err := judge(gadgets, edit); err == nil {
		t.Error("a checker approves what their widely held role gains on a new object")
	}
	everywhere := Begin(Grant{ID: "gnt_9", Holder: Holder{HolderRole, "rol_x"}, Target: Target{TargetObjectEdit, AllID}, Level: Allowed})
	if _, err := judge(everywhere); err == nil {
		t.Error("a checker approves what their widely held role gains")
	}
}
