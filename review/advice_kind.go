package review

import "countersign/domain"

// AdviceKind says what a reason of a recommendation is made of.
type AdviceKind uint8

// The kinds, the strongest first: the first that points somewhere decides the
// recommendation (see Recommend).
const (
	AdviceSoD       AdviceKind = iota // it is one side of a separation of duties that its holder breaks
	AdviceBoomerang                   // it was granted again after a revocation
	AdviceFinding                     // a finding tells of it or of its holder
	AdviceUnused                      // its holder does not use it
	AdvicePast                        // the last decision was for less
	AdviceLevel                       // it stands above what is usual for its holder's peers
	AdviceUsed                        // its holder used it lately
	AdvicePeers                       // few, or most, of its holder's peers have it
	AdviceOutlier                     // its holder is far from all others who have it, in the management tree
	AdviceCertified                   // it was certified before
)

var adviceWords = []string{"sod", "boomerang", "finding", "unused", "past-decision", "level", "used", "peers", "outlier", "certified"}

// AdviceKinds lists them, the strongest first.
func AdviceKinds() []AdviceKind {
	out := make([]AdviceKind, len(adviceWords))
	for i := range out {
		out[i] = AdviceKind(i)
	}
	return out
}

// ParseAdviceKind reads a word; an unknown one is an Invalid error.
func ParseAdviceKind(s string) (AdviceKind, error) {
	return parse[AdviceKind]("a kind of reason", s, adviceWords)
}

func (v AdviceKind) String() string { return word(adviceWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v AdviceKind) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *AdviceKind) UnmarshalText(b []byte) (err error) {
	*v, err = ParseAdviceKind(string(b))
	return
}

// DeltaKind says what became of a holding since the last countersigned
// decision on it.
type DeltaKind uint8

// The kinds. DeltaUnknown is of items staged before any comparison was made.
const (
	DeltaUnknown   DeltaKind = iota
	DeltaNew                 // nobody has decided it before
	DeltaUp                  // above what was decided
	DeltaDown                // below what was decided
	DeltaRegranted           // begun again after a revocation
	DeltaMoved               // the same level; the person moved: manager, department or title
	DeltaPath                // the same level, reached another way
	DeltaUnchanged
	DeltaGone // of figures alone: it was decided and is not there any more
)

var deltaWords = []string{"not compared", "new", "up", "down", "regranted", "moved", "path only", "unchanged", "gone"}

// DeltaKinds lists those that items have, and gone.
func DeltaKinds() []DeltaKind {
	return []DeltaKind{DeltaNew, DeltaUp, DeltaDown, DeltaRegranted, DeltaMoved, DeltaPath, DeltaUnchanged, DeltaGone}
}

// ParseDeltaKind reads a word ("path" too); an unknown one is an Invalid
// error.
func ParseDeltaKind(s string) (DeltaKind, error) {
	if domain.Fold(s) == "path" || domain.Fold(s) == "path-only" {
		return DeltaPath, nil
	}
	return parse[DeltaKind]("a kind of change since the last decision", s, deltaWords)
}

func (v DeltaKind) String() string { return word(deltaWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v DeltaKind) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *DeltaKind) UnmarshalText(b []byte) (err error) { *v, err = ParseDeltaKind(string(b)); return }
