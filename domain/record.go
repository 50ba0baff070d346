package domain

import "encoding/json"

// Kind names a kind of record. It is also the name of its table.
type Kind string

// The kinds of state that say who may do what. Other packages add their own
// kinds (campaigns, decisions …) to the same log and the same store.
const (
	KindPrincipal   Kind = "principal"
	KindGroup       Kind = "group"
	KindAgent       Kind = "agent"
	KindSource      Kind = "source"
	KindAgentSource Kind = "agent_source"
	KindRole        Kind = "role"
	KindArea        Kind = "area"
	KindGrant       Kind = "grant"
	KindSetting     Kind = "setting"
	KindBinding     Kind = "binding"
	KindObject      Kind = "object"
	KindField       Kind = "field"
	KindExternal    Kind = "external_group"
	KindSoD         Kind = "sod_rule"
)

// KindUsage is state too, but changes nobody's access: no Org has it.
const KindUsage Kind = "usage"

// AccessKinds lists the kinds an Org is made of: an event that changes none
// of them changes nobody's access.
func AccessKinds() []Kind {
	return []Kind{KindPrincipal, KindGroup, KindAgent, KindSource, KindAgentSource,
		KindRole, KindArea, KindGrant, KindSetting, KindBinding, KindObject, KindField, KindExternal, KindSoD}
}

// Record is one row of state. The records of this package are comparable
// values: two that are == are the same row.
type Record interface {
	RecordKind() Kind
	RecordID() ID
}

// Principal is a user, an API key or an AI agent that acts on its own. One
// that is not active has no access. What it may do is never here: every
// membership, role and duty is a Grant.
type Principal struct {
	ID         ID            `json:"id"`
	Kind       PrincipalKind `json:"kind"`
	Name       string        `json:"name"`
	Email      string        `json:"email,omitempty"` // unique without regard to case; users only
	Department string        `json:"department,omitempty"`
	Title      string        `json:"title,omitempty"`
	Manager    ID            `json:"manager,omitempty"`
	Employment Employment    `json:"employment"`
	Status     Status        `json:"status"`
	Owner      ID            `json:"owner,omitempty"`    // of a key or an AI agent: the user who answers for it
	External   string        `json:"external,omitempty"` // its id in the source it came from, opaque
	LastActive Date          `json:"last_active,omitempty"`
	Origin     Origin        `json:"origin,omitzero"`
}

// Group is a named set of principals, perhaps below a parent. Members of a
// child receive what the parent was assigned, never the other way round.
// Membership is a Grant whose target is the group.
type Group struct {
	ID          ID     `json:"id"`
	Name        string `json:"name"` // unique without regard to case
	Description string `json:"description,omitempty"`
	Parent      ID     `json:"parent,omitempty"`
	Life        Life   `json:"life"`
	External    string `json:"external,omitempty"`
	Rule        Rule   `json:"rule,omitzero"` // who belongs to it by their attributes
	Origin      Origin `json:"origin,omitzero"`
}

// Rule says by which attributes people belong to a group. The zero Rule is
// none. Its text is read by package domain/assign; a run of it is a change
// set like any other (seed: Twig, auto-assignment rules).
type Rule struct {
	Kind RuleKind `json:"kind"`
	Text string   `json:"text"`
	On   bool     `json:"on,omitempty"` // off: kept, but nobody joins or leaves by it
}

// Agent is an AI agent as a resource; it is never a person.
type Agent struct {
	ID             ID             `json:"id"`
	Name           string         `json:"name"` // unique without regard to case
	Description    string         `json:"description,omitempty"`
	AccessType     AccessType     `json:"access_type"`
	Classification Classification `json:"classification"`
	Owner          ID             `json:"owner,omitempty"`
	Creator        ID             `json:"creator,omitempty"`
	Life           Life           `json:"life"`
	External       string         `json:"external,omitempty"`
	Origin         Origin         `json:"origin,omitzero"`
}

// Source is a data source that agents retrieve from.
type Source struct {
	ID             ID             `json:"id"`
	Name           string         `json:"name"`
	Description    string         `json:"description,omitempty"`
	Classification Classification `json:"classification"`
	Owner          ID             `json:"owner,omitempty"`
	External       string         `json:"external,omitempty"`
	Origin         Origin         `json:"origin,omitzero"`
}

