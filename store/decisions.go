package store

import (
	"database/sql"
	"errors"
	"iter"

	"countersign/domain"
	"countersign/review"
)

// Votes gives every version of every decision on an item, the oldest first.
func (t *tx) Votes(campaign domain.ID, no int) ([]review.Versioned[review.Decision], error) {
	var out []review.Versioned[review.Decision]
	err := t.eachVersion(review.Outcome{Campaign: campaign, Item: no}.RecordID(), func(v review.Versioned[review.Decision]) error {
		out = append(out, v)
		return nil
	})
	return out, err
}

// DecisionVersions yields every version of every decision of a campaign, the oldest
// first.
func (t *tx) DecisionVersions(campaign domain.ID) iter.Seq2[review.Versioned[review.Decision], error] {
	return func(yield func(review.Versioned[review.Decision], error) bool) {
		err := t.eachVersion(campaign, func(v review.Versioned[review.Decision]) error {
			if !yield(v, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(review.Versioned[review.Decision]{}, err)
		}
	}
}

// eachVersion walks the versions of the decisions whose ids begin with under
// and a slash.
func (t *tx) eachVersion(under domain.ID, fn func(review.Versioned[review.Decision]) error) error {
	tb, err := tableFor(review.KindDecision)
	if err != nil {
		return err
	}
	cur := tb.open()
	var by string
	var at int64
	dest := append(cur.dest, &by, &at)
	return t.rowsOf("SELECT "+tb.list+`, from_seq, to_seq, (SELECT actor FROM event WHERE seq = from_seq),
		(SELECT time FROM event WHERE seq = from_seq) FROM decision
		WHERE id >= ? AND id < ? AND `+sqlStands("decision")+" ORDER BY from_seq, id", []any{string(under) + "/", string(under) + "0"}, // "0" follows "/"
		func(r *sql.Rows) error {
			if err := r.Scan(dest...); err != nil {
				return err
			}
			return fn(review.Versioned[review.Decision]{Row: cur.record().(review.Decision),
				From: cur.from, To: domain.Seq(cur.to.Int64), By: domain.ID(by), At: fromMillis(at)})
		})
}
