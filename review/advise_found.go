package review

import (
	"fmt"
	"hash/maphash"
	"slices"
	"time"

	"countersign/domain"
)

// foundReasons are the reasons that findings give, by what they tell of.
type foundReasons struct {
	grants  map[domain.ID][]AdviceReason     // a holding's id
	holders map[domain.Holder][]AdviceReason // everything of a holder
	last    *ofLast                          // nil: nothing is kept
	some    sieve                            // of the ids in grants
}

// sieve tells of most ids that are not in a set that they are not, without
// looking for them all over it.
type sieve struct {
	seed maphash.Seed
	bits []uint64
}

const sieveBits = 1 << 22

func newSieve() sieve { return sieve{maphash.MakeSeed(), make([]uint64, sieveBits/64)} }

func (s sieve) at(id domain.ID) (word int, bit uint64) {
	h := maphash.String(s.seed, string(id)) % sieveBits
	return int(h / 64), 1 << (h % 64)
}

func (s sieve) add(id domain.ID) {
	word, bit := s.at(id)
	s.bits[word] |= bit
}

// may tells that an id may be in the set.
func (s sieve) may(id domain.ID) bool {
	word, bit := s.at(id)
	return s.bits[word]&bit != 0
}

// ofLast is what was found of the last holder.
type ofLast struct {
	holder domain.Holder
	found  []AdviceReason
}

// ofHolder gives what is found of a holder; holdings mostly come by holder.
func (f foundReasons) ofHolder(h domain.Holder) []AdviceReason {
	if f.last == nil {
		return f.holders[h]
	}
	if f.last.holder != h {
		*f.last = ofLast{h, f.holders[h]}
	}
	return f.last.found
}

// of gives those of one holding; of many of one kind the first few are told.
func (f foundReasons) of(g domain.Grant) []AdviceReason {
	const most = 4
	all := f.ofHolder(g.Holder)
	if f.some.may(g.ID) {
		all = append(slices.Clip(all), f.grants[g.ID]...)
	}
	if len(all) <= most {
		return all
	}
	all = slices.Clone(all) // it may be the holder's own list, which others read
	slices.SortFunc(all, compareReasons)
	rest := AdviceReason{Kind: AdviceFinding, Text: fmt.Sprintf("and %s", Count(len(all)-most, "further finding", "further findings"))}
	return append(slices.Clip(all[:most]), rest)
}

func (f foundReasons) add(id domain.ID, r AdviceReason) {
	f.grants[id] = append(f.grants[id], r)
	f.some.add(id)
}

// findingReasons makes reasons of the findings that tell of a holding. What
// each points to is the least that mends it, where that is a decision on the
// holding itself; else it only tells.
func findingReasons(o *domain.Org, at time.Time) foundReasons {
	out := foundReasons{grants: map[domain.ID][]AdviceReason{}, holders: map[domain.Holder][]AdviceReason{}, some: newSieve()}
	for _, f := range o.HoldingFindings(domain.Facts{At: at}) {
		r := AdviceReason{Kind: AdviceFinding, Text: f.Text}
		first := f.Subject[0]
		switch f.Kind {
		case domain.FindingSoD:
			out.separation(o, f)
		case domain.FindingHolderInactive:
			r.Toward = Revoke
			h := domain.Holder{Kind: domain.HolderPrincipal, ID: first.ID}
			out.holders[h] = append(out.holders[h], r)
		case domain.FindingIdleGroup:
			r.Toward = Revoke
			h := domain.Holder{Kind: domain.HolderGroup, ID: first.ID}
			out.holders[h] = append(out.holders[h], r)
		case domain.FindingClassification:
			out.tooWide(f, r)
		case domain.FindingDirect:
			if f.Severity == domain.SeverityLow { // the group gives as much
				r.Toward = Revoke
			}
			out.add(first.ID, r)
		case domain.FindingCapped:
			r.Toward, r.Level = Reduce, domain.ViewUse
			out.add(first.ID, r)
		case domain.FindingChildAbove:
			if above, ok := o.Get(domain.KindGrant, f.Also[len(f.Also)-1].ID); ok {
				r.Toward, r.Level = Reduce, above.Record.(domain.Grant).Level
			}
			out.add(first.ID, r)
		case domain.FindingExternalEdit:
			out.external(o, f, r)
		}
	}
	return out
}

// tooWide points an access type to groups only, and ends a grant that the
// classification does not let be.
func (f foundReasons) tooWide(found domain.Finding, r AdviceReason) {
	switch {
	case len(found.Subject) > 1 && found.Subject[1].Kind == domain.KindGrant:
		r.Toward = Revoke
		f.add(found.Subject[1].ID, r)
	case found.Subject[0].Kind == domain.KindAgent:
		r.Toward, r.Level = Reduce, domain.Level(domain.GroupRestricted)
		f.add("access-type/"+found.Subject[0].ID, r)
	}
}

// external points an external's own grant to less than editing; a grant of a
// group is only told, for it is others' too.
func (f foundReasons) external(o *domain.Org, found domain.Finding, r AdviceReason) {
	id := found.Subject[1].ID
	if found.Subject[1].Kind == domain.KindAgent {
		id = "creator/" + id
	}
	row, ok := o.Holding(id)
	if !ok {
		return
	}
	g := row.Record.(domain.Grant)
	if g.Holder.Kind == domain.HolderPrincipal && g.Holder.ID == found.Subject[0].ID {
		r.Toward, r.Level = Reduce, g.Ladder().Top()-1
		if g.Target.Kind == domain.TargetAgentRole {
			r.Level = domain.Level(domain.AgentManager)
		}
		if r.Level == domain.None {
			r.Toward = Revoke
		}
	}
	f.add(id, r)
}

// separation tells each grant of either side of the conflict. One side has to
// go: the one that was given later is pointed to, for the earlier stood when
// it was given.
func (f foundReasons) separation(o *domain.Org, found domain.Finding) {
	var later [2]domain.Seq
	var via [2][]domain.ID
	for i, side := range found.Ways {
		for _, p := range side.Paths {
			for _, id := range p.Via {
				row, ok := o.Holding(id)
				if !ok {
					continue
				}
				later[i] = max(later[i], row.Since)
				if g := row.Record.(domain.Grant); !slices.Contains(via[i], id) && g.Holder.ID == found.Subject[0].ID {
					via[i] = append(via[i], id)
				}
			}
		}
	}
	goes := 1
	if later[0] > later[1] {
		goes = 0
	}
	for i := range via {
		for _, id := range via[i] {
			r := AdviceReason{Kind: AdviceSoD, Text: found.Text}
			if i == goes || slices.Contains(via[goes], id) {
				r.Toward, r.Text = Revoke, found.Text+"; this side was given later"
			}
			f.add(id, r)
		}
	}
}
