package domain

import (
	"slices"
	"strings"
)

// holdersOf says which kinds of holder may hold which kind of target.
var holdersOf = map[TargetKind][]HolderKind{
	TargetAgent:     {HolderPrincipal, HolderGroup},
	TargetArea:      {HolderPrincipal, HolderGroup, HolderRole},
	TargetSource:    {HolderPrincipal, HolderGroup},
	TargetGroup:     {HolderPrincipal},
	TargetRole:      {HolderPrincipal},
	TargetAccount:   {HolderPrincipal},
	TargetAgentRole: {HolderPrincipal},
	TargetDuty:      {HolderPrincipal},

	TargetObjectSee:     {HolderRole},
	TargetObjectEdit:    {HolderRole},
	TargetObjectDelete:  {HolderRole},
	TargetObjectDestroy: {HolderRole},
	TargetField:         {HolderRole},
	TargetSetting:       {HolderRole},
	TargetAction:        {HolderRole},
}

// grants: each grant that begins or changes is one that can be.
func (c *check) grants() *Error {
	return each(c, func(before *Grant, g Grant) *Error {
		for _, f := range []func(Grant) *Error{c.holderFits, c.scopeFits, c.levelFits, c.permissionFits} {
			if err := f(g); err != nil {
				return err
			}
		}
		if before == nil || before.Window != g.Window {
			if _, seen := c.windows[g.Window]; !seen {
				if err := g.Window.Check(); err != nil {
					return refuse(Invalid, RuleWindow, "%s: %v", c.after.Describe(g), err).Hinted("mend the dates")
				}
			}
			c.span(g.Window)
		}
		return nil
	})
}

func (c *check) holderFits(g Grant) *Error {
	kinds, stored := holdersOf[g.Target.Kind]
	if !stored {
		return refuse(Invalid, RuleMade, "the %s of an agent is not given by a grant", g.Target.Kind).
			Hinted("change the agent itself")
	}
	if !slices.Contains(kinds, g.Holder.Kind) {
		words := make([]string, len(kinds))
		for i, k := range kinds {
			words[i] = k.String()
		}
		return refuse(Invalid, RuleHolderKind, "a %s cannot hold %s", g.Holder.Kind, c.after.describeGrant(g)).
			Hinted("give it to a %s", strings.Join(words, " or a "))
	}
	if g.Target.Kind != TargetAccount && g.Target.Kind != TargetDuty {
		return nil
	}
	if p, ok := c.after.Principal(g.Holder.ID); ok && p.Kind != User {
		return refuse(Invalid, RuleUsersOnly, "%s cannot hold %s", c.after.Describe(p), c.after.describeGrant(g)).
			Hinted("only users can")
	}
	return nil
}

func (c *check) scopeFits(g Grant) *Error {
	_, byID := targetRecords[g.Target.Kind]
	switch {
	case g.Target.Kind == TargetDuty:
		if _, err := ParseDuty(string(g.Target.ID)); err != nil {
			return refuse(Invalid, RuleReference, "there is no duty %q", g.Target.ID).Hinted("use one of: %s", strings.Join(dutyWords, ", "))
		}
	case byID && g.Target.ID == "", g.Holder.ID == "":
		return refuse(Invalid, RuleReference, "the grant %s names no holder or no target", g.ID).Hinted("name both")
	case g.Target.Kind == TargetSetting && miscNumber(g.Target) < 0:
		return refuse(Invalid, RuleReference, "there is no setting %q", g.Target.ID).
			Hinted("use all, or one of: %s", strings.Join(settingPermissionWords, ", "))
	case g.Target.Kind == TargetAction && miscNumber(g.Target) < 0:
		return refuse(Invalid, RuleReference, "there is no action %q", g.Target.ID).
			Hinted("use all, or one of: %s", strings.Join(actionPermissionWords, ", "))
	case g.Target.Kind == TargetSetting || g.Target.Kind == TargetAction:
	case !byID && g.Target.ID != "":
		return refuse(Invalid, RuleShape, "the grant %s names %q; there is one %s only", g.ID, g.Target.ID, g.Target.Kind).
			Hinted("leave the id of its target empty")
	}
	if g.Agent == "" {
		return nil
	}
	switch g.Target.Kind {
	case TargetArea:
		return nil
	case TargetSource:
		if _, ok := c.after.Get(KindAgentSource, g.Agent+"/"+g.Target.ID); !ok {
			return refuse(Invalid, RuleSourceTie, "the agent %q does not use the data source %q",
				c.after.Name(KindAgent, g.Agent), c.after.thingName(g.Target)).
				Hinted("add the data source to the agent first, or give the source itself")
		}
		return nil
	}
	return refuse(Invalid, RuleScope, "%s cannot be limited to one agent", c.after.describeGrant(g)).
		Hinted("only areas and data sources can")
}

