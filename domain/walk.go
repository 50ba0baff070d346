package domain

import "time"

// Walk asks an Org about very many holdings at one instant, one after another: it
// uses its room again, and knows whoever it was asked about last. It is not for
// several goroutines at once.
type Walk struct {
	at, horizon time.Time
	id          ID // of the principal that explain knows
	explain     explainer
	access      Access
	lowered     lowering
	left        remainder
}

// Walk begins one, which looks at windows up to horizon.
func (o *Org) Walk(at, horizon time.Time) *Walk {
	k := &Walk{at: at, horizon: horizon, explain: explainer{look: o.lookAt(at), p: -1}}
	k.explain.acc = &k.access
	return k
}

// Access is Org.Access; what it gives is good until it is called again.
func (k *Walk) Access(p ID, t Target, agent ID) Access {
	e := &k.explain
	if e.p < 0 || k.id != p {
		k.id, e.p, e.who = p, e.o.ppl.have(p), e.o.Name(KindPrincipal, p)
	}
	paths := k.access.Paths[:0]
	k.access = Access{Principal: p, Target: t, Agent: agent, At: k.at, Paths: paths}
	e.missed = nil
	e.explain(t, agent)
	out := k.access
	if k.access.Paths == nil { // nothing counts
		k.access.Paths = paths
	}
	return out
}

// Remains is Org.RemainsAt.
func (k *Walk) Remains(no HoldingNo, to Level) []Remaining {
	o := k.explain.o
	if no < 0 {
		return o.RemainsAt(no, to, k.at, k.horizon)
	}
	k.lowered = asIs
	k.lowered.g, k.lowered.lvl = int32(no), to
	k.left = remainder{look: look{o, k.explain.at, &k.lowered}, g: &o.gnt.rows.at(int32(no)).rec, to: to, at: k.at, horizon: k.horizon}
	return k.left.all()
}
