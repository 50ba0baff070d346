package directory

import (
	"bufio"
	"bytes"
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
}

// Open reads src as the format, or finds out by its beginning which format it
// is when format is empty. known is false, without an error, for a file that
// is of no format of a directory; nothing of src is lost then: rest gives all
// of it again. It returns a *table.FileError for a file that is broken from
// the start, and a *table.FieldsError for one without the columns of its
// format.
func Open(src io.Reader, format Format, opts table.Options) (r *Reader, rest io.Reader, known bool, err error) {
	br := bufio.NewReaderSize(src, sniffed)
	head, err := br.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, false, &table.FileError{Message: "reading the file failed: " + err.Error(), Err: err}
	}
	if format == "" {
		if format = Recognise(head, opts); format == "" {
			return nil, br, false, nil
		}
	}
	b, err := open(br, format, opts)
	if err != nil {
		return nil, nil, true, err
	}
	return &Reader{format: format, body: b}, nil, true, nil
}

func open(src io.Reader, format Format, opts table.Options) (body, error) {
	switch format {
	case SCIM:
		return openSCIM(src)
	case LDIF:
		return openLDIF(src)
	}
	return openTable(src, format, opts)
}

// sniffed is how much of a file is looked at to recognise it: a header of 300
// columns fits.
const sniffed = 64 << 10

// Recognise tells the format of a file by its beginning; it is empty for one
// of no known format.
func Recognise(head []byte, opts table.Options) Format {
	text := strings.ReplaceAll(string(head[:min(len(head), 2048)]), "\x00", "") // UTF-16 reads as ASCII without its zeros
	text = strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(text, "\xff\xfe"), "\ufeff"), " \t\r\n")
	switch {
	case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
		return SCIM
	case looksLDIF(text):
		return LDIF
	}
	// The end of what was peeked may cut a row; only the header counts.
	r, err := table.Open(bytes.NewReader(head), opts)
	if err != nil {
		return ""
	}
	return recogniseHeader(r.Header())
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
