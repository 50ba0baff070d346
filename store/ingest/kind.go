package ingest

import (
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// Kind is what the rows of a file are.
type Kind string

// The kinds of file.
const (
	People  Kind = "people"
	Groups  Kind = "groups"
	Members Kind = "members"
	Agents  Kind = "agents"
	Grants  Kind = "grants"
	Areas   Kind = "areas"
	Usage   Kind = "usage"

	Principals   Kind = "principals" // API keys and AI agents that act on their own
	Roles        Kind = "roles"
	Permissions  Kind = "permissions" // what roles permit
	Objects      Kind = "objects"
	Fields       Kind = "fields"
	Sources      Kind = "sources"
	AgentSources Kind = "agent-sources"
	SourceGrants Kind = "source-grants"
	Catalogue    Kind = "catalogue"
	Mappings     Kind = "mappings"
	Rules        Kind = "rules" // by which people belong to groups
)

// Kinds lists every kind, in the order in which an organisation is loaded.
func Kinds() []Kind {
	return []Kind{Catalogue, Objects, Fields, Roles, Permissions, People, Principals, Groups, Members, Rules, Mappings, Agents, Grants, Areas,
		Sources, AgentSources, SourceGrants, Usage}
}

// ParseKind reads a kind; an unknown word is an Invalid error.
func ParseKind(s string) (Kind, error) {
	var words []string
	for _, k := range Kinds() {
		if strings.EqualFold(strings.TrimSpace(s), string(k)) {
			return k, nil
		}
		words = append(words, string(k))
	}
	return "", domain.Errorf(domain.Invalid, "%q is not a kind of file", s).Hinted("use one of: %s", strings.Join(words, ", "))
}

// CanBeFull tells whether a file of the kind may be full: what its source gave
// and the file leaves out then ends. Things are archived or deleted, never left
// out.
func (k Kind) CanBeFull() bool {
	switch k {
	case People, Members, Grants, Areas, Permissions, SourceGrants:
		return true
	}
	return false
}

// Fields that several kinds have.
var (
	fieldStart = table.Field{Key: "start", Aliases: []string{"start date", "from", "valid from"}, Help: "first day, YYYY-MM-DD; empty for at once"}
	fieldEnd   = table.Field{Key: "end", Aliases: []string{"end date", "to", "until", "valid to", "expires"}, Help: "last day, YYYY-MM-DD, included; empty for without end"}
	fieldZone  = table.Field{Key: "zone", Aliases: []string{"time zone", "timezone"}, Help: "IANA time zone of the dates, such as Europe/Berlin"}
)

// SchemaOf gives the fields of a kind of file, in the order of its template.
func SchemaOf(k Kind) table.Schema {
	s := table.Schema{Kind: string(k)}
	switch k {
	case People:
		s.Fields = fieldsOfPeople()
	case Groups:
		s.Fields = []table.Field{
			{Key: "name", Aliases: []string{"group", "group name"}, Required: true, Help: "the group's name, one group each"},
			{Key: "description", Help: "what the group is for"},
			{Key: "parent", Aliases: []string{"parent group"}, Help: "the group above, by name or id; empty for none"},
			{Key: "status", Help: "active or archived"},
			{Key: "id", Aliases: []string{"group id"}, Help: "the group's id in the source"},
		}
	case Members:
		s.Fields = []table.Field{
			{Key: "email", Aliases: []string{"mail", "user", "user email", "user id", "user ids"}, Required: true, Help: "the person's e-mail or id"},
			{Key: "role", Aliases: []string{"group role"}, Help: "member or manager; empty for member"},
			{Key: "group", Aliases: []string{"group name", "group id"}, Help: "the group by name or id, unless one group is named for the whole file"},
			fieldStart, fieldEnd, fieldZone,
		}
	case Agents:
		s.Fields = []table.Field{
			{Key: "id", Aliases: []string{"agent id"}, Help: "the agent's id in the source"},
			{Key: "name", Aliases: []string{"agent", "agent name"}, Required: true, Help: "the agent's name, one agent each"},
			{Key: "description", Help: "what the agent does"},
			{Key: "access type", Aliases: []string{"access"}, Help: "ORGANIZATION_WIDE, GROUP_RESTRICTED or PRIVATE; empty for private"},
			{Key: "classification", Aliases: []string{"data classification"}, Help: "Public, Internal, Confidential or Restricted; empty for Internal"},
			{Key: "owner", Aliases: []string{"owner email"}, Help: "who answers for it, by e-mail, id or name"},
			{Key: "creator", Aliases: []string{"created by"}, Help: "who made it, by e-mail, id or name"},
			{Key: "status", Help: "active or archived"},
		}
	case Grants:
		s.Fields = []table.Field{
			{Key: "agent", Aliases: []string{"agent id", "agent name"}, Help: "the agent by id or name, unless one agent is named for the whole file"},
			{Key: "group", Aliases: []string{"group id", "group name"}, Help: "the group that gets it, by id or name"},
			{Key: "email", Aliases: []string{"user", "user email", "user id"}, Help: "or the person who gets it, by e-mail or id"},
			{Key: "permission", Aliases: []string{"level"}, Required: true, Help: "VIEW_AND_USE or EDIT"},
			fieldStart, fieldEnd, fieldZone,
		}
	case Areas:
		s.Fields = []table.Field{
			{Key: "email", Aliases: []string{"user", "user email"}, Help: "the person who holds it, by e-mail or id"},
			{Key: "group", Aliases: []string{"group id", "group name"}, Help: "or the group"},
			{Key: "role", Aliases: []string{"role name"}, Help: "or the role"},
			{Key: "holder", Help: "or any of the three, by e-mail, id or name"},
			{Key: "holder kind", Help: "what the holder is: user, group or role; empty where the name says it"},
			{Key: "area", Aliases: []string{"area path"}, Required: true, Help: "the area's path, as in Voice > Numbers; All for every top-level area"},
			{Key: "level", Aliases: []string{"permission"}, Required: true, Help: "None, Read or Edit"},
			{Key: "agent", Aliases: []string{"agent id", "project"}, Help: "the agent it holds for; empty for all agents"},
		}
	case Usage:
		s.Fields = []table.Field{
			{Key: "principal", Aliases: []string{"email", "user", "user email", "user id"}, Required: true, Help: "who used it: a person, an API key or an AI agent, by e-mail, id or name"},
			{Key: "target", Aliases: []string{"agent", "agent id", "agent name"}, Required: true, Help: "what was used, by id, path or name"},
			{Key: "target kind", Aliases: []string{"kind"}, Help: "agent, source or area; empty for agent"},
			{Key: "last used", Aliases: []string{"last use", "last active"}, Help: "the last day, YYYY-MM-DD; empty for never"},
			{Key: "count", Aliases: []string{"queries"}, Help: "how often"},
			{Key: "accuracy", Help: "in percent, as in 92% or 92.5"},
			{Key: "satisfaction", Help: "in points, as in 4.3"},
		}
	default:
		s.Fields = moreFields(k)
	}
	return s
}

func fieldsOfPeople() []table.Field {
	return []table.Field{
		{Key: "name", Aliases: []string{"full name", "display name", "employee name"}, Required: true, Help: "the person's name"},
		{Key: "email", Aliases: []string{"mail", "e-mail address", "email address"}, Required: true, Help: "the address, one person each"},
		{Key: "groups", Aliases: []string{"group"}, Help: "groups by name or id, several with ; or | between"},
		{Key: "id", Aliases: []string{"user id", "employee id"}, Help: "the person's id in the source"},
		{Key: "department", Aliases: []string{"dept"}, Help: "department"},
		{Key: "title", Aliases: []string{"job title", "position"}, Help: "job title"},
		{Key: "manager", Aliases: []string{"supervisor", "reports to", "manager email", "manager name"}, Help: "the manager's e-mail, id or name; empty for none"},
		{Key: "employment", Aliases: []string{"employment type", "worker type"}, Help: "employee, contractor or external"},
		{Key: "status", Aliases: []string{"account status"}, Help: "active, invited, lapsed or inactive"},
		{Key: "account role", Help: "member or admin"},
		{Key: "agent role", Aliases: []string{"role"}, Help: "user, manager, admin or super-admin (or ReadOnly, Train, Configure, Admin)"},
	}
}
