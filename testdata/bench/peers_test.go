package bench

import (
	"fmt"
	"testing"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"github.com/cedar-policy/cedar-go"

	"countersign/domain"
)

// bits is the lower bound: for each user a row of bits for use and one for
// edit, made by or-ing the rows of groups. It knows no reasons.
type bits struct {
	w         *world
	words     int
	open      []uint64
	use, edit [][]uint64 // of each group, with what its parents were given
}

func newBits(w *world) *bits {
	b := &bits{w: w, words: (w.agents + 63) / 64}
	b.open = make([]uint64, b.words)
	for a, open := range w.open {
		if open {
			b.open[a/64] |= 1 << (a % 64)
		}
	}
	for g, up := range w.parent { // a parent comes before its children
		use, edit := make([]uint64, b.words), make([]uint64, b.words)
		if up >= 0 {
			copy(use, b.use[up])
			copy(edit, b.edit[up])
		}
		for _, x := range w.gifts[g] {
			use[x.agent/64] |= 1 << (x.agent % 64)
			if x.level == domain.EditAgent {
				edit[x.agent/64] |= 1 << (x.agent % 64)
			}
		}
		b.use, b.edit = append(b.use, use), append(b.edit, edit)
	}
	return b
}

// matrix fills one row of both kinds for each user.
func (b *bits) matrix(use, edit []uint64) {
	for u, groups := range b.w.member {
		row, top := use[u*b.words:(u+1)*b.words], edit[u*b.words:(u+1)*b.words]
		copy(row, b.open)
		clear(top)
		for _, g := range groups {
			for i, x := range b.use[g] {
				row[i] |= x
			}
			if b.w.manager[u] {
				for i, x := range b.edit[g] {
					top[i] |= x
				}
			}
		}
	}
}

func (b *bits) level(u, a int) domain.Level {
	has := domain.None
	if b.w.open[a] {
		has = domain.ViewUse
	}
	for _, g := range b.w.member[u] {
		if b.use[g][a/64]>>(a%64)&1 == 1 {
			has = max(has, domain.ViewUse)
		}
		if b.w.manager[u] && b.edit[g][a/64]>>(a%64)&1 == 1 {
			has = domain.EditAgent
		}
	}
	return has
}

