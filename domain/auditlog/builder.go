package auditlog

import (
	"crypto/sha256"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Builder computes a log from its events' lines, one after another, keeping
// only the roots of the complete subtrees on the right edge (at most 53
// hashes). The zero Builder is the empty log, ready for event 0.
//
// A Builder is a value: a copy goes its own way from where it was copied. They
// share scratch space, so neither is safe for use from several goroutines at
// once.
type Builder struct {
	size int64
	// edge[l] is the root of the complete subtree of 2^l events on the right
	// edge; it counts only where bit l of size is set.
	edge [54]Hash
	buf  []byte // scratch: a zero byte and the line
}

// Resume returns a Builder for a log that has size events already, reading the
// right edge from its stored hashes in one call of r. It takes the stored
// hashes at their word.
//
// It returns [OutOfRange] for a size that no log can have, and r's own error.
func Resume(size int64, r HashReader) (*Builder, error) {
	if err := checkSize(size); err != nil {
		return nil, err
	}
	b := &Builder{size: size}
	if size == 0 {
		return b, nil
	}
	var levels []int
	var indexes []int64
	for rest := uint64(size); rest != 0; {
		l := bits.Len64(rest) - 1 // largest subtree first: indices ascend
		rest &^= 1 << l
		levels = append(levels, l)
		indexes = append(indexes, tlog.StoredHashIndex(l, size>>l-1))
	}
	hashes, err := r.ReadHashes(indexes)
	if err != nil {
		return nil, fmt.Errorf("reading the edge of the log at size %d: %w", size, err)
	}
	if len(hashes) != len(indexes) {
		return nil, fmt.Errorf("reading the edge of the log at size %d: %d hashes for %d indices", size, len(hashes), len(indexes))
	}
	for i, l := range levels {
		b.edge[l] = hashes[i]
	}
	return b, nil
}

// Size returns the number of events appended so far: the next event's number.
func (b *Builder) Size() int64 { return b.size }

// Append adds the next event and returns the hashes that storing it adds, to
// be kept at [FirstStoredIndex] of its number and up: the same as
// [StoredHashes] gives, without reading any.
//
// It returns [OutOfRange] when the log is full ([MaxSize]).
func (b *Builder) Append(line []byte) ([]Hash, error) {
	return b.appendTo(make([]Hash, 0, 2), line)
}

// Add is [Builder.Append] for a caller who has no use for the stored hashes.
func (b *Builder) Add(line []byte) error {
	_, err := b.appendTo(nil, line)
	return err
}

// Check adds the next event, comparing the hashes it gives with those stored
// for it, which are [StoredPerEvent] of its number. The first that differs is
// named in a [Mismatch] error; the event is added all the same, so that a
// caller may go on and find the others.
//
// It returns [Mismatch] also when stored has another length, and [OutOfRange]
// when the log is full.
func (b *Builder) Check(line []byte, stored []Hash) error {
	n := b.size
	var room [54]Hash
	hashes, err := b.appendTo(room[:0], line)
	if err != nil {
		return err
	}
	if len(stored) != len(hashes) {
		return refuse(Mismatch, hintMismatch, "Event %d has %d stored hashes; it must have %d.", n, len(stored), len(hashes))
	}
	if stored[0] != hashes[0] {
		return refuse(Mismatch, hintMismatch, "Event %d is not the one that was logged: its hash is %s, the stored one %s.", n, hashes[0], stored[0])
	}
	for level := 1; level < len(hashes); level++ {
		if stored[level] != hashes[level] {
			return refuse(Mismatch, hintMismatch, "The stored hash %d, over events %d to %d, does not fit those events.",
				FirstStoredIndex(n)+int64(level), n+1-int64(1)<<level, n)
		}
	}
	return nil
}

const hintMismatch = "Compare the database with a backup and with a checkpoint held outside it."

// appendTo adds the event and appends its stored hashes to dst. A nil dst
// collects none.
func (b *Builder) appendTo(dst []Hash, line []byte) ([]Hash, error) {
	if b.size >= MaxSize {
		return nil, refuse(OutOfRange, "", "The log is full: it holds %d events.", b.size)
	}
	b.buf = append(append(b.buf[:0], 0), line...)
	h := Hash(sha256.Sum256(b.buf))
	level := 0
	for ; b.size>>level&1 == 1; level++ {
		if dst != nil {
			dst = append(dst, h)
		}
		h = tlog.NodeHash(b.edge[level], h)
	}
	if dst != nil {
		dst = append(dst, h)
	}
	b.edge[level] = h
	b.size++
	return dst, nil
}

// Root returns the root of the log as built so far.
func (b *Builder) Root() Hash {
	if b.size == 0 {
		return EmptyRoot()
	}
	low := bits.TrailingZeros64(uint64(b.size))
	root := b.edge[low]
	for level := low + 1; b.size>>level != 0; level++ {
		if b.size>>level&1 == 1 {
			root = tlog.NodeHash(b.edge[level], root)
		}
	}
	return root
}
