package review

import (
	"context"
	"slices"
	"strings"

	"countersign/domain"
)

// Reassign gives items to another reviewer, with a reason: those staged, and
// those that are silent or abstained while the campaign is active or decided.
// The abstention stays on record. A packet that the new reviewer has signed
// is open again for these items.
//
// Refused with a rule: "answered", "own-access" (the new reviewer is the sole
// subject), "reviewer-inactive", "move" (the campaign is past it).
func (s *Service) Reassign(ctx context.Context, actor domain.Actor, campaign domain.ID, items []int, to domain.ID, reason string) error {
	return s.do(ctx, actor, act{"reassign", campaign, "campaign-owner"}, func(w *work) error {
		c, err := w.ownCampaign(campaign)
		if err != nil {
			return err
		}
		reason = strings.TrimSpace(reason)
		if reason == "" || len(items) == 0 {
			return domain.Errorf(domain.Invalid, "items are reassigned by number, with a reason").Hinted("say which and why")
		}
		next := c
		if c.State != Staged {
			if next.State, err = c.move(ActReopen, ByOwner); err != nil {
				return err
			}
		}
		p, err := w.org.FindPrincipal(string(to))
		if err != nil {
			return err
		}
		if p.Kind != domain.User || p.Status != domain.Active {
			return domain.Errorf(domain.Conflict, "%s cannot review: not an active user", p.Name).
				Hinted("choose an active user").ByRule("reviewer-inactive")
		}
		var r rows
		r.put(c, next)
		if err := w.handOver(&r, next, items, p, reason); err != nil {
			return err
		}
		e := w.event(EvReassigned, c.ID)
		e.Reason = reason
		_, err = w.append(e, PacketData{Stage: max(c.Stage, 1), Reviewer: p.ID, Items: items}, &r)
		return err
	})
}

// handOver adds the rows of a reassignment.
func (w *work) handOver(r *rows, c Campaign, items []int, to domain.Principal, reason string) error {
	stage := max(c.Stage, 1)
	packet, err := w.Packet(c.ID, stage, to.ID)
	if err != nil {
		return err
	}
	reopened := packet
	if packet.State == Signed || packet.State == Countersigned {
		reopened.State, reopened.Round, reopened.Reason = Returned, packet.Round+1, reason
		r.put(packet, reopened)
	}
	items = slices.Clone(items)
	slices.Sort(items)
	for _, no := range slices.Compact(items) {
		it, err := w.Item(c.ID, no)
		if err != nil {
			return err
		}
		if err := reassignable(it, w.subjects(it), to); err != nil {
			return err
		}
		from := Assigned{Campaign: c.ID, Item: no, Stage: stage, Reviewer: it.Reviewer, Rule: it.Rule}
		staged := slices.ContainsFunc(it.Assigned, func(a Assigned) bool { return a == from })
		if !staged && it.Reviewer != "" {
			r.put(from, nil)
		}
		r.put(nil, Assigned{Campaign: c.ID, Item: no, Stage: stage, Reviewer: to.ID,
			Rule: "reassigned by " + w.name(w.actor.Principal) + ": " + reason})
		if packet.Round > 0 {
			ret := ItemReturn{Campaign: c.ID, Item: no, Stage: stage, Reviewer: to.ID, Round: reopened.Round,
				Reason: reason, Due: c.Due}
			r.put(nil, ret)
		}
	}
	return nil
}

func reassignable(it Item, subjects []domain.ID, to domain.Principal) error {
	switch {
	case it.Reviewer == to.ID:
		return domain.Errorf(domain.Invalid, "item %d is with %s already", it.No, to.Name).Hinted("leave it out")
	case it.Decision.Answer != Silent && it.Decision.Answer != Abstain:
		return domain.Errorf(domain.Conflict, "item %d is answered: %s", it.No, it.Decision.Answer).
			Hinted("answered items stay with their reviewer; a checker can return them").ByRule("answered")
	case it.Decision.Answer == Abstain && it.Packet == Signed:
		return domain.Errorf(domain.Conflict, "item %d is signed off and waits for a checker", it.No).
			Hinted("a checker returns it first").ByRule("signed")
	case SoleSubject(it.Holding, it.Subjects, to.ID), SoleSubject(it.Holding, subjects, to.ID):
		return domain.Errorf(domain.Forbidden, "item %d is %s's own access", it.No, to.Name).
			Hinted("choose someone else").ByRule("own-access")
	}
	return nil
}
