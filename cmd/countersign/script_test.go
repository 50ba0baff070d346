package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// TestMain lets the test binary stand in for the countersign program, so that
// a script's "exec countersign ..." runs this very code. Under the race
// detector a program waits a second before it ends unless it is told not to:
// with hundreds of them that was most of the suite's time.
func TestMain(m *testing.M) {
	if err := os.Setenv("GORACE", strings.TrimSpace("atexit_sleep_ms=0 "+os.Getenv("GORACE"))); err != nil {
		panic(err)
	}
	testscript.Main(sharing{m}, map[string]func(){"countersign": main})
}

// sharing is the run of all tests with a folder that they share.
type sharing struct{ *testing.M }

// shared is the folder; nothing but what a sync.Once makes is in it.
var shared string

func (s sharing) Run() int {
	dir, err := os.MkdirTemp("", "countersign-tests-")
	if err != nil {
		panic(err)
	}
	shared = dir
	code := s.M.Run()
	if err := os.RemoveAll(dir); err != nil {
		panic(err)
	}
	return code
}

// TestScripts runs every testdata/script/*.txtar, each with a home directory
// of its own, in UTC, without colour and without a terminal. $TESTDATA is the
// module's testdata folder. UPDATE_SCRIPTS=1 rewrites the expected output
// files that a script compares with.
func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("the scripts take minutes: run without -short")
	}
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exitcode": exitcode, "chgid": chgid, "fndid": fndid, "idof": idof, "played": played, "mailserver": mailserver, "answered": answered, "tamper": tamper},
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("HOME", home)
			env.Setenv("XDG_DATA_HOME", filepath.Join(home, ".local", "share"))
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(home, ".config"))
			env.Setenv("TESTDATA", filepath.Join(root, "testdata"))
			env.Setenv("COUNTERSIGN_DB", "")
			env.Setenv("TZ", "UTC")
			env.Setenv("TERM", "dumb")
			env.Setenv("NO_COLOR", "1")
			env.Setenv("GORACE", os.Getenv("GORACE"))
			env.Defer(func() { replayEverything(env) })
			return os.Mkdir(home, 0o700)
		},
	})
}

// exitcode runs "exitcode N program args…" and fails the script unless the
// program ends with N. What it printed can be looked at with stdout and
// stderr, as after exec.
func exitcode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N program args...")
	}
	want, err := strconv.Atoi(args[0])
	if err != nil {
		ts.Fatalf("%q is no exit code", args[0])
	}
	got := 0
	var ended *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &ended):
		got = ended.ExitCode()
	case err != nil:
		ts.Fatalf("%s did not run: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("%s ended with exit code %d, want %d", args[1], got, want)
	}
}

// chgid reads the first id of a change set in a file into an environment
// variable: "chgid NAME FILE".
func chgid(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: chgid NAME FILE")
	}
	id := regexp.MustCompile(`chg_[a-z0-9]+`).FindString(ts.ReadFile(args[1]))
	if id == "" {
		ts.Fatalf("%s names no change set", args[1])
	}
	ts.Setenv(args[0], id)
}

// idof reads the first id with a prefix in a file into an environment
// variable: "idof NAME PREFIX FILE".
func idof(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: idof NAME PREFIX FILE")
	}
	id := regexp.MustCompile(regexp.QuoteMeta(args[1]) + `_[a-z0-9]+`).FindString(ts.ReadFile(args[2]))
	if id == "" {
		ts.Fatalf("%s names no id that begins with %s_", args[2], args[1])
	}
	ts.Setenv(args[0], id)
}

// fndid reads the first id of a finding in a file into an environment
// variable: "fndid NAME FILE".
func fndid(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: fndid NAME FILE")
	}
	id := regexp.MustCompile(`fnd_[a-z2-7]+`).FindString(ts.ReadFile(args[1]))
	if id == "" {
		ts.Fatalf("%s names no finding", args[1])
	}
	ts.Setenv(args[0], id)
}

// tamper changes a text in a table of a database file, behind the program's
// back and without SQL: "tamper FILE OLD NEW". What stands in quotes, as in the
// lines of the log, is left.
func tamper(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 || len(args[1]) != len(args[2]) {
		ts.Fatalf("usage: tamper FILE OLD NEW, with texts of one length")
	}
	raw := []byte(ts.ReadFile(args[0]))
	n := 0
	for at := 0; ; {
		i := bytes.Index(raw[at:], []byte(args[1]))
		if i < 0 {
			break
		}
		at += i
		if raw[at-1] != '"' {
			copy(raw[at:], args[2])
			n++
		}
		at += len(args[1])
	}
	if n != 1 {
		ts.Fatalf("%q stands %d times in %s outside quotes", args[1], n, args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), raw, 0o600))
}

// answered saves a packet workbook as another program does, with cells of its
// sheet Items changed: "answered FILE OUT ITEM:COLUMN=TEXT…", where the item
// "every" is all of them. OUT is a workbook, or the sheet alone as CSV.
func answered(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: answered FILE OUT ITEM:COLUMN=TEXT...")
	}
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	rows, err := f.GetRows("Items")
	ts.Check(err)
	for _, a := range args[2:] {
		what, text, ok := strings.Cut(a, "=")
		item, column, ok2 := strings.Cut(what, ":")
		col := slices.Index(rows[0], column)
		if !ok || !ok2 || col < 0 {
			ts.Fatalf("%q is no cell of the sheet", a)
		}
		for i, row := range rows[1:] {
			if item != "every" && row[0] != item {
				continue
			}
			at, err := excelize.CoordinatesToCellName(col+1, i+2)
			ts.Check(err)
			ts.Check(f.SetCellStr("Items", at, text))
		}
	}
	if strings.HasSuffix(args[1], ".xlsx") {
		ts.Check(errors.Join(f.SaveAs(ts.MkAbs(args[1])), f.Close()))
		return
	}
	rows, err = f.GetRows("Items")
	ts.Check(err)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range rows {
		ts.Check(w.Write(append(row, make([]string, len(rows[0])-len(row))...)))
	}
	w.Flush()
	ts.Check(errors.Join(w.Error(), os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o600), f.Close()))
}
