package campaigns_test

import (
	"testing"
	"time"

	"countersign/review"
	"countersign/tui/campaigns"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/ui"
)

// What was open at the end of a day are the items without an answer in force then:
// one that was taken back is open again, and two answers on an item count once.
func TestTheBurndownFollowsTheAnswers(t *testing.T) {
	day := func(n, hour int) time.Time { return time.Date(2026, 3, n, hour, 0, 0, 0, time.UTC) }
	all := []campaigns.Decided{{Item: 1, From: day(2, 12)}, {Item: 2, From: day(2, 13), To: day(3, 9)}, {Item: 3, From: day(3, 10)}, {Item: 3, From: day(3, 11)}}
	got := campaigns.Burn(day(2, 9), day(6, 0), day(4, 9), time.UTC, 4, all)
	want := []ui.Day{{Label: "03-02", Open: 2, Even: 4}, {Label: "03-03", Open: 2, Even: 3}, {Label: "03-04", Open: 2, Even: 2}, {Label: "03-05", Open: -1, Even: 0}}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("day %d: %+v, want %+v", i, got[i], want[i])
		}
	}
	if long := campaigns.Burn(day(1, 0), day(1, 0).AddDate(1, 0, 0), day(2, 0), time.UTC, 4, nil); len(long) > 28 || long[len(long)-1].Even != 0 {
		t.Errorf("%d days of a year", len(long))
	}
}

func TestChartLines(t *testing.T) {
	o := newOffice(t, review.Active)
	f := o.figures(o.all[0])
	look, text := theme.New(theme.Options{Kind: theme.NoColour}, true), ""
	for _, l := range campaigns.ChartLines(o.org, f, []ui.Day{{Label: "03-02", Open: 30, Even: 28}, {Label: "03-03", Open: -1, Even: 0}}, 60) {
		text += l.Draw(look, 60) + "\n"
	}
	tuitest.Golden(t, "charts", text)
}

// A reminder is shown before it goes out, and Cancel is the default.
func TestRemindersAreShownBeforeTheyGoOut(t *testing.T) {
	o := newOffice(t, review.Active)
	c := open(t, o, theme.Dark, 120, 40)
	c.Keys("r")
	c.Type("The board meets")
	c.Keys("enter")
	c.Has("Send 1 reminder?")
	c.Has("Dear Tom")
	c.Has("Ana has signed")
	c.Keys("enter")
	if len(o.did) != 0 {
		t.Fatal(o.did)
	}
	c.Keys("r", "enter", "tab", "enter")
	c.Has("1 message is in the outbox")
	if len(o.did) != 1 || o.did[0] != "remind " {
		t.Error(o.did)
	}
	for _, s := range []review.State{review.Draft, review.Decided, review.Closed} {
		if off(open(t, newOffice(t, s), theme.Dark, 120, 40), "campaigns.remind") == "" {
			t.Errorf("reminders while %s", s)
		}
	}
}
