package main

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"countersign/review"
)

// commandWords finds the commands that a text tells people to type: the program's
// name at the beginning of a line, after a colon, a bracket, a comma or a wide
// gap, and the plain words after it.
var commandWords = regexp.MustCompile(`(?m)(?:^|: |\(|, |  )countersign((?: [a-z][a-z-]*)+)`)

// prose are words that follow the verb.
var prose = map[string]bool{"what": true, "packets": true, "this": true, "the": true, "it": true, "all": true, "his": true,
	"organisation": true, "sheet": true, "workbook": true} // the last three begin formats

// TestEveryCommandInATextExists: a person who is told to type a command can
// type it.
func TestEveryCommandInATextExists(t *testing.T) {
	root := processEnv(nil, io.Discard, io.Discard).root()
	seen := 0
	for _, room := range []string{"domain", "review", "store", "export", "cmd", "tui"} {
		for place, words := range commandsNamed(t, filepath.Join("..", "..", room)) {
			if prose[words[0]] {
				continue
			}
			seen++
			if why := noCommand(root, words); why != "" {
				t.Errorf("%s tells to type countersign %s: %s", place, strings.Join(words, " "), why)
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d commands are named in all texts: the test sees nothing", seen)
	}
	for _, words := range [][]string{{"revue", "list"}, {"review", "lst"}} {
		if noCommand(root, words) == "" {
			t.Errorf("%v passes for a command", words)
		}
	}
}

// noCommand says why words begin no command, "" if they do.
func noCommand(root *cobra.Command, words []string) string {
	c := root
	for _, w := range words {
		i := slices.IndexFunc(c.Commands(), func(sub *cobra.Command) bool { return sub.Name() == w })
		if i >= 0 {
			c = c.Commands()[i]
			continue
		}
		if c == root || gathers(c) {
			return w + " is no command of " + c.CommandPath()
		}
		return "" // an argument, or prose
	}
	return ""
}

// gathers tells whether a command only gathers others.
func gathers(c *cobra.Command) bool { return c.Annotations[gathersOthers] != "" }

// commandsNamed gives the commands in the texts of a room's Go files but its
// tests, by place. What a command says of itself is its own help.
func commandsNamed(t *testing.T, room string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Errorf("%s: %v", set.Position(lit.Pos()), err)
				return true
			}
			for i, m := range commandWords.FindAllStringSubmatch(text, -1) {
				out[set.Position(lit.Pos()).String()+" ("+strconv.Itoa(i+1)+")"] = strings.Fields(m[1])
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCommandsInMessagesRun: every command in a message of the outbox is one
// that the program takes as it stands, with all that it needs.
func TestCommandsInMessagesRun(t *testing.T) {
	dir := t.TempDir()
	const name = "Tom's $HOME `id` review"
	db := filepath.Join(dir, "demo", "demo.db")
	say := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(args, nil, &out, &errs); code != exitOK {
			t.Fatalf("%v: %s", args, errs.String())
		}
		return out.String()
	}
	as := func(who, now string, args ...string) string {
		t.Helper()
		return say(append([]string{"--db", db, "--now", now, "--as", who + "@acme.example"}, args...)...)
	}
	say("--now", "2026-10-01T07:00:00Z", "demo", "--dir", filepath.Join(dir, "demo"), "--until", "imported")
	as("ana.ferreira", "2026-10-05T08:00:00Z", "campaign", "new", name, "--externals-only", "--reviewers", "owner,manager",
		"--fallback", "helen.osei@acme.example", "--due", "2026-10-30")
	as("ana.ferreira", "2026-10-05T08:00:00Z", "campaign", "stage", name)
	as("jonas.weber", "2026-10-05T08:00:00Z", "campaign", "launch", name)
	as("ana.ferreira", "2026-10-05T09:00:00Z", "campaign", "tick")
	var doc struct {
		Messages []struct {
			Text string `json:"text"`
		} `json:"messages"`
	}
	if err := json.Unmarshal([]byte(as("ana.ferreira", "2026-10-05T09:00:00Z", "outbox", "list", "--json")), &doc); err != nil {
		t.Fatal(err)
	}
	found, signs := 0, 0
	for _, m := range doc.Messages {
		for _, line := range strings.Split(m.Text, "\n") {
			at := strings.Index(line, "countersign")
			if at < 0 {
				continue
			}
			args := shellSplit(t, line[at:])[1:]
			found++
			cmd, rest, err := processEnv(nil, io.Discard, io.Discard).root().Find(args)
			if err == nil {
				err = cmd.ParseFlags(rest)
			}
			if err == nil {
				err = cmd.ValidateArgs(cmd.Flags().Args())
			}
			if err != nil || !cmd.Runnable() {
				t.Errorf("%q does not run: %v", line, err)
				continue
			}
			if cmd.Name() == "sign" {
				signs++
				if typed := cmd.Flag("type").Value.String(); typed != name || !slices.Equal(cmd.Flags().Args(), []string{name}) {
					t.Errorf("%q types %q for %q", line, typed, cmd.Flags().Args())
				}
			}
		}
	}
	if found < 3 || signs == 0 {
		t.Errorf("%d commands, %d of them to sign, in %d messages: the test sees nothing", found, signs, len(doc.Messages))
	}
}

// shellSplit takes a command line apart as a shell does, which here knows
// single quotes and \'; anything else that a shell would read otherwise than it
// stands fails.
func shellSplit(t *testing.T, line string) []string {
	t.Helper()
	var out []string
	word, in, quoted := "", false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'':
			quoted, in = !quoted, true
		case quoted:
			word += string(c)
		case c == '\\' && i+1 < len(line):
			i++
			word, in = word+string(line[i]), true
		case c == ' ':
			if in {
				out = append(out, word)
			}
			word, in = "", false
		case strings.IndexByte("$`\"*?;&|<>()", c) >= 0:
			t.Fatalf("a shell reads %q in %q for something else", c, line)
		default:
			word, in = word+string(c), true
		}
	}
	if quoted {
		t.Fatalf("a quote of %q is open", line)
	}
	if in {
		out = append(out, word)
	}
	return out
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{"Q4": "Q4", "": "''", "Q4 2026": "'Q4 2026'", "it's": `'it'\''s'`, "-x": "'-x'", "$HOME": "'$HOME'", "ana@acme.example": "ana@acme.example"} {
		if got := review.ShellWord(in); got != want {
			t.Errorf("%q is written %s, want %s", in, got, want)
		}
		if got := shellSplit(t, review.ShellWord(in)); in != "" && (len(got) != 1 || got[0] != in) {
			t.Errorf("%q comes back as %q", in, got)
		}
	}
}
