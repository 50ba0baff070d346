package domain

// Severity says how much a finding or a broken separation of duties weighs.
type Severity uint8

// The values of Severity, in rising order where they have one.
const (
	SeverityLow Severity = iota
	SeverityMedium
	SeverityHigh
	SeverityCritical
)

var severityWords = []string{"low", "medium", "high", "critical"}

// Severities lists every value.
func Severities() []Severity {
	out := make([]Severity, len(severityWords))
	for i := range out {
		out[i] = Severity(i)
	}
	return out
}

// ParseSeverity reads a word; one it does not know is an Invalid error.
func ParseSeverity(s string) (Severity, error) {
	return parseWord("a severity", s, severityWords, map[string]Severity{})
}

// String gives the word.
func (v Severity) String() string { return wordOf(severityWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v Severity) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *Severity) UnmarshalText(b []byte) error {
	p, err := ParseSeverity(string(b))
	if err == nil {
		*v = p
	}
	return err
}
