package workbook

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Cell is one cell that holds something.
type Cell struct {
	Col   int    // counted from 1
	Text  string // what it says; empty where it cannot be read
	Fault string // why it cannot be read: the end of a sentence about the cell
	Shown string // where there is a fault, what stands there

	Formula bool // what it says is the last value of a formula
}

// Row is one row that holds something.
type Row struct {
	Number int // as the sheet counts, from 1
	Cells  []Cell
}

// Name writes a place as a sheet shows it: B7.
func Name(row, col int) string { return Column(col) + strconv.Itoa(row) }

// Column writes a column's letters: 1 is A, 28 is AB.
func Column(col int) string {
	var b []byte
	for ; col > 0; col = (col - 1) / 26 {
		b = append([]byte{byte('A' + (col-1)%26)}, b...)
	}
	return string(b)
}

// Rows reads the rows of one sheet. It is made by Book.Rows and must be closed.
type Rows struct {
	book   *Book
	name   string
	rc     io.ReadCloser
	s      *scanner
	row    int
	spread int64 // bytes of text given out so far
	err    error
}

// Rows begins to read a sheet. It returns an *Error where its part cannot be
// unpacked, or would unpack to more than a sheet holds.
func (b *Book) Rows(sh Sheet) (*Rows, error) {
	rc, err := b.open(sh.part, maxSheet)
	if err != nil {
		return nil, err
	}
	return &Rows{book: b, name: sh.Name, rc: rc, s: newScanner(safe(sh.part), rc, b.opts.MaxText)}, nil
}

// Close lets the sheet go.
func (r *Rows) Close() error { return r.rc.Close() }

// Next gives the next row that holds anything; io.EOF after the last, and an
// *Error, which every later Next returns again, where the sheet cannot be read
// on.
func (r *Rows) Next() (Row, error) {
	for r.err == nil {
		kind, err := r.s.next()
		switch {
		case errors.Is(err, io.EOF):
			r.err = fault("the sheet %s ends in the middle", safe(r.name)).hinted(saveAgain)
		case err != nil:
			r.err = err
		case kind == endTag && r.s.name == "sheetData":
			r.err = io.EOF
		case kind == startTag && r.s.name == "row":
			row, err := r.one()
			if err == nil && len(row.Cells) > 0 {
				return row, nil
			}
			r.err = err
		}
	}
	return Row{}, r.err
}

// one reads a row behind its start tag.
func (r *Rows) one() (Row, error) {
	r.row++
	n, err := r.s.number("r")
	if err != nil {
		return Row{}, err
	}
	if n > 0 {
		if n < r.row {
			return Row{}, fault("the rows of the sheet %s are out of order at row %d", safe(r.name), n).hinted(saveAgain)
		}
		r.row = n
	}
	if r.row > maxRows {
		return Row{}, fault("the sheet %s has more than %d rows, which no sheet can have", safe(r.name), maxRows).hinted(saveCSV)
	}
	row := Row{Number: r.row}
	if r.s.closing {
		r.s.closing = false
		return row, nil
	}
	col, size := 0, 0
	for {
		kind, err := r.s.next()
		switch {
		case err != nil:
			return row, r.s.readFault(err, false)
		case kind == endTag && r.s.name == "row":
			return row, nil
		case kind != startTag || r.s.name != "c":
			continue
		}
		c, err := r.cell(col)
		if err != nil {
			return row, err
		}
		col = c.Col
		if c.Text == "" && c.Fault == "" {
			continue
		}
		if size += len(c.Text); size > r.book.opts.MaxRow {
			return row, fault("row %d of the sheet %s is longer than %d bytes", r.row, safe(r.name), r.book.opts.MaxRow).hinted(saveCSV)
		}
		if r.spread += int64(len(c.Text)); r.spread > spreadFloor+maxSpread*r.book.size {
			return row, fault("the texts of the sheet %s add up to more than %d bytes, which a file of its size does not", safe(r.name), r.spread).
				hinted(saveCSV)
		}
		row.Cells = append(row.Cells, c)
	}
}

