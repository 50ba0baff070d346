package review

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// keptItem is a countersigned decision on a holding, by the holding's id.
type keptItem struct {
	no    int
	level domain.Level
	kept  bool
}

// verifier judges what became of items, as a pure function of the
// organisation at one event.
type verifier struct {
	o       *domain.Org
	now     time.Time
	horizon time.Time
	c       Campaign
	decided map[domain.ID]keptItem
	frozen  *domain.Org                                    // as it was reviewed; nil where every holder is a principal
	endedBy func(domain.Grant) (domain.Seq, string, error) // the event that last changed a holding, and the source of an import
}

// Verify looks at the present state and gives every countersigned item its
// result (PRODUCT 5): Verified when its grant is gone, lowered or, for a keep,
// as decided, and nobody it reached exceeds the decision by a path nobody
// reviewed, now or in a window before the horizon; Retained when what is left
// is kept by other items of the campaign; Residual with the paths left;
// Outside until an import of its source took it away. It may be run again at
// any time; what does not change is not written again.
func (s *Service) Verify(ctx context.Context, actor domain.Actor, campaign domain.ID) (map[Result]int, error) {
	a := act{"verify", campaign, "campaign-owner"}
	results := map[Result]int{}
	var c Campaign
	var was verifier
	err := s.do(ctx, actor, a, func(w *work) error {
		before, err := w.ownCampaign(campaign)
		if err != nil {
			return err
		}
		c = before
		if c.State, err = before.move(ActVerify, ByOwner); err != nil {
			return err
		}
		var r rows
		r.put(before, c)
		_, err = w.append(w.event(EvVerifying, c.ID), nil, &r)
		return err
	})
	if err != nil {
		return results, err
	}
	if err := s.closeStage(ctx, actor, c.ID, a.duty); err != nil {
		return results, err
	}
	err = s.store.View(ctx, func(tx Tx) (err error) {
		was, err = newVerifier(tx, c)
		return err
	})
	if err != nil {
		return results, err
	}
	err = s.inParts(ctx, actor, a, c.TieOut.InScope, outcomesPart, func(w *work, from, to int) error { return w.verify(was, from, to, results) })
	return results, err
}

// verify judges the items behind one number, up to another.
func (w *work) verify(v verifier, from, to int, results map[Result]int) error {
	c := v.c
	items, err := w.Items(ItemQuery{Campaign: c.ID, State: ItemFinal, After: from, Limit: to - from})
	if err != nil {
		return err
	}
	v.look(w, w.org)
	var r rows
	batch := map[Result]int{}
	for _, it := range items {
		if it.No > to {
			break
		}
		o, err := v.item(it)
		if err != nil {
			return err
		}
		results[o.Result]++
		if same := it.Outcome; sameOutcome(same, o) {
			continue
		}
		if o.Result == Pending && it.Outcome.Campaign == "" {
			continue
		}
		batch[o.Result]++
		w.settle(&r, c, it, o)
	}
	if len(r.deltas) == 0 {
		return r.err
	}
	_, err = w.append(w.event(EvOutcomes, c.ID), OutcomeData{State: w.org.Key(), Results: resultWordsOf(batch)}, &r)
	return err
}

// sameOutcome tells whether nothing but the event looked at differs.
func sameOutcome(a, b Outcome) bool {
	return a.Result == b.Result && a.Left == b.Left && a.ChangeSet == b.ChangeSet && slices.Equal(a.By, b.By) &&
		a.Until == b.Until && a.Reason == b.Reason && a.Approver == b.Approver && a.Campaign != ""
}

// item judges one item.
func (v *verifier) item(it Item) (Outcome, error) {
	out := Outcome{ChangeSet: it.Outcome.ChangeSet, At: v.o.Key()}
	if it.Outcome.Result == Exception && !v.over(it.Outcome.Until) {
		return it.Outcome, nil
	}
	row, there := v.o.Holding(it.Holding.ID)
	now, _ := row.Record.(domain.Grant)
	word := it.Holding.Ladder().Word
	switch it.Ruling.Answer {
	case Silent, Abstain:
		out.Left = "nobody decided it: " + it.Ruling.Answer.String()
		return out, nil
	case Keep:
		if there && now.Level > it.Ruling.Level {
			out.Result, out.Left = Residual, fmt.Sprintf("raised to %s since %s was kept", word(now.Level), word(it.Ruling.Level))
			return out, nil
		}
		if there && v.wider(now.Window, it.Holding.Window) {
			return v.widened(it, now, out), nil
		}
		out.Result = Verified
		if !there || now.Level < it.Ruling.Level {
			seq, _, err := v.endedBy(it.Holding)
			out.At = seq
			return out, err
		}
		return out, nil
	}
	if there && now.Level > it.Ruling.Level {
		return v.standing(it, now, out), nil
	}
	if there && now.Level > domain.None && v.wider(now.Window, it.Holding.Window) {
		return v.widened(it, now, out), nil
	}
	return v.lowered(it, out)
}

func (v *verifier) over(until domain.Date) bool {
	return until != "" && domain.Window{To: until}.Span(v.o.Zone()).To <= v.now.Unix()
}

// standing is an item whose grant is still above what was decided.
func (v *verifier) standing(it Item, now domain.Grant, out Outcome) Outcome {
	word := it.Holding.Ladder().Word
	switch {
	case now.Origin.Outside():
		out.Result, out.Left = Outside, "to be taken away in "+now.Origin.Source
	case it.Outcome.Result == Failed:
		return it.Outcome
	case it.Outcome.ChangeSet != "" || it.Outcome.Result == Verified || it.Outcome.Result == Retained || it.Outcome.Result == Residual:
		out.Result, out.Left = Residual, fmt.Sprintf("given again: %s, decided was %s", word(now.Level), word(it.Ruling.Level))
	}
	return out
}

