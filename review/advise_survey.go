package review

import (
	"slices"
	"time"

	"countersign/domain"
)

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
	s := surveyor{o: o, at: at, x: x, places: o.PrincipalPlaces(), level: make([]domain.Level, len(x.ids)), groups: map[domain.ID][]int32{},
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
	places  []int32 // in x, by the number of a principal
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
	for h := range s.o.EachHeldOn(k.target, k.agent, s.at) {
		if h.Kind == domain.HolderGroup {
			for _, p := range s.members(h.Group) {
				s.take(p, h.Level)
			}
		} else if p := s.places[h.Principal]; p >= 0 {
			s.take(p, h.Level)
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
