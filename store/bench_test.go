package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// One durable decision with its event; p50 and p99 in milliseconds.
func BenchmarkDecision(b *testing.B) {
	s := storetest.Open(b)
	storetest.Seed(b, s)
	storetest.Stage(b, s, review.Campaign{ID: "cmp_1", Name: "Q1"}, "pop_1", manyItems(1000))
	var took []time.Duration
	no := 0
	for b.Loop() {
		no++
		d := review.Decision{Campaign: "cmp_1", Item: no, Stage: 1, Reviewer: "usr_r1", Answer: review.Keep, Round: 1}
		from := time.Now()
		err := s.Update(bg, func(tx review.WriteTx) error {
			h, err := tx.Log()
			if err != nil {
				return err
			}
			_, err = storetest.AppendIn(tx, domain.Event{Type: review.EvDecided, Subject: string(d.RecordID()), Actor: "usr_r1",
				Saw: domain.Sight{Size: h.Size, Root: h.Root}}, domain.Begin(d))
			return err
		})
		took = append(took, time.Since(from))
		if err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
}

// benchItems is the size of the population the benchmarks page through.
const benchItems = 1_000_000

func manyItems(n int) []review.StagedItem {
	out := make([]review.StagedItem, n)
	for i := range out {
		no := i + 1
		out[i] = review.StagedItem{No: no, Holder: fmt.Sprintf("Person %06d", no/3), Target: fmt.Sprintf("Agent %04d", no%2000),
			Holding: domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_%07d", no)), Holder: domain.Holder{ID: domain.ID(fmt.Sprintf("usr_%06d", no/3))},
				Target: domain.Target{ID: domain.ID(fmt.Sprintf("agt_%04d", no%2000))}, Level: domain.ViewUse},
			About: "Support, Tier 2 lead", Allows: "may use the agent", How: []string{"given directly"}, HighRisk: no%50 == 0, Reach: no % 7,
			Assigned: []review.Assigned{{Campaign: "cmp_1", Item: no, Stage: 1, Reviewer: domain.ID(fmt.Sprintf("usr_r%d", no/400+1)), Rule: "manager"}}}
	}
	return out
}

// A page of 50 nine tenths down the population, in each order, and what a
// reviewer's list and the figures cost at that size.
func BenchmarkItems(b *testing.B) {
	const n = benchItems
	s := storetest.Open(b)
	storetest.Seed(b, s)
	items := manyItems(n)
	from := time.Now()
	storetest.Stage(b, s, review.Campaign{ID: "cmp_1", Name: "Q1", Definition: review.Definition{Stages: make([]review.Stage, 1)}}, "pop_1", items)
	b.Logf("staged in %s", time.Since(from))
	for name, q := range map[string]review.ItemQuery{
		"number":      {After: n * 9 / 10},
		"target":      {After: n * 9 / 10, Order: review.ByTarget},
		"risk":        {After: n * 9 / 10, Order: review.ByRisk},
		"back":        {After: n * 9 / 10, Back: true},
		"open":        {After: n * 9 / 10, State: review.ItemOpen},
		"reviewer":    {Reviewer: "usr_r200"},
		"reviewer-up": {Reviewer: "usr_r200", Order: review.ByRisk, State: review.ItemOpen},
		"holder":      {Holder: "usr_030000"},
	} {
		q.Campaign, q.Limit = "cmp_1", 50
		b.Run("page/"+name, func(b *testing.B) {
			for b.Loop() {
				storetest.View(b, s, func(tx review.Tx) error {
					got, err := tx.Items(q)
					if len(got) == 0 {
						b.Fatal("no items")
					}
					return err
				})
			}
		})
	}
	for name, fn := range map[string]func(review.Tx) error{
		"progress": func(tx review.Tx) error { _, err := tx.Progress("cmp_1"); return err },
		"count":    func(tx review.Tx) error { _, err := tx.CountItems(review.ItemQuery{Campaign: "cmp_1"}); return err },
		"count-open": func(tx review.Tx) error {
			_, err := tx.CountItems(review.ItemQuery{Campaign: "cmp_1", State: review.ItemOpen})
			return err
		},
		"count-reviewer": func(tx review.Tx) error {
			_, err := tx.CountItems(review.ItemQuery{Campaign: "cmp_1", Reviewer: "usr_r200", State: review.ItemOpen})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				storetest.View(b, s, fn)
			}
		})
	}
}

