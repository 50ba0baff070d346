package tui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/tuitest"
)

func TestGoldenFrames(t *testing.T) {
	for _, size := range [][2]int{{200, 50}, {120, 40}, {80, 24}, {60, 15}, {40, 12}, {39, 12}} {
		d := start(t, 100_000, size[0], size[1])
		d.Keys("j", "j", "space", "a")
		d.Golden(fmt.Sprintf("items-%dx%d", size[0], size[1]))
	}
	d := start(t, 100, 80, 24)
	d.Keys("?")
	d.Golden("help-80x24")
	d.Keys("esc", "space", "space", "D")
	d.Golden("confirm-80x24")
	d.Keys("esc", "m")
	d.Golden("menu-80x24")
	d.Keys("esc", ":")
	d.Type("e")
	d.Golden("palette-80x24")
}

func TestBurstDecidesOnce(t *testing.T) {
	d := start(t, 1000, 80, 24)
	d.Burst("a", "a", "a", "a", "a", "a", "a")
	if len(d.page.decided) != 1 {
		t.Fatalf("%d decisions, want 1", len(d.page.decided))
	}
	d.Has(action.TooFast)
	d.Send(tuitest.Held("a"))
	d.Advance(time.Second)
	d.Send(tuitest.Held("a"))
	if len(d.page.decided) != 1 {
		t.Errorf("a key held down decides: %d decisions", len(d.page.decided))
	}
	d.Keys("a", "a")
	if len(d.page.decided) != 3 {
		t.Errorf("%d decisions, want 3: a person at work is held up", len(d.page.decided))
	}
}

func TestPasteNeverDecides(t *testing.T) {
	d := start(t, 1000, 80, 24)
	d.Send(tea.PasteMsg{Content: "aaaa"})
	if len(d.page.decided) != 0 {
		t.Fatal("a paste decided")
	}
	d.Keys("/")
	d.Send(tea.PasteMsg{Content: "account"})
	d.Has("filter: account")
}

func TestBurstAfterDialogGoesToTheDialog(t *testing.T) {
	d := start(t, 1000, 80, 24)
	d.Burst("D", "a", "enter")
	if len(d.page.decided) != 0 {
		t.Errorf("keys after one that opened a dialog decided: %v", d.page.decided)
	}
}

func TestConfirmActsOnWhatWasAsked(t *testing.T) {
	d := start(t, 1000, 80, 24)
	d.Keys("space", "space", "D")
	d.Has("Revoke 2 items?")
	d.page.list.ClearMarks()
	d.Keys("enter") // Cancel is the default
	if len(d.page.decided) != 0 {
		t.Fatal("enter at once revoked")
	}
	d.Keys("space", "j", "space", "D")
	d.page.list.ClearMarks()
	d.Keys("right", "enter")
	if fmt.Sprint(d.page.decided) != "map[i000002:x i000004:x]" {
		t.Errorf("revoked %v", d.page.decided)
	}
}

// TestEscOrder: layer, filter, marks, back.
func TestEscOrder(t *testing.T) {
	d := start(t, 1000, 100, 24)
	d.Keys("enter") // to a person, to come back from
	d.Keys("q")
	d.Keys("space", "/", "v", "o", "i", "c", "e", "enter", "?")
	d.Has("Keys")
	d.Keys("esc")
	d.Has("filter: voice")
	d.Keys("esc")
	d.HasNot("filter: voice")
	d.Has("1 marked")
	d.Keys("esc")
	d.HasNot("1 marked")
	d.Keys("esc")
	if d.Quit() {
		t.Error("esc leaves the program")
	}
	d.Keys("enter")
	d.Has("my items › i000")
	d.Keys("esc")
	d.HasNot("› i000")
}

func TestErrorsStayAndSuccessesGo(t *testing.T) {
	d := start(t, 1000, 120, 24)
	d.Keys("a")
	d.Has("kept 1/100000")
	d.Advance(3900 * time.Millisecond)
	d.Has("kept 1/100000")
	d.Advance(200 * time.Millisecond)
	d.HasNot("kept 1/100000")
	d.Keys("enter", "z")
	d.Advance(time.Hour)
	d.Has("the person is gone; reload the list")
	d.Keys("esc")
	d.HasNot("the person is gone")
	d.Has("person i000001") // esc took the error away and did not leave
	d.Keys("M")
	d.Has("the person is gone")
	d.Has("kept 1/100000")
}

