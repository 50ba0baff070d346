package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

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

// played runs "played DIR" in a script: what "countersign demo --dir DIR"
// leaves is put there.
func played(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: played DIR")
	}
	ts.Check(copyQuarter(ts.MkAbs(args[0])))
}
