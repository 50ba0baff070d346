package xlsx

import (
	"context"
	"fmt"
	"strings"
)

// Reckoned is a formula's cell with what the formula gives when it is worked out
// from the cells of the file.
type Reckoned struct {
	Sheet    string
	Value           // as it stands in the file
	Made     string // what the formula gives, as the digest writes values
	MadeKind byte   // its kind
}

// place is a cell of a workbook.
type place struct {
	sheet    string
	row, col int
}

// formulaCell is a formula taken apart, and its result once that is known.
type formulaCell struct {
	Reckoned
	parsed *expr
	state  uint8 // 0 not worked out, 1 being worked out, 2 known, 3 of no form known here
}

// column is what stands in one column of a sheet, by row: numbers of texts.
type columnValues struct {
	ids  []uint32 // by row - 1; 0: nothing
	text []string // by id
	kind []byte
	by   map[string]uint32
}

func (c *columnValues) put(row int, v Value) {
	key := string(v.Kind) + v.Text
	id, ok := c.by[key]
	if !ok {
		id = uint32(len(c.text))
		c.by[key] = id
		c.text, c.kind = append(c.text, v.Text), append(c.kind, v.Kind)
	}
	for len(c.ids) < row {
		c.ids = append(c.ids, 0)
	}
	c.ids[row-1] = id
}

func (c *columnValues) id(row int) uint32 {
	if c == nil || row > len(c.ids) {
		return 0
	}
	return c.ids[row-1]
}

// reckoner works formulas out. It keeps only the columns that they read.
type reckoner struct {
	book    *Book
	sheets  map[string]string // by folded name, as written
	tables  map[string]tableArea
	heads   map[string]map[string]int // of sheets with tables: column by folded header
	cells   map[place]*formulaCell
	order   []*formulaCell
	columns map[string]map[int]*columnValues
	deepest map[string]map[int]int // of columns with formulas, the last row with one
	depth   int                    // of what is being worked out
}

// tableArea is where a table stands.
type tableArea struct {
	sheet             string
	first, last, from int // rows of data, and the column it begins in
}

// Reckon works out every formula of the forms that Write makes, from the values in
// the file, and yields those it could: what the file keeps as their result may be
// another, or nothing where the program that saved the file kept none. It reads
// the file twice and keeps the columns that formulas read, four bytes a cell.
func (b *Book) Reckon(ctx context.Context) ([]Reckoned, error) {
	r := &reckoner{book: b, sheets: map[string]string{}, tables: map[string]tableArea{}, heads: map[string]map[string]int{},
		cells: map[place]*formulaCell{}, columns: map[string]map[int]*columnValues{}, deepest: map[string]map[int]int{}}
	for _, s := range b.sheets {
		r.sheets[strings.ToLower(s.name)] = s.name
	}
	if err := r.findTables(); err != nil {
		return nil, err
	}
	if err := r.findFormulas(ctx); err != nil || len(r.order) == 0 {
		return nil, err
	}
	if err := r.readColumns(ctx); err != nil {
		return nil, err
	}
	var out []Reckoned
	for i, f := range r.order {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if r.result(f); f.state == 2 {
			out = append(out, f.Reckoned)
		}
	}
	return out, nil
}

// FillIn makes Values give, of formulas whose result the file does not keep, what the
// formulas give; it says how many those are.
func (b *Book) FillIn(results []Reckoned) (n int) {
	b.filled = map[place]Value{}
	for _, f := range results {
		if f.Text == "" && f.Made != "" {
			b.filled[place{f.Sheet, f.Row, f.Col}] = Value{Kind: f.MadeKind, Text: f.Made}
			n++
		}
	}
	return n
}

// findTables reads where the tables stand.
func (r *reckoner) findTables() error {
	for _, s := range r.book.sheets {
		parts, err := r.book.related(s.part, "/table")
		if err != nil {
			return err
		}
		for _, part := range parts {
			var t struct {
				Name   string `xml:"displayName,attr"`
				Ref    string `xml:"ref,attr"`
				Totals int    `xml:"totalsRowCount,attr"`
			}
			if err := r.book.decode(part, &t); err != nil {
				return err
			}
			from, to, _ := strings.Cut(t.Ref, ":")
			row1, col1, ok1 := parseCell(from)
			row2, _, ok2 := parseCell(to)
			if _, twice := r.tables[strings.ToLower(t.Name)]; twice {
				return fmt.Errorf("sheet %q: another table has the name %q too: it is not read", s.name, t.Name)
			}
			if ok1 && ok2 && row1 == 1 {
				r.tables[strings.ToLower(t.Name)] = tableArea{s.name, row1 + 1, row2 - t.Totals, col1}
				r.heads[s.name] = map[string]int{}
			}
		}
	}
	return nil
}

// findFormulas keeps every formula and notes the columns it reads.
func (r *reckoner) findFormulas(ctx context.Context) error {
	n := 0
	for _, name := range r.book.Sheets() {
		heads := r.heads[name]
		for v, err := range r.book.Values(name) {
			if err != nil {
				return err
			}
			if n++; n%checkEvery == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if heads != nil && v.Row == 1 {
				heads[strings.ToLower(v.Text)] = v.Col
			}
			if v.Formula == "" {
				continue
			}
			f := &formulaCell{Reckoned: Reckoned{Sheet: name, Value: v}, parsed: parseFormula(v.Formula)}
			r.cells[place{name, v.Row, v.Col}] = f
			r.order = append(r.order, f)
			if r.deepest[name] == nil {
				r.deepest[name] = map[int]int{}
			}
			r.deepest[name][v.Col] = v.Row
		}
	}
	for _, f := range r.order {
		if f.parsed == nil || !r.needs(f.Sheet, f.parsed) {
			f.state = 3
		}
	}
	return nil
}

// needs resolves the cells that a formula reads and notes their columns.
func (r *reckoner) needs(own string, e *expr) bool {
	if e == nil {
		return false
	}
	if e.op == "ref" {
		if e.table != "" {
			t, ok := r.tables[strings.ToLower(e.table)]
			col := r.heads[t.sheet][strings.ToLower(e.text)]
			if !ok || col == 0 {
				return false
			}
			e.sheet, e.cells = t.sheet, [4]int{t.first, col, t.last, col}
		} else if e.sheet == "" {
			e.sheet = own
		}
		name, ok := r.sheets[strings.ToLower(e.sheet)]
		e.sheet = name
		for col := e.cells[1]; ok && col <= e.cells[3]; col++ {
			if r.columns[name] == nil {
				r.columns[name] = map[int]*columnValues{}
			}
			if r.columns[name][col] == nil {
				r.columns[name][col] = &columnValues{text: []string{""}, kind: []byte{0}, by: map[string]uint32{}}
			}
		}
		return ok
	}
	for _, a := range e.args {
		if !r.needs(own, a) {
			return false
		}
	}
	return true
}

func (r *reckoner) readColumns(ctx context.Context) error {
	n := 0
	for name, columns := range r.columns {
		for v, err := range r.book.Values(name) {
			if err != nil {
				return err
			}
			if n++; n%checkEvery == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if c := columns[v.Col]; c != nil && v.Text != "" {
				c.put(v.Row, v)
			}
		}
	}
	return nil
}