// AgentSource ties a source to an agent. Open lets everyone who can use the
// agent retrieve from it; otherwise only holders of a Grant on the source
// scoped to that agent do (seed: Twig, data source-level permissions).
type AgentSource struct {
	Agent  ID     `json:"agent"`
	Source ID     `json:"source"`
	Open   bool   `json:"open"`
	Origin Origin `json:"origin,omitzero"`
}

// Role is a named bundle that principals hold one of. ForUsers, ForKeys and
// ForAgents say to which kinds it may be given: at least one.
type Role struct {
	ID          ID     `json:"id"`
	Name        string `json:"name"` // unique without regard to case
	Description string `json:"description,omitempty"`
	Admin       bool   `json:"admin,omitempty"`   // the Admin role: cannot be changed or deleted
	Default     bool   `json:"default,omitempty"` // what a principal without a role has: exactly one
	ForUsers    bool   `json:"for_users,omitempty"`
	ForKeys     bool   `json:"for_keys,omitempty"`
	ForAgents   bool   `json:"for_agents,omitempty"`
	Origin      Origin `json:"origin,omitzero"`
}

// Area is one node of the tree of areas. Its id is its path, lower case with
// hyphens ("analytics/conversations"); Order is its place among all areas of
// the catalogue, depth first.
type Area struct {
	ID        ID     `json:"id"`
	Name      string `json:"name"`
	Parent    ID     `json:"parent,omitempty"`
	Controls  string `json:"controls,omitempty"` // plain words for what it controls
	Sensitive bool   `json:"sensitive,omitempty"`
	Order     int    `json:"order"`
	Origin    Origin `json:"origin,omitzero"`
}

