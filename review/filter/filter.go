// Package filter is the one language in which every list is filtered, in the
// console and on the command line:
//
//	level:edit area:voice !decided      words, and values of fields
//	owner:"Dana Okafor" state:draft,active   blanks, and one of several
//	since<2026-01-01 unused>90 risk>=2  where a field has an order
//	!external !kind:group               "!" turns any term round
//
// All terms must hold. A word holds where any column has it. "field:" without a
// value asks for nothing yet, and field:"" asks for an empty one.
//
// A [Table] says which fields a list has; what it does not know is an error with
// the fields there are. [Table.Match] holds an expression against texts; items
// and events have functions of their own, which give the store what it can answer.
package filter

import (
	"strings"
	"unicode"
)

// Op is how a term compares.
type Op uint8

// The ways to compare: has for words and "field:value".
const (
	Has Op = iota
	Less
	AtMost
	More
	AtLeast
)

// opWords are the operators, the longer ones before those they begin with.
var opWords = [...]struct {
	text string
	op   Op
}{{">=", AtLeast}, {"<=", AtMost}, {">", More}, {"<", Less}, {":", Has}, {"=", Has}}

// String is the operator as it is typed.
func (o Op) String() string {
	for _, w := range opWords {
		if w.op == o {
			return w.text
		}
	}
	return ":"
}

// Term is one condition. Values are alternatives: one of them must hold. Without
// any it holds everywhere: the value has not been typed yet.
type Term struct {
	Not    bool
	Field  string // "": any column
	Op     Op
	Values []string
	// Quoted says that a word stood in quotes: it is never short for a field.
	Quoted bool
}

// Expr is a filter: all its terms must hold.
type Expr []Term

// split takes text apart into terms, without asking which fields there are. Quotes
// left open end with the text: a filter is read while it is typed.
func split(text string) Expr {
	var out Expr
	for rest := strings.TrimLeftFunc(text, unicode.IsSpace); rest != ""; rest = strings.TrimLeftFunc(rest, unicode.IsSpace) {
		var t Term
		t, rest = next(rest)
		if t.Field != "" || len(t.Values) > 0 && t.Values[0] != "" {
			out = append(out, t)
		}
	}
	return out
}

// next reads the term at the beginning of s, which does not begin with a blank.
func next(s string) (Term, string) {
	var t Term
	if rest, ok := strings.CutPrefix(s, "!"); ok {
		t.Not, s = true, rest
	}
	if name, op, rest, ok := fielded(s); ok {
		t.Field, t.Op = strings.ToLower(name), op
		var v piece
		for more := true; more; {
			if v, rest, more = value(rest, true); v.text != "" || v.quoted {
				t.Values = append(t.Values, v.text)
			}
		}
		return t, rest
	}
	v, rest, _ := value(s, false)
	t.Values, t.Quoted = []string{v.text}, v.quoted
	return t, rest
}

// fielded tells whether s begins with a field's name and an operator.
func fielded(s string) (name string, op Op, rest string, ok bool) {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' })
	if end <= 0 || !startsWithLetter(s) {
		return "", Has, "", false
	}
	for _, w := range opWords {
		if rest, ok := strings.CutPrefix(s[end:], w.text); ok {
			return s[:end], w.op, rest, true
		}
	}
	return "", Has, "", false
}

func startsWithLetter(s string) bool {
	for _, r := range s {
		return unicode.IsLetter(r)
	}
	return false
}

// piece is a value as it was typed.
type piece struct {
	text   string
	quoted bool
}

// value reads up to a blank, or with list up to a comma; more says that it ended at
// a comma. Inside double quotes both are letters like any other, and a backslash
// takes the meaning from a quote or a backslash.
func value(s string, list bool) (v piece, rest string, more bool) {
	var b strings.Builder
	inside, escaped := false, false
	for i, r := range s {
		switch {
		case escaped:
			if r != '"' && r != '\\' {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
			escaped = false
		case inside && r == '\\':
			escaped = true
		case r == '"':
			inside, v.quoted = !inside, true
		case !inside && unicode.IsSpace(r):
			v.text = b.String()
			return v, s[i:], false
		case !inside && list && r == ',':
			v.text = b.String()
			return v, s[i+1:], true
		default:
			b.WriteRune(r)
		}
	}
	if escaped {
		b.WriteByte('\\')
	}
	v.text = b.String()
	return v, "", false
}

// String is the filter as it is typed: read again, it is the same.
func (e Expr) String() string {
	parts := make([]string, len(e))
	for i, t := range e {
		parts[i] = t.String()
	}
	return strings.Join(parts, " ")
}

// String is the term as it is typed.
func (t Term) String() string {
	not := ""
	if t.Not {
		not = "!"
	}
	if t.Field == "" {
		word := strings.Join(t.Values, " ")
		_, _, _, looksFielded := fielded(word)
		if t.Quoted || looksFielded || strings.HasPrefix(word, "!") {
			return not + quote(word)
		}
		return not + quoted(word)
	}
	parts := make([]string, len(t.Values))
	for i, v := range t.Values {
		parts[i] = quoted(v)
	}
	return not + t.Field + t.Op.String() + strings.Join(parts, ",")
}

// quoted puts a value in quotes where it needs them.
func quoted(s string) string {
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r == '"' || r == ',' || unicode.IsSpace(r) }) {
		return quote(s)
	}
	return s
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
