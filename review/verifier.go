package review

import (
	"fmt"
	"slices"
	"time"

	"countersign/domain"
)

// newVerifier reads what judging a campaign's items takes: what was decided,
// and the organisation as it was reviewed where a lowered item is held by more
// than one person.
func newVerifier(tx Tx, c Campaign) (verifier, error) {
	v := verifier{c: c, decided: map[domain.ID]keptItem{}}
	many := false
	err := eachItem(tx, ItemQuery{Campaign: c.ID, State: ItemFinal}, func(it Item) error {
		if it.Ruling.Answer != Silent && it.Ruling.Answer != Abstain {
			v.decided[it.Holding.ID] = keptItem{it.No, it.Ruling.Level, it.Ruling.Answer != Revoke}
			lowered := it.Ruling.Answer == Reduce || it.Ruling.Answer == Revoke
			many = many || lowered && isShared(it.Holding)
		}
		return nil
	})
	if err == nil && many {
		v.frozen, err = tx.OrgAt(c.Frozen)
	}
	return v, err
}

func isShared(g domain.Grant) bool {
	return g.Holder.Kind == domain.HolderGroup || g.Holder.Kind == domain.HolderRole
}

// look sets the picture that items are judged on.
func (v *verifier) look(tx Tx, o *domain.Org) {
	v.o, v.now, v.horizon = o, tx.Now(), Horizon(v.c.Definition, tx.Now())
	v.endedBy = func(g domain.Grant) (domain.Seq, string, error) { return endedBy(tx, o, g) }
}

// reached gives whom an item's holding reached when it was frozen.
func (v *verifier) reached(it Item) []domain.ID {
	if v.frozen == nil || !isShared(it.Holding) {
		return nil
	}
	return v.frozen.Reaches(it.Holding, v.c.FrozenAt)
}

// wider tells whether a window lets more in than it did, from now on.
func (v *verifier) wider(now, was domain.Window) bool {
	if now == was {
		return false
	}
	a, b := now.Span(v.o.Zone()), was.Span(v.o.Zone())
	return a.To > b.To || a.From < b.From && b.From > v.now.Unix()
}

// widened is an item whose grant holds for longer than what was decided on.
func (v *verifier) widened(it Item, now domain.Grant, out Outcome) Outcome {
	out.Result = Residual
	out.Left = fmt.Sprintf("its window was widened since it was reviewed: it was %s and is %s",
		WindowWords(it.Holding.Window), WindowWords(now.Window))
	return out
}

// endedBy finds the event that last changed a holding, and the source where
// that was an import.
func endedBy(tx Tx, o *domain.Org, g domain.Grant) (domain.Seq, string, error) {
	id := g.ID
	if g.Target.Kind == domain.TargetAccessType || g.Target.Kind == domain.TargetCreator {
		id = g.Target.ID
	}
	es, err := tx.Events(EventQuery{Types: []domain.EventType{domain.EvApplied}, Entity: id, Limit: 1})
	if err != nil || len(es) == 0 {
		return o.Key(), "", err
	}
	d, err := dataOf[ChangeData](es[0])
	return es[0].Seq, d.Source.Source, err
}

// givenAgain adds to open the items that were settled by the last
// verification and are not by the state now: given again, widened, or under
// an exception that is over.
func givenAgain(tx Tx, c Campaign, open map[string][]int) error {
	o, err := tx.Org()
	if err != nil {
		return err
	}
	v, err := newVerifier(tx, c)
	if err != nil {
		return err
	}
	v.look(tx, o)
	return eachItem(tx, ItemQuery{Campaign: c.ID, State: ItemFinal}, func(it Item) error {
		if !settles(it.Outcome.Result) {
			return nil // listed already
		}
		now, err := v.item(it)
		if err == nil && !settles(now.Result) {
			k := "no longer so"
			if now.Result == Residual {
				k = Residual.String()
			}
			open[k] = append(open[k], it.No)
		}
		return err
	})
}

func settles(r Result) bool { return r == Verified || r == Retained || r == Exception }

// subjectsNow gives an item's subjects as they were frozen, and those there
// are now: who joined the group or came to own the key in between. known
// keeps what was found, by holder. Both lists come sorted.
func subjectsNow(o *domain.Org, it Item, at time.Time, known map[domain.Holder][]domain.ID) []domain.ID {
	now, ok := known[it.Holding.Holder]
	if !ok {
		now = o.Subjects(it.Holding, at)
		known[it.Holding.Holder] = now
	}
	out := it.Subjects
	for _, id := range now {
		if _, was := slices.BinarySearch(it.Subjects, id); !was {
			out = append(slices.Clip(out), id)
		}
	}
	return out
}

// subjects is subjectsNow for the act under way.
func (w *work) subjects(it Item) []domain.ID {
	if w.known == nil {
		w.known = map[domain.Holder][]domain.ID{}
	}
	return subjectsNow(w.org, it, w.now, w.known)
}
