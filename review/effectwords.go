package review

import (
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
)

// EffectLine is one line of what a change set does to people. Rest are the names that
// Text only counts: whoever signs can read every one.
type EffectLine struct {
	Text  string
	Rises bool
	Rest  []Counted
}

// Counted are names that a line only counts: of people, of agents, of what the step is
// on, in the line's order.
type Counted struct {
	Of    string // "people", "agents", "things"
	Names []string
}

// Words lists them, most of them at the most; 0 is all.
func (c Counted) Words(most int) string {
	n := len(c.Names)
	if most <= 0 || most > n {
		most = n
	}
	s := fmt.Sprintf("these %d %s: %s", n, c.Of, strings.Join(c.Names[:most], ", "))
	if n > most {
		s += fmt.Sprintf(" and %d more", n-most)
	}
	return s
}

// step is a move from one rung to another, on a kind of target, at a scope
// and from a day on.
type step struct {
	kind          domain.TargetKind
	agent         domain.ID
	before, after domain.Level
	from          string // the day, where it lies ahead
}

// EffectLines says what effects do in as few lines as carry all of it. What
// one person gains or loses by one step on one kind of target is one line; an
// area's parts stand with the area; the agents inside which the same happens to
// the same people share a line; so do people to whom the same happens: "54
// people lose View & Use on Payroll Helper: Ada, Ben, Cleo and 51 more". One
// effect alone reads as EffectWords has it. Lines come in the order of their
// first effect.
func EffectLines(o *domain.Org, effects []domain.Effect) []EffectLine {
	type one struct {
		who  domain.ID
		step step
	}
	targets := map[one][]domain.ID{}
	var order []one
	for _, e := range effects {
		k := one{e.Principal, stepOf(o, e)}
		if _, seen := targets[k]; !seen {
			order = append(order, k)
		}
		targets[k] = append(targets[k], e.Target.ID)
	}
	type deed struct {
		step step
		ids  string
	}
	people := map[deed][]domain.ID{}
	var deeds []deed
	for _, k := range order {
		d := deed{k.step, idKey(targets[k])}
		if len(people[d]) == 0 {
			deeds = append(deeds, d)
		}
		people[d] = append(people[d], k.who)
	}
	type whole struct {
		deed deed
		who  string
	}
	agents := map[whole][]domain.ID{}
	wholeOf := func(d deed) whole {
		k := whole{d, idKey(people[d])}
		k.deed.step.agent = ""
		return k
	}
	for _, d := range deeds {
		if k := wholeOf(d); d.step.agent != "" {
			agents[k] = append(agents[k], d.step.agent)
		}
	}
	f := newForest(o)
	out := make([]EffectLine, 0, len(deeds))
	for _, d := range deeds {
		var in []domain.ID
		if d.step.agent != "" {
			if in = agents[wholeOf(d)]; in[0] != d.step.agent {
				continue // it stands with the first
			}
		}
		who := people[d]
		things, more := f.things(d.step, targets[one{who[0], d.step}])
		scope, elsewhere := f.scope(in)
		line := EffectLine{Text: deedWords(o, d.step, who, things+scope), Rises: d.step.after > d.step.before}
		var others []string
		for _, p := range who[min(len(who), namesMost):] {
			others = append(others, o.Name(domain.KindPrincipal, p))
		}
		for _, c := range []Counted{{"people", others}, {"things", more}, {"agents", elsewhere}} {
			if len(c.Names) > 0 {
				line.Rest = append(line.Rest, c)
			}
		}
		out = append(out, line)
	}
	return out
}

func stepOf(o *domain.Org, e domain.Effect) step {
	s := step{e.Target.Kind, e.Agent, e.Before, e.After, ""}
	if e.Future {
		s.from = e.At.In(o.Zone()).Format("2006-01-02")
	}
	return s
}

// idKey makes one text of ids, the same for the same ids in any order.
func idKey(ids []domain.ID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = string(id)
	}
	slices.Sort(words)
	return strings.Join(words, "\x00")
}

// deedWords says one line. The named are at most five.
func deedWords(o *domain.Org, s step, who []domain.ID, things string) string {
	l := domain.LadderOf(s.kind)
	from := ""
	if s.from != "" {
		from = " from " + s.from
	}
	if len(who) == 1 {
		return fmt.Sprintf("%s: %s, %s → %s%s", o.Name(domain.KindPrincipal, who[0]), things, l.Word(s.before), l.Word(s.after), from)
	}
	if s.kind.Permission() && l.Top() == domain.Held {
		did := map[bool]string{true: "gain", false: "lose"}[s.after > s.before]
		return fmt.Sprintf("%d people %s %s%s: %s", len(who), did, things, from, names(o, who))
	}
	var did string
	switch {
	case s.before == domain.None:
		did = "gain " + l.Word(s.after)
	case s.after == domain.None:
		did = "lose " + l.Word(s.before)
	default:
		did = "go from " + l.Word(s.before) + " to " + l.Word(s.after)
	}
	return fmt.Sprintf("%d people %s on %s%s: %s", len(who), did, things, from, names(o, who))
}

