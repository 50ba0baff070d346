package domain

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// What a leaver leaves besides grants, in the words of Portion.
const (
	PortionOwnedAgents  Portion = "agents"    // agents they own
	PortionOwnedSources Portion = "sources"   // data sources they own
	PortionKeys         Portion = "keys"      // API keys they answer for
	PortionAIAgents     Portion = "ai-agents" // AI agents acting on their own that they answer for
	PortionCreated      Portion = "created"   // agents they created, with the creator's right
	PortionManaged      Portion = "groups"    // groups that would be without a manager
	PortionReports      Portion = "reports"   // people who report to them
	PortionBindings     Portion = "bindings"  // operating-system users that are them
	PortionPerson       Portion = "person"    // the person's own record
)

// Handed lists the portions that somebody takes over unless told otherwise:
// what would be without anyone who answers for it.
func Handed() []Portion {
	return []Portion{PortionOwnedAgents, PortionOwnedSources, PortionCreated, PortionKeys, PortionAIAgents, PortionManaged, PortionReports}
}

// ParseHanded reads the word of a portion that can be handed over.
func ParseHanded(s string) (Portion, error) { return parsePortion(s, append(Handed(), Portions()...)) }

// Offboarding says who leaves and who takes over what.
type Offboarding struct {
	Person ID
	To     ID             // takes over what Handed lists; empty: nobody does
	By     map[Portion]ID // who takes over a portion instead; empty: it is taken or cleared
}

// Part is what becomes of one thing a leaver has.
type Part struct {
	Portion Portion
	Text    string // which thing
	To      ID     // who has it from then on; empty: nobody
	Note    string // why it is otherwise than asked, or what to know
}

// Departure is an offboarding worked out: one change set's changes, and what
// becomes of everything, in order.
type Departure struct {
	Changes []Change
	Parts   []Part
	Notes   []string // what to know that no change says
}

// Offboard works out how a user leaves: everything they hold ends, what they
// own, created and answer for passes on or is cleared, their bindings end,
// and the person becomes inactive. Keys and AI agents that nobody takes over
// become inactive too. Where the person came from another system, their origin
// is cleared: what was decided here is not undone by that system's next file,
// which would name them as active again.
//
// Last-holder rules, and who must approve, are for the policy to judge.
// Invalid: the person is no user, or takes over from themself; Conflict (rule
// "receiver"): who takes over is not an active user.
func (o *Org) Offboard(x Offboarding, newID func(prefix string) ID, at time.Time) (Departure, error) {
	p, ok := o.Principal(x.Person)
	if !ok || p.Kind != User {
		return Departure{}, Errorf(Invalid, "%q is no user", o.Name(KindPrincipal, x.Person)).
			Hinted("only people leave; set a key inactive instead")
	}
	for _, to := range append(slices.Collect(maps.Values(x.By)), x.To) {
		if err := o.receiver(p, to); err != nil {
			return Departure{}, err
		}
	}
	d := &departing{hand: newHand(o, at, newID), p: p, x: x}
	d.grants()
	d.managed()
	d.owned()
	d.people()
	d.bindings()
	d.self()
	d.dep.Changes = d.out
	return d.dep, nil
}

// RuleReceiver names the refusal of somebody who cannot take over.
const RuleReceiver = "receiver"

func (o *Org) receiver(p Principal, to ID) error {
	if to == "" {
		return nil
	}
	r, ok := o.Principal(to)
	switch {
	case to == p.ID:
		return Errorf(Invalid, "%s cannot take over from themself", p.Name).Hinted("name somebody else, or none")
	case !ok || r.Kind != User || r.Status != Active:
		return Errorf(Conflict, "%q cannot take over: not an active user", o.Name(KindPrincipal, to)).ByRule(RuleReceiver).
			Hinted("name an active user, or none")
	}
	return nil
}

// departing is one offboarding in the making.
type departing struct {
	*hand
	p   Principal
	x   Offboarding
	dep Departure
}

// to gives who takes over a portion.
func (d *departing) to(portion Portion) ID {
	if id, ok := d.x.By[portion]; ok {
		return id
	}
	if slices.Contains(Handed(), portion) {
		return d.x.To
	}
	return ""
}

func (d *departing) part(portion Portion, to ID, note, format string, args ...any) {
	d.dep.Parts = append(d.dep.Parts, Part{portion, fmt.Sprintf(format, args...), to, note})
}

// grants ends all that the person holds, and hands on what was asked.
func (d *departing) grants() {
	outside := map[string]int{}
	held := d.o.GrantsOf(Holder{HolderPrincipal, d.p.ID})
	for _, g := range held {
		d.put(End(g))
	}
	for _, portion := range Portions() {
		for _, g := range held {
			if portionOf(g) != portion {
				continue
			}
			if g.Origin.Outside() {
				outside[g.Origin.Source]++
			}
			to, note := d.to(portion), ""
			switch {
			case to == "":
			case g.Level == None:
				to, note = "", "a restriction is not handed over"
			case d.over(g):
				to, note = "", "its window is over"
			default:
				if note = d.give(to, g); note != "" {
					note = d.o.Name(KindPrincipal, to) + " " + note
					to = ""
				}
			}
			d.part(portion, to, note, "%s", d.o.GrantWords(g))
		}
	}
	for _, source := range slices.Sorted(maps.Keys(outside)) {
		d.dep.Notes = append(d.dep.Notes, fmt.Sprintf("%d of what they hold came from %s: take it there too, or its next import brings it again", outside[source], source))
	}
}

