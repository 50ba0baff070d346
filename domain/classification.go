package domain

// Classification is the sensitivity of an agent or a data source (seed: Twig, data classification).
type Classification uint8

// The values of Classification, in rising order where they have one.
const (
	ClassPublic Classification = iota
	ClassInternal
	ClassConfidential
	ClassRestricted
)

var classificationWords = []string{"Public", "Internal", "Confidential", "Restricted"}

// Classifications lists every value.
func Classifications() []Classification {
	out := make([]Classification, len(classificationWords))
	for i := range out {
		out[i] = Classification(i)
	}
	return out
}

// ParseClassification reads a word; one it does not know is an Invalid error.
func ParseClassification(s string) (Classification, error) {
	return parseWord("a classification", s, classificationWords, map[string]Classification{})
}

// String gives the word.
func (v Classification) String() string { return wordOf(classificationWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v Classification) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *Classification) UnmarshalText(b []byte) error {
	p, err := ParseClassification(string(b))
	if err == nil {
		*v = p
	}
	return err
}
