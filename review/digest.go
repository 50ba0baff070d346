package review

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"iter"

	"countersign/domain"
)

// StagedLine is the canonical line of a frozen item, without a line feed. No
// assignments and an empty list of them are the same line.
func StagedLine(it StagedItem) ([]byte, error) {
	if line := it.appendLine(make([]byte, 0, 2048)); line != nil {
		return line, nil
	}
	if it.Assigned == nil {
		it.Assigned = []Assigned{}
	}
	return domain.CanonicalJSON(it)
}

// PopulationDigest gives the digest of a population, SHA-256 (hex) over the
// canonical line of every item, by number, each followed by a line feed; and
// how many items there are. An error of items is returned.
func PopulationDigest(items iter.Seq2[StagedItem, error]) (digest string, n int, err error) {
	d := newDigester()
	for it, err := range items {
		if err == nil {
			err = d.add(&it)
		}
		if err != nil {
			return "", n, err
		}
		n++
	}
	return d.sum(), n, nil
}

// digester makes a population's digest as its items come.
type digester struct {
	hash hash.Hash
	line []byte // the last one's, for its room
}

func newDigester() *digester { return &digester{hash: sha256.New()} }

// add takes the next item, by number; an item that has no line is an error.
func (d *digester) add(it *StagedItem) error {
	line := it.appendLine(d.line[:0])
	if line == nil {
		_, err := StagedLine(*it)
		return err
	}
	d.line = append(line, '\n')
	d.hash.Write(d.line) // never fails (hash.Hash)
	return nil
}

func (d *digester) sum() string { return hex.EncodeToString(d.hash.Sum(nil)) }
