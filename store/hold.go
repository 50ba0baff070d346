package store

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Hold tells of the write transactions of one sort that this store ran. A
// transaction holds the writer from the moment it has begun until its commit,
// and the checkpoint that may come with it (work in parts and large events have theirs
// after the transaction), are over; waiting for its turn is
// not part of it. No transaction is to hold it over 200 ms (DESIGN section 4).
type Hold struct {
	What    string // the type of the first event it recorded: "item.decided"; "staging" for frozen items
	Times   int
	Longest time.Duration
	All     time.Duration // together
}

// String says it in a line: "43 ms (item.decided)".
func (h Hold) String() string {
	return fmt.Sprintf("%d ms (%s)", h.Longest.Round(time.Millisecond).Milliseconds(), h.What)
}

// meter measures how long the writer is held. Its zero value is ready.
type meter struct {
	mu sync.Mutex
	by map[string]Hold
}

func (m *meter) note(what string, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.by == nil {
		m.by = map[string]Hold{}
	}
	h := m.by[what]
	m.by[what] = Hold{What: what, Times: h.Times + 1, Longest: max(h.Longest, took), All: h.All + took}
}

// Holds gives what held the writer since this store was opened, the longest
// hold first. Making the schema is not among it.
func (s *Store) Holds() []Hold {
	s.held.mu.Lock()
	defer s.held.mu.Unlock()
	var out []Hold
	for _, h := range s.held.by {
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b Hold) int {
		return cmp.Or(cmp.Compare(b.Longest, a.Longest), cmp.Compare(a.What, b.What))
	})
	return out
}