// managed finds the groups in use that would be without a manager.
func (d *departing) managed() {
	to := d.to(PortionManaged)
	for _, g := range d.o.GrantsOf(Holder{HolderPrincipal, d.p.ID}) {
		group, ok := d.o.Group(g.Target.ID)
		if g.Target.Kind != TargetGroup || g.Level < Manager || !ok || group.Life != Live || d.over(g) {
			continue
		}
		if slices.ContainsFunc(d.o.GroupManagers(group.ID, d.at), func(m Principal) bool { return m.ID != d.p.ID }) ||
			to != "" && to == d.to(PortionGroups) {
			continue
		}
		receiver, note := to, ""
		if to == "" {
			note = "it will be without a manager"
		} else if note = d.give(to, Grant{Target: g.Target, Level: Manager}); note != "" {
			note, receiver = d.o.Name(KindPrincipal, to)+" "+note, ""
		}
		d.part(PortionManaged, receiver, note, "Manager of the group %q", group.Name)
	}
}

// owned passes on agents and sources they own, and agents they created.
func (d *departing) owned() {
	for row := range d.o.All(KindAgent) {
		was, ok := row.Record.(Agent)
		if !ok || was.Owner != d.p.ID && was.Creator != d.p.ID {
			continue
		}
		now := was
		if was.Owner == d.p.ID {
			now.Owner = d.to(PortionOwnedAgents)
			d.part(PortionOwnedAgents, now.Owner, noOwner(now.Owner), "owner of the agent %q, %s", was.Name, was.Classification)
		}
		if was.Creator == d.p.ID {
			now.Creator = d.to(PortionCreated)
			note := ""
			if now.Creator == "" && was.AccessType == Private {
				note = "it is Private: only admins reach it then"
			}
			d.part(PortionCreated, now.Creator, note, "creator of the agent %q", was.Name)
		}
		d.put(Replace(was, now))
	}
	for row := range d.o.All(KindSource) {
		if was, ok := row.Record.(Source); ok && was.Owner == d.p.ID {
			now := was
			now.Owner = d.to(PortionOwnedSources)
			d.part(PortionOwnedSources, now.Owner, noOwner(now.Owner), "owner of the data source %q, %s", was.Name, was.Classification)
			d.put(Replace(was, now))
		}
	}
}

func noOwner(to ID) string {
	if to == "" {
		return "nobody will answer for it"
	}
	return ""
}

// people passes on keys and AI agents, and those who report to the leaver.
func (d *departing) people() {
	var reports []Part
	for row := range d.o.All(KindPrincipal) {
		was, ok := row.Record.(Principal)
		if !ok || was.ID == d.p.ID || was.Owner != d.p.ID && was.Manager != d.p.ID {
			continue
		}
		now := was
		if was.Owner == d.p.ID {
			portion := PortionKeys
			if was.Kind == AIAgent {
				portion = PortionAIAgents
			}
			now.Owner = d.to(portion)
			note := ""
			if now.Owner == "" {
				now.Owner = was.Owner // whose it was is kept
				if was.Status == Active {
					now.Status, note = Inactive, "it becomes inactive"
				}
			}
			d.part(portion, d.to(portion), note, "%s", d.o.Describe(was))
		}
		if was.Manager == d.p.ID {
			to, note := d.to(PortionReports), ""
			if to == was.ID {
				to, note = "", "nobody is their own manager"
			}
			if now.Manager = to; was.Origin.Outside() {
				note = joinNotes(note, was.Origin.Source+" answers for this person: its next import sets the manager it names")
			}
			reports = append(reports, Part{PortionReports, was.Name + " reports to them", to, note})
		}
		if now != was {
			d.put(Replace(was, now))
		}
	}
	d.dep.Parts = append(d.dep.Parts, reports...)
}

func joinNotes(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

func (d *departing) bindings() {
	for row := range d.o.All(KindBinding) {
		if b, ok := row.Record.(Binding); ok && b.Principal == d.p.ID {
			d.put(End(b))
			d.part(PortionBindings, "", "", "%s", d.o.Describe(b))
		}
	}
}

// self makes the person inactive, here to stay so.
func (d *departing) self() {
	now := d.p
	now.Status = Inactive
	if source := d.p.Origin.Source; source != "" {
		now.Origin = Origin{}
		d.dep.Notes = append(d.dep.Notes, fmt.Sprintf("%s answered for %s until now: from here on this is decided here, so that "+
			"its next import does not bring them back; only a status column that says active would", source, d.p.Name))
	}
	if now == d.p {
		return
	}
	d.put(Replace(d.p, now))
	d.part(PortionPerson, "", "", "%s becomes inactive", d.p.Name)
}
