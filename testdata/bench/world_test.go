// Package bench measures effective access against other engines in the same
// run, on the same organisation: casbin, cedar-go, and as the lower bound bits
// laid out by hand. Before anything is timed, all must give the same answers.
//
//	go test -bench . -benchtime 2s          the figures
//	COUNTERSIGN_BARS=1 go test -bench .     and a failure where a bar of PRODUCT 8 is missed
//
// It is a module of its own, so that the product depends on none of the peers.
package bench

import (
	"fmt"
	"math/rand/v2"
	"time"

	"countersign/domain"
)

// now is the instant at which everything is asked.
var now = time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)

// size describes an organisation: its groups are chains of a depth.
type size struct{ users, agents, groups, deep, perUser, perGroup int }

var (
	medium = size{10_000, 500, 400, 5, 3, 5}
	large  = size{100_000, 2_000, 5_000, 6, 3, 4}
)

// gift is what a group was given on an agent.
type gift struct {
	agent int
	level domain.Level
}

// world is an organisation by numbers: what the peers and the bits are made
// of, and what the records are written from.
type world struct {
	size
	parent  []int    // of each group, -1 for none
	gifts   [][]gift // of each group
	member  [][]int  // the groups of each user
	open    []bool   // agents open to the organisation
	manager []bool   // users whose agent role is Manager; the others' is User
}

// made draws a world, the same on every run.
func made(s size) *world {
	r := rand.New(rand.NewPCG(1, 2))
	w := &world{size: s, parent: make([]int, s.groups), gifts: make([][]gift, s.groups),
		member: make([][]int, s.users), open: make([]bool, s.agents), manager: make([]bool, s.users)}
	for g := range s.groups {
		w.parent[g] = -1
		if g%s.deep != 0 {
			w.parent[g] = g - 1
		}
		for range s.perGroup {
			w.gifts[g] = append(w.gifts[g], gift{r.IntN(s.agents), domain.Level(1 + r.IntN(2))})
		}
	}
	for u := range s.users {
		for len(w.member[u]) < s.perUser {
			w.member[u] = append(w.member[u], r.IntN(s.groups))
		}
		w.manager[u] = u%100 == 0
	}
	for a := range s.agents {
		w.open[a] = a%20 == 19
	}
	return w
}

func userID(i int) domain.ID  { return domain.ID(fmt.Sprintf("usr_%07d", i)) }
func groupID(i int) domain.ID { return domain.ID(fmt.Sprintf("grp_%05d", i)) }
func agentID(i int) domain.ID { return domain.ID(fmt.Sprintf("agt_%05d", i)) }

// records writes the world down as Countersign has it.
func (w *world) records() []domain.Record {
	var out []domain.Record
	add := func(r domain.Record) { out = append(out, r) }
	for i := range w.users {
		add(domain.Principal{ID: userID(i), Kind: domain.User, Name: fmt.Sprintf("User Number %d", i), Status: domain.Active,
			Email: fmt.Sprintf("User.%d@acme.example", i), Department: "Support", External: fmt.Sprintf("00u%08d", i)})
	}
	for i, up := range w.parent {
		g := domain.Group{ID: groupID(i), Name: fmt.Sprintf("Group %d", i)}
		if up >= 0 {
			g.Parent = groupID(up)
		}
		add(g)
	}
	for i, open := range w.open {
		a := domain.Agent{ID: agentID(i), Name: fmt.Sprintf("Agent %d", i), AccessType: domain.GroupRestricted}
		if open {
			a.AccessType = domain.Organization
		}
		add(a)
	}
	n := 0
	grant := func(h domain.Holder, t domain.Target, l domain.Level) {
		n++
		g := domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_%08d", n)), Holder: h, Target: t, Level: l}
		if n%50 == 0 { // in force now; the peers are told nothing of windows
			g.Window = domain.Window{From: "2026-01-01", To: "2026-12-31", Zone: "Europe/Berlin"}
		}
		add(g)
	}
	for u, groups := range w.member {
		who := domain.Holder{Kind: domain.HolderPrincipal, ID: userID(u)}
		for _, g := range groups {
			grant(who, domain.Target{Kind: domain.TargetGroup, ID: groupID(g)}, domain.Member)
		}
		if w.manager[u] {
			grant(who, domain.Target{Kind: domain.TargetAgentRole}, domain.Level(domain.AgentManager))
		}
	}
	for g, gifts := range w.gifts {
		for _, x := range gifts {
			grant(domain.Holder{Kind: domain.HolderGroup, ID: groupID(g)}, domain.Target{Kind: domain.TargetAgent, ID: agentID(x.agent)}, x.level)
		}
	}
	return out
}
