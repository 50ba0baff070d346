package xlsx

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"countersign/export/sheet"
)

// maxCriterion is the longest text Excel takes as a condition.
const maxCriterion = 255

// counter keeps, while the rows of one table go by, the values of the totals that
// other sheets show over it. Totals with conditions on the same columns share one
// look-up, so a cross table of thousands of totals costs no more than one of ten.
type counter struct {
	groups []*tallyGroup
	spans  []*span
	key    []byte
}

type tallyGroup struct {
	where []int // columns of the conditions
	sum   int   // column added up, or -1
	value map[string]float64
}

// columnIndex finds a column by the header of its description.
func columnIndex(t *sheet.Table, header string) int {
	return slices.IndexFunc(t.Columns, func(c sheet.Column) bool { return c.Header == header })
}

// watch makes the counter keep one total.
func (c *counter) watch(t *sheet.Table, want sheet.Tally) error {
	if day, ok := before(want); ok {
		i := columnIndex(t, want.Where[0].Column)
		if i < 0 {
			return fmt.Errorf("a total asks for the column %q, which sheet %q does not have", want.Where[0].Column, want.Sheet)
		}
		c.watchDay(i, day)
		return nil
	}
	g := &tallyGroup{sum: -1}
	if want.Sum != "" {
		if g.sum = columnIndex(t, want.Sum); g.sum < 0 {
			return fmt.Errorf("a total adds up the column %q, which sheet %q does not have", want.Sum, want.Sheet)
		}
	}
	var key []byte
	for _, m := range want.Where {
		i := columnIndex(t, m.Column)
		if i < 0 {
			return fmt.Errorf("a total asks for the column %q, which sheet %q does not have", m.Column, want.Sheet)
		}
		if !m.Before.IsZero() {
			return fmt.Errorf("a total over sheet %q asks for the moments before a day and for something else: ask for one of them", want.Sheet)
		}
		if units(m.Equal) > maxCriterion-len("=")-strings.Count(m.Equal, "*")-strings.Count(m.Equal, "?")-strings.Count(m.Equal, "~") {
			return fmt.Errorf("a total over sheet %q compares with a text of more than %d characters, which Excel cannot do: shorten it", want.Sheet, maxCriterion)
		}
		g.where = append(g.where, i)
		key = appendFold(key, m.Equal)
	}
	for _, have := range c.groups {
		if have.sum == g.sum && slices.Equal(have.where, g.where) {
			g = have
		}
	}
	if g.value == nil {
		g.value = map[string]float64{}
		c.groups = append(c.groups, g)
	}
	g.value[string(key)] += 0
	return nil
}

// row counts one row.
func (c *counter) row(cells []sheet.Cell) {
	for _, s := range c.spans {
		s.row(cells)
	}
	for _, g := range c.groups {
		key := c.key[:0]
		for _, i := range g.where {
			v := sheet.Cell{}
			if i < len(cells) {
				v = cells[i]
			}
			if v.Kind() == sheet.Text {
				key = appendFold(key, v.Text())
			} else {
				key = appendFold(key, v.String())
			}
		}
		c.key = key
		if _, ok := g.value[string(key)]; ok {
			g.value[string(key)] += g.of(cells)
		}
	}
}

// of is what one row adds.
func (g *tallyGroup) of(cells []sheet.Cell) float64 {
	i := g.sum
	if i < 0 && len(g.where) > 0 {
		return 1
	}
	if i < 0 {
		i = 0
	}
	if i >= len(cells) {
		return 0
	}
	v := cells[i].Value()
	if g.sum < 0 {
		if v.Kind() == sheet.Blank {
			return 0
		}
		return 1
	}
	if v.Kind() == sheet.Int || v.Kind() == sheet.Number {
		return v.Float()
	}
	return 0
}

// value is the total of want, which must have been watched.
func (c *counter) value(t *sheet.Table, want sheet.Tally) float64 {
	if day, ok := before(want); ok {
		return c.dayCount(columnIndex(t, want.Where[0].Column), day)
	}
	sum := -1
	if want.Sum != "" {
		sum = columnIndex(t, want.Sum)
	}
	var where []int
	var key []byte
	for _, m := range want.Where {
		where = append(where, columnIndex(t, m.Column))
		key = appendFold(key, m.Equal)
	}
	for _, g := range c.groups {
		if g.sum == sum && slices.Equal(g.where, where) {
			return g.value[string(key)]
		}
	}
	return 0
}

// appendFold appends s as spreadsheets compare it, with an end mark.
func appendFold(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x80 {
			return append(append(b, strings.ToLower(s[i:])...), 0)
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return append(b, 0)
}

// tallyFormula is the live formula of a total over a table's parts. Parts without
// rows are left out: their table has one empty row, which must not count.
func tallyFormula(parts []*part, t *sheet.Table, want sheet.Tally) string {
	var terms []string
	for _, p := range parts {
		if p.rows > 0 {
			terms = append(terms, p.tally(t, want))
		}
	}
	if len(terms) == 0 {
		return "0"
	}
	return strings.Join(terms, "+")
}

func (p *part) tally(t *sheet.Table, want sheet.Tally) string {
	column := func(header string) string {
		i := columnIndex(t, header)
		if strings.ContainsFunc(p.headers[i], beyondBrackets) {
			col := "$" + columnName(i+1) + "$"
			return quoteSheet(p.name) + "!" + col + "2:" + col + strconv.Itoa(p.lastData())
		}
		return structured(p.tableName, p.headers[i])
	}
	var args []string
	for _, m := range want.Where {
		if !m.Before.IsZero() {
			args = append(args, column(m.Column), quoteText(dayCriterion(m.Before)))
			continue
		}
		args = append(args, column(m.Column), quoteText("="+escapeWild(m.Equal)))
	}
	list := strings.Join(args, ",")
	switch {
	case want.Sum != "" && list != "":
		return "SUMIFS(" + column(want.Sum) + "," + list + ")"
	case want.Sum != "":
		return "SUM(" + column(want.Sum) + ")"
	case list != "":
		return "COUNTIFS(" + list + ")"
	}
	return "COUNTA(" + structured(p.tableName, p.headers[0]) + ")"
}

// beyondBrackets tells whether a header with the character needs more than one pair
// of brackets to be named as a table's column, which programs read differently: its
// cells are named instead.
func beyondBrackets(r rune) bool {
	return r < 0x80 && r != ' ' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// InFormulas tells whether programs agree on a text in a formula: of one with control
// characters, or that looks like an escape of one, some read the escape. A total that
// compares with it is a plain number.
func InFormulas(s string) bool {
	s = clean(s)
	return unescape(string(appendText(nil, s))) == string(appendText(nil, s))
}

// escapeWild takes their meaning from the characters that conditions read as patterns.
func escapeWild(s string) string {
	return strings.NewReplacer("~", "~~", "*", "~*", "?", "~?").Replace(s)
}

// quoteText is a text literal of a formula.
func quoteText(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// tallyCell is the cell of a total: the formula and its value.
func tallyCell(formula string, value float64) sheet.Cell {
	if value == float64(int64(value)) && value <= sheet.MaxInt && value >= -sheet.MaxInt {
		return sheet.Live(formula, sheet.Whole(int64(value)))
	}
	return sheet.Live(formula, sheet.Real(value))
}

// subtotal is the live formula under a column, which follows the filter.
func subtotal(kind sheet.TotalKind, table, header string) string {
	code := 103
	if kind == sheet.Added {
		code = 109
	}
	return "SUBTOTAL(" + strconv.Itoa(code) + "," + structured(table, header) + ")"
}