// lowered is an item whose grant is gone or low enough: what is left by other
// paths decides.
func (v *verifier) lowered(it Item, out Outcome) (Outcome, error) {
	out.Result = Verified
	if it.Holding.Origin.Outside() {
		seq, source, err := v.endedBy(it.Holding)
		if err != nil {
			return out, err
		}
		if source != it.Holding.Origin.Source {
			out.Result = Outside
			out.Left = "taken away here; still to be shown by an import of " + it.Holding.Origin.Source
			return out, nil
		}
		out.At = seq
	} else if out.ChangeSet == "" {
		seq, _, err := v.endedBy(it.Holding)
		if err != nil {
			return out, err
		}
		out.At = seq
	}
	if it.Holding.Target.Kind == domain.TargetAccessType {
		return out, nil // the rung itself says who still reaches the agent
	}
	unreviewed, by := v.left(it)
	if len(unreviewed) == 0 && len(by) == 0 {
		return out, nil
	}
	out.At = v.o.Key()
	if len(unreviewed) > 0 {
		out.Result, out.Left = Residual, strings.Join(RemainWords(v.o, unreviewed, it.Reach), "; ")
		return out, nil
	}
	out.Result = Retained
	for no := range by {
		out.By = append(out.By, no)
	}
	slices.Sort(out.By)
	out.Left = "retained by " + itemList(out.By)
	return out, nil
}

// left gives what those an item's holding reached have above its ruling by
// paths that nobody reviewed, and the items that keep the other paths.
func (v *verifier) left(it Item) (unreviewed []domain.Remaining, by map[int]bool) {
	by = map[int]bool{}
	for _, r := range v.o.RemainsFor(it.Holding, it.Ruling.Level, v.reached(it), v.now, v.horizon) {
		open := r
		open.Paths = nil
		for _, p := range r.Paths {
			if no, ok := v.retainedBy(p); ok {
				by[no] = true
			} else {
				open.Paths = append(open.Paths, p)
			}
		}
		if len(open.Paths) > 0 || len(r.Paths) == 0 {
			unreviewed = append(unreviewed, open)
		}
	}
	return unreviewed, by
}

// retainedBy gives the item that keeps a path: the one of the grant that names
// the target, kept at no less than the path gives; for a role's reach, that of
// the role. A grant on the way that was decided to go keeps nothing.
func (v *verifier) retainedBy(p domain.Path) (int, bool) {
	if len(p.Via) == 0 {
		return 0, false
	}
	last := p.Grant
	if last == "" {
		last = p.Via[len(p.Via)-1]
	}
	k, ok := v.decided[last]
	if !ok || !k.kept || p.Grant != "" && k.level < p.Level {
		return 0, false
	}
	for _, id := range p.Via {
		on, decided := v.decided[id]
		if decided && !on.kept {
			return 0, false
		}
		if row, ok := v.o.Holding(id); !decided && ok && row.Since > v.c.Frozen {
			return 0, false // given since: nobody has reviewed it
		}
	}
	return k.no, true
}

// Close ends a campaign whose every item is verified, retained or under an
// exception, and is so still: the present state is looked at once more. Any other refuses it (Conflict, rule "unsettled") with a count by
// result.
func (s *Service) Close(ctx context.Context, actor domain.Actor, campaign domain.ID) (Campaign, error) {
	var c Campaign
	err := prepared(ctx, s, actor, act{"close", campaign, "campaign-owner"}, func(tx Tx) (map[string][]int, error) {
		c, err := tx.Campaign(campaign)
		if err != nil || c.Population == "" {
			return nil, err
		}
		open, err := unsettled(tx, c)
		if err == nil && c.State == Verifying {
			err = givenAgain(tx, c, open)
		}
		return open, err
	}, func(w *work, open map[string][]int) error {
		before, err := w.ownCampaign(campaign)
		if err != nil {
			return err
		}
		c = before
		if c.State, err = before.move(ActClose, ByOwner); err != nil {
			return err
		}
		if len(open) > 0 {
			var parts []string
			for _, k := range []string{"residual", "failed", "outside", "pending", "undecided", "abstain", "not countersigned",
				"no longer so"} {
				if n := len(open[k]); n > 0 {
					parts = append(parts, fmt.Sprintf("%d %s (%s)", n, k, itemList(open[k])))
				}
			}
			return domain.Errorf(domain.Conflict, "the campaign %q cannot close: %s", c.Name, strings.Join(parts, ", ")).
				Hinted("remedy and verify them, or have a checker make an exception").ByRule("unsettled")
		}
		c.ClosedAt = w.now
		var r rows
		r.put(before, c)
		_, err = w.append(w.event(EvClosed, c.ID), map[string]int{"items": c.TieOut.InScope}, &r)
		return err
	})
	return c, err
}

// unsettled lists the items that keep a campaign open, by why.
func unsettled(tx Tx, c Campaign) (map[string][]int, error) {
	out := map[string][]int{}
	err := eachItem(tx, ItemQuery{Campaign: c.ID}, func(it Item) error {
		var k string
		switch {
		case settles(it.Outcome.Result):
			return nil
		case it.Ruling.Iteration == 0:
			k = "not countersigned"
		case it.Ruling.Answer == Silent || it.Ruling.Answer == Abstain:
			k = it.Ruling.Answer.String()
		default:
			k = it.Outcome.Result.String()
		}
		out[k] = append(out[k], it.No)
		return nil
	})
	return out, err
}
