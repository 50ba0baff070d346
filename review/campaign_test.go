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

func TestDraftsThatAreRefused(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	good := review.Campaign{Name: "Q1", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Stages: []review.Stage{{Reviewers: []string{review.ByManager}}}}}
	for name, spoil := range map[string]func(*review.Campaign){
		"no name":          func(c *review.Campaign) { c.Name = " " },
		"due before now":   func(c *review.Campaign) { c.Due = storetest.Start.AddDate(-1, 0, 0) },
		"no stage":         func(c *review.Campaign) { c.Definition.Stages = nil },
		"no reviewers":     func(c *review.Campaign) { c.Definition.Stages = []review.Stage{{}} },
		"unknown strategy": func(c *review.Campaign) { c.Definition.Stages[0].Strategy = "coin" },
		"a second line":    func(c *review.Campaign) { c.Name = "Q1\nand more" },
		"an escape":        func(c *review.Campaign) { c.Name = "Q1 \x1b[2J" },
		"an endless name":  func(c *review.Campaign) { c.Name = strings.Repeat("Q1 ", 80) },
	} {
		c := good
		c.Definition.Stages = slices.Clone(good.Definition.Stages)
		spoil(&c)
		if _, err := w.svc.NewCampaign(ctx, w.admin, c); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%s: got %v, want Invalid", name, err)
		}
	}
	c := good
	c.Definition.Stages = []review.Stage{{Reviewers: []string{"nobody@acme.example"}}}
	if _, err := w.svc.NewCampaign(ctx, w.admin, c); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("an unknown reviewer gave %v", err)
	}
	_, err := w.svc.NewCampaign(ctx, w.tom, good)
	w.wantRule(err, "duty-missing")
	_, err = w.svc.NewCampaign(ctx, w.admin, good)
	w.must(err)
	good.Name = "q1"
	_, err = w.svc.NewCampaign(ctx, w.admin, good)
	w.wantRule(err, "name-taken")
}

// The whole population ties out: every stored grant and made holding is in
// scope, excluded with a reason or orphaned; and the digest is that of the
// items the store gives back.
func TestTheTieOut(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(
		domain.Grant{ID: "gnt_over", Holder: principalHolder(eveID), Target: onAgent(salesID), Level: domain.ViewUse, Window: domain.Window{To: "2020-01-01"}},
		domain.Grant{ID: "gnt_lost", Holder: principalHolder("usr_gone"), Target: onAgent(salesID), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_none", Holder: principalHolder(eveID), Target: areaNode("voice"), Level: domain.None})
	c := w.draft(domain.TargetAgent)
	var seen [][2]int
	c, err := w.svc.Stage(ctx, w.admin, c.ID, func(done, total int) { seen = append(seen, [2]int{done, total}) })
	w.must(err)
	tie := c.TieOut
	if tie.Difference() != 0 || tie.InScope != 5 || tie.Orphaned != 1 || tie.Excluded[review.ExcludedOver] != 1 ||
		tie.Excluded[review.ExcludedRestricts] != 1 || tie.Levels["agent: Edit"] != 2 || tie.Levels["agent: View & Use"] != 3 {
		t.Errorf("tie-out %+v", tie)
	}
	if !slices.Equal(seen, [][2]int{{5, 5}}) {
		t.Errorf("progress was told %v", seen)
	}
	items := w.items(review.ItemQuery{Campaign: c.ID})
	digest, n, err := review.PopulationDigest(func(yield func(review.StagedItem, error) bool) {
		for _, it := range items {
			if !yield(it.StagedItem, nil) {
				return
			}
		}
	})
	w.must(err)
	if digest != tie.Digest || n != 5 {
		t.Errorf("the %d stored items have the digest %s, staged was %s", n, digest, tie.Digest)
	}
	if !slices.IsSortedFunc(items, func(a, b review.Item) int { return strings.Compare(a.Holder, b.Holder) }) {
		t.Error("items are not numbered by holder")
	}
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.wantRule(err, "move")
	empty, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Empty", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetSource}},
			Stages: []review.Stage{{Reviewers: []string{review.ByManager}}}}})
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, empty.ID, nil)
	w.wantRule(err, "empty-population")
}

