package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

// The console's look at what is due writes nothing; doing it reaches the service as who
// sits there, with what they saw, and is refused to who does not run campaigns.
func TestWhatIsDueFromTheConsole(t *testing.T) {
	ctx := context.Background()
	h := newHanding(t)
	saw := domain.Sight{Digest: strings.Repeat("cd", 32)}
	late := h.c.Due.Add(time.Millisecond)
	h.s.env.clock = func() time.Time { return late }
	tick := func(who string, dry bool) (review.TickReport, error) {
		return campaignDesk{h.as(who)}.Tick(ctx, saw, dry)
	}
	_, err := tick("helen.osei", false)
	h.refused("a reviewer", err, "helen.osei", "duty-missing")
	open := len(h.open("helen.osei"))
	lapses := func(r review.TickReport) bool {
		return slices.ContainsFunc(r.Acts, func(a review.Ticked) bool { return a.Act == "lapse" && a.Campaign == h.c.ID && a.Err == nil })
	}
	r, err := tick("ana.ferreira", true)
	if err != nil || !lapses(r) || h.last(review.EvLapsed).Seq != 0 {
		t.Fatalf("looking past the due date: %v, %+v, on record %+v", err, r, h.last(review.EvLapsed))
	}
	if r, err = tick("ana.ferreira", false); err != nil || !lapses(r) || r.Failed() != 0 {
		t.Fatalf("doing it: %v, %+v", err, r)
	}
	if e := h.last(review.EvLapsed); e.Actor != h.id("ana.ferreira") || e.Saw != saw {
		t.Errorf("on record is %+v", e)
	}
	if open == 0 {
		t.Error("nothing was open before: the test shows nothing")
	}
	if r, err = tick("ana.ferreira", false); err != nil || lapses(r) {
		t.Errorf("once more: %v, %+v", err, r)
	}
}
