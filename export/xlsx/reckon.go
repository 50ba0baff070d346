package xlsx

import (
	"context"
	"math"
	"slices"
	"strconv"
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

// answer is a value while it is worked out.
type answer struct {
	kind byte // kindNumber, kindText, kindBool; 0: nothing
	num  float64
	text string
	bad  bool // of no form known here
}

var unknown = answer{bad: true}

func numeric(f float64) answer {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return unknown
	}
	return answer{kind: kindNumber, num: f}
}

// result works one formula out.
func (r *reckoner) result(f *formulaCell) answer {
	switch f.state {
	case 1, 3:
		f.state = 3 // it reads itself, or is of no form known here
		return unknown
	case 0:
		f.state = 1
		a := r.eval(f.parsed)
		if a.bad || f.state == 3 {
			f.state = 3
			return unknown
		}
		f.state, f.MadeKind, f.Made = 2, a.kind, a.text
		if a.kind == kindNumber {
			f.Made = string(appendNumber(nil, fifteen(a.num)))
		}
	}
	a := answer{kind: f.MadeKind, text: f.Made}
	if f.MadeKind == kindNumber {
		a.num, _ = strconv.ParseFloat(f.Made, 64)
	}
	return a
}

func (r *reckoner) eval(e *expr) answer {
	switch e.op {
	case "n":
		return numeric(e.num)
	case "s":
		return answer{kind: kindText, text: e.text}
	case "ref":
		if e.cells[0] != e.cells[2] || e.cells[1] != e.cells[3] {
			return unknown
		}
		return r.at(e.sheet, e.cells[0], e.cells[1])
	case "+", "-", "*", "/":
		return arithmetic(e.op, r.eval(e.args[0]), r.eval(e.args[1]))
	case "=":
		a, b := r.eval(e.args[0]), r.eval(e.args[1])
		if a.bad || b.bad || a.kind == kindText || b.kind == kindText {
			return unknown
		}
		return answer{kind: kindBool, num: map[bool]float64{true: 1}[a.num == b.num]}
	}
	return r.call(e)
}

func arithmetic(op string, a, b answer) answer {
	if a.bad || b.bad || a.kind == kindText || b.kind == kindText {
		return unknown
	}
	switch op {
	case "+":
		return numeric(a.num + b.num)
	case "-":
		return numeric(a.num - b.num)
	case "*":
		return numeric(a.num * b.num)
	}
	return numeric(a.num / b.num)
}

// at is the value of one cell: of a formula what it gives.
func (r *reckoner) at(sheet string, row, col int) answer {
	if r.deepest[sheet][col] >= row {
		if f := r.cells[place{sheet, row, col}]; f != nil {
			return r.result(f)
		}
	}
	c := r.columns[sheet][col]
	id := c.id(row)
	if id == 0 {
		return answer{}
	}
	return valueOf(c.kind[id], c.text[id])
}

func valueOf(kind byte, text string) answer {
	a := answer{kind: kind, text: text}
	if kind == kindNumber || kind == kindBool {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return unknown
		}
		a.num = f
	}
	if kind == kindError {
		return unknown
	}
	return a
}

func (r *reckoner) call(e *expr) answer {
	arg := func(i int) answer {
		if i >= len(e.args) {
			return unknown
		}
		return r.eval(e.args[i])
	}
	switch e.op {
	case "SUM", "COUNTA":
		return r.over(e.op, e.args)
	case "SUBTOTAL":
		if code := arg(0); code.num == 109 || code.num == 103 {
			return r.over(map[bool]string{true: "SUM", false: "COUNTA"}[code.num == 109], e.args[1:])
		}
	case "COUNTIF", "COUNTIFS":
		return r.conditions(nil, e.args)
	case "SUMIFS":
		if len(e.args) > 1 && e.args[0].op == "ref" {
			return r.conditions(e.args[0], e.args[1:])
		}
	case "ABS":
		if a := arg(0); a.kind == kindNumber {
			return numeric(math.Abs(a.num))
		}
	case "ROUND":
		if a, n := arg(0), arg(1); a.kind == kindNumber && n.num == 1 {
			return numeric(math.Floor(10*a.num+0.5) / 10)
		}
	case "IF":
		test := arg(0)
		if test.bad || len(e.args) != 3 {
			return unknown
		}
		return arg(map[bool]int{true: 1, false: 2}[test.num != 0])
	case "TEXT":
		if a, f := arg(0), arg(1); a.kind == kindNumber && f.text == "0.0%" {
			return answer{kind: kindText, text: strconv.FormatFloat(100*a.num, 'f', 1, 64) + "%"}
		}
	}
	return unknown
}