// cell reads a cell behind its start tag; last is the column before it.
func (r *Rows) cell(last int) (Cell, error) {
	c := Cell{Col: last + 1}
	ref, err := r.s.attr("r")
	if err != nil {
		return c, err
	}
	if ref != "" {
		row, col, ok := place(ref)
		if !ok || row != r.row {
			return c, fault("row %d of the sheet %s holds a cell named %s", r.row, safe(r.name), safe(ref)).hinted(saveAgain)
		}
		c.Col = col
	}
	if c.Col <= last || c.Col > maxCols {
		return c, fault("the cells in row %d of the sheet %s are out of order", r.row, safe(r.name)).hinted(saveAgain)
	}
	kind, err := r.s.attr("t")
	if err != nil {
		return c, err
	}
	n, err := r.s.number("s")
	if err != nil {
		return c, err
	}
	st := style{}
	if n < len(r.book.styles) {
		st = r.book.styles[n]
	}
	if r.s.closing {
		r.s.closing = false
		return c, nil
	}
	raw, formula, has, err := r.value()
	if err != nil {
		return c, err
	}
	c.Formula = formula
	if formula && !has {
		c.Fault = "holds a formula that was never computed; open and save the workbook in a spreadsheet program"
		return c, nil
	}
	return r.mean(c, kind, raw, st)
}

// value reads a cell to its end: its raw value or inline text, whether it has a
// formula, and whether it has a value.
func (r *Rows) value() (raw string, formula, has bool, err error) {
	defer func() { r.s.keep = false }()
	var text strings.Builder
	for {
		kind, err := r.s.next()
		if err != nil {
			return "", false, false, r.s.readFault(err, false)
		}
		switch kind {
		case startTag:
			r.s.keep = false
			switch r.s.name {
			case "f":
				formula = true
			case "v":
				has, r.s.keep = true, true
			case "is":
				has = true
				inline, err := r.s.richText("is")
				if err != nil {
					return "", false, false, err
				}
				text.WriteString(inline)
			}
		case chars:
			more, err := r.s.content()
			if err != nil {
				return "", false, false, err
			}
			if text.WriteString(more); text.Len() > r.s.maxText {
				return "", false, false, r.s.tooLong()
			}
		case endTag:
			r.s.keep = false
			if r.s.name == "c" {
				return text.String(), formula, has, nil
			}
		}
	}
}

// mean gives a cell's raw value its meaning by its type.
func (r *Rows) mean(c Cell, kind, raw string, st style) (Cell, error) {
	switch kind {
	case "s":
		if raw == "" {
			return c, nil
		}
		i, err := strconv.Atoi(strings.TrimSpace(raw))
		text, ok := r.book.texts.at(i)
		if err != nil || !ok {
			return c, fault("the cell %s of the sheet %s points to a text that the workbook does not have", Name(r.row, c.Col), safe(r.name)).
				hinted(saveAgain)
		}
		c.Text = text
	case "inlineStr":
		c.Text = raw
	case "str":
		c.Text = unescape(raw)
	case "b":
		c.Text = map[string]string{"1": "true", "0": "false", "true": "true", "false": "false"}[strings.TrimSpace(raw)]
	case "e":
		c.Fault, c.Shown = "is an error of a formula; mend it in the workbook", raw
	case "d": // a date as ISO 8601 writes it
		c.Text = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(raw), "Z"), "T00:00:00")
	case "", "n":
		if strings.TrimSpace(raw) == "" {
			return c, nil
		}
		if c.Text, c.Fault = r.book.say(raw, st); c.Fault != "" {
			c.Shown = raw
		}
	default:
		c.Fault, c.Shown = fmt.Sprintf("has the type %s, which is not known", safe(kind)), raw
	}
	return c, nil
}

// place reads a cell's name: AB12.
func place(ref string) (row, col int, ok bool) {
	i := 0
	for i < len(ref) && i < 3 && ref[i] >= 'A' && ref[i] <= 'Z' {
		col = col*26 + int(ref[i]-'A') + 1
		i++
	}
	digits := ref[i:]
	if i == 0 || digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, 0, false
	}
	row, err := strconv.Atoi(digits)
	return row, col, err == nil && row > 0 && row <= maxRows && col <= maxCols
}
