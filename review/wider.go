package review

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"countersign/domain"
)

// WiderEdit is a way to end what a decided item left by other paths: changes
// beyond the item's own grant, which therefore are a proposal of their own and
// no part of remediation (PRODUCT 5).
type WiderEdit struct {
	Deeds   []string // what it does, a line each
	Changes []domain.Change
	People  int             // others who lose something by it
	Others  []domain.Effect // what others lose
	Own     []domain.Effect // what those the item is about lose besides what is left of it
	rungs   int             // that are lost, by whomever
}

// wideSearch looks for wider edits of one item.
type wideSearch struct {
	o     *domain.Org
	at    time.Time
	g     domain.Grant // the item's, as staged
	to    domain.Level // decided
	still func(*domain.Org) []domain.Remaining
	id    func() domain.ID
	whose map[domain.ID]bool // who still has more than was decided
}

// mostCuts bounds the single edits that are looked at, mostEdits those of one
// way, mostWays the ways that are told.
const (
	mostCuts  = 40
	mostEdits = 12
	mostWays  = 3
)

// WiderEdits gives the smallest ways to end what is left of a holding g that
// was decided to: by which the fewest others lose anything, then those that
// take the least besides, then the fewest changes; up to
// three, the smallest first. still says what is left in an organisation by
// paths that nobody reviewed; it is what a way must end. Each edit ends or
// lowers one grant on such a path, or sets a value of its own for the same
// holder on the target. Where none is found, why says what stands against it:
// a rule of the model, or too many paths. id makes the ids of new grants.
func WiderEdits(o *domain.Org, g domain.Grant, to domain.Level, at time.Time, still func(*domain.Org) []domain.Remaining,
	id func() domain.ID) (ways []WiderEdit, why string) {
	s := wideSearch{o: o, at: at, g: g, to: to, still: still, id: id, whose: map[domain.ID]bool{}}
	left := still(o)
	if len(left) == 0 {
		return nil, "nothing is left of it"
	}
	for _, r := range left {
		s.whose[r.Principal] = true
	}
	cuts := s.cuts(o, left)
	var pairs [][]cut
	for i, a := range cuts {
		ways = s.keep(ways, []cut{a}, &why)
		for _, b := range cuts[i+1:] {
			pairs = append(pairs, []cut{a, b})
		}
	}
	if len(ways) == 0 && len(pairs) <= mostCuts*mostCuts/4 {
		for _, p := range pairs {
			ways = s.keep(ways, p, &why)
		}
	}
	if len(ways) == 0 {
		ways = s.keep(ways, s.greedy(), &why)
	}
	slices.SortStableFunc(ways, compareWays)
	if len(ways) > 0 {
		return ways[:min(len(ways), mostWays)], ""
	}
	if why == "" {
		why = fmt.Sprintf("no %d edits end it: it is reached by too many paths", mostEdits)
	}
	return nil, why
}

func compareWays(a, b WiderEdit) int {
	return cmp.Or(cmp.Compare(a.People, b.People), cmp.Compare(len(a.Others)+len(a.Own), len(b.Others)+len(b.Own)),
		cmp.Compare(a.rungs, b.rungs), cmp.Compare(len(a.Changes), len(b.Changes)), slices.Compare(a.Deeds, b.Deeds))
}

// cut is one edit.
type cut struct {
	deed    string
	changes []domain.Change
}

// cuts lists the single edits that end a path of what is left.
func (s *wideSearch) cuts(o *domain.Org, left []domain.Remaining) []cut {
	var out []cut
	seen := map[string]bool{}
	add := func(changes []domain.Change, format string, args ...any) {
		c := cut{fmt.Sprintf(format, args...), changes}
		if !seen[c.deed] && len(out) < mostCuts && len(changes) > 0 {
			seen[c.deed] = true
			out = append(out, c)
		}
	}
	for _, r := range left {
		for _, p := range r.Paths {
			for _, id := range p.Via {
				s.cutsOf(o, r, id, add)
			}
		}
	}
	return out
}

