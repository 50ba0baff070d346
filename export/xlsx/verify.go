package xlsx

import (
	"context"
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
	b.stood = map[string]standing{}
	sealSheet, sealRow, sealCol := b.sealPlace()
	for _, name := range b.Sheets() {
		h := newHasher()
		n, at := 0, standing{}
		for v, err := range b.Values(name) {
			if err != nil {
				return out, err
			}
			if n++; n%checkEvery == 0 && ctx.Err() != nil {
				return out, ctx.Err()
			}
			at.take(v)
			if name == sealSheet && v.Row == sealRow && v.Col == sealCol {
				out.Shown, out.SealAt = v.Text, name+"!"+v.Cell()
				continue
			}
			h.cell(v.Row, v.Col, v.Kind, v.Text)
		}
		b.stood[name] = at
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
	tables := map[string]bool{}
	for _, s := range wb.Sheets {
		tables[s.Name] = s.Table != nil
	}
	return compare(want, b, func(name string) bool {
		base, _, _ := strings.Cut(name, " (")
		return tables[name] || tables[base]
	}), nil
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
