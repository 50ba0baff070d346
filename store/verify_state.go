package store

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"

	"countersign/domain"
)

// Rows are compared as sets, without holding them: every row that began adds a
// keyed hash of itself to a sum, and so does every row that ended; the sums
// from the log and from the tables must agree. The key is new each time, so
// nobody can prepare rows whose sums agree by design. Only where sums differ
// are rows looked up one by one, to name the one that does not fit.

// sum is a 256-bit sum of hashes, and how many there were.
type sum struct {
	words [4]uint64
	n     int64
}

func (s *sum) add(h [sha256.Size]byte) {
	var carry uint64
	for i := range s.words {
		s.words[i], carry = bits.Add64(s.words[i], binary.LittleEndian.Uint64(h[8*i:]), carry)
	}
	s.n++
}

// sums are what the log says there must be.
type sums struct {
	key      [32]byte
	rows     map[domain.Kind]*sum
	entities sum
	buf      []byte
}

func newSums() (*sums, error) {
	s := &sums{rows: map[domain.Kind]*sum{}}
	for _, tb := range tables {
		s.rows[tb.kind] = &sum{}
	}
	_, err := rand.Read(s.key[:])
	return s, err
}

// hash is the keyed hash of parts, each with its length before it.
func (s *sums) hash(seq domain.Seq, parts ...string) [sha256.Size]byte {
	s.buf = append(s.buf[:0], s.key[:]...)
	s.buf = binary.AppendVarint(s.buf, int64(seq))
	for _, p := range parts {
		s.buf = binary.AppendUvarint(s.buf, uint64(len(p)))
		s.buf = append(s.buf, p...)
	}
	return sha256.Sum256(s.buf)
}

// row adds a row that began, or ended, with event seq.
func (s *sums) row(to *sum, what string, seq domain.Seq, r domain.Record) error {
	raw, err := domain.CanonicalJSON(r)
	if err != nil {
		return err
	}
	to.add(s.hash(seq, what, string(raw)))
	return nil
}

// event adds what an event did, and whom it names.
func (s *sums) event(e domain.Event, changes, proposed []rowChange) {
	for _, c := range changes {
		to := s.rows[c.table.kind]
		if c.before != nil {
			to.add(s.hash(e.Seq, "ended", string(c.asLogged)))
		}
		if c.after != nil {
			if raw, err := domain.CanonicalJSON(c.after); err == nil { // it was decoded from JSON
				to.add(s.hash(e.Seq, "began", string(raw)))
			}
		}
	}
	for _, id := range entities(e, nil, changes, proposed) {
		s.entities.add(s.hash(e.Seq, string(id)))
	}
}

// state compares every table of state, and the list of who is named where.
func (v *verifier) state() error {
	for _, tb := range tables {
		got, err := v.table(tb)
		if err != nil {
			return err
		}
		if got != *v.sums.rows[tb.kind] {
			if err := v.name(tb); err != nil {
				return err
			}
		}
	}
	var got sum
	err := v.t.rowsOf("SELECT id, seq FROM event_entity", nil, func(r *sql.Rows) error {
		var id string
		var seq domain.Seq
		err := r.Scan(&id, &seq)
		got.add(v.sums.hash(seq, id))
		return err
	})
	if err == nil && got != v.sums.entities {
		err = v.fault("the list of which events name whom has %d entries and the log gives %d, or other ones", got.n, v.sums.entities.n)
	}
	return err
}

// table sums a table's rows and sees that no two versions of a record overlap.
func (v *verifier) table(tb *table) (sum, error) {
	var got sum
	cur := tb.open()
	var last domain.ID
	var end domain.Seq
	err := v.t.rowsOf("SELECT "+tb.list+", from_seq, to_seq FROM "+tb.name+" ORDER BY id, from_seq", nil, func(r *sql.Rows) error {
		rec, err := cur.read(r)
		if err != nil {
			return v.fault("%s after %s: the row cannot be read: %v", tb.kind, last, err)
		}
		if v.rep.Rows++; v.rep.Rows%8192 == 0 {
			v.tell("rows", v.rep.Rows, 0)
		}
		to := domain.Seq(cur.to.Int64)
		id := rec.RecordID()
		if id == last && (end == 0 || end > cur.from) {
			if err := v.fault("%s %s, as of event %d: two rows hold at once", tb.kind, id, cur.from); err != nil {
				return err
			}
		}
		last, end = id, to
		if err := v.sums.row(&got, "began", cur.from, rec); err != nil || !cur.to.Valid {
			return err
		}
		return v.sums.row(&got, "ended", to, rec)
	})
	return got, err
}

