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

// demoUntil is demoSession on a demo played until another chapter.
func demoUntil(t *testing.T, chapter string) *session {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	e := &env{in: strings.NewReader(""), out: io.Discard, err: new(bytes.Buffer), clock: time.Now,
		getenv: func(string) string { return "" }}
	if code := e.run(context.Background(), []string{"demo", "--dir", dir, "--until", chapter}); code != exitOK {
		t.Fatalf("the demo ended with %d: %s", code, e.err)
	}
	e.flags.db, e.flags.as = filepath.Join(dir, "demo.db"), "helen.osei@acme.example"
	s, err := e.open(context.Background(), needsReader)
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
