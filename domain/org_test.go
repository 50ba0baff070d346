package domain

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestFold(t *testing.T) {
	for _, same := range [][]string{{"Ana", "ANA", "ana"}, {"STRASSE", "straße", "Strasse"}, {"é", "e\u0301", "É"},
		{"Σίσυφος", "ΣΊΣΥΦΟΣ"}, {"ﬁn", "FIN"}, {"", ""}} {
		for _, s := range same {
			if Fold(s) != Fold(same[0]) || Fold(Fold(s)) != Fold(s) {
				t.Errorf("%q folds to %q, %q to %q", s, Fold(s), same[0], Fold(same[0]))
			}
		}
	}
	if Fold("ana") == Fold("anä") || Fold("a b") == Fold("ab") {
		t.Error("different names fold to one")
	}
}

func TestNewOrgRefuses(t *testing.T) {
	ana := Principal{ID: "ana", Name: "Ana"}
	for name, c := range map[string]struct {
		rows []Row
		code Code
	}{
		"twice":  {[]Row{{ana, 1}, {ana, 2}}, Internal},
		"no id":  {[]Row{{Principal{Name: "Nobody"}, 1}}, Invalid},
		"no row": {[]Row{{}}, Internal},
	} {
		if o, err := NewOrg(1, rowsIn(c.rows)); err == nil || o != nil || CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := errors.New("the disk is gone")
	if _, err := NewOrg(1, func(yield func(Row, error) bool) { yield(Row{}, broken) }); !errors.Is(err, broken) {
		t.Errorf("the iterator's error is lost: %v", err)
	}
	// The same id may name things of different kinds.
	if _, err := NewOrg(1, rowsIn([]Row{{ana, 1}, {Group{ID: "ana", Name: "Ana"}, 1}})); err != nil {
		t.Error(err)
	}
}

// A chain as deep as the model allows, and deeper; cut in the middle by an
// archived group.
func TestDeepGroups(t *testing.T) {
	const deep = 40
	w := newAcme(t).users("ana").agents("Bot")
	for i := range deep {
		g := Group{ID: groupID(i), Name: fmt.Sprint(i)}
		if i > 0 {
			g.Parent = groupID(i - 1)
		}
		w.add(g)
	}
	w.join(groupID(deep-1), "ana").give(team(groupID(0)), TargetAgent, "Bot", ViewUse)
	o := w.org()
	acc := wants(t, o, "ana", onAgent("Bot"), "", midMarch, ViewUse)
	if n := len(acc.Paths[0].Steps); n != deep+1 {
		t.Errorf("the path has %d steps", n)
	}
	if got := o.GroupsOf("ana", midMarch); len(got) != deep {
		t.Errorf("%d groups reach ana", len(got))
	}
	g, _ := o.Group(groupID(20))
	shut := g
	shut.Life = Archived
	cut, err := o.Advance(2, []Change{Replace(g, shut)})
	if err != nil {
		t.Fatal(err)
	}
	acc = wants(t, cut, "ana", onAgent("Bot"), "", midMarch, None)
	if acc.Denials[0].Code != ReasonArchived {
		t.Errorf("%v", acc.Denials)
	}
	if got := cut.GroupsOf("ana", midMarch); len(got) != deep-21 {
		t.Errorf("%d groups reach ana past the archived one", len(got))
	}
	if all, _ := cut.MembersOf(groupID(20), midMarch); len(all) != 0 {
		t.Errorf("an archived group reaches %v below it", all)
	}
}

// Cycles are cut at the smallest id, whatever order the rows come in.
func TestCyclesAreCut(t *testing.T) {
	rows := []Row{{Group{ID: "c", Name: "c", Parent: "b"}, 1}, {Group{ID: "b", Name: "b", Parent: "a"}, 2},
		{Group{ID: "a", Name: "a", Parent: "c"}, 3}, {Group{ID: "self", Name: "self", Parent: "self"}, 4},
		{Group{ID: "hung", Name: "hung", Parent: "b"}, 5}, {Group{ID: "lost", Name: "lost", Parent: "gone"}, 6}}
	for range len(rows) {
		rows = append(rows[1:], rows[0])
		o, err := NewOrg(1, rowsIn(rows))
		if err != nil {
			t.Fatal(err)
		}
		for id, want := range map[ID][]ID{"": {"a", "lost", "self"}, "a": {"b"}, "b": {"c", "hung"}, "c": nil, "self": nil} {
			if got := o.Subgroups(id); !slices.Equal(got, want) {
				t.Errorf("below %q are %v, want %v", id, got, want)
			}
		}
	}
}

func TestFind(t *testing.T) {
	w := newAcme(t)
	w.add(Principal{ID: "usr_1", Name: "Ana Lima", Email: "Ana@Acme.example", External: "00u1", Status: Active},
		Principal{ID: "usr_2", Name: "Ben Oslo", Email: "ben@acme.example"}, Principal{ID: "usr_3", Name: "ben oslo"},
		Group{ID: "grp_1", Name: "Straße"}, Agent{ID: "agt_1", Name: "Bot", External: "x9"}, Source{ID: "src_1", Name: "Wiki"},
		Role{ID: "rol_1", Name: "Member"},
		Area{ID: "deployments", Name: "Deployments"}, Area{ID: "deployments/a-b-testing", Name: "A/B testing", Parent: "deployments", Order: 1},
		Area{ID: "voice", Name: "Voice", Order: 2}, Area{ID: "voice/agent", Name: "Agent", Parent: "voice", Order: 3},
		Area{ID: "build", Name: "Build", Order: 4}, Area{ID: "build/agent", Name: "Agent", Parent: "build", Order: 5})
	o := w.org()
	for ref, want := range map[string]string{"usr_1": "usr_1", " ANA@acme.EXAMPLE ": "usr_1", "00U1": "usr_1", "ana lima": "usr_1",
		"Ben Oslo": "conflict", "nobody": "not found", "": "not found", "ben@acme.example": "usr_2"} {
		p, err := o.FindPrincipal(ref)
		checkFound(t, ref, string(p.ID), err, want)
	}
	g, err := o.FindGroup("STRASSE")
	checkFound(t, "STRASSE", string(g.ID), err, "grp_1")
	a, err := o.FindAgent("X9")
	checkFound(t, "X9", string(a.ID), err, "agt_1")
	s, err := o.FindSource("wiki")
	checkFound(t, "wiki", string(s.ID), err, "src_1")
	r, err := o.FindRole("member")
	checkFound(t, "member", string(r.ID), err, "rol_1")
	for ref, want := range map[string]string{"voice/agent": "voice/agent", "Voice > Agent": "voice/agent", "VOICE/AGENT": "voice/agent",
		"Voice › Agent": "voice/agent", "Agent": "conflict", "A/B testing": "deployments/a-b-testing",
		"Deployments > A/B testing": "deployments/a-b-testing", "Voice": "voice", "Voice/Nothing": "not found", "": "not found"} {
		n, err := o.FindArea(ref)
		checkFound(t, ref, string(n.ID), err, want)
	}
	if got := o.Name(KindArea, "voice/agent"); got != "Voice › Agent" {
		t.Errorf("the area is called %q", got)
	}
	if got := o.Name(KindGroup, "grp_9"); got != "grp_9" {
		t.Errorf("a group that is not there is called %q", got)
	}
}

func checkFound(t *testing.T, ref, id string, err error, want string) {
	t.Helper()
	got := id
	if err != nil {
		got = CodeOf(err).String()
	}
	if got != want {
		t.Errorf("%q finds %q (%v), want %q", ref, got, err, want)
	}
}

func TestAdvanceRefuses(t *testing.T) {
	w := newAcme(t).users("ana")
	o := w.org()
	ana, _ := o.Principal("ana")
	for name, c := range map[string]struct {
		c    Change
		code Code
	}{
		"begins what is there":     {Begin(ana), Conflict},
		"ends what is not there":   {End(Principal{ID: "ben"}), Conflict},
		"replaces what is gone":    {Replace(Group{ID: "g"}, Group{ID: "g", Name: "G"}), Conflict},
		"changes nothing":          {Change{}, Internal},
		"turns one into another":   {Replace(ana, Principal{ID: "ben"}), Internal},
		"turns a kind to another":  {Replace(ana, Group{ID: "ana"}), Internal},
		"begins without an id":     {Begin(Group{Name: "G"}), Invalid},
		"begins with a blank kind": {Begin(Principal{}), Invalid},
	} {
		if n, err := o.Advance(9, []Change{c.c}); err == nil || n != nil || CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Rows keep the event that began them; a replaced row begins anew.
func TestSince(t *testing.T) {
	w := newAcme(t).users("ana", "ben")
	o := w.org()
	ana, _ := o.Principal("ana")
	moved := ana
	moved.Title = "Lead"
	n, err := o.Advance(50, []Change{Replace(ana, moved)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		o    *Org
		id   ID
		want Seq
	}{{o, "ana", 1}, {o, "ben", 2}, {n, "ana", 50}, {n, "ben", 2}} {
		if row, ok := c.o.Get(KindPrincipal, c.id); !ok || row.Since != c.want {
			t.Errorf("%s began at %d, want %d", c.id, row.Since, c.want)
		}
	}
	if n.Key() != 50 || o.Key() == 50 {
		t.Errorf("keys %d and %d", n.Key(), o.Key())
	}
}

// Thousands of changes, one event each and all in one, come to the same; the
// numbers and finders of an organisation that long advanced still hold.
func TestLongAdvance(t *testing.T) {
	const n = 2*overlayMax + 300
	o := newAcme(t).users("ana").groups("Team").agents("Bot").org()
	var all []Change
	step := o
	for i := range n {
		p := Principal{ID: userID(i), Kind: User, Name: fmt.Sprintf("New %d", i), Email: fmt.Sprintf("n%d@acme.example", i), Status: Active}
		m := Grant{ID: ID(fmt.Sprintf("gnt_m%05d", n-i)), Holder: person(p.ID), Target: Target{TargetGroup, "Team"}, Level: Member}
		cs := []Change{Begin(p), Begin(m)}
		all = append(all, cs...)
		var err error
		if step, err = step.Advance(Seq(100+i), cs); err != nil {
			t.Fatal(err)
		}
	}
	once, err := o.Advance(Seq(100+n-1), all)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []*Org{step, once} {
		members, _ := got.MembersOf("Team", midMarch)
		if len(members) != n || got.Count(KindPrincipal) != n+1 || !slices.IsSorted(members) {
			t.Errorf("%d members, %d people", len(members), got.Count(KindPrincipal))
		}
		for _, i := range []int{0, overlayMax, n - 1} {
			p, err := got.FindPrincipal(fmt.Sprintf("N%d@ACME.example", i))
			if err != nil || p.ID != userID(i) {
				t.Errorf("number %d: %v %v", i, p, err)
			}
		}
		ids := []ID{}
		for row := range got.All(KindGrant) {
			ids = append(ids, row.Record.RecordID())
		}
		if len(ids) != n || !slices.IsSorted(ids) {
			t.Error("the grants are not all there in order")
		}
	}
}

// An organisation that moves to another zone reads its dates anew.
func TestZoneMovesWindows(t *testing.T) {
	w := newAcme(t).users("ana").agents("Bot")
	w.grant(Grant{Holder: person("ana"), Target: onAgent("Bot"), Level: ViewUse, Window: Window{To: "2026-03-14"}})
	o := w.org()
	tokyo, err := o.Advance(2, []Change{Begin(Setting{SettingZone, "Asia/Tokyo"})})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 14, 16, 0, 0, 0, time.UTC) // the 15th in Tokyo
	wants(t, o, "ana", onAgent("Bot"), "", at, ViewUse)
	wants(t, tokyo, "ana", onAgent("Bot"), "", at, None)
	if tokyo.Zone().String() != "Asia/Tokyo" || o.Zone() != time.UTC {
		t.Error("the zones are not as set")
	}
}

func TestStanding(t *testing.T) {
	w := newAcme(t).users("ana", "ben", "cas").groups("Team")
	w.add(Role{ID: "rol_a", Name: "Admin", Admin: true}, Role{ID: "rol_m", Name: "Member", Default: true},
		Principal{ID: "key", Kind: APIKey, Name: "Key", Status: Active}, Principal{ID: "out", Kind: User, Name: "Out", Manager: "ana"})
	for _, p := range []ID{"ana", "key", "out"} {
		w.give(person(p), TargetAccount, "", Level(AccountAdmin))
		w.give(person(p), TargetDuty, "checker", Held)
		w.give(person(p), TargetGroup, "Team", Manager)
	}
	w.give(person("ana"), TargetRole, "rol_a", Held)
	w.grant(Grant{Holder: person("ben"), Target: Target{Kind: TargetAgentRole}, Level: Level(AgentAdmin), Window: Window{To: "2026-03-15"}})
	o := w.org()
	ids := func(ps []Principal) (out []ID) {
		for _, p := range ps {
			out = append(out, p.ID)
		}
		return out
	}
	if got := ids(o.AccountAdmins(midMarch)); !slices.Equal(got, []ID{"ana"}) {
		t.Errorf("account admins are active users: %v", got)
	}
	if got := ids(o.WithDuty(DutyChecker, midMarch)); !slices.Equal(got, []ID{"ana", "key"}) {
		t.Errorf("checkers %v", got)
	}
	if got := ids(o.GroupManagers("Team", midMarch)); !slices.Equal(got, []ID{"ana", "key"}) {
		t.Errorf("managers %v", got)
	}
	if a, _ := o.RoleOf("ana", midMarch); a.ID != "rol_a" {
		t.Errorf("ana has %v", a)
	}
	if b, _ := o.RoleOf("ben", midMarch); b.ID != "rol_m" {
		t.Errorf("who has no role has the default one, not %v", b)
	}
	if o.AgentRole("ben", midMarch) != AgentAdmin || o.AgentRole("ben", midMarch.AddDate(0, 0, 1)) != AgentUser {
		t.Error("the agent role's window")
	}
	if o.AccountRole("out", midMarch) != AccountAdmin || !o.HasDuty("out", DutyChecker, midMarch) || o.HasDuty("ana", DutyAuditor, midMarch) {
		t.Error("what is held, whatever the status")
	}
	if got := o.Reports("ana"); !slices.Equal(got, []ID{"out"}) {
		t.Errorf("reports %v", got)
	}
}
