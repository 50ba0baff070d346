package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"countersign/domain"
	"countersign/review"
)

// tx is one transaction, reading or writing.
type tx struct {
	s    *Store
	ctx  context.Context
	conn *sql.Conn // nil while a database is made
	sql  *sql.Tx
	now  time.Time

	size    int64      // events in the log as this transaction sees it
	last    time.Time  // time of the last event
	key     domain.Seq // the event that last changed access
	started domain.Seq // key when the transaction began
	org     *domain.Org

	writing bool
	lean    bool   // the commit is to copy nothing (commitLean)
	what    string // the type of the first event recorded
	back    bool   // the clock stood before the last event
	edge    *edge

	proposed proposal // the last of this transaction
}

var _ review.WriteTx = (*tx)(nil)

// View runs fn on one consistent picture.
func (s *Store) View(ctx context.Context, fn func(review.Tx) error) (err error) {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return plain(s.path, err)
	}
	err = inTx(ctx, conn, func(q *sql.Tx) error {
		t := &tx{s: s, ctx: ctx, conn: conn, sql: q, now: s.instant()}
		if err := t.begin(); err != nil {
			return err
		}
		return fn(t)
	})
	if c := conn.Close(); c != nil { // what fn says stays as it is
		err = errors.Join(err, c)
	}
	return plain(s.path, err)
}

// Update runs fn in one write transaction; writers wait for each other in the
// order they came. A store opened read-only refuses with Forbidden.
func (s *Store) Update(ctx context.Context, fn func(review.WriteTx) error) error {
	var t *tx
	what := func() string {
		if t == nil || t.what == "" {
			return "no event"
		}
		return t.what
	}
	err := s.writing(ctx, what, func(conn *sql.Conn, q *sql.Tx) error {
		t = &tx{s: s, ctx: ctx, conn: conn, sql: q, now: s.instant(), writing: true}
		if err := t.begin(); err != nil {
			return err
		}
		return fn(t)
	})
	if err == nil && t.org != nil {
		s.orgs.publish(t.org)
	}
	if t != nil && t.lean {
		s.catchUp(ctx)
	}
	return err
}

// writing waits for its turn and runs fn in a write transaction on a connection;
// what names it to the meter once it is over. The commit is on the disk.
func (s *Store) writing(ctx context.Context, what func() string, fn func(*sql.Conn, *sql.Tx) error) error {
	return s.turn(ctx, what, nil, fn)
}

// writingPart is writing for a part of what nobody sees before a later event: the
// commit does not wait for the disk, which the event's does, for all before it. What
// a lost power supply takes of the parts is taken from their end, and unseen.
func (s *Store) writingPart(ctx context.Context, what func() string, fn func(*sql.Conn, *sql.Tx) error) error {
	return s.turn(ctx, what, unsynced, fn)
}

// unsynced has commits on a connection not wait for the disk, until back is called. A
// connection that cannot be told to wait again is not used again.
func unsynced(ctx context.Context, conn *sql.Conn) (back func(), err error) {
	if _, err := conn.ExecContext(ctx, "PRAGMA synchronous=NORMAL"); err != nil {
		return nil, err
	}
	return func() {
		if _, err := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous=FULL"); err != nil {
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
	}, nil
}

// turn is writing, on a connection that ready (nil: as it is) has set up.
func (s *Store) turn(ctx context.Context, what func() string, ready func(context.Context, *sql.Conn) (func(), error),
	fn func(*sql.Conn, *sql.Tx) error) (err error) {
	if s.write == nil {
		return domain.Errorf(domain.Forbidden, "%s is open for reading only", s.path).
			Hinted("open it without --read-only").ByRule("read-only")
	}
	select {
	case s.queue <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.queue }()
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return plain(s.path, err)
	}
	defer func() {
		if c := conn.Close(); c != nil { // what fn says stays as it is
			err = errors.Join(err, c)
		}
	}()
	if err := s.settleOwed(ctx, conn); err != nil {
		return plain(s.path, err)
	}
	if ready != nil {
		back, err := ready(ctx, conn)
		if err != nil {
			return plain(s.path, err)
		}
		defer back()
	}
	var begun time.Time
	err = inTx(ctx, conn, func(q *sql.Tx) error {
		begun = time.Now()
		return fn(conn, q)
	})
	if !begun.IsZero() {
		s.held.note(what(), time.Since(begun))
	}
	return plain(s.path, err)
}

// put writes packed rows in the transaction that is under way on a connection,
// and tells how many went in before the one that was refused. Where the
// context has ended the transaction meanwhile, nothing is written.
func put(conn *sql.Conn, p packed) (done int, err error) {
	err = conn.Raw(func(c any) error {
		done, err = putRows(c, p)
		return err
	})
	return done, err
}

// instant reads the clock: UTC, milliseconds.
func (s *Store) instant() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// begin fixes the picture: how far the log reaches, and the one time.
func (t *tx) begin() error {
	var last int64
	err := t.sql.QueryRowContext(t.ctx, `SELECT seq + 1, time, coalesce((SELECT max(seq) FROM event WHERE access = 1), 0)
		FROM event ORDER BY seq DESC LIMIT 1`).Scan(&t.size, &last, &t.key)
	if errors.Is(err, sql.ErrNoRows) {
		return domain.Errorf(domain.Internal, "the audit log of %s is empty: not even its first event is there", t.s.path).
			Hinted("restore the last backup")
	}
	if err != nil {
		return err
	}
	t.started, t.last = t.key, fromMillis(last)
	if t.writing && t.now.Before(t.last) {
		t.now, t.back = t.last, true
	}
	return nil
}

// Now is the instant the transaction began.
func (t *tx) Now() time.Time { return t.now }

// Mode tells whether people may be played here.
func (t *tx) Mode() review.Mode { return t.s.mode }

// NewID makes an id.
func (t *tx) NewID(prefix string) domain.ID { return t.s.newID(prefix) }

func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// rowsOf runs a query and hands each row to fn; rows are closed whatever
// happens.
func (t *tx) rowsOf(query string, args []any, fn func(*sql.Rows) error) (err error) {
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one scans the only row of a query; ok is false where there is none.
func (t *tx) one(query string, args []any, dest ...any) (ok bool, err error) {
	err = t.sql.QueryRowContext(t.ctx, query, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// ceilMillis gives the first whole millisecond at or after an instant.
func ceilMillis(at time.Time) int64 {
	ms := at.UnixMilli()
	if time.UnixMilli(ms).Before(at) {
		ms++
	}
	return ms
}
