package store

import (
	"database/sql"
	"encoding/json"
	"strings"

	"countersign/domain"
	"countersign/review"
)

func noEvent(seq domain.Seq, size int64) error {
	return domain.Errorf(domain.NotFound, "there is no event %d", seq).Hinted("the audit log has events 0 to %d", size-1)
}

func readEvent(line []byte) (domain.Event, error) {
	var e domain.Event
	err := json.Unmarshal(line, &e)
	return e, err
}

// Event reads one entry of the log; one that is not there is NotFound.
func (t *tx) Event(seq domain.Seq) (domain.Event, error) {
	var line string
	ok, err := t.one("SELECT line FROM event WHERE seq = ?", []any{int64(seq)}, &line)
	if err == nil && !ok {
		err = noEvent(seq, t.size)
	}
	if err != nil {
		return domain.Event{}, err
	}
	return readEvent([]byte(line))
}

// Events reads a page of the log. From and To are instants, From included, To
// not.
func (t *tx) Events(q review.EventQuery) ([]domain.Event, error) {
	var b query
	b.add("SELECT e.line FROM event e")
	lead := q.Entity
	if lead == "" {
		lead = domain.ID(q.Subject)
	}
	col := "e.seq"
	if lead != "" {
		b.text = "SELECT e.line FROM event_entity n CROSS JOIN event e ON e.seq = n.seq" // n leads: its rows are in order of seq
		b.where("n.id = ?", string(lead))
		col = "n.seq"
	}
	if q.Subject != "" {
		b.where("(e.subject = ? OR substr(e.subject, 1, length(?) + 1) = ? || '/')", q.Subject, q.Subject, q.Subject)
	}
	if q.Actor != "" {
		b.where("e.actor = ?", string(q.Actor))
	}
	if len(q.Types) > 0 {
		args := make([]any, len(q.Types))
		for i, ty := range q.Types {
			args[i] = string(ty)
		}
		b.where("e.type IN "+tuples(1, len(args)), args...)
	}
	if !q.From.IsZero() {
		b.where("e.time >= ?", ceilMillis(q.From))
	}
	if !q.To.IsZero() {
		b.where("e.time < ?", ceilMillis(q.To))
	}
	switch {
	case q.Forward:
		if q.Before != 0 {
			b.where(col+" > ?", int64(q.Before))
		}
		b.add(" ORDER BY " + col)
	default:
		if q.Before != 0 {
			b.where(col+" < ?", int64(q.Before))
		}
		b.add(" ORDER BY " + col + " DESC")
	}
	b.limit(q.Limit)
	var out []domain.Event
	err := t.rowsOf(b.text, b.args, func(r *sql.Rows) error {
		var line sql.RawBytes
		if err := r.Scan(&line); err != nil {
			return err
		}
		e, err := readEvent(line)
		out = append(out, e)
		return err
	})
	return out, err
}

// query is SQL being put together: conditions join with AND.
type query struct {
	text  string
	args  []any
	conds int
}

func (b *query) add(text string, args ...any) {
	b.text += text
	b.args = append(b.args, args...)
}

func (b *query) where(cond string, args ...any) {
	if b.conds == 0 {
		b.add(" WHERE "+cond, args...)
	} else {
		b.add(" AND "+cond, args...)
	}
	b.conds++
}

// limit ends the query; 0 asks for everything.
func (b *query) limit(n int) {
	if n > 0 {
		b.add(" LIMIT ?", n)
	}
}

// Mapping gives a saved column mapping; a name nobody saved is NotFound.
func (t *tx) Mapping(name string) (string, error) {
	var spec string
	ok, err := t.one("SELECT spec FROM mapping WHERE name = ?", []any{name}, &spec)
	if err == nil && !ok {
		err = domain.Errorf(domain.NotFound, "there is no column mapping called %q", name).
			Hinted("save one when importing, or choose one that is there")
	}
	return spec, err
}

// Mappings gives all saved column mappings.
func (t *tx) Mappings() (map[string]string, error) {
	out := map[string]string{}
	err := t.rowsOf("SELECT name, spec FROM mapping", nil, func(r *sql.Rows) error {
		var name, spec string
		err := r.Scan(&name, &spec)
		out[name] = spec
		return err
	})
	return out, err
}

// SaveMapping keeps a column mapping under a name, in place of an older one.
func (t *tx) SaveMapping(name, spec string) error {
	if strings.TrimSpace(name) == "" {
		return domain.Errorf(domain.Invalid, "a column mapping needs a name")
	}
	_, err := t.sql.ExecContext(t.ctx,
		"INSERT INTO mapping (name, spec) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET spec = excluded.spec", name, spec)
	return err
}

// Pref gives a person's remembered preference, "" where there is none.
func (t *tx) Pref(person domain.ID, key string) (string, error) {
	var v string
	_, err := t.one("SELECT value FROM pref WHERE person = ? AND key = ?", []any{string(person), key}, &v)
	return v, err
}

// SetPref remembers a person's preference.
func (t *tx) SetPref(person domain.ID, key, value string) error {
	_, err := t.sql.ExecContext(t.ctx, `INSERT INTO pref (person, key, value) VALUES (?, ?, ?)
		ON CONFLICT (person, key) DO UPDATE SET value = excluded.value`, string(person), key, value)
	return err
}
