package domain

import (
	"fmt"
	"slices"
)

// chain is the way from a principal to a holder: itself, a role, or a group
// through a membership.
type chain struct {
	steps []Step
	via   []ID
	miss  *Reason // what keeps it from counting now; nil: it counts
}

// explainer gathers the reasons of one answer.
type explainer struct {
	look
	p      int32
	who    string // the principal's name
	what   string // the target's
	ladder Ladder
	acc    *Access
	missed []missed
}

// missed is a level that something keeps from counting.
type missed struct {
	given Level
	Reason
}

func (e *explainer) deny(given Level, code, format string, args ...any) {
	r := missed{given, Reason{code, fmt.Sprintf(format, args...)}}
	if !slices.Contains(e.missed, r) {
		e.missed = append(e.missed, r)
	}
}

func (e *explainer) self(note string) Step {
	return Step{Holder{HolderPrincipal, e.o.ppl.rows.at(e.p).id}, e.who, note}
}

func (e *explainer) groupName(g int32) string { return e.o.Name(KindGroup, e.o.grp.rows.at(g).id) }

// window gives the reason why a link does not count now, nil where it does.
// what says whose window it is: "the window of Dana Okafor in Tier 1".
func (e *explainer) window(l *link, what string) *Reason {
	if l.span.Holds(e.at) {
		return nil
	}
	w := e.o.gnt.at(l.g).Window
	zone := w.Zone
	if zone == "" {
		zone = e.o.home.String()
	}
	switch {
	case l.span == (Span{}):
		return &Reason{ReasonOver, fmt.Sprintf("%s cannot be read, so it never opens", what)}
	case e.at < l.span.From:
		return &Reason{ReasonNotYet, fmt.Sprintf("%s opens on %s (%s)", what, w.From, zone)}
	}
	return &Reason{ReasonOver, fmt.Sprintf("%s ended on %s (%s)", what, w.To, zone)}
}

// until says in a step's note how long a grant runs.
func (e *explainer) until(l *link) string {
	if w := e.o.gnt.at(l.g).Window; w.To != "" {
		return " until " + string(w.To)
	}
	return ""
}

// direct is the chain of what the principal holds itself.
func (e *explainer) direct() chain { return chain{steps: []Step{e.self("")}} }

// roleChains gives the chains over the principal's roles, by role number, and
// over role grants that are not in force.
func (e *explainer) roleChains() map[int32][]chain {
	out := map[int32][]chain{}
	stand := e.o.by[0].get(e.p).stand
	held := false
	for i := range stand {
		l := &stand[i]
		if TargetKind(l.kind) != TargetRole || e.w.level(l) == None || !e.o.rol.rows.at(l.other).live {
			continue
		}
		s := e.o.rol.rows.at(l.other)
		c := chain{via: []ID{e.o.gnt.rows.at(l.g).id}}
		c.miss = e.window(l, fmt.Sprintf("the window of the role %s for %s", s.rec.Name, e.who))
		held = held || c.miss == nil
		c.steps = []Step{e.self("has the role" + e.until(l)), {Holder{HolderRole, s.id}, s.rec.Name, ""}}
		out[l.other] = append(out[l.other], c)
	}
	if d := e.o.defRole; d >= 0 && !held {
		s := e.o.rol.rows.at(d)
		out[d] = append(out[d], chain{steps: []Step{e.self("has no role, so the default one"),
			{Holder{HolderRole, s.id}, s.rec.Name, ""}}})
	}
	return out
}

// groupChains gives the chains over every membership up to group g, those
// that count and those that do not.
func (e *explainer) groupChains(g int32) []chain {
	f := e.o.forest
	if !e.o.grp.rows.at(g).live {
		return nil
	}
	var out []chain
	memb := e.o.by[0].get(e.p).memb
	for i := range memb {
		m := &memb[i]
		if !e.o.grp.rows.at(m.other).live || !f.filed.above(g, m.other) || e.w.level(m) == None {
			continue
		}
		c := chain{via: []ID{e.o.gnt.rows.at(m.g).id}}
		note := "member of"
		if e.w.level(m) == Manager {
			note = "manager of"
		}
		c.steps = append(c.steps, e.self(note+e.until(m)))
		if !m.span.Holds(e.at) {
			c.miss = e.window(m, fmt.Sprintf("the window of %s in %s", e.who, e.groupName(m.other)))
		}
		for n := m.other; ; n = f.filed.up[n] {
			step := Step{Holder{HolderGroup, e.o.grp.rows.at(n).id}, e.groupName(n), ""}
			if n != g {
				step.Note = "below"
			}
			c.steps = append(c.steps, step)
			if !f.on[n] {
				c.miss = &Reason{ReasonArchived, fmt.Sprintf("%s is archived, so it gives nothing and nothing comes through it", e.groupName(n))}
			}
			if n == g {
				break
			}
		}
		out = append(out, c)
	}
	return out
}

// reached gives the chains to a link's holder.
func (e *explainer) reached(l *link, roles map[int32][]chain) []chain {
	switch HolderKind(l.kind) {
	case HolderPrincipal:
		if l.other == e.p {
			return []chain{e.direct()}
		}
	case HolderGroup:
		return e.groupChains(l.other)
	case HolderRole:
		return roles[l.other]
	}
	return nil
}

// holderName names a link's holder.
func (e *explainer) holderName(l *link) string {
	switch HolderKind(l.kind) {
	case HolderGroup:
		return e.groupName(l.other)
	case HolderRole:
		return e.o.Name(KindRole, e.o.rol.rows.at(l.other).id)
	}
	return e.o.Name(KindPrincipal, e.o.ppl.rows.at(l.other).id)
}

// path makes the path that ends chain c with a grant.
func (c chain) path(given, level Level, note string, via ...ID) Path {
	p := Path{Given: given, Level: level, Steps: slices.Clone(c.steps), Via: append(slices.Clone(c.via), via...)}
	p.Steps[len(p.Steps)-1].Note = joinNote(p.Steps[len(p.Steps)-1].Note, note)
	if len(via) > 0 {
		p.Grant = via[len(via)-1]
	}
	return p
}

func joinNote(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}
