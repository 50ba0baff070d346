package ingest

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"countersign/domain"
)

// team is a small organisation: three people, two groups with members, one
// without, two agents, a role.
func team() *memory {
	member := func(id, who, group domain.ID) domain.Grant {
		return domain.Grant{ID: id, Holder: domain.Holder{ID: who}, Target: domain.Target{Kind: domain.TargetGroup, ID: group}, Level: domain.Member}
	}
	return newMemory(
		domain.Principal{ID: "usr_1", Name: "Ann", Email: "ann@x.example", Status: domain.Active},
		domain.Principal{ID: "usr_2", Name: "Ben", Email: "ben@x.example", Status: domain.Active},
		domain.Principal{ID: "usr_3", Name: "Cy", Email: "cy@x.example", Status: domain.Active},
		domain.Group{ID: "grp_1", Name: "Support Team", External: "group-1"},
		domain.Group{ID: "grp_2", Name: "Tier 2", External: "group-2", Parent: "grp_1"},
		domain.Group{ID: "grp_3", Name: "Empty"},
		domain.Group{ID: "grp_4", Name: "Old", Life: domain.Archived},
		member("gnt_1", "usr_1", "grp_1"), member("gnt_2", "usr_2", "grp_2"), member("gnt_4", "usr_1", "grp_4"),
		domain.Agent{ID: "agt_1", Name: "Customer Support Agent", External: "agent-1"},
		domain.Agent{ID: "agt_2", Name: "Sales Agent", External: "agent-2"},
		domain.Role{ID: "rol_1", Name: "Guest"})
}

// grantsOf lists the grants of a source in words.
func grantsOf(m *memory, source string, kind domain.TargetKind) []string {
	out := []string{}
	for _, g := range m.grants() {
		if g.Origin.Source == source && g.Target.Kind == kind {
			s := fmt.Sprintf("%s %s %s", g.Holder.ID, g.Target.ID, g.Ladder().Word(g.Level))
			if g.Agent != "" {
				s += " on " + string(g.Agent)
			}
			if !g.Window.Always() {
				s += " " + sayWindow(g.Window)
			}
			out = append(out, s)
		}
	}
	return out
}

