package campaigns_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/campaigns"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/tuitest/orgtest"
)

func TestGoldenFrames(t *testing.T) {
	for _, size := range []struct {
		w, h int
		name string
	}{{200, 50, "wide"}, {80, 24, "middle"}, {60, 15, "small"}} {
		c := open(t, newOffice(t, review.Active), theme.Dark, size.w, size.h)
		c.Golden("list-" + size.name)
		c.Keys("w")
		c.Golden("worklist-" + size.name)
		c.Keys("esc", "enter", "j")
		c.Advance(time.Second)
		c.Golden("items-" + size.name)
		c = open(t, newOffice(t, review.Verifying), theme.NoColour, size.w, size.h)
		c.Sound()
		tuitest.Golden(t, "list-"+size.name+"-no-colour", c.FrameStyled())
	}
}

// Each act is possible in exactly the states that the table of moves names: the
// launch for a checker who had no part in it, the others for who runs it.
func TestActsFollowTheTableOfMoves(t *testing.T) {
	for _, a := range []struct {
		id  string
		act review.Act
		by  domain.ID
	}{{"stage", review.ActStage, "usr_ana"}, {"launch", review.ActLaunch, checker}, {"advance", review.ActNextStage, "usr_ana"}, {"reiterate", review.ActReiterate, "usr_ana"},
		{"remediate", review.ActRemediate, "usr_ana"}, {"verify", review.ActVerify, "usr_ana"}, {"close", review.ActClose, "usr_ana"}, {"cancel", review.ActCancel, "usr_ana"}} {
		for s := review.Draft; s <= review.Cancelled; s++ {
			o := newOffice(t, s)
			o.actor = a.by
			c := open(t, o, theme.Dark, 120, 40)
			legal := slices.ContainsFunc(review.Moves(), func(m review.Move) bool { return m.From == s && m.Act == a.act })
			if why := off(c, "campaigns."+a.id); (why == "") != legal {
				t.Errorf("%s while %s: %q, legal %v", a.id, s, why, legal)
			}
		}
	}
}

func off(c *orgtest.Console, id string) string {
	for _, x := range c.Root.Actions() {
		if x.ID == id {
			return x.Why()
		}
	}
	return "there is no action " + id
}

func TestWhoPreparedItDoesNotLaunch(t *testing.T) {
	for actor, want := range map[domain.ID]string{"usr_ana": "You prepared it", checker: "", "usr_noor": "a checker gives it, and you are none", "": "only reads"} {
		o := newOffice(t, review.Staged)
		o.actor, o.all[0].Makers = actor, []domain.ID{"usr_ana"}
		c := open(t, o, theme.Dark, 120, 40)
		if got := off(c, "campaigns.launch"); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%q is told %q, want %q", actor, got, want)
		}
	}
	o := newOffice(t, review.Staged)
	o.actor, o.all[0].Makers = checker, []domain.ID{"usr_ana", checker}
	if got := off(open(t, o, theme.Dark, 120, 40), "campaigns.launch"); !strings.Contains(got, "You prepared it") {
		t.Errorf("who staged it is told %q", got)
	}
}

func TestWhatIsPastDueLapses(t *testing.T) {
	o := newOffice(t, review.Active)
	c := open(t, o, theme.Dark, 120, 40)
	if got := off(c, "campaigns.lapse"); !strings.Contains(got, "packets lapse after that") {
		t.Errorf("before the due date: %q", got)
	}
	o.all[0].Due = orgtest.Now.Add(-time.Millisecond)
	c = open(t, o, theme.Dark, 120, 50)
	c.Has("past its due date")
	c.Keys("Z")
	c.Has("1 packet of Q4 user access with 39 items were not signed")
	c.Has("counts as no response")
	c.Type("Q4 user access")
	c.Keys("enter")
	c.Has("1 packet lapsed")
	if !slices.Equal(o.did, []string{"lapse"}) {
		t.Error(o.did)
	}
}

func TestWhatNobodyAnsweredIsAskedAgain(t *testing.T) {
	o := newOffice(t, review.SignedOff)
	c := open(t, o, theme.Dark, 120, 60)
	c.Has("4 items were answered by nobody")
	c.Has("nobody answered")
	c.Keys("I")
	c.Has("4 items that nobody answered are asked about again")
	c.Type("2026-04-01")
	c.Keys("enter")
	c.Type("holidays")
	c.Keys("enter")
	c.Has("asked again, the second time")
	if !slices.Equal(o.did, []string{"reiterate 2026-04-01|holidays"}) {
		t.Error(o.did)
	}
}

