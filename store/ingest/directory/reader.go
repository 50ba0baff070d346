package directory

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// MostRecord bounds one object of SCIM and one entry of LDIF, in bytes: a
// group with half a million members fits.
const MostRecord = 64 << 20

// Field is something a file may say of a person or a group.
type Field string

// The fields.
const (
	FieldID          Field = "id"
	FieldName        Field = "name"
	FieldEmail       Field = "email"
	FieldDepartment  Field = "department"
	FieldTitle       Field = "title"
	FieldManager     Field = "manager"
	FieldEmployment  Field = "employment"
	FieldStatus      Field = "status"
	FieldDescription Field = "description"
	FieldGroup       Field = "group"
	FieldMember      Field = "member"
	FieldRole        Field = "role"
)

// Reader reads one file of a directory. It is made by Open, read with Next
// until io.EOF, and then knows its Source. It is not safe for use by several
// goroutines.
type Reader struct {
	format Format
	body   body
}

// body is a reader of one family of formats.
type body interface {
	next() (Entry, error)
	source() (table.Source, bool)
	column(Field) string
	says(Field) bool
	header() []string
	unused() []string
	withheld() []string
	partial() string
	place(table.RowError) table.RowError
	close() error
}

// Open reads src as the format, or finds out which one it is when format is
// empty: by how it begins, or by the names of its columns, those of a workbook
// as well. A file of no format of a directory comes back as own, a table open
// for reading. It returns a *table.FileError for a file that is broken from the
// start, and a *table.FieldsError for one without the columns of its format.
// The Reader, or the table, must be closed.
func Open(src io.Reader, format Format, opts table.Options) (r *Reader, own *table.Reader, err error) {
	br := bufio.NewReaderSize(src, sniffed)
	head, err := br.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, &table.FileError{Message: "reading the file failed: " + err.Error(), Err: err}
	}
	if format == "" {
		format = untabled(head, len(opts.Members) > 0)
	}
	var b body
	switch format {
	case SCIM:
		b, err = openSCIM(br)
	case LDIF:
		b, err = openLDIF(br)
	default:
		return openAsTable(br, format, opts)
	}
	if err != nil {
		return nil, nil, err
	}
	return &Reader{format: format, body: b}, nil, nil
}

func openAsTable(src io.Reader, format Format, opts table.Options) (*Reader, *table.Reader, error) {
	t, err := table.Open(src, opts)
	if err != nil {
		return nil, nil, err
	}
	if format == "" {
		if format = recogniseHeader(t.Header()); format == "" {
			return nil, t, nil
		}
	}
	b, err := openTable(t, format)
	if err != nil {
		return nil, nil, errors.Join(err, t.Close())
	}
	return &Reader{format: format, body: b}, nil, nil
}

// sniffed is how much of a file is looked at to recognise it.
const sniffed = 16 << 10

// untabled tells by its beginning whether a file is SCIM or LDIF; it is empty
// for anything else. Where JSON may hold something else as well, it is SCIM only
// with a word of SCIM in it.
func untabled(head []byte, otherJSON bool) Format {
	text := strings.ReplaceAll(string(head), "\x00", "") // UTF-16 reads as ASCII without its zeros
	for _, mark := range []string{"\xff\xfe", "\xfe\xff", "\ufeff"} {
		text = strings.TrimPrefix(text, mark)
	}
	text = strings.TrimLeft(text, " \t\r\n")
	switch {
	case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
		text = strings.ToLower(text)
		if !otherJSON || strings.Contains(text, "urn:ietf:params:scim") || strings.Contains(text, `"resources"`) || strings.Contains(text, `"displayname"`) {
			return SCIM
		}
	case looksLDIF(text):
		return LDIF
	}
	return ""
}

// looksLDIF reports whether the first line that is no comment is one that an
// LDIF file begins with.
func looksLDIF(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.ToLower(strings.TrimRight(line, "\r\n"))
		switch {
		case line == "" || line[0] == '#' || line[0] == ' ':
		case strings.HasPrefix(line, "dn:"):
			return true
		case strings.HasPrefix(line, "version:"):
			return !strings.ContainsAny(line, ",;\t")
		default:
			return false
		}
	}
	return false
}

// Format is the format the file is read by.
func (r *Reader) Format() Format { return r.format }

// Next gives the next entry and io.EOF after the last. Any other error ends
// the reading: a *table.FileError. What is wrong with one entry is in its
// Fault.
func (r *Reader) Next() (Entry, error) { return r.body.next() }

// Source is the evidence of what was read. Before Next has returned io.EOF ok
// is false.
func (r *Reader) Source() (src table.Source, ok bool) { return r.body.source() }

// Column is what the file calls a field, for errors.
func (r *Reader) Column(f Field) string {
	if c := r.body.column(f); c != "" {
		return c
	}
	return string(f)
}

// Says reports whether the file speaks of a field: whether it has a column for
// it, or, where a file has no columns, whether any entry so far has it.
func (r *Reader) Says(f Field) bool { return r.body.says(f) }

// Header lists the columns of a table; nil for a file without any.
func (r *Reader) Header() []string { return r.body.header() }

// Unused lists columns that the format has no use for.
func (r *Reader) Unused() []string { return r.body.unused() }

// Withheld lists columns and attributes that were not read because they hold
// secrets, by name.
func (r *Reader) Withheld() []string { return r.body.withheld() }

// Place completes an error about a row with the cell of the workbook that it is
// about.
func (r *Reader) Place(e table.RowError) table.RowError { return r.body.place(e) }

// Close lets go of what the Reader holds. The source stays the caller's.
func (r *Reader) Close() error { return r.body.close() }

// Partial says, once the file is read, why it is less than the whole answer of
// the directory; it is empty for a whole one.
func (r *Reader) Partial() string { return r.body.partial() }

// Employment reads the words by which directories tell who works here on what
// terms. Text that says nothing of the kind, such as a trade, gives "".
func employment(s string) string {
	key := table.ColumnKey(s)
	for _, w := range []struct {
		word  domain.Employment
		terms []string
	}{
		{domain.Employee, []string{"employee", "fulltime", "fulltimeemployee", "fte", "parttime", "regular", "permanent", "staff"}},
		{domain.Contractor, []string{"contractor", "contingent", "contingentworker", "temp", "temporary", "agencyworker", "freelancer"}},
		{domain.External, []string{"external", "guest", "vendor", "partner", "supplier", "consultant", "customer"}},
	} {
		if slices.Contains(w.terms, key) {
			return w.word.String()
		}
	}
	return ""
}

// fullName joins a first and a last name.
func fullName(first, last string) string { return strings.TrimSpace(first + " " + last) }

// refs lists names without the empty ones and without repetition.
func refs(names ...string) []string {
	var out []string
	for _, n := range names {
		if n = strings.TrimSpace(n); n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// one is a list that holds s alone, and none when s is empty.
func one(s string) []string { return refs(s) }
