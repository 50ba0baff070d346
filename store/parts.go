package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"countersign/domain"
	"countersign/review"
)

// InParts runs fn over 0 … n-1 in write transactions of size pieces each. The
// sizes are fixed, so that the same work leaves the same events on any
// machine. An error ends it; the parts before it stay.
func (s *Store) InParts(ctx context.Context, n, size int, fn func(tx review.WriteTx, from, to int) error) error {
	for from := 0; from < n; from += size {
		to := min(from+size, n)
		if err := s.Update(ctx, func(tx review.WriteTx) error { return fn(tx, from, to) }); err != nil {
			return err
		}
	}
	return nil
}

// StoredDecisions yields the current rows of a reviewer's decisions in a stage,
// of one item or of all, also those of a bulk that is not in force.
func (t *tx) StoredDecisions(campaign domain.ID, stage int, reviewer domain.ID, no int) iter.Seq2[review.Decision, error] {
	return func(yield func(review.Decision, error) bool) {
		err := t.eachStored(campaign, stage, reviewer, no, func(d review.Decision) error {
			if !yield(d, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(review.Decision{}, err)
		}
	}
}

func (t *tx) eachStored(campaign domain.ID, stage int, reviewer domain.ID, no int, fn func(review.Decision) error) error {
	tb, err := tableFor(review.KindDecision)
	if err != nil {
		return err
	}
	cond, args := "id >= ? AND id < ? AND stage = ? AND reviewer = ?", []any{string(campaign) + "/", string(campaign) + "0", stage, string(reviewer)} // "0" follows "/"
	if no > 0 {
		cond, args = "id = ?", []any{fmt.Sprintf("%s/%d/%d/%s", campaign, no, stage, reviewer)}
	}
	cur := tb.open()
	return t.rowsOf("SELECT "+tb.list+", from_seq, to_seq FROM decision WHERE to_seq IS NULL AND "+cond, args, func(r *sql.Rows) error {
		rec, err := cur.read(r)
		if err != nil {
			return err
		}
		return fn(rec.(review.Decision))
	})
}

// Batch counts the current rows of a bulk.
func (t *tx) Batch(id domain.ID) (n int, err error) {
	_, err = t.one("SELECT count(*) FROM decision WHERE batch = ? AND batch <> '' AND to_seq IS NULL", []any{string(id)}, &n)
	return n, err
}
