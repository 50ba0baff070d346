package domain

// ApprovalClass is how strict an approval a change needs, in rising order (seed: Twig, data classification).
type ApprovalClass uint8

// The values of ApprovalClass, in rising order where they have one.
const (
	NoApproval ApprovalClass = iota
	ManagerApproval
	CheckerApproval
	AdminApproval
	ExecutiveApproval
)

var approvalClassWords = []string{"none", "manager", "checker", "admin", "executive"}

// ApprovalClasses lists every value.
func ApprovalClasses() []ApprovalClass {
	out := make([]ApprovalClass, len(approvalClassWords))
	for i := range out {
		out[i] = ApprovalClass(i)
	}
	return out
}

// ParseApprovalClass reads a word; one it does not know is an Invalid error.
func ParseApprovalClass(s string) (ApprovalClass, error) {
	return parseWord("a class of approval", s, approvalClassWords, map[string]ApprovalClass{})
}

// String gives the word.
func (v ApprovalClass) String() string { return wordOf(approvalClassWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v ApprovalClass) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *ApprovalClass) UnmarshalText(b []byte) error {
	p, err := ParseApprovalClass(string(b))
	if err == nil {
		*v = p
	}
	return err
}
