package review

import (
	"context"
	"time"

	"countersign/domain"
)

// aheadFrom is how many changes make it worth working out what a change set
// does before the writer is taken: on 100,000 that is seconds.
const aheadFrom = 500

// ahead is what was worked out of a change set on a picture, for the write
// transaction that proposes or applies it. It holds only while nothing at all
// was recorded since and no window can have opened or closed; else everything
// is worked out again inside, as it is of a small one.
type ahead struct {
	size   int64     // of the log
	at     time.Time // of the picture
	cs     domain.ChangeSet
	by     domain.Actor
	v      domain.Verdict
	deltas []domain.Delta // of what is to be proposed
}

// judgeAhead judges what read gives, nil where it is small, is not there, or
// cannot be judged: whoever acts is told why by the act itself.
func (s *Service) judgeAhead(ctx context.Context, read func(Tx, *domain.Org) (cs domain.ChangeSet, by domain.Actor, err error)) *ahead {
	var a ahead
	err := s.store.View(ctx, func(tx Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		head, err := tx.Log()
		if err != nil {
			return err
		}
		a.size, a.at = head.Size, tx.Now()
		if a.cs, a.by, err = read(tx, o); err != nil || len(a.cs.Changes) < aheadFrom {
			return err
		}
		a.v, err = judge(tx, s.rules, o, a.cs, a.by)
		return err
	})
	if err != nil || len(a.cs.Changes) < aheadFrom {
		return nil
	}
	return &a
}

// quarter is the shortest time between two instants at which a day can begin
// anywhere: zones differ from UTC by whole quarters of an hour.
const quarter = 15 * time.Minute

// holds tells whether what was worked out ahead is so still.
func (w *work) holds() bool {
	a := w.ahead
	if a == nil || !a.at.Truncate(quarter).Equal(w.now.Truncate(quarter)) {
		return false
	}
	head, err := w.Log()
	return err == nil && head.Size == a.size
}

// is tells whether the change set is the one that was looked at ahead.
func (a *ahead) is(cs domain.ChangeSet) bool {
	return a != nil && len(a.cs.Changes) > 0 && len(a.cs.Changes) == len(cs.Changes) && &a.cs.Changes[0] == &cs.Changes[0]
}

// toPropose gives a change set as its maker proposes it on an organisation.
func toPropose(o *domain.Org, cs domain.ChangeSet, maker domain.ID) domain.ChangeSet {
	cs.Maker, cs.BasedOn, cs.State = maker, o.Key(), domain.Proposed
	cs.Campaign = "" // only Remediate makes change sets of a campaign
	return cs
}

// deltasOf encodes changes.
func deltasOf(changes []domain.Change) ([]domain.Delta, error) {
	out := make([]domain.Delta, 0, len(changes))
	for _, c := range changes {
		d, err := domain.DeltaOf(c.Before, c.After)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}
