package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/review"
)

// hashes reads the log's stored hashes inside a transaction.
type hashes struct {
	ctx context.Context
	sql *sql.Tx
}

// ReadHashes gives the hash of every index asked for, in that order.
func (h hashes) ReadHashes(indexes []int64) (out []auditlog.Hash, err error) {
	ask, err := json.Marshal(indexes)
	if err != nil {
		return nil, err
	}
	rows, err := h.sql.QueryContext(h.ctx,
		"SELECT j.key, h.hash FROM json_each(?) j JOIN log_hash h ON h.idx = j.value", string(ask))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out = make([]auditlog.Hash, len(indexes))
	found := 0
	for rows.Next() {
		var at int
		var raw sql.RawBytes
		if err := rows.Scan(&at, &raw); err != nil {
			return nil, err
		}
		if len(raw) != len(out[at]) {
			return nil, domain.Errorf(domain.Internal, "a stored hash of the log has %d bytes", len(raw))
		}
		copy(out[at][:], raw)
		found++
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if found != len(indexes) {
		return nil, domain.Errorf(domain.Internal, "%d stored hashes of the log are missing", len(indexes)-found).
			Hinted("run: countersign verify")
	}
	return out, nil
}

// edge is the growing side of the log within one transaction.
type edge struct{ b auditlog.Builder }

func (t *tx) growing() (*edge, error) {
	if t.edge == nil {
		b, err := auditlog.Resume(t.size, hashes{t.ctx, t.sql})
		if err != nil {
			return nil, err
		}
		t.edge = &edge{*b}
	}
	return t.edge, nil
}

// root gives the root of the log's first size events.
func (t *tx) root(size int64) (auditlog.Hash, error) {
	if size == t.size && t.writing { // the edge will be needed to append
		g, err := t.growing()
		if err != nil {
			return auditlog.Hash{}, err
		}
		return g.b.Root(), nil
	}
	return auditlog.Root(size, hashes{t.ctx, t.sql})
}

// Log tells how far the audit log reaches.
func (t *tx) Log() (review.Head, error) {
	root, err := t.root(t.size)
	if err != nil {
		return review.Head{}, err
	}
	return review.Head{Log: t.s.log, Size: t.size, Root: root.String(), AccessKey: t.key, Time: t.last}, nil
}

// RootAt gives the root (base64) of the log's first size events; a size the log
// has not had is NotFound.
func (t *tx) RootAt(size int64) (string, error) {
	if size < 0 || size > t.size {
		return "", domain.Errorf(domain.NotFound, "the log has %d events, not %d", t.size, size)
	}
	root, err := t.root(size)
	return root.String(), err
}

// checkSight holds what an actor saw against the log: it must have been this
// log, at a size it has had. A Conflict by rule "other-history" says it was
// not.
func (t *tx) checkSight(s domain.Sight) error {
	if s.Size == 0 && s.Root == "" {
		return nil
	}
	other := domain.Errorf(domain.Conflict, "what was on the screen came from another history of the log (size %d)", s.Size).
		Hinted("read it again, then decide; if it happens twice, hold the log against a checkpoint").ByRule("other-history")
	if s.Size < 0 || s.Size > t.size {
		return other
	}
	if s.Root == "" {
		return nil
	}
	root, err := t.root(s.Size)
	if err != nil {
		return err
	}
	if root.String() != s.Root {
		return other
	}
	return nil
}

// Checkpoint gives the checkpoint of the log as it stands, timed by the clock.
func (s *Store) Checkpoint(ctx context.Context) (auditlog.Checkpoint, error) {
	var cp auditlog.Checkpoint
	err := s.View(ctx, func(rt review.Tx) error {
		t := rt.(*tx)
		root, err := t.root(t.size)
		if err != nil {
			return err
		}
		cp, err = auditlog.NewCheckpoint(string(s.log), t.size, root, t.now)
		return err
	})
	return cp, err
}

// genesis writes what the database is and event 0, which opens the log and
// changes nothing.
func (s *Store) genesis(ctx context.Context, q *sql.Tx, o Options) error {
	if int(o.Mode) >= len(modeWords) {
		return domain.Errorf(domain.Invalid, "%d is no kind of database", o.Mode)
	}
	s.log, s.mode = o.LogID, o.Mode
	if _, err := auditlog.NewCheckpoint(string(s.log), 0, auditlog.EmptyRoot(), time.Time{}); err != nil {
		return domain.Errorf(domain.Invalid, "%q cannot be the id of a log: %v", s.log, err)
	}
	about := genesisData{Mode: modeWords[o.Mode], Name: o.OrgName}
	for _, kv := range [][2]string{{"log", string(s.log)}, {"mode", about.Mode}} {
		if _, err := q.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES (?, ?)", kv[0], kv[1]); err != nil {
			return err
		}
	}
	data, err := domain.CanonicalJSON(about)
	if err != nil {
		return err
	}
	t := &tx{s: s, ctx: ctx, sql: q, now: s.instant(), writing: true}
	_, err = t.Append(domain.Event{Type: domain.EvGenesis, Subject: string(s.log), Data: data})
	return err
}

// genesisData is what event 0 says of the database.
type genesisData struct {
	Mode string `json:"mode"`
	Name string `json:"name,omitempty"`
}
