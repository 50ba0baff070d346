package domain

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	somePeople = []ID{"usr_1", "usr_2", "usr_3", "key_1", "aia_1"}
	someGroups = []ID{"grp_1", "grp_2", "grp_3", "grp_4", "grp_5"}
	someAgents = []ID{"agt_1", "agt_2", "agt_3"}
	someSource = []ID{"src_1", "src_2"}
	someRoles  = []ID{"rol_1", "rol_2"}
	someAreas  = []ID{"a", "a/b", "a/b/c", "a/d", "e"}
)

// someRows draws an organisation with everything that may go wrong in it:
// rows that refer to nothing, cycles, archived groups, several roles.
func someRows(t *rapid.T) []Row {
	var rows []Row
	add := func(r Record) { rows = append(rows, Row{r, Seq(len(rows) + 1)}) }
	there := func(label string, id ID) bool { return rapid.IntRange(0, 9).Draw(t, label+string(id)) > 0 }
	for i, id := range somePeople {
		if there("is ", id) {
			add(drawPrincipal(t, id, PrincipalKind(max(0, i-2))))
		}
	}
	for _, id := range someGroups {
		if there("is ", id) {
			add(drawGroup(t, id))
		}
	}
	for _, id := range someAgents {
		if there("is ", id) {
			add(drawAgent(t, id))
		}
		for _, s := range someSource {
			if rapid.Bool().Draw(t, "tied") {
				add(AgentSource{Agent: id, Source: s, Open: rapid.Bool().Draw(t, "open")})
			}
		}
	}
	for _, id := range someSource {
		if there("is ", id) {
			add(Source{ID: id, Name: "Source " + string(id)})
		}
	}
	for _, id := range someRoles {
		add(Role{ID: id, Name: "Role " + string(id), Default: rapid.Bool().Draw(t, "default")})
	}
	add(Area{ID: "a", Name: "A", Order: 0})
	add(Area{ID: "a/b", Name: "B", Parent: "a", Order: 1})
	add(Area{ID: "a/b/c", Name: "C", Parent: "a/b", Order: 2})
	add(Area{ID: "a/d", Name: "D", Parent: "a", Order: 3})
	add(Area{ID: "e", Name: "E", Order: 4})
	if rapid.Bool().Draw(t, "uncoupled") {
		add(Setting{SettingCoupling, "off"})
	}
	if rapid.Bool().Draw(t, "zoned") {
		add(Setting{SettingZone, "Europe/Berlin"})
	}
	n := rapid.IntRange(0, 40).Draw(t, "grants")
	for i := range n {
		add(drawGrant(t, ID(fmt.Sprintf("gnt_%02d", i))))
	}
	return rows
}

func drawPrincipal(t *rapid.T, id ID, k PrincipalKind) Principal {
	status := Active
	if rapid.IntRange(0, 4).Draw(t, "status") == 0 {
		status = rapid.SampledFrom(Statuses()).Draw(t, "status of "+string(id))
	}
	p := Principal{ID: id, Kind: k, Name: "Person " + string(id), Status: status}
	if k != User {
		p.Owner = rapid.SampledFrom([]ID{"", "usr_1", "usr_2"}).Draw(t, "owner")
	}
	return p
}

func drawGroup(t *rapid.T, id ID) Group {
	life := Live
	if rapid.IntRange(0, 5).Draw(t, "life") == 0 {
		life = Archived
	}
	parent := rapid.SampledFrom(append([]ID{"", "", "grp_gone"}, someGroups...)).Draw(t, "parent of "+string(id))
	return Group{ID: id, Name: "Group " + string(id), Parent: parent, Life: life}
}

func drawAgent(t *rapid.T, id ID) Agent {
	life := Live
	if rapid.IntRange(0, 6).Draw(t, "life") == 0 {
		life = Archived
	}
	return Agent{ID: id, Name: "Agent " + string(id), Life: life,
		AccessType: rapid.SampledFrom(AccessTypes()).Draw(t, "type of "+string(id)),
		Creator:    rapid.SampledFrom([]ID{"", "usr_1", "usr_2", "key_1"}).Draw(t, "creator of "+string(id))}
}

