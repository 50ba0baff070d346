package xlsx

import (
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"strconv"
	"strings"
)

// Difference is one cell in which two workbooks disagree, or one row or sheet that
// only one of them has.
type Difference struct {
	Sheet    string
	Row, Col int    // Col 0: of the whole row, Row 0: of the whole sheet
	Column   string // the header above the cell, where the sheet has one
	Key      string // of a whole row: "Item 12"
	Is       Fate   // of a whole row
	Want     string // what should stand there; empty for nothing
	Got      string
	Formula  bool // Got is a formula, whose value may be changed by opening the file
	Instead  bool // and Want one too, which it stands in the place of
	Plain    bool // Want is a formula, and Got a plain value in its place
}

// Fate is what became of a whole row.
type Fate uint8

// What can become of a row.
const (
	Missing Fate = iota + 1
	Added
	Moved
)

// String says it as a sentence.
func (d Difference) String() string {
	switch {
	case d.Is == Missing:
		return fmt.Sprintf("sheet %q: the row with %s is missing", d.Sheet, d.Key)
	case d.Is == Added:
		return fmt.Sprintf("sheet %q, row %d: the row with %s should not be there", d.Sheet, d.Row, d.Key)
	case d.Is == Moved:
		return fmt.Sprintf("sheet %q, row %d: the row with %s stands in another place than it should", d.Sheet, d.Row, d.Key)
	case d.Row == 0:
		return fmt.Sprintf("sheet %q: should be %s, is %s", d.Sheet, presence(d.Want), presence(d.Got))
	}
	place := fmt.Sprintf("sheet %q, row %d, column %s", d.Sheet, d.Row, columnName(d.Col))
	if d.Column != "" {
		place += fmt.Sprintf(" (%s)", d.Column)
	}
	switch {
	case d.Instead:
		return fmt.Sprintf("%s: should hold the formula %q, holds the formula %q", place, d.Want, d.Got)
	case d.Plain:
		return fmt.Sprintf("%s: should hold the formula %q, holds the plain value %q", place, d.Want, d.Got)
	case d.Formula:
		return fmt.Sprintf("%s: should hold %q and no formula, holds the formula %q", place, d.Want, d.Got)
	}
	return fmt.Sprintf("%s: should hold %q, holds %q", place, d.Want, d.Got)
}

func presence(s string) string {
	if s == "" {
		return "absent"
	}
	return "there"
}

// Compare yields the cells in which got differs from want, sheet by sheet in the
// order of want and from the top. Kinds count: the number 1 is not the text "1".
// Formulas count too (CanonicalFormula): what a file shows once a program has
// computed it anew is the formula's value, not the one kept beside it.
// The cell that shows the digest is compared like any other. It reads both files as
// it goes; an error ends it.
func Compare(want, got *Book) iter.Seq2[Difference, error] {
	return compare(want, got, func(string) bool { return false })
}

// compare is Compare in which the rows of tables are matched by their keys, so that
// one row more or less is one difference.
func compare(want, got *Book, table func(sheet string) bool) iter.Seq2[Difference, error] {
	return func(yield func(Difference, error) bool) {
		have := map[string]bool{}
		for _, name := range got.Sheets() {
			have[name] = true
		}
		for _, name := range want.Sheets() {
			if !have[name] {
				if !yield(Difference{Sheet: name, Want: name}, nil) {
					return
				}
				continue
			}
			delete(have, name)
			c := comparison{name: name, yield: yield, heads: map[int]string{}}
			if !c.run(want, got, table(name)) {
				return
			}
		}
		for _, name := range got.Sheets() {
			if have[name] && !yield(Difference{Sheet: name, Got: name}, nil) {
				return
			}
		}
	}
}

// comparison is that of one sheet.
type comparison struct {
	name      string
	yield     func(Difference, error) bool
	heads     map[int]string
	key       int // leading columns that tell the rows apart; 0: their places do
	shift     int // how far below its place a row with a key must stand, by the rows missing and added above
	slack     int // and may stand lower: rows missing that left their place empty
	want, got map[uint64]bool
}

// line is one row that has values.
type line struct {
	row   int
	cells []Value
}

// text is what stands in a column, counted from 1.
func (l line) text(col int) string {
	for _, v := range l.cells {
		if v.Col == col {
			return v.Text
		}
	}
	return ""
}

// lines yields the rows of a sheet.
func (b *Book) lines(name string) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		var l line
		for v, err := range b.Values(name) {
			if err != nil {
				yield(line{}, err)
				return
			}
			if v.Row != l.row {
				if l.row > 0 && !yield(l, nil) {
					return
				}
				l = line{row: v.Row}
			}
			l.cells = append(l.cells, v)
		}
		if l.row > 0 {
			yield(l, nil)
		}
	}
}

var keySeed = maphash.MakeSeed()

// sum is a number made of the first n columns.
func (l line) sum(n int) uint64 {
	var h maphash.Hash
	h.SetSeed(keySeed)
	for _, v := range l.cells {
		if v.Col > n {
			break
		}
		if v.Text == "" {
			continue
		}
		_, _ = h.WriteString(strconv.Itoa(v.Col) + string(rune(v.Kind)) + oneBreak(v.Text) + "\x00") // never fails (hash/maphash)
	}
	return h.Sum64()
}

// mostKey is how many leading columns are tried as the key of a table.
const mostKey = 3

