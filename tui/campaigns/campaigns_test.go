package campaigns_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/campaigns"
	"countersign/tui/itemlist"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/tuitest/orgtest"
	"countersign/tui/ui"
)

// office is campaigns in memory and who runs them.
type office struct {
	*tuitest.Population
	org    *domain.Org
	actor  domain.ID
	all    []review.Campaign
	checks []review.Check
	did    []string // the acts, with what they were given
	saw    []domain.Sight
	fail   error
	during func()
}

func newOffice(t testing.TB, s review.State) *office {
	c, _ := tuitest.Quarter()
	o := &office{Population: tuitest.NewPopulation(40), org: orgtest.New(t).Org, actor: "usr_ana"}
	c.State, c.Owner, c.FrozenAt = s, "usr_ana", orgtest.Now.AddDate(0, 0, -1)
	c.Definition = review.Definition{CountersignAll: true, Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}, Fallback: "usr_tom"}}}
	c.TieOut = review.TieOut{Source: 50, InScope: 40, Excluded: map[string]int{"only restricts": 6, "window is over": 2}, Orphaned: 1, Rejected: 1,
		Levels: map[string]int{"area: Edit": 10, "agent: Edit": 30}, Digest: strings.Repeat("ab", 32)}
	switch s {
	case review.Draft:
		c.Stage, c.Population, c.TieOut, c.Frozen = 0, "", review.TieOut{}, 0
	case review.Staged:
		c.Stage = 0
	}
	odd := review.Campaign{ID: "cmp_odd", Name: orgtest.Hostile, State: review.Cancelled, Owner: "usr_mal", Reason: "a mistake\r" + orgtest.Hostile, Due: c.Due, Definition: c.Definition}
	o.all = []review.Campaign{c, odd}
	return o
}

func (o *office) figures(c review.Campaign) review.CampaignFigures {
	f := review.CampaignFigures{Campaign: c}
	if c.Population == "" {
		return f
	}
	mine := o.Progress()
	f.Reviewers = []review.Progress{mine, {Stage: 1, Reviewer: "usr_tom", Items: 1, Decided: 1, Keep: 1, State: review.Countersigned}, {Stage: 1, Reviewer: "usr_mal", Items: 0}}
	f.Items, f.Decided, f.Keep, f.Revoke, f.Checked = mine.Items+1, mine.Decided+1, mine.Keep+1, 2, 1
	return f
}

func (o *office) Overview(context.Context) (campaigns.Overview, error) {
	v := campaigns.Overview{Org: o.org, Actor: o.actor, Now: orgtest.Now, Head: review.Head{Size: int64(42 + len(o.did)), Root: "cm9vdA=="}}
	for _, c := range o.all {
		v.Figures = append(v.Figures, o.figures(c))
	}
	return v, nil
}

func (o *office) Story(_ context.Context, id domain.ID) (campaigns.Story, error) {
	for _, c := range o.all {
		if c.ID == id {
			s := campaigns.Story{Org: o.org, Actor: o.actor, Now: orgtest.Now, Head: review.Head{Size: 42, Root: "cm9vdA=="}, Figures: o.figures(c), Checks: o.checks}
			if c.State == review.Verifying {
				s.Results, s.Open = map[review.Result]int{review.Verified: 37, review.Residual: 3}, []string{"item 3, " + orgtest.Hostile + ": residual: Read by Release crew"}
			}
			return s, nil
		}
	}
	return campaigns.Story{}, domain.Errorf(domain.NotFound, "there is no campaign %q", id).Hinted("choose one from the list")
}

func (o *office) WorkList(context.Context, domain.ID) (campaigns.Work, error) {
	return campaigns.Work{Campaign: o.all[0], Stamp: "1", Items: []campaigns.WorkItem{{OwnerName: "Dana Okafor", ReviewerName: "Ana Ferreira",
		WorkItem: review.WorkItem{Source: "directory", Item: 7, Holder: orgtest.Hostile, Target: "Sales Team", Present: "Member", Decided: "None", What: "take " + orgtest.Hostile + " out of Sales Team"}}}}, nil
}

func (o *office) More(context.Context, domain.ID, int) (itemlist.More, error) {
	return itemlist.More{Since: "2025-11-03, given by Mira Lind", Reviewer: "Ana Ferreira"}, nil
}

func (o *office) Name(_ context.Context, id domain.ID) string {
	return o.org.Name(domain.KindPrincipal, id)
}

func (o *office) Reviewers(context.Context) ([]ui.Candidate, error) {
	return []ui.Candidate{{Key: "usr_tom", Label: "Tom Vale"}, {Key: "usr_mal", Label: orgtest.Hostile}}, nil
}

// act notes what was done; the campaign is in state s then.
func (o *office) act(saw domain.Sight, s review.State, format string, args ...any) (review.Campaign, error) {
	o.did, o.saw = append(o.did, fmt.Sprintf(format, args...)), append(o.saw, saw)
	if o.fail == nil {
		o.all[0].State = s
	}
	return o.all[0], o.fail
}

func (o *office) Draft(_ context.Context, saw domain.Sight, p campaigns.Plan) (review.Campaign, error) {
	return o.act(saw, o.all[0].State, "draft %s|%s|%s|%s|%s|%s", p.Name, p.Kinds, p.Reviewers, p.Fallback, p.Due, p.Countersign)
}

func (o *office) Stage(ctx context.Context, saw domain.Sight, _ domain.ID, progress func(int, int)) (review.Campaign, error) {
	progress(10, 40)
	if o.during != nil {
		o.during()
	}
	c, err := o.act(saw, review.Staged, "stage")
	if err == nil {
		o.all[0].Population = "pop_1"
	}
	return c, err
}

