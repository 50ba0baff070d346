package domain

import (
	"slices"
	"testing"
)

func holdingIDs(o *Org) []ID {
	var out []ID
	for row := range o.Holdings(midMarch) {
		out = append(out, row.Record.RecordID())
	}
	return out
}

// PRODUCT 2.2: a value that only restricts is no access and no review item.
func TestHoldingsOfAreas(t *testing.T) {
	const unset = Level(255)
	for _, c := range []struct {
		parent, child Level
		want          []ID
	}{
		{Edit, unset, []ID{"parent"}}, {Edit, Read, []ID{"parent"}}, {Edit, None, []ID{"parent"}},
		{Read, Edit, []ID{"child", "parent"}}, {None, Edit, nil}, {unset, Edit, []ID{"child"}}, {unset, None, nil},
		{Edit, Edit, []ID{"child", "parent"}},
	} {
		w := newAcme(t).users("ana").tree("voice", "voice/numbers")
		if c.parent != unset {
			w.grant(Grant{ID: "parent", Holder: person("ana"), Target: onArea("voice"), Level: c.parent})
		}
		if c.child != unset {
			w.grant(Grant{ID: "child", Holder: person("ana"), Target: onArea("voice/numbers"), Level: c.child})
		}
		if got := holdingIDs(w.org()); !slices.Equal(got, c.want) {
			t.Errorf("parent %d child %d: %v, want %v", c.parent, c.child, got, c.want)
		}
	}
}

