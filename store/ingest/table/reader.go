package table

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"countersign/store/ingest/workbook"
)

// Options bound what a Reader takes. The zero value means the defaults.
type Options struct {
	Separator  byte     // ',' ';' or tab; 0 to find out from the file
	MaxField   int      // bytes of one field; 0 means 256 KiB
	MaxRecord  int      // bytes of one record; 0 means 4 MiB
	MaxColumns int      // columns of the header; 0 means 16,384, what a worksheet holds
	Exact      bool     // keep a leading apostrophe that a spreadsheet-safe export wrote
	Sheet      string   // of a workbook: which sheet; empty for the only one
	Members    []Member // what objects may stand in a file that is JSON; without any, JSON is not read
}

func (o Options) withDefaults() Options {
	if o.MaxField == 0 {
		o.MaxField = 256 << 10
	}
	if o.MaxRecord == 0 {
		o.MaxRecord = 4 << 20
	}
	if o.MaxColumns == 0 {
		o.MaxColumns = 16384
	}
	return o
}

// Row is one record of the file, as wide as the header.
type Row struct {
	Line   int // physical line the record begins on, counted from 1
	Fields []string
	lines  []int // physical line each field begins on

	formulas []int // of a workbook: fields that are the last value of a formula
}

// Formula reports whether field i of a workbook's row is a formula.
func (r Row) Formula(i int) bool { return slices.Contains(r.formulas, i) }

// FieldLine is the physical line that field i begins on.
func (r Row) FieldLine(i int) int {
	if i < len(r.lines) {
		return r.lines[i]
	}
	return r.Line
}

// Blank reports whether every field is empty or space.
func (r Row) Blank() bool {
	for _, f := range r.Fields {
		if strings.TrimSpace(f) != "" {
			return false
		}
	}
	return true
}

// Source is the evidence of what was read.
type Source struct {
	SHA256    string // of the raw bytes, hexadecimal
	Bytes     int64
	Rows      int // records after the header, whether they could be taken or not
	Encoding  Encoding
	Separator byte
}

// other reads a table that is no delimited text: a sheet of a workbook, or JSON.
// What Reader says of its methods holds for these.
type other interface {
	read() (Row, error)
	evidence() Source          // once read has returned io.EOF
	cell(line, col int) string // where a field stands, "" where line and column say it
	close() error
}

// Reader reads one table. It is made by Open, read until io.EOF, and then
// knows its Source. It is not safe for use by several goroutines.
type Reader struct {
	other  other
	opts   Options
	ev     *evidence
	enc    Encoding
	br     *bufio.Reader
	header []string
	rows   int
	fatal  error

	line   int  // physical line of the next byte
	wasCR  bool // the byte before was a carriage return
	buf    []byte
	ends   []int
	starts []int // physical line of each field
}

// sniffBytes is how much of the file is looked at to find the separator.
const sniffBytes = 64 << 10

// Open looks at the beginning of src, finds encoding and separator and reads
// the header; a workbook (.xlsx) and, where Options.Members are given, JSON
// are recognised by their first bytes. Lines before the header whose first
// field begins with "# " are comments and skipped, as are an Excel line sep=;
// that names the separator and the line #TYPE that PowerShell's Export-Csv puts
// before its columns. It returns a *FileError for
// a file without a header, one that is neither text nor workbook, a sheet that is
// not there, and when reading fails. The Reader must be closed.
func Open(src io.Reader, opts Options) (*Reader, error) {
	src, head, err := lookAt(src)
	switch {
	case err != nil:
		return nil, readFailed(0, err)
	case workbook.Is(head):
		return openSheet(src, opts.withDefaults())
	case len(opts.Members) > 0 && looksJSON(head) && opts.Sheet == "":
		return openPayloads(src, opts.withDefaults())
	case opts.Sheet != "":
		return nil, &FileError{Message: fmt.Sprintf("the file is no workbook, so it has no sheet “%s”", Short(opts.Sheet)), Hint: "leave --sheet out"}
	}
	return openText(src, opts)
}

// Close lets go of what the Reader holds. The source stays the caller's.
func (r *Reader) Close() error {
	if r.other != nil {
		return r.other.close()
	}
	return nil
}

func openText(src io.Reader, opts Options) (*Reader, error) {
	r := &Reader{opts: opts.withDefaults(), ev: newEvidence(src), line: 1}
	text, enc, err := decode(r.ev)
	if err != nil {
		return nil, readFailed(0, err)
	}
	r.enc = enc
	r.br = bufio.NewReaderSize(text, sniffBytes)
	head, err := r.br.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, readFailed(0, err)
	}
	if r.opts.Separator == 0 {
		r.opts.Separator = sniff(head, r.opts)
	}
	if err := r.readHeader(); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Reader) readHeader() error {
	for {
		if r.comment() {
			if err := r.skipLine(); err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			continue
		}
		err := r.record()
		if errors.Is(err, io.EOF) {
			return &FileError{Message: "the file is empty: it has no header line", Hint: "the first line must name the columns"}
		}
		if err != nil {
			return err
		}
		if len(r.starts) == 0 || r.preamble() {
			continue
		}
		row := r.row()
		for i, f := range row.Fields {
			if !utf8.ValidString(f) {
				return &FileError{Line: row.FieldLine(i), Message: fmt.Sprintf("the name of column %d is not valid %s", i+1, r.enc),
					Hint: "save the file as CSV UTF-8"}
			}
			row.Fields[i] = strings.TrimSpace(f)
		}
		if row.Blank() {
			continue
		}
		if len(row.Fields) > r.opts.MaxColumns {
			return &FileError{Line: row.Line, Message: fmt.Sprintf("the header has %d columns; %d is the most that is read", len(row.Fields), r.opts.MaxColumns)}
		}
		r.header = row.Fields
		return nil
	}
}

