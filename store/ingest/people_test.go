package ingest

import (
	"reflect"
	"strings"
	"testing"

	"countersign/domain"
)

// Seed: Twig, agent permissions, bulk user assignment: "Name, Email, Group".
func TestSeedUserFile(t *testing.T) {
	m := newMemory(
		domain.Group{ID: "grp_1", Name: "Sales Team"},
		domain.Group{ID: "grp_2", Name: "Support Team"})
	p := m.load(t, People, "Name,Email,Group\nAda Lovelace,ada@x.example,Sales Team\nBo Diddley,bo@x.example,support team\nCy Young,cy@x.example,\n", m.options())
	if p.People.Joined != 3 || p.Report.Added != 3 {
		t.Errorf("%+v", p.People)
	}
	for email, want := range map[string]string{"ada@x.example": "Sales Team", "bo@x.example": "Support Team", "cy@x.example": ""} {
		if got := m.groupsOf(t, email); got != want {
			t.Errorf("%s is in %q, want %q", email, got, want)
		}
	}
	ada := m.person(t, "ada@x.example")
	if ada.Status != domain.Active || ada.Origin.Source != "hr" || ada.Origin.File != p.Set.Source.SHA256 || len(ada.Origin.File) != 64 {
		t.Errorf("%+v", ada)
	}
	if p.Set.Source.Rows != 3 || p.Set.Source.Name != "file.csv" || p.Set.Source.Source != "hr" {
		t.Errorf("%+v", p.Set.Source)
	}
}

// PRODUCT 9.3: email,name,role,groups with ; or | between groups; both
// vocabularies of the role.
func TestRolesAndGroupsFile(t *testing.T) {
	m := newMemory(domain.Group{ID: "grp_1", Name: "Sales"}, domain.Group{ID: "grp_2", Name: "Support"}, domain.Group{ID: "grp_3", Name: "Ops"})
	m.load(t, People, "email,name,role,groups\na@x.example,Ann,ReadOnly,Sales;Support\nb@x.example,Ben,Configure,Ops|Sales\nc@x.example,Cy,Super Admin,\nd@x.example,Di,,Ops\n", m.options())
	roles := map[string]string{}
	for _, g := range m.grants() {
		if g.Target.Kind == domain.TargetAgentRole {
			roles[m.rows[domain.KindPrincipal][g.Holder.ID].(domain.Principal).Email] = g.Ladder().Word(g.Level)
		}
	}
	if want := map[string]string{"b@x.example": "Manager", "c@x.example": "Super Admin"}; !reflect.DeepEqual(roles, want) {
		t.Errorf("agent roles %v, want %v: the bottom rung is not stored", roles, want)
	}
	if got := m.groupsOf(t, "a@x.example"); got != "Sales, Support" {
		t.Errorf("Ann is in %s", got)
	}
	// Roles and memberships follow the file.
	p := m.load(t, People, "email,name,role,groups\nb@x.example,Ben,User,Sales\nc@x.example,Cy,Admin,Support\n", m.options())
	if got := m.groupsOf(t, "b@x.example"); got != "Sales" {
		t.Errorf("Ben is in %s", got)
	}
	if got := p.People.String(); got != "0 joined, 2 moved, 0 left, 0 returned, 0 changed otherwise, 0 the same" {
		t.Error(got)
	}
	for _, want := range []string{"Ben moved: leaves Ops; agent role Manager → User", "Cy moved: joins Support; agent role Super Admin → Admin"} {
		if !strings.Contains(linesOf(p), want) {
			t.Errorf("the preview does not say %q:\n%s", want, linesOf(p))
		}
	}
}

