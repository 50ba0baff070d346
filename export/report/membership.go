package report

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// Sheets of the report on group membership.
const (
	sheetByGroup  = "By group"
	sheetByPerson = "By person"
	sheetGroups   = "Groups"
	sheetNoGroup  = "Without a group"
)

// stateInForce is how a membership stands that reaches its member now; the others
// say why it does not.
const (
	stateInForce  = "in force"
	stateNotYet   = "not yet"
	stateOver     = "over"
	stateInactive = "inactive"
	stateArchived = "archived"
)

var membershipLegend = sheet.Legend{
	{Text: stateInForce, Meaning: "the group reaches the member now", Class: sheet.Good},
	{Text: stateNotYet, Meaning: "the membership has not begun", Class: sheet.Rung0},
	{Text: stateOver, Meaning: "the membership has ended by its date", Class: sheet.Rung0},
	{Text: stateInactive, Meaning: "the member is not active and has no access", Class: sheet.Caution},
	{Text: stateArchived, Meaning: "the group is archived and grants nothing", Class: sheet.Rung0},
}

// nesting is how groups hand down what they are given: from a parent to those
// below it, through active groups only (seed: Twig, group hierarchy).
type nesting struct {
	o    *domain.Org
	up   map[domain.ID]domain.ID   // from which a group inherits
	down map[domain.ID][]domain.ID // which inherit from it
	by   *givers                   // nil: it is not asked who gave what
}

func nestingOf(o *domain.Org) nesting {
	n := nesting{o: o, up: map[domain.ID]domain.ID{}, down: map[domain.ID][]domain.ID{}}
	for row := range o.All(domain.KindGroup) {
		g, ok := row.Record.(domain.Group)
		if !ok || g.Life != domain.Live {
			continue
		}
		for _, kid := range o.Subgroups(g.ID) {
			if k, _ := o.Group(kid); k.Life == domain.Live {
				n.up[kid] = g.ID
				n.down[g.ID] = append(n.down[g.ID], kid)
			}
		}
	}
	return n
}

// below yields a group and those that inherit from it, each with the way up to it.
func (n nesting) below(g domain.ID) iter.Seq[[]domain.ID] {
	return func(yield func([]domain.ID) bool) {
		var walk func(way []domain.ID) bool
		walk = func(way []domain.ID) bool {
			if !yield(way) {
				return false
			}
			for _, kid := range n.down[way[0]] {
				if !walk(append([]domain.ID{kid}, way...)) {
					return false
				}
			}
			return true
		}
		walk([]domain.ID{g})
	}
}

// above gives the way from a group up to the last it inherits from.
func (n nesting) above(g domain.ID) []domain.ID {
	way := []domain.ID{g}
	for p, ok := n.up[g]; ok; p, ok = n.up[p] {
		way = append(way, p)
	}
	return way
}

// belonging is one way in which somebody belongs to a group: the membership, and
// the groups from the one it is of to the one that reaches them.
type belonging struct {
	grant domain.Grant
	who   domain.Principal
	way   []domain.ID
}

// memberships yields the stored memberships of principals that are there.
func memberships(grants []domain.Grant) iter.Seq[domain.Grant] {
	return func(yield func(domain.Grant) bool) {
		for _, g := range grants {
			if g.Target.Kind == domain.TargetGroup && g.Holder.Kind == domain.HolderPrincipal && g.Level > domain.None && !yield(g) {
				return
			}
		}
	}
}

// cells is one row: the group's columns and the member's stand in the order of the sheet.
func (b belonging) cells(n nesting, at time.Time, byPerson bool) ([]sheet.Cell, error) {
	o := n.o
	group, _ := o.Group(b.way[len(b.way)-1])
	names := []string{b.who.Name}
	for _, g := range b.way {
		names = append(names, o.Name(domain.KindGroup, g))
	}
	how := "direct"
	if len(b.way) > 1 {
		how = "through " + o.Name(domain.KindGroup, b.way[0])
	}
	place := []sheet.Cell{sheet.Of(group.Name)}
	who := []sheet.Cell{sheet.Of(b.who.Name), sheet.Of(b.who.Email), sheet.Of(b.who.Kind.String()), sheet.Of(b.who.Department)}
	front := append(place, who...)
	if byPerson {
		front = append(who, place...)
	}
	gave, err := n.by.grant(o, b.grant.ID)
	front = append(front, sheet.Of(domain.LadderOf(domain.TargetGroup).Word(b.grant.Level)), sheet.Of(how),
		sheet.Of(strings.Join(names, " → ")), sheet.Of(b.state(o, at)), sheet.Of(string(b.grant.Window.From)), sheet.Of(string(b.grant.Window.To)),
		sheet.Of(b.grant.Window.Zone), origin(b.grant.Origin))
	return append(append(front, gave...), sheet.Of(string(group.ID)), sheet.Of(string(b.who.ID)), sheet.Of(string(b.grant.ID))), err
}

