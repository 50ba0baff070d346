package ingest

import (
	"testing"

	"countersign/domain"
)

// house is an organisation with something of every kind that the further files
// speak of.
func house(t *testing.T) *memory {
	t.Helper()
	m := bare()
	loadExamples(t, m)
	return m
}

func TestRolesFile(t *testing.T) {
	m := house(t)
	role := func(name string) domain.Role {
		for _, r := range all[domain.Role](m, domain.KindRole) {
			if r.Name == name {
				return r
			}
		}
		t.Fatalf("there is no role %q", name)
		return domain.Role{}
	}
	if r := role("Reader"); !r.Default || !r.ForUsers || !r.ForKeys || !r.ForAgents || role("Member").Default {
		t.Errorf("%+v, Member %+v", r, role("Member"))
	}
	if r := role("Sales"); !r.ForUsers || r.ForKeys || r.Description != "Works on deals" {
		t.Errorf("%+v", r)
	}
	// Without columns that say for whom, a role is for people; the default moves
	// back with its flag; a role by hand belongs to the source from then on.
	o := m.options()
	o.Source = "example"
	p := m.load(t, Roles, "role,default\nNew,\nMember,yes\nAdmin,\n", o)
	if got := linesOf(p); got != "2 added: role New\n3 changed: role Member: default no → yes\n3 changed: role Reader: no longer the default\n" {
		t.Error(got)
	}
	if r := role("New"); !r.ForUsers || r.ForKeys || r.Origin.Source != "example" {
		t.Errorf("%+v", r)
	}
	for _, c := range []struct {
		name, rows string
		want       []string
	}{
		{"for nobody", "Sales,,no,no,no,\n", []string{"line 2, column users: “no” makes a role for nobody; say yes to people, API keys or AI agents"}},
		{"two defaults", "A,,yes,,,yes\nB,,yes,,,yes\n", []string{"line 3, column default: “yes” makes a second default role beside line 2; there is one"}},
		{"no default", "Member,,,,,no\n", []string{"line 2, column default: “no” leaves no default role; say yes at another one"}},
		{"the Admin role", "Admin,Other,,,,\n", []string{"line 2, column name: “Admin” is the Admin role, which stays as it is"}},
		{"neither yes nor no", "A,,perhaps,,,\n", []string{"line 2, column users: “perhaps” is neither yes nor no"}},
		{"a default that cannot be", "A,,no,no,no,yes\nMember,,,,,no\n", []string{"line 2, column users: “no” makes a role for nobody; say yes to people, API keys or AI agents",
			"line 3, column default: “no” leaves no default role; say yes at another one"}},
	} {
		p := m.plan(t, Roles, "name,description,users,keys,agents,default\n"+c.rows, o)
		want(t, c.name, errorsOf(p), c.want)
	}
}

func TestPermissionsFile(t *testing.T) {
	m := house(t)
	o := m.options()
	o.Source = "example"
	head := "role,target,permission,level,target kind\n"
	p := m.load(t, Permissions, head+"Sales,Opportunities,edit,no,\nSales,People.Salary,,See,\nSales,all actions,,,\n", o)
	if got := linesOf(p); got != "2 changed: role Sales, Edit Opportunities: level Allowed → Denied\n3 changed: role Sales, People.Salary: level No Access → See\n4 added: role Sales, all actions: Held\n" {
		t.Error(got)
	}
	for _, c := range []struct {
		name, rows string
		want       []string
	}{
		{"unknown", "None,all objects,see,,\nSales,Nothing,,,\nSales,Nothing,see,,\nSales,,see,,\n", []string{
			"line 2, column role: “None” is no role here", "line 3, column target: “Nothing” is no object, field, setting or action here",
			"line 4, column target: “Nothing” is no object here", "line 5, column target: it is not said what the value is about"}},
		{"an object without its permission", "Sales,People,,,\n", []string{"line 2, column permission: is missing: of an object the row says see, edit, delete or destroy"}},
		{"an unknown permission", "Sales,People,own,,\n", []string{"line 2, column permission: “own” is not an operation on objects; use one of: See, Edit, Delete, Destroy"}},
		{"a field's Edit", "Sales,People.Salary,,Edit,\n", []string{"line 2, column level: “Edit” restricts nothing; a rule on a field says See or No Access"}},
		{"a baseline that denies", "Sales,all objects,delete,Denied,\nSales,Workflows,,None,\n", []string{
			"line 2, column level: “Denied” gives nothing, and what is not given is not there; leave the row out",
			"line 3, column level: “None” gives nothing, and what is not given is not there; leave the row out"}},
		{"the Admin role", "Admin,all objects,see,,\n", []string{"line 2, column role: “Admin” is the Admin role, which has everything and stays as it is"}},
		{"an action for AI agents", "Sales,HTTP Request,,,\n", []string{"line 2, column target: “HTTP Request” is for none of those who may have the role"}},
		{"writing what is not seen", "\"=HYPERLINK(\"\"x\"\")\",Opportunities,edit,Allowed,\n", []string{
			"line 2: role =HYPERLINK(\"x\"), Edit Opportunities: the role would edit what it does not see; allow See on it too"}},
		{"hiding what is written", "Sales,all objects,edit,,\n", []string{
			"line 2: role Sales, Edit all objects: the role would edit what it does not see; allow See on it too"}},
		{"another kind", "Sales,People,,,group\n", []string{"line 2, column target kind: “group” is no kind of permission; use object, field, setting or action"}},
	} {
		p := m.plan(t, Permissions, head+c.rows, o)
		want(t, c.name, errorsOf(p), c.want)
		m.judge(t, p)
	}
	// What a role was given by hand stays, and is said.
	p = m.plan(t, Permissions, head+"Member,all objects,destroy,,\n", o)
	if p.Report.Skipped != 1 || len(p.Set.Changes) != 0 {
		t.Error(linesOf(p))
	}
	o.Full = true
	if p = m.plan(t, Permissions, head+"Sales,all objects,see,,\n", o); p.Gone != 7 {
		t.Errorf("a full file ends %d values", p.Gone)
	}
}

