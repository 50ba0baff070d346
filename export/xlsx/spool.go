package xlsx

import (
	"bytes"
	"hash/crc32"
	"io"
	"os"
	"runtime"

	"github.com/klauspost/compress/flate"
)

const (
	pieceSize  = 512 << 10 // bytes of XML deflated in one go
	spillAfter = 1 << 20   // packed bytes kept in memory before a file is opened
	deflateAt  = 2         // klauspost's level: faster than 6, a few percent larger
)

// press deflates pieces on all cores.
type press struct {
	jobs  chan *piece
	width int
}

// piece is some XML on its way through the press. Its deflate blocks end on a byte
// boundary without the final mark, so pieces may be put one after the other.
type piece struct {
	raw    []byte
	packed bytes.Buffer
	crc    uint32
	final  bool
	err    error
	done   chan struct{}
}

func newPress() *press {
	p := &press{jobs: make(chan *piece), width: runtime.GOMAXPROCS(0)}
	for range p.width {
		go p.work()
	}
	return p
}

func (p *press) close() { close(p.jobs) }

func (p *press) work() {
	w, err := flate.NewWriter(io.Discard, deflateAt)
	for j := range p.jobs {
		j.err = err
		if err == nil {
			j.deflate(w)
		}
		close(j.done)
	}
}

func (j *piece) deflate(w *flate.Writer) {
	j.crc = crc32.ChecksumIEEE(j.raw)
	w.Reset(&j.packed)
	if _, j.err = w.Write(j.raw); j.err != nil {
		return
	}
	if j.final {
		j.err = w.Close()
	} else {
		j.err = w.Flush()
	}
}

// packed is a stretch of a part's deflated bytes with what a zip needs to know of it.
type packed struct {
	crc  uint32
	raw  int64 // bytes before deflating
	size int64 // bytes after
}

func (p *packed) add(crc uint32, raw, size int64) {
	p.crc = joinCRC(p.crc, crc, raw)
	p.raw += raw
	p.size += size
}

// spool takes XML, has it deflated and keeps the result in order. Its memory is
// bounded by the pieces in flight; a temporary file takes the rest, removed by close.
type spool struct {
	press   *press
	buf     []byte
	flight  []*piece
	free    []*piece
	sum     packed
	mem     bytes.Buffer
	file    *os.File
	removed bool
}

// newSpool makes a spool; without a press it only counts what it is given.
func newSpool(p *press) *spool { return &spool{press: p} }

// room returns the buffer to append to; give it back with keep.
func (s *spool) room() []byte {
	if s.buf == nil {
		s.buf = make([]byte, 0, 64<<10)
	}
	return s.buf
}

func (s *spool) keep(b []byte) error {
	s.buf = b
	if len(b) < pieceSize {
		return nil
	}
	return s.send(false)
}

// length is how much XML has been given so far.
func (s *spool) length() int64 {
	n := s.sum.raw + int64(len(s.buf))
	for _, j := range s.flight {
		n += int64(len(j.raw))
	}
	return n
}

func (s *spool) send(final bool) error {
	if s.press == nil {
		s.sum.raw += int64(len(s.buf))
		s.buf = s.buf[:0]
		return nil
	}
	for len(s.flight) > s.press.width {
		if err := s.land(); err != nil {
			return err
		}
	}
	j := &piece{}
	if n := len(s.free); n > 0 {
		j, s.free = s.free[n-1], s.free[:n-1]
	}
	s.buf, j.raw = j.raw[:0], s.buf
	j.final, j.done = final, make(chan struct{})
	s.press.jobs <- j
	s.flight = append(s.flight, j)
	return nil
}

// land waits for the oldest piece in flight and stores it.
func (s *spool) land() error {
	j := s.flight[0]
	s.flight = s.flight[1:]
	<-j.done
	if j.err != nil {
		return j.err
	}
	s.sum.add(j.crc, int64(len(j.raw)), int64(j.packed.Len()))
	if err := s.store(j.packed.Bytes()); err != nil {
		return err
	}
	j.packed.Reset()
	s.free = append(s.free, j)
	return nil
}

func (s *spool) store(b []byte) error {
	if s.file == nil && s.mem.Len()+len(b) <= spillAfter {
		_, err := s.mem.Write(b)
		return err
	}
	if s.file == nil {
		f, err := os.CreateTemp("", "countersign-sheet-*")
		if err != nil {
			return err
		}
		s.file = f
		// Where the system allows it the name goes at once, so that not even a
		// kill leaves the file behind.
		s.removed = os.Remove(f.Name()) == nil
		if _, err := f.Write(s.mem.Bytes()); err != nil {
			return err
		}
		s.mem = bytes.Buffer{}
	}
	_, err := s.file.Write(b)
	return err
}

// finish lands everything, and with final ends the deflate stream.
func (s *spool) finish(final bool) error {
	if len(s.buf) > 0 || final {
		if err := s.send(final); err != nil {
			return err
		}
	}
	for len(s.flight) > 0 {
		if err := s.land(); err != nil {
			return err
		}
	}
	s.buf, s.free = nil, nil
	return nil
}

// writeTo copies the deflated bytes.
func (s *spool) writeTo(w io.Writer) error {
	if s.file == nil {
		_, err := w.Write(s.mem.Bytes())
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, s.file)
	return err
}

// close waits for what is in flight and removes the file.
func (s *spool) close() error {
	for _, j := range s.flight {
		<-j.done
	}
	s.flight = nil
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if !s.removed {
		if e := os.Remove(s.file.Name()); err == nil {
			err = e
		}
	}
	s.file = nil
	return err
}
