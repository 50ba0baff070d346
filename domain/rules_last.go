package domain

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// office is something that somebody must go on holding.
type office struct {
	rule   string
	target Target
	need   int    // how many active users must hold it, if so many did
	name   string // "account admin"
	way    string // the way out
}

// lastHolders: by no path does a change set take the last account admin, the
// last holder of the Admin role, the last console admin or the second checker
// (PRODUCT 3). Only active users count. Asked of the result, at the instant
// and for the least that is left at any later one: a window set on the last
// holder takes the office away as surely as ending the grant.
func (c *check) lastHolders() *Error {
	offices := []office{
		{RuleLastAccountAdmin, Target{Kind: TargetAccount}, 1, "account admin", "make another active user account admin first"},
		{RuleLastConsoleAdmin, Target{TargetDuty, ID(DutyAdmin.String())}, 1, "console admin", "give another active user the duty admin first"},
		{RuleLastChecker, Target{TargetDuty, ID(DutyChecker.String())}, 2, "checker", "give another active user the duty checker first"},
	}
	for row := range c.before.All(KindRole) {
		if r, ok := row.Record.(Role); ok && r.Admin {
			offices = append(offices, office{RuleLastAdmin, Target{TargetRole, r.ID}, 1,
				fmt.Sprintf("holder of the role %q", r.Name), "give that role to another active user first"})
		}
	}
	for _, of := range offices {
		if err := c.keeps(of); err != nil {
			return err
		}
	}
	return nil
}

func (c *check) keeps(of office) *Error {
	had, hadLeast := tenure(c.before, of.target, c.at)
	target := of.target
	if target.Kind == TargetRole {
		target.ID = c.foundingAdmin(target.ID)
	}
	has, hasLeast := tenure(c.after, target, c.at)
	if len(has) >= min(of.need, len(had)) && hasLeast >= min(of.need, hadLeast) {
		return nil
	}
	left, when := len(has), ""
	if len(has) >= min(of.need, len(had)) {
		left, when = hasLeast, " once a window closes"
	}
	who := "nobody"
	for _, id := range slices.Sorted(maps.Keys(had)) {
		if !has[id] || when != "" {
			who = c.before.Name(KindPrincipal, id)
			break
		}
	}
	if left == 0 {
		return refuse(Conflict, of.rule, "%q is the last active %s, and there would be none left%s", who, of.name, when).Hinted("%s", of.way)
	}
	return refuse(Conflict, of.rule, "without %q only %d active %s would be left%s, and %d are needed", who, left, of.name, when, of.need).
		Hinted("%s", of.way)
}

// tenure gives the active users who hold the target at the instant, and the
// least number that do at that instant or any later one.
func tenure(o *Org, t Target, at time.Time) (now map[ID]bool, least int) {
	type term struct {
		who  ID
		span Span
	}
	var terms []term
	edges := []int64{at.Unix()}
	for _, g := range o.GrantsOn(t) {
		p, ok := o.Principal(g.Holder.ID)
		if g.Holder.Kind != HolderPrincipal || !ok || p.Kind != User || p.Status != Active {
			continue
		}
		s := g.Window.Span(o.Zone())
		terms = append(terms, term{p.ID, s})
		for _, e := range []int64{s.From, s.To} {
			if e > at.Unix() && e != Forever.To {
				edges = append(edges, e)
			}
		}
	}
	slices.Sort(edges)
	for i, e := range slices.Compact(edges) {
		held := map[ID]bool{}
		for _, x := range terms {
			if x.span.Holds(e) {
				held[x.who] = true
			}
		}
		if i == 0 {
			now, least = held, len(held)
		}
		least = min(least, len(held))
	}
	return now, least
}
