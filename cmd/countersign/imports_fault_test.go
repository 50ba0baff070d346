package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// soundHouse is a small tree in which every rule holds, with one file in each
// kind of room and each freedom that tests have.
func soundHouse() map[string]string {
	return map[string]string{
		"go.mod": "module countersign\n", "README.md": "", "LICENSE": "", ".gitignore": "/countersign\n*.db\n/dist/\n",
		".editorconfig": "", "countersign": "a build", "test.db": "", "testdata/x.go": "package x\nimport \"cmd/go\"",
		"domain/org.go":               "// Package domain is pure.\npackage domain\nimport (\"time\"; \"golang.org/x/text/unicode/norm\"; \"embed\")",
		"domain/org_test.go":          "package domain_test\nimport (\"time\"; \"os\"; \"pgregory.net/rapid\"; \"countersign/store/storetest\")\nvar now = time.Now()",
		"domain/auditlog/log.go":      "// Package auditlog is a tree.\npackage auditlog\nimport \"golang.org/x/mod/sumdb/tlog\"",
		"review/campaign.go":          "// Package review checks.\npackage review\nimport \"countersign/domain\"",
		"store/store.go":              "// Package store keeps.\npackage store\nimport (\"time\"; \"database/sql\"; \"github.com/mattn/go-sqlite3\"; \"countersign/review\")\nvar now = time.Now",
		"store/ingest/csv.go":         "// Package ingest reads.\npackage ingest\nimport (\"countersign/domain\"; \"golang.org/x/text/encoding/unicode\")",
		"store/storetest/suite.go":    "// Package storetest tests stores.\npackage storetest\nimport (\"testing\"; \"pgregory.net/rapid\"; \"countersign/store\")",
		"export/book.go":              "// Package export writes.\npackage export\nimport (\"github.com/xuri/excelize/v2\"; \"github.com/klauspost/compress/flate\"; \"countersign/review\")",
		"tui/root.go":                 "// Package tui is the console.\npackage tui\nimport (\"countersign/tui/people\"; \"countersign/tui/ui\"; \"charm.land/bubbletea/v2\")",
		"tui/ui/list.go":              "// Package ui has widgets.\npackage ui\nimport (\"github.com/charmbracelet/x/ansi\"; \"github.com/rivo/uniseg\"; \"countersign/tui/theme\")",
		"tui/theme/theme.go":          "// Package theme has colours.\npackage theme\nimport \"charm.land/lipgloss/v2\"",
		"tui/people/page.go":          "// Package people is a page.\npackage people\nimport (\"countersign/tui/ui\"; \"countersign/tui/people/row\"; clock \"time\")\nvar at clock.Time",
		"tui/people/row/row.go":       "// Package row is one line.\npackage row",
		"tui/tuitest/pty.go":          "// Package tuitest drives.\npackage tuitest\nimport (\"time\"; \"github.com/creack/pty\"; \"github.com/charmbracelet/x/vt\")\nvar now = time.Now()",
		"cmd/countersign/main.go":     "// Command countersign runs.\npackage main\nimport (\"time\"; \"os\"; \"countersign/tui\"; \"github.com/spf13/cobra\")\nvar now = time.Now()",
		"cmd/countersign/zz_test.go":  "package main\nimport \"countersign/tui/people\"",
		"tui/people/page_test.go":     "package people\nimport (\"testing\"; \"time\"; \"countersign/tui/tuitest\")\nvar now = time.Since",
		"cmd/countersign/_old/bad.go": "package helpers",
	}
}

// plant writes the tree to a folder of the test's own and returns what the
// checker says of it.
func plant(t *testing.T, tree map[string]string) ([]string, error) {
	t.Helper()
	root := t.TempDir()
	for name, text := range tree {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return houseFaults(root)
}

func TestASoundHouseHasNoFaults(t *testing.T) {
	faults, err := plant(t, soundHouse())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Error(f)
	}
}

