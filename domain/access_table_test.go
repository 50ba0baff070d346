package domain

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Seed: Twig, role-based control × access levels, with assignment, window and
// status: every combination of them, against the rule said in one place.
func TestAgentTruthTable(t *testing.T) {
	type given struct {
		level  Level
		by     string // "", "direct", "group", "parent"
		window Window
	}
	open, over, later := Window{}, Window{To: "2026-03-01"}, Window{From: "2026-04-01"}
	for _, role := range AgentRoles() {
		for _, typ := range AccessTypes() {
			for _, kind := range PrincipalKinds() {
				for _, status := range Statuses() {
					for _, g := range []given{{}, {ViewUse, "direct", open}, {EditAgent, "direct", open}, {ViewUse, "group", open},
						{EditAgent, "group", open}, {EditAgent, "parent", open}, {EditAgent, "direct", over}, {EditAgent, "group", later}} {
						w := newAcme(t).groups("Top").agents()
						w.add(Agent{ID: "Bot", Name: "Bot", AccessType: typ}, Group{ID: "Team", Name: "Team", Parent: "Top"},
							Principal{ID: "ana", Kind: kind, Name: "Ana", Status: status})
						w.join("Team", "ana")
						if role > AgentUser {
							w.give(person("ana"), TargetAgentRole, "", Level(role))
						}
						h := map[string]Holder{"direct": person("ana"), "group": team("Team"), "parent": team("Top")}
						if g.by != "" {
							w.grant(Grant{Holder: h[g.by], Target: onAgent("Bot"), Level: g.level, Window: g.window})
						}
						want := tableLevel(role, typ, kind, status, g.level, g.window == open)
						t.Run(fmt.Sprint(role, typ, kind, status, g), func(t *testing.T) {
							wants(t, w.org(), "ana", onAgent("Bot"), "", midMarch, want)
						})
					}
				}
			}
		}
	}
}

// tableLevel is the seed's two tables read as one sentence each.
func tableLevel(role AgentRole, typ AccessType, kind PrincipalKind, status Status, given Level, inForce bool) Level {
	if status != Active {
		return None
	}
	if role == AgentAdmin || role == AgentSuperAdmin {
		return EditAgent
	}
	if !inForce || typ == Private {
		given = None
	}
	if typ == Organization && kind == User && given == None {
		given = ViewUse
	}
	if role == AgentUser && given == EditAgent {
		return ViewUse
	}
	return given
}

// A creator holds Edit on its own agent, Private too, as far as its role
// reaches; an archived agent is nobody's.
func TestCreatorAndArchived(t *testing.T) {
	for _, c := range []struct {
		role AgentRole
		typ  AccessType
		life Life
		want Level
	}{
		{AgentUser, Private, Live, ViewUse}, {AgentManager, Private, Live, EditAgent}, {AgentManager, Organization, Live, EditAgent},
		{AgentSuperAdmin, Private, Live, EditAgent}, {AgentManager, Private, Archived, None}, {AgentSuperAdmin, Organization, Archived, None},
	} {
		w := newAcme(t).users("ana", "ben")
		w.add(Agent{ID: "Bot", Name: "Bot", AccessType: c.typ, Creator: "ana", Life: c.life})
		if c.role > AgentUser {
			w.give(person("ana"), TargetAgentRole, "", Level(c.role))
		}
		acc := wants(t, w.org(), "ana", onAgent("Bot"), "", midMarch, c.want)
		if c.role == AgentUser && (len(acc.Caps) != 1 || acc.Caps[0].Code != ReasonReach) {
			t.Errorf("the reach is not named: %+v", acc)
		}
		if c.life == Archived && acc.Denials[0].Code != ReasonArchived {
			t.Errorf("denials %v", acc.Denials)
		}
	}
}

