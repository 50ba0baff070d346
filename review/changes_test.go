package review_test

import (
	"context"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// rise proposes that Eve may edit the Sales Agent.
func (w *world) rise() review.Proposal {
	w.t.Helper()
	p, err := w.svc.Propose(context.Background(), w.admin, domain.ChangeSet{Title: "Eve edits Sales", Reason: "project",
		Changes: []domain.Change{domain.Begin(domain.Grant{ID: "gnt_new", Holder: principalHolder(eveID), Target: onAgent(opsID), Level: domain.EditAgent})}})
	w.must(err)
	return p
}

func (w *world) changeSet(id domain.ID) domain.ChangeSet {
	w.t.Helper()
	var cs domain.ChangeSet
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) { cs, err = tx.ChangeSet(id); return err })
	return cs
}

func TestWhatOnlyLowersAppliesAtOnceAndIsUndoneUnderFourEyes(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	g := w.grant("gnt_dana_ops")
	cs := domain.ChangeSet{Title: "Dana off Ops", Reason: "moved", Campaign: "cmp_forged", Changes: []domain.Change{domain.End(g)}}
	v, err := w.svc.Preview(ctx, w.admin, cs)
	w.must(err)
	if !v.AppliesNow() || review.EffectsSummary(v.Effects) != "1 person loses access" {
		t.Errorf("preview: %+v, %q", v.Need, review.EffectsSummary(v.Effects))
	}
	if _, ok := w.org().Get(domain.KindGrant, "gnt_dana_ops"); !ok {
		t.Fatal("a preview wrote")
	}
	p, err := w.svc.Propose(ctx, w.admin, cs)
	w.must(err)
	if _, ok := w.org().Get(domain.KindGrant, "gnt_dana_ops"); ok || p.State != domain.Applied {
		t.Errorf("proposed: %+v", p)
	}
	if got := w.changeSet(p.ID); got.Campaign != "" || got.Maker != w.admin.Principal {
		t.Errorf("the change set claims campaign %q and maker %q", got.Campaign, got.Maker)
	}
	back, err := w.svc.Undo(ctx, w.admin, p.ID, "a mistake")
	w.must(err)
	if back.State != domain.Proposed || back.Verdict.Need == domain.NoApproval {
		t.Errorf("undoing gives access again and is %s, needing %s", back.State, back.Verdict.Need)
	}
	_, err = w.svc.Undo(ctx, w.admin, back.ID, "x")
	w.wantRule(err, "not-applied")
}

func TestFourEyesOnARise(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_adm2", Holder: principalHolder(tomID), Target: domain.Target{Kind: domain.TargetAccount}, Level: 1})
	p := w.rise()
	if p.State != domain.Proposed || p.Verdict.Need != domain.AdminApproval {
		t.Fatalf("Edit on a Confidential agent is %s and needs %s", p.State, p.Verdict.Need)
	}
	_, err := w.svc.Approve(ctx, w.admin, p.ID, "")
	w.wantRule(err, domain.RuleMakerIsChecker)
	_, err = w.svc.Approve(ctx, w.cleo, p.ID, "")
	w.wantRule(err, domain.RuleDutyMissing)
	_, err = w.svc.Approve(ctx, w.eve, p.ID, "")
	w.wantRule(err, domain.RuleCheckerGains)
	_, err = w.svc.Withdraw(ctx, w.tom, p.ID, "")
	w.wantRule(err, "not-maker")
	_, err = w.svc.Reject(ctx, w.admin, p.ID, "no")
	w.wantRule(err, "maker-is-checker")
	if _, ok := w.org().Get(domain.KindGrant, "gnt_new"); ok {
		t.Fatal("a refused approval applied the change set")
	}
	got, err := w.svc.Approve(ctx, w.tom, p.ID, "fine")
	w.must(err)
	if got.State != domain.Applied || w.grant("gnt_new").Level != domain.EditAgent {
		t.Errorf("approved: %+v", got)
	}
	_, err = w.svc.Approve(ctx, w.tom, p.ID, "")
	w.wantRule(err, "already-ended")
	_, err = w.svc.Withdraw(ctx, w.admin, p.ID, "")
	w.wantRule(err, "already-ended")
}

func TestTwoCheckersAtOnce(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p, err := w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "A duty", Reason: "r", Changes: []domain.Change{
		domain.Begin(domain.Grant{ID: "gnt_duty", Holder: principalHolder(eveID), Target: domain.Target{Kind: domain.TargetDuty, ID: "auditor"}, Level: 1})}})
	w.must(err)
	done := make(chan error, 2)
	for _, who := range []domain.Actor{w.cleo, w.carl} {
		go func() { _, err := w.svc.Approve(ctx, who, p.ID, ""); done <- err }()
	}
	a, b := <-done, <-done
	if (a == nil) == (b == nil) {
		t.Fatalf("two checkers at once: %v and %v, want exactly one to win", a, b)
	}
	if a == nil {
		a = b
	}
	w.wantRule(a, "already-ended")
}

