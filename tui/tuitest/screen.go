package tuitest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Golden fails the test unless got is what testdata/name.golden holds; with
// -update it writes the file.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	GoldenIn(t, "testdata", name, got)
}

// GoldenIn is Golden for a test that is not in its own folder any more: dir is where
// the file is.
func GoldenIn(t testing.TB, dir, name, got string) {
	t.Helper()
	path := filepath.Join(dir, name+".golden")
	if *update {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run the test with -update to make it", err)
	}
	if string(want) != got {
		t.Errorf("%s differs.\n--- is:\n%s\n--- was:\n%s", path, got, want)
	}
}

// Check says what is wrong with a frame meant for w×h: a line that is not exactly
// as wide, a control character besides styles, a cell that a terminal shows
// otherwise than meant. A sound frame gives "".
func Check(frame string, w, h int) string {
	lines := strings.Split(frame, "\n")
	if len(lines) != h {
		return fmt.Sprintf("%d lines, want %d", len(lines), h)
	}
	em := vt.NewEmulator(w, h)
	defer func() { _ = em.Close() }()
	if _, err := em.WriteString(strings.Join(lines, "\r\n")); err != nil {
		return err.Error()
	}
	for y, l := range lines {
		plain := ansi.Strip(l)
		if got := ansi.StringWidth(plain); got != w {
			return fmt.Sprintf("line %d is %d cells, want %d: %q", y, got, w, plain)
		}
		if got := ansi.StringWidthWc(plain); got != w {
			return fmt.Sprintf("line %d is %d cells by code point, want %d: %q", y, got, w, plain)
		}
		for _, r := range plain {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
				return fmt.Sprintf("line %d holds %U: %q", y, r, plain)
			}
		}
		if shown := shownLine(em, y, w); shown != plain && shown != marksLost(plain) {
			return fmt.Sprintf("line %d is shown as %q, meant as %q", y, shown, plain)
		}
	}
	return ""
}

// marksLost is s without the marks on letters of ASCII: the emulator draws such a letter
// before it knows of its marks, and loses them.
func marksLost(s string) string {
	ascii := false
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) && ascii {
			return -1
		}
		ascii = r < 0x80
		return r
	}, s)
}

// shownLine is what the terminal shows in line y.
func shownLine(em *vt.Emulator, y, w int) string {
	var b strings.Builder
	for x := 0; x < w; {
		c := em.CellAt(x, y)
		if c == nil || c.Width == 0 || c.Content == "" {
			b.WriteByte(' ')
			x++
			continue
		}
		b.WriteString(c.Content)
		x += c.Width
	}
	return b.String()
}

// Sound fails the test if the screen is not as Check wants it.
func (d *Driver) Sound() {
	d.t.Helper()
	if fault := Check(d.FrameStyled(), d.w, d.h); fault != "" {
		d.t.Fatalf("at %d×%d: %s", d.w, d.h, fault)
	}
}

// Golden holds the screen against testdata/name.golden, and checks it.
func (d *Driver) Golden(name string) {
	d.t.Helper()
	d.Sound()
	Golden(d.t, name, d.Frame())
}

// Fuzz presses n keys at random from names, resizing now and then, and checks the
// screen after each. The same seed gives the same run. It stops when the model
// quits. In -short, which the race detector is run with, it presses a fifth.
func (d *Driver) Fuzz(seed uint64, n int, names []string) {
	d.t.Helper()
	if testing.Short() {
		n = max(n/5, 20)
	}
	rnd := rand.New(rand.NewPCG(seed, 0))
	var done []string
	for range n {
		if rnd.IntN(12) == 0 {
			w, h := 1+rnd.IntN(220), 1+rnd.IntN(60)
			d.Resize(w, h)
			done = append(done, fmt.Sprintf("%dx%d", w, h))
		} else {
			k := names[rnd.IntN(len(names))]
			d.Send(Key(k))
			done = append(done, k)
		}
		if fault := Check(d.FrameStyled(), d.w, d.h); fault != "" {
			d.t.Fatalf("seed %d, at %d×%d after %s: %s", seed, d.w, d.h, strings.Join(done, " "), fault)
		}
		if d.quit {
			return
		}
	}
}
