package store

import (
	"context"
	"errors"
	"fmt"
)

// checkpointAfter is after how many bytes work in parts takes over into the
// database what its transactions left in the write-ahead log: often enough that
// the log stays small, and seldom enough that a page which many rows go to is
// copied once.
const checkpointAfter = 16 << 20

// SQLite's own: pages in the write-ahead log after which a commit goes on to
// copy them into the database.
const ownCheckpoint = 1000

// checkpointsApart runs fn, whose write transactions then do not copy the
// write-ahead log within their commits, where everybody waits for it; fn calls
// checkpoint between them.
func (s *Store) checkpointsApart(ctx context.Context, fn func() error) (err error) {
	if s.write == nil {
		return fn() // it is refused there
	}
	if err := s.checkpointEvery(ctx, 0); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.checkpointEvery(context.WithoutCancel(ctx), ownCheckpoint)) }()
	return fn()
}

func (s *Store) checkpointEvery(ctx context.Context, pages int) error {
	_, err := s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA wal_autocheckpoint=%d", pages))
	return err
}

// catchUp makes up for what a large transaction's commit did not copy. What was
// committed stands whatever becomes of it: where it fails, the next commit
// copies, or the next to open the database.
func (s *Store) catchUp(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	_ = s.checkpoint(ctx)
	_ = s.checkpointEvery(ctx, ownCheckpoint)
}

// checkpoint copies what it can of the write-ahead log into the database, on a
// reader's connection: nobody waits for it.
func (s *Store) checkpoint(ctx context.Context) error {
	var busy, log, copied int
	return s.read.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &log, &copied)
}
