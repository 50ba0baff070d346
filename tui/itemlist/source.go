package itemlist

import (
	"context"
	"slices"
	"strconv"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui/ui"
)

// Reads is what the source asks for. Head is how far the log reached in the
// picture the items were read from.
type Reads interface {
	Items(ctx context.Context, q review.ItemQuery) ([]review.Item, review.Head, error)
	CountItems(ctx context.Context, q review.ItemQuery) (int, error)
}

// Shown is an item as a row holds it, with the log it was read at.
type Shown struct {
	Item review.Item
	Head review.Head
	// Locked says why the actor cannot decide it, "" where nothing is known to
	// stand against it.
	Locked string
}

// Undecided is the word by which Find looks for items without a decision.
const Undecided = "undecided"

// Sorts are the orders of a list of items.
func Sorts() []ui.Sort {
	return []ui.Sort{{ID: "person", Title: "person"}, {ID: "target", Title: "agent, area or group"}, {ID: "risk", Title: "risk"}}
}

// DetailMost is how wide the details of an item are at the most: the names in the list
// get the rest.
const DetailMost = 70

// Columns are those of a list of items. What an item is on is told by how its name ends.
func Columns() []ui.Column {
	return []ui.Column{{Title: "#", Width: 5, Right: true, Drop: 4}, {Title: "Level", Width: 10}, {Title: "Item", Width: 14, Flex: 3, Ends: true}, {Title: "Delta", Width: 10, Drop: 3}, {Title: "Flags", Width: 14, Flex: 1, Drop: 5},
		{Title: "Risk", Width: 4, Drop: 1}, {Title: "Advised", Width: 14, Drop: 2}, {Title: "Decision", Width: 12}}
}

// Source is the items of Base as a list's source, in the order of its numbers, by
// target or by risk. Where Own is set, the access of that person which others
// decide stands behind them, locked.
type Source struct {
	Reads Reads
	Base  review.ItemQuery // campaign, stage, reviewer, states
	Own   domain.ID
	Names func(domain.ID) string // of reviewers, for the locked items; may be nil
	// Results shows what became of items instead of risk and flags.
	Results bool
	// Now is the instant to which unused days are counted; the day an item was
	// staged is near enough where it is not known.
	Now time.Time
}

// Filters implements ui.Filterer.
func (s *Source) Filters() filter.Table { return filter.Items() }

// batch is how many items are read at a time where the store cannot filter.
const batch = 500

// Key is the key of an item's row.
func Key(no int) string { return strconv.Itoa(no) }

// No is the item's number of a row's key, 0 for anything else.
func No(key string) int {
	n, err := strconv.Atoi(key)
	if err != nil {
		return 0
	}
	return n
}

func (s *Source) query(q ui.Query) (review.ItemQuery, filter.ItemFilter, error) {
	out := s.Base
	out.Order = map[string]review.ItemOrder{"target": review.ByTarget, "risk": review.ByRisk}[q.Sort]
	expr, err := filter.Items().Parse(q.Filter)
	if err != nil {
		return out, filter.ItemFilter{}, err
	}
	f := filter.ForItems(expr, &out, s.Now)
	return out, f, nil
}

// walk is a position to read from and a direction, in the order of the query.
type walk struct {
	after int
	back  bool
	head  review.Head
}

// some reads at most limit items that meet the conditions. They come in the order
// of the query whatever the direction.
func (s *Source) some(ctx context.Context, q review.ItemQuery, conds []func(review.Item) bool, w *walk, limit int) ([]review.Item, error) {
	var out []review.Item
	for {
		q.After, q.Back, q.Limit = w.after, w.back, limit
		if len(conds) > 0 {
			q.Limit = batch
		}
		items, head, err := s.Reads.Items(ctx, q)
		if err != nil {
			return nil, err
		}
		w.head = head
		end := len(items) < q.Limit
		if w.back {
			slices.Reverse(items)
		}
		for _, it := range items {
			w.after = it.No
			if filter.Fits(conds, it) {
				if out = append(out, it); len(out) == limit {
					end = true
					break
				}
			}
		}
		if end || len(items) == 0 {
			if w.back {
				slices.Reverse(out)
			}
			return out, ctx.Err()
		}
	}
}

// Load implements ui.Source.
func (s *Source) Load(ctx context.Context, r ui.Request) (ui.Page, error) {
	q, f, err := s.query(r.Query)
	if err != nil {
		return ui.Page{}, err
	}
	own, err := s.own(ctx, q, f)
	if err != nil {
		return ui.Page{}, err
	}
	var page ui.Page
	if page.Rows, err = s.rows(ctx, r, q, f, own); err != nil {
		return page, err
	}
	page.Offset, page.Total = -1, -1
	if r.Seek == ui.First {
		page.Offset = 0
	}
	// Counted when a window begins, not for each page of it.
	if len(f.Rest) == 0 && r.Seek != ui.After && r.Seek != ui.Before {
		n, err := s.Reads.CountItems(ctx, q)
		if err != nil {
			return page, err
		}
		page.Total = n + len(own)
	}
	return page, nil
}

