package directory

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"countersign/store/ingest/table"
)

// layout is how one format lays its table out: by which columns it is
// recognised, where each field stands, and how a row is read.
type layout struct {
	format Format
	has    []string // columns that together no other format has
	any    []string // columns of which at least one must be there
	lacks  []string // columns that make it another format
	fields map[Field][]string
	read   func(c cells) Entry
}

// layouts lists every format that is a table; the first that fits is taken.
func layouts() []layout {
	return []layout{baton(), googleUsers(), googleMembers(), entraUsers(), entraMembers(), entraGroups(),
		adUsers(), adGroups(), adMembers(), csvde(), oktaMembers(), oktaUsers()}
}

// recogniseHeader tells the format by the names of the columns.
func recogniseHeader(header []string) Format {
	at := columnsOf(header)
	for _, l := range layouts() {
		if l.fits(at) {
			return l.format
		}
	}
	return ""
}

func (l layout) fits(at map[string]int) bool {
	there := func(name string) bool { _, ok := at[table.ColumnKey(name)]; return ok }
	missing := func(name string) bool { return !there(name) }
	return !slices.ContainsFunc(l.has, missing) &&
		(len(l.any) == 0 || slices.ContainsFunc(l.any, there)) &&
		!slices.ContainsFunc(l.lacks, there)
}

func columnsOf(header []string) map[string]int {
	at := map[string]int{}
	for i, h := range header {
		if _, twice := at[table.ColumnKey(h)]; !twice {
			at[table.ColumnKey(h)] = i
		}
	}
	return at
}

// cells are the fields of one row, by the names of their columns.
type cells struct {
	t   *tableBody
	row table.Row
}

// get is the first of the columns that holds something in this row.
func (c cells) get(columns ...string) string {
	for _, name := range columns {
		if i, ok := c.t.at[table.ColumnKey(name)]; ok && i < len(c.row.Fields) {
			if v := strings.TrimSpace(c.row.Fields[i]); v != "" {
				return strings.Clone(v) // the rest of the row is let go
			}
		}
	}
	return ""
}

// field is the value of a field, by its columns in this format.
func (c cells) field(f Field) string { return c.get(c.t.fields[f]...) }

// entry begins what the row says.
func (c cells) entry() Entry {
	for i, h := range c.t.r.Header() {
		if table.Secret(h) && !c.t.used[i] {
			c.row.Fields[i] = ""
		}
	}
	return Entry{Line: c.row.Line, Fields: c.row.Fields}
}

// fault makes the row an error about one field.
func (c cells) fault(f Field, message string) *table.RowError {
	return &table.RowError{Line: c.row.Line, Column: c.t.column(f), Value: table.Short(c.field(f)), Message: message}
}

// user reads what most formats say of a person in the same way.
func (c cells) user() *User {
	return &User{
		ID: c.field(FieldID), Name: c.field(FieldName), Email: c.field(FieldEmail), Department: c.field(FieldDepartment),
		Title: c.field(FieldTitle), Manager: c.field(FieldManager), Employment: employment(c.field(FieldEmployment)),
	}
}

// status reads a word of the format into one of ours. A word that the format
// does not have is a fault.
func (c cells) status(e *Entry, words map[string]string) {
	s := c.field(FieldStatus)
	if s == "" {
		return
	}
	word, ok := words[table.ColumnKey(s)]
	if !ok {
		e.Fault = c.fault(FieldStatus, "is no status of "+c.t.layout.format.Words())
		return
	}
	e.User.Status = word
}

// yes and no, as the directories write them.
var onOff = map[string]string{"true": "active", "yes": "active", "1": "active", "enabled": "active",
	"false": "inactive", "no": "inactive", "0": "inactive", "disabled": "inactive"}

// tableBody reads a table by its layout.
type tableBody struct {
	layout
	r    *table.Reader
	at   map[string]int
	used map[int]bool
}

func openTable(r *table.Reader, format Format) (*tableBody, error) {
	t := &tableBody{r: r, at: columnsOf(r.Header()), used: map[int]bool{}}
	i := slices.IndexFunc(layouts(), func(l layout) bool { return l.format == format })
	if i < 0 {
		return nil, fmt.Errorf("directory: %s is no table", format)
	}
	t.layout = layouts()[i]
	for _, name := range t.has {
		if _, ok := t.at[table.ColumnKey(name)]; !ok {
			return nil, &table.FieldsError{Message: fmt.Sprintf("a file of %s has a column “%s”, and this one has not", format.Words(), name),
				Hint: "leave --format out to have the file recognised by its columns, or name its format"}
		}
	}
	for _, names := range t.fields {
		for _, name := range names {
			if err := t.bind(name); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// bind marks the column as used; two columns of one name are refused.
func (t *tableBody) bind(name string) error {
	key, found := table.ColumnKey(name), -1
	for i, h := range t.r.Header() {
		if table.ColumnKey(h) != key {
			continue
		}
		if found >= 0 {
			return &table.FieldsError{Message: fmt.Sprintf("columns %d and %d are both named “%s”", found+1, i+1, table.Short(h)), Hint: "rename one of them"}
		}
		found = i
		t.used[i] = true
	}
	return nil
}

func (t *tableBody) next() (Entry, error) {
	for {
		row, err := t.r.Read()
		var bad *table.RowError
		switch {
		case errors.As(err, &bad):
			return Entry{Line: bad.Line, Fault: t.discreet(bad)}, nil
		case err != nil:
			return Entry{}, err
		case row.Blank():
		default:
			return t.read(cells{t: t, row: row}), nil
		}
	}
}

// discreet takes the value out of an error about a column that is not read.
func (t *tableBody) discreet(e *table.RowError) *table.RowError {
	i := slices.Index(t.r.Header(), e.Column)
	if n, err := strconv.Atoi(e.Column); err == nil {
		i = n - 1
	}
	if i < 0 || !t.used[i] {
		e.Value = ""
	}
	return e
}

func (t *tableBody) source() (table.Source, bool) { return t.r.Source() }

func (t *tableBody) column(f Field) string {
	for _, name := range t.fields[f] {
		if i, ok := t.at[table.ColumnKey(name)]; ok {
			return t.r.Header()[i]
		}
	}
	return ""
}

func (t *tableBody) says(f Field) bool { return t.column(f) != "" }

func (t *tableBody) header() []string { return t.r.Header() }

func (t *tableBody) unused() []string {
	var out []string
	for i, h := range t.r.Header() {
		if !t.used[i] && h != "" && !table.Secret(h) {
			out = append(out, h)
		}
	}
	return out
}

func (t *tableBody) withheld() []string {
	var out []string
	for i, h := range t.r.Header() {
		if !t.used[i] && table.Secret(h) {
			out = append(out, h)
		}
	}
	return out
}

func (t *tableBody) partial() string { return "" }

func (t *tableBody) place(e table.RowError) table.RowError { return t.r.Place(e) }
func (t *tableBody) close() error                          { return t.r.Close() }