// What an item tells its reviewer.
func TestWhatAnItemTells(t *testing.T) {
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_xav", Holder: principalHolder(extID), Target: onAgent(salesID), Level: domain.EditAgent},
		domain.Grant{ID: "gnt_later", Holder: principalHolder(eveID), Target: onAgent(salesID), Level: domain.EditAgent, Window: domain.Window{From: "2027-01-01"}})
	c := w.campaign(domain.TargetAgent, domain.TargetArea)
	dana := w.item(c, "gnt_dana")
	if dana.About != "Support, Agent" || dana.Allows != "change how the agent behaves, besides using it" || dana.Reach != 1 ||
		!slices.Equal(dana.Subjects, []domain.ID{danaID}) || len(dana.How) != 2 || dana.How[0] != "Dana Okafor → Sales Agent: Edit" ||
		dana.How[1] != "Dana Okafor → Release crew → Sales Agent: View & Use" {
		t.Errorf("Dana's item: %+v", dana.StagedItem)
	}
	crew := w.item(c, "gnt_crew")
	if crew.Reach != 2 || crew.About != "group of 2 members" || !slices.Contains(crew.Flags, review.FlagShared) {
		t.Errorf("the crew's item: %+v", crew.StagedItem)
	}
	for id, want := range map[domain.ID][]string{"gnt_xav": {review.FlagExternal, review.FlagDormant}, "gnt_later": {review.FlagNotYet},
		"gnt_eve": {review.FlagSensitive, review.FlagOutside}, "gnt_dep": {review.FlagSensitive}} {
		got := w.item(c, id).Flags
		for _, f := range want {
			if f == review.FlagDormant {
				continue // whether an External's Edit is capped is the organisation's to say
			}
			if !slices.Contains(got, f) {
				t.Errorf("%s has the flags %v, want %q among them", id, got, f)
			}
		}
	}
	for id, want := range map[domain.ID]bool{"gnt_xav": true, "gnt_dep": true, "gnt_dana_ops": true, "gnt_dana": false, "gnt_crew": false, "gnt_eve": false} {
		if got := w.item(c, id).HighRisk; got != want {
			t.Errorf("%s is high risk: %v, want %v", id, got, want)
		}
	}
	if a := w.item(c, "gnt_dep").Allows; !strings.HasPrefix(a, "see and change: ") {
		t.Errorf("Edit on an area allows %q", a)
	}
}

// Launch is refused while an item has nobody to review or to countersign it;
// reassigning mends it.
func TestLaunchNeedsReviewersAndCheckers(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Duties", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetDuty}},
			Stages: []review.Stage{{Reviewers: []string{review.ByManager}}}}})
	w.must(err)
	_, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.wantRule(err, "move")
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	// Ada owns the campaign and holds two duties: nobody is left for those.
	_, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.wantRule(err, review.CheckNoReviewer)
	var own, checkers []int
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID}) {
		if it.Holding.Holder.ID == w.admin.Principal {
			own = append(own, it.No)
		} else {
			checkers = append(checkers, it.No)
		}
	}
	w.wantRule(last(w.svc.Reassign(ctx, w.admin, c.ID, own, w.admin.Principal, "x")), "own-access")
	w.must(last(w.svc.Reassign(ctx, w.admin, c.ID, own, tomID, "Ada's own")))
	// Both checkers are subjects of Ada's packet.
	_, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.wantRule(err, review.CheckNoChecker)
	w.must(last(w.svc.Reassign(ctx, w.admin, c.ID, checkers[:1], tomID, "apart")))
	_, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	checks, err := w.svc.PreLaunch(ctx, c.ID)
	w.must(err)
	for _, ch := range checks {
		if ch.Block || ch.Text == "" {
			t.Errorf("after the launch a check blocks: %+v", ch)
		}
	}
}

