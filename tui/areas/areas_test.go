package areas_test

import (
	"strings"
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/areas"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"

	tea "charm.land/bubbletea/v2"
)

// start opens the editor for arg over a first page.
func start(t testing.TB, w *orgtest.World, arg string, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	make1 := areas.New(w, w)
	d := orgtest.Start(t, kind, width, height,
		tui.PageSpec{ID: "first", Title: "First", Key: "1", New: func(h *tui.Host, _ string) tui.Page { return &first{h, arg} }},
		tui.PageSpec{ID: "areas", Title: "Areas", New: make1})
	d.Keys("enter")
	return d
}

// first is a page that opens the editor.
type first struct {
	h   *tui.Host
	arg string
}

func (f *first) Init() tea.Cmd          { return nil }
func (f *first) Update(tea.Msg) tea.Cmd { return nil }
func (f *first) Title() string          { return "First" }
func (f *first) View(w, h int) string {
	line := strings.Repeat(" ", w)
	return strings.TrimSuffix(strings.Repeat(line+"\n", h), "\n")
}
func (f *first) Actions() action.Table {
	return action.Table{{ID: "first.open", Keys: []string{"enter"}, Help: "open", Scope: "first", Do: func() tea.Cmd { return f.h.Push("areas", f.arg) }}}
}

const releaseCrew = "group:grp_release"

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"areas-200x50", theme.Dark, 200, 50}, {"areas-80x24", theme.NoColour, 80, 24}, {"areas-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, orgtest.New(t), releaseCrew, c.kind, c.w, c.h)
			to(d, "Voice")
			d.Keys("2")
			d.Golden(c.name)
			if c.w < 120 {
				d.Keys("p")
				d.Golden(strings.Replace(c.name, "areas", "pending", 1))
				d.Keys("p")
			}
			d.Keys("w")
			d.Golden(strings.Replace(c.name, "areas", "propose", 1))
		})
	}
}

// The pictures the README shows are of these screens.
func TestPictures(t *testing.T) {
	d := start(t, orgtest.New(t), releaseCrew, theme.Dark, 140, 50)
	to(d, "Voice")
	d.Keys("2")
	to(d, "Account (sensitive)")
	d.Keys("1")
	d.Picture("areas")
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	d := start(t, orgtest.New(t), releaseCrew, theme.Dark, 120, 40)
	if faults := d.Root.Actions().Check(); len(faults) > 0 {
		t.Error(faults)
	}
}

// The rules of PRODUCT 2.2, as the tree shows them at once: parent, child, result.
func TestInheritance(t *testing.T) {
	for _, c := range []struct{ parent, child, want string }{
		{"2", "", "= E from Messaging"}, {"2", "1", "= R"}, {"2", "0", "= -"}, {"", "2", "= E"},
	} {
		t.Run(c.parent+" "+c.child, func(t *testing.T) {
			d := start(t, orgtest.New(t), "group:grp_tier1", theme.Dark, 160, 60)
			if c.parent != "" {
				to(d, "Messaging")
				d.Keys(c.parent)
			}
			to(d, "Chat")
			if c.child != "" {
				d.Keys(c.child)
			}
			if line := lineOf(d, "Chat"); !strings.HasSuffix(line, c.want) {
				t.Errorf("the line is %q, want it to end with %q", line, c.want)
			}
		})
	}
}

func TestAChildAboveItsParentIsRefusedWithTheWayOut(t *testing.T) {
	d := start(t, orgtest.New(t), releaseCrew, theme.Dark, 160, 60)
	to(d, "Handoffs") // in Voice, which is Read
	d.Keys("2")
	d.Has("raise Voice to Edit first")
	d.Advance(10 * 1e9)
	d.Has("raise Voice to Edit first") // until esc
	d.Keys("esc")
	d.HasNot("raise Voice to Edit first")
	d.HasNot("pending")
	to(d, "Voice")
	d.Keys("2")
	to(d, "Handoffs")
	d.Keys("2")
	d.Has("2 changes pending")
}

