package reviewpage

import (
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
)

func TestGoldenFrames(t *testing.T) {
	for _, size := range []struct {
		w, h int
		name string
	}{{200, 50, "wide"}, {80, 24, "middle"}, {60, 15, "small"}} {
		c := open(t, 40, size.w, size.h)
		c.Keys("a")
		c.Advance(time.Second)
		c.Golden(size.name)
		c = openAs(t, theme.NoColour, 40, size.w, size.h)
		tuitest.Golden(t, size.name+"-no-colour", c.FrameStyled())
	}
}

func TestAKeepIsOnePressAndGoesOn(t *testing.T) {
	c := open(t, 40, 120, 30)
	c.Advance(12 * time.Second)
	c.Keys("a")
	if len(c.desk.acts) != 1 || c.desk.acts[0].Answer != review.Keep || c.no() != 2 {
		t.Fatalf("acts %+v, now at %d", c.desk.acts, c.no())
	}
	c.Has("kept 1/39 · u undoes")
	c.Has("+ keep")
	if s := c.desk.acts[0].Seconds; s < 12 || s > 16 {
		t.Errorf("%d seconds were measured, want about 14", s)
	}
	if saw := c.desk.saws[0]; len(saw.Digest) != 64 || saw.Size != 42 {
		t.Errorf("what was seen is %+v", saw)
	}
	if c.desk.acts[0].Opened {
		t.Error("it was not opened")
	}
	c.Keys("enter", "esc", "a")
	if !c.desk.acts[1].Opened {
		t.Error("it was opened")
	}
}

func TestSevenKeysInOneReadDecideOne(t *testing.T) {
	c := open(t, 40, 120, 30)
	c.Burst("a", "a", "a", "a", "a", "a", "a")
	if len(c.desk.acts) != 1 {
		t.Fatalf("%d decisions", len(c.desk.acts))
	}
	c.Has(action.TooFast)
}

func TestARevocationAsksWhyAndLosesNothing(t *testing.T) {
	c := open(t, 40, 120, 30)
	c.Keys("d")
	c.Has("Revoke item 1")
	c.Keys("enter")
	c.Has("a reason is needed")
	c.desk.fail = domain.Errorf(domain.Conflict, "item 1 was signed off: its decision is closed").Hinted("a checker can return it")
	c.Type("left the crew")
	c.Keys("enter")
	c.Has("item 1 was signed off")
	c.Has("left the crew")
	c.HasNot("x revoke")
	c.desk.fail = nil
	c.Keys("enter")
	c.Has("revoked 1/39")
	c.Has("x revoke")
	if got := c.desk.acts; len(got) != 1 || got[0].Reason != "left the crew" {
		t.Errorf("%+v", got)
	}
}

func TestADecisionThatFailsIsNotShown(t *testing.T) {
	c := open(t, 40, 120, 30)
	c.desk.fail = domain.Errorf(domain.Conflict, "item 1 was due yesterday").Hinted("ask the campaign owner")
	c.Keys("a")
	c.Has("item 1 was due yesterday: ask the campaign owner")
	c.HasNot("+ keep")
	c.HasNot("saving")
	if c.no() != 1 {
		t.Error("the cursor went on")
	}
}

func TestTheLadder(t *testing.T) {
	c := open(t, 40, 120, 30)
	c.Keys("e")
	c.Has("Edit   keep")
	c.Has("None   revoke")
	c.Keys("1") // Read
	c.Type("reads only")
	c.Keys("enter")
	c.Has("~ Read")
	if a := c.desk.acts; len(a) != 1 || a[0].Answer != review.Reduce || a[0].Level != domain.Read {
		t.Errorf("%+v", a)
	}
}

// Keeping what should go or be less needs a reason, one by one and in bulk.
func TestAgainstTheRecommendationAsksWhy(t *testing.T) {
	c := open(t, 40, 120, 40)
	c.Keys("j", "j", "j", "j", "j") // item 6
	c.Advance(time.Second)
	c.Has("not used for 275 days")
	c.Has("Ana Ruiz gave it herself")
	c.Keys("a")
	c.Has("Against the recommendation: revoke, because not used for 275 days.")
	c.Keys("enter")
	c.Has("a reason is needed")
	if len(c.desk.acts) != 0 {
		t.Fatal("kept without a reason")
	}
	c.Type("on call")
	c.Keys("enter")
	if a := c.desk.acts; len(a) != 1 || a[0].Item != 6 || a[0].Answer != review.Keep || a[0].Reason != "on call" {
		t.Fatalf("%+v", a)
	}
	c.Keys("k")
	c.Advance(time.Second)
	c.Has("against the recommendation")
	c.Keys("j", "j", "j", "e") // item 9: to become Read
	c.Keys("enter")            // Edit, which keeps it
	c.Has("Against the recommendation: reduce to Read")
	c.Keys("esc", "f", "4") // less is recommended
	c.Keys("*", "A")
	c.Has("Against the recommendation for 5 items: say why.")
	c.Keys("tab", "tab", "enter")
	if len(c.desk.acts) != 1 {
		t.Fatal("kept in bulk without a reason")
	}
	c.Has("Reason is needed")
}

