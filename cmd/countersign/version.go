package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (e *env) versionCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Say which build this is",
		Long:    "Version says in one line which build this is, with the Go version and the platform.",
		Example: "  countersign version",
		Args:    between(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), version())
			return err
		},
	}
}

// version says in one line which build this is, for people: the build's name,
// then the Go version and the platform.
func version() string {
	return "countersign " + build() + " (" + runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH + ")"
}

// build names the build alone: what workbooks carry, so that two machines of the
// same build make the same bytes.
func build() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return buildName(info)
	}
	return "development"
}

// buildName picks the best name the build information has: the module's version
// where it was built from a release, else the revision. A revision built
// from an edited tree is marked "+edited".
func buildName(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	var revision, mark string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			mark = "+edited"
		}
	}
	if revision == "" {
		return "development"
	}
	return revision[:min(len(revision), 12)] + mark
}
