package domain

import (
	"slices"
	"testing"
)

// A path that opens later is told when it opens, by itself, also where what is
// left by others is as much already: nobody may have reviewed it (PRODUCT 5).
func TestRemainsTellsPathsThatOpenLater(t *testing.T) {
	joins := func(g, from string) func(*acme) {
		return func(w *acme) {
			w.grant(Grant{ID: ID("in " + g), Holder: person("ana"), Target: Target{TargetGroup, ID(g)}, Level: Member, Window: Window{From: Date(from)}})
		}
	}
	gives := func(g string, l Level, from string) func(*acme) {
		return func(w *acme) {
			w.grant(Grant{ID: ID("by " + g), Holder: team(ID(g)), Target: onAgent("Bot"), Level: l, Window: Window{From: Date(from)}})
		}
	}
	kept := func(w *acme) {
		w.grant(Grant{ID: "kept", Holder: person("ana"), Target: onAgent("Bot"), Level: ViewUse})
	}
	keptEdit := func(w *acme) {
		w.give(person("ana"), TargetAgentRole, "", Level(AgentManager))
		w.grant(Grant{ID: "kept", Holder: person("ana"), Target: onAgent("Bot"), Level: EditAgent})
	}
	for _, c := range []struct {
		name string
		more []func(*acme)
		want []string // day, level, and the grants that name the agent
	}{
		{"kept alone", []func(*acme){kept}, []string{"now 1 kept"}},
		{"kept, and a group now", []func(*acme){kept, joins("Team", ""), gives("Team", ViewUse, "")}, []string{"now 1 by Team, kept"}},
		{"kept, and a membership from April", []func(*acme){kept, joins("Team", "2026-04-01"), gives("Team", ViewUse, "")},
			[]string{"now 1 kept", "2026-04-01 1 by Team"}},
		{"kept, and a group's grant from April", []func(*acme){kept, joins("Team", ""), gives("Team", ViewUse, "2026-04-01")},
			[]string{"now 1 kept", "2026-04-01 1 by Team"}},
		{"kept, and two that open one after the other", []func(*acme){kept, joins("Team", "2026-04-01"), gives("Team", ViewUse, ""), joins("Crew", "2026-05-01"), gives("Crew", ViewUse, "")},
			[]string{"now 1 kept", "2026-04-01 1 by Team", "2026-05-01 1 by Crew"}},
		{"more is kept than what opens", []func(*acme){keptEdit, joins("Team", "2026-04-01"), gives("Team", ViewUse, "")},
			[]string{"now 2 kept", "2026-04-01 2 by Team"}},
		{"beyond the horizon", []func(*acme){kept, joins("Team", "2027-04-01"), gives("Team", ViewUse, "")}, []string{"now 1 kept"}},
		{"an edge at which nothing new opens", []func(*acme){kept, joins("Team", "2026-04-01")}, []string{"now 1 kept"}},
	} {
		w := newAcme(t).users("ana").groups("Team", "Crew").agents("Bot")
		own := w.grant(Grant{ID: "own", Holder: person("ana"), Target: onAgent("Bot"), Level: ViewUse})
		for _, more := range c.more {
			more(w)
		}
		o := w.org()
		g, _ := o.Holding(own)
		for how, left := range map[string][]Remaining{
			"Remains": o.Remains(own, None, midMarch, midMarch.AddDate(0, 6, 0)), "RemainsOf": o.RemainsOf(g.Record.(Grant), None, midMarch, midMarch.AddDate(0, 6, 0)),
		} {
			if got := toldRemains(left); !slices.Equal(got, c.want) {
				t.Errorf("%s, %s: told %q, want %q", c.name, how, got, c.want)
			}
		}
	}
}

// toldRemains says what is told in a line each.
func toldRemains(left []Remaining) []string {
	var out []string
	for _, r := range left {
		s := "now"
		if r.Later {
			s = r.At.Format("2006-01-02")
		}
		s += " " + string(rune('0'+r.Level))
		var by []string
		for _, p := range r.Paths {
			by = append(by, string(p.Grant))
		}
		slices.Sort(by)
		for i, g := range by {
			s += []string{" ", ", "}[min(i, 1)] + g
		}
		out = append(out, s)
	}
	return out
}

// Of a holding that is gone, what an area below is given apart is told also
// where the area above is left as much by another path: that one may have been
// reviewed, and this one not.
func TestRemainsOfTellsAreasBelow(t *testing.T) {
	w := newAcme(t).users("ana").groups("Team", "Crew").tree("voice", "voice/numbers")
	own := Grant{ID: "own", Holder: person("ana"), Target: Target{TargetArea, "voice"}, Level: Edit}
	w.join("Team", "ana").join("Crew", "ana")
	w.grant(Grant{ID: "above", Holder: team("Team"), Target: Target{TargetArea, "voice"}, Level: Read})
	w.grant(Grant{ID: "below", Holder: team("Crew"), Target: Target{TargetArea, "voice/numbers"}, Level: Read})
	left := w.org().RemainsOf(own, None, midMarch, midMarch.AddDate(0, 6, 0))
	if got, want := toldRemains(left), []string{"now 1 above", "now 1 below"}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}
