package domain

import "time"

// SourceOrganisation is the source of a change set that makes the organisation
// what a whole exported one is (PRODUCT 4). No other import may call its source
// so.
const SourceOrganisation = "organisation"

// RuleSourceName names the refusal of a source by a name that is the program's
// own.
const RuleSourceName = "source-name"

// JustFounded tells whether nothing is here yet but what a new organisation
// begins with: its roles, areas, objects and settings, and the people who hold
// its offices. Nobody else is there, and nobody has been given anything else.
func (o *Org) JustFounded(at time.Time) bool {
	for _, k := range []Kind{KindGroup, KindAgent, KindSource, KindAgentSource, KindExternal, KindSoD} {
		if o.Count(k) > 0 {
			return false
		}
	}
	for row := range o.All(KindPrincipal) {
		p, ok := row.Record.(Principal)
		if !ok || p.Kind != User || o.AccountRole(p.ID, at) != AccountAdmin && !o.hasAnyDuty(p.ID, at) {
			return false
		}
	}
	for row := range o.All(KindGrant) {
		g, ok := row.Record.(Grant)
		if !ok || g.Holder.Kind == HolderRole && g.Target.Kind.Permission() {
			continue
		}
		switch g.Target.Kind {
		case TargetAccount, TargetAgentRole, TargetDuty, TargetRole:
		default:
			return false
		}
	}
	return true
}

func (o *Org) hasAnyDuty(p ID, at time.Time) bool {
	for d := range dutyWords {
		if o.HasDuty(p, Duty(d), at) {
			return true
		}
	}
	return false
}

// founding tells whether the change set restores a whole organisation in place
// of one that was just founded. Then what it brings replaces what the founders
// began with, the Admin role and their own accounts included, and there is
// nobody who could give a stricter approval than a checker's, nor one who gains
// nothing: the founders are the organisation's people by other ids. So one
// founder proposes it, and another who is a checker approves it.
func (o *Org) founding(cs ChangeSet, at time.Time) bool {
	return cs.Source.Source == SourceOrganisation && cs.Campaign == "" && o.JustFounded(at)
}

// foundingAdmin gives the Admin role that takes the place of the one before.
func (c *check) foundingAdmin(before ID) ID {
	if !c.founding {
		return before
	}
	for row := range c.after.All(KindRole) {
		if r, ok := row.Record.(Role); ok && r.Admin {
			return r.ID
		}
	}
	return before
}
