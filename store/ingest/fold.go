package ingest

import (
	"strings"
	"unicode"

	"countersign/domain"
	"countersign/store/ingest/directory"
)

// addressKey is what makes two e-mail addresses one: case does not count.
func addressKey(s string) string { return domain.Fold(strings.TrimSpace(s)) }

// refKey makes what people and groups are referred to by comparable: addresses
// and ids as addressKey does, distinguished names as directories do.
func refKey(s string) string {
	if strings.Contains(s, "=") && strings.Contains(s, ",") {
		return directory.Key(s)
	}
	return addressKey(s)
}

// nameKey makes names comparable: case and the amount of space do not count.
func nameKey(s string) string { return domain.Fold(strings.Join(strings.Fields(s), " ")) }

// pathKey makes paths of areas comparable: only letters and digits count, so
// "Deployments > A/B testing" and "deployments/a-b-testing" are one.
func pathKey(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, domain.Fold(s))
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
	case !found || local == "" || host == "" || strings.Contains(host, "@") || host[0] == '.' || host[len(host)-1] == '.':
		return "is not an e-mail address; write it as name@company.example"
	case len(s) > 320: // 64 + @ + 255: RFC 5321, section 4.5.3.1
		return "is longer than an e-mail address can be"
	case domain.Shown(s) != s || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return "is not an e-mail address: it holds a space or a character that does not print"
	}
	return ""
}
