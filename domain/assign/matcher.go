package assign

import "countersign/domain"

// Matcher is a rule that has been read. It may be used from many goroutines
// at once.
type Matcher struct {
	takes func(*Person) (bool, error)
	notes []string
}

// Read reads a group's rule: an e-mail pattern or an expression, by its kind.
// One that cannot be read is Invalid (rule "assign-syntax"); so is a rule of
// kind NoRule.
func Read(r domain.Rule) (*Matcher, error) {
	switch r.Kind {
	case domain.EmailPattern:
		return Pattern(r.Text)
	case domain.Expression:
		return Expression(r.Text)
	}
	return nil, invalid("there is no rule to read").Hinted("write an expression or an e-mail pattern")
}

// Takes tells whether the rule takes a principal of o. An expression may fail
// on one person and not on another (it divides by nothing, it costs too much):
// an Invalid error (rule "assign-fails"), and nobody is taken.
func (m *Matcher) Takes(o *domain.Org, p domain.Principal) (bool, error) {
	who := PersonOf(o, p)
	return m.takes(&who)
}

// Fits is Takes for attributes that are no principal's.
func (m *Matcher) Fits(p Person) (bool, error) { return m.takes(&p) }

// Notes says what is legal and perhaps not meant, in whole sentences.
func (m *Matcher) Notes() []string { return m.notes }
