package review

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"countersign/domain"
)

var smallDay = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// small is an organisation of a few of everything.
type small struct {
	rows  []domain.Record
	roll  *rand.Rand
	n     int
	users []domain.ID
}

func (s *small) all(yield func(domain.Row, error) bool) {
	for _, r := range s.rows {
		if !yield(domain.Row{Record: r, Since: 1}, nil) {
			return
		}
	}
}

func (s *small) id(prefix string) domain.ID {
	s.n++
	return domain.ID(fmt.Sprintf("%s_%d", prefix, s.n))
}

func (s *small) grant(h domain.Holder, t domain.Target, l domain.Level) domain.Grant {
	return domain.Grant{ID: s.id("gnt"), Holder: h, Target: t, Level: l}
}

// smallOrg makes one: agents of every access type, groups below each other,
// archived ones among them, areas two deep, roles of agents.
func smallOrg(t *testing.T, seed uint64) *domain.Org {
	t.Helper()
	s := &small{roll: rand.New(rand.NewPCG(seed, 7))}
	chance := func(percent int) bool { return s.roll.IntN(100) < percent }
	add := func(r domain.Record) { s.rows = append(s.rows, r) }
	for i := range 4 {
		id := domain.ID(fmt.Sprintf("usr_%d", i))
		status := domain.Active
		if i == 0 && chance(25) {
			status = domain.Inactive
		}
		s.users = append(s.users, id)
		add(domain.Principal{ID: id, Name: string(id), Email: string(id) + "@x.example", Status: status})
	}
	var groups []domain.ID
	for i := range 3 {
		g := domain.Group{ID: domain.ID(fmt.Sprintf("grp_%d", i)), Name: fmt.Sprintf("g%d", i)}
		if i > 0 && chance(50) {
			g.Parent = groups[s.roll.IntN(i)]
		}
		if chance(15) {
			g.Life = domain.Archived
		}
		groups = append(groups, g.ID)
		add(g)
	}
	for i := range 2 {
		a := domain.Agent{ID: domain.ID(fmt.Sprintf("agt_%d", i)), Name: fmt.Sprintf("a%d", i),
			AccessType: []domain.AccessType{domain.GroupRestricted, domain.GroupRestricted, domain.Private, domain.Organization}[s.roll.IntN(4)]}
		if chance(10) {
			a.Life = domain.Archived
		}
		add(a)
		for _, g := range groups {
			if chance(40) {
				add(s.grant(domain.Holder{Kind: domain.HolderGroup, ID: g}, domain.Target{Kind: domain.TargetAgent, ID: a.ID}, domain.Level(1+s.roll.IntN(2))))
			}
		}
	}
	add(domain.Area{ID: "v", Name: "v", Order: 1})
	add(domain.Area{ID: "v/n", Name: "n", Parent: "v", Order: 2})
	add(domain.Role{ID: "rol_a", Name: "Admin", Admin: true, ForUsers: true})
	add(domain.Role{ID: "rol_m", Name: "Member", Default: true, ForUsers: true})
	for i, u := range s.users {
		h := domain.Holder{Kind: domain.HolderPrincipal, ID: u}
		for _, g := range groups {
			if chance(30) {
				add(s.grant(h, domain.Target{Kind: domain.TargetGroup, ID: g}, domain.Member))
			}
		}
		if chance(25) {
			add(s.grant(h, domain.Target{Kind: domain.TargetAgent, ID: "agt_0"}, domain.Level(1+s.roll.IntN(2))))
		}
		if i > 0 && chance(30) {
			add(s.grant(h, domain.Target{Kind: domain.TargetArea, ID: "v"}, domain.Level(1+s.roll.IntN(2))))
		}
		if chance(30) {
			add(s.grant(h, domain.Target{Kind: domain.TargetAgentRole}, domain.Level(domain.AgentManager)))
		}
	}
	for _, g := range groups {
		if chance(30) {
			add(s.grant(domain.Holder{Kind: domain.HolderGroup, ID: g}, domain.Target{Kind: domain.TargetArea, ID: "v"}, domain.Level(1+s.roll.IntN(2))))
		}
	}
	o, err := domain.NewOrg(1, s.all)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// everySingle lists every change of one record that could matter to anybody's
// access: what there is to find, whatever Smallest looks at. Two are no advice
// and left out: another creator, for who made an agent is a fact, and an agent
// role that reaches every agent there will ever be.
func everySingle(o *domain.Org, who domain.ID) [][]domain.Change {
	var out [][]domain.Change
	add := func(cs ...domain.Change) { out = append(out, cs) }
	n := 0
	give := func(h domain.Holder, t domain.Target, agent domain.ID) {
		for l := domain.Level(0); l <= domain.LadderOf(t.Kind).Top(); l++ {
			if t.Kind == domain.TargetAgentRole && l > domain.Level(domain.AgentManager) {
				break
			}
			n++
			g := domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_x%d", n)), Holder: h, Target: t, Agent: agent, Level: l}
			add(domain.Begin(g))
			for _, had := range o.GrantsOf(h) {
				if had.Target == t && had.Agent == agent && l != had.Level {
					now := had
					now.Level = l
					add(domain.Replace(had, now))
				}
			}
		}
	}
	holders := []domain.Holder{{Kind: domain.HolderPrincipal, ID: who}}
	for row := range o.All(domain.KindGroup) {
		g := row.Record.(domain.Group)
		holders = append(holders, domain.Holder{Kind: domain.HolderGroup, ID: g.ID})
		other := g
		other.Life = 1 - g.Life
		add(domain.Replace(g, other))
		for p := range o.All(domain.KindGroup) {
			other := g
			other.Parent = p.Record.RecordID()
			add(domain.Replace(g, other))
		}
	}
	for _, h := range holders {
		for row := range o.All(domain.KindAgent) {
			give(h, domain.Target{Kind: domain.TargetAgent, ID: row.Record.RecordID()}, "")
		}
		for row := range o.All(domain.KindArea) {
			give(h, domain.Target{Kind: domain.TargetArea, ID: row.Record.RecordID()}, "")
			give(h, domain.Target{Kind: domain.TargetArea, ID: row.Record.RecordID()}, "agt_0")
		}
		if h.Kind == domain.HolderPrincipal {
			give(h, domain.Target{Kind: domain.TargetAgentRole}, "")
			for row := range o.All(domain.KindGroup) {
				give(h, domain.Target{Kind: domain.TargetGroup, ID: row.Record.RecordID()}, "")
			}
		}
	}
	for row := range o.All(domain.KindAgent) {
		a := row.Record.(domain.Agent)
		for _, typ := range domain.AccessTypes() {
			other := a
			other.AccessType = typ
			add(domain.Replace(a, other))
		}
		archived := a
		archived.Life = 1 - a.Life
		add(domain.Replace(a, archived))
	}
	p, _ := o.Principal(who)
	active := p
	active.Status = domain.Active
	add(domain.Replace(p, active))
	return slices.DeleteFunc(out, func(cs []domain.Change) bool { return cs[0].Before == cs[0].After })
}

// What Smallest finds is as small as anything there is: held against every
// change of one record, and where none helps, every pair of them.
func TestSmallestIsTheSmallest(t *testing.T) {
	orgs, pairs := 25, 3
	if testing.Short() {
		orgs, pairs = 8, 1
	}
	questions := []Question{
		{Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_0"}, Want: domain.ViewUse},
		{Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_1"}, Want: domain.EditAgent},
		{Target: domain.Target{Kind: domain.TargetArea, ID: "v"}, Want: domain.Read},
		{Target: domain.Target{Kind: domain.TargetArea, ID: "v/n"}, Want: domain.Edit},
		{Target: domain.Target{Kind: domain.TargetArea, ID: "v/n"}, Agent: "agt_0", Want: domain.Read},
	}
	asked := map[int]int{}
	for seed := range uint64(orgs) {
		o := smallOrg(t, seed)
		for _, q := range questions {
			q.Org, q.Principal, q.At = o, "usr_0", smallDay
			if o.Level(q.Principal, q.Target, q.Agent, q.At) >= q.Want {
				continue
			}
			n := 0
			got := q.Smallest(func() domain.ID { n++; return domain.ID(fmt.Sprintf("gnt_s%d", n)) })
			all := everySingle(o, q.Principal)
			best, found := exhaust(q, all, 1)
			steps := 1
			if !found {
				if pairs == 0 {
					continue
				}
				pairs--
				best, found = exhaust(q, all, 2)
				steps = 2
			}
			asked[steps]++
			if !found {
				if got != nil {
					t.Errorf("seed %d, %v: %v helps, and nothing should", seed, q.Target, texts(got))
				}
				continue
			}
			c, ok := q.costOf(got)
			if !ok || len(got) != steps || compareCosts(c, best) > 0 {
				t.Errorf("seed %d, %v %q to %d: %v costs %+v (helps: %v); there is %d at %+v", seed, q.Target, q.Agent, q.Want, texts(got), c, ok, steps, best)
			}
		}
	}
	if asked[1] < orgs || asked[2] == 0 {
		t.Errorf("too little was asked: %v", asked)
	}
}

// exhaust gives the least cost of all n changes that help.
func exhaust(q Question, all [][]domain.Change, n int) (best cost, found bool) {
	try := func(cs []domain.Change) {
		if c, ok := q.costOf([]Remedy{{Changes: cs}}); ok && (!found || compareCosts(c, best) < 0) {
			best, found = c, true
		}
	}
	for i, a := range all {
		if n == 1 {
			try(a)
			continue
		}
		for _, b := range all[i+1:] {
			try(slices.Concat(a, b))
		}
	}
	return best, found
}

func texts(rs []Remedy) []string {
	var out []string
	for _, r := range rs {
		out = append(out, r.Text)
	}
	return out
}

// The group that gives the least besides, where several would do; a direct
// grant where every group gives more.
func TestSmallestTakesTheNarrowestGroup(t *testing.T) {
	s := &small{}
	in := func(g domain.ID) domain.Holder { return domain.Holder{Kind: domain.HolderGroup, ID: g} }
	on := func(a domain.ID) domain.Target { return domain.Target{Kind: domain.TargetAgent, ID: a} }
	s.rows = []domain.Record{
		domain.Principal{ID: "usr_0", Name: "Dana", Email: "d@x.example", Status: domain.Active},
		domain.Principal{ID: "usr_1", Name: "Eve", Email: "e@x.example", Status: domain.Active},
		domain.Group{ID: "grp_a", Name: "Everything"}, domain.Group{ID: "grp_b", Name: "Just so"}, domain.Group{ID: "grp_c", Name: "Editors"},
		domain.Agent{ID: "agt_0", Name: "Basic", AccessType: domain.GroupRestricted}, domain.Agent{ID: "agt_1", Name: "Other", AccessType: domain.GroupRestricted},
		s.grant(in("grp_a"), on("agt_0"), domain.ViewUse), s.grant(in("grp_a"), on("agt_1"), domain.ViewUse),
		s.grant(in("grp_b"), on("agt_0"), domain.ViewUse), s.grant(in("grp_c"), on("agt_0"), domain.EditAgent),
	}
	o, err := domain.NewOrg(1, s.all)
	if err != nil {
		t.Fatal(err)
	}
	q := Question{Org: o, Principal: "usr_0", Target: on("agt_0"), Want: domain.ViewUse, At: smallDay}
	ids := func() domain.ID { return s.id("gnt") }
	if got := texts(q.Smallest(ids)); !slices.Equal(got, []string{"add Dana to the group Just so"}) {
		t.Errorf("the smallest is %v", got)
	}
	q.Target = on("agt_1")
	if got := texts(q.Smallest(ids)); !slices.Equal(got, []string{"give Dana View & Use on the agent Other"}) {
		t.Errorf("where the only group gives more: %v", got)
	}
	if g, ok := q.ByGroup(ids); !ok || g.Text != "add Dana to the group Everything" {
		t.Errorf("by a group: %v %v", g.Text, ok)
	}
}
