package domain

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Copying says whose access is given to whom.
type Copying struct {
	From, To ID
	Only     []Portion // empty: everything that may be copied
	Replace  bool      // and what To has beyond From is taken
}

// Copied is a copying worked out: one change set's changes, what is given and
// taken by them, and what is left out and why.
type Copied struct {
	Changes []Change
	Given   []Part
	Taken   []Part
	Left    []Part
}

// CopyAccess works out what gives one user what another holds: memberships,
// grants on agents and data sources, area values, the role and the agent role.
// A group's or a role's own grants come with it. Duties are never copied, the
// account role only where Only names it; nor is a window that is over, what
// the other has already, or what a rule of the model refuses. What To holds
// elsewhere stays, unless Replace takes what From does not have.
//
// Invalid: either is no user, or both are the same; Conflict (rule
// "receiver"): To is not active.
func (o *Org) CopyAccess(c Copying, newID func(prefix string) ID, at time.Time) (Copied, error) {
	from, ok := o.Principal(c.From)
	to, ok2 := o.Principal(c.To)
	switch {
	case !ok || !ok2 || from.Kind != User || to.Kind != User:
		return Copied{}, Errorf(Invalid, "access is copied from one person to another").Hinted("name two users")
	case from.ID == to.ID:
		return Copied{}, Errorf(Invalid, "%s has what %s has", from.Name, from.Name).Hinted("name two people")
	case to.Status != Active:
		return Copied{}, Errorf(Conflict, "%q is %s, so nothing given would count", to.Name, to.Status).ByRule(RuleReceiver).
			Hinted("make the account active first")
	}
	k := &copier{hand: newHand(o, at, newID), c: c, from: from, to: to}
	theirs := slices.Clone(o.GrantsOf(Holder{HolderPrincipal, from.ID}))
	slices.SortStableFunc(theirs, func(a, b Grant) int {
		return cmp.Or(o.copyOrder(a)-o.copyOrder(b), comparePlaces(place{a.Target, a.Agent}, place{b.Target, b.Agent}))
	})
	if c.Replace {
		k.takeBeyond(theirs)
		if _, _, err := o.tryOut(ChangeSet{Changes: k.out}, at); err != nil {
			return Copied{}, err
		}
	}
	k.base = slices.Clone(k.of(to.ID))
	for _, g := range theirs {
		k.copy(g)
	}
	k.done.Changes = k.out
	return k.done, nil
}

// copyOrder puts portions in their order, and an area after those above it.
func (o *Org) copyOrder(g Grant) int {
	n := slices.Index(Portions(), portionOf(g)) * 1000
	if g.Target.Kind == TargetArea {
		n += len(o.areaChain(g.Target.ID))
	}
	return n
}

// areaChain gives an area and those above it, itself first.
func (o *Org) areaChain(id ID) []ID {
	var out []ID
	for {
		a, ok := o.Area(id)
		if !ok || len(out) > 64 {
			return out
		}
		out = append(out, id)
		if a.Parent == "" || len(a.Parent) >= len(id) {
			return out
		}
		id = a.Parent
	}
}

type copier struct {
	*hand
	c        Copying
	from, to Principal
	base     []Grant // what To holds before anything is given
	done     Copied
}

// wanted tells whether a portion is to be copied, and why not.
func (k *copier) wanted(p Portion) (bool, string) {
	if len(k.c.Only) > 0 && !slices.Contains(k.c.Only, p) {
		return false, "" // not asked
	}
	switch {
	case p == PortionDuties:
		return false, "a duty is given by itself: countersign duty"
	case p == PortionAccount && !slices.Contains(k.c.Only, p):
		return false, "the account role is copied only where it is named: --only account-role"
	}
	return true, ""
}

// copy gives one grant, or says why not.
func (k *copier) copy(g Grant) {
	part := Part{Portion: portionOf(g), Text: k.o.GrantWords(g), To: k.to.ID}
	leave := func(why string) {
		part.Note = why
		k.done.Left = append(k.done.Left, part)
	}
	ok, why := k.wanted(part.Portion)
	switch {
	case !ok && why == "":
		return
	case !ok:
		leave(why)
		return
	case k.over(g):
		leave("its window is over")
		return
	}
	n := len(k.out)
	if g.Target.Kind == TargetArea {
		why = k.area(g)
	} else {
		why = k.give(k.to.ID, g)
	}
	if why != "" {
		leave(k.to.Name + " " + why)
		return
	}
	if why := k.refused(); why != "" {
		k.undoFrom(n)
		leave(why)
		return
	}
	if len(k.out) == n {
		leave(k.to.Name + " has it already")
		return
	}
	if g.Target.Kind == TargetArea {
		part.Text = k.o.GrantWords(k.out[len(k.out)-1].After.(Grant))
	}
	if g.Origin.Outside() {
		part.Note = g.Origin.Source + " gave it to " + k.from.Name + "; here it is given by hand"
	}
	k.done.Given = append(k.done.Given, part)
}

