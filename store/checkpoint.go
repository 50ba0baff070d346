package store

import (
	"context"
	"database/sql"
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

// Pages that the writer keeps, in KiB: ordinarily, and for work in parts, which adds
// at the ends of tables and comes back to nothing it wrote.
const writerCache, partsCache = 64 << 10, 16 << 10

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
	if err := s.keepPages(ctx, partsCache); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.keepPages(context.WithoutCancel(ctx), writerCache)) }()
	return fn()
}

// keepPages says how many KiB of pages the writer keeps.
func (s *Store) keepPages(ctx context.Context, kib int) error {
	_, err := s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA cache_size=-%d", kib))
	return err
}

func (s *Store) checkpointEvery(ctx context.Context, pages int) error {
	_, err := s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA wal_autocheckpoint=%d", pages))
	return err
}

// catchUp makes up for what a large transaction's commit did not copy. What was
// committed stands whatever becomes of it, so nothing of it is an error of that:
// where the log is not copied now, a later commit does; and where commits cannot be
// told to copy again, the next that writes tells them first.
func (s *Store) catchUp(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	_ = s.checkpoint(ctx)
	s.owed.Store(s.checkpointEvery(ctx, ownCheckpoint) != nil)
}

// settleOwed tells the writer's connection what catchUp could not.
func (s *Store) settleOwed(ctx context.Context, conn *sql.Conn) error {
	if !s.owed.Load() {
		return nil
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA wal_autocheckpoint=%d", ownCheckpoint)); err != nil {
		return err
	}
	s.owed.Store(false)
	return nil
}

// checkpoint copies what it can of the write-ahead log into the database, on a
// reader's connection: nobody waits for it.
func (s *Store) checkpoint(ctx context.Context) error {
	var busy, log, copied int
	return s.read.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &log, &copied)
}