// casbinModel: edit brings use; edit is for managers only. What is cheap to
// compare stands first.
const casbinModel = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && (r.act == p.act || r.act == "use") && (p.sub == "everyone" || g(r.sub, p.sub)) && (r.act == "use" || g(r.sub, "managers"))
`

type casbinPeer struct {
	e     *casbin.Enforcer
	users []string
	names []string // of agents
}

func newCasbin(t testing.TB, w *world) *casbinPeer {
	t.Helper()
	m, err := model.NewModelFromString(casbinModel)
	if err != nil {
		t.Fatal(err)
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		t.Fatal(err)
	}
	var policies, links [][]string
	have := map[string]bool{}
	policy := func(p ...string) {
		if k := fmt.Sprint(p); !have[k] { // a policy given twice is refused
			have[k] = true
			policies = append(policies, p)
		}
	}
	link := func(p ...string) {
		if k := fmt.Sprint(p); !have[k] {
			have[k] = true
			links = append(links, p)
		}
	}
	acts := map[domain.Level]string{domain.ViewUse: "use", domain.EditAgent: "edit"}
	for g, up := range w.parent {
		if up >= 0 {
			link(string(groupID(g)), string(groupID(up)))
		}
		for _, x := range w.gifts[g] {
			policy(string(groupID(g)), string(agentID(x.agent)), acts[x.level])
		}
	}
	c := &casbinPeer{e: e}
	for a, open := range w.open {
		c.names = append(c.names, string(agentID(a)))
		if open {
			policy("everyone", string(agentID(a)), "use")
		}
	}
	for u, groups := range w.member {
		c.users = append(c.users, string(userID(u)))
		for _, g := range groups {
			link(string(userID(u)), string(groupID(g)))
		}
		if w.manager[u] {
			link(string(userID(u)), "managers")
		}
	}
	if _, err := e.AddPolicies(policies); err != nil {
		t.Fatal(err)
	}
	if _, err := e.AddGroupingPolicies(links); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *casbinPeer) may(t testing.TB, u, a int, act string) bool {
	ok, err := c.e.Enforce(c.users[u], c.names[a], act)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func (c *casbinPeer) level(t testing.TB, u, a int) domain.Level {
	switch {
	case c.may(t, u, a, "edit"):
		return domain.EditAgent
	case c.may(t, u, a, "use"):
		return domain.ViewUse
	}
	return domain.None
}

// cedarPolicies: an agent knows who may use and who may edit it, so that two
// policies serve all agents: a policy a grant is slower by their number.
const cedarPolicies = `
permit (principal, action == Action::"use", resource)
when { resource.open || principal in resource.users || principal in resource.editors };
permit (principal, action == Action::"edit", resource)
when { principal.manager && principal in resource.editors };
`

type cedarPeer struct {
	policies *cedar.PolicySet
	entities cedar.EntityMap
	users    []cedar.EntityUID
	agents   []cedar.EntityUID
}

var (
	cedarUse  = cedar.NewEntityUID("Action", "use")
	cedarEdit = cedar.NewEntityUID("Action", "edit")
)

func newCedar(t testing.TB, w *world) *cedarPeer {
	t.Helper()
	policies, err := cedar.NewPolicySetFromBytes("bench.cedar", []byte(cedarPolicies))
	if err != nil {
		t.Fatal(err)
	}
	c := &cedarPeer{policies: policies, entities: cedar.EntityMap{}}
	group := func(g int) cedar.EntityUID { return cedar.NewEntityUID("Group", cedar.String(groupID(g))) }
	users, editors := make([][]cedar.Value, w.agents), make([][]cedar.Value, w.agents)
	for g, up := range w.parent {
		e := cedar.Entity{UID: group(g)}
		if up >= 0 {
			e.Parents = cedar.NewEntityUIDSet(group(up))
		}
		c.entities[e.UID] = e
		for _, x := range w.gifts[g] {
			users[x.agent] = append(users[x.agent], group(g))
			if x.level == domain.EditAgent {
				editors[x.agent] = append(editors[x.agent], group(g))
			}
		}
	}
	for u, groups := range w.member {
		uid := cedar.NewEntityUID("User", cedar.String(userID(u)))
		var in []cedar.EntityUID
		for _, g := range groups {
			in = append(in, group(g))
		}
		c.users = append(c.users, uid)
		c.entities[uid] = cedar.Entity{UID: uid, Parents: cedar.NewEntityUIDSet(in...),
			Attributes: cedar.NewRecord(cedar.RecordMap{"manager": cedar.Boolean(w.manager[u])})}
	}
	for a, open := range w.open {
		uid := cedar.NewEntityUID("Agent", cedar.String(agentID(a)))
		c.agents = append(c.agents, uid)
		c.entities[uid] = cedar.Entity{UID: uid, Attributes: cedar.NewRecord(cedar.RecordMap{"open": cedar.Boolean(open),
			"users": cedar.NewSet(users[a]...), "editors": cedar.NewSet(editors[a]...)})}
	}
	return c
}

func (c *cedarPeer) may(u, a int, act cedar.EntityUID) bool {
	d, _ := cedar.Authorize(c.policies, c.entities, cedar.Request{Principal: c.users[u], Action: act, Resource: c.agents[a]})
	return d == cedar.Allow
}

func (c *cedarPeer) level(u, a int) domain.Level {
	switch {
	case c.may(u, a, cedarEdit):
		return domain.EditAgent
	case c.may(u, a, cedarUse):
		return domain.ViewUse
	}
	return domain.None
}
