package domain

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// bruteEffects compares everything for everybody at every edge of a window,
// as Effects says it does without looking everywhere.
func bruteEffects(before, after *Org, at time.Time) []Effect {
	instants := bruteInstants(before, after, at)
	var out []Effect
	for _, p := range bruteIDs(before, after, KindPrincipal) {
		for _, pl := range brutePlaces(before, after, p, instants) {
			first := len(out)
			for i, t := range instants {
				was, is := before.Level(p, pl.target, pl.agent, t), after.Level(p, pl.target, pl.agent, t)
				known := slices.ContainsFunc(out[first:], func(e Effect) bool { return e.Before == was && e.After == is })
				if was != is && !known {
					out = append(out, Effect{Principal: p, Target: pl.target, Agent: pl.agent, Before: was, After: is, At: t, Future: i > 0})
				}
			}
		}
	}
	return out
}

func bruteIDs(before, after *Org, k Kind) []ID {
	var out []ID
	for _, o := range []*Org{before, after} {
		for row := range o.All(k) {
			out = append(out, row.Record.RecordID())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func bruteInstants(before, after *Org, at time.Time) []time.Time {
	var edges []int64
	for _, o := range []*Org{before, after} {
		for row := range o.All(KindGrant) {
			s := row.Record.(Grant).Window.Span(o.Zone())
			for _, e := range []int64{s.From, s.To} {
				if e > at.Unix() && e != Forever.To {
					edges = append(edges, e)
				}
			}
		}
	}
	slices.Sort(edges)
	out := []time.Time{at}
	for _, e := range slices.Compact(edges) {
		out = append(out, time.Unix(e, 0).UTC())
	}
	return out
}

func brutePlaces(before, after *Org, p ID, instants []time.Time) []place {
	var out []place
	for kind, records := range targetRecords {
		if kind == TargetAccessType || kind == TargetCreator {
			continue
		}
		for _, id := range bruteIDs(before, after, records) {
			out = append(out, place{target: Target{kind, id}})
		}
	}
	out = append(out, place{target: Target{Kind: TargetAccount}}, place{target: Target{Kind: TargetAgentRole}})
	for _, d := range Duties() {
		out = append(out, place{target: Target{TargetDuty, ID(d.String())}})
	}
	for _, o := range []*Org{before, after} {
		for row := range o.All(KindAgentSource) {
			tie := row.Record.(AgentSource)
			out = append(out, place{Target{TargetSource, tie.Source}, tie.Agent})
		}
	}
	for _, a := range bruteIDs(before, after, KindAgent) {
		t := Target{TargetAgent, a}
		moves := slices.ContainsFunc(instants, func(at time.Time) bool { return before.Level(p, t, "", at) != after.Level(p, t, "", at) })
		if moves || bruteConcerns(before, after, p, a) {
			for _, n := range bruteIDs(before, after, KindArea) {
				out = append(out, place{Target{TargetArea, n}, a})
			}
		}
	}
	slices.SortFunc(out, comparePlaces)
	return slices.Compact(out)
}

// bruteConcerns tells whether an area value for that agent alone is held by p,
// by a role p holds or falls back to, or by a group p is in or one above it.
func bruteConcerns(before, after *Org, p, agent ID) bool {
	holders := map[Holder]bool{{HolderPrincipal, p}: true}
	for _, o := range []*Org{before, after} {
		for row := range o.All(KindRole) {
			if r := row.Record.(Role); r.Default {
				holders[Holder{HolderRole, r.ID}] = true
			}
		}
		for _, g := range o.GrantsOf(Holder{HolderPrincipal, p}) {
			switch g.Target.Kind {
			case TargetRole:
				holders[Holder{HolderRole, g.Target.ID}] = true
			case TargetGroup:
				for _, way := range []*Org{before, after} {
					id := g.Target.ID
					for range 10 {
						holders[Holder{HolderGroup, id}] = true
						up, _ := way.Group(id)
						id = up.Parent
					}
				}
			}
		}
	}
	for _, o := range []*Org{before, after} {
		for row := range o.All(KindGrant) {
			if g := row.Record.(Grant); g.Target.Kind == TargetArea && g.Agent == agent && holders[g.Holder] {
				return true
			}
		}
	}
	return false
}

// little draws small organisations and changes of them, of every kind.
type little struct {
	*rapid.T
	n int
}

func (l *little) pick(what string, from ...ID) ID { return rapid.SampledFrom(from).Draw(l.T, what) }
func (l *little) chance(what string) bool         { return rapid.Bool().Draw(l.T, what) }

var (
	littlePeople = []ID{"usr_1", "usr_2", "key_3"}
	littleGroups = []ID{"grp_1", "grp_2", "grp_3"}
	littleAgents = []ID{"agt_1", "agt_2"}
	littleAreas  = []ID{"a", "a/b", "a/b/c", "d"}
	littleSource = []ID{"src_1", "src_2"}
	littleRoles  = []ID{"rol_1", "rol_2"}
)

func (l *little) principal(id ID) Principal {
	p := Principal{ID: id, Name: string(id), Status: Active}
	if id[:3] == "key" {
		p.Kind = APIKey
	}
	if rapid.IntRange(0, 3).Draw(l.T, "status") == 0 {
		p.Status = Inactive
	}
	return p
}

func (l *little) group(id ID) Group {
	g := Group{ID: id, Name: string(id)}
	if id > "grp_1" && l.chance("has parent") { // parents come first, so there is no ring
		g.Parent = l.pick("parent", littleGroups[:id[4]-'1']...)
	}
	if rapid.IntRange(0, 3).Draw(l.T, "life") == 0 {
		g.Life = Archived
	}
	return g
}

func (l *little) agent(id ID) Agent {
	a := Agent{ID: id, Name: string(id), AccessType: rapid.SampledFrom(AccessTypes()).Draw(l.T, "type")}
	if rapid.IntRange(0, 3).Draw(l.T, "life") == 0 {
		a.Life = Archived
	}
	if l.chance("has creator") {
		a.Creator = l.pick("creator", littlePeople...)
	}
	return a
}

func (l *little) window() Window {
	days := []Date{"", "", "2026-02-01", "2026-03-10", "2026-03-11", "2026-04-01"}
	w := Window{From: rapid.SampledFrom(days).Draw(l.T, "from"), To: rapid.SampledFrom(days).Draw(l.T, "to")}
	if w.To != "" && w.To < w.From {
		w.To = ""
	}
	return w
}

func (l *little) grant() Grant {
	l.n++
	g := Grant{ID: ID(fmt.Sprintf("gnt_%d", l.n)), Level: Level(rapid.IntRange(1, 2).Draw(l.T, "level")), Window: l.window()}
	anyone := slices.Concat(littlePeople, littleGroups)
	holder := l.pick("person", littlePeople...)
	switch rapid.IntRange(0, 9).Draw(l.T, "kind") {
	case 0, 1:
		g.Target, holder = Target{TargetAgent, l.pick("agent", littleAgents...)}, l.pick("holder", anyone...)
	case 2, 3:
		g.Target, holder = Target{TargetArea, l.pick("area", littleAreas...)}, l.pick("holder", append(anyone, littleRoles...)...)
		g.Level = Level(rapid.IntRange(0, 2).Draw(l.T, "level"))
		if l.chance("scoped") {
			g.Agent = l.pick("agent", littleAgents...)
		}
	case 4:
		g.Target, holder = Target{TargetSource, l.pick("source", littleSource...)}, l.pick("holder", anyone...)
		if l.chance("scoped") {
			g.Agent = l.pick("agent", littleAgents...)
		}
	case 5, 6:
		g.Target = Target{TargetGroup, l.pick("group", littleGroups...)}
	case 7:
		g.Target, g.Level = Target{TargetRole, l.pick("role", littleRoles...)}, 1
	case 8:
		g.Target = Target{Kind: TargetAgentRole}
	case 9:
		g.Target, g.Level = Target{Kind: TargetAccount}, 1
		if l.chance("duty") {
			g.Target = Target{TargetDuty, "checker"}
		}
	}
	g.Holder = Holder{map[string]HolderKind{"grp": HolderGroup, "rol": HolderRole}[string(holder[:3])], holder}
	return g
}

func (l *little) record(id ID) Record {
	switch word := string(id) + "  "; word[:3] {
	case "usr", "key":
		return l.principal(id)
	case "grp":
		return l.group(id)
	case "agt":
		return l.agent(id)
	case "src":
		return Source{ID: id, Name: string(id)}
	case "tie":
		return AgentSource{Agent: "agt_" + id[4:5], Source: "src_" + id[6:7], Open: l.chance("open")}
	case "rol":
		return Role{ID: id, Name: string(id), Default: l.chance("default"), ForUsers: true}
	case "zon":
		return Setting{ID: SettingZone, Value: string(l.pick("zone", "UTC", "Asia/Tokyo", "America/Lima"))}
	}
	for i, a := range littleAreas {
		if a == id {
			r := Area{ID: id, Name: string(id), Order: i}
			if i == 1 || i == 2 {
				r.Parent = littleAreas[i-1]
			}
			return r
		}
	}
	return l.grant()
}

func (l *little) everyID() []ID {
	return slices.Concat(littlePeople, littleGroups, littleAgents, littleAreas, littleSource, littleRoles,
		[]ID{"tie_1_1", "tie_1_2", "tie_2_1", "zone"})
}

func (l *little) org() *Org {
	var recs []Record
	for _, id := range l.everyID() {
		if rapid.IntRange(0, 9).Draw(l.T, "there") > 0 {
			recs = append(recs, l.record(id))
		}
	}
	for range rapid.IntRange(0, 14).Draw(l.T, "grants") {
		recs = append(recs, l.grant())
	}
	if l.chance("coupling off") {
		recs = append(recs, Setting{ID: SettingCoupling, Value: "off"})
	}
	o, err := NewOrg(100, testRows(recs...))
	if err != nil {
		l.Fatal(err)
	}
	return o
}

// changes draws a few, each of another record.
func (l *little) changes(o *Org) []Change {
	var out []Change
	done := map[recordKey]bool{}
	for range rapid.IntRange(1, 4).Draw(l.T, "changes") {
		r := l.record(l.pick("which", append(l.everyID(), "grant", "grant", "grant", "grant", "grant")...))
		if r.RecordKind() == KindGrant && l.chance("an old one") {
			var held []Record
			for row := range o.All(KindGrant) {
				held = append(held, row.Record)
			}
			if len(held) > 0 {
				g := rapid.SampledFrom(held).Draw(l.T, "held").(Grant)
				g.Level, g.Window = min(Level(rapid.IntRange(0, 2).Draw(l.T, "to")), g.Ladder().Top()), l.window()
				r = g
			}
		}
		c := Change{After: r}
		if row, ok := o.Get(r.RecordKind(), r.RecordID()); ok {
			c.Before = row.Record
			if l.chance("ends") {
				c.After = nil
			}
		}
		if !done[keyOf(r)] && c.Before != c.After {
			done[keyOf(r)] = true
			out = append(out, c)
		}
	}
	return out
}

// Whatever changes, looking where the changes say gives what comparing
// everything gives.
func TestEffectsEqualBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &little{T: t}
		before := l.org()
		changes := l.changes(before)
		after, err := before.Advance(before.Key(), changes)
		if err != nil {
			t.Fatal(err)
		}
		got, want := Effects(before, after, changes, noon), bruteEffects(before, after, noon)
		for i := range got {
			got[i].Shared = false
		}
		if !slices.Equal(got, want) {
			t.Fatalf("changes %+v\ngot  %v\nwant %v", changes, got, want)
		}
	})
}

// Undoing a change set makes exactly the opposite effects.
func TestEffectsOfUndoing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &little{T: t}
		before := l.org()
		changes := l.changes(before)
		after, err := before.Advance(before.Key(), changes)
		if err != nil {
			t.Fatal(err)
		}
		var undo []Change
		for _, c := range changes {
			undo = append(undo, Change{Before: c.After, After: c.Before})
		}
		back := Effects(after, before, undo, noon)
		forth := Effects(before, after, changes, noon)
		for i := range forth {
			forth[i].Before, forth[i].After, forth[i].Shared = forth[i].After, forth[i].Before, false
		}
		for i := range back {
			back[i].Shared = false
		}
		if !slices.Equal(back, forth) {
			t.Fatalf("changes %+v\nback  %v\nforth %v", changes, back, forth)
		}
	})
}
