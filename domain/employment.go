package domain

// Employment says on what terms a person works here; External people are watched more closely (seed: Twig, verify external user access).
type Employment uint8

// The values of Employment, in rising order where they have one.
const (
	Employee Employment = iota
	Contractor
	External
)

var employmentWords = []string{"employee", "contractor", "external"}

// Employments lists every value.
func Employments() []Employment {
	out := make([]Employment, len(employmentWords))
	for i := range out {
		out[i] = Employment(i)
	}
	return out
}

// ParseEmployment reads a word; one it does not know is an Invalid error.
func ParseEmployment(s string) (Employment, error) {
	return parseWord("an employment type", s, employmentWords, map[string]Employment{"consultant": External, "temporary": Contractor})
}

// String gives the word.
func (v Employment) String() string { return wordOf(employmentWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v Employment) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *Employment) UnmarshalText(b []byte) error {
	p, err := ParseEmployment(string(b))
	if err == nil {
		*v = p
	}
	return err
}