// Object is a kind of business record that roles open or close: People,
// Opportunities. Its id is its name in the product, lower camel case
// ("workflowRun"). A system object without an exception is open to every role
// (PRODUCT 9.1).
type Object struct {
	ID          ID     `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	System      bool   `json:"system,omitempty"`
	Origin      Origin `json:"origin,omitzero"`
}

// Field is one field of an object. Its id is "object/field". The field that
// labels a record stays readable wherever the object is (PRODUCT 9.1).
type Field struct {
	ID     ID     `json:"id"`
	Object ID     `json:"object"`
	Name   string `json:"name"`
	Label  bool   `json:"label,omitempty"`
	Origin Origin `json:"origin,omitzero"`
}

// ExternalGroup is a group of a directory outside, mapped to a group here or,
// while Group is empty, to none. Its id is "source/external". What is mapped
// is what a sync of that source acts on.
type ExternalGroup struct {
	ID       ID     `json:"id"`
	Source   string `json:"source"`         // the directory's name, for example "entra"
	External string `json:"external"`       // the group's id there, opaque
	Name     string `json:"name,omitempty"` // its name there when last seen
	Group    ID     `json:"group,omitempty"`
	Origin   Origin `json:"origin,omitzero"`
}

// SoDRule is a separation of duties: no principal may hold both sides at
// once, by whatever path.
type SoDRule struct {
	ID       ID       `json:"id"`
	Name     string   `json:"name"` // unique without regard to case
	Severity Severity `json:"severity"`
	Reason   string   `json:"reason,omitempty"`
	A        SoDSide  `json:"a"`
	B        SoDSide  `json:"b"`
}

// SoDSide is one side of a SoDRule: the target at Level or above.
type SoDSide struct {
	Target Target
	Agent  ID // scope of an area or a source; empty: for all agents
	Level  Level
}

type sodSideJSON struct {
	Target Target `json:"target"`
	Agent  ID     `json:"agent,omitempty"`
	Level  string `json:"level"`
}

// MarshalJSON writes the level as its word on the target's ladder.
func (s SoDSide) MarshalJSON() ([]byte, error) {
	return CanonicalJSON(sodSideJSON{s.Target, s.Agent, LadderOf(s.Target.Kind).Word(s.Level)})
}

// UnmarshalJSON reads the level by its word on the target's ladder.
func (s *SoDSide) UnmarshalJSON(b []byte) error {
	var j sodSideJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	l, err := LadderOf(j.Target.Kind).Parse(j.Level)
	if err != nil {
		return err
	}
	*s = SoDSide{j.Target, j.Agent, l}
	return nil
}

// Usage is how one principal used one target, as last imported. It changes
// nobody's access and is no part of an Org: findings, recommendations and the
// figures of groups read it. Its id is made of its parts.
type Usage struct {
	Principal    ID     `json:"principal"`
	Target       Target `json:"target"`
	LastUsed     Date   `json:"last_used,omitempty"`
	Count        int    `json:"count,omitempty"`        // queries, as the source counts them
	Accuracy     int    `json:"accuracy,omitempty"`     // tenths of a percent, 0 to 1000; 0: not known
	Satisfaction int    `json:"satisfaction,omitempty"` // hundredths of the source's points (4.3 is 430); 0: not known
	Origin       Origin `json:"origin,omitzero"`
}

// Setting is one setting of the organisation.
type Setting struct {
	ID    ID     `json:"id"` // one of the Setting… names
	Value string `json:"value"`
}

// Names of settings.
const (
	SettingName       ID = "name"                // what the organisation is called
	SettingZone       ID = "zone"                // IANA time zone of dates that name none; UTC when unset
	SettingCatalogue  ID = "catalogue"           // the catalogue its areas come from
	SettingCoupling   ID = "areas-follow-agents" // "on" (default) or "off": PRODUCT 2.3, last rule
	SettingPolicy     ID = "policy"              // the policy as JSON; the shipped one when unset
	SettingConflicted ID = "conflicts"           // of reviewers, where a definition does not say: "flag" (default) or "refuse"
)

// Binding says which principal an operating-system user is. Its id is
// "uid:1000".
type Binding struct {
	ID        ID `json:"id"`
	Principal ID `json:"principal"`
}

// Origin says where a record came from. The zero Origin is "given here".
type Origin struct {
	Source string `json:"source,omitempty"` // the name of the source, for example "hr"; OriginRule where a group's rule gave it
	File   string `json:"file,omitempty"`   // SHA-256 (hex) of the file that last changed the record
}

// Outside tells whether the truth of the record lives in another system.
func (o Origin) Outside() bool { return o.Source != "" && !o.ByRule() }

func (r Principal) RecordKind() Kind     { return KindPrincipal }
func (r Group) RecordKind() Kind         { return KindGroup }
func (r Agent) RecordKind() Kind         { return KindAgent }
func (r Source) RecordKind() Kind        { return KindSource }
func (r AgentSource) RecordKind() Kind   { return KindAgentSource }
func (r Role) RecordKind() Kind          { return KindRole }
func (r Area) RecordKind() Kind          { return KindArea }
func (r Grant) RecordKind() Kind         { return KindGrant }
func (r Setting) RecordKind() Kind       { return KindSetting }
func (r Binding) RecordKind() Kind       { return KindBinding }
func (r Object) RecordKind() Kind        { return KindObject }
func (r Field) RecordKind() Kind         { return KindField }
func (r ExternalGroup) RecordKind() Kind { return KindExternal }
func (r SoDRule) RecordKind() Kind       { return KindSoD }
func (r Usage) RecordKind() Kind         { return KindUsage }

func (r Principal) RecordID() ID     { return r.ID }
func (r Group) RecordID() ID         { return r.ID }
func (r Agent) RecordID() ID         { return r.ID }
func (r Source) RecordID() ID        { return r.ID }
func (r AgentSource) RecordID() ID   { return r.Agent + "/" + r.Source }
func (r Role) RecordID() ID          { return r.ID }
func (r Area) RecordID() ID          { return r.ID }
func (r Grant) RecordID() ID         { return r.ID }
func (r Setting) RecordID() ID       { return r.ID }
func (r Binding) RecordID() ID       { return r.ID }
func (r Object) RecordID() ID        { return r.ID }
func (r Field) RecordID() ID         { return r.ID }
func (r ExternalGroup) RecordID() ID { return r.ID }
func (r SoDRule) RecordID() ID       { return r.ID }
func (r Usage) RecordID() ID {
	return ID(string(r.Principal) + "/" + r.Target.Kind.String() + "/" + string(r.Target.ID))
}
