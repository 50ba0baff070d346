package review

import (
	"context"
	"strconv"

	"countersign/domain"
)

// UndoDecision goes back to the version before the last of the actor's
// decision on an item, or to undecided, while the item is open. Every version
// stays on record; undoing again goes one version further back. Conflict
// "nothing-to-undo": it is undecided.
func (s *Service) UndoDecision(ctx context.Context, actor domain.Actor, campaign domain.ID, item int) (Decision, error) {
	var now Decision
	err := s.do(ctx, actor, act{"undo", campaign + "/" + domain.ID(strconv.Itoa(item)), "reviewer"}, func(w *work) error {
		c, err := w.activeCampaign(campaign)
		if err != nil {
			return err
		}
		packet, err := w.Packet(c.ID, c.Stage, actor.Principal)
		if err != nil {
			return err
		}
		it, err := w.openItem(c, packet, item, nil)
		if err != nil {
			return err
		}
		if it.Decision.Answer == Silent {
			return domain.Errorf(domain.Conflict, "item %d is undecided: there is nothing to undo", item).
				Hinted("decide it").ByRule("nothing-to-undo")
		}
		votes, err := w.Votes(c.ID, item)
		if err != nil {
			return err
		}
		var r rows
		if back, ok := versionBefore(votes, it); ok && back.Round == it.Decision.Round {
			now = back
			r.put(it.Decision, back)
		} else {
			now = Decision{Campaign: c.ID, Item: item, Stage: c.Stage, Reviewer: actor.Principal}
			r.put(it.Decision, nil)
		}
		e := w.event(EvUndone, c.ID)
		e.Subject += "/" + strconv.Itoa(item)
		e.Decision = now.Answer.String()
		_, err = w.append(e, DecidedData{Stage: c.Stage, Items: 1}, &r)
		return err
	})
	return now, err
}

// versionBefore replays the versions of a decision as a stack, in which a
// version equal to the one below the top is an undo, and gives what is below
// the top.
func versionBefore(votes []Versioned[Decision], it Item) (Decision, bool) {
	var stack []Decision
	var last domain.Seq
	for _, v := range votes {
		if v.Row.Reviewer != it.Reviewer || v.Row.Stage != it.Stage {
			continue
		}
		if last != 0 && last != v.From {
			stack = nil // it was undecided in between
		}
		last = v.To
		if n := len(stack); n > 1 && stack[n-2] == v.Row {
			stack = stack[:n-1]
			continue
		}
		stack = append(stack, v.Row)
	}
	if len(stack) < 2 {
		return Decision{}, false
	}
	return stack[len(stack)-2], true
}
