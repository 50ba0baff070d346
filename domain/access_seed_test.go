package domain

import (
	"testing"
	"time"
)

// Seed: Twig, agent permissions, scenario 1 (department-specific agents).
func TestTwigScenario1Departments(t *testing.T) {
	w := newAcme(t).users("sal", "sue", "eng").groups("Sales Team", "Support Team", "Engineering Team").
		agents("Sales Agent", "Support Agent", "Engineering Agent")
	w.join("Sales Team", "sal").join("Support Team", "sue").join("Engineering Team", "eng")
	w.give(team("Sales Team"), TargetAgent, "Sales Agent", ViewUse)
	w.give(team("Support Team"), TargetAgent, "Support Agent", ViewUse)
	w.give(team("Engineering Team"), TargetAgent, "Engineering Agent", ViewUse)
	o := w.org()
	own := map[ID]ID{"sal": "Sales Agent", "sue": "Support Agent", "eng": "Engineering Agent"}
	for p, mine := range own {
		for _, a := range own {
			want := None
			if a == mine {
				want = ViewUse
			}
			wants(t, o, p, onAgent(a), "", midMarch, want)
		}
	}
}

// Seed: Twig, agent permissions, scenario 2 (multi-level access).
func TestTwigScenario2Tiers(t *testing.T) {
	w := newAcme(t).users("junior", "senior", "manager").groups("Tier 1 Support", "Tier 2 Support", "Support Managers").
		agents("Basic Support Agent", "Advanced Support Agent")
	w.join("Tier 1 Support", "junior").join("Tier 2 Support", "senior").join("Support Managers", "manager")
	w.give(person("manager"), TargetAgentRole, "", Level(AgentManager))
	w.give(team("Tier 1 Support"), TargetAgent, "Basic Support Agent", ViewUse)
	for _, a := range []ID{"Basic Support Agent", "Advanced Support Agent"} {
		w.give(team("Tier 2 Support"), TargetAgent, a, ViewUse)
		w.give(team("Support Managers"), TargetAgent, a, EditAgent)
	}
	o := w.org()
	for _, c := range []struct {
		p               ID
		basic, advanced Level
	}{{"junior", ViewUse, None}, {"senior", ViewUse, ViewUse}, {"manager", EditAgent, EditAgent}} {
		wants(t, o, c.p, onAgent("Basic Support Agent"), "", midMarch, c.basic)
		wants(t, o, c.p, onAgent("Advanced Support Agent"), "", midMarch, c.advanced)
	}
}

// Seed: Twig, agent permissions, scenario 3 (a project group that ends; then
// archived, then its members removed).
func TestTwigScenario3Project(t *testing.T) {
	agents := []ID{"Product Documentation Agent", "Marketing Content Agent", "Sales Enablement Agent"}
	w := newAcme(t).users("dev", "mark").groups("Product Launch Q1 2024").agents(agents...)
	for _, p := range []ID{"dev", "mark"} {
		w.grant(Grant{Holder: person(p), Target: Target{TargetGroup, "Product Launch Q1 2024"}, Level: Member,
			Window: Window{From: "2024-01-01", To: "2024-03-31"}})
	}
	for _, a := range agents {
		w.give(team("Product Launch Q1 2024"), TargetAgent, a, ViewUse)
	}
	o := w.org()
	for _, a := range agents {
		for at, want := range map[string]Level{"2023-12-31T23:59:59Z": None, "2024-01-01T00:00:00Z": ViewUse,
			"2024-03-31T23:59:59Z": ViewUse, "2024-04-01T00:00:00Z": None} {
			wants(t, o, "dev", onAgent(a), "", atTime(t, at), want)
		}
	}
	g, _ := o.Group("Product Launch Q1 2024")
	archived := g
	archived.Life = Archived
	shut, err := o.Advance(99, []Change{Replace(g, archived)})
	if err != nil {
		t.Fatal(err)
	}
	acc := wants(t, shut, "dev", onAgent(agents[0]), "", atTime(t, "2024-02-01T00:00:00Z"), None)
	if acc.Denials[0].Code != ReasonArchived {
		t.Errorf("denials %v", acc.Denials)
	}
	var ends []Change
	for _, m := range o.GrantsOn(Target{TargetGroup, g.ID}) {
		ends = append(ends, End(m))
	}
	gone, err := o.Advance(99, ends)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, gone, "dev", onAgent(agents[0]), "", atTime(t, "2024-02-01T00:00:00Z"), None)
}

