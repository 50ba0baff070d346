package review

import (
	"fmt"
	"strings"

	"countersign/domain"
)

// Delta is what became of a holding since the last countersigned decision on
// the same holder, target and scope, whichever campaign that was in
// (PRODUCT 5, delta by level). A decision on one grant is no baseline for
// another's.
type Delta struct {
	Kind  DeltaKind    `json:"kind,omitzero"`
	Was   domain.Level `json:"was,omitempty"`   // the level decided then
	Again bool         `json:"again,omitempty"` // granted again after a revocation, whenever that was
	Text  string       `json:"text,omitempty"`
}

// firstDelta is that of what nobody has decided.
var firstDelta = Delta{Kind: DeltaNew, Text: "nobody has decided it before"}

// Is tells whether an item counts under a kind: one granted again counts as
// regranted in every later campaign, also where its level changed since.
func (d Delta) Is(k DeltaKind) bool { return d.Kind == k || k == DeltaRegranted && d.Again }

// holderThen is what is compared of the person who holds something.
type holderThen struct {
	Manager     domain.ID
	Dept, Title string
}

func nowOf(p domain.Principal) holderThen { return holderThen{p.Manager, p.Department, p.Title} }

// compareDelta compares a holding with what was ruled on it, the latest
// first. The first of these that holds is the kind:
//
//	new         nobody has decided it
//	regranted   the last decision was to revoke it, it ended, and it is there again
//	up, down    the level is not the one decided
//	regranted   an earlier decision was to revoke it, and it is there again
//	moved       the person's manager, department or title changed
//	path only   it is another grant, or it is reached another way
//	unchanged
func compareDelta(o *domain.Org, g domain.Grant, ways uint64, who holderThen, past []Precedent) Delta {
	if len(past) == 0 {
		return firstDelta
	}
	last, word := past[0], g.Ladder().Word
	d := Delta{Kind: DeltaUnchanged, Was: last.Level}
	again := regrantedAfter(g, past)
	d.Again = again != nil
	switch {
	case again != nil && again.Campaign == last.Campaign:
		d.Kind, d.Text = DeltaRegranted, "granted again after it was revoked in "+again.Name
	case g.Level > last.Level && last.Answer == Revoke:
		d.Kind, d.Text = DeltaUp, fmt.Sprintf("revoked in %s and never taken away: it is %s", last.Name, word(g.Level))
	case g.Level > last.Level:
		d.Kind, d.Text = DeltaUp, fmt.Sprintf("%s was decided in %s; it is %s now", word(last.Level), last.Name, word(g.Level))
	case g.Level < last.Level:
		d.Kind, d.Text = DeltaDown, fmt.Sprintf("%s was decided in %s; it is %s now", word(last.Level), last.Name, word(g.Level))
	case again != nil:
		d.Kind, d.Text = DeltaRegranted, "granted again after it was revoked in "+again.Name
	case g.Holder.Kind == domain.HolderPrincipal && who != last.holder():
		d.Kind, d.Text = DeltaMoved, moveWords(o, last.holder(), who)
	case g.ID != last.Grant:
		d.Kind, d.Text = DeltaPath, "the same level by another grant than in "+last.Name
	case ways != last.Ways:
		d.Kind, d.Text = DeltaPath, "the same level, reached another way than in "+last.Name
	}
	return d
}

func (p Precedent) holder() holderThen { return holderThen{p.Manager, p.Dept, p.Title} }

// regrantedAfter gives the latest ruling that took away what is there again,
// nil for none.
func regrantedAfter(g domain.Grant, past []Precedent) *Precedent {
	for i := range past {
		if p := &past[i]; p.Answer == Revoke && p.ended(g.ID) {
			return p
		}
	}
	return nil
}

func moveWords(o *domain.Org, was, is holderThen) string {
	name := func(id domain.ID) string {
		if id == "" {
			return "nobody"
		}
		return o.Name(domain.KindPrincipal, id)
	}
	word := func(s string) string {
		if s == "" {
			return "none"
		}
		return s
	}
	var parts []string
	if was.Manager != is.Manager {
		parts = append(parts, fmt.Sprintf("manager was %s and is %s", name(was.Manager), name(is.Manager)))
	}
	if was.Dept != is.Dept {
		parts = append(parts, fmt.Sprintf("department was %s and is %s", word(was.Dept), word(is.Dept)))
	}
	if was.Title != is.Title {
		parts = append(parts, fmt.Sprintf("title was %s and is %s", word(was.Title), word(is.Title)))
	}
	return strings.Join(parts, "; ")
}
