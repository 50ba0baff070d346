package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// AreaMove is what moving an organisation to another catalogue takes.
type AreaMove struct {
	Changes []Change
	Notes   []MoveNote
	New     []ID // areas of the new catalogue that nothing goes on as
	Ended   []ID // areas of the old one that go on as nothing
}

// MoveNote is one thing about a move that somebody should know: nobody gains
// or loses by it without being listed.
type MoveNote struct {
	Kind   MoveNoteKind `json:"kind"`
	Holder Holder       `json:"holder,omitzero"` // zero: about a preset
	Agent  ID           `json:"agent,omitempty"`
	Area   ID           `json:"area"` // of the new catalogue, or where it ends of the old one
	Text   string       `json:"text"`
}

// MoveNoteKind says what a note is about.
type MoveNoteKind string

// The kinds of note.
const (
	NoteAmbiguous MoveNoteKind = "ambiguous" // the old area could be either of the new ones
	NoteMerged    MoveNoteKind = "merged"    // several old areas with different levels are one now
	NoteEnded     MoveNoteKind = "ended"     // the old area goes on as nothing
	NoteNew       MoveNoteKind = "new"       // a new area takes the level of the one above it
	NoteParent    MoveNoteKind = "parent"    // a level could not be kept above a higher one, or stands below a lower one
	NoteDates     MoveNoteKind = "dates"     // a level's dates could not be kept
)

// MergeLower and MergeHigher say which level counts where several old areas
// become one.
const (
	MergeLower  = false // nobody gains
	MergeHigher = true
)

// MoveAreas works out the changes that put the areas of another catalogue in
// place of the organisation's, and what everybody holds on the old ones onto
// the new: users, groups and roles, for all agents and inside one, and the
// organisation's own presets.
//
// What counts is the level that a holder's own values come to on the old area.
// Where several become one the lower counts (or the higher, where asked), and
// it is noted; an unset one gives nothing. Where a new area would inherit what
// its sources did not give, None is set. A new area without a source stays
// unset, so that it takes its parent's level: noted too. An area marked
// sensitive stays so in what it goes on as.
//
// A mapping that names an area which is not there is NotFound (rule
// "area-mapping").
func (o *Org) MoveAreas(catalogue string, to []Area, m AreaMapping, higher bool, at time.Time, id func() ID) (AreaMove, error) {
	v, err := newMover(o, to, m, higher, at)
	if err != nil {
		return AreaMove{}, err
	}
	v.id = id
	holders := map[Holder]bool{}
	var order []Holder
	for row := range o.All(KindGrant) {
		g, ok := row.Record.(Grant)
		if ok && g.Target.Kind == TargetArea && !holders[g.Holder] {
			holders[g.Holder] = true
			order = append(order, g.Holder)
		}
	}
	for _, h := range order {
		v.holder(h)
	}
	v.areas()
	before := Setting{ID: SettingCatalogue, Value: o.Setting(SettingCatalogue)}
	after := Setting{ID: SettingCatalogue, Value: catalogue}
	switch {
	case before.Value == "":
		v.out.Changes = append(v.out.Changes, Begin(after))
	case before != after:
		v.out.Changes = append(v.out.Changes, Replace(before, after))
	}
	v.presets()
	return v.out, nil
}

// mover carries one move.
type mover struct {
	o       *Org
	at      int64
	higher  bool
	id      func() ID
	order   []Area      // the new areas, parents first
	new     map[ID]Area // by id
	below   map[ID][]ID // of the new ones
	from    map[ID][]ID // new area: its sources, in the order of the catalogue
	to      map[ID][]ID // old area: what it goes on as
	doubt   map[ID]bool // old areas of which it is ambiguous
	carried map[ID]bool // old areas below which something goes on
	out     AreaMove
	about   func(kind MoveNoteKind, area ID, format string, args ...any)
}

