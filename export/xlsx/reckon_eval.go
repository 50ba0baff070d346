package xlsx

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

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

// deepestSteps is how many steps inside each other a formula is worked out in, through the
// formulas of the cells it reads: no export has a tenth of them.
const deepestSteps = 10_000

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
	if r.depth++; r.depth > deepestSteps {
		r.depth--
		return unknown
	}
	defer func() { r.depth-- }()
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
