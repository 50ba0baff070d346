package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestHouseRules holds the whole tree against the rules of the house: which
// room may import which, what stands at the top level, where the clock may be
// read, and that every package introduces itself.
//
// The files are parsed here. A test that asked "go list" would be answered
// from the test cache, which does not see what another process reads.
func TestHouseRules(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	faults, err := houseFaults(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Error(f)
	}
}

// module is the path of our own module: imports below it are ours.
const module = "countersign"

// room is one row of the design's table of rooms: a folder and what the
// packages in it and below it may import besides the standard library. Below
// a room another row may stand, and then that one holds alone.
type room struct {
	dir  string
	may  []string // ours by folder, others by import path; "/..." takes everything below too
	bars []string // standard packages this room must do without
}

var rooms = []room{
	{dir: "domain", may: []string{"domain/...", "golang.org/x/text/unicode/norm", "golang.org/x/text/cases"},
		bars: []string{"os", "os/exec", "os/user", "net", "net/http"}},
	{dir: "domain/assign", may: []string{"domain", "domain/assign/...", "cel.dev/cel-go/..."},
		bars: []string{"os", "os/exec", "os/user", "net", "net/http"}},
	{dir: "domain/auditlog", may: []string{"domain/auditlog/...", "golang.org/x/mod/sumdb/..."},
		bars: []string{"os", "os/exec", "os/user", "net", "net/http"}},
	{dir: "review", may: []string{"review/...", "domain/..."},
		bars: []string{"os", "os/exec", "os/user", "net", "net/http"}},
	{dir: "store", may: []string{"store/...", "domain/...", "review/...", "github.com/mattn/go-sqlite3", "C"}},
	{dir: "store/ingest", may: []string{"store/ingest/...", "domain/...", "golang.org/x/text/..."}},
	{dir: "store/ingest/directory", may: []string{"store/ingest/table", "domain", "github.com/go-ldap/ldif"}},
	{dir: "store/storetest", may: []string{"store/...", "domain/...", "review/...", "github.com/mattn/go-sqlite3"}},
	{dir: "export", may: []string{"export/...", "domain/...", "review/...", "github.com/xuri/excelize/v2", "github.com/klauspost/compress/...", "golang.org/x/text/..."}},
	{dir: "export/mail", may: []string{"export/mail", "domain", "github.com/wneessen/go-mail", "github.com/emersion/go-mbox"}},
	{dir: "tui", may: tuiMay, bars: []string{"os", "os/exec", "os/signal", "os/user", "io/fs", "io/ioutil", "net", "net/http", "syscall"}},
	{dir: "tui/tuitest", may: tuiMay}, // golden files are read and written
	{dir: "cmd", may: []string{"..."}},
}

// tuiMay is what the console imports; what it reads of the machine and the database it
// is given by its callers, and asks for in commands.
var tuiMay = []string{"tui/...", "domain/...", "review/...", "charm.land/...", "github.com/charmbracelet/...", "golang.org/x/text/...", "github.com/rivo/uniseg"}

// testRooms hold what only tests use; no production code imports them. They
// and the test files may import testLibraries, and read the clock for
// deadlines.
var testRooms = []string{"store/storetest", "tui/tuitest", "tui/tuitest/orgtest", "export/xlsx/xlsxtest"}

var testLibraries = []string{
	"testing/...", "github.com/charmbracelet/x/vt", "github.com/charmbracelet/x/exp/golden", "github.com/creack/pty",
	"github.com/rogpeppe/go-internal/...", "pgregory.net/rapid", "golang.org/x/sync/...",
}

// testOnly are the libraries that must not reach the program itself.
var testOnly = []string{
	"testing/...", "github.com/charmbracelet/x/vt", "github.com/charmbracelet/x/exp/...", "github.com/creack/pty",
	"github.com/rogpeppe/go-internal/...", "pgregory.net/rapid",
}

// tuiFoundation are the folders under tui that every page may stand on. Each
// other folder there is a page, and pages never import each other.
var tuiFoundation = []string{"ui", "theme", "safe", "action", "itemlist", "plan", "tuitest", "browse", "change"}

// clockless are the rooms to which instants are handed in.
var clockless = []string{"domain", "review", "export", "tui"}

var clockReads = []string{"Now", "Since", "Until"}

