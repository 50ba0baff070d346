package domain

// AccountRole is a user's standing in the account: Admin has Edit on every area and manages users and settings, Member exactly what was granted (seed: PolyAI, account roles).
type AccountRole uint8

// The values of AccountRole, in rising order where they have one.
const (
	AccountMember AccountRole = iota
	AccountAdmin
)

var accountRoleWords = []string{"member", "admin"}

// ParseAccountRole reads a word; one it does not know is an Invalid error.
func ParseAccountRole(s string) (AccountRole, error) {
	return parseWord("an account role", s, accountRoleWords, map[string]AccountRole{})
}

// String gives the word.
func (v AccountRole) String() string { return wordOf(accountRoleWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v AccountRole) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *AccountRole) UnmarshalText(b []byte) error {
	p, err := ParseAccountRole(string(b))
	if err == nil {
		*v = p
	}
	return err
}
