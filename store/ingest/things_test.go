package ingest

import (
	"strings"
	"testing"

	"countersign/domain"
)

func TestGroupsFile(t *testing.T) {
	m := newMemory(domain.Group{ID: "grp_h", Name: "Organization"})
	p := m.load(t, Groups, "name,description,parent,status,id\nTier 1 Support,First answer,Support Department,,g-2\nSupport Department,,organization,active,g-1\nTier 2 Support,Second,g-1,archived,g-3\n", m.options())
	if p.Report.Added != 3 {
		t.Error(p.Report.Summary())
	}
	dept := m.groupNamed(t, "Support Department")
	if dept.Parent != "grp_h" || m.groupNamed(t, "Tier 1 Support").Parent != dept.ID || m.groupNamed(t, "Tier 2 Support").Parent != dept.ID {
		t.Error("the parents are wrong")
	}
	if g := m.groupNamed(t, "Tier 2 Support"); g.Life != domain.Archived || g.External != "g-3" || g.Description != "Second" {
		t.Errorf("%+v", g)
	}
	// By its id a group may change its name; a column that is missing changes
	// nothing.
	p = m.load(t, Groups, "name,id,status\nTier One,g-2,\nTier 2 Support,g-3,active\nsupport department,g-1,\n", m.options())
	if g := m.groupNamed(t, "Tier One"); g.Description != "First answer" || g.Parent != dept.ID {
		t.Errorf("%+v", g)
	}
	if p.Report.Changed != 3 {
		t.Error(p.Report.Summary())
	}
}

func TestGroupErrors(t *testing.T) {
	m := newMemory(
		domain.Group{ID: "grp_1", Name: "Sales"},
		domain.Group{ID: "grp_2", Name: "Ops", External: "o", Origin: domain.Origin{Source: "hr"}})
	for _, c := range []struct {
		name, rows string
		want       []string
	}{
		{"no name", ",,,,\n", []string{}},
		{"no name but the rest", ",x,,,\n", []string{"line 2, column name: the name is missing"}},
		{"twins", "A,,,,\na ,,,,\n", []string{"line 2, column name: “A” stands on lines 2, 3; keep one of them", "line 3, column name: “a” stands on lines 2, 3; keep one of them"}},
		{"twin ids", "A,,,,1\nB,,,,1\n", []string{"line 2, column id: “1” stands on lines 2, 3; keep one of them", "line 3, column id: “1” stands on lines 2, 3; keep one of them"}},
		{"a name that is taken", "Sales,,,,o\n", []string{"line 2, column name: “Sales” is the name of another group (grp_1) here; names are unique"}},
		{"unknown parent", "A,,Salse,,\n", []string{"line 2, column parent: “Salse” is no group here; did you mean “Sales”?"}},
		{"status", "A,,,closed,\n", []string{"line 2, column status: “closed” is not a life state; use one of: active, archived"}},
		{"parent with an error", "A,,,,1\nB,,,,1\nC,,A,,\n", []string{
			"line 2, column id: “1” stands on lines 2, 3; keep one of them", "line 3, column id: “1” stands on lines 2, 3; keep one of them",
			"line 4, column parent: “A” is no group here"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := m.plan(t, Groups, "name,description,parent,status,id\n"+c.rows, m.options())
			want(t, "errors", errorsOf(p), c.want)
			if len(p.Set.Changes) != 0 {
				t.Errorf("an error row changes %v", p.Set.Changes)
			}
		})
	}
}

