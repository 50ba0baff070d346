package domain

// Status is where a principal stands. Only Active gives access (seed: Twig, troubleshooting).
type Status uint8

// The values of Status, in rising order where they have one.
const (
	Inactive Status = iota // the zero value: nothing forgotten is active
	Invited
	Lapsed
	Active
)

var statusWords = []string{"inactive", "invited", "lapsed", "active"}

// Statuses lists every value.
func Statuses() []Status {
	out := make([]Status, len(statusWords))
	for i := range out {
		out[i] = Status(i)
	}
	return out
}

// ParseStatus reads a word; one it does not know is an Invalid error.
func ParseStatus(s string) (Status, error) {
	return parseWord("a status", s, statusWords, map[string]Status{})
}

// String gives the word.
func (v Status) String() string { return wordOf(statusWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v Status) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *Status) UnmarshalText(b []byte) error {
	p, err := ParseStatus(string(b))
	if err == nil {
		*v = p
	}
	return err
}
