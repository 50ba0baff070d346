package domain

import (
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
	return norm.NFC.String(cases.Fold().String(norm.NFC.String(s)))
}
