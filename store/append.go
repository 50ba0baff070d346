package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/domain/auditlog"
)

// Append records an event: it gives it its number, its log and the
// transaction's time, hashes its line into the log, and writes the rows of
// state that its Changes, and the Proposed of the event it Applies, begin and
// end. Where it returns an error it has written nothing, and the transaction
// goes on.
//
// It returns Conflict by rule "stale" where a Before does not hold,
// "name-taken" for a campaign's second name, "applied-already" for a proposal
// that is state already, "other-history" for a Saw that this log never showed;
// Internal for records that are not in their canonical form.
func (t *tx) Append(e domain.Event) (domain.Seq, error) {
	if !t.writing {
		return 0, domain.Errorf(domain.Internal, "an event was appended while reading")
	}
	if _, err := t.sql.ExecContext(t.ctx, "SAVEPOINT appending"); err != nil {
		return 0, err
	}
	before := *t
	if t.edge != nil {
		copied := *t.edge
		before.edge = &copied
	}
	seq, err := t.append(e)
	if err != nil {
		*t = before
		_, back := t.sql.ExecContext(t.ctx, "ROLLBACK TO appending")
		err = errors.Join(err, back)
	}
	if _, rel := t.sql.ExecContext(t.ctx, "RELEASE appending"); rel != nil {
		err = errors.Join(err, rel)
	}
	return seq, err
}

func (t *tx) append(e domain.Event) (domain.Seq, error) {
	if e.Type == "" {
		return 0, domain.Errorf(domain.Internal, "an event without a type was recorded")
	}
	if err := t.checkSight(e.Saw); err != nil {
		return 0, err
	}
	e.Format, e.Log, e.Seq, e.Time, e.ClockBack = domain.EventFormat, t.s.log, domain.Seq(t.size), t.now, t.back
	known, changes, err := t.changesKnown(e)
	if err != nil {
		return 0, err
	}
	proposed, err := fold(e.Proposed)
	if err != nil {
		return 0, err
	}
	line, err := e.Canonical()
	if err != nil {
		return 0, domain.Errorf(domain.Internal, "event %d (%s) has no canonical form: %v", e.Seq, e.Type, err)
	}
	if len(line) >= largeLine || len(changes) >= largeChanges {
		if err := t.commitLean(); err != nil {
			return 0, err
		}
	}
	access := changesAccess(changes)
	if err := t.addEvent(e, line, access); err != nil {
		return 0, err
	}
	if err := t.addEntities(e.Seq, entities(e, known.names, changes[len(known.rows):], proposed)); err != nil {
		return 0, err
	}
	if err := t.write(e.Seq, changes); err != nil {
		return 0, err
	}
	t.size, t.last = t.size+1, e.Time
	if len(proposed) > 0 {
		t.proposed = proposal{seq: e.Seq, rows: proposed}
	}
	if t.what == "" {
		t.what = string(e.Type)
	}
	if access {
		t.key = e.Seq
	}
	return e.Seq, nil
}

// changesOf gives the rows that e begins and ends.
func (t *tx) changesOf(e domain.Event) ([]rowChange, error) {
	_, changes, err := t.changesKnown(e)
	return changes, err
}

// changesKnown is changesOf; the first of the rows are those of known, whose names
// are gathered.
func (t *tx) changesKnown(e domain.Event) (known proposal, changes []rowChange, err error) {
	if ahead := t.knownProposal(e.Applies); ahead.rows != nil {
		if own, err := fold(e.Changes); err != nil || apart(own, ahead.rows) {
			if ahead.names != nil {
				known = ahead
			}
			return known, slices.Concat(ahead.rows, own), err
		}
	}
	changes, err = t.changesRead(e)
	return proposal{}, changes, err
}

// changesRead is changesOf where what e applies is read from its event.
func (t *tx) changesRead(e domain.Event) ([]rowChange, error) {
	deltas := e.Changes
	if e.Applies != 0 {
		if e.Applies < 0 || e.Applies >= domain.Seq(t.size) {
			return nil, domain.Errorf(domain.Internal, "event %d cannot apply event %d, which is not before it", t.size, e.Applies)
		}
		src, err := t.Event(e.Applies)
		if err != nil {
			return nil, err
		}
		if len(src.Proposed) == 0 {
			return nil, domain.Errorf(domain.Internal, "event %d proposed nothing that could be applied", e.Applies)
		}
		deltas = slices.Concat(src.Proposed, e.Changes)
	}
	return fold(deltas)
}

