package ingest

import (
	"countersign/domain"
	"countersign/store/ingest/table"
)

// yes reads a word that is yes or no into its place; an empty field leaves what is
// there.
func yes(p *planner, t *thingRow, key string, into *bool) {
	v, said, ok := truth(p.cols.Get(t.row, key))
	switch {
	case !ok:
		p.failThing(t, key, "is neither yes nor no")
	case said:
		*into = v
	}
}

// truth reads a word that is yes or no.
func truth(s string) (v, said, ok bool) {
	switch domain.Fold(s) {
	case "":
		return false, false, true
	case "yes", "y", "true", "1", "x", "on":
		return true, true, true
	case "no", "n", "false", "0", "-", "off":
		return false, true, true
	}
	return false, false, false
}

// sources plans a file of data sources.
func (p *planner) sources(r rows) error {
	list, err := p.things(r, domain.PrefixSource, p.x.source, func(id domain.ID) (string, string, bool) {
		s, ok := p.x.sources[id]
		return s.External, s.Origin.Source, ok
	})
	if err != nil {
		return err
	}
	for _, t := range list {
		if t.bad {
			continue
		}
		was, known := p.x.sources[t.id]
		now := was
		if !known {
			now.Classification = domain.ClassInternal
		}
		now.ID, now.Name = t.id, t.name
		if t.outside != "" && t.outside != string(t.id) {
			now.External = t.outside
		}
		if p.cols.Has("description") {
			now.Description = p.cols.Get(t.row, "description")
		}
		thingWord(p, t, "classification", domain.ParseClassification, &now.Classification)
		p.thingPerson(t, "owner", &now.Owner)
		p.putThing(t, "data source "+table.Short(t.name), known, was.Origin, func(o domain.Origin) domain.Record { now.Origin = o; return now }, was)
	}
	return nil
}

// putThing makes the change of one good row: make gives the record with an origin.
func (p *planner) putThing(t *thingRow, label string, known bool, origin domain.Origin, make func(domain.Origin) domain.Record, was domain.Record) {
	if t.bad {
		return
	}
	if !known {
		p.change(domain.Begin(make(p.origin)))
		p.note(t.line, table.Added, "%s", label)
		return
	}
	after := make(origin)
	if p.settle(t, label, was, after, origin, func(o domain.Origin) { after = make(o) }) {
		p.change(domain.Replace(was, after))
	}
}

// agentSources plans a file of the data sources that agents retrieve from.
func (p *planner) agentSources(r rows) error {
	seen := map[domain.ID]int{}
	var list []*thingRow
	var ties []domain.AgentSource
	err := p.read(r, func(row table.Row) {
		f := &faults{p: p, row: row}
		tie := domain.AgentSource{Agent: f.needed("agent", p.x.agent), Source: f.needed("source", p.x.source)}
		t := &thingRow{line: row.Line, row: row, bad: f.found}
		yes(p, t, "open", &tie.Open)
		if t.bad {
			return
		}
		if first := seen[tie.RecordID()]; first > 0 {
			p.failThing(t, "source", "is the same data source of the same agent as on line "+itoa(first))
			return
		}
		seen[tie.RecordID()] = row.Line
		list, ties = append(list, t), append(ties, tie)
	})
	if err != nil {
		return err
	}
	for i, t := range list {
		now := ties[i]
		was, known := p.x.ties[now.RecordID()]
		if known && p.cols.Get(t.row, "open") == "" {
			now.Open = was.Open
		}
		now.Origin = was.Origin
		label := table.Short(p.x.agent.label[now.Agent]) + " retrieves from " + table.Short(p.x.source.label[now.Source])
		p.putThing(t, label, known, was.Origin, func(o domain.Origin) domain.Record { now.Origin = o; return now }, was)
	}
	return nil
}

// afterwards takes the rows once all are read: only then it is known which file
// they come from.
func (p *planner) afterwards(r rows, take func(table.Row)) error {
	var all []table.Row
	if err := p.read(r, func(row table.Row) { all = append(all, row) }); err != nil {
		return err
	}
	for _, row := range all {
		take(row)
	}
	return nil
}

// needed resolves a field that must say something.
func (f *faults) needed(key string, b *book) domain.ID {
	if f.p.cols.Get(f.row, key) == "" {
		f.at(key, "the "+b.what+" is missing")
	}
	return f.one(key, b)
}

// sourceGrants plans a file of data sources given to groups and people.
func (p *planner) sourceGrants(r rows) error {
	list, err := p.readGifts(r, func(f *faults, g *gift) {
		g.key.target = domain.Target{Kind: domain.TargetSource, ID: f.needed("source", p.x.source)}
		g.key.holder = f.holder("group", "email")
		g.level = f.level("permission", domain.TargetSource)
		if g.level == domain.None {
			f.at("permission", "gives nothing; use View, Use or Edit, or leave the row out")
		}
		g.key.agent = f.one("agent", p.x.agent)
		if _, tied := p.x.ties[g.key.agent+"/"+g.key.target.ID]; g.key.agent != "" && !tied {
			f.at("agent", "does not retrieve from this data source; import agent-sources first, or leave the agent out")
		}
		g.window = f.window()
		if p.x.own(g.key, p.o.Source) == nil && g.key.holder.Kind == domain.HolderGroup && !f.found {
			if msg := p.assignable(g.key.holder.ID); msg != "" {
				f.at("group", msg)
			}
		}
		g.label = p.label(g.key)
	})
	if err != nil {
		return err
	}
	for _, g := range list {
		if !g.bad {
			p.give(g)
		}
	}
	if p.o.Full {
		p.endAbsent(list, "grants on data sources", func(g domain.Grant) bool { return g.Target.Kind == domain.TargetSource })
	}
	return nil
}

// mappings plans a file of directories' groups and the groups here that they are
// mapped to.
func (p *planner) mappings(r rows) error {
	seen := map[domain.ID]int{}
	return p.afterwards(r, func(row table.Row) {
		f := &faults{p: p, row: row}
		get := func(key string) string { return p.cols.Get(row, key) }
		t := &thingRow{line: row.Line, row: row}
		for _, key := range []string{"directory", "external"} {
			if get(key) == "" {
				f.at(key, "is missing")
			}
		}
		now := domain.ExternalGroup{ID: domain.ID(get("directory") + "/" + get("external")), Source: get("directory"), External: get("external")}
		if first := seen[now.ID]; first > 0 {
			f.at("external", "stands on line "+itoa(first)+" already; keep one of them")
		}
		seen[now.ID] = row.Line
		group := f.one("group", p.x.group)
		if f.found {
			return
		}
		was, known := p.x.mapped[now.ID]
		if known {
			now = was
		}
		now.Group = group
		if s := get("external name"); s != "" {
			now.Name = s
		}
		label := "the group " + table.Short(now.External) + " of " + table.Short(now.Source)
		p.putThing(t, label, known, was.Origin, func(o domain.Origin) domain.Record { now.Origin = o; return now }, was)
	})
}
