package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
)

const (
	bulkEnv  = "COUNTERSIGN_STORETEST_BULK"
	bulkSize = 400 // decisions; several parts
)

// recordBulks decides bulkSize items after another in bulks written in parts,
// and prints each bulk's number once the event that puts it in force is
// committed. It ends only by an error.
func recordBulks(path string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return err
	}
	first := 0
	err = s.View(ctx, func(tx review.Tx) error {
		h, err := tx.Log()
		first = int(h.Size) // no bulk of an earlier life had it
		return err
	})
	for no := first; err == nil; no++ {
		batch := batchID(no)
		err = s.InParts(ctx, bulkSize, 500, func(tx review.WriteTx, from, to int) error {
			var rows []domain.Change
			for i := from; i < to; i++ {
				rows = append(rows, domain.Begin(review.Decision{Campaign: "cmp_1", Item: no*bulkSize + i + 1, Stage: 1, Reviewer: "usr_1",
					Answer: review.Keep, Round: 1, Bulk: bulkSize, Batch: batch}))
			}
			_, err := AppendIn(tx, domain.Event{Type: review.EvDeciding, Subject: "cmp_1", Actor: "usr_1"}, rows...)
			return err
		})
		if err != nil {
			return err
		}
		err = s.Update(ctx, func(tx review.WriteTx) error {
			_, err := AppendIn(tx, domain.Event{Type: review.EvDecided, Subject: "cmp_1", Actor: "usr_1"},
				domain.Begin(review.Bulk{ID: batch, Campaign: "cmp_1", Stage: 1, Reviewer: "usr_1", Items: bulkSize}))
			return err
		})
		if err == nil {
			fmt.Println(no)
		}
	}
	return err
}

func batchID(no int) domain.ID { return domain.ID(fmt.Sprintf("blk_%d", no)) }

// KillBulk starts a process that decides in bulks written in parts, kills it
// (SIGKILL) at a random moment, and checks that each bulk is seen whole or not
// at all, that each it said was saved is seen, and that the database verifies;
// rounds times on one database. It gives how many rounds left a part that
// nobody sees.
func KillBulk(t *testing.T, rounds int) (unfinished int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	path := filepath.Join(t.TempDir(), "bulk.db")
	s, err := store.Create(context.Background(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for range rounds {
		acked := killOne(t, self, time.Duration(rng.IntN(60_000))*time.Microsecond, childEnv+"="+path, bulkEnv+"=1")
		if wholeBulks(t, path, acked) {
			unfinished++
		}
	}
	return unfinished
}

// wholeBulks checks the last bulks after a kill; it tells whether there is a
// part of one that is not in force.
func wholeBulks(t *testing.T, path string, acked int) (part bool) {
	t.Helper()
	s, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	View(t, s, func(tx review.Tx) error {
		for no := max(acked-1, 1); no <= acked+1; no++ {
			rows, err := tx.Batch(batchID(no))
			if err != nil {
				return err
			}
			seen := 0
			for i := range bulkSize {
				votes, err := tx.Votes("cmp_1", no*bulkSize+i+1)
				if err != nil {
					return err
				}
				seen += len(votes)
			}
			if seen != 0 && (seen != bulkSize || rows != bulkSize) || seen == 0 && no == acked {
				t.Errorf("of bulk %d, %d decisions are seen and %d there; %d were acknowledged", no, seen, rows, acked)
			}
			part = part || rows > 0 && seen == 0
		}
		return nil
	})
	rep, err := s.Verify(context.Background(), store.VerifyOptions{})
	if err != nil || !rep.OK() {
		t.Errorf("after the kill: %v, %q", err, rep.Faults)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return part
}
