package domain

import "testing"

func outsideGroup(external, name string, to ID) ExternalGroup {
	return ExternalGroup{ID: ExternalID("entra", external), Source: "entra", External: external, Name: name, Group: to, Origin: Origin{Source: "entra", File: "f"}}
}

// PRODUCT 2.4: external groups map to groups; one record for a group of a
// source, to a group that is there and active.
func TestWithExternalGroups(t *testing.T) {
	archived := Group{ID: "grp_shut", Name: "Shut", Life: Archived}
	o := house(t, archived, outsideGroup("1", "Sales", "grp_sales"), outsideGroup("2", "Engineers", ""))
	wrongID, noSource, noID, slash := outsideGroup("3", "x", ""), outsideGroup("3", "x", ""), outsideGroup("", "x", ""), outsideGroup("3", "x", "")
	wrongID.ID = "entra/33"
	noSource.Source, noSource.ID = "", "/3"
	slash.Source, slash.ID = "entra/eu", "entra/eu/3"
	runRules(t, o, []ruleCase{
		{"one that is new", "", begin(outsideGroup("3", "Support", ""))},
		{"one mapped at once", "", begin(outsideGroup("3", "Support", "grp_support"))},
		{"the same once more", RuleStale, begin(outsideGroup("1", "Sales again", ""))},
		{"under another id", RuleExternal, begin(wrongID)},
		{"without its source", RuleExternal, begin(noSource)},
		{"without its id there", RuleExternal, begin(noID)},
		{"a slash in the source", RuleExternal, begin(slash)},
		{"a name that another has", "", begin(outsideGroup("3", "Sales", ""))},
		{"two mapped to one", "", edits("entra/2", func(g *ExternalGroup) { g.Group = "grp_sales" })},
		{"mapped to none", "", edits("entra/1", func(g *ExternalGroup) { g.Group = "" })},
		{"mapped to what is not there", RuleReference, edits("entra/2", func(g *ExternalGroup) { g.Group = "grp_none" })},
		{"mapped to an archived group", RuleGroupInactive, edits("entra/2", func(g *ExternalGroup) { g.Group = "grp_shut" })},
		{"a group archived that is mapped", "", edits("grp_sales", func(g *Group) { g.Life = Archived })},
		{"forgotten", "", ends[ExternalGroup]("entra/1")},
	})
}

// PRODUCT 3: mappings always take four eyes; recording what a directory has
// does not.
func TestJudgeMappings(t *testing.T) {
	o := house(t, outsideGroup("1", "Sales", "grp_sales"), outsideGroup("2", "Engineers", ""))
	four := func(name string, f func(*testing.T, *Org) []Change) judged {
		return judged{name, CheckerApproval, "", WhyAlways, f}
	}
	none := func(name string, f func(*testing.T, *Org) []Change) judged {
		return judged{name, NoApproval, "", "", f}
	}
	runJudge(t, o, "usr_ana", []judged{
		none("recorded", begin(outsideGroup("3", "Support", ""))),
		four("recorded and mapped", begin(outsideGroup("3", "Support", "grp_support"))),
		four("mapped", edits("entra/2", func(g *ExternalGroup) { g.Group = "grp_support" })),
		four("mapped to another", edits("entra/1", func(g *ExternalGroup) { g.Group = "grp_support" })),
		four("mapped to nothing", edits("entra/1", func(g *ExternalGroup) { g.Group = "" })),
		four("forgotten with its mapping", ends[ExternalGroup]("entra/1")),
		none("forgotten without", ends[ExternalGroup]("entra/2")),
		none("called otherwise", edits("entra/1", func(g *ExternalGroup) { g.Name = "Sales EMEA" })),
	})
}
