package table

import (
	"fmt"
	"strings"
	"unicode"
)

// Field is one thing a kind of file can say, and the column names by which it
// is recognised.
type Field struct {
	Key      string   // the field's word, as in a mapping: "email"
	Aliases  []string // further column names that mean the same
	Required bool     // a file without a column for it is refused
	Help     string   // one line for templates and help
}

// Schema is the fields of one kind of file, in the order of its template.
type Schema struct {
	Kind   string // what a row is, in the plural: "people"
	Fields []Field
}

// Keys lists the fields' words in order.
func (s Schema) Keys() []string {
	keys := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		keys[i] = f.Key
	}
	return keys
}

// field finds a field by its word, without regard to case and spaces.
func (s Schema) field(key string) (Field, bool) {
	for _, f := range s.Fields {
		if fold(f.Key) == fold(key) {
			return f, true
		}
	}
	return Field{}, false
}

// fold makes names comparable: case, spaces, hyphens and underscores do not
// count, so "E-Mail", "email" and "EMAIL " are one name.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' || r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// ColumnKey is what makes two names of columns one: case, spaces, hyphens and
// underscores do not count.
func ColumnKey(name string) string { return fold(name) }

// FieldsError is a header, or a mapping, that does not fit the kind of file.
type FieldsError struct{ Message, Hint string }

// Error says what does not fit and what to do.
func (e *FieldsError) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "; " + e.Hint
}

// Binding knows which column of a header holds which field.
type Binding struct {
	header []string
	column map[string]int
	unused []string
}

// Bind finds the columns of a header: first those the mapping names, then,
// among the columns the mapping did not claim, those whose name is a field's
// word or alias. It returns a *FieldsError when the mapping names a column the
// file does not have, when two columns fit one field, and when a required
// field has no column.
func (s Schema) Bind(header []string, m Mapping) (*Binding, error) {
	b := &Binding{header: header, column: map[string]int{}}
	claimed := map[int]bool{}
	for _, p := range m.pairs {
		i, err := FindColumn(header, p.column)
		if err != nil {
			return nil, err
		}
		if Secret(header[i]) {
			return nil, SecretColumn(header[i])
		}
		b.column[p.field] = i
		claimed[i] = true
	}
	for _, f := range s.Fields {
		if _, done := b.column[f.Key]; done {
			continue
		}
		i, err := byName(header, claimed, f)
		if err != nil {
			return nil, err
		}
		if i >= 0 {
			b.column[f.Key] = i
		}
	}
	if err := s.missing(b); err != nil {
		return nil, err
	}
	used := map[int]bool{}
	for _, i := range b.column {
		used[i] = true
	}
	for i, name := range header {
		if !used[i] && name != "" {
			b.unused = append(b.unused, name)
		}
	}
	return b, nil
}

// Bound is a binding made without a schema: each key is the field at the same
// place of the header.
func Bound(header, keys []string) *Binding {
	b := &Binding{header: header, column: map[string]int{}}
	for i, k := range keys {
		b.column[k] = i
	}
	return b
}

// byName finds the one column named like the field. The field's own word goes
// before its aliases, and an alias before those that follow it.
func byName(header []string, claimed map[int]bool, f Field) (int, error) {
	for _, name := range append([]string{f.Key}, f.Aliases...) {
		found := -1
		for i, h := range header {
			if claimed[i] || h == "" || fold(h) != fold(name) {
				continue
			}
			if found >= 0 {
				return -1, &FieldsError{
					Message: fmt.Sprintf("columns %d (“%s”) and %d (“%s”) could both be %s", found+1, Short(header[found]), i+1, Short(h), f.Key),
					Hint:    "rename one of them, or say which with --columns " + f.Key + "=…"}
			}
			found = i
		}
		if found >= 0 {
			return found, nil
		}
	}
	return -1, nil
}

func (s Schema) missing(b *Binding) error {
	var lack []string
	for _, f := range s.Fields {
		if _, ok := b.column[f.Key]; f.Required && !ok {
			lack = append(lack, f.Key)
		}
	}
	if len(lack) == 0 {
		return nil
	}
	noun := "column"
	if len(lack) > 1 {
		noun = "columns"
	}
	return &FieldsError{
		Message: fmt.Sprintf("a %s file needs the %s %s, and this one has only %s", s.Kind, noun, sentence(lack, "and"), quoteAll(b.header)),
		Hint:    "name the column with --columns " + lack[0] + "=…"}
}

// FindColumn finds a column by name: exactly, or else without regard to case
// and spaces. It returns a *FieldsError with the nearest name when there is
// none, and when the name fits several.
func FindColumn(header []string, name string) (int, error) {
	var exact, loose []int
	for i, h := range header {
		if h == strings.TrimSpace(name) {
			exact = append(exact, i)
		}
		if h != "" && fold(h) == fold(name) {
			loose = append(loose, i)
		}
	}
	for _, found := range [][]int{exact, loose} {
		if len(found) == 1 {
			return found[0], nil
		}
		if len(found) > 1 {
			return -1, &FieldsError{Message: fmt.Sprintf("the file has %d columns named “%s”", len(found), Short(name)), Hint: "rename all but one"}
		}
	}
	hint := "its columns are " + quoteAll(header)
	if near := Nearest(name, header); near != "" {
		hint = fmt.Sprintf("did you mean “%s”? Its columns are %s", Short(near), quoteAll(header))
	}
	return -1, &FieldsError{Message: fmt.Sprintf("the file has no column “%s”", Short(name)), Hint: hint}
}

// Has reports whether the file has a column for the field.
func (b *Binding) Has(key string) bool { _, ok := b.column[key]; return ok }

// Release takes the column away from a field, so that the field counts as
// absent. It does nothing when the field is bound to another column.
func (b *Binding) Release(key string, column int) {
	if i, ok := b.column[key]; ok && i == column {
		delete(b.column, key)
	}
}

// Get is the row's value for a field without the space around it, or the empty
// string when the file has no such column.
func (b *Binding) Get(row Row, key string) string {
	i, ok := b.column[key]
	if !ok || i >= len(row.Fields) {
		return ""
	}
	return strings.TrimSpace(row.Fields[i])
}

// Line is the physical line on which the row's value for a field begins.
func (b *Binding) Line(row Row, key string) int {
	if i, ok := b.column[key]; ok {
		return row.FieldLine(i)
	}
	return row.Line
}

// Column is the name the file gives to a field, for errors.
func (b *Binding) Column(key string) string {
	if i, ok := b.column[key]; ok {
		return b.header[i]
	}
	return key
}

// Fault makes the error for one field of a row.
func (b *Binding) Fault(row Row, key, message string) *RowError {
	return &RowError{Line: b.Line(row, key), Column: b.Column(key), Value: Short(b.Get(row, key)), Message: message}
}

// Unused lists the columns that no field was found for.
func (b *Binding) Unused() []string { return b.unused }
