package review_test

import (
	"context"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// unsent gives to whom what is still to be sent goes, each with the end of its
// message's id: the iteration, the person and the rule.
func (w *world) unsent() string {
	w.t.Helper()
	var out []string
	storetest.View(w.t, w.s, func(tx review.Tx) error {
		all, err := review.Unsent(tx)
		for _, m := range all {
			parts := strings.Split(string(m.ID), "/")
			out = append(out, strings.Join(parts[len(parts)-3:], "/"))
		}
		return err
	})
	return strings.Join(out, " ")
}

// A message that asks for answers is not sent any more once its reviewer has
// signed, its stage is over, or the items are asked about again.
func TestMootMessagesAreNotSent(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	w.tick(after(1))
	ada := string(w.admin.Principal)
	if got, want := w.unsent(), "1/"+ada+"/began 1/usr_tom/began"; got != want {
		t.Fatalf("to be sent: %q, want %q", got, want)
	}
	w.keepRest(w.admin, c)
	if !strings.Contains(w.unsent(), ada) {
		t.Error("Ada has decided, but not signed, and is not told")
	}
	w.sign(w.admin, c)
	storetest.View(t, w.s, func(tx review.Tx) error {
		all, err := tx.Messages(review.MessageQuery{})
		if err != nil {
			return err
		}
		over, err := review.Over(tx, all)
		for _, m := range all {
			if want := m.To == w.admin.Principal; over[m.ID] != want {
				t.Errorf("the message to %s is over: %v, want %v", m.To, over[m.ID], want)
			}
		}
		return err
	})
	if got, want := w.unsent(), "1/usr_tom/began"; got != want {
		t.Errorf("Ada has signed; to be sent: %q, want %q", got, want)
	}
	w.pastDue(c)
	_, err := w.svc.Lapse(ctx, w.admin, c.ID)
	w.must(err)
	if got := w.unsent(); got != "" {
		t.Errorf("the stage is over; to be sent: %q", got)
	}
	w.check(w.cleo, c, w.tom)
	_, err = w.svc.Reiterate(ctx, w.admin, c.ID, w.now().AddDate(0, 1, 0), "nobody answered")
	w.must(err)
	if got := w.unsent(); got != "" {
		t.Errorf("asked again, and nobody was told yet; to be sent: %q", got)
	}
	w.tick(w.now())
	if got, want := w.unsent(), "2/usr_tom/began"; got != want {
		t.Errorf("asked again; to be sent: %q, want %q", got, want)
	}
}
