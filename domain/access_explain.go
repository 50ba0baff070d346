package domain

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Access is the same answer as Level with its reasons.
func (o *Org) Access(p ID, t Target, agent ID, at time.Time) Access {
	q := o.lookAt(at)
	return q.access(p, t, agent, at)
}

// access explains under a lowering.
func (q *look) access(p ID, t Target, agent ID, at time.Time) Access {
	acc := Access{Principal: p, Target: t, Agent: agent, At: at}
	e := explainer{look: *q, p: q.o.ppl.have(p), who: q.o.Name(KindPrincipal, p), acc: &acc}
	e.explain(t, agent)
	return acc
}

// explain fills the answer in.
func (e *explainer) explain(t Target, agent ID) {
	o, acc := e.o, e.acc
	e.what, e.ladder = o.targetName(t), LadderOf(t.Kind)
	if e.p < 0 {
		acc.Denials = []Reason{{ReasonNoPrincipal, fmt.Sprintf("there is no principal %q", acc.Principal)}}
		return
	}
	if r := o.missingTarget(t, agent); r != nil {
		acc.Denials = []Reason{*r}
		return
	}
	active := e.active(e.p)
	e.gather(t, agent)
	e.finish(active)
}

// missingTarget says which part of a question is about nothing.
func (o *Org) missingTarget(t Target, agent ID) *Reason {
	var there bool
	switch t.Kind {
	case TargetAgent, TargetAccessType, TargetCreator:
		there = o.agt.have(t.ID) >= 0
	case TargetArea:
		there = o.are.have(t.ID) >= 0
	case TargetSource:
		there = o.src.have(t.ID) >= 0
	case TargetGroup:
		there = o.grp.have(t.ID) >= 0
	case TargetRole:
		there = o.rol.have(t.ID) >= 0
	case TargetObjectSee, TargetObjectEdit, TargetObjectDelete, TargetObjectDestroy:
		there = t.ID == AllID || o.obj.have(t.ID) >= 0
	case TargetField:
		there = o.fld.have(t.ID) >= 0
	default:
		there = miscNumber(t) >= 0
	}
	if !there {
		return &Reason{ReasonNoTarget, fmt.Sprintf("there is no %s %q", t.Kind, t.ID)}
	}
	if agent != "" && (t.Kind == TargetArea || t.Kind == TargetSource) && o.agt.have(agent) < 0 {
		return &Reason{ReasonNoTarget, fmt.Sprintf("there is no agent %q", agent)}
	}
	return nil
}

// targetName names a target within a sentence.
func (o *Org) targetName(t Target) string {
	switch t.Kind {
	case TargetAgent, TargetAccessType, TargetCreator:
		return o.Name(KindAgent, t.ID)
	case TargetArea:
		return o.Name(KindArea, t.ID)
	case TargetSource:
		return o.Name(KindSource, t.ID)
	case TargetGroup:
		return o.Name(KindGroup, t.ID)
	case TargetRole:
		return "the role " + o.Name(KindRole, t.ID)
	case TargetAccount:
		return "the account"
	case TargetAgentRole:
		return "the agent role"
	case TargetDuty:
		return "the duty " + string(t.ID)
	case TargetSetting, TargetAction:
		if t.ID != AllID {
			return "the " + t.Kind.String() + " " + o.thingName(t)
		}
	}
	return o.thingName(t)
}

// gather finds every path, cap and missed level, as if the principal were
// active.
func (e *explainer) gather(t Target, agent ID) {
	n := e.o.madeNumber(t)
	switch t.Kind {
	case TargetAgent:
		e.agentPaths(n)
	case TargetArea:
		e.areaPaths(n, e.o.agt.lookup(agent))
	case TargetSource:
		if agent != "" {
			e.retrievalPaths(n, e.o.agt.lookup(agent))
		} else {
			e.grantPaths(TargetSource, n, -1, SourceEdit)
		}
	case TargetAccessType:
		if typ, live := e.accessType(n); live && typ == Organization && e.o.ppl.at(e.p).Kind == User {
			e.add(e.everyone(n, Level(typ)))
		}
	case TargetCreator:
		if e.agentOn(n) && e.created(e.p, n) {
			e.add(e.creator(n, Held, Held))
		}
	default:
		if t.Kind.Permission() {
			e.permissionPaths(t.Kind, n)
			return
		}
		e.ownPaths(t.Kind, n)
	}
}

func (e *explainer) add(p Path) { e.acc.Paths = append(e.acc.Paths, p) }

// finish sorts what was gathered and takes the level from the best path.
func (e *explainer) finish(active bool) {
	acc := e.acc
	slices.SortStableFunc(acc.Paths, comparePaths)
	if !active {
		e.inactive()
		return
	}
	if len(acc.Paths) > 0 {
		acc.Level = acc.Paths[0].Level
	}
	acc.Paths = slices.DeleteFunc(acc.Paths, func(p Path) bool { return p.Level == None })
	acc.Caps = slices.DeleteFunc(acc.Caps, func(c Cap) bool { return c.From <= acc.Level })
	slices.SortStableFunc(acc.Caps, func(a, b Cap) int {
		return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Text, b.Text))
	})
	acc.Caps = slices.Compact(acc.Caps)
	e.sortMissed()
	for _, m := range e.missed {
		if acc.Level == None || m.given > acc.Level {
			acc.Denials = append(acc.Denials, m.Reason)
		}
	}
	if acc.Level == None && len(acc.Denials) == 0 {
		for _, c := range acc.Caps {
			acc.Denials = append(acc.Denials, c.Reason)
		}
	}
	if acc.Level == None && len(acc.Denials) == 0 {
		acc.Denials = []Reason{{ReasonNoGrant, fmt.Sprintf("nothing gives %s %s", e.who, e.wanted())}}
	}
}

