package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// only fails the test unless the folder holds just the named files.
func only(t *testing.T, dir string, want ...string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range list {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

func holds(t *testing.T, name, want string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil || string(b) != want {
		t.Errorf("%s holds %q, %v; want %q", filepath.Base(name), b, err, want)
	}
}

func TestWritesAndReplaces(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "report.xlsx")
	for _, s := range []string{"one", "two, longer", ""} {
		if err := Write(name, text(s)); err != nil {
			t.Fatal(err)
		}
		holds(t, name, s)
	}
	only(t, dir, "report.xlsx")
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

func TestReplacingTightensTheMode(t *testing.T) {
	name := filepath.Join(t.TempDir(), "r.csv")
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Write(name, text("x")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestFailureLeavesTheOldFileAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "report.csv")
	if err := Write(name, text("old")); err != nil {
		t.Fatal(err)
	}
	boom := errors.New("row 7 is wrong")
	err := Write(name, func(w io.Writer) error { return errors.Join(text("half")(w), boom) })
	if !errors.Is(err, boom) {
		t.Errorf("error %v, want fill's own", err)
	}
	holds(t, name, "old")
	only(t, dir, "report.csv")
}

func TestPanicInFillLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "r")
	if err := Write(name, text("old")); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = Write(name, func(io.Writer) error { panic("in a report") })
	}()
	holds(t, name, "old")
	only(t, dir, "r")
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "secret")
	if err := os.WriteFile(target, []byte("keep"), 0o600); err != nil {
		t.Fatal(err)
	}
	link, dangling := filepath.Join(dir, "link.csv"), filepath.Join(dir, "dangling.csv")
	if err := errors.Join(os.Symlink(target, link), os.Symlink(filepath.Join(dir, "nowhere"), dangling)); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{
		link: "symbolic link", dangling: "symbolic link", dir: "is a folder",
		filepath.Join(dir, "none", "r.csv"): "cannot be written",
	} {
		err := Write(name, text("new"))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: error %v, want one that says %q", name, err, says)
		}
	}
	holds(t, target, "keep")
	only(t, dir, "dangling.csv", "link.csv", "secret")
}

func TestALinkPutThereMeanwhileIsNotFollowed(t *testing.T) {
	dir := t.TempDir()
	target, name := filepath.Join(dir, "secret"), filepath.Join(dir, "r.csv")
	if err := os.WriteFile(target, []byte("keep"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := Write(name, func(w io.Writer) error { return errors.Join(text("new")(w), os.Symlink(target, name)) })
	if err == nil {
		t.Error("a link that appeared meanwhile was replaced without a word")
	}
	holds(t, target, "keep")
}

func TestLongNames(t *testing.T) {
	name := filepath.Join(t.TempDir(), strings.Repeat("n", 250)+".csv")
	if err := Write(name, text("x")); err != nil {
		t.Fatal(err)
	}
	holds(t, name, "x")
}

// The last word comes when the new file is whole and has no place yet; a no leaves
// the old one as it was.
func TestTheLastWordIsBeforeThePlace(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "report.xlsx")
	no := errors.New("not on record")
	for _, c := range []struct {
		old, want string
		last      error
	}{{"", "", no}, {"", "new", nil}, {"new", "new", no}} {
		err := WriteThen(name, text("new"), func() error {
			if c.old == "" {
				if _, err := os.Stat(name); !os.IsNotExist(err) {
					t.Errorf("the file is there before the last word: %v", err)
				}
			}
			return c.last
		})
		if !errors.Is(err, c.last) || (c.last == nil) != (err == nil) {
			t.Errorf("the last word %v gives %v", c.last, err)
		}
		if c.want == "" {
			only(t, dir)
			continue
		}
		only(t, dir, "report.xlsx")
		holds(t, name, c.want)
	}
}
