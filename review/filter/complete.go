package filter

import (
	"slices"
	"strings"
	"unicode"
)

// mostOffered is how many completions are offered.
const mostOffered = 40

// Complete gives what the end of text may become: the fields that begin as it does,
// behind an operator the values of the field. Each option replaces text[from:].
// known gives values of a field besides those of the table; it may be nil.
func (t Table) Complete(text string, known func(field string) []string) (from int, options []string) {
	from = lastTerm(text)
	term := text[from:]
	not := ""
	if rest, ok := strings.CutPrefix(term, "!"); ok {
		not, term = "!", rest
	}
	name, _, rest, ok := fielded(term)
	if !ok {
		return from, t.names(not, strings.ToLower(term))
	}
	at := t.Index(strings.ToLower(name))
	if at < 0 {
		return from, nil
	}
	f := t.Fields[at]
	begun := term[:len(term)-len(rest)]
	for { // what stands before the value typed last
		v, after, more := value(rest, true)
		if !more {
			rest = v.text
			break
		}
		begun += term[len(begun) : len(term)-len(after)]
		rest = after
	}
	values := slices.Clone(f.Values)
	if known != nil && len(values) == 0 {
		values = known(f.Name)
	}
	low := strings.ToLower(rest)
	for _, v := range values {
		if v != "" && strings.HasPrefix(strings.ToLower(v), low) && len(options) < mostOffered {
			options = append(options, not+begun+quoted(v))
		}
	}
	return from, options
}

// names are the fields, and the words short for a value, that begin with low.
func (t Table) names(not, low string) (out []string) {
	for _, f := range t.Fields {
		if strings.HasPrefix(f.Name, low) {
			out = append(out, not+f.Name+":")
		}
	}
	for _, f := range t.Fields {
		if !f.Short || low == "" {
			continue
		}
		for _, v := range f.Values {
			if strings.HasPrefix(v, low) {
				out = append(out, not+v)
			}
		}
	}
	return out
}

// lastTerm is where the term at the end of text begins.
func lastTerm(text string) int {
	at, inside, escaped := 0, false, false
	for i, r := range text {
		switch {
		case escaped:
			escaped = false
		case inside && r == '\\':
			escaped = true
		case r == '"':
			inside = !inside
		case !inside && unicode.IsSpace(r):
			at = i + len(string(r))
		}
	}
	return at
}

// Common is what all options begin with.
func Common(options []string) string {
	if len(options) == 0 {
		return ""
	}
	out := options[0]
	for _, o := range options[1:] {
		n := 0
		for n < len(out) && n < len(o) && out[n] == o[n] {
			n++
		}
		out = out[:n]
	}
	return strings.ToValidUTF8(out, "")
}
