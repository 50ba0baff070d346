package sheet

import (
	"math"
	"slices"
	"strconv"
	"time"
)

// Kind is what a cell holds.
type Kind uint8

// The kinds. The zero value is an empty cell: "no access" in a matrix is Blank.
const (
	Blank Kind = iota
	Text
	Int
	Number
	Instant  // a moment, UTC, to the millisecond
	Day      // a calendar date
	Formula  // a live formula with the value it had when written
	TallyOf  // a live total over another sheet's rows
	Digest   // the place for the digest of the workbook's content
	SheetSum // the place for the digest of one table sheet
	Remarks  // the place for what the writer had to do differently
	Warning  // the place for the workbook's banner
)

// MaxInt is the largest whole number a spreadsheet shows and keeps exactly: it
// works with fifteen digits. Int turns anything beyond into text.
const MaxInt = 999_999_999_999_999

// Cell is one value with its look. The zero Cell is empty. A Cell is a value:
// its methods return a changed copy.
type Cell struct {
	kind  Kind
	class Class
	text  string
	bits  uint64
	more  *more
}

// more carries what few cells have.
type more struct {
	value     Cell // of a formula
	linkSheet string
	linkRef   string
	choices   []string
	tally     Tally
}

// Of returns a text cell. Empty text is an empty cell.
func Of(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{kind: Text, text: s}
}

// Whole returns a cell with a whole number, or with its digits as text where the
// number is beyond MaxInt.
func Whole(n int64) Cell {
	if n > MaxInt || n < -MaxInt {
		return Of(strconv.FormatInt(n, 10))
	}
	return Cell{kind: Int, bits: uint64(n)}
}

// Real returns a cell with a number. What is no number (infinities, NaN) becomes
// text, because a spreadsheet has no such value.
func Real(f float64) Cell {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Of(strconv.FormatFloat(f, 'g', -1, 64))
	}
	return Cell{kind: Number, bits: math.Float64bits(f)}
}

// At returns a cell with a moment in UTC, to the millisecond. The zero time is an
// empty cell. Moments a spreadsheet cannot hold (before March 1900, after 9999)
// become text.
func At(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	t = t.UTC().Truncate(time.Millisecond)
	if t.Before(firstDay) || t.Year() > 9999 {
		return Of(t.Format(time.RFC3339Nano))
	}
	return Cell{kind: Instant, bits: uint64(t.UnixMilli())}
}

// On returns a cell with the calendar date that t has in t's own zone.
func On(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	d := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	if d.Before(firstDay) || d.Year() > 9999 {
		return Of(d.Format(time.DateOnly))
	}
	return Cell{kind: Day, bits: uint64(d.UnixMilli())}
}

// firstDay is where spreadsheets agree on day numbers: before it they count a
// 29 February 1900 that never was.
var firstDay = time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)

// Live returns a cell with a formula, written without "=", and the value it has
// now. value must be a text, a whole number or a number.
func Live(formula string, value Cell) Cell {
	return Cell{kind: Formula, text: formula, more: &more{value: value}}
}

// Total returns a cell with a live total. The writer makes the formula and its value.
func Total(t Tally) Cell { return Cell{kind: TallyOf, more: &more{tally: t}} }

// ContentDigest returns the cell the writer fills with the digest of the
// workbook's content. The digest covers every cell but this one.
func ContentDigest() Cell { return Cell{kind: Digest} }

// DigestOf returns a cell the writer fills with the digest of one table sheet.
func DigestOf(sheet string) Cell { return Cell{kind: SheetSum, text: sheet} }

// Notes returns a cell the writer fills with what it had to do differently, such
// as rows that go on in a further sheet; it is empty where there is nothing to say.
func Notes() Cell { return Cell{kind: Remarks} }

// BannerCell returns the cell the writer fills with the workbook's banner; it is
// empty in a workbook without one. A workbook with a banner and a grid must have
// it in its first grid.
func BannerCell() Cell { return Cell{kind: Warning, class: Banner} }

// As returns the cell in another look.
func (c Cell) As(k Class) Cell { c.class = k; return c }

// Reword returns a text cell with another text and the same look.
func (c Cell) Reword(text string) Cell { c.text = text; return c }

// To returns the cell as a link to a cell of another sheet of the workbook; ref
// reads like "A1". The sheet is named as in the description.
func (c Cell) To(sheet, ref string) Cell {
	m := c.extra()
	m.linkSheet, m.linkRef = sheet, ref
	c.more = m
	if c.class == Plain {
		c.class = Link
	}
	return c
}

// Choose returns the cell with a drop-down of the only legal answers.
func (c Cell) Choose(words ...string) Cell {
	m := c.extra()
	m.choices = slices.Clone(words)
	c.more = m
	return c
}

func (c Cell) extra() *more {
	if c.more == nil {
		return &more{}
	}
	m := *c.more
	return &m
}

// Kind is what the cell holds.
func (c Cell) Kind() Kind { return c.kind }

// Class is the cell's look.
func (c Cell) Class() Class { return c.class }

// Bare tells whether the cell has neither a link nor choices.
func (c Cell) Bare() bool { return c.more == nil }

// Text is the text of a text cell, the source of a formula, the sheet of a
// SheetSum, and empty for other kinds.
func (c Cell) Text() string { return c.text }

// Int is the number of an Int cell.
func (c Cell) Int() int64 { return int64(c.bits) }

// Float is the number of an Int or Number cell.
func (c Cell) Float() float64 {
	if c.kind == Int {
		return float64(int64(c.bits))
	}
	return math.Float64frombits(c.bits)
}

// Millis is the moment of an Instant or Day cell, in milliseconds since 1970 UTC.
func (c Cell) Millis() int64 { return int64(c.bits) }

// Time is the moment of an Instant or Day cell, in UTC.
func (c Cell) Time() time.Time { return time.UnixMilli(int64(c.bits)).UTC() }

// Value is the value of a formula, and the cell itself for other kinds.
func (c Cell) Value() Cell {
	if c.kind != Formula {
		return c
	}
	v := c.more.value
	v.class = c.class
	return v
}

// Link is the sheet and cell that the cell links to; ok tells whether it does.
func (c Cell) Link() (sheet, ref string, ok bool) {
	if c.more == nil || c.more.linkSheet == "" {
		return "", "", false
	}
	return c.more.linkSheet, c.more.linkRef, true
}

// Choices are the legal answers of a drop-down; nil where there is none. The
// caller must not change them.
func (c Cell) Choices() []string {
	if c.more == nil {
		return nil
	}
	return c.more.choices
}

// Tally is the description behind a TallyOf cell.
func (c Cell) Tally() Tally {
	if c.more == nil {
		return Tally{}
	}
	return c.more.tally
}

// String is the cell's value in plain words, as CSV writes it: RFC 3339 in UTC
// for a moment, the value for a formula, nothing for an empty cell.
func (c Cell) String() string {
	switch c.kind {
	case Text:
		return c.text
	case Int:
		return strconv.FormatInt(c.Int(), 10)
	case Number:
		return strconv.FormatFloat(c.Float(), 'f', -1, 64)
	case Instant:
		return c.Time().Format("2006-01-02T15:04:05.999Z07:00")
	case Day:
		return c.Time().Format(time.DateOnly)
	case Formula:
		return c.Value().String()
	}
	return ""
}
