package changesets_test

import (
	"context"
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/changesets"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// world is the small organisation with the change sets that were put forward on it.
type world struct {
	*orgtest.World
	sets []domain.ChangeSet
}

func newWorld(t testing.TB) *world {
	w := &world{World: orgtest.New(t)}
	noor, _ := w.Org.Principal("usr_noor")
	after := noor
	after.Title = "Controller " + orgtest.Hostile
	w.sets = []domain.ChangeSet{{ID: "chg_2", Title: "Still waiting " + orgtest.Hostile, Maker: "usr_mal", State: domain.Proposed, Reason: "season"},
		{ID: "chg_1", Title: "Another title for Noor", Maker: "usr_mira", State: domain.Applied, Reason: "promoted", Changes: []domain.Change{domain.Replace(noor, after)}}}
	if err := w.Apply(w.sets[1].Changes...); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) ChangeSets(context.Context) ([]changesets.Entry, error) {
	var out []changesets.Entry
	for _, cs := range w.sets {
		by := w.Org.Name(domain.KindPrincipal, cs.Maker)
		cs.Changes = nil // heads only
		out = append(out, changesets.Entry{ChangeSet: cs, By: by})
	}
	return out, w.Fails
}

func (w *world) ChangeSet(_ context.Context, id domain.ID) (domain.ChangeSet, error) {
	for _, cs := range w.sets {
		if cs.ID == id {
			return cs, w.Fails
		}
	}
	return domain.ChangeSet{}, domain.Errorf(domain.NotFound, "there is no change set %s", id)
}

func (w *world) ChangeSetLines(ctx context.Context, id domain.ID) ([]string, error) {
	cs, err := w.ChangeSet(ctx, id)
	return []string{string(cs.ID) + ", " + cs.State.String(), cs.Title, "because " + cs.Reason}, err
}

func start(t testing.TB, w *world, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, width, height, tui.PageSpec{ID: "changesets", Title: "Change sets", New: changesets.New(w, w)}, orgtest.Blank("approvals"))
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"changesets-200x50", theme.Dark, 200, 50}, {"changesets-80x24", theme.NoColour, 80, 24}, {"changesets-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, newWorld(t), c.kind, c.w, c.h)
			d.Golden(c.name)
			if faults := d.Root.Actions().Check(); len(faults) > 0 {
				t.Error(faults)
			}
		})
	}
}

// One that was applied is taken back by its inverse, once somebody says why; one that
// waits cannot be, and says why.
func TestTakeBack(t *testing.T) {
	w := newWorld(t)
	d := start(t, w, theme.Dark, 120, 40)
	d.Keys("U")
	d.Has("It is proposed: only what was applied can be taken back.")
	d.Keys("esc", "j", "U")
	d.Has("Undo: Another title for Noor")
	d.Type("was meant for another")
	d.Keys("enter", "tab", "enter")
	if len(w.Proposals) != 1 || w.Proposals[0].Changes[0].After.(domain.Principal).Title != "Analyst" {
		t.Errorf("proposed %+v\n%s", w.Proposals, d.Frame())
	}
}

func TestFuzz(t *testing.T) {
	keys := []string{"j", "k", "enter", "esc", "U", "w", "y", "x", "i", "/", "tab", "a", "G", "g", "p", "S", "s"}
	start(t, newWorld(t), theme.Dark, 100, 30).Fuzz(1, 150, keys)
}
