package store

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"

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
	states := map[domain.ID]review.Packet{}
	for _, p := range packets {
		states[p.RecordID()] = p
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
			k := states[review.Packet{Campaign: c.ID, Stage: stage, Reviewer: p.Reviewer}.RecordID()]
			p.State, p.Lapsed = k.State, k.Lapsed
			out = append(out, p)
		}
	}
	return out, nil
}

// Asked gives who answers for some item of a stage now, by id.
func (t *tx) Asked(campaign domain.ID, stage int) ([]domain.ID, error) {
	s, err := t.scopeOf(campaign, stage)
	if err != nil {
		return nil, err
	}
	text, args := "SELECT reviewer FROM staged_count WHERE population = ? AND stage = ? ORDER BY reviewer", []any{s.population, s.stage}
	if cond, _ := s.entered("a.no"); cond != "" || s.moved {
		text, args = s.assigned("")
		text = "SELECT DISTINCT reviewer FROM (" + text + ") ORDER BY reviewer"
	}
	var out []domain.ID
	err = t.rowsOf(text, args, func(r *sql.Rows) error {
		var who domain.ID
		err := r.Scan(&who)
		out = append(out, who)
		return err
	})
	return out, err
}

// mostApart is up to how many items that went their own way figures are taken
// apart; beyond it every item is looked at.
const mostApart = 20_000

// figures counts one stage. Nearly every item is where it was staged, and its
// decisions are in force as they stand: those are counted by an index. What
// was handed over or returned, or has an outcome, is taken out of that count
// and looked at.
func (t *tx) figures(s scope) ([]review.Progress, error) {
	if cond, _ := s.entered("a.no"); cond != "" {
		return t.lookedAt(s, false)
	}
	var n int
	apart, args := s.apart()
	if _, err := t.one("SELECT count(*) FROM ("+apart+")", args, &n); err != nil || n > mostApart {
		if err != nil {
			return nil, err
		}
		return t.lookedAt(s, false)
	}
	return t.counted(s, n > 0)
}

// apart gives SQL for the numbers of the items that went their own way.
func (s scope) apart() (string, []any) {
	c := string(s.campaign)
	return `SELECT item FROM assignment WHERE campaign = ? AND stage = ? AND to_seq IS NULL
		UNION SELECT item FROM item_return WHERE campaign = ? AND stage = ? AND to_seq IS NULL
		UNION SELECT item FROM outcome WHERE campaign = ? AND to_seq IS NULL`, []any{c, s.stage, c, s.stage, c}
}

// counted counts by index; apart says that there are items to look at.
func (t *tx) counted(s scope, apart bool) ([]review.Progress, error) {
	by := map[domain.ID]*review.Progress{}
	of := func(who domain.ID) *review.Progress {
		if by[who] == nil {
			by[who] = &review.Progress{Stage: s.stage, Reviewer: who}
		}
		return by[who]
	}
	items := func(text string, sign int, args ...any) error {
		return t.rowsOf(text, args, func(r *sql.Rows) error {
			var who domain.ID
			var n int
			err := r.Scan(&who, &n)
			of(who).Items += sign * n
			return err
		})
	}
	answers := func(text string, sign int, args ...any) error {
		return t.rowsOf(text, args, func(r *sql.Rows) error {
			var who domain.ID
			var a review.Answer
			var bulk, n int
			err := r.Scan(&who, word{&a}, &bulk, &n)
			addAnswers(of(who), a, bulk > 0, sign*n)
			return err
		})
	}
	err := items("SELECT reviewer, items FROM staged_count WHERE population = ? AND stage = ?", 1, s.population, s.stage)
	if err == nil {
		err = answers(`SELECT reviewer, answer, bulk, n FROM (SELECT reviewer, answer, bulk, batch, count(*) AS n FROM decision INDEXED BY decision_figures
			WHERE campaign = ? AND stage = ? AND to_seq IS NULL GROUP BY reviewer, answer, bulk, batch) d WHERE `+sqlStands("d"), 1, string(s.campaign), s.stage)
	}
	if err == nil && apart {
		in, args := s.apart()
		err = items("SELECT reviewer, count(*) FROM (SELECT DISTINCT no, reviewer FROM staged_assignment WHERE no IN ("+in+") AND population = ? AND stage = ?) GROUP BY reviewer",
			-1, append(slices.Clone(args), s.population, s.stage)...)
		if err == nil {
			at := fmt.Sprintf("/%d/", s.stage)
			c := string(s.campaign) + "/"
			err = answers("SELECT d.reviewer, d.answer, d.bulk, count(*) FROM ("+in+") e CROSS JOIN decision d ON d.to_seq IS NULL AND d.id > ? || e.item || ? AND d.id < ? || e.item || ? AND "+
				sqlStands("d")+" GROUP BY d.reviewer, d.answer, d.bulk > 0, d.bulk",
				-1, append(slices.Clone(args), c, at, c, at[:len(at)-1]+"0")...) // "0" follows "/"
		}
		if err == nil {
			err = t.addLookedAt(s, of)
		}
	}
	var out []review.Progress
	for _, who := range slices.Sorted(maps.Keys(by)) {
		if by[who].Items > 0 {
			out = append(out, *by[who])
		}
	}
	return out, err
}

func addAnswers(p *review.Progress, a review.Answer, bulk bool, n int) {
	switch a {
	case review.Keep:
		p.Keep += n
	case review.Reduce:
		p.Reduce += n
	case review.Revoke:
		p.Revoke += n
	case review.Abstain:
		p.Abstain += n
	default:
		return
	}
	p.Decided += n
	if bulk {
		p.Bulk += n
	}
}

// addLookedAt adds the figures of the items that went their own way.
func (t *tx) addLookedAt(s scope, of func(domain.ID) *review.Progress) error {
	some, err := t.lookedAt(s, true)
	for _, q := range some {
		p := of(q.Reviewer)
		p.Items, p.Decided, p.Returned, p.Bulk, p.Settled = p.Items+q.Items, p.Decided+q.Decided, p.Returned+q.Returned, p.Bulk+q.Bulk, p.Settled+q.Settled
		p.Keep, p.Reduce, p.Revoke, p.Abstain = p.Keep+q.Keep, p.Reduce+q.Reduce, p.Revoke+q.Revoke, p.Abstain+q.Abstain
	}
	return err
}

// lookedAt counts one stage item by item, or only the items apart.
func (t *tx) lookedAt(s scope, apart bool) ([]review.Progress, error) {
	var b query
	b.add("SELECT w.reviewer, count(*), sum(" + sqlInForce + " IS TRUE)")
	for _, a := range []review.Answer{review.Keep, review.Reduce, review.Revoke, review.Abstain} {
		b.add(", sum(d.answer = '" + a.String() + "' AND " + sqlInForce + " IS TRUE)")
	}
	b.add(", sum(r.round IS NOT NULL AND " + sqlInForce + " IS NOT TRUE), sum(d.bulk > 0 AND " + sqlInForce + " IS TRUE)")
	b.add(", sum(ifnull(o.result IN ('verified', 'retained', 'exception'), 0))")
	if apart {
		in, inArgs := s.apart()
		who, args := s.assignedFrom("staged_assignment", "", "", "")
		b.add(" FROM (SELECT DISTINCT no, reviewer FROM ("+who+") WHERE no IN ("+in+")) w", append(args, inArgs...)...)
	} else {
		who, args := s.assigned("")
		b.add(" FROM ("+who+") w", args...)
	}
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
