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

// The whole quarter: staged, decided in every way, signed, countersigned,
// remedied, verified with a residual that is then taken away, an outside grant
// that an import ends, an exception, and closed.
func TestTheWholeQuarter(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent, domain.TargetArea)
	if c.State != review.Active || c.TieOut.Difference() != 0 || c.TieOut.InScope != 7 {
		t.Fatalf("launched %+v: want active, 7 items and difference 0", c)
	}

	// Tom's own access goes past his manager (he has none) and past himself as
	// the owner of the agent, to Ada.
	own := w.item(c, "gnt_tom")
	if own.Reviewer != w.admin.Principal || !slices.Contains(own.Flags, review.FlagPassedOn) ||
		!strings.Contains(own.Rule, "owner of Sales Agent: Tom Vale is the subject") {
		t.Errorf("Tom's item went to %s by %q with flags %v", own.Reviewer, own.Rule, own.Flags)
	}
	w.answer(w.tom, c, "gnt_dana", review.Revoke, 0)
	w.answer(w.tom, c, "gnt_dana_ops", review.Reduce, domain.ViewUse)
	w.answer(w.tom, c, "gnt_eve", review.Revoke, 0)
	w.answer(w.tom, c, "gnt_dep", review.Reduce, domain.Read)
	w.answer(w.tom, c, "gnt_ab", review.Reduce, domain.Read)
	w.keepRest(w.tom, c)
	w.keepRest(w.admin, c)
	_, err := w.svc.SignOff(ctx, w.tom, c.ID, "Q1")
	w.must(err)
	p, err := w.svc.SignOff(ctx, w.admin, c.ID, "Q1")
	w.must(err)
	if p.State != review.Countersigned {
		t.Errorf("Ada's packet keeps plain items only and is %s: it needs no checker", p.State)
	}
	p, err = w.svc.Countersign(ctx, w.cleo, c.ID, tomID, "checked")
	w.must(err)
	if p.State != review.Countersigned || p.Checker != w.cleo.Principal || p.Revoke != 2 || p.Reduce != 3 || p.Keep != 1 {
		t.Errorf("countersigned packet %+v", p)
	}

	rem, err := w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	if rem != (review.Remediation{ChangeSets: 1, Items: 4, Outside: 1}) {
		t.Errorf("remediation did %+v", rem)
	}
	again, err := w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	if again != (review.Remediation{}) {
		t.Errorf("run again, remediation did %+v, want nothing", again)
	}
	if g := w.grant("gnt_dana_ops"); g.Level != domain.ViewUse {
		t.Errorf("Dana's grant on the Ops Agent is %v", g)
	}
	list, err := w.svc.WorkList(ctx, c.ID)
	w.must(err)
	if len(list) != 1 || list[0].Source != "hr" || list[0].Owner != tomID || list[0].Decided != "None" {
		t.Errorf("work list %+v", list)
	}

	// Dana still reaches the Sales Agent through the crew, whose grant is an
	// item that Tom kept: retained. Eve's grant lives in hr: outside.
	results, err := w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	if results[review.Retained] != 1 || results[review.Outside] != 1 || results[review.Verified] != 5 {
		t.Errorf("verification found %v", results)
	}
	if it := w.item(c, "gnt_dana"); !slices.Equal(it.Outcome.By, []int{w.item(c, "gnt_crew").No}) {
		t.Errorf("Dana's item is %+v, want retained by the crew's", it.Outcome)
	}
	_, err = w.svc.Close(ctx, w.admin, c.ID)
	w.wantRule(err, "unsettled")

	// The next import of hr no longer has Eve's grant.
	w.importEnd("hr", "gnt_eve")
	results, err = w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	if results[review.Outside] != 0 || results[review.Verified] != 6 {
		t.Errorf("after the import verification found %v", results)
	}
	c, err = w.svc.Close(ctx, w.admin, c.ID)
	w.must(err)
	if c.State != review.Closed || c.ClosedAt.IsZero() {
		t.Errorf("closed campaign %+v", c)
	}
	f, err := w.svc.Figures(ctx, c.ID)
	w.must(err)
	if f.Complete() != 100 || f.Done() != 100 || f.Closing() != 100 || f.Items != 7 || f.Keep != 2 {
		t.Errorf("figures %+v", f)
	}
}

// importEnd ends a grant as an import of a source does.
func (w *world) importEnd(source string, grant domain.ID) {
	w.t.Helper()
	p, err := w.svc.Propose(context.Background(), w.admin, domain.ChangeSet{Title: "Import of " + source, Reason: "monthly",
		Source: domain.SourceFile{Source: source, Name: source + ".csv", SHA256: "bb", Rows: 1}, Changes: []domain.Change{domain.End(w.grant(grant))}})
	w.must(err)
	if p.State != domain.Applied {
		w.t.Fatalf("an import that only lowers is %s", p.State)
	}
}

// Access that stays by a path nobody reviewed is residual until it is taken
// away; taken away here, an outside grant is still outside.
func TestResidualBlocksClosing(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Q1", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, Principals: []domain.ID{danaID}},
			Stages: []review.Stage{{Reviewers: []string{review.ByManager}}}}})
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	c, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	it := w.item(c, "gnt_dana")
	if len(it.Remains) == 0 || !strings.Contains(it.Remains[0], "Release crew") {
		t.Errorf("the item says %v remains: want the crew's grant", it.Remains)
	}
	w.answer(w.tom, c, "gnt_dana", review.Revoke, 0)
	w.keepRest(w.tom, c)
	w.settleAll(c)
	results, err := w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	if results[review.Residual] != 1 {
		t.Fatalf("verification found %v, want a residual", results)
	}
	_, err = w.svc.Close(ctx, w.admin, c.ID)
	w.wantRule(err, "unsettled")
	if left := w.item(c, "gnt_dana").Outcome.Left; !strings.Contains(left, "Release crew") {
		t.Errorf("what is left reads %q", left)
	}
	p, err := w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "Dana leaves the crew", Reason: "residual",
		Changes: []domain.Change{domain.End(w.grant("gnt_m1"))}})
	w.must(err)
	if p.State != domain.Applied {
		t.Fatalf("leaving a group is %s, want applied at once", p.State)
	}
	results, err = w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	if results[review.Verified] != 2 {
		t.Errorf("verification found %v", results)
	}
	_, err = w.svc.Close(ctx, w.admin, c.ID)
	w.must(err)
}

// settleAll signs, countersigns and remedies Tom's packet.
func (w *world) settleAll(c review.Campaign) {
	w.t.Helper()
	ctx := context.Background()
	_, err := w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.must(err)
	_, err = w.svc.Countersign(ctx, w.cleo, c.ID, tomID, "")
	w.must(err)
	_, err = w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
}
