package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// Sheets of the compliance report that name who and what a requirement is missed by.
const (
	sheetSeparations = "Separation of duties"
	sheetOwners      = "Without an owner"
)

const (
	sodBroken = "broken"
	sodKept   = "kept"
)

var sodLegend = sheet.Legend{
	{Text: sodBroken, Meaning: "somebody holds both sides of a separation of duties", Class: sheet.Bad},
	{Text: sodKept, Meaning: "nobody holds both sides of it", Class: sheet.Good},
}

// separated is a rule of what no one may hold together with whoever does.
type separated struct {
	rule   domain.SoDRule
	since  domain.Seq // that made the rule what it is
	broken []domain.Breach
}

// unowned is a thing nobody answers for.
type unowned struct {
	kind, name string
	owner      string // on record
	why        string
	class      string
	says       string // who reaches it, or what it may do
	id         domain.ID
	since      domain.Seq // that made its record, or its owner's, what it is
	machine    bool       // a principal: an API key or an AI agent that acts
}

// named gathers who breaks what is kept apart, and what has no owner.
func (s *standing) named() {
	for row := range s.o.All(domain.KindSoD) {
		if r, ok := row.Record.(domain.SoDRule); ok {
			s.separations = append(s.separations, separated{r, row.Since, s.o.Breaches(r, s.m.At)})
		}
	}
	for row := range s.o.All(domain.KindPrincipal) {
		p, ok := row.Record.(domain.Principal)
		if !ok || p.Kind == domain.User || p.Status != domain.Active {
			continue
		}
		s.machines++
		role := "no role"
		if r, has := s.o.RoleOf(p.ID, s.m.At); has {
			role = "role " + r.Name
		}
		s.ownerless(unowned{kind: p.Kind.String(), name: p.Name, owner: string(p.Owner), says: role, id: p.ID, since: row.Since, machine: true})
	}
	for row := range s.o.All(domain.KindAgent) {
		if a, ok := row.Record.(domain.Agent); ok && a.Life == domain.Live {
			s.things++
			s.ownerless(unowned{kind: "agent", name: a.Name, owner: string(a.Owner), class: a.Classification.String(), says: a.AccessType.String(), id: a.ID, since: row.Since})
		}
	}
	for row := range s.o.All(domain.KindSource) {
		if d, ok := row.Record.(domain.Source); ok {
			s.things++
			s.ownerless(unowned{kind: "data source", name: d.Name, owner: string(d.Owner), class: d.Classification.String(), id: d.ID, since: row.Since})
		}
	}
}

// ownerless keeps a thing whose owner is not there or not active.
func (s *standing) ownerless(u unowned) {
	row, there := s.o.Get(domain.KindPrincipal, domain.ID(u.owner))
	p, _ := row.Record.(domain.Principal)
	switch {
	case u.owner == "":
		u.why = "no owner is named"
	case !there:
		u.why = "the owner named is not known here"
	case p.Status != domain.Active:
		u.owner, u.why, u.since = person(s.o, p.ID), "the owner is "+p.Status.String(), max(u.since, row.Since)
	default:
		return
	}
	s.unowned = append(s.unowned, u)
}

// separationTable is one row for each who breaks a rule, with how they hold each
// side, and one for each rule that nobody breaks.
func (s *standing) separationTable() *sheet.Table {
	cols := []sheet.Column{{Header: "Rule", Width: 28, Wrap: true}, {Header: "State", Width: 10, Kind: sheet.Levels, Legend: sodLegend}, {Header: "Severity", Width: 10},
		{Header: "Who", Width: 26, Wrap: true}, {Header: "E-mail", Width: 30}, {Header: "Kind", Width: 10}, {Header: "Department"},
		{Header: "One side", Width: 32, Wrap: true}, {Header: "How they hold it", Width: 54, Wrap: true}, {Header: "Given so", Width: 54, Wrap: true},
		{Header: "The other side", Width: 32, Wrap: true}, {Header: "How they hold that", Width: 54, Wrap: true}, {Header: "That given so", Width: 54, Wrap: true},
		{Header: "Why apart", Width: 40, Wrap: true}, {Header: "Rule set", Width: 40, Wrap: true}, {Header: "Rule id", Width: 22}, {Header: "Principal id", Width: 22}}
	return &sheet.Table{Columns: cols, Key: 1, Empty: "There is no rule of what no one may hold together.", Rows: func(yield func([]sheet.Cell, error) bool) {
		for _, x := range s.separations {
			set, err := s.by.line(x.since)
			tail := []sheet.Cell{sheet.Of(x.rule.Reason), sheet.Of(set), sheet.Of(string(x.rule.ID))}
			one, other := review.SideWords(s.o, x.rule.A), review.SideWords(s.o, x.rule.B)
			row := func(state string, who, a, b []sheet.Cell) []sheet.Cell {
				cells := []sheet.Cell{sheet.Of(x.rule.Name), sheet.Of(state), sheet.Of(x.rule.Severity.String()).As(severityClasses[x.rule.Severity])}
				cells = append(append(append(cells, who[:4]...), sheet.Of(one)), a...)
				cells = append(append(append(cells, sheet.Of(other)), b...), tail...)
				return append(cells, who[4])
			}
			if len(x.broken) == 0 || err != nil {
				none := make([]sheet.Cell, 5)
				none[0] = sheet.Of("nobody")
				if !yield(row(sodKept, none, make([]sheet.Cell, 2), make([]sheet.Cell, 2)), err) || err != nil {
					return
				}
			}
			for _, b := range x.broken {
				first, errA := s.held(b.A)
				second, errB := s.held(b.B)
				p, _ := s.o.Principal(b.Principal)
				who := []sheet.Cell{sheet.Of(p.Name), sheet.Of(p.Email), sheet.Of(p.Kind.String()), sheet.Of(p.Department), sheet.Of(string(p.ID))}
				if err := cmp.Or(errA, errB); !yield(row(sodBroken, who, first, second), err) || err != nil {
					return
				}
			}
		}
	}}
}

