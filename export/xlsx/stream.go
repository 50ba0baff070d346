package xlsx

import (
	"fmt"
	"slices"
	"strconv"

	"countersign/export/sheet"
)

const (
	overflowSource = -1
	overflowName   = "Overflow"
	overflowPiece  = 32000 // UTF-16 units of a long text in one row of the Overflow sheet
	overflowHead   = 1000  // UTF-16 units of it that its own cell keeps
	checkEvery     = 1024  // rows between looks at the context
)

// tableStream writes the rows of one described table into as many sheets as they need.
type tableStream struct {
	w      *writer
	source int
	name   string // of the first sheet
	table  *sheet.Table
	parts  []*part
	widths []float64 // of the columns
	fillIn bool      // some column has drop-downs or accepts typing
}

func (w *writer) streamTable(i int, t *sheet.Table) error {
	s := &tableStream{w: w, source: i, name: w.named[i], table: t}
	if t.Rows != nil {
		if err := s.fit(); err != nil {
			return err
		}
	}
	err := s.open()
	w.parts[i] = s.parts
	if err != nil {
		return err
	}
	count := w.counters[i]
	n := 0
	if t.Rows != nil {
		for cells, e := range t.Rows {
			if e != nil {
				return e
			}
			if n++; n%checkEvery == 0 {
				if err := w.ctx.Err(); err != nil {
					return err
				}
			}
			count.row(cells)
			err = s.add(cells)
			w.parts[i] = s.parts
			if err != nil {
				return err
			}
		}
	}
	return s.finish()
}

func (s *tableStream) last() *part { return s.parts[len(s.parts)-1] }

// open begins a sheet with its header.
func (s *tableStream) open() error {
	if len(s.table.Columns) == 0 || len(s.table.Columns) > maxCols {
		return fmt.Errorf("sheet %q has %d columns; Excel holds 1 to %d: narrow the report with a filter", s.name, len(s.table.Columns), maxCols)
	}
	name := s.name
	if n := len(s.parts) + 1; n > 1 {
		name = s.w.sheets.sheet(s.name + " (" + strconv.Itoa(n) + ")")
		s.w.note("Sheet %q is full; its rows go on in sheet %q.", s.last().name, name)
	}
	p := &part{w: s.w, name: name, source: s.source, table: s.table, spool: newSpool(s.w.press), hash: newHasher()}
	p.tableName = s.w.tables.table(name)
	p.totals = make([]float64, len(s.table.Columns))
	heads := names{}
	header := make([]sheet.Cell, len(s.table.Columns))
	for i, c := range s.table.Columns {
		h := heads.header(c.Heading())
		p.headers = append(p.headers, h)
		header[i] = sheet.Of(h).As(sheet.Head)
		if c.Upright {
			header[i] = header[i].As(sheet.Upright)
		}
	}
	s.parts = append(s.parts, p)
	for i, c := range s.table.Columns {
		if i == len(s.widths) {
			s.widths = append(s.widths, columnWidth(c, p.headers[i]))
		}
		p.column(i).width = s.widths[i]
	}
	if err := p.row(1, header); err != nil {
		return err
	}
	for i, c := range s.table.Columns {
		p.columns[i].wrap = c.Wrap
		p.columns[i].unlock = c.Editable
		p.columns[i].choices = c.Choices
		s.fillIn = s.fillIn || c.Editable || c.Choices != nil
	}
	return nil
}

// add writes one row of data, in a further sheet where this one is full.
func (s *tableStream) add(cells []sheet.Cell) error {
	p := s.last()
	if len(cells) > len(p.headers) {
		return fmt.Errorf("sheet %q: row %d has %d cells for %d columns", p.name, p.last+1, len(cells), len(p.headers))
	}
	spare := 0
	if s.hasTotals() {
		spare = 1
	}
	if p.last+1+spare > s.w.limit || p.spool.length() > maxPartBytes {
		if err := s.closePart(); err != nil {
			return err
		}
		if err := s.open(); err != nil {
			return err
		}
		p = s.last()
	}
	p.rows++
	s.addTotals(p, cells)
	if s.fillIn && len(cells) < len(p.headers) {
		// Cells left out at the end of a row are there to be filled in all the same.
		cells = append(slices.Clone(cells), make([]sheet.Cell, len(p.headers)-len(cells))...)
	}
	return p.row(p.last+1, cells)
}