func drawGrant(t *rapid.T, id ID) Grant {
	g := Grant{ID: id}
	p := person(rapid.SampledFrom(append([]ID{"usr_gone"}, somePeople...)).Draw(t, "who"))
	h := rapid.SampledFrom([]Holder{p, p, team(rapid.SampledFrom(someGroups).Draw(t, "group")),
		{HolderRole, rapid.SampledFrom(someRoles).Draw(t, "role")}}).Draw(t, "holder")
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0, 1, 2:
		g.Holder, g.Target = p, Target{TargetGroup, rapid.SampledFrom(someGroups).Draw(t, "of")}
	case 3, 4:
		g.Holder, g.Target = h, onAgent(rapid.SampledFrom(someAgents).Draw(t, "agent"))
	case 5, 6, 7:
		g.Holder, g.Target = h, onArea(rapid.SampledFrom(someAreas).Draw(t, "area"))
		g.Agent = rapid.SampledFrom([]ID{"", "", "agt_1", "agt_2", "agt_gone"}).Draw(t, "scope")
	case 8:
		g.Holder, g.Target = h, Target{TargetSource, rapid.SampledFrom(someSource).Draw(t, "source")}
		g.Agent = rapid.SampledFrom([]ID{"", "agt_1", "agt_2"}).Draw(t, "scope")
	case 9:
		g.Holder = p
		g.Target = rapid.SampledFrom([]Target{{TargetAccount, ""}, {TargetAgentRole, ""}, {TargetAgentRole, ""},
			{TargetRole, "rol_1"}, {TargetRole, "rol_2"}, {TargetDuty, "checker"}}).Draw(t, "standing")
	}
	least := 1
	if g.Target.Kind == TargetArea {
		least = 0
	}
	g.Level = Level(rapid.IntRange(least, int(LadderOf(g.Target.Kind).Top())).Draw(t, "level"))
	g.Window = rapid.SampledFrom([]Window{{}, {}, {}, {From: "2026-03-10", To: "2026-03-20"}, {To: "2026-03-14"},
		{From: "2026-03-16"}, {From: "2026-03-15", To: "2026-03-15", Zone: "Asia/Tokyo"},
		{From: "2026-03-15", Zone: "Pacific/Apia"}, {To: "2026-03-29", Zone: "Asia/Kathmandu"}, {From: "2026-01-01", Zone: "Nowhere/Land"}}).Draw(t, "window")
	return g
}

var someInstants = []time.Time{midMarch, midMarch.AddDate(0, 0, -3), midMarch.AddDate(0, 0, 3),
	time.Date(2026, 3, 15, 23, 30, 0, 0, time.UTC), time.Date(2026, 3, 14, 10, 59, 59, 0, time.UTC),
	time.Date(2026, 3, 29, 18, 15, 0, 0, time.UTC)}

func everyTarget() []Target {
	out := []Target{{TargetAccount, ""}, {TargetAgentRole, ""}, {TargetDuty, "checker"}, {TargetDuty, "auditor"}}
	for kind, ids := range [][]ID{TargetAgent: someAgents, TargetArea: someAreas, TargetSource: someSource,
		TargetGroup: someGroups, TargetRole: someRoles} {
		for _, id := range ids {
			out = append(out, Target{TargetKind(kind), id})
		}
	}
	return out
}

// everyQuestion asks everything of everyone, with every scope that applies.
func everyQuestion(ask func(p ID, t Target, agent ID)) {
	for _, p := range append([]ID{"usr_gone"}, somePeople...) {
		for _, t := range everyTarget() {
			ask(p, t, "")
			if t.Kind == TargetArea || t.Kind == TargetSource {
				for _, a := range append([]ID{"agt_gone"}, someAgents...) {
					ask(p, t, a)
				}
			}
		}
	}
}

func drawnOrg(t *rapid.T, rows []Row) *Org {
	o, err := NewOrg(Seq(len(rows)), rowsIn(rows))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// The fast answer, the explained one and the oracle always agree; what is
// explained holds together.
func TestLevelIsTheOraclesAndTheExplanations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		o, w := drawnOrg(t, rows), oracleOf(rows)
		at := rapid.SampledFrom(someInstants).Draw(t, "at")
		everyQuestion(func(p ID, target Target, agent ID) {
			want := w.level(p, target, agent, at)
			if got := o.Level(p, target, agent, at); got != want {
				t.Fatalf("Level of %s on %v (agent %q) is %d, want %d", p, target, agent, got, want)
			}
			acc := o.Access(p, target, agent, at)
			if acc.Level != want {
				t.Fatalf("Access of %s on %v (agent %q) is %d, want %d: %+v", p, target, agent, acc.Level, want, acc)
			}
			holdsTogether(t, acc)
		})
	})
}