// sortMissed orders what does not count: the highest level first, and each
// sentence once.
func (e *explainer) sortMissed() {
	slices.SortStableFunc(e.missed, func(a, b missed) int {
		return cmp.Or(cmp.Compare(b.given, a.given), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Text, b.Text))
	})
	var seen []missed
	for _, m := range e.missed {
		if !slices.ContainsFunc(seen, func(s missed) bool { return s.Reason == m.Reason }) {
			seen = append(seen, m)
		}
	}
	e.missed = seen
}

// wanted says what nothing gives.
func (e *explainer) wanted() string {
	switch e.acc.Target.Kind {
	case TargetGroup:
		return "a membership of " + e.what
	case TargetAccount:
		return "the account role Admin"
	case TargetAgentRole:
		return "an agent role above User"
	case TargetRole, TargetDuty, TargetSetting, TargetAction:
		return e.what
	}
	if k := e.acc.Target.Kind; k.Operation() {
		return OperationWord(k) + " on " + e.what
	}
	return "access to " + e.what
}

// inactive says first that nothing counts, then what would.
func (e *explainer) inactive() {
	acc := e.acc
	status := e.o.ppl.at(e.p).Status
	acc.Denials = []Reason{{ReasonInactive, fmt.Sprintf("%s is %s, so nothing below counts", e.who, status)}}
	for _, p := range acc.Paths {
		if p.Level > None {
			last := p.Steps[len(p.Steps)-1]
			acc.Denials = append(acc.Denials, Reason{ReasonInactive,
				fmt.Sprintf("%s: %s (would give %s)", last.Name, last.Note, e.ladder.Word(p.Level))})
		}
	}
	e.sortMissed()
	for _, m := range e.missed {
		acc.Denials = append(acc.Denials, m.Reason)
	}
	acc.Paths, acc.Caps = nil, nil
}

func comparePaths(a, b Path) int {
	return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(b.Given, a.Given), cmp.Compare(len(a.Steps), len(b.Steps)),
		cmp.Compare(a.Grant, b.Grant), slices.Compare(a.Via, b.Via),
		slices.CompareFunc(a.Steps, b.Steps, func(x, y Step) int {
			return cmp.Or(cmp.Compare(x.Holder.Kind, y.Holder.Kind), cmp.Compare(x.Holder.ID, y.Holder.ID))
		}))
}

// grantPaths gathers the grants on an agent or a source, of one scope: the
// principal's own, then those of groups and roles. There may be thousands of
// principals at the target; its own are found where they hang at the principal.
// top is the most that counts.
func (e *explainer) grantPaths(kind TargetKind, t, scope int32, top Level) {
	own := ownLinks(e.o.heldBy(e.p), kind, t)
	for i := range own {
		l := &own[i]
		given := e.w.level(l)
		switch {
		case l.agent != scope || given == None:
		case !l.span.Holds(e.at):
			r := e.window(l, fmt.Sprintf("the window of %s on %s", e.who, e.what))
			e.missed = append(e.missed, missed{min(given, top), *r})
		default:
			id := e.o.gnt.rows.at(l.g).id
			e.add(Path{Given: given, Level: min(given, top), Grant: id, Via: []ID{id}, Steps: []Step{e.self(e.grantNote(l, given))}})
		}
	}
	others := notPrincipals(e.o.on[kind].get(t))
	var roles map[int32][]chain
	for i := range others {
		l := &others[i]
		given := e.w.level(l)
		if l.agent != scope || given == None {
			continue
		}
		if roles == nil && HolderKind(l.kind) == HolderRole {
			roles = e.roleChains()
		}
		for _, c := range e.reached(l, roles) {
			if c.miss == nil && !l.span.Holds(e.at) {
				c.miss = e.window(l, fmt.Sprintf("the window of %s on %s", e.holderName(l), e.what))
			}
			if c.miss != nil {
				e.missed = append(e.missed, missed{min(given, top), *c.miss})
				continue
			}
			e.add(c.path(given, min(given, top), e.grantNote(l, given), e.o.gnt.rows.at(l.g).id))
		}
	}
}

// grantNote says what a grant gives on the target, and until when.
func (e *explainer) grantNote(l *link, given Level) string {
	return e.ladder.Word(given) + " on " + e.what + e.until(l)
}

// ownPaths gathers the principal's own grants on a group, a role, the
// account, the agent role or a duty.
func (e *explainer) ownPaths(kind TargetKind, t int32) {
	hh := e.o.by[0].get(e.p)
	for _, l := range *hh.list(kind) {
		given := e.w.level(&l)
		if l.other != t || TargetKind(l.kind) != kind || given == None {
			continue
		}
		if kind == TargetGroup && !e.o.groupOn(t) {
			e.deny(given, ReasonArchived, "%s is archived, so its memberships lie dormant", e.what)
			continue
		}
		if !l.span.Holds(e.at) {
			r := e.window(&l, fmt.Sprintf("the window of %s on %s", e.who, e.what))
			e.missed = append(e.missed, missed{given, *r})
			continue
		}
		e.add(e.direct().path(given, given, e.ladder.Word(given)+" of "+e.what+e.until(&l), e.o.gnt.rows.at(l.g).id))
	}
}