func TestTheFiltersAreOffered(t *testing.T) {
	c := open(t, 40, 120, 40)
	c.Keys("f", "3")
	c.Has("is:changed")
	c.Has("30") // every fourth of 40 is as it was
	if n := len(c.page.list.Query().Filter); n == 0 {
		t.Error("no filter is in force")
	}
	c.Keys("f", "1", "f", "?")
	c.Has("what all stages came to")
}

func TestHandingOn(t *testing.T) {
	c := open(t, 40, 120, 40)
	c.Keys("a", "k", "space", "space", "H")
	c.Type("tom")
	c.Keys("enter")
	c.Has("Hand on 1 item?") // the other one is decided already
	c.Has("1 is decided already and left out")
	c.Keys("enter")
	c.Has("a reason is needed")
	c.desk.fail = domain.Errorf(domain.Forbidden, "item 2 is Tom Berg's own access").Hinted("choose somebody else")
	c.Type("he runs it")
	c.Keys("enter")
	c.Has("own access: choose somebody else")
	c.Has("he runs it")
	c.desk.fail = nil
	c.Keys("enter")
	c.Has("1 item handed on to Tom Berg")
	if want := []string{"[2] to usr_tom: he runs it"}; !slices.Equal(c.desk.handed, want) {
		t.Errorf("%v, want %v", c.desk.handed, want)
	}
	c.Has("1 of 38 decided")
	c = open(t, 8, 120, 30, func(d *desk) { d.alone = true })
	c.Keys("H")
	c.Has("In this campaign reviewers do not hand their items on")
}

// What is over is there to look at, with the ruling beside one's own decision.
func TestRulingsBesideOnesOwnDecision(t *testing.T) {
	c := open(t, 8, 140, 40, func(d *desk) {
		d.over = "The campaign is remediating: its decisions are closed."
		d.signed = "x"
		d.All[0].Decision = review.Decision{Answer: review.Keep, Level: domain.Edit, Stage: 1}
		d.All[0].Ruling = review.Ruling{Item: 1, Answer: review.Revoke, Rule: "a revoke", Iteration: 1, Decisive: 2, Last: 2}
		d.All[1].Ruling = review.Ruling{Item: 2, Answer: review.Silent, Rule: "no response", Iteration: 2}
	})
	c.Keys("k")
	c.Advance(time.Second)
	c.Has("revoke: a revoke, in stage 2 of the 2")
	c.Has("+ keep")
	c.Keys("a", "d", "A", "F")
	c.Has("its decisions are closed")
	if len(c.desk.acts) != 0 || c.desk.signed != "x" {
		t.Error("something was decided")
	}
	c.Keys("esc", "j")
	c.Advance(time.Second)
	c.Has("nobody answered: no response, asked 2 times")
	c.HasNot("easured")
}

func TestUndoAndRedo(t *testing.T) {
	c := open(t, 40, 120, 30)
	c.Keys("a", "a", "u")
	c.Has("took back item 2: undecided now")
	c.Has("1 of 39 decided")
	if c.no() != 2 {
		t.Errorf("the cursor is on %d", c.no())
	}
	c.Keys("U")
	c.Has("2 of 39 decided")
	c.Keys("u", "u")
	c.Has("0 of 39 decided")
	c.Keys("u")
	c.Has("nothing to undo")
}

func TestLaterNextAndPrevious(t *testing.T) {
	c := open(t, 40, 120, 30)
	c.Keys("a", ".")
	c.Has("later: item 2 stays open")
	c.Keys("a")
	if c.no() != 4 {
		t.Fatalf("at %d", c.no())
	}
	c.Keys("N")
	if c.no() != 2 {
		t.Errorf("the undecided one before is %d, want 2", c.no())
	}
	c.Keys("n")
	if c.no() != 4 {
		t.Errorf("the next undecided one is %d, want 4", c.no())
	}
}

func TestOwnAccessIsLockedAndRefused(t *testing.T) {
	c := open(t, 40, 120, 30)
	c.Keys("G")
	c.Advance(time.Second)
	c.Has("Your own access")
	c.Has("# locked")
	c.Has("your own access: Tom Berg decides it")
	c.Keys("a")
	c.Has("own access: account role: nobody reviews their own access")
	c.Has("# locked")
}

