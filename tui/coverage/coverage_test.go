package coverage_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/coverage"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

type office struct {
	*orgtest.World
	actor domain.ID
	did   []string
	fail  error
}

func (o *office) Actor() domain.ID { return o.actor }

func (o *office) Coverage(context.Context) ([]review.FrameworkCoverage, error) {
	var out []review.FrameworkCoverage
	for i, f := range domain.Frameworks() {
		c := review.FrameworkCoverage{Framework: f, Holdings: 100, Covered: 60, DueSoon: 10, Out: 20, Never: 10,
			Calendar: []review.MonthDue{{Month: "2026-01", Due: 20}, {Month: "2026-03", Due: 10}, {Month: "2026-06", Due: 60}}}
		if i == 1 {
			c = review.FrameworkCoverage{Framework: f}
		}
		out = append(out, c)
	}
	return out, nil
}

func (o *office) Next(context.Context, string, string, int) ([]review.Cover, int, error) {
	g := domain.Grant{Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: "usr_mal"}, Target: domain.Target{Kind: domain.TargetDuty, ID: "checker"}, Level: domain.Held}
	return []review.Cover{{Holding: g, State: review.CoverageNever}, {Holding: g, State: review.CoverageOut, Due: "2026-01-31"}}, 30, o.fail
}

func (o *office) DraftCoverage(_ context.Context, saw domain.Sight, framework, until, name, due string) (review.Campaign, error) {
	o.did = append(o.did, fmt.Sprintf("%s|%s|%s|%s|%d", framework, until, name, due, len(saw.Digest)))
	return review.Campaign{Name: name}, o.fail
}

func open(t testing.TB, o *office, kind theme.Kind, w, h int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, w, h, tui.PageSpec{ID: "coverage", Title: "Coverage", Key: "f9", New: coverage.New(o, o)})
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"200x50", theme.Dark, 200, 50}, {"80x24", theme.NoColour, 80, 24}, {"60x15", theme.Dark, 60, 15}} {
		d := open(t, &office{World: orgtest.New(t), actor: "usr_ana"}, c.kind, c.w, c.h)
		d.Golden("coverage-" + c.name)
		d.Keys("d")
		d.Golden("draft-" + c.name)
	}
}

func TestTheNextCampaignIsExactlyWhatIsOpen(t *testing.T) {
	o := &office{World: orgtest.New(t), actor: "usr_ana"}
	d := open(t, o, theme.Dark, 160, 50)
	d.Has("never reviewed")
	d.Has("2026-06")
	d.Keys("w")
	d.Has("30 holdings")
	d.Has("2026-01-31")
	d.Has("and 28 more")
	d.Sound()
	d.Keys("esc", "d")
	d.Has("out of cadence by SOX 404, IT general controls (20) or was never")
	d.Keys("enter")
	d.Type("2026-06-30")
	o.fail = domain.Errorf(domain.Conflict, "there is a campaign of that name").Hinted("choose another")
	d.Keys("enter", "enter")
	d.Has("there is a campaign of that name: choose another")
	o.fail = nil
	d.Keys("enter")
	d.Has("drafted: Coverage sox 2026-03-02")
	want := "sox|2026-06-30|Coverage sox 2026-03-02|2026-04-01|64"
	if !slices.Equal(o.did, []string{want, want}) {
		t.Errorf("%v, want %s", o.did, want)
	}
}

func TestWhoOnlyReadsDraftsNothing(t *testing.T) {
	o := &office{World: orgtest.New(t)}
	d := open(t, o, theme.Dark, 120, 40)
	d.Keys("d")
	d.Has("This console only reads.")
	o.actor = "usr_ana"
	d.Keys("esc", "j", "d")
	d.Has("It covers nothing here.")
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	d := open(t, &office{World: orgtest.New(t), actor: "usr_ana"}, theme.Dark, 120, 40)
	if faults := d.Root.Actions().Check(); len(faults) > 0 {
		t.Error(faults)
	}
}

func TestFuzz(t *testing.T) {
	keys := []string{"j", "k", "G", "g", "enter", "esc", "esc", "/", "a", "d", "w", "x", "i", "y", "p", "s", "S", "tab", "f5", "?", "q"}
	for seed := range uint64(4) {
		open(t, &office{World: orgtest.New(t), actor: "usr_ana"}, theme.Dark, 100, 30).Fuzz(seed, 200, keys)
	}
}

// TestPicture is the README's picture of the page.
func TestPicture(t *testing.T) {
	open(t, &office{World: orgtest.New(t), actor: "usr_ana"}, theme.Dark, 150, 36).Picture("coverage")
}
