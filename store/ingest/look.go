package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"countersign/store/ingest/directory"
	"countersign/store/ingest/table"
)

// Glance is what the beginning of a file shows, before anybody has said what it is.
type Glance struct {
	Header []string         // the names of its columns; none for a file that has no columns
	Rows   [][]string       // the first rows, as they are read; secrets are left out
	Format directory.Format // the directory's format it is recognised as, empty if it is none
	// Kinds are the kinds it may be, the likeliest first; those after it fit none of
	// their columns and are left out.
	Kinds []Kind
}

// Look reads the header and at most rows rows of a file, and guesses by the columns
// what it is; a file called like one of the kinds it may be is of that kind. With format Plain a directory's format is not looked for. It returns an
// Invalid error for a file that cannot be read as a table, and reads no further than
// it needs.
func Look(src io.ReadSeeker, rows int, o Options) (g Glance, err error) {
	defer func() { g.Kinds = called(g.Kinds, o.File) }()
	if o.Format != Plain {
		r, own, err := directory.Open(src, o.Format, table.Options{Sheet: o.Table.Sheet, Members: payloadOf(Grants, Options{})})
		switch {
		case err != nil:
			return g, asDomain(err)
		case own == nil:
			return lookOutside(r, rows)
		}
		if err := own.Close(); err != nil {
			return g, asDomain(err)
		}
		if _, err := src.Seek(0, io.SeekStart); err != nil {
			return g, fmt.Errorf("import: %w", err)
		}
	}
	g, faults, err := lookAs(src, Grants, rows, o)
	if err == nil && faults == 0 {
		return g, nil
	}
	// JSON is grants or members; what is neither is said of the first.
	if _, again := src.Seek(0, io.SeekStart); again != nil {
		return g, fmt.Errorf("import: %w", again)
	}
	if other, faults, also := lookAs(src, Members, rows, o); also == nil && (err != nil || faults == 0) {
		return other, nil
	}
	return g, err
}

// called puts the kind that a file's name holds as a word before the others.
func called(kinds []Kind, name string) []Kind {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r != '-' && (r < 'a' || r > 'z') })
	at := slices.IndexFunc(kinds, func(k Kind) bool { return slices.Contains(words, string(k)) })
	if at <= 0 {
		return kinds
	}
	return slices.Insert(slices.Delete(slices.Clone(kinds), at, at+1), 0, kinds[at])
}

// lookAs reads the beginning of a table; its objects are those of a kind where it is
// JSON. faults counts the rows that cannot be taken.
func lookAs(src io.Reader, k Kind, rows int, o Options) (g Glance, faults int, err error) {
	t, err := table.Open(src, table.Options{Sheet: o.Table.Sheet, Members: payloadOf(k, Options{})})
	if err != nil {
		return g, 0, asDomain(err)
	}
	if g, faults, err = lookPlain(t, rows); err != nil {
		err = asDomain(err)
	}
	return g, faults, err
}

// lookOutside reads the first entries of a directory's file.
func lookOutside(r *directory.Reader, rows int) (g Glance, err error) {
	defer func() { err = errors.Join(err, r.Close()) }()
	g = Glance{Header: r.Header(), Format: r.Format(), Kinds: gives(r.Format())}
	for len(g.Rows) < rows {
		e, err := r.Next()
		var bad *table.RowError
		switch {
		case errors.Is(err, io.EOF):
			return g, nil
		case errors.As(err, &bad):
			g.Rows = append(g.Rows, []string{bad.Error()})
		case err != nil:
			return g, asDomain(err)
		default:
			g.Rows = append(g.Rows, entryWords(e))
		}
	}
	return g, nil
}

// entryWords are what an entry of a directory says, in short.
func entryWords(e directory.Entry) []string {
	switch {
	case len(e.Fields) > 0:
		return e.Fields
	case e.User != nil:
		return []string{e.User.Name, e.User.Email, e.User.Department}
	case e.Group != nil:
		return []string{e.Group.Name, e.Group.Description}
	}
	return nil
}

// lookPlain reads the first rows of a table and sees which kinds its columns fit.
func lookPlain(t *table.Reader, rows int) (g Glance, faults int, err error) {
	defer func() { err = errors.Join(err, t.Close()) }()
	g.Header = slices.Clone(t.Header())
	g.Kinds = guesses(g.Header)
	for len(g.Rows) < rows {
		row, err := t.Read()
		var bad *table.RowError
		switch {
		case errors.Is(err, io.EOF):
			return g, faults, nil
		case errors.As(err, &bad):
			faults++
			g.Rows = append(g.Rows, []string{bad.Error()})
		case err != nil:
			return g, faults, err
		case !row.Blank():
			g.Rows = append(g.Rows, withoutSecrets(g.Header, row.Fields))
		}
	}
	return g, faults, nil
}

// withoutSecrets are fields without those of columns that hold secrets.
func withoutSecrets(header, fields []string) []string {
	out := slices.Clone(fields)
	for i := range out {
		if i < len(header) && table.Secret(header[i]) {
			out[i] = ""
		}
	}
	return out
}

// guesses are the kinds whose columns a header has, those it has all the needed ones
// of first, and of these whoever knows the most of its columns.
func guesses(header []string) []Kind {
	type guess struct {
		kind         Kind
		whole, known int
	}
	var all []guess
	for _, k := range Kinds() {
		b, lacks := fieldsIn(header, k, table.Mapping{})
		g := guess{kind: k, known: len(b)}
		if !lacks {
			g.whole = 1
		}
		if g.known > 0 {
			all = append(all, g)
		}
	}
	slices.SortStableFunc(all, func(a, b guess) int { return cmp.Or(b.whole-a.whole, b.known-a.known) })
	out := make([]Kind, len(all))
	for i, g := range all {
		out[i] = g.kind
	}
	return out
}

// fieldsIn is which column holds which field of a kind, as far as a header and a
// mapping say; lacks tells that a needed one is missing.
func fieldsIn(header []string, k Kind, m table.Mapping) (fields map[int]string, lacks bool) {
	s := SchemaOf(k)
	free := table.Schema{Kind: s.Kind, Fields: slices.Clone(s.Fields)}
	for i := range free.Fields {
		free.Fields[i].Required = false
	}
	fields = map[int]string{}
	b, err := free.Bind(header, m)
	if err != nil {
		return fields, true
	}
	for _, f := range s.Fields {
		at := slices.Index(header, b.Column(f.Key))
		switch {
		case b.Has(f.Key) && at >= 0:
			fields[at] = f.Key
		case f.Required:
			lacks = true
		}
	}
	return fields, lacks
}

// FieldsIn is which column of a header, counted from 0, holds which field of a kind,
// under a mapping as --columns writes it. It returns an Invalid error for a mapping that
// cannot be read or does not fit.
func FieldsIn(header []string, k Kind, columns string) (map[int]string, error) {
	m, err := table.ParseMapping(columns, SchemaOf(k))
	if err != nil {
		return nil, asDomain(err)
	}
	if _, err := (table.Schema{Kind: string(k)}).Bind(header, m); err != nil {
		return nil, asDomain(err)
	}
	out, _ := fieldsIn(header, k, m)
	return out, nil
}

// Columns writes a mapping as --columns takes it: field by field, in the order of the
// kind's fields.
func Columns(k Kind, of map[string]string) string {
	var out []string
	for _, f := range SchemaOf(k).Fields {
		if column, ok := of[f.Key]; ok {
			out = append(out, f.Key+`="`+strings.ReplaceAll(column, `"`, `""`)+`"`)
		}
	}
	return strings.Join(out, ",")
}