// A change of what is under way is asked for, and what is said is what was done.
func TestExtendingWhatIsUnderWayAsksAChecker(t *testing.T) {
	o := newOffice(t, review.Active)
	o.waiting = []string{"it is due on 2026-04-01, by Ana Ferreira: holidays"}
	c := open(t, o, theme.Dark, 140, 50)
	c.Has("it is due on 2026-04-01, by Ana Ferreira")
	c.Keys("e")
	c.Has("a checker approves the new date before it holds")
	c.Type("2026-04-01")
	c.Keys("enter")
	c.Type("holidays")
	c.Keys("enter")
	c.Has("asked for: a checker approves it")
}

func TestStagesAreALineOfProgress(t *testing.T) {
	c := open(t, newOffice(t, review.Active), theme.NoColour, 200, 60)
	for _, want := range []string{"> 1 Managers", "due in 7 days, began 2026-02-27", "complete   ░░░░░░░ 0 % 0/40", "decided    ██", "30 % 12/40", "work items ██", "33 % 14/42", "to come, lasts 7 days"} {
		c.Has(want)
	}
}

// What there is to look at opens at once and fills itself; a failure is shown in it.
func TestLookingAtACampaign(t *testing.T) {
	o := newOffice(t, review.Staged)
	c := open(t, o, theme.Dark, 120, 40)
	c.Keys("b", "2") // replay: nothing yet
	c.Has("there is nothing of this to see before it is")
	c.Keys("1")
	c.Has("every ruling follows from the log")
	c.Sound()
	c.Keys("q", "b", "3")
	c.Type("2026/Q4")
	c.Keys("enter", "enter")
	c.Has("every ruling follows from the log")
	c.Keys("q")
	o.fail = domain.Errorf(domain.Conflict, "the log does not end").Hinted("verify it")
	c.Keys("b", "1")
	c.Has("the log does not end: verify it")
	if want := []string{"look cmp_q4 simulate []", "look cmp_q4 sample [2026/Q4 25]", "look cmp_q4 simulate []"}; !slices.Equal(o.did, want) {
		t.Errorf("%v, want %v", o.did, want)
	}
}

func TestWhoDoesNotRunItIsTold(t *testing.T) {
	o := newOffice(t, review.Draft)
	o.actor = "usr_noor"
	c := open(t, o, theme.Dark, 120, 40)
	c.Keys("t")
	c.Has("You do not run this campaign: ask Ana Ferreira")
	o.actor = ""
	c.Keys("esc", "f5", "j", "k")
	c.Advance(time.Second)
	c.Keys("t")
	c.Has("This console only reads.")
	if len(o.did) > 0 {
		t.Error(o.did)
	}
}

func TestTheStoryReadsWhole(t *testing.T) {
	c := open(t, newOffice(t, review.Active), theme.NoColour, 200, 60)
	for _, want := range []string{"the holder's manager, else the owner of the agent, else", "everything that gives access",
		"50 holdings = 40 in scope + 8 excluded + 1 orphaned + 1 rejected", "difference 0", "6 only restricts", "a checker countersigns every sign-off", "░", "1/1 countersigned", "due in 7 days"} {
		c.Has(want)
	}
	c = open(t, newOffice(t, review.Verifying), theme.Dark, 200, 60)
	c.Has("37 verified, 3 residual")
	c.Has("residual: Read by Release crew")
	c.Keys("d")
	c.Sound()
}

// TestWhoOnlyReadsPlansNothing: the act is off from the start, and says why.
func TestWhoOnlyReadsPlansNothing(t *testing.T) {
	o := newOffice(t, review.Draft)
	o.actor = ""
	c := open(t, o, theme.Dark, 100, 40)
	if why := off(c, "campaigns.new"); why != "This console only reads." {
		t.Errorf("it is off by %q", why)
	}
	c.Keys("n")
	c.Has("This console only reads.")
}

// A new campaign is planned on a page of its own; so is a draft, and nothing else.
func TestPlanningIsAPageOfItsOwn(t *testing.T) {
	o := newOffice(t, review.Draft)
	c := open(t, o, theme.Dark, 100, 40)
	c.Keys("n")
	c.Has("plan")
	c.Keys("esc", "c")
	c.Has("plan cmp_q4")
	for s := review.Staged; s <= review.Cancelled; s++ {
		if why := off(open(t, newOffice(t, s), theme.Dark, 100, 40), "campaigns.plan"); !strings.Contains(why, "its plan stands") {
			t.Errorf("while %s: %q", s, why)
		}
	}
}

func TestStagingShowsHowFarItIs(t *testing.T) {
	o := newOffice(t, review.Draft)
	c := open(t, o, theme.Dark, 120, 40)
	looked := false
	o.during = func() {
		looked = true
		c.Sound()
		c.Has("staging")
		c.Has("25 %  items  esc stops it")
	}
	c.Keys("t")
	if !looked {
		t.Error("it was not run")
	}
	c.HasNot("esc stops it")
	c.Has("staged: ")
	o.fail, o.all[0].State = context.Canceled, review.Draft // the console has stopped it
	c.Keys("f5", "j", "k")
	c.Advance(time.Second)
	c.Keys("t")
	c.HasNot("context canceled")
}