func TestPeopleErrors(t *testing.T) {
	m := newMemory(
		domain.Group{ID: "grp_1", Name: "Sales Team"}, domain.Group{ID: "grp_2", Name: "Old", Life: domain.Archived},
		domain.Principal{ID: "usr_p", Name: "Pat Smith", Email: "pat1@x.example", Status: domain.Active},
		domain.Principal{ID: "usr_q", Name: "Pat Smith", Email: "pat2@x.example", Status: domain.Active},
		domain.Principal{ID: "key_1", Kind: domain.APIKey, Name: "Robot", Status: domain.Active},
		domain.Principal{ID: "usr_r", Name: "Rae", Email: "rae@x.example", External: "7", Status: domain.Active, Origin: domain.Origin{Source: "hr"}})
	head := "name,email,group,manager,status,employment,account role,role,id\n"
	for _, c := range []struct{ name, rows, want string }{
		{"no e-mail", "Ann,,,,,,,,\n", "line 2, column email: the e-mail is missing"},
		{"no address", "Ann,ann at x,,,,,,,\n", "line 2, column email: “ann at x” is not an e-mail address; write it as name@company.example"},
		{"address with a space", "Ann,an n@x.example,,,,,,,\n", "line 2, column email: “an n@x.example” is not an e-mail address: it holds a space or a character that does not print"},
		{"host", "Ann,ann@.example,,,,,,,\n", "line 2, column email: “ann@.example” is not an e-mail address; write it as name@company.example"},
		{"long", "Ann," + strings.Repeat("a", 320) + "@x.example,,,,,,,\n", "line 2, column email: “" + strings.Repeat("a", 40) + "…” is longer than an e-mail address can be"},
		{"no name", " ,ann@x.example,,,,,,,\n", "line 2, column name: the name is missing"},
		{"unknown group", "Ann,ann@x.example,Slaes Team,,,,,,\n", "line 2, column group: “Slaes Team” is no group here; did you mean “Sales Team”?"},
		{"archived group", "Ann,ann@x.example,Old,,,,,,\n", "line 2, column group: “Old” is an archived group; bring it back first, or leave it out"},
		{"unknown manager", "Ann,ann@x.example,,Nobody,,,,,\n", "line 2, column manager: “Nobody” is nobody's e-mail, id or name, in this file or here"},
		{"ambiguous manager", "Ann,ann@x.example,,pat smith,,,,,\n", "line 2, column manager: “pat smith” could be any of 2 people (pat1@x.example, pat2@x.example); name the manager by e-mail or id"},
		{"a key is no manager", "Ann,ann@x.example,,Robot,,,,,\n", "line 2, column manager: “Robot” is nobody's e-mail, id or name, in this file or here"},
		{"own manager", "Ann,ann@x.example,,ANN@x.example,,,,,\n", "line 2, column manager: “ANN@x.example” is the person themselves; leave the manager empty at the top"},
		{"status", "Ann,ann@x.example,,,retired,,,,\n", "line 2, column status: “retired” is not a status; use one of: inactive, invited, lapsed, active"},
		{"employment", "Ann,ann@x.example,,,,boss,,,\n", "line 2, column employment: “boss” is not an employment type; use one of: employee, contractor, external"},
		{"account role", "Ann,ann@x.example,,,,,owner,,\n", "line 2, column account role: “owner” is not an account role; use one of: member, admin"},
		{"agent role", "Ann,ann@x.example,,,,,,Technician,\n", "line 2, column role: “Technician” is not an agent role; use one of: user, manager, admin, super-admin"},
		{"id and e-mail disagree", "Ann,pat1@x.example,,,,,,,7\n", "line 2, column email: “pat1@x.example” belongs to Pat Smith, but the id 7 to Rae"},
		{"e-mail of another id", "Ann,rae@x.example,,,,,,,8\n", "line 2, column email: “rae@x.example” belongs to Rae with the id 7; one address is one person"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := m.plan(t, People, head+c.rows, m.options())
			if got := errorsOf(p); len(got) != 1 || got[0] != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			if len(p.Set.Changes) != 0 {
				t.Errorf("an error row changes %v", p.Set.Changes)
			}
		})
	}
}

func TestTwinsAreErrorsNeverAMerge(t *testing.T) {
	m := newMemory()
	p := m.plan(t, People, "name,email,id\nAnn,ann@x.example,1\nAnne,ANN@x.example,2\nBen,straße@x.example,3\nBen,STRASSE@X.example,4\nCy,cy@x.example,5\nDi,di@x.example,5\nEd,ed@x.example,6\n", m.options())
	want := []string{
		"line 2, column email: “ann@x.example” stands on lines 2 and 3; a person has one row, with several groups in one field, ; between them",
		"line 3, column email: “ANN@x.example” stands on lines 2 and 3; a person has one row, with several groups in one field, ; between them",
		"line 4, column email: “straße@x.example” stands on lines 4 and 5; a person has one row, with several groups in one field, ; between them",
		"line 5, column email: “STRASSE@X.example” stands on lines 4 and 5; a person has one row, with several groups in one field, ; between them",
		"line 6, column id: “5” stands on lines 6 and 7; a person has one row, with several groups in one field, ; between them",
		"line 7, column id: “5” stands on lines 6 and 7; a person has one row, with several groups in one field, ; between them",
	}
	if got := errorsOf(p); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	m.apply(t, p)
	if n := len(m.people()); n != 1 {
		t.Errorf("%d people, want only Ed", n)
	}
}