// apart tells whether few changes concern no row that many do.
func apart(few, many []rowChange) bool {
	for _, a := range few {
		for i := range many {
			if many[i].id == a.id && many[i].table == a.table {
				return false
			}
		}
	}
	return true
}

func (t *tx) addEvent(e domain.Event, line []byte, access bool) error {
	g, err := t.growing()
	if err != nil {
		return err
	}
	hs, err := g.b.Append(line)
	if err != nil {
		return err
	}
	first := auditlog.FirstStoredIndex(int64(e.Seq))
	for i, h := range hs {
		if _, err := t.sql.ExecContext(t.ctx, "INSERT INTO log_hash (idx, hash) VALUES (?, ?)", first+int64(i), h[:]); err != nil {
			return err
		}
	}
	_, err = t.sql.ExecContext(t.ctx,
		"INSERT INTO event (seq, time, type, subject, actor, applies, access, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		int64(e.Seq), e.Time.UnixMilli(), string(e.Type), e.Subject, string(e.Actor), int64(e.Applies), access, string(line))
	if faultOf(err) == faultUnique {
		return domain.Errorf(domain.Conflict, "what event %d proposed is applied already", e.Applies).ByRule("applied-already")
	}
	return err
}

// rowChange is what one event does to one row of state. Neither side: the
// event began and ended it, and no row comes of it.
type rowChange struct {
	table         *table
	id            domain.ID
	before, after domain.Record
	asLogged      json.RawMessage // of before
}

// fold makes of an event's deltas one change a row. A later delta may build on
// an earlier one; where it does not fit it, that is a Conflict by rule
// "stale".
func fold(deltas []domain.Delta) ([]rowChange, error) {
	type key struct {
		kind domain.Kind
		id   domain.ID
	}
	out := make([]rowChange, 0, len(deltas))
	lasts := make([]json.RawMessage, 0, len(deltas)) // the After as last said
	at := make(map[key]int, len(deltas))
	for _, d := range deltas {
		c := rowChange{id: d.ID, asLogged: d.Before}
		var err error
		if c.table, err = tableFor(d.Kind); err != nil {
			return nil, err
		}
		before, after := d.Made()
		if c.before, err = recordOf(d, d.Before, before); err != nil {
			return nil, err
		}
		if c.after, err = recordOf(d, d.After, after); err != nil {
			return nil, err
		}
		if c.before == nil && c.after == nil {
			return nil, domain.Errorf(domain.Internal, "a change of %s %s has neither side", d.Kind, d.ID)
		}
		i, again := at[key{d.Kind, d.ID}]
		if !again {
			at[key{d.Kind, d.ID}] = len(out)
			out, lasts = append(out, c), append(lasts, d.After)
			continue
		}
		if string(lasts[i]) != string(d.Before) {
			return nil, stale(c.table, d.ID)
		}
		out[i].after, lasts[i] = c.after, d.After
	}
	return out, nil
}

// recordOf decodes one side of a delta and holds it to its canonical form and
// its id; nil where the side is absent. A record that it was made of, where
// one is known, is what decoding would give.
func recordOf(d domain.Delta, raw json.RawMessage, made domain.Record) (domain.Record, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	if made != nil && made.RecordID() == d.ID && made.RecordKind() == d.Kind {
		return made, nil
	}
	rec, err := decode(d.Kind, raw)
	if err != nil {
		return nil, domain.Errorf(domain.Internal, "the change of %s %s cannot be read: %v", d.Kind, d.ID, err)
	}
	again, err := domain.CanonicalJSON(rec)
	if err != nil {
		return nil, err
	}
	if rec.RecordID() != d.ID || string(again) != string(raw) {
		return nil, domain.Errorf(domain.Internal, "the change of %s %s is not in its canonical form: %s", d.Kind, d.ID, raw)
	}
	return rec, nil
}

func stale(t *table, id domain.ID) error {
	return domain.Errorf(domain.Conflict, "%s %s is no longer what it was when this change was made", strings.Trim(t.name, `"`), id).
		Hinted("look at it as it is now and make the change again").ByRule("stale")
}

// write ends and begins the rows of changes as event seq does.
func (t *tx) write(seq domain.Seq, changes []rowChange) error {
	fresh := map[*table][]rowChange{}
	var order []*table
	for _, c := range changes {
		if c.before != nil {
			if err := t.end(seq, c); err != nil {
				return err
			}
		} else if c.after == nil { // begun and ended by this event: the row must not be there
			if err := t.absent(c); err != nil {
				return err
			}
		}
		if c.after != nil {
			if fresh[c.table] == nil {
				order = append(order, c.table)
			}
			fresh[c.table] = append(fresh[c.table], c)
		}
	}
	for _, tb := range order {
		if n := len(fresh[tb]); n >= packedFrom && t.conn != nil {
			if err := t.beginsMany(seq, tb, fresh[tb]); err != nil {
				return err
			}
			continue
		}
		for batch := range slices.Chunk(fresh[tb], 50) {
			if err := t.begins(seq, tb, batch); err != nil {
				return err
			}
		}
	}
	return nil
}

// end closes the current row, which must be as c says it was.
func (t *tx) end(seq domain.Seq, c rowChange) error {
	now, _, err := t.current(c.table, c.id)
	if err != nil {
		return err
	}
	if now == nil {
		return stale(c.table, c.id)
	}
	raw, err := domain.CanonicalJSON(now)
	if err != nil {
		return err
	}
	if string(raw) != string(c.asLogged) {
		return stale(c.table, c.id)
	}
	res, err := t.sql.ExecContext(t.ctx, "UPDATE "+c.table.name+" SET to_seq = ? WHERE id = ? AND to_seq IS NULL", int64(seq), string(c.id))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, domain.Errorf(domain.Internal, "%d rows of %s %s were ended", n, c.table.kind, c.id))
	}
	return nil
}

