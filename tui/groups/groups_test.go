package groups_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/groups"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/tuitest/orgtest"
)

func start(t testing.TB, w *orgtest.World, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, width, height,
		tui.PageSpec{ID: "groups", Title: "Groups", Key: "6", New: groups.New(w, w)},
		tui.PageSpec{ID: "group", Title: "Group", New: groups.NewGroup(w, w)})
}

// find selects a group by its name.
func find(d *orgtest.Console, name string) {
	d.Keys("esc", "/")
	d.Type(`name:"` + name + `"`)
	d.Keys("enter")
}

// reason types a reason and chooses yes.
func reason(d *orgtest.Console, text string) {
	d.Type(text)
	d.Keys("enter", "tab", "enter")
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"groups-200x50", theme.Dark, 200, 50}, {"groups-80x24", theme.NoColour, 80, 24}, {"groups-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, orgtest.New(t), c.kind, c.w, c.h)
			d.Keys("j", "j", "j")
			d.Golden(c.name)
			d.Keys("enter")
			d.Golden(strings.Replace(c.name, "groups", "group", 1))
			d.Keys("tab")
			d.Golden(strings.Replace(c.name, "groups", "given", 1))
			d.Keys("tab")
			d.Has("applied: something about")
		})
	}
}

// The pictures the README shows are of these screens.
func TestPictures(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 140, 36)
	d.Keys("G", "k", "k")
	d.Picture("groups")
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 120, 40)
	for range 2 {
		if faults := d.Root.Actions().Check(); len(faults) > 0 {
			t.Error(faults)
		}
		d.Keys("enter")
	}
}

// A ring of parents is refused, and named (PRODUCT 2.4).
func TestACycleIsRefusedByName(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "everyone at acme")
	d.Keys("b")
	d.Type("tier 2")
	d.Keys("enter")
	d.Has("Refused: ")
	d.Has("Tier 2 Support")
	d.Has("What to do: ")
	reason(d, "turn it round")
	if len(w.Proposals) != 0 {
		t.Error("a ring was proposed")
	}
}

// A group below another receives what that was given: re-parenting is a side door.
func TestReParentingThatRaisesAccessWaits(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "release crew")
	d.Keys("b")
	d.Type("tier 2")
	d.Keys("enter")
	d.Has("Put Release Crew below Tier 2 Support")
	// Dana has the agent through Tier 2 already: nobody gains, it applies at once.
	d.Has("Applies at once")
	d.Keys("esc")
	find(d, "tier 1")
	d.Keys("b")
	d.Type("tier 2")
	d.Keys("enter")
	d.Has("HR Assistant")
	d.Has("It will wait for an account admin")
	reason(d, "one support")
	d.Has("it waits for an account admin")
	if g, _ := w.Org.Group("grp_tier1"); g.Parent != "grp_support" {
		t.Error("it was moved before anybody approved")
	}
}

func TestMembersComeAndGoAndChangeRole(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "release crew")
	d.Keys("a")
	d.Type("noor")
	d.Keys("enter")
	d.Has("Add Noor Haddad to Release Crew")
	d.Has("gains Edit on the sensitive area")
	d.Keys("esc", "t")
	d.Has("Dana Okafor")
	d.HasNot("Imre Vass")
	d.Keys("enter")
	d.Has("Take Dana Okafor out of Release Crew")
	d.Has("1 person loses access")
	reason(d, "moved on")
	d.Has("applied: Take Dana Okafor out of Release Crew")
	if in := w.Org.GrantsOn(domain.Target{Kind: domain.TargetGroup, ID: "grp_release"}); len(in) != 0 {
		t.Errorf("it still has %v", in)
	}
	find(d, "tier 2")
	d.Keys("r", "enter", "m")
	d.Has("Dana Okafor: member of Tier 2 Support")
}

func TestAMemberCannotBeAddedTwice(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 120, 40)
	find(d, "release crew")
	d.Keys("a")
	d.Type("dana")
	d.Keys("enter")
	d.Has("Dana Okafor is a member already.")
}