// name finds the rows of a table that do not fit the log. It reads the log
// again, keeping one short entry for every row of the table.
func (v *verifier) name(tb *table) error {
	before := len(v.rep.Faults)
	type version struct {
		id   domain.ID
		from domain.Seq
	}
	open := map[domain.ID]domain.Seq{}  // from of the current row, as the log has it
	ended := map[version]domain.Seq{}   // to of those that ended
	content := map[version]domain.Seq{} // where the log has the content: the event
	err := v.each(tb, func(seq domain.Seq, c rowChange) error {
		if c.before != nil {
			ended[version{c.id, open[c.id]}] = seq
			delete(open, c.id)
		}
		if c.after != nil {
			open[c.id] = seq
			content[version{c.id, seq}] = seq
			return v.compareRow(tb, seq, c.after)
		}
		return nil
	})
	if err != nil {
		return err
	}
	cur := tb.open()
	err = v.t.rowsOf("SELECT "+tb.list+", from_seq, to_seq FROM "+tb.name+" ORDER BY from_seq, id", nil, func(r *sql.Rows) error {
		rec, err := cur.read(r)
		if err != nil {
			return nil // named before
		}
		k := version{rec.RecordID(), cur.from}
		if _, ok := content[k]; !ok {
			return v.fault("%s %s, as of event %d: no event explains this row", tb.kind, k.id, k.from)
		}
		if want := ended[k]; want != domain.Seq(cur.to.Int64) {
			return v.fault("%s %s, as of event %d: the table says that it %s, the log that it %s", tb.kind, k.id, k.from,
				endWords(domain.Seq(cur.to.Int64)), endWords(want))
		}
		return nil
	})
	if err == nil && len(v.rep.Faults) == before {
		err = v.fault("%s: the rows of the table are not those of the log", tb.kind)
	}
	return err
}

func endWords(to domain.Seq) string {
	if to == 0 {
		return "holds still"
	}
	return fmt.Sprintf("ended with event %d", to)
}

// each walks the log's changes of one table.
func (v *verifier) each(tb *table, fn func(domain.Seq, rowChange) error) error {
	for seq := domain.Seq(0); seq < domain.Seq(v.rep.Events); seq++ {
		e, err := v.t.Event(seq)
		if err != nil {
			return err
		}
		changes, err := v.t.changesOf(e)
		if err != nil {
			continue // named before
		}
		for _, c := range changes {
			if c.table == tb {
				if err := fn(seq, c); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// compareRow holds one version of a row against what the log has of it.
func (v *verifier) compareRow(tb *table, seq domain.Seq, want domain.Record) error {
	cur := tb.open()
	ok, err := v.t.one("SELECT "+tb.list+", from_seq, to_seq FROM "+tb.name+" WHERE id = ? AND from_seq = ?",
		[]any{string(want.RecordID()), int64(seq)}, cur.dest...)
	switch {
	case err != nil:
		return v.fault("%s %s, as of event %d: the row cannot be read: %v", tb.kind, want.RecordID(), seq, err)
	case !ok:
		return v.fault("%s %s, as of event %d: the row is gone from the table", tb.kind, want.RecordID(), seq)
	}
	got := cur.record()
	same, err := sameRecord(got, want)
	if err != nil || same {
		return err
	}
	return v.fault("%s %s, as of event %d: %s", tb.kind, want.RecordID(), seq, difference(got, want))
}

// difference names the first part in which two records differ.
func difference(got, want domain.Record) string {
	g, w := parts(got), parts(want)
	for _, name := range sortedKeys(g, w) {
		if g[name] != w[name] {
			return fmt.Sprintf("%s is %s in the table and %s in the log", name, wordOr(g[name]), wordOr(w[name]))
		}
	}
	return "it is not what the log has"
}

func wordOr(s string) string {
	if s == "" {
		return "empty"
	}
	return strings.Trim(s, `"`)
}

// checkSightAt is checkSight for an event that is in the log: its actor can
// have seen no more than the events before it.
func (t *tx) checkSightAt(s domain.Sight, seq int64) error {
	if s.Size > seq {
		return domain.Errorf(domain.Conflict, "seen before it was there")
	}
	return t.checkSight(s)
}

// changesAccess tells whether one of the rows is of a kind an Org is made of.
func changesAccess(changes []rowChange) bool {
	for _, c := range changes {
		if isAccess(c.table.kind) {
			return true
		}
	}
	return false
}
