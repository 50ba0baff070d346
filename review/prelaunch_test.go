package review_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// stagedBy drafts and stages a campaign over agents with a definition of its own.
func (w *world) stagedBy(name string, d review.Definition) review.Campaign {
	w.t.Helper()
	ctx := context.Background()
	if d.Scope.Kinds == nil {
		d.Scope.Kinds = []domain.TargetKind{domain.TargetAgent}
	}
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: name, Due: w.now().AddDate(0, 1, 0), Definition: d})
	w.must(err)
	c, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	return c
}

func (w *world) preLaunch(c review.Campaign, kind string) (review.Check, bool) {
	w.t.Helper()
	all, err := w.svc.PreLaunch(context.Background(), c.ID)
	w.must(err)
	i := slices.IndexFunc(all, func(ch review.Check) bool { return ch.Kind == kind })
	if i < 0 {
		return review.Check{}, false
	}
	if all[i].Text == "" || all[i].Hint == "" {
		w.t.Errorf("the check %s says %q and hints %q", kind, all[i].Text, all[i].Hint)
	}
	return all[i], true
}

// Every stage must have somebody for every item, who is there, and somebody
// to countersign; what is missing in the second stage is mended in it.
func TestEveryStageIsChecked(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_ada", Holder: principalHolder(w.admin.Principal), Target: onAgent(salesID), Level: domain.ViewUse})
	c := w.stagedBy("Two", review.Definition{Stages: []review.Stage{
		{Reviewers: []string{review.ByTargetOwner}, Fallback: eveID},
		{Reviewers: []string{review.ByManager}, Days: 7}}})
	ada := w.item(c, "gnt_ada").No
	ch, found := w.preLaunch(c, review.CheckNoReviewer)
	if !found || !ch.Block || !slices.Equal(ch.Items, []int{ada}) {
		t.Fatalf("Ada's own has nobody in stage 2, and the check is %+v", ch)
	}
	_, err := w.svc.Launch(ctx, w.cleo, c.ID)
	w.wantRule(err, review.CheckNoReviewer)
	_, err = w.svc.HandOver(ctx, w.admin, c.ID, review.Handing{Stage: 3, Items: []int{ada}, To: tomID, Reason: "r"})
	w.wantRule(err, "move")
	_, err = w.svc.HandOver(ctx, w.admin, c.ID, review.Handing{Stage: 2, Items: []int{ada}, To: tomID, Reason: "nobody was left"})
	w.must(err)
	if now, _ := w.answering(c, ada, 2); !slices.Equal(now, []domain.ID{tomID}) {
		t.Errorf("in stage 2 %v answer", now)
	}
	if now, _ := w.answering(c, ada, 1); !slices.Equal(now, []domain.ID{tomID}) {
		t.Errorf("in stage 1 %v answer", now)
	}
	// Xav, who is to review in stage 2 now, leaves before the launch.
	_, err = w.svc.HandOver(ctx, w.admin, c.ID, review.Handing{Stage: 2, Items: []int{ada}, To: extID, Reason: "another"})
	w.must(err)
	gone := w.record(domain.KindPrincipal, extID).(domain.Principal)
	left := gone
	left.Status = domain.Inactive
	w.seedChange(domain.Replace(gone, left))
	if ch, found = w.preLaunch(c, review.CheckReviewerLeft); !found || !ch.Block || !slices.Equal(ch.Items, []int{ada}) {
		t.Errorf("a reviewer of stage 2 left, and the check is %+v", ch)
	}
	_, err = w.svc.HandOver(ctx, w.admin, c.ID, review.Handing{Stage: 2, Items: []int{ada}, To: tomID, Reason: "Xav left"})
	w.must(err)
	_, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
}

// A packet of the second stage that no checker could countersign blocks.
func TestEveryStageNeedsAChecker(t *testing.T) {
	w := newWorld(t)
	// Carl reviews in stage 2, and Cleo, the other checker, is a subject there.
	w.seed(domain.Grant{ID: "gnt_cleo", Holder: principalHolder(w.cleo.Principal), Target: onAgent(salesID), Level: domain.ViewUse})
	c := w.stagedBy("Two", review.Definition{Stages: []review.Stage{
		{Reviewers: []string{review.ByTargetOwner}, Fallback: eveID},
		{Reviewers: []string{string(w.carl.Principal)}, Days: 7}}})
	ch, found := w.preLaunch(c, review.CheckNoChecker)
	if !found || !ch.Block || !slices.Contains(ch.Items, w.item(c, "gnt_cleo").No) {
		t.Errorf("the check is %+v", ch)
	}
}

