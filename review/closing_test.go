package review_test

import (
	"context"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// A campaign that an older version of the program brought to its signatures
// has no rulings: they are written from its votes when it is remediated, and
// it ends as any other.
func TestACampaignOfAnOlderVersionIsRuledOn(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	older := c
	older.Iteration = 0
	storetest.Append(t, w.s, domain.Event{Type: review.EvExtended, Subject: string(c.ID)}, domain.Replace(c, older))
	for _, who := range []domain.Actor{w.tom, w.admin} {
		w.keepRest(who, c)
		_, err := w.svc.SignOff(ctx, who, c.ID, c.Name)
		w.must(err)
		if p := w.packet(c, who.Principal); p.State == review.Signed {
			_, err = w.svc.Countersign(ctx, w.cleo, c.ID, who.Principal, "checked")
			w.must(err)
		}
	}
	now := w.read(c.ID)
	if now.State != review.SignedOff || now.Iteration != 1 {
		t.Fatalf("closed from iteration 0, it is %s in iteration %d", now.State, now.Iteration)
	}

	// The older version wrote no rulings at all.
	var gone []domain.Change
	storetest.View(t, w.s, func(tx review.Tx) error {
		rs, err := tx.Rulings(c.ID, 0)
		for _, r := range rs {
			gone = append(gone, domain.End(r))
		}
		return err
	})
	if len(gone) == 0 {
		t.Fatal("nothing was ruled")
	}
	older = now
	older.Iteration = 0
	storetest.Append(t, w.s, domain.Event{Type: review.EvExtended, Subject: string(c.ID)}, append(gone, domain.Replace(now, older))...)
	_, err := w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	_, err = w.svc.Verify(ctx, w.admin, c.ID)
	w.must(err)
	_, err = w.svc.Close(ctx, w.admin, c.ID)
	w.must(err)
	storetest.View(t, w.s, func(tx review.Tx) error {
		rs, err := tx.Rulings(c.ID, 0)
		if len(rs) != len(gone) {
			t.Errorf("%d rulings, want %d", len(rs), len(gone))
		}
		return err
	})
}

func (w *world) packet(c review.Campaign, who domain.ID) (p review.Packet) {
	w.t.Helper()
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) { p, err = tx.Packet(c.ID, max(c.Stage, 1), who); return err })
	return p
}

func (w *world) read(id domain.ID) (c review.Campaign) {
	w.t.Helper()
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) { c, err = tx.Campaign(id); return err })
	return c
}
