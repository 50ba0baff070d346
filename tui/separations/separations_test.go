package separations_test

import (
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/separations"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// world is the small organisation with a rule that Mira breaks, named as data can be.
func world(t testing.TB) *orgtest.World {
	t.Helper()
	w := orgtest.New(t)
	side := func(duty string) domain.SoDSide {
		return domain.SoDSide{Target: domain.Target{Kind: domain.TargetDuty, ID: domain.ID(duty)}, Level: domain.Held}
	}
	area := domain.SoDSide{Target: domain.Target{Kind: domain.TargetArea, ID: "deployments"}, Level: domain.Edit}
	for _, r := range []domain.SoDRule{{ID: "sod_a", Name: "Admin and checker", Severity: domain.Severities()[2], Reason: "who makes does not check", A: side("admin"), B: side("checker")},
		{ID: "sod_b", Name: orgtest.Hostile, A: area, B: side("auditor")}} {
		if err := w.Apply(domain.Begin(r)); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func start(t testing.TB, w *orgtest.World, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, width, height, tui.PageSpec{ID: "separations", Title: "Separations of duties", New: separations.New(w, w)}, orgtest.Blank("person"))
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
	}{{"separations-200x50", theme.Dark, 200, 50}, {"separations-80x24", theme.NoColour, 80, 24}, {"separations-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, world(t), c.kind, c.w, c.h)
			d.Golden(c.name)
			if faults := d.Root.Actions().Check(); len(faults) > 0 {
				t.Error(faults)
			}
		})
	}
}

// Those who break a rule are named with the ways they do, and opened from it.
func TestWhoBreaksIt(t *testing.T) {
	d := start(t, world(t), theme.Dark, 160, 40)
	d.Has("Mira Lindqvist")
	d.Keys("enter")
	d.Type("mira")
	d.Keys("enter")
	d.Has("person usr_mira")
}

// A new rule is one change set, with both sides as they were chosen.
func TestANewRule(t *testing.T) {
	w := world(t)
	d := start(t, w, theme.Dark, 120, 40)
	d.Keys("n")
	d.Type("Build and release")
	d.Keys("enter")
	d.Type("change management")
	d.Keys("enter", "tab", "enter") // to the buttons, and on
	d.Keys("j", "j", "enter")       // high
	d.Type("deployments area")
	d.Keys("enter", "enter") // any agent
	d.Keys("j", "enter")     // Edit
	d.Type("release crew group")
	d.Keys("enter", "enter") // a member
	d.Has("SoD rule Build and release")
	reason(d, "audit 2026")
	if len(w.Proposals) != 1 {
		t.Fatalf("%d change sets", len(w.Proposals))
	}
	got, _ := w.Proposals[0].Changes[0].After.(domain.SoDRule)
	got.ID = ""
	want := domain.SoDRule{Name: "Build and release", Severity: domain.Severities()[2], Reason: "change management",
		A: domain.SoDSide{Target: domain.Target{Kind: domain.TargetArea, ID: "deployments"}, Level: domain.Edit},
		B: domain.SoDSide{Target: domain.Target{Kind: domain.TargetGroup, ID: "grp_release"}, Level: domain.Member}}
	if got != want {
		t.Errorf("proposed %+v", got)
	}
}

func TestChangeAndEnd(t *testing.T) {
	w := world(t)
	d := start(t, w, theme.Dark, 120, 40)
	d.Keys("/")
	d.Type("admin")
	d.Keys("enter", "e", "G", "enter")
	reason(d, "audit")
	d.Keys("c")
	d.Type(" apart")
	d.Keys("tab", "tab", "tab", "enter")
	reason(d, "clearer")
	d.Keys("D")
	reason(d, "replaced")
	if len(w.Proposals) != 3 {
		t.Fatalf("%d change sets", len(w.Proposals))
	}
	if r := w.Proposals[0].Changes[0].After.(domain.SoDRule); r.Severity != domain.Severities()[len(domain.Severities())-1] {
		t.Errorf("its weight is %s", r.Severity)
	}
	if r := w.Proposals[1].Changes[0].After.(domain.SoDRule); r.Name != "Admin and checker apart" {
		t.Errorf("its name is %q", r.Name)
	}
	if w.Proposals[2].Changes[0].After != nil {
		t.Error("it did not end")
	}
}

func TestFuzz(t *testing.T) {
	keys := []string{"j", "k", "enter", "esc", "n", "c", "e", "D", "o", "y", "x", "i", "/", "tab", "a", "space", "G", "g", "p", "S", "backspace"}
	for seed := range uint64(2) {
		start(t, world(t), theme.Dark, 100, 30).Fuzz(seed, 150, keys)
	}
}
