package ingest

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// addressKey is what makes two e-mail addresses one: case does not count.
func addressKey(s string) string { return foldCase(strings.TrimSpace(s)) }

// nameKey makes names comparable: case and the amount of space do not count.
func nameKey(s string) string { return foldCase(strings.Join(strings.Fields(s), " ")) }

// pathKey makes paths of areas comparable: only letters and digits count, so
// "Deployments > A/B testing" and "deployments/a-b-testing" are one.
func pathKey(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, foldCase(s))
}

// foldCase gives the form in which names and addresses are compared.
func foldCase(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return norm.NFC.String(cases.Fold().String(norm.NFC.String(s)))
		}
	}
	return strings.ToLower(s)
}

// list splits a field that names several things.
func list(s string) []string {
	var out []string
	seen := map[string]bool{}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '|' }) {
		part = strings.TrimSpace(part)
		if k := nameKey(part); k != "" && !seen[k] {
			seen[k] = true
			out = append(out, part)
		}
	}
	return out
}

// checkAddress says what is wrong with an e-mail address, "" when nothing is.
func checkAddress(s string) string {
	local, host, found := strings.Cut(s, "@")
	switch {
	case s == "":
		return "the e-mail is missing"
	case !found || local == "" || host == "" || strings.Contains(host, "@"):
		return "is not an e-mail address; write it as name@company.example"
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return "is not an e-mail address: it holds a space or a character that does not print"
	}
	return ""
}
