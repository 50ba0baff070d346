package domain

import (
	"fmt"
	"time"
)

// Acting is what a user has while an AI agent or an application acts for
// them: the intersection of both roles (PRODUCT 9.1).
type Acting struct {
	Level   Level
	User    Access   // the user's own
	Through Access   // that of the AI agent or the application
	Denials []Reason // why it is no more than it is
}

// ActingFor gives what the user has on an operation, a field, a setting or an
// action while through, an AI agent or the API key of an application, acts
// for them: the lower of the two levels. A missing role gives nothing: through
// must hold a role itself, for it does not fall back to the default role here
// (a user without one has the default role, which members are given). For a
// target that no role defines the level is None and the denial says so.
func (o *Org) ActingFor(user, through ID, t Target, at time.Time) Acting {
	out := Acting{User: o.Access(user, t, "", at), Through: o.Access(through, t, "", at)}
	deny := func(code, format string, args ...any) {
		out.Denials = append(out.Denials, Reason{code, fmt.Sprintf(format, args...)})
	}
	switch {
	case !t.Kind.Permission():
		deny(ReasonOtherKind, "acting for somebody is about what roles permit: objects, fields, settings and actions")
	case !o.holdsRole(through, at):
		deny(ReasonNoRole, "%s holds no role, and acting for %s a missing role gives nothing",
			o.Name(KindPrincipal, through), o.Name(KindPrincipal, user))
	case !o.hasARole(user, at):
		deny(ReasonNoRole, "%s has no role, and a missing role gives nothing", o.Name(KindPrincipal, user))
	default:
		out.Level = min(out.User.Level, out.Through.Level)
		for _, a := range []Access{out.User, out.Through} {
			if a.Level == out.Level {
				out.Denials = append(out.Denials, a.Denials...)
				for _, c := range a.Caps {
					out.Denials = append(out.Denials, c.Reason)
				}
			}
		}
		if out.User.Level != out.Through.Level {
			l := LadderOf(t.Kind)
			deny(ReasonIntersect, "%s has %s and %s has %s: together they have the lower",
				o.Name(KindPrincipal, user), l.Word(out.User.Level), o.Name(KindPrincipal, through), l.Word(out.Through.Level))
		}
	}
	return out
}

// holdsRole tells whether a principal holds a role of its own in force.
func (o *Org) holdsRole(p ID, at time.Time) bool {
	q, i := o.lookAt(at), o.ppl.have(p)
	if i < 0 {
		return false
	}
	for _, l := range o.heldBy(i).stand {
		if TargetKind(l.kind) == TargetRole && l.lvl > None && l.span.Holds(q.at) && o.rol.rows.at(l.other).live {
			return true
		}
	}
	return false
}

func (o *Org) hasARole(p ID, at time.Time) bool {
	_, ok := o.RoleOf(p, at)
	return ok
}