func TestPrincipalsFile(t *testing.T) {
	m := house(t)
	o := m.options()
	o.Source = "example"
	role := func(id domain.ID) (out []domain.ID) {
		for _, g := range m.grants() {
			if g.Holder.ID == id && g.Target.Kind == domain.TargetRole {
				out = append(out, g.Target.ID)
			}
		}
		return out
	}
	var key, bot domain.Principal
	for _, q := range m.people() {
		switch q.Kind {
		case domain.APIKey:
			key = q
		case domain.AIAgent:
			bot = q
		}
	}
	if key.Name != "Reporting key" || key.External != "k-1" || len(role(key.ID)) != 1 || bot.Owner != m.person(t, "bo@company.example").ID || len(role(bot.ID)) != 0 {
		t.Fatalf("%+v %v %+v", key, role(key.ID), bot)
	}
	p := m.load(t, Principals, "name,kind,role,status\nReporting key,api-key,,inactive\nTriage bot,ai-agent,Reader,\n", o)
	if len(role(key.ID)) != 0 || len(role(bot.ID)) != 1 || p.Report.Changed != 2 {
		t.Error(linesOf(p), role(key.ID), role(bot.ID))
	}
	p = m.plan(t, Principals, "name,kind,owner,role,status\nAda,user,,,\nX,,,,\nReporting key,ai-agent,,,\nY,api-key,zoe,,\nZ,api-key,,Sales,\nW,api-key,,,gone\nV,robot,,,\n", o)
	want(t, "errors", errorsOf(p), []string{"line 2, column kind: “user” is a person's; import people for those", "line 3, column kind: is missing; use api-key or ai-agent",
		"line 4, column kind: “ai-agent” is not what it is here, api-key; a key does not become an AI agent", "line 5, column owner: “zoe” is no person here",
		"line 6, column role: “Sales” is not for API keys", "line 7, column status: “gone” is not a status; use one of: inactive, invited, lapsed, active",
		"line 8, column kind: “robot” is not a kind of principal; use one of: user, api-key, ai-agent"})
}

func TestObjectsAndFieldsFiles(t *testing.T) {
	m := house(t)
	for _, id := range []domain.ID{"person", "opportunity", "workflowRuns"} {
		if _, ok := m.rows[domain.KindObject][id]; !ok {
			t.Errorf("there is no object %s", id)
		}
	}
	o := m.options()
	o.Source = "example"
	p := m.plan(t, Objects, "name,id\n!,\nX,1x\nAll,\nPEOPLE,\nY,opportunity\n", o)
	want(t, "objects", errorsOf(p), []string{"line 2, column id: is no id of an object; use letters and digits, beginning with a letter, and not “all”",
		"line 3, column id: “1x” is no id of an object; use letters and digits, beginning with a letter, and not “all”",
		"line 4, column id: is no id of an object; use letters and digits, beginning with a letter, and not “all”"})
	p = m.plan(t, Fields, "object,name,id,label\nNone,A,,\nPeople,,,\nPeople,Salary,pay,\nPeople,A,a b,\nPeople,B,,yes\nPeople,C,,\nperson,c,,\n", o)
	want(t, "fields", errorsOf(p), []string{"line 2, column object: “None” is no object here", "line 3, column name: the name is missing",
		"line 4, column name: “Salary” is the name of another field of the object (person/salary); names are unique",
		"line 5, column id: “a b” is no id of a field; use letters and digits, beginning with a letter",
		"line 6, column label: “yes” makes a second label beside person/name; an object has one", "line 8, column name: “c” is the same field as on line 7"})
}

