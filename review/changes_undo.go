package review

import (
	"context"
	"errors"
	"slices"

	"countersign/domain"
)

// Undo proposes the inverse of an applied change set: what it began ends,
// what it ended begins again, the last change first. What moved on since is
// stale and refused. A change set that was not applied is a Conflict (rule
// "not-applied").
func (s *Service) Undo(ctx context.Context, actor domain.Actor, id domain.ID, reason string) (Proposal, error) {
	var p Proposal
	err := s.do(ctx, actor, act{"undo", id, "maker"}, func(w *work) error {
		cs, err := w.ChangeSet(id)
		if err != nil {
			return err
		}
		if cs.State != domain.Applied {
			return domain.Errorf(domain.Conflict, "%q was never applied: it is %s", cs.Title, cs.State).
				Hinted("there is nothing to undo").ByRule("not-applied")
		}
		p, err = w.propose(domain.ChangeSet{Title: "Undo: " + cs.Title, Reason: reason, Changes: Inverse(cs.Changes)}, ChangeData{})
		return err
	})
	return p, err
}

// Inverse gives the changes that undo changes, the last first.
func Inverse(changes []domain.Change) []domain.Change {
	out := make([]domain.Change, 0, len(changes))
	for _, c := range slices.Backward(changes) {
		out = append(out, domain.Change{Before: c.After, After: c.Before})
	}
	return out
}

// Rebuild proposes a stale change set again on the present state: what it
// meant to change is changed there, what is so already is left out. A waiting
// one that is stale is marked so first. Conflict "nothing-left": the present
// state is what it asked for; "not-stale": it still fits.
func (s *Service) Rebuild(ctx context.Context, actor domain.Actor, id domain.ID) (Proposal, error) {
	var p Proposal
	err := s.do(ctx, actor, act{"rebuild", id, "maker"}, func(w *work) error {
		cs, err := w.ChangeSet(id)
		if err != nil {
			return err
		}
		switch cs.State {
		case domain.Stale:
		case domain.Proposed:
			_, _, err := w.org.With(cs, w.now)
			var e *domain.Error
			if !errors.As(err, &e) || e.Rule != domain.RuleStale {
				return domain.Errorf(domain.Conflict, "%q still fits the present state", cs.Title).
					Hinted("it waits for a checker").ByRule("not-stale")
			}
			if _, err := w.end(cs, domain.EvStale, domain.Stale, e.Message); err != nil {
				return err
			}
		default:
			return domain.Errorf(domain.Conflict, "%q was %s", cs.Title, cs.State).
				Hinted("only a stale change set is rebuilt").ByRule("not-stale")
		}
		changes, err := rebuilt(w.org, cs.Changes)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			return domain.Errorf(domain.Conflict, "nothing is left of %q: the present state is what it asked for", cs.Title).
				Hinted("withdraw it").ByRule("nothing-left")
		}
		p, err = w.propose(domain.ChangeSet{Title: cs.Title, Reason: cs.Reason, Source: cs.Source, Changes: changes}, ChangeData{})
		return err
	})
	return p, err
}
