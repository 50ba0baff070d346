package store_test

import (
	"context"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

func TestSmoke(t *testing.T) {
	s := storetest.Open(t)
	seq := storetest.Seed(t, s)
	if seq != 1 {
		t.Fatalf("seeded at event %d", seq)
	}
	storetest.View(t, s, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if l := o.Level("usr_ben", domain.Target{Kind: domain.TargetAgent, ID: "agt_voice"}, "", tx.Now()); l != domain.ViewUse {
			t.Errorf("Ben has %d on Voice", l)
		}
		h, err := tx.Log()
		t.Log(h)
		return err
	})
	archived := storetest.Tier2
	archived.Life = domain.Archived
	storetest.Append(t, s, domain.Event{Type: domain.EvApplied, Subject: "chg_1"}, domain.Replace(storetest.Tier2, archived))
	err := s.Update(context.Background(), func(tx review.WriteTx) error {
		_, err := storetest.AppendIn(tx, domain.Event{Type: domain.EvApplied}, domain.Replace(storetest.Tier2, archived))
		return err
	})
	if domain.CodeOf(err) != domain.Conflict {
		t.Errorf("%v", err)
	}
	storetest.View(t, s, func(tx review.Tx) error {
		for seq, want := range map[domain.Seq]domain.Level{0: 0, 1: domain.ViewUse, 2: 0} {
			o, err := tx.OrgAt(seq)
			if err != nil {
				return err
			}
			if l := o.Level("usr_ben", domain.Target{Kind: domain.TargetAgent, ID: "agt_voice"}, "", tx.Now()); l != want {
				t.Errorf("at %d Ben has %d on Voice", seq, l)
			}
		}
		return nil
	})
}