func (c *check) levelFits(g Grant) *Error {
	if g.Level > g.Ladder().Top() {
		return refuse(Invalid, RuleLevel, "the grant %s has level %d, beyond the top of its ladder", g.ID, g.Level).
			Hinted("the levels are %s", g.Ladder())
	}
	if g.Level == None && !g.Target.Kind.Denies() {
		return refuse(Invalid, RuleLevel, "%q: %s gives nothing and is not stored", c.after.holderName(g.Holder), c.after.describeGrant(g)).
			Hinted("end the grant instead")
	}
	return nil
}

// place is where a holder's grants can meet: the same target at the same
// scope.
type place struct {
	target Target
	agent  ID
}

// placesOf sorts a holder's grants by place.
func (c *check) placesOf(h Holder) map[place][]Grant {
	out := map[place][]Grant{}
	for _, g := range c.after.GrantsOf(h) {
		k := place{g.Target, g.Agent}
		out[k] = append(out[k], g)
	}
	return out
}

// newlyGiven tells whether the change begins a grant, raises it or moves its
// window.
func newlyGiven(ch Change) (Grant, bool) {
	g, ok := ch.After.(Grant)
	if !ok {
		return g, false
	}
	before, had := ch.Before.(Grant)
	return g, !had || g.Level > before.Level || g.Window != before.Window
}

// duplicates: a holder has no two grants of one level on one target and scope
// at one time from now on; an area or a permission of a role has one value at a
// time, and a principal one role.
func (c *check) duplicates() *Error {
	for _, h := range c.holders {
		var places map[place][]Grant
		for _, ch := range c.grantsN[h] {
			g, ok := ch.After.(Grant)
			if !ok {
				continue
			}
			if places == nil {
				places = c.placesOf(h)
			}
			for _, other := range places[place{g.Target, g.Agent}] {
				alike := other.Level == g.Level || g.Target.Kind == TargetArea || g.Target.Kind.Permission()
				if other.ID != g.ID && alike && c.meet(g.Window, other.Window) {
					return refuse(Conflict, RuleDuplicate, "%s is there already (%s, %s)",
						c.after.Describe(other), other.ID, describeWindow(other.Window)).Hinted("change that grant instead")
				}
			}
			if err := c.oneRole(g, places); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *check) oneRole(g Grant, places map[place][]Grant) *Error {
	if g.Target.Kind != TargetRole {
		return nil
	}
	for k, held := range places {
		if k.target.Kind != TargetRole || k.target == g.Target {
			continue
		}
		for _, other := range held {
			if c.meet(g.Window, other.Window) {
				return refuse(Conflict, RuleOneRole, "%q would hold the roles %q and %q at one time",
					c.after.holderName(g.Holder), c.after.thingName(g.Target), c.after.thingName(other.Target)).
					Hinted("end the one in the same change set")
			}
		}
	}
	return nil
}

func describeWindow(w Window) string {
	switch {
	case w.Always():
		return "without an end"
	case w.To == "":
		return "from " + string(w.From)
	case w.From == "":
		return "until " + string(w.To)
	}
	return string(w.From) + " to " + string(w.To)
}

// childAboveParent: nothing newly given to an area stands above what the same
// holder has on an area over it, at the same scope (seed: PolyAI, permission
// inheritance). A value for one agent replaces the value for all at its node.
func (c *check) childAboveParent() *Error {
	if c.imported {
		return nil
	}
	for _, h := range c.holders {
		var places map[place][]Grant
		for _, ch := range c.grantsN[h] {
			g, given := newlyGiven(ch)
			if !given || g.Target.Kind != TargetArea || g.Level == None {
				continue
			}
			if places == nil {
				places = c.placesOf(h)
			}
			if err := c.belowParents(g, places); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *check) belowParents(g Grant, places map[place][]Grant) *Error {
	area, _ := c.after.Area(g.Target.ID)
	for area.Parent != "" {
		parent, ok := c.after.Area(area.Parent)
		if !ok {
			return nil
		}
		area = parent
		values := c.meeting(g, places[place{Target{TargetArea, parent.ID}, g.Agent}])
		if len(values) == 0 {
			values = c.meeting(g, places[place{Target{TargetArea, parent.ID}, ""}])
		}
		for _, v := range values {
			if v.Level < g.Level {
				word := g.Ladder().Word(g.Level)
				return refuse(Conflict, RuleChildAboveParent, "%q cannot be %s while %q is %s",
					c.after.thingName(g.Target), word, c.after.thingName(v.Target), v.Ladder().Word(v.Level)).
					Hinted("raise %s to %s first", c.after.thingName(v.Target), word)
			}
		}
	}
	return nil
}

// meeting gives those of held whose windows overlap g's.
func (c *check) meeting(g Grant, held []Grant) []Grant {
	var out []Grant
	for _, v := range held {
		if c.meet(g.Window, v.Window) {
			out = append(out, v)
		}
	}
	return out
}
