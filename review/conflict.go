package review

import (
	"slices"
	"strings"

	"countersign/domain"
)

// What a definition does about conflicts.
const (
	FlagConflicts   = "flag"   // the item says them; the default
	RefuseConflicts = "refuse" // whoever has one is passed over, like a subject
)

// conflictKind says why someone who is not the subject of an item is still no
// independent reviewer of it (PRODUCT 5).
type conflictKind uint8

const (
	conflictGranted    conflictKind = iota // made or approved the change by which the holding began
	conflictReciprocal                     // the holder reviews the reviewer's access in the same campaign
	conflictReports                        // reports to the holder, directly or further up
	conflictStager                         // staged the campaign
)

// conflict is one of them, with a sentence without a full stop.
type conflict struct {
	kind conflictKind
	text string
}

// giver says who is behind the change by which a holding began.
type giver struct {
	maker    domain.ID
	checkers []domain.ID
	imported bool
}

// pair is one person reviewing another's own access.
type pair struct{ reviewer, holder domain.ID }

// conflicts finds them. Who reviews whom is told by note, and counts from the
// next call of settle on: what is found never depends on the order of items.
type conflicts struct {
	o      *domain.Org
	givers map[domain.Seq]giver // by the event that began the holdings
	stager domain.ID
	noted  map[pair]bool
	mutual map[pair]bool // both ways, settled
	last   struct {      // what was found last of a reviewer and what somebody holds, besides who gave it
		holder   domain.Holder
		reviewer domain.ID
		found    []conflict
	}
}

func newConflicts(o *domain.Org, givers map[domain.Seq]giver, stager domain.ID) *conflicts {
	return &conflicts{o: o, givers: givers, stager: stager, noted: map[pair]bool{}, mutual: map[pair]bool{}}
}

// ownerOf gives the person whose own access a holding is: the holder, or the
// owner of the key or AI agent that holds it; "" where it is shared.
func ownerOf(o *domain.Org, g domain.Grant) domain.ID {
	p, ok := holderPrincipal(o, g)
	switch {
	case !ok:
		return ""
	case p.Kind != domain.User:
		return p.Owner
	}
	return p.ID
}

// of gives the conflicts of a reviewer with a holding, by kind.
func (f *conflicts) of(h holding, reviewer domain.ID) []conflict {
	if f == nil || reviewer == "" {
		return nil
	}
	var out []conflict
	add := func(k conflictKind, parts ...string) {
		out = append(out, conflict{k, strings.Join(parts, " ")})
	}
	name := func(id domain.ID) string { return f.o.Name(domain.KindPrincipal, id) }
	if g, ok := f.givers[h.since]; ok {
		switch {
		case g.maker == reviewer && g.imported:
			add(conflictGranted, name(reviewer), "made the import that gave it")
		case g.maker == reviewer:
			add(conflictGranted, name(reviewer), "made the change that gave it")
		case slices.Contains(g.checkers, reviewer):
			add(conflictGranted, name(reviewer), "approved the change that gave it")
		}
	}
	if f.last.holder != h.grant.Holder || f.last.reviewer != reviewer {
		f.last.holder, f.last.reviewer, f.last.found = h.grant.Holder, reviewer, f.between(reviewer, ownerOf(f.o, h.grant))
	}
	out = append(out, f.last.found...)
	if reviewer == f.stager {
		add(conflictStager, name(reviewer), "staged the campaign")
	}
	return out
}

// between gives the conflicts of a reviewer with the person whose access it is, ""
// for nobody's.
func (f *conflicts) between(reviewer, holder domain.ID) []conflict {
	if holder == "" || holder == reviewer {
		return nil
	}
	var out []conflict
	name := func(id domain.ID) string { return f.o.Name(domain.KindPrincipal, id) }
	if f.mutual[pair{reviewer, holder}] {
		out = append(out, conflict{conflictReciprocal, name(reviewer) + " and " + name(holder) + " review each other's access"})
	}
	if f.reports(reviewer, holder) {
		out = append(out, conflict{conflictReports, name(reviewer) + " reports to " + name(holder) + ", whose access it is"})
	}
	return out
}

// note tells who reviews a holding.
func (f *conflicts) note(g domain.Grant, answers []answering) {
	holder := ownerOf(f.o, g)
	if holder == "" {
		return
	}
	for _, a := range answers {
		if a.Reviewer != "" && a.Reviewer != holder {
			f.noted[pair{a.Reviewer, holder}] = true
		}
	}
}

// settle makes the pairs noted that are mutual count, both ways, and forgets
// the others; it tells whether there was a new one.
func (f *conflicts) settle() bool {
	found := false
	for p := range f.noted {
		if f.noted[pair{p.holder, p.reviewer}] && !f.mutual[p] {
			f.mutual[p], found = true, true
		}
	}
	clear(f.noted)
	f.last.reviewer = "" // nobody
	return found
}

// reports tells whether a person reports to another, directly or further up.
func (f *conflicts) reports(p, to domain.ID) bool {
	seen := map[domain.ID]bool{}
	for id := p; !seen[id]; {
		seen[id] = true
		one, ok := f.o.Principal(id)
		if !ok || one.Manager == "" {
			return false
		}
		if id = one.Manager; id == to {
			return true
		}
	}
	return false
}
