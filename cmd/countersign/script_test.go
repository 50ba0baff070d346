package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary stand in for the countersign program, so that
// a script's "exec countersign ..." runs this very code.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"countersign": main})
}

// TestScripts runs every testdata/script/*.txtar, each with a home directory
// of its own, in UTC, without colour and without a terminal. $TESTDATA is the
// module's testdata folder. UPDATE_SCRIPTS=1 rewrites the expected output
// files that a script compares with.
func TestScripts(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
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
			return os.Mkdir(home, 0o700)
		},
	})
}
