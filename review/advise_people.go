package review

import (
	"cmp"
	"fmt"
	"slices"
	"time"

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

// surveyed are the holdings that a survey is of, by number from 0: the number of
// the target, the number of the holder among people (-1 for none) and the level.
type surveyed struct {
	places []placeKey // targets, by number
	n      int
	nth    func(i int) (place, holder int32, level domain.Level)
}

// survey counts peers and measures distances for all holdings, target by
// target.
func survey(o *domain.Org, at time.Time, x *peopleIndex, of surveyed) ([]peerCount, []nearness) {
	n := of.n
	s := surveyor{o: o, at: at, x: x, level: make([]domain.Level, len(x.ids)), groups: map[domain.ID][]int32{},
		items: make([]heldItem, n), cohorts: make([][maxRungs]int32, len(x.sizes)), best: make([][2]nearest, len(x.ids))}
	peers, near := make([]peerCount, n), make([]nearness, n)
	byPlace := make([][]int32, len(of.places))
	for i := range n {
		place, who, level := of.nth(i)
		if kind := of.places[place].target.Kind; who >= 0 && kind != domain.TargetCreator && !kind.Permission() {
			byPlace[place] = append(byPlace[place], int32(i))
			s.items[i] = heldItem{who, level}
		}
	}
	order := make([]int32, 0, len(of.places))
	for no, items := range byPlace {
		if len(items) > 0 {
			order = append(order, int32(no))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return comparePlaceKeys(of.places[a], of.places[b]) })
	for _, no := range order {
		k, items := of.places[no], byPlace[no]
		s.gather(k)
		s.countPeers(items, peers)
		s.measure(k, items, near)
		s.clear()
	}
	return peers, near
}

// heldItem is one item's holder and level.
type heldItem struct {
	who   int32
	level domain.Level
}

// maxRungs is more than any ladder has.
const maxRungs = 5

// surveyor looks at one target at a time; its tables are kept and cleared.
type surveyor struct {
	o       *domain.Org
	at      time.Time
	x       *peopleIndex
	items   []heldItem
	level   []domain.Level // of each person on the target
	have    []int32        // who has any
	groups  map[domain.ID][]int32
	cohorts [][maxRungs]int32 // how many of each cohort stand at each level
	best    [][2]nearest      // for each manager, the nearest two holders below
	touched []int32
	agents  *columns
	areas   *columns
}

// columns is a matrix read by column: with the place of each target in it and
// the strip that was read last.
type columns struct {
	m          *domain.Matrix
	at         map[domain.ID]int
	strip      int
	some, full []uint64
}

func newColumns(m *domain.Matrix) *columns {
	c := &columns{m: m, at: make(map[domain.ID]int, len(m.Targets)), strip: -1}
	for i, t := range m.Targets {
		c.at[t.ID] = i
	}
	return c
}

func (s *surveyor) take(p int32, l domain.Level) {
	if l = min(l, maxRungs-1); l == domain.None {
		return
	}
	if s.level[p] == domain.None {
		s.have = append(s.have, p)
	}
	s.level[p] = max(s.level[p], l)
}

// gather finds who has the target, and at which level: by what is given on it
// in this scope, to them or to a group they are in; on agents, and on areas for
// all agents, also by whatever else gives it (an access type, a role, a value
// further up).
func (s *surveyor) gather(k placeKey) {
	var c *columns
	switch {
	case k.agent != "":
	case k.target.Kind == domain.TargetAgent:
		if s.agents == nil {
			s.agents = newColumns(s.o.AgentMatrix(s.at))
		}
		c = s.agents
	case k.target.Kind == domain.TargetArea:
		if s.areas == nil {
			s.areas = newColumns(s.o.AreaMatrix("", s.at))
		}
		c = s.areas
	}
	if c != nil {
		if col, ok := c.at[k.target.ID]; ok {
			s.column(c, col)
		}
	}
	now := s.at.Unix()
	for g := range s.o.EachGrantOn(k.target) {
		if g.Agent != k.agent || g.Level == domain.None || !g.Window.Span(s.o.Zone()).Holds(now) {
			continue
		}
		switch g.Holder.Kind {
		case domain.HolderPrincipal:
			if p, ok := s.x.by[g.Holder.ID]; ok {
				s.take(p, g.Level)
			}
		case domain.HolderGroup:
			for _, p := range s.members(g.Holder.ID) {
				s.take(p, g.Level)
			}
		}
	}
}

// column takes everybody's level from a matrix; its rows are the people in the
// order of the index.
func (s *surveyor) column(c *columns, col int) {
	if c.strip != col>>6 {
		c.strip = col >> 6
		c.some, c.full = c.m.Strip(col, c.some, c.full)
	}
	for p, w := range c.some {
		if w>>(col&63)&1 == 1 {
			s.take(int32(p), domain.Level(1+c.full[p]>>(col&63)&1))
		}
	}
}

func (s *surveyor) members(group domain.ID) []int32 {
	out, ok := s.groups[group]
	if !ok {
		if g, there := s.o.Group(group); there && g.Life == domain.Live {
			all, _ := s.o.MembersOf(group, s.at)
			for _, id := range all {
				out = append(out, s.x.by[id])
			}
		}
		s.groups[group] = out
	}
	return out
}

func (s *surveyor) countPeers(items []int32, peers []peerCount) {
	for _, p := range s.have {
		if c := s.x.cohort[p]; c >= 0 {
			s.cohorts[c][s.level[p]]++
		}
	}
	for _, i := range items {
		p := s.items[i].who
		c := s.x.cohort[p]
		if c < 0 {
			continue
		}
		n := s.cohorts[c]
		if l := s.level[p]; l > domain.None {
			n[l]-- // the holder is no peer of their own
		}
		out := peerCount{others: s.x.sizes[c] - 1}
		for l := domain.Level(1); l < maxRungs; l++ {
			out.some += n[l]
			if l >= s.items[i].level {
				out.same += n[l]
			}
		}
		for l, below := domain.Level(1), int32(0); l < maxRungs && out.some > 0 && out.usual == domain.None; l++ {
			if below += n[l]; below*rareShare >= commonOfThree*out.some {
				out.usual = l
			}
		}
		peers[i] = out
	}
	for _, p := range s.have {
		if c := s.x.cohort[p]; c >= 0 {
			s.cohorts[c] = [maxRungs]int32{}
		}
	}
}

func (s *surveyor) clear() {
	for _, p := range s.have {
		s.level[p] = domain.None
	}
	s.have = s.have[:0]
}

// nearest is a holder below a manager and how many steps that is, plus one: 0
// is none.
type nearest struct {
	who   int32
	steps uint8
}

// measure finds for each holder the nearest other: at every manager the two
// nearest holders below are kept, and each holder climbs.
func (s *surveyor) measure(k placeKey, items []int32, near []nearness) {
	if len(s.have) > nearMost {
		return
	}
	placed := int32(0)
	for _, p := range s.have {
		if s.x.tree[p] {
			s.put(p)
			placed++
		}
	}
	if owner, ok := s.x.by[placeOwner(s.o, k)]; ok && s.level[owner] == domain.None && s.x.tree[owner] {
		s.put(owner)
	}
	if placed > nearFewest {
		var all []uint8
		for _, p := range s.have {
			if s.x.tree[p] {
				n, _ := s.nearestTo(p)
				all = append(all, n)
			}
		}
		slices.Sort(all)
		usual := all[len(all)/2]
		for _, i := range items {
			p := s.items[i].who
			if !s.x.tree[p] {
				continue
			}
			others := placed
			if s.level[p] > domain.None {
				others--
			}
			n, who := s.nearestTo(p)
			near[i] = nearness{steps: n, usual: usual, others: others, who: who}
		}
	}
	for _, p := range s.touched {
		s.best[p] = [2]nearest{}
	}
	s.touched = s.touched[:0]
}

func (s *surveyor) put(p int32) {
	s.x.climb(p, func(above int32, k uint8) {
		b := &s.best[above]
		if b[0].steps == 0 {
			s.touched = append(s.touched, above)
		}
		n := nearest{p, k + 1}
		switch {
		case b[0].who == p && b[0].steps > 0:
		case b[0].steps == 0 || n.steps < b[0].steps:
			b[0], b[1] = n, b[0]
		case b[1].steps == 0 || n.steps < b[1].steps:
			b[1] = n
		}
	})
}

// nearestTo gives the steps to the nearest other, noCommonBoss where no
// manager is shared.
func (s *surveyor) nearestTo(p int32) (steps uint8, who int32) {
	steps, who = noCommonBoss, -1
	s.x.climb(p, func(above int32, k uint8) {
		for _, b := range s.best[above] {
			if b.steps == 0 || b.who == p {
				continue
			}
			if d := k + b.steps - 1; d < steps || d == steps && b.who < who {
				steps, who = d, b.who
			}
		}
	})
	return steps, who
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