func newMover(o *Org, to []Area, m AreaMapping, higher bool, at time.Time) (*mover, error) {
	v := &mover{o: o, at: at.Unix(), higher: higher, order: to, new: map[ID]Area{}, below: map[ID][]ID{}, from: map[ID][]ID{},
		to: map[ID][]ID{}, doubt: map[ID]bool{}, carried: map[ID]bool{}}
	for _, a := range to {
		v.new[a.ID] = a
		v.below[a.Parent] = append(v.below[a.Parent], a.ID)
	}
	steps := map[ID]AreaStep{}
	for _, s := range m.Areas {
		if _, ok := o.Area(s.From); !ok {
			return nil, refuse(NotFound, RuleMapping, "the mapping is from the area %q, which is not there", s.From).
				Hinted("is the organisation's catalogue %q?", m.From)
		}
		for _, t := range s.To {
			if _, ok := v.new[t]; !ok {
				return nil, refuse(NotFound, RuleMapping, "the mapping leads to the area %q, which the new catalogue does not have", t).
					Hinted("give the id of an area of %q", m.To)
			}
		}
		steps[s.From] = s
	}
	for row := range o.All(KindArea) {
		old, ok := row.Record.(Area)
		if !ok {
			continue
		}
		targets := steps[old.ID].To
		if _, named := steps[old.ID]; !named {
			if _, same := v.new[old.ID]; same {
				targets = []ID{old.ID}
			}
		}
		v.doubt[old.ID] = steps[old.ID].Ambiguous
		for _, t := range targets {
			v.to[old.ID] = append(v.to[old.ID], t)
			v.from[t] = append(v.from[t], old.ID)
		}
		for up, n := old.Parent, 0; len(targets) > 0 && up != "" && n < 64; n++ {
			v.carried[up] = true
			a, _ := o.Area(up)
			up = a.Parent
		}
	}
	for _, a := range to {
		if len(v.from[a.ID]) == 0 && len(v.below[a.ID]) == 0 {
			v.out.New = append(v.out.New, a.ID)
		}
	}
	for row := range o.All(KindArea) {
		if a := row.Record.RecordID(); len(v.to[a]) == 0 && !v.carried[a] {
			v.out.Ended = append(v.out.Ended, a)
		}
	}
	return v, nil
}

// areas puts the new areas in place of the old.
func (v *mover) areas() {
	for row := range v.o.All(KindArea) {
		old, ok := row.Record.(Area)
		if _, stays := v.new[old.ID]; ok && !stays {
			v.out.Changes = append(v.out.Changes, End(old))
		}
	}
	for _, a := range v.order {
		old, had := v.o.Area(a.ID)
		a.Sensitive = a.Sensitive || had && v.o.sensitive(a.ID)
		for _, s := range v.from[a.ID] {
			a.Sensitive = a.Sensitive || v.o.sensitive(s)
		}
		switch {
		case !had:
			v.out.Changes = append(v.out.Changes, Begin(a))
		case old != a:
			v.out.Changes = append(v.out.Changes, Replace(old, a))
		}
	}
}

// holder moves what one holder has, for all agents first.
func (v *mover) holder(h Holder) {
	held := map[ID][]Grant{"": nil}
	for _, g := range v.o.GrantsOf(h) {
		if g.Target.Kind == TargetArea {
			held[g.Agent] = append(held[g.Agent], g)
		}
	}
	scopes := make([]ID, 0, len(held))
	for a := range held {
		scopes = append(scopes, a)
	}
	slices.Sort(scopes)
	var all areaValues
	var base map[ID]Level
	for _, scope := range scopes {
		v.about = func(kind MoveNoteKind, area ID, format string, args ...any) {
			who := v.o.holderName(h)
			if scope != "" {
				who += " inside " + v.o.Name(KindAgent, scope)
			}
			v.out.Notes = append(v.out.Notes, MoveNote{kind, h, scope, area, who + ": " + fmt.Sprintf(format, args...)})
		}
		own := v.valuesOf(held[scope])
		view := own
		if scope != "" {
			view = own.over(all)
		}
		s := sheetOf(v, view, base)
		s.alone = len(scopes) == 1
		s.work()
		v.ended(own)
		v.replace(h, scope, held[scope], s)
		if scope == "" {
			all, base = own, s.plan
		}
	}
}

