package store

import (
	"cmp"
	"slices"
	"sync"

	"countersign/domain"
)

// A large event's commit leaves the write-ahead log as it is: copying it into
// the database takes as long again as writing it.
const largeLine, largeChanges = 1 << 20, 2000

// commitLean has the commit of this transaction copy nothing; Update does, when
// the writer is free again.
func (t *tx) commitLean() error {
	if t.conn == nil || t.lean {
		return nil
	}
	t.lean = true
	_, err := t.sql.ExecContext(t.ctx, "PRAGMA wal_autocheckpoint=0")
	return err
}

// proposal is what a committed event proposed, for the one that applies it:
// reading 100,000 changes back takes seconds.
type proposal struct {
	seq   domain.Seq
	rows  []rowChange
	names []domain.ID // what rows name, each once, in order; nil: nobody gathered them
}

// readAhead is a proposal that is read beside the writer: what of the work to apply
// it can be done there is.
func readAhead(seq domain.Seq, rows []rowChange) proposal {
	rows = slices.SortedStableFunc(slices.Values(rows), compareRows)
	return proposal{seq, rows, sortedNames(namesOf(map[domain.ID]bool{}, rows))}
}

func compareRows(a, b rowChange) int { return cmp.Compare(a.id, b.id) }

// proposalCache keeps the last large proposal that was read beside the writer
// and still waits, until it is applied: whoever approves it holds the writer no
// longer than it takes to write. A committed event never changes.
type proposalCache struct {
	mu   sync.Mutex
	last proposal
}

func (c *proposalCache) keep(p proposal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = p
}

// take gives what event seq proposed, without rows where it is not kept.
func (c *proposalCache) take(seq domain.Seq) proposal {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last.seq != seq {
		return proposal{}
	}
	p := c.last
	c.last = proposal{}
	return p
}

// knownProposal gives what an event proposed, without rows where it is to be
// read: it is of this transaction, or was read ahead.
func (t *tx) knownProposal(seq domain.Seq) proposal {
	switch {
	case seq <= 0 || seq >= domain.Seq(t.size):
		return proposal{}
	case seq == t.proposed.seq:
		return t.proposed
	}
	return t.s.proposals.take(seq)
}

// packedFrom is from how many rows of a table an event's are written packed.
const packedFrom = 200

// beginsMany is begins for very many rows. They go in by id: two indexes then
// grow at one place each, instead of all over.
func (t *tx) beginsMany(seq domain.Seq, tb *table, all []rowChange) error {
	if !slices.IsSortedFunc(all, compareRows) {
		all = slices.SortedFunc(slices.Values(all), compareRows)
	}
	room := make(chan []byte, 1)
	p := newPacker(tb.name+" ("+tb.list+", from_seq)", len(tb.columns)+1, room)
	for some := range slices.Chunk(all, 500) {
		for _, c := range some {
			vals, err := tb.encode(c.after)
			if err != nil {
				return err
			}
			for _, v := range vals {
				if err := p.value(v); err != nil {
					return err
				}
			}
			p.number(int64(seq))
		}
		rows := p.taken()
		done, err := put(t.conn, rows)
		if err != nil {
			return t.begun(tb, some[min(done, len(some)-1):][:1], err)
		}
		batch{rows}.reuse(room)
	}
	return nil
}

// addManyEntities is addEntities for very many, which come in order.
func (t *tx) addManyEntities(seq domain.Seq, ids []domain.ID) error {
	room := make(chan []byte, 1)
	p := narrow("event_entity (id, seq)", 2, room)
	for some := range slices.Chunk(ids, 2000) {
		for _, id := range some {
			p.text(string(id))
			p.number(int64(seq))
		}
		rows := p.taken()
		if _, err := put(t.conn, rows); err != nil {
			return err
		}
		batch{rows}.reuse(room)
	}
	return nil
}
