package safe

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Dana Okafor", "Dana Okafor"},
		{"decomposed accent keeps its accent", "Jose\u0301", "José"},
		{"carriage return", "Dana\rADMIN", "Dana␍ADMIN"},
		{"escape sequence", "\x1b[8mhidden\x1b[0m", "␛[8mhidden␛[0m"},
		{"link", "\x1b]8;;http://x\x07y", "␛]8;;http://x␇y"},
		{"tab and newline", "a\tb\nc", "a␉b␊c"},
		{"delete", "a\x7fb", "a␡b"},
		{"C1 CSI", "a\u009bb", `a\u009bb`},
		{"right-to-left override", "a\u202etxt", `a\u202etxt`},
		{"isolate", "\u2066a\u2069", `\u2066a\u2069`},
		{"zero-width space", "ad\u200bmin", `ad\u200bmin`},
		{"byte order mark", "\ufeffa", `\ufeffa`},
		{"line separator", "a\u2028b\u2029", `a\u2028b\u2029`},
		{"soft hyphen", "a\u00adb", `a\u00adb`},
		{"Hangul filler", "a\u3164b", `a\u3164b`},
		{"tag", "a\U000e0041", `a\U000e0041`},
		{"private", "\ue000", `\ue000`},
		{"not UTF-8", "a\xffb", `a\xffb`},
		{"cut UTF-8", "a\xe2\x82", `a\xe2\x82`},
		{"a true replacement character", "\ufffd", "\ufffd"},
		{"wide", "株式会社", "株式会社"},
		{"emoji", "ok 👍", "ok 👍"},
		{"skin tone is measured in two ways", "👍🏽", `👍\U0001f3fd`},
		{"joined emoji", "👩\u200d💻", `👩\u200d💻`},
		{"Hebrew", "שלום", "שלום"},
		{"mark without a base", "\u0301a", `\u0301a`},
		{"mark on a blank", "a \u0301b", `a \u0301b`},
		{"mark on a quotation mark", "\"\u0301b\"", `"\u0301b"`},
		{"mark on a letter that has no form with it", "g\u0303", "g\u0303"},
		{"mark on a no-break space", "\u00a0\u0301", "\u00a0" + `\u0301`},
		{"no-break space stays", "M.\u00a0X", "M.\u00a0X"},
	} {
		if got := Text(c.in); got != c.want {
			t.Errorf("%s: Text(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestZalgoIsCut(t *testing.T) {
	got := Text("q" + strings.Repeat("\u0323\u0300", 20) + "z")
	marks := 0
	for _, r := range got {
		if unicode.Is(unicode.M, r) {
			marks++
		}
	}
	if marks > maxMarks {
		t.Errorf("%d combining marks pass, want at most %d: %q", marks, maxMarks, got)
	}
}

func TestWidths(t *testing.T) {
	for _, c := range []struct {
		s             string
		w             int
		pad, left, tr string
	}{
		{"abc", 5, "abc  ", "  abc", "abc"},
		{"abcdef", 4, "abc…", "abc…", "abc…"},
		{"株式会社", 8, "株式会社", "株式会社", "株式会社"},
		{"株式会社", 6, "株式… ", " 株式…", "株式…"},
		{"José", 3, "Jo…", "Jo…", "Jo…"},
		{"x", 0, "", "", ""},
		{"xy", 1, "…", "…", "…"},
		{"x", -3, "", "", ""},
	} {
		if got := Pad(c.s, c.w); got != c.pad {
			t.Errorf("Pad(%q, %d) = %q, want %q", c.s, c.w, got, c.pad)
		}
		if got := PadLeft(c.s, c.w); got != c.left {
			t.Errorf("PadLeft(%q, %d) = %q, want %q", c.s, c.w, got, c.left)
		}
		if got := Truncate(c.s, c.w); got != c.tr {
			t.Errorf("Truncate(%q, %d) = %q, want %q", c.s, c.w, got, c.tr)
		}
	}
	if got := len(Spaces(1234)); got != 1234 {
		t.Errorf("Spaces(1234) has %d blanks", got)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		s    string
		w    int
		want string
	}{
		{"", 10, ""},
		{"one two three", 7, "one two|three"},
		{"unbreakable", 4, "unbr|eaka|ble"},
		{"株式会社 ok", 4, "株式|会社|ok"},
		{"a b", 1, "a|b"},
	} {
		if got := strings.Join(Wrap(c.s, c.w), "|"); got != c.want {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.s, c.w, got, c.want)
		}
	}
}

// FuzzText holds the promises of the package: nothing a terminal obeys or hides
// passes, both measures agree, padding is exact, and doing it twice changes nothing.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "abc", "a\x1b[31m", "e\u0301\u0301\u0301\u0301\u0301\u0301", "👩\u200d💻", "🇩🇪🇫",
		"\u1100\u1161\u11a8", "\u0e33", "क्षि", "\xff\xfe", "\u202e", "株", "\u0600a", "a\ufe0f", "#\ufe0f\u20e3", "1\u20e3", "\u0903", "\U0001f1e6a"} {
		f.Add(s, 7)
	}
	f.Fuzz(func(t *testing.T, in string, w int) {
		got := Text(in)
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		for _, r := range got {
			if unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) {
				t.Fatalf("%U passes in %q", r, got)
			}
		}
		if a, b := ansi.StringWidth(got), ansi.StringWidthWc(got); a != b {
			t.Fatalf("%q is %d cells by cluster and %d by code point", got, a, b)
		}
		if again := Text(got); again != got {
			t.Fatalf("not settled: %q then %q", got, again)
		}
		if !norm.NFC.IsNormalString(got) {
			t.Fatalf("not in normal form: %q", got)
		}
		w %= 300
		for _, p := range []string{Pad(got, w), PadLeft(got, w)} {
			if pw := ansi.StringWidth(p); pw != max(w, 0) {
				t.Fatalf("padded to %d cells, asked for %d: %q", pw, w, p)
			}
		}
		if tw := Width(Truncate(got, w)); tw > max(w, 0) {
			t.Fatalf("truncated to %d cells, asked for %d", tw, w)
		}
		for _, l := range Wrap(got, w) {
			if lw := Width(l); lw > max(w, 2) {
				t.Fatalf("wrapped line of %d cells, asked for %d: %q", lw, w, l)
			}
		}
	})
}

// A name that is told apart by its end keeps it.
func TestMiddle(t *testing.T) {
	for _, c := range []struct {
		s    string
		w    int
		want string
	}{
		{"Deployments", 20, "Deployments"},
		{"Deployments", 11, "Deployments"},
		{"Settings › Voice › Numbers", 16, "Setti… › Numbers"},
		{"abcdefghijklmnop", 10, "abc…klmnop"},
		{"株式会社株式会社", 10, "株…式会社"},
		{"abcdefghij", 5, "abcd…"},
		{"abc", 0, ""},
	} {
		got := Middle(c.s, c.w)
		if got != c.want || Width(got) > max(c.w, 0) {
			t.Errorf("Middle(%q, %d) = %q, want %q", c.s, c.w, got, c.want)
		}
	}
}
