package xlsx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"countersign/export/sheet"
)

// Contents are the digests of a workbook file, made from its values.
type Contents struct {
	Digest Digest        // of the whole content
	Sheets []SheetDigest // in order
	Shown  string        // the digest the file itself shows; empty where it shows none
	SealAt string        // the cell that shows it, as Sheet!A1
}

// Agrees tells whether the file shows the digest its values have.
func (c Contents) Agrees() bool { return c.Shown == c.Digest.String() }

// Contents reads all values and makes their digests.
func (b *Book) Contents(ctx context.Context) (Contents, error) {
	var out Contents
	sealSheet, sealRow, sealCol := b.sealPlace()
	for _, name := range b.Sheets() {
		h := newHasher()
		n := 0
		for v, err := range b.Values(name) {
			if err != nil {
				return out, err
			}
			if n++; n%checkEvery == 0 && ctx.Err() != nil {
				return out, ctx.Err()
			}
			if name == sealSheet && v.Row == sealRow && v.Col == sealCol {
				out.Shown, out.SealAt = v.Text, name+"!"+v.Cell()
				continue
			}
			h.cell(v.Row, v.Col, v.Kind, v.Text)
		}
		out.Sheets = append(out.Sheets, SheetDigest{Sheet: name, Digest: h.sum()})
	}
	out.Digest = wholeDigest(out.Sheets)
	return out, nil
}

// sealPlace is the cell that shows the content's digest.
func (b *Book) sealPlace() (name string, row, col int) {
	name, ref, ok := cutLast(b.seal, "!")
	if !ok {
		return "", 0, 0
	}
	if strings.HasPrefix(name, "'") && strings.HasSuffix(name, "'") && len(name) > 1 {
		name = strings.ReplaceAll(name[1:len(name)-1], "''", "'")
	}
	row, col, ok = parseCell(strings.ReplaceAll(ref, "$", ""))
	if !ok {
		return "", 0, 0
	}
	return name, row, col
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// Difference is one cell in which two workbooks disagree.
type Difference struct {
	Sheet    string
	Row, Col int    // 0 where the whole sheet is on one side only
	Column   string // the header above the cell, where the sheet has one
	Want     string // what should stand there; empty for nothing
	Got      string
}

// String says it as a sentence.
func (d Difference) String() string {
	if d.Row == 0 {
		return fmt.Sprintf("sheet %q: should be %s, is %s", d.Sheet, presence(d.Want), presence(d.Got))
	}
	place := fmt.Sprintf("sheet %q, row %d, column %s", d.Sheet, d.Row, columnName(d.Col))
	if d.Column != "" {
		place += fmt.Sprintf(" (%s)", d.Column)
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
// The cell that shows the digest is compared like any other. It reads both files as
// it goes; an error ends it.
func Compare(want, got *Book) iter.Seq2[Difference, error] {
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
			if !compareSheet(want, got, name, yield) {
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

func compareSheet(want, got *Book, name string, yield func(Difference, error) bool) bool {
	nextWant, stopWant := iter.Pull2(want.Values(name))
	defer stopWant()
	nextGot, stopGot := iter.Pull2(got.Values(name))
	defer stopGot()
	heads := map[int]string{}
	a, errA, okA := nextWant()
	b, errB, okB := nextGot()
	for okA || okB {
		if err := errors.Join(errA, errB); err != nil {
			yield(Difference{}, err)
			return false
		}
		order := before(a, okA, b, okB)
		if order <= 0 && a.Row == 1 {
			heads[a.Col] = a.Text
		}
		d := Difference{Sheet: name}
		switch {
		case order < 0:
			d.Row, d.Col, d.Want = a.Row, a.Col, a.Text
		case order > 0:
			d.Row, d.Col, d.Got = b.Row, b.Col, b.Text
		case a.Kind != b.Kind || oneBreak(a.Text) != oneBreak(b.Text):
			d.Row, d.Col, d.Want, d.Got = a.Row, a.Col, a.Text, b.Text
		}
		if d.Row > 0 {
			if d.Row > 1 {
				d.Column = heads[d.Col]
			}
			if !yield(d, nil) {
				return false
			}
		}
		if order <= 0 {
			a, errA, okA = nextWant()
		}
		if order >= 0 {
			b, errB, okB = nextGot()
		}
	}
	return true
}

// before tells which of two values stands first: -1, 0 or 1.
func before(a Value, okA bool, b Value, okB bool) int {
	switch {
	case !okB:
		return -1
	case !okA:
		return 1
	case a.Row != b.Row:
		return sign(a.Row - b.Row)
	}
	return sign(a.Col - b.Col)
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// CompareTo yields the cells in which the file differs from what the description
// says now. It writes the description to a temporary place first.
func (b *Book) CompareTo(ctx context.Context, wb sheet.Workbook, scratch interface {
	io.Writer
	io.ReaderAt
}) (iter.Seq2[Difference, error], error) {
	c := &countingWriter{w: scratch}
	if _, err := Write(ctx, c, wb); err != nil {
		return nil, err
	}
	want, err := Open(scratch, c.n)
	if err != nil {
		return nil, err
	}
	return Compare(want, b), nil
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
