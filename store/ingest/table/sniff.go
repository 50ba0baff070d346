package table

import (
	"bufio"
	"bytes"
	"strings"
)

// separators are the ones that are recognised, the likeliest first.
var separators = [...]byte{',', ';', '\t'}

// sniffRows is how many rows are compared with the header.
const sniffRows = 20

// sniff finds the separator: the one that gives the header the most columns,
// and among equals the one by which more of the first rows are as wide as the
// header. A file with a single column is read with the comma.
func sniff(head []byte, opts Options) byte {
	if sep, ok := named(head); ok {
		return sep
	}
	best, bestWidth, bestEven := separators[0], 0, 0
	for _, sep := range separators {
		width, even := tryout(head, sep, opts)
		if width > bestWidth || width == bestWidth && even > bestEven {
			best, bestWidth, bestEven = sep, width, even
		}
	}
	return best
}

// named reads Excel's first line sep=; when there is one.
func named(head []byte) (byte, bool) {
	line, _, _ := strings.Cut(string(head[:min(len(head), 8)]), "\n")
	line = strings.TrimSuffix(line, "\r")
	if len(line) != 5 || !strings.EqualFold(line[:4], "sep=") {
		return 0, false
	}
	for _, sep := range separators {
		if line[4] == sep {
			return sep, true
		}
	}
	return 0, false
}

// tryout reads the beginning with one separator and returns the width of the
// header and how many of the first rows are as wide. A header that does not
// parse has width 0.
func tryout(head []byte, sep byte, opts Options) (width, even int) {
	opts.Separator, opts.MaxColumns = sep, 1<<30 // too many columns are refused later, in words
	r := &Reader{opts: opts, ev: newEvidence(bytes.NewReader(nil)), br: bufio.NewReader(bytes.NewReader(head)), line: 1}
	if r.readHeader() != nil {
		return 0, 0
	}
	for range sniffRows {
		if r.record() != nil {
			break
		}
		if len(r.ends) == len(r.header) {
			even++
		}
	}
	return len(r.header), even
}