// holdsTogether checks an answer against itself.
func holdsTogether(t *rapid.T, acc Access) {
	if acc.Level == None && (len(acc.Denials) == 0 || len(acc.Paths) > 0) {
		t.Fatalf("a no needs reasons and has no paths: %+v", acc)
	}
	if acc.Level > None && (len(acc.Paths) == 0 || acc.Paths[0].Level != acc.Level) {
		t.Fatalf("the first path is not the level: %+v", acc)
	}
	for i, p := range acc.Paths {
		if p.Level == None || p.Level > p.Given || len(p.Steps) == 0 || len(p.Via) == 0 && p.Steps[0].Note != "has no role, so the default one" {
			t.Fatalf("path %d: %+v", i, p)
		}
		if i > 0 && acc.Paths[i-1].Level < p.Level {
			t.Fatalf("the strongest path is not first: %+v", acc.Paths)
		}
		if p.Grant != "" && p.Via[len(p.Via)-1] != p.Grant {
			t.Fatalf("the grant is not the last of the way: %+v", p)
		}
	}
	for _, c := range acc.Caps {
		if c.From <= c.To || c.From <= acc.Level || c.Text == "" {
			t.Fatalf("cap %+v over level %d", c, acc.Level)
		}
	}
}

// A path, replayed alone, gives exactly its level: an organisation with
// nobody's grants but those on the way answers the same.
func TestPathsReplayed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		o := drawnOrg(t, rows)
		at := rapid.SampledFrom(someInstants).Draw(t, "at")
		everyQuestion(func(p ID, target Target, agent ID) {
			for _, path := range o.Access(p, target, agent, at).Paths {
				only := oracleOf(replayRows(o, rows, p, path))
				got := only.level(p, target, agent, at)
				if agent != "" && target.Kind == TargetArea && only.coupling {
					only.coupling = false // the level on the agent comes by other paths
					got = min(only.level(p, target, agent, at), o.Level(p, onAgent(agent), "", at))
				}
				if got != path.Level {
					t.Fatalf("%s on %v (agent %q): the path says %d, replayed it gives %d: %+v", p, target, agent, path.Level, got, path)
				}
			}
		})
	})
}

// replayRows keeps the rows a path goes by: the grants on its way; the agent
// role Manager where it is held, whose reach is a condition and no grant on
// the way; access type and creator only where the path names them.
func replayRows(o *Org, rows []Row, p ID, path Path) []Row {
	onWay := func(id ID) bool { return slices.Contains(path.Via, id) }
	var out []Row
	for _, row := range rows {
		switch r := row.Record.(type) {
		case Grant:
			if !onWay(r.ID) && r.Target.Kind == TargetAgentRole && r.Level > Level(AgentManager) {
				r.Level = Level(AgentManager) // an admin's grants reach as far as a manager's
			}
			if onWay(r.ID) || r.Target.Kind == TargetAgentRole {
				out = append(out, Row{r, row.Since})
			}
			continue
		case Agent:
			if !onWay("access-type/"+r.ID) && r.AccessType == Organization {
				r.AccessType = GroupRestricted
			}
			if !onWay("creator/" + r.ID) {
				r.Creator = ""
			}
			row.Record = r
		}
		out = append(out, row)
	}
	return out
}

// Advancing by changes gives what building from the changed rows gives.
func TestAdvanceIsNewOrg(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		o := drawnOrg(t, rows)
		before := answers(o, midMarch)
		moved := o
		state := slices.Clone(rows)
		key := o.Key()
		for range rapid.IntRange(1, 4).Draw(t, "events") {
			key++
			var cs []Change
			for range rapid.IntRange(1, 5).Draw(t, "changes") {
				c := drawChange(t, state)
				state = changed(state, c, key)
				cs = append(cs, c)
			}
			var err error
			if moved, err = moved.Advance(key, cs); err != nil {
				t.Fatal(err)
			}
		}
		fresh := drawnOrg(t, state)
		if moved.Key() != key {
			t.Fatalf("key %d, want %d", moved.Key(), key)
		}
		all := answers(moved, midMarch)
		for i, want := range answers(fresh, midMarch) {
			if got := all[i]; !reflect.DeepEqual(got, want) {
				t.Fatalf("advanced and built differ in answer %d:\n%+v\n%+v", i, got, want)
			}
		}
		if !reflect.DeepEqual(before, answers(o, midMarch)) {
			t.Fatal("advancing changed the organisation it began from")
		}
	})
}

