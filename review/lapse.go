package review

import (
	"context"
	"strings"
	"time"

	"countersign/domain"
)

// lapsing is an open packet, read before the writer is held.
type lapsing struct {
	progress Progress
	scan     packetScan
}

// Lapse closes the open packets of a stage that are past their due date
// without their reviewers' signatures: what is in them and was not signed
// before counts as no response, and stays on record. A checker still
// countersigns each. A packet with returned items is due when the last of them
// is; until then it stays open, and with it the stage. Conflict: the campaign
// is not active ("not-active"), or no packet is due yet ("not-due").
func (s *Service) Lapse(ctx context.Context, actor domain.Actor, campaign domain.ID) ([]Packet, error) {
	var out []Packet
	err := prepared(ctx, s, actor, act{"lapse", campaign, "campaign-owner"}, func(tx Tx) ([]lapsing, error) {
		return openPackets(tx, campaign)
	}, func(w *work, open []lapsing) error {
		out = nil
		c, err := w.ownCampaign(campaign)
		if err != nil {
			return err
		}
		out, err = w.lapse(c, open)
		return err
	})
	if err == nil {
		err = s.closeStage(ctx, actor, campaign, "campaign-owner")
	}
	return out, err
}

// openPackets reads the packets of the present stage that are not closed.
func openPackets(tx Tx, campaign domain.ID) ([]lapsing, error) {
	c, err := tx.Campaign(campaign)
	if err != nil || c.State != Active {
		return nil, err
	}
	all, err := tx.Progress(c.ID)
	if err != nil {
		return nil, err
	}
	var out []lapsing
	for _, one := range all {
		if one.Stage != c.Stage || one.Items == 0 || one.Reviewer == "" || one.State == Signed || one.State == Countersigned {
			continue
		}
		scan, err := scanPacket(tx, c, one.Reviewer)
		if err != nil {
			return nil, err
		}
		out = append(out, lapsing{one, scan})
	}
	return out, nil
}

// lapse closes those of the open packets that are due.
func (w *work) lapse(c Campaign, open []lapsing) ([]Packet, error) {
	if c.State != Active {
		return nil, domain.Errorf(domain.Conflict, "the campaign %q is %s: no packet is open", c.Name, c.State).
			Hinted("packets lapse while it is active").ByRule("not-active")
	}
	var out []Packet
	var r rows
	for _, one := range open {
		if !w.now.After(dueOf(c, one.scan)) {
			continue
		}
		before, err := w.Packet(c.ID, c.Stage, one.progress.Reviewer)
		if err != nil {
			return nil, err
		}
		p := lapsed(before, one)
		if before.Round == 0 {
			r.put(nil, p)
		} else {
			r.put(before, p)
		}
		out = append(out, p)
	}
	if len(out) == 0 && len(open) > 0 {
		first := open[0]
		return nil, domain.Errorf(domain.Conflict, "%s may answer in %q until %s", w.name(first.progress.Reviewer), c.Name,
			w.at(dueOf(c, first.scan))).Hinted("packets lapse after their due date").ByRule("not-due")
	}
	next := c
	if len(out) == len(open) {
		var err error
		if next.State, err = c.move(ActLapse, ByOwner); err != nil {
			return nil, err
		}
	}
	r.put(c, next)
	_, err := w.append(w.event(EvLapsed, c.ID), PacketData{Stage: c.Stage}, &r)
	return out, err
}

// dueOf is when an open packet is due: with the stage, or with the last of its
// returned items where that is later.
func dueOf(c Campaign, scan packetScan) time.Time {
	if scan.due.After(c.Due) {
		return scan.due
	}
	return c.Due
}

// lapsed gives the packet as it closes unsigned.
func lapsed(before Packet, one lapsing) Packet {
	g := one.progress
	p := Packet{Campaign: before.Campaign, Stage: before.Stage, Reviewer: before.Reviewer, State: Signed, Lapsed: true,
		Round: max(before.Round, 1), Unsigned: before.Unsigned, Items: g.Items, Keep: g.Keep, Reduce: g.Reduce,
		Revoke: g.Revoke, Abstain: g.Abstain, Digest: one.scan.digest}
	if p.Unsigned == 0 {
		p.Unsigned = p.Round
	}
	if before.State == Returned {
		p.Checker = before.Checker // who returned items of it, and does not check what came of that
	}
	return p
}

// Reiterate asks again about every item that nobody answered, from the first
// stage on; all others stay closed, and so do the packets of those who have
// answered all they were asked. A stage that has nothing to ask closes at
// once. Invalid: the due date is not to come, or no reason is given; Conflict:
// no item is without an answer ("nothing-silent").
func (s *Service) Reiterate(ctx context.Context, actor domain.Actor, campaign domain.ID, due time.Time, reason string) (Campaign, error) {
	var c Campaign
	type again struct {
		silent map[int]bool
		opening
	}
	err := prepared(ctx, s, actor, act{"reiterate", campaign, "campaign-owner"}, func(tx Tx) (again, error) {
		out := again{silent: map[int]bool{}}
		c, err := tx.Campaign(campaign)
		if err != nil || !c.Ruled() {
			return out, err
		}
		err = eachItem(tx, ItemQuery{Campaign: c.ID, Ruled: []Answer{Silent}}, func(it Item) error {
			out.silent[it.No] = true
			return nil
		})
		if err == nil {
			out.opening, err = openings(tx, c, 1, out.silent)
		}
		return out, err
	}, func(w *work, got again) error {
		before, err := w.ownCampaign(campaign)
		if err != nil {
			return err
		}
		c = before
		if c.State, err = before.move(ActReiterate, ByOwner); err != nil {
			return err
		}
		if reason = strings.TrimSpace(reason); reason == "" || !due.After(w.now) {
			return domain.Errorf(domain.Invalid, "items are asked about again with a reason and a date still to come").
				Hinted("say why, and by when")
		}
		n := len(got.silent)
		if n == 0 {
			return domain.Errorf(domain.Conflict, "every item of %q was answered", c.Name).
				Hinted("only what nobody answered is asked again").ByRule("nothing-silent")
		}
		c.Iteration, c.Stage, c.Began, c.Due = before.Iteration+1, 1, w.now, due.UTC().Truncate(time.Millisecond)
		if !got.asks {
			if c.State, err = c.move(ActSignLast, ByOwner); err != nil {
				return err
			}
		}
		var r rows
		r.put(before, c)
		got.put(&r)
		e := w.event(EvReiterated, c.ID)
		e.Reason = reason
		_, err = w.append(e, AdvancedData{Stage: 1, Iteration: c.Iteration, Rulings: map[string]int{Silent.String(): n}, GoOn: n}, &r)
		return err
	})
	if err == nil && c.State == Decided {
		if err = s.closeStage(ctx, actor, c.ID, "campaign-owner"); err == nil {
			err = s.store.View(ctx, func(tx Tx) error { c, err = tx.Campaign(c.ID); return err })
		}
	}
	return c, err
}