func TestLaunchWantsTheNameAndSaysWhatStandsInTheWay(t *testing.T) {
	o := newOffice(t, review.Staged)
	o.checks = []review.Check{{Kind: "no-reviewer", Block: true, Text: "3 items have nobody eligible to review them", Hint: "name a fallback"}, {Text: "1 source was not imported", Hint: "import it"}}
	c := open(t, o, theme.Dark, 200, 40)
	c.Has("x BLOCKS 3 items have nobody eligible to review them: name a fallback")
	c.Has("~ note   1 source was not imported")
	o.actor = checker
	c.Keys("f5", "j", "k")
	c.Advance(time.Second)
	c.Keys("L")
	c.Has("With it you sign what was prepared: 40 items in scope, difference 0")
	c.Has("STANDS IN THE WAY: 3 items")
	c.Type("q4")
	c.Keys("enter")
	c.Has("type Q4 user access exactly")
	for range 2 {
		c.Keys("backspace")
	}
	o.fail = domain.Errorf(domain.Conflict, "the campaign cannot be launched: 3 items have nobody").Hinted("name a fallback")
	c.Type("Q4 user access")
	c.Keys("enter")
	c.Has("the campaign cannot be launched: 3 items have nobody: name a fallback")
	c.Has("Q4 user access")
	o.fail = nil
	c.Keys("enter")
	c.Has("launched: Q4 user access")
	if !slices.Equal(o.did, []string{"launch", "launch"}) || len(o.saw[0].Digest) != 64 || o.saw[0].Size != 42 {
		t.Errorf("%v, saw %+v", o.did, o.saw)
	}
}

func TestRemediateVerifyCloseAndCancel(t *testing.T) {
	o := newOffice(t, review.SignedOff)
	c := open(t, o, theme.Dark, 160, 40)
	c.Keys("R", "enter") // Cancel is the default
	if len(o.did) != 0 {
		t.Fatal(o.did)
	}
	c.Keys("R", "tab", "enter")
	c.Has("2 change sets applied, making 3 decisions true, 1 on the work list, 1 FAILED")
	c.Advance(time.Second)
	c.Keys("V")
	c.Has("37 verified, 3 residual")
	c.Advance(time.Second)
	c.Keys("C")
	c.Type("Q4 user access")
	o.fail = domain.Errorf(domain.Conflict, "the campaign cannot close: 3 residual (items 3, 4 and 5)").Hinted("remedy and verify them")
	c.Keys("enter")
	c.Has("the campaign cannot close: 3 residual (items 3, 4 and 5): remedy and verify")
	o.fail = nil
	c.Keys("esc", "K")
	c.Type("begun anew")
	c.Keys("enter")
	c.Type("Q4 user access")
	c.Keys("enter")
	c.Has("cancelled: Q4 user access")
	if want := []string{"remediate", "verify", "close", "cancel begun anew"}; !slices.Equal(o.did, want) {
		t.Errorf("%v, want %v", o.did, want)
	}
}

// Management acknowledges verified results: an executive, who is none of those who
// prepared them, with a statement and the campaign's name.
func TestManagementAcknowledges(t *testing.T) {
	executive := func(o *office) {
		o.actor = checker
		org, _, err := o.org.With(domain.ChangeSet{Changes: []domain.Change{domain.Begin(domain.Grant{ID: "gnt_exec", Level: domain.Held,
			Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: checker}, Target: domain.Target{Kind: domain.TargetDuty, ID: "executive"}})}}, orgtest.Now)
		if err != nil {
			t.Fatal(err)
		}
		o.org = org
	}
	for s := review.Draft; s <= review.Cancelled; s++ {
		o := newOffice(t, s)
		executive(o)
		if why := off(open(t, o, theme.Dark, 120, 40), "campaigns.acknowledge"); (why == "") != (s == review.Verifying) {
			t.Errorf("while %s: %q", s, why)
		}
	}
	o := newOffice(t, review.Verifying)
	for who, want := range map[domain.ID]string{"": "only reads", checker: "you are none", "usr_ana": "you are none"} {
		o.actor = who
		if why := off(open(t, o, theme.Dark, 120, 40), "campaigns.acknowledge"); !strings.Contains(why, want) {
			t.Errorf("for %q: %q", who, why)
		}
	}
	executive(o)
	c := open(t, o, theme.Dark, 160, 40)
	c.Keys("B")
	c.Has("Acknowledge the results?")
	c.Type("appropriate")
	c.Keys("enter")
	c.Type("Q4 user access")
	c.Keys("enter")
	c.Has("acknowledged at event 77")
	if want := []string{"acknowledge appropriate"}; !slices.Equal(o.did, want) || len(o.saw) != 1 || o.saw[0].Digest == "" {
		t.Errorf("%v, %+v", o.did, o.saw)
	}
}

