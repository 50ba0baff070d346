package review_test

import (
	"context"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// Management's acknowledgement is of somebody who reviewed nothing (PCI DSS
// 7.2.4): neither decided, nor had an item in hand for a while, nor wrote an answer in for another.
func TestWhoHadAPartDoesNotAcknowledge(t *testing.T) {
	ctx := context.Background()
	for name, x := range map[string]struct {
		play func(w *world, c review.Campaign)
		who  domain.ID
		rule string
	}{
		"no part":      {play: func(*world, review.Campaign) {}, who: extID},
		"the subject":  {play: func(*world, review.Campaign) {}, who: danaID},
		"the reviewer": {play: func(*world, review.Campaign) {}, who: tomID, rule: "acknowledge-reviewer"},
		"had an item for a while": {who: eveID, rule: "acknowledge-reviewer", play: func(w *world, c review.Campaign) {
			no := []int{w.item(c, "gnt_dana").No}
			w.reassign(c, no, eveID, "she is nearer")
			w.reassign(c, no, tomID, "she is away")
		}},
		"handed one on": {who: eveID, rule: "acknowledge-reviewer", play: func(w *world, c review.Campaign) {
			no := []int{w.item(c, "gnt_dana").No}
			w.must(w.svc.Delegate(ctx, w.tom, c.ID, no, eveID, "she knows it"))
			w.must(w.svc.Delegate(ctx, w.eve, c.ID, no, extID, "he knows it better"))
			w.keepRest(w.as(string(extID)), c)
			w.sign(w.as(string(extID)), c)
		}},
		"entered answers for the reviewer": {who: extID, rule: "acknowledge-reviewer", play: func(w *world, c review.Campaign) {
			w.seed(held(extID, domain.DutyCampaignOwner))
			e, in := w.toms(c)
			w.must(last(w.svc.Enter(ctx, w.as(string(extID)), c.ID, e, in[:1])))
		}},
		"entered answers that were changed": {who: extID, rule: "acknowledge-reviewer", play: func(w *world, c review.Campaign) {
			w.seed(held(extID, domain.DutyCampaignOwner))
			e, in := w.toms(c)
			w.must(last(w.svc.Enter(ctx, w.as(string(extID)), c.ID, e, in[:1])))
			w.must(w.decide(w.tom, c, review.DecisionInput{Item: in[0].Item, Answer: review.Keep, Reason: "no"}))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.campaign(domain.TargetAgent)
			x.play(w, c)
			w.keepRest(w.tom, c)
			w.keepRest(w.admin, c)
			w.sign(w.tom, c)
			w.sign(w.admin, c)
			for _, who := range []domain.Actor{w.tom, w.eve, w.as(string(extID))} {
				if w.packetOf(c, 1, who).State == review.Signed {
					w.check(w.cleo, c, who)
				}
			}
			_, err := w.svc.Remediate(ctx, w.admin, c.ID)
			w.must(err)
			w.results(c)
			w.seed(held(x.who, domain.DutyExecutive))
			_, err = w.svc.Acknowledge(ctx, actor(x.who), c.ID, "what remains is appropriate")
			if x.rule == "" {
				w.must(err)
			} else {
				w.wantRule(err, x.rule)
			}
		})
	}
}
