package ingest

import (
	"slices"
	"strings"
	"unicode"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// objects plans a file of objects.
func (p *planner) objects(r rows) error {
	list, err := p.things(r, "object", p.x.object, func(id domain.ID) (string, string, bool) {
		o, ok := p.x.objects[id]
		return "", o.Origin.Source, ok
	})
	if err != nil {
		return err
	}
	taken := map[domain.ID]int{}
	for _, t := range list {
		if t.bad {
			continue
		}
		if !t.known {
			t.id = domain.ID(t.outside)
			if t.outside == "" {
				t.id = domain.ID(camel(t.name))
			}
			if _, here := p.x.objects[t.id]; here || taken[t.id] > 0 {
				p.failThing(t, "name", "comes to the id "+table.Short(string(t.id))+", which is taken; give it one of its own")
				continue
			}
			taken[t.id] = t.line
		}
		if !objectWord(string(t.id)) {
			p.failThing(t, "id", "is no id of an object; use letters and digits, beginning with a letter, and not “all”")
			continue
		}
		was, known := p.x.objects[t.id]
		now := was
		now.ID, now.Name = t.id, t.name
		if p.cols.Has("description") {
			now.Description = p.cols.Get(t.row, "description")
		}
		yes(p, t, "system", &now.System)
		p.putThing(t, "object "+table.Short(t.name), known, was.Origin, func(o domain.Origin) domain.Record { now.Origin = o; return now }, was)
	}
	return nil
}

// camel makes a product's name of what people call a thing: "Workflow Runs" is
// workflowRuns.
func camel(name string) string {
	var b strings.Builder
	up := false
	for _, r := range name {
		switch {
		case r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) && b.Len() > 0):
			if b.Len() == 0 {
				r = unicode.ToLower(r)
			} else if up {
				r = unicode.ToUpper(r)
			}
			b.WriteRune(r)
			up = false
		default:
			up = b.Len() > 0
		}
	}
	return b.String()
}

// objectWord tells whether s can be the id of an object or of a field within its
// object.
func objectWord(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || r == '_')) {
			return false
		}
	}
	return s != "" && domain.ID(s) != domain.AllID
}

// fieldKey is a field's place: one object has one field of a name.
type fieldKey struct {
	object domain.ID
	name   string
}

// objectFields plans a file of objects' fields.
func (p *planner) objectFields(r rows) error {
	byName, label := map[fieldKey]domain.ID{}, map[domain.ID]domain.ID{}
	for _, id := range sortedIDs(p.x.fields) {
		f := p.x.fields[id]
		byName[fieldKey{f.Object, nameKey(f.Name)}] = id
		if f.Label {
			label[f.Object] = id
		}
	}
	seen := map[domain.ID]int{}
	return p.afterwards(r, func(row table.Row) {
		f := &faults{p: p, row: row}
		t := &thingRow{line: row.Line, row: row, name: p.cols.Get(row, "name"), outside: p.cols.Get(row, "id")}
		object := f.needed("object", p.x.object)
		if t.name == "" {
			f.at("name", "the name is missing")
		}
		word := strings.TrimPrefix(t.outside, string(object)+"/")
		if word == "" {
			word = camel(t.name)
		}
		k := fieldKey{object, nameKey(t.name)}
		if t.id = byName[k]; t.id == "" || t.outside != "" {
			t.id = object + "/" + domain.ID(word)
		}
		switch first := seen[t.id]; {
		case f.found:
		case !objectWord(word):
			f.at("id", "is no id of a field; use letters and digits, beginning with a letter")
		case first > 0:
			f.at("name", "is the same field as on line "+itoa(first))
		case byName[k] != "" && byName[k] != t.id:
			f.at("name", "is the name of another field of the object ("+string(byName[k])+"); names are unique")
		}
		was, known := p.x.fields[t.id]
		now := was
		now.ID, now.Object, now.Name = t.id, object, t.name
		t.bad = f.found
		yes(p, t, "label", &now.Label)
		if other := label[object]; now.Label && other != "" && other != t.id && !t.bad {
			p.failThing(t, "label", "makes a second label beside "+table.Short(string(other))+"; an object has one")
		}
		if t.bad {
			return
		}
		seen[t.id], byName[k] = row.Line, t.id
		if now.Label {
			label[object] = t.id
		}
		p.putThing(t, "field "+table.Short(p.x.object.label[object]+"."+t.name), known, was.Origin, func(o domain.Origin) domain.Record { now.Origin = o; return now }, was)
	})
}

// principals plans a file of API keys and AI agents that act on their own.
func (p *planner) principals(r rows) error {
	b := newBook("API key or AI agent")
	for _, id := range sortedIDs(p.x.people) {
		if q := p.x.people[id]; q.Kind != domain.User {
			b.add(id, q.Name, string(id), q.External)
		}
	}
	list, err := p.things(r, domain.PrefixAPIKey, b, func(id domain.ID) (string, string, bool) {
		q, ok := p.x.people[id]
		return q.External, q.Origin.Source, ok && q.Kind != domain.User
	})
	if err != nil {
		return err
	}
	for _, t := range list {
		if !t.bad {
			p.onePrincipal(t)
		}
	}
	return nil
}

