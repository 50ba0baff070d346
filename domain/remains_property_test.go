package domain

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A lowered holding, asked of the organisation in which it is lowered, leaves
// exactly the levels above the rung that the oracle finds there: now and at
// every day's edge up to the horizon.
func TestRemainsIsWhatIsLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		o := drawnOrg(t, rows)
		at, horizon := midMarch.AddDate(0, 0, -6), midMarch.AddDate(0, 0, 7)
		for row := range o.Holdings(at) {
			g := row.Record.(Grant)
			for _, to := range g.Ladder().Below(g.Level) {
				cs, err := o.Lower(g.ID, to)
				if err != nil {
					t.Fatal(err)
				}
				state := rows
				for _, c := range cs {
					state = changed(state, c, 999)
				}
				left := o.Remains(g.ID, to, at, horizon)
				agreesWithOracle(t, o, oracleOf(state), g, to, left, at, horizon)
				after := drawnOrg(t, state)
				tellsEveryPath(t, after, g, to, o.Reaches(g, at), left, g.Target, at, horizon)
				tellsEveryPathBelow(t, after, g, to, o.Reaches(g, at), at, horizon)
				tellsEveryGroupAbove(t, o, after, oracleOf(state), g, to, left, at, horizon)
				if !slices.EqualFunc(left, o.Remains(g.ID, to, at, horizon), sameRemaining) {
					t.Fatal("asked twice, told otherwise")
				}
			}
		}
	})
}

// someEdges gives the instant itself and every midnight up to the horizon in
// the three zones of drawn windows: UTC, Berlin and Tokyo (in winter time).
func someEdges(at, horizon time.Time) []time.Time {
	out := []time.Time{at}
	for day := at.Truncate(24 * time.Hour); !day.After(horizon); day = day.AddDate(0, 0, 1) {
		for _, hour := range []int{0, 15, 23} {
			if edge := day.Add(time.Duration(hour) * time.Hour); edge.After(at) && !edge.After(horizon) {
				out = append(out, edge)
			}
		}
	}
	return out
}

func sameRemaining(a, b Remaining) bool {
	return a.Principal == b.Principal && a.Target == b.Target && a.Agent == b.Agent && a.Level == b.Level &&
		a.At.Equal(b.At) && len(a.Paths) == len(b.Paths)
}

// agreesWithOracle checks that each remainder is true, and that none of the
// holding's own target is missed.
func agreesWithOracle(t *rapid.T, o *Org, w *oracle, g Grant, to Level, left []Remaining, at, horizon time.Time) {
	target := g.Target
	if target.Kind == TargetAccessType || target.Kind == TargetCreator {
		target, to = onAgent(g.Target.ID), None
	}
	level := func(p ID, target Target, agent ID, at time.Time) Level {
		l := w.level(p, target, agent, at)
		if target.Kind == TargetGroup && l == None && w.ppl[p].Status == Active && w.groups(p, at)[target.ID] {
			return Member // by a group below
		}
		return l
	}
	for _, r := range left {
		if r.Target.Kind == TargetGroup && r.Target != g.Target {
			continue // tellsEveryGroupAbove looks at these
		}
		if got := level(r.Principal, r.Target, r.Agent, r.At); got != r.Level || got <= to || len(r.Paths) == 0 {
			t.Fatalf("%v lowered to %d: told %+v, the oracle says %d", g, to, r, got)
		}
		for _, p := range r.Paths {
			if p.Level <= to || slices.Contains(p.Via, g.ID) && to == None && g.Target.Kind != TargetArea {
				t.Fatalf("%v lowered to %d: path %+v", g, to, p)
			}
		}
	}
	reached := o.Reaches(g, at)
	for _, p := range reached {
		most, told := to, to
		for _, edge := range someEdges(at, horizon) {
			most = max(most, level(p, target, g.Agent, edge))
		}
		for _, r := range left {
			if r.Principal == p && r.Target == target && r.Agent == g.Agent {
				told = max(told, r.Level)
			}
		}
		if most != told {
			t.Fatalf("%v lowered to %d: %s keeps %d, told %d: %+v", g, to, p, most, told, left)
		}
	}
	if target.Kind == TargetGroup || g.Target.Kind == TargetAccessType {
		return // what a group gives is another target; an access type reaches users by its definition
	}
	for p := range w.ppl { // whoever the holding ever helped is among those it reaches
		for _, edge := range someEdges(at, horizon) {
			if o.Level(p, target, g.Agent, edge) > w.level(p, target, g.Agent, edge) && !slices.Contains(reached, p) {
				t.Fatalf("lowering %v takes from %s, whom it is not said to reach", g, p)
			}
		}
	}
}

