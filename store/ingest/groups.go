package ingest

import (
	"fmt"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// thingRow is one row of a file of groups or agents.
type thingRow struct {
	line    int
	row     table.Row
	bad     bool
	outside string
	name    string
	id      domain.ID
	known   bool // it is here already
}

// groups plans a groups file.
func (p *planner) groups(r rows) error {
	rows, err := p.things(r, domain.PrefixGroup, p.x.group, func(id domain.ID) (string, string, bool) {
		g, ok := p.x.groups[id]
		return g.External, g.Origin.Source, ok
	})
	if err != nil {
		return err
	}
	parents := p.parents(rows)
	for _, row := range rows {
		if !row.bad {
			p.oneGroup(row, parents)
		}
	}
	return nil
}

// things reads rows that each are one named thing and finds what they are
// here: by the id in this source or the thing's own id, else by name.
func (p *planner) things(r rows, prefix string, b *book, about func(domain.ID) (external, source string, ok bool)) ([]*thingRow, error) {
	var rows []*thingRow
	err := p.read(r, func(row table.Row) {
		t := &thingRow{line: row.Line, row: row, outside: p.cols.Get(row, "id"), name: p.cols.Get(row, "name")}
		if t.name == "" {
			p.failThing(t, "name", "the name is missing")
		}
		rows = append(rows, t)
	})
	if err != nil {
		return nil, err
	}
	p.refuseThingTwins(rows, "name", func(t *thingRow) string { return nameKey(t.name) })
	p.refuseThingTwins(rows, "id", func(t *thingRow) string { return t.outside })
	byOutside := map[string]domain.ID{}
	for _, id := range sortedIDs(b.label) {
		if ext, source, ok := about(id); ok && ext != "" && source == p.o.Source {
			byOutside[ext] = id
		}
	}
	claimed := map[domain.ID]*thingRow{}
	for _, t := range rows {
		if t.bad {
			continue
		}
		if id, ok := byOutside[t.outside]; ok && t.outside != "" {
			t.id, t.known = id, true
		} else if _, _, ok := about(domain.ID(t.outside)); ok {
			t.id, t.known = domain.ID(t.outside), true
		}
		for _, id := range b.byName[nameKey(t.name)] {
			if t.known && id != t.id {
				p.failThing(t, "name", fmt.Sprintf("is the name of another %s (%s) here; names are unique", b.what, id))
			}
			t.id, t.known = id, true
		}
		if !t.known {
			t.id = p.o.NewID(prefix)
		}
		if first := claimed[t.id]; first != nil {
			p.failThing(t, "name", fmt.Sprintf("is the same %s as line %d", b.what, first.line))
		}
		claimed[t.id] = t
	}
	return rows, nil
}

func (p *planner) failThing(t *thingRow, key, message string) {
	if !t.bad {
		t.bad = true
		p.out.Report.Fail(p.cols.Fault(t.row, key, message))
	}
}

func (p *planner) refuseThingTwins(rows []*thingRow, key string, of func(*thingRow) string) {
	by := map[string][]string{}
	for _, t := range rows {
		if k := of(t); k != "" {
			by[k] = append(by[k], fmt.Sprint(t.line))
		}
	}
	for _, t := range rows {
		if twins := by[of(t)]; len(twins) > 1 {
			p.failThing(t, key, "stands on lines "+strings.Join(twins, ", ")+"; keep one of them")
		}
	}
}

// parents finds the parent of every good row and cuts what would be a cycle:
// the last row of the file that closes it keeps no parent and is reported.
func (p *planner) parents(rows []*thingRow) map[domain.ID]domain.ID {
	inFile := newBook("group")
	for _, t := range rows {
		if !t.bad {
			inFile.add(t.id, t.name, t.outside)
		}
	}
	parent := map[domain.ID]domain.ID{}
	for id, g := range p.x.groups {
		parent[id] = g.Parent
	}
	if !p.cols.Has("parent") {
		return parent
	}
	said := map[domain.ID]domain.ID{}
	for _, t := range rows {
		ref := p.cols.Get(t.row, "parent")
		if t.bad {
			continue
		}
		parent[t.id] = ""
		if ref == "" {
			continue
		}
		ids := inFile.lookup(ref)
		if len(ids) == 0 {
			ids = p.x.group.lookup(ref)
		}
		id, msg := p.x.group.one(ref, ids)
		if msg != "" {
			p.failThing(t, "parent", msg)
			continue
		}
		said[t.id] = id
	}
	p.failBelow(rows, said)
	for _, t := range rows {
		id, ok := said[t.id]
		if t.bad || !ok {
			continue
		}
		if cycle := p.cycle(parent, t.id, id, inFile); cycle != "" {
			p.out.Report.Fail(p.cols.Fault(t.row, "parent", "closes a cycle, "+cycle+"; the group is taken without parent"))
			continue
		}
		parent[t.id] = id
	}
	return parent
}

// failBelow makes rows errors whose parent would be made by a row that is one.
func (p *planner) failBelow(rows []*thingRow, said map[domain.ID]domain.ID) {
	byID := map[domain.ID]*thingRow{}
	for _, t := range rows {
		if t.id != "" {
			byID[t.id] = t
		}
	}
	for again := true; again; {
		again = false
		for _, t := range rows {
			up := byID[said[t.id]]
			if !t.bad && up != nil && up.bad && !up.known {
				p.failThing(t, "parent", fmt.Sprintf("has an error in line %d; mend that row first", up.line))
				again = true
			}
		}
	}
}

// cycle names the cycle that a parent would close, "" when it closes none.
func (p *planner) cycle(parent map[domain.ID]domain.ID, child, up domain.ID, inFile *book) string {
	name := func(id domain.ID) string {
		if n := inFile.label[id]; n != "" {
			return table.Short(n)
		}
		return table.Short(p.x.groups[id].Name)
	}
	way := []string{name(child)}
	for id, n := up, 0; id != "" && n <= len(parent); id, n = parent[id], n+1 {
		way = append(way, name(id))
		if id == child {
			return strings.Join(way, " → ")
		}
	}
	return ""
}

// oneGroup makes the change of one good row.
func (p *planner) oneGroup(t *thingRow, parents map[domain.ID]domain.ID) {
	was, known := p.x.groups[t.id]
	now := was
	now.ID, now.Name = t.id, t.name
	if t.outside != "" && t.outside != string(t.id) {
		now.External = t.outside
	}
	if p.cols.Has("description") {
		now.Description = p.cols.Get(t.row, "description")
	}
	now.Parent = parents[t.id]
	if s := p.cols.Get(t.row, "status"); s != "" {
		life, err := domain.ParseLife(s)
		if err != nil {
			p.failThing(t, "status", sayWord(err))
			return
		}
		now.Life = life
	}
	name := "group " + table.Short(t.name)
	if !known {
		now.Origin = p.origin
		p.change(domain.Begin(now))
		p.note(t.line, table.Added, "%s", name)
		return
	}
	if p.settle(t, name, was, now, was.Origin, func(o domain.Origin) { now.Origin = o }) {
		p.change(domain.Replace(was, now))
	}
}

// settle says what becomes of a thing that is here already, and whether it is
// to be replaced: not when another source answers for it, nor when the file
// says nothing new. What was made by hand belongs to the source from now on.
func (p *planner) settle(t *thingRow, name string, before, after domain.Record, was domain.Origin, set func(domain.Origin)) bool {
	same := before == after
	switch {
	case was.Source != "" && was.Source != p.o.Source && same:
		p.note(t.line, table.Same, "")
	case was.Source != "" && was.Source != p.o.Source:
		p.note(t.line, table.Skipped, "%s: %s answers for it, so it stays as it is", name, table.Short(was.Source))
	case same && was.Source == p.o.Source:
		p.note(t.line, table.Same, "")
	case same:
		set(p.origin)
		p.note(t.line, table.Changed, "%s: now answered for by %s", name, table.Short(p.o.Source))
		return true
	default:
		set(p.origin)
		p.note(t.line, table.Changed, "%s: %s", name, differences(before, after, p.called))
		return true
	}
	return false
}
