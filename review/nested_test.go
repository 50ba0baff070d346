package review_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// nested has Eve in the Night shift besides, a group of the crew, which holds
// an agent; and a campaign over memberships of hers, of the groups named.
func (w *world) nested(groups ...domain.ID) review.Campaign {
	w.t.Helper()
	ctx := context.Background()
	w.seed(domain.Group{ID: "grp_sub", Name: "Night shift", Description: "At night", Parent: crewID},
		domain.Grant{ID: "gnt_sub", Holder: principalHolder(eveID), Target: inGroup("grp_sub"), Level: domain.Member})
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Nested", Due: w.now().AddDate(0, 1, 0), Definition: review.Definition{CountersignAll: true,
		Scope:  review.Scope{Kinds: []domain.TargetKind{domain.TargetGroup}, Groups: groups, Principals: []domain.ID{eveID}},
		Stages: []review.Stage{by("carl@acme.example")}}})
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	c, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	return c
}

// outcomeOf revokes one membership, keeps the rest, and gives what became of it.
func (w *world) outcomeOf(c review.Campaign, membership domain.ID) review.Outcome {
	w.t.Helper()
	ctx := context.Background()
	w.say(w.carl, c, membership, review.Revoke)
	w.keepAll(w.carl, c)
	_, err := w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	_, err = w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	return w.item(c, membership).Outcome
}

func nestedMembershipLeavesAPath(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.nested("grp_sub")
	if o := w.outcomeOf(c, "gnt_sub"); o.Result != review.Residual || !strings.Contains(o.Left, "Release crew") {
		t.Errorf("the nested membership, of the crew too: %+v", o)
	}
	_, err := w.svc.Close(ctx, w.admin, c.ID)
	w.wantRule(err, "unsettled")

	w = newWorld(t)
	c = w.nested("grp_sub", crewID)
	direct := w.item(c, "gnt_m2").No
	if o := w.outcomeOf(c, "gnt_sub"); o.Result != review.Retained || !slices.Equal(o.By, []int{direct}) {
		t.Errorf("the nested membership, that of the crew being kept: %+v", o)
	}
	_, err = w.svc.Close(ctx, w.admin, c.ID)
	w.must(err)

	for what, change := range map[string]func(*world){
		"not of the crew":        func(w *world) { w.must(w.apply(domain.End(w.grant("gnt_m2")))) },
		"the crew holds nothing": func(w *world) { w.must(w.apply(domain.End(w.grant("gnt_crew")))) },
	} {
		w = newWorld(t)
		change(w)
		c = w.nested("grp_sub")
		if o := w.outcomeOf(c, "gnt_sub"); o.Result != review.Verified {
			t.Errorf("the nested membership, %s: %+v", what, o)
		}
		_, err = w.svc.Close(ctx, w.admin, c.ID)
		w.must(err)
	}
}

func membershipLeavesTheNestedOne(t *testing.T) {
	w := newWorld(t)
	c := w.nested(crewID)
	if o := w.outcomeOf(c, "gnt_m2"); o.Result != review.Residual || !strings.Contains(o.Left, "Night shift") {
		t.Errorf("the membership: %+v", o)
	}
	_, err := w.svc.Close(context.Background(), w.admin, c.ID)
	w.wantRule(err, "unsettled")
}