// Seed: Twig, agent permissions, scenario 4 (external consultants): they use
// the agent on public documentation, and neither edit nor see analytics.
func TestTwigScenario4Consultants(t *testing.T) {
	w := newAcme(t).groups("External Consultants").agents("Client-Facing Assistant").tree("analytics")
	w.add(Principal{ID: "con", Kind: User, Name: "Con", Status: Active, Employment: External},
		Source{ID: "public", Name: "Public documentation"}, Source{ID: "private", Name: "Private data"},
		AgentSource{Agent: "Client-Facing Assistant", Source: "public", Open: true})
	w.join("External Consultants", "con")
	w.give(team("External Consultants"), TargetAgent, "Client-Facing Assistant", ViewUse)
	o := w.org()
	wants(t, o, "con", onAgent("Client-Facing Assistant"), "", midMarch, ViewUse)
	wants(t, o, "con", Target{TargetSource, "public"}, "Client-Facing Assistant", midMarch, SourceUse)
	acc := wants(t, o, "con", Target{TargetSource, "private"}, "Client-Facing Assistant", midMarch, None)
	if acc.Denials[0].Code != ReasonSourceClosed {
		t.Errorf("denials %v", acc.Denials)
	}
	wants(t, o, "con", Target{TargetSource, "public"}, "", midMarch, None)
	wants(t, o, "con", onArea("analytics"), "", midMarch, None)
}

// Seed: Twig, data source-level permissions: Support sees public and
// internal, managers see all three.
func TestTwigDataSources(t *testing.T) {
	const agent = "Product Documentation Assistant"
	w := newAcme(t).users("support", "boss", "stranger").groups("Support Team", "Managers").agents(agent)
	w.add(Source{ID: "public", Name: "Public Docs"}, Source{ID: "wiki", Name: "Internal Wiki"}, Source{ID: "data", Name: "Customer Data"},
		AgentSource{Agent: agent, Source: "public", Open: true}, AgentSource{Agent: agent, Source: "wiki"}, AgentSource{Agent: agent, Source: "data"})
	w.join("Support Team", "support", "boss").join("Managers", "boss", "stranger")
	w.give(team("Support Team"), TargetAgent, agent, ViewUse)
	w.grant(Grant{Holder: team("Support Team"), Target: Target{TargetSource, "wiki"}, Agent: agent, Level: SourceUse})
	w.grant(Grant{Holder: team("Managers"), Target: Target{TargetSource, "data"}, Agent: agent, Level: SourceUse})
	o := w.org()
	for _, c := range []struct {
		p                  ID
		public, wiki, data Level
	}{{"support", SourceUse, SourceUse, None}, {"boss", SourceUse, SourceUse, SourceUse},
		{"stranger", None, None, None}} { // a manager who cannot use the agent retrieves nothing
		wants(t, o, c.p, Target{TargetSource, "public"}, agent, midMarch, c.public)
		wants(t, o, c.p, Target{TargetSource, "wiki"}, agent, midMarch, c.wiki)
		wants(t, o, c.p, Target{TargetSource, "data"}, agent, midMarch, c.data)
	}
	// The ladder apart from any agent is another matter (seed: Twig, group management, data sources).
	wants(t, o, "support", Target{TargetSource, "wiki"}, "", midMarch, None)
	w.give(team("Support Team"), TargetSource, "wiki", SourceEdit)
	o = w.org()
	wants(t, o, "support", Target{TargetSource, "wiki"}, "", midMarch, SourceEdit)
	wants(t, o, "support", Target{TargetSource, "wiki"}, agent, midMarch, SourceUse)
}