func (p *planner) onePrincipal(t *thingRow) {
	was, known := p.x.people[t.id]
	now := was
	kind := was.Kind
	thingWord(p, t, "kind", domain.ParsePrincipalKind, &kind)
	switch {
	case t.bad:
		return
	case p.cols.Get(t.row, "kind") == "" && !known:
		p.failThing(t, "kind", "is missing; use api-key or ai-agent")
		return
	case kind == domain.User:
		p.failThing(t, "kind", "is a person's; import people for those")
		return
	case known && kind != was.Kind:
		p.failThing(t, "kind", "is not what it is here, "+was.Kind.String()+"; a key does not become an AI agent")
		return
	case !known:
		now.Status = domain.Active
		if kind == domain.AIAgent {
			t.id = p.o.NewID(domain.PrefixAIAgent)
		}
	}
	now.ID, now.Kind, now.Name = t.id, kind, t.name
	if t.outside != "" && t.outside != string(t.id) {
		now.External = t.outside
	}
	thingWord(p, t, "status", domain.ParseStatus, &now.Status)
	p.thingPerson(t, "owner", &now.Owner)
	var role domain.ID
	if ref := p.cols.Get(t.row, "role"); ref != "" {
		id, msg := p.x.role.find(ref)
		if msg != "" {
			p.failThing(t, "role", msg)
		} else if r := p.x.roles[id]; kind == domain.APIKey && !r.ForKeys || kind == domain.AIAgent && !r.ForAgents {
			p.failThing(t, "role", "is not for "+map[domain.PrincipalKind]string{domain.APIKey: "API keys", domain.AIAgent: "AI agents"}[kind])
		}
		role = id
	}
	if t.bad {
		return
	}
	moved := p.cols.Has("role") && p.moveRole(t, now, role)
	if moved && was == now && (was.Origin.Source == p.o.Source || was.Origin.Source != "") {
		p.note(t.line, table.Changed, "%s %s: role", kind, table.Short(t.name))
		return
	}
	p.putThing(t, kind.String()+" "+table.Short(t.name), known, was.Origin, func(o domain.Origin) domain.Record { now.Origin = o; return now }, was)
}

// moveRole makes the role of this source what the row says, "" for none; a role
// given otherwise stays. It tells whether anything changes.
func (p *planner) moveRole(t *thingRow, who domain.Principal, role domain.ID) bool {
	holder := domain.Holder{Kind: domain.HolderPrincipal, ID: who.ID}
	var own []domain.Grant
	has := false
	for _, g := range p.x.heldBy[holder] {
		switch {
		case g.Target.Kind != domain.TargetRole:
		case g.Origin.Source != p.o.Source:
			if g.Target.ID != role {
				p.out.Report.NoteThing(t.line, table.Skipped, table.Short(who.Name)+": the role "+table.Short(p.x.role.label[g.Target.ID])+" was not given by this source and stays")
			}
			return false
		case g.Target.ID == role:
			has = true
		default:
			own = append(own, g)
		}
	}
	for _, g := range own {
		p.change(domain.End(g))
	}
	if role != "" && !has {
		p.begin(domain.Grant{Holder: holder, Target: domain.Target{Kind: domain.TargetRole, ID: role}, Level: domain.Held})
	}
	return len(own) > 0 || role != "" && !has
}

// catalogue plans a file of areas themselves: an organisation's own tree.
func (p *planner) catalogue(r rows) error {
	order := 0
	byPath := map[string]domain.ID{}
	for _, id := range sortedIDs(p.x.areas) {
		order = max(order, p.x.areas[id].Order+1)
		byPath[pathKey(p.x.area.label[id])] = id
	}
	seen := map[domain.ID]int{}
	return p.afterwards(r, func(row table.Row) {
		f := &faults{p: p, row: row}
		t := &thingRow{line: row.Line, row: row}
		names := splitPath(p.cols.Get(row, "path"))
		if len(names) == 0 {
			f.at("path", "the path is missing")
			return
		}
		last := names[len(names)-1]
		var parent domain.ID
		if len(names) > 1 {
			above := pathKey(strings.Join(names[:len(names)-1], ""))
			if parent = byPath[above]; parent == "" {
				f.at("path", "stands below an area that is not here; put that one in a row before it")
			}
		}
		id := byPath[pathKey(strings.Join(names, ""))]
		if id == "" {
			id = domain.ID(slug(last))
			if parent != "" {
				id = parent + "/" + id
			}
		}
		was, known := p.x.areas[id]
		switch {
		case f.found:
			return
		case slug(last) == "" || domain.ID(slug(last)) == domain.AllAreas:
			f.at("path", "has no letters or digits that an id could be made of, or means every area")
			return
		case seen[id] > 0:
			f.at("path", "is the same area as on line "+itoa(seen[id]))
			return
		}
		seen[id] = row.Line
		byPath[pathKey(strings.Join(names, ""))] = id
		now := was
		now.ID, now.Parent = id, parent
		if known {
			now.Parent = was.Parent
		} else {
			now.Name, now.Order = last, order
			order++
		}
		if s := p.cols.Get(row, "name"); s != "" {
			now.Name = s
		}
		if p.cols.Has("controls") {
			now.Controls = p.cols.Get(row, "controls")
		}
		yes(p, t, "sensitive", &now.Sensitive)
		p.putThing(t, "area "+table.Short(strings.Join(names, " > ")), known, was.Origin, func(o domain.Origin) domain.Record { now.Origin = o; return now }, was)
	})
}

// splitPath takes a path of names apart: at its arrows, and at slashes only where
// there is none, for a name may hold one (A/B testing).
func splitPath(s string) []string {
	between := ">›→"
	if !strings.ContainsAny(s, between) {
		between = "/"
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(between, r) })
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}

// slug makes an id's word of an area's name.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}
