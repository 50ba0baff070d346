package domain

import (
	"fmt"
	"slices"
)

// Prefixes of the ids of holdings that are made from an agent.
const (
	madeAccessType = "access-type/"
	madeCreator    = "creator/"
)

// everyone is the path of an agent open to the organisation.
func (e *explainer) everyone(a int32, given Level) Path {
	id := e.o.agt.rows.at(a).id
	grant := ID(madeAccessType) + id
	return Path{Given: given, Level: given, Grant: grant, Via: []ID{grant}, Steps: []Step{e.self("active user"),
		{Holder{Kind: HolderEveryone}, "everyone", fmt.Sprintf("%s is open to the organisation", e.o.Name(KindAgent, id))}}}
}

// creator is the path of the principal's right on an agent it created.
func (e *explainer) creator(a int32, given, level Level) Path {
	id := e.o.agt.rows.at(a).id
	grant := ID(madeCreator) + id
	return Path{Given: given, Level: level, Grant: grant, Via: []ID{grant},
		Steps: []Step{e.self("created " + e.o.Name(KindAgent, id))}}
}

// reachPaths gathers what the agent role gives on every agent, and the agent
// roles above the present one that do not count now. It gives the reach.
func (e *explainer) reachPaths(a int32) Level {
	role := e.agentRole(e.p)
	stand := e.o.by[0].get(e.p).stand
	for i := range stand {
		l := &stand[i]
		held := AgentRole(e.w.level(l))
		if TargetKind(l.kind) != TargetAgentRole || held < AgentAdmin || l.other != numAgentRole {
			continue
		}
		word := LadderOf(TargetAgentRole).Word(Level(held))
		if r := e.window(l, fmt.Sprintf("the window of the agent role %s for %s", word, e.who)); r != nil {
			e.missed = append(e.missed, missed{EditAgent, *r})
			continue
		}
		e.add(Path{Given: EditAgent, Level: EditAgent, Via: []ID{e.o.gnt.rows.at(l.g).id},
			Steps: []Step{e.self("agent role " + word + e.until(l))}})
	}
	return reach(role)
}

// agentPaths gathers every way to an agent.
func (e *explainer) agentPaths(a int32) {
	typ, live := e.accessType(a)
	if !live {
		e.deny(EditAgent, ReasonArchived, "%s is archived, so nobody has access to it", e.what)
		return
	}
	top := e.reachPaths(a)
	if e.created(e.p, a) {
		e.add(e.creator(a, EditAgent, min(EditAgent, top)))
	}
	switch typ {
	case Private:
		e.dormant(a)
	case Organization:
		if e.o.ppl.at(e.p).Kind == User {
			e.add(e.everyone(a, ViewUse))
		} else {
			e.deny(ViewUse, ReasonMachineOrg,
				"%s is open to every active user, but keys and AI agents reach it only by a grant", e.what)
		}
		fallthrough
	case GroupRestricted:
		e.grantPaths(TargetAgent, a, -1, top)
	}
	e.capReach(top)
}

// dormant says which grants on a private agent would reach the principal.
func (e *explainer) dormant(a int32) {
	roles := e.roleChains()
	some := false
	for _, l := range e.o.on[TargetAgent].get(a) {
		given := e.w.level(&l)
		if given == None || l.agent != -1 || !slices.ContainsFunc(e.reached(&l, roles), func(c chain) bool { return c.miss == nil }) {
			continue
		}
		some = true
		e.deny(given, ReasonPrivate, "%s is Private: the grant to %s lies dormant until its access type changes",
			e.what, e.holderName(&l))
	}
	if !some {
		e.deny(EditAgent, ReasonPrivate, "%s is Private: only its creator and admins reach it", e.what)
	}
}

// capReach names what the agent role keeps from grants and from a creator's
// right.
func (e *explainer) capReach(top Level) {
	if top == EditAgent {
		return
	}
	for _, p := range e.acc.Paths {
		if p.Given > p.Level {
			e.acc.Caps = append(e.acc.Caps, Cap{Reason{ReasonReach,
				fmt.Sprintf("the agent role of %s is User, which reaches no further than %s", e.who, e.ladder.Word(top))},
				p.Given, p.Level})
		}
	}
}

// retrievalPaths gathers the ways to a source inside an agent: each way to
// the agent where the source is open in it, else each grant for it beside the
// best way to the agent.
func (e *explainer) retrievalPaths(s, a int32) {
	name := e.o.Name(KindAgent, e.o.agt.rows.at(a).id)
	if !e.agentOn(a) {
		e.deny(SourceUse, ReasonArchived, "%s is archived, so nobody has access to it", name)
		return
	}
	on := e.accessTo(a)
	if on.Level == None {
		e.deny(SourceUse, ReasonAgentCap, "%s cannot use %s, so nothing is retrieved through it", e.who, name)
		for _, r := range on.Denials {
			e.missed = append(e.missed, missed{SourceUse, r})
		}
		return
	}
	tie := e.o.tieOf(a, s)
	switch {
	case tie == nil:
		e.deny(SourceUse, ReasonSourceClosed, "%s is no source of %s", e.what, name)
		return
	case tie.Open:
		for _, p := range on.Paths {
			p.Given, p.Level, p.Steps = SourceUse, SourceUse, slices.Clone(p.Steps)
			last := &p.Steps[len(p.Steps)-1]
			last.Note = joinNote(last.Note, e.what+" is open to all who use "+name)
			e.add(p)
		}
		return
	}
	e.grantPaths(TargetSource, s, a, SourceUse)
	for i := range e.acc.Paths {
		p := &e.acc.Paths[i]
		p.Via = append(slices.Clone(on.Paths[0].Via), p.Via...)
		if p.Given > p.Level {
			e.acc.Caps = append(e.acc.Caps, Cap{Reason{ReasonAgentCap,
				fmt.Sprintf("inside %s a source is used, never edited", name)}, p.Given, p.Level})
		}
	}
	if len(e.acc.Paths) == 0 && len(e.missed) == 0 {
		e.deny(SourceUse, ReasonSourceClosed, "%s is closed to %s inside %s: it is open to specific groups only",
			e.what, e.who, name)
	}
}

// accessTo explains the principal's level on an agent, as if active.
func (e *explainer) accessTo(a int32) Access {
	id := e.o.agt.rows.at(a).id
	acc := Access{Principal: e.acc.Principal, Target: Target{TargetAgent, id}, At: e.acc.At}
	sub := explainer{look: e.look, p: e.p, who: e.who, what: e.o.Name(KindAgent, id), ladder: LadderOf(TargetAgent), acc: &acc}
	sub.agentPaths(a)
	sub.finish(true)
	return acc
}
