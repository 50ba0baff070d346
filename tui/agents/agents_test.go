package agents_test

import (
	"strings"
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/agents"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

func start(t testing.TB, w *orgtest.World, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, width, height,
		tui.PageSpec{ID: "agents", Title: "Agents", Key: "7", New: agents.New(w, w)},
		tui.PageSpec{ID: "agent", Title: "Agent", New: agents.NewAgent(w, w)})
}

// find selects an agent by its name.
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

func level(w *orgtest.World, who, agent domain.ID) domain.Level {
	return w.Org.Level(who, domain.Target{Kind: domain.TargetAgent, ID: agent}, "", orgtest.Now)
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"agents-200x50", theme.Dark, 200, 50}, {"agents-80x24", theme.NoColour, 80, 24}, {"agents-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, orgtest.New(t), c.kind, c.w, c.h)
			d.Golden(c.name)
			d.Keys("enter")
			d.Golden(strings.Replace(c.name, "agents", "agent", 1))
			d.Keys("enter")
			d.Has("By this path")
			d.Keys("esc", "tab")
			d.Golden(strings.Replace(c.name, "agents", "given", 1))
		})
	}
}

// The pictures the README shows are of these screens.
func TestPictures(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 140, 36)
	d.Picture("agents")
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

// Switching the access type says how many lose access (PRODUCT 2.3).
func TestClosingAnAgentSaysHowManyLoseIt(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "sales")
	d.Keys("w", "g", "enter") // Private
	d.Has("7 people lose access")
	d.Has("Applies at once")
	reason(d, "not ready yet")
	d.Has("applied: Access type of Sales Agent")
	if level(w, "usr_dana", "agt_sales") != domain.None {
		t.Error("Dana still has it")
	}
}

// Opening to the organisation always takes four eyes.
func TestOpeningAnAgentWaits(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "basic")
	d.Keys("w", "G", "enter")
	d.Has("It will wait for")
	reason(d, "everybody asks for it")
	d.Has("it waits for")
	if level(w, "usr_noor", "agt_basic") != domain.None {
		t.Error("Noor has it before anybody approved")
	}
}

// Declassifying would make the next change easier: it takes the approval of the
// class it had.
func TestDeclassifyingWaits(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "hr")
	d.Keys("c", "g", "enter")
	d.Has("Classification of HR Assistant")
	d.Has("It will wait for")
	reason(d, "it is harmless")
	d.Has("it waits for")
	if a, _ := w.Org.Agent("agt_hr"); a.Classification != domain.ClassConfidential {
		t.Error("it was declassified before anybody approved")
	}
}

func TestAssignWithAWindowAndTakeAway(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "basic")
	d.Keys("a", "p")
	d.Type("noor")
	d.Keys("enter", "j", "enter") // Edit
	d.Type("2026-13-01")
	d.Keys("enter")
	d.Has("2026-13-01")
	for range len("2026-13-01") {
		d.Keys("backspace")
	}
	d.Type("2026-03-01")
	d.Keys("enter")
	d.Type("2026-03-31")
	d.Keys("enter", "enter", "tab", "enter")
	d.Has("Edit on Basic Support Agent for Noor Haddad, 2026-03-01 to")
	reason(d, "a month in support")
	d.Has("it waits for Mira Lindqvist")
	d.Keys("t")
	d.Type("imre")
	d.Keys("enter")
	d.Has("Take Basic Support Agent away from Imre Vass")
	reason(d, "an external with Edit")
	if level(w, "usr_imre", "agt_basic") != domain.None {
		t.Error("Imre still has it")
	}
}

func TestAnEmptyGroupCannotBeAssigned(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 120, 40)
	find(d, "basic")
	d.Keys("a", "g")
	d.Type("empty")
	d.Keys("enter", "g", "enter", "enter", "enter", "enter", "tab", "enter")
	d.Has("has no member")
	d.Has("add at least one member first")
}

func TestLoweringAGrantKeepsItsDates(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "basic")
	d.Keys("r")
	d.Type("imre")
	d.Keys("enter", "g", "enter", "enter", "enter", "enter", "tab", "enter")
	d.Has("1 person keeps a lower level")
	reason(d, "uses it, does not change it")
	if level(w, "usr_imre", "agt_basic") != domain.ViewUse {
		t.Errorf("Imre has %d", level(w, "usr_imre", "agt_basic"))
	}
}

func TestOwner(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 120, 40)
	find(d, "basic")
	d.Keys("b")
	d.Type("mira")
	d.Keys("enter")
	d.Has("Owner of Basic Support Agent: Mira Lindqvist")
	d.Has("It will wait for")
}

// Archiving says who loses the agent; one that is archived comes back.
func TestArchiveAndBringBack(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "hr assistant")
	d.Keys("d")
	d.Has("Archive HR Assistant")
	d.Has("1 person loses access")
	reason(d, "replaced")
	d.Has("applied: Archive HR Assistant")
	if a, _ := w.Org.Agent("agt_hr"); a.Life != domain.Archived {
		t.Error("it is not archived")
	}
	d.Keys("d")
	d.Has("Bring HR Assistant back")
	d.Has("1 person gains access")
}

// A new agent is asked for whole: name, access type, class, owner.
func TestANewAgent(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	d.Keys("n")
	d.Type("Travel Desk")
	d.Keys("enter")
	d.Type("books trips")
	d.Keys("enter", "tab", "enter")
	d.Has("Access type of Travel Desk")
	d.Keys("enter")
	d.Has("Classification of Travel Desk")
	d.Keys("j", "enter")
	d.Has("Owner of Travel Desk")
	d.Type("noor")
	d.Keys("enter")
	d.Has("New agent Travel Desk")
	reason(d, "asked for by finance")
	if len(w.Proposals) != 1 {
		t.Fatalf("proposed %+v", w.Proposals)
	}
	a, _ := w.Proposals[0].Changes[0].After.(domain.Agent)
	if a.Owner != "usr_noor" || a.AccessType != domain.AccessTypes()[0] || a.Classification != domain.ClassInternal || a.Description != "books trips" {
		t.Errorf("proposed %+v", a)
	}
}

func TestFuzz(t *testing.T) {
	names := []string{"j", "k", "enter", "esc", "tab", "a", "t", "r", "w", "c", "b", "p", "g", "G", "/", "s", "S", "x", "i", "y", "o", "q", "space", "down", "pgdown", "left", "right", "?"}
	for seed := range uint64(3) {
		start(t, orgtest.New(t), theme.Dark, 100, 30).Fuzz(seed, 200, names)
	}
}
