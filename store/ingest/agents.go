package ingest

import (
	"countersign/domain"
	"countersign/store/ingest/table"
)

// agents plans an agents file.
func (p *planner) agents(r rows) error {
	rows, err := p.things(r, domain.PrefixAgent, p.x.agent, func(id domain.ID) (string, string, bool) {
		a, ok := p.x.agents[id]
		return a.External, a.Origin.Source, ok
	})
	if err != nil {
		return err
	}
	for _, t := range rows {
		if !t.bad {
			p.oneAgent(t)
		}
	}
	return nil
}

// oneAgent makes the change of one good row. A new agent that the file does
// not classify is Internal, one without access type is private: nothing opens
// because a column is missing.
func (p *planner) oneAgent(t *thingRow) {
	was, known := p.x.agents[t.id]
	now := was
	if !known {
		now.AccessType, now.Classification = domain.Private, domain.ClassInternal
	}
	now.ID, now.Name = t.id, t.name
	if t.outside != "" && t.outside != string(t.id) {
		now.External = t.outside
	}
	if p.cols.Has("description") {
		now.Description = p.cols.Get(t.row, "description")
	}
	thingWord(p, t, "access type", domain.ParseAccessType, &now.AccessType)
	thingWord(p, t, "classification", domain.ParseClassification, &now.Classification)
	thingWord(p, t, "status", domain.ParseLife, &now.Life)
	p.thingPerson(t, "owner", &now.Owner)
	p.thingPerson(t, "creator", &now.Creator)
	if t.bad {
		return
	}
	name := "agent " + table.Short(t.name)
	if !known {
		now.Origin = p.origin
		p.change(domain.Begin(now))
		p.note(t.line, table.Added, "%s: %s, %s", name, now.AccessType, now.Classification)
		return
	}
	if p.settle(t, name, was, now, was.Origin, func(o domain.Origin) { now.Origin = o }) {
		p.change(domain.Replace(was, now))
	}
}

// thingWord reads a word into its place; an empty field leaves what is there.
func thingWord[T any](p *planner, t *thingRow, key string, parse func(string) (T, error), into *T) {
	s := p.cols.Get(t.row, key)
	if s == "" {
		return
	}
	v, err := parse(s)
	if err != nil {
		p.failThing(t, key, sayWord(err))
		return
	}
	*into = v
}

// thingPerson resolves a person; an empty field of a column that is there says
// that there is none.
func (p *planner) thingPerson(t *thingRow, key string, into *domain.ID) {
	if !p.cols.Has(key) {
		return
	}
	ref := p.cols.Get(t.row, key)
	if ref == "" {
		*into = ""
		return
	}
	id, msg := p.x.person.find(ref)
	switch {
	case msg != "":
		p.failThing(t, key, msg)
	case p.x.people[id].Kind != domain.User:
		p.failThing(t, key, "is no person")
	default:
		*into = id
	}
}
