package review

import (
	"slices"
	"strings"

	"countersign/domain"
)

// FlagAgain marks an item that was granted again after a revocation, in every
// later campaign (PRODUCT 5).
const FlagAgain = "granted again"

// Advise tells the population what the recommendations of its items are made
// of: each item then says what is recommended, what changed since the last
// decision on it, who of the holder's peers has it and when it was last used.
// It is to be told before Items is walked.
func (p *Population) Advise(f AdviceFacts) {
	p.facts = &f
	p.tie.Deltas = map[string]int{}
	if n := len(p.Gone()); n > 0 {
		p.tie.Deltas[DeltaGone.String()] = n
	}
}

// adviser makes what advises on the items, nil where nothing was told.
func (p *Population) adviser() *adviser {
	if p.facts == nil {
		return nil
	}
	places := make([]placeKey, len(p.names.list))
	for k, no := range p.names.targets {
		places[no] = k
	}
	return newAdviser(p.org, p.at, *p.facts, func(x *peopleIndex) surveyed {
		who := make([]int32, len(p.names.list))
		for h, no := range p.names.holders {
			who[no] = -1
			if i, ok := x.num(h); ok {
				who[no] = i
			}
		}
		return surveyed{places: places, n: len(p.in), nth: func(i int) (place, holder int32, level domain.Level) {
			s := p.in[i]
			return s.target, who[s.holder], s.level
		}}
	})
}

// advise adds to an item what its reviewer is told besides the holding itself.
func (d *describer) advise(it *StagedItem, h *held) {
	if d.adviser == nil {
		return
	}
	said := d.adviser.of(it.No-1, it.Holding, it.Since, it.How, h.person)
	it.Advice, it.Delta, it.Last, it.Peers, it.LastUsed = said.Advice, said.Delta, said.Last, said.Peers, said.LastUsed
	if it.Delta.Again && !slices.Contains(it.Flags, FlagAgain) {
		it.Flags = append(it.Flags, FlagAgain)
	}
}

// Gone gives the last decision on what somebody was let keep and what is in the
// scope but not there any more, by campaign and item, the latest first. Advise
// must have told what was decided.
func (p *Population) Gone() []Precedent {
	if p.facts == nil || len(p.facts.Past) == 0 {
		return nil
	}
	there := make(map[HoldingKey]bool, len(p.facts.Past))
	for row := range p.org.Holdings(p.at) {
		k := KeyOf(row.Record.(domain.Grant))
		if _, decided := p.facts.Past[k]; decided {
			there[k] = true
		}
	}
	var out []Precedent
	for k, past := range p.facts.Past {
		g := domain.Grant{ID: past[0].Grant, Holder: k.Holder, Target: k.Target, Agent: k.Agent, Level: past[0].Level}
		if past[0].Answer != Revoke && !there[k] && p.c.Definition.Scope.excludes(p.org, g) == "" {
			out = append(out, past[0])
		}
	}
	slices.SortFunc(out, func(a, b Precedent) int {
		switch {
		case a.Seq != b.Seq:
			return int(b.Seq - a.Seq)
		case a.Campaign != b.Campaign:
			return strings.Compare(string(b.Campaign), string(a.Campaign))
		}
		return a.Item - b.Item
	})
	return out
}

// GoneOf gives what was let stay by the last decision before a staged
// campaign, was in its scope, and was not there any more when it was staged.
func GoneOf(tx Tx, c Campaign) ([]Precedent, error) {
	if c.Population == "" {
		return nil, nil
	}
	o, err := tx.OrgAt(c.Frozen)
	if err != nil {
		return nil, err
	}
	past, err := PrecedentsOf(func(yield func(Precedent, error) bool) {
		for p, err := range tx.PastRulings(c.Frozen) {
			if err == nil && p.Seq > c.Frozen {
				continue // ruled since, in a campaign that began earlier
			}
			if !yield(p, err) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	p := &Population{org: o, c: c, at: c.FrozenAt, facts: &AdviceFacts{Past: past}}
	return p.Gone(), nil
}
