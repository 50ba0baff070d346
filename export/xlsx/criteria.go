package xlsx

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// verdict is what a criterion says of a value.
type verdict uint8

const (
	unsure verdict = iota // the criterion is of a kind that is not worked out here
	shown
	hidden
)

// criterion is what a filter asks of one column (ECMA-376, 18.3.2).
type criterion struct {
	col    int      // counted from 1
	values []string // folded: one of these is shown
	blank  bool     // and so is nothing
	custom []customXML
	all    bool // every one of custom must hold, else one
	other  bool // it asks for something else: a colour, the largest ten, a day
}

type customXML struct {
	Operator string `xml:"operator,attr"`
	Value    string `xml:"val,attr"`
}

type filterXML struct {
	Ref     string            `xml:"ref,attr"`
	Columns []filterColumnXML `xml:"filterColumn"`
}

type filterColumnXML struct {
	At      int         `xml:"colId,attr"`
	Button  string      `xml:"hiddenButton,attr"`
	Filters *filtersXML `xml:"filters"`
	Custom  *customsXML `xml:"customFilters"`
	Others  []struct{}  `xml:",any"` // a colour, a rank, a day
}

type filtersXML struct {
	Blank  bool        `xml:"blank,attr"`
	Values []filterVal `xml:"filter"`
	Days   []struct{}  `xml:"dateGroupItem"`
}

type filterVal struct {
	Is string `xml:"val,attr"`
}

type customsXML struct {
	And   bool        `xml:"and,attr"`
	Tests []customXML `xml:"customFilter"`
}

// take adds an element of a sheet's own filter, which is read on the way.
func (f *filterXML) take(name string, at attrs) {
	if name == "autoFilter" {
		f.Ref = at.text("ref")
		return
	}
	if name == "filterColumn" {
		f.Columns = append(f.Columns, filterColumnXML{At: at.number("colId"), Button: at.text("hiddenButton")})
		return
	}
	if len(f.Columns) == 0 {
		return
	}
	switch c := &f.Columns[len(f.Columns)-1]; name {
	case "filters":
		c.Filters = &filtersXML{Blank: at.yes("blank")}
	case "filter":
		if c.Filters != nil {
			c.Filters.Values = append(c.Filters.Values, filterVal{at.text("val")})
		}
	case "dateGroupItem":
		if c.Filters != nil {
			c.Filters.Days = append(c.Filters.Days, struct{}{})
		}
	case "top10", "dynamicFilter", "colorFilter", "iconFilter":
		c.Others = append(c.Others, struct{}{})
	case "customFilters":
		c.Custom = &customsXML{And: at.yes("and")}
	case "customFilter":
		if c.Custom != nil {
			c.Custom.Tests = append(c.Custom.Tests, customXML{at.text("operator"), at.text("val")})
		}
	}
}

// filtering is a filter that is set: over which rows, and what it asks.
type filtering struct {
	first, last int
	criteria    []criterion
}

// set gives the filter if something is asked of a column.
func (f filterXML) set() (filtering, bool) {
	from, to, _ := strings.Cut(f.Ref, ":")
	row, col, ok := parseCell(from)
	if !ok || len(f.Columns) == 0 {
		return filtering{}, false
	}
	out := filtering{first: row + 1, last: row}
	if row, _, ok := parseCell(to); ok {
		out.last = row
	}
	for _, c := range f.Columns {
		if !c.asks() {
			continue
		}
		x := criterion{col: col + c.At, other: c.Filters == nil && c.Custom == nil}
		if c.Filters != nil {
			x.blank, x.other = c.Filters.Blank, len(c.Filters.Days) > 0
			for _, v := range c.Filters.Values {
				x.values = append(x.values, folded(unescape(v.Is)))
			}
		}
		if c.Custom != nil {
			x.custom, x.all = c.Custom.Tests, c.Custom.And
		}
		out.criteria = append(out.criteria, x)
	}
	return out, len(out.criteria) > 0
}

// asks tells whether rows may be hidden by the column: some programs name columns of
// which nothing is asked.
func (c filterColumnXML) asks() bool {
	return c.Filters != nil || c.Custom != nil || len(c.Others) > 0
}

// words says what a filter asks of which columns.
func (f filtering) words() string {
	var all []string
	for _, c := range f.criteria {
		quoted := func(list []string) string {
			var out []string
			for i, s := range list {
				if i == mostAsked {
					return strings.Join(out, ", ") + fmt.Sprintf(" or %d more", len(list)-i)
				}
				out = append(out, strconv.Quote(cutTo(s, 40)))
			}
			return strings.Join(out, ", ")
		}
		says := "what the program works out"
		switch {
		case c.other:
		case len(c.custom) > 0:
			var tests []string
			for _, t := range c.custom {
				tests = append(tests, strings.TrimSpace(t.Operator+" "+strconv.Quote(cutTo(t.Value, 40))))
			}
			says = strings.Join(tests, map[bool]string{true: " and ", false: " or "}[c.all])
		case c.blank && len(c.values) == 0:
			says = "nothing"
		case c.blank:
			says = quoted(c.values) + " or nothing"
		default:
			says = quoted(c.values)
		}
		all = append(all, "column "+columnName(c.col)+" holds "+says)
	}
	return strings.Join(all, " and ")
}