func (t *tx) absent(c rowChange) error {
	now, _, err := t.current(c.table, c.id)
	if err == nil && now != nil {
		return stale(c.table, c.id)
	}
	return err
}

// current reads the current row of a record; nil where there is none.
func (t *tx) current(tb *table, id domain.ID) (domain.Record, domain.Seq, error) {
	cur := tb.open()
	ok, err := t.one("SELECT "+tb.list+", from_seq, to_seq FROM "+tb.name+" WHERE id = ? AND to_seq IS NULL", []any{string(id)}, cur.dest...)
	if err != nil || !ok {
		return nil, 0, err
	}
	return cur.record(), cur.from, nil
}

// begins inserts new current rows of one table.
func (t *tx) begins(seq domain.Seq, tb *table, batch []rowChange) error {
	args := make([]any, 0, len(batch)*(len(tb.columns)+1))
	for _, c := range batch {
		vals, err := tb.encode(c.after)
		if err != nil {
			return err
		}
		args = append(append(args, vals...), int64(seq))
	}
	_, err := t.sql.ExecContext(t.ctx, "INSERT INTO "+tb.name+" ("+tb.list+", from_seq) VALUES "+tuples(len(batch), len(tb.columns)+1), args...)
	return t.begun(tb, batch, err)
}

// begun says in words why rows of batch could not be inserted.
func (t *tx) begun(tb *table, batch []rowChange, err error) error {
	switch faultOf(err) {
	case noFault:
		return err
	case faultUnique:
		for _, c := range batch {
			if err := t.absent(c); err != nil {
				return err
			}
		}
		if tb.name == "campaign" {
			return domain.Errorf(domain.Conflict, "another campaign has the same name").
				Hinted("give this one a name of its own").ByRule("name-taken")
		}
	}
	return fmt.Errorf("writing %s: %w", tb.name, err)
}

// tuples gives "(?,?),(?,?)" for n rows of k values.
func tuples(n, k int) string {
	one := "(" + strings.Repeat("?,", k-1) + "?)"
	return strings.Repeat(one+",", n-1) + one
}