// state says whether the group reaches the member, or why not.
func (b belonging) state(o *domain.Org, at time.Time) string {
	span, now := b.grant.Window.Span(o.Zone()), at.Unix()
	first, _ := o.Group(b.way[0])
	switch {
	case span.To <= now:
		return stateOver
	case span.From > now:
		return stateNotYet
	case first.Life != domain.Live:
		return stateArchived
	case b.who.Status != domain.Active:
		return stateInactive
	}
	return stateInForce
}

func membershipColumns(byPerson bool) []sheet.Column {
	group := []sheet.Column{{Header: "Group", Width: 28}}
	who := []sheet.Column{{Header: "Member", Width: 28}, {Header: "E-mail", Width: 30}, {Header: "Kind", Width: 10}, {Header: "Department"}}
	front := append(group, who...)
	if byPerson {
		front = append(who, group...)
	}
	front = append(front, sheet.Column{Header: "As", Width: 12}, sheet.Column{Header: "How", Width: 26}, sheet.Column{Header: "Path", Width: 54, Wrap: true},
		sheet.Column{Header: "State", Width: 11, Kind: sheet.Levels, Legend: membershipLegend}, sheet.Column{Header: "From", Width: 13},
		sheet.Column{Header: "To", Width: 13}, sheet.Column{Header: "Time zone", Width: 16}, sheet.Column{Header: "Origin", Width: 14})
	return append(append(front, givenColumns("Given")...), sheet.Column{Header: "Group id", Width: 22}, sheet.Column{Header: "Member id", Width: 22}, sheet.Column{Header: "Membership id", Width: 22})
}

// GroupMembership describes who belongs to which group, per group and per person,
// members of groups below included, each with the path (seed: Twig, group
// membership report) and with who gave the membership, when, and who approved it.
func GroupMembership(o *domain.Org, m Meta, f PeopleFilter, by *givers) sheet.Workbook {
	m.Filters = append(m.Filters, f.words(o)...)
	n := nestingOf(o)
	n.by = by
	const title = "Group membership"
	var g grid
	g.title(m, title)
	g.gap()
	g.origin(m)
	g.heading("Figures")
	g.figure(sheet.Of("Groups").As(sheet.Label), sheet.Total(sheet.Tally{Sheet: sheetGroups}))
	g.figure(sheet.Of("Memberships by every path").As(sheet.Label), sheet.Total(sheet.Tally{Sheet: sheetByGroup}))
	g.figure(sheet.Of("… of them direct").As(sheet.Label), sheet.Total(sheet.Tally{Sheet: sheetByGroup, Where: []sheet.Match{{Column: "How", Equal: "direct"}}}))
	for _, s := range membershipLegend {
		g.figure(sheet.Of("… "+s.Text).As(sheet.Label), sheet.Total(sheet.Tally{Sheet: sheetByGroup, Where: []sheet.Match{{Column: "State", Equal: s.Text}}}))
	}
	g.figure(sheet.Of("Active users without a group").As(sheet.Label), sheet.Total(sheet.Tally{Sheet: sheetNoGroup}))
	g.legend(membershipLegend)
	g.seals(m)
	return workbook(title, m.Organisation, m, g.sheet(sheetCover, coverWidths[:2]...),
		sheet.Sheet{Name: sheetByGroup, Table: &sheet.Table{Columns: membershipColumns(false), Rows: n.byGroup(m.At, f), Key: 2}},
		sheet.Sheet{Name: sheetByPerson, Table: &sheet.Table{Columns: membershipColumns(true), Rows: n.byPerson(m.At, f), Key: 1}},
		sheet.Sheet{Name: sheetGroups, Table: n.groups(m.At)},
		sheet.Sheet{Name: sheetNoGroup, Table: n.without(m.At, f), Tab: sheet.Caution})
}

