package logpage_test

import (
	"context"
	"errors"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/logpage"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

func TestVerify(t *testing.T) {
	b := newBook(t)
	c := open(t, b, theme.Dark, 140, 40, "")
	c.Has("checkpoint 12  cm9vdA==")
	c.Keys("V")
	c.Has("everything fits: 12 events, 80 rows of state and 40 frozen items")
	b.verdict.Faults = []string{"event 3 hashes to something else", "a row of " + orgtest.Hostile}
	c.Keys("V")
	c.Sound()
	c.Has("event 3 hashes to something else")
	c.Keys("esc")
	c.Has("2 things do not fit")
	c.Has("keep the file as it is")
	b.fail = errors.New("the file cannot be read: look at the disk")
	c.Keys("V")
	c.Has("the file cannot be read")
}

func TestAVerificationIsShownAndStopped(t *testing.T) {
	b := newBook(t)
	c := open(t, b, theme.Dark, 140, 40, "")
	looked := false
	b.during = func() {
		looked = true
		c.Sound()
		c.Has("verifying")
		c.Has("50 %  events  esc stops it")
	}
	b.fail = context.Canceled // the console has stopped it
	c.Keys("V")
	c.HasNot("everything fits")
	c.Has("checkpoint 12")
	b.fail = nil
	c.Keys("V")
	c.Has("everything fits")
	if !looked {
		t.Error("it was not run")
	}
}

func TestCheckpointAndCopy(t *testing.T) {
	c := open(t, newBook(t), theme.Dark, 140, 40, "")
	c.Keys("c")
	c.Has("countersign.example/log")
	c.Keys("esc", "C")
	c.Has("copied")
	c.Keys("y")
	c.Has("copied")
}

func TestEveryTypeHasWords(t *testing.T) {
	for _, x := range []struct {
		t    domain.EventType
		want string
	}{{domain.EvGenesis, "log opened"}, {domain.EvApplied, "change set applied"}, {review.EvLaunched, "campaign launched"}, {domain.EvRefused, "refused"}} {
		if got := logpage.TypeWords(x.t); got != x.want {
			t.Errorf("%s is %q, want %q", x.t, got, x.want)
		}
	}
}