func TestEachPlantedFaultIsNamed(t *testing.T) {
	imports := func(pkg, imported string) string {
		return "// Package " + pkg + " is planted.\npackage " + pkg + "\nimport _ \"" + imported + "\""
	}
	for _, c := range []struct{ what, file, text, say string }{
		{"domain reaches up", "domain/bad.go", imports("domain", "countersign/review"), "domain/bad.go:3 imports countersign/review"},
		{"domain takes a library", "domain/bad.go", imports("domain", "github.com/rivo/uniseg"), "imports github.com/rivo/uniseg: domain may import"},
		{"domain beside the allowed text packages", "domain/bad.go", imports("domain", "golang.org/x/text/language"), "imports golang.org/x/text/language"},
		{"domain touches the machine", "domain/bad.go", imports("domain", "os"), "imports os: domain is pure"},
		{"domain calls C", "domain/bad.go", imports("domain", "C"), "imports C"},
		{"the log's mathematics reach out", "domain/auditlog/bad.go", imports("auditlog", "countersign/review"), "imports countersign/review: domain/auditlog"},
		{"review opens a store", "review/bad.go", imports("review", "countersign/store"), "imports countersign/store: review may import"},
		{"review in a folder below", "review/deep/bad.go", imports("deep", "countersign/export"), "review/deep/bad.go:3 imports countersign/export"},
		{"SQL outside the store", "review/bad.go", imports("review", "database/sql"), "the database is opened only under store"},
		{"SQL in cmd", "cmd/countersign/bad.go", "package main\nimport _ \"database/sql/driver\"", "the database is opened only under store"},
		{"the driver in a test", "cmd/countersign/bad_test.go", "package main\nimport _ \"github.com/mattn/go-sqlite3\"", "the database is opened only under store"},
		{"store draws", "store/bad.go", imports("store", "countersign/tui/ui"), "imports countersign/tui/ui: store may import"},
		{"ingest knows the store", "store/ingest/bad.go", imports("ingest", "countersign/store"), "store/ingest may import"},
		{"ingest knows reviews", "store/ingest/bad.go", imports("ingest", "countersign/review"), "store/ingest may import"},
		{"export opens a store", "export/bad.go", imports("export", "countersign/store"), "export may import"},
		{"a page opens a store", "tui/people/bad.go", imports("people", "countersign/store"), "tui may import"},
		{"a page reads a file", "tui/people/bad.go", imports("people", "os"), "imports os: tui is pure"},
		{"a page asks the network", "tui/ui/bad.go", imports("ui", "net/http"), "imports net/http: tui is pure"},
		{"a page imports a page", "tui/groups/bad.go", imports("groups", "countersign/tui/people"), "pages never import each other"},
		{"a page's part imports a page", "tui/people/row/bad.go", imports("row", "countersign/tui/groups"), "pages never import each other"},
		{"a page's test imports a page", "tui/people/bad_test.go", imports("people", "countersign/tui/groups"), "pages never import each other"},
		{"the foundation imports a page", "tui/ui/bad.go", imports("ui", "countersign/tui/people"), "pages never import each other"},
		{"cmd is imported", "tui/bad.go", imports("tui", "countersign/cmd/countersign"), "nothing imports cmd"},
		{"cmd is imported by a test", "store/bad_test.go", imports("store", "countersign/cmd/countersign"), "nothing imports cmd"},
		{"the program uses test helpers", "cmd/countersign/bad.go", "package main\nimport _ \"countersign/store/storetest\"", "it is for tests"},
		{"the program uses a test library", "tui/bad.go", imports("tui", "github.com/charmbracelet/x/vt"), "this library is for tests"},
		{"the program uses testing", "store/bad.go", imports("store", "testing"), "this library is for tests"},
		{"the console takes a stray library", "tui/ui/bad.go", imports("ui", "github.com/xuri/excelize/v2"), "tui may import"},
		{"domain reads the clock", "domain/bad.go", "package domain\nimport \"time\"\nvar t = time.Now()", "domain/bad.go:3 reads the clock with time.Now"},
		{"review reads it as a value", "review/bad.go", "package review\nimport \"time\"\nvar now = time.Now", "reads the clock with time.Now"},
		{"export under another name", "export/bad.go", "package export\nimport clock \"time\"\nvar d = clock.Since(clock.Time{})", "reads the clock with time.Since"},
		{"export with a dot", "export/bad.go", "package export\nimport . \"time\"\nvar d = Now()", "imports time with a dot"},
		{"a page reads the clock", "tui/people/bad.go", "package people\nimport \"time\"\nvar d = time.Until(time.Time{})", "reads the clock with time.Until"},
		{"no package comment", "domain/bitset/bad.go", "package bitset", "package domain/bitset has no package comment"},
		{"a comment of something else", "domain/bitset/bad.go", "// Some words.\npackage bitset", "no package comment that begins \"Package bitset\""},
		{"no command comment", "cmd/other/main.go", "// Package main does.\npackage main", "no package comment that begins \"Command other\""},
		{"a vague folder", "store/helpers/bad.go", imports("helpers", "fmt"), "package store/helpers is called helpers"},
		{"a vague name in another folder", "domain/words/bad.go", imports("types", "fmt"), "package domain/words is called types"},
		{"another top-level folder", "internal/bad.go", imports("internal", "fmt"), "internal stands at the top level"},
		{"code in no room", "bad.go", imports("countersign", "fmt"), "bad.go stands in no room"},
		{"another top-level file", "NOTES.md", "words", "NOTES.md stands at the top level"},
	} {
		t.Run(c.what, func(t *testing.T) {
			tree := soundHouse()
			tree[c.file] = c.text
			faults, err := plant(t, tree)
			if err != nil {
				t.Fatal(err)
			}
			if len(faults) == 0 || !strings.Contains(strings.Join(faults, "\n"), c.say) {
				t.Errorf("the checker said %q, want a fault with %q", faults, c.say)
			}
		})
	}
}

func TestAHouseThatCannotBeReadIsAnError(t *testing.T) {
	if _, err := plant(t, map[string]string{"go.mod": "module countersign\n"}); err == nil {
		t.Error("a tree without Go files passed: a checker that looks at nothing must not be green")
	}
	tree := soundHouse()
	tree["domain/bad.go"] = "package domain\nfunc {"
	if _, err := plant(t, tree); err == nil || !strings.Contains(err.Error(), "bad.go") {
		t.Errorf("a file that does not parse gave error %v, want one that names the file", err)
	}
}
