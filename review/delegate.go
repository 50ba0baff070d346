package review

import (
	"context"

	"countersign/domain"
)

// Delegate hands the actor's own open items of the present stage to someone
// else, with a reason. Who was to review them stays on record. An item never
// comes back to anyone who had it before.
//
// Refused with a rule: "no-delegation" (by the definition), "answered",
// "not-reviewer", "signed", "late", "circle", "reviewer-inactive",
// "reviewer-away", "own-access" (the new reviewer is one of its subjects),
// "conflict", "no-countersigner".
func (s *Service) Delegate(ctx context.Context, actor domain.Actor, campaign domain.ID, items []int, to domain.ID, reason string) error {
	return s.do(ctx, actor, act{"delegate", campaign, "reviewer"}, func(w *work) error {
		c, err := w.activeCampaign(campaign)
		if err != nil {
			return err
		}
		if c.Definition.NoDelegate {
			return domain.Errorf(domain.Forbidden, "the campaign %q lets nobody delegate", c.Name).
				Hinted("ask %s, who owns it, to reassign the items", w.name(c.Owner)).ByRule("no-delegation")
		}
		in, err := Handing{Items: items, To: to, Reason: reason}.checked("delegated")
		if err != nil {
			return err
		}
		var r rows
		h, err := w.newHandover(&r, c, c.Stage, in.Reason)
		if err != nil {
			return err
		}
		p, err := h.newReviewer(in.To)
		if err != nil {
			return err
		}
		packet, err := w.Packet(c.ID, c.Stage, actor.Principal)
		if err != nil {
			return err
		}
		for _, no := range in.Items {
			if err := h.delegate(no, packet, p); err != nil {
				return err
			}
		}
		e := w.event(EvDelegated, c.ID)
		e.Reason = in.Reason
		_, err = w.append(e, PacketData{Stage: c.Stage, Reviewer: p.ID, Items: in.Items}, &r)
		return err
	})
}

// had tells whether an item was a person's to review before, or is so on
// record. Whoever only stood in for someone who came back before the stage
// began has not had it.
func (h *handover) had(ever []Versioned[Assigned], p domain.ID) (bool, error) {
	for _, v := range ever {
		if v.Row.For == p {
			return true, nil
		}
		if v.To == 0 || v.Row.Reviewer != p {
			continue
		}
		if v.From != 0 || v.Row.For == "" {
			return true, nil
		}
		e, err := h.Event(v.To)
		if err != nil {
			return false, err
		}
		if d, err := dataOf[PacketData](e); err != nil || e.Type != EvReassigned || d.Reviewer != "" {
			return true, err
		}
	}
	return false, nil
}

// delegate adds the rows of one item of the actor.
func (h *handover) delegate(no int, packet Packet, to domain.Principal) error {
	it, err := h.openItem(h.c, packet, no, nil)
	if err != nil {
		return err
	}
	if it.Decision.Answer != Silent {
		return domain.Errorf(domain.Conflict, "item %d is answered: %s", no, it.Decision.Answer).
			Hinted("take the decision back first").ByRule("answered")
	}
	now, ever, err := h.answering(no)
	if err != nil {
		return err
	}
	own, err := h.find(no, now, h.actor.Principal)
	if err != nil {
		return err
	}
	had, err := h.had(ever, to.ID)
	if err != nil {
		return err
	}
	if had || to.ID == h.actor.Principal {
		return domain.Errorf(domain.Forbidden, "item %d was %s's to review before", no, to.Name).
			Hinted("what is handed on does not come back: choose someone else, or decide it").ByRule("circle")
	}
	besides, err := h.besides(no, now, own.Reviewer)
	if err != nil {
		return err
	}
	if err := h.mayAnswer(it, now, to, true, append(besides, recordOf(own))...); err != nil {
		return err
	}
	return h.give(no, now, []domain.ID{own.Reviewer}, Assigned{Reviewer: to.ID, For: recordOf(own),
		Rule: "delegated by " + h.name(h.actor.Principal) + ": " + h.reason})
}
