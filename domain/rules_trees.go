package domain

import (
	"slices"
	"strings"
)

// MaxGroupDepth is how many groups may stand one below the other.
const MaxGroupDepth = 32

// groupTree: the parents of groups make no ring and stand no deeper than
// MaxGroupDepth.
func (c *check) groupTree() *Error {
	height := map[ID]int{}
	return each(c, func(before *Group, g Group) *Error {
		if g.Parent == "" || before != nil && before.Parent == g.Parent {
			return nil
		}
		chain := []ID{g.ID}
		for at := g.Parent; at != ""; {
			if i := slices.Index(chain, at); i >= 0 {
				ring := append(slices.Clone(chain[i:]), at)
				return refuse(Conflict, RuleGroupCycle, "groups would stand in a ring: %s", c.groupNames(ring)).
					Hinted("give one of them another parent, or none")
			}
			chain = append(chain, at)
			parent, _ := c.after.Group(at)
			at = parent.Parent
		}
		if depth := len(chain) - 1 + c.height(g.ID, height); depth > MaxGroupDepth {
			return refuse(Conflict, RuleGroupDepth, "below %q groups would stand %d deep, the limit is %d",
				c.after.Name(KindGroup, chain[len(chain)-1]), depth, MaxGroupDepth).
				Hinted("give %q a parent further up", g.Name)
		}
		return nil
	})
}

// height is the number of groups on the longest way down, g included; memo
// also ends a walk around a ring that was there before.
func (c *check) height(g ID, memo map[ID]int) int {
	if h, ok := memo[g]; ok {
		return h
	}
	memo[g] = 0
	h := 0
	for _, sub := range c.after.Subgroups(g) {
		h = max(h, c.height(sub, memo))
	}
	memo[g] = h + 1
	return h + 1
}

func (c *check) groupNames(ids []ID) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = c.after.Name(KindGroup, id)
	}
	return strings.Join(names, " → ")
}

// areaTree: an area's id is its path: its parent's and a word of lower-case
// letters, digits and hyphens. So areas cannot make a ring.
func (c *check) areaTree() *Error {
	return each(c, func(_ *Area, a Area) *Error {
		word := string(a.ID)
		if a.Parent != "" {
			rest, below := strings.CutPrefix(word, string(a.Parent)+"/")
			if !below {
				return refuse(Invalid, RuleAreaPath, "the area %q is not a path below its parent %q", a.ID, a.Parent).
					Hinted("write it as %s/name", a.Parent)
			}
			word = rest
		}
		if !isPathWord(word) {
			return refuse(Invalid, RuleAreaPath, "%q is no path of an area", a.ID).
				Hinted("use lower-case letters, digits and hyphens, with / between parent and child")
		}
		if strings.TrimSpace(a.Name) == "" {
			return refuse(Invalid, RuleNameMissing, "the area %q would have no name", a.ID).Hinted("give it one")
		}
		return nil
	})
}

func isPathWord(s string) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-') {
			return false
		}
	}
	return s != "" && s != string(AllAreas)
}

// groupTargets: a group is given an agent or a source only while it is active
// and has at least one member, its own or below it (seed: Twig, "group not
// appearing in agent settings"). An import may: it grants nothing, and is a
// finding.
func (c *check) groupTargets() *Error {
	if c.imported {
		return nil
	}
	return each(c, func(before *Grant, g Grant) *Error {
		if before != nil || g.Holder.Kind != HolderGroup {
			return nil
		}
		group, _ := c.after.Group(g.Holder.ID)
		name := c.after.thingName(g.Target)
		if group.Life != Live {
			return refuse(Conflict, RuleGroupInactive, "the group %q is archived and cannot be given %q", group.Name, name).
				Hinted("un-archive the group first")
		}
		if !c.hasMember(group.ID) {
			return refuse(Conflict, RuleGroupEmpty, "the group %q has no member and cannot be given %q", group.Name, name).
				Hinted("add at least one member first")
		}
		return nil
	})
}

// hasMember tells whether the group or an active one below it has a
// membership that is not over.
func (c *check) hasMember(g ID) bool {
	if has, ok := c.reached[g]; ok {
		return has
	}
	c.reached[g] = false // ends a walk around a ring
	has := slices.ContainsFunc(c.after.GrantsOn(Target{TargetGroup, g}), func(m Grant) bool { return !c.over(m.Window) })
	for _, sub := range c.after.Subgroups(g) {
		if has {
			break
		}
		if s, ok := c.after.Group(sub); ok && s.Life == Live {
			has = c.hasMember(sub)
		}
	}
	c.reached[g] = has
	return has
}
