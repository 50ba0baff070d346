package domain

// Life is whether a group or an agent is in use. An archived one grants nothing.
type Life uint8

// The values of Life, in rising order where they have one.
const (
	Live Life = iota
	Archived
)

var lifeWords = []string{"active", "archived"}

// ParseLife reads a word; one it does not know is an Invalid error.
func ParseLife(s string) (Life, error) {
	return parseWord("a life state", s, lifeWords, map[string]Life{})
}

// String gives the word.
func (v Life) String() string { return wordOf(lifeWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v Life) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *Life) UnmarshalText(b []byte) error {
	p, err := ParseLife(string(b))
	if err == nil {
		*v = p
	}
	return err
}
