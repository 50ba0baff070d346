package domain

// AgentRole is how far a principal reaches on agents (seed: Twig, role-based control).
type AgentRole uint8

// The values of AgentRole, in rising order where they have one.
const (
	AgentUser AgentRole = iota
	AgentManager
	AgentAdmin
	AgentSuperAdmin
)

var agentRoleWords = []string{"user", "manager", "admin", "super-admin"}

// AgentRoles lists every value.
func AgentRoles() []AgentRole {
	out := make([]AgentRole, len(agentRoleWords))
	for i := range out {
		out[i] = AgentRole(i)
	}
	return out
}

// ParseAgentRole reads a word; one it does not know is an Invalid error.
func ParseAgentRole(s string) (AgentRole, error) {
	return parseWord("an agent role", s, agentRoleWords, map[string]AgentRole{"ReadOnly": AgentUser, "Train": AgentUser, "Configure": AgentManager})
}

// String gives the word.
func (v AgentRole) String() string { return wordOf(agentRoleWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v AgentRole) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *AgentRole) UnmarshalText(b []byte) error {
	p, err := ParseAgentRole(string(b))
	if err == nil {
		*v = p
	}
	return err
}