func TestSignOffByTheCampaignsName(t *testing.T) {
	c := open(t, 4, 120, 30)
	c.Keys("F")
	c.Has("3 items are undecided")
	c.Keys("a", "a", "a")
	c.Has("all decided: F signs off")
	c.Keys("F")
	c.Type("Q4 user")
	c.Keys("tab", "tab", "enter")
	if c.desk.signed != "" {
		t.Fatal("signed with half the name")
	}
	c.Keys("up", "up")
	c.Type(" access")
	c.Keys("tab", "tab", "enter")
	if c.desk.signed != "Q4 user access" {
		t.Fatalf("signed %q:\n%s", c.desk.signed, c.Frame())
	}
	c.Has("signed off, waits for a checker")
}

func TestAReasonToKeep(t *testing.T) {
	c := open(t, 8, 120, 30, func(d *desk) { d.reason = true })
	c.Keys("a")
	c.Has("Keep item 1")
	c.Keys("esc", "c")
	c.Type("on call")
	c.Keys("enter")
	c.Has("on call (goes with your decision)")
	if c.page.Unsaved() == "" {
		t.Error("a comment that is not saved is not told")
	}
	c.Keys("a")
	if len(c.desk.acts) != 1 || c.desk.acts[0].Reason != "on call" || c.page.Unsaved() != "" {
		t.Errorf("%+v, %q", c.desk.acts, c.page.Unsaved())
	}
}

func TestNothingToReview(t *testing.T) {
	c := open(t, 0, 80, 24, func(d *desk) { d.none = true })
	c.Has("nothing waits for you to review: 1 goes home")
	c.Sound()
	c.Keys("a", "d", "F", "A", "x")
	c.Sound()
}

func TestResumesAtTheFirstOpenItem(t *testing.T) {
	c := open(t, 40, 120, 30, func(d *desk) {
		for i := range 20 {
			d.All[i].Decision.Answer = review.Keep
		}
	})
	if c.no() != 21 {
		t.Errorf("at %d, want 21", c.no())
	}
	c.Has("20 of 39 decided")
	// Work that was begun has ended: nothing is said to be loading for ever.
	c.Advance(time.Minute)
	c.HasNot("esc stops it")
	c.Keys("u")
	c.Advance(time.Minute)
	c.HasNot("esc stops it")
}

func TestRelatedAndHistory(t *testing.T) {
	c := open(t, 8, 120, 30)
	c.Keys("i")
	c.Has("log cmp_q4/1")
	c.Keys("q", "o", "enter")
	c.Has("person usr_0")
}

func TestActionsAreSound(t *testing.T) {
	c := open(t, 8, 120, 30)
	if faults := c.root.Actions().Check(); faults != nil {
		t.Error(strings.Join(faults, "\n"))
	}
}

func TestMeasuringIsSaid(t *testing.T) {
	for _, size := range [][2]int{{200, 50}, {80, 24}} {
		open(t, 8, size[0], size[1]).Has("easured")
	}
	c := open(t, 8, 60, 15)
	c.Keys("p")
	c.Has("Measured")
}

func TestStopwatch(t *testing.T) {
	now := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	c := stopwatch{now: func() time.Time { return now }, spent: map[int]time.Duration{}}
	step := func(d time.Duration) { now = now.Add(d) }
	c.show(1)
	step(3 * time.Second)
	c.show(2)
	step(time.Minute)
	c.show(1)
	step(1600 * time.Millisecond)
	if got := c.seconds(1); got != 5 {
		t.Errorf("%d seconds, want 5 (3 and 1.6)", got)
	}
	if got := c.seconds(2); got != 60 {
		t.Errorf("%d seconds, want 60", got)
	}
	step(-time.Hour) // a clock that went back takes nothing away
	if got := c.seconds(2); got != 60 {
		t.Errorf("%d seconds, want 60", got)
	}
	if got := c.seconds(1); got != 3 {
		t.Errorf("%d seconds, want 3", got)
	}
}

func TestScreenFuzz(t *testing.T) {
	keys := []string{"a", "d", "e", "t", "c", ".", "n", "N", "u", "U", "A", "D", "E", "F", "H", "x", "w", "W", "i", "o", "f", "j", "k", "G", "g", "s", "S",
		"space", "v", "*", "/", "enter", "esc", "tab", "p", "m", "down", "pgdown", "1", "2", "q", ":"}
	for seed := range uint64(12) {
		c := open(t, 60, 100, 30)
		c.Fuzz(seed, 150, keys)
	}
}

func BenchmarkMove(b *testing.B) {
	c := open(b, 5000, 200, 50)
	b.ReportAllocs()
	for b.Loop() {
		c.root.Update(tuitest.Key("j"))
		_ = c.root.Frame()
	}
}

// TestPicture is the README's picture of the page.
func TestPicture(t *testing.T) {
	c := open(t, 40, 140, 34)
	c.Keys("a")
	c.Advance(time.Second)
	c.Picture("review")
}
