package ingest

import "countersign/store/ingest/table"

// fieldYes is a field that says yes or no.
func fieldYes(key, help string, also ...string) table.Field {
	return table.Field{Key: key, Aliases: also, Help: help + ": yes or no"}
}

// moreFields gives the fields of the kinds that say what roles there are, what they
// permit, and who acts besides people.
func moreFields(k Kind) []table.Field {
	switch k {
	case Principals:
		return []table.Field{
			{Key: "name", Aliases: []string{"principal", "key", "key name"}, Required: true, Help: "what the API key or the AI agent is called"},
			{Key: "kind", Aliases: []string{"type"}, Required: true, Help: "api-key or ai-agent"},
			{Key: "owner", Aliases: []string{"owner email"}, Help: "who answers for it, by e-mail, id or name"},
			{Key: "role", Aliases: []string{"role name"}, Help: "the role it has; empty for the default role"},
			{Key: "status", Help: "active or inactive; empty for active"},
			{Key: "id", Aliases: []string{"key id"}, Help: "its id in the source"},
		}
	case Roles:
		return []table.Field{
			{Key: "name", Aliases: []string{"role", "role name"}, Required: true, Help: "the role's name, one role each"},
			{Key: "description", Help: "what the role is for"},
			fieldYes("users", "whether people may have it; yes where no column says for whom", "for users"),
			fieldYes("keys", "whether API keys may", "for keys", "api keys"),
			fieldYes("agents", "whether AI agents may", "for agents", "ai agents"),
			fieldYes("default", "whether it is the one that new members get", "is default"),
			{Key: "id", Aliases: []string{"role id"}, Help: "the role's id here"},
		}
	case Permissions:
		return []table.Field{
			{Key: "role", Aliases: []string{"role name"}, Required: true, Help: "the role, by name or id"},
			{Key: "target", Aliases: []string{"on"}, Required: true, Help: "all objects, an object, object.field, a setting, an action, all settings or all actions"},
			{Key: "permission", Aliases: []string{"operation"}, Help: "on objects: see, edit, delete or destroy"},
			{Key: "level", Aliases: []string{"value"}, Help: "Allowed or Denied on objects, See or No Access on fields; empty for allowed"},
			{Key: "target kind", Aliases: []string{"kind"}, Help: "object, field, setting or action; empty where the name says it"},
		}
	case Objects:
		return []table.Field{
			{Key: "name", Aliases: []string{"object", "label"}, Required: true, Help: "what people call it, as in People"},
			{Key: "id", Aliases: []string{"object id", "api name"}, Help: "its name in the product, as in workflowRun; made of the name where it is empty"},
			{Key: "description", Help: "what it holds"},
			fieldYes("system", "whether it is open to every role that says nothing of it", "is system"),
		}
	case Fields:
		return []table.Field{
			{Key: "object", Aliases: []string{"object id", "object name"}, Required: true, Help: "the object, by id or name"},
			{Key: "name", Aliases: []string{"field", "field name"}, Required: true, Help: "what people call the field"},
			{Key: "id", Aliases: []string{"field id", "api name"}, Help: "its name in the product; made of the name where it is empty"},
			fieldYes("label", "whether it labels the object's records", "is label"),
		}
	}
	return thingFields(k)
}