// area gives an area value so that the receiver reaches From's level there and
// keeps their own where it is higher: a restriction comes along only where it
// lowers nothing that the receiver had of their own.
func (k *copier) area(g Grant) string {
	if !g.Window.Always() {
		if g.Level == None {
			return "is not given a restriction for some days only"
		}
		return k.give(k.to.ID, g)
	}
	had := ownArea(k.o, k.base, g.Target.ID, g.Agent)
	has := ownArea(k.o, k.of(k.to.ID), g.Target.ID, g.Agent)
	want := max(g.Level, had)
	if has == want {
		return "has it already"
	}
	for _, x := range k.of(k.to.ID) {
		if x.Target == g.Target && x.Agent == g.Agent && !x.Window.Always() && !k.over(x) {
			return fmt.Sprintf("has %s there for other days (%s): set it by hand", x.Ladder().Word(x.Level), describeWindow(x.Window))
		}
	}
	for _, c := range setNode(k.placed(g), Grant{Holder: Holder{HolderPrincipal, k.to.ID}, Target: g.Target, Agent: g.Agent, Level: want},
		func() ID { return k.newID(PrefixGrant) }) {
		k.put(c)
	}
	return ""
}

// placed gives what the receiver will hold where g is.
func (k *copier) placed(g Grant) []Grant {
	var out []Grant
	for _, x := range k.of(k.to.ID) {
		if x.Target == g.Target && x.Agent == g.Agent && !k.over(x) {
			out = append(out, x)
		}
	}
	return out
}

// ownArea gives the level that grants without a window give on an area at a
// scope, resolved down the tree: the nearest value set, under the least set
// above it. A value for one agent stands before one for all at its node.
func ownArea(o *Org, held []Grant, area, agent ID) Level {
	level, set := None, false
	for _, id := range o.areaChain(area) {
		v, ok := valueAt(held, id, agent)
		if !ok {
			continue
		}
		if !set {
			level, set = v, true
		}
		level = min(level, v)
	}
	return level
}

func valueAt(held []Grant, area, agent ID) (v Level, ok bool) {
	for _, g := range held {
		if g.Target != (Target{TargetArea, area}) || !g.Window.Always() {
			continue
		}
		if g.Agent == agent {
			return g.Level, true
		}
		if g.Agent == "" {
			v, ok = g.Level, true
		}
	}
	return v, ok
}

// refused says which rule of the model stands against the changes so far.
// Last-holder rules do not: nothing that is given takes an office.
func (k *copier) refused() string {
	_, _, err := k.o.tryOut(ChangeSet{Changes: k.out}, k.at)
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return joinNotes(e.Message, e.Hint)
	}
	return err.Error()
}

// covers tells whether x gives what g gives, in all of g's days from now on.
func (k *copier) covers(x, g Grant) bool {
	is, want := k.span(x), k.span(g)
	return x.Target == g.Target && x.Agent == g.Agent && x.Level >= g.Level &&
		is.From <= max(want.From, k.at.Unix()) && is.To >= want.To
}

// takeBeyond takes what To holds and From does not, at that level and in those
// days; what From has less of is given again with what From has. An unwanted
// portion stays.
func (k *copier) takeBeyond(theirs []Grant) {
	for _, g := range k.o.GrantsOf(Holder{HolderPrincipal, k.to.ID}) {
		portion := portionOf(g)
		part := Part{Portion: portion, Text: k.o.GrantWords(g)}
		ok, why := k.wanted(portion)
		if !ok {
			if why != "" {
				part.To, part.Note = k.to.ID, "stays: "+why
				k.done.Left = append(k.done.Left, part)
			}
			continue
		}
		if slices.ContainsFunc(theirs, func(x Grant) bool { return k.covers(x, g) }) {
			continue
		}
		if g.Origin.Outside() {
			part.Note = "it came from " + g.Origin.Source + ": take it there too, or its next import brings it again"
		}
		k.put(End(g))
		k.done.Taken = append(k.done.Taken, part)
	}
}
