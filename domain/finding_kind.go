package domain

// FindingKind says what is the matter with something (PRODUCT 2.6).
type FindingKind uint8

// The values of FindingKind, those that weigh most first.
const (
	FindingSoD            FindingKind = iota // somebody holds both sides of a separation of duties
	FindingClassification                    // something is open wider than its classification lets it be
	FindingExternalEdit                      // an external user may change things
	FindingOwnerInactive                     // who should answer for it is not active
	FindingNoOwner                           // nobody answers for it
	FindingHolderInactive                    // somebody who is not active still holds grants
	FindingDormant                           // access that is not used
	FindingNoRole                            // a key or an AI agent has only the default role
	FindingLookAlike                         // a name that looks like another, or mixes scripts
	FindingBroadGroup                        // a group reaches more people than it should
	FindingDirect                            // a direct grant beside what groups give
	FindingChildAbove                        // an area stands above its parent
	FindingNoneParent                        // an area stands below a parent set to None
	FindingCapped                            // a grant that gives less than it says
	FindingIdleGroup                         // a group without members, or archived, that was given things
	FindingEmptyGroup                        // an active group without members
	FindingExpired                           // a grant whose window is over
	FindingUnmapped                          // an external group that is mapped to none here
	FindingNoAccess                          // an active user who has access to nothing
	FindingNoGroups                          // a group-restricted agent without a group
	FindingInvitation                        // an invitation that nobody took up
)

var findingWords = []string{"sod", "classification", "external-edit", "owner-inactive", "no-owner", "holder-inactive",
	"dormant", "no-role", "look-alike", "broad-group", "direct-beside-group", "child-above-parent", "none-parent",
	"capped", "idle-group", "empty-group", "expired-window", "unmapped-group", "no-access", "no-groups", "old-invitation"}

// findingTitles says each kind in plain words.
var findingTitles = []string{"separation of duties broken", "open wider than its classification", "external user who may edit",
	"owner not active", "without an owner", "grants of someone not active", "not used", "key or AI agent without a role",
	"name that looks like another", "group that reaches many", "direct grant beside a group's", "area above its parent",
	"area below a parent set to None", "grant that gives less than it says", "group given things, with nobody in it",
	"group without members", "window that is over", "external group that is not mapped", "user without access",
	"agent without a group", "invitation nobody took up"}

// FindingKinds lists every kind.
func FindingKinds() []FindingKind {
	out := make([]FindingKind, len(findingWords))
	for i := range out {
		out[i] = FindingKind(i)
	}
	return out
}

// ParseFindingKind reads a word; one it does not know is an Invalid error.
func ParseFindingKind(s string) (FindingKind, error) {
	return parseWord("a kind of finding", s, findingWords, map[string]FindingKind{})
}

// String gives the word.
func (v FindingKind) String() string { return wordOf(findingWords, v) }

// Title says the kind in plain words.
func (v FindingKind) Title() string { return wordOf(findingTitles, v) }

// MarshalText gives the word.
func (v FindingKind) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *FindingKind) UnmarshalText(b []byte) error {
	p, err := ParseFindingKind(string(b))
	if err == nil {
		*v = p
	}
	return err
}
