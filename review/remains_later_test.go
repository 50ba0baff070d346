package review_test

import (
	"context"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// What a revoked group's grant leaves is kept by another item, and a way to the
// same that nobody reviewed opens before the next campaign: the item is not
// retained but residual, and says which way and from when; beyond the horizon
// it is no matter of this campaign (PRODUCT 5).
func TestAPathThatOpensLaterIsResidual(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		days  int // until the membership begins
		level domain.Level
		want  review.Result
	}{
		"at once":               {0, domain.ViewUse, review.Residual},
		"in ten days":           {10, domain.ViewUse, review.Residual},
		"in ten days, and more": {10, domain.EditAgent, review.Residual},
		"after three years":     {3 * 365, domain.ViewUse, review.Retained},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			camp := w.named("Q1", domain.TargetAgent)
			w.say(w.carl, camp, "gnt_crew", review.Revoke)
			w.keepAll(w.carl, camp)
			from := domain.Date(w.now().AddDate(0, 0, c.days).Format("2006-01-02"))
			w.seed(domain.Group{ID: "grp_side", Name: "Side door"},
				domain.Grant{ID: "gnt_side", Holder: groupHolder("grp_side"), Target: onAgent(salesID), Level: c.level},
				domain.Grant{ID: "gnt_side_dana", Holder: principalHolder(danaID), Target: inGroup("grp_side"), Level: domain.Member, Window: domain.Window{From: from}})
			_, err := w.svc.Remediate(ctx, w.admin, camp.ID)
			w.must(err)
			w.results(camp)
			o := w.item(camp, "gnt_crew").Outcome
			if o.Result != c.want {
				t.Errorf("the crew's grant: %+v, want %s", o, c.want)
			}
			if c.want == review.Residual && !strings.Contains(o.Left, "Side door") {
				t.Errorf("what is left does not name the way: %q", o.Left)
			}
			if word := domain.LadderOf(domain.TargetAgent).Word(c.level); c.want == review.Residual && !strings.Contains(o.Left, word+" on Sales Agent by Dana Okafor → Side door") {
				t.Errorf("the way gives %s, whatever is kept by another, and it says %q", word, o.Left)
			}
			if later := strings.Contains(o.Left, "from "+string(from)); later != (c.want == review.Residual && c.days > 0) {
				t.Errorf("from when: %q, from %s", o.Left, from)
			}
		})
	}
}
