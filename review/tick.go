package review

import (
	"context"
	"errors"
	"slices"

	"countersign/domain"
)

// Ticked is one thing that the clock asks for.
type Ticked struct {
	Act      string    // "draft", "stage", "launch", "lapse", "advance", "stand-in", "escalate", "remind", "close", "notice", "look"
	Campaign domain.ID // "" where there is none yet
	Text     string    // a sentence without a full stop
	Err      error     // why it could not be done
}

// TickReport is what a tick did, or, dry, would do first; and what waits for
// a person.
type TickReport struct {
	Acts  []Ticked
	Waits []string
}

// Failed tells how many acts could not be done.
func (r TickReport) Failed() int {
	n := 0
	for _, a := range r.Acts {
		if a.Err != nil {
			n++
		}
	}
	return n
}

// due is one act that is due now.
type due struct {
	Ticked
	key string // names it within a tick, so that what fails is tried once
	do  func(context.Context) error
}

// tickPasses bounds how often a tick looks again: each pass does what the one
// before made possible (draft, stage, launch, tell).
const tickPasses = 8

// Tick does what the clock asks for, in this order: what events started and
// what is scheduled is drafted, staged and, where the definition says so,
// launched on the definition's own approval; stages past their due date lapse;
// stages whose packets are all closed and checked close; what is open for
// reviewers who are away goes to their substitutes; escalations; messages to
// those with open items; campaigns whose items are all settled close, where
// the definition says so; exceptions that end soon are noticed. It never
// decides an item.
//
// Every act is an event of the actor, who holds the duty campaign-owner
// (Forbidden, "duty-missing"). What is due is worked out from what is on
// record alone, so that a tick right after a tick does nothing, one after a
// long pause does each thing once, and two at once do nothing twice. What
// cannot be done is told in the report and does not hold up the rest. A dry
// tick writes nothing and tells what a tick would do first.
func (s *Service) Tick(ctx context.Context, actor domain.Actor, dry bool) (TickReport, error) {
	t := &ticker{Service: s, actor: actor}
	if err := t.mayRun(ctx, dry); err != nil {
		return TickReport{}, err
	}
	var report TickReport
	tried := map[string]bool{}
	for range tickPasses {
		var todo []due
		t.waits = nil
		err := s.store.View(ctx, func(tx Tx) (err error) { todo, err = t.plan(tx); return err })
		if err != nil {
			return report, err
		}
		report.Waits = t.waits
		todo = slices.DeleteFunc(todo, func(d due) bool { return tried[d.key] })
		for _, d := range todo {
			tried[d.key] = true
			if !dry {
				d.Err = d.do(ctx)
				t.failed = t.failed || d.Act == "draft" && d.Err != nil && !errors.Is(d.Err, errNothingDue)
			}
			if done := d.Ticked; !errors.Is(done.Err, errNothingDue) {
				report.Acts = append(report.Acts, done)
			}
		}
		if dry || len(todo) == 0 || ctx.Err() != nil {
			break
		}
	}
	return report, ctx.Err()
}

// errNothingDue says that another tick was quicker.
var errNothingDue = errors.New("it is done already")

// ticker is one tick at work.
type ticker struct {
	*Service
	actor  domain.Actor
	waits  []string
	failed bool // a campaign could not be drafted
}

// mayRun checks who ticks. Where it is refused, and not dry, that is recorded.
func (t *ticker) mayRun(ctx context.Context, dry bool) error {
	a := act{"tick", "clock", "campaign-owner"}
	if !dry {
		return t.do(ctx, t.actor, a, func(w *work) error { return w.requireDuty(domain.DutyCampaignOwner) })
	}
	return t.store.View(ctx, func(tx Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if err := checkActor(tx, o, t.actor); err != nil {
			return err
		}
		if !o.HasDuty(t.actor.Principal, domain.DutyCampaignOwner, tx.Now()) {
			return domain.Errorf(domain.Forbidden, "%s does not hold the duty campaign-owner", o.Name(domain.KindPrincipal, t.actor.Principal)).
				Hinted("ask someone who does, or have the duty given").ByRule("duty-missing")
		}
		return nil
	})
}

// plan lists what is due, in the order it is to be done.
func (t *ticker) plan(tx Tx) ([]due, error) {
	p := &tickPlan{ticker: t, tx: tx, now: tx.Now(), lapsing: map[domain.ID]bool{}}
	var err error
	if p.o, err = tx.Org(); err != nil {
		return nil, err
	}
	if p.campaigns, err = tx.Campaigns(); err != nil {
		return nil, err
	}
	slices.Reverse(p.campaigns) // the oldest first
	templates, err := tx.Templates()
	if err != nil {
		return nil, err
	}
	p.templates = ByTemplate(templates)
	for _, step := range []func() error{p.scheduled, p.triggered, p.prepared, p.lapses, p.advances, p.absences, p.escalations,
		p.messages, p.closes, p.exceptions} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p.todo, nil
}