// forest knows the tree of areas.
type forest struct {
	o     *domain.Org
	parts map[domain.ID]int // how many areas lie below one
}

func newForest(o *domain.Org) *forest { return &forest{o, map[domain.ID]int{}} }

func (f *forest) below(id domain.ID) int {
	n, ok := f.parts[id]
	if !ok {
		for _, c := range f.o.Subareas(id) {
			n += 1 + f.below(c)
		}
		f.parts[id] = n
	}
	return n
}

// things names the targets of a step, areas with their parts; more are the names that
// it only counts.
func (f *forest) things(s step, ids []domain.ID) (text string, more []string) {
	if s.kind.Permission() && slices.Contains(ids, domain.AllID) {
		return f.allOf(s.kind, len(ids)-1), nil
	}
	if s.kind.Operation() {
		named := make([]string, len(ids))
		for i, id := range ids {
			named[i] = f.o.Name(domain.KindObject, id)
		}
		text, more = fewOf(named)
		return domain.OperationWord(s.kind) + " on " + text, more
	}
	if s.kind != domain.TargetArea {
		named := make([]string, len(ids))
		for i, id := range ids {
			named[i] = TargetName(f.o, domain.Target{Kind: s.kind, ID: id}, "")
		}
		return fewOf(named)
	}
	in := map[domain.ID]bool{}
	for _, id := range ids {
		in[id] = true
	}
	tops := f.o.Subareas("")
	all := len(tops) > 1 && !slices.ContainsFunc(tops, func(id domain.ID) bool { return !in[id] })
	var named []string
	if all {
		with, of := 0, 0
		for _, id := range tops {
			with += f.with(id, in)
			of += f.below(id)
		}
		named = append(named, fmt.Sprintf("all %d top-level areas", len(tops))+partWords("their", with, of))
	}
	for _, id := range ids {
		a, ok := f.o.Area(id)
		if ok && (in[a.Parent] || all && a.Parent == "") {
			continue
		}
		named = append(named, f.o.Name(domain.KindArea, id)+partWords("its", f.with(id, in), f.below(id)))
	}
	return fewOf(named)
}

// allOf says that a step is on all objects, settings or actions, and on how
// many of them where some have a value of their own.
func (f *forest) allOf(kind domain.TargetKind, n int) string {
	name := TargetName(f.o, domain.Target{Kind: kind, ID: domain.AllID}, "")
	of := f.o.Count(domain.KindObject)
	switch kind {
	case domain.TargetSetting:
		of = len(domain.SettingPermissions())
	case domain.TargetAction:
		of = len(domain.ActionPermissions())
	}
	if n == of {
		return name
	}
	return fmt.Sprintf("%s (%d of %d change)", name, n, of)
}

// with counts the areas below one that share its step without a gap.
func (f *forest) with(id domain.ID, in map[domain.ID]bool) int {
	n := 0
	for _, c := range f.o.Subareas(id) {
		if in[c] {
			n += 1 + f.with(c, in)
		}
	}
	return n
}

// scope says inside which agents; none is everywhere. more are those that it only counts.
func (f *forest) scope(agents []domain.ID) (text string, more []string) {
	if len(agents) == 0 {
		return "", nil
	}
	named := make([]string, len(agents))
	for i, id := range agents {
		named[i] = f.o.Name(domain.KindAgent, id)
	}
	text, more = fewOf(named)
	return " (in " + text + ")", more
}

// partWords says " and its 5 parts", " and 3 of its 5 parts".
func partWords(whose string, with, of int) string {
	switch {
	case with == 0:
		return ""
	case with < of:
		return fmt.Sprintf(" and %d of %s %d parts", with, whose, of)
	case of == 1:
		return " and " + whose + " part"
	}
	return fmt.Sprintf(" and %s %d parts", whose, of)
}

// fewOf lists the first few of a list and counts the rest, more.
func fewOf(named []string) (text string, more []string) {
	const most = 14
	n := min(len(named), most)
	return listed(named[:n], len(named)-n), named[n:]
}

// listed joins names: "Ana, Tom and 3 more", "Ana and Tom".
func listed(named []string, more int) string {
	s := strings.Join(named, ", ")
	if n := len(named); more == 0 && n > 1 {
		return strings.Join(named[:n-1], ", ") + " and " + named[n-1]
	}
	if more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}
