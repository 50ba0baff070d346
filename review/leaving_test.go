package review_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// What waits on a reviewer who leaves, and what becomes of it: unanswered items
// go to another by the campaign's own act, answered ones only they can sign.
func TestLeaving(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	w.answer(w.tom, c, "gnt_eve", review.Keep, 0)
	w.answer(w.tom, c, "gnt_dana_ops", review.Abstain, 0)
	mine := w.item(c, "gnt_dana").No
	p, err := w.propose(w.admin, domain.Begin(domain.Grant{ID: "gnt_new", Holder: principalHolder(extID), Target: onAgent(salesID), Level: domain.ViewUse}))
	w.must(err)
	l, err := w.svc.Leaving(ctx, tomID, eveID)
	w.must(err)
	if len(l.Campaigns) != 1 {
		t.Fatalf("campaigns %+v", l.Campaigns)
	}
	lc := l.Campaigns[0]
	if !slices.Contains(lc.Open, mine) || !slices.Contains(lc.Open, w.item(c, "gnt_dana_ops").No) {
		t.Errorf("open %v: what is silent and what was abstained from can pass on", lc.Open)
	}
	if !slices.Equal(lc.Answered, []int{w.item(c, "gnt_eve").No}) || lc.Signed != 0 {
		t.Errorf("answered %v, signed %d", lc.Answered, lc.Signed)
	}
	if len(l.Checks) != 1 || l.Checks[0].ID != p.ID || len(l.Made) != 0 {
		t.Errorf("his approvals %+v, his change sets %+v", l.Checks, l.Made)
	}
	toDana, err := w.svc.Leaving(ctx, tomID, danaID)
	w.must(err)
	if !slices.Contains(toDana.Campaigns[0].Own, mine) {
		t.Errorf("Dana would review her own access: %+v", toDana.Campaigns[0])
	}
	// What is said to pass on does pass on, whole.
	w.reassign(c, lc.Open, eveID, "Tom leaves")
	if l, err = w.svc.Leaving(ctx, tomID, eveID); err != nil || len(l.Campaigns) != 1 || len(l.Campaigns[0].Open) != 0 {
		t.Errorf("afterwards %+v (%v)", l.Campaigns, err)
	}
	ada, err := w.svc.Leaving(ctx, w.admin.Principal, "")
	w.must(err)
	if len(ada.Owned) != 1 || len(ada.Made) != 1 {
		t.Errorf("of whom runs the campaign and made the change set: %+v", ada)
	}
}

// An exception ends by itself as its last day does in the organisation's zone.
func TestExpiringExceptions(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_own", Holder: principalHolder(danaID), Target: inGroup("grp_b"), Level: domain.Member},
		domain.Group{ID: "grp_b", Name: "B"})
	c := w.campaign(domain.TargetGroup)
	w.answer(w.tom, c, "gnt_own", review.Abstain, 0)
	w.keepRest(w.tom, c)
	_, err := w.svc.SignOff(ctx, w.tom, c.ID, "Q1")
	w.must(err)
	_, err = w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	w.results(c)
	day := domain.Date(w.now().AddDate(0, 0, 5).Format(time.DateOnly))
	w.must(last(w.svc.Except(ctx, w.carl, c.ID, []int{w.item(c, "gnt_own").No}, day, "in work")))
	look := func(days int, about ...domain.Ref) (out []review.Expiry) {
		storetest.View(t, w.s, func(tx review.Tx) error {
			o, err := tx.Org()
			if err != nil {
				return err
			}
			out, err = review.Expiring(tx, o, tx.Now(), o.DayEnd(tx.Now(), days), about)
			return err
		})
		return out
	}
	got := look(5)
	if len(got) != 1 || got[0].What != review.ExpiryException || got[0].Day != day || got[0].Zone != "Europe/Berlin" || got[0].Note != "in work" {
		t.Fatalf("it gives %+v", got)
	}
	if n := len(look(4)); n != 0 {
		t.Errorf("%d within four days", n)
	}
	if n := len(look(5, domain.Ref{Kind: domain.KindPrincipal, ID: danaID})); n != 1 {
		t.Errorf("%d about Dana", n)
	}
	if n := len(look(5, domain.Ref{Kind: domain.KindPrincipal, ID: tomID})); n != 0 {
		t.Errorf("%d about Tom", n)
	}
}

// What an offboarding leaves waiting is not approved in the leaver's name: a
// refusal tells the checker whose fault it is.
func TestAChangeSetOfALeaver(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_boss", Holder: principalHolder(eveID), Target: domain.Target{Kind: domain.TargetDuty, ID: "admin"}, Level: domain.Held})
	p, err := w.propose(w.eve, domain.Begin(domain.Grant{ID: "gnt_new", Holder: principalHolder(danaID), Target: onAgent(opsID), Level: domain.ViewUse, Window: domain.Window{From: "2030-01-01"}}),
		domain.Begin(domain.Grant{ID: "gnt_new2", Holder: principalHolder(extID), Target: areaNode("deployments"), Level: domain.Edit}))
	w.must(err)
	var eve domain.Principal
	storetest.View(t, w.s, func(tx review.Tx) error {
		o, err := tx.Org()
		eve, _ = o.Principal(eveID)
		return err
	})
	gone := eve
	gone.Status = domain.Inactive
	_, err = w.propose(w.admin, domain.Replace(eve, gone))
	w.must(err)
	_, err = w.svc.Approve(ctx, w.cleo, p.ID, "yes")
	if domain.CodeOf(err) != domain.Conflict {
		t.Fatalf("it says %v", err)
	}
	w.wantRule(err, domain.RuleMakerInactive)
}
