package main

import (
	"bytes"
	"errors"
	"runtime/debug"
	"strings"
	"testing"
)

func TestRunWithoutKnownCommandIsAUsageError(t *testing.T) {
	for _, args := range [][]string{nil, {"nonsense"}, {"version", "extra"}} {
		var out, errs bytes.Buffer
		if code := run(args, nil, &out, &errs); code != exitUsage {
			t.Errorf("run(%q) = %d, want %d", args, code, exitUsage)
		}
		if out.Len() != 0 {
			t.Errorf("run(%q) printed %q to standard output, want nothing", args, out.String())
		}
		if !strings.Contains(errs.String(), "is no command") {
			t.Errorf("run(%q) said %q, want a sentence about the command", args, errs.String())
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestRunFailsWhenItsAnswerCannotBeWritten(t *testing.T) {
	if code := run([]string{"version"}, nil, broken{}, broken{}); code != exitFail {
		t.Errorf("run(version) on a full disk = %d, want %d", code, exitFail)
	}
}

func TestBuildName(t *testing.T) {
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	for _, c := range []struct {
		name string
		info debug.BuildInfo
		want string
	}{
		{"release", debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "v1.2.3"},
		{"nothing known", debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "development"},
		{"clean revision", debug.BuildInfo{Settings: []debug.BuildSetting{
			setting("vcs.revision", "0123456789abcdef0123"), setting("vcs.modified", "false")}}, "0123456789ab"},
		{"edited revision", debug.BuildInfo{Settings: []debug.BuildSetting{
			setting("vcs.modified", "true"), setting("vcs.revision", "0123456789abcdef0123")}}, "0123456789ab+edited"},
		{"short revision", debug.BuildInfo{Settings: []debug.BuildSetting{setting("vcs.revision", "012")}}, "012"},
	} {
		if got := buildName(&c.info); got != c.want {
			t.Errorf("%s: buildName = %q, want %q", c.name, got, c.want)
		}
	}
}
