package xlsx

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"countersign/export/sheet"
)

// layGrids writes the grids. It comes after the tables, whose totals and digests
// grids show. Over-long texts go to the Overflow sheet first, then the notes are
// complete, then everything is digested; the grid that shows the content's digest
// is written last of all.
func (w *writer) layGrids() error {
	rows := make([][][]sheet.Cell, len(w.wb.Sheets))
	for i, s := range w.wb.Sheets {
		if s.Grid == nil {
			continue
		}
		p := &part{w: w, name: w.named[i], source: i, spool: newSpool(w.press), hash: newHasher(), charts: s.Grid.Charts}
		w.parts[i] = []*part{p}
		var err error
		if rows[i], err = w.resolve(s); err != nil {
			return err
		}
		if err := w.mend(p, rows[i]); err != nil {
			return err
		}
	}
	if w.long != nil {
		if err := w.long.finish(); err != nil {
			return err
		}
		w.note("%d texts are too long for a cell; they stand whole in sheet %q.", w.longTexts, w.long.name)
	}
	if w.mended > 0 {
		w.note("%d cells held bytes that are no UTF-8 text; U+FFFD stands in their place.", w.mended)
	}
	return w.writeGrids(rows)
}

func (w *writer) writeGrids(rows [][][]sheet.Cell) error {
	seal := -1
	for i, r := range rows {
		if len(w.parts[i]) == 0 || w.parts[i][0].table != nil {
			continue
		}
		w.fillRemarks(r)
		if !hasSeal(r) {
			if err := w.parts[i][0].grid(r); err != nil {
				return err
			}
			continue
		}
		if seal >= 0 {
			return errors.New("the digest of the content stands in more than one sheet: leave one")
		}
		seal = i
	}
	if seal >= 0 {
		// Once to learn the digest of the sheet's other cells.
		p, uses := w.parts[seal][0], w.strings.uses
		trial := &part{w: w, name: p.name, source: seal, spool: newSpool(w.press), hash: newHasher()}
		if err := errors.Join(trial.grid(rows[seal]), trial.spool.close()); err != nil {
			return err
		}
		p.digest, w.strings.uses = trial.digest, uses
	}
	w.content = wholeDigest(w.digests())
	if seal >= 0 {
		return w.parts[seal][0].grid(rows[seal])
	}
	return nil
}

// mend makes a grid's texts writable: over-long ones go to the Overflow sheet,
// bytes that are no UTF-8 are replaced.
func (w *writer) mend(p *part, rows [][]sheet.Cell) error {
	for r, row := range rows {
		for c, cell := range row {
			text := cell.Text()
			if cell.Kind() != sheet.Text {
				continue
			}
			if tooLong(text) {
				short, err := w.overflow(p, r+1, c, text)
				if err != nil {
					return err
				}
				row[c] = cell.Reword(short)
			} else if !utf8.ValidString(text) {
				w.mended++
				row[c] = cell.Reword(clean(text))
			}
		}
	}
	return nil
}

func (w *writer) fillRemarks(rows [][]sheet.Cell) {
	for _, row := range rows {
		for c, cell := range row {
			if cell.Kind() == sheet.Remarks {
				text, rest := cutAt(strings.Join(w.notes, "\n"), overflowPiece)
				if rest != "" {
					text += " …"
				}
				row[c] = sheet.Of(text).As(sheet.Wrapped)
			}
		}
	}
}

func hasSeal(rows [][]sheet.Cell) bool {
	for _, row := range rows {
		for _, c := range row {
			if c.Kind() == sheet.Digest {
				return true
			}
		}
	}
	return false
}

func (p *part) grid(rows [][]sheet.Cell) error {
	for i, width := range p.w.wb.Sheets[p.source].Grid.Widths {
		p.column(i).width = width
	}
	for i, cells := range rows {
		if len(cells) == 0 {
			continue
		}
		if err := p.row(i+1, cells); err != nil {
			return err
		}
	}
	p.rows, p.cells = len(rows), rows
	p.digest = p.hash.sum()
	return p.spool.finish(false)
}

// resolve gives a grid's late cells their contents: totals, digests of tables,
// notes, the banner. The digest of the content stays for later.
func (w *writer) resolve(s sheet.Sheet) ([][]sheet.Cell, error) {
	if len(s.Grid.Rows) > maxRows {
		return nil, fmt.Errorf("sheet %q is a grid of %d rows; Excel holds %d: make it a table", s.Name, len(s.Grid.Rows), maxRows)
	}
	rows := make([][]sheet.Cell, len(s.Grid.Rows))
	for i, from := range s.Grid.Rows {
		rows[i] = make([]sheet.Cell, len(from))
		for j, c := range from {
			late, err := w.late(c)
			if err != nil {
				return nil, fmt.Errorf("sheet %q, cell %s: %w", s.Name, cellName(i+1, j+1), err)
			}
			rows[i][j] = late
		}
	}
	return rows, nil
}

func (w *writer) late(c sheet.Cell) (sheet.Cell, error) {
	switch c.Kind() {
	case sheet.TallyOf:
		t := c.Tally()
		at, err := w.described(t.Sheet)
		if err != nil {
			return c, err
		}
		table := w.wb.Sheets[at].Table
		live := tallyCell(tallyFormula(w.parts[at], table, t), w.counters[at].value(table, t))
		if t.Plain || slices.ContainsFunc(t.Where, func(m sheet.Match) bool { return !InFormulas(m.Equal) }) {
			live = live.Value()
		}
		return live.As(c.Class()), nil
	case sheet.SheetSum:
		at, err := w.described(c.Text())
		if err == nil && w.wb.Sheets[at].Table == nil {
			err = fmt.Errorf("sheet %q is no table, so it has no digest of its own here", c.Text())
		}
		if err != nil {
			return c, err
		}
		text := ""
		for i, p := range w.parts[at] {
			if i > 0 {
				text += "\n"
			}
			text += p.digest.String()
		}
		return sheet.Of(text).As(c.Class()), nil
	case sheet.Warning:
		if w.wb.Banner == "" {
			return sheet.Cell{}, nil
		}
		return sheet.Of(w.wb.Banner).As(c.Class()), nil
	}
	return c, nil
}