func (s *tableStream) hasTotals() bool {
	for _, c := range s.table.Columns {
		if c.Total != sheet.NoTotal {
			return true
		}
	}
	return false
}

func (s *tableStream) addTotals(p *part, cells []sheet.Cell) {
	for i, c := range s.table.Columns {
		if c.Total == sheet.NoTotal || i >= len(cells) {
			continue
		}
		v := cells[i].Value()
		switch {
		case c.Total == sheet.Filled && v.Kind() != sheet.Blank:
			p.totals[i]++
		case c.Total == sheet.Added && (v.Kind() == sheet.Int || v.Kind() == sheet.Number):
			p.totals[i] += v.Float()
		}
	}
}

// closePart ends a sheet: an empty row where there is no data, because a table
// must have one, and the totals.
func (s *tableStream) closePart() error {
	p := s.last()
	if p.rows == 0 && s.table.Empty != "" {
		if err := p.row(p.last+1, []sheet.Cell{sheet.Of(s.table.Empty).As(sheet.Muted)}); err != nil {
			return err
		}
	} else if p.rows == 0 {
		p.last++
	}
	if s.hasTotals() && p.rows > 0 {
		if err := p.row(p.last+1, s.totalCells(p)); err != nil {
			return err
		}
	}
	p.digest = p.hash.sum()
	return p.spool.finish(false)
}

func (s *tableStream) totalCells(p *part) []sheet.Cell {
	cells := make([]sheet.Cell, len(s.table.Columns))
	for i, c := range s.table.Columns {
		switch {
		case c.Total != sheet.NoTotal:
			cells[i] = tallyCell(subtotal(c.Total, p.tableName, p.headers[i]), p.totals[i]).As(sheet.Label)
		case i == 0:
			cells[i] = sheet.Of(totalLabel).As(sheet.Label)
		}
		p.columns[i].choices, p.columns[i].unlock = nil, false
	}
	return cells
}

const totalLabel = "Total"

func (s *tableStream) finish() error { return s.closePart() }

// overflow puts a text that is too long for a cell into the Overflow sheet, in
// pieces, and returns what its own cell says.
func (w *writer) overflow(p *part, row, col int, text string) (string, error) {
	if w.long == nil {
		t := &sheet.Table{Columns: []sheet.Column{
			{Header: "Sheet", Width: 24}, {Header: "Cell", Width: 10},
			{Header: "Piece", Kind: sheet.Counts, Width: 8}, {Header: "Text", Width: 100, Wrap: true},
		}}
		w.long = &tableStream{w: w, source: overflowSource, name: w.sheets.sheet(overflowName), table: t}
		if err := w.long.open(); err != nil {
			return "", err
		}
	}
	text = clean(text)
	at := cellName(row, col+1)
	first := ""
	for n, rest := 1, text; rest != ""; n++ {
		var piece string
		piece, rest = cutAt(rest, overflowPiece)
		err := w.long.add([]sheet.Cell{sheet.Of(p.name), sheet.Of(at), sheet.Whole(int64(n)), sheet.Of(piece)})
		if err != nil {
			return "", err
		}
		if n == 1 {
			first = fmt.Sprintf("sheet %q, row %d", w.long.last().name, w.long.last().last)
		}
	}
	w.longTexts++
	head, _ := cutAt(text, overflowHead)
	return fmt.Sprintf("%s … [the whole text begins in %s]", head, first), nil
}
