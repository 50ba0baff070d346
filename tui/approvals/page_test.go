package approvals

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/itemlist"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/ui"
)

// desk is a checker's day in memory; it keeps what was done.
type desk struct {
	*tuitest.Population
	did  []string
	saws []domain.Sight
	fail error
	none bool
	read review.Head // the log, when a packet was opened
	dark error       // why nothing is judged
	also []string    // who breaks a separation of duties besides
}

func (d *desk) act(saw domain.Sight, parts ...string) error {
	if d.fail != nil {
		return d.fail
	}
	d.did, d.saws = append(d.did, strings.Join(parts, " ")), append(d.saws, saw)
	return nil
}

func packetOf(reviewer domain.ID, name, why string) review.WaitingPacket {
	c, _ := tuitest.Quarter()
	return review.WaitingPacket{Campaign: c, Reviewer: name, Why: why, Packet: review.Packet{Campaign: c.ID, Stage: 1, Reviewer: reviewer, State: review.Signed,
		Round: 1, Items: 39, Keep: 30, Revoke: 9, Statement: "I, Ana, decided 39 items.", Digest: "abc"}}
}

func (d *desk) Waiting(context.Context) (Waiting, error) {
	if d.none {
		return Waiting{}, nil
	}
	return Waiting{
		Packets: []review.WaitingPacket{packetOf("usr_tom", "Tom Berg", "you made these decisions"), packetOf(tuitest.Reviewer, "Ana\x1b[8m Ruiz\r", "")},
		Changes: []review.ChangeSetHead{{ID: "chg_1", Title: "Give Sales Agent to 株式会社", Reason: "quarter start", Maker: "usr_mira", Changes: 4}},
		Mine:    []review.ChangeSetHead{{ID: "chg_2", Title: "Archive the old group", Reason: "unused", Maker: "usr_tom", Changes: 1}},
		Papers: []Paper{{Kind: "launch", ID: "cmp_q1", Title: "Q1 \x1b[8m2027", Maker: "Ana Ruiz", Size: "192 items", Says: []string{"192 items in scope, difference 0", "reviews everything"},
			Leads: []tui.Lead{{Page: "person", Arg: "usr_ana", Label: "person Ana Ruiz", Note: "made it"}}},
			{Kind: "definition", ID: "def_q", Title: "Quarterly", Maker: "Mira Lind", Size: "version 2", Says: []string{"lasts 21 days"}},
			{Kind: "request", ID: "req_1", Title: "items 3 and 4 go to Ana Ruiz", Maker: "Tom Berg", Mine: true, Why: "you made this", Says: []string{"she knows it"}}},
		Names: map[domain.ID]string{"usr_mira": "Mira Lind", "usr_tom": "Tom Berg"},
		Head:  review.Head{Size: 42},
	}, nil
}

func (d *desk) Change(_ context.Context, id domain.ID) (Change, error) {
	return Change{Before: []string{"gave Tier 2 Edit on Sales Agent"}, Verdict: []string{"3 people gain access", "Needs a checker"},
		Counts: []string{"1 grant on an agent begins"}, Effects: []review.EffectLine{{Text: "Dana Okafor: Sales Agent, None → Edit", Rises: true}, {Text: "Eve Long: Sales Agent, Edit → None", Rest: []review.Counted{{Of: "people", Names: []string{"Ben Ode", "Ida Fox"}}}}},
		Breaks: append([]string{"1 person breaks \"Build and release\" today:", "Tom Berg has both: crew; admins"}, d.also...),
		Leads:  []tui.Lead{{Page: "agent", Arg: "agt_sales", Label: "agent Sales Agent", Note: "it changes this"}}, Head: review.Head{Size: 43}}, d.dark
}

func (d *desk) Checks(_ context.Context, id domain.ID) ([]review.Check, error) {
	return []review.Check{{Kind: review.CheckNoChecker, Block: true, Text: "2 items have no checker who is neither their reviewer nor a subject: items 3 and 4", Hint: "give the duty checker to someone else, or reassign them"},
		{Kind: review.CheckOldData, Text: "1 source was not imported in the last 30 days", Hint: "import it again before launching"}}, d.fail
}

