package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"countersign/review"
)

// demoSession is a session on a demo database with a campaign launched, of one who
// reviews in it.
func demoSession(t *testing.T) *session {
	t.Helper()
	return demoUntil(t, "launched")
}

// demoUntil is demoSession on a demo played until another chapter. It is the day after,
// in the same October whenever the test runs, and ids can be foreseen: what is shown
// of it is the same on every machine.
func demoUntil(t testing.TB, chapter string) *session {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	day := 0
	for _, c := range demoChapters {
		if c.name == chapter {
			day = c.lastDay
		}
	}
	now := demoStart.AddDate(0, 0, day).Add(2 * time.Hour)
	e := &env{in: strings.NewReader(""), out: io.Discard, err: new(bytes.Buffer), clock: func() time.Time { return now },
		getenv: func(string) string { return "" }}
	if err := copyChapter(dir, chapter, now); err != nil {
		t.Fatal(err)
	}
	e.flags.db = filepath.Join(dir, "demo.db")
	return openAs(t, e, "helen.osei")
}

// openAs opens the database of e as one of the demo's people.
func openAs(t testing.TB, e *env, who string) *session {
	t.Helper()
	own := *e
	own.flags.as, own.flags.seed = who+"@acme.example", 7
	s, err := own.open(context.Background(), needsReader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestFindByName(t *testing.T) {
	s := demoSession(t)
	if err := s.view(func(tx review.Tx) error {
		for _, c := range []struct {
			kind, text string
			limit      int
			first      string // of what is found
			n          int
		}{
			{"", "OKAFOR dana", 10, "person Dana Okafor", 1},
			{"person", "dana.okafor@", 10, "person Dana Okafor", 1},
			{"group", "dana", 10, "", 0},
			{"campaign", "", 10, "campaign", 1},
			{"person", "", 7, "person", 7},
			{"", "no such name anywhere", 10, "", 0},
		} {
			got, err := findByName(context.Background(), tx, c.kind, c.text, c.limit)
			if err != nil {
				return err
			}
			first := ""
			if len(got) > 0 {
				first = got[0].Kind + " " + got[0].Name
			}
			if len(got) != c.n || !strings.HasPrefix(first, c.first) {
				t.Errorf("%q %q: %d, the first %q; want %d, %q", c.kind, c.text, len(got), first, c.n, c.first)
			}
		}
		ctx, stop := context.WithCancel(context.Background())
		stop()
		if _, err := findByName(ctx, tx, "person", "a", 5); err == nil {
			t.Error("it goes on when nobody waits for it")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