// One row by the id, another by the e-mail that person had so far.
func TestTwoRowsForOnePersonHere(t *testing.T) {
	m := newMemory()
	m.load(t, People, "name,email,id\nAnn,ann@x.example,1\n", m.options())
	p := m.plan(t, People, "name,email,id\nAnn,new@x.example,1\nAnn,ann@x.example,\n", m.options())
	if len(p.Report.Errors) != 2 || len(p.Set.Changes) != 0 {
		t.Errorf("errors %q, changes %v", errorsOf(p), p.Set.Changes)
	}
}

func TestManagersAreFound(t *testing.T) {
	for _, c := range []struct{ name, ref, want string }{
		{"by e-mail in the file", "BOSS@x.example", "boss@x.example"},
		{"by id in the file", "B-1", "boss@x.example"},
		{"by name in the file", "grete  boss", "boss@x.example"},
		{"by e-mail here", "old@x.example", "old@x.example"},
		{"by id here", "usr_old", "old@x.example"},
		{"by id in the source here", "O-9", "old@x.example"},
		{"by name here", "Otto Old", "old@x.example"},
		{"the file's name goes before one here", "Sam Same", "sam@x.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMemory(
				domain.Principal{ID: "usr_old", Name: "Otto Old", Email: "old@x.example", External: "O-9", Status: domain.Active},
				domain.Principal{ID: "usr_sam", Name: "Sam Same", Email: "gone@x.example", Status: domain.Inactive})
			m.load(t, People, "name,email,id,manager\nAnn,ann@x.example,A-1,"+c.ref+"\nGrete Boss,boss@x.example,B-1,\nSam Same,sam@x.example,S-1,\n", m.options())
			if got := m.person(t, "ann@x.example").Manager; got != m.person(t, c.want).ID {
				t.Errorf("the manager is %s, want %s", got, c.want)
			}
		})
	}
}

// A new manager whose own row is an error takes the new people below along,
// not those whose manager is here already.
func TestErrorsOfManagersGoDown(t *testing.T) {
	m := newMemory(domain.Principal{ID: "usr_h", Name: "Hera", Email: "hera@x.example", Status: domain.Active})
	p := m.plan(t, People, "name,email,manager,status\nAnn,ann@x.example,Ben,\nBen,ben@x.example,Cy,\nCy,cy@x.example,,wrong\nDi,di@x.example,Hera,\nHera,hera@x.example,,wrong\n", m.options())
	want := []string{
		"line 2, column manager: “Ben” has an error in line 3, so this person would be without manager; mend that row first",
		"line 3, column manager: “Cy” has an error in line 4, so this person would be without manager; mend that row first",
		"line 4, column status: “wrong” is not a status; use one of: inactive, invited, lapsed, active",
		"line 6, column status: “wrong” is not a status; use one of: inactive, invited, lapsed, active",
	}
	if got := errorsOf(p); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	m.apply(t, p)
	if m.person(t, "di@x.example").Manager != "usr_h" {
		t.Error("Di is not below Hera")
	}
}