// thingFields gives the fields of the kinds that say what there is to be given, and
// by what rule or mapping.
func thingFields(k Kind) []table.Field {
	switch k {
	case Rules:
		return []table.Field{
			{Key: "group", Aliases: []string{"group id", "group name"}, Required: true, Help: "the group, by name or id"},
			{Key: "rule", Aliases: []string{"expression", "pattern", "text"}, Required: true, Help: "who belongs to it; empty takes the rule away"},
			{Key: "kind", Aliases: []string{"type", "rule kind"}, Help: "email-pattern or expression; empty for expression"},
			fieldYes("on", "whether people join and leave by it; empty for yes", "active", "enabled"),
		}
	case Sources:
		return []table.Field{
			{Key: "name", Aliases: []string{"source", "data source", "data source name"}, Required: true, Help: "the data source's name, one each"},
			{Key: "description", Help: "what it holds"},
			{Key: "classification", Aliases: []string{"data classification"}, Help: "Public, Internal, Confidential or Restricted; empty for Internal"},
			{Key: "owner", Aliases: []string{"owner email"}, Help: "who answers for it, by e-mail, id or name"},
			{Key: "id", Aliases: []string{"source id", "data source id"}, Help: "its id in the source"},
		}
	case AgentSources:
		return []table.Field{
			{Key: "agent", Aliases: []string{"agent id", "agent name"}, Required: true, Help: "the agent, by id or name"},
			{Key: "source", Aliases: []string{"data source", "source id"}, Required: true, Help: "the data source it retrieves from, by id or name"},
			fieldYes("open", "whether all who use the agent may retrieve from it; empty for no"),
		}
	case SourceGrants:
		return []table.Field{
			{Key: "source", Aliases: []string{"data source", "source id"}, Required: true, Help: "the data source, by id or name"},
			{Key: "group", Aliases: []string{"group id", "group name"}, Help: "the group that gets it, by id or name"},
			{Key: "email", Aliases: []string{"user", "user email", "user id"}, Help: "or the person who gets it, by e-mail or id"},
			{Key: "permission", Aliases: []string{"level"}, Required: true, Help: "View, Use or Edit"},
			{Key: "agent", Aliases: []string{"agent id", "agent name"}, Help: "the agent inside which it holds; empty for the source itself"},
			fieldStart, fieldEnd, fieldZone,
		}
	case Catalogue:
		return []table.Field{
			{Key: "path", Aliases: []string{"area", "area path"}, Required: true, Help: "the area's path by names, as in Voice > Numbers"},
			{Key: "name", Help: "what people call it; the last word of the path where it is empty"},
			{Key: "controls", Aliases: []string{"description"}, Help: "what it controls, in plain words"},
			fieldYes("sensitive", "whether Edit on it takes four eyes"),
		}
	case Mappings:
		return []table.Field{
			{Key: "directory", Aliases: []string{"source", "provider"}, Required: true, Help: "the directory's name, as in okta or entra"},
			{Key: "external", Aliases: []string{"external id", "external group", "group id"}, Required: true, Help: "the group's id there"},
			{Key: "external name", Aliases: []string{"sso group"}, Help: "the group's name there"},
			{Key: "group", Aliases: []string{"group name"}, Help: "the group here, by name or id; empty for none"},
		}
	}
	return nil
}

func moreExample(k Kind) example {
	switch k {
	case Principals:
		return example{"one API key or AI agent that acts on its own a row", []string{"name", "kind", "owner", "role", "status", "id"},
			[][]string{{"Reporting key", "api-key", "ada@company.example", "Reader", "active", "k-1"}, {"Triage bot", "ai-agent", "ada@company.example", "", "", "b-1"}}}
	case Roles:
		return example{"one role a row", []string{"name", "description", "users", "keys", "agents", "default", "id"},
			[][]string{{"Reader", "Sees records, changes nothing", "yes", "yes", "no", "no", ""}, {"Sales", "Works on deals", "yes", "", "", "", ""}}}
	case Permissions:
		return example{"one value of a role a row", []string{"role", "target", "permission", "level"},
			[][]string{{"Sales", "all objects", "see", "Allowed"}, {"Sales", "Opportunities", "edit", "Allowed"}, {"Sales", "Opportunities.Amount", "", "See"},
				{"Sales", "Export CSV", "", ""}}}
	case Objects:
		return example{"one object a row", []string{"name", "id", "description", "system"},
			[][]string{{"Opportunities", "opportunity", "Deals under way", "no"}, {"Workflow Runs", "workflowRun", "", "yes"}}}
	case Fields:
		return example{"one field of an object a row", []string{"object", "name", "id", "label"},
			[][]string{{"Opportunities", "Name", "name", "yes"}, {"opportunity", "Amount", "amount", ""}}}
	case Sources:
		return example{"one data source a row", []string{"name", "description", "classification", "owner", "id"},
			[][]string{{"Handbook", "How we work", "Internal", "ada@company.example", "ds-1"}}}
	case AgentSources:
		return example{"one data source of an agent a row", []string{"agent", "source", "open"},
			[][]string{{"agent-1", "Handbook", "yes"}, {"agent-1", "ds-2", "no"}}}
	case SourceGrants:
		return example{"one grant a row: a data source for a group, or for a person", []string{"source", "group", "email", "permission", "agent", "start", "end", "zone"},
			[][]string{{"Handbook", "g-1", "", "Use", "agent-1", "", "", ""}, {"ds-2", "", "bo@company.example", "Edit", "", "2024-01-01", "", ""}}}
	case Catalogue:
		return example{"one area a row, parents before what is below them", []string{"path", "name", "controls", "sensitive"},
			[][]string{{"Voice", "", "Telephone calls", ""}, {"Voice > Numbers", "", "Which numbers ring where", "yes"}}}
	case Rules:
		return example{"one group a row, and who belongs to it", []string{"group", "rule", "kind", "on"},
			[][]string{{"Support", "email.endsWith('@support.company.com')", "expression", "yes"}, {"Tier 2 Support", `.*@tier2\.company\.example`, "email-pattern", "no"}}}
	case Mappings:
		return example{"one group of a directory a row, and the group here that it is mapped to", []string{"directory", "external", "external name", "group"},
			[][]string{{"okta", "00g1abcd", "support-all", "Support"}, {"entra", "3f2504e0-4f89-11d3", "Sales EMEA", ""}}}
	}
	return example{}
}
