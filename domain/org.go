package domain

import (
	"iter"
	"time"
)

// Org is an immutable picture of the organisation's state at one event, built
// for fast questions. Everything it answers is a pure function of it and the
// instant asked for: windows open and close without an event.
type Org struct {
	key Seq
}

// NewOrg builds an Org from the rows that are current at event key (the last
// event that changed access). Rows may come in any order. A dangling
// reference is kept and grants nothing; a duplicate row, or an error of the
// iterator, is returned.
func NewOrg(key Seq, rows Rows) (*Org, error) { return &Org{key: key}, nil }

// Key is the last event that changed access in this picture.
func (o *Org) Key() Seq { return o.key }

// Get gives one record with the event that began it.
func (o *Org) Get(k Kind, id ID) (Row, bool) { return Row{}, false }

// All yields the records of a kind in a stable order: areas by Order, others
// by id.
func (o *Org) All(k Kind) iter.Seq[Row] { return func(func(Row) bool) {} }

// Count gives the number of records of a kind.
func (o *Org) Count(k Kind) int { return 0 }

// Principal, Group, Agent, Source, Role and Area give one record.
func (o *Org) Principal(id ID) (Principal, bool) { return Principal{}, false }
func (o *Org) Group(id ID) (Group, bool)         { return Group{}, false }
func (o *Org) Agent(id ID) (Agent, bool)         { return Agent{}, false }
func (o *Org) Source(id ID) (Source, bool)       { return Source{}, false }
func (o *Org) Role(id ID) (Role, bool)           { return Role{}, false }
func (o *Org) Area(id ID) (Area, bool)           { return Area{}, false }

// Name gives what a person calls the thing: a user's name, a group's name, an
// area's path by names ("Voice › Numbers"), else the id.
func (o *Org) Name(k Kind, id ID) string { return string(id) }

// FindPrincipal finds a principal by id, e-mail, outside id, or a name that
// only one has. None is NotFound, several by name is Conflict and lists them.
func (o *Org) FindPrincipal(ref string) (Principal, error) { return Principal{}, nil }

// FindGroup, FindAgent, FindSource, FindRole and FindArea do the same for
// groups and the rest; an area is found by its path, ids or names, with / or
// > between.
func (o *Org) FindGroup(ref string) (Group, error)   { return Group{}, nil }
func (o *Org) FindAgent(ref string) (Agent, error)   { return Agent{}, nil }
func (o *Org) FindSource(ref string) (Source, error) { return Source{}, nil }
func (o *Org) FindRole(ref string) (Role, error)     { return Role{}, nil }
func (o *Org) FindArea(ref string) (Area, error)     { return Area{}, nil }

// GrantsOf gives the stored grants of a holder, GrantsOn those on a target
// (of any scope), by id. The caller must not change the slices.
func (o *Org) GrantsOf(h Holder) []Grant { return nil }
func (o *Org) GrantsOn(t Target) []Grant { return nil }

// Subgroups gives the direct children of a group ("" for the top), Subareas
// those of an area, AgentSources the sources of an agent; each in a stable
// order.
func (o *Org) Subgroups(id ID) []ID             { return nil }
func (o *Org) Subareas(id ID) []ID              { return nil }
func (o *Org) AgentSources(id ID) []AgentSource { return nil }

// Setting gives a setting's value, "" where it is not set; Zone the
// organisation's time zone.
func (o *Org) Setting(id ID) string { return "" }
func (o *Org) Zone() *time.Location { return time.UTC }

// AccountRole, AgentRole, RoleOf and HasDuty give what a principal holds at
// an instant, whatever its status.
func (o *Org) AccountRole(p ID, at time.Time) AccountRole   { return AccountMember }
func (o *Org) AgentRole(p ID, at time.Time) AgentRole       { return AgentUser }
func (o *Org) RoleOf(p ID, at time.Time) (Role, bool)       { return Role{}, false }
func (o *Org) HasDuty(p ID, d Duty, at time.Time) bool      { return false }
func (o *Org) WithDuty(d Duty, at time.Time) []Principal    { return nil } // active ones
func (o *Org) AccountAdmins(at time.Time) []Principal       { return nil } // active users
func (o *Org) GroupManagers(g ID, at time.Time) []Principal { return nil } // active ones
func (o *Org) Reports(manager ID) []ID                      { return nil } // whose manager it is

