package review_test

import (
	"slices"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

// The outline of a population is what its items say once they are made, and walking
// it beside them changes neither.
func TestOutlineIsOfTheItems(t *testing.T) {
	at := time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC)
	o, err := domain.NewOrg(1, func(yield func(domain.Row, error) bool) {
		n := domain.Seq(0)
		syntheticRecords(3000, func(rec domain.Record) {
			n++
			if p, ok := rec.(domain.Principal); ok && n%7 == 0 {
				p.Employment = domain.External // some of whose grants are high-risk
				rec = p
			}
			yield(domain.Row{Record: rec, Since: n}, nil)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	p := review.NewPopulation(o, syntheticCampaign(), at)
	outlined := make(chan []review.Outlined, 1)
	go func() { outlined <- slices.Collect(p.Outline()) }()
	var want []review.Outlined
	risky, reach := 0, map[int]bool{}
	for it, err := range p.Items(nil) {
		if err != nil {
			t.Fatal(err)
		}
		if it.HighRisk {
			risky++
		}
		reach[it.Reach] = true
		want = append(want, review.Outlined{Holder: it.Holding.Holder.ID, Target: it.Target, Reach: it.Reach, HighRisk: it.HighRisk})
	}
	if got := <-outlined; len(want) != p.Len() || !slices.Equal(got, want) {
		t.Errorf("%d items were made, %d outlined, not alike", len(want), len(got))
	}
	if risky == 0 || risky == len(want) || len(reach) < 3 {
		t.Errorf("of %d items %d are high-risk, and reaches are %v: nothing is shown", len(want), risky, reach)
	}
}