func (d *desk) Packet(_ context.Context, id string) (review.WaitingPacket, review.Head, error) {
	if strings.HasSuffix(id, "usr_ana") {
		return packetOf(tuitest.Reviewer, "Ana Ruiz", ""), d.read, nil
	}
	return review.WaitingPacket{}, d.read, domain.Errorf(domain.NotFound, "there is no packet %s", id)
}
func (d *desk) More(context.Context, domain.ID, int) (itemlist.More, error) {
	return itemlist.More{Since: "2025-11-03", Reviewer: "Ana Ruiz"}, nil
}
func (d *desk) Name(context.Context, domain.ID) string { return "Ana Ruiz" }

func (d *desk) Approve(_ context.Context, saw domain.Sight, _ string, id domain.ID, why string) (review.Proposal, error) {
	return review.Proposal{ID: id, State: domain.Applied}, d.act(saw, "approve", string(id), why)
}
func (d *desk) Reject(_ context.Context, saw domain.Sight, id domain.ID, why string) (review.Proposal, error) {
	return review.Proposal{ID: id, State: domain.Rejected}, d.act(saw, "reject", string(id), why)
}
func (d *desk) Withdraw(_ context.Context, saw domain.Sight, id domain.ID, why string) (review.Proposal, error) {
	return review.Proposal{ID: id, State: domain.Withdrawn}, d.act(saw, "withdraw", string(id), why)
}
func (d *desk) Rebuild(_ context.Context, saw domain.Sight, id domain.ID) (review.Proposal, error) {
	return review.Proposal{ID: id, State: domain.Proposed, Waiting: []domain.ID{"usr_x"}}, d.act(saw, "rebuild", string(id))
}
func (d *desk) Countersign(_ context.Context, saw domain.Sight, c, r domain.ID, why string) (review.Packet, error) {
	return review.Packet{}, d.act(saw, "countersign", string(c), string(r), why)
}
func (d *desk) SignPaper(_ context.Context, saw domain.Sight, p Paper, why string) (string, error) {
	return "signed: " + p.Title, d.act(saw, "sign", p.Kind, string(p.ID), why)
}
func (d *desk) RefusePaper(_ context.Context, saw domain.Sight, p Paper, why string) (string, error) {
	return "refused: " + p.Title, d.act(saw, "refuse", p.Kind, string(p.ID), why)
}
func (d *desk) Return(_ context.Context, saw domain.Sight, c, r domain.ID, items []int, why string, due time.Time) (review.Packet, error) {
	var nos []string
	for _, n := range items {
		nos = append(nos, itemlist.Key(n))
	}
	return review.Packet{}, d.act(saw, "return", strings.Join(nos, ","), why, due.Format(time.RFC3339))
}

type place struct{ title string }

func (p *place) Init() tea.Cmd          { return nil }
func (p *place) Update(tea.Msg) tea.Cmd { return nil }
func (p *place) Title() string          { return p.title }
func (p *place) Actions() action.Table  { return nil }
func (p *place) View(w, h int) string {
	return ui.Block(theme.New(theme.Options{}, true), nil, w, h)
}