// Seed: Twig, permission inheritance: Basic on the parent, Advanced is
// Tier 2's own; never upwards.
func TestTwigInheritance(t *testing.T) {
	w := newAcme(t).users("one", "two", "top").agents("Basic Support Agent", "Advanced Support Agent").groups("Support Department")
	w.add(Group{ID: "Tier 1 Support", Name: "Tier 1 Support", Parent: "Support Department"},
		Group{ID: "Tier 2 Support", Name: "Tier 2 Support", Parent: "Support Department"})
	w.join("Tier 1 Support", "one").join("Tier 2 Support", "two").join("Support Department", "top")
	w.give(team("Support Department"), TargetAgent, "Basic Support Agent", ViewUse)
	w.give(team("Tier 2 Support"), TargetAgent, "Advanced Support Agent", ViewUse)
	o := w.org()
	for _, c := range []struct {
		p               ID
		basic, advanced Level
	}{{"one", ViewUse, None}, {"two", ViewUse, ViewUse}, {"top", ViewUse, None}} {
		wants(t, o, c.p, onAgent("Basic Support Agent"), "", midMarch, c.basic)
		wants(t, o, c.p, onAgent("Advanced Support Agent"), "", midMarch, c.advanced)
	}
	steps := o.Access("one", onAgent("Basic Support Agent"), "", midMarch).Paths[0].Steps
	if len(steps) != 3 || steps[0].Note != "member of" || steps[1].Note != "below" ||
		steps[2].Note != "View & Use on Basic Support Agent" {
		t.Errorf("steps %+v", steps)
	}
}

// Seed: Twig, time-based access: Dec 1, 2024 – Jan 15, 2025 ends as
// January 16 begins (PRODUCT 9.3), in the organisation's zone.
func TestTwigHolidayWindow(t *testing.T) {
	w := newAcme(t).users("Dana Okafor").groups("Holiday Support Staff").agents("Customer Support Agent")
	w.add(Setting{SettingZone, "Europe/Berlin"})
	w.join("Holiday Support Staff", "Dana Okafor")
	w.grant(Grant{Holder: team("Holiday Support Staff"), Target: onAgent("Customer Support Agent"), Level: ViewUse,
		Window: Window{From: "2024-12-01", To: "2025-01-15"}})
	o := w.org()
	for at, want := range map[string]Level{"2024-11-30T22:59:59Z": None, "2024-11-30T23:00:00Z": ViewUse,
		"2025-01-15T22:59:59Z": ViewUse, "2025-01-15T23:00:00Z": None} {
		wants(t, o, "Dana Okafor", onAgent("Customer Support Agent"), "", atTime(t, at), want)
	}
	for at, want := range map[string]string{
		"2024-10-01T00:00:00Z": "the window of Holiday Support Staff on Customer Support Agent opens on 2024-12-01 (Europe/Berlin)",
		"2025-02-01T00:00:00Z": "the window of Holiday Support Staff on Customer Support Agent ended on 2025-01-15 (Europe/Berlin)"} {
		if got := o.Access("Dana Okafor", onAgent("Customer Support Agent"), "", atTime(t, at)).Denials; len(got) != 1 || got[0].Text != want {
			t.Errorf("at %s: %v", at, got)
		}
	}
}