// TestANoteDoesNotCrowdADialog: over a dialog its keys are all named first, a note is
// cut, and what the note says of the page's own keys is left out.
func TestANoteDoesNotCrowdADialog(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {60, 15}} {
		d := start(t, 1000, size[0], size[1])
		d.Send(tui.SayMsg{Text: "kept: Dana Okafor, Edit 1/340 · u undoes"})
		d.Has("u undoes")
		d.Keys("D")
		d.Has("kept: Dana")
		d.HasNot("u undoes")
		for _, hint := range []string{"tab next", "enter choose", "esc cancel"} {
			d.Has(hint)
		}
	}
}

// TestANoteStaysWithItsPage: a success goes when another page comes in front; an error
// stays until esc.
func TestANoteStaysWithItsPage(t *testing.T) {
	d := start(t, 1000, 120, 24)
	d.Keys("a")
	d.Has("kept 1/100000")
	d.Keys("enter")
	d.HasNot("kept 1/100000")
	d.Keys("z")
	d.Has("the person is gone")
	d.Keys(":")
	d.Has("the person is gone")
	d.Keys("esc", "q")
	d.Has("the person is gone")
}

func TestPaletteRunsAndSaysWhyNot(t *testing.T) {
	d := start(t, 1000, 100, 24)
	d.Keys(":")
	d.Type("keep")
	d.Keys("enter")
	if len(d.page.decided) != 1 {
		t.Errorf("the palette did not keep: %v", d.page.decided)
	}
	d.Keys("ctrl+p")
	d.Type("never")
	d.Keys("enter")
	d.Has("Nothing is related to this.")
	d.Keys("esc", "o")
	d.Has("Nothing is related to this.")
}

func TestNavigation(t *testing.T) {
	d := start(t, 1000, 100, 24)
	d.Keys("2")
	d.Has("person People")
	d.Keys("-")
	d.Has("my items")
	d.Keys("-", "m", "1")
	d.Has("1 of 1000")
	d.Send(tui.PushMsg{ID: "person", Arg: "usr_7"})
	d.Has("my items › usr_7")
	d.Send(tui.PopMsg{})
	d.HasNot("usr_7")
	d.Send(tui.SwitchMsg{ID: "nowhere"})
	d.Has(`there is no page "nowhere"`)
	d.Keys("esc", "q")
	if !d.Quit() {
		t.Error("q on the first page does not leave")
	}
}

func TestUnsavedIsAskedAbout(t *testing.T) {
	d := start(t, 1000, 100, 24)
	d.Keys("t", "q")
	d.Has("1 change is not proposed.")
	d.Keys("enter")
	if d.Quit() {
		t.Fatal("left with something unsaved by the default answer")
	}
	d.Keys("2", "1") // the first view would end now
	d.Has("1 change is not proposed.")
	d.Keys("esc", "ctrl+c")
	d.Has("1 change is not proposed.")
	d.Keys("right", "enter")
	if !d.Quit() {
		t.Error("did not leave when told to")
	}
}

func TestSlowWorkIsShownAndStopped(t *testing.T) {
	d := start(t, 1000, 100, 24)
	cmd := d.page.slow() // begun, not run: it takes long
	d.HasNot("counting")
	d.Advance(200 * time.Millisecond)
	d.Has("counting, 0.2 s")
	d.Advance(2 * time.Second)
	d.Has("counting, 2.2 s")
	d.Keys("esc")
	d.Has("stopped: counting")
	for _, msg := range flat(cmd) {
		d.Send(msg)
	}
	last := d.page.received[len(d.page.received)-1]
	if done, ok := last.(slowDone); !ok || done.err == nil {
		t.Errorf("the page got %v, want the work's end with its context cancelled", last)
	}
	d.HasNot("counting,")
}

// flat runs cmd and gives its messages, timers left out.
func flat(cmd tea.Cmd) []tea.Msg {
	switch m := cmd().(type) {
	case tea.BatchMsg:
		return []tea.Msg{m[0]()}
	case nil:
		return nil
	default:
		return []tea.Msg{m}
	}
}

func TestAnswersComeToTheirPage(t *testing.T) {
	d := start(t, 1000, 100, 24)
	items := d.page
	cmd := items.slow()
	msgs := flat(cmd)
	d.Keys("enter") // another page in front
	before := len(items.received)
	d.Send(msgs...)
	if len(items.received) != before+1 {
		t.Error("the answer did not come to the page that asked")
	}
}

func TestBannerStays(t *testing.T) {
	for w := 40; w < 220; w += 9 {
		d := start(t, 20, w, 12)
		d.Has("REHEARSAL")
		d.Sound()
	}
}