// What is worth knowing is said, and blocks nothing: conflicts, own access
// passed on, data that is older than the definition allows.
func TestWhatIsNoted(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.stagedBy("Notes", review.Definition{OldAfter: 10, Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}}}})
	tom := w.item(c, "gnt_tom")
	if !slices.Equal(tom.Conflicts, []string{"Ada Admin staged the campaign"}) || !slices.Contains(tom.Flags, review.FlagPassedOn) {
		t.Errorf("what Tom has, which Ada reviews, has the conflicts %q and the flags %q", tom.Conflicts, tom.Flags)
	}
	for kind, items := range map[string][]int{review.CheckConflicts: {tom.No}, review.CheckPassedOn: {tom.No}} {
		if ch, found := w.preLaunch(c, kind); !found || ch.Block || !slices.Equal(ch.Items, items) {
			t.Errorf("the check %s is %+v", kind, ch)
		}
	}
	if ch, found := w.preLaunch(c, review.CheckOldData); !found || ch.Block || !strings.Contains(ch.Text, "in the last 10 days") {
		t.Errorf("the check of old data is %+v", ch)
	}
	_, err := w.svc.Reassign(ctx, w.admin, c.ID, []int{tom.No}, eveID, "apart")
	w.must(err)
	if ch, found := w.preLaunch(c, review.CheckConflicts); found {
		t.Errorf("with another reviewer there is still %+v", ch)
	}
	bad := review.Campaign{Name: "Bad", Due: storetest.Start.AddDate(0, 1, 0), Definition: review.Definition{Conflicts: "ignore",
		Stages: []review.Stage{{Reviewers: []string{review.ByManager}}}}}
	if _, err := w.svc.NewCampaign(ctx, w.admin, bad); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a mistyped way with conflicts: %v", err)
	}
}

// Who granted access does not review it where the definition refuses that.
func TestWhoGrantedDoesNotReview(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_adm", Holder: principalHolder(tomID), Target: domain.Target{Kind: domain.TargetAccount}, Level: 1})
	p, err := w.propose(w.tom, domain.Begin(domain.Grant{ID: "gnt_xav", Holder: principalHolder(extID), Target: onAgent(opsID), Level: domain.ViewUse}))
	w.must(err)
	if p.State == domain.Proposed {
		_, err = w.svc.Approve(ctx, w.admin, p.ID, "")
		w.must(err)
	}
	stages := []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}, Fallback: w.carl.Principal}}
	for conflicts, want := range map[string]domain.ID{"": tomID, review.FlagConflicts: tomID, review.RefuseConflicts: w.carl.Principal} {
		c := w.stagedBy("Q "+conflicts, review.Definition{Conflicts: conflicts, Stages: stages, Scope: review.Scope{Principals: []domain.ID{extID}}})
		it := w.item(c, "gnt_xav")
		if it.Reviewer != want {
			t.Errorf("with %q what Tom granted is for %s to review by %q", conflicts, it.Reviewer, it.Rule)
		}
		if flagged := slices.Contains(it.Conflicts, "Tom Vale made the change that gave it"); flagged != (want == tomID) {
			t.Errorf("with %q it has the conflicts %q", conflicts, it.Conflicts)
		}
		if want != tomID && !strings.Contains(it.Rule, "manager is passed over: Tom Vale made the change that gave it") {
			t.Errorf("the rule is silent: %q", it.Rule)
		}
	}
	// Where a definition does not say, the organisation's setting does.
	w.seed(domain.Setting{ID: domain.SettingConflicted, Value: "refuse"})
	for conflicts, want := range map[string]domain.ID{"": w.carl.Principal, review.FlagConflicts: tomID} {
		c := w.stagedBy("set "+conflicts, review.Definition{Conflicts: conflicts, Stages: stages, Scope: review.Scope{Principals: []domain.ID{extID}}})
		if it := w.item(c, "gnt_xav"); it.Reviewer != want {
			t.Errorf("with %q and the setting refuse what Tom granted is for %s to review by %q", conflicts, it.Reviewer, it.Rule)
		}
	}
}

// Of several reviewers of what many share, a subject's certify waits for a
// checker; that of one who is no subject need not.
func TestASubjectsCertifyAmongSeveral(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_mc", Holder: principalHolder(w.carl.Principal), Target: inGroup(crewID), Level: domain.Member})
	c := w.stagedBy("Shared", review.Definition{Scope: review.Scope{Groups: []domain.ID{crewID}},
		Stages: []review.Stage{{Reviewers: []string{string(danaID)}, Additional: []string{string(tomID)}}}})
	c, err := w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	for _, who := range []domain.Actor{w.dana, w.tom} {
		w.must(w.decide(who, c, review.DecisionInput{Item: w.item(c, "gnt_crew").No, Answer: review.Keep}))
		_, err := w.svc.SignOff(ctx, who, c.ID, c.Name)
		w.must(err)
	}
	w.must(w.s.View(ctx, func(tx review.Tx) error {
		for who, want := range map[domain.ID]review.PacketState{danaID: review.Signed, tomID: review.Countersigned} {
			p, err := tx.Packet(c.ID, 1, who)
			if err != nil || p.State != want {
				t.Errorf("the packet of %s is %s (%v), want %s", who, p.State, err, want)
			}
		}
		return nil
	}))
	_, err = w.svc.Countersign(ctx, w.carl, c.ID, danaID, "I am in the crew")
	w.wantRule(err, "checker-is-subject")
	_, err = w.svc.Countersign(ctx, w.cleo, c.ID, danaID, "")
	w.must(err)
}