func TestOnlyItsOwnerRunsACampaign(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.draft(domain.TargetAgent)
	_, err := w.svc.Stage(ctx, w.tom, c.ID, nil)
	w.wantRule(err, "not-campaign-owner")
	_, _, err = w.svc.Cancel(ctx, w.cleo, c.ID, "x")
	w.wantRule(err, "not-campaign-owner")
	if _, _, err := w.svc.Cancel(ctx, w.admin, c.ID, " "); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("cancelled without a reason: %v", err)
	}
	c, _, err = w.svc.Cancel(ctx, w.admin, c.ID, "wrong scope")
	w.must(err)
	if c.State != review.Cancelled || c.Reason != "wrong scope" {
		t.Errorf("cancelled: %+v", c)
	}
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.wantRule(err, "move")
	_, _, err = w.svc.Cancel(ctx, w.admin, c.ID, "again")
	w.wantRule(err, "move")
	_, err = w.svc.Remediate(ctx, w.admin, c.ID)
	w.wantRule(err, "move")
	_, err = w.svc.Verify(ctx, w.admin, c.ID)
	w.wantRule(err, "move")
	_, err = w.svc.Close(ctx, w.admin, c.ID)
	w.wantRule(err, "move")
}

// An abstention is never accepted silently: it keeps the campaign open until a
// checker who is neither reviewer nor subject makes an exception.
func TestAbstentionsNeedAnException(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	w.answer(w.tom, c, "gnt_dana_ops", review.Abstain, 0)
	w.keepRest(w.tom, c)
	w.keepRest(w.admin, c)
	for _, who := range []domain.Actor{w.tom, w.admin} {
		_, err := w.svc.SignOff(ctx, who, c.ID, c.Name)
		w.must(err)
	}
	_, err := w.svc.Countersign(ctx, w.cleo, c.ID, tomID, "")
	w.must(err)
	_, err = w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	_, err = w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	_, err = w.svc.Close(ctx, w.admin, c.ID)
	w.wantRule(err, "unsettled")
	if !strings.Contains(err.Error(), "1 abstain") {
		t.Errorf("the refusal reads %v", err)
	}
	no := []int{w.item(c, "gnt_dana_ops").No}
	w.wantRule(last(w.svc.Except(ctx, w.eve, c.ID, no, "2026-12-31", "r")), "duty-missing")
	if _, err := w.svc.Except(ctx, w.cleo, c.ID, no, "2020-12-31", "r"); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("an exception until a day that is over gave %v", err)
	}
	w.wantRule(last(w.svc.Except(ctx, w.cleo, c.ID, []int{w.item(c, "gnt_tom").No}, "2026-12-31", "r")), "settled")
	w.must(last(w.svc.Except(ctx, w.cleo, c.ID, no, "2026-12-31", "owner on leave")))
	if o := w.item(c, "gnt_dana_ops").Outcome; o.Result != review.Exception || o.Approver != w.cleo.Principal {
		t.Errorf("the exception is %+v", o)
	}
	_, err = w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	_, err = w.svc.Close(ctx, w.admin, c.ID)
	w.must(err)
}