func TestSizesAreClamped(t *testing.T) {
	d := start(t, 20, 80, 24)
	d.Send(tea.WindowSizeMsg{Width: 100_000, Height: 100_000})
	if fault := tuitest.Check(d.FrameStyled(), 500, 200); fault != "" {
		t.Error(fault)
	}
	d.Send(tea.WindowSizeMsg{Width: -1, Height: 0})
	if fault := tuitest.Check(d.FrameStyled(), 1, 1); fault != "" {
		t.Error(fault)
	}
}

func TestActionsAreSound(t *testing.T) {
	d := start(t, 20, 80, 24)
	if faults := d.root.Actions().Check(); faults != nil {
		t.Error(strings.Join(faults, "\n"))
	}
}

func TestScreenFuzz(t *testing.T) {
	keys := []string{"j", "k", "G", "g", "ctrl+d", "ctrl+u", "pgdown", "space", "v", "*", "/", "a", "D", "?", ":", "m", "M", "p", "-", "1", "2",
		"enter", "esc", "esc", "tab", "right", "s", "S", "o", "w", "z", "x", "株", "backspace", "up", "down", "f5"}
	for seed := range uint64(4) {
		d := start(t, 3000, 80, 24)
		d.Fuzz(seed, 250, keys)
	}
}

func TestTwoConsolesShareNothing(t *testing.T) {
	a, b := start(t, 20, 80, 24), start(t, 20, 80, 24)
	before := b.Frame()
	a.Keys("j", "a", "m")
	if b.Frame() != before {
		t.Error("one console's keys show on another")
	}
}

func TestNewRefuses(t *testing.T) {
	if _, err := tui.New(tui.Config{}); err == nil {
		t.Error("a console without pages")
	}
	spec := tui.PageSpec{ID: "a", New: func(h *tui.Host, s string) tui.Page { return &personPage{h, s} }}
	now := func() time.Time { return time.Time{} }
	if _, err := tui.New(tui.Config{Now: now, Pages: []tui.PageSpec{spec}}); err != nil {
		t.Error(err)
	}
	if _, err := tui.New(tui.Config{Now: now, Pages: []tui.PageSpec{spec, spec}}); err == nil {
		t.Error("a page registered twice")
	}
	if _, err := tui.New(tui.Config{Pages: []tui.PageSpec{spec}}); err == nil {
		t.Error("a console without a clock")
	}
}

// BenchmarkKeyToFrame is one move through the root and its frame, 100,000 rows at
// 200×50. The budget is 1 ms and 100 kB.
func BenchmarkKeyToFrame(b *testing.B) {
	d := start(b, 100_000, 200, 50)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		k := "j"
		if n++; n%1000 >= 500 {
			k = "k"
		}
		d.root.Update(tuitest.Key(k))
		_ = d.root.View()
	}
}

// The key of the page one is on leaves nothing and asks nothing.
func TestThePagesOwnKeyStays(t *testing.T) {
	d := start(t, 30, 100, 24)
	d.page.unsaved = "Two decisions wait."
	d.Keys("j", "j", "1")
	d.Has("this is my items")
	d.HasNot("Two decisions wait.")
	d.Has(" 3 of 30")
}

// Who acts is seen in the narrowest header that shows a page, before the status is.
func TestTheHeaderNamesWhoActs(t *testing.T) {
	d := startWith(t, 30, 100, 24, func(c *tui.Config) {
		c.Actor, c.Banner = "helen.osei@acme.example", "DEMO: a made-up organisation"
	})
	for w, want := range map[int]string{200: "helen.osei@acme.example", 80: "helen.osei", 60: "helen.osei"} {
		d.Resize(w, 24)
		header, _, _ := strings.Cut(d.Frame(), "\n")
		if !strings.Contains(header, want) || !strings.Contains(header, "DEMO") || !strings.Contains(strings.ToLower(header), "my items") {
			t.Errorf("at %d columns the header is %q", w, header)
		}
	}
}

// What a page's keys do is put together once, not for each frame.
func TestTheTableIsMadeOnce(t *testing.T) {
	d := start(t, 30, 100, 24)
	first, again := d.root.Actions(), d.root.Actions()
	if &first[0] != &again[0] {
		t.Error("the table is made anew though the page gives the same actions")
	}
	d.Keys("2")
	if other := d.root.Actions(); &other[0] == &first[0] {
		t.Error("another page has the table of the last one")
	}
}
