package store

import (
	"database/sql"
	"errors"
	"iter"

	"countersign/domain"
)

// errNoMore ends a reading that nobody wants more of.
var errNoMore = errors.New("enough")

// Usage yields the usage that was imported, as it stands now; an error ends it.
func (t *tx) Usage() iter.Seq2[domain.Usage, error] {
	return func(yield func(domain.Usage, error) bool) {
		tb, err := tableFor(domain.KindUsage)
		if err != nil {
			yield(domain.Usage{}, err)
			return
		}
		cur := tb.open()
		err = t.rowsOf("SELECT "+tb.list+", from_seq, to_seq FROM "+tb.name+" WHERE to_seq IS NULL ORDER BY id", nil, func(r *sql.Rows) error {
			rec, err := cur.read(r)
			if err != nil {
				return err
			}
			u, ok := rec.(domain.Usage)
			if !ok {
				return domain.Errorf(domain.Internal, "the table of usage holds a %T", rec)
			}
			if !yield(u, nil) {
				return errNoMore
			}
			return nil
		})
		if err != nil && !errors.Is(err, errNoMore) {
			yield(domain.Usage{}, err)
		}
	}
}
