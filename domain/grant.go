package domain

import "encoding/json"

// HolderKind says who or what holds a grant.
type HolderKind uint8

// The kinds of holder.
const (
	HolderPrincipal HolderKind = iota
	HolderGroup
	HolderRole
	HolderEveryone // every active user; only an agent's access type is held so
)

var holderWords = []string{"principal", "group", "role", "everyone"}

// ParseHolderKind reads a word; one it does not know is an Invalid error.
func ParseHolderKind(s string) (HolderKind, error) {
	return parseWord("a kind of holder", s, holderWords, map[string]HolderKind{})
}

// String gives the word.
func (v HolderKind) String() string { return wordOf(holderWords, v) }

// MarshalText gives the word.
func (v HolderKind) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *HolderKind) UnmarshalText(b []byte) error {
	p, err := ParseHolderKind(string(b))
	if err == nil {
		*v = p
	}
	return err
}

// TargetKind says what a grant is about. Its ladder follows from it.
type TargetKind uint8

// The kinds of target.
const (
	TargetAgent         TargetKind = iota // an AI agent
	TargetArea                            // an area of the catalogue
	TargetSource                          // a data source (scoped to an agent: retrieval inside it)
	TargetGroup                           // membership of a group
	TargetRole                            // holding a role
	TargetAccount                         // the account role
	TargetAgentRole                       // the agent role
	TargetDuty                            // a duty in Countersign; the id is the duty's word
	TargetAccessType                      // an agent's access type; made from the agent, never stored
	TargetCreator                         // a creator's right on an agent; made from the agent, never stored
	TargetObjectSee                       // seeing an object's records; held by roles, as are all that follow
	TargetObjectEdit                      // making and changing them
	TargetObjectDelete                    // deleting them so that they can be restored
	TargetObjectDestroy                   // deleting them for good
	TargetField                           // one field of an object
	TargetSetting                         // a settings permission
	TargetAction                          // an action permission
)

var targetWords = []string{"agent", "area", "source", "group", "role", "account", "agent-role", "duty",
	"access-type", "creator", "object-see", "object-edit", "object-delete", "object-destroy", "field", "setting", "action"}

// AllID stands for all objects, all settings or all actions as a target.
const AllID ID = "all"

// TargetKinds lists every kind of target.
func TargetKinds() []TargetKind {
	out := make([]TargetKind, len(targetWords))
	for i := range out {
		out[i] = TargetKind(i)
	}
	return out
}

// Denies tells whether the bottom rung is stored: a None on an area, a denied
// operation on an object, a hidden field say something else than nothing.
func (v TargetKind) Denies() bool {
	return v == TargetArea || v >= TargetObjectSee && v <= TargetField
}

// ParseTargetKind reads a word; one it does not know is an Invalid error.
func ParseTargetKind(s string) (TargetKind, error) {
	return parseWord("a kind of target", s, targetWords, map[string]TargetKind{})
}

// String gives the word.
func (v TargetKind) String() string { return wordOf(targetWords, v) }

// MarshalText gives the word.
func (v TargetKind) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *TargetKind) UnmarshalText(b []byte) error {
	p, err := ParseTargetKind(string(b))
	if err == nil {
		*v = p
	}
	return err
}

// Holder is who or what holds a grant. Everyone has no id.
type Holder struct {
	Kind HolderKind `json:"kind"`
	ID   ID         `json:"id,omitempty"`
}

// Target is what a grant is about. The account and the agent role have no
// id: there is one of each.
type Target struct {
	Kind TargetKind `json:"kind"`
	ID   ID         `json:"id,omitempty"`
}

// Grant is the one shape of everything that gives access: an agent or a
// source given to a group or a person, a level on an area, a membership, a
// role, an account role, an agent role, a duty. Agent, where set, scopes an
// area's or a source's grant to one agent: a value set for one agent replaces
// the value for all agents at that node (PRODUCT 2.2).
//
// An area grant at level 0 is a stored None that restricts what is below; a
// role's denied operation or hidden field is an exception to its baseline. No
// other grant is stored at the bottom of its ladder.
type Grant struct {
	ID     ID     `json:"id"`
	Holder Holder `json:"holder"`
	Target Target `json:"target"`
	Agent  ID     `json:"agent,omitempty"`
	Level  Level  `json:"level"` // as JSON: the word on the target's ladder
	Window Window `json:"window,omitzero"`
	Origin Origin `json:"origin,omitzero"`
}

// Ladder gives the ladder the grant's level is on.
func (r Grant) Ladder() Ladder { return LadderOf(r.Target.Kind) }

type grantJSON struct {
	ID     ID     `json:"id"`
	Holder Holder `json:"holder"`
	Target Target `json:"target"`
	Agent  ID     `json:"agent,omitempty"`
	Level  string `json:"level"`
	Window Window `json:"window,omitzero"`
	Origin Origin `json:"origin,omitzero"`
}

// MarshalJSON writes the level as its word.
func (r Grant) MarshalJSON() ([]byte, error) { return r.AppendJSON(make([]byte, 0, 256)), nil }

// UnmarshalJSON reads the level by its word on the target's ladder.
func (r *Grant) UnmarshalJSON(b []byte) error {
	var j grantJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	l, err := LadderOf(j.Target.Kind).Parse(j.Level)
	if err != nil {
		return err
	}
	*r = Grant{j.ID, j.Holder, j.Target, j.Agent, l, j.Window, j.Origin}
	return nil
}
