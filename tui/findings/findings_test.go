package findings_test

import (
	"strings"
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/findings"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

func start(t testing.TB, w *orgtest.World, kind theme.Kind, width, height int) (*orgtest.Console, *[]string) {
	t.Helper()
	var opened []string
	noted := func(id string) tui.PageSpec {
		return tui.PageSpec{ID: id, Title: id, New: func(h *tui.Host, arg string) tui.Page {
			opened = append(opened, id+" "+arg)
			return findings.New(w, w)(h, "")
		}}
	}
	return orgtest.Start(t, kind, width, height, tui.PageSpec{ID: "findings", Title: "Findings", Key: "f6", New: findings.New(w, w)},
		noted("person"), noted("group"), noted("agent"), noted("source"), noted("role")), &opened
}

// troubled is the small organisation with a separation of duties that Dana
// breaks.
func troubled(t testing.TB) *orgtest.World {
	t.Helper()
	w := orgtest.New(t)
	if err := w.Apply(domain.Begin(domain.SoDRule{ID: "sod_1", Name: "Build and release " + orgtest.Hostile, Severity: domain.SeverityCritical,
		A: domain.SoDSide{Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_basic"}, Level: domain.EditAgent},
		B: domain.SoDSide{Target: domain.Target{Kind: domain.TargetArea, ID: "deployments"}, Level: domain.Edit}})); err != nil {
		t.Fatal(err)
	}
	return w
}

func find(d *orgtest.Console, filter string) {
	d.Keys("esc", "/")
	d.Type(filter)
	d.Keys("enter")
}

func reason(d *orgtest.Console, text string) {
	d.Type(text)
	d.Keys("enter", "tab", "enter")
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"findings-200x50", theme.Dark, 200, 50}, {"findings-80x24", theme.NoColour, 80, 24}, {"findings-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d, _ := start(t, troubled(t), c.kind, c.w, c.h)
			d.Golden(c.name)
			d.Keys("j", "p")
			d.Golden(strings.Replace(c.name, "findings", "detail", 1))
			d.Keys("p", "e")
			d.Golden(strings.Replace(c.name, "findings", "mend", 1))
		})
	}
}

// The picture the README shows is of this screen.
func TestPictures(t *testing.T) {
	d, _ := start(t, troubled(t), theme.Dark, 140, 36)
	d.Picture("findings")
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	d, _ := start(t, troubled(t), theme.Dark, 120, 40)
	if faults := d.Root.Actions().Check(); len(faults) > 0 {
		t.Error(faults)
	}
}

// What weighs most comes first, with both paths of who breaks a rule.
func TestWhatWeighsMostComesFirst(t *testing.T) {
	d, _ := start(t, troubled(t), theme.Dark, 200, 50)
	d.Has("critical")
	d.Has("separation of duties broken")
	d.Has(`"Dana Okafor" holds both Edit on "Basic Support Agent" and Edit on "Deployments"`)
	d.Has("Dana Okafor on Basic Support Agent: Edit")
	d.Has("Dana Okafor on Deployments: Edit")
	d.Has("Release Crew")
	d.HasNot("\x1b[31m\rADMIN")
}

// A filter knows kinds, weights and names.
func TestFilter(t *testing.T) {
	d, _ := start(t, troubled(t), theme.Dark, 200, 50)
	find(d, "kind:empty-group")
	d.Has(`the group "Empty Shell" has no member`)
	d.HasNot("holds both")
	find(d, "severity:critical")
	d.Has("holds both")
	d.HasNot("has no member")
	find(d, `about:"imre vass"`)
	d.Has("is external and may edit")
}

// Mending asks which way, shows who loses what, and proposes under the policy.
func TestMend(t *testing.T) {
	w := troubled(t)
	d, _ := start(t, w, theme.Dark, 200, 50)
	find(d, "severity:critical")
	d.Keys("e")
	d.Has("Mend it how?")
	d.Has(`take Edit on "Deployments" from "Dana Okafor"`)
	d.Type("deployments")
	d.Keys("enter")
	d.Has("Mend sod: take Edit on")
	d.Has("Applies at once")
	d.Has("1 person loses access")
	reason(d, "audit")
	if len(w.Proposals) != 1 || len(w.Saw) != 1 {
		t.Fatalf("proposed %+v", w.Proposals)
	}
	d.HasNot("holds both")
}

// A way that is gone meanwhile is not taken.
func TestAMendThatIsGone(t *testing.T) {
	w := troubled(t)
	d, _ := start(t, w, theme.Dark, 200, 50)
	find(d, "kind:empty-group")
	g, _ := w.Org.Group("grp_empty")
	gone := g
	gone.Life = domain.Archived
	d.Keys("e")
	d.Has("archive the group")
	if err := w.Apply(domain.Replace(g, gone)); err != nil {
		t.Fatal(err)
	}
	d.Keys("enter")
	d.Has("this way to mend it is gone")
	d.Keys("esc")
	if len(w.Proposals) > 0 {
		t.Error("it was proposed")
	}
}

// What no change set mends says why, and offers nothing.
// TestManyFindingsAreMendedAtOnce: one change set mends all that are marked and have one
// way to be; what has several or none is left out, and both are said with how many.
func TestManyFindingsAreMendedAtOnce(t *testing.T) {
	w := troubled(t)
	d, _ := start(t, w, theme.Dark, 140, 45)
	d.Keys("*", "E")
	d.Has("Mend many findings")
	d.Has("All:")
	d.Has("left out: ")
	reason(d, "audit finding 7")
	if len(w.Proposals) != 1 || len(w.Proposals[0].Changes) == 0 || !strings.HasPrefix(w.Proposals[0].Title, "Mend ") {
		t.Fatalf("proposed %+v", w.Proposals)
	}
	seen := map[domain.Ref]bool{}
	for _, c := range w.Proposals[0].Changes {
		r := domain.Ref{Kind: c.Record().RecordKind(), ID: c.Record().RecordID()}
		if seen[r] {
			t.Errorf("%v is changed twice", r)
		}
		seen[r] = true
	}
}

func TestWhatNothingMends(t *testing.T) {
	d, _ := start(t, troubled(t), theme.Dark, 200, 50)
	find(d, `what:"nobody owns the data source"`)
	d.Has("No change set does: nobody is known who could answer for it")
	d.Keys("e")
	d.Has("no change set mends this")
}

// Enter opens what it is about, i the history of that.
func TestOpens(t *testing.T) {
	d, opened := start(t, troubled(t), theme.Dark, 200, 50)
	find(d, "kind:empty-group")
	d.Keys("enter")
	if len(*opened) != 1 || (*opened)[0] != "group grp_empty" {
		t.Errorf("opened %v", *opened)
	}
	d.Keys("q")
	find(d, "kind:empty-group")
	d.Keys("i")
	if len(d.Opened) != 1 || d.Opened[0] != "grp_empty" {
		t.Errorf("the history of %v", d.Opened)
	}
	d.Keys("q")
	find(d, "severity:critical")
	d.Keys("enter")
	d.Has("Open what?")
	d.Keys("1")
	if len(*opened) != 2 || (*opened)[1] != "person usr_dana" {
		t.Errorf("opened %v", *opened)
	}
}

func TestFuzz(t *testing.T) {
	names := []string{"j", "k", "enter", "esc", "tab", "e", "p", "g", "G", "/", "s", "S", "x", "i", "y", "q", "space", "down", "pgdown", "left", "right", "?"}
	for seed := range uint64(3) {
		d, _ := start(t, troubled(t), theme.Dark, 100, 30)
		d.Fuzz(seed, 200, names)
	}
}
