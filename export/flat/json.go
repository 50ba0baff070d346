package flat

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"strconv"
	"unicode/utf8"

	"countersign/export/sheet"
)

// JSON writes the table as an array of objects, one a line. Keys stand in the order
// of the columns; empty cells are null, so that every object has every key; whole
// numbers and numbers are numbers, everything else is a string. Bytes that are no
// UTF-8 become U+FFFD, as JSON has no place for them.
//
// Its errors are those of CSV.
func JSON(ctx context.Context, out io.Writer, t sheet.Table) (Result, error) {
	return writeJSON(ctx, out, t, "[\n", ",\n", "\n]\n")
}

// JSONLines writes the table's objects one a line without an array around them, for
// programs that read line by line. Its errors are those of CSV.
func JSONLines(ctx context.Context, out io.Writer, t sheet.Table) (Result, error) {
	return writeJSON(ctx, out, t, "", "\n", "\n")
}

func writeJSON(ctx context.Context, out io.Writer, t sheet.Table, open, between, end string) (Result, error) {
	w := bufio.NewWriterSize(out, 64<<10)
	var res Result
	keys := make([][]byte, len(t.Columns))
	for i, k := range sheet.Keys(t.Columns) {
		if i > 0 {
			keys[i] = append(keys[i], ", "...)
		}
		keys[i] = append(appendJSON(keys[i], k), ": "...)
	}
	line := []byte(open)
	err := each(ctx, t, func(cells []sheet.Cell) error {
		if res.Rows > 0 {
			line = append(line, between...)
		}
		line = append(line, '{')
		for i := range keys {
			line = append(line, keys[i]...)
			var c sheet.Cell
			if i < len(cells) {
				c = cells[i].Value()
			}
			line = appendValue(line, c)
		}
		line = append(line, '}')
		res.Rows++
		_, err := w.Write(line)
		line = line[:0]
		return err
	})
	if err != nil {
		return res, err
	}
	switch {
	case res.Rows > 0:
		line = append(line, end...)
	case open != "":
		line = []byte("[]\n")
	}
	if _, err := w.Write(line); err != nil {
		return res, err
	}
	return res, w.Flush()
}

func appendValue(b []byte, c sheet.Cell) []byte {
	switch c.Kind() {
	case sheet.Blank:
		return append(b, "null"...)
	case sheet.Int:
		return strconv.AppendInt(b, c.Int(), 10)
	case sheet.Number:
		return append(b, c.String()...)
	case sheet.Text:
		return appendJSON(b, c.Text())
	}
	s := c.String()
	if s == "" {
		return append(b, "null"...)
	}
	return appendJSON(b, s)
}

// appendJSON appends a string literal. Plain ASCII takes the short way; the rest is
// left to the standard library, without its escapes for HTML.
func appendJSON(b []byte, s string) []byte {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' && c != 0x7F
	}
	if plain {
		return append(append(append(b, '"'), s...), '"')
	}
	w := literal{b: b}
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		// A string is never refused, and the writer below never fails.
		return append(b, `""`...)
	}
	return w.b[:len(w.b)-1] // without the encoder's line break
}

type literal struct{ b []byte }

func (l *literal) Write(p []byte) (int, error) {
	l.b = append(l.b, p...)
	return len(p), nil
}
