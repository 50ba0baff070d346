package ingest

import (
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// person makes the changes of one good row and counts the person.
func (p *planner) person(row *personRow, made map[columnGroup]domain.ID) {
	if row.was == nil {
		p.joiner(row, made)
		return
	}
	was := *row.was
	now, foreign := p.after(row)
	if foreign && was.Origin.Source == "" { // retired by hand: nothing comes back by a file's side door
		p.foreignNote(row)
		return
	}
	var moved, other []string
	if foreign {
		// Another source answers for the person's particulars; this one only for
		// the memberships it gave.
		now = was
	}
	say := func(to *[]string, what, before, after string) {
		if before != after {
			*to = append(*to, table.Short(arrow(what, before, after)))
		}
	}
	say(&moved, "title", was.Title, now.Title)
	say(&moved, "department", was.Department, now.Department)
	if was.Manager != now.Manager {
		moved = append(moved, "manager "+p.boss(was.Manager, "")+" → "+p.boss(now.Manager, row.manager.text))
	}
	say(&other, "name", was.Name, now.Name)
	say(&other, "e-mail", was.Email, now.Email)
	say(&other, "id", was.External, now.External)
	say(&other, "employment", was.Employment.String(), now.Employment.String())
	if was.Status != now.Status {
		say(&other, "status", was.Status.String(), now.Status.String())
	}
	if was.Origin.Source != now.Origin.Source {
		other = append(other, "now answered for by "+table.Short(now.Origin.Source))
	}
	if len(moved)+len(other) > 0 {
		now.Origin = p.origin
		p.change(domain.Replace(was, now))
	}
	joined, left := p.memberships(row, made)
	if len(joined) > 0 {
		moved = append(moved, "joins "+strings.Join(joined, ", "))
	}
	if len(left) > 0 {
		moved = append(moved, "leaves "+strings.Join(left, ", "))
	}
	other = append(other, p.roles(row)...)
	if foreign && len(moved)+len(other) == 0 {
		p.foreignNote(row)
		return
	}
	p.countPerson(row, was.Status, now.Status, moved, other)
}

// joiner makes a new person.
func (p *planner) joiner(row *personRow, made map[columnGroup]domain.ID) {
	q := domain.Principal{ID: row.id, Kind: domain.User, Name: row.name, Email: row.email.text, Department: row.dept, Title: row.title,
		Manager: row.managerID, Status: domain.Active, External: row.outside, Origin: p.origin}
	if row.employed != nil {
		q.Employment = *row.employed
	}
	if row.status != nil {
		q.Status = *row.status
	}
	p.change(domain.Begin(q))
	p.memberships(row, made)
	p.roles(row)
	p.out.People.Joined++
	p.note(row.line, table.Added, "%s joined", table.Short(row.name))
}

// after is the person as the row says, and whether another source answers for
// them. What the file has no column for stays as it is.
func (p *planner) after(row *personRow) (now domain.Principal, foreign bool) {
	now = *row.was
	if now.Origin.Source != "" && now.Origin.Source != p.o.Source {
		return now, true
	}
	if now.Origin.Source == "" && now.Status == domain.Inactive && row.status == nil {
		return now, true // made and retired by hand: a file that does not speak of it brings nobody back
	}
	now.Name, now.Email = row.name, row.email.text
	if row.outside != "" && row.outside != string(row.id) {
		now.External = row.outside
	}
	if p.cols.Has("department") {
		now.Department = row.dept
	}
	if p.cols.Has("title") {
		now.Title = row.title
	}
	if p.cols.Has("manager") {
		now.Manager = row.managerID
	}
	if row.employed != nil {
		now.Employment = *row.employed
	}
	switch {
	case row.status != nil:
		now.Status = *row.status
	case now.Status == domain.Inactive && now.Origin.Source == p.o.Source:
		now.Status = domain.Active // named by its source again
	}
	if now.Origin.Source == "" {
		now.Origin = p.origin
	}
	return now, false
}

func (p *planner) boss(id domain.ID, said string) string {
	if id == "" {
		return "none"
	}
	if q, ok := p.x.people[id]; ok {
		return table.Short(q.Name)
	}
	return table.Short(said)
}

// foreignNote says why a row changes nothing about a person whom another
// source, or somebody here, answers for.
func (p *planner) foreignNote(row *personRow) {
	was := row.was
	if was.Origin.Source == "" {
		p.note(row.line, table.Skipped, "%s was made inactive by hand and stays as it is; a status column can bring a person back", table.Short(was.Name))
		return
	}
	if was.Name != row.name || p.cols.Has("title") && was.Title != row.title || p.cols.Has("department") && was.Department != row.dept {
		p.note(row.line, table.Skipped, "%s: %s answers for this person, so name, title, department and manager stay as they are",
			table.Short(was.Name), table.Short(was.Origin.Source))
		return
	}
	p.out.People.Same++
	p.note(row.line, table.Same, "")
}

// countPerson puts the person into the first count that fits.
func (p *planner) countPerson(row *personRow, before, after domain.Status, moved, other []string) {
	c := &p.out.People
	who := table.Short(row.name)
	what := strings.Join(append(moved, other...), "; ")
	switch {
	case before == domain.Active && after != domain.Active:
		c.Left++
		p.out.Gone++
		p.note(row.line, table.Changed, "%s left: %s", who, what)
	case before != domain.Active && after == domain.Active:
		c.Returned++
		p.note(row.line, table.Changed, "%s returned: %s", who, what)
	case len(moved) > 0:
		c.Moved++
		p.note(row.line, table.Changed, "%s moved: %s", who, what)
	case len(other) > 0:
		c.Changed++
		p.note(row.line, table.Changed, "%s: %s", who, what)
	default:
		c.Same++
		p.note(row.line, table.Same, "")
	}
}

// roles makes the account and the agent role of this source what the row says.
// A role given by hand, or by another source, stands.
func (p *planner) roles(row *personRow) []string {
	var said []string
	if row.account != nil {
		said = append(said, p.role(row, domain.TargetAccount, domain.Level(*row.account), "account role")...)
	}
	if row.agent != nil {
		said = append(said, p.role(row, domain.TargetAgentRole, domain.Level(*row.agent), "agent role")...)
	}
	return said
}

func (p *planner) role(row *personRow, kind domain.TargetKind, to domain.Level, what string) []string {
	holder := domain.Holder{Kind: domain.HolderPrincipal, ID: row.id}
	k := pairKey{holder: holder, target: domain.Target{Kind: kind}}
	own := p.x.own(k, p.o.Source)
	words := domain.LadderOf(kind)
	if own == nil && to == 0 || own != nil && own.Level == to {
		return nil
	}
	if other := p.x.inTheWay(k, p.o.Source, to, domain.Window{}); other != nil && to > 0 {
		if other.Level != to {
			p.out.Report.NoteThing(row.line, table.Skipped, table.Short(row.name)+": "+what+" "+words.Word(other.Level)+" was not given by this source and stays")
		}
		return nil
	}
	if own == nil {
		p.begin(domain.Grant{Holder: holder, Target: k.target, Level: to})
		return []string{arrow(what, words.Word(0), words.Word(to))}
	}
	if to == 0 {
		p.change(domain.End(*own))
	} else {
		after := *own
		after.Level, after.Origin = to, p.origin
		p.change(domain.Replace(*own, after))
	}
	return []string{arrow(what, words.Word(own.Level), words.Word(to))}
}

// leavers retires everybody of this source whom the file does not name: they
// become inactive, and what the source gave them in groups and roles ends.
func (p *planner) leavers(seen map[domain.ID]bool) {
	for _, id := range sortedIDs(p.x.people) {
		q := p.x.people[id]
		if q.Kind != domain.User || q.Origin.Source != p.o.Source || seen[id] {
			continue
		}
		gone := q.Status != domain.Inactive
		if q.Status == domain.Active {
			p.out.People.Left++
			p.out.Gone++
		}
		if gone {
			after := q
			after.Status, after.Origin = domain.Inactive, p.origin
			p.change(domain.Replace(q, after))
		}
		ended := 0
		for _, g := range p.x.heldBy[domain.Holder{Kind: domain.HolderPrincipal, ID: id}] {
			kind := g.Target.Kind
			if g.Origin.Source == p.o.Source && (kind == domain.TargetGroup || kind == domain.TargetAccount || kind == domain.TargetAgentRole) {
				p.change(domain.End(g))
				ended++
			}
		}
		if gone || ended > 0 {
			p.note(0, table.Changed, "%s left: no longer in the file; memberships and roles ended: %d", table.Short(q.Name), ended)
		}
	}
}