func want(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Seed: Twig, agent permissions, via CSV import; the rows are the seed's.
func TestSeedGrantsFile(t *testing.T) {
	m := team()
	text := "AgentId,GroupId,Permission,StartDate,EndDate\nagent-1,group-1,VIEW_AND_USE,2024-01-01,\nagent-1,group-2,EDIT,2024-01-01,\nagent-2,group-1,VIEW_AND_USE,2024-01-01,2024-12-31\n"
	p := m.load(t, Grants, text, m.options())
	want(t, "grants", grantsOf(m, "hr", domain.TargetAgent), []string{
		"grp_1 agt_1 View & Use 2024-01-01 to open",
		"grp_2 agt_1 Edit 2024-01-01 to open",
		"grp_1 agt_2 View & Use 2024-01-01 to 2024-12-31",
	})
	if p.Report.Added != 3 {
		t.Error(p.Report.Summary())
	}
	p = m.load(t, Grants, strings.Replace(strings.Replace(text, "group-2,EDIT", "group-2,VIEW_AND_USE", 1), "2024-12-31", "2025-12-31", 1), m.options())
	if got := linesOf(p); got != "3 changed: group Tier 2, Customer Support Agent: level Edit → View & Use\n4 changed: group Support Team, Sales Agent: dates 2024-01-01 to 2024-12-31 → 2024-01-01 to 2025-12-31\n" {
		t.Error(got)
	}
}

// Seed: Twig, time-based access: Dec 1, 2024 to Jan 15, 2025 with a time zone.
func TestGrantWindows(t *testing.T) {
	m := team()
	o := m.options()
	o.Zone = "America/New_York"
	m.load(t, Grants, "agent,group,user,permission,start,end,timezone\nCustomer Support Agent,Support Team,,View & Use,2024-12-01,2025-01-15,Europe/Berlin\nagt_2,,ann@x.example,edit,2024-12-01,,\nagt_2,,ben@x.example,edit,,,\n", o)
	want(t, "grants", grantsOf(m, "hr", domain.TargetAgent), []string{
		"grp_1 agt_1 View & Use 2024-12-01 to 2025-01-15 Europe/Berlin",
		"usr_1 agt_2 Edit 2024-12-01 to open America/New_York",
		"usr_2 agt_2 Edit",
	})
}

func TestGrantErrors(t *testing.T) {
	head := "AgentId,GroupId,Email,Permission,StartDate,EndDate,Zone\n"
	for _, c := range []struct{ name, rows, want string }{
		{"no agent", ",group-1,,EDIT,,,\n", "line 2, column AgentId: the agent is missing"},
		{"unknown agent", "agent-9,group-1,,EDIT,,,\n", "line 2, column AgentId: “agent-9” is no agent here"},
		{"near agent", "Sales Agnet,group-1,,EDIT,,,\n", "line 2, column AgentId: “Sales Agnet” is no agent here; did you mean “Sales Agent”?"},
		{"unknown group", "agent-1,group-9,,EDIT,,,\n", "line 2, column GroupId: “group-9” is no group here"},
		{"unknown person", "agent-1,,zoe@x.example,EDIT,,,\n", "line 2, column Email: “zoe@x.example” is no person here"},
		{"nobody", "agent-1,,,EDIT,,,\n", "line 2, column GroupId: nobody is named; fill in one of group, email"},
		{"two holders", "agent-1,group-1,ann@x.example,EDIT,,,\n", "line 2, column Email: “ann@x.example” is one holder too many; the row names group as well"},
		{"level", "agent-1,group-1,,ADMIN,,,\n", "line 2, column Permission: “ADMIN” is not a level here; use one of: None, View & Use, Edit"},
		{"no level", "agent-1,group-1,,,,,\n", "line 2, column Permission: is not a level here; use one of: None, View & Use, Edit"},
		{"None", "agent-1,group-1,,None,,,\n", "line 2, column Permission: “None” gives nothing; use VIEW_AND_USE or EDIT, or leave the row out"},
		{"date", "agent-1,group-1,,EDIT,01/02/2024,,\n", "line 2, column StartDate: “01/02/2024” is not a date; write it as YYYY-MM-DD, for example 2026-03-31"},
		{"no such day", "agent-1,group-1,,EDIT,,2025-02-29,\n", "line 2, column EndDate: “2025-02-29” is not a date; write it as YYYY-MM-DD, for example 2026-03-31"},
		{"backwards", "agent-1,group-1,,EDIT,2025-02-01,2025-01-01,\n", "line 2, column EndDate: “2025-01-01” lies before the start, 2025-02-01; swap the dates, or leave the end empty"},
		{"zone", "agent-1,group-1,,EDIT,2025-02-01,,Berlin\n", "line 2, column Zone: “Berlin” is not a time zone; use an IANA name such as Europe/Berlin"},
		// Seed: Twig, "Group not appearing": active, and at least one member.
		{"empty group", "agent-1,Empty,,EDIT,,,\n", "line 2, column GroupId: “Empty” has no members; add at least one first"},
		{"archived group", "agent-1,Old,,EDIT,,,\n", "line 2, column GroupId: “Old” is archived; bring the group back first"},
		{"said differently", "agent-1,group-1,,EDIT,,,\nagent-1,Support Team,,VIEW_AND_USE,,,\n", "line 2: group Support Team, Customer Support Agent is said differently on lines 2, 3; keep one of them"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := team()
			p := m.plan(t, Grants, head+c.rows, m.options())
			if got := errorsOf(p); len(got) == 0 || got[0] != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			if len(p.Set.Changes) != 0 {
				t.Errorf("an error row changes %v", p.Set.Changes)
			}
		})
	}
}

// A group whose own members are all below it can be given an agent.
func TestMembersBelowCount(t *testing.T) {
	m := team()
	delete(m.rows[domain.KindGrant], "gnt_1")
	m.load(t, Grants, "agent,group,permission\nagent-1,group-1,EDIT\n", m.options())
}

func TestSameRowTwiceIsSkipped(t *testing.T) {
	m := team()
	p := m.load(t, Grants, "agent,group,permission\nagent-1,group-1,EDIT\nagent-1,Support Team,EDIT\n", m.options())
	if p.Report.Added != 1 || p.Report.Skipped != 1 {
		t.Error(p.Report.Summary())
	}
}

// What was given by hand covers a row, and stays in any case.
func TestGrantsByHandStay(t *testing.T) {
	m := team()
	hand := domain.Grant{ID: "gnt_9", Holder: domain.Holder{Kind: domain.HolderGroup, ID: "grp_1"}, Target: domain.Target{ID: "agt_1"}, Level: domain.ViewUse}
	m.put(hand)
	p := m.load(t, Grants, "agent,group,permission\nagent-1,group-1,VIEW_AND_USE\n", m.options())
	if p.Report.Skipped != 1 || len(p.Set.Changes) != 0 {
		t.Error(p.Report.Summary())
	}
	m.load(t, Grants, "agent,group,permission\nagent-1,group-1,EDIT\n", m.options())
	full := m.options()
	full.Full = true
	m.load(t, Grants, "agent,group,permission\nagent-2,group-1,EDIT\n", full)
	want(t, "grants", grantsOf(m, "hr", domain.TargetAgent), []string{"grp_1 agt_2 Edit"})
	if m.rows[domain.KindGrant]["gnt_9"] != domain.Record(hand) {
		t.Error("the grant given by hand was touched")
	}
}

