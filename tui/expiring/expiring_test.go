package expiring_test

import (
	"context"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/expiring"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// world gives what ends within the days asked for, of four things.
type world struct {
	*orgtest.World
	asked []int
	over  int // how many of the first are over
}

func (w *world) Expiring(_ context.Context, days int) ([]review.Expiry, error) {
	w.asked = append(w.asked, days)
	user := func(id domain.ID) domain.Holder { return domain.Holder{Kind: domain.HolderPrincipal, ID: id} }
	var out []review.Expiry
	for _, x := range []struct {
		in int
		e  review.Expiry
	}{{-2, review.Expiry{What: review.ExpiryInvitation, Holder: user("usr_mal")}},
		{3, review.Expiry{What: review.ExpiryEnds, Holder: domain.Holder{Kind: domain.HolderGroup, ID: "grp_release"}, Target: domain.Target{Kind: domain.TargetArea, ID: "voice"}, Level: domain.Read}},
		{20, review.Expiry{What: review.ExpiryException, Holder: user("usr_dana"), Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_hr"}, Level: domain.ViewUse, Campaign: "cmp_q1", Item: 7, Note: "until the new one comes"}},
		{60, review.Expiry{What: review.ExpiryBegins, Holder: user("usr_noor"), Target: domain.Target{Kind: domain.TargetGroup, ID: "grp_org"}, Level: domain.Member, Origin: domain.Origin{Source: "hr"}}}} {
		if x.in > days {
			continue
		}
		x.e.At, x.e.Zone = orgtest.Now.AddDate(0, 0, x.in), "UTC"
		x.e.Day = domain.Date(x.e.At.Format(time.DateOnly))
		out = append(out, x.e)
	}
	return out[w.over:], w.Fails
}

func start(t testing.TB, w *world, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, width, height, tui.PageSpec{ID: "expiring", Title: "What ends soon", New: expiring.New(w, w)}, orgtest.Blank("group"), orgtest.Blank("person"), orgtest.Blank("campaign"))
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"expiring-200x50", theme.Dark, 200, 50}, {"expiring-80x24", theme.NoColour, 80, 24}, {"expiring-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, &world{World: orgtest.New(t)}, c.kind, c.w, c.h)
			d.Keys("j")
			d.Golden(c.name)
			if faults := d.Root.Actions().Check(); len(faults) > 0 {
				t.Error(faults)
			}
		})
	}
}

// It looks 30 days ahead, and as far as is asked for; each leads to what it is about.
func TestLookAheadAndOpen(t *testing.T) {
	w := &world{World: orgtest.New(t)}
	d := start(t, w, theme.Dark, 160, 40)
	d.Has("was due: invit")
	d.HasNot("Noor Haddad")
	d.Keys("e", "j", "j", "enter")
	d.Has("Noor Haddad")
	d.Has("within 90 days")
	d.Keys("j", "enter")
	d.Has("group grp_release")
	d.Keys("q", "j", "enter")
	d.Has("campaign cmp_q1")
	if w.asked[0] != 30 {
		t.Errorf("asked for %v", w.asked)
	}
}

// The row under the cursor stays what it was where one before it is over.
func TestARowIsWhatItIsAbout(t *testing.T) {
	w := &world{World: orgtest.New(t)}
	d := start(t, w, theme.Dark, 160, 40)
	d.Keys("j")
	w.over = 1
	d.Keys("e", "j", "j", "enter", "enter")
	d.Has("group grp_release")
}

func TestFuzz(t *testing.T) {
	keys := []string{"j", "k", "enter", "esc", "e", "y", "x", "i", "/", "tab", "a", "G", "g", "p", "S", "s"}
	start(t, &world{World: orgtest.New(t)}, theme.Dark, 100, 30).Fuzz(1, 150, keys)
}
