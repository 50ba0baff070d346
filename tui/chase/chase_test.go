package chase_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/chase"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// office is a campaign in memory, run by Ana.
type office struct {
	*orgtest.World
	board chase.Board
	told  map[domain.ID]bool // today
	did   []string
	fail  error
}

func newOffice(t testing.TB) *office {
	w := orgtest.New(t)
	o := &office{World: w, told: map[domain.ID]bool{"usr_mira": true}}
	o.board = chase.Board{Org: w.Org, Actor: "usr_ana", Now: orgtest.Now, Head: review.Head{Size: 9, Root: "root"},
		Campaign: review.Campaign{ID: "cmp_q1", Name: "Q1 " + orgtest.Hostile, Owner: "usr_ana", State: review.Active, Stage: 1, Due: orgtest.Now.AddDate(0, 0, 5)}}
	for i, r := range []struct {
		who           domain.ID
		items, decide int
		state         review.PacketState
		away          domain.ID
	}{{"usr_dana", 120, 3, review.Open, "usr_tom"}, {"usr_mal", 60, 30, review.Open, ""}, {"usr_mira", 40, 39, review.Open, ""}, {"usr_tom", 10, 10, review.Signed, ""}, {"", 4, 0, review.Open, ""}} {
		c := chase.Chased{Progress: review.Progress{Stage: 1, Reviewer: r.who, Items: r.items, Decided: r.decide, State: r.state}, StandIn: r.away}
		if r.away != "" {
			c.Until = "2026-03-20"
		}
		if i == 2 {
			c.Reminded = orgtest.Now
		}
		o.board.Reviewers = append(o.board.Reviewers, c)
	}
	return o
}

func (o *office) Board(_ context.Context, id domain.ID) (chase.Board, error) {
	if id != "cmp_q1" {
		return chase.Board{}, errors.New("there is no such campaign")
	}
	return o.board, o.Fails
}

func (o *office) Remind(_ context.Context, saw domain.Sight, _ domain.ID, to []domain.ID, note string, dry bool) (review.Reminding, error) {
	var out review.Reminding
	for _, id := range to {
		name := o.Org.Name(domain.KindPrincipal, id)
		for _, r := range o.board.Reviewers {
			switch {
			case r.Reviewer != id:
			case r.State == review.Signed:
				out.Skipped = append(out.Skipped, review.Skipped{Reviewer: id, Why: name + " has signed"})
			case o.told[id]:
				out.Skipped = append(out.Skipped, review.Skipped{Reviewer: id, Why: name + " was reminded today already"})
			default:
				out.Messages = append(out.Messages, review.Message{To: id, Subject: fmt.Sprintf("%d items wait for you", r.Open()), Text: "Dear " + name + ",\n\nplease answer. " + note})
			}
		}
	}
	if !dry {
		o.did = append(o.did, fmt.Sprintf("remind %v %q saw %d", to, note, saw.Size))
	}
	return out, o.fail
}

func (o *office) Extend(_ context.Context, _ domain.Sight, _ domain.ID, due, reason string) (string, error) {
	if _, err := time.Parse(time.DateOnly, due); err != nil {
		return "", domain.Errorf(domain.Invalid, "%q is no day", due).Hinted("write 2026-03-31")
	}
	o.did = append(o.did, "extend "+due+": "+reason)
	return "asked for: due " + due, o.fail
}

func (o *office) HandOpen(_ context.Context, _ domain.Sight, _ domain.ID, from []domain.ID, to domain.ID, reason string) (string, error) {
	o.did = append(o.did, fmt.Sprintf("hand %v to %s: %s", from, to, reason))
	return "asked for", o.fail
}

func start(t testing.TB, o *office, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, width, height, tui.PageSpec{ID: "chase", Title: "Chase", New: func(h *tui.Host, _ string) tui.Page { return chase.New(o, o)(h, "cmp_q1") }}, orgtest.Blank("person"))
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"chase-200x50", theme.Dark, 200, 50}, {"chase-80x24", theme.NoColour, 80, 24}, {"chase-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, newOffice(t), c.kind, c.w, c.h)
			d.Golden(c.name)
			if faults := d.Root.Actions().Check(); len(faults) > 0 {
				t.Error(faults)
			}
			if c.h < 20 {
				return
			}
			d.Keys("*", "R", "enter")
			d.Golden(strings.Replace(c.name, "chase", "remind", 1))
		})
	}
}

