package domain

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Asked about one holding after another, a walk says what the organisation says of
// each.
func TestWalkSaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawnOrg(t, someRows(t))
		at, horizon := midMarch.AddDate(0, 0, -6), midMarch.AddDate(0, 0, 7)
		k := o.Walk(at, horizon)
		everyQuestion(func(p ID, target Target, agent ID) {
			got, want := k.Access(p, target, agent), o.Access(p, target, agent, at)
			if len(got.Paths) == 0 && len(want.Paths) == 0 {
				got.Paths = want.Paths // none, made or not
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("of %s on %v in %q it says\n%+v, not\n%+v", p, target, agent, got, want)
			}
		})
		for no := range o.NumberedHoldings(at) {
			g, _ := o.HoldingAt(no)
			for _, to := range g.Ladder().Below(g.Level) {
				if got, want := k.Remains(no, to), o.RemainsAt(no, to, at, horizon); !slices.EqualFunc(got, want, sameRemaining) {
					t.Fatalf("of %s at %d it says that %+v remain, not %+v", g.ID, to, got, want)
				}
			}
		}
	})
}

// Whoever holds a grant on a target in a scope whose window is open is told once a
// grant.
func TestEachHeldOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawnOrg(t, someRows(t))
		at := midMarch
		var ids []ID
		for row := range o.All(KindPrincipal) {
			ids = append(ids, row.Record.(Principal).ID)
		}
		places := o.PrincipalPlaces()
		type held struct {
			h Holder
			l Level
		}
		for _, target := range everyTarget() {
			for _, agent := range append([]ID{"", "agt_gone"}, someAgents...) {
				got, want := map[held]int{}, map[held]int{}
				for h := range o.EachHeldOn(target, agent, at) {
					who := Holder{h.Kind, h.Group}
					if h.Kind == HolderPrincipal {
						if places[h.Principal] < 0 {
							continue
						}
						who.ID = ids[places[h.Principal]]
					}
					got[held{who, h.Level}]++
				}
				for _, g := range o.GrantsOn(target) {
					if g.Agent != agent || g.Level == None || !g.Window.Span(o.Zone()).Holds(at.Unix()) ||
						g.Holder.Kind != HolderPrincipal && g.Holder.Kind != HolderGroup {
						continue
					}
					if _, there := o.Principal(g.Holder.ID); there || g.Holder.Kind == HolderGroup {
						want[held{g.Holder, g.Level}]++
					}
				}
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("on %v in %q there are %v, not %v", target, agent, got, want)
				}
			}
		}
	})
}
