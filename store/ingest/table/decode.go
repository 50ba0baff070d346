package table

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// Encoding names how the bytes of a file spell its characters.
type Encoding string

// The encodings that are read. Without a byte order mark a file is UTF-8.
const (
	UTF8    Encoding = "UTF-8"
	UTF16LE Encoding = "UTF-16LE"
	UTF16BE Encoding = "UTF-16BE"
)

// evidence passes bytes through and remembers their digest and number.
type evidence struct {
	src   io.Reader
	sum   hash.Hash
	bytes int64
	err   error
}

func newEvidence(src io.Reader) *evidence { return &evidence{src: src, sum: sha256.New()} }

func (e *evidence) Read(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	n, err := e.src.Read(p)
	e.sum.Write(p[:n]) // a hash never fails to write
	e.bytes += int64(n)
	e.err = err
	return n, err
}

// Text is a file read as text, with the evidence of what was read. It is for
// formats that are no table.
type Text struct {
	io.Reader
	ev  *evidence
	enc Encoding
}

// OpenText finds the encoding of src by its byte order mark and gives its text
// as UTF-8. It returns a *FileError when reading fails.
func OpenText(src io.Reader) (*Text, error) {
	ev := newEvidence(src)
	r, enc, err := decode(ev)
	if err != nil {
		return nil, readFailed(0, err)
	}
	return &Text{Reader: r, ev: ev, enc: enc}, nil
}

// Source is the evidence of what was read so far; it covers the whole file
// once reading has returned io.EOF. Rows are the reader's to count.
func (t *Text) Source(rows int) Source {
	return Source{SHA256: t.ev.digest(), Bytes: t.ev.bytes, Rows: rows, Encoding: t.enc}
}

func (e *evidence) digest() string { return hex.EncodeToString(e.sum.Sum(nil)) }

// decode looks for a byte order mark and returns a reader of UTF-8. What is
// invalid in the source stays invalid in the result, so that the row reader
// can say where it stands: bytes of UTF-8 pass unchanged, and half a surrogate
// pair of UTF-16 comes out as three bytes that no valid UTF-8 holds.
func decode(src io.Reader) (io.Reader, Encoding, error) {
	br := bufio.NewReaderSize(src, 64<<10)
	head, err := br.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	switch {
	case len(head) >= 3 && head[0] == 0xEF && head[1] == 0xBB && head[2] == 0xBF:
		_, err = br.Discard(3)
		return br, UTF8, err
	case len(head) >= 2 && head[0] == 0xFF && head[1] == 0xFE:
		_, err = br.Discard(2)
		return &utf16Reader{src: br}, UTF16LE, err
	case len(head) >= 2 && head[0] == 0xFE && head[1] == 0xFF:
		_, err = br.Discard(2)
		return &utf16Reader{src: br, big: true}, UTF16BE, err
	}
	return br, UTF8, nil
}

// utf16Reader turns UTF-16 into UTF-8.
type utf16Reader struct {
	src     *bufio.Reader
	big     bool
	pending []byte // decoded, not yet handed out
	back    [8]byte
	high    uint16 // a high surrogate waiting for its low half; 0 when none
	err     error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(u.pending) > 0 {
			c := copy(p[n:], u.pending)
			u.pending = u.pending[c:]
			n += c
			continue
		}
		if u.err != nil {
			break
		}
		u.fill()
	}
	if n > 0 {
		return n, nil
	}
	if len(p) == 0 {
		return 0, nil
	}
	return 0, u.err
}

// fill decodes one code unit into pending.
func (u *utf16Reader) fill() {
	out := u.back[:0]
	var pair [2]byte
	got, err := io.ReadFull(u.src, pair[:])
	if err != nil {
		if u.high != 0 {
			out, u.high = appendLone(out, u.high), 0
		}
		if got == 1 {
			out = append(out, 0xFF) // half a code unit at the end
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = io.EOF
		}
		u.err, u.pending = err, out
		return
	}
	unit := uint16(pair[0]) | uint16(pair[1])<<8
	if u.big {
		unit = uint16(pair[0])<<8 | uint16(pair[1])
	}
	if u.high != 0 {
		if r := utf16.DecodeRune(rune(u.high), rune(unit)); r != utf8.RuneError {
			u.high, u.pending = 0, utf8.AppendRune(out, r)
			return
		}
		out, u.high = appendLone(out, u.high), 0
	}
	switch {
	case unit >= 0xD800 && unit < 0xDC00:
		u.high = unit
	case unit >= 0xDC00 && unit < 0xE000:
		out = appendLone(out, unit)
	default:
		out = utf8.AppendRune(out, rune(unit))
	}
	u.pending = out
}

// appendLone spells a surrogate without its partner by the three-byte pattern,
// which the definition of UTF-8 (RFC 3629 section 3) forbids.
func appendLone(b []byte, unit uint16) []byte {
	return append(b, 0xE0|byte(unit>>12), 0x80|byte(unit>>6)&0x3F, 0x80|byte(unit)&0x3F)
}
