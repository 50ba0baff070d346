package domain

// RuleKind says in which language a group's rule is written (seed: Twig, auto-assignment rules).
type RuleKind uint8

// The values of RuleKind, in rising order where they have one.
const (
	NoRule RuleKind = iota
	EmailPattern
	Expression
)

var ruleKindWords = []string{"none", "email-pattern", "expression"}

// ParseRuleKind reads a word; one it does not know is an Invalid error.
func ParseRuleKind(s string) (RuleKind, error) {
	return parseWord("a kind of rule", s, ruleKindWords, map[string]RuleKind{})
}

// String gives the word.
func (v RuleKind) String() string { return wordOf(ruleKindWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v RuleKind) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *RuleKind) UnmarshalText(b []byte) error {
	p, err := ParseRuleKind(string(b))
	if err == nil {
		*v = p
	}
	return err
}
