package home

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/ui"
)

type reads struct {
	pic  Picture
	err  error
	asks int

	findings int
}

func (r *reads) Home(context.Context) (Picture, error) { r.asks++; return r.pic, r.err }

func (r *reads) Findings(context.Context) (Found, error) {
	return Found{Findings: r.findings, Tally: "2 critical, 5 low", Out: 12, Never: 30}, r.err
}

// busy is a day with one of everything.
func busy() Picture {
	c, now := tuitest.Quarter()
	p := Picture{People: 60, Names: map[string]string{"usr_tom": "Tom Berg", "usr_ana": "Ana Ruiz"}}
	p.Now = now
	p.Mine = []review.MyItems{{Campaign: c, Resume: 143, Due: c.Due, Progress: review.Progress{Items: 340, Decided: 142, Keep: 130, Revoke: 12, Returned: 3}}}
	packet := review.Packet{Campaign: c.ID, Stage: 1, Reviewer: "usr_dana", State: review.Signed, Items: 40, Keep: 37, Revoke: 3}
	own := packet
	own.Reviewer = "usr_ana"
	p.Packets = []review.WaitingPacket{{Campaign: c, Packet: packet, Reviewer: "Dana\x1b[8m Okafor\r"}, {Campaign: c, Packet: own, Reviewer: "Ana Ruiz", Why: "you made these decisions"}}
	p.ToApprove = []review.ChangeSetHead{{ID: "chg_1", Title: "Give Sales Agent to Tier 2", Reason: "quarter start", Maker: "usr_tom", Changes: 4}}
	p.MyChanges = []review.ChangeSetHead{{ID: "chg_2", Title: "Archive the old group", Reason: "unused", Maker: "usr_ana", Changes: 1}}
	p.Papers = []Paper{{"cmp_s", "launch", "Externals", "Ada\x1b[2J Admin", ""}, {"cmp_s2", "launch", "Yearly archiving", "Tom Berg", ""}, {"req_1", "request", "Q4", "Tom Berg", ""},
		{"def_1", "definition", "Quarterly user access", "Ana Ruiz", "you made this"}}
	late := c
	late.ID, late.Name, late.Due = "cmp_late", "Externals", now.Add(-50*time.Hour)
	draft := review.Campaign{ID: "cmp_d", Name: "Next quarter", Due: now.Add(90 * 24 * time.Hour)}
	p.Campaigns = []review.CampaignFigures{{Campaign: c, Items: 900, Decided: 560, Keep: 500, Revoke: 60}, {Campaign: late, Items: 10, Decided: 9}, {Campaign: draft}}
	return p
}

// place is a page that only says how it was opened.
type place struct{ title string }

func (p *place) Init() tea.Cmd          { return nil }
func (p *place) Update(tea.Msg) tea.Cmd { return nil }
func (p *place) Title() string          { return p.title }
func (p *place) Actions() action.Table  { return nil }
func (p *place) View(w, h int) string   { return ui.Block(theme.New(theme.Options{}, true), nil, w, h) }

