package filter

import "countersign/domain"

func text(name, about string, values ...string) Field {
	return Field{Name: name, About: about, Values: values}
}

func number(name, about string) Field { return Field{Name: name, Kind: Number, About: about} }

func date(name, about string) Field { return Field{Name: name, Kind: Date, About: about} }

// classes are the classifications, from the lowest.
func classes() []string {
	var out []string
	for _, c := range domain.Classifications() {
		out = append(out, c.String())
	}
	return out
}

// Severities are how much a finding weighs, from the lowest.
func Severities() []string {
	var out []string
	for s := domain.Severity(0); ; s++ {
		w, err := domain.ParseSeverity(s.String())
		if err != nil || w != s {
			return out
		}
		out = append(out, s.String())
	}
}

// People is what the list of people can be filtered by.
func People() Table {
	return Table{List: "people", Fields: []Field{text("name", "who"), text("email", "the address"), text("department", "where they work"), text("title", "as what"),
		text("status", "whether they are active", "active", "inactive", "invited"), text("employment", "how they are employed"), text("external", "whether they are from outside", "yes", "no"),
		text("group", "a group they are in, by inheritance too"), text("account", "their role in the account"), text("role", "their role on agents"), text("manager", "whom they report to"),
		text("kind", "user, API key or AI agent"), number("grants", "how many grants they hold themselves")}}
}

// Keys is what the list of API keys and AI agents can be filtered by.
func Keys() Table {
	return Table{List: "keys", Fields: []Field{text("name", "what it is called"), text("kind", "API key or AI agent"), text("owner", "who answers for it"), text("role", "its role"),
		text("status", "whether it is active"), text("group", "a group it is in"), number("grants", "how many grants it holds"), text("from", "the source it came from")}}
}

// Groups is what the list of groups can be filtered by.
func Groups() Table {
	return Table{List: "groups", Fields: []Field{text("name", "what it is called"), text("parent", "the group it lies in"), text("status", "active or archived"), number("members", "its own members"),
		number("reaches", "everybody in it or below"), number("agents", "how many agents it has"), text("member", "somebody in it"), text("agent", "an agent it has"), text("from", "the source it came from")}}
}

// Agents is what the list of agents can be filtered by.
func Agents() Table {
	return Table{List: "agents", Fields: []Field{text("name", "what it is called"), text("type", "who may use it at all"), text("class", "how confidential it is", classes()...), text("owner", "who answers for it"),
		number("people", "how many have it"), number("edit", "how many may edit it"), number("grants", "how many grants are on it"), text("status", "active or archived"), text("group", "a group that has it"),
		text("from", "the source it came from")}}
}

// Roles is what the list of roles can be filtered by.
func Roles() Table {
	return Table{List: "roles", Fields: []Field{text("name", "what it is called"), text("default", "the default role"), text("for", "whom it may be given to"), number("users", "how many users hold it"),
		number("keys", "how many API keys hold it"), number("agents", "how many AI agents hold it"), number("rules", "objects with a rule of their own"), text("settings", "settings it has"),
		text("actions", "actions it has"), text("holder", "somebody who holds it"), text("from", "the source it came from")}}
}

// Sources is what the list of data sources can be filtered by.
func Sources() Table {
	return Table{List: "data sources", Fields: []Field{text("name", "what it is called"), text("class", "how confidential it is", classes()...), text("owner", "who answers for it"), number("agents", "how many agents it is attached to"),
		number("retrieve", "how many can retrieve from it"), number("grants", "how many grants are on it"), text("agent", "an agent it is attached to"), text("group", "a group that has it"), text("from", "the source it came from")}}
}

// Findings is what the list of findings can be filtered by.
func Findings() Table {
	return Table{List: "findings", Fields: []Field{{Name: "severity", Kind: Ordered, About: "how much it weighs", Values: Severities()}, text("kind", "what kind it is", findingKinds()...), text("what", "what is the matter"),
		text("about", "a thing or a person it is about"), date("since", "since when"), text("id", "its id")}}
}

func findingKinds() []string {
	var out []string
	for _, k := range domain.FindingKinds() {
		out = append(out, k.String())
	}
	return out
}

// Campaigns is what the list of campaigns can be filtered by.
func Campaigns() Table {
	return Table{List: "campaigns", Fields: []Field{text("name", "what it is called"), text("state", "where it stands"), text("owner", "whose it is"), date("due", "until when"), number("items", "how many items it has")}}
}

// WorkList is what the work list of a campaign can be filtered by.
func WorkList() Table {
	return Table{List: "things to do elsewhere", Fields: []Field{number("item", "the item's number"), text("system", "where it is to be done"), text("owner", "who does it"), text("holder", "who loses it"),
		text("target", "what it is on"), text("reviewer", "who decided it")}}
}

// Definitions is what the list of definitions can be filtered by.
func Definitions() Table {
	return Table{List: "definitions", Fields: []Field{text("name", "what it is called"), text("state", "in force, waits, shipped or none"), text("started", "what starts its campaigns"), date("next", "the next date"), text("about", "what it is for")}}
}

// Policy is what the rows of the policy can be filtered by.
func Policy() Table {
	return Table{List: "rows of the policy", Fields: []Field{text("what", "what is changed"), text("needs", "the approval it needs"), text("from", "from whom"), text("member", "the member of the policy's file")}}
}

// Coverage is what the list of frameworks can be filtered by.
func Coverage() Table {
	return Table{List: "frameworks", Fields: []Field{text("framework", "its name"), text("cadence", "how often it asks"), number("never", "holdings never reviewed"), number("out", "holdings out of cadence")}}
}

// Approvals is what the list of what waits for a checker can be filtered by.
func Approvals() Table {
	return Table{List: "approvals", Fields: []Field{text("what", "what waits"), text("by", "who made it, or why it is locked"), text("size", "how much it is"), {Name: "group", Also: []string{"kind"}, About: "what kind it is"}}}
}

// Home is what the first page can be filtered by.
func Home() Table {
	return Table{List: "entries", Fields: []Field{text("what", "what waits"), text("far", "how far it is"), text("when", "until when"), text("group", "for whom it waits")}}
}

// Matrix is what the rows of the matrix can be filtered by.
func Matrix() Table {
	return Table{List: "people", Fields: []Field{text("name", "who"), text("department", "where they work"), text("title", "as what"), text("status", "whether they are active"), text("group", "a group they are in"),
		text("kind", "user, API key or AI agent")}}
}

// Access is what a list of what somebody has, or of who has something, can be
// filtered by.
func Access() Table {
	return Table{List: "access", Fields: []Field{text("who", "who has it"), text("kind", "what kind of thing it is on"), text("on", "what it is on"), text("level", "how much is allowed"), text("how", "the path")}}
}

// Changes is what the list of change sets can be filtered by.
func Changes() Table {
	return Table{List: "change sets", Fields: []Field{text("id", "its id"), text("state", "where it stands"), text("maker", "who made it"), number("event", "the event that proposed it"), text("title", "what it is called"),
		text("reason", "why"), text("source", "the file or source it came from")}}
}

// Tables are all of them, in the order of the README.
func Tables() []Table {
	return []Table{Items(), People(), Keys(), Groups(), Agents(), Roles(), Sources(), Findings(), Access(), Changes(), Events(), Campaigns(), WorkList(), Definitions(), Policy(), Coverage(), Approvals(), Home()}
}
