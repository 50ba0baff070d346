package review

import (
	"context"
	"slices"

	"countersign/domain"
)

// StandIn hands the present stage's items that nobody has answered, and that
// are where the staging or its owner put them, to whoever stands in for their
// reviewers now; and back, where a substitution in which they were staged is
// over. It gives how many moved. Every stage begins with it; done again, it
// moves nothing.
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

// awayFrom lists the assignments of the present stage whose reviewer is stood
// in for by someone else now, or stands in for someone who is back.
func awayFrom(tx Tx, campaign domain.ID) ([]Assigned, error) {
	c, err := tx.Campaign(campaign)
	if err != nil || c.State != Active {
		return nil, err
	}
	o, err := tx.Org()
	if err != nil {
		return nil, err
	}
	all, err := tx.Substitutes()
	if err != nil {
		return nil, err
	}
	in := standInsFor(c, StandInsAt(all, tx.Now(), o.Zone()))
	var out []Assigned
	for a, err := range tx.Answering(c.ID) {
		if err != nil {
			return nil, err
		}
		if a.Stage != c.Stage || a.Reviewer == "" {
			continue
		}
		last := recordOf(a)
		if hops, circle := in.follow(last); len(hops) > 0 && !circle {
			last = hops[len(hops)-1].Substitute
		}
		if last != a.Reviewer {
			out = append(out, a)
		}
	}
	return out, nil
}

// standInsFor are those that count where a stage begins: all with the launch, which a
// checker signs, and later those that people set themselves.
func standInsFor(c Campaign, all StandIns) StandIns {
	if c.Stage > 1 {
		return all.Own()
	}
	return all
}

// standIn hands over those of the assignments that are still as they were.
func (w *work) standIn(c Campaign, few []Assigned) (int, error) {
	var r rows
	h, err := w.newHandover(&r, c, c.Stage, "substitution")
	if err != nil {
		return 0, err
	}
	rs := newResolver(w.org, c, w.now, Reviewing{StandIns: standInsFor(c, h.standIns)})
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
