package review

import (
	"slices"

	"countersign/domain"
)

// hands tells through whose hands the items of a campaign's stage went. None of
// them checks what somebody else then answered: that is no second pair of
// eyes.
type hands struct {
	tx     Tx
	c      Campaign
	stage  int
	moved  map[int]bool // items of which a reviewer was changed in the stage
	ever   map[int]bool // and in any stage
	opened domain.Seq   // the event by which the stage was first asked of anybody; 0: it was not yet
}

// newHands reads what became of a stage's reviewers since it was staged.
func newHands(tx Tx, c Campaign, stage int) (*hands, error) {
	h := &hands{tx: tx, c: c, stage: stage, moved: map[int]bool{}, ever: map[int]bool{}}
	q := EventQuery{Types: []domain.EventType{EvLaunched, EvAdvanced, EvReassigned, EvDelegated, EvEscalated}, Subject: string(c.ID), Forward: true, Limit: 1000}
	for {
		es, err := tx.Events(q)
		if err != nil {
			return nil, err
		}
		for _, e := range es {
			if err := h.read(e); err != nil {
				return nil, err
			}
		}
		if len(es) < q.Limit {
			return h, nil
		}
		q.Before = es[len(es)-1].Seq
	}
}

func (h *hands) read(e domain.Event) error {
	switch e.Type {
	case EvLaunched:
		if h.stage == 1 {
			h.opened = e.Seq
		}
	case EvAdvanced:
		d, err := dataOf[AdvancedData](e)
		if err == nil && d.Stage == h.stage-1 && h.opened == 0 {
			h.opened = e.Seq
		}
		return err
	default: // EscalationData names its stage and items as PacketData does
		d, err := dataOf[PacketData](e)
		for _, no := range d.Items {
			h.ever[no] = true
			h.moved[no] = h.moved[no] || d.Stage == h.stage
		}
		return err
	}
	return nil
}

// of gives everybody else through whose hands an item went on its way to the
// reviewer who answers for it, by id: who was to review it before, on whose
// behalf it is answered, and who was stood in for in between. Where it is
// answered by whom it was staged for, those to whom it went from there.
func (h *hands) of(it Item) ([]domain.ID, error) {
	if !h.moved[it.No] && (it.For == "" || it.For == it.Reviewer) {
		return nil, nil
	}
	ever, err := h.tx.Assignments(h.c.ID, it.No, h.stage)
	if err != nil {
		return nil, err
	}
	return h.among(ever, it.Reviewer, it.For != "" && it.For != it.Reviewer)
}

// among is of for assignments that were read: of all of them, else of those on
// the reviewer's behalf.
func (h *hands) among(ever []Versioned[Assigned], reviewer domain.ID, all bool) ([]domain.ID, error) {
	var out []domain.ID
	for _, v := range ever {
		had, err := h.had(v)
		if err != nil {
			return nil, err
		}
		if !had || !all && recordOf(v.Row) != reviewer {
			continue // nobody had it by this, or it was answered beside the reviewer
		}
		for _, who := range v.Row.hands() {
			if who != reviewer && !slices.Contains(out, who) {
				out = append(out, who)
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// beside gives everybody else who answers for an item, in whatever stage, or on
// whose behalf it is answered: reviewers of one item do not check each other.
func (h *hands) beside(it Item) ([]domain.ID, error) {
	asked := it.Assigned
	if h.ever[it.No] {
		asked = nil
		for stage := range max(len(h.c.Definition.Stages), h.c.Stage, 1) {
			ever, err := h.tx.Assignments(h.c.ID, it.No, stage+1)
			if err != nil {
				return nil, err
			}
			for _, v := range ever {
				if v.To == 0 {
					asked = append(asked, v.Row)
				}
			}
		}
	}
	var out []domain.ID
	for _, a := range asked {
		for _, who := range a.hands() {
			if who != it.Reviewer && !slices.Contains(out, who) {
				out = append(out, who)
			}
		}
	}
	return out, nil
}

// had tells whether anybody had an item by an assignment. One that ended before
// its stage began gave it to nobody, nor did a substitution that was over by
// then.
func (h *hands) had(v Versioned[Assigned]) (bool, error) {
	if v.To == 0 {
		return true, nil
	}
	if h.opened == 0 || v.To < h.opened {
		return false, nil
	}
	if v.From != 0 || v.Row.For == "" {
		return true, nil
	}
	e, err := h.tx.Event(v.To)
	if err != nil {
		return false, err
	}
	d, err := dataOf[PacketData](e)
	return e.Type != EvReassigned || d.Reviewer != "", err
}
