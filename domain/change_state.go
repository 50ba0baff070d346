package domain

// ChangeState is where a change set stands.
type ChangeState uint8

// The values of ChangeState, in rising order where they have one.
const (
	Proposed ChangeState = iota
	Approved
	Rejected
	Withdrawn
	Applied
	Stale
)

var changeStateWords = []string{"proposed", "approved", "rejected", "withdrawn", "applied", "stale"}

// ChangeStates lists every value.
func ChangeStates() []ChangeState {
	out := make([]ChangeState, len(changeStateWords))
	for i := range out {
		out[i] = ChangeState(i)
	}
	return out
}

// ParseChangeState reads a word; one it does not know is an Invalid error.
func ParseChangeState(s string) (ChangeState, error) {
	return parseWord("a state of a change set", s, changeStateWords, map[string]ChangeState{})
}

// String gives the word.
func (v ChangeState) String() string { return wordOf(changeStateWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v ChangeState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *ChangeState) UnmarshalText(b []byte) error {
	p, err := ParseChangeState(string(b))
	if err == nil {
		*v = p
	}
	return err
}
