package approvals

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"countersign/tui/theme"
)

// TestApproveJudgesWhatWasNot: where the judgement failed or was stopped nothing is under
// way to wait for: approving judges anew, and can then be asked.
func TestApproveJudgesWhatWasNot(t *testing.T) {
	for _, why := range []error{errors.New("the disk is slow"), context.Canceled} {
		day := &desk{dark: why}
		d, _ := open(t, theme.Dark, day, "", 140, 40)
		d.Keys("j")
		d.Advance(time.Second)
		d.Has("Give Sales Agent to")
		d.Has("it could not be judged: a judges it anew")
		d.Keys("esc") // the error
		day.dark = nil
		d.Keys("a")
		d.HasNot("Approve this change set?")
		d.Has("3 people gain access")
		d.Keys("a")
		d.Has("Approve this change set?")
	}
}

// TestManyBreakersHideNoGain: of who breaks a separation of duties the dialog says the
// first, so that who gains is on it too.
func TestManyBreakersHideNoGain(t *testing.T) {
	day := &desk{}
	for i := range 500 {
		day.also = append(day.also, fmt.Sprintf("Person %d has both: crew; admins", i))
	}
	d, _ := open(t, theme.Dark, day, "", 140, 40)
	d.Keys("j")
	d.Advance(time.Second)
	d.Keys("a")
	d.Has("Person 5 has both")
	d.HasNot("Person 6 has both")
	d.Has("And 494 more lines: esc, and enter shows them all.")
	d.Has("+ Dana Okafor: Sales Agent, None → Edit")
}