// What the file does not speak of stays: a column that is missing, memberships
// and roles given by hand, people of another source.
func TestWhatTheFileDoesNotSayStays(t *testing.T) {
	hand := domain.Grant{ID: "gnt_h", Holder: domain.Holder{ID: "usr_1"}, Target: domain.Target{Kind: domain.TargetGroup, ID: "grp_1"}, Level: domain.Manager}
	admin := domain.Grant{ID: "gnt_a", Holder: domain.Holder{ID: "usr_1"}, Target: domain.Target{Kind: domain.TargetAccount}, Level: 1}
	m := newMemory(
		domain.Group{ID: "grp_1", Name: "Sales"}, domain.Group{ID: "grp_2", Name: "Ops"},
		domain.Principal{ID: "usr_1", Name: "Ann", Email: "ann@x.example", Title: "Chief", Status: domain.Active},
		domain.Principal{ID: "usr_2", Name: "Ben", Email: "ben@x.example", Title: "Clerk", Status: domain.Active, Origin: domain.Origin{Source: "other", File: "f"}},
		hand, admin)
	m.load(t, People, "name,email,groups,account role,department\nAnn,ann@x.example,Ops,member,Board\nBenjamin,ben@x.example,Ops,,Field\n", m.options())
	ann, ben := m.person(t, "ann@x.example"), m.person(t, "ben@x.example")
	if ann.Title != "Chief" || ann.Department != "Board" || ann.Origin.Source != "hr" {
		t.Errorf("Ann: %+v", ann)
	}
	if ben.Name != "Ben" || ben.Department != "" || ben.Origin.Source != "other" {
		t.Errorf("Ben belongs to another source: %+v", ben)
	}
	if m.groupsOf(t, "ann@x.example") != "Ops, Sales" || m.groupsOf(t, "ben@x.example") != "Ops" {
		t.Errorf("Ann in %s, Ben in %s", m.groupsOf(t, "ann@x.example"), m.groupsOf(t, "ben@x.example"))
	}
	if m.rows[domain.KindGrant]["gnt_h"] != domain.Record(hand) || m.rows[domain.KindGrant]["gnt_a"] != domain.Record(admin) {
		t.Error("a grant given by hand was touched")
	}
	// Full: only people of this source go, and only what it gave.
	o := m.options()
	o.Full = true
	p := m.plan(t, People, "name,email,groups\nZoe,zoe@x.example,\n", o)
	m.apply(t, p)
	if p.People.Left != 1 || p.Gone != 1 || p.GoneOf != 1 {
		t.Errorf("%+v gone %d of %d", p.People, p.Gone, p.GoneOf)
	}
	if got := m.groupsOf(t, "ann@x.example"); got != "Sales" {
		t.Errorf("Ann keeps %q, want what was given by hand", got)
	}
	if m.person(t, "ben@x.example").Status != domain.Active || m.groupsOf(t, "ben@x.example") != "Ops" {
		t.Error("somebody of another source left")
	}
}

// A person deactivated by hand is not brought back by a file that says nothing
// about it, as long as no source answers for them.
func TestInactiveByHandStays(t *testing.T) {
	m := newMemory(domain.Principal{ID: "usr_1", Name: "Ann", Email: "ann@x.example", Status: domain.Inactive})
	m.load(t, People, "name,email\nAnn,ann@x.example\n", m.options())
	if got := m.person(t, "ann@x.example").Status; got != domain.Inactive {
		t.Errorf("status %s", got)
	}
}

func TestGuard(t *testing.T) {
	people := func(n int) string {
		var b strings.Builder
		b.WriteString("name,email\n")
		for i := range n {
			b.WriteString("P" + string(rune('a'+i)) + ",p" + string(rune('a'+i)) + "@x.example\n")
		}
		return b.String()
	}
	for _, c := range []struct {
		name       string
		stay       int // of ten
		share, max int
		guarded    bool
	}{
		{"a fifth may go", 8, 0, 0, false},
		{"more than a fifth may not", 7, 0, 0, true},
		{"an empty file may not", 0, 0, 0, true},
		{"a number of its own", 9, 50, 0, false},
		{"the count guards too", 8, 50, 1, true},
		{"nobody goes", 10, 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMemory()
			m.load(t, People, people(10), m.options())
			o := m.options()
			o.Full, o.GoneShare, o.GoneCount = true, c.share, c.max
			p := m.plan(t, People, people(c.stay), o)
			gone := 10 - c.stay
			if p.Gone != gone || p.Guarded() != c.guarded {
				t.Fatalf("gone %d, guarded %v", p.Gone, p.Guarded())
			}
			for _, confirmed := range []int{0, gone - 1, gone + 1} {
				if err := p.Permit(false, confirmed); (err != nil) != (c.guarded && confirmed != gone) {
					t.Errorf("confirmed %d: %v", confirmed, err)
				} else if err != nil && domain.CodeOf(err) != domain.Conflict {
					t.Errorf("code %v", domain.CodeOf(err))
				}
			}
			if err := p.Permit(false, gone); err != nil {
				t.Errorf("confirmed rightly: %v", err)
			}
		})
	}
}

