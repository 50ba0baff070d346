package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io/fs"
	"iter"
	"os"
	"slices"
	"time"

	"countersign/domain"
	"countersign/review"
)

// Population is a frozen population beside the log, which has only its digest.
type Population struct {
	ID    domain.ID
	Items iter.Seq2[review.StagedItem, error] // by number
}

// Rebuild makes a new database at path from nothing but the lines of a log, the
// first first, and the frozen items that its events name. Every line must be the
// canonical form of the event whose place it has, of one log, and its changes must
// fit the state that the lines before it made; every table of state is made of
// them anew. Populations that are not given are left out: what the log says of
// their campaigns is there, their items are not.
//
// It is Invalid, with the number of the event, where a line does not fit; a file
// that is there already is a Conflict. Nothing is left behind after an error.
func Rebuild(ctx context.Context, path string, lines iter.Seq2[[]byte, error], frozen ...Population) (_ *Store, err error) {
	next, stop := iter.Pull2(lines)
	defer stop()
	line, err, ok := next()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, domain.Errorf(domain.Invalid, "the log has no events, not even its first").ByRule("replay")
	}
	first, mode, err := opening(line)
	if err != nil {
		return nil, err
	}
	if err := makeFile(path, false); err != nil {
		return nil, err
	}
	s := &Store{path: path, queue: make(chan struct{}, 1), now: func() time.Time { return first.Time }, newID: randomID, log: first.Log, mode: mode}
	defer func() {
		if err != nil {
			err = errors.Join(plain(path, err), s.Close(), discard(path))
		}
	}()
	if err := s.openPools(); err != nil {
		return nil, err
	}
	steps, err := migrations()
	if err != nil {
		return nil, err
	}
	err = migrate(ctx, s.write, 0, steps, func(q *sql.Tx) error { return s.reopen(ctx, q, line) })
	if err != nil {
		return nil, err
	}
	for _, p := range frozen {
		if err := s.StageItems(ctx, p.ID, p.Items, nil); err != nil {
			return nil, err
		}
	}
	for more := true; more; {
		if more, err = s.takeSome(ctx, next); err != nil {
			return nil, err
		}
	}
	return s, s.readMeta(ctx)
}

// opening reads the event that opens a log.
func opening(line []byte) (domain.Event, review.Mode, error) {
	bad := domain.Errorf(domain.Invalid, "the log does not begin with the event that opens one").ByRule("replay")
	e, err := readEvent(line)
	if err != nil || e.Type != domain.EvGenesis {
		return e, 0, bad
	}
	var d genesisData
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return e, 0, bad
	}
	mode := slices.Index(modeWords, d.Mode)
	if mode < 0 {
		return e, 0, domain.Errorf(domain.Invalid, "event 0 says that it opens a %q log, and there is none such", d.Mode).ByRule("replay")
	}
	return e, review.Mode(mode), nil
}

// reopen writes what the database is and takes the line of event 0.
func (s *Store) reopen(ctx context.Context, q *sql.Tx, line []byte) error {
	for _, kv := range [][2]string{{"log", string(s.log)}, {"mode", modeWords[s.mode]}} {
		if _, err := q.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES (?, ?)", kv[0], kv[1]); err != nil {
			return err
		}
	}
	return (&tx{s: s, ctx: ctx, sql: q, writing: true}).take(line)
}

// takeSome takes the next lines in one short transaction; more tells whether
// there may be others behind them.
func (s *Store) takeSome(ctx context.Context, next func() ([]byte, error, bool)) (more bool, err error) {
	const most, bytes = 200, 1 << 20
	err = s.writing(ctx, func() string { return "replay" }, func(conn *sql.Conn, q *sql.Tx) error {
		t := &tx{s: s, ctx: ctx, conn: conn, sql: q, writing: true}
		if err := t.begin(); err != nil {
			return err
		}
		for n, size := 0, 0; n < most && size < bytes; n++ {
			line, err, ok := next()
			if more = ok && err == nil; !more {
				return err
			}
			if err := t.take(line); err != nil {
				return err
			}
			size += len(line)
		}
		return nil
	})
	return more, err
}

// take records an event by its line, as Append recorded it.
func (t *tx) take(line []byte) error {
	bad := func(format string, args ...any) error {
		return domain.Errorf(domain.Invalid, "event %d of the log "+format, append([]any{t.size}, args...)...).ByRule("replay")
	}
	e, err := readEvent(line)
	if err != nil {
		return bad("cannot be read: %v", err)
	}
	again, err := e.Canonical()
	switch {
	case err != nil || string(again) != string(line):
		return bad("is not in the canonical form")
	case e.Format != domain.EventFormat:
		return bad("has format %d, which this version does not know", e.Format)
	case int64(e.Seq) != t.size:
		return bad("is not there: its place has event %d", e.Seq)
	case e.Log != t.s.log:
		return bad("belongs to the log %s, not to %s", e.Log, t.s.log)
	case (e.Type == domain.EvGenesis) != (t.size == 0):
		return bad("is of type %s: a log is opened once, by its first event", e.Type)
	case e.Time.Before(t.last):
		return bad("lies before the event in front of it: %s", e.Time.Format(time.RFC3339Nano))
	}
	if err := t.checkSight(e.Saw); err != nil {
		return t.misfit(err)
	}
	changes, err := t.changesOf(e)
	if err != nil {
		return t.misfit(err)
	}
	proposed, err := fold(e.Proposed)
	if err != nil {
		return t.misfit(err)
	}
	access := changesAccess(changes)
	if err := t.addEvent(e, line, access); err != nil {
		return t.misfit(err)
	}
	if err := t.addEntities(e.Seq, entities(e, nil, changes, proposed)); err != nil {
		return err
	}
	if err := t.write(e.Seq, changes); err != nil {
		return t.misfit(err)
	}
	t.size, t.last = t.size+1, e.Time
	if access {
		t.key = e.Seq
	}
	return nil
}

// misfit says that the event in hand does not fit those before it, where that is
// what err is about; an error of the machine stays what it is.
func (t *tx) misfit(err error) error {
	var said *domain.Error
	switch f := faultOf(err); {
	case errors.As(err, &said), f == faultUnique, f == faultTrigger, f == faultCheck:
		return domain.Errorf(domain.Invalid, "event %d of the log does not fit those before it: %v", t.size, err).ByRule("replay")
	}
	return err
}

// discard takes a database away that was never finished.
func discard(path string) error {
	var errs []error
	for _, p := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