func open(t testing.TB, kind theme.Kind, r *reads, w, h int) (*tuitest.Driver, *tui.Root) {
	t.Helper()
	clock := tuitest.NewClock(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
	to := func(id string) tui.PageSpec {
		return tui.PageSpec{ID: id, Title: id, New: func(_ *tui.Host, arg string) tui.Page { return &place{id + "=" + arg} }}
	}
	root, err := tui.New(tui.Config{Product: "Countersign", Actor: "ana@acme.example", Now: clock.Now, After: clock.After, Theme: theme.Options{Kind: kind},
		Pages: []tui.PageSpec{{ID: "home", Title: "Home", Key: "1", New: New(r)}, to("review"), to("packet"), to("approvals"), to("campaigns"), to("campaign"), to("log"), to("coverage"), to("reports"), to("findings"), to("import")}})
	if err != nil {
		t.Fatal(err)
	}
	return tuitest.Start(t, root, clock, w, h), root
}

func TestGoldenFrames(t *testing.T) {
	for _, s := range []struct {
		w, h int
		name string
	}{{200, 50, "wide"}, {80, 24, "middle"}, {60, 15, "small"}} {
		d, _ := open(t, theme.Dark, busyReads(), s.w, s.h)
		d.Golden(s.name)
		d, _ = open(t, theme.NoColour, busyReads(), s.w, s.h)
		tuitest.Golden(t, s.name+"-no-colour", d.FrameStyled())
		d, _ = open(t, theme.Dark, &reads{pic: Picture{People: 3}}, s.w, s.h)
		d.Golden(s.name + "-new")
	}
}

func busyReads() *reads { return &reads{pic: busy(), findings: 7} }

// Each row opens its thing, in the order of what a person does first.
func TestEnterOpensTheThing(t *testing.T) {
	for down, want := range []string{"review=cmp_q4", "packet=cmp_q4/1/usr_dana", "approvals=chg_1", "approvals=cmp_s", "approvals=req_1", "packet=cmp_q4/1/usr_ana",
		"approvals=def_1", "approvals=chg_2", "findings=",
		"campaigns=cmp_q4", "campaigns=cmp_late", "campaigns=cmp_d"} {
		d, _ := open(t, theme.Dark, busyReads(), 200, 50)
		for range down {
			d.Keys("j")
		}
		d.Keys("enter")
		d.Has(want)
	}
}

func TestItSaysWhatWaits(t *testing.T) {
	d, _ := open(t, theme.Dark, busyReads(), 200, 50)
	for _, s := range []string{"Enter resumes at item 143", "(3 returned)", "142 of 340", "due in 6 days", "you made these decisions", "by Tom Berg", "2 days late", "62 %", "draft",
		"2 campaigns to launch", "1 request to approve", "1 definition to approve", "you made this", "7 findings", "2 critical, 5 low"} {
		d.Has(s)
	}
}

func TestNeverEmpty(t *testing.T) {
	d, _ := open(t, theme.Dark, &reads{pic: Picture{People: 3}}, 80, 24)
	for _, s := range []string{"First steps", "Import a file", "Try the demo", "Take the tour", "Plan a campaign"} {
		d.Has(s)
	}
	d.Keys("j")
	d.Has("countersign import people")
	d.Keys("enter")
	d.Has("import=")
	d.Keys("q", "f")
	d.Has("1. Load who is there")
	d, _ = open(t, theme.Dark, &reads{pic: Picture{People: 60}}, 80, 24)
	d.Has("Nothing waits for you")
}

func TestSignedOffDoesNotWaitForYou(t *testing.T) {
	pic := busy()
	pic.Mine[0].Resume, pic.Mine[0].Progress.State = 0, review.Signed
	d, _ := open(t, theme.Dark, &reads{pic: pic}, 120, 30)
	d.HasNot("Review Q4")
	pic.Mine[0].Progress.State = review.Open
	d, _ = open(t, theme.Dark, &reads{pic: pic}, 120, 30)
	d.Has("Sign off Q4 user access")
}

func TestItReadsAgainWhenOneComesBack(t *testing.T) {
	r := busyReads()
	d, _ := open(t, theme.Dark, r, 80, 24)
	before := r.asks
	d.Keys("enter", "q")
	if r.asks <= before {
		t.Error("what was done meanwhile is not shown")
	}
}

func TestAFailureIsShown(t *testing.T) {
	d, _ := open(t, theme.Dark, &reads{err: domain.Errorf(domain.Forbidden, "the user 7 is bound to nobody").Hinted("an admin can bind it")}, 80, 24)
	d.Has("bound to nobody: an admin can bind it")
	d, _ = open(t, theme.Dark, &reads{err: errors.New("the disk is gone")}, 80, 24)
	d.Sound()
}

func TestActionsAreSound(t *testing.T) {
	_, root := open(t, theme.Dark, busyReads(), 80, 24)
	if faults := root.Actions().Check(); faults != nil {
		t.Error(strings.Join(faults, "\n"))
	}
}

func TestScreenFuzz(t *testing.T) {
	for seed := range uint64(6) {
		d, _ := open(t, theme.Dark, busyReads(), 100, 30)
		d.Fuzz(seed, 100, []string{"j", "k", "enter", "esc", "q", "/", "a", "p", "f", "x", "?", "G", "f5", "1"})
	}
}

// TestPicture is the README's picture of the page.
func TestPicture(t *testing.T) {
	d, _ := open(t, theme.Dark, busyReads(), 120, 30)
	d.Picture("home")
}

// How far a campaign is stands as bars beside it, each with its numbers.
func TestProgressIsDrawn(t *testing.T) {
	for _, s := range []struct {
		w, h int
		kind theme.Kind
		name string
	}{{200, 50, theme.Dark, "progress-200x50"}, {80, 24, theme.NoColour, "progress-80x24"}} {
		d, _ := open(t, s.kind, busyReads(), s.w, s.h)
		d.Keys("G", "k", "k")
		d.Has("decided")
		d.Has("countersigned")
		d.Golden(s.name)
	}
}