// topLevel is everything that may stand at the root, besides dot files and
// what .gitignore keeps out of the tree.
var topLevel = []string{"cmd", "tui", "domain", "review", "store", "export", "testdata", "go.mod", "go.sum", "README.md", "LICENSE"}

var vagueNames = []string{"common", "util", "utils", "helper", "helpers", "model", "models", "types"}

// moduleRoot walks up from the working directory to the folder with go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if filepath.Dir(dir) == dir {
			return "", errors.New("no go.mod in this folder or above it: run the test inside the module")
		}
		dir = filepath.Dir(dir)
	}
}

// houseFaults returns every breach of the rules in the module at root, as
// sentences that name the file. An error means that the tree could not be
// read or parsed.
func houseFaults(root string) ([]string, error) {
	faults, err := topLevelFaults(root)
	if err != nil {
		return nil, err
	}
	packages := map[string]*sourcePackage{}
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			if name != root && (base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") {
			return nil
		}
		file, err := parseSource(root, name)
		if err != nil {
			return err
		}
		faults = append(faults, file.faults()...)
		if packages[file.dir] == nil {
			packages[file.dir] = &sourcePackage{}
		}
		packages[file.dir].add(file)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(packages) == 0 {
		return nil, fmt.Errorf("no Go files under %s", root)
	}
	for dir, p := range packages {
		faults = append(faults, p.faults(dir)...)
	}
	slices.Sort(faults)
	return faults, nil
}

func topLevelFaults(root string) ([]string, error) {
	ignored, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	var faults []string
	for _, e := range entries {
		if slices.Contains(topLevel, e.Name()) || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		kept := slices.ContainsFunc(strings.Fields(string(ignored)), func(pattern string) bool {
			match, err := path.Match(strings.Trim(pattern, "/"), e.Name())
			return err == nil && match
		})
		if !kept {
			faults = append(faults, fmt.Sprintf("%s stands at the top level, which is fixed: %s", e.Name(), strings.Join(topLevel, " ")))
		}
	}
	return faults, nil
}

// sourceFile is one parsed Go file, by its slash path from the root.
type sourceFile struct {
	name, dir string
	test      bool
	syntax    *ast.File
	positions *token.FileSet
}

func parseSource(root, name string) (*sourceFile, error) {
	rel, err := filepath.Rel(root, name)
	if err != nil {
		return nil, err
	}
	f := &sourceFile{name: filepath.ToSlash(rel), positions: token.NewFileSet()}
	f.dir, f.test = path.Dir(f.name), strings.HasSuffix(f.name, "_test.go")
	f.syntax, err = parser.ParseFile(f.positions, name, nil, parser.ParseComments|parser.SkipObjectResolution)
	return f, err
}

// sourcePackage gathers what is asked of a package as a whole.
type sourcePackage struct {
	name     string
	comment  string
	testOnly bool
}

func (p *sourcePackage) add(f *sourceFile) {
	if f.test {
		p.testOnly = p.testOnly || p.name == ""
		return
	}
	p.testOnly, p.name = false, f.syntax.Name.Name
	if p.comment == "" {
		p.comment = strings.TrimSpace(f.syntax.Doc.Text())
	}
}

func (p *sourcePackage) faults(dir string) []string {
	if p.testOnly {
		return nil
	}
	var faults []string
	if slices.Contains(vagueNames, path.Base(dir)) || slices.Contains(vagueNames, p.name) {
		faults = append(faults, fmt.Sprintf("package %s is called %s, which says nothing of what lives there", dir, p.name))
	}
	opening := "Package " + p.name
	if p.name == "main" {
		opening = "Command " + path.Base(dir)
	}
	if !strings.HasPrefix(p.comment, opening+" ") {
		faults = append(faults, fmt.Sprintf("package %s has no package comment that begins %q", dir, opening))
	}
	return faults
}

func (f *sourceFile) faults() []string {
	var faults []string
	if f.room() == nil {
		faults = append(faults, fmt.Sprintf("%s stands in no room: code lives under cmd, tui, domain, review, store or export", f.name))
	}
	for _, spec := range f.syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err == nil {
			if why := f.refuses(imported); why != "" {
				faults = append(faults, fmt.Sprintf("%s imports %s: %s", f.position(spec), imported, why))
			}
		}
	}
	return append(faults, f.clockFaults()...)
}

