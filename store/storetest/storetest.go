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
//
// The file is a copy of one that was made once: making the tables anew for
// each of hundreds of tests took longer than the tests.
func Open(t testing.TB) *store.Store {
	t.Helper()
	made, err := empty()
	if err != nil {
		t.Fatal(err)
	}
	return copied(t, made.file, made.next, IDs())
}

// Copy opens a copy of a store's file, whose clock stands at an instant. Its ids are
// of a count of their own, cmp_late_0001, so that none is in the file already. It is closed as Open's.
func Copy(t testing.TB, file []byte, now time.Time) *store.Store {
	t.Helper()
	ids := IDs()
	return copied(t, file, now, func(prefix string) domain.ID { return ids(prefix + "_late") })
}

func copied(t testing.TB, file []byte, now time.Time, ids func(string) domain.ID) *store.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "countersign.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	clock := NewClock()
	clock.Set(now)
	o := Options()
	o.Now, o.NewID = clock.Now, ids
	s, err := store.Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, s, path)
	return s
}

// emptyStore is the file of a new store, and where its clock stands.
type emptyStore struct {
	file []byte
	next time.Time
}

var empty = sync.OnceValues(func() (made emptyStore, err error) {
	dir, err := os.MkdirTemp("", "storetest")
	if err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	clock, o := NewClock(), Options()
	o.Now = clock.Now
	path := filepath.Join(dir, "empty.db")
	s, err := store.Create(context.Background(), path, o)
	if err != nil {
		return made, err
	}
	if err := s.Close(); err != nil {
		return made, err
	}
	made.next = clock.Now()
	made.file, err = os.ReadFile(path)
	return made, err
})

// OpenWith is Open with options of the caller's; it gives the path too.
func OpenWith(t testing.TB, o store.Options) (*store.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "countersign.db")
	s, err := store.Create(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, s, path)
	return s, path
}

// closed closes a store when the test ends.
func closed(t testing.TB, s *store.Store, path string) {
	t.Helper()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
		if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("closing the store left its -wal file: some statement was not closed (%v)", err)
		}
	})
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
