package review

import (
	"maps"

	"countersign/domain"
)

// StandIn is who answers in a person's place, and through which day (empty:
// without an end). Days are those of the zone that the substitution names.
type StandIn struct {
	Substitute domain.ID
	Until      domain.Date
	Maker      domain.ID // who set it
}

// StandIns are the substitutions in force at one instant, by the person whose
// items go to someone else.
type StandIns map[domain.ID]StandIn

// Own leaves those that the people set themselves. In a launched campaign nobody
// else's move a reviewer's items: a change of reviewers takes a checker there, and an
// admin alone is none.
func (s StandIns) Own() StandIns {
	out := maps.Clone(s)
	maps.DeleteFunc(out, func(p domain.ID, in StandIn) bool { return in.Maker != p })
	return out
}

// last is who answers for a person: the last of their substitutes, themselves where
// nobody stands in for them or the substitutes lead in a circle.
func (s StandIns) last(p domain.ID) domain.ID {
	if hops, circle := s.follow(p); len(hops) > 0 && !circle {
		return hops[len(hops)-1].Substitute
	}
	return p
}

// follow gives the substitutes of a person, then of that substitute, and so
// on; the last one answers. circle says that they lead back to someone who is
// stood in for already, so that nobody would answer. The hops stop where the
// circle closes.
func (s StandIns) follow(p domain.ID) (hops []StandIn, circle bool) {
	seen := map[domain.ID]bool{p: true}
	for {
		next, ok := s[p]
		if !ok {
			return hops, false
		}
		hops = append(hops, next)
		if p = next.Substitute; seen[p] {
			return hops, true
		}
		seen[p] = true
	}
}
