package domain

import (
	"slices"
	"testing"
)

// What is left when a membership of a child group is revoked: whatever the
// groups above it are given (seed: Twig, child groups receive what the parent
// was assigned), where it still reaches the person by another membership.
func TestRemainsOfGroupsAbove(t *testing.T) {
	join := func(g ID, l Level, win Window) func(*acme) {
		return func(w *acme) {
			w.grant(Grant{ID: "other", Holder: person("ana"), Target: Target{TargetGroup, g}, Level: l, Window: win})
		}
	}
	bot := func(g ID, win Window) func(*acme) {
		return func(w *acme) {
			w.grant(Grant{Holder: team(g), Target: onAgent("Bot"), Level: ViewUse, Window: win})
		}
	}
	always := Window{}
	april := Window{From: "2026-04-01"}
	for _, c := range []struct {
		name  string
		child ID // whose membership is revoked
		life  Life
		more  []func(*acme)
		want  []ID   // the groups told
		at    string // "" for now
	}{
		{"child only", "Child", Live, []func(*acme){bot("Top", always)}, nil, ""},
		{"child and direct member of the parent", "Child", Live, []func(*acme){bot("Top", always), join("Top", Member, always)}, []ID{"Top"}, ""},
		{"child and manager of the parent", "Child", Live, []func(*acme){bot("Top", always), join("Top", Manager, always)}, []ID{"Top"}, ""},
		{"the parent holds nothing", "Child", Live, []func(*acme){join("Top", Member, always)}, nil, ""},
		{"the parent's agent is private", "Child", Live, []func(*acme){join("Top", Member, always), func(w *acme) {
			w.add(Agent{ID: "Own", Name: "Own", AccessType: Private})
			w.give(team("Top"), TargetAgent, "Own", ViewUse)
		}}, nil, ""},
		{"the parent's only area value takes away", "Child", Live, []func(*acme){join("Top", Member, always), func(w *acme) {
			w.tree("voice")
			w.give(team("Top"), TargetArea, "voice", None)
		}}, nil, ""},
		{"the parent holds an area", "Child", Live, []func(*acme){join("Top", Member, always), func(w *acme) {
			w.tree("voice")
			w.give(team("Top"), TargetArea, "voice", Read)
		}}, []ID{"Top"}, ""},
		{"child and a sibling child", "Child", Live, []func(*acme){bot("Top", always), join("Sibling", Member, always)}, []ID{"Top"}, ""},
		{"a group apart", "Child", Live, []func(*acme){bot("Top", always), bot("Apart", always), join("Apart", Member, always)}, nil, ""},
		{"grandchild and the top", "Grandchild", Live, []func(*acme){bot("Top", always), join("Top", Member, always)}, []ID{"Top"}, ""},
		{"grandchild and the middle", "Grandchild", Live, []func(*acme){bot("Top", always), join("Child", Member, always)}, []ID{"Top"}, ""},
		{"grandchild and the middle, which holds something too", "Grandchild", Live,
			[]func(*acme){bot("Top", always), bot("Child", always), join("Child", Member, always)}, []ID{"Child"}, ""},
		{"grandchild, the middle holds something, and the top", "Grandchild", Live,
			[]func(*acme){bot("Top", always), bot("Child", always), join("Top", Member, always)}, []ID{"Top"}, ""},
		{"archived middle", "Grandchild", Archived, []func(*acme){bot("Top", always), join("Top", Member, always)}, nil, ""},
		{"sibling below the archived middle", "Grandchild", Archived, []func(*acme){bot("Top", always), join("Child", Member, always)}, nil, ""},
		{"a membership from April", "Child", Live, []func(*acme){bot("Top", always), join("Top", Member, april)}, []ID{"Top"}, "2026-04-01T00:00:00Z"},
		{"the parent is given it from April", "Child", Live, []func(*acme){bot("Top", april), join("Top", Member, always)}, []ID{"Top"}, "2026-04-01T00:00:00Z"},
		{"a membership beyond the horizon", "Child", Live, []func(*acme){bot("Top", always), join("Top", Member, Window{From: "2027-04-01"})}, nil, ""},
		{"a membership that is over before the parent is given it", "Child", Live,
			[]func(*acme){bot("Top", april), join("Top", Member, Window{To: "2026-03-20"})}, nil, ""},
		{"still in the child by a group below", "Child", Live, []func(*acme){bot("Top", always), join("Grandchild", Member, always)}, []ID{"Child"}, ""},
		{"in the child by a group below, and in the parent", "Child", Live, []func(*acme){bot("Top", always), join("Grandchild", Member, always),
			func(w *acme) { w.join("Top", "ana") }}, []ID{"Child", "Top"}, ""},
	} {
		w := newAcme(t).users("ana").groups("Top", "Apart").agents("Bot")
		w.add(Group{ID: "Child", Name: "Child", Parent: "Top", Life: c.life}, Group{ID: "Sibling", Name: "Sibling", Parent: "Top"},
			Group{ID: "Grandchild", Name: "Grandchild", Parent: "Child"})
		own := w.grant(Grant{ID: "own", Holder: person("ana"), Target: Target{TargetGroup, c.child}, Level: Member})
		for _, more := range c.more {
			more(w)
		}
		at := midMarch
		if c.at != "" {
			at = atTime(t, c.at)
		}
		o := w.org()
		left := o.Remains(own, None, midMarch, midMarch.AddDate(0, 6, 0))
		var got []ID
		for _, r := range left {
			got = append(got, r.Target.ID)
			if r.Principal != "ana" || r.Level != Member || !r.At.Equal(at) || len(r.Paths) != 1 || slices.Contains(r.Paths[0].Via, own) {
				t.Errorf("%s: %+v", c.name, r)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: told %v, want %v", c.name, got, c.want)
		}
	}
}

// A manager who stays a member receives all of it as before: what the groups
// above give is no question then.
func TestRemainsOfGroupsAboveAManagerWhoStays(t *testing.T) {
	w := newAcme(t).users("ana").groups("Top").agents("Bot")
	w.add(Group{ID: "Child", Name: "Child", Parent: "Top"})
	own := w.give(person("ana"), TargetGroup, "Child", Manager)
	w.give(person("ana"), TargetGroup, "Top", Manager)
	w.give(team("Top"), TargetAgent, "Bot", ViewUse)
	if left := w.org().Remains(own, Member, midMarch, midMarch); len(left) != 0 {
		t.Errorf("a manager made member leaves %+v", left)
	}
	if left := w.org().Remains(own, None, midMarch, midMarch); len(left) != 1 || left[0].Target.ID != "Top" || left[0].Level != Member {
		t.Errorf("a manager taken out leaves %+v", left)
	}
}
