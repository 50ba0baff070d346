package review_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// after is so many days after the test's clock began.
func after(days int) time.Time { return storetest.Start.AddDate(0, 0, days) }

// TestTickAdvances: a stage whose last packet was checked, but which was not
// closed, since that was interrupted, is closed by the clock; one whose packets
// wait for a checker is not.
func TestTickAdvances(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	w.answer(w.tom, c, "gnt_dana", review.Revoke, 0)
	for _, who := range []domain.Actor{w.tom, w.admin} {
		w.keepRest(who, c)
		_, err := w.svc.SignOff(ctx, who, c.ID, c.Name)
		w.must(err)
	}
	if acts := w.tick(after(1)); slices.Contains(acts, "advance") || w.read(c.ID).State != review.Decided {
		t.Fatalf("with a packet that no checker saw: %v, it is %s", acts, w.read(c.ID).State)
	}
	was := w.packet(c, tomID)
	is := was
	is.State, is.Checker = review.Countersigned, w.cleo.Principal
	storetest.Append(t, w.s, domain.Event{Type: review.EvCountersigned, Subject: string(c.ID), Actor: w.cleo.Principal}, domain.Replace(was, is))
	if acts := w.tick(after(2)); !slices.Equal(acts, []string{"advance"}) {
		t.Errorf("with every packet checked: %v", acts)
	}
	if now := w.read(c.ID); now.State != review.SignedOff {
		t.Errorf("it is %s", now.State)
	}
	if it := w.item(c, "gnt_dana"); it.Ruling.Answer != review.Revoke {
		t.Errorf("Dana's item is ruled %s", it.Ruling.Answer)
	}
	w.still(after(3))
}

// TestTickCloses: a campaign whose definition says so is closed once every item
// is settled, and not before; any other stays for a person to close.
func TestTickCloses(t *testing.T) {
	for _, auto := range []bool{true, false} {
		ctx := context.Background()
		w := newWorld(t)
		c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Q1", Due: after(30), Definition: review.Definition{AutoClose: auto,
			Scope:  review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, Principals: []domain.ID{eveID}},
			Stages: []review.Stage{{Reviewers: []string{review.ByManager}}}}})
		w.must(err)
		_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
		w.must(err)
		c, err = w.svc.Launch(ctx, w.cleo, c.ID)
		w.must(err)
		w.answer(w.tom, c, "gnt_eve", review.Revoke, 0)
		w.settleAll(c)
		_, err = w.svc.Verify(ctx, w.admin, c.ID)
		w.must(err)
		w.still(after(1)) // Eve's grant is still in hr
		report, err := w.svc.Tick(ctx, w.admin, true)
		w.must(err)
		if said := strings.Contains(strings.Join(report.Waits, " "), "1 item is not settled"); said != auto {
			t.Errorf("auto-close %t: what keeps it open is said: %t", auto, said)
		}
		w.importEnd("hr", "gnt_eve")
		_, err = w.svc.Verify(ctx, w.admin, c.ID)
		w.must(err)
		acts, want, state := w.tick(after(2)), []string(nil), review.Verifying
		if auto {
			want, state = []string{"close"}, review.Closed
		}
		if now := w.read(c.ID); !slices.Equal(acts, want) || now.State != state {
			t.Errorf("auto-close %t: %v, and it is %s", auto, acts, now.State)
		}
		w.still(after(3))
	}
}

// TestTickNoticesExceptions: two weeks before an exception ends, and not
// before, who made it and who runs the campaign are told, once; once it has
// ended nobody is told any more. It ends with its last day in Berlin.
func TestTickNoticesExceptions(t *testing.T) {
	ends := time.Date(2026, 6, 30, 22, 0, 0, 0, time.UTC) // midnight in Berlin
	noticed := func(w *world) (to []domain.ID) {
		for _, m := range w.outbox() {
			if m.Kind == review.MessageException {
				to = append(to, m.To)
			}
		}
		slices.Sort(to)
		return to
	}
	made := func(t *testing.T) *world {
		w := newWorld(t)
		c := w.campaign(domain.TargetAgent)
		w.must(last(w.svc.Except(context.Background(), w.carl, c.ID, []int{w.item(c, "gnt_dana").No}, "2026-06-30", "the move is under way")))
		return w
	}
	w := made(t)
	w.tick(ends.AddDate(0, 0, -14).Add(-time.Minute))
	if to := noticed(w); len(to) > 0 {
		t.Errorf("a minute too early %v are told", to)
	}
	want := []domain.ID{w.admin.Principal, w.carl.Principal}
	slices.Sort(want)
	if acts := w.tick(ends.AddDate(0, 0, -14)); !slices.Equal(acts, []string{"notice"}) || !slices.Equal(noticed(w), want) {
		t.Errorf("two weeks before: %v, %v are told, want %v", acts, noticed(w), want)
	}
	w.still(ends.Add(-time.Hour))
	text := ""
	for _, m := range w.outbox() {
		if m.Kind == review.MessageException {
			text = m.Subject + m.Text
		}
	}
	for _, s := range []string{"ends on 2026-06-30", "the move is under way"} {
		if !strings.Contains(text, s) {
			t.Errorf("%q is not in %q", s, text)
		}
	}
	w = made(t)
	w.tick(ends)
	if to := noticed(w); len(to) > 0 {
		t.Errorf("after it ended %v are told", to)
	}
}
