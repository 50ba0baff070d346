package review

import (
	"context"
	"slices"

	"countersign/domain"
)

// Launch opens a staged campaign to its reviewers. It is the second signature
// on what was drafted and staged, exclusions and reviewers with it: the actor
// is a checker (Forbidden, rule "duty-missing") who neither owns the campaign
// nor drafted, staged or reassigned in it (Forbidden, "launch-own"). Every
// block of the pre-launch checks refuses it (Conflict, the check's name as the
// rule); so does a due date that is over ("due-over").
func (s *Service) Launch(ctx context.Context, actor domain.Actor, id domain.ID) (Campaign, error) {
	var c Campaign
	err := prepared(ctx, s, actor, act{"launch", id, "checker"}, func(tx Tx) ([]Check, error) {
		return PreLaunchOf(tx, id)
	}, func(w *work, checks []Check) error {
		before, err := w.Campaign(id)
		if err != nil {
			return err
		}
		if err := w.requireDuty(domain.DutyChecker); err != nil {
			return err
		}
		if actor.Principal == before.Owner || slices.Contains(before.Makers, actor.Principal) {
			return domain.Errorf(domain.Forbidden, "%s prepared the campaign %q and cannot launch it", w.name(actor.Principal), before.Name).
				Hinted("a checker who had no part in it launches it").ByRule("launch-own")
		}
		if err := w.unseen("the campaign "+before.Name, string(before.ID), EvRedrafted, EvStaged, EvExtended, EvReassigned); err != nil {
			return err
		}
		c, err = w.launch(before, actor.Principal, checks)
		return err
	})
	if err == nil {
		_, err = s.StandIn(ctx, actor, c.ID)
	}
	return c, err
}

// launch writes the launch that launcher signs.
func (w *work) launch(before Campaign, launcher domain.ID, checks []Check) (Campaign, error) {
	c := before
	var err error
	if c.State, err = before.move(ActLaunch, ByChecker); err != nil {
		return c, err
	}
	for _, ch := range checks {
		if ch.Block {
			return c, domain.Errorf(domain.Conflict, "the campaign %q cannot be launched: %s", c.Name, ch.Text).
				Hinted("%s", ch.Hint).ByRule(ch.Kind)
		}
	}
	if !c.Due.After(w.now) {
		return c, domain.Errorf(domain.Conflict, "the campaign %q was due at %s", c.Name, w.at(c.Due)).
			Hinted("extend it first").ByRule("due-over")
	}
	c.Stage, c.Iteration, c.Began, c.Launcher = 1, 1, w.now, launcher
	var r rows
	r.put(before, c)
	_, err = w.append(w.event(EvLaunched, c.ID), map[string]int{"warnings": len(checks)}, &r)
	return c, err
}

// made adds the actor to those who prepared a campaign.
func (w *work) made(c *Campaign) {
	if !slices.Contains(c.Makers, w.actor.Principal) {
		c.Makers = append(slices.Clone(c.Makers), w.actor.Principal)
	}
}