// A child that restricts while its parent is set gives access once the
// parent's window is over.
func TestHoldingsLookAhead(t *testing.T) {
	w := newAcme(t).users("ana").tree("voice", "voice/numbers").agents("Bot")
	w.grant(Grant{ID: "parent", Holder: person("ana"), Target: onArea("voice"), Level: Edit, Window: Window{To: "2026-06-30"}})
	w.grant(Grant{ID: "child", Holder: person("ana"), Target: onArea("voice/numbers"), Level: Read})
	w.grant(Grant{ID: "future", Holder: person("ana"), Target: onAgent("Bot"), Level: ViewUse, Window: Window{From: "2027-01-01"}})
	w.grant(Grant{ID: "over", Holder: person("ana"), Target: onAgent("Bot"), Level: ViewUse, Window: Window{To: "2026-03-14"}})
	w.grant(Grant{ID: "dangling", Holder: person("nobody"), Target: onAgent("Bot"), Level: ViewUse})
	if got, want := holdingIDs(w.org()), []ID{"child", "future", "parent", "access-type/Bot"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// The holdings made from an agent, and what lowering each of them changes.
func TestMadeHoldings(t *testing.T) {
	w := newAcme(t).users("ana", "ben")
	w.add(Agent{ID: "open", Name: "Open", AccessType: Organization, Creator: "ana"}, Agent{ID: "shut", Name: "Shut"},
		Principal{ID: "key", Kind: APIKey, Name: "Key", Status: Active, Owner: "ben"},
		Agent{ID: "made", Name: "Made", AccessType: GroupRestricted, Creator: "key"})
	o := w.org()
	want := []ID{"access-type/made", "creator/made", "access-type/open", "creator/open"}
	if got := holdingIDs(o); !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for _, c := range []struct {
		id    ID
		to    Level
		after func(Agent) bool
	}{
		{"access-type/open", Level(GroupRestricted), func(a Agent) bool { return a.AccessType == GroupRestricted && a.Creator == "ana" }},
		{"access-type/open", Level(Private), func(a Agent) bool { return a.AccessType == Private && a.Creator == "ana" }},
		{"creator/open", None, func(a Agent) bool { return a.AccessType == Organization && a.Creator == "" }},
	} {
		cs, err := o.Lower(c.id, c.to)
		if err != nil || len(cs) != 1 || !c.after(cs[0].After.(Agent)) {
			t.Errorf("Lower(%s, %d): %v %v", c.id, c.to, cs, err)
		}
	}
	if got := o.Reaches(grantOf(t, o, "access-type/open"), midMarch); !slices.Equal(got, []ID{"ana", "ben"}) {
		t.Errorf("open to the organisation reaches %v", got)
	}
	if got := o.Subjects(grantOf(t, o, "creator/made"), midMarch); !slices.Equal(got, []ID{"ben", "key"}) {
		t.Errorf("subjects of a key's right are %v", got)
	}
	if got := o.Subjects(grantOf(t, o, "access-type/open"), midMarch); got != nil {
		t.Errorf("what everyone holds has the subjects %v", got)
	}
}

func grantOf(t *testing.T, o *Org, id ID) Grant {
	t.Helper()
	row, ok := o.Holding(id)
	if !ok {
		t.Fatalf("no holding %s", id)
	}
	return row.Record.(Grant)
}

func TestLowerRefuses(t *testing.T) {
	w := newAcme(t).users("ana").agents("Bot").tree("voice")
	edit := w.give(person("ana"), TargetAgent, "Bot", EditAgent)
	area := w.give(person("ana"), TargetArea, "voice", Edit)
	o := w.org()
	for _, c := range []struct {
		id   ID
		to   Level
		code Code
	}{{edit, EditAgent, Invalid}, {edit, 3, Invalid}, {"gnt_gone", None, NotFound}, {"creator/Bot", None, NotFound},
		{"access-type/gone", None, NotFound}} {
		if _, err := o.Lower(c.id, c.to); err == nil || CodeOf(err) != c.code {
			t.Errorf("Lower(%s, %d): %v", c.id, c.to, err)
		}
	}
	if cs, _ := o.Lower(edit, None); len(cs) != 1 || cs[0].After != nil {
		t.Errorf("a revoked grant ends: %v", cs)
	}
	if cs, _ := o.Lower(edit, ViewUse); len(cs) != 1 || cs[0].After.(Grant).Level != ViewUse {
		t.Errorf("a reduced grant is replaced: %v", cs)
	}
	// PRODUCT 2.2: revoking an area stores None at its scope.
	if cs, _ := o.Lower(area, None); len(cs) != 1 || cs[0].After == nil || cs[0].After.(Grant).Level != None {
		t.Errorf("a revoked area is set to None: %v", cs)
	}
}

// Each way by which access stays, named by what gives it.
func TestRemainsByEveryWay(t *testing.T) {
	horizon := midMarch.AddDate(0, 6, 0)
	for name, c := range map[string]struct {
		more func(*acme)
		want Level
		at   string // "" for now
	}{
		"nothing":           {func(*acme) {}, None, ""},
		"a group":           {func(w *acme) { w.join("Team", "ana"); w.give(team("Team"), TargetAgent, "Bot", ViewUse) }, ViewUse, ""},
		"a group below":     {func(w *acme) { w.join("Sub", "ana"); w.give(team("Team"), TargetAgent, "Bot", ViewUse) }, ViewUse, ""},
		"another grant":     {func(w *acme) { w.give(person("ana"), TargetAgent, "Bot", EditAgent) }, ViewUse, ""},
		"an admin's reach":  {func(w *acme) { w.give(person("ana"), TargetAgentRole, "", Level(AgentAdmin)) }, EditAgent, ""},
		"a future window":   {func(w *acme) { futureMembership(w) }, ViewUse, "2026-04-01T00:00:00Z"},
		"beyond horizon":    {func(w *acme) { lateMembership(w) }, None, ""},
		"a role":            {func(w *acme) { roleWith(w) }, ViewUse, ""},
		"a manager's grant": {func(w *acme) { managerWith(w) }, EditAgent, ""},
	} {
		w := newAcme(t).users("ana").groups("Team").agents("Bot")
		w.add(Group{ID: "Sub", Name: "Sub", Parent: "Team"})
		own := w.grant(Grant{ID: "own", Holder: person("ana"), Target: onAgent("Bot"), Level: ViewUse})
		c.more(w)
		left := w.org().Remains(own, None, midMarch, horizon)
		if c.want == None {
			if len(left) != 0 {
				t.Errorf("%s: %+v", name, left)
			}
			continue
		}
		at := midMarch
		if c.at != "" {
			at = atTime(t, c.at)
		}
		if len(left) != 1 || left[0].Level != c.want || !left[0].At.Equal(at) || left[0].Principal != "ana" || len(left[0].Paths) == 0 {
			t.Errorf("%s: %+v", name, left)
		}
	}
}

func futureMembership(w *acme) {
	w.grant(Grant{Holder: person("ana"), Target: Target{TargetGroup, "Team"}, Level: Member, Window: Window{From: "2026-04-01"}})
	w.give(team("Team"), TargetAgent, "Bot", ViewUse)
}

func lateMembership(w *acme) {
	w.grant(Grant{Holder: person("ana"), Target: Target{TargetGroup, "Team"}, Level: Member, Window: Window{From: "2027-04-01"}})
	w.give(team("Team"), TargetAgent, "Bot", ViewUse)
}

func roleWith(w *acme) {
	w.add(Role{ID: "Staff", Name: "Staff", Default: true})
	w.give(Holder{HolderRole, "Staff"}, TargetAgent, "Bot", ViewUse)
}

func managerWith(w *acme) {
	w.give(person("ana"), TargetAgentRole, "", Level(AgentManager))
	w.give(person("ana"), TargetAgent, "Bot", EditAgent)
}

// An agent opened to the organisation stays open to users; a membership stays
// by a group below; a broader area stays by another holder, and shows below.
func TestRemainsOfOtherKinds(t *testing.T) {
	w := newAcme(t).users("ana").groups("Team").tree("voice", "voice/numbers")
	w.add(Agent{ID: "Bot", Name: "Bot", AccessType: Organization}, Group{ID: "Sub", Name: "Sub", Parent: "Team"},
		Principal{ID: "key", Kind: APIKey, Name: "Key", Status: Active})
	user := w.give(person("ana"), TargetAgent, "Bot", ViewUse)
	machine := w.give(person("key"), TargetAgent, "Bot", ViewUse)
	member := w.give(person("ana"), TargetGroup, "Team", Member)
	w.join("Sub", "ana")
	area := w.give(person("ana"), TargetArea, "voice", Edit)
	w.give(team("Team"), TargetArea, "voice/numbers", Read)
	o := w.org()
	for _, c := range []struct {
		id   ID
		want []Target
	}{{user, []Target{onAgent("Bot")}}, {machine, nil}, {member, []Target{{TargetGroup, "Team"}}},
		{area, []Target{onArea("voice/numbers")}}} {
		var got []Target
		for _, r := range o.Remains(c.id, None, midMarch, midMarch) {
			got = append(got, r.Target)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s leaves %v, want %v", c.id, got, c.want)
		}
	}
}
