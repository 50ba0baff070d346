package domain

// Assurance is how sure an event is of its actor: A0 asserted by the operating-system user, A1 key-authenticated over SSH, A2 by a certificate of the company, A3 signed, A4 signed with touch.
type Assurance uint8

// The values of Assurance, in rising order where they have one.
const (
	Asserted Assurance = iota
	KeyAuthenticated
	Certified
	Signed
	Touched
)

var assuranceWords = []string{"A0", "A1", "A2", "A3", "A4"}

// Assurances lists every value.
func Assurances() []Assurance {
	out := make([]Assurance, len(assuranceWords))
	for i := range out {
		out[i] = Assurance(i)
	}
	return out
}

// ParseAssurance reads a word; one it does not know is an Invalid error.
func ParseAssurance(s string) (Assurance, error) {
	return parseWord("an assurance level", s, assuranceWords, map[string]Assurance{})
}

// String gives the word.
func (v Assurance) String() string { return wordOf(assuranceWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v Assurance) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *Assurance) UnmarshalText(b []byte) error {
	p, err := ParseAssurance(string(b))
	if err == nil {
		*v = p
	}
	return err
}
