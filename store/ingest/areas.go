package ingest

import (
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// everyArea is the shorthand that fills the top-level areas; it is never
// stored (PRODUCT 2.2).
const everyArea = "All"

// areas plans a file of levels on areas.
func (p *planner) areas(r rows) error {
	if len(p.x.areas) == 0 {
		return domain.Errorf(domain.NotFound, "the organisation has no catalogue of areas yet").Hinted("choose one at init")
	}
	rows, err := p.readGifts(r, p.areaGift)
	if err != nil {
		return err
	}
	rows = p.spread(rows)
	p.noteAbove(rows)
	for _, g := range rows {
		if !g.bad {
			p.give(g)
		}
	}
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
		g.key.target.ID = domain.AllAreas
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
		if slices.Contains(b.words, domain.Fold(kind)) {
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
		if g.key.target.ID != domain.AllAreas {
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

// noteAbove says of each level that stands above a set parent that it takes
// the parent's: what an import brings is stored as it is and is a finding
// (PRODUCT 2.2). The least set ancestor counts, and a value for the agent goes
// before one for all agents.
func (p *planner) noteAbove(rows []*gift) {
	file := map[pairKey]domain.Level{}
	for _, g := range rows {
		if !g.bad {
			file[g.key] = g.level
		}
	}
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
	words := domain.LadderOf(domain.TargetArea)
	for _, g := range rows {
		least, above := g.level, domain.ID("")
		for up, n := p.x.areas[g.key.target.ID].Parent, 0; up != "" && n < 64; up, n = p.x.areas[up].Parent, n+1 {
			if l, ok := set(g.key, up); ok && l < least {
				least, above = l, up
			}
		}
		if above != "" && !g.bad {
			p.out.Report.NoteThing(g.line, table.Noted, fmt.Sprintf("%s: %s stands above %s (%s) and comes to no more than that",
				g.label, words.Word(g.level), table.Short(p.x.area.label[above]), words.Word(least)))
		}
	}
}