// Two grants of one level on one target cannot share a day, so a row that
// would overlap one given by hand is skipped and says why.
func TestOverlapWithAGrantByHand(t *testing.T) {
	for _, c := range []struct {
		name       string
		hand       domain.Window
		level      domain.Level // given by hand
		start, end string       // in the row, for EDIT
		skipped    int
	}{
		{"same days", domain.Window{From: "2026-01-01", To: "2026-03-31"}, domain.EditAgent, "2026-01-01", "2026-03-31", 1},
		{"the last day is shared", domain.Window{From: "2026-01-01", To: "2026-03-31"}, domain.EditAgent, "2026-03-31", "", 1},
		{"behind it", domain.Window{From: "2026-01-01", To: "2026-03-31"}, domain.EditAgent, "2026-04-01", "", 0},
		{"before it", domain.Window{From: "2026-01-01"}, domain.EditAgent, "", "2025-12-31", 0},
		{"another level may overlap", domain.Window{From: "2026-01-01"}, domain.ViewUse, "", "", 0},
		{"a lower one without end may too", domain.Window{}, domain.ViewUse, "", "", 0},
		{"as much without end covers it", domain.Window{}, domain.EditAgent, "2026-01-01", "2026-01-02", 1},
	} {
		m := team()
		m.put(domain.Grant{ID: "gnt_9", Holder: domain.Holder{Kind: domain.HolderGroup, ID: "grp_1"}, Target: domain.Target{ID: "agt_1"}, Level: c.level, Window: c.hand})
		p := m.load(t, Grants, "agent,group,permission,start,end\nagent-1,group-1,EDIT,"+c.start+","+c.end+"\n", m.options())
		if p.Report.Skipped != c.skipped || p.Report.Added != 1-c.skipped {
			t.Errorf("%s: %s", c.name, p.Report.Summary())
		}
	}
}

func TestFullGrants(t *testing.T) {
	m := team()
	m.load(t, Grants, "agent,group,permission\nagent-1,group-1,EDIT\nagent-1,group-2,EDIT\nagent-2,group-1,EDIT\n", m.options())
	o := m.options()
	o.Full = true
	p := m.plan(t, Grants, "agent,group,permission\nagent-1,group-1,EDIT\nagent-2,group-1,WRONG\n", o)
	if p.Gone != 1 || p.GoneOf != 3 || !p.Guarded() || p.GoneWhat != "grants on agents of hr" {
		t.Errorf("gone %d of %d %s", p.Gone, p.GoneOf, p.GoneWhat)
	}
	if err := p.Permit(true, 1); err != nil {
		t.Error(err)
	}
	m.apply(t, p)
	want(t, "grants", grantsOf(m, "hr", domain.TargetAgent), []string{"grp_1 agt_1 Edit", "grp_1 agt_2 Edit"})
	// A row that does not say whom it is about could be any of them.
	p = m.plan(t, Grants, "agent,group,permission\nagent-1,group-1,EDIT\nagent-2,gruop-1,EDIT\n", o)
	if err := p.Permit(true, p.Gone); err == nil {
		t.Error("a grant ends although a row cannot be read")
	}
}

// Seed: Twig, group management, bulk CSV import: email,role for one group; the
// preview shows added, skipped, errors; at most 1,000 users.
func TestSeedMembersFile(t *testing.T) {
	m := team()
	o := m.options()
	o.Group = "support team"
	p := m.plan(t, Members, "email,role\nben@x.example,manager\nANN@x.example,member\ncy@x.example,\nzoe@x.example,member\ncy@x.example,owner\n", o)
	m.apply(t, p)
	want(t, "members", grantsOf(m, "hr", domain.TargetGroup), []string{"usr_2 grp_1 Manager", "usr_3 grp_1 Member"})
	if p.Report.Added != 2 || p.Report.Skipped != 1 || p.Report.Failed != 2 {
		t.Error(p.Report.Summary())
	}
	want(t, "errors", errorsOf(p), []string{
		"line 5, column email: “zoe@x.example” is no person here",
		"line 6, column role: “owner” is not a level here; use one of: None, Member, Manager",
	})
}

