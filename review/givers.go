package review

import "countersign/domain"

// giversOf says who is behind the change sets that are applied, by the event
// that applied them, for those events that wanted names. What no change set
// brought (the founding of the organisation) has nobody behind it here.
func giversOf(tx Tx, wanted map[domain.Seq]bool) (map[domain.Seq]giver, error) {
	const page = 500
	out := make(map[domain.Seq]giver, len(wanted))
	q := ChangeSetQuery{States: []domain.ChangeState{domain.Applied}, Limit: page}
	for {
		heads, err := tx.ChangeSets(q)
		if err != nil {
			return nil, err
		}
		for _, cs := range heads {
			if !wanted[cs.Ended] {
				continue
			}
			g := giver{maker: cs.Maker, imported: cs.Source != domain.SourceFile{}}
			given, err := tx.Approvals(cs.ID)
			if err != nil {
				return nil, err
			}
			for _, a := range given {
				g.checkers = append(g.checkers, a.Checker)
			}
			out[cs.Ended] = g
		}
		if len(heads) < page {
			return out, nil
		}
		q.Before = heads[len(heads)-1].Proposed
	}
}
