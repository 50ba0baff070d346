package theme

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestStyleAddsNoCells(t *testing.T) {
	for _, k := range []Kind{Auto, Dark, Light, HighContrast, HighContrastLight, NoColour} {
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
	}{{Auto, true, Dark}, {Auto, false, Light}, {Light, true, Light}, {HighContrast, true, HighContrast}, {HighContrast, false, HighContrastLight}, {HighContrastLight, true, HighContrastLight}} {
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

// luminance is the relative luminance of #rrggbb, and contrast the ratio of two, as
// WCAG 2.1 defines them.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var c [3]uint8
	if n, err := fmt.Sscanf(hex, "#%02x%02x%02x", &c[0], &c[1], &c[2]); n != 3 || err != nil {
		t.Fatalf("%q is no colour: %v", hex, err)
	}
	var l float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := float64(c[i]) / 255
		if v <= 0.03928 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		l += weight * v
	}
	return l
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

// High contrast is 7:1 on the ground it is for (WCAG 2.1, 1.4.6); everything else but
// rules and what is dimmed 4.5:1 (1.4.3).
func TestContrast(t *testing.T) {
	for _, c := range []struct {
		kind   Kind
		ground string
		least  float64
	}{{HighContrast, "#000000", 7}, {HighContrastLight, "#ffffff", 7}, {Dark, "#16181d", 4.5}, {Light, "#ffffff", 4.5}} {
		v := reflect.ValueOf(colours[c.kind])
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if c.least < 7 && (name == "frame" || name == "dim") {
				continue
			}
			if got := contrast(luminance(t, v.Field(i).String()), luminance(t, c.ground)); got < c.least {
				t.Errorf("%s: %s on %s is %.1f:1, want %g:1", c.kind, name, c.ground, got, c.least)
			}
		}
	}
}

// Fit puts one ASCII character in the place of each sign, and leaves data.
func TestFit(t *testing.T) {
	th, as := New(Options{}, true), New(Options{ASCII: true}, true)
	const frame = "│ a › b · c… █░ ▸ 株式会社 José ␍"
	if th.Fit(frame) != frame {
		t.Error("a frame is changed where all can be shown")
	}
	if got := as.Fit(frame); got != "| a > b - c~ #. + 株式会社 José ?" {
		t.Errorf("%q", got)
	}
	for i := 0; i < len(plainPairs); i += 2 {
		if ansi.StringWidth(plainPairs[i]) != 1 || len(plainPairs[i+1]) != 1 || plainPairs[i+1][0] > 0x7e {
			t.Errorf("%q becomes %q", plainPairs[i], plainPairs[i+1])
		}
	}
	v := reflect.ValueOf(unicodeSigns)
	for i := range v.NumField() {
		if s := as.Fit(v.Field(i).String()); s[0] > 0x7e {
			t.Errorf("%s %q has nothing in ASCII", v.Type().Field(i).Name, s)
		}
	}
}
