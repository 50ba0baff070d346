package review

import (
	"context"

	"countersign/domain"
)

// Reassign gives items of the present stage to another reviewer: HandOver for
// items that one person answers for.
func (s *Service) Reassign(ctx context.Context, actor domain.Actor, campaign domain.ID, items []int, to domain.ID, reason string) (Request, error) {
	return s.HandOver(ctx, actor, campaign, Handing{Items: items, To: to, Reason: reason})
}

// HandOver gives items to another reviewer, with a reason: those staged, and
// those that are silent or abstained while the campaign is active or decided.
// The abstention stays on record, and so does who was to review. A packet that
// the new reviewer has signed is open again for these items.
//
// While the campaign is staged it is done at once, and belongs to what the
// launch signs. After that it is a Request, which is given back: a checker
// approves it, and it is carried out then.
//
// Refused with a rule: "not-campaign-owner", "answered", "own-access" (the new
// reviewer is the sole subject), "reviewer-inactive", "reviewer-away",
// "conflict", "no-countersigner", "which-reviewer", "move" (the campaign, or
// the stage, is past it).
func (s *Service) HandOver(ctx context.Context, actor domain.Actor, campaign domain.ID, in Handing) (Request, error) {
	var q Request
	err := s.do(ctx, actor, act{"reassign", campaign, "campaign-owner"}, func(w *work) error {
		c, err := w.ownCampaign(campaign)
		if err != nil {
			return err
		}
		if in, err = in.checked("reassigned"); err != nil {
			return err
		}
		var r rows
		next, to, err := w.reassign(&r, c, in)
		if err != nil {
			return err
		}
		if c.State != Staged {
			q = Request{Campaign: c.ID, Act: RequestReassign, Stage: in.Stage, Items: in.Items, From: in.From, To: to, Reason: in.Reason}
			return w.request(&q)
		}
		w.made(&next)
		r.put(c, next)
		e := w.event(EvReassigned, c.ID)
		e.Reason = in.Reason
		_, err = w.append(e, PacketData{Stage: max(in.Stage, 1), Reviewer: to, Items: in.Items}, &r)
		return err
	})
	return q, err
}

// reassign adds the rows of a reassignment, and gives the campaign behind it
// and the new reviewer.
func (w *work) reassign(r *rows, c Campaign, in Handing) (next Campaign, to domain.ID, err error) {
	stage := in.Stage
	if stage == 0 {
		stage = max(c.Stage, 1)
	}
	if stage < c.Stage || stage > len(c.Definition.Stages) {
		return c, "", domain.Errorf(domain.Conflict, "stage %d of %q cannot be reassigned now", stage, c.Name).
			Hinted("it has stages 1 to %d, and is in stage %d", len(c.Definition.Stages), max(c.Stage, 1)).ByRule("move")
	}
	next = c
	if c.State != Staged {
		if next.State, err = c.move(ActReopen, ByOwner); err != nil {
			return c, "", err
		}
		if stage > c.Stage {
			next.State = c.State // nothing of the present stage opens again
		}
	}
	h, err := w.newHandover(r, next, stage, in.Reason)
	if err != nil {
		return c, "", err
	}
	p, err := h.newReviewer(in.To)
	if err != nil {
		return c, "", err
	}
	if in.From != "" {
		from, err := w.org.FindPrincipal(string(in.From))
		if err != nil {
			return c, "", err
		}
		in.From = from.ID
	}
	for _, no := range in.Items {
		if err := h.reassign(no, in.From, p, c.State != Staged); err != nil {
			return c, "", err
		}
	}
	return next, p.ID, nil
}

// reassign adds the rows of one item. Once launched, who was to review stays
// on record beside the new reviewer.
func (h *handover) reassign(no int, from domain.ID, to domain.Principal, launched bool) error {
	now, _, err := h.answering(no)
	if err != nil {
		return err
	}
	own, err := h.find(no, now, from)
	if err != nil {
		return err
	}
	it, err := h.itemOf(no, own.Reviewer)
	if err != nil {
		return err
	}
	if err := reassignable(it); err != nil {
		return err
	}
	record := domain.ID("")
	if launched {
		record = recordOf(own)
	}
	besides, err := h.besides(no, now, own.Reviewer)
	if err != nil {
		return err
	}
	if err := h.mayAnswer(it, now, to, false, append(besides, record)...); err != nil {
		return err
	}
	return h.give(no, now, []domain.ID{own.Reviewer}, Assigned{Reviewer: to.ID, For: record,
		Rule: "reassigned by " + h.name(h.actor.Principal) + ": " + h.reason})
}

// itemOf gives an item as it stands in the stage for one of its reviewers. One
// that is not there any more in the present stage is a Conflict, rule "move".
func (h *handover) itemOf(no int, reviewer domain.ID) (Item, error) {
	it, err := h.Item(h.c.ID, no)
	if err != nil || h.c.Stage != h.stage || reviewer == "" {
		it.Decision, it.Packet, it.Return = Decision{}, Open, ItemReturn{} // nobody has answered in this stage
		return it, err
	}
	own, err := h.Items(ItemQuery{Campaign: h.c.ID, Stage: h.stage, Reviewer: reviewer, No: no})
	if err != nil {
		return it, err
	}
	if len(own) == 0 {
		return it, domain.Errorf(domain.Conflict, "item %d has left stage %d", no, h.stage).
			Hinted("leave it out").ByRule("move")
	}
	return own[0], nil
}

func reassignable(it Item) error {
	switch {
	case it.Decision.Answer != Silent && it.Decision.Answer != Abstain:
		return domain.Errorf(domain.Conflict, "item %d is answered: %s", it.No, it.Decision.Answer).
			Hinted("answered items stay with their reviewer; a checker can return them").ByRule("answered")
	case it.Decision.Answer == Abstain && it.Packet == Signed:
		return domain.Errorf(domain.Conflict, "item %d is signed off and waits for a checker", it.No).
			Hinted("a checker returns it first").ByRule("signed")
	}
	return nil
}
