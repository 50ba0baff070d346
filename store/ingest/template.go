package ingest

import (
	"bytes"
	"fmt"

	"countersign/store/ingest/table"
)

// example is the header of a kind's template and rows that show how to fill it.
type example struct {
	about  string
	header []string
	rows   [][]string
}

func exampleOf(k Kind) example {
	switch k {
	case People:
		return example{"one person a row",
			[]string{"name", "email", "groups", "id", "department", "title", "manager", "employment", "status", "account role", "agent role"},
			[][]string{
				{"Ada Example", "ada@company.example", "Support; Tier 2 Support", "E-1001", "Support", "Team lead", "", "employee", "active", "member", "manager"},
				{"Bo Example", "bo@company.example", "", "E-1002", "Support", "Agent", "ada@company.example", "contractor", "", "", ""},
			}}
	case Groups:
		return example{"one group a row",
			[]string{"name", "description", "parent", "status", "id"},
			[][]string{
				{"Support", "Everyone who answers customers", "", "active", "g-1"},
				{"Tier 2 Support", "Cases that tier 1 hands over", "Support", "", "g-2"},
			}}
	case Members:
		return example{"one member a row, of the group named with --group; or add a column group",
			[]string{"email", "role"},
			[][]string{{"ada@company.example", "manager"}, {"bo@company.example", "member"}}}
	case Agents:
		return example{"one AI agent a row",
			[]string{"id", "name", "description", "access type", "classification", "owner", "creator", "status"},
			[][]string{{"agent-1", "Customer Support Agent", "Answers customers", "GROUP_RESTRICTED", "Internal", "ada@company.example", "ada@company.example", "active"}}}
	case Grants:
		return example{"one grant a row: an agent for a group, or for a person",
			[]string{"AgentId", "GroupId", "Email", "Permission", "StartDate", "EndDate", "Zone"},
			[][]string{
				{"agent-1", "g-1", "", "VIEW_AND_USE", "2024-01-01", "", ""},
				{"agent-1", "", "bo@company.example", "EDIT", "2024-12-01", "2025-01-15", "Europe/Berlin"},
			}}
	case Areas:
		return example{"one level a row: an area for a person, a group or a role",
			[]string{"email", "group", "role", "area", "level", "agent"},
			[][]string{
				{"", "Support", "", "All", "Read", ""},
				{"ada@company.example", "", "", "Voice > Numbers", "Edit", "agent-1"},
			}}
	case Usage:
		return example{"one use a row: who used what, when last and how often",
			[]string{"principal", "target", "target kind", "last used", "count", "accuracy", "satisfaction"},
			[][]string{
				{"ada@company.example", "agent-1", "", "2024-03-31", "8200", "87%", "4.3"},
				{"bo@company.example", "Handbook", "source", "2024-02-15", "12", "", ""},
			}}
	}
	return moreExample(k)
}

// Template is a blank file of a kind: comments that say what each column
// holds, with example rows, and the header. Rows are added below the header;
// the comments may stay.
func Template(k Kind) ([]byte, error) {
	e := exampleOf(k)
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s: %s. Write below the line of column names; lines above it that begin with # are left out.\r\n", k, e.about)
	for _, f := range SchemaOf(k).Fields {
		need := ""
		if f.Required {
			need = " (needed)"
		}
		fmt.Fprintf(&b, "#   %s%s: %s\r\n", f.Key, need, f.Help)
	}
	b.WriteString("# For example\r\n")
	for _, row := range e.rows {
		b.WriteString("#   ")
		if err := table.Write(&b, [][]string{row}); err != nil {
			return nil, err
		}
	}
	if err := table.Write(&b, [][]string{e.header}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
