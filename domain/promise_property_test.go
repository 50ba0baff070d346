package domain

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// levels is every level of everybody on everything, in the order of
// everyQuestion.
func levels(o *Org, at time.Time) []Level {
	var out []Level
	everyQuestion(func(p ID, t Target, agent ID) { out = append(out, o.Level(p, t, agent, at)) })
	return out
}

// query is one question of everyQuestion, to name it in a failure.
type query struct {
	p     ID
	t     Target
	agent ID
}

func questions() []query {
	var out []query
	everyQuestion(func(p ID, t Target, agent ID) { out = append(out, query{p, t, agent}) })
	return out
}

func advanced(t *rapid.T, o *Org, changes ...Change) *Org {
	after, err := o.Advance(o.Key()+1, changes)
	if err != nil {
		t.Fatal(err)
	}
	return after
}

// A membership or a grant on an agent, of anyone, at any level and in any
// window, never takes anything from anybody, now or later (PRODUCT 2.2, 2.3:
// a principal has the highest of its sources).
func TestGivingLowersNobody(t *testing.T) {
	all := questions()
	rapid.Check(t, func(t *rapid.T) {
		o := drawnOrg(t, someRows(t))
		g := Grant{ID: "gnt_given", Level: Level(rapid.IntRange(1, 2).Draw(t, "given level")),
			Window: rapid.SampledFrom([]Window{{}, {From: "2026-03-13"}, {To: "2026-03-16", Zone: "Asia/Tokyo"}}).Draw(t, "given window")}
		g.Holder = person(rapid.SampledFrom(somePeople).Draw(t, "given to"))
		g.Target = Target{TargetGroup, rapid.SampledFrom(someGroups).Draw(t, "given group")}
		if rapid.Bool().Draw(t, "on an agent") {
			g.Target = onAgent(rapid.SampledFrom(someAgents).Draw(t, "given agent"))
			g.Holder = rapid.SampledFrom([]Holder{g.Holder, team("grp_1"), team("grp_3"), {HolderRole, "rol_1"}}).Draw(t, "given holder")
		}
		after := advanced(t, o, Begin(g))
		for _, at := range someInstants {
			is := levels(after, at)
			for i, was := range levels(o, at) {
				if is[i] < was {
					q := all[i]
					t.Fatalf("%s on %v (agent %q) at %s: %d, and with %+v only %d", q.p, q.t, q.agent, at, was, g, is[i])
				}
			}
		}
	})
}

// Archiving a group or an agent raises nobody; un-archiving it gives back all
// of it, to the last reason (PRODUCT 2.4).
func TestArchivingIsUndoneWhole(t *testing.T) {
	all := questions()
	reasons := func(o *Org) (out []any) {
		for _, at := range someInstants {
			everyQuestion(func(p ID, t Target, agent ID) { out = append(out, o.Access(p, t, agent, at)) })
			out = append(out, *o.AgentMatrix(at), *o.AreaMatrix("agt_1", at))
			for row := range o.Holdings(at) {
				out = append(out, row.Record)
			}
		}
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		o := drawnOrg(t, someRows(t))
		var there, back []Change
		turn := func(from, to Record) {
			there, back = append(there, Replace(from, to)), append(back, Replace(to, from))
		}
		for _, id := range someGroups {
			if g, ok := o.Group(id); ok && g.Life == Live && rapid.Bool().Draw(t, "archive "+string(id)) {
				archived := g
				archived.Life = Archived
				turn(g, archived)
			}
		}
		for _, id := range someAgents {
			if a, ok := o.Agent(id); ok && a.Life == Live && rapid.Bool().Draw(t, "archive "+string(id)) {
				archived := a
				archived.Life = Archived
				turn(a, archived)
			}
		}
		gone := advanced(t, o, there...)
		for _, at := range someInstants {
			is := levels(gone, at)
			for i, was := range levels(o, at) {
				if is[i] > was {
					t.Fatalf("archiving %v gives %v: %d, was %d", there, all[i], is[i], was)
				}
			}
		}
		before, after := reasons(o), reasons(advanced(t, gone, back...))
		for i := range before {
			if !reflect.DeepEqual(before[i], after[i]) {
				t.Fatalf("after archiving and un-archiving %v, answer %d is\n%+v\nand was\n%+v", there, i, after[i], before[i])
			}
		}
	})
}

// What a change set is said to do is what it does: everyone's levels by the
// oracle, over the rows after it, differ from those before exactly by the
// effects, now and at every edge of a window.
func TestWhatIfIsWhatHappens(t *testing.T) {
	accepted, moved := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		l := &little{T: t}
		before := l.org()
		changes := l.changes(before)
		after, effects, err := before.With(ChangeSet{ID: "chg", Changes: changes}, noon)
		if err != nil {
			t.Skip("refused; that has a table of its own")
		}
		accepted++
		moved += min(1, len(effects))
		was, is := oracleOf(rowsOfOrg(before)), oracleOf(rowsOfOrg(after))
		instants := bruteInstants(before, after, noon)
		for _, p := range bruteIDs(before, after, KindPrincipal) {
			for _, pl := range brutePlaces(before, after, p, instants) {
				if pl.target.Kind > TargetDuty {
					continue // what roles permit has an oracle of its own
				}
				var want []Effect
				for i, at := range instants {
					e := Effect{Principal: p, Target: pl.target, Agent: pl.agent, At: at, Future: i > 0,
						Before: was.level(p, pl.target, pl.agent, at), After: is.level(p, pl.target, pl.agent, at)}
					known := slices.ContainsFunc(want, func(o Effect) bool { return o.Before == e.Before && o.After == e.After })
					if e.Before != e.After && !known {
						want = append(want, e)
					}
				}
				var got []Effect
				for _, e := range effects {
					if e.Principal == p && e.Target == pl.target && e.Agent == pl.agent {
						e.Shared = false
						got = append(got, e)
					}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%s on %v (agent %q) after %+v:\nsaid  %v\nis so %v", p, pl.target, pl.agent, changes, got, want)
				}
			}
		}
	})
	t.Logf("%d change sets accepted, %d of them moved somebody", accepted, moved)
	if accepted == 0 || moved == 0 {
		t.Errorf("%d change sets were accepted and %d moved anything: nothing is shown", accepted, moved)
	}
}

func rowsOfOrg(o *Org) []Row {
	var out []Row
	for _, k := range AccessKinds() {
		out = slices.AppendSeq(out, o.All(k))
	}
	return out
}

// The order in which a change set has its changes is nothing: whether it
// passes, what comes out and what it does are the same.
func TestOrderOfChangesIsNothing(t *testing.T) {
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		l := &little{T: t}
		o := l.org()
		changes := l.changes(o)
		other := rapid.Permutation(changes).Draw(t, "order")
		one, effects, err := o.With(ChangeSet{ID: "chg", Changes: changes}, noon)
		two, others, err2 := o.With(ChangeSet{ID: "chg", Changes: other}, noon)
		if (err == nil) != (err2 == nil) {
			t.Fatalf("%+v\ngives %v, and in another order %v", changes, err, err2)
		}
		if err != nil {
			t.Skip("refused in both orders")
		}
		accepted++
		if !slices.Equal(effects, others) {
			t.Fatalf("%+v\n%v\nand in another order\n%v", changes, effects, others)
		}
		if a, b := rowsOfOrg(one), rowsOfOrg(two); !slices.Equal(a, b) {
			t.Fatalf("%+v\n%v\nand in another order\n%v", changes, a, b)
		}
	})
	t.Logf("%d change sets accepted", accepted)
	if accepted == 0 {
		t.Error("no change set was accepted: nothing is shown")
	}
}
