package areas

import (
	"fmt"
	"maps"
	"slices"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// node is an area in the tree.
type node struct {
	area domain.Area
	up   *node
	kids []*node
}

// Key implements ui.Node.
func (n *node) Key() string { return string(n.area.ID) }

// Label implements ui.Node.
func (n *node) Label() string {
	if n.area.Sensitive {
		return n.area.Name + " (sensitive)"
	}
	return n.area.Name
}

// Kids implements ui.Node.
func (n *node) Kids() []*node { return n.kids }

// sheet is the values of one holder at one scope, and what is pending over them.
//
// Invariant: pending holds only what differs from what is stored.
type sheet struct {
	holder domain.Holder
	agent  domain.ID
	roots  []*node
	nodes  map[domain.ID]*node
	order  []domain.ID
	own    map[domain.ID]domain.Level // stored at this scope
	wide   map[domain.ID]domain.Level // stored for all agents, when the scope is one agent

	pending      map[domain.ID]int // ui.Unset or a level
	undone, done []map[domain.ID]int
}

func newSheet(o *domain.Org, h domain.Holder, agent domain.ID) *sheet {
	s := &sheet{holder: h, agent: agent, nodes: map[domain.ID]*node{}, pending: map[domain.ID]int{}}
	s.roots = s.grow(o, "", nil)
	s.own, s.wide = stored(o, h, agent), map[domain.ID]domain.Level{}
	if agent != "" {
		s.wide = stored(o, h, "")
	}
	return s
}

func (s *sheet) grow(o *domain.Org, parent domain.ID, up *node) []*node {
	var out []*node
	for _, id := range o.Subareas(parent) {
		a, _ := o.Area(id)
		n := &node{area: a, up: up}
		s.nodes[id], s.order = n, append(s.order, id)
		n.kids = s.grow(o, id, n)
		out = append(out, n)
	}
	return out
}

// stored is the values a holder has at one scope.
func stored(o *domain.Org, h domain.Holder, agent domain.ID) map[domain.ID]domain.Level {
	out := map[domain.ID]domain.Level{}
	for _, g := range o.GrantsOf(h) {
		if g.Target.Kind == domain.TargetArea && g.Agent == agent {
			out[g.Target.ID] = g.Level
		}
	}
	return out
}

// at is the value of an area at this scope, pending before stored; ui.Unset for
// none.
func (s *sheet) at(id domain.ID) int {
	if v, ok := s.pending[id]; ok {
		return v
	}
	if v, ok := s.own[id]; ok {
		return int(v)
	}
	return ui.Unset
}

// holds is the value that counts at a node: the scope's own, else that for all
// agents.
func (s *sheet) holds(id domain.ID) (level int, wide bool) {
	if v := s.at(id); v != ui.Unset {
		return v, false
	}
	if v, ok := s.wide[id]; ok {
		return int(v), true
	}
	return ui.Unset, false
}

// value is a node's levels by the rules of the tree: unset takes the parent's
// level, and no node is above the least set one over it (PRODUCT 2.2).
func (s *sheet) value(id domain.ID) ui.Value {
	own := s.at(id)
	_, changed := s.pending[id]
	v := ui.Value{Own: own, Effective: ui.Unset, Changed: changed}
	for n := s.nodes[id]; n != nil; n = n.up {
		l, wide := s.holds(n.area.ID)
		if l == ui.Unset || v.Effective != ui.Unset && l >= v.Effective {
			continue
		}
		v.Effective = l
		switch {
		case n.area.ID != id:
			v.From = n.area.Name
		case wide:
			v.From = "all agents"
		default:
			v.From = ""
		}
	}
	if v.Effective == ui.Unset {
		v.Effective = int(domain.None)
	}
	return v
}

// refuses says why a node cannot be given a level, "" if it can: no child above
// its parent.
func (s *sheet) refuses(id domain.ID, level int) string {
	n := s.nodes[id]
	if n == nil || level == ui.Unset {
		return ""
	}
	for up := n.up; up != nil; up = up.up {
		if l, _ := s.holds(up.area.ID); l != ui.Unset && l < level {
			return fmt.Sprintf("%s cannot be %s: %s is set to %s, and no sub-section may be more than what it is in; raise %s to %s first",
				n.area.Name, word(level), up.area.Name, word(l), up.area.Name, word(level))
		}
	}
	return ""
}

func word(level int) string {
	if level == ui.Unset {
		return "unset"
	}
	return domain.LadderOf(domain.TargetArea).Word(domain.Level(level))
}

// set makes a value pending and says whether anything changed.
func (s *sheet) set(id domain.ID, level int) bool {
	if s.at(id) == level {
		return false
	}
	s.remember()
	s.put(id, level)
	return true
}

// remember keeps what is pending now, for undo.
func (s *sheet) remember() { s.done, s.undone = append(s.done, maps.Clone(s.pending)), nil }

func (s *sheet) put(id domain.ID, level int) {
	was := ui.Unset
	if v, ok := s.own[id]; ok {
		was = int(v)
	}
	if was == level {
		delete(s.pending, id)
	} else {
		s.pending[id] = level
	}
}

// fill makes exactly a preset's values pending: what it names is set, everything
// else at this scope is unset.
func (s *sheet) fill(p domain.Preset) {
	s.remember()
	named := map[domain.ID]int{}
	for _, v := range p.Values {
		named[v.Area] = int(v.Level)
	}
	for _, id := range s.order {
		level, ok := named[id]
		if !ok {
			level = ui.Unset
		}
		s.put(id, level)
	}
}

// undo and redo go through what was pending; false when there is nothing to.
func (s *sheet) undo() bool {
	if len(s.done) == 0 {
		return false
	}
	s.undone = append(s.undone, s.pending)
	s.pending = s.done[len(s.done)-1]
	s.done = s.done[:len(s.done)-1]
	return true
}

func (s *sheet) redo() bool {
	if len(s.undone) == 0 {
		return false
	}
	s.done = append(s.done, s.pending)
	s.pending = s.undone[len(s.undone)-1]
	s.undone = s.undone[:len(s.undone)-1]
	return true
}

func (s *sheet) clear() {
	s.pending, s.done, s.undone = map[domain.ID]int{}, nil, nil
}

// keep lays what was pending on an older state over this one.
func (s *sheet) keep(old *sheet) {
	for id, v := range old.pending {
		if s.nodes[id] != nil {
			s.put(id, v)
		}
	}
}

// clone is a sheet for a command: what is pending stays as it is now.
func (s *sheet) clone() *sheet {
	c := *s
	c.pending, c.done, c.undone = maps.Clone(s.pending), nil, nil
	return &c
}

// lowered says which areas stored below id now stand above it and take its level;
// one that is pending above it is refused instead.
func (s *sheet) lowered(id domain.ID) []string {
	n, level := s.nodes[id], s.at(id)
	var names []string
	var walk func([]*node)
	walk = func(kids []*node) {
		for _, k := range kids {
			_, asked := s.pending[k.area.ID]
			if l := s.at(k.area.ID); !asked && l > level && level != ui.Unset {
				names = append(names, k.area.Name)
			}
			walk(k.kids)
		}
	}
	walk(n.kids)
	switch {
	case len(names) == 0:
		return nil
	case len(names) > 3:
		names = append(names[:3], fmt.Sprintf("%d more", len(names)-3))
	}
	out := fmt.Sprintf("this lowers to %s what is set higher below: %s", word(level), names[0])
	for _, name := range names[1:] {
		out += ", " + name
	}
	return []string{out}
}

// ids are the areas with something pending, in the order of the catalogue.
func (s *sheet) ids() []domain.ID {
	var out []domain.ID
	for _, id := range s.order {
		if _, ok := s.pending[id]; ok {
			out = append(out, id)
		}
	}
	return out
}

// changes makes the changes that are pending.
func (s *sheet) changes(o *domain.Org, id func() domain.ID) ([]domain.Change, error) {
	var out []domain.Change
	for _, area := range s.ids() {
		if v := s.pending[area]; v == ui.Unset {
			out = append(out, domain.UnsetArea(o, s.holder, area, s.agent)...)
			continue
		}
		c, err := domain.SetArea(o, s.holder, area, s.agent, domain.Level(s.pending[area]), id)
		if err != nil {
			return nil, err
		}
		out = append(out, c...)
	}
	return out, nil
}

// moved is a Conflict when the values the editor shows are not what is stored any
// more.
func (s *sheet) moved(o *domain.Org) error {
	now := stored(o, s.holder, s.agent)
	if maps.Equal(now, s.own) {
		return nil
	}
	say := func(m map[domain.ID]domain.Level, id domain.ID) string {
		if v, ok := m[id]; ok {
			return word(int(v))
		}
		return "unset"
	}
	ids := slices.Sorted(maps.Keys(now))
	for id := range s.own {
		if _, ok := now[id]; !ok {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		if a, b := say(s.own, id), say(now, id); a != b {
			return domain.Errorf(domain.Conflict, "%s was %s when you opened this, and is %s now", o.Name(domain.KindArea, id), a, b).
				Hinted("close this and press f5: the tree shows the present state, and your changes stay pending").ByRule(domain.RuleStale)
		}
	}
	return nil
}

// title says what the change set does.
func (s *sheet) title(o *domain.Org, name string) string {
	ids := s.ids()
	out := "Areas of " + name + ": "
	if s.agent != "" {
		out = "Areas of " + name + " in " + o.Name(domain.KindAgent, s.agent) + ": "
	}
	if len(ids) > 2 {
		return out + review.Count(len(ids), "value", "values")
	}
	for i, id := range ids {
		if i > 0 {
			out += ", "
		}
		out += o.Name(domain.KindArea, id) + " " + word(s.pending[id])
	}
	return out
}

// standing is what a person has in an area, from every source.
type standing struct {
	level domain.Level
	from  string
}

// standings are a person's levels in every area; other holders have none.
func standings(o *domain.Org, p change.Picture, h domain.Holder, agent domain.ID, s *sheet) map[domain.ID]standing {
	if h.Kind != domain.HolderPrincipal {
		return nil
	}
	out := map[domain.ID]standing{}
	for _, id := range s.order {
		a := o.Access(h.ID, domain.Target{Kind: domain.TargetArea, ID: id}, agent, p.Now)
		st := standing{level: a.Level}
		if len(a.Paths) > 0 && len(a.Paths[0].Steps) > 0 {
			// What a person holds themselves is told by the tree.
			if last := a.Paths[0].Steps[len(a.Paths[0].Steps)-1]; last.Holder != h {
				st.from = last.Name
			} else if len(a.Paths[0].Steps) == 1 && last.Note != "" && o.AccountRole(h.ID, p.Now) == domain.AccountAdmin {
				st.from = last.Note
			}
		}
		out[id] = st
	}
	return out
}
