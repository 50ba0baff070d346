package campaigns_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// TestWhatIsDueIsShownAndDone: the console shows all that the clock asks for before it
// does it, keeps what was shown, and says what could not be done.
func TestWhatIsDueIsShownAndDone(t *testing.T) {
	o := newOffice(t, review.Active)
	c := open(t, o, theme.Dark, 120, 40)
	c.Keys("T")
	c.Has("Nothing is due")
	c.Has("Q5 waits for a checker to launch it")
	c.Keys("esc")
	o.due = []review.Ticked{{Act: "escalate", Text: "items of " + orgtest.Hostile + " go to Mira Lind as well"}, {Act: "remind", Text: "Tom Vale is reminded"}}
	c.Keys("T")
	c.Has("Do what is due?")
	c.Has("escalate: items of")
	c.Has("remind: Tom Vale is reminded")
	c.Sound()
	c.Keys("esc")
	if len(o.did) != 0 {
		t.Fatalf("looking did %v", o.did)
	}
	c.Keys("T", "tab", "enter")
	c.Has("2 acts of the clock done")
	if !slices.Equal(o.did, []string{"tick"}) || o.saw[0].Size != 42 || o.saw[0].Digest == "" {
		t.Errorf("did %v having seen %+v", o.did, o.saw)
	}
	o.due[1].Err = errors.New("the outbox is full")
	c.Keys("T", "tab", "enter")
	c.Has("1 act of the clock done, 1 not: Tom Vale is reminded")
	c.Keys("esc")
	c.HasNot("Do what is due?")
}

// TestWhoDoesWhatIsDue: whoever holds the duty campaign-owner, and nobody who only reads.
func TestWhoDoesWhatIsDue(t *testing.T) {
	for actor, want := range map[domain.ID]string{"usr_ana": "", "usr_noor": "campaign-owner does what is due: you do not", "": "only reads"} {
		o := newOffice(t, review.Active)
		o.actor = actor
		if got := off(open(t, o, theme.Dark, 120, 40), "campaigns.tick"); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%q is told %q, want %q", actor, got, want)
		}
	}
}
