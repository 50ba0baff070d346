package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"countersign/export/report"
	"countersign/review"
	"countersign/review/filter"
	"countersign/store/ingest"
	"countersign/store/ingest/directory"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/theme"
)

var updateREADME = flag.Bool("update-readme", false, "write the generated parts of the README anew")

const readme = "../../README.md"

// TestREADMEGenerated holds every generated part of the README against what it
// is made from: <!-- generated: NAME --> … <!-- end -->.
func TestREADMEGenerated(t *testing.T) {
	raw, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	makers := map[string]func(*testing.T) string{
		"commands": readmeCommands, "keys": readmeKeys, "moves": readmeMoves,
		"imports": readmeImports, "reports": readmeReports, "directories": readmeDirectories, "filters": readmeFilters,
	}
	part := regexp.MustCompile(`(?s)<!-- generated: (\w+) -->\n.*?<!-- end -->`)
	seen := map[string]bool{}
	made := part.ReplaceAllStringFunc(string(raw), func(old string) string {
		name := part.FindStringSubmatch(old)[1]
		seen[name] = true
		if makers[name] == nil {
			t.Errorf("the README has a generated part %q that nothing makes", name)
			return old
		}
		return "<!-- generated: " + name + " -->\n" + makers[name](t) + "<!-- end -->"
	})
	for name := range makers {
		if !seen[name] {
			t.Errorf("the README lacks the generated part %q", name)
		}
	}
	if made == string(raw) {
		return
	}
	if !*updateREADME {
		t.Fatalf("the README is stale; go test ./cmd/countersign -run README -update-readme writes it anew")
	}
	if err := os.WriteFile(readme, []byte(made), 0o644); err != nil {
		t.Fatal(err)
	}
}

// readmeFilters is the fields of every list, as the filter itself knows them.
func readmeFilters(*testing.T) string {
	var b strings.Builder
	for _, t := range filter.Tables() {
		fmt.Fprintf(&b, "**%s**\n\n| Field | Is | Compares |\n|---|---|---|\n", t.List)
		for _, f := range t.Fields {
			name := "`" + f.Name + "`"
			for _, also := range f.Also {
				name += " or `" + also + "`"
			}
			about := f.About
			if f.Kind == filter.Choice || f.Kind == filter.Ordered {
				about += ": " + strings.Join(f.Values, ", ")
			}
			compares := map[filter.Kind]string{filter.Number: "a number, `<` `>`", filter.Date: "a day, `<` `>`", filter.Ordered: "from low to high, `<` `>`", filter.Choice: "one of them"}[f.Kind]
			if f.Short {
				compares += ", or alone as a word"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", name, about, compares)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestREADMEExamples parses every command line that the README shows: the
// command and each of its flags must exist.
func TestREADMEExamples(t *testing.T) {
	raw, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(raw), -1) {
		for _, line := range strings.Split(strings.ReplaceAll(block[1], "\\\n", " "), "\n") {
			at := strings.Index(line, "./countersign ")
			if at < 0 {
				continue
			}
			line, _, _ = strings.Cut(line[at+len("./countersign "):], " </dev")
			line, _, _ = strings.Cut(line, " # refused: ")
			n++
			checkExample(t, line, shellWords(line))
		}
	}
	if n < 10 {
		t.Errorf("only %d example lines were found in the README", n)
	}
}

// shellWords splits a line at blanks outside double quotes.
func shellWords(line string) []string {
	var words []string
	for _, w := range regexp.MustCompile(`(?:[^\s"]|"[^"]*")+`).FindAllString(line, -1) {
		words = append(words, strings.ReplaceAll(w, `"`, ""))
	}
	return words
}

func checkExample(t *testing.T, line string, words []string) {
	t.Helper()
	root := (&env{getenv: func(string) string { return "" }}).root()
	cmd, rest, err := root.Find(words)
	if err != nil {
		t.Errorf("%s: %v", line, err)
		return
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Errorf("%s: %v", line, err)
		return
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
		t.Errorf("%s: %v", line, err)
	}
}

func readmeCommands(*testing.T) string {
	var b strings.Builder
	b.WriteString("| Command | |\n|---|---|\n")
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Hidden || c.Name() == "help" || strings.HasPrefix(c.CommandPath(), "countersign completion ") {
			return
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", c.CommandPath(), strings.ReplaceAll(c.Short, "|", `\|`))
		for _, d := range c.Commands() {
			walk(d)
		}
	}
	walk((&env{getenv: func(string) string { return "" }}).root())
	return b.String()
}

// readmeDirectories lists the formats of directories, each with its example,
// which is called like the format.
func readmeDirectories(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| Format | | A file of it comes from | Example |\n|---|---|---|---|\n")
	for _, f := range directory.Formats() {
		files, err := filepath.Glob(filepath.Join("..", "..", "store", "ingest", "testdata", "directory", string(f)+"*"))
		if err != nil || len(files) == 0 {
			t.Errorf("there is no example of %s: %v", f, err)
		}
		var links []string
		for _, name := range files {
			links = append(links, fmt.Sprintf("[%s](store/ingest/testdata/directory/%[1]s)", filepath.Base(name)))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f, f.Words(), strings.ReplaceAll(f.How(), "|", `\|`), strings.Join(links, ", "))
	}
	return b.String()
}

func readmeMoves(*testing.T) string {
	var b strings.Builder
	b.WriteString("| From | Act | To | Who | Due date |\n|---|---|---|---|---|\n")
	for _, m := range review.Moves() {
		who := make([]string, len(m.Who))
		for i, w := range m.Who {
			who[i] = w.String()
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", m.From, m.Act, m.To, strings.Join(who, ", "), m.When)
	}
	return b.String()
}

func readmeImports(*testing.T) string {
	var b strings.Builder
	for _, k := range ingest.Kinds() {
		fmt.Fprintf(&b, "**%s**\n\n| Column | Also called | |\n|---|---|---|\n", k)
		for _, f := range ingest.SchemaOf(k).Fields {
			must := ""
			if f.Required {
				must = " (required)"
			}
			fmt.Fprintf(&b, "| `%s`%s | %s | %s |\n", f.Key, must, strings.Join(f.Aliases, ", "), f.Help)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func readmeReports(*testing.T) string {
	var b strings.Builder
	b.WriteString("| Report | What it says | Takes |\n|---|---|---|\n")
	for _, r := range report.Reports() {
		takes := ""
		if words := r.TakesWords(); words != "" {
			takes = "`" + words + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.Name, r.About, takes)
	}
	return b.String()
}

// readmeKeys writes the keys of every screen of the console, those of each tab
// among them.
func readmeKeys(t *testing.T) string {
	s := demoSession(t)
	cfg, err := s.consoleConfig(manners{look: theme.Options{Kind: theme.NoColour}, themed: true})
	if err != nil {
		t.Fatal(err)
	}
	root, err := tui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var all action.Table
	for _, table := range root.Screens() {
		all = append(all, table...)
	}
	return all.Markdown()
}