func TestStaleIsOnRecordAndRebuilt(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	sales, _ := w.org().Agent(salesID)
	open := sales
	open.AccessType = domain.Organization
	p, err := w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "Open Sales", Reason: "r", Changes: []domain.Change{domain.Replace(sales, open)}})
	w.must(err)
	_, err = w.svc.Rebuild(ctx, w.admin, p.ID)
	w.wantRule(err, "not-stale")
	renamed := sales
	renamed.Description = "Sells more"
	q, err := w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "Describe", Reason: "r", Changes: []domain.Change{domain.Replace(sales, renamed)}})
	w.must(err)
	if q.State != domain.Applied {
		t.Fatalf("a description is %s", q.State)
	}
	_, err = w.svc.Approve(ctx, w.cleo, p.ID, "")
	if e := ruleOf(err); e != domain.RuleStale {
		t.Fatalf("approving a stale change set gave %v", err)
	}
	if cs := w.changeSet(p.ID); cs.State != domain.Stale {
		t.Errorf("it is %s, want stale on record", cs.State)
	}
	again, err := w.svc.Rebuild(ctx, w.admin, p.ID)
	w.must(err)
	cs := w.changeSet(again.ID)
	after := cs.Changes[0].After.(domain.Agent)
	if after.Description != "Sells more" || after.AccessType != domain.Organization {
		t.Errorf("rebuilt on the present state: %+v", after)
	}
	_, err = w.svc.Approve(ctx, w.cleo, again.ID, "")
	w.must(err)
}

func ruleOf(err error) string {
	e, ok := err.(*domain.Error)
	if !ok {
		return ""
	}
	return e.Rule
}

func TestProposalsThatAreRefused(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	end := []domain.Change{domain.End(w.grant("gnt_dana"))}
	for _, cs := range []domain.ChangeSet{{Reason: "r", Changes: end}, {Title: "t", Changes: end}, {Title: "t", Reason: "r"}} {
		if _, err := w.svc.Propose(ctx, w.admin, cs); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%+v gave %v, want Invalid", cs, err)
		}
	}
	if n := len(w.refusals()); n != 0 {
		t.Errorf("%d plain mistakes were recorded as refusals", n)
	}
	crew, _ := w.org().Group(crewID)
	cycle := crew
	cycle.Parent = crewID
	area := domain.Grant{ID: "gnt_x", Holder: principalHolder(eveID), Target: areaNode("voice"), Level: domain.Read}
	child := domain.Grant{ID: "gnt_y", Holder: principalHolder(eveID), Target: areaNode("voice/numbers"), Level: domain.Edit}
	for rule, changes := range map[string][]domain.Change{
		domain.RuleGroupCycle:       {domain.Replace(crew, cycle)},
		domain.RuleChildAboveParent: {domain.Begin(area), domain.Begin(child)},
		domain.RuleStale:            {domain.Begin(w.grant("gnt_dana"))},
	} {
		_, err := w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "t", Reason: "r", Changes: changes})
		w.wantRule(err, rule)
	}
	_, err := w.svc.Propose(ctx, actor(extID), domain.ChangeSet{Title: "t", Reason: "r", Changes: end})
	w.wantRule(err, domain.RuleMakerDuty)
}

// Side doors: what rises by joining a group, by re-parenting it or by
// declassifying an agent needs approval like a grant.
func TestSideDoors(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Group{ID: "grp_low", Name: "Low"},
		domain.Grant{ID: "gnt_low", Holder: principalHolder(extID), Target: inGroup("grp_low"), Level: domain.Member})
	low, _ := w.org().Group("grp_low")
	under := low
	under.Parent = crewID
	ops, _ := w.org().Agent(opsID)
	public := ops
	public.Classification = domain.ClassPublic
	for name, changes := range map[string][]domain.Change{
		"joining": {domain.Begin(domain.Grant{ID: "gnt_j", Holder: principalHolder(extID), Target: inGroup(crewID), Level: domain.Member})},
		"parent":  {domain.Replace(low, under)},
		"class": {domain.Replace(ops, public),
			domain.Begin(domain.Grant{ID: "gnt_k", Holder: principalHolder(extID), Target: onAgent(opsID), Level: domain.ViewUse})},
	} {
		v, err := w.svc.Preview(ctx, w.admin, domain.ChangeSet{Title: name, Reason: "r", Changes: changes})
		w.must(err)
		if v.Refused != nil || v.Need == domain.NoApproval {
			t.Errorf("%s needs %s (refused: %v): it is a side door", name, v.Need, v.Refused)
		}
	}
}