// mostWays is how many paths to a side are said; more are counted.
const mostWays = 10

// held says by which paths somebody stands at a side, and who gave each grant on
// them.
func (s *standing) held(a domain.Access) ([]sheet.Cell, error) {
	var how, gave []string
	var seen []domain.ID
	for i, p := range a.Paths {
		if i == mostWays {
			how = append(how, fmt.Sprintf("and %s", review.Count(len(a.Paths)-i, "further path", "further paths")))
			break
		}
		how = append(how, review.PathWords(s.o, p, a.Target, a.Agent))
		for _, id := range p.Via {
			row, ok := s.o.Holding(id)
			g, is := row.Record.(domain.Grant)
			if !ok || !is || slices.Contains(seen, id) {
				continue
			}
			seen = append(seen, id)
			line, err := s.by.line(row.Since)
			if err != nil {
				return nil, err
			}
			gave = append(gave, fmt.Sprintf("%s, %s on %s: %s", review.HolderName(s.o, g.Holder), g.Ladder().Word(g.Level), review.TargetName(s.o, g.Target, g.Agent), line))
		}
	}
	if len(gave) == 0 {
		gave = []string{"by no grant of its own: see how it is held"}
	}
	return []sheet.Cell{sheet.Of(strings.Join(how, "\n")), sheet.Of(strings.Join(gave, "\n"))}, nil
}

// ownerTable is one row for each API key, AI agent, agent and data source that
// nobody active answers for.
func (s *standing) ownerTable() *sheet.Table {
	cols := []sheet.Column{{Header: "Kind", Width: 12}, {Header: "Name", Width: 30, Wrap: true}, {Header: "What is missing", Width: 32, Wrap: true},
		{Header: "Owner on record", Width: 36, Wrap: true}, {Header: "Classification", Width: 16}, {Header: "It is", Width: 28, Wrap: true}}
	cols = append(append(cols, givenColumns("Changed")...), sheet.Column{Header: "Id", Width: 22})
	return &sheet.Table{Columns: cols, Key: 2, Empty: "Every API key, AI agent, agent and data source has an active owner. Groups and areas have no owner on record here.", Rows: func(yield func([]sheet.Cell, error) bool) {
		for _, u := range s.unowned {
			changed, err := s.by.cells(u.since)
			cells := []sheet.Cell{sheet.Of(u.kind), sheet.Of(u.name), sheet.Of(u.why), sheet.Of(u.owner), sheet.Of(u.class), sheet.Of(u.says)}
			if !yield(append(append(cells, changed...), sheet.Of(string(u.id))), err) || err != nil {
				return
			}
		}
	}}
}

// mostNamed is how many are named in a sentence; its sheet names all.
const mostNamed = 5

// namedFirst joins the first names, and says how many more there are.
func namedFirst(names []string) string {
	if n := len(names) - mostNamed; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNamed], ", "), n)
	}
	return strings.Join(names, ", ")
}

func (s *standing) apart(int) (bool, string) {
	var who []string
	for _, x := range s.separations {
		for _, b := range x.broken {
			who = append(who, fmt.Sprintf("%s (%s)", s.o.Name(domain.KindPrincipal, b.Principal), x.rule.Name))
		}
	}
	rules := review.Count(len(s.separations), "rule", "rules")
	switch {
	case len(s.separations) == 0:
		return false, "there is no rule of what no one may hold together"
	case len(who) > 0:
		return false, review.Count(len(who), "breach", "breaches") + " of " + rules + ": " + namedFirst(who)
	}
	return true, "nobody breaks any of " + rules
}

// without names the things of one sort that nobody active answers for.
func (s *standing) without(machine bool) (names []string) {
	for _, u := range s.unowned {
		if u.machine == machine {
			names = append(names, fmt.Sprintf("%s %s (%s)", u.kind, u.name, u.why))
		}
	}
	return names
}

func (s *standing) owned(int) (bool, string) {
	if names := s.without(true); len(names) > 0 {
		return false, ratio(len(names), s.machines, "API keys and AI agents have no active owner: ") + namedFirst(names)
	}
	return true, "each of " + review.Count(s.machines, "API key or AI agent", "API keys and AI agents") + " has one"
}

func (s *standing) answeredFor(int) (bool, string) {
	if names := s.without(false); len(names) > 0 {
		return false, ratio(len(names), s.things, "agents and data sources have no active owner: ") + namedFirst(names)
	}
	return true, "each of " + review.Count(s.things, "agent or data source", "agents and data sources") + " has one"
}
