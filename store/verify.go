package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/review"
)

// VerifyOptions say what to hold the database against.
type VerifyOptions struct {
	// Checkpoint was kept outside the database. Without one, whoever can write
	// the file can rewrite history and make it fit itself again.
	Checkpoint *auditlog.Checkpoint
	// Progress, where set, is told how far each part has come; total may be 0
	// where it is not known.
	Progress func(part string, done, total int64)
}

// VerifyReport is what a verification found.
type VerifyReport struct {
	Log    domain.ID
	Events int64         // in the log
	Root   auditlog.Hash // over them, recomputed from their lines
	Rows   int64         // of state compared
	Items  int64         // frozen items digested
	// Faults are what does not fit, one sentence each, the first first; at
	// most 20.
	Faults []string
	// Comparison is the verdict against the checkpoint; its zero value where
	// there was none.
	Comparison auditlog.Comparison
}

// OK tells whether everything fits, and continues the checkpoint where there
// was one.
func (r VerifyReport) OK() bool {
	return len(r.Faults) == 0 && (r.Comparison.Relation == 0 || r.Comparison.OK())
}

const mostFaults = 20

// errEnough ends a verification that has found as much as it reports.
var errEnough = errors.New("enough faults found")

// verifier is one verification under way, on one consistent picture.
type verifier struct {
	t      *tx
	o      VerifyOptions
	rep    VerifyReport
	b      auditlog.Builder
	prev   time.Time
	sums   *sums
	staged []stagedEvent
	held   auditlog.Hash // the root at the checkpoint's size
}

// stagedEvent is an event that named a population.
type stagedEvent struct {
	seq  domain.Seq
	data review.StagedData
}

// Verify rebuilds everything from the events' own lines and compares: every
// stored hash; numbers, times and the log's id; every row of every table of
// state, with the events that began and ended it; which events name whom; every
// frozen population against its digest; the schema with its triggers; and, with
// a checkpoint, the history itself. It reads only, and in memory that does not
// grow with the log.
//
// What does not fit is in the report; the error is only for what could not be
// read.
func (s *Store) Verify(ctx context.Context, o VerifyOptions) (VerifyReport, error) {
	var rep VerifyReport
	err := s.View(ctx, func(rt review.Tx) error {
		v := &verifier{t: rt.(*tx), o: o, rep: VerifyReport{Log: s.log}}
		err := v.run()
		rep = v.rep
		if errors.Is(err, errEnough) {
			return nil
		}
		return err
	})
	return rep, err
}