// A cycle is cut at the row that closes it, and reported by its names.
func TestGroupCyclesAreCut(t *testing.T) {
	for _, c := range []struct {
		name, rows string
		err        string
		parents    map[string]string
	}{
		{"itself", "A,A\n", "line 2, column parent: “A” closes a cycle, A → A; the group is taken without parent", map[string]string{"A": ""}},
		{"three", "A,B\nB,C\nC,A\n", "line 4, column parent: “A” closes a cycle, C → A → B → C; the group is taken without parent", map[string]string{"A": "B", "B": "C", "C": ""}},
		{"through one here", "Top,Low\n", "line 2, column parent: “Low” closes a cycle, Top → Low → Mid → Top; the group is taken without parent", map[string]string{"Top": "", "Low": "Mid"}},
		{"turned round is none", "Mid,\nTop,Mid\n", "", map[string]string{"Top": "Mid", "Mid": ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMemory(domain.Group{ID: "grp_1", Name: "Top"}, domain.Group{ID: "grp_2", Name: "Mid", Parent: "grp_1"}, domain.Group{ID: "grp_3", Name: "Low", Parent: "grp_2"})
			p := m.plan(t, Groups, "name,parent\n"+c.rows, m.options())
			if got := strings.Join(errorsOf(p), "\n"); got != c.err {
				t.Errorf("got  %s\nwant %s", got, c.err)
			}
			m.apply(t, p)
			for name, parent := range c.parents {
				got := ""
				if up := m.groupNamed(t, name).Parent; up != "" {
					got = m.rows[domain.KindGroup][up].(domain.Group).Name
				}
				if got != parent {
					t.Errorf("%s is below %q, want %q", name, got, parent)
				}
			}
		})
	}
}

func TestAgentsFile(t *testing.T) {
	m := team()
	p := m.load(t, Agents, "id,name,description,access type,classification,owner,creator,status\n"+
		"a-1,Docs,Finds,ORGANIZATION_WIDE,Public,ann@x.example,Ben,\na-2,Board,,,,,,archived\nagent-1,Customer Support Agent,,Public (Organization),,,,\n", m.options())
	docs := all[domain.Agent](m, domain.KindAgent)[2]
	want := domain.Agent{ID: "agt_000001", Name: "Docs", Description: "Finds", AccessType: domain.Organization, Classification: domain.ClassPublic,
		Owner: "usr_1", Creator: "usr_2", External: "a-1", Origin: docs.Origin}
	board := m.rows[domain.KindAgent]["agt_000002"].(domain.Agent)
	if m.rows[domain.KindAgent]["agt_000001"] != domain.Record(want) {
		t.Errorf("got %+v, want %+v", m.rows[domain.KindAgent]["agt_000001"], want)
	}
	if board.AccessType != domain.Private || board.Classification != domain.ClassInternal || board.Life != domain.Archived {
		t.Errorf("an agent the file says little about: %+v", board)
	}
	if p.Report.Added != 2 || p.Report.Changed != 1 {
		t.Error(p.Report.Summary())
	}
}

func TestAgentErrors(t *testing.T) {
	m := team()
	p := m.plan(t, Agents, "name,access type,classification,owner,creator,status\nA,open,,,,\nB,,Secret,,,\nC,,,zoe@x.example,,\nD,,,,Guest,\nE,,,,,asleep\nF,PRIVATE,Restricted,ANN,,\n", m.options())
	want(t, "errors", errorsOf(p), []string{
		"line 2, column access type: “open” is not an access type; use one of: Private, Group-Restricted, Organization",
		"line 3, column classification: “Secret” is not a classification; use one of: Public, Internal, Confidential, Restricted",
		"line 4, column owner: “zoe@x.example” is no person here",
		"line 5, column creator: “Guest” is no person here",
		"line 6, column status: “asleep” is not a life state; use one of: active, archived",
	})
	if len(p.Set.Changes) != 1 {
		t.Errorf("%d changes, want the one agent", len(p.Set.Changes))
	}
}

// Another source's group or agent stays as it says.
func TestThingsOfAnotherSource(t *testing.T) {
	m := newMemory(
		domain.Group{ID: "grp_1", Name: "Sales", Origin: domain.Origin{Source: "other"}},
		domain.Agent{ID: "agt_1", Name: "Bot", Origin: domain.Origin{Source: "other"}})
	for k, text := range map[Kind]string{Groups: "name,description\nSales,mine\n", Agents: "name,description\nBot,mine\n"} {
		p := m.load(t, k, text, m.options())
		if p.Report.Skipped != 1 || len(p.Set.Changes) != 0 {
			t.Errorf("%s: %s", k, p.Report.Summary())
		}
	}
}

