package domain

import (
	"slices"
	"time"
)

// ownRole: nobody changes which role they hold, nor deletes the role they
// have (PRODUCT 9.1).
func ownRole(o *Org, cs ChangeSet, maker Principal, at time.Time) *Error {
	mine, has := o.RoleOf(maker.ID, at)
	for _, c := range cs.Changes {
		own := false
		switch r := c.Record().(type) {
		case Role:
			own = has && r.ID == mine.ID && c.After == nil
		case Grant:
			own = r.Target.Kind == TargetRole && r.Holder == Holder{HolderPrincipal, maker.ID}
			if err := ownSettings(o, c, r, mine, has); err != nil {
				return err
			}
		}
		if own {
			return refuseOwnRole(maker.Name)
		}
	}
	return nil
}

func refuseOwnRole(name string) *Error {
	return Errorf(Forbidden, "%q would change their own role", name).ByRule(RuleOwnRole).
		Hinted("ask another admin to propose it")
}

// ownSettings: nobody takes all settings from the role they have.
func ownSettings(o *Org, c Change, g Grant, mine Role, has bool) *Error {
	if !has || g.Target != (Target{TargetSetting, AllID}) || g.Holder != (Holder{HolderRole, mine.ID}) {
		return nil
	}
	before, had := c.Before.(Grant)
	after, stays := c.After.(Grant)
	if !had || before.Level == None || stays && after.Level > None {
		return nil
	}
	return Errorf(Forbidden, "all settings would be taken from the role %q, which the maker has", mine.Name).ByRule(RuleOwnSettings).
		Hinted("ask somebody with another role to propose it")
}

// makersOwn looks at what came out: by no way round does the maker change
// which role they have, nor mint a key stronger than themselves.
func makersOwn(before, after *Org, cs ChangeSet, net []Change, maker ID, at time.Time) *Error {
	if cs.Campaign != "" {
		return nil
	}
	was, had := before.RoleOf(maker, at)
	is, has := after.RoleOf(maker, at)
	if had != has || was.ID != is.ID {
		return refuseOwnRole(before.Name(KindPrincipal, maker))
	}
	if before.HasDuty(maker, DutyAdmin, at) || before.AccountRole(maker, at) == AccountAdmin {
		return nil
	}
	for _, c := range net {
		var key ID
		switch r := c.After.(type) {
		case Principal:
			key = r.ID
		case Grant:
			if r.Target.Kind == TargetRole {
				key = r.Holder.ID
			}
		}
		if c.After == nil { // whose role is taken has the default one
			if g, ok := c.Before.(Grant); ok && g.Target.Kind == TargetRole {
				key = g.Holder.ID
			}
		}
		if err := strongerKey(before, after, maker, key, at); err != nil {
			return err
		}
	}
	return nil
}

// strongerKey refuses a key that, after the changes, may do by its role what
// its maker may not do now, and could not do before. A role whose window
// opens later is asked about as of then.
func strongerKey(before, after *Org, maker, key ID, at time.Time) *Error {
	p, ok := after.Principal(key)
	if !ok || p.Kind != APIKey {
		return nil
	}
	for _, then := range roleInstants(after, key, at) {
		for _, agent := range roleScopes(after, key, then) {
			for t := range after.withAreas() {
				if agent != "" && t.Kind != TargetArea {
					continue
				}
				has := after.Level(key, t, agent, then)
				if has > before.Level(maker, t, agent, at) && has > before.Level(key, t, agent, at) {
					return Errorf(Forbidden, "the API key %q could do more than %q, who would give it its role: %s on %q", p.Name,
						before.Name(KindPrincipal, maker), LadderOf(t.Kind).Word(has), after.describeTarget(t)).ByRule(RuleStrongerKey).
						Hinted("give it a role that may do no more, or ask an admin")
				}
			}
		}
	}
	return nil
}

// roleScopes gives all agents ("") and each agent that the role of a principal
// has an area value for alone.
func roleScopes(o *Org, p ID, at time.Time) []ID {
	out := []ID{""}
	role, ok := o.RoleOf(p, at)
	if !ok {
		return out
	}
	for _, g := range o.GrantsOf(Holder{HolderRole, role.ID}) {
		if g.Target.Kind == TargetArea && !slices.Contains(out, g.Agent) {
			out = append(out, g.Agent)
		}
	}
	return out
}

// describeTarget names a target with its operation: "Edit People".
func (o *Org) describeTarget(t Target) string {
	if t.Kind.Operation() {
		return OperationWord(t.Kind) + " " + o.thingName(t)
	}
	return o.thingName(t)
}

// withAreas yields what a role can bring: permissions and areas.
func (o *Org) withAreas() func(func(Target) bool) {
	return func(yield func(Target) bool) {
		for t := range o.permissions() {
			if !yield(t) {
				return
			}
		}
		for _, n := range o.areas.order {
			if !yield(Target{TargetArea, o.are.rows.at(n).id}) {
				return
			}
		}
	}
}

// roleInstants gives now and every later instant at which the principal's
// role changes.
func roleInstants(o *Org, p ID, at time.Time) []time.Time {
	var edges []int64
	for _, g := range o.GrantsOf(Holder{HolderPrincipal, p}) {
		if g.Target.Kind == TargetRole {
			edges = appendEdges(edges, g.Window.Span(o.Zone()), at.Unix(), Forever.To)
		}
	}
	slices.Sort(edges)
	out := []time.Time{at}
	for _, e := range slices.Compact(edges) {
		out = append(out, time.Unix(e, 0).UTC())
	}
	return out
}

// aboutKeys tells whether a change is about an API key or the role of one.
func (m scope) aboutKeys(c Change) bool {
	switch r := c.Record().(type) {
	case Principal:
		return r.Kind == APIKey
	case Grant:
		if r.Target.Kind != TargetRole || r.Holder.Kind != HolderPrincipal {
			return false
		}
		p, ok := m.o.Principal(r.Holder.ID)
		if !ok {
			return c.Before == nil // a key that the same change set begins; With finds what is none
		}
		return p.Kind == APIKey
	}
	return false
}