// cutsOf lists the edits of one grant on a path to what is left.
func (s *wideSearch) cutsOf(o *domain.Org, r domain.Remaining, id domain.ID, add func([]domain.Change, string, ...any)) {
	row, ok := o.Holding(id)
	if !ok {
		return
	}
	g := row.Record.(domain.Grant)
	holder, target, word := HolderName(o, g.Holder), TargetName(o, g.Target, g.Agent), g.Ladder().Word
	to := domain.None
	switch g.Target.Kind {
	case s.g.Target.Kind:
		to = min(s.to, g.Level)
	case domain.TargetAccessType:
		to = domain.Level(domain.GroupRestricted)
	case domain.TargetAgentRole:
		to = domain.Level(domain.AgentManager)
	}
	lower := func(to domain.Level) {
		changes, err := o.Lower(id, to)
		switch {
		case err != nil || to >= g.Level:
		case to == domain.None && g.Target.Kind == domain.TargetGroup:
			add(changes, "take %s out of %s", holder, target)
		case to == domain.None && g.Target.Kind != domain.TargetArea:
			add(changes, "end %s's %s on %s", holder, word(g.Level), target)
		default:
			add(changes, "lower %s on %s from %s to %s", holder, target, word(g.Level), word(to))
		}
	}
	lower(to)
	if to != domain.None && g.Target.Kind != domain.TargetAccessType {
		lower(domain.None)
	}
	if g.Target.Kind == domain.TargetArea && (g.Target != r.Target || g.Agent != r.Agent) && g.Holder.Kind != domain.HolderEveryone {
		own := domain.Grant{ID: s.id(), Holder: g.Holder, Target: r.Target, Agent: r.Agent, Level: s.to}
		add([]domain.Change{domain.Begin(own)}, "set %s for %s to %s", TargetName(o, own.Target, own.Agent), holder, word(s.to))
	}
}

// keep adds a way where it ends what is left, no rule refuses it and nobody
// gains by it.
func (s *wideSearch) keep(ways []WiderEdit, cuts []cut, why *string) []WiderEdit {
	if len(cuts) == 0 {
		return ways
	}
	cs := domain.ChangeSet{Title: "what if"}
	w := WiderEdit{}
	for _, c := range cuts {
		cs.Changes = merge(cs.Changes, c.changes)
		w.Deeds = append(w.Deeds, c.deed)
	}
	w.Changes = cs.Changes
	after, err := s.o.Advance(s.o.Key(), cs.Changes)
	if err != nil || len(s.still(after)) > 0 {
		return ways
	}
	_, effects, err := s.o.With(cs, s.at)
	if err != nil {
		if *why == "" {
			*why = fmt.Sprintf("%s is refused: %v", w.Deeds[0], err)
		}
		return ways
	}
	others := map[domain.ID]bool{}
	for _, e := range effects {
		w.rungs += int(e.Before) - int(e.After)
		switch {
		case e.Rises():
			if *why == "" {
				*why = fmt.Sprintf("%s would raise access: %s", w.Deeds[0], EffectWords(s.o, e))
			}
			return ways
		case !s.whose[e.Principal]:
			others[e.Principal] = true
			w.Others = append(w.Others, e)
		case !s.about(e):
			w.Own = append(w.Own, e)
		}
	}
	w.People = len(others)
	return append(ways, w)
}

// about tells whether an effect is on what the item was decided about.
func (s *wideSearch) about(e domain.Effect) bool {
	return e.Target == asked(s.g.Target) && (e.Agent == s.g.Agent || s.g.Agent == "")
}

// greedy takes the edit that costs others least, one after the other, until
// nothing is left.
func (s *wideSearch) greedy() []cut {
	var out []cut
	o := s.o
	for range mostEdits {
		left := s.still(o)
		if len(left) == 0 {
			return out
		}
		var best cut
		least := -1
		for _, c := range s.cuts(o, left[:1]) {
			_, effects, err := o.With(domain.ChangeSet{Title: "what if", Changes: c.changes}, s.at)
			if err != nil || slices.ContainsFunc(effects, domain.Effect.Rises) {
				continue
			}
			if n := len(effects); least < 0 || n < least {
				best, least = c, n
			}
		}
		if least < 0 {
			return nil
		}
		next, err := o.Advance(o.Key(), best.changes)
		if err != nil {
			return nil
		}
		out, o = append(out, best), next
	}
	return nil
}
