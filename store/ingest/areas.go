package ingest

import (
	"slices"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// everyArea is the shorthand that fills the top-level areas; it is never
// stored (PRODUCT 2.2).
const everyArea = "All"

// allAreas stands for the shorthand while rows are compared.
const allAreas domain.ID = "*"

// areas plans a file of levels on areas.
func (p *planner) areas(r *table.Reader) error {
	if len(p.x.areas) == 0 {
		return domain.Errorf(domain.NotFound, "the organisation has no catalogue of areas yet").Hinted("choose one at init")
	}
	rows, err := p.readGifts(r, p.areaGift)
	if err != nil {
		return err
	}
	rows = p.spread(rows)
	p.capBelow(rows)
	for _, g := range rows {
		if !g.bad {
			p.give(g)
		}
	}
	p.lowerBelow(rows)
	if p.o.Full {
		p.endAbsent(rows, "levels on areas", func(g domain.Grant) bool { return g.Target.Kind == domain.TargetArea })
	}
	return nil
}

func (p *planner) areaGift(f *faults, g *gift) {
	g.key.holder = f.anyHolder()
	g.key.target.Kind = domain.TargetArea
	switch path := p.cols.Get(f.row, "area"); {
	case path == "":
		f.at("area", "the area is missing; All stands for every top-level area")
	case strings.EqualFold(path, everyArea):
		g.key.target.ID = allAreas
	default:
		id, msg := p.x.area.findPath(path)
		if msg != "" {
			f.at("area", msg)
		}
		g.key.target.ID = id
	}
	g.key.agent = f.one("agent", p.x.agent)
	g.level = f.level("level", domain.TargetArea)
	g.label = p.label(g.key)
}

// anyHolder reads who holds the level: from the field holder, or from one of
// those that say what it is.
func (f *faults) anyHolder() domain.Holder {
	kind, ref := f.p.cols.Get(f.row, "holder kind"), f.p.cols.Get(f.row, "holder")
	if ref == "" {
		if kind != "" {
			f.at("holder", "the holder is missing")
		}
		return f.holder("email", "group", "role")
	}
	for _, k := range []string{"email", "group", "role"} {
		if f.p.cols.Get(f.row, k) != "" {
			f.at(k, "is one holder too many; the row names holder as well")
			return domain.Holder{}
		}
	}
	x := f.p.x
	books := []struct {
		words []string
		kind  domain.HolderKind
		book  *book
	}{
		{[]string{"user", "principal", "person"}, domain.HolderPrincipal, x.person},
		{[]string{"group"}, domain.HolderGroup, x.group},
		{[]string{"role"}, domain.HolderRole, x.role},
	}
	var found []domain.Holder
	for _, b := range books {
		if slices.Contains(b.words, foldCase(kind)) {
			return domain.Holder{Kind: b.kind, ID: f.one("holder", b.book)}
		}
		for _, id := range b.book.lookup(ref) {
			found = append(found, domain.Holder{Kind: b.kind, ID: id})
		}
	}
	switch {
	case kind != "":
		f.at("holder kind", "is no kind of holder; use user, group or role")
	case len(found) == 0:
		f.at("holder", "is no person, group or role here")
	case len(found) > 1:
		f.at("holder", "could be several people, groups or roles; say which in the column holder kind, or name it by its id")
	default:
		return found[0]
	}
	return domain.Holder{}
}

// spread puts a row for every top-level area in place of the shorthand. A row
// that names such an area itself goes before the shorthand, wherever in the
// file it stands.
func (p *planner) spread(rows []*gift) []*gift {
	named := map[pairKey]bool{}
	for _, g := range rows {
		named[g.key] = true
	}
	var out []*gift
	for _, g := range rows {
		if g.key.target.ID != allAreas {
			out = append(out, g)
			continue
		}
		for _, id := range p.x.top {
			one := *g
			one.key.target.ID = id
			one.label = p.label(one.key)
			if !named[one.key] {
				out = append(out, &one)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *gift) int { return p.x.areas[a.key.target.ID].Order - p.x.areas[b.key.target.ID].Order })
	return out
}

// capBelow takes a level that stands above a set parent down to the parent's
// and says so; rows come parents first. The least set ancestor counts, and a
// value for the agent goes before one for all agents.
func (p *planner) capBelow(rows []*gift) {
	file := map[pairKey]domain.Level{}
	set := func(k pairKey, area domain.ID) (domain.Level, bool) {
		k.target.ID = area
		for range 2 {
			if l, ok := file[k]; ok {
				return l, true
			}
			if gs := p.x.grants[k]; len(gs) > 0 {
				return gs[0].Level, true
			}
			k.agent = ""
		}
		return 0, false
	}
	for _, g := range rows {
		if g.bad {
			continue
		}
		for up, n := p.x.areas[g.key.target.ID].Parent, 0; up != "" && n < 64; up, n = p.x.areas[up].Parent, n+1 {
			if l, ok := set(g.key, up); ok && l < g.level {
				words := domain.LadderOf(domain.TargetArea)
				p.out.Report.NoteThing(g.line, table.Changed, g.label+": "+words.Word(g.level)+" stands above "+
					table.Short(p.x.area.label[up])+" ("+words.Word(l)+") and is taken down to it")
				g.level = l
			}
		}
		file[g.key] = g.level
	}
}

// lowerBelow takes down what this source set earlier below an area that the
// file lowers, where the file does not speak of it.
func (p *planner) lowerBelow(rows []*gift) {
	file := map[pairKey]domain.Level{}
	for _, g := range rows {
		if !g.bad {
			file[g.key] = g.level
		}
	}
	all := map[domain.ID]domain.Grant{}
	for k, gs := range p.x.grants {
		for _, g := range gs {
			if _, said := file[k]; !said && g.Target.Kind == domain.TargetArea && g.Origin.Source == p.o.Source && !p.o.Full {
				all[g.ID] = g
			}
		}
	}
	for _, id := range sortedIDs(all) {
		g := all[id]
		level := g.Level
		for up, n := p.x.areas[g.Target.ID].Parent, 0; up != "" && n < 64; up, n = p.x.areas[up].Parent, n+1 {
			k := keyOf(g)
			k.target.ID = up
			if l, ok := file[k]; ok {
				level = min(level, l)
			}
		}
		if level < g.Level {
			after := g
			after.Level, after.Origin = level, p.origin
			p.change(domain.Replace(g, after))
			words := domain.LadderOf(domain.TargetArea)
			p.out.Report.NoteThing(0, table.Changed, p.label(keyOf(g))+": "+arrow("level", words.Word(g.Level), words.Word(level))+", its parent is lowered")
		}
	}
}