func TestLoweringAParentSaysWhatItLowers(t *testing.T) {
	w := orgtest.New(t)
	if err := w.Apply(domain.Begin(domain.Grant{ID: "gnt_env", Holder: domain.Holder{Kind: domain.HolderGroup, ID: "grp_release"},
		Target: domain.Target{Kind: domain.TargetArea, ID: "deployments/environments"}, Level: domain.Edit})); err != nil {
		t.Fatal(err)
	}
	d := start(t, w, releaseCrew, theme.Dark, 160, 60)
	to(d, "Deployments")
	d.Keys("1")
	d.Has("this lowers to Read what is set higher below: Environments")
	d.Has("Dana Okafor: Deployments and its 4 parts, Edit → Read")
}

func TestPendingIsOneChangeSetWithAReason(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, releaseCrew, theme.Dark, 160, 60)
	to(d, "Voice")
	d.Keys("0")
	to(d, "Numbers")
	d.Keys("backspace")
	d.Has("1 person loses access")
	d.Has("2 pending")
	d.Keys("w")
	d.Type("voice is run by another crew now")
	d.Keys("enter", "tab", "enter")
	d.Has("applied: Areas of Release Crew: Voice None, Voice › Numbers unset")
	d.HasNot("2 pending")
	if len(w.Proposals) != 1 || len(w.Proposals[0].Changes) != 2 {
		t.Errorf("proposed %+v", w.Proposals)
	}
	if l := w.Org.Level("usr_dana", domain.Target{Kind: domain.TargetArea, ID: "voice/agent"}, "", orgtest.Now); l != domain.None {
		t.Errorf("Dana has %d on voice", l)
	}
}

func TestEditOnASensitiveAreaWaitsForAChecker(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, "principal:usr_noor", theme.Dark, 160, 60)
	to(d, "Deployments")
	d.Keys("2")
	d.Has("It will wait for")
	d.Keys("w")
	d.Type("on call this week")
	d.Keys("enter", "tab", "enter")
	d.Has("it waits for")
	if l := w.Org.Level("usr_noor", domain.Target{Kind: domain.TargetArea, ID: "deployments"}, "", orgtest.Now); l != domain.None {
		t.Error("Noor has Deployments before anybody approved")
	}
}

// A person's effective column counts every source; what is set here does not.
func TestAPersonsLevelsFromGroupsAreShownWithTheirSource(t *testing.T) {
	d := start(t, orgtest.New(t), "principal:usr_dana", theme.Dark, 160, 60)
	d.Keys("L")
	if line := lineOf(d, "Deployments"); !strings.Contains(line, "= E from Release Crew") {
		t.Errorf("the line is %q", line)
	}
	if line := lineOf(d, "Handoffs"); !strings.Contains(line, "= R from Release Crew") {
		t.Errorf("the line is %q", line)
	}
}

func TestSomebodyElseWasFaster(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, releaseCrew, theme.Dark, 160, 60)
	to(d, "Voice")
	d.Keys("0")
	for _, g := range w.Org.GrantsOf(domain.Holder{Kind: domain.HolderGroup, ID: "grp_release"}) {
		if g.Target.ID == "voice" {
			after := g
			after.Level = domain.Edit
			if err := w.Apply(domain.Replace(g, after)); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.Keys("w")
	d.Has("Voice was Read when you opened this, and is Edit now")
	d.Keys("esc", "f5")
	d.Has("1 change pending")
	d.Keys("w")
	d.Type("voice is run by another crew now")
	d.Keys("enter", "tab", "enter")
	d.Has("applied: ")
}

func TestPresetUndoRedo(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, releaseCrew, theme.Dark, 160, 60)
	d.Keys("f")
	d.Has("Knowledge editor")
	d.Keys("j", "enter") // Knowledge editor
	if line := lineOf(d, "Knowledge"); !strings.Contains(line, "= E") {
		t.Errorf("the line is %q", line)
	}
	if line := lineOf(d, "Deployments"); !strings.Contains(line, "= -") {
		t.Errorf("the line is %q", line)
	}
	d.Keys("u")
	d.HasNot("pending ")
	d.Keys("U")
	d.Has("pending")
}

