package review

import (
	"slices"
	"strings"

	"countersign/domain"
)

// What is read back of high-risk items takes a reason for each that no other
// high-risk item of the packet has: one reason for several is a bulk, which
// none of them is part of (PRODUCT 5), in however many files they come.

func needsOwnReason(it Item, d Decision) error {
	return domain.Errorf(domain.Invalid, "item %d is high-risk: to %s it in a workbook needs a reason of its own", it.No, d.Answer).
		Hinted("say in its row why").ByRule("reason-missing")
}

// sharesReason refuses the reason of a high-risk item that is another's too.
func sharesReason(no, other int) error {
	return domain.Errorf(domain.Invalid, "item %d is high-risk and has the same reason as the high-risk item %d: each needs a reason of its own", no, other).
		Hinted("say in each row why").ByRule("reason-shared")
}

// folded gives a reason without regard to case and blanks.
func folded(reason string) string {
	return domain.Fold(strings.Join(strings.Fields(reason), " "))
}

// givenReasons are the reasons on record in a packet, folded, with the items
// they were given for.
type givenReasons struct {
	tx       Tx
	c        Campaign
	stage    int
	reviewer domain.ID
	items    map[string][]int
}

func newGivenReasons(tx Tx, c Campaign, stage int, reviewer domain.ID) (*givenReasons, error) {
	g := &givenReasons{tx: tx, c: c, stage: stage, reviewer: reviewer, items: map[string][]int{}}
	for d, err := range tx.StoredDecisions(c.ID, stage, reviewer, 0) {
		if err != nil {
			return nil, err
		}
		if d.Reason != "" {
			key := folded(d.Reason)
			g.items[key] = append(g.items[key], d.Item)
		}
	}
	return g, nil
}

// also gives the other high-risk items whose decision in force has a reason.
func (g *givenReasons) also(no int, reason string) ([]int, error) {
	var out []int
	for _, other := range g.items[folded(reason)] {
		if other == no {
			continue
		}
		its, err := g.tx.Items(ItemQuery{Campaign: g.c.ID, Stage: g.stage, Reviewer: g.reviewer, No: other, HighRisk: true})
		if err != nil {
			return nil, err
		}
		if len(its) > 0 && folded(its[0].Decision.Reason) == folded(reason) {
			out = append(out, other)
		}
	}
	return out, nil
}

// ownReasons refuses an act of reading back by which a high-risk item would
// have the reason of another that stays as it is.
func (w *work) ownReasons(c Campaign, in []DecisionInput) error {
	if w.entry == nil || len(w.entry.reasons) == 0 {
		return nil
	}
	g, err := newGivenReasons(w, c, c.Stage, w.entry.Reviewer)
	if err != nil {
		return err
	}
	said := make(map[int]bool, len(in))
	for _, one := range in {
		said[one.Item] = true
	}
	for _, one := range in {
		if w.entry.reasons[folded(one.Reason)] != one.Item {
			continue // not high-risk
		}
		others, err := g.also(one.Item, one.Reason)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(others, func(no int) bool { return !said[no] }); i >= 0 {
			return sharesReason(one.Item, others[i])
		}
	}
	return nil
}

// ownReason refuses high-risk rows of a packet that have the same reason, the
// first of them too, and notes the items on record that have it.
func (r *Reading) ownReason(j *Judged) error {
	key := folded(j.input.Reason)
	if r.given[j.key] == nil {
		c, err := r.tx.Campaign(j.Campaign)
		if err != nil {
			return err
		}
		if r.given[j.key], err = newGivenReasons(r.tx, c, j.key.stage, j.Reviewer); err != nil {
			return err
		}
		r.reasons[j.key] = map[string]int{}
	}
	var err error
	if j.shares, err = r.given[j.key].also(j.Item, j.input.Reason); err != nil {
		return err
	}
	at, again := r.reasons[j.key][key]
	if !again || r.judged[at].Kind == RowDuplicate {
		r.reasons[j.key][key] = len(r.judged)
		return nil
	}
	first := &r.judged[at]
	j.refuseReason(first.Item)
	if first.Kind == RowAccepted {
		first.refuseReason(j.Item)
	}
	return nil
}

func (j *Judged) refuseReason(other int) {
	j.Kind, j.Why = RowIllegal, asError(sharesReason(j.Item, other)).Message
}

// settle refuses the accepted rows whose reason another item has on record that
// no accepted row changes. One that is refused leaves its item as it was, which
// may refuse another.
func (r *Reading) settle() {
	for again := true; again; {
		again = false
		for i := range r.judged {
			j := &r.judged[i]
			if j.Kind != RowAccepted {
				continue
			}
			stays := slices.IndexFunc(j.shares, func(no int) bool {
				return !slices.ContainsFunc(r.judged, func(o Judged) bool { return o.Kind == RowAccepted && o.key == j.key && o.Item == no })
			})
			if stays >= 0 {
				j.refuseReason(j.shares[stays])
				again = true
			}
		}
	}
}
