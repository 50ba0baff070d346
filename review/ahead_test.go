package review_test

import (
	"context"
	"fmt"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// newcomers are people with a grant each: from 250 on more than are worked out inside the write
// transaction.
func newcomers(n int) []domain.Change {
	var out []domain.Change
	for i := range n {
		out = append(out, domain.Begin(domain.Principal{ID: domain.ID(fmt.Sprintf("usr_n%04d", i)), Kind: domain.User,
			Name: fmt.Sprintf("New %04d", i), Email: fmt.Sprintf("n%04d@acme.example", i), Manager: tomID, Status: domain.Active}),
			domain.Begin(domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_n%04d", i)), Holder: principalHolder(domain.ID(fmt.Sprintf("usr_n%04d", i))),
				Target: onAgent(salesID), Level: domain.ViewUse, Origin: domain.Origin{Source: "hr → é", File: "ff"}}))
	}
	return out
}

// A large change set is worked out before the writer is taken; what it needs,
// what becomes of it and what the log holds is the same as of a small one.
func TestLargeChangeSetIsJudgedLikeASmallOne(t *testing.T) {
	for _, n := range []int{3, 400} {
		w := newWorld(t)
		ctx := context.Background()
		p, err := w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "New people", Reason: "hired", Changes: newcomers(n)})
		w.must(err)
		if p.State != domain.Proposed || p.Verdict.Need == 0 || len(p.Verdict.Effects) == 0 {
			t.Fatalf("%d people: proposed as %v, needs %v", n, p.State, p.Verdict.Need)
		}
		w.wantRule(last(w.svc.Approve(ctx, w.admin, p.ID, "mine")), "maker-is-checker")
		a, err := w.svc.Approve(ctx, w.cleo, p.ID, "yes")
		w.must(err)
		if a.State != domain.Applied {
			t.Fatalf("%d people: approved, it is %v and waits for %v", n, a.State, a.Waiting)
		}
		if g := w.grant("gnt_n0002"); g.Level != domain.ViewUse || g.Origin.Source != "hr → é" {
			t.Errorf("the grant is %+v", g)
		}
		if rep, err := w.s.Verify(ctx, store.VerifyOptions{}); err != nil || !rep.OK() {
			t.Errorf("%d people: %v %v", n, rep.Faults, err)
		}
		w.wantRule(last(w.svc.Approve(ctx, w.carl, p.ID, "again")), "already-ended")
	}
}

// What is worked out ahead is not held against anything newer: a change set
// that went stale while it waited is found so.
func TestLargeChangeSetGoesStale(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	changes := newcomers(300)
	p, err := w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "New people", Reason: "hired", Changes: changes})
	w.must(err)
	w.seedChange(changes[0])
	if _, err := w.svc.Approve(ctx, w.cleo, p.ID, "yes"); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("somebody it would begin is there already: %v", err)
	}
	storetest.View(t, w.s, func(tx review.Tx) error {
		cs, err := tx.ChangeSet(p.ID)
		if cs.State != domain.Stale {
			t.Errorf("the change set is %v", cs.State)
		}
		return err
	})
}
