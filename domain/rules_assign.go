package domain

// OriginRule is the source of a membership that a group's rule gave. Its
// truth lives here, in the rule: such a record is not from outside, and no
// file may say that it comes from it.
const OriginRule = "rule"

// Rule names of what With refuses about rules of assignment.
const (
	RuleGroupRule  = "group-rule"  // a rule without a text, or a text without a rule
	RuleOriginRule = "origin-rule" // something else than a membership says that a rule gave it
)

// ByRule tells whether a rule of assignment gave the record.
func (o Origin) ByRule() bool { return o.Source == OriginRule }

// IsZero tells whether there is no rule.
func (r Rule) IsZero() bool { return r == Rule{} }

// assignment: a group has a whole rule or none, and what says that a rule gave
// it is a person's plain membership, for nothing else is a rule's to give and
// take.
func (c *check) assignment() *Error {
	err := each(c, func(before *Group, g Group) *Error {
		if before != nil && before.Rule == g.Rule {
			return nil
		}
		if (g.Rule.Kind == NoRule) != (g.Rule.Text == "") || g.Rule.Kind == NoRule && g.Rule.On {
			return refuse(Invalid, RuleGroupRule, "the rule of the group %q is not whole", g.Name).
				Hinted("give its kind and its text, or neither")
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, ch := range c.net {
		if ch.After == nil || !originOf(ch.After).ByRule() {
			continue
		}
		g, ok := ch.After.(Grant)
		p, there := c.after.Principal(g.Holder.ID)
		if !ok || g.Target.Kind != TargetGroup || g.Level != Member || g.Window != (Window{}) ||
			g.Holder.Kind != HolderPrincipal || there && p.Kind != User {
			return refuse(Invalid, RuleOriginRule, "%s cannot come from a rule", c.after.Describe(ch.After)).
				Hinted("leave its origin out: a rule gives people the membership of a group, and nothing else")
		}
	}
	return nil
}

// originOf gives where a record came from; the kinds without an origin are
// given here.
func originOf(r Record) Origin {
	switch r := r.(type) {
	case Principal:
		return r.Origin
	case Group:
		return r.Origin
	case Agent:
		return r.Origin
	case Source:
		return r.Origin
	case AgentSource:
		return r.Origin
	case Role:
		return r.Origin
	case Area:
		return r.Origin
	case Grant:
		return r.Origin
	case Object:
		return r.Origin
	case Field:
		return r.Origin
	case ExternalGroup:
		return r.Origin
	}
	return Origin{}
}