// An abstention can be handed to someone else, whose answer then counts.
func TestAnAbstentionIsReassigned(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	w.answer(w.tom, c, "gnt_dana", review.Abstain, 0)
	w.answer(w.tom, c, "gnt_eve", review.Keep, 0)
	dana, eve := w.item(c, "gnt_dana").No, w.item(c, "gnt_eve").No
	w.wantRule(last(w.svc.Reassign(ctx, w.admin, c.ID, []int{eve}, w.admin.Principal, "r")), "answered")
	w.wantRule(last(w.svc.Reassign(ctx, w.tom, c.ID, []int{dana}, eveID, "r")), "not-campaign-owner")
	w.wantRule(last(w.svc.Reassign(ctx, w.admin, c.ID, []int{dana}, danaID, "r")), "own-access")
	// Ada has signed: the item opens her packet again.
	w.keepRest(w.admin, c)
	_, err := w.svc.SignOff(ctx, w.admin, c.ID, c.Name)
	w.must(err)
	w.reassign(c, []int{dana}, w.admin.Principal, "knows the agent")
	it := w.item(c, "gnt_dana")
	if it.Reviewer != w.admin.Principal || it.Decision.Answer != review.Silent || it.Packet != review.Returned {
		t.Errorf("reassigned item: reviewer %s, %+v, packet %s", it.Reviewer, it.Decision, it.Packet)
	}
	w.answer(w.admin, c, "gnt_dana", review.Keep, 0)
	_, err = w.svc.SignOff(ctx, w.admin, c.ID, c.Name)
	w.must(err)
	w.wantRule(w.decide(w.tom, c, review.DecisionInput{Item: dana, Answer: review.Revoke, Reason: "r"}), "not-reviewer")
	storetest.View(t, w.s, func(tx review.Tx) error {
		vs, err := tx.Votes(c.ID, dana)
		if len(vs) != 2 || vs[0].Row.Reviewer != tomID || vs[1].Row.Reviewer != w.admin.Principal {
			t.Errorf("votes on record: %+v", vs)
		}
		return err
	})
}

// A change that a rule refuses fails with the reason, the others go on, and
// the campaign cannot close; what was given again is residual.
func TestAFailedRemediationBlocksClosing(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_adm2", Holder: principalHolder(danaID), Target: domain.Target{Kind: domain.TargetAccount}, Level: 1})
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Admins", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAccount, domain.TargetAgent}, Principals: []domain.ID{danaID, eveID, tomID, w.admin.Principal}},
			Stages: []review.Stage{{Reviewers: []string{review.ByManager, "carl@acme.example"}}}}})
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	c, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	w.answer(w.tom, c, "gnt_adm2", review.Revoke, 0)
	w.answer(w.tom, c, "gnt_dana_ops", review.Revoke, 0)
	w.keepRest(w.tom, c)
	w.keepRest(w.carl, c)
	for _, who := range []domain.Actor{w.tom, w.carl} {
		_, err := w.svc.SignOff(ctx, who, c.ID, c.Name)
		w.must(err)
		_, err = w.svc.Countersign(ctx, w.cleo, c.ID, who.Principal, "")
		w.must(err)
	}
	// Meanwhile Ada, the other account admin, leaves that office.
	var ada domain.Grant
	for _, g := range w.org().GrantsOf(principalHolder(w.admin.Principal)) {
		if g.Target.Kind == domain.TargetAccount {
			ada = g
		}
	}
	_, err = w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "Ada steps down", Reason: "r", Changes: []domain.Change{domain.End(ada)}})
	w.must(err)
	rem, err := w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	if rem.Failed != 2 || rem.ChangeSets != 0 {
		t.Errorf("remediation did %+v: Dana's change set would take the last account admin and fails whole", rem)
	}
	if o := w.item(c, "gnt_adm2").Outcome; o.Result != review.Failed || o.Reason != domain.RuleLastAccountAdmin || o.Left == "" {
		t.Errorf("failed: %+v", o)
	}
	_, err = w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	_, err = w.svc.Close(ctx, w.admin, c.ID)
	w.wantRule(err, "unsettled")
	// With another account admin there, the same remediation goes through.
	w.seed(domain.Grant{ID: "gnt_adm3", Holder: principalHolder(eveID), Target: domain.Target{Kind: domain.TargetAccount}, Level: 1})
	rem, err = w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	if rem.Failed != 0 || rem.Items != 2 {
		t.Errorf("tried again, remediation did %+v", rem)
	}
	w.seed(domain.Grant{ID: "gnt_again", Holder: principalHolder(danaID), Target: onAgent(opsID), Level: domain.ViewUse})
	results, err := w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	if results[review.Residual] != 1 {
		t.Errorf("given again by another grant: %v", results)
	}
}
