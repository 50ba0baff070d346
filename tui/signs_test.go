package tui_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"countersign/tui/theme"
)

// Whatever sign the console's own words hold, ASCII has one for it: a new sign is
// added to the theme's table, or this says where it stands.
func TestEverySignHasOneInASCII(t *testing.T) {
	as := theme.New(theme.Options{ASCII: true}, true)
	files, signs := 0, 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "tuitest" || d.Name() == "testdata"):
			return fs.SkipDir
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files++
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Errorf("%s: %v", set.Position(lit.Pos()), err)
			}
			for _, r := range text {
				if r > 0x7e {
					signs++
				}
			}
			for _, r := range as.Fit(text) {
				if r > 0x7e {
					t.Errorf("%s: %q has nothing in ASCII", set.Position(lit.Pos()), r)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 || signs < 50 {
		t.Errorf("only %d files with %d signs were looked at", files, signs)
	}
}