func (v *verifier) run() error {
	if o := v.o.Checkpoint; o != nil {
		if err := o.Validate(); err != nil {
			return domain.Errorf(domain.Invalid, "the checkpoint cannot be used: %v", err)
		}
	}
	var err error
	if v.sums, err = newSums(); err != nil {
		return err
	}
	for _, part := range []func() error{v.file, v.events, v.compare, v.meta, v.state, v.populations} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// fault notes what does not fit.
func (v *verifier) fault(format string, args ...any) error {
	v.rep.Faults = append(v.rep.Faults, fmt.Sprintf(format, args...))
	if len(v.rep.Faults) >= mostFaults {
		return errEnough
	}
	return nil
}

func (v *verifier) tell(part string, done, total int64) {
	if v.o.Progress != nil {
		v.o.Progress(part, done, total)
	}
}

// file asks SQLite for its own check and compares the schema.
func (v *verifier) file() error {
	v.tell("file", 0, 0)
	err := v.t.rowsOf("PRAGMA quick_check(5)", nil, func(r *sql.Rows) error {
		var word string
		if err := r.Scan(&word); err != nil || word == "ok" {
			return err
		}
		return v.fault("the file is damaged: %s", word)
	})
	if err != nil {
		return err
	}
	return v.schema()
}

// schema compares every table, index and trigger with what the migrations
// make.
func (v *verifier) schema() (err error) {
	steps, err := migrations()
	if err != nil {
		return err
	}
	fresh, err := pool(":memory:", toCompare, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, fresh.Close()) }()
	if err := migrate(v.t.ctx, fresh, 0, steps, nil); err != nil {
		return err
	}
	want := map[string]string{}
	const ask = "SELECT type || ' ' || name, ifnull(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1"
	err = inTx(v.t.ctx, fresh, func(q *sql.Tx) error {
		return (&tx{ctx: v.t.ctx, sql: q}).rowsOf(ask, nil, func(r *sql.Rows) error {
			var name, text string
			err := r.Scan(&name, &text)
			want[name] = text
			return err
		})
	})
	if err != nil {
		return err
	}
	err = v.t.rowsOf(ask, nil, func(r *sql.Rows) error {
		var name, text string
		if err := r.Scan(&name, &text); err != nil {
			return err
		}
		expected, known := want[name]
		delete(want, name)
		switch {
		case !known:
			return v.fault("the schema has a %s that is not Countersign's", name)
		case expected != text:
			return v.fault("the schema's %s was changed", name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for name := range want {
		if err := v.fault("the schema's %s is gone", name); err != nil {
			return err
		}
	}
	return nil
}

// events rebuilds the log from the lines, and takes from each event what it
// did.
func (v *verifier) events() (err error) {
	stored, err := v.t.sql.QueryContext(v.t.ctx, "SELECT idx, hash FROM log_hash ORDER BY idx")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stored.Close()) }()
	next := int64(0)
	err = v.t.rowsOf("SELECT seq, time, type, subject, actor, applies, access, line FROM event ORDER BY seq", nil,
		func(r *sql.Rows) error {
			var row eventRow
			if err := r.Scan(&row.seq, &row.time, &row.typ, &row.subject, &row.actor, &row.applies, &row.access, &row.line); err != nil {
				return err
			}
			if row.seq != v.rep.Events {
				if err := v.fault("event %d: it is not there; the log goes on with event %d", v.rep.Events, row.seq); err != nil {
					return err
				}
				return errEnough // nothing behind a gap can be told apart
			}
			if row.seq%4096 == 0 {
				v.tell("events", row.seq, v.t.size)
			}
			if err := v.hashes(row, stored, &next); err != nil {
				return err
			}
			v.rep.Events++
			return v.event(row)
		})
	if err != nil {
		return err
	}
	if stored.Next() {
		return v.fault("the log has stored hashes beyond its %d events", v.rep.Events)
	}
	v.rep.Root = v.b.Root()
	return stored.Err()
}

// eventRow is a row of the table event, undigested.
type eventRow struct {
	seq, time, applies  int64
	typ, subject, actor string
	access              bool
	line                sql.RawBytes
}

// hashes compares the stored hashes of one event with its line.
func (v *verifier) hashes(row eventRow, stored *sql.Rows, next *int64) error {
	if cp := v.o.Checkpoint; cp != nil && cp.Size == row.seq {
		v.held = v.b.Root()
	}
	var hs []auditlog.Hash
	for range auditlog.StoredPerEvent(row.seq) {
		var idx int64
		var raw sql.RawBytes
		if !stored.Next() {
			break
		}
		if err := stored.Scan(&idx, &raw); err != nil {
			return err
		}
		var h auditlog.Hash
		if copy(h[:], raw) != len(h) || idx != *next {
			if err := v.fault("event %d: the stored hash %d is not there", row.seq, *next); err != nil {
				return err
			}
			return errEnough
		}
		*next++
		hs = append(hs, h)
	}
	err := v.b.Check(row.line, hs)
	if auditlog.CodeOf(err) == auditlog.Mismatch {
		var e *auditlog.Error
		errors.As(err, &e)
		return v.fault("event %d: %s", row.seq, e.Message)
	}
	return err
}

// event checks one event's form and notes what it did to which rows.
func (v *verifier) event(row eventRow) error {
	e, err := readEvent(row.line)
	if err != nil {
		return v.fault("event %d: its line is not an event: %v", row.seq, err)
	}
	if what := v.form(row, e); what != "" {
		if err := v.fault("event %d: %s", row.seq, what); err != nil {
			return err
		}
	}
	v.prev = e.Time
	if err := v.t.checkSightAt(e.Saw, row.seq); err != nil {
		if domain.CodeOf(err) != domain.Conflict {
			return err
		}
		if err := v.fault("event %d: its actor saw the log at size %d with another root than the log had then", row.seq, e.Saw.Size); err != nil {
			return err
		}
	}
	changes, err := v.t.changesOf(e)
	if err == nil {
		var proposed []rowChange
		if proposed, err = fold(e.Proposed); err == nil {
			v.sums.event(e, changes, proposed)
		}
	}
	if err != nil {
		if err := v.fault("event %d: its changes cannot be followed: %v", row.seq, err); err != nil {
			return err
		}
	}
	if access := changesAccess(changes); err == nil && access != row.access {
		if err := v.fault("event %d: the table says that it changed access: %t, its line: %t", row.seq, row.access, access); err != nil {
			return err
		}
	}
	if e.Type == review.EvStaged {
		var d review.StagedData
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return v.fault("event %d: it does not say which population it staged: %v", row.seq, err)
		}
		v.staged = append(v.staged, stagedEvent{e.Seq, d})
	}
	return nil
}

// form says what is wrong with an event beside its hash; "" where nothing is.
func (v *verifier) form(row eventRow, e domain.Event) string {
	again, err := e.Canonical()
	first := row.seq == 0
	switch {
	case err != nil || string(again) != string(row.line):
		return "its line is not in the canonical form"
	case e.Format != domain.EventFormat:
		return fmt.Sprintf("it has format %d, which this version does not know", e.Format)
	case int64(e.Seq) != row.seq:
		return fmt.Sprintf("its line says it is event %d", e.Seq)
	case e.Log != v.t.s.log:
		return fmt.Sprintf("it belongs to the log %s, this is %s", e.Log, v.t.s.log)
	case first != (e.Type == domain.EvGenesis):
		return fmt.Sprintf("its type is %s; a log begins with %s, once", e.Type, domain.EvGenesis)
	case e.Time.Before(v.prev):
		return fmt.Sprintf("its time, %s, lies before that of the event before it", e.Time.Format(time.RFC3339Nano))
	case e.Time.UnixMilli() != row.time || string(e.Type) != row.typ || e.Subject != row.subject ||
		string(e.Actor) != row.actor || int64(e.Applies) != row.applies:
		return "its time, type, subject, actor or what it applies stands otherwise in the table than in its line"
	}
	return ""
}

// compare holds the rebuilt log against the checkpoint.
func (v *verifier) compare() error {
	cp := v.o.Checkpoint
	if cp == nil {
		return nil
	}
	if cp.Size == v.rep.Events {
		v.held = v.rep.Root
	}
	v.rep.Comparison = auditlog.CompareRoot(*cp, string(v.t.s.log), v.rep.Events, v.held)
	return nil
}

// meta compares what the database says it is with event 0.
func (v *verifier) meta() error {
	e, err := v.t.Event(0)
	if err != nil {
		return err
	}
	var d genesisData
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return v.fault("event 0: it does not say what the database is: %v", err)
	}
	if mode := modeWords[v.t.s.mode]; d.Mode != mode {
		return v.fault("the database says it is %s, its first event %s", mode, d.Mode)
	}
	return nil
}
