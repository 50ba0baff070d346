package ingest

import (
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// gift is one row of a file of grants, of whatever kind: who gets what.
type gift struct {
	line   int
	bad    bool
	key    pairKey
	level  domain.Level
	window domain.Window
	label  string // the grant in words
}

// faults reads the fields of one row of gifts. A fault makes the row an error.
type faults struct {
	p     *planner
	row   table.Row
	found bool
}

// at reports a fault of one field; only the first of a row counts.
func (f *faults) at(key, message string) {
	if !f.found {
		f.found = true
		f.p.out.Report.Fail(f.p.cols.Fault(f.row, key, message))
	}
}

// window reads start, end and zone.
func (f *faults) window() domain.Window {
	w := domain.Window{}
	var err error
	if w.From, err = domain.ParseDate(f.p.cols.Get(f.row, "start")); err != nil {
		f.at("start", sayWord(err))
	}
	if w.To, err = domain.ParseDate(f.p.cols.Get(f.row, "end")); err != nil {
		f.at("end", sayWord(err))
	}
	if w.Always() {
		return domain.Window{}
	}
	w.Zone = f.p.o.Zone
	if z := strings.Clone(f.p.cols.Get(f.row, "zone")); z != "" {
		w.Zone = z
	}
	if err := (domain.Window{Zone: w.Zone}).Check(); err != nil {
		f.at("zone", sayWord(err))
	} else if w.From != "" && w.To != "" && w.To < w.From {
		f.at("end", "lies before the start, "+string(w.From)+"; swap the dates, or leave the end empty")
	}
	return w
}

// level reads a rung of a target's ladder.
func (f *faults) level(key string, kind domain.TargetKind) domain.Level {
	l, err := domain.LadderOf(kind).Parse(f.p.cols.Get(f.row, key))
	if err != nil {
		f.at(key, sayWord(err))
	}
	return l
}

// one resolves a field to one thing; a field that may be empty gives "".
func (f *faults) one(key string, b *book) domain.ID {
	ref := f.p.cols.Get(f.row, key)
	if ref == "" {
		return ""
	}
	id, msg := b.find(ref)
	if msg != "" {
		f.at(key, msg)
	}
	return id
}

// holder reads who gets it from the first of the fields that says something;
// exactly one must.
func (f *faults) holder(keys ...string) domain.Holder {
	var said []string
	for _, k := range keys {
		if f.p.cols.Get(f.row, k) != "" {
			said = append(said, k)
		}
	}
	switch len(said) {
	case 0:
		f.at(keys[0], "nobody is named; fill in one of "+strings.Join(keys, ", "))
		return domain.Holder{}
	case 1:
	default:
		f.at(said[1], "is one holder too many; the row names "+said[0]+" as well")
		return domain.Holder{}
	}
	switch said[0] {
	case "group":
		return domain.Holder{Kind: domain.HolderGroup, ID: f.one("group", f.p.x.group)}
	case "role":
		return domain.Holder{Kind: domain.HolderRole, ID: f.one("role", f.p.x.role)}
	}
	return domain.Holder{Kind: domain.HolderPrincipal, ID: f.one(said[0], f.p.x.person)}
}

// readGifts reads all rows through take and refuses those that contradict each
// other. A row that says again what an earlier one said is skipped.
func (p *planner) readGifts(r rows, take func(*faults, *gift)) ([]*gift, error) {
	var all []*gift
	err := p.read(r, func(row table.Row) {
		f := &faults{p: p, row: row}
		g := &gift{line: row.Line}
		take(f, g)
		if g.bad = f.found; g.bad && (g.key.holder.ID == "" || g.key.target.ID == "") {
			p.out.Unreadable++
		}
		all = append(all, g)
	})
	if err != nil {
		return nil, err
	}
	by := map[pairKey][]*gift{}
	for _, g := range all {
		if !g.bad {
			by[g.key] = append(by[g.key], g)
		}
	}
	var out []*gift
	for _, g := range all {
		twins := by[g.key]
		switch first := slices.Index(twins, g); {
		case g.bad:
			out = append(out, g)
		case !slices.ContainsFunc(twins, func(t *gift) bool { return t.level != g.level || t.window != g.window }):
			if first > 0 {
				p.note(g.line, table.Skipped, "%s stands on line %d already", g.label, twins[0].line)
				continue
			}
			out = append(out, g)
		default:
			g.bad = true
			p.out.Report.Fail(&table.RowError{Line: g.line, Message: fmt.Sprintf("%s is said differently on lines %s; keep one of them", g.label, giftLines(twins))})
			out = append(out, g)
		}
	}
	return out, nil
}

func giftLines(gs []*gift) string {
	var out []string
	for _, g := range gs[:min(len(gs), 5)] {
		out = append(out, fmt.Sprint(g.line))
	}
	return strings.Join(out, ", ")
}

// give makes one grant of this source what the row says.
func (p *planner) give(g *gift) {
	own := p.x.own(g.key, p.o.Source)
	words := domain.LadderOf(g.key.target.Kind)
	if own != nil && own.Level == g.level && own.Window == g.window {
		p.note(g.line, table.Same, "")
		return
	}
	if other := p.x.inTheWay(g.key, p.o.Source, g.level, g.window); other != nil {
		p.note(g.line, table.Skipped, "%s: %s, %s, was given otherwise than by %s and stays",
			g.label, words.Word(other.Level), sayWindow(other.Window), table.Short(p.o.Source))
		return
	}
	if own == nil {
		p.begin(domain.Grant{Holder: g.key.holder, Target: g.key.target, Agent: g.key.agent, Level: g.level, Window: g.window})
		p.note(g.line, table.Added, "%s: %s", g.label, words.Word(g.level))
		return
	}
	after := *own
	after.Level, after.Window, after.Origin = g.level, g.window, p.origin
	p.change(domain.Replace(*own, after))
	var what []string
	if own.Level != g.level {
		what = append(what, arrow("level", words.Word(own.Level), words.Word(g.level)))
	}
	if own.Window != g.window {
		what = append(what, arrow("dates", sayWindow(own.Window), sayWindow(g.window)))
	}
	p.note(g.line, table.Changed, "%s: %s", g.label, strings.Join(what, ", "))
}

// endAbsent ends the grants of this source in scope that no row names. Bad
// rows count as named where they say what they are about.
func (p *planner) endAbsent(rows []*gift, what string, scope func(domain.Grant) bool) {
	named := map[pairKey]bool{}
	for _, g := range rows {
		named[g.key] = true
	}
	p.out.GoneWhat = what + " of " + p.o.Source
	all := map[domain.ID]domain.Grant{}
	for _, gs := range p.x.grants {
		for _, g := range gs {
			if g.Origin.Source == p.o.Source && scope(g) {
				all[g.ID] = g
			}
		}
	}
	p.out.GoneOf = len(all)
	for _, id := range sortedIDs(all) {
		g := all[id]
		if named[keyOf(g)] {
			continue
		}
		p.out.Gone++
		p.change(domain.End(g))
		p.note(0, table.Changed, "%s: ends, no longer in the file", p.label(keyOf(g)))
	}
}

// label says who gets what in words.
func (p *planner) label(k pairKey) string {
	name := func(b *book, id domain.ID) string {
		if l := b.label[id]; l != "" {
			return table.Short(l)
		}
		return table.Short(string(id))
	}
	holder := name(p.x.person, k.holder.ID)
	switch k.holder.Kind {
	case domain.HolderGroup:
		holder = "group " + name(p.x.group, k.holder.ID)
	case domain.HolderRole:
		holder = "role " + name(p.x.role, k.holder.ID)
	}
	target := string(k.target.ID)
	switch k.target.Kind {
	case domain.TargetAgent:
		target = name(p.x.agent, k.target.ID)
	case domain.TargetGroup:
		target = name(p.x.group, k.target.ID)
	case domain.TargetArea:
		target = name(p.x.area, k.target.ID)
	case domain.TargetSource:
		target = name(p.x.source, k.target.ID)
	}
	switch {
	case k.target.Kind.Permission():
		target = p.permissionLabel(k.target)
	case k.target.Kind == domain.TargetRole:
		target = name(p.x.role, k.target.ID)
	}
	if k.agent != "" {
		target += " on " + name(p.x.agent, k.agent)
	}
	return holder + ", " + target
}

func sayWindow(w domain.Window) string {
	if w.Always() {
		return "always"
	}
	say := func(d domain.Date) string {
		if d == "" {
			return "open"
		}
		return string(d)
	}
	return strings.TrimSpace(say(w.From) + " to " + say(w.To) + " " + w.Zone)
}