// over adds up or counts what is in areas.
func (r *reckoner) over(op string, areas []*expr) answer {
	n := 0.0
	for _, e := range areas {
		if e.op != "ref" {
			return unknown
		}
		for col := e.cells[1]; col <= e.cells[3]; col++ {
			last := max(len(r.columns[e.sheet][col].ids), r.deepest[e.sheet][col])
			for row := e.cells[0]; row <= min(e.cells[2], last); row++ {
				a := r.at(e.sheet, row, col)
				switch {
				case a.bad:
					return unknown
				case op == "COUNTA" && a.kind != 0:
					n++
				case op == "SUM" && a.kind == kindNumber:
					n += a.num
				}
			}
		}
	}
	return numeric(n)
}

// conditions counts the rows of areas in which every condition holds, or adds up sum
// over them.
func (r *reckoner) conditions(sum *expr, pairs []*expr) answer {
	if len(pairs) == 0 || len(pairs)%2 > 0 {
		return unknown
	}
	type test struct {
		column *columnValues
		first  int
		holds  []bool // by id
	}
	var tests []test
	rows := -1
	for i := 0; i < len(pairs); i += 2 {
		area, want := pairs[i], r.eval(pairs[i+1])
		if area.op != "ref" || area.cells[1] != area.cells[3] || want.bad {
			return unknown
		}
		n := area.cells[2] - area.cells[0] + 1
		if rows >= 0 && n != rows {
			return unknown
		}
		rows = n
		c := r.columns[area.sheet][area.cells[1]]
		tests = append(tests, test{c, area.cells[0], c.fitting(want)})
	}
	var add *columnValues
	if sum != nil {
		if sum.cells[1] != sum.cells[3] || sum.cells[2]-sum.cells[0]+1 != rows {
			return unknown
		}
		add = r.columns[sum.sheet][sum.cells[1]]
	}
	total := 0.0
	for i := range rows {
		if slices.ContainsFunc(tests, func(t test) bool { return !t.holds[t.column.id(t.first+i)] }) {
			continue
		}
		if sum == nil {
			total++
		} else if id := add.id(sum.cells[0] + i); add.kind[id] == kindNumber {
			total += valueOf(kindNumber, add.text[id]).num
		}
	}
	return numeric(total)
}

// fitting tells of each value of a column whether a condition holds for it.
func (c *columnValues) fitting(want answer) []bool {
	out := make([]bool, len(c.text))
	if want.kind != kindText {
		for id := range c.text {
			out[id] = c.kind[id] == kindNumber && want.kind == kindNumber && valueOf(kindNumber, c.text[id]).num == want.num
		}
		return out
	}
	if bound, ok := strings.CutPrefix(want.text, "<"); ok && sheetNumber(bound) {
		limit := valueOf(kindNumber, bound).num
		for id := range c.text {
			out[id] = c.kind[id] == kindNumber && valueOf(kindNumber, c.text[id]).num < limit
		}
		return out
	}
	word := alike(strings.NewReplacer("~~", "~", "~*", "*", "~?", "?").Replace(strings.TrimPrefix(want.text, "=")))
	for id, text := range c.text {
		out[id] = alike(text) == word
	}
	return out
}

// alike is a text as conditions compare it: without regard to case, and to how often
// a program escaped it, which a formula does not tell.
func alike(s string) string {
	for again := unescape(s); again != s; again = unescape(s) {
		s = again
	}
	return strings.ToLower(oneBreak(s))
}

func sheetNumber(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil }
