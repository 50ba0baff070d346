package report

import (
	"context"
	"iter"

	"countersign/domain"
	"countersign/review"
)

// page is how many rows are read at once.
const page = 1000

// events streams events in order, a page at a time, up to and with the event last
// (0: to the end of the log); q.Limit is a page's size, if not the usual. It may be walked more than once, and ends with ctx.
func events(ctx context.Context, tx review.Tx, q review.EventQuery, last domain.Seq) iter.Seq2[domain.Event, error] {
	return func(yield func(domain.Event, error) bool) {
		q := q
		q.Forward = true
		if q.Limit == 0 {
			q.Limit = page
		}
		for {
			es, err := tx.Events(q)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(domain.Event{}, err)
				return
			}
			for _, e := range es {
				if last > 0 && e.Seq > last || !yield(e, nil) {
					return
				}
			}
			if len(es) < q.Limit {
				return
			}
			q.Before = es[len(es)-1].Seq
		}
	}
}

// items streams the items that fit by number, a page at a time. It may be walked
// more than once.
func items(ctx context.Context, tx review.Tx, q review.ItemQuery) iter.Seq2[review.Item, error] {
	return func(yield func(review.Item, error) bool) {
		q := q
		q.Limit, q.After, q.Order = page, 0, review.ByNumber
		for {
			list, err := tx.Items(q)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(review.Item{}, err)
				return
			}
			for _, it := range list {
				if !yield(it, nil) {
					return
				}
			}
			if len(list) < page {
				return
			}
			q.After = list[len(list)-1].No
		}
	}
}
