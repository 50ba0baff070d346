package ingest

import (
	"fmt"
	"slices"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// resolveManagers finds the manager of every row. A reference means, in this
// order: whoever has it as e-mail or id, in the file or here; the one person
// of this file with that name; the one person here with that name. Several of
// one kind are an error, and so is a new person whose own row is an error.
func (p *planner) resolveManagers(rows []*personRow) {
	refs, names := map[string][]*personRow{}, map[string][]*personRow{}
	inFile := map[domain.ID]*personRow{}
	for _, row := range rows {
		for _, ref := range append([]string{row.email.text, row.outside}, row.also...) {
			if k := refKey(ref); k != "" && !slices.Contains(refs[k], row) {
				refs[k] = append(refs[k], row)
			}
		}
		names[nameKey(row.name)] = append(names[nameKey(row.name)], row)
		if row.was != nil {
			inFile[row.id] = row
		}
	}
	reports := map[*personRow][]*personRow{} // of a new person in this file
	for _, row := range rows {
		if row.bad || row.manager.text == "" {
			continue
		}
		boss, id, msg := p.manager(row.manager.text, refs, names, inFile)
		switch {
		case msg != "" && p.out.Format != "":
			p.leaveManager(row, "“"+table.Short(row.manager.text)+"” "+msg)
		case msg != "":
			p.fail(row, "manager", row.manager, msg)
		case boss == row || id == row.id:
			p.fail(row, "manager", row.manager, "is the person themselves; leave the manager empty at the top")
		case boss != nil && boss.was == nil:
			reports[boss] = append(reports[boss], row)
			row.managerID = boss.id
		default:
			row.managerID = id
		}
	}
	p.failReports(rows, reports)
}

// manager finds one manager: a row of the file, or somebody here.
func (p *planner) manager(ref string, refs, names map[string][]*personRow, inFile map[domain.ID]*personRow) (*personRow, domain.ID, string) {
	found := refs[refKey(ref)]
	var here []domain.ID
	for _, id := range p.x.person.byRef[refKey(ref)] {
		if q := p.x.people[id]; q.Kind == domain.User && !slices.ContainsFunc(found, func(r *personRow) bool { return r.id == id }) {
			here = append(here, id)
		}
	}
	if len(found)+len(here) == 0 {
		found = names[nameKey(ref)]
	}
	if len(found)+len(here) == 0 {
		for _, id := range p.x.person.byName[nameKey(ref)] {
			if p.x.people[id].Kind == domain.User && inFile[id] == nil { // who is in the file has the name it has there
				here = append(here, id)
			}
		}
	}
	switch n := len(found) + len(here); {
	case n == 0:
		return nil, "", "is nobody's e-mail, id or name, in this file or here"
	case n > 1:
		return nil, "", fmt.Sprintf("could be any of %d people (%s); name the manager by e-mail or id", n, p.several(found, here))
	case len(found) == 1:
		return found[0], found[0].id, ""
	}
	return nil, here[0], ""
}

// several lists the first few people a name could mean.
func (p *planner) several(found []*personRow, here []domain.ID) string {
	var out string
	n := 0
	say := func(s string) {
		if n++; n <= 3 {
			if out != "" {
				out += ", "
			}
			out += table.Short(s)
		}
	}
	for _, r := range found {
		say(r.email.text)
	}
	for _, id := range here {
		say(p.x.people[id].Email)
	}
	return out
}

// leaveManager leaves a person the manager they have, and says why. A directory
// often names managers whom a part of it does not hold.
func (p *planner) leaveManager(row *personRow, why string) {
	row.managerID = ""
	if row.was != nil {
		row.managerID = row.was.Manager
	}
	p.out.Report.NoteThing(row.line, table.Noted, table.Short(row.name)+": the manager stays as it is: "+why)
}

// failReports makes rows errors whose manager would be made by a row that is
// one, and those below them.
func (p *planner) failReports(rows []*personRow, reports map[*personRow][]*personRow) {
	var queue []*personRow
	for _, row := range rows {
		if row.bad {
			queue = append(queue, row)
		}
	}
	for len(queue) > 0 {
		boss := queue[0]
		queue = queue[1:]
		for _, row := range reports[boss] {
			switch {
			case row.bad:
			case p.out.Format != "":
				p.leaveManager(row, fmt.Sprintf("“%s” has an error in line %d", table.Short(row.manager.text), boss.line))
			default:
				p.fail(row, "manager", row.manager, fmt.Sprintf("has an error in line %d, so this person would be without manager; mend that row first", boss.line))
				queue = append(queue, row)
			}
		}
	}
}

// noteDeparted says of each row that names a manager who is no longer active,
// or goes by this very file: such a row is taken, for the file says so, but
// nobody will review what the person has.
func (p *planner) noteDeparted(rows []*personRow, seen map[domain.ID]bool) {
	for _, row := range rows {
		q, here := p.x.people[row.managerID]
		if row.bad || !here || seen[q.ID] {
			continue
		}
		if q.Status == domain.Inactive || p.o.Full && q.Origin.Source == p.o.Source {
			p.out.Report.NoteThing(row.line, table.Noted, fmt.Sprintf("%s names %s as manager, who has left", table.Short(row.name), table.Short(q.Name)))
		}
	}
}
