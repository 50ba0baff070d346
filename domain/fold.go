package domain

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold gives the form in which names, addresses and outside ids are compared:
// normalised (NFC) and case folded as Unicode says, so that "STRASSE" and
// "straße" are one and the same name. Every uniqueness rule compares folded
// forms. Folding twice changes nothing more.
func Fold(s string) string {
	upper := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x80 {
			return foldUnicode(s)
		}
		upper = upper || 'A' <= c && c <= 'Z'
	}
	if !upper {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + ('a' - 'A')
		}
	}
	return string(b)
}

// foldUnicode normalises on both sides of folding: folding may take a
// composed letter apart.
func foldUnicode(s string) string {
	return norm.NFC.String(strings.Map(cherokee, cases.Fold().String(norm.NFC.String(s))))
}

// cherokee gives the capital of a small Cherokee letter. Cherokee folds to
// capitals, because they were in Unicode long before the small ones
// (CaseFolding.txt); package cases exchanges the two.
func cherokee(r rune) rune {
	switch {
	case 0xAB70 <= r && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0
	case 0x13F8 <= r && r <= 0x13FD:
		return r - 0x13F8 + 0x13F0
	}
	return r
}
