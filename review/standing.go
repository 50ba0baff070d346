package review

import (
	"context"
	"slices"

	"countersign/domain"
)

// StandIn hands the present stage's items that nobody has answered, and that
// are where the staging or its owner put them, to whoever their reviewers set to
// stand in for them now; and back, where a substitution in which they were staged
// is over. What others set counts as it was when the items were staged, which the
// launch signs, and moves nothing after it. It gives how many moved. Every stage
// begins with it; done again, it moves nothing.
func (s *Service) StandIn(ctx context.Context, actor domain.Actor, campaign domain.ID) (int, error) {
	var todo []Assigned
	err := s.store.View(ctx, func(tx Tx) (err error) {
		todo, err = awayFrom(tx, campaign)
		return err
	})
	done := 0
	for len(todo) > 0 && err == nil {
		few := todo[:min(len(todo), MostHanded)]
		todo = todo[len(few):]
		err = s.do(ctx, actor, act{"stand in", campaign, ""}, func(w *work) error {
			c, err := w.Campaign(campaign)
			if err != nil || c.State != Active || c.Stage != few[0].Stage {
				return err
			}
			n, err := w.standIn(c, few)
			done += n
			return err
		})
	}
	return done, err
}

// standInsNow gives the substitutions in force.
func standInsNow(tx Tx) (StandIns, error) {
	o, err := tx.Org()
	if err != nil {
		return nil, err
	}
	all, err := tx.Substitutes()
	if err != nil {
		return nil, err
	}
	return StandInsAt(all, tx.Now(), o.Zone()), nil
}

// awayFrom lists the assignments of the present stage that are to be somebody else's.
func awayFrom(tx Tx, campaign domain.ID) ([]Assigned, error) {
	c, err := tx.Campaign(campaign)
	if err != nil || c.State != Active {
		return nil, err
	}
	in, err := standInsNow(tx)
	if err != nil {
		return nil, err
	}
	own := in.Own()
	var out []Assigned
	for a, err := range tx.Answering(c.ID) {
		if err != nil {
			return nil, err
		}
		if a.Stage != c.Stage || a.Reviewer == "" {
			continue
		}
		if movesOn(in, own, a) {
			out = append(out, a)
		}
	}
	return out, nil
}

// movesOn tells whether an assignment is to be somebody else's: own are those of the
// substitutions in force that people set themselves. Who was given an item by any
// that is still in force keeps it.
func movesOn(in, own StandIns, a Assigned) bool {
	record := recordOf(a)
	if last := in.last(record); last == a.Reviewer {
		return false
	} else if last == record {
		return true // who was away is back
	}
	last := own.last(record)
	return last != record && last != a.Reviewer
}

// standIn hands over those of the assignments that are still as they were.
func (w *work) standIn(c Campaign, few []Assigned) (int, error) {
	var r rows
	h, err := w.newHandover(&r, c, c.Stage, "substitution")
	if err != nil {
		return 0, err
	}
	rs := newResolver(w.org, c, w.now, Reviewing{StandIns: h.standIns.Own()})
	var nos []int
	for _, a := range few {
		moved, err := h.stand(rs, a)
		if err != nil {
			return 0, err
		}
		if moved {
			nos = append(nos, a.Item)
		}
	}
	if len(nos) == 0 {
		return 0, nil
	}
	e := w.event(EvReassigned, c.ID)
	e.Reason = h.reason
	_, err = w.append(e, PacketData{Stage: c.Stage, Items: nos}, &r)
	return len(nos), err
}

// stand adds the rows of one assignment. Whoever may not answer in somebody's
// place leaves the item where it is.
func (h *handover) stand(rs *resolver, a Assigned) (moved bool, err error) {
	now, _, err := h.answering(a.Item)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(now, func(v Versioned[Assigned]) bool { return v.Row.same(a) })
	if i < 0 || now[i].From != 0 && a.For != "" { // handed on since: who has it was asked themselves
		return false, nil
	}
	it, err := h.itemOf(a.Item, a.Reviewer)
	if e := asError(err); e != nil && e.Rule == "move" {
		return false, nil
	}
	if err != nil || it.Decision.Answer != Silent {
		return false, err
	}
	ask := &asking{resolver: rs, h: holding{it.Holding, it.Since, append(slices.Clone(it.Subjects), h.subjects(it)...)}}
	rule := a.Rule
	if a.For != "" {
		rule = "reviewer of record"
	}
	one, ok := ask.eligible(candidate{rule, recordOf(a)})
	if !ok || one.Reviewer == a.Reviewer {
		return false, nil
	}
	p, ok := h.org.Principal(one.Reviewer)
	if !ok {
		return false, nil
	}
	if err := h.mayAnswer(it, now, p, false, append(one.Past, one.For)...); err != nil {
		if e := asError(err); e != nil && e.Rule != "" {
			return false, nil
		}
		return false, err
	}
	return true, h.give(a.Item, now, []domain.ID{a.Reviewer}, Assigned{Reviewer: one.Reviewer, For: one.For, Rule: one.Rule, Past: one.Past})
}