func atTime(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// PRODUCT 2.2: the seven rows of parent and child, each also with what an
// explanation must name.
func TestPolyAIInheritanceTable(t *testing.T) {
	const unset = Level(255)
	for _, c := range []struct {
		parent, child, want Level
		cap                 string
	}{
		{Edit, unset, Edit, ""}, {Edit, Read, Read, ""}, {Edit, None, None, ""}, {Read, Edit, Read, ReasonParentArea},
		{None, Edit, None, ReasonParentArea}, {unset, Edit, Edit, ""}, {unset, unset, None, ""},
	} {
		w := newAcme(t).users("ana").tree("voice", "voice/numbers")
		if c.parent != unset {
			w.give(person("ana"), TargetArea, "voice", c.parent)
		}
		if c.child != unset {
			w.give(person("ana"), TargetArea, "voice/numbers", c.child)
		}
		acc := wants(t, w.org(), "ana", onArea("voice/numbers"), "", midMarch, c.want)
		if c.cap != "" && (len(acc.Caps) != 1 || acc.Caps[0].Code != c.cap || acc.Caps[0].From != c.child || acc.Caps[0].To != c.want) {
			t.Errorf("parent %d child %d: caps %v", c.parent, c.child, acc.Caps)
		}
	}
}

// Seed: PolyAI, example permission configurations: Build allows Edit on
// Knowledge and only Read on Tools; Configure and Deployments are None.
func TestPolyAIExpandedSections(t *testing.T) {
	w := newAcme(t).users("member", "admin").tree("analytics", "analytics/conversations", "analytics/conversations/pii",
		"build", "build/knowledge", "build/tools", "channels", "configure", "deployments")
	w.give(person("member"), TargetArea, "analytics", Read)
	w.give(person("member"), TargetArea, "build/knowledge", Edit)
	w.give(person("member"), TargetArea, "build/tools", Read)
	w.give(person("member"), TargetArea, "channels", Read)
	w.give(person("member"), TargetArea, "configure", None)
	w.give(person("member"), TargetArea, "deployments", None)
	w.give(person("admin"), TargetAccount, "", Level(AccountAdmin))
	o := w.org()
	for area, want := range map[ID]Level{"analytics": Read, "analytics/conversations": Read, "analytics/conversations/pii": Read,
		"build": None, "build/knowledge": Edit, "build/tools": Read, "channels": Read, "configure": None, "deployments": None} {
		wants(t, o, "member", onArea(area), "", midMarch, want)
		wants(t, o, "admin", onArea(area), "", midMarch, Edit) // seed: PolyAI, account roles
	}
}

// Seed: Twig, role-based control: what each role may view, use, edit and
// delete, and whose permissions it manages, on an agent it is assigned (Edit)
// and on one it is not.
func TestSeedRoleMatrix(t *testing.T) {
	for _, c := range []struct {
		role            AgentRole
		assigned, other Level
		manages         bool // may propose a grant on an agent that is not theirs
	}{
		{AgentSuperAdmin, EditAgent, EditAgent, true}, {AgentAdmin, EditAgent, EditAgent, true},
		{AgentManager, EditAgent, None, false}, {AgentUser, ViewUse, None, false},
	} {
		more := []Record{user("it"), gives("usr_it", "agt_public", EditAgent)}
		if c.role > AgentUser {
			more = append(more, gives("usr_it", "agent-role", Level(c.role)))
		}
		o := house(t, more...)
		wants(t, o, "usr_it", onAgent("agt_public"), "", noon, c.assigned)
		wants(t, o, "usr_it", onAgent("agt_internal"), "", noon, c.other)
		v := o.Policy().Judge(o, set(Begin(gives("usr_ned", "agt_public", ViewUse))), Actor{Principal: "usr_it"}, noon)
		if got := v.Refused == nil; got != c.manages {
			t.Errorf("%s manages permissions: %v (%v)", c.role, got, v.Refused)
		}
		archive := edit(t, o, "agt_public", func(a *Agent) { a.Life = Archived })
		v = o.Policy().Judge(o, set(archive), Actor{Principal: "usr_it"}, noon)
		if got := v.Refused == nil; got != c.manages {
			t.Errorf("%s takes an agent away: %v (%v)", c.role, got, v.Refused)
		}
	}
}

// Seed: Twig, group management, member roles: a manager of a group keeps the
// reach of the agent role, and an agent manager is no group's manager.
func TestSeedGroupRoleIsNotTheAgentRole(t *testing.T) {
	o := house(t, gives("grp_sales", "agt_public", EditAgent), gives("usr_orphan", "grp_sales", Manager),
		gives("usr_uma", "agent-role", Level(AgentManager)))
	wants(t, o, "usr_orphan", onAgent("agt_public"), "", noon, ViewUse)
	v := o.Policy().Judge(o, set(Begin(gives("usr_lost", "grp_tier1", Member))), Actor{Principal: "usr_uma"}, noon)
	if v.Refused == nil {
		t.Error("an agent manager adds members to a group that is not theirs")
	}
	v = o.Policy().Judge(o, set(Begin(gives("usr_lost", "grp_sales", Member))), Actor{Principal: "usr_orphan"}, noon)
	if v.Refused != nil {
		t.Errorf("the group's manager is refused: %v", v.Refused)
	}
}