func TestCatalogueFile(t *testing.T) {
	m := house(t)
	o := m.options()
	o.Source = "example"
	p := m.load(t, Catalogue, "path,controls,sensitive\nVoice/Numbers,Which numbers ring where,no\nFlow builder > A/B,x,\n", o)
	_ = p
	if a := m.rows[domain.KindArea]["voice/numbers"].(domain.Area); a.Sensitive || a.Order != 1 {
		t.Errorf("%+v", a)
	}
	p = m.plan(t, Catalogue, "path\n\"\"\nNone > Below\n!\nAll\nVoice\nvoice\n", o)
	want(t, "errors", errorsOf(p), []string{"line 3, column path: “None > Below” stands below an area that is not here; put that one in a row before it",
		"line 4, column path: “!” has no letters or digits that an id could be made of, or means every area",
		"line 5, column path: “All” has no letters or digits that an id could be made of, or means every area",
		"line 7, column path: “voice” is the same area as on line 6"})
}

func TestSourcesFiles(t *testing.T) {
	m := house(t)
	o := m.options()
	o.Source = "example"
	p := m.load(t, AgentSources, "agent,source,open\nagent-1,ds-2,yes\nagent-1,ds-1,\n", o)
	if got := linesOf(p); got != "2 changed: Customer Support Agent retrieves from Contracts: open no → yes\n" {
		t.Error(got)
	}
	p = m.plan(t, AgentSources, "agent,source,open\n,ds-1,\nagent-1,none,\nagent-1,ds-1,perhaps\nagent-1,ds-2,\nagent-1,Contracts,\n", o)
	want(t, "ties", errorsOf(p), []string{"line 2, column agent: the agent is missing", "line 3, column source: “none” is no data source here",
		"line 4, column open: “perhaps” is neither yes nor no", "line 6, column source: “Contracts” is the same data source of the same agent as on line 5"})
	m.put(domain.Source{ID: "src_9", Name: "Loose"})
	m.put(domain.Group{ID: "grp_9", Name: "Empty"})
	p = m.plan(t, SourceGrants, "source,group,email,permission,agent\nLoose,Support,,Use,agent-1\nLoose,Empty,,Use,\nHandbook,Support,,None,\nHandbook,,,Use,\nNone,Support,,Use,\n", o)
	want(t, "grants", errorsOf(p), []string{"line 2, column agent: “agent-1” does not retrieve from this data source; import agent-sources first, or leave the agent out",
		"line 3, column group: “Empty” has no members; add at least one first", "line 4, column permission: “None” gives nothing; use View, Use or Edit, or leave the row out",
		"line 5, column group: nobody is named; fill in one of group, email", "line 6, column source: “None” is no data source here"})
	p = m.plan(t, Sources, "name,classification,owner\nHandbook,Secret,\nNew,,nobody\n", o)
	want(t, "sources", errorsOf(p), []string{"line 2, column classification: “Secret” is not a classification; use one of: Public, Internal, Confidential, Restricted",
		"line 3, column owner: “nobody” is no person here"})
	p = m.plan(t, Mappings, "directory,external,group\nokta,,\n,x,\nokta,y,None\nokta,z,\nokta,z,Support\n", o)
	want(t, "mappings", errorsOf(p), []string{"line 2, column external: is missing", "line 3, column directory: is missing", "line 4, column group: “None” is no group here",
		"line 6, column external: “z” stands on line 5 already; keep one of them"})
}

func TestRulesFile(t *testing.T) {
	m := house(t)
	o := m.options()
	o.ReadRule = func(r domain.Rule) error {
		if r.Text == "(" {
			return domain.Errorf(domain.Invalid, "a bracket is opened and never closed").Hinted("close it")
		}
		return nil
	}
	p := m.load(t, Rules, "group,rule,kind,on\nSupport,,,\ng-2,.*@b\\.example,email-pattern,\n", o)
	if got := linesOf(p); got != "2 changed: group Support: no rule any more\n3 added: group Tier 2 Support: email-pattern .*@b\\.example\n" {
		t.Error(got)
	}
	if g := m.groupNamed(t, "Tier 2 Support"); g.Rule != (domain.Rule{Kind: domain.EmailPattern, Text: `.*@b\.example`, On: true}) || g.Origin.Source != "example" {
		t.Errorf("%+v", g)
	}
	p = m.plan(t, Rules, "group,rule,kind,on\n,x,,\nNone,x,,\nSupport,x,magic,\nTier 2 Support,(,,\n", o)
	want(t, "errors", errorsOf(p), []string{"line 2, column group: the group is missing", "line 3, column group: “None” is no group here",
		"line 4, column kind: “magic” is not a kind of rule; use one of: none, email-pattern, expression", "line 5, column rule: “(” a bracket is opened and never closed; close it"})
}