func TestPermit(t *testing.T) {
	m := newMemory()
	m.load(t, People, "name,email\nAnn,ann@x.example\nBen,ben@x.example\nCy,cy@x.example\nDi,di@x.example\nEd,ed@x.example\nFi,fi@x.example\n", m.options())
	full := m.options()
	full.Full = true
	rest := "Ben,ben@x.example\nCy,cy@x.example\nDi,di@x.example\nEd,ed@x.example\nFi,fi@x.example\n"
	for _, c := range []struct {
		name, text string
		skip       bool
		want       string
	}{
		{"clean", "name,email\n" + rest, false, ""},
		{"an error", "name,email\n,ann@x.example\n" + rest, false, "1 row cannot be taken, so nothing is imported; the first: line 2, column name: the name is missing: mend the file, or leave those rows out with --skip-errors"},
		{"an error left out; its person stays", "name,email\n,ann@x.example\n" + rest, true, ""},
		{"a row that could be anyone", "name,email\nAnn\n" + rest, true, "1 row of this full file cannot be read and could be any of the 1 active people of hr it would end: mend those rows, or import without --full"},
		{"an address that could be anyone", "name,email\nAnn,ann\n" + rest, true, "1 row of this full file cannot be read and could be any of the 1 active people of hr it would end: mend those rows, or import without --full"},
		{"unreadable, but nobody goes", "name,email\nAnn\nAnn,ann@x.example\n" + rest, true, ""},
	} {
		p := m.plan(t, People, c.text, full)
		got := ""
		if err := p.Permit(c.skip, 0); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
	p := m.plan(t, People, "name,email\n,ann@x.example\n"+rest, full)
	m.apply(t, p)
	if m.person(t, "ann@x.example").Status != domain.Active {
		t.Error("Ann left although her row, with its error, is in the file")
	}
}

func TestGroupColumns(t *testing.T) {
	m := newMemory(domain.Group{ID: "grp_h", Name: "Field"})
	o := m.options()
	o.GroupColumns = []string{"Department", "team", "projects"}
	given := o.GroupColumns[0]
	text := "name,email,department,team,projects\nAnn,ann@x.example,Sales,Sales,P1;P2\nBen,ben@x.example,sales,Field,\nCy,cy@x.example,Legal,,P2\n"
	m.load(t, People, text, o)
	if o.GroupColumns[0] != given {
		t.Error("the caller's list was changed")
	}
	for email, want := range map[string]string{
		"ann@x.example": "P1, P2, Sales, Sales (team)",
		"ben@x.example": "Field (team), Sales",
		"cy@x.example":  "Legal, P2",
	} {
		if got := m.groupsOf(t, email); got != want {
			t.Errorf("%s is in %q, want %q", email, got, want)
		}
	}
	if got := m.person(t, "ann@x.example").Department; got != "Sales" {
		t.Errorf("a column of groups is a department as well, got %q", got)
	}
	g := m.groupNamed(t, "Sales (team)")
	if g.Origin.Source != "hr" || g.External != "team=Sales" {
		t.Errorf("%+v", g)
	}
	// Renamed by hand, it is still the group of its column and value.
	g.Name = "Sellers"
	m.put(g)
	p := m.load(t, People, strings.Replace(text, "Ann,ann@x.example,Sales,Sales,P1;P2", "Ann,ann@x.example,Legal,Sales,P2", 1), o)
	if got := m.groupsOf(t, "ann@x.example"); got != "Legal, P2, Sellers" {
		t.Errorf("Ann is in %q", got)
	}
	if p.People.Moved != 1 || p.People.Same != 2 {
		t.Errorf("%+v", p.People)
	}
	// Without the column nobody loses what it gave.
	o.GroupColumns = []string{"projects"}
	m.load(t, People, "name,email,projects\nAnn,ann@x.example,\n", o)
	if got := m.groupsOf(t, "ann@x.example"); got != "Legal, Sellers" {
		t.Errorf("Ann is in %q", got)
	}
}

// The column Group may itself be one whose values become groups.
func TestGroupColumnGoesBeforeTheField(t *testing.T) {
	m := newMemory()
	o := m.options()
	o.GroupColumns = []string{"Group"}
	m.load(t, People, "Name,Email,Group\nAnn,ann@x.example,New\n", o)
	if got := m.groupsOf(t, "ann@x.example"); got != "New" {
		t.Errorf("Ann is in %q", got)
	}
}

func TestChangeOfAddressById(t *testing.T) {
	m := newMemory()
	m.load(t, People, "name,email,id\nAnn Lee,ann.lee@x.example,1\n", m.options())
	id := m.person(t, "ann.lee@x.example").ID
	for _, ref := range []string{"1", string(id)} { // the id in the source, the id here
		p := m.load(t, People, "name,email,id\nAnn Fox,ann.fox"+ref+"@x.example,"+ref+"\n", m.options())
		if q := m.person(t, "ann.fox"+ref+"@x.example"); q.ID != id || q.External != "1" || p.People.Changed != 1 {
			t.Errorf("%+v %s", q, p.People)
		}
	}
}
