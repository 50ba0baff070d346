package review

import (
	"slices"

	"countersign/domain"
)

// said tells whether a decision is somebody's: its reviewer's, or of whoever
// entered it.
func (d Decision) said(who domain.ID) bool {
	return who != "" && (d.Reviewer == who || d.Entered == who)
}

// everAsked tells whether a person ever had a part in what is answered about
// an item, in any stage: it was theirs on its way to whoever answers, or they
// decided, or entered an answer. Whoever had does not judge of it afterwards.
func everAsked(tx Tx, c Campaign, no int, who domain.ID) (bool, error) {
	for stage := range max(len(c.Definition.Stages), c.Stage, 1) {
		all, err := tx.Assignments(c.ID, no, stage+1)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(all, func(v Versioned[Assigned]) bool { return v.Row.hand(who) }) {
			return true, nil
		}
	}
	votes, err := tx.Votes(c.ID, no)
	return slices.ContainsFunc(votes, func(v Versioned[Decision]) bool { return v.Row.said(who) }), err
}

// wasAsked is everAsked about all items of a campaign.
func wasAsked(tx Tx, c Campaign, who domain.ID) (bool, error) {
	for a, err := range tx.Answering(c.ID) {
		if err != nil || a.hand(who) {
			return err == nil, err
		}
	}
	for v, err := range tx.DecisionVersions(c.ID) {
		if err != nil || v.Row.said(who) {
			return err == nil, err
		}
	}
	for it, err := range tx.Staged(c.Population) {
		if err != nil || slices.ContainsFunc(it.Assigned, func(a Assigned) bool { return a.hand(who) }) {
			return err == nil, err
		}
	}
	moved := map[int]bool{} // what was handed on may have been theirs in between
	for stage := range max(len(c.Definition.Stages), c.Stage, 1) {
		h, err := newHands(tx, c, stage+1)
		if err != nil {
			return false, err
		}
		for no := range h.moved {
			moved[no] = true
		}
	}
	for no := range moved {
		if asked, err := everAsked(tx, c, no, who); err != nil || asked {
			return asked, err
		}
	}
	return false, nil
}
