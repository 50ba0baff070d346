package review_test

import (
	"fmt"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// TestEveryNameOfAnEffectCanBeRead: however many people, things and agents a line is
// about, each name stands in it or among those that it counts.
func TestEveryNameOfAnEffectCanBeRead(t *testing.T) {
	id := func(what string, i int) domain.ID { return domain.ID(fmt.Sprintf("%s_%02d_", what, i)) }
	for _, c := range []struct{ people, things, agents int }{{1, 1, 0}, {5, 14, 0}, {6, 15, 0}, {60, 1, 0}, {2, 60, 0}, {3, 1, 14}, {3, 1, 40}, {7, 20, 20}} {
		var effects []domain.Effect
		for p := range c.people {
			for n := range c.things {
				for a := range max(c.agents, 1) {
					e := domain.Effect{Principal: id("usr", p), Target: onAgent(id("agt", n)), After: domain.ViewUse}
					if c.agents > 0 {
						e.Target, e.Agent = areaNode(id("area", n)), id("in", a)
					}
					effects = append(effects, e)
				}
			}
		}
		var said strings.Builder
		for _, l := range review.EffectLines(newWorld(t).org(), effects) {
			fmt.Fprintln(&said, l.Text)
			for _, more := range l.Rest {
				fmt.Fprintln(&said, more.Words(0))
			}
		}
		for _, e := range effects {
			for _, want := range []domain.ID{e.Principal, e.Target.ID, e.Agent} {
				if !strings.Contains(said.String(), string(want)) {
					t.Fatalf("%+v: %s cannot be read in %s", c, want, &said)
				}
			}
		}
	}
	long := review.Counted{Of: "people", Names: []string{"Ada", "Ben", "Cleo"}}
	if got := long.Words(2); got != "these 3 people: Ada, Ben and 1 more" {
		t.Error(got)
	}
}