// 105,205 grants in one event; then the organisation of 100,000 users read
// from the file.
func BenchmarkLarge(b *testing.B) {
	o := storetest.Options()
	s, path := storetest.OpenWith(b, o)
	e := domain.Event{Type: domain.EvBootstrap, Subject: "org"}
	add := func(r domain.Record) {
		d, err := domain.DeltaOf(nil, r)
		if err != nil {
			b.Fatal(err)
		}
		e.Changes = append(e.Changes, d)
	}
	const users, groups = 100_000, 5000
	for i := range users {
		add(domain.Principal{ID: domain.ID(fmt.Sprintf("usr_%06d", i)), Name: fmt.Sprintf("Person %06d", i),
			Email: fmt.Sprintf("p%06d@acme.example", i), Department: "Support", Status: domain.Active})
	}
	for i := range groups {
		g := domain.Group{ID: domain.ID(fmt.Sprintf("grp_%04d", i)), Name: fmt.Sprintf("Group %d", i)}
		if i >= 10 {
			g.Parent = domain.ID(fmt.Sprintf("grp_%04d", i/6))
		}
		add(g)
	}
	storetest.Append(b, s, e)
	e = domain.Event{Type: domain.EvApplied, Subject: "chg_1"}
	for i := range 105_205 {
		add(domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_%06d", i*7919%105_211)), Holder: domain.Holder{ID: domain.ID(fmt.Sprintf("usr_%06d", i%users))},
			Target: domain.Target{Kind: domain.TargetGroup, ID: domain.ID(fmt.Sprintf("grp_%04d", i%groups))}, Level: domain.Member})
	}
	from := time.Now()
	storetest.Append(b, s, e)
	b.Logf("105,205 grants in one event in %s", time.Since(from))
	b.Run("org", func(b *testing.B) {
		for b.Loop() {
			cold, err := store.Open(bg, path, o)
			if err != nil {
				b.Fatal(err)
			}
			storetest.View(b, cold, func(tx review.Tx) error { _, err := tx.Org(); return err })
			if err := cold.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if rep := verify(b, s, nil); !rep.OK() {
				b.Fatal(rep.Faults)
			}
		}
	})
}

// 1,000,000 items through StageItems alone, most like those of a large
// campaign; the time is the items' own and the writing.
func BenchmarkStageItems(b *testing.B) {
	const n = 1_000_000
	pool := manyItems(3 * 2000 * 10)
	for b.Loop() {
		s := storetest.Open(b)
		from := time.Now()
		err := s.StageItems(bg, "pop_0123456789abcdef", func(yield func(review.StagedItem, error) bool) {
			for no := 1; no <= n; no++ {
				it := pool[no%len(pool)]
				it.No, it.Subjects = no, []domain.ID{it.Holding.Holder.ID}
				it.Holder, it.Holding.ID = fmt.Sprintf("Person %07d", no/10), domain.ID(fmt.Sprintf("gnt_%016x", uint64(no)*0x9E3779B97F4A7C15))
				it.Holding.Holder.ID = domain.ID(fmt.Sprintf("usr_%016x", uint64(no/10)*0x9E3779B97F4A7C15))
				it.Assigned = []review.Assigned{{Campaign: "cmp_1", Item: no, Stage: 1, Rule: "manager",
					Reviewer: domain.ID(fmt.Sprintf("usr_%04d", no/10*7919%5000))}}
				if !yield(it, nil) {
					return
				}
			}
		}, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(from).Seconds(), "s")
		b.ReportMetric(float64(s.Holds()[0].Longest.Milliseconds()), "longest-hold-ms")
		b.Log(s.Holds())
	}
}
