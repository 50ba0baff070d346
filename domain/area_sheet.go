package domain

import "slices"

// areaValues are the values a holder, or a preset, has on old areas at one
// scope.
type areaValues struct {
	set   map[ID]Level // without an end
	dated []Grant      // in a window that is not over
}

// valuesOf sorts a holder's grants of one scope.
func (v *mover) valuesOf(held []Grant) areaValues {
	out := areaValues{set: map[ID]Level{}}
	for _, g := range held {
		switch {
		case g.Window.Always():
			if l, twice := out.set[g.Target.ID]; !twice || g.Level > l {
				out.set[g.Target.ID] = g.Level
			}
		case g.Window.Span(v.o.Zone()).To > v.at:
			out.dated = append(out.dated, g)
		}
	}
	return out
}

// over gives the values as they hold for one agent: its own go before those
// for all agents, node by node.
func (a areaValues) over(all areaValues) areaValues {
	out := areaValues{set: map[ID]Level{}, dated: slices.Clone(a.dated)}
	for area, l := range all.set {
		out.set[area] = l
	}
	own := map[ID]bool{}
	for area, l := range a.set {
		out.set[area], own[area] = l, true
	}
	for _, g := range a.dated {
		own[g.Target.ID] = true
	}
	for _, g := range all.dated {
		if !own[g.Target.ID] {
			out.dated = append(out.dated, g)
		}
	}
	return out
}

// wanted is what a new area is to come to by its sources; not set where they
// give nothing.
type wanted struct {
	set    bool
	level  Level
	window Window
}

// sheet works out the values on the new areas for one holder at one scope.
type sheet struct {
	v     *mover
	in    areaValues
	base  map[ID]Level // what was worked out for all agents, where this is for one
	plan  map[ID]Level
	dated map[ID]Grant
	want  map[ID]wanted
	alone bool        // no other scope builds on this one
	free  map[ID]bool // a source's level is not kept here, so that what is below can stand higher
}

func sheetOf(v *mover, in areaValues, base map[ID]Level) *sheet {
	return &sheet{v: v, in: in, base: base, plan: map[ID]Level{}, dated: map[ID]Grant{}, want: map[ID]wanted{}, free: map[ID]bool{}}
}

// resolve gives what the values come to on an old area: the least set on the
// way up, and the dated values on that way.
func (s *sheet) resolve(area ID) (level Level, set bool, dated []Grant) {
	level = Edit
	for n := 0; area != "" && n < 64; n++ {
		if l, ok := s.in.set[area]; ok {
			level, set = min(level, l), true
		}
		for _, g := range s.in.dated {
			if g.Target.ID == area {
				dated = append(dated, g)
			}
		}
		a, _ := s.v.o.Area(area)
		area = a.Parent
	}
	if !set {
		level = None
	}
	return level, set, dated
}

// target works out what a new area is to come to.
func (s *sheet) target(area ID) wanted {
	sources := s.v.from[area]
	var w wanted
	least, most, all, some := Edit, None, true, false
	var dated []Grant
	for _, from := range sources {
		l, set, d := s.resolve(from)
		least, most, all, some = min(least, l), max(most, l), all && set, some || set
		for _, g := range d {
			if !slices.Contains(dated, g) {
				dated = append(dated, g)
			}
		}
		if s.v.doubt[from] && set && l > None {
			s.v.about(NoteAmbiguous, area, "%s on %s could be about either of the areas that it goes on as; %s is one",
				areaWord(l), s.v.o.areaPath(from), s.v.path(area))
		}
	}
	switch {
	case s.v.higher:
		w = wanted{set: some, level: most}
	case all:
		w = wanted{set: true, level: least}
	}
	if least != most {
		s.v.about(NoteMerged, area, "%s comes to %s: the areas it goes on from were at %s and at %s", s.v.path(area), areaWord(w.level), areaWord(least), areaWord(most))
	}
	if len(dated) == 0 {
		return w
	}
	if !some && len(dated) == 1 && len(sources) == 1 {
		return wanted{set: true, level: dated[0].Level, window: dated[0].Window}
	}
	for _, g := range dated {
		w.level = min(w.level, g.Level)
	}
	s.v.about(NoteDates, area, "%s comes to %s without dates: a level with dates meets another there", s.v.path(area), areaWord(w.level))
	return w
}

