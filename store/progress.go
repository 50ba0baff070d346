package store

import (
	"database/sql"
	"fmt"

	"countersign/domain"
	"countersign/review"
)

// Progress gives figures per stage and reviewer, by stage, then reviewer.
func (t *tx) Progress(campaign domain.ID) ([]review.Progress, error) {
	c, err := t.Campaign(campaign)
	if err != nil {
		return nil, err
	}
	packets, err := t.Packets(c.ID)
	if err != nil {
		return nil, err
	}
	states := map[domain.ID]review.PacketState{}
	for _, p := range packets {
		states[p.RecordID()] = p.State
	}
	var out []review.Progress
	for stage := 1; stage <= max(len(c.Definition.Stages), 1); stage++ {
		s, err := t.scopeOf(c.ID, stage)
		if err != nil {
			return nil, err
		}
		some, err := t.figures(s)
		if err != nil {
			return nil, err
		}
		for _, p := range some {
			p.State = states[review.Packet{Campaign: c.ID, Stage: stage, Reviewer: p.Reviewer}.RecordID()]
			out = append(out, p)
		}
	}
	return out, nil
}

// figures counts one stage.
func (t *tx) figures(s scope) ([]review.Progress, error) {
	var b query
	b.add("SELECT w.reviewer, count(*), sum(" + sqlInForce + " IS TRUE)")
	for _, a := range []review.Answer{review.Keep, review.Reduce, review.Revoke, review.Abstain} {
		b.add(", sum(d.answer = '" + a.String() + "' AND " + sqlInForce + " IS TRUE)")
	}
	b.add(", sum(r.round IS NOT NULL AND " + sqlInForce + " IS NOT TRUE), sum(d.bulk > 0 AND " + sqlInForce + " IS TRUE)")
	b.add(", sum(ifnull(o.result IN ('verified', 'retained', 'exception'), 0))")
	who, args := s.assigned("")
	b.add(" FROM ("+who+") w", args...)
	cs, st := string(s.campaign)+"/", fmt.Sprintf("/%d/", s.stage)
	b.add(" LEFT JOIN decision d ON d.id = ? || w.no || ? || w.reviewer AND d.to_seq IS NULL AND "+sqlStands("d"), cs, st)
	b.add(" LEFT JOIN item_return r ON r.id = ? || w.no || ? || w.reviewer AND r.to_seq IS NULL", cs, st)
	b.add(" LEFT JOIN outcome o ON o.id = ? || w.no AND o.to_seq IS NULL GROUP BY w.reviewer ORDER BY w.reviewer", cs)
	var out []review.Progress
	err := t.rowsOf(b.text, b.args, func(r *sql.Rows) error {
		p := review.Progress{Stage: s.stage}
		err := r.Scan(&p.Reviewer, &p.Items, maybeInt{&p.Decided}, maybeInt{&p.Keep}, maybeInt{&p.Reduce}, maybeInt{&p.Revoke},
			maybeInt{&p.Abstain}, maybeInt{&p.Returned}, maybeInt{&p.Bulk}, maybeInt{&p.Settled})
		out = append(out, p)
		return err
	})
	return out, err
}

// maybeInt reads a sum, NULL over nothing.
type maybeInt struct{ p *int }

func (m maybeInt) Scan(src any) error { return maybe{number[int](m)}.Scan(src) }
