package domain

// PrincipalKind tells a person from the machines that act.
type PrincipalKind uint8

// The values of PrincipalKind, in rising order where they have one.
const (
	User PrincipalKind = iota
	APIKey
	AIAgent
)

var principalKindWords = []string{"user", "api-key", "ai-agent"}

// PrincipalKinds lists every value.
func PrincipalKinds() []PrincipalKind {
	out := make([]PrincipalKind, len(principalKindWords))
	for i := range out {
		out[i] = PrincipalKind(i)
	}
	return out
}

// ParsePrincipalKind reads a word; one it does not know is an Invalid error.
func ParsePrincipalKind(s string) (PrincipalKind, error) {
	return parseWord("a kind of principal", s, principalKindWords, map[string]PrincipalKind{"key": APIKey})
}

// String gives the word.
func (v PrincipalKind) String() string { return wordOf(principalKindWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v PrincipalKind) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *PrincipalKind) UnmarshalText(b []byte) error {
	p, err := ParsePrincipalKind(string(b))
	if err == nil {
		*v = p
	}
	return err
}