// above gives the least level set above a new area, by this sheet's values or
// by those for all agents.
func (s *sheet) above(area ID) (Level, bool) {
	level, set := Edit, false
	for up, n := s.v.new[area].Parent, 0; up != "" && n < 64; up, n = s.v.new[up].Parent, n+1 {
		if l, ok := s.at(up); ok {
			level, set = min(level, l), true
		}
	}
	return level, set
}

func (s *sheet) at(area ID) (Level, bool) {
	if l, ok := s.plan[area]; ok {
		return l, true
	}
	l, ok := s.base[area]
	return l, ok
}

// work goes down the new tree.
func (s *sheet) work() {
	for _, a := range s.v.order {
		if len(s.v.from[a.ID]) > 0 {
			s.want[a.ID] = s.target(a.ID)
		}
	}
	for _, a := range s.v.order {
		w, sourced := s.want[a.ID]
		if sourced && w.set && s.higherBelow(a.ID, w.level) {
			s.free[a.ID] = true
			s.v.about(NoteParent, a.ID, "%s on %s cannot be kept above a higher one: its sub-sections are set one by one", areaWord(w.level), s.v.path(a.ID))
			continue
		}
		if sourced {
			s.place(a.ID, w)
		}
	}
	s.gather()
	s.inherited()
}

// higherBelow tells whether something below is to come to more.
func (s *sheet) higherBelow(area ID, level Level) bool {
	for _, b := range s.v.below[area] {
		if w, ok := s.want[b]; ok && w.set && w.level > level || s.higherBelow(b, level) {
			return true
		}
	}
	return false
}

// place sets a new area, where what it would inherit is not what it is to come
// to.
func (s *sheet) place(area ID, w wanted) {
	level, set := s.above(area)
	now, stands := level, set
	if l, ok := s.base[area]; ok {
		now, stands = min(l, level), true
	}
	switch {
	case !w.set && stands && now > None:
		s.plan[area] = None
	case !w.set:
	case w.window != (Window{}) && !stands:
		s.dated[area] = Grant{Level: w.level, Window: w.window}
	default:
		l := w.level
		if w.window != (Window{}) {
			s.v.about(NoteDates, area, "%s comes to %s without dates: what is above it stands without", s.v.path(area), areaWord(min(l, level)))
		}
		if set && l > level {
			s.v.about(NoteParent, area, "%s comes to %s and not %s: no more than what is above it", s.v.path(area), areaWord(level), areaWord(l))
			l = level
		}
		if !stands || now != l {
			s.plan[area] = l
		}
	}
}

// gather sets an area once where all its sub-sections are set alike, and
// nothing else goes on as it.
func (s *sheet) gather() {
	if !s.alone {
		return
	}
	for _, a := range slices.Backward(s.v.order) {
		below := s.v.below[a.ID]
		if len(below) == 0 || len(s.v.from[a.ID]) > 0 {
			continue
		}
		if _, set := s.above(a.ID); set {
			continue
		}
		first, ok := s.plan[below[0]]
		for _, b := range below {
			l, set := s.plan[b]
			_, dated := s.dated[b]
			ok = ok && set && !dated && l == first && l > None
		}
		if !ok {
			continue
		}
		for _, b := range below {
			delete(s.plan, b)
		}
		s.plan[a.ID] = first
	}
}

// inherited notes new areas that take a level from the one above.
func (s *sheet) inherited() {
	if s.base != nil && len(s.plan) == 0 {
		return
	}
	for _, area := range s.v.out.New {
		if l, set := s.above(area); set && l > None {
			s.v.about(NoteNew, area, "%s is new and unset: it takes %s from the area above it", s.v.path(area), areaWord(l))
		}
	}
}