// studio puts a piece of the shipped catalogue into the organisation.
func studio(t *testing.T, m *memory) *memory {
	t.Helper()
	areas, err := domain.Catalogue(domain.CatalogueStudio)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range areas {
		m.put(a)
	}
	return m
}

func TestAreasFile(t *testing.T) {
	m := studio(t, team())
	m.load(t, Areas, "email,group,role,area,level,agent\nann@x.example,,,Voice,Edit,\nann@x.example,,,Voice > Numbers,Read,\n,Support Team,,deployments/A/B testing,Edit,agent-1\n,,Guest,analytics > conversations,None,\n", m.options())
	want(t, "levels", grantsOf(m, "hr", domain.TargetArea), []string{
		"rol_1 analytics/conversations None",
		"usr_1 voice Edit",
		"usr_1 voice/numbers Read",
		"grp_1 deployments/a-b-testing Edit on agt_1",
	})
}

// "All" fills the top-level areas and is not stored; a row that names an area
// goes before it, wherever it stands (PRODUCT 2.2).
func TestAllFillsTheTop(t *testing.T) {
	m := studio(t, team())
	m.load(t, Areas, "holder,holder kind,area,level\nann@x.example,user,Knowledge,Edit\nann@x.example,user,All,Read\n", m.options())
	top, edits := 0, 0
	for _, g := range m.grants() {
		if g.Target.Kind == domain.TargetArea {
			if a := m.rows[domain.KindArea][g.Target.ID].(domain.Area); a.Parent != "" {
				t.Errorf("%s is not top-level", a.ID)
			}
			top++
			if g.Level == domain.Edit {
				edits++
			}
		}
	}
	if top != 13 || edits != 1 {
		t.Errorf("%d areas, %d at Edit; want 13 and 1", top, edits)
	}
}

// PRODUCT 2.2: what an import brings above its parent takes the parent's level
// and is a finding; the preview says so.
func TestLevelsAboveTheParentAreSaid(t *testing.T) {
	for _, c := range []struct {
		name, rows string
		want       []string
		said       string
	}{
		{"Edit below Read", "Voice,Read,\nVoice > Numbers,Edit,\n", []string{"usr_1 voice Read", "usr_1 voice/numbers Edit"}, "Edit stands above Voice (Read) and comes to no more"},
		{"whatever the order", "Voice > Numbers,Edit,\nVoice,None,\n", []string{"usr_1 voice None", "usr_1 voice/numbers Edit"}, "Edit stands above Voice (None) and comes to no more"},
		{"below is fine", "Voice > Numbers,Read,\nVoice,Edit,\n", []string{"usr_1 voice Edit", "usr_1 voice/numbers Read"}, ""},
		{"no parent, no cap", "Voice > Numbers,Edit,\n", []string{"usr_1 voice/numbers Edit"}, ""},
		{"the value for all agents caps", "Voice,Read,\nVoice > Numbers,Edit,agent-1\n", []string{"usr_1 voice Read", "usr_1 voice/numbers Edit on agt_1"}, "stands above Voice (Read)"},
		{"the agent's own parent goes first", "Voice,Read,\nVoice,Edit,agent-1\nVoice > Numbers,Edit,agent-1\n", []string{"usr_1 voice Read", "usr_1 voice Edit on agt_1", "usr_1 voice/numbers Edit on agt_1"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := studio(t, team())
			rows := ""
			for _, r := range strings.SplitAfter(strings.TrimSuffix(c.rows, "\n"), "\n") {
				rows += "ann@x.example," + r
			}
			p := m.load(t, Areas, "email,area,level,agent\n"+rows+"\n", m.options())
			want(t, "levels", grantsOf(m, "hr", domain.TargetArea), c.want)
			if !strings.Contains(linesOf(p), c.said) || c.said == "" && strings.Contains(linesOf(p), "stands above") {
				t.Errorf("the preview says\n%s", linesOf(p))
			}
		})
	}
}