// comment reports whether a comment begins here.
func (r *Reader) comment() bool {
	p, _ := r.br.Peek(len("#TYPE ")) // a short file gives what there is
	return strings.HasPrefix(string(p), "# ") || string(p) == "#TYPE "
}

// skipLine passes over a comment, whatever quotes it holds.
func (r *Reader) skipLine() error {
	for {
		b, err := r.next()
		if err != nil {
			return err
		}
		if r.endsLine(b) {
			return nil
		}
	}
}

// preamble reports whether the record just read stands before the header: a
// comment that a spreadsheet put in quotes, or Excel's line that names the
// separator.
func (r *Reader) preamble() bool {
	if strings.HasPrefix(string(r.buf[:r.ends[0]]), "# ") {
		return true
	}
	line := strings.ToLower(string(r.buf))
	return r.starts[0] == 1 && strings.HasPrefix(line, "sep=") && len(line) <= 5 && len(r.ends) <= 2
}

// Header is the names of the columns, without space around them. The caller
// must not change it.
func (r *Reader) Header() []string { return r.header }

// Source is the evidence of what was read. Before Read has returned io.EOF the
// digest may not cover the whole file, so ok is false.
func (r *Reader) Source() (src Source, ok bool) {
	if !errors.Is(r.fatal, io.EOF) {
		return Source{}, false
	}
	if r.other != nil {
		return r.other.evidence(), true
	}
	return Source{SHA256: r.ev.digest(), Bytes: r.ev.bytes, Rows: r.rows, Encoding: r.enc, Separator: r.opts.Separator}, true
}

// Read returns the next row, io.EOF after the last, a *RowError for a row that
// cannot be taken (the next Read goes on behind it), or a *FileError, which
// every later Read returns again.
func (r *Reader) Read() (Row, error) {
	if r.fatal != nil {
		return Row{}, r.fatal
	}
	if r.other != nil {
		row, err := r.other.read()
		var bad *RowError
		if err != nil && !errors.As(err, &bad) {
			r.fatal = err
		}
		return row, err
	}
	for {
		if err := r.record(); err != nil {
			r.fatal = err
			return Row{}, err
		}
		if len(r.starts) > 0 {
			break
		}
	}
	r.rows++
	row := r.row()
	if err := r.check(row); err != nil {
		return Row{}, err
	}
	return row, nil
}

// row copies the record just parsed out of the buffers.
func (r *Reader) row() Row {
	all := string(r.buf)
	row := Row{Line: r.starts[0], Fields: make([]string, len(r.ends)), lines: append([]int(nil), r.starts...)}
	from := 0
	for i, end := range r.ends {
		row.Fields[i] = all[from:end]
		if !r.opts.Exact {
			row.Fields[i] = Unguard(row.Fields[i])
		}
		from = end
	}
	return row
}

// check refuses a row of the wrong width and one that is not valid text.
func (r *Reader) check(row Row) error {
	for i, f := range row.Fields {
		if !utf8.ValidString(f) {
			return &RowError{Line: row.FieldLine(i), Column: r.columnName(i), Value: r.showable(f, i),
				Message: fmt.Sprintf("is not valid %s; save the file as CSV UTF-8", r.enc)}
		}
	}
	switch got, want := len(row.Fields), len(r.header); {
	case got < want:
		return &RowError{Line: row.Line, Column: r.columnName(got),
			Message: fmt.Sprintf("the row ends before this column: it has %s, the header has %d", plural(got, "field"), want)}
	case got > want:
		return &RowError{Line: row.FieldLine(want), Value: r.showable(row.Fields[want], want),
			Message: fmt.Sprintf("stands beyond the last column: the row has %d fields, the header has %d; quote a field that holds the separator", got, want)}
	}
	return nil
}

// showable is a value for an error; of a column of secrets, and of one that
// may be such a column out of place, nothing is shown.
func (r *Reader) showable(f string, column int) string {
	if column < len(r.header) && Secret(r.header[column]) || column >= len(r.header) && slices.ContainsFunc(r.header, Secret) {
		return ""
	}
	return Short(f)
}

func (r *Reader) columnName(i int) string { return columnName(r.header, i) }

func columnName(header []string, i int) string {
	if i < len(header) && header[i] != "" {
		return header[i]
	}
	return fmt.Sprintf("%d", i+1)
}

// Place completes an error about a row with the cell of the workbook that it is
// about.
func (r *Reader) Place(e RowError) RowError {
	if r.other == nil || e.Cell != "" || e.Line == 0 {
		return e
	}
	for i, name := range r.header {
		if name != "" && name == e.Column {
			e.Cell = r.other.cell(e.Line, i)
			return e
		}
	}
	e.Cell = r.other.cell(e.Line, -1)
	return e
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func readFailed(line int, err error) *FileError {
	return &FileError{Line: line, Message: "reading the file failed: " + err.Error(), Err: err}
}