// PRODUCT 2.3, last rule: on one agent an area is no more than the agent.
func TestAreasFollowAgents(t *testing.T) {
	for _, c := range []struct {
		setting     string
		area, agent Level
		admin       bool // account role Admin
		want        Level
	}{
		{"", Edit, None, false, None}, {"", Edit, ViewUse, false, Read}, {"", Edit, EditAgent, false, Edit},
		{"", Read, EditAgent, false, Read}, {"", None, EditAgent, false, None}, {"on", Edit, ViewUse, false, Read},
		{"off", Edit, None, false, Edit}, {"off", Read, ViewUse, false, Read},
		{"", None, None, true, None}, {"", None, ViewUse, true, Read}, {"off", None, None, true, Edit},
	} {
		w := newAcme(t).users("ana").agents("Bot").tree("voice")
		w.give(person("ana"), TargetAgentRole, "", Level(AgentManager))
		if c.setting != "" {
			w.add(Setting{SettingCoupling, c.setting})
		}
		if c.area > None {
			w.give(person("ana"), TargetArea, "voice", c.area)
		}
		if c.agent > None {
			w.give(person("ana"), TargetAgent, "Bot", c.agent)
		}
		if c.admin {
			w.give(person("ana"), TargetAccount, "", Level(AccountAdmin))
		}
		o := w.org()
		acc := wants(t, o, "ana", onArea("voice"), "Bot", midMarch, c.want)
		if c.setting != "off" && c.want < c.area && (len(acc.Caps) == 0 || acc.Caps[0].Code != ReasonAgentCap) {
			t.Errorf("%+v: the cap is not named: %+v", c, acc)
		}
		all := c.area
		if c.admin {
			all = Edit
		}
		wants(t, o, "ana", onArea("voice"), "", midMarch, all)
	}
}

// PRODUCT 2.2: a value set for one agent replaces the value for all agents at
// that node, upwards and downwards; of several in force the highest counts;
// a principal has the highest of its sources.
func TestAreaScopesAndSources(t *testing.T) {
	w := newAcme(t).users("ana", "ben").groups("Team", "Other").agents("Bot", "Bat").tree("voice", "voice/numbers")
	w.add(Setting{SettingCoupling, "off"}, Role{ID: "Staff", Name: "Staff"})
	w.join("Team", "ana")
	w.give(team("Team"), TargetArea, "voice", Read)
	w.grant(Grant{Holder: team("Team"), Target: onArea("voice"), Agent: "Bot", Level: Edit})
	w.grant(Grant{Holder: team("Team"), Target: onArea("voice"), Agent: "Bat", Level: None})
	w.give(person("ana"), TargetArea, "voice/numbers", Read)
	w.give(person("ben"), TargetArea, "voice", Read)
	w.give(person("ben"), TargetArea, "voice", Edit)
	o := w.org()
	for _, c := range []struct {
		p, area, agent ID
		want           Level
	}{
		{"ana", "voice", "", Read}, {"ana", "voice", "Bot", Edit}, {"ana", "voice", "Bat", None},
		{"ana", "voice/numbers", "Bat", Read}, // her own value stands beside the team's None
		{"ana", "voice/numbers", "Bot", Edit}, {"ben", "voice", "", Edit}, {"ben", "voice", "Bot", Edit},
	} {
		wants(t, o, c.p, onArea(c.area), c.agent, midMarch, c.want)
	}
	// By the role it has, as the default or by assignment.
	w.add(Role{ID: "Basic", Name: "Basic", Default: true})
	w.give(Holder{HolderRole, "Basic"}, TargetArea, "voice/numbers", Read)
	w.give(Holder{HolderRole, "Staff"}, TargetArea, "voice", Edit)
	w.users("cas", "dee").give(person("dee"), TargetRole, "Staff", Held)
	o = w.org()
	wants(t, o, "cas", onArea("voice/numbers"), "", midMarch, Read)
	wants(t, o, "dee", onArea("voice"), "", midMarch, Edit)
	wants(t, o, "cas", onArea("voice"), "", midMarch, None)
}

