package policy_test

import (
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/policy"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

func start(t testing.TB, w *orgtest.World, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, width, height, tui.PageSpec{ID: "policy", Title: "Policy", Key: "f7", New: policy.New(w, w)})
}

func reason(d *orgtest.Console, text string) {
	d.Type(text)
	d.Keys("enter", "tab", "enter")
}

// stored gives a world in which a policy of its own is in force.
func stored(t testing.TB) *orgtest.World {
	t.Helper()
	w := orgtest.New(t)
	p := domain.ShippedPolicy()
	p.ByClass[domain.ClassPublic], p.Always = domain.ManagerApproval, domain.AdminApproval
	text, err := p.Text()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Apply(domain.Begin(domain.Setting{ID: domain.SettingPolicy, Value: text})); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"policy-200x50", theme.Dark, 200, 50}, {"policy-80x24", theme.NoColour, 80, 24}, {"policy-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, orgtest.New(t), c.kind, c.w, c.h)
			d.Golden(c.name)
			d.Keys("e")
			d.Golden("choose-" + c.name)
		})
	}
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 120, 40)
	if faults := d.Root.Actions().Check(); len(faults) > 0 {
		t.Error(faults)
	}
}

// Another approval is a change set that says what it loosens or tightens, and
// waits; what no policy may say cannot be chosen.
func TestAnotherApproval(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 200, 50)
	d.Has("Public: a rise on an agent or a data source")
	d.Keys("j", "e") // Internal
	d.Has("Another approval")
	d.Keys("4") // admin
	d.Has("always takes four eyes")
	d.Has("It will wait for")
	reason(d, "Internal is not for managers alone")
	if len(w.Proposals) != 1 {
		t.Fatalf("proposed %+v", w.Proposals)
	}
}

func TestWhatNoPolicyMaySay(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 200, 50)
	d.Keys("j", "j", "j", "enter") // Restricted
	d.Keys("1")                    // none
	d.Has("takes \"admin\" at least")
	d.HasNot("It will wait for")
	d.Keys("esc", "G", "e")
	d.Has("no approval is set here")
	if len(w.Proposals) > 0 {
		t.Error("it was proposed")
	}
}

// The shipped policy again: nothing to do where it is in force, else a change set.
func TestReset(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 200, 50)
	d.Keys("R")
	d.Has("the shipped policy is in force already")
	w := stored(t)
	d = start(t, w, theme.Dark, 200, 50)
	d.Has("the organisation's own policy")
	d.Keys("R")
	d.Has("It will wait for an account admin")
	reason(d, "handbook")
	if len(w.Proposals) != 1 {
		t.Errorf("proposed %+v", w.Proposals)
	}
}

func TestFuzz(t *testing.T) {
	names := []string{"j", "k", "enter", "esc", "tab", "e", "R", "p", "g", "G", "/", "s", "S", "x", "i", "y", "space", "down", "pgdown", "left", "right", "?", "1", "5"}
	for seed := range uint64(3) {
		d := start(t, stored(t), theme.Dark, 100, 30)
		d.Fuzz(seed, 200, names)
	}
}
