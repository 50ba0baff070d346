package domain

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lookAlikes maps letters to the Latin ones they are drawn like, after the prototypes of Unicode Technical Standard #39 (Unicode
// Security Mechanisms, confusables). Upper and lower case have entries of
// their own: capital Ve is drawn like B, small ve is not.
var lookAlikes = map[rune]rune{
	// Cyrillic, capitals and small letters
	0x0405: 'S', 0x0406: 'I', 0x0408: 'J', 0x0410: 'A', 0x0412: 'B', 0x0415: 'E', 0x041a: 'K', 0x041c: 'M',
	0x041d: 'H', 0x041e: 'O', 0x0420: 'P', 0x0421: 'C', 0x0422: 'T', 0x0423: 'Y', 0x0425: 'X', 0x04ae: 'Y',
	0x04c0: 'I', 0x050c: 'G', 0x051a: 'Q', 0x051c: 'W',
	0x0430: 'a', 0x0433: 'r', 0x0435: 'e', 0x043e: 'o', 0x0440: 'p', 0x0441: 'c', 0x0443: 'y', 0x0445: 'x',
	0x0455: 's', 0x0456: 'i', 0x0458: 'j', 0x0475: 'v', 0x04af: 'y', 0x04bb: 'h', 0x04cf: 'l', 0x0501: 'd',
	0x051b: 'q', 0x051d: 'w',
	// Greek, capitals and small letters
	0x037f: 'J', 0x0391: 'A', 0x0392: 'B', 0x0395: 'E', 0x0396: 'Z', 0x0397: 'H', 0x0399: 'I', 0x039a: 'K',
	0x039c: 'M', 0x039d: 'N', 0x039f: 'O', 0x03a1: 'P', 0x03a4: 'T', 0x03a5: 'Y', 0x03a7: 'X', 0x03f9: 'C',
	0x03fa: 'M',
	0x03b1: 'a', 0x03b3: 'y', 0x03b9: 'i', 0x03bd: 'v', 0x03bf: 'o', 0x03c1: 'p', 0x03c3: 'o', 0x03c5: 'u',
	0x03f2: 'c', 0x03f3: 'j',
	// Armenian vo, seh and oh; Latin alpha, script g and dotless i
	0x0131: 'i', 0x0251: 'a', 0x0261: 'g', 0x0578: 'n', 0x057d: 'u', 0x0585: 'o',
}

// isHidden tells whether a rune draws nothing: zero-width characters, bidi
// controls, variation selectors, soft hyphens, and whatever else Unicode says is
// to be ignored where it is drawn (Default_Ignorable_Code_Point).
func isHidden(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// Shown gives a text without what draws nothing: hidden and control characters,
// and space at its ends.
func Shown(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if isHidden(r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s))
}

// SameShown tells whether two names read the same: without what draws nothing,
// and without regard to case.
func SameShown(a, b string) bool { return Fold(Shown(a)) == Fold(Shown(b)) }

// Skeleton gives what a text looks like, for comparing names: two different
// names with one skeleton are drawn alike. It is decomposed (NFKD, so that
// full-width and mathematical letters count too), without what draws nothing,
// with look-alike letters of other scripts as the Latin ones (UTS #39), and
// folded; again, until nothing more changes, for folding makes letters that
// have look-alikes of their own. A skeleton is its own skeleton.
func Skeleton(s string) string {
	for range mostPasses {
		next := drawn(s)
		if next == s {
			break
		}
		s = next
	}
	return s
}

// mostPasses bounds the work on one name; three are enough for any known.
const mostPasses = 8

func drawn(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if isHidden(r) {
			continue
		}
		if l, ok := lookAlikes[r]; ok {
			r = l
		}
		b.WriteRune(r)
	}
	return norm.NFKD.String(Fold(b.String()))
}