// rows finds the page: it lies among the items, among the own access behind them,
// or over the seam.
func (s *Source) rows(ctx context.Context, r ui.Request, q review.ItemQuery, f filter.ItemFilter, own []ui.Row) ([]ui.Row, error) {
	at := slices.IndexFunc(own, func(row ui.Row) bool { return row.Key == r.Key })
	w := walk{after: No(r.Key), back: r.Reverse}
	limit := r.Limit
	var out []ui.Row
	switch r.Seek {
	case ui.First:
		w.after = 0
	case ui.After, ui.From:
		if at >= 0 {
			if r.Seek == ui.After {
				at++
			}
			return own[at:min(at+limit, len(own))], nil
		}
		if r.Seek == ui.From {
			first, err := s.self(ctx, r, q, f)
			if err != nil {
				return nil, err
			}
			out, limit = first, limit-len(first)
		}
	case ui.Last, ui.Before:
		w.back = !w.back
		tail := own[:0:0]
		if r.Seek == ui.Last {
			w.after, tail = 0, own
		} else if at >= 0 {
			w.after, tail = 0, own[:at]
		}
		tail = tail[max(len(tail)-limit, 0):]
		items, err := s.some(ctx, q, f.Rest, &w, limit-len(tail))
		if err != nil || limit == len(tail) {
			return tail, err
		}
		return append(s.drawn(items, r, w.head), tail...), nil
	}
	if limit <= 0 {
		return out, nil
	}
	items, err := s.some(ctx, q, f.Rest, &w, limit)
	if err != nil {
		return nil, err
	}
	out = append(out, s.drawn(items, r, w.head)...)
	if room := limit - len(items); room > 0 {
		out = append(out, own[:min(room, len(own))]...)
	}
	return out, nil
}

// self is the row a request begins at, none if it is not in the list any more.
func (s *Source) self(ctx context.Context, r ui.Request, q review.ItemQuery, f filter.ItemFilter) ([]ui.Row, error) {
	no := No(r.Key)
	if no == 0 {
		return nil, ui.ErrGone
	}
	near := q
	near.Order, near.After, near.Back, near.Limit = review.ByNumber, no-1, false, 1 // behind 0 is the first
	items, head, err := s.Reads.Items(ctx, near)
	if err != nil || len(items) == 0 || items[0].No != no || !filter.Fits(f.Rest, items[0]) {
		return nil, err
	}
	return s.drawn(items, r, head), nil
}

// own gives the person's own access that others decide.
func (s *Source) own(ctx context.Context, q review.ItemQuery, f filter.ItemFilter) ([]ui.Row, error) {
	if s.Own == "" {
		return nil, nil
	}
	mine := review.ItemQuery{Campaign: q.Campaign, Stage: q.Stage, Holder: s.Own, Limit: batch}
	items, head, err := s.Reads.Items(ctx, mine)
	if err != nil {
		return nil, err
	}
	var out []ui.Row
	for _, it := range items {
		if it.Reviewer == q.Reviewer || !filter.Fits(f.All, it) {
			continue
		}
		who := "someone else"
		if s.Names != nil {
			who = s.Names(it.Reviewer)
		}
		row := Row(Shown{Item: it, Head: head, Locked: "your own access: " + who + " decides it"}, ui.Query{}, false)
		row.Group = "Your own access, which others decide"
		out = append(out, row)
	}
	return out, nil
}

func (s *Source) drawn(items []review.Item, r ui.Request, head review.Head) []ui.Row {
	out := make([]ui.Row, len(items))
	for i, it := range items {
		out[i] = Row(Shown{Item: it, Head: head}, r.Query, s.Results)
	}
	if r.Reverse {
		slices.Reverse(out)
	}
	return out
}

// Find implements ui.Finder for Undecided.
func (s *Source) Find(ctx context.Context, r ui.Request, what string) (string, bool, error) {
	if what != Undecided {
		return "", false, nil
	}
	q, f, err := s.query(r.Query)
	if err != nil {
		return "", false, err
	}
	if q.State == 0 {
		q.State = review.ItemOpen
	} else {
		f.Rest = append(f.Rest, func(it review.Item) bool { return it.Decision.Answer == review.Silent })
	}
	w := walk{after: No(r.Key), back: (r.Seek == ui.Before) != r.Reverse}
	items, err := s.some(ctx, q, f.Rest, &w, 1)
	if err != nil || len(items) == 0 {
		return "", false, err
	}
	return Key(items[0].No), true, nil
}

// Targets gives the items that t is about, as they stand now, in their order. Own
// access is not among them.
func (s *Source) Targets(ctx context.Context, t ui.Targets) ([]review.Item, error) {
	q, f, err := s.query(t.Query)
	named := make(map[int]bool, len(t.Keys))
	for _, k := range t.Keys {
		named[No(k)] = true
	}
	if !t.All { // those marked may have left the filter since
		q, f, err = s.query(ui.Query{})
	}
	if err != nil {
		return nil, err
	}
	var w walk
	return s.some(ctx, q, append(f.Rest, func(it review.Item) bool { return named[it.No] != t.All }), &w, 1<<30)
}
