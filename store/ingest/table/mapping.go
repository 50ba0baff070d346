package table

import (
	"fmt"
	"strings"
)

// Mapping says which column of a file holds which field, where the names alone
// do not. It can be kept under a name and used again; its canonical text is
// what is stored.
type Mapping struct {
	Name  string // under which it is saved; empty for one given on the spot
	pairs []pair // in the schema's order
}

type pair struct{ field, column string }

// Empty reports whether the mapping says nothing.
func (m Mapping) Empty() bool { return len(m.pairs) == 0 }

// ParseMapping reads field=column pairs separated by commas, as in
//
//	name=employee_name,email=email,title=role,manager=supervisor
//
// A column whose name holds a comma, an equals sign or a quote, or begins or
// ends with a space, stands in quotes, and a quote inside is doubled. It
// returns a *FieldsError for a pair without "=" or column, a field the schema
// does not have, and a field given twice.
func ParseMapping(text string, s Schema) (Mapping, error) {
	given := map[string]string{}
	for rest := text; strings.TrimSpace(rest) != ""; {
		word, after, found := strings.Cut(rest, "=")
		word = strings.TrimSpace(word)
		if !found || strings.ContainsAny(word, `,"`) || word == "" {
			part, _, _ := strings.Cut(rest, ",")
			return Mapping{}, &FieldsError{Message: fmt.Sprintf("“%s” is no field=column pair", Short(strings.TrimSpace(part))),
				Hint: "write it as in email=mail_address, with commas between the pairs"}
		}
		f, ok := s.field(word)
		if !ok {
			return Mapping{}, unknownField(word, s)
		}
		if _, twice := given[f.Key]; twice {
			return Mapping{}, &FieldsError{Message: fmt.Sprintf("the field %s is given twice", f.Key), Hint: "give it one column"}
		}
		column, next, err := cutColumn(after)
		if err != nil {
			return Mapping{}, err
		}
		if column == "" {
			return Mapping{}, &FieldsError{Message: fmt.Sprintf("the field %s has no column", f.Key), Hint: "write it as in " + f.Key + "=" + f.Key}
		}
		given[f.Key] = column
		rest = next
	}
	var m Mapping
	for _, f := range s.Fields {
		if c, ok := given[f.Key]; ok {
			m.pairs = append(m.pairs, pair{f.Key, c})
		}
	}
	return m, nil
}

func unknownField(word string, s Schema) error {
	hint := "the fields are " + sentence(s.Keys(), "and")
	if near := Nearest(word, s.Keys()); near != "" {
		hint = fmt.Sprintf("did you mean %s? The fields are %s", near, sentence(s.Keys(), "and"))
	}
	return &FieldsError{Message: fmt.Sprintf("a %s file has no field “%s”", s.Kind, Short(word)), Hint: hint}
}

// cutColumn takes a column name off the front of text, and the comma after it.
func cutColumn(text string) (column, rest string, err error) {
	text = strings.TrimLeft(text, " \t")
	if !strings.HasPrefix(text, `"`) {
		column, rest, _ = strings.Cut(text, ",")
		return strings.TrimSpace(column), rest, nil
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		if text[i] != '"' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		rest = strings.TrimLeft(text[i+1:], " \t")
		if rest != "" && rest[0] != ',' {
			return "", "", &FieldsError{Message: "after a column in quotes comes a comma or nothing", Hint: `as in name="Last, first",email=mail`}
		}
		return b.String(), strings.TrimPrefix(rest, ","), nil
	}
	return "", "", &FieldsError{Message: "a column's name is opened with a quote that is never closed", Hint: `as in name="Last, first"`}
}

// String is the canonical text: the schema's order, quotes only where they are
// needed. ParseMapping reads it back to the same mapping.
func (m Mapping) String() string {
	parts := make([]string, len(m.pairs))
	for i, p := range m.pairs {
		column := p.column
		if strings.ContainsAny(column, `,="`) || strings.TrimSpace(column) != column {
			column = `"` + strings.ReplaceAll(column, `"`, `""`) + `"`
		}
		parts[i] = p.field + "=" + column
	}
	return strings.Join(parts, ",")
}
