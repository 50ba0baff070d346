package review

import "countersign/domain"

// looked is what the packets of a campaign's present stage have in common, read once
// in a transaction: through whose hands items went, and who entered decisions for whom.
type looked struct {
	tx      Tx
	c       Campaign
	through *hands
	entered map[domain.ID]map[domain.ID]domain.Seq // by who entered, then by reviewer
}

func lookAt(tx Tx, c Campaign) *looked {
	return &looked{tx: tx, c: c, entered: map[domain.ID]map[domain.ID]domain.Seq{}}
}

func (l *looked) hands() (_ *hands, err error) {
	if l.through == nil {
		l.through, err = newHands(l.tx, l.c, l.c.Stage)
	}
	return l.through, err
}

// entering gives the newest event by which somebody entered decisions of a reviewer's
// packet, 0 where there is none: whoever wrote something in does not check it.
func (l *looked) entering(reviewer, who domain.ID) (domain.Seq, error) {
	if by, ok := l.entered[who]; ok {
		return by[reviewer], nil
	}
	by := map[domain.ID]domain.Seq{}
	q := EventQuery{Types: []domain.EventType{EvDecided}, Subject: string(l.c.ID), Actor: who, Limit: 1000}
	for {
		es, err := l.tx.Events(q)
		if err != nil {
			return 0, err
		}
		for _, e := range es {
			d, err := dataOf[DecidedData](e)
			if err != nil {
				return 0, err
			}
			if d.For != "" && d.Stage == l.c.Stage && by[d.For] == 0 {
				by[d.For] = e.Seq
			}
		}
		if len(es) < q.Limit {
			l.entered[who] = by
			return by[reviewer], nil
		}
		q.Before = es[len(es)-1].Seq
	}
}