func (o *office) Launch(_ context.Context, saw domain.Sight, _ domain.ID) (review.Campaign, error) {
	return o.act(saw, review.Active, "launch")
}

func (o *office) Extend(_ context.Context, saw domain.Sight, _ domain.ID, due, reason string) (review.Campaign, error) {
	return o.act(saw, o.all[0].State, "extend %s|%s", due, reason)
}

func (o *office) Remediate(_ context.Context, saw domain.Sight, _ domain.ID) (review.Remediation, error) {
	_, err := o.act(saw, review.Remediating, "remediate")
	return review.Remediation{ChangeSets: 2, Items: 3, Outside: 1, Failed: 1}, err
}

func (o *office) Verify(_ context.Context, saw domain.Sight, _ domain.ID) (map[review.Result]int, error) {
	_, err := o.act(saw, review.Verifying, "verify")
	return map[review.Result]int{review.Verified: 37, review.Residual: 3}, err
}

func (o *office) Close(_ context.Context, saw domain.Sight, _ domain.ID) (review.Campaign, error) {
	return o.act(saw, review.Closed, "close")
}

func (o *office) Cancel(_ context.Context, saw domain.Sight, _ domain.ID, reason string) (review.Campaign, error) {
	return o.act(saw, review.Cancelled, "cancel %s", reason)
}

func (o *office) Except(_ context.Context, saw domain.Sight, _ domain.ID, items []int, until, reason string) error {
	_, err := o.act(saw, o.all[0].State, "except %v|%s|%s", items, until, reason)
	return err
}

func (o *office) Reassign(_ context.Context, saw domain.Sight, _ domain.ID, items []int, to domain.ID, reason string) error {
	_, err := o.act(saw, o.all[0].State, "reassign %v|%s|%s", items, to, reason)
	return err
}

func (o *office) Evidence(context.Context, domain.ID) (string, error) {
	return "evidence-q4-user-access.xlsx", o.fail
}

func open(t testing.TB, o *office, kind theme.Kind, w, h int) *orgtest.Console {
	t.Helper()
	c := orgtest.Start(t, kind, w, h,
		tui.PageSpec{ID: "campaigns", Title: "Campaigns", Key: "4", New: campaigns.New(o, o)},
		tui.PageSpec{ID: "campaign", Title: "Campaign", New: campaigns.NewItems(o, o)},
		tui.PageSpec{ID: "worklist", Title: "Work list", New: campaigns.NewWorkList(o)})
	c.Advance(time.Second)
	return c
}

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
		c.Keys("esc", "n")
		c.Golden("new-" + size.name)
		c = open(t, newOffice(t, review.Verifying), theme.NoColour, size.w, size.h)
		c.Sound()
		tuitest.Golden(t, "list-"+size.name+"-no-colour", c.FrameStyled())
	}
}

// Each act is possible in exactly the states that the table of moves names.
func TestActsFollowTheTableOfMoves(t *testing.T) {
	for _, a := range []struct {
		id  string
		act review.Act
	}{{"stage", review.ActStage}, {"launch", review.ActLaunch}, {"remediate", review.ActRemediate}, {"verify", review.ActVerify}, {"close", review.ActClose}, {"cancel", review.ActCancel}} {
		for s := review.Draft; s <= review.Cancelled; s++ {
			c := open(t, newOffice(t, s), theme.Dark, 120, 40)
			legal := slices.ContainsFunc(review.Moves(), func(m review.Move) bool { return m.From == s && m.Act == a.act })
			for _, x := range c.Root.Actions() {
				if x.ID == "campaigns."+a.id && (x.Why() == "") != legal {
					t.Errorf("%s while %s: %q, legal %v", a.id, s, x.Why(), legal)
				}
			}
		}
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
	for _, want := range []string{"the holder's manager, else the owner of the agent, else Tom Vale, else", "everything that gives access",
		"50 holdings = 40 in scope + 8 excluded + 1 orphaned + 1 rejected", "difference 0", "6 only restricts", "a checker countersigns every sign-off", "░", "1/1 countersigned", "due in 7 days"} {
		c.Has(want)
	}
	c = open(t, newOffice(t, review.Verifying), theme.Dark, 200, 60)
	c.Has("37 verified, 3 residual")
	c.Has("residual: Read by Release crew")
	c.Keys("d")
	c.Sound()
}

func TestADraftIsAskedForAndARefusalLosesNothing(t *testing.T) {
	o := newOffice(t, review.Draft)
	c := open(t, o, theme.Dark, 100, 40)
	c.Keys("n")
	c.Type("Q1 2027")
	c.Keys("enter", "enter", "enter")
	c.Type("tom@acme.example")
	c.Keys("enter", "enter")
	c.Has("a due date is needed")
	c.Type("2027-01-15")
	o.fail = domain.Errorf(domain.Conflict, "there is a campaign %q already", "Q1 2027").Hinted("choose another name")
	c.Keys("enter", "enter")
	c.Has("there is a campaign \"Q1 2027\" already: choose another")
	c.Has("2027-01-15")
	o.fail = nil
	c.Keys("enter")
	c.Has("drafted: ")
	want := "draft Q1 2027|everything|manager, owner|tom@acme.example|2027-01-15|all"
	if !slices.Equal(o.did, []string{want, want}) {
		t.Error(o.did)
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
	c.Keys("L")
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
	c.Has("2 items excepted until 2026-06-30")
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
	c.Has("Only a checker makes exceptions.")
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
	keys := []string{"j", "k", "G", "g", "enter", "esc", "esc", "/", "a", ":", "n", "t", "L", "R", "V", "C", "K", "e", "d", "w", "x", "X", "i", "y", "E", "H", "space", "*", "f", "p", "s", "S", "tab", "f5", "?", "q", "pgdown"}
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