// The sentences an administrator reads, word by word.
func TestSentences(t *testing.T) {
	w := newAcme(t).groups("Sales Team").tree("voice", "voice/numbers")
	w.add(Principal{ID: "dana", Kind: User, Name: "Dana Okafor", Status: Inactive},
		Principal{ID: "omar", Kind: User, Name: "Omar Said", Status: Active},
		Principal{ID: "key", Kind: APIKey, Name: "CRM key", Status: Active},
		Agent{ID: "agt_s", Name: "Sales Agent"}, Agent{ID: "agt_o", Name: "Open Agent", AccessType: Organization},
		Agent{ID: "agt_g", Name: "Group Agent", AccessType: GroupRestricted})
	w.join("Sales Team", "dana", "omar")
	w.give(team("Sales Team"), TargetAgent, "agt_s", ViewUse)
	w.give(team("Sales Team"), TargetAgent, "agt_g", EditAgent)
	w.give(person("omar"), TargetArea, "voice", Read)
	w.give(person("omar"), TargetArea, "voice/numbers", Edit)
	o := w.org()
	for _, c := range []struct {
		p      ID
		target Target
		agent  ID
		want   string
	}{
		{"dana", onAgent("agt_g"), "", "Dana Okafor is inactive, so nothing below counts"},
		{"omar", onAgent("agt_s"), "", "Sales Agent is Private: the grant to Sales Team lies dormant until its access type changes"},
		{"key", onAgent("agt_o"), "", "Open Agent is open to every active user, but keys and AI agents reach it only by a grant"},
		{"omar", onAgent("agt_g"), "", "the agent role of Omar Said is User, which reaches no further than View & Use"},
		{"omar", onArea("voice/numbers"), "", "voice is set to Read for Omar Said, and what is below it can be no more"},
		{"omar", onArea("voice"), "agt_s", "Omar Said has no access to Sales Agent, and areas follow agents"},
		{"key", onAgent("agt_g"), "", "nothing gives CRM key access to Group Agent"},
		{"nobody", onAgent("agt_g"), "", `there is no principal "nobody"`},
		{"omar", onAgent("agt_x"), "", `there is no agent "agt_x"`},
	} {
		acc := o.Access(c.p, c.target, c.agent, midMarch)
		var all []string
		for _, d := range acc.Denials {
			all = append(all, d.Text)
		}
		for _, cp := range acc.Caps {
			all = append(all, cp.Text)
		}
		if len(all) == 0 || all[0] != c.want {
			t.Errorf("%s on %v: first said\n\t%s\nwant\n\t%s", c.p, c.target, strings.Join(all, "\n\t"), c.want)
		}
	}
}

// A key whose owner has left keeps its access: that is a finding, no rule.
func TestOwnerInactiveIsOnlyAFinding(t *testing.T) {
	w := newAcme(t).agents("Bot")
	w.add(Principal{ID: "gone", Kind: User, Name: "Gone"}, Principal{ID: "key", Kind: APIKey, Name: "Key", Status: Active, Owner: "gone"})
	w.give(person("key"), TargetAgent, "Bot", ViewUse)
	wants(t, w.org(), "key", onAgent("Bot"), "", midMarch, ViewUse)
}

// Everything a principal has, and everyone who has a thing, agree.
func TestAccessOfAndWho(t *testing.T) {
	w := newAcme(t).users("ana", "ben").groups("Team").agents("Bot", "Bat").tree("voice")
	w.join("Team", "ana")
	w.give(team("Team"), TargetAgent, "Bot", ViewUse)
	w.grant(Grant{Holder: team("Team"), Target: onArea("voice"), Agent: "Bot", Level: Edit})
	w.give(person("ana"), TargetDuty, "checker", Held)
	o := w.org()
	var got []string
	for _, acc := range o.AccessOf("ana", midMarch) {
		got = append(got, fmt.Sprint(acc.Target.Kind, " ", acc.Target.ID, " ", acc.Agent, " ", acc.Level))
	}
	want := "agent Bot  1|area voice Bot 1|group Team  1|duty checker  1"
	if strings.Join(got, "|") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, "|"), want)
	}
	if who := o.Who(onAgent("Bot"), "", midMarch); len(who) != 1 || who[0].Principal != "ana" {
		t.Errorf("%+v", who)
	}
	if who := o.Who(onAgent("Bot"), "", time.Time{}); len(who) != 1 {
		t.Errorf("a grant without a window holds at any instant: %+v", who)
	}
}
