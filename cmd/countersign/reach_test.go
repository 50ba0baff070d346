package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"countersign/tui"
)

// reachRow is a line of the register testdata/reach.tsv: a command, and where the
// console does the same, as page and action, or the reason why it is not meant to.
type reachRow struct {
	line          int
	command       string
	page, action  string
	why           string
	opensOnlyPage bool // the page itself is the answer
}

func readReachRows(t *testing.T) []reachRow {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "reach.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var out []reachRow
	for i, line := range strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n") {
		if i == 0 {
			continue // names of the columns
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			t.Fatalf("reach.tsv:%d has %d columns, not 3", i+1, len(f))
		}
		r := reachRow{line: i + 1, command: f[0], page: f[1], action: f[2]}
		if why, ok := strings.CutPrefix(f[2], "not here: "); ok {
			r.action, r.why = "", strings.TrimSpace(why)
		}
		r.opensOnlyPage = r.action == "-"
		out = append(out, r)
	}
	return out
}

// commands are the paths of every command that does something itself, hidden ones
// and those that only gather others aside.
func commands() []string {
	var out []string
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Hidden {
			return
		}
		if c.HasParent() && c.Runnable() && c.Annotations[gathersOthers] == "" {
			out = append(out, strings.TrimPrefix(c.CommandPath(), "countersign "))
		}
		for _, d := range c.Commands() {
			walk(d)
		}
	}
	walk((&env{getenv: func(string) string { return "" }}).root())
	return out
}

// reachFaults holds the register against the commands there are and what each page of
// the console can do.
func reachFaults(rows []reachRow, commands []string, pages map[string][]string) error {
	var faults []error
	fault := func(text string) { faults = append(faults, errors.New(text)) }
	answered := map[string]bool{}
	for _, r := range rows {
		answered[r.command] = true
		actions, there := pages[r.page]
		switch {
		case !slices.Contains(commands, r.command):
			fault("the register answers for " + r.command + ", which is no command")
		case r.why != "":
			if r.page != "-" {
				fault(r.command + " is said to be not here, and on the page " + r.page)
			}
		case !there:
			fault(r.command + " is to be on the page " + r.page + ", which is none")
		case !r.opensOnlyPage && !slices.Contains(actions, r.action):
			fault(r.command + ": the page " + r.page + " has no action " + r.action)
		}
	}
	for _, c := range commands {
		if !answered[c] {
			fault("nobody says where the console does what " + c + " does")
		}
	}
	return errors.Join(faults...)
}

// pageActions are the actions of every page in all its states, without the console's
// own.
func pageActions(t *testing.T) map[string][]string {
	t.Helper()
	s := demoSession(t)
	cfg, err := s.consoleConfig(manners{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, spec := range cfg.Pages {
		one := cfg
		one.Pages = []tui.PageSpec{spec}
		root, err := tui.New(one)
		if err != nil {
			t.Fatal(err)
		}
		out[spec.ID] = []string{}
		for _, table := range root.Screens() {
			for _, a := range table {
				out[spec.ID] = append(out[spec.ID], a.ID)
			}
		}
	}
	return out
}

// The console reaches everything the command line does: each command is an action of a
// page, or a page, or there is a reason why it is neither.
func TestTheConsoleReachesEveryCommand(t *testing.T) {
	if err := reachFaults(readReachRows(t), commands(), pageActions(t)); err != nil {
		t.Error(err)
	}
}

// The register is held to something: a command nobody answers for, an action and a page
// that are not there, and a command that is none are each said.
func TestReachFaults(t *testing.T) {
	pages := map[string][]string{"people": {"people.join"}}
	for _, c := range []struct {
		row  reachRow
		says string
	}{
		{reachRow{command: "bulk join", page: "people", action: "people.join"}, ""},
		{reachRow{command: "bulk join", page: "-", why: "from cron"}, ""},
		{reachRow{command: "bulk join", page: "people", action: "people.jion"}, "no action people.jion"},
		{reachRow{command: "bulk join", page: "peple", opensOnlyPage: true}, "which is none"},
		{reachRow{command: "bulk joni", page: "people", action: "people.join"}, "nobody says"},
	} {
		err := reachFaults([]reachRow{c.row}, []string{"bulk join"}, pages)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c.row, err)
		}
	}
}
