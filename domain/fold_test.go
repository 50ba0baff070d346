package domain

import (
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// Each row folds to one; what stands in different rows folds apart. From
// Unicode's CaseFolding.txt, statuses C and F (never T: that is Turkish only)
// and the canonical equivalences.
func TestFoldTable(t *testing.T) {
	rows := [][]string{
		{"straße", "STRASSE", "Strasse", "STRAẞE", "straſſe"}, // ß, its capital, long s
		{"ibrahim", "IBRAHIM"}, // I folds to i
		{"İbrahim", "i\u0307brahim", "I\u0307brahim", "İBRAHIM"}, // a dotted capital keeps its dot
		{"ıbrahim"}, // a dotless i is another letter
		{"σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφοσ", "ςίςυφοσ", "σι\u0301συφος"},           // final sigma, accents apart
		{"\u13A3\u13CF\u13F2", "\uAB73\uAB9F\u13FA", "\uAB73\u13CF\u13FA"},      // Cherokee folds to its capitals
		{"ﬁlip", "filip", "FILIP", "ﬁLIP"},                                      // a ligature
		{"office", "oﬃce", "OFFICE"},                                            // one of three letters
		{"åse", "ÅSE", "a\u030ase", "A\u030ASE", "\u212Bse"},                    // composed, apart, the unit's sign
		{"kelvin", "\u212Aelvin"},                                               // the unit's sign
		{"ǰan", "J\u030Can", "j\u030can"},                                       // no capital of its own
		{"ŉdamba", "ʼndamba", "ʼNDAMBA"},                                        // folds to two
		{"և", "եւ", "ԵՒ"},                                                       // an Armenian ligature
		{"ᾳ", "ᾼ", "αι", "α\u0345", "Α\u0345", "ΑΙ"},                            // iota below is iota beside
		{"ΐ", "\u1FD3", "ι\u0308\u0301", "Ι\u0308\u0301"},                       // three ways to one letter
		{"q\u0307\u0323", "q\u0323\u0307", "Q\u0307\u0323"},                     // the order of marks is nothing
		{"한", "\u1112\u1161\u11AB"},                                             // Hangul by its parts
		{"ab"}, {"a b"}, {"a\u00A0b"}, {"a\u200Bb"}, {"\u202Eab"}, {"а"}, {"a"}, // nothing is dropped; a Cyrillic а is another letter
	}
	seen := map[string]int{}
	for i, row := range rows {
		key := Fold(row[0])
		for _, s := range row {
			if got := Fold(s); got != key {
				t.Errorf("%+q folds to %+q, and %+q to %+q", s, got, row[0], key)
			}
			if got := Fold(Fold(s)); got != Fold(s) {
				t.Errorf("%+q folds to %+q, and that to %+q", s, Fold(s), got)
			}
		}
		if other, found := seen[key]; found {
			t.Errorf("%+q and %+q fold to one", row[0], rows[other][0])
		}
		seen[key] = i
	}
}

// Folding twice changes nothing more, and canonically equal texts are one,
// also where marks stand in any order.
func TestFoldIsStable(t *testing.T) {
	letters := []rune("aAıİiIßẞſσςΣΐΰᾳᾼᾷῷΆάΐÅåǅǆŉᎣꭳﬃﬁևĳǰẖ")
	marks := []rune{0x0300, 0x0301, 0x0307, 0x0308, 0x030A, 0x030C, 0x0313, 0x0323, 0x0342, 0x0345, 0x0399, 0x03B9}
	rapid.Check(t, func(t *rapid.T) {
		var s []rune
		for range rapid.IntRange(1, 4).Draw(t, "letters") {
			s = append(s, rapid.SampledFrom(letters).Draw(t, "letter"))
			s = append(s, rapid.SliceOfN(rapid.SampledFrom(marks), 0, 3).Draw(t, "marks")...)
		}
		one := Fold(string(s))
		if two := Fold(one); two != one {
			t.Fatalf("%+q folds to %+q, and that to %+q", string(s), one, two)
		}
		for _, other := range []string{norm.NFC.String(string(s)), norm.NFD.String(string(s))} {
			if got := Fold(other); got != one {
				t.Fatalf("%+q folds to %+q, its equal %+q to %+q", string(s), one, other, got)
			}
		}
	})
}
