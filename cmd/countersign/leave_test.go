package main

import (
	"context"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"countersign/export/flat"
	"countersign/store/ingest/table"

	"pgregory.net/rapid"
)

// What workbooks name as their maker is the same on every machine.
func TestTheBuildNamesNothingOfTheMachine(t *testing.T) {
	for _, word := range []string{runtime.Version(), runtime.GOOS, runtime.GOARCH, "countersign"} {
		if strings.Contains(build(), word) {
			t.Errorf("the build is called %q, which names %s", build(), word)
		}
		if !strings.Contains(version(), word) {
			t.Errorf("the version %q does not name %s", version(), word)
		}
	}
}

// Being told to end ends what is under way, and not the process.
func TestBeingToldToEndCancels(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		ctx, stop := untilTold(context.Background())
		me, err := os.FindProcess(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		if err := me.Signal(sig); err != nil {
			t.Fatal(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Minute):
			t.Errorf("%v did not end the context", sig)
		}
		stop()
	}
}

// Import takes away exactly what the spreadsheet-safe export puts in front.
func TestImportUndoesTheGuardOfExport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`'{0,3}[=+\-@1-9.eE＝]{0,4}`)).Draw(t, "s")
		if back := table.Unguard(flat.Guard(s)); back != s {
			t.Fatalf("%q is exported as %q and imported as %q", s, flat.Guard(s), back)
		}
	})
}
