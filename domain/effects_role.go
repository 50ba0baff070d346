package domain

import (
	"cmp"
	"slices"
	"time"
)

// roleSurvey finds what changes in what roles permit. Principals whose roles
// stand alike share the answer: it depends on nothing else of them.
type roleSurvey struct {
	all     bool            // everybody is concerned
	who     map[ID]bool     // these are
	behind  map[Holder]bool // so are those who have these roles
	targets []Target        // what may move, in the order of permissions
	known   map[standing][]permitted
	defined map[ID]bool // roles whose definition changes
}

// standing is all that decides what one principal's roles permit, before and
// after.
type standing struct {
	was, is string // its roles' ids, each followed by a blank; "-" while it is not active
	of      PrincipalKind
}

// permitted is one level that moves.
type permitted struct {
	target        Target
	before, after Level
}

// touchRoles notes whom a change can concern by what roles permit.
func (l *survey) touchRoles(c Change) {
	s := &l.roles
	switch r := c.Record().(type) {
	case Grant:
		switch {
		case r.Target.Kind.Permission():
			s.behind[r.Holder] = true
		case r.Target.Kind == TargetRole:
			s.who[r.Holder.ID] = true
		}
	case Role:
		before, _ := c.Before.(Role)
		after, _ := c.After.(Role)
		if before.Default != after.Default {
			s.all = true
		}
		s.behind[Holder{HolderRole, r.ID}] = true
	case Principal:
		before, had := c.Before.(Principal)
		after, has := c.After.(Principal)
		if had != has || before.Status != after.Status {
			s.who[r.ID] = true
		}
	case Object:
		before, had := c.Before.(Object)
		after, has := c.After.(Object)
		s.all = s.all || had != has || before.System != after.System
	case Field:
		before, had := c.Before.(Field)
		after, has := c.After.(Field)
		s.all = s.all || had != has || before.Object != after.Object || before.Label != after.Label
	case Setting:
		s.all = s.all || r.ID == SettingZone // windows of roles open at other instants
	}
}

// settleRoles makes a list of whom the changes concern once all are touched.
func (l *survey) settleRoles() {
	s := &l.roles
	for h := range s.behind {
		for _, p := range l.behind(h) {
			s.who[p] = true
		}
	}
	if s.all {
		for p := range l.principals() {
			s.who[p] = true
		}
	}
	if len(s.who) == 0 {
		return
	}
	s.known = map[standing][]permitted{}
	seen := map[Target]bool{}
	for _, o := range l.both() {
		for t := range o.permissions() {
			if !seen[t] && (t.Kind != TargetField || l.fieldMatters(t)) {
				seen[t] = true
				s.targets = append(s.targets, t)
			}
		}
	}
	slices.SortFunc(s.targets, compareTargets)
}

// fieldMatters tells whether a field can move otherwise than with its object:
// a rule is on it in one of the pictures.
func (l *survey) fieldMatters(t Target) bool {
	return len(l.before.linksOn(t)) > 0 || len(l.after.linksOn(t)) > 0
}

// roleSteps appends the distinct steps of what p's roles permit, over the
// instants.
func (l *survey) roleSteps(p ID, instants []time.Time, out []Effect) []Effect {
	if !l.roles.who[p] {
		return out
	}
	first := len(out)
	for i, at := range instants {
		for _, m := range l.permitted(p, at) {
			e := Effect{Principal: p, Target: m.target, Before: m.before, After: m.after, At: at, Future: i > 0}
			if !slices.ContainsFunc(out[first:], func(x Effect) bool {
				return x.Target == e.Target && x.Before == e.Before && x.After == e.After
			}) {
				out = append(out, e)
			}
		}
	}
	slices.SortStableFunc(out[first:], func(a, b Effect) int {
		return cmp.Or(compareTargets(a.Target, b.Target), a.At.Compare(b.At))
	})
	return out
}

// permitted gives what moves for p at one instant.
func (l *survey) permitted(p ID, at time.Time) []permitted {
	k := standing{was: standingOf(l.before, p, at), is: standingOf(l.after, p, at)}
	if r, ok := l.after.Principal(p); ok {
		k.of = r.Kind
	} else if r, ok := l.before.Principal(p); ok {
		k.of = r.Kind
	}
	out, ok := l.roles.known[k]
	if ok {
		return out
	}
	for _, t := range l.roles.targets {
		was, is := l.before.Level(p, t, "", at), l.after.Level(p, t, "", at)
		if was != is {
			out = append(out, permitted{t, was, is})
		}
	}
	l.roles.known[k] = out
	return out
}

// standingOf names the roles a principal has at an instant, "-" while it has
// no access at all. What a role permits has no dates of its own.
func standingOf(o *Org, p ID, at time.Time) string {
	q := o.lookAt(at)
	i := o.ppl.lookup(p)
	if !q.active(i) {
		return "-"
	}
	s := ""
	for r := range q.roles(i) {
		s += string(o.rol.rows.at(r).id) + " "
	}
	return s
}