func (n nesting) byGroup(at time.Time, f PeopleFilter) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		for row := range n.o.All(domain.KindGroup) {
			for way := range n.below(row.Record.RecordID()) {
				for g := range memberships(n.o.GrantsOn(domain.Target{Kind: domain.TargetGroup, ID: way[0]})) {
					p, ok := n.o.Principal(g.Holder.ID)
					if !ok || !f.takes(p) {
						continue
					}
					if cells, err := (belonging{g, p, way}).cells(n, at, false); !yield(cells, err) || err != nil {
						return
					}
				}
			}
		}
	}
}

func (n nesting) byPerson(at time.Time, f PeopleFilter) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		for row := range n.o.All(domain.KindPrincipal) {
			p, ok := row.Record.(domain.Principal)
			if !ok || !f.takes(p) {
				continue
			}
			for g := range memberships(n.o.GrantsOf(domain.Holder{Kind: domain.HolderPrincipal, ID: p.ID})) {
				if _, there := n.o.Group(g.Target.ID); !there {
					continue
				}
				way := n.above(g.Target.ID)
				for i := range way {
					if cells, err := (belonging{g, p, way[:i+1]}).cells(n, at, true); !yield(cells, err) || err != nil {
						return
					}
				}
			}
		}
	}
}

// groups lists the groups with how many they reach.
func (n nesting) groups(at time.Time) *sheet.Table {
	cols := []sheet.Column{{Header: "Group", Width: 28}, {Header: "Parent", Width: 28}, {Header: "Path", Width: 44, Wrap: true}, {Header: "Status", Width: 10},
		{Header: "Own members", Kind: sheet.Counts}, {Header: "Of them managers", Kind: sheet.Counts}, {Header: "With those below", Kind: sheet.Counts},
		{Header: "Groups below", Kind: sheet.Counts}}
	cols = append(append(cols, givenColumns("Changed")...), sheet.Column{Header: "Group id", Width: 22})
	return &sheet.Table{Columns: cols, Key: 1, Rows: recordsOrFail(n.o, domain.KindGroup, func(g domain.Group, since domain.Seq) ([]sheet.Cell, error) {
		all, direct := n.o.MembersOf(g.ID, at)
		managers := 0
		for _, l := range direct {
			if l == domain.Manager {
				managers++
			}
		}
		kids := -1
		for range n.below(g.ID) {
			kids++
		}
		var way []string
		for _, id := range slices.Backward(n.above(g.ID)) {
			way = append(way, n.o.Name(domain.KindGroup, id))
		}
		parent := ""
		if g.Parent != "" {
			parent = n.o.Name(domain.KindGroup, g.Parent)
		}
		cells := []sheet.Cell{sheet.Of(g.Name), sheet.Of(parent), sheet.Of(strings.Join(way, " / ")), sheet.Of(g.Life.String()), sheet.Whole(int64(len(direct))),
			sheet.Whole(int64(managers)), sheet.Whole(int64(len(all))), sheet.Whole(int64(kids))}
		changed, err := n.by.cells(since)
		return append(append(cells, changed...), sheet.Of(string(g.ID))), err
	})}
}

// without lists the active users whom no group reaches.
func (n nesting) without(at time.Time, f PeopleFilter) *sheet.Table {
	cols := []sheet.Column{{Header: "Member", Width: 28}, {Header: "E-mail", Width: 30}, {Header: "Department"}, {Header: "Title", Width: 24}, {Header: "Member id", Width: 22}}
	return &sheet.Table{Columns: cols, Key: 1, Rows: records(n.o, domain.KindPrincipal, func(p domain.Principal, _ domain.Seq) []sheet.Cell {
		if p.Kind != domain.User || p.Status != domain.Active || !f.takes(p) || len(n.o.GroupsOf(p.ID, at)) > 0 {
			return nil
		}
		return []sheet.Cell{sheet.Of(p.Name), sheet.Of(p.Email), sheet.Of(p.Department), sheet.Of(p.Title), sheet.Of(string(p.ID))}
	})}
}

func buildMembership(ctx context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	o, err := state(tx, &r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m, err := metaOf(tx, o, r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	return GroupMembership(o, m, r.People, giversOf(ctx, tx, o)), nil
}