// Those marked are reminded, and nobody else; who gets none and who is away is said, and
// what goes out is read before it does. Cancel is the default.
func TestRemindTheMarked(t *testing.T) {
	o := newOffice(t)
	d := start(t, o, theme.Dark, 140, 45)
	d.Keys("space", "j", "space", "space")
	d.Has("3 marked")
	d.Keys("R")
	d.Has("Marked: 3 reviewers.")
	d.Type("The board meets on Friday.")
	d.Keys("enter")
	d.Has("Send 1 reminder?")
	d.Has("To: Dana Okafor.")
	d.Has("Not: Mira Lindqvist was reminded today already.")
	d.Has("Not: Tom Vale has signed.")
	d.Has("Dana Okafor is away: Tom Vale until 2026-03-20 answers.")
	d.Has("please answer. The board meets on Friday.")
	d.Keys("enter") // Cancel
	if len(o.did) != 0 {
		t.Fatalf("done by enter alone: %q", o.did)
	}
	d.Keys("R")
	d.Type("Friday.")
	d.Keys("enter", "right", "enter")
	if got := strings.Join(o.did, "; "); got != `remind [usr_dana usr_mira usr_tom] "Friday." saw 9` {
		t.Errorf("did %s", got)
	}
	d.Has("1 message is in the outbox")
	d.HasNot("3 marked") // it was done
}

func TestHandOverAndExtend(t *testing.T) {
	o := newOffice(t)
	d := start(t, o, theme.Dark, 120, 40)
	d.Keys("H")
	d.Type("noor")
	d.Keys("enter")
	d.Has("a checker approves it")
	d.Keys("enter")
	d.Has("a reason is needed")
	d.Type("on leave")
	d.Keys("enter", "E")
	d.Type("soon")
	d.Keys("enter")
	d.Type("holidays")
	d.Keys("enter")
	d.Has(`"soon" is no day`)
	d.Has("holidays") // nothing typed is lost
	d.Keys("up")
	for range 4 {
		d.Keys("backspace")
	}
	d.Type("2026-03-31")
	d.Keys("enter", "enter")
	if got := strings.Join(o.did, "; "); got != "hand [usr_dana] to usr_noor: on leave; extend 2026-03-31: holidays" {
		t.Errorf("did %s", got)
	}
}

// Who does not run the campaign asks nobody, and is told whom to ask.
func TestOnlyWhoRunsIt(t *testing.T) {
	o := newOffice(t)
	o.board.Actor = "usr_noor"
	d := start(t, o, theme.Dark, 120, 40)
	d.Keys("R")
	d.Has("You do not run this campaign: ask Ana Ferreira")
	o.board.Actor, o.board.Campaign.State = "usr_ana", review.SignedOff
	d.Keys("esc", "q")
	d = start(t, o, theme.Dark, 120, 40)
	d.Keys("H")
	d.Has("nobody is asked any more")
	if len(o.did) != 0 {
		t.Errorf("did %q", o.did)
	}
}

// The row of items that nobody answers for opens nobody.
func TestNobodyIsNotOpened(t *testing.T) {
	o := newOffice(t)
	o.board.Reviewers = append(o.board.Reviewers, chase.Chased{Progress: review.Progress{Items: 2}})
	d := start(t, o, theme.Dark, 120, 40)
	d.Keys("/")
	d.Type("name:nobody")
	d.Keys("enter", "enter")
	d.Has("Nobody answers for these items")
	d.HasNot("person ")
	d.Keys("esc", "esc", "g", "enter")
	d.Has("person usr_dana") // somebody is
}

func TestFuzz(t *testing.T) {
	keys := []string{"j", "k", "enter", "esc", "R", "H", "E", "o", "y", "x", "i", "/", "tab", "a", "space", "*", "v", "G", "g", "p", "S", "s", "right"}
	for seed := range uint64(2) {
		start(t, newOffice(t), theme.Dark, 100, 30).Fuzz(seed, 150, keys)
	}
}
