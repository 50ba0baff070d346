package domain

// AccessType says who can reach an agent at all (seed: Twig, access levels). Its order is the ladder of a review item.
type AccessType uint8

// The values of AccessType, in rising order where they have one.
const (
	Private AccessType = iota
	GroupRestricted
	Organization
)

var accessTypeWords = []string{"Private", "Group-Restricted", "Organization"}

// AccessTypes lists every value.
func AccessTypes() []AccessType {
	out := make([]AccessType, len(accessTypeWords))
	for i := range out {
		out[i] = AccessType(i)
	}
	return out
}

// ParseAccessType reads a word; one it does not know is an Invalid error.
func ParseAccessType(s string) (AccessType, error) {
	return parseWord("an access type", s, accessTypeWords, map[string]AccessType{"ORGANIZATION_WIDE": Organization, "Public (Organization)": Organization, "Organization-Wide": Organization, "public": Organization})
}

// String gives the word.
func (v AccessType) String() string { return wordOf(accessTypeWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v AccessType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *AccessType) UnmarshalText(b []byte) error {
	p, err := ParseAccessType(string(b))
	if err == nil {
		*v = p
	}
	return err
}