// keys finds how many leading columns tell the rows of a table apart, and which rows
// each side has; a table without such columns is compared by place.
func (c *comparison) keys(want, got *Book) error {
	for n := 1; n <= mostKey; n++ {
		w, unique, err := keySet(want, c.name, n)
		if err != nil {
			return err
		}
		if !unique {
			continue
		}
		g, unique, err := keySet(got, c.name, n)
		if err != nil {
			return err
		}
		if unique {
			c.key, c.want, c.got = n, w, g
			return nil
		}
	}
	return nil
}

func keySet(b *Book, name string, n int) (set map[uint64]bool, unique bool, err error) {
	set = map[uint64]bool{}
	for l, err := range b.lines(name) {
		if err != nil {
			return nil, false, err
		}
		k := l.sum(n)
		if set[k] {
			return nil, false, nil
		}
		set[k] = true
	}
	return set, true, nil
}

// run compares the sheet; false ends everything.
func (c *comparison) run(want, got *Book, table bool) bool {
	if table {
		if err := c.keys(want, got); err != nil {
			c.yield(Difference{}, err)
			return false
		}
	}
	nextWant, stopWant := iter.Pull2(want.lines(c.name))
	defer stopWant()
	nextGot, stopGot := iter.Pull2(got.lines(c.name))
	defer stopGot()
	a, errA, okA := nextWant()
	b, errB, okB := nextGot()
	for okA || okB {
		if err := errors.Join(errA, errB); err != nil {
			c.yield(Difference{}, err)
			return false
		}
		if okA && a.row == 1 {
			for _, v := range a.cells {
				c.heads[v.Col] = v.Text
			}
		}
		takeA, takeB, more := c.rows(a, okA, b, okB)
		if !more {
			return false
		}
		if takeA {
			a, errA, okA = nextWant()
		}
		if takeB {
			b, errB, okB = nextGot()
		}
	}
	return true
}

// rows compares two rows that may be one, and says which of them are done with.
func (c *comparison) rows(a line, okA bool, b line, okB bool) (takeA, takeB, more bool) {
	if c.key == 0 {
		switch {
		case !okB || okA && a.row < b.row:
			return true, false, c.cells(a, line{row: a.row})
		case !okA || b.row < a.row:
			return false, true, c.cells(line{row: b.row}, b)
		}
		return true, true, c.cells(a, b)
	}
	missing, added := okA && !c.got[a.sum(c.key)], okB && !c.want[b.sum(c.key)]
	switch {
	case missing && added: // one for the other: most likely its key was edited
		return true, true, c.placed(a, b) && c.cells(a, b)
	case missing:
		c.shift, c.slack = c.shift-1, c.slack+1
		return true, false, c.whole(a, Missing)
	case added:
		c.shift++
		return false, true, c.whole(b, Added)
	case !okB:
		return true, false, true // told as moved when it came
	case !okA || a.sum(c.key) != b.sum(c.key):
		// Both are on the other side, elsewhere.
		return okA, true, c.whole(b, Moved)
	}
	return true, true, c.placed(a, b) && c.cells(a, b)
}

// placed tells of a row that does not stand where the rows above it put it, once: those
// below are held against its place.
func (c *comparison) placed(a, b line) bool {
	at := b.row - a.row
	ok := at >= c.shift && at <= c.shift+c.slack
	if c.slack = 0; ok && at == c.shift {
		return true
	}
	if c.shift = at; ok {
		return true
	}
	return c.whole(b, Moved)
}

// whole tells of a whole row, by its key.
func (c *comparison) whole(l line, f Fate) bool {
	var parts []string
	for i := 1; i <= c.key; i++ {
		if t := l.text(i); t != "" {
			parts = append(parts, strings.TrimSpace(c.heads[i]+" "+t))
		}
	}
	return c.yield(Difference{Sheet: c.name, Row: l.row, Key: strings.Join(parts, ", "), Is: f}, nil)
}

// cells compares two rows cell by cell; the place told is that in the file.
func (c *comparison) cells(a, b line) bool {
	i, j := 0, 0
	for i < len(a.cells) || j < len(b.cells) {
		var x, y Value
		switch {
		case j == len(b.cells) || i < len(a.cells) && a.cells[i].Col < b.cells[j].Col:
			x = a.cells[i]
			i++
		case i == len(a.cells) || b.cells[j].Col < a.cells[i].Col:
			y = b.cells[j]
			j++
		default:
			x, y = a.cells[i], b.cells[j]
			i, j = i+1, j+1
		}
		for _, d := range differ(x, y) {
			d.Sheet, d.Row, d.Col = c.name, b.row, max(x.Col, y.Col)
			if d.Row > 1 {
				d.Column = c.heads[d.Col]
			}
			if !c.yield(d, nil) {
				return false
			}
		}
	}
	return true
}

// differ tells how a cell differs from what it should be: in its value, in its
// formula or both.
func differ(want, got Value) (list []Difference) {
	same := want.Kind == got.Kind && oneBreak(want.Text) == oneBreak(got.Text)
	if !same && (want.Text != "" || got.Text != "") {
		list = append(list, Difference{Want: want.Text, Got: got.Text})
	}
	switch {
	case got.Formula == "" && want.Formula != "" && got.Text != "":
		list = append(list, Difference{Want: "=" + want.Formula, Got: got.Text, Plain: true})
	case got.Formula == "":
	case want.Formula == "":
		list = append(list, Difference{Want: want.Text, Got: "=" + got.Formula, Formula: true})
	case CanonicalFormula(want.Formula) != CanonicalFormula(got.Formula):
		list = append(list, Difference{Want: "=" + want.Formula, Got: "=" + got.Formula, Formula: true, Instead: true})
	}
	return list
}
