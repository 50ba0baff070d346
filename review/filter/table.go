package filter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
)

// Kind is what the values of a field are, and so how they are compared.
type Kind uint8

// The kinds of field.
const (
	// Text holds where a word of the field begins with the value.
	Text Kind = iota
	// Number is compared as a whole number.
	Number
	// Date is a day, a month or a year in the form 2026-01-31; "since:2026-01" is any
	// day of that month, "since<2026" any before that year.
	Date
	// Choice is one of Values, or its beginning; nothing else is taken.
	Choice
	// Ordered is a choice whose Values go from the lowest to the highest; they may be
	// called by their places, counted from 1.
	Ordered
)

// Field is something a list can be filtered by.
type Field struct {
	Name  string
	Also  []string // other names for it
	Kind  Kind
	About string // one line for people
	// Values are those it can have, of a Choice; of a Text those offered.
	Values []string
	// Short says that one of Values alone, as a word, means this field.
	Short bool
}

// Table is what a list can be filtered by.
type Table struct {
	List   string // plural: "people"
	Fields []Field
}

// Names is a table of texts with these names, in their order.
func Names(list string, names ...string) Table {
	t := Table{List: list}
	for _, n := range names {
		t.Fields = append(t.Fields, Field{Name: n})
	}
	return t
}

// Index is the place of the field that name calls, -1 if there is none.
func (t Table) Index(name string) int {
	return slices.IndexFunc(t.Fields, func(f Field) bool { return f.Name == name || slices.Contains(f.Also, name) })
}

// Parse reads a filter. A field the table does not know and a value its field
// cannot have are Invalid errors with what there is. Fields come back by their own
// names, and a word that is short for a field as that field.
func (t Table) Parse(text string) (Expr, error) {
	out := split(text)
	for i := range out {
		term := &out[i]
		if term.Field == "" {
			t.expand(term)
			continue
		}
		at := t.Index(term.Field)
		if at < 0 {
			return nil, t.unknown(term.Field)
		}
		f := t.Fields[at]
		term.Field = f.Name
		if err := f.check(term); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// expand makes a word that is short for a field's value a term of that field.
func (t Table) expand(term *Term) {
	if term.Quoted {
		return
	}
	word := strings.ToLower(term.Values[0])
	for _, f := range t.Fields {
		if f.Short && slices.Contains(f.Values, word) {
			term.Field, term.Values = f.Name, []string{word}
			return
		}
	}
}

// unknown is the error for a field that is not there.
func (t Table) unknown(name string) error {
	err := domain.Errorf(domain.Invalid, "%s have no field %q to filter by", t.List, name)
	all := make([]string, len(t.Fields))
	near, least := "", 2 // one letter, and of a longer name two
	if len(name) > 4 {
		least = 3
	}
	for i, f := range t.Fields {
		all[i] = f.Name
		for _, n := range append([]string{f.Name}, f.Also...) {
			d := distance(name, n)
			if len(name) >= 2 && strings.HasPrefix(n, name) {
				d = 1
			}
			if d < least {
				near, least = f.Name, d
			}
		}
	}
	hint := "the fields are " + strings.Join(all, ", ") + "; a word with a colon stands in double quotes"
	if len(all) == 0 {
		hint = "type words; a word with a colon stands in double quotes"
	}
	if near != "" {
		hint = fmt.Sprintf("did you mean %s? ", near) + strings.ToUpper(hint[:1]) + hint[1:]
	}
	return err.Hinted("%s", hint)
}

// check holds a term's values against what its field can have; those of a choice
// become the field's own words.
func (f Field) check(t *Term) error {
	if t.Op != Has && (f.Kind == Text || f.Kind == Choice) {
		return domain.Errorf(domain.Invalid, "%s has no order to compare by %s", f.Name, t.Op).Hinted("write %s:%s", f.Name, strings.Join(t.Values, ","))
	}
	for i, v := range t.Values {
		if v == "" {
			continue // empty, asked for in quotes
		}
		switch f.Kind {
		case Number:
			if _, err := strconv.Atoi(v); err != nil {
				return domain.Errorf(domain.Invalid, "%s is a number, and %q is none", f.Name, v).Hinted("write %s%s90", f.Name, t.Op)
			}
		case Date:
			if _, _, ok := period(v); !ok {
				return domain.Errorf(domain.Invalid, "%s is a day, and %q is none", f.Name, v).Hinted("write a day, a month or a year: %s%s2026-01-31", f.Name, t.Op)
			}
		case Choice, Ordered:
			word, ok := f.word(v)
			if !ok {
				return domain.Errorf(domain.Invalid, "%s is never %q", f.Name, v).Hinted("it is one of %s", strings.Join(f.Values, ", "))
			}
			t.Values[i] = word
		case Text:
		}
	}
	return nil
}

// word is the value that v calls: the same, else the first that begins so.
func (f Field) word(v string) (string, bool) {
	low := strings.ToLower(v)
	if n, err := strconv.Atoi(v); err == nil && f.Kind == Ordered && n >= 1 && n <= len(f.Values) {
		return f.Values[n-1], true
	}
	if slices.Contains(f.Values, low) {
		return low, true
	}
	for _, w := range f.Values {
		if strings.HasPrefix(w, low) {
			return w, true
		}
	}
	return "", false
}

// period is the first day that a day, a month or a year names, and the first after
// it; of an instant its day in UTC.
func period(v string) (first, after string, ok bool) {
	if t, err := time.Parse(time.RFC3339, strings.ToUpper(v)); err == nil {
		v = t.UTC().Format(time.DateOnly)
	}
	for _, f := range [...]struct {
		layout  string
		y, m, d int
	}{{time.DateOnly, 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.Parse(f.layout, v); err == nil {
			return t.Format(time.DateOnly), t.AddDate(f.y, f.m, f.d).Format(time.DateOnly), true
		}
	}
	return "", "", false
}

// distance is how many letters must be put in, taken out or exchanged to make b of
// a (Levenshtein).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		last := row[0]
		row[0] = i + 1
		for j := range y {
			cost := last
			if x[i] != y[j] {
				cost = 1 + min(last, row[j], row[j+1])
			}
			last, row[j+1] = row[j+1], cost
		}
	}
	return row[len(y)]
}
