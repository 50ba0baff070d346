package review_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// The size of PRODUCT section 8: 100,000 people, 2,000 agents, 5,000 groups
// nested six deep, and 1,000,000 grants that are items.
const (
	synUsers, synAgents, synGroups = 100_000, 2000, 5000
	synItems                       = 1_000_000 - synAgents // and each agent's access type
)

// synthetic makes an organisation of items grants, the same each time: each
// person a member of one group, each group with an agent, the rest given
// directly; a manager for every hundred people, an owner for every agent.
func synthetic(tb testing.TB, items int) *domain.Org {
	r := rand.New(rand.NewPCG(1, 2))
	user := func(i int) domain.ID { return domain.ID(fmt.Sprintf("usr_%06d", i)) }
	agent := func(i int) domain.ID { return domain.ID(fmt.Sprintf("agt_%04d", i)) }
	group := func(i int) domain.ID { return domain.ID(fmt.Sprintf("grp_%04d", i)) }
	titles := []string{"Agent", "Senior agent", "Team lead", "Analyst", "Engineer"}
	depts := []string{"Support", "Sales", "Finance", "Operations", "Engineering", "Legal", "People", "Marketing"}
	users := min(synUsers, max(items/10, 10))
	groups := min(synGroups, max(items/200, 1))
	o, err := domain.NewOrg(1, func(yield func(domain.Row, error) bool) {
		n := domain.Seq(0)
		add := func(rec domain.Record) { n++; yield(domain.Row{Record: rec, Since: n}, nil) }
		for i := range users {
			p := domain.Principal{ID: user(i), Kind: domain.User, Name: fmt.Sprintf("Person Number %06d", i), Status: domain.Active,
				Email: fmt.Sprintf("person.%06d@acme.example", i), Department: depts[i/100%len(depts)], Title: titles[i%len(titles)]}
			if i%100 != 0 {
				p.Manager = user(i / 100 * 100)
			}
			add(p)
		}
		for i := range groups {
			g := domain.Group{ID: group(i), Name: fmt.Sprintf("Group %04d", i)}
			if i%6 != 0 {
				g.Parent = group(i - 1)
			}
			add(g)
		}
		for i := range synAgents {
			add(domain.Agent{ID: agent(i), Name: fmt.Sprintf("Agent %04d", i), AccessType: domain.GroupRestricted,
				Classification: domain.Classification(i % 4), Owner: user(i % users)})
		}
		grants := 0
		grant := func(h domain.Holder, t domain.Target, l domain.Level) {
			if grants < items {
				grants++
				add(domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_%016x%02x", r.Uint64(), grants%256)), Holder: h, Target: t, Level: l})
			}
		}
		for i := range users {
			grant(principalHolder(user(i)), inGroup(group(r.IntN(groups))), domain.Member)
		}
		for i := range groups {
			grant(groupHolder(group(i)), onAgent(agent(r.IntN(synAgents))), domain.ViewUse)
		}
		for grants < items {
			grant(principalHolder(user(r.IntN(users))), onAgent(agent(r.IntN(synAgents))), domain.Level(1+r.IntN(8)/7))
		}
	})
	if err != nil {
		tb.Fatal(err)
	}
	return o
}

func syntheticCampaign() review.Campaign {
	return review.Campaign{ID: "cmp_0001", Name: "Everything", Owner: "usr_000007", Definition: review.Definition{
		Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}, Strategy: "one-accept-accepts"}}}}
}

// peak gives the largest size of the process so far, in MiB; 0 where the
// system does not say.
func peak() float64 {
	raw, _ := os.ReadFile("/proc/self/status") // absent elsewhere than on Linux
	for line := range strings.Lines(string(raw)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}

// BenchmarkStageMillion stages 1,000,000 items: PRODUCT section 8 wants under
// 15 s and under 1 GiB, and DESIGN section 4 no write transaction over 200 ms.
// "describe" makes the items without writing them. Run it with -benchtime=1x.
func BenchmarkStageMillion(b *testing.B) {
	o := synthetic(b, synItems)
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.Logf("the organisation: %d MiB", m.HeapInuse>>20)
	at := time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC)
	b.Run("describe", func(b *testing.B) {
		for b.Loop() {
			p := review.NewPopulation(o, syntheticCampaign(), at)
			n := 0
			for _, err := range p.Items(nil) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			b.ReportMetric(float64(n), "items")
		}
		b.ReportMetric(peak(), "peak-MiB")
	})
	b.Run("stage", func(b *testing.B) {
		for b.Loop() {
			s := storetest.Open(b)
			begin := time.Now()
			p := review.NewPopulation(o, syntheticCampaign(), at)
			b.Logf("sorted out in %s", time.Since(begin))
			if err := s.StageItems(context.Background(), "pop_1", p.Items(nil)); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(time.Since(begin).Seconds(), "s-of-15")
		}
		b.ReportMetric(peak(), "peak-MiB-of-1024")
	})
}
