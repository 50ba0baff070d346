package xlsx

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"countersign/export/sheet"
)

// Excel's limits.
const (
	maxRows  = 1 << 20
	maxCols  = 1 << 14
	maxLinks = 65530 // links of a sheet
	maxPicks = 20000 // separate drop-downs of a sheet, by our own measure
	// maxPartBytes keeps a sheet's XML under the size from which a zip needs its
	// 64-bit form, which Excel reads only when written just so.
	maxPartBytes = 3 << 30
)

// part is one sheet of the file while it is being written.
type part struct {
	w         *writer
	name      string
	source    int // index of the described sheet, or overflowSource
	table     *sheet.Table
	tableName string
	headers   []string
	columns   []columnLook
	spool     *spool
	hash      *hasher
	digest    Digest
	rows      int // rows of data, without header and totals
	last      int // number of the last row written
	totals    []float64
	links     []cellLink
	picks     pickList
	seal      string         // the cell that shows the content's digest
	width     int            // columns used
	cells     [][]sheet.Cell // of a grid, as written
	charts    []sheet.Chart
	drawing   int // number of its drawing, 0: it has none
}

// columnLook is what a column's cells have in common.
type columnLook struct {
	width   float64 // in characters; 0: unknown
	open    []byte  // `<c r="AB`
	wrap    bool
	unlock  bool
	choices []string
	asked   int // strings looked up in the shared table
	found   int // of them, those that were there
}

// shares tells whether strings of the column are worth looking up: after a start,
// only where one in eight was found. Columns of ids would only fill the table.
func (c *columnLook) shares() bool { return c.asked < 4096 || 8*c.found >= c.asked }

type cellLink struct {
	row, col int
	sheet    int // index of the described sheet
	ref      string
}

func (p *part) column(col int) *columnLook {
	for len(p.columns) <= col {
		p.columns = append(p.columns, columnLook{open: []byte(`<c r="` + columnName(len(p.columns)+1))})
	}
	return &p.columns[col]
}

// row writes one row of cells under the given number, which must rise.
func (p *part) row(number int, cells []sheet.Cell) error {
	if len(cells) > maxCols {
		return fmt.Errorf("sheet %q has %d columns; Excel holds %d: narrow the report with a filter", p.name, len(cells), maxCols)
	}
	p.last = number
	p.width = max(p.width, len(cells))
	b := p.spool.room()
	b = append(b, `<row r="`...)
	start := len(b)
	b = strconv.AppendInt(b, int64(number), 10)
	var digits [8]byte
	num := digits[:copy(digits[:], b[start:])]
	if h := p.height(cells); h > 0 {
		b = append(b, `" ht="`...)
		b = strconv.AppendInt(b, int64(h), 10)
	}
	b = append(b, `">`...)
	for i := range cells {
		var err error
		if b, err = p.cell(b, num, number, i, &cells[i]); err != nil {
			return err
		}
	}
	b = append(b, "</row>"...)
	return p.spool.keep(b)
}

// cell appends one cell, and its value to the digest.
func (p *part) cell(b, num []byte, row, col int, c *sheet.Cell) ([]byte, error) {
	cl := p.column(col)
	l := look{class: c.Class(), wrap: cl.wrap, open: cl.unlock}
	kind := c.Kind()
	if kind == sheet.Blank && l == (look{}) && cl.choices == nil && c.Bare() {
		return b, nil
	}
	if err := p.extras(row, col, cl, c); err != nil {
		return b, err
	}
	if kind == sheet.Blank && l == (look{}) {
		return b, nil
	}
	var text string
	switch kind {
	case sheet.Text:
		text = c.Text()
		if tooLong(text) {
			var err error
			if text, err = p.w.overflow(p, row, col, text); err != nil {
				return b, err
			}
		}
		if !utf8.ValidString(text) {
			text = clean(text)
			p.w.mended++
		}
		l.quoted = sheet.StartsLikeFormula(text)
	case sheet.Instant:
		l.format = formatInstant
	case sheet.Day:
		l.format = formatDay
	case sheet.Blank, sheet.Int, sheet.Number, sheet.Formula, sheet.Digest:
	default:
		return b, fmt.Errorf("sheet %q, cell %s: a total, a digest or a note belongs in a grid, not in a table", p.name, cellName(row, col+1))
	}
	style, err := p.w.styles.id(l)
	if err != nil {
		return b, err
	}
	b = append(append(append(b, cl.open...), num...), '"')
	if style != 0 {
		b = append(b, ` s="`...)
		b = strconv.AppendInt(b, int64(style), 10)
		b = append(b, '"')
	}
	return p.value(b, row, col+1, c, text), nil
}