// What fails after its dialog was left is still said.
func TestAFailureWithoutADialogIsTheConsoles(t *testing.T) {
	o := newOffice(t, review.Remediating)
	o.fail = domain.Errorf(domain.Conflict, "others are working on it").Hinted("do it again")
	c := open(t, o, theme.Dark, 160, 40)
	c.Keys("V")
	c.Has("others are working on it: do it again")
}

func TestItemsAreExceptedAndHandedOver(t *testing.T) {
	o := newOffice(t, review.Active)
	c := open(t, o, theme.Dark, 140, 40)
	c.Keys("enter")
	c.Advance(time.Second)
	c.Has("Q4 user access")
	c.Keys("space", "space", "E")
	c.Has("Except 2 items?")
	c.Type("2026-06-30")
	c.Keys("enter")
	c.Type("year-end")
	c.Keys("enter")
	c.Has("asked for: 2 items excepted until 2026-06-30")
	c.Keys("H")
	c.Type("tom")
	c.Keys("enter")
	c.Has("Hand over 2 items?")
	c.Keys("enter")
	c.Has("a reason is needed")
	c.Type("she is away")
	c.Keys("enter")
	c.Has("2 items handed over to Tom Vale")
	if want := []string{"except [1 2]|2026-06-30|year-end", "reassign [1 2]|usr_tom|she is away"}; !slices.Equal(o.did, want) {
		t.Errorf("%v, want %v", o.did, want)
	}
	o.actor = "usr_noor"
	c.Keys("esc", "esc", "enter")
	c.Advance(time.Second)
	c.Keys("E")
	c.Has("The campaign's owner or a checker asks for an exception.")
	c.Keys("i")
	if len(c.Opened) != 1 || c.Opened[0] != "cmp_q4/1" {
		t.Error(c.Opened)
	}
}

func TestNothingIsDecidedHere(t *testing.T) {
	o := newOffice(t, review.Active)
	c := open(t, o, theme.Dark, 140, 40)
	c.Keys("enter", "a", "esc", "d", "esc")
	for _, a := range c.Root.Actions() {
		if a.Decision {
			t.Errorf("%s decides", a.ID)
		}
	}
	if len(o.did) > 0 {
		t.Error(o.did)
	}
}

func TestExports(t *testing.T) {
	o := newOffice(t, review.Active)
	c := open(t, o, theme.Dark, 140, 40)
	c.Keys("x")
	c.Has("written: evidence-q4-user-access.xlsx")
	c.Keys("z")
	c.Has("written: evidence-q4-user-access.zip")
	c.Keys("X", "c", "enter", "X", "c", "esc", "w", "x", "c")
	if len(c.Written) != 3 || len(c.Written[0].Table.Rows) != 2 || len(c.Written[1].Table.Rows) != 40 || len(c.Written[2].Table.Rows) != 1 {
		t.Errorf("%d files", len(c.Written))
	}
	c.Keys("enter")
	c.Has("It is done when a later import")
}

func TestAnUnknownCampaignIsSaid(t *testing.T) {
	o := newOffice(t, review.Active)
	c := orgtest.Start(t, theme.Dark, 100, 30, tui.PageSpec{ID: "campaign", Title: "Campaign", New: func(h *tui.Host, _ string) tui.Page { return campaigns.NewItems(o, o)(h, "cmp_none") }})
	c.Has(`there is no campaign "cmp_none": choose one from the list`)
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	c := open(t, newOffice(t, review.Active), theme.Dark, 120, 40)
	for _, keys := range [][]string{nil, {"enter"}, {"esc", "w"}} {
		c.Keys(keys...)
		if faults := c.Root.Actions().Check(); len(faults) > 0 {
			t.Error(faults)
		}
	}
}

func TestFuzz(t *testing.T) {
	keys := []string{"j", "k", "G", "g", "enter", "esc", "esc", "/", "a", ":", "n", "t", "L", "R", "V", "C", "K", "e", "d", "w", "x", "X", "i", "o", "1", "P", "Z", "z", "A", "I", "y", "E", "H", "space", "*", "f", "p", "s", "S", "tab", "f5", "?", "q", "pgdown"}
	for seed := range uint64(6) {
		state := []review.State{review.Draft, review.Staged, review.Active, review.SignedOff, review.Verifying, review.Closed}[seed]
		open(t, newOffice(t, state), theme.Dark, 100, 30).Fuzz(seed, 200, keys)
	}
}

// TestPicture is the README's picture of the page.
func TestPicture(t *testing.T) {
	c := open(t, newOffice(t, review.Active), theme.Dark, 140, 40)
	c.Picture("campaigns")
}
