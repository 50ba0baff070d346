package domain

// Duty is what a user does in Countersign itself. No duty exempts anyone from a four-eyes rule.
type Duty uint8

// The values of Duty, in rising order where they have one.
const (
	DutyAdmin Duty = iota
	DutyChecker
	DutyCampaignOwner
	DutyAuditor
	DutyExecutive
)

var dutyWords = []string{"admin", "checker", "campaign-owner", "auditor", "executive"}

// Duties lists every value.
func Duties() []Duty {
	out := make([]Duty, len(dutyWords))
	for i := range out {
		out[i] = Duty(i)
	}
	return out
}

// ParseDuty reads a word; one it does not know is an Invalid error.
func ParseDuty(s string) (Duty, error) {
	return parseWord("a duty", s, dutyWords, map[string]Duty{})
}

// String gives the word.
func (v Duty) String() string { return wordOf(dutyWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v Duty) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *Duty) UnmarshalText(b []byte) error {
	p, err := ParseDuty(string(b))
	if err == nil {
		*v = p
	}
	return err
}
