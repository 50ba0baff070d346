package ui

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"countersign/review/filter"
	"countersign/tui/safe"
)

// Record is a row with what it can be found and ordered by.
type Record struct {
	Row
	// Values go with the fields of Records, one each. A value that is several holds them
	// in lines.
	Values []string
}

// Records is a source of rows made in memory from something read in commands,
// such as an organisation. A sort is a field.
type Records struct {
	Fields filter.Table
	// Read reads what the rows are made of. As long as it gives the same stamp the
	// rows made before are used again; make is called only for another one.
	Read func(ctx context.Context) (stamp string, make func() []Record, err error)

	mu      sync.Mutex
	stamp   string
	made    bool
	all     []Record
	lowered []filter.Texts
	query   Query
	rows    []Row // of query, in order; nil when it has to be worked out
}

// Filters implements Filterer.
func (s *Records) Filters() filter.Table { return s.Fields }

// mostSuggested is how many values of a field are offered.
const mostSuggested = 200

// Suggest implements Suggester: the values that the rows have, in their order.
func (s *Records) Suggest(field string) []string {
	at := s.Fields.Index(field)
	if at < 0 || !s.mu.TryLock() {
		return nil
	}
	defer s.mu.Unlock()
	seen := map[string]bool{}
	for i := range s.all {
		if at >= len(s.all[i].Values) || len(seen) >= mostSuggested {
			break
		}
		for v := range strings.SplitSeq(s.all[i].Values[at], "\n") {
			seen[safe.Text(v)] = true
		}
	}
	delete(seen, "")
	return slices.SortedFunc(maps.Keys(seen), natural)
}

// Load implements Source. What is wrong with the filter is an error of its own.
func (s *Records) Load(ctx context.Context, r Request) (Page, error) {
	rows, err := s.of(ctx, r.Query)
	if err != nil {
		return Page{}, err
	}
	if r.Seek == First || r.Seek == Last {
		r.Key = ""
	}
	at := slices.IndexFunc(rows, func(row Row) bool { return row.Key == r.Key })
	if at < 0 && r.Key != "" {
		return Page{}, ErrGone
	}
	from, to := 0, len(rows)
	switch r.Seek {
	case Last:
		from = len(rows) - r.Limit
	case After:
		from = at + 1
	case Before:
		from, to = at-r.Limit, at
	case From:
		from = at
	}
	from = min(max(from, 0), len(rows))
	to = min(to, from+r.Limit, len(rows))
	return Page{Rows: rows[from:to], Total: len(rows), Offset: from}, nil
}

// of is the rows of a query in their order.
func (s *Records) of(ctx context.Context, q Query) ([]Row, error) {
	stamp, make1, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	expr, err := s.Fields.Parse(q.Filter)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.made || s.stamp != stamp {
		s.all, s.stamp, s.made, s.rows = make1(), stamp, true, nil
		s.lowered = lowered(s.all)
	}
	if s.rows == nil || s.query != q {
		s.rows, s.query = s.choose(expr, q), q
	}
	return s.rows, ctx.Err()
}

func lowered(all []Record) []filter.Texts {
	out := make([]filter.Texts, len(all))
	for i, r := range all {
		words := make([]string, 0, len(r.Cells)+1)
		words = append(words, r.Group)
		for _, c := range r.Cells {
			words = append(words, c.Text)
		}
		out[i] = filter.Fold(words, r.Values)
	}
	return out
}

func (s *Records) choose(expr filter.Expr, q Query) []Row {
	picked := make([]int, 0, len(s.all))
	passes := s.Fields.Match(expr)
	for i := range s.all {
		if passes(s.lowered[i]) {
			picked = append(picked, i)
		}
	}
	if f := s.Fields.Index(q.Sort); f >= 0 {
		slices.SortStableFunc(picked, func(a, b int) int { return natural(s.lowered[a].Values[f], s.lowered[b].Values[f]) })
	}
	if q.Reverse {
		slices.Reverse(picked)
	}
	rows := make([]Row, len(picked))
	for i, n := range picked {
		rows[i] = s.all[n].Row
	}
	return rows
}

// natural orders numbers as numbers and the rest as text.
func natural(a, b string) int {
	x, errA := strconv.Atoi(a)
	y, errB := strconv.Atoi(b)
	if errA == nil && errB == nil {
		return x - y
	}
	return strings.Compare(a, b)
}
