package review

import (
	"cmp"
	"fmt"

	"countersign/domain"
)

// Figures of peers and of distance.
const (
	peersFewest   = 4    // other peers, for their number to say something
	usualFewest   = 3    // other peers who have it, for their level to say something
	nearFewest    = 3    // other holders in the management tree
	nearMost      = 5000 // holders; what more people have is nobody's speciality
	farSteps      = 4    // steps in the tree that may be far; it is far where it is also more than twice what is usual
	deepestTree   = 64
	noCommonBoss  = 255 // a distance: they share no manager
	notInTheTree  = 0   // a distance: nothing is known
	rareShare     = 4   // fewer than one in so many others have it: rare
	commonOfThree = 3   // at least three in rareShare have it: common
)

// peopleIndex is everybody by number, in order of ids, with manager and peers.
type peopleIndex struct {
	o      *domain.Org
	ids    []domain.ID
	by     map[domain.ID]int32
	up     []int32 // the manager, -1 for none; cycles are cut
	tree   []bool  // has a manager or is one
	cohort []int32 // -1: none
	sizes  []int32 // of cohorts
	names  []domain.Principal
	last   int32 // whom num found last
}

func indexPeople(o *domain.Org) *peopleIndex {
	n := o.Count(domain.KindPrincipal)
	x := &peopleIndex{o: o, ids: make([]domain.ID, 0, n), by: make(map[domain.ID]int32, n), cohort: make([]int32, 0, n)}
	cohorts := map[[2]string]int32{}
	var managers []domain.ID
	for row := range o.All(domain.KindPrincipal) {
		p := row.Record.(domain.Principal)
		x.by[p.ID] = int32(len(x.ids))
		x.ids, managers = append(x.ids, p.ID), append(managers, p.Manager)
		c := int32(-1)
		if p.Kind == domain.User && p.Status == domain.Active && p.Department+p.Title != "" {
			key := [2]string{domain.Fold(p.Department), domain.Fold(p.Title)}
			var known bool
			if c, known = cohorts[key]; !known {
				c = int32(len(x.sizes))
				cohorts[key] = c
				x.sizes, x.names = append(x.sizes, 0), append(x.names, p)
			}
			x.sizes[c]++
		}
		x.cohort = append(x.cohort, c)
	}
	x.up, x.tree = make([]int32, len(x.ids)), make([]bool, len(x.ids))
	for i, m := range managers {
		x.up[i] = -1
		if b, ok := x.by[m]; ok && m != "" {
			x.up[i] = b
			x.tree[i], x.tree[b] = true, true
		}
	}
	return x
}

// num gives a holder's number where it is a principal that is there.
func (x *peopleIndex) num(h domain.Holder) (int32, bool) {
	if h.Kind != domain.HolderPrincipal {
		return 0, false
	}
	if i := x.last; int(i) < len(x.ids) && x.ids[i] == h.ID { // items come by holder
		return i, true
	}
	p, ok := x.by[h.ID]
	if ok {
		x.last = p
	}
	return p, ok
}

// climb walks from a person up to the top: the person at 0 steps, the manager
// at 1. A tree deeper than deepestTree, or a ring, ends there.
func (x *peopleIndex) climb(p int32, yield func(above int32, steps uint8)) {
	for k := uint8(0); p >= 0 && k < deepestTree; k++ {
		yield(p, k)
		p = x.up[p]
	}
}

// peerCount is, of one item's holder, how many others of the same department
// and title have as much.
type peerCount struct {
	same   int32 // others who have the same or more
	others int32 // others at all
	some   int32 // others who have it at any level
	usual  domain.Level
}

func (c peerCount) peers(x *peopleIndex, p int32) Peers {
	if c.others == 0 {
		return Peers{}
	}
	who := x.names[x.cohort[p]]
	return Peers{Have: int(c.same) + 1, Of: int(c.others) + 1, Usual: c.usual, Department: who.Department, Title: who.Title}
}

// reasons: few peers have it, most have it, or most of those who have it have
// less.
func (c peerCount) reasons(g domain.Grant, words string) []AdviceReason {
	var out []AdviceReason
	if c.some >= usualFewest && c.usual > domain.None && c.usual < g.Level {
		out = append(out, AdviceReason{Kind: AdviceLevel, Toward: Reduce, Level: c.usual,
			Text: fmt.Sprintf("most of the %d peers who have it stand at %s or below", c.some, g.Ladder().Word(c.usual))})
	}
	if c.others < peersFewest {
		return out
	}
	r := AdviceReason{Kind: AdvicePeers, Text: words}
	switch {
	case c.same*rareShare < c.others:
		r.Toward = Revoke
	case c.same*rareShare >= commonOfThree*c.others:
		r.Toward = Keep
	}
	return append(out, r)
}

// nearness is how far one item's holder is from the nearest of the others who
// have the target, or its owner, in steps of the management tree: up from each
// to the first manager they share. It is Entra's user-to-group affiliation
// (reporting structure; very distant from all others is low affiliation), made
// countable: the nearest counts, not the average, so that a second team that
// uses the same thing is no outlier.
type nearness struct {
	steps  uint8 // notInTheTree: nothing to say
	usual  uint8 // the middle of the other holders' own
	others int32
	who    int32 // the nearest
}

func (n nearness) reason(x *peopleIndex) (AdviceReason, bool) {
	if n.steps == notInTheTree || n.others < nearFewest || n.steps < farSteps || n.usual == noCommonBoss || int(n.steps) <= 2*int(n.usual) {
		return AdviceReason{}, false
	}
	text := fmt.Sprintf("shares no manager with any of the %d others who have it", n.others)
	if n.steps != noCommonBoss {
		text = fmt.Sprintf("the nearest of the %d others who have it, %s, is %d steps away in the management tree; usual among them is %d",
			n.others, x.o.Name(domain.KindPrincipal, x.ids[n.who]), n.steps, n.usual)
	}
	return AdviceReason{Kind: AdviceOutlier, Toward: Revoke, Text: text}, true
}

// placeKey is a target in its scope.
type placeKey struct {
	target domain.Target
	agent  domain.ID
}

func comparePlaceKeys(a, b placeKey) int {
	return cmp.Or(cmp.Compare(a.target.Kind, b.target.Kind), cmp.Compare(a.target.ID, b.target.ID), cmp.Compare(a.agent, b.agent))
}

// placeOwner gives who owns what is given, "" for nobody.
func placeOwner(o *domain.Org, k placeKey) domain.ID {
	switch k.target.Kind {
	case domain.TargetAgent:
		a, _ := o.Agent(k.target.ID)
		return a.Owner
	case domain.TargetSource:
		s, _ := o.Source(k.target.ID)
		return s.Owner
	}
	a, _ := o.Agent(k.agent)
	return a.Owner
}