// GroupsOf gives every group whose assignments reach the principal at an
// instant: its own and, through active groups, their ancestors.
func (o *Org) GroupsOf(p ID, at time.Time) []ID { return nil }

// MembersOf gives every principal the group's assignments reach: its members
// and those of the groups below it; direct says who is a member itself.
func (o *Org) MembersOf(g ID, at time.Time) (all []ID, direct map[ID]Level) { return nil, nil }

// Level is the fast answer: what the principal may do on the target. agent
// scopes an area or a source; empty means for all agents.
func (o *Org) Level(p ID, t Target, agent ID, at time.Time) Level { return None }

// Access is the same answer with its reasons.
func (o *Org) Access(p ID, t Target, agent ID, at time.Time) Access { return Access{} }

// AccessOf gives everything the principal has above the bottom rung: agents,
// areas (for all agents, and per agent where a scoped grant differs),
// sources, groups, roles, duties.
func (o *Org) AccessOf(p ID, at time.Time) []Access { return nil }

// Who gives everyone who has the target above the bottom rung.
func (o *Org) Who(t Target, agent ID, at time.Time) []Access { return nil }

// Matrix is a dense table of levels: principals × targets.
type Matrix struct {
	Principals []ID
	Targets    []Target
	cells      []Level // row by row
}

// At gives one cell.
func (m *Matrix) At(row, col int) Level { return m.cells[row*len(m.Targets)+col] }

// Row gives one row of levels; the caller must not change it.
func (m *Matrix) Row(i int) []Level { n := len(m.Targets); return m.cells[i*n : (i+1)*n] }

// AgentMatrix gives the level of every principal on every agent.
func (o *Org) AgentMatrix(at time.Time) *Matrix { return &Matrix{} }

// AreaMatrix gives the level of every principal in every area, for one agent
// or (agent empty) for all agents.
func (o *Org) AreaMatrix(agent ID, at time.Time) *Matrix { return &Matrix{} }

// Holdings yields everything that gives access, in a stable order: every
// stored grant that gives something, now or later (an area value that only
// restricts does not, nor one whose window is over), each agent's access type
// above Private and each creator's right, as made grants with the ids
// "access-type/AGENT" and "creator/AGENT". These are what a campaign reviews.
func (o *Org) Holdings(at time.Time) iter.Seq[Row] { return func(func(Row) bool) {} }

// Holding gives one of them by id, whatever its window.
func (o *Org) Holding(id ID) (Row, bool) { return Row{}, false }

// Reaches gives every principal a holding gives something to, now or later:
// the holder itself, the members of a group and of the groups below it, the
// holders of a role, every active user for an access type.
func (o *Org) Reaches(g Grant, at time.Time) []ID { return nil }

// Subjects gives those who may not decide on the holding alone: the holder,
// the holder's members, and the owners of its keys or AI agents (PRODUCT 5).
func (o *Org) Subjects(g Grant, at time.Time) []ID { return nil }

// Lower makes the changes that put a holding at a lower rung, touching only
// its own record: a replaced or ended grant, an agent's access type, a
// cleared creator, and None stored for a revoked area so that nothing broader
// shows through. A rung not below the present one is Invalid; a holding that
// is gone is NotFound.
func (o *Org) Lower(id ID, to Level) ([]Change, error) { return nil, nil }

// Remains tells what principals reached by a holding would still have above
// to if it were lowered to that rung, now and at every edge of a window up to
// horizon, with the paths left.
func (o *Org) Remains(id ID, to Level, at, horizon time.Time) []Remaining { return nil }

// Advance is With without the rules: it lays changes that an event already
// made true over o and keys the result by that event.
func (o *Org) Advance(key Seq, changes []Change) (*Org, error) { return o, nil }
