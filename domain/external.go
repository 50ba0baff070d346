package domain

import "strings"

// ExternalID is the id of an external group's record: the source's name and
// the group's id there. So a source has one record for each of its groups.
func ExternalID(source, external string) ID { return ID(source + "/" + external) }

// Title is what people call the group in its source: its name there, else its
// id.
func (r ExternalGroup) Title() string {
	if r.Name != "" {
		return r.Name
	}
	return r.External
}

// externalGroups: an external group says its source and its id there, and its
// own id is made of the two, so that no source has one group twice. A mapping
// goes to a group that is active: an archived one gives nothing. A file may bring
// one to an archived group, for a group may have been archived afterwards.
func (c *check) externalGroups() *Error {
	return each(c, func(before *ExternalGroup, g ExternalGroup) *Error {
		if strings.TrimSpace(g.Source) == "" || strings.TrimSpace(g.External) == "" || g.ID != ExternalID(g.Source, g.External) {
			return refuse(Invalid, RuleExternal, "the external group %q is not the group %q of the source %q", g.ID, g.External, g.Source).
				Hinted("its id is the source's name, a slash, and the group's id there")
		}
		if strings.Contains(g.Source, "/") {
			return refuse(Invalid, RuleExternal, "the source %q of an external group has a slash in its name", g.Source).
				Hinted("name the source without one")
		}
		if c.imported || g.Group == "" || before != nil && before.Group == g.Group {
			return nil
		}
		if to, ok := c.after.Group(g.Group); ok && to.Life != Live {
			return refuse(Conflict, RuleGroupInactive, "the group %q is archived, so nothing can be mapped to it", to.Name).
				Hinted("un-archive the group first, or map %q to another", g.Title())
		}
		return nil
	})
}