func (f *sourceFile) position(n ast.Node) string {
	return f.name + ":" + strconv.Itoa(f.positions.Position(n.Pos()).Line)
}

// room returns the row that holds for the file: the deepest folder above it.
func (f *sourceFile) room() *room {
	var deepest *room
	for i := range rooms {
		if within(f.dir, rooms[i].dir) && (deepest == nil || len(rooms[i].dir) > len(deepest.dir)) {
			deepest = &rooms[i]
		}
	}
	return deepest
}

// forTests says whether the file is part of the tests and not of the program.
func (f *sourceFile) forTests() bool {
	return f.test || slices.ContainsFunc(testRooms, func(dir string) bool { return within(f.dir, dir) })
}

// external says whether the file is a test that stands outside its package, as the
// console does: it may play what leads from one page to another.
func (f *sourceFile) external() bool {
	return f.test && strings.HasSuffix(f.syntax.Name.Name, "_test")
}

// refuses returns why the file may not import the path, or nothing.
func (f *sourceFile) refuses(imported string) string {
	ours, isOurs := strings.CutPrefix(imported, module+"/")
	standard := !isOurs && imported != "C" && !strings.Contains(strings.SplitN(imported, "/", 2)[0], ".")
	switch {
	case isOurs && within(ours, "cmd") && !within(f.dir, "cmd"):
		return "nothing imports cmd"
	case (within(imported, "database/sql") || imported == "github.com/mattn/go-sqlite3") && !within(f.dir, "store"):
		return "the database is opened only under store"
	case isOurs && !f.external() && pageOf(ours) != "" && within(f.dir, "tui") && f.dir != "tui" && pageOf(ours) != pageOf(f.dir):
		return "a page is imported by the console's root alone, and pages never import each other"
	}
	if f.test {
		return ""
	}
	if !f.forTests() {
		if isOurs && slices.ContainsFunc(testRooms, func(dir string) bool { return within(ours, dir) }) {
			return "it is for tests, and this is the program"
		}
		if allows(testOnly, imported) {
			return "this library is for tests, and this is the program"
		}
	} else if allows(testLibraries, imported) {
		return ""
	}
	r := f.room()
	if r == nil {
		return ""
	}
	if slices.Contains(r.bars, imported) {
		return fmt.Sprintf("%s is pure: what it needs of the machine is handed in", r.dir)
	}
	name := imported
	if isOurs {
		name = ours
	}
	if standard || allows(r.may, name) {
		return ""
	}
	return fmt.Sprintf("%s may import the standard library and %s", r.dir, strings.Join(r.may, ", "))
}

// clockFaults finds reads of the machine's clock where instants are handed in.
func (f *sourceFile) clockFaults() []string {
	bare := func(dir string) bool { return within(f.dir, dir) }
	if f.forTests() || !slices.ContainsFunc(clockless, bare) {
		return nil
	}
	clock := ""
	for _, spec := range f.syntax.Imports {
		if spec.Path.Value == `"time"` {
			clock = "time"
			if spec.Name != nil {
				clock = spec.Name.Name
			}
		}
	}
	if clock == "." {
		return []string{f.name + " imports time with a dot, which hides where the clock is read"}
	}
	var faults []string
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok || !slices.Contains(clockReads, selector.Sel.Name) {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && clock != "" && x.Name == clock {
			faults = append(faults, fmt.Sprintf("%s reads the clock with time.%s: here instants are handed in", f.position(n), selector.Sel.Name))
		}
		return true
	})
	return faults
}

// pageOf returns the page under tui that the folder belongs to, or nothing.
func pageOf(dir string) string {
	below, ok := strings.CutPrefix(dir, "tui/")
	if !ok {
		return ""
	}
	page := strings.SplitN(below, "/", 2)[0]
	if slices.Contains(tuiFoundation, page) {
		return ""
	}
	return page
}

// within says whether the slash path is the folder or stands below it.
func within(name, dir string) bool {
	return name == dir || strings.HasPrefix(name, dir+"/")
}

// allows says whether a list of paths takes this one in.
func allows(list []string, name string) bool {
	return slices.ContainsFunc(list, func(may string) bool {
		if may == "..." {
			return true
		}
		tree, whole := strings.CutSuffix(may, "/...")
		return name == may || whole && within(name, tree)
	})
}
