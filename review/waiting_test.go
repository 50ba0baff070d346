package review_test

import (
	"context"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// Home and the list of waiting packets lock what a checker may not countersign, each
// with why, by the very rules that refuse the countersignature (PRODUCT 5: checker ≠
// reviewer ≠ subject); who is no checker is shown none.
func TestPacketsAreLockedForWhomTheyAre(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.thirdChecker()
	c := w.staged(review.Definition{CountersignAll: true, Stages: []review.Stage{by("carl@acme.example")}})
	no := w.item(c, "gnt_dana_ops").No
	w.must(w.svc.Delegate(ctx, w.carl, c.ID, []int{no}, tomID, "he knows it"))
	w.keepRest(w.carl, c)
	w.sign(w.carl, c)
	w.keepRest(w.tom, c)
	w.sign(w.tom, c)
	w.seed(held(danaID, domain.DutyChecker), held(tomID, domain.DutyChecker))
	for _, x := range []struct {
		who    domain.Actor
		carl   string // why Carl's packet is locked for them; "" is not
		tom    string
		toCarl string // the rule
		toTom  string
	}{
		{w.carl, "you made these decisions", "was to review item", "checker-is-reviewer", "checker-is-reviewer"},
		{w.tom, "your own access", "you made these decisions", "checker-is-subject", "checker-is-reviewer"},
		{w.dana, "your own access", "your own access", "checker-is-subject", "checker-is-subject"},
		{w.cleo, "", "", "", ""},
	} {
		home, err := w.svc.Home(ctx, x.who)
		w.must(err)
		all, err := w.svc.WaitingPackets(ctx, x.who)
		w.must(err)
		if len(home.Packets) != 2 || len(all) != 2 {
			t.Fatalf("%s is shown %d packets at home and %d in the list, want 2", x.who.Principal, len(home.Packets), len(all))
		}
		for i, p := range home.Packets {
			why, rule := x.carl, x.toCarl
			if p.Packet.Reviewer == tomID {
				why, rule = x.tom, x.toTom
			}
			if (p.Why == "") != (why == "") || !strings.Contains(strings.ToLower(p.Why), strings.ToLower(why)) || all[i].Why != p.Why {
				t.Errorf("%s, the packet of %s: locked %q and %q, want %q", x.who.Principal, p.Reviewer, p.Why, all[i].Why, why)
			}
			_, err := w.svc.Countersign(ctx, x.who, c.ID, p.Packet.Reviewer, "")
			if rule != "" {
				w.wantRule(err, rule)
			} else {
				w.must(err)
			}
		}
	}
	home, err := w.svc.Home(ctx, w.eve)
	w.must(err)
	if len(home.Packets) != 0 {
		t.Errorf("Eve checks nothing, and is shown %+v", home.Packets)
	}
}

// Whoever reads decisions back for another does not check them, so somebody else must
// be able to: one of the checkers who has a part in this packet is not, nor is the
// campaign's owner, for it may lapse.
func TestSomebodyElseMustBeAbleToCheckWhatIsEntered(t *testing.T) {
	ctx := context.Background()
	onSales := func(who domain.ID) domain.Grant {
		return domain.Grant{ID: "gnt_x_" + who, Holder: principalHolder(who), Target: onAgent(salesID), Level: domain.ViewUse}
	}
	for name, x := range map[string]struct {
		before func(w *world) // the campaign is staged
		after  func(w *world)
		who    func(w *world) domain.Actor
		rule   string
	}{
		"a checker, and another is free":            {nil, nil, func(w *world) domain.Actor { return w.cleo }, ""},
		"a checker, and the other is a subject":     {func(w *world) { w.seed(onSales(w.carl.Principal)) }, nil, func(w *world) domain.Actor { return w.cleo }, "no-countersigner"},
		"the one who is a subject, and one is free": {func(w *world) { w.seed(onSales(w.carl.Principal)) }, nil, func(w *world) domain.Actor { return w.tom }, ""},
		"the owner, and one is free":                {func(w *world) { w.seed(onSales(w.carl.Principal)) }, nil, func(w *world) domain.Actor { return w.admin }, ""},
		"a checker, and the owner alone is free": {func(w *world) { w.seed(onSales(w.carl.Principal)) },
			func(w *world) { w.seed(held(w.admin.Principal, domain.DutyChecker)) }, func(w *world) domain.Actor { return w.cleo }, "no-countersigner"},
		"a checker, and a third is free": {func(w *world) { w.seed(onSales(w.carl.Principal)) },
			func(w *world) {
				w.seed(held(tomID, domain.DutyCampaignOwner), held(w.admin.Principal, domain.DutyChecker), newChecker(), held(unaID, domain.DutyChecker))
			},
			func(w *world) domain.Actor { return w.cleo }, ""},
		"the reviewer, whoever checks": {func(w *world) { w.seed(onSales(w.carl.Principal), onSales(w.cleo.Principal)) },
			nil, func(w *world) domain.Actor { return w.tom }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if name == "the reviewer, whoever checks" {
				w.thirdChecker() // else it is not launched
			}
			if x.before != nil {
				x.before(w)
			}
			c := w.campaign(domain.TargetAgent)
			if x.after != nil {
				x.after(w)
			}
			e, in := w.toms(c)
			_, err := w.svc.Enter(ctx, x.who(w), c.ID, e, in)
			if x.rule == "" {
				w.must(err)
				return
			}
			w.wantRule(err, x.rule)
			for _, it := range w.items(review.ItemQuery{Campaign: c.ID, Reviewer: tomID}) {
				if it.Decision.Answer != review.Silent {
					t.Errorf("it was refused, and item %d is decided", it.No)
				}
			}
		})
	}
}

func newChecker() domain.Principal {
	return domain.Principal{ID: unaID, Kind: domain.User, Name: "Una", Email: "una@acme.example", Status: domain.Active}
}
