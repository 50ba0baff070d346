package domain

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Names that are drawn alike have one skeleton, names that are not have two.
// Letters are written by their code points: nobody can tell them apart here.
func TestSkeleton(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		alike      bool
	}{
		{"the same", "Sales", "Sales", true},
		{"case", "SALES", "sales", true},
		{"Cyrillic a", "Sales", "S\u0430les", true},
		{"a whole word of Cyrillic", "Capo", "\u0421\u0430\u0440\u043e", true},
		{"Greek omicron", "Tom", "T\u03bfm", true},
		{"Greek capitals", "ATOM", "\u0391\u03a4\u039f\u039c", true},
		{"Armenian oh", "bo", "b\u0585", true},
		{"full width", "Admin", "\uff21\uff44\uff4d\uff49\uff4e", true},
		{"mathematical bold", "Admin", "\U0001d400\U0001d41d\U0001d426\U0001d422\U0001d427", true},
		{"a zero-width space", "Admin", "Ad\u200bmin", true},
		{"a right-to-left mark", "Admin", "Admin\u200f", true},
		{"a variation selector", "Admin", "Ad\ufe0fmin", true},
		{"composed and decomposed", "Jos\u00e9", "Jose\u0301", true},
		{"an accent", "Jose", "Jos\u00e9", false},
		{"small ve is not b", "ba", "\u0432a", false},
		{"capital ve is B", "Ba", "\u0412a", true},
		{"another letter", "Sales", "Sale", false},
		{"one of ASCII beside another", "Ian", "lan", false},
	} {
		if got := Skeleton(c.a) == Skeleton(c.b); got != c.alike {
			t.Errorf("%s: %+q and %+q alike: %v, want %v (%q, %q)", c.name, c.a, c.b, got, c.alike, Skeleton(c.a), Skeleton(c.b))
		}
	}
}

// Only a word of two scripts is mixed; a name of words each in its own is not.
func TestMixedWord(t *testing.T) {
	for name, want := range map[string]string{
		"Sales": "", "\u041f\u0440\u043e\u0434\u0430\u0436\u0438": "", "\u041f\u0440\u043e\u0434\u0430\u0436\u0438 Sales": "", "Jose\u0301 Mu\u00f1oz": "",
		"S\u0430les team": "S\u0430les", "team T\u03bfm": "T\u03bfm", "\u682a\u5f0f\u4f1a\u793e\u30c6\u30b9\u30c8": "", "a\u200b\u0430": "a\u200b\u0430", "": "",
		"\u0412-12": "", "A\u0301\u0391": "A\u0301\u0391",
	} {
		if got := mixedWord(name); got != want {
			t.Errorf("%+q: %+q, want %+q", name, got, want)
		}
	}
}

// A skeleton is its own, and case and hidden characters never tell names apart.
func TestSkeletonIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "name")
		k := Skeleton(s)
		if Skeleton(k) != k {
			t.Fatalf("%+q: %+q, then %+q", s, k, Skeleton(k))
		}
		if hid := strings.Join(strings.Split(s, ""), "\u200b"); Skeleton(hid) != k {
			t.Fatalf("%+q with hidden characters: %+q, without %+q", s, Skeleton(hid), k)
		}
	})
}
