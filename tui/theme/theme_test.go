package theme

import (
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestStyleAddsNoCells(t *testing.T) {
	for _, k := range []Kind{Auto, Dark, Light, HighContrast, NoColour} {
		th := New(Options{Kind: k}, true)
		for r := Plain; r <= roles; r++ {
			got := th.Style(r, "abc")
			if ansi.Strip(got) != "abc" {
				t.Errorf("%s role %d: %q is not abc", k, r, got)
			}
			var b strings.Builder
			th.Append(&b, r, "abc")
			if b.String() != got {
				t.Errorf("%s role %d: Append gives %q, Style %q", k, r, b.String(), got)
			}
			start, end := th.Bracket(r)
			if start+"abc"+end != got {
				t.Errorf("%s role %d: Bracket and Style differ", k, r)
			}
		}
		if !strings.Contains(th.Style(Selected, "x"), "\x1b[7m") {
			t.Errorf("%s: the selection is not reverse video", k)
		}
	}
}

func TestNoColourHasNoColour(t *testing.T) {
	th := New(Options{Kind: NoColour}, true)
	for r := range roles {
		if s := th.Style(r, "x"); strings.Contains(s, "38;") || strings.Contains(s, "48;") || strings.Contains(s, "[3") {
			t.Errorf("role %d has a colour: %q", r, s)
		}
	}
}

func TestAutoFollowsTheBackground(t *testing.T) {
	for _, c := range []struct {
		set  Kind
		dark bool
		want Kind
	}{{Auto, true, Dark}, {Auto, false, Light}, {Light, true, Light}, {HighContrast, false, HighContrast}} {
		if got := New(Options{Kind: c.set}, c.dark).Kind; got != c.want {
			t.Errorf("%s on dark=%v: %s, want %s", c.set, c.dark, got, c.want)
		}
	}
}

func TestKindsHaveWords(t *testing.T) {
	for k := Auto; k <= NoColour; k++ {
		if got, ok := ParseKind(k.String()); !ok || got != k {
			t.Errorf("%d reads back as %d, %v", k, got, ok)
		}
	}
	if _, ok := ParseKind("Dark "); ok {
		t.Error("an unknown word is taken for a palette")
	}
}

func TestSignsAreOneCell(t *testing.T) {
	for _, signs := range []Signs{unicodeSigns, asciiSigns} {
		v := reflect.ValueOf(signs)
		for i := range v.NumField() {
			s := v.Field(i).String()
			if ansi.StringWidth(s) != 1 || ansi.StringWidthWc(s) != 1 {
				t.Errorf("%s %q is not one cell", v.Type().Field(i).Name, s)
			}
			if signs == asciiSigns && s[0] > 0x7e {
				t.Errorf("%s %q is not ASCII", v.Type().Field(i).Name, s)
			}
		}
	}
}

func TestMarksHaveTheirRoles(t *testing.T) {
	for mark, want := range map[string]Role{LevelNone: Dim, LevelRead: Read, LevelEdit: Edit} {
		if LevelRole(mark) != want {
			t.Errorf("level %q has role %d, want %d", mark, LevelRole(mark), want)
		}
	}
	for mark, want := range map[string]Role{DecisionOpen: Dim, DecisionKeep: OK, DecisionRevoke: Danger, DecisionReduce: Warn} {
		if DecisionRole(mark) != want {
			t.Errorf("decision %q has role %d, want %d", mark, DecisionRole(mark), want)
		}
	}
}

func TestProgress(t *testing.T) {
	th := New(Options{ASCII: true}, true)
	for _, c := range []struct {
		done, total, w int
		want           string
	}{{0, 10, 4, "...."}, {5, 10, 4, "##.."}, {10, 10, 4, "####"}, {20, 10, 4, "####"}, {-1, 10, 4, "...."}, {0, 0, 2, ".."}, {1, 1, 0, ""}} {
		if got := th.Progress(c.done, c.total, c.w); got != c.want {
			t.Errorf("Progress(%d, %d, %d) = %q, want %q", c.done, c.total, c.w, got, c.want)
		}
	}
}
