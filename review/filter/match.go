package filter

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Texts is what a row is found by, in lower case: all its columns together, and the
// values of the table's fields in their order. A field that has several values has
// them in lines.
type Texts struct {
	Words  string
	Values []string
}

// Fold makes texts of a row as it is shown.
func Fold(columns, values []string) Texts {
	t := Texts{Words: strings.ToLower(strings.Join(columns, "\n")), Values: make([]string, len(values))}
	for i, v := range values {
		t.Values[i] = strings.ToLower(v)
	}
	return t
}

// Match makes the test of an expression that the table has parsed.
func (t Table) Match(e Expr) func(Texts) bool {
	var conds []func(Texts) bool
	for _, term := range e {
		if len(term.Values) == 0 {
			continue
		}
		test := t.test(term)
		conds = append(conds, func(x Texts) bool { return test(x) != term.Not })
	}
	return func(x Texts) bool {
		return !slices.ContainsFunc(conds, func(c func(Texts) bool) bool { return !c(x) })
	}
}

// test is whether one of a term's values holds.
func (t Table) test(term Term) func(Texts) bool {
	values := make([]string, len(term.Values))
	for i, v := range term.Values {
		values[i] = strings.ToLower(v)
	}
	if term.Field == "" {
		return func(x Texts) bool {
			return slices.ContainsFunc(values, func(v string) bool { return strings.Contains(x.Words, v) })
		}
	}
	at := t.Index(term.Field)
	if at < 0 {
		return func(Texts) bool { return false }
	}
	f := t.Fields[at]
	return func(x Texts) bool {
		if at >= len(x.Values) {
			return false
		}
		return slices.ContainsFunc(values, func(v string) bool { return f.Holds(term.Op, v, x.Values[at]) })
	}
}

// Holds tells whether one of the lines of has compares with the value want; both in
// lower case. An empty want asks for nothing at all.
func (f Field) Holds(op Op, want, has string) bool {
	if want == "" {
		return strings.TrimSpace(has) == ""
	}
	if f.Kind == Text {
		return startsWord(has, want)
	}
	for line := range strings.SplitSeq(has, "\n") {
		if f.compares(op, want, line) {
			return true
		}
	}
	return false
}

func (f Field) compares(op Op, want, has string) bool {
	switch f.Kind {
	case Number:
		a, errA := strconv.Atoi(has)
		b, errB := strconv.Atoi(want)
		return errA == nil && errB == nil && op.holds(a-b)
	case Date:
		first, after, ok := period(want)
		day := has[:min(len(has), len("2026-01-31"))]
		if _, _, isDay := period(day); !ok || !isDay {
			return false
		}
		switch op {
		case Less:
			return day < first
		case AtLeast:
			return day >= first
		case AtMost:
			return day < after
		case More:
			return day >= after
		case Has:
		}
		return day >= first && day < after
	case Ordered:
		a, b := slices.Index(f.Values, has), slices.Index(f.Values, want)
		return a >= 0 && b >= 0 && op.holds(a-b)
	case Choice, Text:
	}
	return has == want
}

// holds tells whether a difference is as the operator asks.
func (o Op) holds(difference int) bool {
	switch o {
	case Less:
		return difference < 0
	case AtMost:
		return difference <= 0
	case More:
		return difference > 0
	case AtLeast:
		return difference >= 0
	case Has:
	}
	return difference == 0
}

// startsWord tells whether text stands in s where a word begins: "active" does not
// stand in "inactive" so.
func startsWord(s, text string) bool {
	for from := 0; from <= len(s); {
		i := strings.Index(s[from:], text)
		if i < 0 {
			return false
		}
		at := from + i
		before, _ := utf8.DecodeLastRuneInString(s[:at])
		if at == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			return true
		}
		from = at + len(text)
	}
	return false
}
