package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
)

// Value is one cell as read: its place (counted from 1), its kind as in Digest,
// and its value in the digest's canonical form, which may be empty for a formula.
type Value struct {
	Row, Col int
	Kind     byte
	Text     string
	Formula  string // the formula whose value it is; empty: none
}

// Cell is the value's place as "A1".
func (v Value) Cell() string { return cellName(v.Row, v.Col) }

// Values yields the values and formulas of a sheet, row by row and from left
// to right, as they stand in the file. An error ends them.
func (b *Book) Values(name string) iter.Seq2[Value, error] {
	return func(yield func(Value, error) bool) {
		part := ""
		for _, s := range b.sheets {
			if s.name == name {
				part = s.part
			}
		}
		rc, err := b.open(part, maxReadPart)
		if err != nil {
			yield(Value{}, fmt.Errorf("sheet %q: %w", name, err))
			return
		}
		c := &cellReader{book: b, d: &tokens{d: xml.NewDecoder(rc)}}
		for {
			v, err := c.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				err = fmt.Errorf("sheet %q: %w", name, err)
			}
			if v.Formula != "" && v.Text == "" {
				if made, ok := b.filled[place{name, v.Row, v.Col}]; ok {
					v.Kind, v.Text = made.Kind, made.Text
				}
			}
			if !yield(v, err) || err != nil {
				break
			}
		}
		if err := rc.Close(); err != nil {
			// Closing a reader of unpacked bytes has nothing to lose.
			return
		}
	}
}

// cellReader reads the cells of one sheet part.
type cellReader struct {
	book      *Book
	d         *tokens
	row, col  int
	worksheet bool // the part is a sheet of cells, not of a chart
	shared    map[string]sharedFormula
}

// next returns the next value or formula; io.EOF after the last.
func (c *cellReader) next() (Value, error) {
	for {
		tok, err := c.d.RawToken()
		if errors.Is(err, io.EOF) && c.worksheet {
			return Value{}, errors.New("its rows do not end: the file is damaged")
		}
		if err != nil {
			return Value{}, err
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			if end, ok := tok.(xml.EndElement); ok && end.Name.Local == "sheetData" {
				return Value{}, io.EOF
			}
			continue
		}
		switch el.Name.Local {
		case "worksheet":
			c.worksheet = true
		case "row":
			if err := c.begin(el); err != nil {
				return Value{}, err
			}
		case "c":
			v, err := c.cell(el)
			if err != nil || v.Text != "" || v.Formula != "" {
				return v, err
			}
		}
	}
}

// begin takes the number of a row. Rows stand in their order, and each once: of others
// programs show one or the other, or none.
func (c *cellReader) begin(el xml.StartElement) error {
	before := c.row
	c.row, c.col = c.row+1, 0
	for _, a := range el.Attr {
		if a.Name.Local != "r" {
			continue
		}
		n, err := strconv.Atoi(a.Value)
		if err != nil || n < 1 || n > maxRows || a.Value[0] == '+' {
			return fmt.Errorf("a row has the number %q", a.Value)
		}
		c.row = n
	}
	if c.row <= before {
		return fmt.Errorf("row %d stands behind row %d: programs would show the rows in different ways", c.row, before)
	}
	return nil
}

func (c *cellReader) cell(el xml.StartElement) (Value, error) {
	before := c.col
	c.col++
	kind := "n"
	for _, a := range el.Attr {
		switch a.Name.Local {
		case "r":
			row, col, ok := parseCell(a.Value)
			if !ok {
				return Value{}, fmt.Errorf("a cell is named %q", a.Value)
			}
			if row != c.row || col <= before {
				return Value{}, fmt.Errorf("the cell %s stands in row %d behind column %s: programs would show it in different places", a.Value, c.row, columnName(before))
			}
			c.col = col
		case "t":
			kind = a.Value
		}
	}
	v := Value{Row: c.row, Col: c.col}
	raw, err := c.content(&v, kind)
	if err != nil {
		return v, fmt.Errorf("cell %s: %w", v.Cell(), err)
	}
	return v, v.set(kind, raw, c.book.strings)
}

// content reads a cell to its end: its raw value or inline text. A text stands in
// cells that say so and in no others, and there is no value beside it.
func (c *cellReader) content(v *Value, kind string) (raw string, err error) {
	inV, own := false, ""
	for {
		tok, err := c.d.RawToken()
		if err != nil {
			return "", err // no io.EOF, which is only where the root has ended
		}
		switch el := tok.(type) {
		case xml.StartElement:
			inV = el.Name.Local == "v"
			if inV || el.Name.Local == "is" {
				if own != "" || inV == (kind == "inlineStr") {
					return "", fmt.Errorf("it holds <%s> in a way that programs show differently", el.Name.Local)
				}
				own = el.Name.Local
			}
			switch el.Name.Local {
			case "f":
				if err := c.formula(el, v); err != nil {
					return "", err
				}
			case "is":
				if raw, err = richText(c.d, "is", nil); err != nil {
					return "", err
				}
			}
		case xml.CharData:
			if inV {
				raw += string(el)
			}
		case xml.EndElement:
			inV = false
			if el.Name.Local == "c" {
				return raw, nil
			}
		}
	}
}

// set gives the value its kind and canonical text.
func (v *Value) set(kind, raw string, table []string) error {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(raw))
		if raw == "" {
			return nil
		}
		if err != nil || i < 0 || i >= len(table) {
			return fmt.Errorf("cell %s points to the text %q, which the workbook does not have", v.Cell(), raw)
		}
		v.Kind, v.Text = kindText, table[i]
	case "inlineStr":
		v.Kind, v.Text = kindText, raw
	case "str":
		v.Kind, v.Text = kindText, unescape(raw)
	case "b":
		v.Kind, v.Text = kindBool, raw
	case "e":
		v.Kind, v.Text = kindError, raw
	case "n":
		if raw == "" {
			return nil
		}
		f, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
		if err != nil || strings.Trim(strings.TrimSpace(raw), "0123456789+-.eE") != "" { // 0x10 is 0 elsewhere
			return fmt.Errorf("cell %s holds %q, which is no number", v.Cell(), raw)
		}
		v.Kind, v.Text = kindNumber, string(appendNumber(nil, f))
	default:
		return fmt.Errorf("cell %s is of the kind %q, which is none that is read", v.Cell(), kind)
	}
	return nil
}

// parseCell reads a place like "AB12".
func parseCell(ref string) (row, col int, ok bool) {
	i := 0
	for i < len(ref) && i < 3 && ref[i] >= 'A' && ref[i] <= 'Z' {
		col = col*26 + int(ref[i]-'A') + 1
		i++
	}
	row, err := strconv.Atoi(ref[i:])
	ok = err == nil && i > 0 && row > 0 && row <= maxRows && col <= maxCols && ref[i] != '+'
	return row, col, ok
}
