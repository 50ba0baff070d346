package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagWord finds the long flags that a text names.
var flagWord = regexp.MustCompile(`(?:^|[^\w-])--([a-z][a-z0-9-]*[a-z0-9])`)

// elsewhere are flags of other programs that texts name, with the program.
var elsewhere = map[string]string{"install": "xcode-select"}

// TestEveryFlagInAHintExists: a person who is told to use a flag can use it.
func TestEveryFlagInAHintExists(t *testing.T) {
	known := map[string]bool{"help": true}
	var collect func(c *cobra.Command)
	collect = func(c *cobra.Command) {
		note := func(f *pflag.Flag) { known[f.Name] = true }
		c.Flags().VisitAll(note)
		c.PersistentFlags().VisitAll(note)
		for _, sub := range c.Commands() {
			collect(sub)
		}
	}
	collect(processEnv(nil, io.Discard, io.Discard).root())
	if !known["org-name"] || len(known) < 20 {
		t.Fatalf("the tree of commands has %d flags: the test sees nothing", len(known))
	}
	seen := 0
	for _, room := range []string{"domain", "review", "store", "export", "cmd", "tui"} {
		for place, word := range flagsNamed(t, filepath.Join("..", "..", room)) {
			seen++
			if !known[word] && elsewhere[word] == "" {
				t.Errorf("%s names --%s, which no command has", place, word)
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d flags are named in all texts: the test sees nothing", seen)
	}
}

// flagsNamed gives the flags in the texts of a room's Go files but its tests,
// by the place of the text.
func flagsNamed(t *testing.T, room string) map[string]string {
	t.Helper()
	out := map[string]string{}
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
			for i, m := range flagWord.FindAllStringSubmatch(text, -1) {
				out[set.Position(lit.Pos()).String()+" ("+strconv.Itoa(i+1)+")"] = m[1]
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
