package domain

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// sized describes an organisation to measure by.
type sized struct{ users, agents, groups, deep, perUser, perGroup, direct int }

// bigRows makes an organisation of a size, the same on every run: groups in
// chains of a depth, memberships, group grants, and direct grants.
func bigRows(s sized) []Row {
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([]Row, 0, s.users*(2+s.perUser)+s.agents+s.groups*(1+s.perGroup)+s.direct)
	add := func(rec Record) { rows = append(rows, Row{rec, Seq(len(rows) + 1)}) }
	for i := range s.users {
		add(Principal{ID: userID(i), Kind: User, Name: fmt.Sprintf("User Number %d", i), Status: Active,
			Email: fmt.Sprintf("User.%d@acme.example", i), Department: "Support", External: fmt.Sprintf("00u%08d", i)})
	}
	for i := range s.groups {
		g := Group{ID: groupID(i), Name: fmt.Sprintf("Group %d", i)}
		if i%s.deep != 0 {
			g.Parent = groupID(i - 1)
		}
		add(g)
	}
	for i := range s.agents {
		add(Agent{ID: agentID(i), Name: fmt.Sprintf("Agent %d", i), AccessType: AccessType(1 + i%20/19)})
	}
	n := 0
	grant := func(h Holder, t Target, l Level) {
		n++
		g := Grant{ID: ID(fmt.Sprintf("gnt_%08d", n)), Holder: h, Target: t, Level: l}
		if n%50 == 0 {
			g.Window = Window{From: "2026-01-01", To: "2026-12-31", Zone: "Europe/Berlin"}
		}
		add(g)
	}
	for i := range s.users {
		for range s.perUser {
			grant(person(userID(i)), Target{TargetGroup, groupID(r.IntN(s.groups))}, Member)
		}
		if i%100 == 0 {
			grant(person(userID(i)), Target{Kind: TargetAgentRole}, Level(AgentManager))
		}
	}
	for i := range s.groups {
		for range s.perGroup {
			grant(team(groupID(i)), onAgent(agentID(r.IntN(s.agents))), Level(1+r.IntN(2)))
		}
		grant(team(groupID(i)), onArea("a/b"), Read)
	}
	for range s.direct {
		grant(person(userID(r.IntN(s.users))), onAgent(agentID(r.IntN(s.agents))), ViewUse)
	}
	add(Area{ID: "a", Name: "A"})
	add(Area{ID: "a/b", Name: "B", Parent: "a", Order: 1})
	add(Area{ID: "a/b/c", Name: "C", Parent: "a/b", Order: 2})
	return rows
}

func userID(i int) ID  { return ID(fmt.Sprintf("usr_%07d", i)) }
func groupID(i int) ID { return ID(fmt.Sprintf("grp_%05d", i)) }
func agentID(i int) ID { return ID(fmt.Sprintf("agt_%05d", i)) }

var (
	tenThousand     = sized{10_000, 500, 400, 5, 3, 5, 0}
	manyDirect      = sized{3477, 1587, 200, 4, 2, 3, 105_205}
	hundredThousand = sized{100_000, 2_000, 5_000, 6, 3, 4, 20_000}
)

func built(b testing.TB, s sized) *Org {
	b.Helper()
	o, err := NewOrg(1, rowsIn(bigRows(s)))
	if err != nil {
		b.Fatal(err)
	}
	return o
}

func BenchmarkNewOrg100k(b *testing.B) {
	rows := bigRows(hundredThousand)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewOrg(1, rowsIn(rows)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAdvanceOne100k(b *testing.B) {
	o := built(b, hundredThousand)
	for name, c := range map[string]func(i int) Change{
		"grant begins": func(i int) Change {
			return Begin(Grant{ID: ID(fmt.Sprintf("gnt_new_%d", i)), Holder: person(userID(i % 1000)), Target: onAgent(agentID(i % 500)), Level: ViewUse})
		},
		"user changes": func(i int) Change {
			p, _ := o.Principal(userID(i % 1000))
			after := p
			after.Title = fmt.Sprint(i)
			return Replace(p, after)
		},
		"group moves": func(i int) Change {
			g, _ := o.Group(groupID(6 * (i % 100)))
			after := g
			after.Parent = groupID(4999)
			return Replace(g, after)
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				i++
				if _, err := o.Advance(2, []Change{c(i)}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLevel10k(b *testing.B) {
	o := built(b, tenThousand)
	users, agents := make([]ID, 1000), make([]ID, 500)
	for i := range users {
		users[i] = userID(i * 10)
	}
	for i := range agents {
		agents[i] = agentID(i)
	}
	b.Run("agent", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			i++
			o.Level(users[i%1000], Target{TargetAgent, agents[i%500]}, "", midMarch)
		}
	})
	b.Run("area", func(b *testing.B) {
		i := 0
		for b.Loop() {
			i++
			o.Level(users[i%1000], Target{TargetArea, "a/b/c"}, "", midMarch)
		}
	})
	b.Run("area in agent", func(b *testing.B) {
		i := 0
		for b.Loop() {
			i++
			o.Level(users[i%1000], Target{TargetArea, "a/b/c"}, agents[i%500], midMarch)
		}
	})
	b.Run("explained", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			i++
			o.Access(users[i%1000], Target{TargetAgent, agents[i%500]}, "", midMarch)
		}
	})
}

func BenchmarkAgentMatrix(b *testing.B) {
	for name, s := range map[string]sized{"10k x 500 x 400": tenThousand, "3477 x 1587, 105205 direct": manyDirect} {
		o := built(b, s)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o.AgentMatrix(midMarch)
			}
		})
	}
}

func BenchmarkAreaMatrix10k(b *testing.B) {
	o := built(b, tenThousand)
	for b.Loop() {
		o.AreaMatrix("", midMarch)
	}
}

func BenchmarkRemainsDirect(b *testing.B) {
	o := built(b, manyDirect)
	var ids []ID
	for row := range o.Holdings(midMarch) {
		if g := row.Record.(Grant); g.Holder.Kind == HolderPrincipal && g.Target.Kind == TargetAgent {
			ids = append(ids, g.ID)
		}
	}
	horizon := midMarch.AddDate(0, 4, 0)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		o.Remains(ids[i%len(ids)], None, midMarch, horizon)
	}
}

func BenchmarkHoldings100k(b *testing.B) {
	o := built(b, hundredThousand)
	for b.Loop() {
		for range o.Holdings(midMarch) {
			continue
		}
	}
}

func BenchmarkFindPrincipal100k(b *testing.B) {
	o := built(b, hundredThousand)
	for b.Loop() {
		if _, err := o.FindPrincipal("user.777@acme.example"); err != nil {
			b.Fatal(err)
		}
	}
}
