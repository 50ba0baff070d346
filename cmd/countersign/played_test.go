package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// quarter is the demo's whole quarter, played once for all tests that only
// need what it leaves; each takes a copy. What the play itself says and does
// is shown by demo.txtar, which plays it.
var quarter = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(shared, "quarter")
	if code := run([]string{"demo", "--dir", dir}, nil, io.Discard, io.Discard); code != exitOK {
		return "", fmt.Errorf("the demo ended with exit code %d", code)
	}
	return dir, nil
})

// copyQuarter puts the folder that the demo's whole quarter leaves at dir.
func copyQuarter(dir string) error {
	from, err := quarter()
	if err != nil {
		return err
	}
	return os.CopyFS(dir, os.DirFS(from))
}

// playedDemo gives a folder of the test's own with the demo's whole quarter.
func playedDemo(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	if err := copyQuarter(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// chapters has, by the name of a chapter, the folder of the demo played until it, once
// for all tests.
var chapters sync.Map

// copyChapter puts the folder that the demo leaves at dir when it is played until a
// chapter, at the instant now.
func copyChapter(dir, chapter string, now time.Time) error {
	once, _ := chapters.LoadOrStore(chapter, sync.OnceValues(func() (string, error) {
		from := filepath.Join(shared, "until-"+chapter)
		e := &env{in: strings.NewReader(""), out: io.Discard, err: new(bytes.Buffer), clock: func() time.Time { return now },
			getenv: func(string) string { return "" }}
		if code := e.run(context.Background(), []string{"demo", "--dir", from, "--until", chapter}); code != exitOK {
			return "", fmt.Errorf("the demo ended with %d: %s", code, e.err)
		}
		return from, nil
	}))
	from, err := once.(func() (string, error))()
	if err != nil {
		return err
	}
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		return err
	}
	return os.Chmod(filepath.Join(dir, "demo.db"), 0o600)
}

// played runs "played DIR" in a script: what "countersign demo --dir DIR"
// leaves is put there.
func played(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: played DIR")
	}
	ts.Check(copyQuarter(ts.MkAbs(args[0])))
}