func TestRenameArchiveAndBringBack(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "empty")
	d.Keys("c")
	d.Has("Empty Shell")
	for range len("Empty Shell") {
		d.Keys("backspace")
	}
	d.Keys("enter")
	d.Has("a name is needed")
	d.Type("Tier 1 Support")
	d.Keys("enter", "enter", "tab", "enter")
	d.Has("Refused: ") // the name is taken
	d.Keys("esc", "d")
	d.Has("Archive Empty Shell")
	reason(d, "nobody is in it")
	d.Has("applied: Archive Empty Shell")
	if g, _ := w.Org.Group("grp_empty"); g.Life != domain.Archived {
		t.Error("it is not archived")
	}
	d.Keys("d")
	d.Has("Bring Empty Shell back")
}

// A new group stands where it is put; its name must be free.
func TestANewGroup(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	d.Keys("n")
	d.Type("Tier 3 Support")
	d.Keys("enter", "enter", "tab", "enter")
	d.Has("Tier 3 Support: below which group?")
	d.Type("support dep")
	d.Keys("enter")
	d.Has("New group Tier 3 Support")
	reason(d, "hard cases")
	if len(w.Proposals) != 1 {
		t.Fatalf("proposed %+v", w.Proposals)
	}
	if g, _ := w.Proposals[0].Changes[0].After.(domain.Group); g.Parent != "grp_support" || g.Life != domain.Live {
		t.Errorf("proposed %+v", g)
	}
}

// The group's findings are a tab of their own, which says how each could be mended.
func TestFindingsOfOneGroup(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 160, 40)
	find(d, "empty shell")
	d.Keys("enter", "shift+tab")
	d.Has("[findings]")
	d.Has(`the group "Empty Shell" has no member`)
	d.HasNot("Imre Vass")
	d.Keys("enter")
	d.Has("1. archive the group")
}

func TestFuzz(t *testing.T) {
	names := []string{"j", "k", "enter", "esc", "tab", "a", "t", "r", "n", "c", "b", "d", "u", "p", "g", "G", "/", "s", "S", "x", "i", "y", "q", "space", "down", "pgdown", "left", "right", "?"}
	for seed := range uint64(3) {
		start(t, orgtest.New(t), theme.Dark, 100, 30).Fuzz(seed, 200, names)
	}
}

// slowly puts a change set forward behind a gate.
type slowly struct {
	*orgtest.World
	gate *tuitest.Gate
	put  []string
}

func (s *slowly) Propose(ctx context.Context, cs domain.ChangeSet, saw domain.Sight) (review.Proposal, error) {
	s.put = append(s.put, cs.Title)
	if err := s.gate.Pass("proposing"); err != nil {
		return review.Proposal{}, err
	}
	return s.World.Propose(ctx, cs, saw)
}

// While a change set is being put forward its dialog is neither left nor gone back from:
// it is put forward once, and what became of it is told.
func TestWhatIsBeingProposedIsNotLeft(t *testing.T) {
	w := orgtest.New(t)
	s := &slowly{World: w, gate: &tuitest.Gate{Answer: 5 * time.Second}}
	d := orgtest.Start(t, theme.Dark, 120, 40, tui.PageSpec{ID: "groups", Title: "Groups", Key: "6", New: groups.New(w, s)})
	d.Gate(s.gate)
	find(d, "Tier 2 Support")
	d.Keys("c")
	d.Type("X")
	d.Keys("enter", "enter", "tab", "enter")
	d.Type("as they call themselves")
	d.Keys("enter", "right", "enter")
	d.Has("proposing")
	for _, key := range []string{"ctrl+o", "shift+tab", "esc", "enter"} {
		d.Send(tuitest.Key(key))
		d.Has("proposing")
		d.Has("as they call themselves")
	}
	d.Advance(10 * time.Second)
	d.HasNot("proposing")
	d.HasNot("as they call themselves")
	if len(s.put) != 1 {
		t.Errorf("put forward: %q", s.put)
	}
}
