package domain

import (
	"cmp"
	"slices"
	"time"
)

// Edge is a window that opens or closes: a grant that begins to count, or
// ceases to, without an event.
type Edge struct {
	Grant  Grant
	Begins bool
	At     time.Time // UTC: the first instant at which it is so
	Day    Date      // the first day of the grant, or its last, in its zone
	Zone   string    // IANA name of the zone in which that day is meant
}

// Edges gives the windows that open or close after from and not after until,
// the earliest first. Days are whole ones in the grant's zone, else the
// organisation's: a window that ends on a day closes as the next one begins.
func (o *Org) Edges(from, until time.Time) []Edge {
	var out []Edge
	in := func(at int64) bool { return at > from.Unix() && at <= until.Unix() }
	for row := range o.All(KindGrant) {
		g, ok := row.Record.(Grant)
		if !ok || g.Window.Always() {
			continue
		}
		zone := g.Window.Zone
		if zone == "" {
			zone = o.Zone().String()
		}
		s := g.Window.Span(o.Zone())
		if g.Window.From != "" && in(s.From) {
			out = append(out, Edge{g, true, time.Unix(s.From, 0).UTC(), g.Window.From, zone})
		}
		if g.Window.To != "" && in(s.To) {
			out = append(out, Edge{g, false, time.Unix(s.To, 0).UTC(), g.Window.To, zone})
		}
	}
	slices.SortStableFunc(out, func(a, b Edge) int {
		return cmp.Or(a.At.Compare(b.At), comparePlaces(place{a.Grant.Target, a.Grant.Agent}, place{b.Grant.Target, b.Grant.Agent}), compareID(a.Grant.ID, b.Grant.ID))
	})
	return out
}

// EdgeConcerns tells whether a grant has to do with a person, a group or an
// agent: a person holds it, or a group that reaches them does; a group holds
// it or it is a membership of it; an agent is its target or its scope.
func (o *Org) EdgeConcerns(g Grant, about Ref, at time.Time) bool {
	switch about.Kind {
	case KindPrincipal:
		return g.Holder == Holder{HolderPrincipal, about.ID} ||
			g.Holder.Kind == HolderGroup && slices.Contains(o.GroupsOf(about.ID, at), g.Holder.ID)
	case KindGroup:
		return g.Holder == Holder{HolderGroup, about.ID} || g.Target == Target{TargetGroup, about.ID}
	case KindAgent:
		return g.Target == Target{TargetAgent, about.ID} || g.Agent == about.ID
	}
	return g.Target.ID == about.ID
}

// DayEnd gives the instant (UTC) at which the day so many days after the one
// of at ends, in the organisation's zone; 0 is the end of the present day.
func (o *Org) DayEnd(at time.Time, days int) time.Time {
	d := at.In(o.Zone()).AddDate(0, 0, days).Format(time.DateOnly)
	return time.Unix(Window{To: Date(d)}.Span(o.Zone()).To, 0).UTC()
}
