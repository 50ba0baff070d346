package ingest

import (
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// cell is a field whose value can only be judged once the whole file is read.
type cell struct {
	text string
	line int
}

// personRow is one row of a people file. It is bad as soon as anything about
// it is wrong; a bad row changes nothing, but the person it names is present.
type personRow struct {
	line     int
	bad      bool
	outside  string   // id in the source
	also     []string // what else the source calls the person
	email    cell
	name     string
	dept     string
	title    string
	manager  cell
	employed *domain.Employment // nil where the file does not say
	status   *domain.Status
	account  *domain.AccountRole
	agent    *domain.AgentRole
	groups   cell
	columns  [][]string // values of the group columns

	was       *domain.Principal // who it is here already; nil for a new person
	id        domain.ID
	managerID domain.ID
	member    []domain.ID // groups named by the groups field
}

// people plans a people file.
func (p *planner) people(r rows) error {
	columns, err := p.groupColumns(r.Header())
	if err != nil {
		return err
	}
	var rows []*personRow
	if err := p.read(r, func(row table.Row) { rows = append(rows, p.personRow(row, columns)) }); err != nil {
		return err
	}
	p.personRows = rows
	p.settleColumns(r)
	p.refuseTwins(rows)
	p.recognise(rows)
	p.resolveGroups(rows)
	p.resolveManagers(rows)
	columnGroups := p.makeGroups(rows)
	p.out.GoneWhat = "active people of " + p.o.Source
	for _, q := range p.x.people {
		if q.Kind == domain.User && q.Status == domain.Active && q.Origin.Source == p.o.Source {
			p.out.GoneOf++
		}
	}
	seen := map[domain.ID]bool{}
	for _, row := range rows {
		if row.was != nil {
			seen[row.was.ID] = true
		}
		if !row.bad {
			p.person(row, columnGroups)
		}
	}
	p.noteDeparted(rows, seen)
	if p.o.Full {
		p.leavers(seen)
	}
	return nil
}

// fail makes a row an error, once.
func (p *planner) fail(row *personRow, key string, c cell, message string) {
	if row.bad {
		return
	}
	row.bad = true
	line := c.line
	if line == 0 {
		line = row.line
	}
	p.out.Report.Fail(&table.RowError{Line: line, Column: p.cols.Column(key), Value: table.Short(c.text), Message: message})
}

// personRow reads what can be judged from the row alone.
func (p *planner) personRow(row table.Row, columns []int) *personRow {
	get := func(key string) string { return strings.Clone(p.cols.Get(row, key)) } // the rest of the row is let go
	at := func(key string) cell { return cell{get(key), p.cols.Line(row, key)} }
	pr := &personRow{line: row.Line, outside: get("id"), email: at("email"), name: get("name"),
		dept: get("department"), title: get("title"), manager: at("manager"), groups: at("groups")}
	if also := get(alsoField); also != "" {
		pr.also = strings.Split(also, "\n")
	}
	for _, i := range columns {
		pr.columns = append(pr.columns, list(strings.Clone(row.Fields[i])))
	}
	if msg := checkAddress(pr.email.text); msg != "" {
		p.fail(pr, "email", pr.email, msg)
	}
	if pr.name == "" {
		p.fail(pr, "name", at("name"), "the name is missing")
	}
	pr.employed = word(p, pr, at("employment"), "employment", domain.ParseEmployment)
	pr.status = word(p, pr, at("status"), "status", domain.ParseStatus)
	pr.account = word(p, pr, at("account role"), "account role", domain.ParseAccountRole)
	pr.agent = word(p, pr, at("agent role"), "agent role", domain.ParseAgentRole)
	return pr
}

// word reads one of a list of words; an empty field says nothing.
func word[T any](p *planner, row *personRow, c cell, key string, parse func(string) (T, error)) *T {
	if c.text == "" {
		return nil
	}
	v, err := parse(c.text)
	if err != nil {
		p.fail(row, key, c, sayWord(err))
		return nil
	}
	return &v
}

// refuseTwins makes every row an error whose e-mail or id another row has too.
func (p *planner) refuseTwins(rows []*personRow) {
	refuse := func(key string, of func(*personRow) cell) {
		by := map[string][]*personRow{}
		for _, row := range rows {
			if k := addressKey(of(row).text); k != "" {
				by[k] = append(by[k], row)
			}
		}
		for _, row := range rows { // in the file's order
			twins := by[addressKey(of(row).text)]
			if len(twins) < 2 {
				continue
			}
			p.fail(row, key, of(row), "stands on lines "+lines(twins)+"; a person has one row, with several groups in one field, ; between them")
		}
	}
	refuse("email", func(r *personRow) cell { return r.email })
	refuse("id", func(r *personRow) cell { return cell{text: r.outside} })
}

// recognise finds who each row is: by the id, in this source or here, else by
// e-mail. Bad rows are recognised as well, so that nobody leaves for a slip of
// the pen.
func (p *planner) recognise(rows []*personRow) {
	byOutside := map[string]domain.ID{}
	for _, id := range sortedIDs(p.x.people) {
		if q := p.x.people[id]; q.Origin.Source == p.o.Source && q.External != "" {
			byOutside[q.External] = id
		}
	}
	for _, row := range rows {
		byID, known := byOutside[row.outside]
		for _, name := range row.also {
			if !known {
				byID, known = byOutside[name]
			}
		}
		if _, ours := p.x.people[domain.ID(row.outside)]; ours && !known {
			byID, known = domain.ID(row.outside), true // a file may name people by the ids they have here
		}
		var byMail domain.ID
		for _, id := range p.x.person.byRef[addressKey(row.email.text)] {
			if addressKey(p.x.people[id].Email) == addressKey(row.email.text) {
				byMail = id
			}
		}
		switch {
		case known && byMail != "" && byMail != byID:
			p.fail(row, "email", row.email, "belongs to "+p.who(byMail)+", but the id "+table.Short(row.outside)+" to "+p.who(byID))
			row.set(p.x, byID)
		case known:
			row.set(p.x, byID)
		case byMail != "":
			row.set(p.x, byMail)
			q := row.was
			if q.Kind != domain.User {
				p.fail(row, "email", row.email, "belongs to a principal that is no person")
			} else if row.outside != "" && q.External != "" && q.Origin.Source == p.o.Source {
				p.fail(row, "email", row.email, "belongs to "+p.who(byMail)+" with the id "+table.Short(q.External)+"; one address is one person")
			}
		case !row.bad:
			row.id = p.o.NewID(domain.PrefixUser)
		case checkAddress(row.email.text) != "":
			p.out.Unreadable++
		}
	}
	p.refuseDoubles(rows)
}

// refuseDoubles makes rows errors that turn out to be about one person: one by
// the id and another by the e-mail that person had so far.
func (p *planner) refuseDoubles(rows []*personRow) {
	by := map[domain.ID][]*personRow{}
	for _, row := range rows {
		if row.was != nil {
			by[row.id] = append(by[row.id], row)
		}
	}
	for _, row := range rows {
		if twins := by[row.id]; len(twins) > 1 {
			p.fail(row, "email", row.email, "lines "+lines(twins)+" are all about "+p.who(row.id)+"; a person has one row")
		}
	}
}

func (row *personRow) set(x *index, id domain.ID) {
	was := x.people[id]
	row.was, row.id = &was, id
}

// who names a person in a sentence.
func (p *planner) who(id domain.ID) string { return table.Short(p.x.people[id].Name) }
