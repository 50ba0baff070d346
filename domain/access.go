package domain

import "time"

// Access is what results for one principal on one target at one instant, and
// why. Level None with no Denials cannot be: every no has its reasons too.
type Access struct {
	Principal ID
	Target    Target
	Agent     ID // the agent an area or a source is asked for; empty: for all agents
	At        time.Time
	Level     Level
	Paths     []Path   // every way it is reached, the strongest first
	Caps      []Cap    // what holds the level below its best path
	Denials   []Reason // why it is no more than it is; for None, why it is None
}

// Path is one way a level is reached: principal → group → parent group →
// target. Replayed, its grants give exactly its Level.
type Path struct {
	Level Level  // what this path alone gives, after the caps
	Given Level  // what its last grant says, before the caps
	Steps []Step // from the principal to the target
	Grant ID     // the grant (or made holding) that names the target; empty for a role's reach
	Via   []ID   // every grant on the way, memberships included, Grant last
}

// Step is one stop of a path.
type Step struct {
	Holder Holder // who holds at this stop
	Name   string // its name, as stored
	Note   string // how it goes on: "member of", "below", "account role Admin", "Edit on Voice"
}

// Cap says what lowered a level, from which rung to which.
type Cap struct {
	Reason
	From, To Level
}

// Reason is one sentence with a stable code. Console, command line and
// workbook print the same words.
type Reason struct {
	Code string
	Text string
}

// Codes of reasons.
const (
	ReasonNoPrincipal  = "no-principal"   // there is no such principal
	ReasonNoTarget     = "no-target"      // there is no such target
	ReasonInactive     = "inactive"       // the principal is not active
	ReasonArchived     = "archived"       // agent or group archived
	ReasonNoGrant      = "no-grant"       // nothing gives it
	ReasonPrivate      = "private"        // grants on a private agent lie dormant
	ReasonNotYet       = "not-yet"        // a window has not opened
	ReasonOver         = "over"           // a window has closed
	ReasonReach        = "reach"          // the agent role reaches no further
	ReasonParentArea   = "parent-area"    // a set ancestor caps the area
	ReasonAgentCap     = "agent-cap"      // the level on the agent caps the area
	ReasonMachineOrg   = "machines-apart" // an organisation-wide agent is open to users only
	ReasonSourceClosed = "source-closed"  // the source is closed to the principal inside the agent
)

// Remaining is access that stays by another path.
type Remaining struct {
	Principal ID
	Target    Target
	Agent     ID
	Level     Level     // in all, then
	At        time.Time // now, or the instant a window before the horizon opens
	Later     bool      // At is such an instant
	Paths     []Path    // where it was told with others before: those that are new
}