// replace ends what a holder has at one scope and begins what the sheet says;
// what stays the same goes on.
func (v *mover) replace(h Holder, scope ID, held []Grant, s *sheet) {
	type spot struct {
		area   ID
		level  Level
		window Window
	}
	want := map[spot]bool{}
	for area, l := range s.plan {
		want[spot{area, l, Window{}}] = true
	}
	for area, d := range s.dated {
		want[spot{area, d.Level, d.Window}] = true
	}
	origin, one := Origin{}, true
	for i, g := range held {
		if i == 0 {
			origin = g.Origin
		}
		one = one && g.Origin == origin
		k := spot{g.Target.ID, g.Level, g.Window}
		if want[k] {
			delete(want, k)
			continue
		}
		v.out.Changes = append(v.out.Changes, End(g))
	}
	if !one {
		origin = Origin{}
	}
	for _, a := range v.order {
		for k := range want {
			if k.area == a.ID {
				v.out.Changes = append(v.out.Changes, Begin(Grant{ID: v.id(), Holder: h, Target: Target{TargetArea, a.ID}, Agent: scope,
					Level: k.level, Window: k.window, Origin: origin}))
			}
		}
	}
}

// presets moves the organisation's own presets.
func (v *mover) presets() {
	stored := v.o.Setting(SettingPresets)
	own, err := ReadPresets(stored)
	if stored == "" || err != nil {
		return
	}
	var left []Preset
	for _, p := range own {
		v.about = func(kind MoveNoteKind, area ID, format string, args ...any) {
			v.out.Notes = append(v.out.Notes, MoveNote{Kind: kind, Area: area, Text: "preset " + p.Name + ": " + fmt.Sprintf(format, args...)})
		}
		in := areaValues{set: map[ID]Level{}}
		for _, value := range p.Values {
			in.set[value.Area] = value.Level
		}
		s := sheetOf(v, in, nil)
		s.alone = true
		s.work()
		v.ended(in)
		p.Values = nil
		for _, a := range v.order {
			if l, ok := s.plan[a.ID]; ok {
				p.Values = append(p.Values, AreaValue{a.ID, l})
			}
		}
		if len(p.Values) > 0 {
			left = append(left, p)
		}
	}
	before, after := Setting{ID: SettingPresets, Value: stored}, Setting{ID: SettingPresets, Value: WritePresets(left)}
	switch {
	case after.Value == "":
		v.out.Changes = append(v.out.Changes, End(before))
	case after != before:
		v.out.Changes = append(v.out.Changes, Replace(before, after))
	}
}

// ended notes levels on areas that go on as nothing.
func (v *mover) ended(own areaValues) {
	for _, area := range v.out.Ended {
		if l, ok := own.set[area]; ok && l > None {
			v.about(NoteEnded, area, "%s on %s ends, nothing goes on from it", areaWord(l), v.o.areaPath(area))
		}
		for _, g := range own.dated {
			if g.Target.ID == area && g.Level > None {
				v.about(NoteEnded, area, "%s on %s ends, nothing goes on from it", areaWord(g.Level), v.o.areaPath(area))
			}
		}
	}
}

func areaWord(l Level) string { return LadderOf(TargetArea).Word(l) }

// areaPath gives an area's path in names: "Voice > Numbers".
func (o *Org) areaPath(id ID) string {
	var names []string
	for n := 0; id != "" && n < 64; n++ {
		a, ok := o.Area(id)
		if !ok {
			names = append(names, string(id))
			break
		}
		names, id = append(names, a.Name), a.Parent
	}
	slices.Reverse(names)
	return strings.Join(names, " > ")
}

// path is areaPath in the new catalogue.
func (v *mover) path(id ID) string {
	var names []string
	for n := 0; id != "" && n < 64; n++ {
		a := v.new[id]
		names, id = append(names, a.Name), a.Parent
	}
	slices.Reverse(names)
	return strings.Join(names, " > ")
}
