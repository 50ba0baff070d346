package store

import (
	"context"
	"path/filepath"
	"testing"

	"countersign/review"
)

// After a large event the writer's commits copy the write-ahead log again; where
// they could not be told to, the next one that writes is.
func TestCommitsCopyAgain(t *testing.T) {
	ctx := context.Background()
	s, err := Create(ctx, filepath.Join(t.TempDir(), "c.db"), Options{OrgName: "Acme"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	every := func() (n int) {
		if err := s.write.QueryRowContext(ctx, "PRAGMA wal_autocheckpoint").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	write := func() {
		if err := s.Update(ctx, func(review.WriteTx) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.checkpointEvery(ctx, 0); err != nil {
		t.Fatal(err)
	}
	if write(); every() != 0 {
		t.Fatal("a commit that owes nothing changed it")
	}
	s.owed.Store(true)
	if write(); every() != ownCheckpoint || s.owed.Load() {
		t.Errorf("it copies after %d pages, want %d; owed %v", every(), ownCheckpoint, s.owed.Load())
	}
	if err := s.checkpointEvery(ctx, 0); err != nil {
		t.Fatal(err)
	}
	if s.catchUp(ctx); every() != ownCheckpoint || s.owed.Load() {
		t.Errorf("caught up, it copies after %d pages, want %d; owed %v", every(), ownCheckpoint, s.owed.Load())
	}
}