// What gives nothing when it is lowered to its bottom is no holding, and the
// other way round: a stored grant in force that gives someone something now
// is one.
func TestHoldingsMissNothingThatGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		o := drawnOrg(t, rows)
		at := rapid.SampledFrom(someInstants).Draw(t, "at")
		held := map[ID]bool{}
		for row := range o.Holdings(at) {
			if held[row.Record.RecordID()] {
				t.Fatalf("%s comes twice", row.Record.RecordID())
			}
			held[row.Record.RecordID()] = true
			if one, ok := o.Holding(row.Record.RecordID()); !ok || one != row {
				t.Fatalf("Holding(%s) is %v %v", row.Record.RecordID(), one, ok)
			}
		}
		for _, row := range rows {
			g, ok := row.Record.(Grant)
			if !ok || held[g.ID] || g.Target.Kind == TargetArea { // an area value may restrict: its own table
				continue
			}
			without := oracleOf(changed(rows, End(g), 999))
			for _, p := range somePeople {
				for _, target := range everyTarget() {
					if with := o.Level(p, target, g.Agent, at); with > without.level(p, target, g.Agent, at) {
						t.Fatalf("%+v gives %s something, and is no holding", g, p)
					}
				}
			}
		}
	})
}

// tellsEveryGroupAbove checks what a membership leaves of the groups above its
// own, by all access before and after: a group's grant that reached someone by
// the membership, and reaches them by another one after it, is told with that
// other one, now; from a later edge on, at all. What is told is a group above
// that the person is in then and that holds something then.
func tellsEveryGroupAbove(t *rapid.T, before, after *Org, w *oracle, g Grant, to Level, left []Remaining, at, horizon time.Time) {
	if g.Target.Kind != TargetGroup {
		return
	}
	above := map[ID]bool{}
	for id := w.parent(g.Target.ID); id != ""; id = w.parent(id) {
		above[id] = true
	}
	for _, r := range left {
		if r.Target == g.Target {
			continue
		}
		holds := slices.ContainsFunc(w.grants, func(h Grant) bool {
			return h.Holder == team(r.Target.ID) && h.Level > None && w.open(h, r.At)
		})
		if to != None || r.Level != Member || !above[r.Target.ID] || !holds || len(r.Paths) == 0 || !w.groups(r.Principal, r.At)[r.Target.ID] {
			t.Fatalf("%v lowered to %d: told %+v of a group above", g, to, r)
		}
	}
	if to != None {
		return
	}
	p := g.Holder.ID
	for i, edge := range someEdges(at, horizon) {
		was, is := byGroups(before, p, edge), byGroups(after, p, edge)
		for grant, ways := range was {
			if !ways[g.ID] {
				continue
			}
			for way := range is[grant] {
				if !slices.ContainsFunc(left, func(r Remaining) bool {
					return r.Principal == p && !r.At.After(edge) &&
						(i > 0 || slices.ContainsFunc(r.Paths, func(path Path) bool { return path.Via[0] == way }))
				}) {
					t.Fatalf("%v revoked: %s still has %s by %s at %v, told %+v", g, p, grant, way, edge, left)
				}
			}
		}
	}
}

// byGroups gives, by grant held by a group, the memberships by which it reaches
// the principal.
func byGroups(o *Org, p ID, at time.Time) map[ID]map[ID]bool {
	out := map[ID]map[ID]bool{}
	ask := func(target Target, agent ID) {
		for _, path := range o.Access(p, target, agent, at).Paths {
			row, ok := o.Holding(path.Grant)
			if h, _ := row.Record.(Grant); !ok || h.Holder.Kind != HolderGroup || path.Level == None || len(path.Via) < 2 {
				continue
			}
			if out[path.Grant] == nil {
				out[path.Grant] = map[ID]bool{}
			}
			out[path.Grant][path.Via[0]] = true
		}
	}
	for _, target := range everyTarget() {
		ask(target, "")
		if target.Kind == TargetArea || target.Kind == TargetSource {
			for _, agent := range someAgents {
				ask(target, agent)
			}
		}
	}
	return out
}

// tellsEveryPath checks that each path by which somebody has more than to once
// the holding is lowered is told, no later than it opens.
func tellsEveryPath(t *rapid.T, after *Org, g Grant, to Level, who []ID, left []Remaining, target Target, at, horizon time.Time) {
	if target.Kind == TargetAccessType || target.Kind == TargetCreator {
		target, to = onAgent(target.ID), None
	}
	for _, p := range who {
		for _, edge := range someEdges(at, horizon) {
			for _, path := range after.Access(p, target, g.Agent, edge).Paths {
				if path.Level <= to {
					continue
				}
				if !slices.ContainsFunc(left, func(r Remaining) bool {
					return r.Principal == p && r.Agent == g.Agent && !r.At.After(edge) && slices.ContainsFunc(r.Paths, func(told Path) bool {
						return told.Level >= path.Level && slices.Equal(told.Via, path.Via)
					})
				}) {
					t.Fatalf("%v lowered to %d: from %v %s has %+v, told %+v", g, to, edge, p, path, left)
				}
			}
		}
	}
}

// tellsEveryPathBelow is tellsEveryPath of the areas below, of a holding that
// is lowered: there each path counts, also one that gives no more than the area
// above has.
func tellsEveryPathBelow(t *rapid.T, after *Org, g Grant, to Level, who []ID, at, horizon time.Time) {
	if g.Target.Kind != TargetArea {
		return
	}
	left := after.RemainsFor(g, to, who, at, horizon)
	n := after.are.have(g.Target.ID)
	for _, d := range after.areas.walk[after.areas.in[n]:after.areas.out[n]] {
		tellsEveryPath(t, after, g, to, who, left, Target{TargetArea, after.are.rows.at(d).id}, at, horizon)
	}
}