func TestMembersOfManyGroups(t *testing.T) {
	m := team()
	m.load(t, Members, "email,role,group,start,end\nben@x.example,member,Support Team,2026-01-01,2026-03-31\ncy@x.example,manager,group-2,,\n", m.options())
	want(t, "members", grantsOf(m, "hr", domain.TargetGroup), []string{"usr_2 grp_1 Member 2026-01-01 to 2026-03-31", "usr_3 grp_2 Manager"})
	o := m.options()
	o.Full = true
	m.load(t, Members, "email,role,group\ncy@x.example,member,Support Team\n", o)
	want(t, "after a full file of one group", grantsOf(m, "hr", domain.TargetGroup), []string{"usr_3 grp_2 Manager", "usr_3 grp_1 Member"})
}

func TestMembersLimit(t *testing.T) {
	m := team()
	var b strings.Builder
	b.WriteString("email,role\n")
	for i := range MostMembers + 1 {
		id := domain.ID(fmt.Sprintf("usr_x%04d", i))
		m.put(domain.Principal{ID: id, Name: "X", Email: string(id) + "@x.example"})
		fmt.Fprintf(&b, "%s@x.example,member\n", id)
	}
	o := m.options()
	o.Group = "grp_1"
	_, err := Plan(m, Members, strings.NewReader(b.String()), o)
	if err == nil || err.Error() != "the file has 1001 rows, and an import of members takes at most 1000: split it, or allow more with --many" {
		t.Errorf("got %v", err)
	}
	o.Many = true
	if p := m.load(t, Members, b.String(), o); p.Report.Added != MostMembers+1 {
		t.Error(p.Report.Summary())
	}
	o.Many = false
	m.load(t, Members, b.String()[:strings.LastIndex(strings.TrimSpace(b.String()), "\n")+1], o)
}

func TestPlanRefuses(t *testing.T) {
	m := team()
	with := func(f func(*Options)) Options {
		o := m.options()
		f(&o)
		return o
	}
	for _, c := range []struct {
		name string
		kind Kind
		text string
		o    Options
		want string
		code domain.Code
	}{
		{"no source", People, "name,email\n", with(func(o *Options) { o.Source = " " }), "the import does not say which source the file comes from: name it, for example --source hr", domain.Invalid},
		{"group columns elsewhere", Grants, "", with(func(o *Options) { o.GroupColumns = []string{"x"} }), "only a people file has columns that are groups, this is one of grants: leave --groups out", domain.Invalid},
		{"group elsewhere", People, "", with(func(o *Options) { o.Group = "x" }), "only a members file is for one group, this is one of people: leave --group out", domain.Invalid},
		{"full groups", Groups, "", with(func(o *Options) { o.Full = true }), "absence from a groups file ends nothing: leave --full out; archive what is no longer used", domain.Invalid},
		{"zone", Grants, "", with(func(o *Options) { o.Zone = "Mars" }), `"Mars" is not a time zone: use an IANA name such as Europe/Berlin`, domain.Invalid},
		{"empty file", People, "", m.options(), "the file is empty: it has no header line: the first line must name the columns", domain.Invalid},
		{"broken file", People, "name,email\nAnn,\"x\n", m.options(), "line 2: a quote is opened here and never closed: close it, or double a quote that belongs to the text", domain.Invalid},
		{"columns", People, "nom,mail\n", m.options(), "a people file needs the column name, and this one has only nom and mail: name the column with --columns name=…", domain.Invalid},
		{"unknown group column", People, "name,email\n", with(func(o *Options) { o.GroupColumns = []string{"team"} }), "the file has no column “team”: its columns are name and email", domain.Invalid},
		{"group column twice", People, "name,email,team\n", with(func(o *Options) { o.GroupColumns = []string{"team", "Team"} }), `the column "Team" is named twice as a column of groups: name it once`, domain.Invalid},
		{"no group", Members, "email,role\n", m.options(), "the file does not say which group it is for: name it with --group, or add a column group", domain.Invalid},
		{"two groups", Members, "email,role,group\n", with(func(o *Options) { o.Group = "Empty" }), `the file has a column "group", and a group is named for the whole file as well: leave --group out, or the column`, domain.Invalid},
		{"unknown group", Members, "email,role\n", with(func(o *Options) { o.Group = "Emtpy" }), "the group “Emtpy” is no group here; did you mean “Empty”?", domain.NotFound},
		{"no catalogue", Areas, "email,area,level\n", m.options(), "the organisation has no catalogue of areas yet: choose one at init", domain.NotFound},
	} {
		_, err := Plan(m, c.kind, strings.NewReader(c.text), c.o)
		if err == nil || err.Error() != c.want || domain.CodeOf(err) != c.code {
			t.Errorf("%s:\ngot  %v (%v)\nwant %s (%v)", c.name, err, domain.CodeOf(err), c.want, c.code)
		}
	}
}
