package domain

import "strings"

// roles: a role is for somebody; exactly one is the default; the Admin role
// stays as it is; who holds a role is of a kind it is for (PRODUCT 2.5, 9.1).
func (c *check) roles() *Error {
	touched := false
	for _, ch := range c.net {
		before, had := ch.Before.(Role)
		after, has := ch.After.(Role)
		if !had && !has {
			continue
		}
		touched = true
		if err := c.adminRole(before, had, after, has); err != nil {
			return err
		}
		if has && !after.ForUsers && !after.ForKeys && !after.ForAgents {
			return refuse(Invalid, RuleRoleFor, "the role %q could be given to nobody", after.Name).
				Hinted("say whether it is for users, API keys or AI agents: at least one")
		}
		if has {
			if err := c.holdersFit(after); err != nil {
				return err
			}
		}
	}
	if touched {
		if err := c.oneDefault(); err != nil {
			return err
		}
	}
	return c.roleGrants()
}

// adminRole: nobody changes or deletes the Admin role, whose only movable
// part is whether it is the default; there is no second one. Where an
// organisation is restored, its Admin role takes the place of the founders'.
func (c *check) adminRole(before Role, had bool, after Role, has bool) *Error {
	if had && before.Admin {
		if c.founding && (has && after.Admin || !has && c.foundingAdmin(before.ID) != before.ID) {
			return nil
		}
		same := after
		same.Default = before.Default
		if !has || same != before {
			return refuse(Invalid, RuleAdminRole, "the role %q is the Admin role and stays as it is", before.Name).
				Hinted("make another role for what you need")
		}
		return nil
	}
	if !has || !after.Admin {
		return nil
	}
	for row := range c.after.All(KindRole) {
		if r, ok := row.Record.(Role); ok && r.Admin && r.ID != after.ID {
			return refuse(Invalid, RuleAdminRole, "the role %q is the Admin role; %q cannot be another", r.Name, after.Name).
				Hinted("give people the Admin role instead")
		}
	}
	if had {
		return refuse(Invalid, RuleAdminRole, "the role %q cannot become the Admin role", before.Name).
			Hinted("give people the Admin role instead")
	}
	return nil
}

func (c *check) oneDefault() *Error {
	defaults := 0
	for row := range c.after.All(KindRole) {
		if r, ok := row.Record.(Role); ok && r.Default {
			defaults++
		}
	}
	if defaults == 1 || c.after.Count(KindRole) == 0 {
		return nil
	}
	for _, ch := range c.net {
		if was, ok := ch.Before.(Role); ok && was.Default && ch.After == nil && defaults == 0 {
			return refuse(Invalid, RuleDefaultRole, "the role %q is the default one, which whoever holds no other has", was.Name).
				Hinted("make another role the default first")
		}
	}
	return refuse(Invalid, RuleDefaultRole, "%d roles would be the default, it must be exactly one", defaults).
		Hinted("make another role the default in the same change set")
}

// holdersFit: a role that changes still fits all who hold it.
func (c *check) holdersFit(r Role) *Error {
	for _, g := range c.after.GrantsOn(Target{TargetRole, r.ID}) {
		if p, ok := c.after.Principal(g.Holder.ID); ok && !r.fits(p.Kind) {
			return refuse(Invalid, RuleRoleFor, "the role %q would not be for %s, who holds it", r.Name, c.after.Describe(p)).
				Hinted("give %q another role in the same change set", p.Name)
		}
	}
	return nil
}

// ForWhom names the kinds of principal that the role may be given to, "users, AI agents";
// it is "" where there is none.
func (r Role) ForWhom() string {
	var out []string
	for _, k := range []struct {
		is   bool
		word string
	}{{r.ForUsers, "users"}, {r.ForKeys, "API keys"}, {r.ForAgents, "AI agents"}} {
		if k.is {
			out = append(out, k.word)
		}
	}
	return strings.Join(out, ", ")
}

// fits tells whether the role may be given to a kind of principal.
func (r Role) fits(k PrincipalKind) bool {
	switch k {
	case User:
		return r.ForUsers
	case APIKey:
		return r.ForKeys
	case AIAgent:
		return r.ForAgents
	}
	return false
}

// roleGrants: a role is given only to kinds it is for; a deletion moves
// nobody to a default role that is not for them; what the Admin role holds
// stays.
func (c *check) roleGrants() *Error {
	for _, ch := range c.net {
		g, ok := ch.Record().(Grant)
		if !ok {
			continue
		}
		var err *Error
		switch {
		case g.Holder.Kind == HolderRole:
			err = c.adminKeeps(g)
		case g.Target.Kind == TargetRole && ch.After != nil:
			err = c.roleFits(g)
		case g.Target.Kind == TargetRole:
			err = c.defaultFits(g)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *check) adminKeeps(g Grant) *Error {
	if r, ok := c.before.Role(g.Holder.ID); ok && r.Admin && !c.founding {
		return refuse(Invalid, RuleAdminRole, "what the Admin role %q holds stays as it is", r.Name).
			Hinted("change another role, or make one")
	}
	return nil
}

func (c *check) roleFits(g Grant) *Error {
	p, known := c.after.Principal(g.Holder.ID)
	r, there := c.after.Role(g.Target.ID)
	if known && there && !r.fits(p.Kind) {
		return refuse(Invalid, RuleRoleFor, "the role %q is not for %s", r.Name, c.after.Describe(p)).
			Hinted("choose a role for this kind, or let the role be given to it")
	}
	return nil
}

// defaultFits is asked of a role's holder as the role itself goes.
func (c *check) defaultFits(g Grant) *Error {
	if _, stays := c.after.Role(g.Target.ID); stays {
		return nil
	}
	p, known := c.after.Principal(g.Holder.ID)
	if !known {
		return nil
	}
	for _, other := range c.after.GrantsOf(g.Holder) {
		if other.Target.Kind == TargetRole {
			return nil
		}
	}
	for row := range c.after.All(KindRole) {
		if r, ok := row.Record.(Role); ok && r.Default && !r.fits(p.Kind) {
			return refuse(Conflict, RuleRoleFor, "without its role %s would have the default role %q, which is not for it",
				c.after.Describe(p), r.Name).Hinted("give it another role in the same change set")
		}
	}
	return nil
}