// A level below one that is set here already is said as well.
func TestLevelsAboveWhatIsSetHere(t *testing.T) {
	m := studio(t, team())
	m.load(t, Areas, "email,area,level\nann@x.example,Voice,Read\n", m.options())
	p := m.load(t, Areas, "email,area,level\nann@x.example,Voice > Numbers,Edit\n", m.options())
	if !strings.Contains(linesOf(p), "2 noted: Ann, Voice > Numbers: Edit stands above Voice (Read)") {
		t.Error(linesOf(p))
	}
}

func TestAreaErrors(t *testing.T) {
	m := studio(t, team())
	m.put(domain.Group{ID: "grp_9", Name: "Guest"})
	p := m.plan(t, Areas, "holder,holder kind,email,group,area,level\n,,ann@x.example,,Voize,Edit\n,,ann@x.example,,Voice,Write\n,,,,Voice,Edit\n,,ann@x.example,Support Team,Voice,Edit\nGuest,,,,Voice,Edit\nGuest,team,,,Voice,Edit\nNobody,,,,Voice,Edit\n,user,,,Voice,Edit\nGuest,role,ann@x.example,,Voice,Edit\n,,ann@x.example,,,Edit\n", m.options())
	want(t, "errors", errorsOf(p), []string{
		"line 2, column area: “Voize” is no area here; did you mean “Voice”?",
		"line 3, column level: “Write” is not a level here; use one of: None, Read, Edit",
		"line 4, column email: nobody is named; fill in one of email, group, role",
		"line 5, column group: “Support Team” is one holder too many; the row names email as well",
		"line 6, column holder: “Guest” could be several people, groups or roles; say which in the column holder kind, or name it by its id",
		"line 7, column holder kind: “team” is no kind of holder; use user, group or role",
		"line 8, column holder: “Nobody” is no person, group or role here",
		"line 9, column holder: the holder is missing",
		"line 10, column email: “ann@x.example” is one holder too many; the row names holder as well",
		"line 11, column area: the area is missing; All stands for every top-level area",
	})
}

func TestKinds(t *testing.T) {
	for _, k := range Kinds() {
		if got, err := ParseKind(" " + strings.ToUpper(string(k))); err != nil || got != k {
			t.Errorf("%s: %v %v", k, got, err)
		}
		if len(SchemaOf(k).Fields) == 0 {
			t.Errorf("%s has no fields", k)
		}
	}
	if _, err := ParseKind("persons"); err == nil || domain.CodeOf(err) != domain.Invalid {
		t.Errorf("an unknown kind: %v", err)
	}
}

// A template is an empty file as it stands, and its examples, moved below the
// header, are rows that can be taken.
func TestTemplates(t *testing.T) {
	m := studio(t, newMemory(domain.Group{ID: "grp_1", Name: "Old"}))
	for _, k := range []Kind{Groups, People, Members, Agents, Grants, Areas} {
		raw, err := Template(k)
		if err != nil {
			t.Fatal(err)
		}
		o := m.options()
		if k == Members {
			o.Group = "Support"
		}
		if p := m.plan(t, k, string(raw), o); p.Report.Rows != 0 || len(p.Unused) != 0 {
			t.Errorf("the %s template has %d rows and the unknown columns %v", k, p.Report.Rows, p.Unused)
		}
		_, examples, found := strings.Cut(string(raw), "# For example\r\n")
		if !found {
			t.Fatalf("the %s template has no examples", k)
		}
		lines := strings.Split(strings.TrimSpace(examples), "\r\n")
		rows := ""
		for _, l := range lines[:len(lines)-1] { // the last line is the header
			rows += strings.TrimPrefix(l, "#   ") + "\r\n"
		}
		if p := m.load(t, k, string(raw)+rows, o); p.Report.Added == 0 {
			t.Errorf("the %s template has no example", k)
		}
	}
}
