package table

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"countersign/store/ingest/workbook"
)

// XLSX is how a workbook holds its characters.
const XLSX Encoding = "xlsx"

// headBytes is how much of a file is looked at to tell what it is.
const headBytes = 512

// lookAt gives the first bytes of a file; the reader it gives back has them
// still.
func lookAt(src io.Reader) (io.Reader, []byte, error) {
	if f, ok := seekable(src); ok {
		head := make([]byte, headBytes)
		n, err := f.ReadAt(head, 0)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, err
		}
		return src, head[:n], nil
	}
	br := bufio.NewReader(src)
	head, err := br.Peek(headBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	return br, head, nil
}

// seekable gives the source as one that can be read anywhere, where it stands at
// its beginning and is a file rather than a pipe.
func seekable(src io.Reader) (interface {
	io.ReaderAt
	io.Seeker
}, bool) {
	f, ok := src.(interface {
		io.ReaderAt
		io.Seeker
	})
	if !ok {
		return nil, false
	}
	at, err := f.Seek(0, io.SeekCurrent)
	return f, err == nil && at == 0
}

// sheetRows reads one sheet as a table.
type sheetRows struct {
	rows   *workbook.Rows
	sheet  string
	header []string
	src    Source
	left   func() error // lets a copy of the file go
}

// openSheet opens a workbook and reads the header of its sheet.
func openSheet(src io.Reader, opts Options) (*Reader, error) {
	s := &sheetRows{left: func() error { return nil }}
	at, size, err := s.anywhere(src)
	if err != nil {
		return nil, errors.Join(readFailed(0, err), s.left())
	}
	if err := s.begin(at, size, opts); err != nil {
		return nil, errors.Join(sheetFault(err), s.close())
	}
	return &Reader{other: s, opts: opts, header: s.header}, nil
}

// anywhere gives the source as one that can be read anywhere, and takes its
// digest. What comes through a pipe is put into a file that nobody else sees.
func (s *sheetRows) anywhere(src io.Reader) (io.ReaderAt, int64, error) {
	sum := sha256.New()
	s.src.Encoding = XLSX
	if f, ok := seekable(src); ok {
		size, err := f.Seek(0, io.SeekEnd)
		if err != nil {
			return nil, 0, err
		}
		s.src.Bytes, err = io.Copy(sum, io.NewSectionReader(f, 0, size))
		s.src.SHA256 = hex.EncodeToString(sum.Sum(nil))
		return f, size, err
	}
	f, err := os.CreateTemp("", "countersign-*.xlsx")
	if err != nil {
		return nil, 0, err
	}
	s.left = func() error { return errors.Join(f.Close(), os.Remove(f.Name())) }
	s.src.Bytes, err = io.Copy(io.MultiWriter(f, sum), src)
	s.src.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return f, s.src.Bytes, err
}

func (s *sheetRows) begin(at io.ReaderAt, size int64, opts Options) error {
	book, err := workbook.Open(at, size, workbook.Options{MaxText: opts.MaxField, MaxRow: opts.MaxRecord})
	if err != nil {
		return err
	}
	sheet, err := book.Choose(opts.Sheet)
	if err != nil {
		return err
	}
	if s.rows, err = book.Rows(sheet); err != nil {
		return err
	}
	s.sheet = sheet.Name
	return s.readHeader(opts)
}

// readHeader finds the first row that is no comment.
func (s *sheetRows) readHeader(opts Options) error {
	for {
		row, err := s.rows.Next()
		if errors.Is(err, io.EOF) {
			return &FileError{Message: fmt.Sprintf("the sheet “%s” is empty: it has no header row", Short(s.sheet)),
				Hint: "its first row must name the columns"}
		}
		if err != nil {
			return err
		}
		first := row.Cells[0]
		if strings.HasPrefix(first.Text, "# ") {
			continue
		}
		last := row.Cells[len(row.Cells)-1].Col
		if last > opts.MaxColumns {
			return &FileError{Line: row.Number, Message: fmt.Sprintf("the header has %d columns; %d is the most that is read", last, opts.MaxColumns)}
		}
		s.header = make([]string, last)
		blank := true
		for _, c := range row.Cells {
			if c.Fault != "" {
				return &FileError{Message: fmt.Sprintf("the header's cell %s %s", s.at(row.Number, c.Col), c.Fault)}
			}
			s.header[c.Col-1] = strings.TrimSpace(c.Text)
			blank = blank && s.header[c.Col-1] == ""
		}
		if !blank {
			return nil
		}
	}
}

// at names a cell with its sheet, as a formula does.
func (s *sheetRows) at(row, col int) string { return quoteSheet(s.sheet) + workbook.Name(row, col) }

// quoteSheet writes a sheet's name before a cell: in quotes where it is no plain
// word.
func quoteSheet(name string) string {
	for _, r := range name {
		if !(r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r > 0x7f && Short(string(r)) == string(r)) {
			return "'" + strings.ReplaceAll(Short(name), "'", "''") + "'!"
		}
	}
	return Short(name) + "!"
}

func (s *sheetRows) cell(line, col int) string {
	if col < 0 {
		return fmt.Sprintf("%s%d", quoteSheet(s.sheet), line)
	}
	return s.at(line, col+1)
}

// read gives the next row as wide as the header. A row that holds anything
// beyond its last column, or a cell that cannot be read, is a *RowError.
func (s *sheetRows) read() (Row, error) {
	got, err := s.rows.Next()
	if err != nil {
		return Row{}, sheetFault(err)
	}
	s.src.Rows++
	row := Row{Line: got.Number, Fields: make([]string, len(s.header))}
	for _, c := range got.Cells {
		bad := &RowError{Line: got.Number, Cell: s.at(got.Number, c.Col)}
		switch {
		case c.Fault != "":
			bad.Column, bad.Value, bad.Message = columnName(s.header, c.Col-1), Short(c.Shown), c.Fault
			return Row{}, bad
		case c.Col > len(s.header) && strings.TrimSpace(c.Text) != "":
			bad.Value, bad.Message = Short(c.Text), "stands beyond the last column of the header; name the column, or clear the cell"
			return Row{}, bad
		case c.Col <= len(s.header):
			row.Fields[c.Col-1] = c.Text
			if c.Formula {
				row.formulas = append(row.formulas, c.Col-1)
			}
		}
	}
	return row, nil
}

func (s *sheetRows) evidence() Source { return s.src }

func (s *sheetRows) close() error {
	if s.rows != nil {
		return errors.Join(s.rows.Close(), s.left())
	}
	return s.left()
}

// sheetFault turns what the workbook's reader says into a fault of the file.
func sheetFault(err error) error {
	var e *workbook.Error
	if errors.As(err, &e) {
		return &FileError{Message: e.Message, Hint: e.Hint, Err: e.Err}
	}
	return err
}
