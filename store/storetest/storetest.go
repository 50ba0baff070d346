// Package storetest gives tests an open store on a temporary file, with a
// clock that steps and ids that count, a small organisation to ask about, and
// the contract that every implementation of the port must keep.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
)

// Start is the first instant of every test clock.
var Start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// Clock is a clock that moves a second each time it is read. It is safe for
// use by several goroutines.
type Clock struct {
	mu   sync.Mutex
	next time.Time
}

// NewClock gives a clock at Start.
func NewClock() *Clock { return &Clock{next: Start} }

// Now reads the clock and moves it on.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.next
	c.next = now.Add(time.Second)
	return now
}

// Set puts the clock to an instant, forwards or back.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next = at
}

// IDs makes ids that count, one count for each prefix: usr_0001, usr_0002 …
// The function it returns is safe for use by several goroutines.
func IDs() func(prefix string) domain.ID {
	var mu sync.Mutex
	n := map[string]int{}
	return func(prefix string) domain.ID {
		mu.Lock()
		defer mu.Unlock()
		n[prefix]++
		return domain.ID(fmt.Sprintf("%s_%04d", prefix, n[prefix]))
	}
}

// Options are those of a test store: a rehearsal with a stepping clock,
// counting ids and the log id log_test.
func Options() store.Options {
	return store.Options{Mode: review.Rehearsal, OrgName: "Acme", LogID: "log_test", Now: NewClock().Now, NewID: IDs()}
}

// Open makes an empty store on a temporary file. It is closed when the test
// ends, which fails where that leaves a -wal file behind.
func Open(t testing.TB) *store.Store {
	t.Helper()
	s, _ := OpenWith(t, Options())
	return s
}

// OpenWith is Open with options of the caller's; it gives the path too.
func OpenWith(t testing.TB, o store.Options) (*store.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "countersign.db")
	s, err := store.Create(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
		if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("closing the store left its -wal file: some statement was not closed (%v)", err)
		}
	})
	return s, path
}

// Append records one event that begins, ends or replaces the rows of changes.
func Append(t testing.TB, s review.Store, e domain.Event, changes ...domain.Change) domain.Seq {
	t.Helper()
	var seq domain.Seq
	err := s.Update(context.Background(), func(tx review.WriteTx) (err error) {
		seq, err = AppendIn(tx, e, changes...)
		return err
	})
	if err != nil {
		t.Fatalf("recording %s: %v", e.Type, err)
	}
	return seq
}

// AppendIn is Append in a transaction that is under way.
func AppendIn(tx review.WriteTx, e domain.Event, changes ...domain.Change) (domain.Seq, error) {
	for _, c := range changes {
		d, err := domain.DeltaOf(c.Before, c.After)
		if err != nil {
			return 0, err
		}
		e.Changes = append(e.Changes, d)
	}
	return tx.Append(e)
}

// View runs fn on one picture and fails the test on its error.
func View(t testing.TB, s review.Store, fn func(review.Tx) error) {
	t.Helper()
	if err := s.View(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}