// answers is everything an organisation says, to compare two.
func answers(o *Org, at time.Time) []any {
	var out []any
	for _, k := range AccessKinds() {
		out = append(out, o.Count(k), slices.Collect(o.All(k)))
	}
	for _, p := range somePeople {
		r, err := o.FindPrincipal("person " + string(p))
		out = append(out, o.AccessOf(p, at), o.GroupsOf(p, at), o.GrantsOf(person(p)), r, err != nil)
	}
	for _, g := range someGroups {
		all, direct := o.MembersOf(g, at)
		out = append(out, o.Subgroups(g), all, direct, o.GrantsOf(team(g)), o.GroupManagers(g, at))
	}
	for _, a := range someAgents {
		out = append(out, o.AgentSources(a))
	}
	everyQuestion(func(p ID, t Target, agent ID) { out = append(out, o.Access(p, t, agent, at)) })
	for _, t := range everyTarget() {
		out = append(out, o.GrantsOn(t), o.Who(t, "", at))
	}
	return append(out, slices.Collect(o.Holdings(at)), *o.AgentMatrix(at), *o.AreaMatrix("agt_1", at), o.Zone().String(),
		o.AccountAdmins(at), o.WithDuty(DutyChecker, at))
}

// drawChange draws a change that the state allows.
func drawChange(t *rapid.T, state []Row) Change {
	if n := rapid.IntRange(-1, len(state)-1).Draw(t, "row"); n >= 0 {
		old := state[n].Record
		if _, area := old.(Area); !area && rapid.Bool().Draw(t, "ends") {
			return End(old)
		}
		switch r := old.(type) {
		case Principal:
			return Replace(r, drawPrincipal(t, r.ID, r.Kind))
		case Group:
			return Replace(r, drawGroup(t, r.ID))
		case Agent:
			return Replace(r, drawAgent(t, r.ID))
		case Grant:
			return Replace(r, drawGrant(t, r.ID))
		case AgentSource:
			after := r
			after.Open = !r.Open
			return Replace(r, after)
		case Role:
			after := r
			after.Default = !r.Default
			return Replace(r, after)
		}
	}
	id := ID("gnt_new")
	for slices.ContainsFunc(state, func(r Row) bool { return r.Record.RecordID() == id }) {
		id += "_"
	}
	return Begin(drawGrant(t, id))
}

func changed(state []Row, c Change, key Seq) []Row {
	id, kind := c.Record().RecordID(), c.Record().RecordKind()
	out := slices.DeleteFunc(slices.Clone(state), func(r Row) bool {
		return r.Record.RecordID() == id && r.Record.RecordKind() == kind
	})
	if c.After != nil {
		out = append(out, Row{c.After, key})
	}
	return out
}

// The matrices say what Level says, cell by cell.
func TestMatricesAreLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawnOrg(t, someRows(t))
		at := rapid.SampledFrom(someInstants).Draw(t, "at")
		same := func(m *Matrix, agent ID, rows, cols int) {
			if len(m.Principals) != rows || len(m.Targets) != cols {
				t.Fatalf("%d × %d, want %d × %d", len(m.Principals), len(m.Targets), rows, cols)
			}
			for i, p := range m.Principals {
				row, some := m.Row(i), 0
				for j, target := range m.Targets {
					want := o.Level(p, target, agent, at)
					if m.At(i, j) != want || row[j] != want {
						t.Fatalf("%s on %v (agent %q): %d and %d, want %d", p, target, agent, m.At(i, j), row[j], want)
					}
					if want > None {
						some++
					}
				}
				if m.Count(i, 1) != some {
					t.Fatalf("row of %s counts %d, want %d", p, m.Count(i, 1), some)
				}
			}
		}
		people := o.Count(KindPrincipal)
		same(o.AgentMatrix(at), "", people, o.Count(KindAgent))
		for _, a := range append([]ID{"", "agt_gone"}, someAgents...) {
			same(o.AreaMatrix(a, at), a, people, o.Count(KindArea))
		}
	})
}