// value appends a cell's type and content, after its reference and style.
func (p *part) value(b []byte, row, col int, c *sheet.Cell, text string) []byte {
	switch c.Kind() {
	case sheet.Text:
		p.hash.cell(row, col, kindText, text)
		return p.appendString(b, col, text)
	case sheet.Int:
		p.hash.number(row, col, float64(c.Int()))
		b = strconv.AppendInt(append(b, "><v>"...), c.Int(), 10)
	case sheet.Number:
		f := fifteen(c.Float())
		p.hash.number(row, col, f)
		b = appendFloat(append(b, "><v>"...), f)
	case sheet.Instant, sheet.Day:
		serial := serialDay(c.Millis())
		p.hash.number(row, col, serial)
		b = appendFloat(append(b, "><v>"...), serial)
	case sheet.Formula:
		return p.appendFormula(b, row, col, c)
	case sheet.Digest:
		p.seal = cellName(row, col)
		// Never shared: the trial before the digest is known would leave its text behind.
		b = append(b, ` t="inlineStr"><is>`...)
		return append(appendT(b, p.w.content.String()), "</is></c>"...)
	default:
		return append(b, "/>"...)
	}
	return append(b, "</v></c>"...)
}

func (p *part) appendString(b []byte, col int, s string) []byte {
	if c := &p.columns[col-1]; c.shares() {
		n, place := p.w.strings.of(s)
		c.asked++
		if place == known {
			c.found++
		}
		if place != absent {
			b = append(b, ` t="s"><v>`...)
			b = strconv.AppendInt(b, int64(n), 10)
			return append(b, "</v></c>"...)
		}
	}
	b = append(b, ` t="inlineStr"><is>`...)
	return append(appendT(b, s), "</is></c>"...)
}

func (p *part) appendFormula(b []byte, row, col int, c *sheet.Cell) []byte {
	v := c.Value()
	if v.Kind() == sheet.Text {
		text := clean(v.Text())
		p.hash.cell(row, col, kindText, text)
		b = appendText(append(b, ` t="str"><f>`...), c.Text())
		b = appendText(append(b, "</f><v>"...), text)
		return append(b, "</v></c>"...)
	}
	b = appendText(append(b, "><f>"...), c.Text())
	b = append(b, "</f>"...)
	if v.Kind() == sheet.Int || v.Kind() == sheet.Number {
		p.hash.number(row, col, v.Float())
		b = appendFloat(append(b, "<v>"...), v.Float())
		b = append(b, "</v>"...)
	}
	return append(b, "</c>"...)
}

// extras keeps what a cell needs outside the rows: its link, its drop-down.
func (p *part) extras(row, col int, cl *columnLook, c *sheet.Cell) error {
	if to, ref, ok := c.Link(); ok {
		if len(p.links) < maxLinks {
			at, err := p.w.described(to)
			if err != nil {
				return fmt.Errorf("sheet %q, cell %s: %w", p.name, cellName(row, col+1), err)
			}
			p.links = append(p.links, cellLink{row: row, col: col + 1, sheet: at, ref: ref})
		} else if len(p.links) == maxLinks {
			p.links = append(p.links, cellLink{})
			p.w.note("Sheet %q has more than %d links; further ones are plain text.", p.name, maxLinks)
		}
	}
	words := c.Choices()
	if words == nil && row > 1 {
		words = cl.choices
	}
	if words == nil {
		return nil
	}
	return p.picks.add(p.name, row, col+1, words)
}

// serialDay is a moment as spreadsheets count it: days since 30 December 1899.
func serialDay(millis int64) float64 {
	const day = 86_400_000
	return fifteen(float64(millis+25569*day) / day)
}

// fifteen keeps of a number what a spreadsheet keeps of it through a save:
// fifteen significant digits. What is written has no more, so that whoever
// rounds it again rounds it to the same.
func fifteen(f float64) float64 {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return f
	}
	if kept, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64); err == nil {
		return kept
	}
	return f
}

func appendFloat(b []byte, f float64) []byte {
	return strconv.AppendFloat(b, f, 'g', -1, 64)
}
