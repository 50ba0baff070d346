package review

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"

	"countersign/domain"
)

// StagedLine is the canonical line of a frozen item, without a line feed. No
// assignments and an empty list of them are the same line.
func StagedLine(it StagedItem) ([]byte, error) {
	if it.Assigned == nil {
		it.Assigned = []Assigned{}
	}
	return domain.CanonicalJSON(it)
}

// PopulationDigest gives the digest of a population, SHA-256 (hex) over the
// canonical line of every item, by number, each followed by a line feed; and
// how many items there are. An error of items is returned.
func PopulationDigest(items iter.Seq2[StagedItem, error]) (digest string, n int, err error) {
	h := sha256.New()
	for it, err := range items {
		if err != nil {
			return "", n, err
		}
		line, err := StagedLine(it)
		if err != nil {
			return "", n, err
		}
		h.Write(append(line, '\n')) // never fails (hash.Hash)
		n++
	}
	return hex.EncodeToString(h.Sum(nil)), n, nil
}
