package people_test

import (
	"strings"
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/people"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

func machines(t testing.TB, w *orgtest.World, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, width, height,
		tui.PageSpec{ID: "keys", Title: "API keys and AI agents", Key: "f3", New: people.NewMachines(w, w)},
		tui.PageSpec{ID: "person", Title: "Person", New: people.NewPerson(w, w)})
}

func TestFramesOfMachines(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"keys-200x50", theme.Dark, 200, 50}, {"keys-80x24", theme.NoColour, 80, 24}, {"keys-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := machines(t, orgtest.New(t), c.kind, c.w, c.h)
			d.Golden(c.name)
			d.Keys("enter")
			d.Golden(strings.Replace(c.name, "keys", "key", 1))
		})
	}
}

func TestNoKeyOfMachinesHasTwoMeanings(t *testing.T) {
	d := machines(t, orgtest.New(t), theme.Dark, 120, 40)
	if faults := d.Root.Actions().Check(); len(faults) > 0 {
		t.Error(faults)
	}
}

// The list has keys and AI agents, no users; one without a role has the default one
// and says so, and an owner who is not active is marked (PRODUCT 2.5).
func TestMachinesAndTheirOwners(t *testing.T) {
	d := machines(t, orgtest.New(t), theme.Dark, 200, 30)
	d.Has("Deploy key")
	d.Has("Triage bot")
	d.HasNot("Noor Haddad")
	d.Has("Member (default)")
	d.Has("Lee Gone (not active)")
	d.Keys("/")
	d.Type("kind:ai-agent")
	d.Keys("enter")
	d.HasNot("Deploy key")
	d.Keys("b")
	d.Type("noor")
	d.Keys("enter")
	d.Has("Owner of Triage bot: Noor Haddad")
}

// A role is not given to a kind it is not for, and one is held at a time.
func TestARoleIsGivenAndTakesThePlaceOfTheOther(t *testing.T) {
	w := orgtest.New(t)
	d := machines(t, w, theme.Dark, 140, 30)
	d.Keys("/")
	d.Type("deploy")
	d.Keys("enter", "w")
	d.Type("operations")
	d.Keys("enter")
	d.Has("Operations is not for API keys")
	d.Keys("esc", "w")
	d.Type("member")
	d.Keys("enter")
	d.Has("Role of Deploy key: Member")
	d.Type("needs no more")
	d.Keys("enter", "tab", "enter")
	if len(w.Proposals) != 1 || len(w.Proposals[0].Changes) != 2 {
		t.Fatalf("proposed %+v", w.Proposals)
	}
}

func TestANewKeyHasAnOwner(t *testing.T) {
	w := orgtest.New(t)
	d := machines(t, w, theme.Dark, 140, 30)
	d.Keys("N", "enter")
	d.Type("Nightly export")
	d.Keys("enter", "tab", "enter")
	d.Has("Who answers for Nightly export?")
	d.Type("tom")
	d.Keys("enter")
	d.Has("New API key Nightly export")
	d.Type("exports at night")
	d.Keys("enter", "tab", "enter")
	if len(w.Proposals) != 1 {
		t.Fatalf("proposed %+v", w.Proposals)
	}
	r, ok := w.Proposals[0].Changes[0].After.(domain.Principal)
	if !ok || r.Kind != domain.APIKey || r.Owner != "usr_tom" || r.Status != domain.Active {
		t.Errorf("proposed %+v", r)
	}
}

// An invited person has no access before they have come.
func TestInvite(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	d.Keys("n")
	d.Type("Eve Adler")
	d.Keys("enter")
	d.Type("eve")
	d.Keys("enter")
	d.Has("an e-mail address is needed")
	d.Type("@acme.example")
	d.Keys("enter")
	d.Type("Support")
	d.Keys("enter", "enter", "tab", "enter")
	d.Has("Manager of Eve Adler")
	d.Type("dana")
	d.Keys("enter")
	d.Has("Invite Eve Adler")
	d.Type("joins in April")
	d.Keys("enter", "tab", "enter")
	if len(w.Proposals) != 1 {
		t.Fatalf("proposed %+v", w.Proposals)
	}
	r, _ := w.Proposals[0].Changes[0].After.(domain.Principal)
	if r.Status != domain.Invited || r.Manager != "usr_dana" || r.Department != "Support" || r.Email != "eve@acme.example" {
		t.Errorf("proposed %+v", r)
	}
}
