package xlsx

import (
	"strconv"
	"strings"
)

// expr is a formula taken apart: of the few forms that the formulas of this package
// have.
type expr struct {
	op    string // "n" number, "s" text, "ref" cells, "+", "-", "*", "/", "=", or a function's name
	text  string
	num   float64
	args  []*expr
	sheet string // of cells, empty: the formula's own
	table string // of a column of a table, named in text
	cells [4]int // of cells: first row and column, last row and column
}

// formulaParser reads a formula from left to right.
type formulaParser struct {
	s  string
	ok bool
}

// parseFormula takes a formula apart; nil where it is of no form known here.
func parseFormula(formula string) *expr {
	s := strings.TrimPrefix(strings.TrimSpace(formula), "=")
	for again := unescape(s); again != s; again = unescape(s) {
		s = again
	}
	if len(s) > longestFormula {
		return nil
	}
	p := &formulaParser{s: s, ok: true}
	e := p.compared(0)
	p.space()
	if !p.ok || p.s != "" {
		return nil
	}
	return e
}

// longestFormula is how many bytes are taken apart: the letters that a program takes, each
// of the longest form in UTF-8.
const longestFormula = 4 * 8192

// maxDepth is how deep formulas are taken apart.
const maxDepth = 32

func (p *formulaParser) space() { p.s = strings.TrimLeft(p.s, " \t\r\n") }

// take reads one of some signs, if it comes next.
func (p *formulaParser) take(signs string) string {
	p.space()
	if p.s == "" || !strings.Contains(signs, p.s[:1]) {
		return ""
	}
	sign := p.s[:1]
	p.s = p.s[1:]
	return sign
}

func (p *formulaParser) compared(depth int) *expr {
	e := p.sum(depth)
	if p.take("=") != "" {
		return &expr{op: "=", args: []*expr{e, p.sum(depth)}}
	}
	return e
}

func (p *formulaParser) sum(depth int) *expr {
	e := p.product(depth)
	for sign := p.take("+-"); sign != "" && p.ok; sign = p.take("+-") {
		e = &expr{op: sign, args: []*expr{e, p.product(depth)}}
	}
	return e
}

func (p *formulaParser) product(depth int) *expr {
	e := p.single(depth)
	for sign := p.take("*/"); sign != "" && p.ok; sign = p.take("*/") {
		e = &expr{op: sign, args: []*expr{e, p.single(depth)}}
	}
	return e
}

// single reads a number, a text, cells, a function or what stands in parentheses.
func (p *formulaParser) single(depth int) *expr {
	p.space()
	switch {
	case !p.ok || p.s == "" || depth > maxDepth:
	case p.s[0] == '"':
		return p.literal()
	case p.s[0] == '\'':
		if name, ok := p.quotedName(); ok && strings.HasPrefix(p.s, "!") {
			p.s = p.s[1:]
			return p.reference(name)
		}
	case p.s[0] == '(':
		p.s = p.s[1:]
		e := p.compared(depth + 1)
		if p.take(")") != "" {
			return e
		}
	case p.s[0] >= '0' && p.s[0] <= '9':
		return p.number()
	default:
		return p.named(depth)
	}
	p.ok = false
	return nil
}

func (p *formulaParser) literal() *expr {
	var b strings.Builder
	for i := 1; i < len(p.s); i++ {
		if p.s[i] != '"' {
			b.WriteByte(p.s[i])
			continue
		}
		if strings.HasPrefix(p.s[i+1:], `"`) {
			b.WriteByte('"')
			i++
			continue
		}
		p.s = p.s[i+1:]
		return &expr{op: "s", text: b.String()}
	}
	p.ok = false
	return nil
}

func (p *formulaParser) quotedName() (string, bool) {
	var b strings.Builder
	for i := 1; i < len(p.s); i++ {
		switch {
		case p.s[i] != '\'':
			b.WriteByte(p.s[i])
		case strings.HasPrefix(p.s[i+1:], "'"):
			b.WriteByte('\'')
			i++
		default:
			p.s = p.s[i+1:]
			return b.String(), true
		}
	}
	return "", false
}

func (p *formulaParser) number() *expr {
	n := len(p.s) - len(strings.TrimLeft(p.s, "0123456789."))
	f, err := strconv.ParseFloat(p.s[:n], 64)
	p.ok = p.ok && err == nil
	p.s = p.s[n:]
	return &expr{op: "n", num: f}
}

// named reads what begins with a name: a function, a column of a table, cells.
func (p *formulaParser) named(depth int) *expr {
	n := strings.IndexFunc(p.s, func(r rune) bool {
		return !(r == '_' || r == '.' || r == '$' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7f)
	})
	if n < 0 {
		n = len(p.s)
	}
	name, rest := p.s[:n], p.s[n:]
	switch {
	case n == 0:
		p.ok = false
		return nil
	case strings.HasPrefix(rest, "("):
		p.s = rest[1:]
		return p.call(strings.TrimPrefix(strings.ToUpper(name), "_XLFN."), depth+1)
	case strings.HasPrefix(rest, "["):
		p.s = rest
		return p.column(name)
	case strings.HasPrefix(rest, "!"):
		p.s = rest[1:]
		return p.reference(name)
	}
	return p.reference("")
}

func (p *formulaParser) call(name string, depth int) *expr {
	e := &expr{op: name}
	if name == "" { // a prefix alone
		p.ok = false
		return nil
	}
	for p.take(")") == "" {
		if len(e.args) > 0 && p.take(",;") == "" || !p.ok || len(e.args) > 64 {
			p.ok = false
			return nil
		}
		e.args = append(e.args, p.compared(depth))
	}
	return e
}

// column reads the column of a table between brackets, single or double.
func (p *formulaParser) column(table string) *expr {
	s, double := p.s[1:], false
	if strings.HasPrefix(s, "[") {
		s, double = s[1:], true
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\'' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == ']':
			p.s = s[i+1:]
			if double && !strings.HasPrefix(p.s, "]") {
				p.ok = false
				return nil
			}
			if double {
				p.s = p.s[1:]
			}
			return &expr{op: "ref", table: table, text: b.String()}
		default:
			b.WriteByte(s[i])
		}
	}
	p.ok = false
	return nil
}

// reference reads a cell or an area.
func (p *formulaParser) reference(sheet string) *expr {
	row, col, ok := p.cell()
	e := &expr{op: "ref", sheet: sheet, cells: [4]int{row, col, row, col}}
	if ok && strings.HasPrefix(p.s, ":") {
		p.s = p.s[1:]
		e.cells[2], e.cells[3], ok = p.cell()
	}
	if p.ok = p.ok && ok && e.cells[0] <= e.cells[2] && e.cells[1] <= e.cells[3]; !p.ok {
		return nil
	}
	return e
}

func (p *formulaParser) cell() (row, col int, ok bool) {
	s := strings.TrimPrefix(p.s, "$")
	letters := len(s) - len(strings.TrimLeft(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	rest := strings.TrimPrefix(s[letters:], "$")
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	row, col, ok = parseCell(s[:letters] + rest[:digits])
	p.s = rest[digits:]
	return row, col, ok
}
