package xlsx

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Digest is a SHA-256 over values, independent of looks, file format and order of
// parts. Its canonical form is lines of bytes a person can make again by script:
//
//	sheet content:    "countersign sheet 1" LF, then for each cell that is not
//	                  empty, row by row and from left to right,
//	                  ROW "," COLUMN "," KIND "," LENGTH ":" VALUE LF
//	workbook content: "countersign workbook 1" LF, then for each sheet in order
//	                  LENGTH ":" NAME "," HEX-DIGEST LF
//
// Rows and columns count from 1, lengths are bytes. KIND is t (text, as UTF-8, with
// CR LF as LF because LibreOffice saves it so),
// n (number, in at most fifteen significant digits; dates are day numbers, and a
// number over 10000 within a hundredth of a millisecond of a whole one counts as it),
// b (1 or 0) or e (an error's name). A formula counts by its value. The cell that
// shows the digest itself is left out.
//
// The workbook's digest covers the cover too, and with it the moment looked at, the
// event shown, the log's place and who exported: whoever could alter the moment under
// an unchanged digest could pass last year's access off as this year's, and without
// the database nothing else in the file would tell. So two exports of the same rows at
// two moments have two digests. Behind is the digest that they share.
type Digest [sha256.Size]byte

// String is the digest in lower-case hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// The kinds of value in the canonical form.
const (
	kindText   = 't'
	kindNumber = 'n'
	kindBool   = 'b'
	kindError  = 'e'
)

// hasher makes the digest of one sheet. Cells must come in order.
type hasher struct {
	h   hash.Hash
	buf []byte
}

func newHasher() *hasher {
	s := &hasher{h: sha256.New(), buf: make([]byte, 0, 32<<10)}
	s.buf = append(s.buf, "countersign sheet 1\n"...)
	return s
}

// cell adds one value; row and col count from 1. Empty text is no value.
func (s *hasher) cell(row, col int, kind byte, value string) {
	if value == "" {
		return
	}
	value = oneBreak(value)
	s.head(row, col, kind, len(value))
	s.buf = append(append(s.buf, value...), '\n')
	s.flush(16 << 10)
}

// oneBreak is s with CR LF as LF.
func oneBreak(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(s, "\r\n", "\n")
}

// number adds a number.
func (s *hasher) number(row, col int, f float64) {
	var tmp [32]byte
	v := appendNumber(tmp[:0], f)
	s.head(row, col, kindNumber, len(v))
	s.buf = append(append(s.buf, v...), '\n')
	s.flush(16 << 10)
}

func (s *hasher) head(row, col int, kind byte, n int) {
	s.buf = strconv.AppendInt(s.buf, int64(row), 10)
	s.buf = append(s.buf, ',')
	s.buf = strconv.AppendInt(s.buf, int64(col), 10)
	s.buf = append(s.buf, ',', kind, ',')
	s.buf = strconv.AppendInt(s.buf, int64(n), 10)
	s.buf = append(s.buf, ':')
}

func (s *hasher) flush(over int) {
	if len(s.buf) > over {
		s.h.Write(s.buf)
		s.buf = s.buf[:0]
	}
}

func (s *hasher) sum() (d Digest) {
	s.flush(0)
	copy(d[:], s.h.Sum(nil))
	return d
}

// appendNumber appends f as the canonical form has it: fifteen significant digits,
// which every spreadsheet keeps through a save.
func appendNumber(b []byte, f float64) []byte {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.AppendInt(b, int64(f), 10)
	}
	// Programs that read moments as moments write them back with another last digit.
	const day, near = 86_400_000, 0.01
	if ms := f * day; f > 10_000 && f < 3_000_000 && math.Abs(ms-math.Round(ms)) < near {
		f = math.Round(ms) / day
	}
	return strconv.AppendFloat(b, f, 'g', 15, 64)
}

// SheetDigest is the digest of one sheet's values.
type SheetDigest struct {
	Sheet  string
	Digest Digest
}

// wholeDigest is the workbook's digest from its sheets', in order.
func wholeDigest(sheets []SheetDigest) Digest {
	b := []byte("countersign workbook 1\n")
	for _, s := range sheets {
		b = strconv.AppendInt(b, int64(len(s.Sheet)), 10)
		b = append(append(append(b, ':'), s.Sheet...), ',')
		b = append(append(b, s.Digest.String()...), '\n')
	}
	return sha256.Sum256(b)
}

// Behind is the digest of a workbook without one of its sheets, the cover: the same
// whenever the rows and figures behind it are, at whatever moment they were looked at.
// It vouches for no moment, and so for no file.
func Behind(sheets []SheetDigest, cover string) Digest {
	return wholeDigest(slices.DeleteFunc(slices.Clone(sheets), func(s SheetDigest) bool { return s.Sheet == cover }))
}

// Digests are the digests of the sheets that were written.
func (r Result) Digests() []SheetDigest {
	out := make([]SheetDigest, len(r.Sheets))
	for i, s := range r.Sheets {
		out[i] = SheetDigest{s.Name, s.Digest}
	}
	return out
}
