package review

import (
	"iter"

	"countersign/domain"
)

// Outlined is what an item is found by besides its number: by the holder's id, by
// the target's name, and by how much depends on it. All of it is known before the
// item is made.
type Outlined struct {
	Holder   domain.ID
	Target   string
	Reach    int
	HighRisk bool
}

// Outlined gives the item's.
func (it *StagedItem) Outlined() Outlined {
	return Outlined{Holder: it.Holding.Holder.ID, Target: it.Target, Reach: it.Reach, HighRisk: it.HighRisk}
}

// Outline yields what each of the items will say of itself, by number, without
// making it: what they are ordered by can be written while they are made. It
// may be walked beside Items.
func (p *Population) Outline() iter.Seq[Outlined] {
	return func(yield func(Outlined) bool) {
		d := newDescriber(p.org, p.c, p.at, p.horizon)
		d.things = make([]thing, len(p.names.list))
		for _, s := range p.in {
			g, _ := p.org.HoldingAt(s.no)
			if d.last.reach < 0 || d.last.holder != g.Holder {
				d.last = held{holder: g.Holder, reach: reachOf(p.org, g, p.at)}
				d.last.person, d.last.isPerson = holderPrincipal(p.org, g)
			}
			if !yield(Outlined{g.Holder.ID, p.names.list[s.target], d.last.reach, d.risky(g, &d.last, d.thing(s.target, g))}) {
				return
			}
		}
	}
}