func open(t testing.TB, kind theme.Kind, d *desk, first string, w, h int) (*tuitest.Driver, *tui.Root) {
	t.Helper()
	d.Population = tuitest.NewPopulation(40)
	for i := range d.All {
		d.All[i].Decision = review.Decision{Answer: review.Keep, Reviewer: tuitest.Reviewer, Level: d.All[i].Holding.Level}
		d.All[i].Packet = review.Signed
	}
	clock := tuitest.NewClock(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
	pages := []tui.PageSpec{{ID: "approvals", Title: "Approvals", Key: "3", New: New(d, d)}}
	packet := tui.PageSpec{ID: "packet", Title: "Packet", New: func(h *tui.Host, arg string) tui.Page {
		if arg == "" {
			arg = first
		}
		return NewPacket(d, d)(h, arg)
	}}
	log := tui.PageSpec{ID: "log", Title: "Log", New: func(_ *tui.Host, arg string) tui.Page { return &place{"log " + arg} }}
	if first != "" {
		pages = []tui.PageSpec{packet, log}
	} else {
		pages = append(pages, packet, log)
	}
	root, err := tui.New(tui.Config{Product: "Countersign", Actor: "tom@acme.example", Now: clock.Now, After: clock.After, Theme: theme.Options{Kind: kind}, Pages: pages})
	if err != nil {
		t.Fatal(err)
	}
	dr := tuitest.Start(t, root, clock, w, h)
	dr.Advance(time.Second)
	return dr, root
}

func TestGoldenFrames(t *testing.T) {
	for _, s := range []struct {
		w, h int
		name string
	}{{200, 50, "wide"}, {80, 24, "middle"}, {60, 15, "small"}} {
		for page, first := range map[string]string{"list": "", "packet": "cmp_q4/1/usr_ana"} {
			d, _ := open(t, theme.Dark, &desk{}, first, s.w, s.h)
			d.Keys("j")
			d.Advance(time.Second)
			d.Golden(page + "-" + s.name)
			d, _ = open(t, theme.NoColour, &desk{}, first, s.w, s.h)
			tuitest.Golden(t, page+"-"+s.name+"-no-colour", d.FrameStyled())
		}
	}
}

func TestWhatIsShownOfEach(t *testing.T) {
	d, _ := open(t, theme.Dark, &desk{}, "", 140, 40)
	for _, s := range []string{"Packets to countersign", "Change sets to approve", "Yours, for someone else to check", "you made this", "you made these decisions", "30 keep, 9 revoke", "I, Ana, decided 39 items."} {
		d.Has(s)
	}
	d.Keys("j")
	d.Advance(time.Second)
	for _, s := range []string{"3 people gain access", "Needs a checker", "gave Tier 2 Edit on Sales Agent", "Dana Okafor: Sales Agent, None → Edit", "quarter start", "Mira Lind"} {
		d.Has(s)
	}
	d.Keys("G")
	d.Has("another person approves it")
}

// What is confirmed is what was asked about, with what was shown; Cancel is the
// default.
func TestApprove(t *testing.T) {
	k := &desk{}
	d, _ := open(t, theme.Dark, k, "", 140, 40)
	d.Keys("j")
	d.Advance(time.Second)
	d.Keys("a")
	d.Has("3 people gain access.")
	d.Has("+ Dana Okafor: Sales Agent, None → Edit") // who receives what
	d.Has("- Eve Long: Sales Agent, Edit → None")
	d.Has("Tom Berg has both: crew; admins") // who breaks the separation of duties
	d.Keys("enter", "enter")
	if k.did != nil {
		t.Fatal("Cancel is not the default")
	}
	d.Keys("a", "tab", "tab", "enter")
	if !slices.Equal(k.did, []string{"approve chg_1 "}) || k.saws[0].Size != 43 || len(k.saws[0].Digest) != 64 {
		t.Errorf("%q, %+v", k.did, k.saws)
	}
	d.Has("applied: Give Sales Agent")
}

// TestWhatWaitsLeadsToWhatItIsAbout: from a change set one goes to what it changes, from
// a campaign to launch to its items and who made it.
func TestWhatWaitsLeadsToWhatItIsAbout(t *testing.T) {
	d, _ := open(t, theme.Dark, &desk{}, "", 140, 40)
	d.Keys("j")
	d.Advance(time.Second)
	d.Keys("o")
	for _, s := range []string{"person Mira Lind", "agent Sales Agent", "it changes this", "events about it"} {
		d.Has(s)
	}
	d.Keys("esc", "j")
	d.Advance(time.Second)
	d.Keys("o")
	for _, s := range []string{"its items", "person Ana Ruiz", "made it"} {
		d.Has(s)
	}
}

// A packet is signed as it was when it was opened: its rows are read later, as they are
// scrolled to, and what changed in between is found.
func TestAPacketIsSignedAsItWasOpened(t *testing.T) {
	for read, want := range map[int64]int64{41: 41, 42: 42, 43: 42} { // the rows are of 42
		k := &desk{read: review.Head{Size: read}}
		d, _ := open(t, theme.Dark, k, "cmp_q4/1/usr_ana", 140, 40)
		d.Keys("j", "a", "tab", "tab", "enter")
		if len(k.saws) != 1 || k.saws[0].Size != want {
			t.Errorf("opened at %d: signed having seen %+v, want %d", read, k.saws, want)
		}
	}
}

func TestASecondCheckerIsTold(t *testing.T) {
	k := &desk{fail: domain.Errorf(domain.Conflict, `"Give Sales Agent" was applied by Mira at 2026-03-03T08:59:00Z`).Hinted("load the list again")}
	d, _ := open(t, theme.Dark, k, "", 140, 40)
	d.Keys("j", "a")
	d.Type("seen")
	d.Keys("tab", "tab", "enter")
	d.Has("was applied by Mira")
	d.Has("load the list")
	d.Has("seen") // it is still there, and goes with the next try
	k.fail = nil
	d.Keys("enter")
	if !slices.Equal(k.did, []string{"approve chg_1 seen"}) {
		t.Errorf("%q", k.did)
	}
	d.Has("applied: Give Sales Agent")
}

func TestSendBackKeepsWhatWasTyped(t *testing.T) {
	k := &desk{}
	d, _ := open(t, theme.Dark, k, "", 140, 40)
	d.Keys("j", "b", "enter")
	d.Has("a reason is needed")
	d.Type("narrow it")
	k.fail = domain.Errorf(domain.Forbidden, "Tom Berg does not hold the duty checker").Hinted("ask someone who does")
	d.Keys("enter")
	d.Has("does not hold the duty checker: ask someone who does")
	d.Has("narrow it")
	k.fail = nil
	d.Keys("enter")
	d.Has("sent back")
	if !slices.Equal(k.did, []string{"reject chg_1 narrow it"}) {
		t.Errorf("%q", k.did)
	}
}

func TestOnesOwnIsTriedAndRefused(t *testing.T) {
	k := &desk{}
	d, _ := open(t, theme.Dark, k, "", 140, 40)
	d.Keys("G", "a")
	k.fail = domain.Errorf(domain.Forbidden, `"Tom Berg" made this change set and cannot approve it`).Hinted("ask another person")
	d.Keys("tab", "tab", "enter")
	d.Has("made this change set and cannot approve it: ask another person")
	d.Keys("esc", "w")
	k.fail = nil
	d.Type("mistaken")
	d.Keys("enter")
	if !slices.Equal(k.did, []string{"withdraw chg_2 mistaken"}) {
		t.Errorf("%q", k.did)
	}
}

func TestRebuild(t *testing.T) {
	k := &desk{}
	d, _ := open(t, theme.Dark, k, "", 140, 40)
	d.Keys("j", "R")
	d.Has("rebuilt: approved: Give Sales Agent")
	d.Keys("g", "R")
	d.Has("That is for change sets.")
}

func TestAPacketOpensWithItsItems(t *testing.T) {
	k := &desk{}
	d, _ := open(t, theme.Dark, k, "", 140, 40)
	d.Keys("enter")
	d.Has("39 items: 30 keep, 9 revoke")
	d.Has("+ keep")
	d.Keys("a", "tab", "tab", "enter")
	if !slices.Equal(k.did, []string{"countersign cmp_q4 usr_ana "}) {
		t.Errorf("%q", k.did)
	}
	d.Has("countersigned: Ana Ruiz")
}

func TestReturnNamesItems(t *testing.T) {
	k := &desk{}
	d, _ := open(t, theme.Dark, k, "cmp_q4/1/usr_ana", 140, 40)
	d.Keys("space", "j", "space", "b")
	d.Has("Return 2 items")
	d.Keys("enter")
	d.Has("a reason is needed")
	d.Type("why kept?")
	d.Keys("enter", "backspace", "x", "enter")
	d.Has("write the day as 2026-03-31")
	d.Keys("backspace", "5", "enter")
	// They have a week, or until the campaign is due where that is later.
	if !slices.Equal(k.did, []string{"return 1,3 why kept? 2026-03-15T23:59:59Z"}) {
		t.Errorf("%q", k.did)
	}
	d.Has("returned 2 items to Ana Ruiz")
	d.Advance(time.Second)
	d.Has("2025-11-03") // the details are read anew, not lost
}

func TestNothingWaits(t *testing.T) {
	d, _ := open(t, theme.Dark, &desk{none: true}, "", 80, 24)
	d.Has("no approvals waiting")
	d.Keys("a", "b", "w", "R", "enter", "i")
	d.Sound()
	d, _ = open(t, theme.Dark, &desk{}, "cmp_x/1/usr_none", 80, 24)
	d.Has("there is no packet")
	d.Keys("a", "b", "x")
	d.Sound()
}

func TestActionsAreSound(t *testing.T) {
	for _, first := range []string{"", "cmp_q4/1/usr_ana"} {
		_, root := open(t, theme.Dark, &desk{}, first, 80, 24)
		if faults := root.Actions().Check(); faults != nil {
			t.Error(strings.Join(faults, "\n"))
		}
	}
}

func TestScreenFuzz(t *testing.T) {
	for seed := range uint64(8) {
		first := ""
		if seed%2 == 1 {
			first = "cmp_q4/1/usr_ana"
		}
		d, _ := open(t, theme.Dark, &desk{}, first, 100, 30)
		d.Fuzz(seed, 120, []string{"j", "k", "a", "b", "w", "R", "i", "y", "x", "enter", "esc", "tab", "space", "*", "v", "p", "/", "q", ":", "G", "s"})
	}
}

// TestPicture is the README's picture of the page.
func TestPicture(t *testing.T) {
	d, _ := open(t, theme.Dark, &desk{}, "", 140, 34)
	d.Keys("j")
	d.Advance(time.Second)
	d.Picture("approvals")
}

// What else takes a second signature is signed, sent back or taken back here: a
// launch by the campaign's name.
func TestPapers(t *testing.T) {
	d := &desk{}
	c, _ := open(t, theme.Dark, d, "", 140, 40)
	c.Has("Campaigns to launch")
	c.Keys("j", "j")
	c.Advance(time.Second)
	c.Has("192 items in scope, difference 0")
	c.Has("Blocked")
	c.Has("no checker who is neither their")
	c.Has("Note")
	c.Has("import it again before launching")
	c.Keys("b")
	c.Has("a staged campaign is not sent back")
	c.Keys("a")
	c.Has("It cannot be launched yet. 2 items have no checker")
	c.Type("Q1")
	c.Keys("tab", "tab", "tab", "enter")
	if len(d.did) != 0 {
		t.Fatalf("launched by half a name: %v", d.did)
	}
	c.Keys("esc", "j", "a", "enter")
	c.Keys("tab", "enter")
	c.Has("signed: Quarterly")
	c.Keys("b")
	c.Type("too long")
	c.Keys("enter")
	c.Has("refused: Quarterly")
	c.Keys("G", "k")
	c.Advance(time.Second)
	c.Has("you made this: another checker must; w takes it")
	c.Keys("w")
	c.Type("not wanted")
	c.Keys("enter")
	want := []string{"sign definition def_q ", "refuse definition def_q too long", "refuse request req_1 not wanted"}
	if !slices.Equal(d.did, want) || len(d.saws[0].Digest) != 64 {
		t.Errorf("%q, want %q", d.did, want)
	}
}
