package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// seedFiles are the documents whose every line the register answers for.
var seedFiles = []string{"twig-agent-permissions.txt", "twig-group-management.txt",
	"polyai-role-permissions.txt", "polyai-user-management.txt", "twenty-permissions.txt"}

// seedRow is a line of the register testdata/seeds.tsv: a passage of a seed,
// and the test that holds it or the reason why none does.
type seedRow struct {
	line        int // in the register
	file        string
	first, last int
	example     string
	test, why   string
}

func readSeedRows(t *testing.T) []seedRow {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "seeds.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var out []seedRow
	for i, line := range strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n") {
		if i == 0 {
			continue // names of the columns
		}
		f := strings.Split(line, "\t")
		if len(f) != 5 {
			t.Fatalf("seeds.tsv:%d has %d columns, not 5", i+1, len(f))
		}
		r := seedRow{line: i + 1, file: f[0], example: f[3], test: f[4]}
		var err1, err2 error
		r.first, err1 = strconv.Atoi(f[1])
		r.last, err2 = strconv.Atoi(f[2])
		if err := errors.Join(err1, err2); err != nil || r.first < 1 || r.last < r.first {
			t.Fatalf("seeds.tsv:%d: lines %s to %s are no range", i+1, f[1], f[2])
		}
		if why, ok := strings.CutPrefix(r.test, "waived: "); ok {
			r.test, r.why = "", strings.TrimSpace(why)
		}
		out = append(out, r)
	}
	return out
}

// Every test that the register names is there and names its seed's example.
func TestSeedRegister(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, f := range seedFiles {
		known[f] = true
	}
	for _, r := range readSeedRows(t) {
		switch {
		case !known[r.file]:
			t.Errorf("seeds.tsv:%d: %q is no seed of the register", r.line, r.file)
		case r.example == "":
			t.Errorf("seeds.tsv:%d does not say what the example is", r.line)
		case r.test == "" && r.why == "":
			t.Errorf("seeds.tsv:%d: neither a test nor a reason", r.line)
		case r.test != "":
			if err := testExists(root, r.test); err != nil {
				t.Errorf("seeds.tsv:%d: %v", r.line, err)
			} else if err := scriptNames(root, r.test, r.file); err != nil {
				t.Errorf("seeds.tsv:%d: %v", r.line, err)
			}
		}
	}
}

// scriptNames tells whether the line of a script that names its seeds names the
// product of this one.
func scriptNames(root, name, seed string) error {
	if !strings.HasSuffix(name, ".txtar") {
		return nil
	}
	raw, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	product, _, _ := strings.Cut(seed, "-")
	for line := range strings.SplitSeq(string(raw), "\n") {
		if strings.HasPrefix(line, "# Seed") && strings.Contains(strings.ToLower(line), product) {
			return nil
		}
	}
	return fmt.Errorf("%s names no seed of %s", name, product)
}

// testExists finds "package/path.TestName" among a package's test files, or a
// script by its path.
func testExists(root, name string) error {
	if strings.HasSuffix(name, ".txtar") {
		raw, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err == nil && !strings.Contains(string(raw), "# Seed") {
			return fmt.Errorf("%s names no seed", name)
		}
		return err
	}
	i := strings.LastIndex(name, ".")
	if i < 0 || !strings.HasPrefix(name[i+1:], "Test") {
		return fmt.Errorf("%q is neither package.TestName nor a script", name)
	}
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(name[:i]), "*_test.go"))
	if err != nil {
		return err
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == name[i+1:] {
				return nil
			}
		}
	}
	return fmt.Errorf("there is no test %s", name)
}

// Where the seeds lie beside the repository, every line of them that is not
// blank is answered for, and no range leads outside.
func TestSeedsAreCovered(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "..", "shared", "seeds")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		dir = filepath.Join(root, "..", "..", "shared", "seeds") // a worktree stands one deeper
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		t.Skip("the seeds are not beside this repository")
	}
	rows := readSeedRows(t)
	for _, file := range seedFiles {
		raw, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
		for _, fault := range seedFaults(file, lines, rows) {
			t.Error(fault)
		}
	}
}

// seedFaults lists the ranges that lead outside a seed, and its lines that no
// row answers for.
func seedFaults(file string, lines []string, rows []seedRow) []string {
	var faults []string
	answered := make([]bool, len(lines)+1)
	for _, r := range rows {
		if r.file != file {
			continue
		}
		if r.last > len(lines) {
			faults = append(faults, fmt.Sprintf("seeds.tsv:%d: %s has %d lines, not %d", r.line, file, len(lines), r.last))
		}
		for n := r.first; n <= min(r.last, len(lines)); n++ {
			answered[n] = true
		}
	}
	for i, text := range lines {
		if strings.TrimSpace(text) != "" && !answered[i+1] {
			faults = append(faults, fmt.Sprintf("%s:%d is neither tested nor waived", file, i+1))
		}
	}
	return faults
}

func TestSeedFaults(t *testing.T) {
	rows := []seedRow{{line: 2, file: "a", first: 1, last: 2}, {line: 3, file: "b", first: 3, last: 3}, {line: 4, file: "a", first: 5, last: 6}}
	got := strings.Join(seedFaults("a", []string{"one", "two", "three", " ", "five"}, rows), "\n")
	if want := "seeds.tsv:4: a has 5 lines, not 6\na:3 is neither tested nor waived"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"domain.TestNobodyWroteThis", "domain", "cmd/countersign/testdata/script/none.txtar"} {
		if testExists(root, name) == nil {
			t.Errorf("%s is taken for a test", name)
		}
	}
}

// Where two passages of the seeds say different things, PRODUCT.md has settled
// it, and the test named shows that: each place is one of the register, each
// test is there.
func TestSeedConflictsAreSettled(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join("testdata", "seed_conflicts.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := readSeedRows(t)
	lines := strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
	if len(lines) < 20 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, line := range lines[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 4 || !strings.Contains(f[2], "(PRODUCT ") {
			t.Errorf("seed_conflicts.tsv:%d does not name two places, a section and a test", i+2)
			continue
		}
		for _, place := range f[:2] {
			if !inRegister(rows, place) {
				t.Errorf("seed_conflicts.tsv:%d: %q is no passage that the register has a test for", i+2, place)
			}
		}
		if err := testExists(root, f[3]); err != nil {
			t.Errorf("seed_conflicts.tsv:%d: %v", i+2, err)
		}
	}
}

// inRegister tells whether every line of "file:first-last" is within a row that
// names a test.
func inRegister(rows []seedRow, place string) bool {
	file, lines, _ := strings.Cut(place, ":")
	from, to, _ := strings.Cut(lines, "-")
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil || last < first {
		return false
	}
	for n := first; n <= last; n++ {
		found := false
		for _, r := range rows {
			found = found || r.file == file && r.first <= n && n <= r.last && r.test != ""
		}
		if !found {
			return false
		}
	}
	return true
}
