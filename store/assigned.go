package store

import (
	"database/sql"
	"errors"
	"iter"

	"countersign/domain"
	"countersign/review"
)

// Answering yields who answers for each item now, in every stage, by item,
// stage and the order of assignment. An item that nobody answers for in a
// stage has a row without a reviewer there.
func (t *tx) Answering(campaign domain.ID) iter.Seq2[review.Assigned, error] {
	return func(yield func(review.Assigned, error) bool) {
		s, err := t.scopeOf(campaign, 0)
		if err != nil {
			yield(review.Assigned{}, err)
			return
		}
		text := "SELECT a.no, a.stage, a.reviewer, a.rule, a.instead_of, a.past, a.pos FROM staged_assignment a WHERE a.population = ?"
		args := []any{s.population}
		var moved bool
		if _, err := t.one("SELECT EXISTS (SELECT 1 FROM assignment WHERE campaign = ? AND to_seq IS NULL)",
			[]any{string(s.campaign)}, &moved); err != nil {
			yield(review.Assigned{}, err)
			return
		}
		if moved {
			text += ` AND NOT EXISTS (SELECT 1 FROM assignment m WHERE m.campaign = ? AND m.item = a.no AND m.stage = a.stage AND m.to_seq IS NULL)
				UNION ALL SELECT b.item, b.stage, b.reviewer, b.rule, b.instead_of, b.past, b.from_seq FROM assignment b WHERE b.campaign = ? AND b.to_seq IS NULL
				ORDER BY 1, 2, 7, 3`
			args = append(args, string(s.campaign), string(s.campaign))
		} else {
			text += " ORDER BY a.no, a.pos"
		}
		err = t.rowsOf(text, args, func(r *sql.Rows) error {
			a := review.Assigned{Campaign: s.campaign}
			var pos int64
			if err := r.Scan(&a.Item, &a.Stage, &a.Reviewer, &a.Rule, &a.For, nested[[]domain.ID]{&a.Past}, &pos); err != nil {
				return err
			}
			if !yield(a, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(review.Assigned{}, err)
		}
	}
}

// Assignments gives everyone who was ever to answer for an item in a stage,
// the first first. Those of the staging have no From; they end with the first
// later one.
func (t *tx) Assignments(campaign domain.ID, no, stage int) ([]review.Versioned[review.Assigned], error) {
	s, err := t.scopeOf(campaign, stage)
	if err != nil {
		return nil, err
	}
	var later []review.Versioned[review.Assigned]
	err = t.rowsOf(`SELECT a.reviewer, a.rule, a.instead_of, a.past, a.from_seq, a.to_seq, e.actor, e.time FROM assignment a
		JOIN event e ON e.seq = a.from_seq WHERE a.campaign = ? AND a.item = ? AND a.stage = ? ORDER BY a.from_seq, a.reviewer`,
		[]any{string(s.campaign), no, s.stage}, func(r *sql.Rows) error {
			v := review.Versioned[review.Assigned]{Row: review.Assigned{Campaign: s.campaign, Item: no, Stage: s.stage}}
			var to sql.NullInt64
			var at int64
			err := r.Scan(&v.Row.Reviewer, &v.Row.Rule, &v.Row.For, nested[[]domain.ID]{&v.Row.Past}, &v.From, &to, &v.By, &at)
			v.To, v.At = domain.Seq(to.Int64), fromMillis(at)
			later = append(later, v)
			return err
		})
	if err != nil {
		return nil, err
	}
	var out []review.Versioned[review.Assigned]
	err = t.rowsOf(`SELECT reviewer, rule, instead_of, past FROM staged_assignment WHERE population = ? AND no = ? AND stage = ? ORDER BY pos`,
		[]any{s.population, no, s.stage}, func(r *sql.Rows) error {
			v := review.Versioned[review.Assigned]{Row: review.Assigned{Campaign: s.campaign, Item: no, Stage: s.stage}}
			if len(later) > 0 {
				v.To = later[0].From
			}
			err := r.Scan(&v.Row.Reviewer, &v.Row.Rule, &v.Row.For, nested[[]domain.ID]{&v.Row.Past})
			out = append(out, v)
			return err
		})
	return append(out, later...), err
}

// Returned gives the return of an item to a reviewer in a stage that stands,
// of Round 0 where there is none.
func (t *tx) Returned(campaign domain.ID, no, stage int, reviewer domain.ID) (review.ItemReturn, error) {
	out := review.ItemReturn{Campaign: campaign, Item: no, Stage: stage, Reviewer: reviewer}
	b := query{}
	b.where("id = ?", string(out.RecordID()))
	found, err := list[review.ItemReturn](t, review.KindReturn, b)
	if err == nil && len(found) > 0 {
		out = found[0]
	}
	return out, err
}
