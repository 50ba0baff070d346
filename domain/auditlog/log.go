package auditlog

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256 value: of a leaf, of an inner node, or of a whole log (its
// root). Its String and its JSON form are standard base64.
type Hash = tlog.Hash

// HashReader reads stored hashes by their index. It must return exactly one
// hash for each index asked for, in the order asked for, or an error: a missing
// row is an error, never a zero hash.
type HashReader = tlog.HashReader

// MaxSize is the greatest number of events a log may have: the greatest
// integer every JSON reader keeps exact. Sizes read from outside are held to
// it before any arithmetic, as tlog's own search for powers of two does not
// end for sizes over 2^62.
const MaxSize int64 = 1<<53 - 1

// RecordHash returns the leaf hash of an event's line: SHA-256 of a zero byte
// and the line (RFC 6962 section 2.1). The line has no trailing newline.
func RecordHash(line []byte) Hash { return tlog.RecordHash(line) }

// EmptyRoot is the root of the log without events: the SHA-256 of the empty
// string (RFC 6962 section 2.1).
func EmptyRoot() Hash { return sha256.Sum256(nil) }

// ParseHash reads the base64 form of a hash. It accepts exactly what
// [Hash.String] writes and refuses the rest as [Malformed].
func ParseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != base64.StdEncoding.EncodedLen(len(h)) {
		return Hash{}, refuse(Malformed, "", "A hash is 44 characters of base64; this one has %d.", len(s))
	}
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(raw) != len(h) || base64.StdEncoding.EncodeToString(raw) != s {
		return Hash{}, refuse(Malformed, "", "The hash %q is not the standard base64 of 32 bytes.", s)
	}
	copy(h[:], raw)
	return h, nil
}

// FirstStoredIndex returns the index of the first hash that storing event n
// adds: its leaf hash. It is also the number of hashes stored for a log of n
// events. n must be in 0..[MaxSize].
func FirstStoredIndex(n int64) int64 { return tlog.StoredHashCount(n) }

// StoredPerEvent returns how many hashes storing event n adds: its leaf, and
// one for each subtree that it completes.
func StoredPerEvent(n int64) int { return 1 + bits.TrailingZeros64(uint64(n)+1) }

// StoredHashes returns the hashes to store for event n, whose canonical line is
// given, at the indices from [FirstStoredIndex](n) on. It reads from r only
// when n is odd (an even event completes no subtree), so r may be nil for
// event 0.
//
// It returns [OutOfRange] for an n that no log can have, and r's own error.
func StoredHashes(n int64, line []byte, r HashReader) ([]Hash, error) {
	if n < 0 || n >= MaxSize {
		return nil, refuse(OutOfRange, "", "Event numbers run from 0 to %d; %d is not one.", MaxSize-1, n)
	}
	if n&1 == 0 {
		return []Hash{RecordHash(line)}, nil
	}
	hashes, err := tlog.StoredHashes(n, line, r)
	if err != nil {
		return nil, fmt.Errorf("reading stored hashes to append event %d: %w", n, err)
	}
	return hashes, nil
}

// Root returns the root of the log's first size events from its stored hashes.
// It says what the stored hashes say: whether they are those of the events is
// for [Builder] to find out. A size of 0 gives [EmptyRoot] and reads nothing.
//
// It returns [OutOfRange] for a size that no log can have, and r's own error.
func Root(size int64, r HashReader) (Hash, error) {
	if err := checkSize(size); err != nil {
		return Hash{}, err
	}
	if size == 0 {
		return EmptyRoot(), nil
	}
	root, err := tlog.TreeHash(size, r)
	if err != nil {
		return Hash{}, fmt.Errorf("reading the root of the log at size %d: %w", size, err)
	}
	return root, nil
}

func checkSize(size int64) error {
	if size < 0 || size > MaxSize {
		return refuse(OutOfRange, "", "A log's size runs from 0 to %d; %d is not one.", MaxSize, size)
	}
	return nil
}
