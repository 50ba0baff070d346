package review

import (
	"cmp"
	"fmt"
	"slices"

	"countersign/domain"
)

// cost is how far changes reach, the first that differs deciding.
type cost struct {
	people int          // how many gain anything by them
	level  domain.Level // that the one asked about reaches on the target
	gains  int          // how many levels rise, of whomever, memberships by themselves aside
}

func compareCosts(a, b cost) int {
	return cmp.Or(cmp.Compare(a.people, b.people), cmp.Compare(a.level, b.level), cmp.Compare(a.gains, b.gains))
}

// Smallest gives the fewest changes after which the answer is yes; none where
// two are not enough. Among as few, those by which the fewest people gain
// anything, then those that reach the lowest level on the target, then those
// by which the least rises; a membership goes before a grant that gives no
// less. Each try is laid over the organisation; nothing is written. id makes
// ids of new grants.
func (q Question) Smallest(id func() domain.ID) []Remedy {
	r := q.remedying(id)
	groups := r.memberships()
	rest := r.others()
	if best := q.cheapest(singles(append(slices.Clone(groups), rest...))); best != nil {
		return best
	}
	near := append(r.near(groups), rest...)
	var pairs [][]Remedy
	for i := range near {
		for k := i + 1; k < len(near); k++ {
			pairs = append(pairs, []Remedy{near[i], near[k]})
		}
	}
	return q.cheapest(pairs)
}

// ByGroup gives the membership that makes the answer yes and gives the least
// besides, false where none does.
func (q Question) ByGroup(id func() domain.ID) (Remedy, bool) {
	best := q.cheapest(singles(q.remedying(id).memberships()))
	if best == nil {
		return Remedy{}, false
	}
	return best[0], true
}

func singles(rs []Remedy) [][]Remedy {
	out := make([][]Remedy, len(rs))
	for i, r := range rs {
		out[i] = []Remedy{r}
	}
	return out
}

// cheapest gives the tries' first of those that help and cost the least.
func (q Question) cheapest(tries [][]Remedy) []Remedy {
	var best []Remedy
	var least cost
	for _, t := range tries {
		c, ok := q.costOf(t)
		if ok && (best == nil || compareCosts(c, least) < 0) {
			best, least = t, c
		}
	}
	return best
}

// costOf tells whether changes help, and how far they reach.
func (q Question) costOf(rs []Remedy) (c cost, ok bool) {
	cs := domain.ChangeSet{Title: "what if"}
	for _, r := range rs {
		cs.Changes = append(cs.Changes, r.Changes...)
	}
	o, err := q.Org.Advance(q.Org.Key(), cs.Changes)
	if err != nil || o.Level(q.Principal, q.Target, q.Agent, q.At) < q.Want {
		return c, false // does not help: not worth working out what it does to others
	}
	after, effects, err := q.Org.With(cs, q.At)
	if err != nil {
		return c, false
	}
	who := map[domain.ID]bool{}
	for _, e := range effects {
		if !e.Rises() {
			continue
		}
		who[e.Principal] = true
		if e.Target.Kind != domain.TargetGroup {
			c.gains++
		}
	}
	c.people, c.level = len(who), after.Level(q.Principal, q.Target, q.Agent, q.At)
	return c, true
}

func (q Question) remedying(id func() domain.ID) *remedying {
	return &remedying{Question: q, p: q.person(), id: id}
}

// memberships lists joining each group in use.
func (r *remedying) memberships() []Remedy {
	r.out = nil
	for row := range r.Org.All(domain.KindGroup) {
		if g, ok := row.Record.(domain.Group); ok && g.Life == domain.Live {
			r.give(domain.Target{Kind: domain.TargetGroup, ID: g.ID}, "", domain.Member, "add %s to the group %s", r.p.Name, g.Name)
		}
	}
	return r.out
}

// near keeps the memberships that could have to do with the question: of
// groups that hold something on the target, its agent or an area over it, and
// of those below them. Pairs are made of these alone.
func (r *remedying) near(all []Remedy) []Remedy {
	holds := map[domain.ID]bool{}
	note := func(t domain.Target) {
		for _, g := range r.Org.GrantsOn(t) {
			if g.Holder.Kind == domain.HolderGroup {
				holds[g.Holder.ID] = true
			}
		}
	}
	note(r.Target)
	if r.Agent != "" {
		note(domain.Target{Kind: domain.TargetAgent, ID: r.Agent})
	}
	for id := r.Target.ID; r.Target.Kind == domain.TargetArea && id != ""; {
		a, ok := r.Org.Area(id)
		if !ok || len(a.Parent) >= len(id) {
			break
		}
		id = a.Parent
		note(domain.Target{Kind: domain.TargetArea, ID: id})
	}
	var out []Remedy
	for _, rem := range all {
		g, ok := rem.Changes[0].Record().(domain.Grant)
		for id, n := g.Target.ID, 0; ok && id != "" && n < 64; n++ {
			if holds[id] {
				out = append(out, rem)
				break
			}
			above, _ := r.Org.Group(id)
			id = above.Parent
		}
	}
	return out
}

// others lists single changes besides memberships.
func (r *remedying) others() []Remedy {
	r.out = nil
	if r.p.Status != domain.Active {
		active := r.p
		active.Status = domain.Active
		r.add(fmt.Sprintf("set %s active", r.p.Name), domain.Replace(r.p, active))
	}
	agent := r.Agent
	if r.Target.Kind == domain.TargetAgent {
		agent = r.Target.ID
	}
	if a, ok := r.Org.Agent(agent); ok {
		r.onAgent(a)
	}
	r.onTarget()
	r.roles()
	return r.out
}

// roles lists holding another role, where roles decide about the target.
func (r *remedying) roles() {
	switch r.Target.Kind {
	case domain.TargetAgent, domain.TargetSource, domain.TargetGroup, domain.TargetAccount, domain.TargetAgentRole, domain.TargetDuty, domain.TargetRole:
		return
	}
	var held []domain.Change
	for _, g := range r.Org.GrantsOf(r.self()) {
		if g.Target.Kind == domain.TargetRole {
			held = append(held, domain.End(g))
		}
	}
	for row := range r.Org.All(domain.KindRole) {
		role, ok := row.Record.(domain.Role)
		if !ok || slices.ContainsFunc(held, func(c domain.Change) bool { return c.Before.(domain.Grant).Target.ID == role.ID }) {
			continue
		}
		give := domain.Begin(domain.Grant{ID: r.id(), Holder: r.self(), Target: domain.Target{Kind: domain.TargetRole, ID: role.ID}, Level: domain.Held})
		r.add(fmt.Sprintf("give %s the role %s", r.p.Name, role.Name), append(slices.Clone(held), give)...)
	}
}