func TestLeavingWithPendingChangesAsks(t *testing.T) {
	d := start(t, orgtest.New(t), releaseCrew, theme.Dark, 160, 60)
	to(d, "Voice")
	d.Keys("0", "esc")
	d.Has("has not been proposed")
	d.Keys("enter") // Cancel
	d.Has("1 change pending")
	d.Keys("a")
	d.Has("Propose with w, or take back with u")
}

func TestValuesForOneAgentReplaceThoseForAll(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, releaseCrew, theme.Dark, 160, 60)
	d.Keys("b")
	d.Type("basic")
	d.Keys("enter")
	d.Has("for Basic Support Agent")
	if line := lineOf(d, "Deployments"); !strings.Contains(line, "= E from all agents") {
		t.Errorf("the line is %q", line)
	}
	to(d, "Deployments")
	d.Keys("1", "w")
	d.Type("only reads there")
	d.Keys("enter", "tab", "enter")
	d.Has("applied: Areas of Release Crew in Basic Support Agent: Deployments Read")
}

func TestWithoutAnArgumentItAsksWhose(t *testing.T) {
	d := start(t, orgtest.New(t), "", theme.Dark, 120, 40)
	d.Has("Whose areas?")
	d.Keys("g")
	d.Type("release")
	d.Keys("enter")
	d.Has("Release Crew (group), for all agents")
}

// A late answer to an older question is not shown.
func TestLateAnswersAreDropped(t *testing.T) {
	d := start(t, orgtest.New(t), releaseCrew, theme.Dark, 160, 60)
	to(d, "Voice")
	d.Burst("0", "1") // back to what is stored, before the first answer came
	d.Has("nothing; 0 None")
	d.HasNot("loses access")
}

func TestFuzz(t *testing.T) {
	names := []string{"j", "k", "h", "l", "0", "1", "2", "space", "backspace", "u", "U", "f", "a", "b", "w", "p", "enter", "esc", "tab", "L", "H", "x", "i", "q", "g", "G", "r"}
	for seed := range uint64(3) {
		start(t, orgtest.New(t), "principal:usr_mal", theme.Dark, 130, 40).Fuzz(seed, 200, names)
	}
}

func BenchmarkMove(b *testing.B) {
	d := start(b, orgtest.New(b), releaseCrew, theme.Dark, 200, 50)
	for b.Loop() {
		d.Keys("j")
		_ = d.FrameStyled()
		d.Keys("k")
	}
}

// to moves to the area with this name, from the top.
func to(d *orgtest.Console, name string) {
	d.Keys("L", "g")
	for range 80 {
		for line := range strings.Lines(d.Frame()) {
			if label, _, ok := strings.Cut(line, " = "); ok && strings.HasPrefix(line, ">") && strings.Contains(label, " "+name+" ") {
				return
			}
		}
		d.Keys("j")
	}
}

// lineOf is the line of the tree that shows the area.
func lineOf(d *orgtest.Console, name string) string {
	for line := range strings.Lines(d.Frame()) {
		if label, _, ok := strings.Cut(line, " = "); ok && strings.Contains(label, " "+name+" ") {
			line, _, _ = strings.Cut(line, "│")
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// An area is marked as sensitive, or no more, as a change set of its own; what is
// pending stays.
func TestSensitive(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, "group:grp_release", theme.Dark, 120, 40)
	d.Keys("t")
	d.Has("sensitive")
	before := len(w.Proposals)
	d.Type("holds personal data")
	d.Keys("enter", "tab", "enter")
	if len(w.Proposals) != before+1 {
		t.Fatalf("%d change sets\n%s", len(w.Proposals), d.Frame())
	}
	was, _ := w.Proposals[before].Changes[0].Before.(domain.Area)
	is, _ := w.Proposals[before].Changes[0].After.(domain.Area)
	if is.ID == "" || was.Sensitive == is.Sensitive {
		t.Errorf("from %+v to %+v", was, is)
	}
}
