package store

import (
	"database/sql"
	"errors"
	"slices"
	"sync"
	"time"

	"countersign/domain"
)

// advanceAtMost is how many events an Org is carried forward over before it is
// cheaper to read it anew.
const advanceAtMost = 64

// orgsKept is how many Orgs of the past are kept for the next question.
const orgsKept = 4

// orgCache keeps the Org of the latest committed event, and a few of the past,
// for all transactions of a store. An Org is keyed by the event that last
// changed access; a committed event never changes, so neither does its Org.
type orgCache struct {
	mu   sync.Mutex
	now  *domain.Org
	past []*domain.Org // the last used at the end
	load sync.Mutex    // one reads from the file, the others wait for it
}

// publish takes the Org of a committed event where it is newer.
func (c *orgCache) publish(o *domain.Org) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now == nil || o.Key() > c.now.Key() {
		c.now = o
	}
}

func (c *orgCache) remember(o *domain.Org) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.past = append(c.past, o)
	if len(c.past) > orgsKept {
		c.past = slices.Delete(c.past, 0, 1)
	}
}

// find gives the Org of a key, and the newest one before it.
func (c *orgCache) find(key domain.Seq) (exact, before *domain.Org) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, o := range c.past {
		if o.Key() == key {
			c.past = append(slices.Delete(c.past, i, i+1), o)
			return o, nil
		}
	}
	if c.now == nil || c.now.Key() > key {
		return nil, nil
	}
	if c.now.Key() == key {
		return c.now, nil
	}
	return nil, c.now
}

// Org is the organisation as this transaction sees it, its own events
// included.
func (t *tx) Org() (*domain.Org, error) {
	if t.org != nil && t.org.Key() == t.key {
		return t.org, nil
	}
	base := t.org
	if base == nil {
		var err error
		if base, err = t.committedOrg(); err != nil {
			return nil, err
		}
	}
	o, err := t.forward(base, t.key)
	if err != nil {
		return nil, err
	}
	t.org = o
	return o, nil
}

// committedOrg is the Org as it was when the transaction began: from the
// cache, carried forward, or read.
func (t *tx) committedOrg() (*domain.Org, error) {
	c := &t.s.orgs
	exact, _ := c.find(t.started)
	if exact != nil {
		return exact, nil
	}
	c.load.Lock()
	defer c.load.Unlock()
	exact, before := c.find(t.started) // someone else may have read it meanwhile
	if exact != nil {
		return exact, nil
	}
	var o *domain.Org
	var err error
	if before != nil {
		o, err = t.forward(before, t.started)
	} else {
		o, err = domain.NewOrg(t.started, t.rowsAt(t.started))
	}
	if err != nil {
		return nil, err
	}
	c.publish(o)
	return o, nil
}

// forward carries an Org over the events after it up to key, or reads it anew
// where they are many.
func (t *tx) forward(o *domain.Org, key domain.Seq) (*domain.Org, error) {
	if o.Key() == key {
		return o, nil
	}
	var seqs []domain.Seq
	err := t.rowsOf("SELECT seq FROM event WHERE access = 1 AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
		[]any{int64(o.Key()), int64(key), advanceAtMost + 1}, func(r *sql.Rows) error {
			var s domain.Seq
			err := r.Scan(&s)
			seqs = append(seqs, s)
			return err
		})
	if err != nil {
		return nil, err
	}
	if len(seqs) > advanceAtMost {
		return domain.NewOrg(key, t.rowsAt(key))
	}
	for _, s := range seqs {
		e, err := t.Event(s)
		if err != nil {
			return nil, err
		}
		rows, err := t.changesOf(e)
		if err != nil {
			return nil, err
		}
		var changes []domain.Change
		for _, c := range rows {
			if isAccess(c.table.kind) && (c.before != nil || c.after != nil) {
				changes = append(changes, domain.Change{Before: c.before, After: c.after})
			}
		}
		if o, err = o.Advance(s, changes); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// OrgAt is the organisation as it was at an event; an event that is not there
// is NotFound.
func (t *tx) OrgAt(seq domain.Seq) (*domain.Org, error) {
	if seq < 0 || int64(seq) >= t.size {
		return nil, noEvent(seq, t.size)
	}
	if seq >= t.key {
		return t.Org()
	}
	var key domain.Seq
	if _, err := t.one("SELECT coalesce(max(seq), 0) FROM event WHERE access = 1 AND seq <= ?", []any{int64(seq)}, &key); err != nil {
		return nil, err
	}
	if key > t.started { // of this transaction's own events: nobody else may have it yet
		return domain.NewOrg(key, t.rowsAt(key))
	}
	exact, _ := t.s.orgs.find(key)
	if exact != nil {
		return exact, nil
	}
	o, err := domain.NewOrg(key, t.rowsAt(key))
	if err == nil {
		t.s.orgs.remember(o)
	}
	return o, err
}

// SeqAt gives the last event at or before an instant; 0, when nothing was
// true yet, for an instant before the log.
func (t *tx) SeqAt(at time.Time) (domain.Seq, error) {
	var seq domain.Seq
	_, err := t.one("SELECT seq FROM event WHERE time <= ? ORDER BY time DESC, seq DESC LIMIT 1", []any{at.UnixMilli()}, &seq)
	return seq, err
}

var errStop = errors.New("no more rows wanted")

// rowsAt yields every row an Org is made of that held at an event.
func (t *tx) rowsAt(seq domain.Seq) domain.Rows {
	return func(yield func(domain.Row, error) bool) {
		for _, tb := range tables {
			if !isAccess(tb.kind) {
				continue
			}
			cur := tb.open()
			err := t.manyRows("SELECT "+tb.list+", from_seq, to_seq FROM "+tb.name+" WHERE from_seq <= ?1 AND (to_seq IS NULL OR to_seq > ?1)",
				[]any{int64(seq)}, cur.many, func() error {
					if !yield(domain.Row{Record: cur.record(), Since: cur.from}, nil) {
						return errStop
					}
					return nil
				})
			if errors.Is(err, errStop) {
				return
			}
			if err != nil {
				yield(domain.Row{}, err)
				return
			}
		}
	}
}
