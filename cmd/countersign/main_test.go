package main

import (
	"bytes"
	"errors"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"countersign/domain"
)

func TestAWordThatIsNoCommandIsAUsageError(t *testing.T) {
	for _, args := range [][]string{{"nonsense"}, {"nonsense", "extra"}} {
		var out, errs bytes.Buffer
		if code := run(args, nil, &out, &errs); code != exitInvalid {
			t.Errorf("run(%q) = %d, want %d", args, code, exitInvalid)
		}
		if out.Len() != 0 {
			t.Errorf("run(%q) printed %q to standard output, want nothing", args, out.String())
		}
		if !strings.Contains(errs.String(), "is no command") {
			t.Errorf("run(%q) said %q, want a sentence about the command", args, errs.String())
		}
	}
}

func TestWithoutACommandAndATerminalThereIsHelp(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(nil, strings.NewReader(""), &out, &errs); code != exitOK || errs.Len() != 0 {
		t.Errorf("run() = %d and said %q, want %d and nothing", code, errs.String(), exitOK)
	}
	if !strings.Contains(out.String(), "Exit codes") {
		t.Errorf("run() printed %q, want the help with the exit codes", out.String())
	}
}

// walk visits a command and all below it.
func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, c := range cmd.Commands() {
		walk(c, visit)
	}
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	root := processEnv(nil, nil, nil).root()
	walk(root, func(c *cobra.Command) {
		if name := c.CommandPath(); c.Short == "" || len(c.Long) < 40 {
			t.Errorf("%s: says too little of itself: %q", name, c.Long)
		} else if !strings.Contains(c.Example, "countersign ") {
			t.Errorf("%s: has no example", name)
		}
		if c.HasParent() && c.Parent() == root && c.GroupID == "" {
			t.Errorf("%s: stands under no heading of the help", c.CommandPath())
		}
	})
}

func TestErrorsBecomeSentencesAndExitCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
		say  string
	}{
		{errors.New("disk on fire"), 1, "countersign: disk on fire\n"},
		{domain.Errorf(domain.Invalid, "no").Hinted("say yes"), 2, "countersign: no: say yes\n"},
		{domain.Errorf(domain.NotFound, "no"), 3, "countersign: no\n"},
		{domain.Errorf(domain.Conflict, "no"), 4, "countersign: no\n"},
		{domain.Errorf(domain.Forbidden, "no"), 5, "countersign: no\n"},
		{errors.Join(domain.Errorf(domain.Forbidden, "no"), errors.New("and more")), 5, "countersign: no\n  and more\n"},
		{domain.Errorf(domain.Invalid, "a name \x1b[2J"), 2, "countersign: a name ␛[2J\n"},
	} {
		var errs bytes.Buffer
		if code := processEnv(nil, nil, &errs).fail(c.err); code != c.code || errs.String() != c.say {
			t.Errorf("fail(%v) = %d and said %q, want %d and %q", c.err, code, errs.String(), c.code, c.say)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestRunFailsWhenItsAnswerCannotBeWritten(t *testing.T) {
	if code := run([]string{"version"}, nil, broken{}, broken{}); code != exitInternal {
		t.Errorf("run(version) on a full disk = %d, want %d", code, exitInternal)
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