// mostAsked is how many values of a filter are named.
const mostAsked = 6

func folded(s string) string { return strings.ToLower(strings.TrimSpace(oneBreak(s))) }

// filterOf gives the filter that is set on a sheet: that of its table or its own.
func (b *Book) filterOf(s bookSheet, own filterXML) (filtering, bool, error) {
	parts, err := b.related(s.part, "/table")
	if err != nil {
		return filtering{}, false, err
	}
	for _, part := range parts {
		var t struct {
			Filter filterXML `xml:"autoFilter"`
		}
		if err := b.decode(part, &t); err != nil {
			return filtering{}, false, err
		}
		if f, ok := t.Filter.set(); ok {
			return f, true, nil
		}
	}
	f, ok := own.set()
	return f, ok, nil
}

// lets tells whether a row passes: hidden once one criterion does not hold, unsure
// where that hangs on one that is not worked out here.
func (f filtering) lets(cells map[int]Value) verdict {
	out := shown
	for _, c := range f.criteria {
		switch c.takes(cells[c.col]) {
		case hidden:
			return hidden
		case unsure:
			out = unsure
		}
	}
	return out
}

func (c criterion) takes(v Value) verdict {
	switch {
	case c.other:
		return unsure
	case len(c.custom) > 0:
		return c.tests(v)
	case v.Text == "":
		if c.blank || slices.Contains(c.values, "") {
			return shown
		}
		return hidden
	case slices.Contains(c.values, folded(v.Text)):
		return shown
	case v.Kind == kindNumber:
		// A filter names numbers as they are shown: another format of the same one.
		for _, w := range c.values {
			if strings.ReplaceAll(w, ",", "") == v.Text {
				return shown
			}
			if _, err := strconv.ParseFloat(w, 64); err != nil {
				return unsure
			}
		}
	}
	return hidden
}

func (c criterion) tests(v Value) verdict {
	some, every := false, true
	for _, t := range c.custom {
		switch t.takes(v) {
		case unsure:
			return unsure
		case shown:
			some = true
		default:
			every = false
		}
	}
	if c.all && every || !c.all && some {
		return shown
	}
	return hidden
}

func (t customXML) takes(v Value) verdict {
	is := func(b bool) verdict {
		if b {
			return shown
		}
		return hidden
	}
	want, got := folded(unescape(t.Value)), folded(v.Text)
	if utf8.RuneCountInString(want) > longestPattern {
		return unsure
	}
	x, errX := strconv.ParseFloat(got, 64)
	y, errY := strconv.ParseFloat(want, 64)
	numbers := v.Kind == kindNumber && errX == nil && errY == nil
	switch t.Operator {
	case "", "equal":
		if numbers {
			return is(x == y)
		}
		return is(wild([]rune(want), []rune(got)))
	case "notEqual":
		if numbers {
			return is(x != y)
		}
		return is(!wild([]rune(want), []rune(got)))
	}
	if !numbers {
		return unsure
	}
	switch t.Operator {
	case "greaterThan":
		return is(x > y)
	case "greaterThanOrEqual":
		return is(x >= y)
	case "lessThan":
		return is(x < y)
	case "lessThanOrEqual":
		return is(x <= y)
	}
	return unsure
}

// longestPattern is how many letters the value of a filter has at most, as in Excel.
const longestPattern = 255

// wild tells whether a text is as a filter's pattern: * stands for any text, ? for one
// letter, and ~ takes the meaning of the one behind it away. It goes back to the last *
// where it went wrong, so that it takes no longer than pattern and text multiplied.
func wild(pattern, text []rune) bool {
	star, from := -1, 0 // the last *, and where its text ends as tried
	p, i := 0, 0
	for i < len(text) || p < len(pattern) {
		if p < len(pattern) && pattern[p] == '*' {
			star, from = p, i
			p++
			continue
		}
		if i < len(text) && p < len(pattern) {
			at, any := p, pattern[p] == '?'
			if pattern[p] == '~' && p+1 < len(pattern) {
				at++
			}
			if any || pattern[at] == text[i] {
				p, i = at+1, i+1
				continue
			}
		}
		if star < 0 || from >= len(text) {
			return false
		}
		from++
		p, i = star+1, from
	}
	return true
}

// beyond looks through the hidden rows of a sheet for those that its filter does not
// hide: the first of them that it would show, and how many it cannot tell of.
func (b *Book) beyond(s bookSheet, f filtering, rows []int) (more []int, untold int, err error) {
	judge := func(row int, cells map[int]Value) {
		if row < f.first || row > f.last {
			more = append(more, row)
			return
		}
		switch f.lets(cells) {
		case shown:
			more = append(more, row)
		case unsure:
			untold++
		}
	}
	cells, at := map[int]Value{}, 0 // of the row rows[at]
	for v, err := range b.Values(s.name) {
		if err != nil {
			return nil, 0, err
		}
		for at < len(rows) && rows[at] < v.Row {
			judge(rows[at], cells)
			clear(cells)
			at++
		}
		if at == len(rows) {
			break
		}
		if rows[at] == v.Row && slices.ContainsFunc(f.criteria, func(c criterion) bool { return c.col == v.Col }) {
			cells[v.Col] = v
		}
	}
	for ; at < len(rows); at++ {
		judge(rows[at], cells)
		clear(cells)
	}
	return more, untold, nil
}
