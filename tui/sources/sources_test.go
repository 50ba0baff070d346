package sources_test

import (
	"strings"
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/sources"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

func start(t testing.TB, w *orgtest.World, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, width, height,
		tui.PageSpec{ID: "sources", Title: "Data sources", Key: "f2", New: sources.New(w, w)},
		tui.PageSpec{ID: "source", Title: "Data source", New: sources.NewSource(w, w)})
}

// find selects a source by its name.
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
	}{{"sources-200x50", theme.Dark, 200, 50}, {"sources-80x24", theme.NoColour, 80, 24}, {"sources-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, orgtest.New(t), c.kind, c.w, c.h)
			d.Keys("j")
			d.Golden(c.name)
			d.Keys("enter")
			d.Golden(strings.Replace(c.name, "sources", "source", 1))
			d.Keys("tab")
			d.Golden(strings.Replace(c.name, "sources", "retrieve", 1))
			d.Keys("tab", "tab")
			d.Golden(strings.Replace(c.name, "sources", "given", 1))
			d.Keys("tab")
			d.Has("applied: something about")
		})
	}
}

// The pictures the README shows are of these screens.
func TestPictures(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 140, 36)
	d.Keys("j")
	d.Picture("sources")
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 120, 40)
	if faults := d.Root.Actions().Check(); len(faults) > 0 {
		t.Error(faults)
	}
	d.Keys("enter")
	for range 5 {
		if faults := d.Root.Actions().Check(); len(faults) > 0 {
			t.Error(faults)
		}
		d.Keys("tab")
	}
}

// Retrieval needs use of the agent, and that the source is open there (PRODUCT
// 2.3): Dana has both inside the HR Assistant by Tier 2, and the manual is open to
// all who use the Basic Support Agent.
func TestWhoRetrievesAndHow(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 140, 40)
	find(d, "product manual")
	d.Keys("enter")
	d.Has("open to all who use the agent")
	d.Has("only Tier 2 Support")
	d.Keys("tab", "/")
	d.Type(`agent:"hr"`)
	d.Keys("enter")
	d.Has("Dana Okafor")
	d.HasNot("Imre Vass")
	d.Keys("enter")
	d.Has("By this path")
	d.Keys("esc", "esc", "shift+tab", "enter")
	d.Has("Inside Basic Support Agent")
	d.Has("Imre Vass")
}

func TestGrantsOnTheSourceItself(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "product manual")
	d.Keys("a", "enter", "p")
	d.Type("noor")
	d.Keys("enter")
	d.Has("View: see the source's details")
	d.Has("Use: query the source")
	d.Has("Edit: change how the source is synced")
	d.Keys("j", "enter", "enter", "enter", "enter", "tab", "enter")
	d.Has("Use on Product manual for Noor Haddad")
	reason(d, "writes the manual")
	if got := w.Org.Level("usr_noor", domain.Target{Kind: domain.TargetSource, ID: "src_manual"}, "", orgtest.Now); len(w.Proposals) != 1 && got != domain.SourceUse {
		t.Errorf("Noor has %v and nothing was proposed", got)
	}
	d.Keys("esc", "t")
	d.Type("edit")
	d.Keys("enter")
	d.Has("Take Product manual away from Tier 2 Support")
	reason(d, "they only read it")
	d.Has("applied: Take Product manual away from Tier 2 Support")
	if got := w.Org.Level("usr_dana", domain.Target{Kind: domain.TargetSource, ID: "src_manual"}, "agt_hr", orgtest.Now); got != domain.SourceUse {
		t.Errorf("what was given inside the agent went with it: %v", got)
	}
}

// Closing a source inside an agent says who loses; a group named there keeps it.
func TestTieToAnAgentAndLetAGroupRetrieve(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "product manual")
	d.Keys("a", "j", "enter", "enter")
	d.Has("It is open to all who use Basic Support Agent already")
	d.Keys("esc", "w")
	d.Type("basic")
	d.Keys("enter")
	d.Has("open to the groups and people named for it")
	d.Keys("j", "enter")
	d.Has("Product manual inside Basic Support Agent for those named")
	d.Has("lose access")
	d.Has("Imre Vass")
	reason(d, "specific groups only")
	d.Has("applied: Product manual inside Basic Support Agent for those named")
	d.Keys("a", "j", "enter")
	d.Type("basic")
	d.Keys("enter", "g")
	d.Type("tier 2")
	d.Keys("enter", "enter", "enter", "enter", "tab", "enter")
	d.Has("Use on Product manual (in Basic Support Agent) for Tier 2 Support")
	d.Has("Dana Okafor")
	d.Keys("esc", "w")
	d.Type("sales")
	d.Keys("enter", "enter")
	d.Has("Product manual open to all who use Sales Agent")
	d.Keys("esc", "w")
	d.Type("hr")
	d.Keys("enter", "j", "j", "enter")
	d.Has("Take Product manual out of HR Assistant")
	reason(d, "not for this one")
	for _, g := range w.Org.GrantsOn(domain.Target{Kind: domain.TargetSource, ID: "src_manual"}) {
		if g.Agent == "agt_hr" {
			t.Errorf("the grant %s inside the agent stands alone", g.ID)
		}
	}
}

// Where the answer is no, the dialog goes through the checklist and puts the
// smallest change forward.
func TestWhyNotAndTheSmallestChange(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "payroll")
	d.Keys("f")
	d.Type("hr")
	d.Keys("enter")
	d.Type("dana")
	d.Keys("enter")
	d.Has("Why there is no access")
	d.Has("Checklist for Use")
	d.Has("The smallest change that gives Use")
	d.Has("let Dana Okafor retrieve Payroll")
	d.Keys("f")
	d.Has("Let Dana Okafor retrieve Payroll")
	d.Has("gains Use on")
	reason(d, "runs the payroll questions")
	if len(w.Proposals) != 1 || len(w.Proposals[0].Changes) != 1 {
		t.Fatalf("proposed %+v", w.Proposals)
	}
	if g, _ := w.Proposals[0].Changes[0].After.(domain.Grant); g.Agent != "agt_hr" || g.ID == "" {
		t.Errorf("proposed %+v", g)
	}
}

func TestClassOwnerNameAndANewOne(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "product manual")
	d.Keys("c", "j", "j", "j", "enter")
	d.Has("Classification of Product manual: Restricted")
	d.Keys("esc", "b")
	d.Type("noor")
	d.Keys("enter")
	d.Has("Owner of Product manual: Noor Haddad")
	d.Keys("esc", "e")
	d.Has("What customers may read")
	d.Keys("esc", "n", "enter")
	d.Has("a name is needed")
	d.Type("Product manual")
	d.Keys("enter", "enter", "tab", "enter", "enter", "enter")
	d.Has("Refused: ") // the name is taken
	d.Keys("esc", "n")
	d.Type("Release notes")
	d.Keys("enter", "enter", "tab", "enter", "enter")
	d.Type("dana")
	d.Keys("enter")
	d.Has("New data source Release notes")
	reason(d, "for the support agent")
	if _, err := w.Org.FindSource("Release notes"); len(w.Proposals) == 0 && err != nil {
		t.Error("nothing was proposed")
	}
}

func FuzzKeys(f *testing.F) {
	names := []string{"j", "k", "enter", "esc", "tab", "a", "t", "r", "w", "f", "c", "b", "e", "n", "p", "g", "G", "/", "s", "S", "x", "i", "y", "q", "space", "down", "pgdown", "left", "right", "?", "o"}
	for seed := range uint64(3) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		start(t, orgtest.New(t), theme.Dark, 100, 30).Fuzz(seed, 200, names)
	})
}
