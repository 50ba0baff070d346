package flat

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"countersign/export/sheet"
)

// Profile is whom a CSV file is for.
type Profile uint8

// The profiles.
const (
	Machine     Profile = iota // exact values
	Spreadsheet                // text that could run is guarded
)

// Result says what was written.
type Result struct {
	Rows    int // without the header
	Guarded int // cells that got an apostrophe in front, the header's included
}

// Note says in a sentence what was changed, or nothing where nothing was.
func (r Result) Note() string {
	switch r.Guarded {
	case 0:
		return ""
	case 1:
		return "1 cell could have run as a formula and has an apostrophe in front."
	}
	return fmt.Sprintf("%d cells could have run as a formula and have an apostrophe in front.", r.Guarded)
}

const checkEvery = 1024 // rows between looks at the context

// CSV writes the table with its header: RFC 4180, comma, CRLF, UTF-8 without BOM.
// A field is quoted where it must be, and where it begins or ends with a space.
//
// Errors: the context's; the first error the rows yield, unwrapped; a sentence
// about a row with more cells than columns; the writer's own.
func CSV(ctx context.Context, out io.Writer, t sheet.Table, p Profile) (Result, error) {
	w := &csvWriter{b: bufio.NewWriterSize(out, 64<<10), profile: p}
	heads := make([]sheet.Cell, len(t.Columns))
	for i, c := range t.Columns {
		heads[i] = sheet.Of(c.Heading())
	}
	if err := w.row(heads, len(heads)); err != nil {
		return w.res, err
	}
	w.res.Rows = 0
	err := each(ctx, t, func(cells []sheet.Cell) error { return w.row(cells, len(t.Columns)) })
	if err != nil {
		return w.res, err
	}
	return w.res, w.b.Flush()
}

// each calls do for every row of a table.
func each(ctx context.Context, t sheet.Table, do func([]sheet.Cell) error) error {
	if t.Rows == nil {
		return ctx.Err()
	}
	n := 0
	for cells, err := range t.Rows {
		if err != nil {
			return err
		}
		if n++; n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(cells) > len(t.Columns) {
			return fmt.Errorf("row %d of the report has %d cells for %d columns", n, len(cells), len(t.Columns))
		}
		if err := do(cells); err != nil {
			return err
		}
	}
	return ctx.Err()
}

type csvWriter struct {
	b       *bufio.Writer
	profile Profile
	res     Result
	line    []byte
}

func (w *csvWriter) row(cells []sheet.Cell, width int) error {
	b := w.line[:0]
	for i := range width {
		if i > 0 {
			b = append(b, ',')
		}
		if i >= len(cells) {
			continue
		}
		s := cells[i].String()
		if w.profile == Spreadsheet && cells[i].Value().Kind() == sheet.Text {
			guarded := Guard(s)
			if guarded != s {
				w.res.Guarded++
			}
			s = guarded
		}
		b = appendField(b, s, width == 1)
	}
	b = append(b, '\r', '\n')
	w.line = b
	w.res.Rows++
	_, err := w.b.Write(b)
	return err
}

// appendField appends a field, quoted where it must be. An empty field alone on
// its line is quoted, because many readers skip empty lines.
func appendField(b []byte, s string, alone bool) []byte {
	if s == "" {
		if alone {
			return append(b, `""`...)
		}
		return b
	}
	if !strings.ContainsAny(s, ",\"\r\n") && s[0] != ' ' && s[len(s)-1] != ' ' {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}

// Guard puts an apostrophe before text that a spreadsheet could run: its first
// character is = + - @, tab, CR, LF, NUL or the full-width form of one of the first
// four, and it is no plain number. So that taking it away again can be exact, as our
// import does (package table, Unguard), text that already looks guarded gets one more.
func Guard(s string) string {
	if runnable(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

func runnable(s string) bool { return sheet.StartsLikeFormula(s) && !sheet.PlainNumber(s) }
