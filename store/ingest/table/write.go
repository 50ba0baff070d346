package table

import (
	"bufio"
	"io"
	"strings"
)

// Write writes records by RFC 4180: comma, CRLF, quotes where they are needed.
// What it writes, a Reader reads back field by field, whatever the fields
// hold, as long as it is UTF-8 without NUL. It returns the error of w.
func Write(w io.Writer, records [][]string) error {
	bw := bufio.NewWriter(w)
	for _, rec := range records {
		if _, err := bw.WriteString(line(rec)); err != nil {
			return err
		}
	}
	return bw.Flush()
}

// line is one record as it stands in the file.
func line(rec []string) string {
	var b strings.Builder
	for i, f := range rec {
		if i > 0 {
			b.WriteByte(',')
		}
		if needsQuotes(f, len(rec) == 1) {
			f = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
		b.WriteString(f)
	}
	return b.String() + "\r\n"
}

// needsQuotes quotes every separator the sniffer knows, not only the comma, so
// that a file of ours can never be taken for one with another separator.
func needsQuotes(f string, alone bool) bool {
	if f == "" {
		return alone // an empty line is no record
	}
	return strings.ContainsAny(f, ",;\t\"\r\n") || strings.HasPrefix(f, "#") ||
		strings.HasPrefix(strings.ToLower(f), "sep=") || strings.HasPrefix(f, "\uFEFF") ||
		f[0] == ' ' || f[len(f)-1] == ' '
}
