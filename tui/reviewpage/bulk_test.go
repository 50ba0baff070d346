package reviewpage

import (
	"slices"
	"testing"

	"countersign/domain"
	"countersign/review"
)

func TestBulk(t *testing.T) {
	c := open(t, 40, 120, 30)
	for range 8 { // items 4 and 11 of the first eleven are of high risk
		c.Keys("space")
	}
	c.Keys("D")
	c.Has("Marked, 7 items")
	c.Has("1 high-risk item is left out")
	c.Has("2 keep access by another path")
	c.Keys("enter", "enter") // the reason's line, then Cancel
	if len(c.desk.acts) != 0 {
		t.Fatal("Cancel is not the default")
	}
	c.Keys("D")
	c.Type("quarter end")
	c.Keys("tab", "tab", "enter")
	if len(c.desk.acts) != 7 || slices.ContainsFunc(c.desk.acts, func(d review.DecisionInput) bool {
		return d.Answer != review.Revoke || d.Reason != "quarter end" || d.Item == 4
	}) {
		t.Errorf("%+v", c.desk.acts)
	}
	c.Has("7 of 39 decided")
}

// TestACommentGoesWithABulk: what was written of one item is lost in no act on many.
func TestACommentGoesWithABulk(t *testing.T) {
	c := open(t, 40, 120, 30)
	c.Keys("c")
	c.Type("left the team")
	c.Keys("enter", "space", "space", "D")
	c.Has("1 item has a comment, which comes before the reason")
	c.Type("quarter end")
	c.Keys("tab", "tab", "enter")
	var reasons []string
	for _, d := range c.desk.acts {
		reasons = append(reasons, d.Reason)
	}
	if !slices.Equal(reasons, []string{"left the team; quarter end", "quarter end"}) {
		t.Errorf("the reasons are %q", reasons)
	}
}

// TestACancelledBulkSaysSo: enter twice in the reason cancels, and says that it did;
// esc does the same.
func TestACancelledBulkSaysSo(t *testing.T) {
	for _, keys := range [][]string{{"enter", "enter"}, {"esc"}} {
		c := open(t, 40, 120, 30)
		c.Keys("space", "space", "D")
		c.Has("enter next")
		c.Type("quarter end")
		c.Keys(keys...)
		c.Has("cancelled: nothing was done")
		if len(c.desk.acts) != 0 {
			t.Errorf("%v: %+v", keys, c.desk.acts)
		}
	}
}

func TestBulkOfAllFilteredSaysSo(t *testing.T) {
	c := open(t, 40, 120, 30)
	c.Keys("/")
	c.Type("kind:group")
	c.Keys("enter", "*", "A")
	c.Has("All filtered (kind:group), ")
	c.Keys("tab", "tab", "enter")
	for _, d := range c.desk.acts {
		if c.desk.All[d.Item-1].Holding.Target.Kind != domain.TargetGroup {
			t.Errorf("item %d is not of the filter", d.Item)
		}
	}
	if len(c.desk.acts) == 0 {
		t.Error("nothing was decided")
	}
}

func TestAllOfHighRiskIsRefused(t *testing.T) {
	c := open(t, 40, 120, 30)
	c.Keys("/")
	c.Type("risk:high")
	c.Keys("enter", "*", "A")
	c.Has("high-risk items are not decided in bulk")
	if len(c.desk.acts) != 0 {
		t.Error("decided")
	}
}
